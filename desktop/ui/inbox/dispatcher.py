"""Runs the commands of the table: for the conversation on the screen, or for rows of the customer list."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QSettings, Signal
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from desktop.domain.history.thread import Chat
from desktop.domain.model.facts import ConversationState
from desktop.domain.model.formatting import SpanKind
from desktop.engine.protocols import Engine
from desktop.engine.views import CustomerRow, ThreadView, WaitingReply, WorkspaceView
from desktop.text.names import display_name, first_name, full_name
from desktop.text.screens import details as detail_texts
from desktop.text.screens import inbox as texts
from desktop.text.screens import palette as palette_texts
from desktop.text.thread.messages import channel_and_title
from desktop.text.thread.pane import conversation_label
from desktop.ui.commands import menus
from desktop.ui.commands.palette import CommandPalette, PaletteEntry
from desktop.ui.commands.sheet import ShortcutSheet
from desktop.ui.commands.shortcuts import Shortcuts
from desktop.ui.commands.table import BY_NAME, FOR_SEVERAL, Needs
from desktop.ui.inbox.actions.conversations import ConversationActions
from desktop.ui.inbox.actions.handover import InboxHandover
from desktop.ui.inbox.actions.identity import IdentityActions
from desktop.ui.inbox.actions.pending_replies import PendingReplyActions
from desktop.ui.inbox.actions.quitting import QuitConfirmation
from desktop.ui.inbox.actions.settings import SettingsActions
from desktop.ui.inbox.actions.targets import Target, target_of_chat, targets_of_rows
from desktop.ui.inbox.actions.templates import TemplateActions
from desktop.ui.inbox.customer_finder import CustomerFinder
from desktop.ui.inbox.footer import Footer
from desktop.ui.inbox.palette_entries import (
    command_entries,
    conversation_entries,
    customer_entry,
    settings_entries,
)
from desktop.ui.inbox.panes import MainPanes
from desktop.ui.inbox.scheduling.actions import ScheduleActions
from desktop.ui.look.text_direction import open_menu
from desktop.ui.look.theme import Theme
from desktop.ui.reports.actions import ReportActions
from desktop.ui.thread.pane import chat_to_reply_in
from desktop.ui.widgets.overlay import Overlay
from desktop.ui.writing.saved_replies.actions import SavedReplyActions

if TYPE_CHECKING:
    # Imported when one is first opened.
    from desktop.ui.help.pages import AboutSheet, ManualSheet
    from desktop.ui.help.problem_report import ProblemReport
    from desktop.ui.thread.export.sheet import ExportSheet

_RECENT, _MOST_RECENT = "palette/recent", 8
_SHORT_TEXT = 40


class CommandDispatcher(QObject):
    """Maps command names to actions. Does nothing while an overlay covers the thread.

    problems: newest warnings and errors of the program, without personal data.

    Signals:
        customer_requested: show a customer. arg: the customer's id.
        reply_requested: show a reply that is waiting. arg: `WaitingReply`.
        inbox_requested: show this conversation in Intercom's inbox. arg: its id.
        new_conversation_requested: start a conversation.
        command_run: a command was run. arg: its name.
    """

    customer_requested = Signal(str)
    new_conversation_requested = Signal()
    reply_requested = Signal(object)
    inbox_requested = Signal(str)
    command_run = Signal(str)

    def __init__(
        self,
        theme: Theme,
        engine: Engine,
        panes: MainPanes,
        footer: Footer,
        actions: ConversationActions,
        pending_replies: PendingReplyActions,
        handover: InboxHandover,
        templates: TemplateActions,
        settings: SettingsActions,
        identity: IdentityActions,
        saved_replies: SavedReplyActions,
        reports: ReportActions,
        quitting: QuitConfirmation,
        scheduling: ScheduleActions,
        stored: QSettings | None,
        window: QWidget,
    ) -> None:
        """stored: keeps which commands were used last; None keeps nothing."""
        super().__init__(window)
        self._theme, self._engine, self._window, self._stored = theme, engine, window, stored
        self._panes, self._footer, self._actions, self._pending_replies = panes, footer, actions, pending_replies
        self._handover, self._templates, self._settings, self._identity = handover, templates, settings, identity
        self._saved_replies, self._quitting, self._finder = saved_replies, quitting, CustomerFinder(engine)
        self._scheduling = scheduling
        self._reports = reports
        self._quitting, self._finder = quitting, CustomerFinder(engine)
        self._view: ThreadView | None = None
        self._workspace: WorkspaceView | None = None
        self._waiting_count = 0
        self.problems: Callable[[], Sequence[str]] = tuple
        self._more: dict[str, tuple[Callable[[], object], Callable[[str], str]]] = {}
        # A command from the menu of a customer who has to be shown for it: their id and its name.
        self._awaits: tuple[str, str] | None = None
        self._shortcuts = Shortcuts(window, (panes.list, panes.thread_pane))
        self._shortcuts.activated.connect(self.run)
        bar = panes.thread_pane.header.action_bar
        bar.command_requested.connect(self._run_for_thread)
        bar.more_menu.aboutToShow.connect(self._on_more_opening)
        panes.list.command_requested.connect(self.run)
        panes.list.menu_requested.connect(self.open_row_menu)
        footer.command_requested.connect(self.run)
        footer.menu.aboutToShow.connect(self._fill_menu)
        if sys.platform == "darwin":
            # At the top of the screen. Elsewhere it would take a line from the window: the footer has a button.
            menus.add_groups(QMenuBar(window), theme, self.run, self.why_not)
        in_help = ("manual", "shortcuts", "palette", "set_up", "whats_new", "report_problem", "check_updates", "about")
        menus.add_commands(footer.help_menu, in_help, theme, self.run, self.why_not)

    @cached_property
    def palette(self) -> CommandPalette:
        palette = CommandPalette(self._theme, self._window)
        palette.chosen.connect(self._on_palette_chosen)
        return palette

    @cached_property
    def shortcut_sheet(self) -> ShortcutSheet:
        return ShortcutSheet(self._theme, self._window)

    @cached_property
    def export_sheet(self) -> ExportSheet:
        from desktop.ui.thread.export.sheet import ExportSheet

        return ExportSheet(self._theme, self._engine, self._window)

    @cached_property
    def problem_report(self) -> ProblemReport:
        from desktop.ui.help.problem_report import ProblemReport

        return ProblemReport(self._theme, self._engine, self._window, lambda: self.problems())

    @cached_property
    def manual(self) -> ManualSheet:
        from desktop.ui.help.pages import ManualSheet

        return ManualSheet(self._theme, self._window)

    @cached_property
    def about(self) -> AboutSheet:
        from desktop.ui.help.pages import AboutSheet

        return AboutSheet(self._theme, self._window)

    def show(self, view: ThreadView | None, workspace: WorkspaceView | None) -> None:
        """Set what is on the screen."""
        self._view, self._workspace = view, workspace
        if self._awaits is not None and view is not None:
            (customer_id, name), self._awaits = self._awaits, None
            if customer_id == view.customer_id:
                self._run_for_thread(name)

    def show_waiting_count(self, count: int) -> None:
        """count: replies that wait, of all customers."""
        self._waiting_count = count

    def add_commands(self, commands: Mapping[str, Callable[[], object]], why_not: Callable[[str], str]) -> None:
        """Let another part of the window run some commands. commands: what each does, by name."""
        self._more |= {name: (run, why_not) for name, run in commands.items()}

    @property
    def is_covered(self) -> bool:
        """Whether an overlay is open."""
        return any(overlay.is_open for overlay in self._window.findChildren(Overlay))

    def run(self, name: str) -> None:
        """Run a command of the table: for all selected rows of the list, else for the conversation on the screen."""
        rows = self._panes.list.selected_rows
        if rows and name in FOR_SEVERAL:
            if not self.is_covered:
                self._run_for_rows(name, rows, self._list_position())
        else:
            self._run_for_thread(name)

    def why_not(self, name: str) -> str:
        """Say why a command can't be run now; "" where it can."""
        if self._panes.list.selected_rows and name in FOR_SEVERAL:
            return ""
        needs, chat = BY_NAME[name].needs, self._chat()
        if needs is not Needs.NOTHING and self._view is None:
            return palette_texts.CHOOSE_CUSTOMER_FIRST()
        if needs is Needs.CONVERSATION and chat is None:
            return palette_texts.NO_CONVERSATION()
        if chat is not None and (reason := _why_not_now(name, chat)):
            return reason
        if name in self._more:
            return self._more[name][1](name)
        if name in ("send", "send_later") and not self._panes.composer.has_content:
            return palette_texts.NOTHING_TO_SEND()
        if name == "save_reply" and not self._panes.composer.text.strip("#/ \n"):
            return palette_texts.NOTHING_TO_SEND()
        if name == "merge_intercom" and self._panes.details.editing.pair_to_merge is None:
            return detail_texts.NOTHING_TO_MERGE()
        if name == "mention" and not (self._workspace is not None and self._workspace.other_teammates):
            return palette_texts.NO_TEAMMATES()
        if name == "workspace" and len(self._settings.workspaces) < 2:
            return palette_texts.ONE_WORKSPACE()
        if name == "waiting_replies" and not self._waiting_count:
            return palette_texts.NO_REPLIES_WAITING()
        return ""

    # --- the thread on the screen ------------------------------------------------------------------------------------

    def _run_for_thread(self, name: str) -> None:
        if self.is_covered:
            return
        if reason := self.why_not(name):
            self._panes.toast.show_message(reason)
            return
        chat, simple = self._chat(), self._simple_commands()
        if name in simple:
            simple[name]()
        elif chat is not None and self._view is not None:
            self._run_for_chat(name, self._view, chat)
        self.command_run.emit(name)

    def _simple_commands(self) -> dict[str, Callable[[], object]]:
        """Those that need no conversation."""
        panes, settings = self._panes, self._settings
        return {
            "palette": self._open_palette,
            "search": panes.focus_search,
            "next_customer": partial(self._go_to_neighbour, 1),
            "previous_customer": partial(self._go_to_neighbour, -1),
            "next_pane": panes.focus_next_pane,
            "toggle_list": panes.toggle_list,
            "toggle_details": panes.toggle_details,
            "restore_cancelled": self._pending_replies.restore_cancelled,
            "mark_unread": lambda: self._actions.mark_unread(self._shown_customer()),
            "mark_read": lambda: self._actions.mark_read(self._shown_customer()),
            "merge": self._identity.choose_duplicate,
            "undo": panes.toast.press,
            "edit_customer": self._edit_customer,
            "customer_note": self._add_customer_note,
            "merge_intercom": panes.details.merge_in_intercom_requested.emit,
            "export": partial(self._export, for_print=False),
            "print": partial(self._export, for_print=True),
            "forget": self._identity.ask_to_forget,
            "message_channel": self._change_message_channel,
            "react": self._react,
            "reports": self._reports.open,
            "waiting_replies": self._list_waiting_replies,
            "scheduled_replies": self._scheduling.open_list,
            "new_conversation": self.new_conversation_requested.emit,
            "octopods": settings.open_octopods,
            "saved_replies": self._saved_replies.manage,
            "settings": settings.open,
            "notifications": settings.open_notifications,
            "teammate": settings.open_teammate,
            "workspace": self._choose_workspace,
            "do_not_disturb": self._toggle_do_not_disturb,
            "menu": self._open_menu,
            "set_up": settings.checklist_requested.emit,
            "shortcuts": lambda: self.shortcut_sheet.show_popup(),
            "manual": lambda: self.manual.show_popup(),
            "report_problem": lambda: self.problem_report.show_popup(),
            "about": lambda: self.about.show_popup(),
            "quit": lambda: self._quitting.on_quit_requested(),
            **{name: run for name, (run, _) in self._more.items()},
        }

    def _run_for_chat(self, name: str, view: ThreadView, chat: Chat) -> None:
        composer = self._panes.composer
        at = self._panes.thread_pane.header.action_bar.anchor(name)
        for_chat: dict[str, Callable[[], object]] = {
            "reply": partial(self._write, internal=False),
            "note": partial(self._write, internal=True),
            "send": composer.send,
            "send_later": self._scheduling.open_for_draft,
            "attach": composer.choose_files,
            "saved_reply": composer.start_saved_reply,
            "save_reply": lambda: self._saved_replies.save_text(composer.text),
            "emoji": composer.open_emoji,
            "record": composer.recording_wanted.emit,
            "spelling": composer.spelling_wanted.emit,
            **{kind: partial(composer.format, kind) for kind in SpanKind},
            "preview": composer.toggle_preview,
            "mention": composer.start_mention,
            "route": self._choose_route,
            "template": partial(self._open_templates, chat),
            "ask_whatsapp": composer.ask_wanted.emit,
            "conversation_channel": partial(self._identity.choose_channel, view, chat, self._actions.popup, at),
            "inbox": partial(self.inbox_requested.emit, chat.id),
            "hand_over": self._handover.begin,
        }
        if name in for_chat:
            for_chat[name]()
        else:
            self._run_for_targets(name, [target_of_chat(view, chat)], at)

    def _chat(self) -> Chat | None:
        """Return the conversation a reply would go to."""
        conversation_id = self._panes.thread_pane.conversation_id
        return self._view.thread.chat(conversation_id) if self._view is not None and conversation_id else None

    def _export(self, *, for_print: bool) -> None:
        workspace = self._workspace.workspace_name if self._workspace is not None else ""
        self.export_sheet.open(self._view, workspace, for_print=for_print)

    def _edit_customer(self) -> None:
        self._panes.show_details()
        self._panes.details.edit_name()

    def _add_customer_note(self) -> None:
        self._panes.show_details()
        self._panes.details.add_note()

    def _shown_customer(self) -> dict[str, str]:
        return {self._view.customer_id: full_name(self._view.name)} if self._view is not None else {}

    def _on_more_opening(self) -> None:
        """Fill the menu behind the header's last button: what is folded first, then what has no button of its own."""
        bar = self._panes.thread_pane.header.action_bar
        bar.more_menu.clear()
        others = ("mark_unread", "mark_read", "inbox", "hand_over", "ask_whatsapp", "conversation_channel")
        sections = (
            bar.folded,
            ("find_in_thread",),
            others,
            ("translate_message", "translate_customer"),
            ("react", "message_channel", "edit_customer", "customer_note"),
            ("merge", "merge_intercom"),
            ("export", "print", "forget"),
        )
        menus.add_sections(bar.more_menu, sections, self._theme, self._run_for_thread, self.why_not)

    # --- conversations, wherever they are listed ---------------------------------------------------------------------

    def _run_for_targets(self, name: str, targets: Sequence[Target], at: QPoint) -> None:
        if not targets:
            return
        workspace = self._workspace
        for_targets: dict[str, Callable[[], object]] = {
            "priority": partial(self._actions.toggle_priority, targets),
            "snooze": partial(self._actions.snooze_menu, targets, at),
            "close": partial(self._actions.close, targets),
            "close_next": partial(self._close_and_go_on, targets),
            "reopen": partial(self._actions.reopen, targets),
        }
        if name in for_targets:
            for_targets[name]()
        elif workspace is not None:
            choose = {"assign": self._actions.choose_assignee, "tag": self._actions.choose_tag}[name]
            choose(targets, workspace, at)

    def _run_for_rows(self, name: str, rows: Sequence[CustomerRow], at: QPoint) -> None:
        customers = {row.customer_id: full_name(row.name) for row in rows}
        if name == "mark_unread":
            self._actions.mark_unread(customers)
        elif name == "mark_read":
            self._actions.mark_read(customers)
        else:
            self._run_for_targets(name, targets_of_rows(rows), at)

    def _close_and_go_on(self, targets: Sequence[Target]) -> None:
        customers, search = self._panes.list, self._panes.list.search
        next_id = customers.neighbour(1) or customers.neighbour(-1)
        self._actions.close(targets)
        if search.is_open:
            shown = customers.current() or ""
            if not search.choose_neighbour(shown, 1):
                search.choose_neighbour(shown, -1)
        elif next_id is not None:
            self.customer_requested.emit(next_id)

    def _go_to_neighbour(self, step: int) -> None:
        """Show the next customer of the list, or of the results that stand in its place."""
        customers = self._panes.list
        if customers.search.is_open:
            customers.search.choose_neighbour(customers.current() or "", step)
            return
        customer_id = customers.neighbour(step)
        if customer_id is not None:
            self.customer_requested.emit(customer_id)

    # --- the menu of rows --------------------------------------------------------------------------------------------

    def open_row_menu(self, rows: Sequence[CustomerRow], at: QPoint) -> None:
        """Open the menu of one row or of all selected rows. at: global position."""
        if self.is_covered or not rows:
            return
        shown = self._view
        if len(rows) > 1:
            menu = self._new_menu()
            sections = [[n for n in section if n in FOR_SEVERAL] for section in menus.SECTIONS]
            run = partial(self._run_from_menu_of_several, rows, at)
            menus.add_sections(menu, filter(None, sections), self._theme, run, lambda _name: "")
            open_menu(menu, at)
        elif shown is not None and rows[0].customer_id == shown.customer_id:
            self._open_menu_of(shown, self._chat(), at)
        else:
            load = self._engine.queries.thread(rows[0].customer_id)
            self._engine.tasks.start(load, "read for a menu", partial(self._on_loaded_for_menu, at))

    def _run_from_menu_of_several(self, rows: Sequence[CustomerRow], at: QPoint, name: str) -> None:
        self._run_for_rows(name, rows, at)

    def _on_loaded_for_menu(self, at: QPoint, view: ThreadView | None) -> None:
        if view is not None and not self.is_covered:
            self._open_menu_of(view, chat_to_reply_in(view.thread), at)

    def _open_menu_of(self, view: ThreadView, chat: Chat | None, at: QPoint) -> QMenu:
        """Open the menu of one customer; its first line says whom and which conversation it is for."""
        menu = self._new_menu()
        label = display_name(view.name)
        if chat is not None:
            conversation = channel_and_title(chat.window.key.channel, conversation_label(chat))
            label = texts.MENU_IS_FOR(name=label, conversation=conversation)
        menu.addAction(label.replace("&", "&&")).setEnabled(False)
        menu.addSeparator()
        run, why_not = partial(self._run_from_menu, view, chat, at), partial(_why_not_for, chat)
        menus.add_sections(menu, menus.SECTIONS, self._theme, run, why_not)
        open_menu(menu, at)
        return menu

    def _run_from_menu(self, view: ThreadView, chat: Chat | None, at: QPoint, name: str) -> None:
        customers = {view.customer_id: full_name(view.name)}
        if name == "mark_unread":
            self._actions.mark_unread(customers)
        elif name == "mark_read":
            self._actions.mark_read(customers)
        elif chat is not None and (name in FOR_SEVERAL or (name == "close_next" and self._is_shown(view))):
            self._run_for_targets(name, [target_of_chat(view, chat)], at)
        elif chat is not None and name == "inbox":
            self.inbox_requested.emit(chat.id)
        elif self._is_shown(view):
            self._run_for_thread(name)
        else:
            self._awaits = (view.customer_id, name)
            self.customer_requested.emit(view.customer_id)

    def _is_shown(self, view: ThreadView) -> bool:
        return self._view is not None and self._view.customer_id == view.customer_id

    def _new_menu(self) -> QMenu:
        menu = QMenu(self._window)
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def _list_position(self) -> QPoint:
        customers = self._panes.list
        return customers.mapToGlobal(QPoint(customers.width() // 4, customers.height() // 3))

    # --- writing -----------------------------------------------------------------------------------------------------

    def _write(self, *, internal: bool) -> None:
        self._panes.composer.set_internal(internal)
        self._panes.composer.focus_text()

    def _choose_route(self) -> None:
        composer = self._panes.composer
        if composer.open_routes() or self._view is None:
            return
        if composer.internal:
            self._panes.toast.show_message(texts.NOTES_STAY())
        else:
            name = first_name(self._view.name)
            self._panes.toast.show_message(texts.NO_DIRECT_ROUTE(name=name))

    def _open_templates(self, chat: Chat) -> None:
        composer = self._panes.composer
        self._templates.open(chat.id, "" if composer.internal else composer.text)

    def _change_message_channel(self) -> None:
        if not self._panes.thread_pane.timeline.change_channel():
            self._panes.toast.show_message(texts.CHOOSE_MESSAGE_FIRST())

    def _react(self) -> None:
        reason = self._panes.thread_pane.timeline.react()
        if reason is None:
            reason = texts.CHOOSE_MESSAGE_FIRST()
        if reason:
            self._panes.toast.show_message(reason)

    # --- program -----------------------------------------------------------------------------------------------------

    def _toggle_do_not_disturb(self) -> None:
        self._panes.toast.show_message(self._settings.toggle_do_not_disturb())

    def _fill_menu(self) -> None:
        """Fill the menu of all commands when it is first opened."""
        if self._footer.menu.isEmpty():
            menus.add_groups(self._footer.menu, self._theme, self.run, self.why_not)

    def _open_menu(self) -> None:
        footer = self._footer
        self._fill_menu()
        open_menu(footer.menu, footer.anchor(footer.menu_button, footer.menu))

    def _choose_workspace(self) -> None:
        menu = self._new_menu()
        for workspace_id, name, is_shown in self._settings.workspaces:
            action = menu.addAction(name.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(is_shown)
            action.setEnabled(not is_shown)
            show = self._panes.toast.show_message
            action.triggered.connect(partial(self._switch_workspace, workspace_id, show))
        menu.addSeparator()
        menu.addAction(texts.ADD_WORKSPACE(), self._settings.add_workspace_requested.emit)
        menu.addAction(texts.MANAGE_WORKSPACES(), self._settings.open_accounts)
        open_menu(menu, self._footer.anchor(self._footer.workspace, menu))

    def _switch_workspace(self, workspace_id: str, on_refused: Callable[[str], None], _checked: bool = False) -> None:
        self._settings.switch_workspace(workspace_id, on_refused)

    def _list_waiting_replies(self) -> None:
        load = self._engine.queries.waiting_replies()
        self._engine.tasks.start(load, "read waiting replies", self._show_waiting_replies)

    def _show_waiting_replies(self, replies: tuple[WaitingReply, ...]) -> None:
        menu = self._new_menu()
        for reply in replies:
            text = " ".join(reply.pending.text.split()) or ", ".join(reply.pending.file_names)
            text = text if len(text) <= _SHORT_TEXT else f"{text[: _SHORT_TEXT - 1].rstrip()}…"
            label = texts.WAITING_REPLY(name=full_name(reply.name), text=text)
            menu.addAction(label.replace("&", "&&"), partial(self.reply_requested.emit, reply))
        if replies:
            open_menu(menu, self._footer.anchor(self._footer.waiting, menu))
        else:
            self._panes.toast.show_message(palette_texts.NO_REPLIES_WAITING())

    # --- palette -----------------------------------------------------------------------------------------------------

    def _open_palette(self) -> None:
        last = [*conversation_entries(self._view), *settings_entries(self._settings.page_titles())]
        self.palette.open_with(command_entries(self._recent(), self.why_not), self._find_customers, last)

    def _find_customers(self, query: str, then: Callable[[Iterable[PaletteEntry]], None]) -> None:
        detail = palette_texts.CUSTOMER()
        self._finder.find(query, lambda found: then(customer_entry(customer, query, detail) for customer in found))

    def _on_palette_chosen(self, entry: PaletteEntry) -> None:
        if entry.kind == "customer":
            self.customer_requested.emit(entry.key)
        elif entry.kind == "conversation":
            self._panes.thread_pane.choose_conversation(entry.key)
        elif entry.kind == "settings":
            self._settings.open_page(entry.key)
        else:
            self._remember(entry.key)
            self.run(entry.key)

    def _recent(self) -> list[str]:
        """The commands that were chosen in the palette, the last one first."""
        stored = self._stored.value(_RECENT) if self._stored is not None else None
        return [name for name in stored if name in BY_NAME] if isinstance(stored, list) else []

    def _remember(self, name: str) -> None:
        if self._stored is not None:
            self._stored.setValue(_RECENT, [name, *(n for n in self._recent() if n != name)][:_MOST_RECENT])


def _why_not_now(name: str, chat: Chat) -> str:
    """Say why the conversation's state doesn't allow a command; "" where it does."""
    state = chat.conversation.state
    if name in ("close", "close_next") and state is ConversationState.CLOSED:
        return palette_texts.ALREADY_CLOSED()
    if name == "reopen" and state is ConversationState.OPEN:
        return palette_texts.NOT_CLOSED()
    return ""


def _why_not_for(chat: Chat | None, name: str) -> str:
    if chat is None:
        return palette_texts.NO_CONVERSATION() if BY_NAME[name].needs is Needs.CONVERSATION else ""
    return _why_not_now(name, chat)
