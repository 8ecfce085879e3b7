"""Preferences: what the agent has chosen about the look and the keys; kept over restarts, in force at once."""

from __future__ import annotations

from datetime import timedelta

from PySide6.QtCore import QObject, QSettings, Qt, Signal

from desktop.ui.look.theme import Theme

TEXT_SCALES = (0.9, 1.0, 1.15, 1.3, 1.5, 2.0)
_SCHEMES = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}
CLOSING_HOURS = (1, 2, 3, 4, 6, 12)
CLOSING_WITHIN = timedelta(hours=2)
"""How much time is left at most of a window that counts as closing soon, until the agent chooses otherwise."""
_SCHEME, _SCALE, _ENTER = "look/scheme", "look/text_scale", "keys/enter_sends"
_CLOSING = "customers/closing_within_hours"


class Preferences(QObject):
    """What was never chosen stays as the theme was made: nothing is written before the agent chooses.

    Signals:
        changed: one of them is different now.
    """

    changed = Signal()

    def __init__(self, theme: Theme, settings: QSettings | None, parent: QObject) -> None:
        """settings: None remembers nothing."""
        super().__init__(parent)
        self._theme, self._settings = theme, settings
        self.scheme = self._stored(_SCHEME)
        self.enter_sends = self._stored(_ENTER) == "true"
        hours = self._stored(_CLOSING)
        self.closing_within = timedelta(hours=int(hours)) if hours in map(str, CLOSING_HOURS) else CLOSING_WITHIN
        if self.scheme:
            theme.choose(_SCHEMES.get(self.scheme))
        scale = self._stored(_SCALE)
        if scale in map(str, TEXT_SCALES):
            theme.scale_text(float(scale))

    @property
    def text_scale(self) -> float:
        return self._theme.text_scale

    def choose_scheme(self, scheme: str) -> None:
        """`light`, `dark` or `system`."""
        self.scheme = scheme
        self._theme.choose(_SCHEMES.get(scheme))
        self._keep(_SCHEME, scheme)

    def choose_text_scale(self, scale: float) -> None:
        """scale: one of `TEXT_SCALES`."""
        self._theme.scale_text(scale)
        self._keep(_SCALE, str(scale))

    def choose_enter_sends(self, enter_sends: bool) -> None:
        """Enter sends and Shift+Enter begins a line; else Ctrl+Enter sends. Ctrl+Enter always does."""
        self.enter_sends = enter_sends
        self._keep(_ENTER, "true" if enter_sends else "false")

    def choose_closing_within(self, hours: int) -> None:
        """hours: one of `CLOSING_HOURS`."""
        self.closing_within = timedelta(hours=hours)
        self._keep(_CLOSING, str(hours))

    def _stored(self, key: str) -> str:
        return str(self._settings.value(key, "")) if self._settings is not None else ""

    def _keep(self, key: str, value: str) -> None:
        if self._settings is not None:
            self._settings.setValue(key, value)
        self.changed.emit()
