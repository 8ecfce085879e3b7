"""The main window: connects the panes with each other and with the engine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSettings, Qt, QUrl, Signal
from PySide6.QtGui import QCloseEvent, QDesktopServices, QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from desktop.domain.model.facts import ChannelKind, MessageKey
from desktop.engine.changes import Changes
from desktop.engine.commands import CancelFirstSync, Command, ContactChange, FocusCustomer, SyncNow
from desktop.engine.protocols import Engine
from desktop.engine.views import THREAD_PAGE, ThreadView, UnreachedCustomer, WaitingReply, WorkspaceView
from desktop.text.screens import inbox as texts
from desktop.ui.customers.new_conversation.actions import NewConversationActions
from desktop.ui.customers.search.results_model import Place
from desktop.ui.inbox.actions.checklist import ChecklistActions
from desktop.ui.inbox.actions.conversations import ConversationActions
from desktop.ui.inbox.actions.handover import InboxHandover
from desktop.ui.inbox.actions.hints import HintActions
from desktop.ui.inbox.actions.identity import IdentityActions
from desktop.ui.inbox.actions.links import LinkOpener
from desktop.ui.inbox.actions.message_jump import MessageJump
from desktop.ui.inbox.actions.pending_replies import PendingReplyActions
from desktop.ui.inbox.actions.quitting import QuitConfirmation
from desktop.ui.inbox.actions.seen import SeenMarker
from desktop.ui.inbox.actions.sending import SendActions
from desktop.ui.inbox.actions.settings import SettingsActions
from desktop.ui.inbox.actions.spelling import SpellingActions
from desktop.ui.inbox.actions.templates import TemplateActions
from desktop.ui.inbox.actions.undo import UndoableCommands
from desktop.ui.inbox.customer_finder import CustomerFinder
from desktop.ui.inbox.dispatcher import CommandDispatcher
from desktop.ui.inbox.focus_fallback import FocusFallback
from desktop.ui.inbox.footer import Footer
from desktop.ui.inbox.panes import MainPanes
from desktop.ui.inbox.recording.actions import RecordingActions
from desktop.ui.inbox.scheduling.actions import ScheduleActions
from desktop.ui.inbox.team_presence import TeamPresence
from desktop.ui.inbox.translation.actions import TranslationActions
from desktop.ui.inbox.updates import UpdateActions
from desktop.ui.inbox.view_loader import LoadedViews, ViewLoader
from desktop.ui.look.theme import WINDOW_SIZE, Theme
from desktop.ui.look.ticker import Ticker
from desktop.ui.reports.actions import ReportActions
from desktop.ui.thread.media.saving import FileSaver
from desktop.ui.thread.media.viewer import PictureViewer, ViewedPicture
from desktop.ui.widgets import layouts
from desktop.ui.widgets.overlay import Overlay
from desktop.ui.widgets.screen_reader.roles import Role
from desktop.ui.writing.saved_replies.actions import SavedReplyActions
from desktop.ui.writing.saved_replies.after_sending import AfterSending

if TYPE_CHECKING:
    from desktop.ui.commands.palette import CommandPalette
    from desktop.ui.commands.sheet import ShortcutSheet
    from desktop.ui.customers.customer_list import CustomerList
    from desktop.ui.details.editing.merge_sheet import MergeSheet
    from desktop.ui.templates.picker import TemplatePicker
    from desktop.ui.thread.finding.finder import ThreadFinder

_EVERYTHING = Changes(
    customers=frozenset({""}),
    connection=True,
    progress=True,
    settings=True,
    undecided=True,
    templates=True,
    accounts=True,
    team=True,
)


class MainWindow(QWidget):
    """The window of one workspace. It loads nothing before it is shown, so it may be built before the engine starts.

    Signals:
        customer_shown: another customer's thread is on the screen. arg: the customer's id.
        views_shown: what was loaded together is on the screen.
        closed: the window has closed.
    """

    accessible_role = Role.WINDOW

    closed = Signal()
    customer_shown = Signal(str)
    views_shown = Signal()

    def __init__(
        self,
        engine: Engine,
        theme: Theme,
        ticker: Ticker,
        *,
        title: str = "Reachline",
        settings: QSettings | None = None,
        open_url: Callable[[QUrl], object] = QDesktopServices.openUrl,
        parent: QWidget | None = None,
        customers: CustomerList | None = None,
    ) -> None:
        """settings: stores sizes and preferences; None stores nothing. open_url: opens a web page. parent: None for a
        window of its own. customers: shown already in the parent; it gets its place here.
        """
        super().__init__(parent)
        self._engine, self._theme, self._ticker = engine, theme, ticker
        self._open_url = open_url
        self._view: ThreadView | None = None
        self._workspace: WorkspaceView | None = None
        self._customer_id: str | None = None
        self._requested_conversation: str | None = None
        self._requested_pending = ""
        self._undecided_count = 0
        self._is_list_focused = False
        self._is_showing_thread = self._is_retired = self._is_entering = False
        self.setWindowTitle(title)
        self.resize(WINDOW_SIZE.boundedTo(self.screen().availableSize()))
        self._build(settings, customers)
        # Qt would begin with the search: whoever types commands before the list is filled would search for them.
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        submit = engine.command_handler.submit
        self.settings = SettingsActions(theme, ticker, submit, settings, engine.queries.team, self)
        self._loader = ViewLoader(engine, self)
        self._seen_marker = SeenMarker(self._submit, self)
        self._sending = SendActions(submit, self.composer, self.warning_sheet, self.toast, ticker, self)
        self._links = LinkOpener(open_url, self.question, self.toast, engine)
        self._file_saver = FileSaver(engine, self)
        self.scheduling = ScheduleActions(engine, self.composer, self.question, self.toast, theme, ticker, self)
        self._pending_replies = PendingReplyActions(
            submit, self.composer, self.question, self.toast, ticker, self.scheduling, self
        )
        self._handover = InboxHandover(submit, self.composer, self.toast, ticker, settings, self)
        self._templates = TemplateActions(engine, theme, ticker, self.toast, self)
        self._new_conversation = NewConversationActions(engine, theme, ticker, self.toast, self)
        self._team_presence = TeamPresence(engine, self._panes, self)
        self._undoable = UndoableCommands(submit, self.toast)
        self._identity = IdentityActions(
            submit, self._undoable, CustomerFinder(engine), theme, self.question, self.toast, self
        )
        self.saved_replies = SavedReplyActions(theme, submit, self)
        self._after_sending = AfterSending(engine, self._undoable.show_changes)
        self._jump = MessageJump(engine, self.thread_pane, self.toast, self._go_to_customer, self)
        self.reports = ReportActions(engine, theme, ticker, self)
        self.quitting = QuitConfirmation(theme, self)
        self._translation = TranslationActions(
            engine, theme, ticker, self.thread_pane, self.composer, self.toast, self._panes.insert_banner, self
        )
        self._commands = CommandDispatcher(
            theme,
            engine,
            self._panes,
            self._footer,
            ConversationActions(self._undoable, submit, theme, ticker, self.toast, self),
            self._pending_replies,
            self._handover,
            self._templates,
            self.settings,
            self._identity,
            self.saved_replies,
            self.reports,
            self.quitting,
            self.scheduling,
            settings,
            self,
        )
        self.spelling = SpellingActions(self.composer, theme, settings, self.toast.show_message, self)
        self.settings.spelling = self.spelling
        self.recording = RecordingActions(self.composer, theme, engine.tasks, self.toast.show_message, self)
        self._commands.add_commands(
            {
                "translate_message": self._translation.translate_current,
                "translate_customer": self._translation.switch_customer,
                "translate_draft": self._translation.translate_draft,
            },
            self._translation.why_not,
        )
        self._commands.add_commands({"find_in_thread": self._find_in_thread}, lambda _name: "")
        self.updates = UpdateActions(theme, self._footer, self.settings, open_url, self)
        self._commands.add_commands(self.updates.commands, lambda _name: "")
        self.checklist = ChecklistActions(theme, self._panes, self.settings, settings, self)
        self.hints = HintActions(
            theme, ticker, self._panes, self.settings, settings, lambda: self._commands.is_covered, self
        )
        self._focus_fallback = FocusFallback(self, self._panes.default_focus_widget)
        self.composer.is_end_visible = self._is_end_visible
        self.composer.emoji.use_settings(settings)
        self._connect()
        self._unsubscribe = engine.feed.subscribe(self._on_changes)
        self._apply_theme()
        chosen = self.list.current()
        if chosen is not None:
            # While there was nobody yet to show them.
            self._go_to_customer(chosen)

    @property
    def customer_id(self) -> str | None:
        return self._customer_id

    @property
    def view(self) -> ThreadView | None:
        """The thread on the screen."""
        return self._view

    @property
    def template_picker(self) -> TemplatePicker:
        return self._templates.picker

    @cached_property
    def viewer(self) -> PictureViewer:
        viewer = PictureViewer(self._theme, self._panes.media.pictures, self._file_saver, self)
        viewer.message.connect(self.toast.show_message)
        return viewer

    @cached_property
    def finder(self) -> ThreadFinder:
        from desktop.ui.thread.finding.finder import ThreadFinder

        def go_to(customer_id: str, key: MessageKey, on_shown: Callable[[], None]) -> None:
            self._jump.start(Place(customer_id, *key), on_shown)

        return ThreadFinder(self._engine, self._theme, self.thread_pane, go_to, self)

    @cached_property
    def merge_sheet(self) -> MergeSheet:
        from desktop.ui.details.editing.merge_sheet import MergeSheet

        return MergeSheet(self._theme, self)

    @property
    def new_conversation(self) -> NewConversationActions:
        return self._new_conversation

    @property
    def command_palette(self) -> CommandPalette:
        return self._commands.palette

    @property
    def shortcut_sheet(self) -> ShortcutSheet:
        return self._commands.shortcut_sheet

    def choose_customer(self, customer_id: str, conversation_id: str | None = None, draft_id: str = "") -> None:
        """Show this customer as soon as the thread is loaded. conversation_id: where the reply should go. draft_id: the
        waiting reply to show; "" for the end of the thread.
        """
        self._requested_pending = draft_id
        self._jump.stop()
        self.list.select(customer_id)
        self._go_to_customer(customer_id, conversation_id)

    def set_problem_log(self, problems: Callable[[], Sequence[str]]) -> None:
        """problems: newest warnings and errors of the program, without personal data."""
        self._commands.problems = problems

    def begin_first_day(self) -> None:
        """Show what is left to set up, and hints: the agent has just connected the workspace."""
        self.checklist.open()
        self.hints.begin()

    def retire(self) -> None:
        """Make room for another window on the same engine: save everything and listen no more."""
        self._is_retired = True
        self.recording.close()
        self.composer.flush()
        self._unsubscribe()
        self.spelling.close()
        self._panes.save()

    def continue_from(self, former: MainWindow) -> None:
        """Show what a window has shown until it retired: the place on the screen, the customer and the drafts."""
        self.window().restoreGeometry(former.window().saveGeometry())
        self.settings.continue_from(former.settings)
        self.checklist.continue_from(former.checklist)
        self.hints.continue_from(former.hints)
        if former.list.own_view is None:
            self.list.choose_view(former.list.view)
            self.list.set_unread_only(former.list.unread_only)
        self.composer.continue_from(former.composer)
        self._new_conversation.continue_from(former._new_conversation)
        self._templates.continue_from(former._templates)
        self._panes.details.editing.continue_from(former._panes.details.editing)
        self._workspace, self._customer_id = former._workspace, former._customer_id
        if former._customer_id is not None:
            self.list.select(former._customer_id, keeps_view=True)
            self._requested_conversation = former._conversation_id
            self._show_thread(former._view)

    def say_language(self) -> None:
        """Say that the language is another one now, which can be taken back."""
        preferences = self.settings.preferences
        undo = partial(preferences.set_language, preferences.language_before)
        self.toast.show_message(texts.LANGUAGE_CHANGED(), texts.UNDO(), undo)

    def save_unsaved(self) -> None:
        """Save at once what closing the window would save."""
        self.composer.flush()
        self._panes.save()

    def write_reply(self) -> None:
        """Put the keyboard into the reply to the customer on the screen."""
        # The list may be filled later than the thread.
        self._is_list_focused = True
        self.composer.set_internal(False)
        self.composer.focus_text()

    def accessible_parts(self) -> Sequence[QWidget] | None:
        """The sheet that covers the others, for screen readers."""
        return [overlay for overlay in self.findChildren(Overlay) if overlay.is_open][-1:] or None

    # From the engine.

    def _on_changes(self, changes: Changes) -> None:
        self._after_sending.on_changes(changes)
        if not self.isVisible():
            return
        if changes.connection:
            connection = self._engine.queries.connection()
            self.connection.show_connection(connection)
            self.composer.set_connection(connection)
            self.thread_pane.set_connection(connection.state)
            self.list.empty.show_connection(connection)
            self.review_banner.show_connection(connection)
            self._templates.show_connection(connection)
            self._new_conversation.show_connection(connection)
            self._panes.details.editing.show_connection(connection)
        if changes.progress:
            progress = self._engine.queries.progress()
            self.connection.show_progress(progress)
            self.list.empty.show_progress(progress)
        if changes.accounts:
            self._show_accounts()
        if changes.team:
            self.settings.show_team()
        self._team_presence.on_changes(changes)
        self._templates.on_changes(changes)
        self.reports.on_changes(changes)
        self._new_conversation.on_changes(changes)
        # Settings (pins, relay, codes) change how every message is shown; accounts change the direct routes.
        is_affected = changes.settings or changes.accounts or self._customer_id in changes.threads
        thread = self._customer_id if is_affected else None
        if changes is _EVERYTHING or changes.settings:
            self.list.reload()
        elif changes.customers:
            self.list.update_customers(changes.customers)
        self._loader.request(
            unsent=bool(changes.customers),
            recent=bool(changes.customers) and self.settings.needs_recent,
            workspace=changes.settings,
            thread=thread,
            message_limit=self._message_limit,
            conversations=self._conversations,
            undecided=changes.undecided,
            can_wait=True,
        )

    @property
    def _message_limit(self) -> int:
        """How many messages of the chosen customer to load."""
        is_shown = self._view is not None and self._view.customer_id == self._customer_id
        return max(self.thread_pane.message_limit if is_shown else THREAD_PAGE, self._jump.message_limit)

    @property
    def _conversations(self) -> frozenset[str] | None:
        """Which conversations of the chosen customer to load, however old they are; None for all."""
        is_shown = self._view is not None and self._view.customer_id == self._customer_id
        wanted = self.thread_pane.wanted_conversations if is_shown else frozenset()
        requested = frozenset({self._requested_conversation or ""} - {""})
        return None if wanted is None else wanted | requested | self._jump.conversations

    def _on_older_requested(self) -> None:
        if self._view is not None and self._view.customer_id == self._customer_id:
            self._request_thread(self._view.customer_id, for_older=True)

    def _on_all_conversations_requested(self) -> None:
        if self._view is not None and self._view.customer_id == self._customer_id:
            self._request_thread(self._view.customer_id)

    def _request_thread(self, customer_id: str, *, for_older: bool = False) -> None:
        self._loader.request(
            thread=customer_id,
            message_limit=self._message_limit,
            conversations=self._conversations,
            for_older=for_older,
        )

    def _show_accounts(self) -> None:
        accounts = self._engine.queries.accounts()
        self.settings.show_accounts(accounts)
        self.checklist.show_accounts(has_account=bool(accounts))
        self.warning_sheet.set_has_whatsapp_account(any(a.key.channel is ChannelKind.WHATSAPP for a in accounts))

    def _on_loaded(self, loaded: LoadedViews) -> None:
        if loaded.workspace is not None:
            is_first, self._workspace = self._workspace is None, loaded.workspace
            if is_first and self._customer_id is None and loaded.workspace.last_customer_id:
                self._show_last_customer(loaded.workspace.last_customer_id)
            self.quitting.keeps_nothing = loaded.workspace.keeps_nothing
            self.composer.show_workspace(loaded.workspace)
            self.saved_replies.show_workspace(loaded.workspace)
            self.composer.set_teammates(loaded.workspace.other_teammates)
            self.thread_pane.header.show_workspace(loaded.workspace)
            self._footer.show_workspace(loaded.workspace, can_switch=bool(self.settings.workspaces))
            self.list.show_workspace(loaded.workspace)
            self.checklist.show_workspace(loaded.workspace)
            self.hints.resume()
        if loaded.unsent is not None:
            self.quitting.waiting_count, self.quitting.draft_count, self.quitting.scheduled_count = loaded.unsent
            self._footer.show_scheduled(self.quitting.scheduled_count)
            self.scheduling.update_list()
        self.settings.show(loaded)
        if loaded.undecided is not None:
            self.review_banner.show_replies(loaded.undecided)
            self._undecided_count = len(loaded.undecided)
        if loaded.unsent is not None or loaded.undecided is not None:
            count = self.quitting.waiting_count + self._undecided_count
            self._footer.show_waiting(count)
            self._commands.show_waiting_count(count)
        if loaded.requested_thread is not None and loaded.requested_thread == self._customer_id:
            is_same = self._view is not None and self._view.customer_id == self._customer_id
            if loaded.is_for_older and is_same and loaded.thread is not None:
                # Nothing beside the thread depends on its older messages.
                self._view = loaded.thread
                self._translation.prepare()
                self.thread_pane.show_thread(loaded.thread)
            else:
                self._show_thread(loaded.thread)
        elif loaded.workspace is not None:
            self._update_composer_and_details()
        self.views_shown.emit()

    def _focus_list_once(self) -> None:
        """Focus the list when it gets its first rows; Qt would focus what is above it."""
        if not self._is_list_focused:
            self._is_list_focused = True
            if not self._commands.is_covered:
                self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_thread(self, view: ThreadView | None) -> None:
        is_another = view is not None and (self._view is None or view.customer_id != self._view.customer_id)
        self._view = view
        if view is not None and view.customer_id != self._customer_id:
            # Merged with another contact meanwhile.
            self._customer_id = view.customer_id
            self.list.select(view.customer_id)
        self._is_showing_thread = True
        self._translation.prepare()
        self.thread_pane.show_thread(view)
        conversation_id, self._requested_conversation = self._requested_conversation, None
        if conversation_id is not None:
            self.thread_pane.choose_conversation(conversation_id)
        self._is_showing_thread = False
        self._update_composer_and_details()
        self._handover.show(view)
        self.checklist.show_thread(view)
        # The checklist asks the same.
        self._panes.octopods_banner.show_thread(view if self.checklist.widget is None else None)
        self.settings.show_thread(view)
        self._seen_marker.mark_seen(view)
        draft_id, self._requested_pending = self._requested_pending, ""
        if draft_id:
            self.thread_pane.timeline.go_to_pending(draft_id)
        if view is not None:
            self._jump.show_thread(view)
        if "finder" in vars(self):
            self.finder.show(view)
        if self._is_entering and view is not None:
            self._enter_thread()
        if is_another and view is not None:
            self.customer_shown.emit(view.customer_id)

    def _find_in_thread(self) -> None:
        self.finder.show(self._view)
        self.finder.open()

    def _update_composer_and_details(self) -> None:
        """Update what depends on the thread and on the conversation a reply would go to."""
        view, conversation_id = self._view, self._conversation_id
        if view is None:
            self.warning_sheet.dismiss()
        self._sending.show(view)
        self._pending_replies.show(view)
        self.scheduling.show(view)
        self._team_presence.show(conversation_id)
        self.composer.setVisible(conversation_id is not None)
        self.composer.show_conversation(view, conversation_id, self._me_id)
        workspace = self._workspace if self._workspace is not None or view is None else WorkspaceView(view.workspace)
        self.details.show_customer(view, conversation_id, workspace)
        self._commands.show(view, self._workspace)
        self._identity.show(view)
        self._templates.show(view, self._me_id)
        self._translation.show(view)

    @property
    def _conversation_id(self) -> str | None:
        """The conversation a reply would go to."""
        return (self.thread_pane.conversation_id or None) if self._view is not None else None

    def _is_end_visible(self) -> bool:
        return self.isActiveWindow() and self.thread_pane.timeline.at_bottom and not self._commands.is_covered

    @property
    def _me_id(self) -> str:
        return self._workspace.me.id if self._workspace is not None and self._workspace.me is not None else ""

    # To the engine.

    def _submit(self, command: Command) -> None:
        self._engine.command_handler.submit(command, self._sending.on_plain_answer)

    def _go_to_customer(self, customer_id: str, conversation_id: str | None = None) -> None:
        self.warning_sheet.dismiss()
        self.question.dismiss()
        self.composer.flush()
        self._requested_conversation = conversation_id
        if customer_id != self._customer_id:
            self._templates.close()
            self._customer_id = customer_id
            self._submit(FocusCustomer(customer_id, conversation_id, self.isVisible()))
        self._request_thread(customer_id)

    def _on_entered(self) -> None:
        self._is_entering = self._view is None or self._view.customer_id != self._customer_id
        if not self._is_entering:
            self._enter_thread()

    def _enter_thread(self) -> None:
        """Put the keyboard where the chosen customer is answered, unless the agent has gone on meanwhile."""
        self._is_entering = False
        if self.list.isAncestorOf(self.focusWidget()):
            self._panes.enter_thread()

    def _show_last_customer(self, customer_id: str) -> None:
        """Show whom the agent looked at when the program ended, in the view that they had chosen."""
        self.list.select(customer_id, keeps_view=True)
        self._go_to_customer(customer_id)

    def _on_customer_chosen(self, customer_id: str) -> None:
        self._jump.stop()
        self._go_to_customer(customer_id)

    def _on_forgotten(self, customer_id: str) -> None:
        if customer_id == self._customer_id:
            self._customer_id = None
            self._show_thread(None)
            self.details.editing.forget_drafts()

    def _on_begun(self, customer_id: str, conversation_id: str, draft_id: str) -> None:
        """Show a message that begins a conversation, or where somebody is talking."""
        self.choose_customer(customer_id, conversation_id or None, draft_id)

    def _on_review_requested(self, reply: WaitingReply) -> None:
        self.choose_customer(reply.customer_id, reply.pending.conversation_id, reply.pending.draft_id)

    def _on_unreached_opened(self, customer: UnreachedCustomer) -> None:
        """Show what did not reach a customer, or what they waited with."""
        self.list.select(customer.customer_id)
        event = customer.event
        self._jump.start(Place(customer.customer_id, event.conversation_id, event.entry_id))

    def _on_conversation_changed(self, conversation_id: str) -> None:
        if self._view is not None:
            self.warning_sheet.dismiss()
            # Otherwise everything beside the thread would be shown twice.
            if not self._is_showing_thread:
                self._update_composer_and_details()
            self._submit(FocusCustomer(self._view.customer_id, conversation_id or None, self.isVisible()))

    def _on_at_bottom(self, _at_bottom: bool) -> None:
        if self._is_end_visible():
            self.composer.mark_end_seen()

    def _move_draft(self, conversation_id: str) -> None:
        """Move the draft to another conversation and show that."""
        self.composer.move_draft(conversation_id)
        self.thread_pane.choose_conversation(conversation_id)
        self.composer.focus_text()

    def _on_template_wanted(self) -> None:
        """Open the template picker in place of a reply that would not arrive."""
        if self._conversation_id is not None:
            self._templates.open(self._conversation_id, self.composer.text)

    def _on_text_used(self, conversation_id: str, text: str) -> None:
        """Empty the draft whose text was sent within a template, so that it is not sent twice."""
        if self.composer.replace_reply(conversation_id, text, ""):
            self.toast.show_message(
                texts.TEXT_IN_TEMPLATE(),
                texts.UNDO(),
                partial(self._restore_text, conversation_id, text),
            )

    def _on_text_kept(self, conversation_id: str, text: str) -> None:
        """Say that the draft is still there: it looks like a reply that was sent, and may be the next one."""
        self.toast.show_message(
            texts.TEXT_BESIDE_TEMPLATE(), texts.DELETE_DRAFT(), partial(self._delete_draft, conversation_id, text)
        )

    def _delete_draft(self, conversation_id: str, text: str) -> None:
        if self.composer.replace_reply(conversation_id, text, ""):
            self.toast.show_message(
                texts.DRAFT_DELETED(), texts.UNDO(), partial(self._restore_text, conversation_id, text)
            )

    def _restore_text(self, conversation_id: str, text: str) -> None:
        self.composer.replace_reply(conversation_id, "", text)

    def _on_edit_started(self, customer_id: str, conversation_id: str, internal: bool) -> None:
        """Show the conversation of a restored draft; its text arrives when the thread is loaded next."""
        if customer_id != self._customer_id:
            self.choose_customer(customer_id, conversation_id)
        self.thread_pane.choose_conversation(conversation_id)
        self.composer.set_internal(internal)
        self.composer.focus_text()

    def _on_contact_changed(self, sentence: str, undo: ContactChange | None) -> None:
        if undo is None:
            self.toast.show_message(sentence)
        else:
            self.toast.show_message(sentence, texts.UNDO(), partial(self.details.editing.undo, undo))

    def _merge_in_intercom(self) -> None:
        pair = self.details.editing.pair_to_merge
        if pair is not None:
            self.merge_sheet.ask(*pair, self.details.editing.merge)

    def _on_viewer_requested(self, pictures: Sequence[ViewedPicture], first: int) -> None:
        self.viewer.show_pictures(pictures, first)

    def _open_in_inbox(self, conversation_id: str) -> None:
        template = self._workspace.inbox_url if self._workspace is not None else ""
        if template:
            self._open_url(QUrl(template.replace("{conversation_id}", conversation_id)))
        else:
            self.toast.show_message(texts.INBOX_UNKNOWN())

    def _on_try_now(self) -> None:
        self._submit(SyncNow())

    def _on_stop_reading(self) -> None:
        self._submit(CancelFirstSync())

    # Window events.

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._ticker.set_resting(self.window().isMinimized())
        self._panes.update_folding(self.width())
        self._submit_visibility(True)
        self._on_changes(_EVERYTHING)

    def hideEvent(self, event: QHideEvent) -> None:
        self._ticker.set_resting(True)
        if not self._is_retired:
            self._submit_visibility(False)
        # Closing it may only hide it, and the system may end the program then.
        self._panes.save()
        super().hideEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self._seen_marker.mark_seen(self._view)
        elif event.type() == QEvent.Type.WindowStateChange:
            self._ticker.set_resting(self.window().isMinimized())
        super().changeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._panes.update_folding(self.width())

    def closeEvent(self, event: QCloseEvent) -> None:
        self.recording.close()
        self.composer.flush()
        if not self.quitting.confirm_close():
            event.ignore()
            return
        self._unsubscribe()
        self.updates.close()
        self.spelling.close()
        self._panes.save()
        super().closeEvent(event)
        self.closed.emit()

    def _submit_visibility(self, visible: bool) -> None:
        if self._customer_id is not None:
            self._submit(FocusCustomer(self._customer_id, self._conversation_id, visible))

    def _build(self, settings: QSettings | None, customers: CustomerList | None) -> None:
        panes = self._panes = MainPanes(self._engine, self._theme, self._ticker, settings, self, customers)
        self.list, self.thread_pane, self.composer = panes.list, panes.thread_pane, panes.composer
        self.details, self.toast = panes.details, panes.toast
        self.warning_sheet, self.question, self.review_banner = panes.warning_sheet, panes.question, panes.review_banner
        footer = self._footer = Footer(self._theme, self._ticker, self)
        self.connection = footer.connection
        layouts.column(panes, footer, parent=self, spacing=0).setStretchFactor(panes, 1)

    def _on_preferences(self) -> None:
        self.composer.set_enter_sends(self.settings.preferences.enter_sends)
        self.list.set_closing_within(self.settings.preferences.closing_within)
        self.list.set_compact(self.settings.preferences.compact_rows)

    def _connect(self) -> None:
        self.settings.preferences.changed.connect(self._on_preferences)
        self._on_preferences()
        self._loader.loaded.connect(self._on_loaded)
        self.list.customer_chosen.connect(self._on_customer_chosen)
        self.list.entered.connect(self._on_entered)
        self.list.message_chosen.connect(self._jump.start)
        self.list.search.failed.connect(self.toast.show_message)
        self.list.filled.connect(self._focus_list_once)
        self.list.own_view_edited.connect(self._undoable.submit)
        self.thread_pane.conversation_changed.connect(self._on_conversation_changed)
        self.thread_pane.quote_requested.connect(self.composer.quote)
        self.thread_pane.pending_action.connect(self._pending_replies.act)
        self.thread_pane.timeline.at_bottom_changed.connect(self._on_at_bottom)
        self._pending_replies.edit_started.connect(self._on_edit_started)
        self._pending_replies.conversation_requested.connect(self._move_draft)
        self.thread_pane.older_requested.connect(self._on_older_requested)
        self.thread_pane.all_conversations_requested.connect(self._on_all_conversations_requested)
        self.thread_pane.link_activated.connect(self._links.open_link)
        self._panes.media.viewer_requested.connect(self._on_viewer_requested)
        self._panes.media.save_requested.connect(self._file_saver.ask)
        self._file_saver.message.connect(self.toast.show_message)
        # Otherwise a new message in another conversation would switch to that while the agent is writing.
        self.composer.draft_started.connect(self.thread_pane.choose_conversation)
        self.composer.go_to.connect(self._move_draft)
        self.composer.template_wanted.connect(self._on_template_wanted)
        self.composer.test_wanted.connect(self.settings.open_relay_test)
        self.composer.saved_replies.manage_wanted.connect(self.saved_replies.manage)
        self.composer.saved_replies.save_wanted.connect(lambda: self.saved_replies.save_text(self.composer.text))
        self.warning_sheet.go_to.connect(self._move_draft)
        self.warning_sheet.template_wanted.connect(self._on_template_wanted)
        self.warning_sheet.connect_wanted.connect(self.settings.open_accounts)
        self._templates.accounts_requested.connect(self.settings.open_accounts)
        self._templates.show_requested.connect(self.choose_customer)
        self._templates.text_used.connect(self._on_text_used)
        self._templates.text_kept.connect(self._on_text_kept)
        self.reports.customer_requested.connect(self._on_unreached_opened)
        self.reports.texts_requested.connect(self.settings.open_customer_texts)
        self._templates.sent.connect(self.composer.focus_text)
        self._templates.later_requested.connect(self.scheduling.open_for_template)
        self._templates.scheduled.connect(self.scheduling.on_scheduled)
        self._new_conversation.accounts_requested.connect(self.settings.open_accounts)
        self._new_conversation.place_requested.connect(self._on_begun)
        self._new_conversation.text_offered.connect(self._sending.bring_text)
        self._sending.text_brought.connect(self._new_conversation.forget_text)
        self._commands.new_conversation_requested.connect(self._new_conversation.open)
        self.details.new_conversation_requested.connect(self._new_conversation.open)
        self.list.search.write_requested.connect(self._new_conversation.open)
        self._sending.show_requested.connect(self.choose_customer)
        self._sending.scheduled.connect(self.scheduling.on_scheduled)
        self.scheduling.show_requested.connect(self._on_review_requested)
        self.thread_pane.send_again_requested.connect(self._sending.send_again)
        self._sending.conversation_requested.connect(self.thread_pane.choose_conversation)
        self._sending.template_requested.connect(partial(self._templates.open, is_draft=False))
        self.warning_sheet.reply_in_intercom.connect(self._handover.begin)
        self._handover.inbox_requested.connect(self._open_in_inbox)
        self.review_banner.review_requested.connect(self._on_review_requested)
        self._panes.octopods_banner.settings_requested.connect(self.settings.open_octopods)
        self.details.conversation_chosen.connect(self.thread_pane.choose_conversation)
        self.details.all_conversations_requested.connect(self.thread_pane.request_all_conversations)
        self.details.inbox_requested.connect(self._open_in_inbox)
        self.details.pin_requested.connect(self._identity.pin)
        self.thread_pane.message_channel_requested.connect(self._identity.set_message_channel)
        self.thread_pane.timeline.reaction_requested.connect(self._sending.react)
        self.details.solved_requested.connect(self._identity.mark_solved)
        self.details.editing.copied.connect(self.toast.show_message)
        self.details.editing.done.connect(self._on_contact_changed)
        self.details.merge_in_intercom_requested.connect(self._merge_in_intercom)
        self.details.relay_test_requested.connect(self.settings.open_relay_test)
        self.details.identity_requested.connect(self._undoable.submit)
        self.details.merge_requested.connect(self._identity.choose_duplicate)
        self._identity.forgotten.connect(self._on_forgotten)
        self.details.forget_requested.connect(self._identity.ask_to_forget)
        self.settings.customer_requested.connect(self.choose_customer)
        self.settings.recent_requested.connect(lambda: self._loader.request(recent=True))
        self.connection.try_now.connect(self._on_try_now)
        self.list.empty.try_requested.connect(self._on_try_now)
        self.connection.stop_reading.connect(self._on_stop_reading)
        self._commands.reply_requested.connect(self._on_review_requested)
        self._commands.customer_requested.connect(self.choose_customer)
        self._commands.inbox_requested.connect(self._open_in_inbox)
        self._commands.command_run.connect(self.hints.on_command)
        self._theme.changed.connect(self._apply_theme)

    def _apply_theme(self) -> None:
        self._panes.update_folding(self.width())
