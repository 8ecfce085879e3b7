"""The settings sheet and the forwarding test: built when first opened, then kept up to date."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSettings, Signal
from PySide6.QtWidgets import QWidget

from desktop.domain.model.facts import ChannelKind
from desktop.engine.accounts.views import ChannelView, Refusal
from desktop.engine.protocols import Accounts, Run, Submit
from desktop.engine.views import TeamView, ThreadView, WorkspaceView
from desktop.ports import Profile
from desktop.text.formats import clock_time
from desktop.text.reasons.describe import describe
from desktop.text.screens import notifications as notification_texts
from desktop.ui.inbox.view_loader import LoadedViews
from desktop.ui.look.notification_preferences import PAUSE_FOR, MachineFacts, NotificationPreferences
from desktop.ui.look.preferences import Preferences
from desktop.ui.look.theme import Theme
from desktop.ui.look.ticker import Ticker

if TYPE_CHECKING:
    # Imported when one is first opened.
    from desktop.engine.notifications.updates import UpdateView
    from desktop.ui.inbox.actions.spelling import SpellingActions
    from desktop.ui.settings.relay_test.sheet import RelayTestSheet
    from desktop.ui.settings.sheet import SettingsSheet


class SettingsActions(QObject):
    """Opens the settings and the forwarding test, and holds the agent's preferences.

    spelling: what the settings show of spell check; None for nothing.

    Signals:
        customer_requested: the forwarding test needs this customer's thread. arg: the customer's id.
        recent_requested: the forwarding test needs the customers who wrote recently.
        add_workspace_requested: the agent wants to connect another workspace.
        test_requested: a test notification is wanted.
        login_requested: the program shall start when the agent signs in, or no more. arg: whether it shall.
        machine_requested: what the machine can do is about to be read (`show_machine`).
        notification_tried: a test notification was shown on the desktop.
        update_checks_requested: look for new versions every day, or no more. arg: whether to.
        update_check_requested: look for a new version now.
        checklist_requested, hints_requested: the agent wants to see what helps on the first day again.
    """

    customer_requested = Signal(str)
    recent_requested = Signal()
    add_workspace_requested = Signal()
    test_requested = Signal()
    login_requested = Signal(bool)
    machine_requested = Signal()
    notification_tried = Signal()
    update_checks_requested = Signal(bool)
    update_check_requested = Signal()
    checklist_requested = Signal()
    hints_requested = Signal()

    def __init__(
        self,
        theme: Theme,
        ticker: Ticker,
        submit: Submit,
        settings: QSettings | None,
        team: Callable[[], TeamView],
        window: QWidget,
    ) -> None:
        """team: asks for the connection to the team."""
        super().__init__(window)
        self._theme, self._ticker, self._submit, self._window = theme, ticker, submit, window
        self._team = team
        self.preferences = Preferences(theme, settings, self)
        self.notifications = NotificationPreferences(settings, self)
        self.spelling: SpellingActions | None = None
        self._machine: MachineFacts | None = None
        self._updates: tuple[UpdateView, str, str] | None = None
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

            sheet = self._sheet = SettingsSheet(
                self._theme,
                self._submit,
                self.preferences,
                self.notifications,
                self._team,
                self._ticker,
                self._window,
            )
            sheet.relay_test_requested.connect(self.open_relay_test)
            sheet.accounts.add_workspace_requested.connect(self.add_workspace_requested)
            if self._accounts is not None:
                sheet.accounts.connect_accounts(*self._accounts)
                sheet.team.connect_accounts(*self._accounts)
                sheet.translation.connect_accounts(*self._accounts)
            self._show_accounts(sheet)
            sheet.notifications.test_requested.connect(self.test_requested)
            sheet.notifications.login_requested.connect(self.login_requested)
            sheet.notifications.shown.connect(self.machine_requested)
            if self.spelling is not None:
                sheet.writing.show_spelling(self.spelling.preferences, self.spelling.checker)
            sheet.updates.checks_requested.connect(self.update_checks_requested)
            sheet.updates.check_requested.connect(self.update_check_requested)
            if self._updates is not None:
                sheet.updates.show_updates(*self._updates)
            sheet.first_steps.checklist_requested.connect(self._on_checklist_requested)
            sheet.first_steps.hints_requested.connect(self.hints_requested)
            if self._machine is not None:
                sheet.notifications.show_machine(self._machine)
            if self._workspace is not None:
                sheet.show_workspace(self._workspace)
        return self._sheet

    def continue_from(self, former: SettingsActions) -> None:
        """Take the place of another window's, with what was entered there and not saved."""
        self.preferences.adopt(former.preferences)
        self._workspace = former._workspace
        if former._sheet is not None:
            self.sheet.continue_from(former._sheet)
            former._sheet.dismiss()

    @property
    def relay_test(self) -> RelayTestSheet:
        """The sheet of the forwarding test; the first access builds it."""
        if self._relay_test is None:
            from desktop.ui.settings.relay_test.sheet import RelayTestSheet

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

    def open_notifications(self) -> None:
        from desktop.ui.settings.notifications import NotificationsPage

        self.sheet.open_at(NotificationsPage)

    def open_customer_texts(self) -> None:
        from desktop.ui.settings.customer_texts import CustomerTextsPage

        self.sheet.open_at(CustomerTextsPage)

    def open_teammate(self) -> None:
        from desktop.ui.settings.teammate import TeammatePage

        self.sheet.open_at(TeammatePage)

    def open_team(self) -> None:
        from desktop.ui.settings.team import TeamPage

        self.sheet.open_at(TeamPage)

    def show_team(self) -> None:
        """The connection to the team is another."""
        if self._sheet is not None:
            self._sheet.team.refresh()

    def page_titles(self) -> list[str]:
        """The titles of all pages, in their order."""
        from desktop.ui.settings.sheet import PAGES

        return [page.TITLE() for page in PAGES]

    def open_page(self, title: str) -> None:
        """title: one of `page_titles`."""
        from desktop.ui.settings.sheet import PAGES

        self.sheet.open_at(next(page for page in PAGES if page.TITLE() == title))

    @property
    def workspaces(self) -> Sequence[tuple[str, str, bool]]:
        """The workspaces of this profile: id, name, whether this window shows it. None in the demo."""
        if self._accounts is None:
            return ()
        accounts, _run, shown = self._accounts
        return [
            (w.workspace_id, w.name or w.workspace_id, w.workspace_id == shown) for w in accounts.profile.workspaces
        ]

    def switch_workspace(self, workspace_id: str, on_refused: Callable[[str], None]) -> None:
        """Open another workspace in place of this one. on_refused: gets a sentence that says why it can't be opened."""
        if self._accounts is None:
            return
        accounts, run, _shown = self._accounts

        def show_refusal(answer: Profile | Refusal) -> None:
            if isinstance(answer, Refusal):
                on_refused(describe(answer.reason))

        run(accounts.choose_workspace(workspace_id), "switch workspace", show_refusal)

    def toggle_do_not_disturb(self) -> str:
        """Hold notifications back for an hour, or no more; returns a sentence that says so."""
        now, until = self._ticker.now(), self.notifications.paused_until
        if until is not None and until > now:
            self.notifications.pause(None)
            return notification_texts.RESUMED()
        until = now + PAUSE_FOR
        self.notifications.pause(until)
        return notification_texts.PAUSED(time=clock_time(until))

    def open_accounts(self) -> None:
        from desktop.ui.settings.accounts import AccountsPage

        self.sheet.open_at(AccountsPage)

    def open_relay_test(self, channel: ChannelKind | None = None) -> None:
        """channel: None lets the agent choose."""
        if self._sheet is not None:
            self._sheet.dismiss()
        self.relay_test.open_for(channel)

    def _on_checklist_requested(self) -> None:
        self.sheet.dismiss()
        self.checklist_requested.emit()

    def connect_accounts(self, accounts: Accounts, run: Run, workspace_id: str) -> None:
        """Allow changes to the accounts; see `AccountsPage.connect_accounts`. Without it they are shown only."""
        self._accounts = accounts, run, workspace_id
        if self._sheet is not None:
            self._sheet.accounts.connect_accounts(accounts, run, workspace_id)
            self._sheet.team.connect_accounts(accounts, run, workspace_id)
            self._sheet.translation.connect_accounts(accounts, run, workspace_id)

    def show_machine(self, facts: MachineFacts) -> None:
        """Show what the machine can do for notifications. Without it none of that can be changed."""
        self._machine = facts
        if self._sheet is not None:
            self._sheet.notifications.show_machine(facts)

    def show_updates(self, view: UpdateView, state: str, last_check: str) -> None:
        """Show what is known of new versions; see `UpdatesPage.show_updates`. Without it nobody is asked for one."""
        self._updates = view, state, last_check
        if self._sheet is not None:
            self._sheet.updates.show_updates(view, state, last_check)

    def show_test_result(self, sentence: str) -> None:
        self.sheet.notifications.show_result(sentence)

    def show_accounts(self, channels: Sequence[ChannelView]) -> None:
        self._channels = channels
        if self._sheet is not None:
            self._show_accounts(self._sheet)

    def _show_accounts(self, sheet: SettingsSheet) -> None:
        sheet.accounts.show_accounts(self._channels)
        numbers = (c.config.address for c in self._channels if c.key.channel is ChannelKind.WHATSAPP)
        sheet.customer_texts.suggest_number(next(numbers, ""))

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
