"""The settings: a list of pages beside the current page."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QListWidget, QStackedWidget, QWidget

from desktop.engine.protocols import Submit
from desktop.engine.views import TeamView, WorkspaceView
from desktop.text.screens import settings as texts
from desktop.ui.look.notification_preferences import NotificationPreferences
from desktop.ui.look.preferences import Preferences
from desktop.ui.look.theme import PAD, Theme
from desktop.ui.look.ticker import Ticker
from desktop.ui.settings.accounts import AccountsPage
from desktop.ui.settings.appearance import AppearancePage
from desktop.ui.settings.customer_texts import CustomerTextsPage
from desktop.ui.settings.notifications import NotificationsPage
from desktop.ui.settings.octopods import OctopodsPage
from desktop.ui.settings.page import Page
from desktop.ui.settings.privacy import PrivacyPage
from desktop.ui.settings.program.first_steps import FirstStepsPage
from desktop.ui.settings.program.updates import UpdatesPage
from desktop.ui.settings.recognition.app_codes import AppCodesPage
from desktop.ui.settings.recognition.failure_notices import FailureNoticesPage
from desktop.ui.settings.region import RegionPage
from desktop.ui.settings.relay_test.page import RelayPage
from desktop.ui.settings.team import TeamPage
from desktop.ui.settings.teammate import TeammatePage
from desktop.ui.settings.translation import TranslationPage
from desktop.ui.settings.writing import WritingPage
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import push_button
from desktop.ui.widgets.overlay import Overlay, list_and_page_style

PAGES: tuple[type[Page], ...] = (
    TeammatePage,
    AccountsPage,
    TeamPage,
    OctopodsPage,
    RelayPage,
    AppCodesPage,
    FailureNoticesPage,
    RegionPage,
    PrivacyPage,
    NotificationsPage,
    WritingPage,
    CustomerTextsPage,
    TranslationPage,
    AppearancePage,
    UpdatesPage,
)
"""The pages in their order."""


class SettingsSheet(Overlay):
    """Signals: relay_test_requested, arg: ChannelKind."""

    relay_test_requested = Signal(object)

    def __init__(
        self,
        theme: Theme,
        submit: Submit,
        preferences: Preferences,
        notifications: NotificationPreferences,
        team: Callable[[], TeamView],
        ticker: Ticker,
        parent: QWidget,
    ) -> None:
        """team: asks for the connection to the team."""
        super().__init__(theme, parent)
        self.setAccessibleName(texts.SETTINGS())
        relay = RelayPage(theme, submit)
        relay.test_requested.connect(self.relay_test_requested)
        self.accounts = AccountsPage(theme, submit)
        self.team = TeamPage(theme, submit, team, ticker)
        self.customer_texts = CustomerTextsPage(theme, submit)
        self.translation = TranslationPage(theme, submit)
        self.first_steps = FirstStepsPage(theme, submit)
        self.notifications = NotificationsPage(theme, submit, notifications)
        self.writing = WritingPage(theme, submit, preferences)
        self.updates = UpdatesPage(theme, submit)
        self.pages: Sequence[Page] = (
            TeammatePage(theme, submit),
            self.accounts,
            self.team,
            OctopodsPage(theme, submit),
            relay,
            AppCodesPage(theme, submit),
            FailureNoticesPage(theme, submit),
            RegionPage(theme, submit),
            PrivacyPage(theme, submit),
            self.notifications,
            self.writing,
            self.customer_texts,
            self.translation,
            AppearancePage(theme, submit, preferences),
            self.updates,
            self.first_steps,
        )
        self._names = QListWidget()
        self._names.setAccessibleName(texts.SECTIONS())
        self._names.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._stack = QStackedWidget()
        for page in self.pages:
            self._names.addItem(page.TITLE())
            self._stack.addWidget(page)
        self._names.currentRowChanged.connect(self._stack.setCurrentIndex)
        self._close_button = push_button(texts.CLOSE(), self.dismiss)
        right = layouts.column(self._stack, layouts.row("stretch", self._close_button))
        row = layouts.row(self._names, right, parent=self._card, spacing=2 * PAD, margins=PAD)
        row.setStretchFactor(right, 1)
        self._follow_theme()

    @property
    def page(self) -> Page:
        return self.pages[self._stack.currentIndex()]

    def open_at(self, page: type[Page] | None = None) -> None:
        """page: None shows the page that was shown last."""
        index = next((i for i, p in enumerate(self.pages) if page is not None and isinstance(p, page)), None)
        self._names.setCurrentRow(index if index is not None else max(self._names.currentRow(), 0))
        for each in self.pages:
            each.show_result("")
        self.show_popup()
        self._names.setFocus(Qt.FocusReason.PopupFocusReason)

    def continue_from(self, former: SettingsSheet) -> None:
        """Show the page of another sheet, if that is open, with what was entered on each of its pages."""
        for page, before in zip(self.pages, former.pages, strict=True):
            page.continue_from(before)
        self._names.setCurrentRow(former._names.currentRow())
        if former.is_open:
            self.open_at()

    def show_workspace(self, view: WorkspaceView) -> None:
        for page in self.pages:
            page.show_workspace(view)

    def tab_order(self) -> list[QWidget]:
        inside = [w for w in self.page.findChildren(QWidget) if w.focusPolicy() & Qt.FocusPolicy.TabFocus]
        return [self._names, *(w for w in inside if w.isVisible()), self._close_button]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Escape closes an open form before it closes the sheet.
        leaves_form = event.key() == Qt.Key.Key_Escape and self.page is self.accounts and self.accounts.leave_form()
        if leaves_form:
            event.accept()
        else:
            super().keyPressEvent(event)

    def dismiss(self) -> None:
        self.accounts.stop()
        self.team.stop()
        self.translation.stop()
        super().dismiss()

    def layout_contents(self) -> None:
        scale = min(self._theme.text_scale, 1.6)
        width = min(self.width() - 2 * PAD, round(720 * scale))
        height = min(self.height() - 2 * PAD, round(480 * scale))
        self.center_card(width, height)

    def _card_style(self) -> str:
        return list_and_page_style(self._theme.colors)

    def _apply_theme(self) -> None:
        super()._apply_theme()
        widest = max(self._names.fontMetrics().horizontalAdvance(page.TITLE()) for page in self.pages)
        self._names.setFixedWidth(widest + 4 * PAD)
        # The rows were measured before the style sheet added its padding.
        self._names.scheduleDelayedItemsLayout()
