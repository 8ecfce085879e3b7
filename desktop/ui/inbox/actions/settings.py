"""The settings sheet and the forwarding test: built when first opened, then kept up to date."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSettings, Signal
from PySide6.QtWidgets import QWidget

from desktop.domain.model.facts import ChannelKind
from desktop.engine.accounts.views import ChannelView
from desktop.engine.protocols import Accounts, Run, Submit
from desktop.engine.views import ThreadView, WorkspaceView
from desktop.ui.inbox.view_loader import LoadedViews
from desktop.ui.look.preferences import Preferences
from desktop.ui.look.theme import Theme
from desktop.ui.look.ticker import Ticker

if TYPE_CHECKING:
    # Imported when one is first opened.
    from desktop.ui.settings.relay_test_sheet import RelayTestSheet
    from desktop.ui.settings.sheet import SettingsSheet


class SettingsActions(QObject):
    """Opens the settings and the forwarding test, and holds the agent's preferences.

    Signals:
        customer_requested: the forwarding test needs this customer's thread. arg: the customer's id.
        recent_requested: the forwarding test needs the customers who wrote recently.
        add_workspace_requested: the agent wants to connect another workspace.
    """

    customer_requested = Signal(str)
    recent_requested = Signal()
    add_workspace_requested = Signal()

    def __init__(
        self, theme: Theme, ticker: Ticker, submit: Submit, settings: QSettings | None, window: QWidget
    ) -> None:
        super().__init__(window)
        self._theme, self._ticker, self._submit, self._window = theme, ticker, submit, window
        self.preferences = Preferences(theme, settings, self)
        self._sheet: SettingsSheet | None = None
        self._relay_test: RelayTestSheet | None = None
        self._accounts: tuple[Accounts, Run, str] | None = None
        self._channels: Sequence[ChannelView] = ()
        self._workspace: WorkspaceView | None = None

    @property
    def sheet(self) -> SettingsSheet:
        """The sheet; the first access builds it."""
        if self._sheet is None:
            from desktop.ui.settings.sheet import SettingsSheet

            sheet = self._sheet = SettingsSheet(self._theme, self._submit, self.preferences, self._window)
            sheet.relay_test_requested.connect(self.open_relay_test)
            sheet.accounts.add_workspace_requested.connect(self.add_workspace_requested)
            if self._accounts is not None:
                sheet.accounts.connect_accounts(*self._accounts)
            sheet.accounts.show_accounts(self._channels)
            if self._workspace is not None:
                sheet.show_workspace(self._workspace)
        return self._sheet

    @property
    def relay_test(self) -> RelayTestSheet:
        """The sheet of the forwarding test; the first access builds it."""
        if self._relay_test is None:
            from desktop.ui.settings.relay_test_sheet import RelayTestSheet

            self._relay_test = RelayTestSheet(self._theme, self._ticker, self._submit, self._window)
            self._relay_test.customer_chosen.connect(self.customer_requested)
            self._relay_test.recent_wanted.connect(self.recent_requested)
        return self._relay_test

    @property
    def needs_recent(self) -> bool:
        """Whether the customers who wrote recently are on the screen."""
        return self._relay_test is not None and self._relay_test.needs_recent

    def open(self) -> None:
        """Open the sheet at the page that was shown last."""
        self.sheet.open_at()

    def open_octopods(self) -> None:
        from desktop.ui.settings.octopods import OctopodsPage

        self.sheet.open_at(OctopodsPage)

    def open_accounts(self) -> None:
        from desktop.ui.settings.accounts import AccountsPage

        self.sheet.open_at(AccountsPage)

    def open_relay_test(self, channel: ChannelKind | None = None) -> None:
        """channel: None lets the agent choose."""
        if self._sheet is not None:
            self._sheet.dismiss()
        self.relay_test.open_for(channel)

    def connect_accounts(self, accounts: Accounts, run: Run, workspace_id: str) -> None:
        """Allow changes to the accounts; see `AccountsPage.connect_accounts`. Without it they are shown only."""
        self._accounts = accounts, run, workspace_id
        if self._sheet is not None:
            self._sheet.accounts.connect_accounts(accounts, run, workspace_id)

    def show_accounts(self, channels: Sequence[ChannelView]) -> None:
        self._channels = channels
        if self._sheet is not None:
            self._sheet.accounts.show_accounts(channels)

    def show(self, loaded: LoadedViews) -> None:
        if loaded.workspace is not None:
            self._workspace = loaded.workspace
            if self._sheet is not None:
                self._sheet.show_workspace(loaded.workspace)
        if loaded.recent is not None and self._relay_test is not None:
            self._relay_test.show_rows(loaded.recent)

    def show_thread(self, view: ThreadView | None) -> None:
        # Without a test that has asked for a customer there is no thread that matters to it.
        if self._relay_test is not None:
            self._relay_test.show_thread(view)
