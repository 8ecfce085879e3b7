"""Runs the command of a shortcut or a palette entry on the conversation on the screen."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property, partial

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QWidget

from desktop.domain.history.thread import Chat
from desktop.engine.views import ThreadView, WorkspaceView
from desktop.text.names import first_name
from desktop.text.screens import inbox as texts
from desktop.text.screens import palette as palette_texts
from desktop.ui.commands.palette import CommandPalette, PaletteEntry
from desktop.ui.commands.shortcuts import Shortcuts, ShortcutSheet
from desktop.ui.inbox.actions.conversations import ConversationActions
from desktop.ui.inbox.actions.handover import InboxHandover
from desktop.ui.inbox.actions.identity import IdentityActions
from desktop.ui.inbox.actions.pending_replies import PendingReplyActions
from desktop.ui.inbox.actions.quitting import QuitConfirmation
from desktop.ui.inbox.actions.settings import SettingsActions
from desktop.ui.inbox.actions.templates import TemplateActions
from desktop.ui.inbox.customer_finder import CustomerFinder
from desktop.ui.inbox.palette_entries import command_entries, conversation_entries, customer_entry
from desktop.ui.inbox.panes import MainPanes
from desktop.ui.look.theme import Theme
from desktop.ui.widgets.overlay import Overlay


class CommandDispatcher(QObject):
    """Maps command names to actions. Does nothing while an overlay covers the thread.

    Signals:
        customer_requested: a customer was chosen in the palette. arg: the customer's id.
        inbox_requested: show this conversation in Intercom's inbox. arg: its id.
    """

    customer_requested = Signal(str)
    inbox_requested = Signal(str)

    def __init__(
        self,
        theme: Theme,
        finder: CustomerFinder,
        panes: MainPanes,
        actions: ConversationActions,
        pending_replies: PendingReplyActions,
        handover: InboxHandover,
        templates: TemplateActions,
        settings: SettingsActions,
        identity: IdentityActions,
        quitting: QuitConfirmation,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._theme, self._window = theme, window
        self._panes, self._actions, self._pending_replies = panes, actions, pending_replies
        self._handover, self._templates, self._settings, self._identity = handover, templates, settings, identity
        self._quitting, self._finder = quitting, finder
        self._view: ThreadView | None = None
        self._workspace: WorkspaceView | None = None
        self._shortcuts = Shortcuts(window, (panes.list, panes.thread_pane))
        self._shortcuts.activated.connect(self.run)

    @cached_property
    def palette(self) -> CommandPalette:
        palette = CommandPalette(self._theme, self._window)
        palette.chosen.connect(self._on_palette_chosen)
        return palette

    @cached_property
    def shortcut_sheet(self) -> ShortcutSheet:
        return ShortcutSheet(self._theme, self._window)

    def show(self, view: ThreadView | None, workspace: WorkspaceView | None) -> None:
        """Set what is on the screen."""
        self._view, self._workspace = view, workspace

    @property
    def is_covered(self) -> bool:
        """Whether an overlay is open."""
        return any(overlay.is_open for overlay in self._window.findChildren(Overlay))

    def run(self, command: str) -> None:
        """command: of `shortcuts.SHORTCUTS`."""
        if self.is_covered:
            return
        chat = self._chat()
        simple: dict[str, Callable[[], object]] = {
            "palette": self._open_palette,
            "search": self._panes.focus_search,
            "next_pane": self._panes.focus_next_pane,
            "toggle_list": self._panes.toggle_list,
            "toggle_details": self._panes.toggle_details,
            "restore_cancelled": self._pending_replies.restore_cancelled,
            "merge": self._identity.choose_duplicate,
            "undo": self._panes.toast.press,
            "forget": self._identity.ask_to_forget,
            "octopods": self._settings.open_octopods,
            "message_channel": self._change_message_channel,
            "settings": self._settings.open,
            "notifications": self._settings.open_notifications,
            "do_not_disturb": self._toggle_do_not_disturb,
            "quit": lambda: self._quitting.on_quit_requested(),
            "shortcuts": lambda: self.shortcut_sheet.show_popup(),
        }
        for_chat: dict[str, Callable[[Chat], object]] = {
            "reply": partial(self._write, internal=False),
            "note": partial(self._write, internal=True),
            "route": self._choose_route,
            "template": self._open_templates,
            "ask_whatsapp": lambda _chat: self._panes.composer.ask_wanted.emit(),
            "close": self._actions.close,
            "snooze": partial(self._actions.snooze_menu, at=self._menu_position()),
            "assign": self._assign,
            "inbox": lambda chat: self.inbox_requested.emit(chat.id),
            "hand_over": lambda _chat: self._handover.begin(),
        }
        if command in simple:
            simple[command]()
        elif chat is not None:
            for_chat[command](chat)

    def _chat(self) -> Chat | None:
        """Return the conversation a reply would go to."""
        conversation_id = self._panes.thread_pane.conversation_id
        return self._view.thread.chat(conversation_id) if self._view is not None and conversation_id else None

    def _write(self, _chat: Chat, *, internal: bool) -> None:
        self._panes.composer.set_internal(internal)
        self._panes.composer.focus_text()

    def _choose_route(self, _chat: Chat) -> None:
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

    def _toggle_do_not_disturb(self) -> None:
        self._panes.toast.show_message(self._settings.toggle_do_not_disturb())

    def _change_message_channel(self) -> None:
        if not self._panes.thread_pane.timeline.change_channel():
            self._panes.toast.show_message(texts.CHOOSE_MESSAGE_FIRST())

    def _assign(self, chat: Chat) -> None:
        if self._workspace is not None:
            self._actions.assign_menu(chat, self._workspace, self._menu_position())

    def _menu_position(self) -> QPoint:
        pane = self._panes.thread_pane
        return pane.mapToGlobal(QPoint(pane.width() // 3, pane.height() // 4))

    def _open_palette(self) -> None:
        # Conversations first, since what is on the screen is most likely meant.
        self.palette.open_with(conversation_entries(self._view), self._find_customers, command_entries())

    def _find_customers(self, query: str, then: Callable[[Iterable[PaletteEntry]], None]) -> None:
        detail = palette_texts.CUSTOMER()
        self._finder.find(query, lambda found: then(customer_entry(customer, query, detail) for customer in found))

    def _on_palette_chosen(self, entry: PaletteEntry) -> None:
        if entry.kind == "customer":
            self.customer_requested.emit(entry.key)
        elif entry.kind == "conversation":
            self._panes.thread_pane.choose_conversation(entry.key)
        else:
            self.run(entry.key)
