"""Shows notifications outside the window, and does what the agent chooses there."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import msgspec
from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication, QWindow
from PySide6.QtWidgets import QApplication

from desktop.engine.commands import Answer, Failed, SnoozeConversation
from desktop.engine.notifications.model import Attention, Notification, NotificationNews
from desktop.engine.protocols import Engine, Notifications
from desktop.ports import DISMISSED, DesktopNotification, Notifier
from desktop.text.names import full_name
from desktop.text.reasons.describe import describe
from desktop.text.screens import notifications as texts
from desktop.ui.inbox.main_window import MainWindow
from desktop.ui.look.app_icon import app_icon
from desktop.ui.look.notification_preferences import PAUSE_FOR, next_morning
from desktop.ui.notifications.background import Background
from desktop.ui.notifications.tray import HOUR, MORNING
from desktop.ui.notifications.words import REPLY, SNOOZE, describe_notification

SNOOZE_FOR = timedelta(hours=1)
SOUND_PAUSE_S = 3.0
"""Between two sounds at least."""

TEST_KEY = "test"


class DisplayResult(msgspec.Struct, frozen=True):
    """How a notification was shown. is_in_tray: at the tray icon. is_quiet: the system holds notifications back."""

    is_shown: bool
    is_in_tray: bool = False
    is_quiet: bool = False


class NotificationCenter(QObject):
    """Lives as long as its window. Loop's thread."""

    def __init__(
        self,
        window: MainWindow,
        engine: Engine,
        notifications: Notifications,
        notifier: Notifier,
        play_sound: Callable[[], bool],
        background: Background,
    ) -> None:
        """play_sound: False where it could not."""
        super().__init__(window)
        self._window, self._engine = window, engine
        self._notifications, self._notifier = notifications, notifier
        self._play_sound, self._background = play_sound, background
        self._preferences = window.settings.notifications
        self._unread = 0
        self._sounded_at = float("-inf")
        self._in_tray: Notification | None = None
        self._reply_to = ""
        # One after the other, so that a later one takes the place of the earlier.
        self._showing = asyncio.Lock()
        self.tray = background.tray
        self.tray.message_clicked.connect(self._on_tray_message)
        self.tray.pause_requested.connect(self.pause)
        # A pause may be over.
        self.tray.menu.aboutToShow.connect(self._on_preferences)
        self.tray.settings_requested.connect(self._on_settings)
        background.hidden.connect(self._on_hidden)
        self._preferences.changed.connect(self._on_preferences)
        window.customer_shown.connect(self._on_customer_shown)
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        application.focusWindowChanged.connect(self._on_focus)
        self._unsubscribe = notifications.subscribe(self._on_news)
        self._on_preferences()
        self._on_focus(None)

    async def aclose(self) -> None:
        """Take everything away."""
        self._unsubscribe()
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        application.focusWindowChanged.disconnect(self._on_focus)
        self.tray.close()
        await self._notifier.aclose()

    def open_place(self, kind: str, provider_id: str) -> None:
        """Show the conversation or contact that a link leads to."""
        self._background.open_window()
        self._engine.tasks.start(
            self._engine.queries.find_place(kind, provider_id), "find what a link leads to", self._show_place
        )

    def _show_place(self, place: tuple[str, str] | None) -> None:
        if place is None:
            self._window.toast.show_message(texts.LINK_UNKNOWN())
        else:
            customer_id, conversation_id = place
            self._window.choose_customer(customer_id, conversation_id or None)

    def pause(self, how: str) -> None:
        """Do not disturb. how: as the tray says it."""
        if how == MORNING:
            self._preferences.pause(next_morning(self._engine.clock.now()))
        else:
            self._preferences.pause(self._engine.clock.now() + PAUSE_FOR if how == HOUR else None)

    # --- what is before the agent's eyes --------------------------------------------------------------------------

    def _on_focus(self, _window: QWindow | None) -> None:
        is_in_front = self._window.isVisible() and self._window.isActiveWindow()
        self._notifications.set_attention(Attention(is_in_front, self._window.customer_id or ""))

    def _on_hidden(self) -> None:
        self._on_focus(None)

    def _on_customer_shown(self, customer_id: str) -> None:
        self._on_focus(None)
        if self._reply_to and self._reply_to == customer_id:
            self._reply_to = ""
            self._window.write_reply()

    def _on_preferences(self) -> None:
        self._notifications.settings = self._preferences.choices.settings(self._preferences.paused_until)
        self._show_counts()

    # --- notifications ---------------------------------------------------------------------------------------------

    def _on_news(self, news: NotificationNews) -> None:
        self._unread = news.unread
        self._show_counts()
        if news.shown or news.withdrawn:
            self._engine.tasks.start(self._carry_out(news), "show notifications")

    def _show_counts(self) -> None:
        paused_until = self._preferences.paused_until
        if paused_until is not None and paused_until <= self._engine.clock.now():
            paused_until = self._preferences.paused_until = None
        self.tray.show_state(self._unread, paused_until)
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.setBadgeNumber(self._unread)
        if sys.platform.startswith("linux"):
            # Few taskbars there show a badge, all of them show the window's icon.
            self._window.window().setWindowIcon(app_icon(self._unread))

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

    async def _show(self, notification: DesktopNotification, on_action: Callable[[str], None]) -> DisplayResult:
        is_quiet = await self._notifier.is_do_not_disturb()
        if not is_quiet:
            self._sound()
        if await self._notifier.show(notification, on_action):
            return DisplayResult(True, is_quiet=is_quiet)
        is_in_tray = not is_quiet and self.tray.show_message(notification.title, notification.body)
        return DisplayResult(False, is_in_tray, is_quiet)

    def _sound(self) -> None:
        now_s = self._engine.clock.monotonic()
        if self._preferences.choices.sound and now_s - self._sounded_at >= SOUND_PAUSE_S:
            self._sounded_at = now_s
            if not self._play_sound():
                QApplication.beep()

    async def show_test(self) -> DisplayResult:
        """Show a notification that says that it is a test."""
        test = DesktopNotification(TEST_KEY, texts.TEST_TITLE(), texts.TEST_BODY())
        async with self._showing:
            return await self._show(test, self._on_test_chosen)

    def _on_test_chosen(self, action: str) -> None:
        if action != DISMISSED:
            self._background.open_window()

    # --- what the agent chooses -------------------------------------------------------------------------------------

    def _act(self, event: Notification, action: str) -> None:
        self._notifications.dismiss(event.key)
        if action == DISMISSED:
            return
        if action == SNOOZE:
            self._snooze(event)
            return
        self._background.open_window()
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
            self._background.open_window()

    def _on_settings(self) -> None:
        self._background.open_window()
        self._window.settings.open_notifications()
