"""The agent's preferences about appearance and keys, saved in QSettings."""

from __future__ import annotations

from datetime import timedelta

from PySide6.QtCore import QLocale, QObject, QSettings, Qt, Signal

from desktop.text import catalog
from desktop.ui.look.theme import Theme

TEXT_SCALES = (0.9, 1.0, 1.15, 1.3, 1.5, 2.0)
_SCHEMES = {
    "light": (Qt.ColorScheme.Light, False),
    "dark": (Qt.ColorScheme.Dark, False),
    "contrast_light": (Qt.ColorScheme.Light, True),
    "contrast_dark": (Qt.ColorScheme.Dark, True),
}
"""The color scheme of a choice, and whether its contrast is high."""
CLOSING_HOURS = (1, 2, 3, 4, 6, 12)
CLOSING_WITHIN = timedelta(hours=2)
"""Default for `Preferences.closing_within`."""
LANGUAGE = "look/language"
"""Where `Preferences.language` is saved."""
_SCHEME, _SCALE, _ENTER = "look/scheme", "look/text_scale", "keys/enter_sends"
_MOTION = "look/reduced_motion"
_CLOSING, _COMPACT = "customers/closing_within_hours", "customers/compact_rows"


class Preferences(QObject):
    """Load, apply and save the agent's preferences. Changes apply at once; a preference never set is not written.

    closing_within: windows with no more time left than this count as closing soon. compact_rows: more customers fit
    into the list. language: of `catalog.LANGUAGES`; "" for the system's. language_before: the one before that.

    Signals:
        changed: a preference has been set.
        language_chosen: another language is wanted, which windows show that are built from now on. arg: the language.
    """

    changed = Signal()
    language_chosen = Signal(str)

    def __init__(self, theme: Theme, settings: QSettings | None, parent: QObject) -> None:
        """settings: None saves nothing."""
        super().__init__(parent)
        self._theme, self._settings = theme, settings
        self.color_scheme = self._load(_SCHEME)
        self.enter_sends = self._load(_ENTER) == "true"
        hours = self._load(_CLOSING)
        self.closing_within = timedelta(hours=int(hours)) if hours in map(str, CLOSING_HOURS) else CLOSING_WITHIN
        self.compact_rows = self._load(_COMPACT) == "true"
        self.language = self.language_before = self._load(LANGUAGE)
        if self.color_scheme:
            self._apply_scheme()
        scale = self._load(_SCALE)
        if scale in map(str, TEXT_SCALES):
            theme.set_text_scale(float(scale))
        motion = self._load(_MOTION)
        if motion in ("true", "false"):
            theme.set_reduced_motion(motion == "true")

    @property
    def text_scale(self) -> float:
        return self._theme.text_scale

    @property
    def reduced_motion(self) -> bool:
        """The system's until it is set."""
        return self._theme.reduces_motion

    @property
    def language_in_use(self) -> str:
        """As `language`; but the one of the screen where that is another, because the program was started with it."""
        used = catalog.language()
        is_followed = used == (self.language or catalog.first_translated(QLocale.system().uiLanguages()))
        return self.language if is_followed else catalog.catalogue_language(used)

    def set_color_scheme(self, scheme: str) -> None:
        """scheme: `system`, `light`, `dark`, `contrast_light` or `contrast_dark`."""
        self.color_scheme = scheme
        self._apply_scheme()
        self._save(_SCHEME, scheme)

    def set_text_scale(self, scale: float) -> None:
        """scale: one of `TEXT_SCALES`."""
        self._theme.set_text_scale(scale)
        self._save(_SCALE, str(scale))

    def set_reduced_motion(self, reduced: bool) -> None:
        self._theme.set_reduced_motion(reduced)
        self._save(_MOTION, "true" if reduced else "false")

    def set_enter_sends(self, enter_sends: bool) -> None:
        """True: Enter sends and Shift+Enter starts a new line. Ctrl+Enter sends in both cases."""
        self.enter_sends = enter_sends
        self._save(_ENTER, "true" if enter_sends else "false")

    def set_compact_rows(self, compact: bool) -> None:
        self.compact_rows = compact
        self._save(_COMPACT, "true" if compact else "false")

    def set_language(self, language: str) -> None:
        """language: of `catalog.LANGUAGES`; "" for the system's."""
        # Also where it is the same: another one may have been asked for at the start.
        self.language_before, self.language = self.language_in_use, language
        self._save(LANGUAGE, language)
        self.language_chosen.emit(language)

    def adopt(self, others: Preferences) -> None:
        """Take over what was set in the place of these, saved or not."""
        self.color_scheme, self.enter_sends = others.color_scheme, others.enter_sends
        self.closing_within, self.compact_rows = others.closing_within, others.compact_rows
        self.language, self.language_before = others.language, others.language_before
        self.changed.emit()

    def set_closing_within_hours(self, hours: int) -> None:
        """hours: one of `CLOSING_HOURS`."""
        self.closing_within = timedelta(hours=hours)
        self._save(_CLOSING, str(hours))

    def _apply_scheme(self) -> None:
        scheme, high_contrast = _SCHEMES.get(self.color_scheme, (None, False))
        self._theme.set_color_scheme(scheme, high_contrast=high_contrast)

    def _load(self, key: str) -> str:
        return str(self._settings.value(key, "")) if self._settings is not None else ""

    def _save(self, key: str, value: str) -> None:
        if self._settings is not None:
            self._settings.setValue(key, value)
        self.changed.emit()
