"""Shows what calls the agent outside the window, and does what they choose there."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication, QWindow
from PySide6.QtWidgets import QApplication

from desktop.engine.commands import Answer, Failed, SnoozeConversation
from desktop.engine.notifications.model import Notification, NotificationNews, Presence
from desktop.engine.protocols import Engine, Notifications
from desktop.ports import DISMISSED, DesktopNotification, LoginItem, Notifier
from desktop.ports.reasons import system_says
from desktop.text.names import full_name
from desktop.text.reasons.describe import describe
from desktop.text.screens import notifications as texts
from desktop.text.screens.settings import SAVED
from desktop.ui.inbox.main_window import MainWindow
from desktop.ui.look.app_icon import app_icon
from desktop.ui.look.notification_preferences import PAUSE_FOR, MachineFacts, next_morning
from desktop.ui.notifications.tray import HOUR, MORNING, Tray
from desktop.ui.notifications.words import REPLY, SNOOZE, describe_notification

log = logging.getLogger(__name__)

SNOOZE_FOR = timedelta(hours=1)
SOUND_PAUSE_S = 3.0
"""Between two sounds at least."""

TEST_KEY = "test"


@dataclass(frozen=True, slots=True)
class Delivery:
    """How the last notification was shown. is_quiet: the system holds notifications back."""

    is_shown: bool
    is_in_tray: bool = False
    is_quiet: bool = False


class NotificationCenter(QObject):
    """Lives as long as its window. Loop's thread.

    is_in_background: the window is hidden, and the program goes on.

    Signals:
        closed: the window was closed for good while it was hidden.
    """

    closed = Signal()

    def __init__(
        self,
        window: MainWindow,
        engine: Engine,
        notifications: Notifications,
        notifier: Notifier,
        play_sound: Callable[[], bool],
        login_item: LoginItem,
    ) -> None:
        """play_sound: False where it could not."""
        super().__init__(window)
        self._window, self._engine = window, engine
        self._notifications, self._notifier = notifications, notifier
        self._play_sound, self._login_item = play_sound, login_item
        self.is_in_background = False
        self._preferences = window.settings.notifications
        self._unseen = 0
        self._sounded_at = float("-inf")
        self._in_tray: Notification | None = None
        self._reply_to = ""
        # One after the other, so that a later one takes the place of the earlier.
        self._showing = asyncio.Lock()
        self.tray = Tray(window)
        self.tray.open_requested.connect(self.open_window)
        self.tray.message_clicked.connect(self._on_tray_message)
        self.tray.pause_requested.connect(self.pause)
        # A pause may be over.
        self.tray.menu.aboutToShow.connect(self._on_preferences)
        self.tray.settings_requested.connect(self._on_settings)
        self.tray.quit_requested.connect(self.quit)
        window.quitting.hide_instead = self._hide_instead
        window.quitting.on_quit_requested = self.quit
        window.settings.test_requested.connect(self._on_test)
        window.settings.login_requested.connect(self._on_login)
        window.settings.machine_requested.connect(self._on_machine)
        window.settings.show_machine(MachineFacts())
        self._preferences.changed.connect(self._on_preferences)
        window.customer_shown.connect(self._on_customer_shown)
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        application.focusWindowChanged.connect(self._on_focus)
        if sys.platform == "darwin":
            application.applicationStateChanged.connect(self._on_application_state)
        self._unsubscribe = notifications.subscribe(self._on_news)
        self._on_preferences()
        self._on_focus(None)

    async def aclose(self) -> None:
        """Take everything away."""
        self._unsubscribe()
        self.tray.close()
        await self._notifier.aclose()

    def open_window(self) -> None:
        """Bring the window to the front, also from the tray."""
        self.is_in_background = False
        top = self._window.window()
        top.setWindowState(top.windowState() & ~Qt.WindowState.WindowMinimized)
        top.show()
        top.raise_()
        top.activateWindow()

    def open_place(self, kind: str, provider_id: str) -> None:
        """Show the conversation or contact that a link leads to."""
        self.open_window()
        self._engine.tasks.start(
            self._engine.queries.find_place(kind, provider_id), "find what a link leads to", self._show_place
        )

    def _show_place(self, place: tuple[str, str] | None) -> None:
        if place is None:
            self._window.toast.show_message(texts.LINK_UNKNOWN())
        else:
            customer_id, conversation_id = place
            self._window.choose_customer(customer_id, conversation_id or None)

    # --- closing and quitting ---------------------------------------------------------------------------------------

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
        self.is_in_background = True
        self._window.window().hide()
        self._on_focus(None)

    def quit(self) -> None:
        """Close the window for good; the agent is asked where replies wait."""
        self._engine.tasks.start(self._unsent(), "count what is not sent", self._quit_with)

    async def _unsent(self) -> tuple[int, int]:
        queries = self._engine.queries
        return await queries.waiting_count(), await queries.draft_count()

    def _quit_with(self, unsent: tuple[int, int]) -> None:
        quitting = self._window.quitting
        # A hidden window is not kept up to date.
        quitting.waiting_count, quitting.draft_count = unsent
        if quitting.has_to_ask:
            self.open_window()
        was_in_background = self.is_in_background
        if quitting.quit() and was_in_background:
            self.is_in_background = False
            self.closed.emit()

    def pause(self, how: str) -> None:
        """Do not disturb. how: as the tray says it."""
        if how == MORNING:
            self._preferences.pause(next_morning(self._engine.clock.now()))
        else:
            self._preferences.pause(self._engine.clock.now() + PAUSE_FOR if how == HOUR else None)

    # --- what is before the agent's eyes --------------------------------------------------------------------------

    def _on_focus(self, _window: QWindow | None) -> None:
        is_in_front = self._window.isVisible() and self._window.isActiveWindow()
        self._notifications.set_presence(Presence(is_in_front, self._window.customer_id or ""))

    def _on_application_state(self, state: Qt.ApplicationState) -> None:
        """On macOS a click on the icon in the Dock activates the program, and shows no window by itself."""
        if state is Qt.ApplicationState.ApplicationActive and self.is_in_background:
            self.open_window()

    def _on_customer_shown(self, customer_id: str) -> None:
        self._on_focus(None)
        if self._reply_to and self._reply_to == customer_id:
            self._reply_to = ""
            self._window.write_reply()

    def _on_preferences(self) -> None:
        now = self._engine.clock.now()
        if self._preferences.paused_until is not None and self._preferences.paused_until <= now:
            self._preferences.paused_until = None
        self._notifications.settings = self._preferences.choices.settings(self._preferences.paused_until)
        self._show_counts()

    # --- what calls -------------------------------------------------------------------------------------------------

    def _on_news(self, news: NotificationNews) -> None:
        self._unseen = news.unseen
        self._show_counts()
        if news.shown or news.withdrawn:
            self._engine.tasks.start(self._carry_out(news), "show notifications")

    def _show_counts(self) -> None:
        paused_until = self._preferences.paused_until
        self.tray.show_state(self._unseen, paused_until)
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.setBadgeNumber(self._unseen)
        if sys.platform.startswith("linux"):
            # Few taskbars there show a badge, all of them show the window's icon.
            self._window.window().setWindowIcon(app_icon(self._unseen))

    async def _carry_out(self, news: NotificationNews) -> None:
        async with self._showing:
            for key in news.withdrawn:
                await self._notifier.withdraw(key)
            now = self._engine.clock.now()
            shows_text = self._preferences.choices.shows_text
            for event in news.shown:
                shown = describe_notification(event, now, shows_text=shows_text)
                delivery = await self._show(shown, partial(self._act, event))
                if delivery.is_in_tray:
                    self._in_tray = event

    async def _show(self, notification: DesktopNotification, on_action: Callable[[str], None]) -> Delivery:
        is_quiet = await self._notifier.is_do_not_disturb()
        if not is_quiet:
            self._sound()
        if await self._notifier.show(notification, on_action):
            return Delivery(True, is_quiet=is_quiet)
        is_in_tray = not is_quiet and self.tray.show_message(notification.title, notification.body)
        return Delivery(False, is_in_tray, is_quiet)

    def _sound(self) -> None:
        now_s = self._engine.clock.monotonic()
        if self._preferences.choices.sound and now_s - self._sounded_at >= SOUND_PAUSE_S:
            self._sounded_at = now_s
            if not self._play_sound():
                QApplication.beep()

    async def show_test(self) -> Delivery:
        """Show a notification that says that it is a test."""
        test = DesktopNotification(TEST_KEY, texts.TEST_TITLE(), texts.TEST_BODY())
        async with self._showing:
            return await self._show(test, lambda action: None if action == DISMISSED else self.open_window())

    # --- the settings page ------------------------------------------------------------------------------------------

    def _on_test(self) -> None:
        self._engine.tasks.start(self.show_test(), "show a test notification", self._say_how_the_test_went)

    def _say_how_the_test_went(self, delivery: Delivery) -> None:
        self._on_machine()
        sentence = texts.TEST_NOT_SHOWN
        if delivery.is_quiet:
            sentence = texts.SYSTEM_QUIET
        elif delivery.is_shown:
            sentence = texts.TEST_SHOWN
        elif delivery.is_in_tray:
            sentence = texts.TEST_IN_TRAY
        self._window.settings.show_test_result(sentence())

    def _on_machine(self) -> None:
        self._engine.tasks.start(self._notifier.is_available(), "ask for notifications", self._show_machine)

    def _show_machine(self, shows_notifications: bool) -> None:
        starts_at_login: bool | None
        try:
            starts_at_login = self._login_item.is_enabled()
        except OSError as error:
            log.warning("what starts at login is unknown: %s", type(error).__name__)
            starts_at_login = None
        facts = MachineFacts(shows_notifications, self.tray.is_there, starts_at_login)
        self._window.settings.show_machine(facts)

    def _on_login(self, is_wanted: bool) -> None:
        try:
            self._login_item.set_enabled(is_wanted)
            sentence = SAVED()
        except OSError as error:
            sentence = texts.LOGIN_NOT_CHANGED(reason=describe(system_says(error)))
        self._window.settings.show_test_result(sentence)
        self._on_machine()

    # --- what the agent chooses -------------------------------------------------------------------------------------

    def _act(self, event: Notification, action: str) -> None:
        self._notifications.dismiss(event.key)
        if action == DISMISSED:
            return
        if action == SNOOZE:
            self._snooze(event)
            return
        self.open_window()
        if event.customer_id:
            if action == REPLY:
                self._reply_to = event.customer_id
            self._window.choose_customer(event.customer_id, event.conversation_id, event.draft_id)
            view = self._window.view
            if view is not None and view.customer_id == event.customer_id:
                self._on_customer_shown(event.customer_id)

    def _snooze(self, event: Notification) -> None:
        name = full_name(event.name)

        def say(answer: Answer) -> None:
            if isinstance(answer, Failed):
                sentence = texts.NOT_SNOOZED(name=name, reason=describe(answer.reason))
                self._window.toast.show_message(sentence)
                failed = DesktopNotification(event.key, texts.NOTIFICATIONS(), sentence)
                self._engine.tasks.start(self._show(failed, partial(self._act, event)), "show that snoozing failed")
            else:
                self._window.toast.show_message(texts.SNOOZED(name=name))

        until = self._engine.clock.now() + SNOOZE_FOR
        self._engine.command_handler.submit(SnoozeConversation(event.conversation_id, until), say)

    def _on_tray_message(self) -> None:
        event, self._in_tray = self._in_tray, None
        if event is not None:
            self._act(event, "")
        else:
            self.open_window()

    def _on_settings(self) -> None:
        self.open_window()
        self._window.settings.open_notifications()
