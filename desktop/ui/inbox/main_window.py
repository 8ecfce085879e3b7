"""Main window: customers, thread, customer; puts the panes together and carries facts in and wishes out."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QSettings, QSize, Qt, QUrl, Signal
from PySide6.QtGui import QCloseEvent, QDesktopServices, QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from desktop.domain.model.facts import ChannelKind
from desktop.engine.changes import Changes
from desktop.engine.commands import CancelFirstSync, Command, FocusCustomer, SyncNow
from desktop.engine.views import CustomerRow, ThreadView, UndecidedReply, WorkspaceView
from desktop.ui.inbox.actions.conversations import ConversationActions
from desktop.ui.inbox.actions.handover import Handover
from desktop.ui.inbox.actions.identity import WhoIsWho
from desktop.ui.inbox.actions.links import Links
from desktop.ui.inbox.actions.pending_replies import PendingReplyActions
from desktop.ui.inbox.actions.quitting import Quitting
from desktop.ui.inbox.actions.seen import Seen
from desktop.ui.inbox.actions.sending import Sending
from desktop.ui.inbox.actions.settings import Settings
from desktop.ui.inbox.actions.templates import Templates
from desktop.ui.inbox.commands import Commands
from desktop.ui.inbox.loading import Reading, ScreenReader
from desktop.ui.inbox.lost_focus import LostFocus
from desktop.ui.inbox.panes import MainPanes
from desktop.ui.look import icons
from desktop.ui.look.theme import Theme
from desktop.ui.look.ticker import Ticker
from desktop.ui.widgets.connection_line import ConnectionLine

_EVERYTHING = Changes(
    customers=frozenset({""}),
    connection=True,
    progress=True,
    settings=True,
    undecided=True,
    templates=True,
    accounts=True,
)


class MainWindow(QWidget):
    """Nothing is read before the window is shown for the first time: it may be built before the engine starts.

    Signals:
        customer_shown: another customer's thread is on the screen. arg: the customer's id.
    """

    customer_shown = Signal(str)

    def __init__(
        self,
        engine: Any,
        theme: Theme,
        ticker: Ticker,
        *,
        title: str = "Reachline",
        settings: QSettings | None = None,
        open_url: Callable[[QUrl], object] = QDesktopServices.openUrl,
    ) -> None:
        """engine: has `queries`, `command_handler`, `feed` and `tasks` as `desktop.engine` has them.

        settings: remembers the panes' sizes; None remembers nothing. open_url: shows a web page.
        """
        super().__init__()
        self._engine, self._theme, self._ticker = engine, theme, ticker
        self._open_url = open_url
        self._rows: tuple[CustomerRow, ...] = ()
        self._view: ThreadView | None = None
        self._workspace: WorkspaceView | None = None
        self._customer_id: str | None = None
        self._wanted_conversation: str | None = None
        self._wanted_pending = ""
        self._has_rows = False
        self.setWindowTitle(title)
        self.resize(QSize(1280, 800).boundedTo(self.screen().availableSize()))
        self._build(settings)
        self._reader = ScreenReader(engine, self)
        self._seen = Seen(self._submit, self)
        self._sending = Sending(engine.command_handler.submit, self.composer, self.sheet, self.bar, ticker, self)
        self._links = Links(open_url, self.question, self.bar)
        self._pending_replies = PendingReplyActions(
            engine.command_handler.submit, self.composer, self.question, self.bar, ticker, self
        )
        self._handover = Handover(engine.command_handler.submit, self.composer, self.bar, ticker, settings, self)
        self._templates = Templates(engine, theme, ticker, self.bar, self)
        self._who = WhoIsWho(engine.command_handler.submit, theme, self.question, self.bar, self)
        actions = ConversationActions(engine.command_handler.submit, ticker, self.bar, self)
        self._commands = Commands(
            theme,
            self._panes,
            actions,
            self._pending_replies,
            self._handover,
            self._templates,
            self.settings,
            self._who,
            self,
        )
        self.command_palette, self.shortcut_sheet = self._commands.palette, self._commands.shortcut_sheet
        self.template_picker = self._templates.picker
        self.quitting = Quitting(theme, self)
        self._lost_focus = LostFocus(self, self._panes.home)
        self.composer.is_end_visible = self._is_end_visible
        self._connect()
        self._unsubscribe = engine.feed.subscribe(self._on_changes)
        self._apply_theme()

    @property
    def customer_id(self) -> str | None:
        return self._customer_id

    @property
    def view(self) -> ThreadView | None:
        """The thread that is shown."""
        return self._view

    def choose_customer(self, customer_id: str, conversation_id: str | None = None) -> None:
        """Show this customer and, if named, answer in that conversation, as soon as the thread is read."""
        self.list.select(customer_id)
        self._go_to_customer(customer_id, conversation_id)

    # Facts, from the engine.

    def _on_changes(self, changes: Changes) -> None:
        if not self.isVisible():
            return
        if changes.connection:
            connection = self._engine.queries.connection()
            self.connection.show_connection(connection)
            self.composer.set_connection(connection)
            self.thread_pane.set_connection(connection.state)
            self.review.show_connection(connection)
            self._templates.show_connection(connection)
        if changes.progress:
            self.connection.show_progress(self._engine.queries.progress())
        if changes.accounts:
            self._show_accounts()
        self._templates.on_changes(changes)
        # Settings (pins, relay, codes) change what is said of every message, accounts the ways past Intercom.
        concerned = changes.settings or changes.accounts or self._customer_id in changes.threads
        thread = self._customer_id if concerned else None
        self._reader.want(
            rows=bool(changes.customers), workspace=changes.settings, thread=thread, undecided=changes.undecided
        )

    def _show_accounts(self) -> None:
        accounts = self._engine.queries.accounts()
        self.settings.show_accounts(accounts)
        self.sheet.set_has_whatsapp_account(any(a.key.channel is ChannelKind.WHATSAPP for a in accounts))

    def _on_read(self, reading: Reading) -> None:
        if reading.workspace is not None:
            self._workspace = reading.workspace
            self.composer.set_macros(reading.workspace.macros)
        if reading.rows is not None:
            self._rows = reading.rows
            self.quitting.waiting_count = reading.waiting_count
            self._commands.show_rows(reading.rows)
            self._who.show_rows(reading.rows)
        if reading.rows is not None or reading.workspace is not None:
            self.list.set_rows(self._rows, self._me_id)
            self._lead_keyboard_to_rows()
        self.settings.show(reading)
        if reading.undecided is not None:
            self.review.show_replies(reading.undecided)
        if reading.asked_thread is not None and reading.asked_thread == self._customer_id:
            self._show_thread(reading.thread)
        elif reading.workspace is not None:
            self._show_sides()

    def _lead_keyboard_to_rows(self) -> None:
        """Once, when the first rows are there: Qt would begin with the views above them."""
        if self._rows and not self._has_rows:
            self._has_rows = True
            if self._commands.is_covered:
                return
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_thread(self, view: ThreadView | None) -> None:
        another = view is not None and (self._view is None or view.customer_id != self._view.customer_id)
        self._view = view
        if view is not None and view.customer_id != self._customer_id:
            # Found to be the same person as another contact meanwhile.
            self._customer_id = view.customer_id
            self.list.select(view.customer_id)
        self.thread_pane.show_thread(view)
        wanted, self._wanted_conversation = self._wanted_conversation, None
        if wanted is not None:
            self.thread_pane.choose_conversation(wanted)
        self._show_sides()
        self._handover.show(view)
        self._panes.octopods.show_thread(view)
        self.settings.show_thread(view)
        self._seen.look_at(view)
        pending, self._wanted_pending = self._wanted_pending, ""
        if pending:
            self.thread_pane.timeline.go_to_pending(pending)
        if another and view is not None:
            self.customer_shown.emit(view.customer_id)

    def _show_sides(self) -> None:
        """Composer and customer pane, for the thread and the conversation that are shown."""
        view, conversation_id = self._view, self._conversation_id
        if view is None:
            self.sheet.dismiss()
        self._sending.show(view)
        self._pending_replies.show(view)
        self.composer.setVisible(view is not None)
        self.composer.show_conversation(view, conversation_id, self._me_id)
        workspace = self._workspace if self._workspace is not None or view is None else WorkspaceView(view.workspace)
        self.customer.show_customer(view, conversation_id, workspace)
        self._commands.show(view, self._workspace)
        self._who.show(view)
        self._templates.show(view, self._me_id)

    @property
    def _conversation_id(self) -> str | None:
        """Where a reply would go."""
        return (self.thread_pane.conversation_id or None) if self._view is not None else None

    def _is_end_visible(self) -> bool:
        return self.isActiveWindow() and self.thread_pane.timeline.at_bottom and not self._commands.is_covered

    @property
    def _me_id(self) -> str:
        return self._workspace.me.id if self._workspace is not None and self._workspace.me is not None else ""

    # Wishes, to the engine.

    def _submit(self, command: Command) -> None:
        self._engine.command_handler.submit(command, self._sending.on_plain_answer)

    def _go_to_customer(self, customer_id: str, conversation_id: str | None = None) -> None:
        self.sheet.dismiss()
        self.question.dismiss()
        self.composer.flush()
        self._wanted_conversation = conversation_id
        if customer_id != self._customer_id:
            self._templates.close()
            self._customer_id = customer_id
            self._submit(FocusCustomer(customer_id, conversation_id, self.isVisible()))
        self._reader.want(thread=customer_id)

    def _on_forgotten(self, customer_id: str) -> None:
        if customer_id == self._customer_id:
            self._customer_id = None
            self._show_thread(None)

    def _on_review(self, reply: UndecidedReply) -> None:
        self._wanted_pending = reply.pending.draft_id
        self.choose_customer(reply.customer_id, reply.pending.conversation_id)

    def _on_conversation_changed(self, conversation_id: str) -> None:
        if self._view is not None:
            self.sheet.dismiss()
            self._show_sides()
            self._submit(FocusCustomer(self._view.customer_id, conversation_id or None, self.isVisible()))

    def _on_at_bottom(self, _at_bottom: bool) -> None:
        if self._is_end_visible():
            self.composer.see_end()

    def _on_go_to(self, conversation_id: str) -> None:
        """Answer where the customer is, with the words that are already there."""
        self.composer.take_along(conversation_id)
        self.thread_pane.choose_conversation(conversation_id)
        self.composer.focus_text()

    def _on_template_wanted(self) -> None:
        """Instead of the words that would not have arrived."""
        if self._conversation_id is not None:
            self._templates.open(self._conversation_id, self.composer.text)

    def _on_words_used(self, conversation_id: str, text: str) -> None:
        """They went out within a template, and must not go out again by a mere press of Send."""
        if self.composer.replace_reply(conversation_id, text, ""):
            self.bar.tell(
                "Your words went out in the template, so the draft is empty.",
                "Undo",
                partial(self._bring_words_back, conversation_id, text),
            )

    def _bring_words_back(self, conversation_id: str, text: str) -> None:
        self.composer.replace_reply(conversation_id, "", text)

    def _on_edit_began(self, customer_id: str, conversation_id: str, internal: bool) -> None:
        """The words come back with the next reading of the thread; the keyboard waits for them."""
        if customer_id != self._customer_id:
            self.choose_customer(customer_id, conversation_id)
        self.thread_pane.choose_conversation(conversation_id)
        self.composer.set_internal(internal)
        self.composer.focus_text()

    def _open_in_inbox(self, conversation_id: str) -> None:
        template = self._workspace.inbox_url if self._workspace is not None else ""
        if template:
            self._open_url(QUrl(template.replace("{conversation_id}", conversation_id)))
        else:
            self.bar.tell("The address of Intercom's inbox is not known before the first contact with Intercom.")

    def _on_try_now(self) -> None:
        self._submit(SyncNow())

    def _on_stop_reading(self) -> None:
        self._submit(CancelFirstSync())

    # The window itself.

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._panes.fit(self.width())
        self._tell_visibility(True)
        self._on_changes(_EVERYTHING)

    def hideEvent(self, event: QHideEvent) -> None:
        self._tell_visibility(False)
        super().hideEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self._seen.look_at(self._view)
        super().changeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._panes.fit(self.width())

    def closeEvent(self, event: QCloseEvent) -> None:
        self.composer.flush()
        if not self.quitting.may_close():
            event.ignore()
            return
        self._unsubscribe()
        self._panes.remember()
        super().closeEvent(event)

    def _tell_visibility(self, visible: bool) -> None:
        if self._customer_id is not None:
            self._submit(FocusCustomer(self._customer_id, self._conversation_id, visible))

    def _build(self, settings: QSettings | None) -> None:
        panes = self._panes = MainPanes(self._theme, self._ticker, settings)
        self.list, self.thread_pane, self.composer = panes.list, panes.thread_pane, panes.composer
        self.customer, self.bar = panes.customer, panes.bar
        self.sheet, self.question, self.review = panes.sheet, panes.question, panes.review
        self.connection = ConnectionLine(self._theme, self._ticker)
        self._fold = QToolButton()
        self._fold.setToolTip("Show or hide the customer pane (Ctrl+I)")
        self._fold.setAccessibleName("Show or hide the customer pane")
        foot = QHBoxLayout()
        foot.addWidget(self.connection, 1)
        foot.addWidget(self._fold)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(panes, 1)
        whole.addLayout(foot)
        self.settings = Settings(self._theme, self._ticker, self._engine.command_handler.submit, settings, self)

    def _on_preferences(self) -> None:
        self.composer.set_enter_sends(self.settings.preferences.enter_sends)
        self.list.set_closing_within(self.settings.preferences.closing_within)

    def _connect(self) -> None:
        self.settings.preferences.changed.connect(self._on_preferences)
        self._on_preferences()
        self._reader.read.connect(self._on_read)
        self.list.customer_chosen.connect(self._go_to_customer)
        self.thread_pane.conversation_changed.connect(self._on_conversation_changed)
        self.thread_pane.quote_requested.connect(self.composer.quote)
        self.thread_pane.pending_action.connect(self._pending_replies.answer)
        self.thread_pane.timeline.at_bottom_changed.connect(self._on_at_bottom)
        self._pending_replies.edit_began.connect(self._on_edit_began)
        self._pending_replies.go_to.connect(self._on_go_to)
        self.thread_pane.open_in_inbox.connect(self._open_in_inbox)
        self.thread_pane.link_activated.connect(self._links.follow)
        # Her next message elsewhere must not pull the conversation away from under half a sentence.
        self.composer.writing_began.connect(self.thread_pane.choose_conversation)
        self.composer.go_to.connect(self._on_go_to)
        self.sheet.go_to.connect(self._on_go_to)
        self.sheet.template_wanted.connect(self._on_template_wanted)
        self.sheet.connect_wanted.connect(self.settings.open_accounts)
        self._templates.accounts_wanted.connect(self.settings.open_accounts)
        self._templates.show_requested.connect(self.choose_customer)
        self._templates.words_used.connect(self._on_words_used)
        self._templates.sent.connect(self.composer.focus_text)
        self._sending.show_requested.connect(self.choose_customer)
        self.sheet.reply_in_intercom.connect(self._handover.begin)
        self._handover.inbox_requested.connect(self._open_in_inbox)
        self.review.review_requested.connect(self._on_review)
        self._panes.octopods.answer_wanted.connect(self.settings.open_octopods)
        self.customer.conversation_chosen.connect(self.thread_pane.choose_conversation)
        self.customer.open_in_inbox.connect(self._open_in_inbox)
        self.customer.pin_requested.connect(self._who.pin)
        self.thread_pane.channel_said.connect(self._who.set_message_channel)
        self.customer.solved_requested.connect(self._who.mark_solved)
        self.customer.relay_test_requested.connect(self.settings.test_relay)
        self.customer.who_is_who_said.connect(self._who.say)
        self.customer.link_requested.connect(self._who.choose)
        self._who.forgotten.connect(self._on_forgotten)
        self.customer.forget_requested.connect(self._who.ask_to_forget)
        self.settings.customer_wanted.connect(self.choose_customer)
        self.connection.try_now.connect(self._on_try_now)
        self.connection.stop_reading.connect(self._on_stop_reading)
        self._fold.clicked.connect(self._panes.toggle_customer)
        self._commands.customer_wanted.connect(self.choose_customer)
        self._commands.inbox_wanted.connect(self._open_in_inbox)
        self._theme.changed.connect(self._apply_theme)

    def _apply_theme(self) -> None:
        self._fold.setIcon(icons.icon("fa6s.table-columns", self._theme.color("muted")))
        side = round(self.fontMetrics().height() * 0.9)
        self._fold.setIconSize(QSize(side, side))
        self._panes.fit(self.width())
