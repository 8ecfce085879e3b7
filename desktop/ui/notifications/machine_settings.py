"""What the settings page *Notifications* asks of the machine: a test, and the start at login."""

from __future__ import annotations

import logging

from PySide6.QtCore import QObject

from desktop.engine.protocols import Engine
from desktop.ports import LoginItem, Notifier
from desktop.ports.reasons import system_says
from desktop.text.reasons.describe import describe
from desktop.text.screens import notifications as texts
from desktop.text.screens.settings import SAVED
from desktop.ui.inbox.actions.settings import SettingsActions
from desktop.ui.look.notification_preferences import MachineFacts
from desktop.ui.notifications.center import DisplayResult, NotificationCenter

log = logging.getLogger(__name__)


class MachineSettings(QObject):
    """Lives as long as the center, whose notifications it tests."""

    def __init__(
        self,
        center: NotificationCenter,
        settings: SettingsActions,
        engine: Engine,
        notifier: Notifier,
        login_item: LoginItem,
    ) -> None:
        super().__init__(center)
        self._center, self._settings, self._engine = center, settings, engine
        self._notifier, self._login_item = notifier, login_item
        settings.test_requested.connect(self._on_test)
        settings.login_requested.connect(self._on_login)
        settings.machine_requested.connect(self._on_machine)
        settings.show_machine(MachineFacts())

    def _on_test(self) -> None:
        self._engine.tasks.start(self._center.show_test(), "show a test notification", self._show_test_result)

    def _show_test_result(self, result: DisplayResult) -> None:
        self._on_machine()
        sentence = texts.TEST_NOT_SHOWN
        if result.is_quiet:
            sentence = texts.SYSTEM_QUIET
        elif result.is_shown:
            sentence = texts.TEST_SHOWN
            self._settings.notification_tried.emit()
        elif result.is_in_tray:
            sentence = texts.TEST_IN_TRAY
        self._settings.show_test_result(sentence())

    def _on_machine(self) -> None:
        self._engine.tasks.start(self._notifier.is_available(), "ask for notifications", self._show_machine)

    def _show_machine(self, shows_notifications: bool) -> None:
        starts_at_login: bool | None
        try:
            starts_at_login = self._login_item.is_enabled()
        except OSError as error:
            log.warning("what starts at login is unknown: %s", type(error).__name__)
            starts_at_login = None
        facts = MachineFacts(shows_notifications, self._center.tray.is_there, starts_at_login)
        self._settings.show_machine(facts)

    def _on_login(self, is_wanted: bool) -> None:
        try:
            self._login_item.set_enabled(is_wanted)
            sentence = SAVED()
        except OSError as error:
            sentence = texts.LOGIN_NOT_CHANGED(reason=describe(system_says(error)))
        self._settings.show_test_result(sentence)
        self._on_machine()
