"""Settings and relay test of the main window: opened from keys, palette and customer pane, fed with what is read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QObject, QSettings, Signal
from PySide6.QtWidgets import QWidget

from desktop.domain.model.facts import ChannelKind
from desktop.engine.accounts.views import ChannelView
from desktop.engine.views import ThreadView
from desktop.ui.inbox.loading import Reading
from desktop.ui.look.preferences import Preferences
from desktop.ui.look.theme import Theme
from desktop.ui.look.ticker import Ticker
from desktop.ui.settings.accounts import AccountsPage
from desktop.ui.settings.forwarding_test import RelayTest
from desktop.ui.settings.octopods import OctopodsPage
from desktop.ui.settings.sheet import SettingsSheet
from desktop.ui.widgets.progress_row import Run


class Settings(QObject):
    """Signals:
    customer_wanted: the thread of this customer has to be shown for the relay test. arg: the customer's id.
    another_workspace_wanted: the wizard should add one.
    """

    customer_wanted = Signal(str)
    another_workspace_wanted = Signal()

    def __init__(
        self,
        theme: Theme,
        ticker: Ticker,
        submit: Callable[..., Any],
        settings: QSettings | None,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self.preferences = Preferences(theme, settings, self)
        self.sheet = SettingsSheet(theme, submit, self.preferences, window)
        self.relay_test = RelayTest(theme, ticker, submit, window)
        self.sheet.relay_test_requested.connect(self.test_relay)
        self.sheet.accounts.another_workspace_wanted.connect(self.another_workspace_wanted)
        self.relay_test.customer_chosen.connect(self.customer_wanted)

    def open(self) -> None:
        self.sheet.open_at()

    def open_octopods(self) -> None:
        self.sheet.open_at(OctopodsPage)

    def open_accounts(self) -> None:
        self.sheet.open_at(AccountsPage)

    def connect_accounts(self, accounts: Any, run: Run, workspace_id: str) -> None:
        """See `AccountsPage.connect_accounts`; without it, accounts are shown and cannot be changed."""
        self.sheet.accounts.connect_accounts(accounts, run, workspace_id)

    def show_accounts(self, views: Sequence[ChannelView]) -> None:
        self.sheet.accounts.show_accounts(views)

    def test_relay(self, channel: ChannelKind | None = None) -> None:
        self.sheet.dismiss()
        self.relay_test.open_for(channel)

    def show(self, reading: Reading) -> None:
        if reading.workspace is not None:
            self.sheet.show_workspace(reading.workspace)
        if reading.rows is not None:
            self.relay_test.show_rows(reading.rows)

    def show_thread(self, view: ThreadView | None) -> None:
        self.relay_test.show_thread(view)
