"""The thread pane: header and message list of one customer, and the conversation a reply would go to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from itertools import takewhile

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QFrame, QPushButton, QStackedLayout, QWidget

from desktop.domain.history.thread import Chat, Message, Thread
from desktop.domain.model.facts import EntryKind
from desktop.domain.model.outgoing import State
from desktop.engine.views import THREAD_PAGE, ConnectionState, ThreadView
from desktop.text.names import first_name, full_name
from desktop.text.thread import messages
from desktop.text.thread import pane as texts
from desktop.ui.commands.table import BY_NAME, shown_keys
from desktop.ui.look import icons
from desktop.ui.look.theme import GAP, Theme
from desktop.ui.look.ticker import Ticker
from desktop.ui.thread.header import ThreadHeader
from desktop.ui.thread.timeline.accessible_text import arrival_text
from desktop.ui.thread.timeline.thread_media import ThreadMedia
from desktop.ui.thread.timeline.view import TimelineView
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import show_name
from desktop.ui.widgets.empty_state import EmptyState
from desktop.ui.widgets.layouts import Pane
from desktop.ui.widgets.screen_reader.announce import announce

_MOST_ANNOUNCED = 2
"""Of several messages that arrive together, the newest are read out."""
_LEAST_LINES = 1
"""Of messages, whatever needs room around them."""
_UNREAD_KINDS = (EntryKind.MESSAGE, EntryKind.UNKNOWN)

OLDER_PAGE = 200
"""Messages that are added while the agent scrolls up."""


class ThreadPane(Pane):
    """Shows one thread or a placeholder.

    Signals:
        conversation_changed: a reply would go to another conversation now, or another customer is shown. arg: the
            conversation's id, "" for none.
        quote_requested, pending_action, send_again_requested, link_activated, message_channel_requested: see
            `TimelineView`.
        older_requested: a view with older messages is wanted. all_conversations_requested: with all conversations.
    """

    conversation_changed = Signal(str)
    quote_requested = Signal(str)
    pending_action = Signal(str, str, object)
    send_again_requested = Signal(object, str)
    link_activated = Signal(object)
    message_channel_requested = Signal(object)
    older_requested = Signal()
    all_conversations_requested = Signal()

    def __init__(
        self, theme: Theme, ticker: Ticker, parent: QWidget | None = None, media: ThreadMedia | None = None
    ) -> None:
        """media: shows pictures and plays voice notes; None leaves their room empty."""
        super().__init__(parent)
        self._theme = theme
        self._ticker = ticker
        self._view: ThreadView | None = None
        self._chosen = ""
        self._kept_conversation = ""
        self._current = ""
        self._unread_below = 0
        self._message_limit = THREAD_PAGE
        self._wants_all_conversations = False
        self._today: date | None = None
        self._minute: datetime | None = None
        self._build()
        if media is not None:
            self.timeline.set_media(media)
        ticker.ticked.connect(self._on_tick)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self.show_thread(None)

    def _build(self) -> None:
        thread = QWidget(self)
        # Screen readers and Tab go from the first made to the last.
        self.header = ThreadHeader(self._theme, self._ticker, thread)
        self.timeline = TimelineView(self._theme, self._ticker, thread)
        self.header.conversation_chosen.connect(self.choose_conversation)
        self.header.all_conversations_requested.connect(self.request_all_conversations)
        self.timeline.quote_requested.connect(self.quote_requested)
        self.timeline.pending_action.connect(self.pending_action)
        self.timeline.send_again_requested.connect(self.send_again_requested)
        self.timeline.link_activated.connect(self.link_activated)
        self.timeline.message_channel_requested.connect(self.message_channel_requested)
        self.timeline.older_requested.connect(self._on_older_requested)
        self.timeline.at_bottom_changed.connect(self._on_at_bottom_changed)
        self.timeline.viewport().installEventFilter(self)
        self.newest_button = self.timeline.floating = QPushButton(self.timeline)
        self.newest_button.setObjectName("primary")
        self.newest_button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.newest_button.clicked.connect(self._on_newest_clicked)
        self.timeline.verticalScrollBar().valueChanged.connect(self._update_newest_button)
        self.newest_button.hide()
        line = self._line = QFrame(thread)
        line.setFrameShape(QFrame.Shape.HLine)
        line.setFixedHeight(1)
        self._no_conversations = EmptyState(self._theme, thread)
        parts = (self.header, line, self.timeline, self._no_conversations)
        column = self._column = layouts.column(*parts, parent=thread, spacing=0)
        column.setStretchFactor(self.timeline, 1)
        column.setStretchFactor(self._no_conversations, 1)
        self.placeholder = EmptyState(self._theme, self)
        keys = shown_keys(BY_NAME["palette"].keys[0])
        about = texts.NOTHING_CHOSEN_ABOUT(keys=keys)
        self.placeholder.show_state("fa6s.comments", texts.NOTHING_CHOSEN(), about)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.placeholder)
        self._stack.addWidget(thread)

    # --- public ----------------------------------------------------------------------------------------

    def show_thread(self, view: ThreadView | None) -> None:
        """Show a thread; None shows the placeholder. The same customer again keeps scroll position and choices."""
        shown, self._view = self._view, view
        is_same = view is not None and shown is not None and view.customer_id == shown.customer_id
        previous = shown if is_same else None
        now = self._ticker.now()
        self._today = now.astimezone().date()
        self._message_limit = THREAD_PAGE
        if previous is not None and view is not None:
            newer = _newer_messages(previous, view)
            self._count_newer(newer, view)
            self._announce(newer)
        else:
            self._chosen = self._kept_conversation = ""
            self._wants_all_conversations = False
            self._set_unread_below(0)
        self.timeline.show_thread(view, now, is_new_customer=not is_same)
        if previous is not None and view is not None and _has_new_pending(previous, view):
            self.timeline.scrollToBottom()
        self._show_empty_thread(view)
        self._stack.setCurrentIndex(0 if view is None else 1)
        self._update_conversation(emit_always=not is_same and view is not shown)

    def _show_empty_thread(self, view: ThreadView | None) -> None:
        """Say so where the customer has no conversation."""
        is_empty = view is not None and not view.thread.chats and not view.pending_replies
        if view is not None and is_empty:
            name = full_name(view.name)
            about = texts.NO_CONVERSATIONS_ABOUT(name=first_name(view.name))
            self._no_conversations.show_state("fa6s.comment-slash", texts.NO_CONVERSATIONS(name=name), about)
        self._no_conversations.setVisible(is_empty)
        self.timeline.setVisible(not is_empty)
        self.setFocusProxy(self.timeline if view is not None and not is_empty else None)

    @property
    def conversation_id(self) -> str:
        """The conversation a reply would go to: the chosen one, else that of the customer's newest message, or ""."""
        return self._current

    @property
    def message_limit(self) -> int:
        """How many messages the next view of this customer should hold. The agent at the bottom needs the newest page;
        for one who reads older messages, those may not go when newer ones come.
        """
        return self._message_limit

    @property
    def wanted_conversations(self) -> frozenset[str] | None:
        """Conversations that the next view of this customer should hold, however old they are; None for all."""
        return None if self._wants_all_conversations else frozenset({self._chosen, self._kept_conversation} - {""})

    def request_all_conversations(self) -> None:
        """Request a view with the old conversations, too; the next views of this customer hold them as well."""
        if not self._wants_all_conversations and self._view is not None and self._view.thread.left_out:
            self._wants_all_conversations = True
            self.all_conversations_requested.emit()

    def insert_above_messages(self, bar: QWidget, *stops: QWidget) -> None:
        """Give a bar that shows and hides itself its place below the header. stops: of Tab, in their order."""
        self._column.insertWidget(self._column.indexOf(self.timeline), bar)
        # Screen readers go from the lowest to the highest.
        bar.stackUnder(self.timeline)
        before: QWidget = self.header.countdown
        for stop in stops:
            QWidget.setTabOrder(before, stop)
            before = stop

    def go_to_message(self, conversation_id: str, entry_id: str, *, takes_focus: bool = True) -> bool:
        """Scroll to this message, and keep what is loaded around it. False if it isn't there."""
        if self._view is None or not self.timeline.go_to_message(conversation_id, entry_id, takes_focus=takes_focus):
            return False
        self._kept_conversation = conversation_id
        self._message_limit = max(THREAD_PAGE, len(self._view.thread.messages))
        return True

    def choose_conversation(self, conversation_id: str) -> None:
        """Choose the conversation to reply in; ignored if it isn't the shown customer's."""
        if self._view is not None and any(c.id == conversation_id for c in self._view.thread.chats):
            self._chosen = conversation_id
            self._update_conversation()

    def set_connection(self, connection: ConnectionState) -> None:
        """Set the connection to Intercom, which the text of waiting replies depends on."""
        if connection is not self.timeline.connection:
            self.timeline.connection = connection
            if self._view is not None and self._view.pending_replies:
                self.show_thread(self._view)

    # --- private -----------------------------------------------------------------------------------------------------

    def _update_conversation(self, *, emit_always: bool = False) -> None:
        chat = self._chat()
        previous, self._current = self._current, chat.id if chat is not None else ""
        if self._view is not None:
            self.header.show_chat(self._view, chat)
        if emit_always or self._current != previous:
            self.conversation_changed.emit(self._current)

    def _chat(self) -> Chat | None:
        return chat_to_reply_in(self._view.thread, self._chosen) if self._view is not None else None

    def _count_newer(self, newer: Sequence[Message], view: ThreadView) -> None:
        if not self.timeline.at_bottom:
            self._set_unread_below(self._unread_below + sum(m.entry.kind in _UNREAD_KINDS for m in newer))
            self._message_limit = max(THREAD_PAGE, len(view.thread.messages) + len(newer))

    def _announce(self, newer: Sequence[Message]) -> None:
        """Tell a screen reader of the customer's new messages. Behind other windows the desktop's notification does."""
        arrived = [m for m in newer if m.may_be_from_customer]
        if not arrived or not self.isActiveWindow():
            return
        # The newest come first.
        told = [arrival_text(m) for m in reversed(arrived[:_MOST_ANNOUNCED])]
        if len(arrived) > _MOST_ANNOUNCED:
            told.insert(0, messages.NEW_COUNT(len(arrived)))
        announce(self, " ".join(told))

    def _set_unread_below(self, count: int) -> None:
        self._unread_below = count
        label = messages.GO_TO_NEWEST(count) if count else messages.GO_TO_END()
        self.newest_button.setText(messages.NEWER(count) if count else "")
        show_name(self.newest_button, label)
        self.newest_button.setObjectName("primary" if count else "")
        self.newest_button.style().unpolish(self.newest_button)
        self.newest_button.style().polish(self.newest_button)
        self._update_newest_icon()
        self._update_newest_button()
        self._place_newest_button()

    def _update_newest_button(self) -> None:
        """Show the button where there is something new below, or the newest message is far away."""
        bar = self.timeline.verticalScrollBar()
        is_far = not self.timeline.at_bottom and bar.maximum() - bar.value() > self.timeline.viewport().height() // 2
        self.newest_button.setVisible(self._unread_below > 0 or is_far)

    def _update_newest_icon(self) -> None:
        role = "on_accent" if self._unread_below else "text"
        self.newest_button.setIcon(icons.icon("fa6s.arrow-down", self._theme.color(role)))

    def _place_newest_button(self) -> None:
        self.newest_button.adjustSize()
        viewport = self.timeline.viewport().geometry()
        self.newest_button.move(
            viewport.x() + (viewport.width() - self.newest_button.width()) // 2,
            viewport.bottom() - self.newest_button.height() - GAP,
        )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize:
            self._place_newest_button()
        return super().eventFilter(watched, event)

    def _on_older_requested(self) -> None:
        self._message_limit += OLDER_PAGE
        self.older_requested.emit()

    def _on_newest_clicked(self) -> None:
        self.timeline.scrollToBottom()

    def _on_at_bottom_changed(self, at_bottom: bool) -> None:
        if at_bottom:
            self._set_unread_below(0)
            self._message_limit = THREAD_PAGE
        self._update_newest_button()

    def _on_tick(self, now: datetime) -> None:
        view = self._view
        if view is None:
            return
        has_held = any(p.state is State.HELD for p in view.pending_replies)
        minute = now.replace(second=0, microsecond=0)
        # The separators name days relative to today, and the text of a held reply says how long ago.
        if now.astimezone().date() != self._today or (has_held and minute != self._minute):
            self.show_thread(view)
        self._minute = minute

    def _on_theme_changed(self) -> None:
        # In a small window with large text a warning below needs the room, but not all of it; the messages scroll.
        self.timeline.setMinimumHeight(_LEAST_LINES * QFontMetrics(self._theme.font()).lineSpacing())
        self._update_newest_icon()
        self._line.setStyleSheet(f"color: {self._theme.colors.border}; background: {self._theme.colors.border};")
        self._place_newest_button()


def chat_to_reply_in(thread: Thread, chosen: str = "") -> Chat | None:
    """Return the conversation a reply goes to: the chosen one, else that of the customer's newest message."""
    newest = thread.newest_from_customer
    conversation_id = chosen or (newest.entry.conversation_id if newest is not None else "")
    found = next((c for c in thread.chats if c.id == conversation_id), None)
    return found if found is not None or not thread.chats else thread.chats[0]


def _newer_messages(previous: ThreadView, current: ThreadView) -> list[Message]:
    """Return the messages that are newer than the newest one of `previous`."""
    shown = previous.thread.messages
    newer = list(takewhile(lambda m: not shown or m.entry.order > shown[-1].entry.order, current.thread.messages[::-1]))
    # The newest ones may only have got another time.
    known = {m.key for m in shown[-1 - len(newer) :]}
    return [m for m in newer if m.key not in known]


def _has_new_pending(previous: ThreadView, current: ThreadView) -> bool:
    known = {pending.draft_id for pending in previous.pending_replies}
    return any(pending.draft_id not in known for pending in current.pending_replies)
