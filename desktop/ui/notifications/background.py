"""Keeps the program running while its window is hidden, and ends it where the agent wants that."""

from __future__ import annotations

import sys
from functools import partial

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication

from desktop.engine.protocols import Engine
from desktop.text.screens import notifications as texts
from desktop.ui.inbox.main_window import MainWindow
from desktop.ui.notifications.tray import Tray


class Background(QObject):
    """Decides what closing the window means. is_active: the window is hidden, and the program goes on.

    Signals:
        hidden: the window was hidden.
        closed: the window was closed for good while it was hidden.
    """

    hidden = Signal()
    closed = Signal()

    def __init__(self, window: MainWindow, engine: Engine) -> None:
        super().__init__(window)
        self._window, self._engine = window, engine
        self._preferences = window.settings.notifications
        self.is_active = False
        self.tray = Tray(window)
        self.tray.open_requested.connect(self.open_window)
        self.tray.quit_requested.connect(self.quit)
        window.quitting.hide_instead = self._hide_instead
        window.quitting.on_quit_requested = self.quit
        application = QGuiApplication.instance()
        if sys.platform == "darwin" and isinstance(application, QGuiApplication):
            application.applicationStateChanged.connect(self._on_application_state)

    def open_window(self) -> None:
        """Bring the window to the front, also from the tray."""
        self.is_active = False
        top = self._window.window()
        top.setWindowState(top.windowState() & ~Qt.WindowState.WindowMinimized)
        top.show()
        top.raise_()
        top.activateWindow()

    def _hide_instead(self) -> bool:
        """Whether the window stays, hidden or with a question on it, where the agent closes it."""
        keeps_running = self._preferences.choices.keeps_running
        if keeps_running is None:
            text = texts.KEEP_TEXT() if self.tray.is_there else texts.KEEP_TEXT_WITHOUT_TRAY()
            self._window.quitting.question.ask(
                texts.KEEP_TITLE(),
                text,
                texts.KEEP_RUNNING(),
                partial(self._choose_to_keep_running, True),
                (texts.QUIT_INSTEAD(), partial(self._choose_to_keep_running, False)),
            )
        elif keeps_running:
            self.hide()
        return keeps_running is not False

    def _choose_to_keep_running(self, keeps_running: bool) -> None:
        self._preferences.set_switch("keeps_running", keeps_running)
        if keeps_running:
            self.hide()
        else:
            self.quit()

    def hide(self) -> None:
        """Go on without a window."""
        self.is_active = True
        self._window.window().hide()
        self.hidden.emit()

    def quit(self) -> None:
        """Close the window for good; the agent is asked where replies wait."""
        if self._window.isVisible():
            self._window.quitting.quit()
            return
        # A hidden window is not kept up to date.
        self._engine.tasks.start(self._unsent(), "count what is not sent", self._quit_with)

    async def _unsent(self) -> tuple[int, int]:
        queries = self._engine.queries
        return await queries.waiting_count(), await queries.draft_count()

    def _quit_with(self, unsent: tuple[int, int]) -> None:
        quitting = self._window.quitting
        quitting.waiting_count, quitting.draft_count = unsent
        if quitting.has_to_ask:
            self.open_window()
        was_hidden = self.is_active
        if quitting.quit() and was_hidden:
            self.is_active = False
            self.closed.emit()

    def _on_application_state(self, state: Qt.ApplicationState) -> None:
        """On macOS a click on the icon in the Dock activates the program, and shows no window by itself."""
        if state is Qt.ApplicationState.ApplicationActive and self.is_active:
            self.open_window()
