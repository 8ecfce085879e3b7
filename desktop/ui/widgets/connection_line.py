"""The state of the connection to Intercom, with the reason, the next try and the progress of the first sync."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.domain.model.reason import NO_REASON
from desktop.engine.views import ConnectionState, ConnectionView, Progress
from desktop.text.catalog import strip_isolates
from desktop.text.formats import ago, whole_words
from desktop.text.reasons.describe import describe
from desktop.text.screens import widgets as texts
from desktop.ui.look import icons
from desktop.ui.look.theme import GAP, Theme
from desktop.ui.look.ticker import Ticker
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import push_button
from desktop.ui.widgets.labels import ElidedLabel, Label
from desktop.ui.widgets.progress_row import ThinProgressBar
from desktop.ui.widgets.screen_reader.roles import Role

_STYLES = {
    ConnectionState.CONNECTING: ("fa6s.rotate", "muted"),
    ConnectionState.ONLINE: ("fa6s.circle-check", "ok"),
    ConnectionState.OFFLINE: ("fa6s.plug-circle-xmark", "danger"),
    ConnectionState.THROTTLED: ("fa6s.hourglass-half", "soon"),
    ConnectionState.SIGNED_OUT: ("fa6s.lock", "danger"),
}
_STATES = {
    ConnectionState.CONNECTING: texts.CONNECTING,
    ConnectionState.ONLINE: texts.ONLINE,
    ConnectionState.OFFLINE: texts.OFFLINE,
    ConnectionState.THROTTLED: texts.THROTTLED,
    ConnectionState.SIGNED_OUT: texts.SIGNED_OUT,
}
OFFLINE_STATES = (ConnectionState.OFFLINE, ConnectionState.SIGNED_OUT)
"""States in which nothing can be sent."""


class ConnectionLine(QWidget):
    """One line at the edge of a window.

    Signals:
        try_now: the agent wants to connect without waiting for the next try.
        stop_reading: the agent wants the first sync to end early.
    """

    accessible_role = Role.TEXT
    try_now = Signal()
    stop_reading = Signal()

    def __init__(self, theme: Theme, ticker: Ticker, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._ticker = theme, ticker
        self._view = ConnectionView(ConnectionState.CONNECTING)
        self._progress: Progress | None = None
        self._icon, self._text = Label(), ElidedLabel()
        self._text.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self._text.setObjectName("muted")
        self._bar = ThinProgressBar(theme, texts.LOADING_NAME())
        self._bar.setFixedWidth(120)
        self._try_button = push_button(
            texts.TRY_NOW(), self.try_now, style="quiet", accessible_name=texts.TRY_NOW_NAME()
        )
        self._stop_button = push_button(
            texts.STOP(),
            self.stop_reading,
            style="quiet",
            accessible_name=texts.STOP_NAME(),
        )
        items = (self._icon, self._text, self._bar, self._stop_button, self._try_button)
        layouts.row(*items, "stretch", parent=self, margins=(GAP, 2, GAP, 2))
        ticker.ticked.connect(self._update_text)
        theme.changed.connect(self._apply_theme)
        self._apply_theme()

    def accessible_parts(self) -> list[QWidget]:
        """Its name says what the others show."""
        parts = (self._bar, self._stop_button, self._try_button)
        return [part for part in parts if not part.isHidden()]

    @property
    def text(self) -> str:
        return self._text.text()

    def show_connection(self, view: ConnectionView) -> None:
        self._view = view
        self._apply_theme()

    def show_progress(self, progress: Progress | None) -> None:
        """Show how far the first sync is; None while none is running."""
        self._progress = progress
        self._update_text(self._ticker.now())

    def _update_text(self, now: datetime) -> None:
        reading = self._progress if self._view.state is ConnectionState.ONLINE else None
        text = connection_text(self._view, now) if reading is None else progress_text(reading)
        if text != self._text.text():
            self._text.setText(text)
            with whole_words():
                spoken = connection_text(self._view, now) if reading is None else text
            self.setAccessibleName(strip_isolates(texts.CONNECTION(state=spoken)))
        self._bar.setVisible(reading is not None)
        self._stop_button.setVisible(reading is not None)
        if reading is not None:
            # Maximum 0 shows a busy indicator while the total is unknown.
            self._bar.setMaximum(reading.total or 0)
            self._bar.setValue(reading.done if reading.total else 0)
        waits = self._view.state in (ConnectionState.OFFLINE, ConnectionState.THROTTLED)
        self._try_button.setVisible(waits or self._view.next_try_at is not None)

    def _apply_theme(self) -> None:
        icon, role = _STYLES[self._view.state]
        size = round(self.fontMetrics().height() * 0.9)
        self._icon.setPixmap(icons.pixmap(icon, self._theme.color(role), size, self.devicePixelRatioF()))
        self._update_text(self._ticker.now())


def connection_text(view: ConnectionView, now: datetime) -> str:
    """Return state, reason and next try, such as `Offline. Intercom can't be reached. Trying again in 12 s.`"""
    if view.state is ConnectionState.ONLINE and view.last_sync_at is not None:
        sentences = [texts.UPDATED(ago=ago(view.last_sync_at, now))]
    else:
        sentences = [_STATES[view.state]()]
    if view.reason != NO_REASON:
        sentences.append(describe(view.reason))
    if view.next_try_at is not None:
        seconds = max(0, int((view.next_try_at - now).total_seconds()))
        sentences.append(texts.NEXT_TRY(seconds=seconds) if seconds else texts.TRYING())
    return " ".join(sentences)


def progress_text(view: Progress) -> str:
    """Return such as `Loading conversations: 120 of 400`."""
    if view.total is None:
        return (texts.LOADING_OLDER if view.is_older else texts.LOADING)(done=view.done)
    return (texts.LOADING_OLDER_OF if view.is_older else texts.LOADING_OF)(done=view.done, total=view.total)
