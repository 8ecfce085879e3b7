"""The state of the connection to Intercom, with the reason, the next try and the progress of the first sync."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.engine.views import ConnectionState, ConnectionView, Progress
from desktop.ui.look import icons
from desktop.ui.look.theme import GAP, Theme
from desktop.ui.look.ticker import Ticker
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import push_button
from desktop.ui.widgets.labels import Label
from desktop.ui.widgets.progress_row import ThinProgressBar
from desktop.ui.wording import words

_STYLES = {
    ConnectionState.CONNECTING: ("fa6s.rotate", "muted"),
    ConnectionState.ONLINE: ("fa6s.circle-check", "ok"),
    ConnectionState.OFFLINE: ("fa6s.plug-circle-xmark", "danger"),
    ConnectionState.THROTTLED: ("fa6s.hourglass-half", "soon"),
    ConnectionState.SIGNED_OUT: ("fa6s.lock", "danger"),
}
OFFLINE_STATES = (ConnectionState.OFFLINE, ConnectionState.SIGNED_OUT)
"""States in which nothing can be sent."""


class ConnectionLine(QWidget):
    """One line at the edge of a window.

    Signals:
        try_now: the agent wants to connect without waiting for the next try.
        stop_reading: the agent wants the first sync to end early.
    """

    try_now = Signal()
    stop_reading = Signal()

    def __init__(self, theme: Theme, ticker: Ticker, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._ticker = theme, ticker
        self._view = ConnectionView(ConnectionState.CONNECTING)
        self._progress: Progress | None = None
        self._icon, self._text = Label(), Label()
        self._text.setObjectName("muted")
        self._bar = ThinProgressBar(theme, "First reading of all conversations")
        self._bar.setFixedWidth(120)
        self._try_button = push_button(
            "Try now", self.try_now, style="quiet", accessible_name="Try to reach Intercom now"
        )
        self._stop_button = push_button(
            "Stop",
            self.stop_reading,
            style="quiet",
            accessible_name="Stop the first reading; the rest comes when it changes",
        )
        items = (self._icon, self._text, self._bar, self._stop_button, self._try_button)
        layouts.row(*items, "stretch", parent=self, margins=(GAP, 2, GAP, 2))
        ticker.ticked.connect(self._update_text)
        theme.changed.connect(self._apply_theme)
        self._apply_theme()

    @property
    def text(self) -> str:
        return self._text.text()

    def show_connection(self, view: ConnectionView) -> None:
        self._view = view
        self._apply_theme()

    def show_progress(self, progress: Progress | None) -> None:
        """None: no first sync is running."""
        self._progress = progress
        self._update_text(self._ticker.now())

    def _update_text(self, now: datetime) -> None:
        reading = self._progress if self._view.state is ConnectionState.ONLINE else None
        text = words.connection(self._view, now) if reading is None else words.progress(reading)
        if text != self._text.text():
            self._text.setText(text)
            self._text.setToolTip(text)
            self.setAccessibleName(f"Connection: {text}")
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
        self._icon.setAccessibleName(self._view.state.value.replace("_", " "))
        self._update_text(self._ticker.now())
