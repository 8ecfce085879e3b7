"""The icon in the tray or menu bar, with its menu."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QMenu, QSystemTrayIcon, QWidget

from desktop.text.formats import clock_time
from desktop.text.screens import notifications as texts
from desktop.ui.look.app_icon import app_icon

HOUR, MORNING = "hour", "morning"
"""How long not to disturb."""


class Tray(QObject):
    """Shown where the system has a tray, also one that comes later.

    Signals:
        open_requested: the window is wanted.
        message_clicked: a message at the icon was clicked.
        pause_requested: do not disturb. arg: `HOUR`, `MORNING`, or "" to end it.
        settings_requested, quit_requested.
    """

    open_requested = Signal()
    message_clicked = Signal()
    pause_requested = Signal(str)
    settings_requested = Signal()
    quit_requested = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._menu = QMenu(window)
        self._open = QAction(texts.OPEN_REACHLINE(), self._menu)
        self._pause_hour = QAction(texts.PAUSE_HOUR(), self._menu)
        self._pause_morning = QAction(texts.PAUSE_MORNING(), self._menu)
        self._resume = QAction(self._menu)
        self._settings = QAction(texts.SETTINGS(), self._menu)
        self._quit = QAction(texts.QUIT(), self._menu)
        self._menu.addAction(self._open)
        self._menu.addSeparator()
        self._menu.addActions([self._pause_hour, self._pause_morning, self._resume, self._settings])
        self._menu.addSeparator()
        self._menu.addAction(self._quit)
        self._icon = QSystemTrayIcon(app_icon(), self)
        self._icon.setContextMenu(self._menu)
        self._icon.activated.connect(self._on_activated)
        self._icon.messageClicked.connect(self.message_clicked)
        self._open.triggered.connect(self.open_requested)
        self._pause_hour.triggered.connect(self._on_pause_hour)
        self._pause_morning.triggered.connect(self._on_pause_morning)
        self._resume.triggered.connect(self._on_resume)
        self._settings.triggered.connect(self.settings_requested)
        self._quit.triggered.connect(self.quit_requested)
        self.show_state(0, None)
        if QGuiApplication.platformName() != "offscreen":
            self._icon.show()

    @property
    def is_there(self) -> bool:
        """Whether the system has a tray."""
        return QSystemTrayIcon.isSystemTrayAvailable()

    @property
    def menu(self) -> QMenu:
        return self._menu

    def show_state(self, unread: int, paused_until: datetime | None) -> None:
        """unread: how many customers have unread messages. paused_until: None while nothing is paused."""
        self._icon.setIcon(app_icon(unread))
        tooltip = texts.TRAY_UNREAD(unread) if unread else texts.TRAY_TOOLTIP()
        if paused_until is not None:
            tooltip += f"\n{texts.PAUSED(time=clock_time(paused_until))}"
            self._resume.setText(texts.RESUME(time=clock_time(paused_until)))
        self._icon.setToolTip(tooltip)
        self._resume.setVisible(paused_until is not None)
        self._pause_hour.setVisible(paused_until is None)
        self._pause_morning.setVisible(paused_until is None)

    def show_message(self, title: str, body: str) -> bool:
        """Show a message at the icon; False where there is none."""
        # Without a tray Qt sends nothing, and does not say so.
        if not self.is_there or not QSystemTrayIcon.supportsMessages():
            return False
        self._icon.showMessage(title, body, app_icon())
        return True

    def close(self) -> None:
        self._icon.hide()

    def _on_activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason in (QSystemTrayIcon.ActivationReason.Trigger, QSystemTrayIcon.ActivationReason.DoubleClick):
            self.open_requested.emit()

    def _on_pause_hour(self) -> None:
        self.pause_requested.emit(HOUR)

    def _on_pause_morning(self) -> None:
        self.pause_requested.emit(MORNING)

    def _on_resume(self) -> None:
        self.pause_requested.emit("")
