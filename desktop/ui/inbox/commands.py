"""Commands of the main window: what each key and each line of the palette does, and to which conversation."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QWidget

from desktop.domain.thread import Chat
from desktop.engine.views import CustomerRow, ThreadView, WorkspaceView
from desktop.ui.inbox import palette_entries
from desktop.ui.inbox.actions.conversations import ConversationActions
from desktop.ui.inbox.actions.handover import Handover
from desktop.ui.inbox.actions.identity import WhoIsWho
from desktop.ui.inbox.actions.pending_replies import PendingReplyActions
from desktop.ui.inbox.actions.settings import Settings
from desktop.ui.inbox.actions.templates import Templates
from desktop.ui.inbox.panes import MainPanes
from desktop.ui.inbox.shortcuts import Shortcuts, ShortcutSheet
from desktop.ui.look.theme import Theme
from desktop.ui.widgets.command_palette import Palette, PaletteEntry
from desktop.ui.widgets.overlay import Overlay
from desktop.ui.wording import words


class Commands(QObject):
    """Nothing is done while a sheet covers what it would be done to.

    Signals:
        customer_wanted: the palette leads to this customer. arg: the customer's id.
        inbox_wanted: show this conversation in Intercom's inbox. arg: its id.
    """

    customer_wanted = Signal(str)
    inbox_wanted = Signal(str)

    def __init__(
        self,
        theme: Theme,
        panes: MainPanes,
        actions: ConversationActions,
        pending_replies: PendingReplyActions,
        handover: Handover,
        templates: Templates,
        settings: Settings,
        who: WhoIsWho,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._panes, self._actions, self._pending_replies = panes, actions, pending_replies
        self._handover, self._templates, self._settings, self._who = handover, templates, settings, who
        self._rows: Iterable[CustomerRow] = ()
        self._view: ThreadView | None = None
        self._workspace: WorkspaceView | None = None
        self.palette = Palette(theme, window)
        self.shortcut_sheet = ShortcutSheet(theme, window)
        self.palette.chosen.connect(self._on_palette_chosen)
        self._keys = Shortcuts(window, (panes.list, panes.thread_pane))
        self._keys.pressed.connect(self.do)

    def show_rows(self, rows: Iterable[CustomerRow]) -> None:
        self._rows = rows

    def show(self, view: ThreadView | None, workspace: WorkspaceView | None) -> None:
        """What is on the screen now."""
        self._view, self._workspace = view, workspace

    @property
    def is_covered(self) -> bool:
        """Whether a sheet lies over the thread."""
        return any(overlay.is_open for overlay in self._window.findChildren(Overlay))

    def do(self, command: str) -> None:
        """command: of `shortcuts.SHORTCUTS`."""
        if self.is_covered:
            return
        chat = self._chat()
        simple: dict[str, Callable[[], object]] = {
            "palette": self._open_palette,
            "search": self._panes.list.focus_search,
            "next_pane": self._panes.go_to_next,
            "fold": self._panes.toggle_customer,
            "bring_back": self._pending_replies.bring_back,
            "link": self._who.choose,
            "undo": self._panes.bar.press,
            "forget": self._who.ask_to_forget,
            "octopods": self._settings.open_octopods,
            "message_channel": self._change_message_channel,
            "settings": self._settings.open,
            "shortcuts": self.shortcut_sheet.show_popup,
        }
        for_chat: dict[str, Callable[[Chat], object]] = {
            "reply": partial(self._write, internal=False),
            "note": partial(self._write, internal=True),
            "route": self._choose_route,
            "template": self._open_templates,
            "ask_whatsapp": self._ask_whatsapp,
            "close": self._actions.close,
            "snooze": partial(self._actions.snooze_menu, at=self._menu_place()),
            "assign": self._assign,
            "inbox": self._open_inbox,
            "hand_over": self._hand_over,
        }
        if command in simple:
            simple[command]()
        elif chat is not None:
            for_chat[command](chat)

    def _chat(self) -> Chat | None:
        """Where a reply would go."""
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
            self._panes.bar.tell("A note stays in Intercom; only replies can go another way.")
        else:
            name = words.first_name(self._view.name)
            self._panes.bar.tell(f"No connected account leads to {name}: Intercom is the only way.")

    def _open_templates(self, chat: Chat) -> None:
        composer = self._panes.composer
        self._templates.open(chat.id, "" if composer.internal else composer.text)

    def _change_message_channel(self) -> None:
        if not self._panes.thread_pane.change_channel():
            self._panes.bar.tell("Choose a message of the customer first: F6 to the thread, then the arrow keys.")

    def _ask_whatsapp(self, _chat: Chat) -> None:
        self._panes.composer.ask_wanted.emit()

    def _assign(self, chat: Chat) -> None:
        if self._workspace is not None:
            self._actions.assign_menu(chat, self._workspace, self._menu_place())

    def _open_inbox(self, chat: Chat) -> None:
        self.inbox_wanted.emit(chat.id)

    def _hand_over(self, _chat: Chat) -> None:
        self._handover.begin()

    def _menu_place(self) -> QPoint:
        pane = self._panes.thread_pane
        return pane.mapToGlobal(QPoint(pane.width() // 3, pane.height() // 4))

    def _open_palette(self) -> None:
        self.palette.open_with(palette_entries.entries(self._rows, self._view))

    def _on_palette_chosen(self, entry: PaletteEntry) -> None:
        if entry.kind == "customer":
            self.customer_wanted.emit(entry.key)
        elif entry.kind == "conversation":
            self._panes.thread_pane.choose_conversation(entry.key)
        else:
            self.do(entry.key)
