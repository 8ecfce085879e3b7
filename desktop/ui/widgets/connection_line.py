"""Connection line: the state of the connection in one quiet place, with the reason and the next try."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QWidget

from desktop.engine.views import ConnectionState, ConnectionView, Progress
from desktop.ui.look import icons
from desktop.ui.look.theme import GAP, Theme
from desktop.ui.look.ticker import Ticker
from desktop.ui.widgets.labels import Label
from desktop.ui.wording import words

_LOOKS = {
    ConnectionState.CONNECTING: ("fa6s.rotate", "muted"),
    ConnectionState.ONLINE: ("fa6s.circle-check", "ok"),
    ConnectionState.OFFLINE: ("fa6s.plug-circle-xmark", "danger"),
    ConnectionState.THROTTLED: ("fa6s.hourglass-half", "soon"),
    ConnectionState.SIGNED_OUT: ("fa6s.lock", "danger"),
}
OUT_OF_REACH = (ConnectionState.OFFLINE, ConnectionState.SIGNED_OUT)
"""Nothing can be sent at the moment."""


class ConnectionLine(QWidget):
    """Signals:
    try_now: the agent does not want to wait for the next try.
    stop_reading: the agent does not want the rest of the first sync now.
    """

    try_now = Signal()
    stop_reading = Signal()

    def __init__(self, theme: Theme, ticker: Ticker, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._ticker = theme, ticker
        self._view = ConnectionView(ConnectionState.CONNECTING)
        self._progress: Progress | None = None
        self._sign = Label(parent=self)
        self._text = Label(parent=self)
        self._text.setObjectName("muted")
        self._bar = QProgressBar(self)
        self._bar.setTextVisible(False)
        self._bar.setFixedSize(120, 6)
        self._bar.setAccessibleName("First reading of all conversations")
        self._try = QPushButton("Try now", self)
        self._try.setObjectName("quiet")
        self._try.setAccessibleName("Try to reach Intercom now")
        self._try.clicked.connect(self.try_now)
        self._stop = QPushButton("Stop", self)
        self._stop.setObjectName("quiet")
        self._stop.setAccessibleName("Stop the first reading; the rest comes when it changes")
        self._stop.clicked.connect(self.stop_reading)
        row = QHBoxLayout(self)
        row.setContentsMargins(GAP, 2, GAP, 2)
        row.setSpacing(GAP)
        for widget in (self._sign, self._text, self._bar, self._stop, self._try):
            row.addWidget(widget)
        row.addStretch(1)
        ticker.ticked.connect(self._tell)
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
        self._tell(self._ticker.now())

    def _tell(self, now: datetime) -> None:
        reading = self._progress if self._view.state is ConnectionState.ONLINE else None
        said = words.connection(self._view, now) if reading is None else words.progress(reading)
        if said != self._text.text():
            self._text.setText(said)
            self._text.setToolTip(said)
            self.setAccessibleName(f"Connection: {said}")
        self._bar.setVisible(reading is not None)
        self._stop.setVisible(reading is not None)
        if reading is not None:
            # Both zero: a bar that only moves, while nobody knows how many there are.
            self._bar.setMaximum(reading.total or 0)
            self._bar.setValue(reading.done if reading.total else 0)
        waits = self._view.state in (ConnectionState.OFFLINE, ConnectionState.THROTTLED)
        self._try.setVisible(waits or self._view.next_try_at is not None)

    def _apply_theme(self) -> None:
        icon, role = _LOOKS[self._view.state]
        size = round(self.fontMetrics().height() * 0.9)
        self._sign.setPixmap(icons.pixmap(icon, self._theme.color(role), size, self.devicePixelRatioF()))
        self._sign.setAccessibleName(self._view.state.value.replace("_", " "))
        colors = self._theme.colors
        self._bar.setStyleSheet(
            f"QProgressBar {{ background: {colors.border}; border: none; border-radius: 3px; }}"
            f"QProgressBar::chunk {{ background: {colors.accent}; border-radius: 3px; }}"
        )
        self._tell(self._ticker.now())
