"""Thread pane: header and timeline of one customer; knows which conversation a reply would go to."""

from __future__ import annotations

from datetime import date, datetime

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QFrame, QPushButton, QSizePolicy, QStackedLayout, QVBoxLayout, QWidget

from desktop.domain.model.facts import EntryKind
from desktop.domain.model.outgoing import State
from desktop.domain.thread import Chat
from desktop.engine.views import ConnectionState, ThreadView
from desktop.ui.look import icons
from desktop.ui.look.theme import GAP, Theme
from desktop.ui.look.ticker import Ticker
from desktop.ui.thread.header import ThreadHeader
from desktop.ui.thread.timeline.view import TimelineView
from desktop.ui.widgets.labels import Label
from desktop.ui.wording import thread as thread_words

_UNREAD_KINDS = (EntryKind.MESSAGE, EntryKind.UNKNOWN)


class ThreadPane(QWidget):
    """Signals:
    conversation_changed: a reply would go elsewhere now. arg: the conversation's id, "" for none. Also when another
        customer is shown.
    quote_requested: words to quote in the reply. arg: the text.
    pending_action: what the agent does about a reply of ours. args: draft id, action, OutgoingText; see `TimelineView`.
    open_in_inbox: show a conversation in Intercom's own inbox. arg: its id.
    link_activated: a link or file was clicked. arg: its Lead.
    message_channel_requested: as of `TimelineView`.
    """

    conversation_changed = Signal(str)
    quote_requested = Signal(str)
    pending_action = Signal(str, str, object)
    open_in_inbox = Signal(str)
    link_activated = Signal(object)
    message_channel_requested = Signal(object)

    def __init__(self, theme: Theme, ticker: Ticker, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._ticker = ticker
        self._view: ThreadView | None = None
        self._chosen = ""
        self._current = ""
        self._unread_below = 0
        self._today: date | None = None
        self._minute: datetime | None = None
        self._build()
        ticker.ticked.connect(self._on_tick)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self.show_thread(None)

    def _build(self) -> None:
        thread = QWidget(self)
        # Made before the header, so that a way round the panes meets what is read before what is set.
        self.timeline = TimelineView(self._theme, self._ticker, thread)
        self.header = ThreadHeader(self._theme, self._ticker, thread)
        self.header.conversation_picked.connect(self.choose_conversation)
        self.header.open_in_inbox.connect(self.open_in_inbox)
        self.timeline.quote_requested.connect(self.quote_requested)
        self.timeline.pending_action.connect(self.pending_action)
        self.timeline.link_activated.connect(self.link_activated)
        self.timeline.message_channel_requested.connect(self.message_channel_requested)
        self.timeline.at_bottom_changed.connect(self._on_at_bottom_changed)
        self.timeline.viewport().installEventFilter(self)
        self.pill = QPushButton(self.timeline)
        self.pill.setObjectName("primary")
        self.pill.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.pill.clicked.connect(self._on_pill_clicked)
        self.pill.hide()
        rule = QFrame(thread)
        rule.setFrameShape(QFrame.Shape.HLine)
        rule.setFixedHeight(1)
        self._rule = rule
        column = QVBoxLayout(thread)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(rule)
        column.addWidget(self.timeline, 1)
        self.empty = Label(thread_words.NOTHING_CHOSEN, self)
        self.empty.setObjectName("muted")
        self.empty.setWordWrap(True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setMargin(4 * GAP)
        # Wrapped words ask for a width of their own liking, and hidden pages count: it must not widen the thread.
        self.empty.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(thread)
        self.setFocusProxy(self.timeline)

    # --- what others ask for ----------------------------------------------------------------------------------------

    def show_thread(self, view: ThreadView | None) -> None:
        """None: nobody is chosen. The same customer again keeps scroll position, selection and chosen conversation."""
        before = self._view
        self._view = view
        fresh = view is None or before is None or view.customer_id != before.customer_id
        if fresh:
            self._chosen = ""
            self._set_unread_below(0)
        now = self._ticker.now()
        self._today = now.astimezone().date()
        if not fresh and not self.timeline.at_bottom and before is not None and view is not None:
            self._set_unread_below(self._unread_below + _newer(before, view))
        self.timeline.show_thread(view, now, fresh=fresh)
        if not fresh and before is not None and view is not None and _just_sent(before, view):
            self.timeline.scrollToBottom()
        self._stack.setCurrentIndex(0 if view is None else 1)
        self._settle_conversation(always=fresh and view is not before)

    @property
    def conversation_id(self) -> str:
        """Where a reply would go: what the agent chose, else the conversation with her newest message; "" for none."""
        return self._current

    def choose_conversation(self, conversation_id: str) -> None:
        """Nothing happens for somebody else's conversation."""
        if self._view is not None and any(c.id == conversation_id for c in self._view.thread.chats):
            self._chosen = conversation_id
            self._settle_conversation()

    def change_channel(self) -> bool:
        """As of `TimelineView`."""
        return self.timeline.change_channel()

    def set_connection(self, connection: ConnectionState) -> None:
        """How things stand with Intercom: what waits says why."""
        if connection is not self.timeline.connection:
            self.timeline.connection = connection
            if self._view is not None and self._view.pending_replies:
                self.show_thread(self._view)

    # --- inside -----------------------------------------------------------------------------------------------------

    def _settle_conversation(self, *, always: bool = False) -> None:
        chat = self._chat()
        before, self._current = self._current, chat.id if chat is not None else ""
        if self._view is not None:
            self.header.show_chat(self._view, chat)
        if always or self._current != before:
            self.conversation_changed.emit(self._current)

    def _chat(self) -> Chat | None:
        if self._view is None or not self._view.thread.chats:
            return None
        thread = self._view.thread
        newest = thread.newest_from_customer
        wanted = self._chosen or (newest.entry.conversation_id if newest is not None else "")
        return next((c for c in thread.chats if c.id == wanted), thread.chats[0])

    def _set_unread_below(self, count: int) -> None:
        self._unread_below = count
        self.pill.setText(thread_words.newer(count))
        self.pill.setAccessibleName(f"{thread_words.newer(count)}: go to the newest message")
        self.pill.setVisible(count > 0)
        self._place_pill()

    def _place_pill(self) -> None:
        self.pill.adjustSize()
        viewport = self.timeline.viewport().geometry()
        self.pill.move(viewport.center().x() - self.pill.width() // 2, viewport.bottom() - self.pill.height() - GAP)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize:
            self._place_pill()
        return super().eventFilter(watched, event)

    def _on_pill_clicked(self) -> None:
        self.timeline.scrollToBottom()

    def _on_at_bottom_changed(self, at_bottom: bool) -> None:
        if at_bottom:
            self._set_unread_below(0)

    def _on_tick(self, now: datetime) -> None:
        view = self._view
        if view is None:
            return
        waits = any(e.state is State.HELD for e in view.pending_replies)
        minute = now.replace(second=0, microsecond=0)
        # "Today" has become yesterday, or why a reply is held has become older.
        if now.astimezone().date() != self._today or (waits and minute != self._minute):
            self.show_thread(view)
        self._minute = minute

    def _on_theme_changed(self) -> None:
        self.pill.setIcon(icons.icon("fa6s.arrow-down", self._theme.color("on_accent")))
        self._rule.setStyleSheet(f"color: {self._theme.colors.border}; background: {self._theme.colors.border};")
        self._place_pill()


def _newer(before: ThreadView, after: ThreadView) -> int:
    """How many messages came after the newest one known before."""
    held = {m.key for m in before.thread.messages}
    newest = before.thread.messages[-1].entry.order if before.thread.messages else None
    return sum(
        m.key not in held and m.entry.kind in _UNREAD_KINDS and (newest is None or m.entry.order > newest)
        for m in after.thread.messages
    )


def _just_sent(before: ThreadView, after: ThreadView) -> bool:
    """The agent has sent something since: she wants to see what becomes of it."""
    held = {pending.draft_id for pending in before.pending_replies}
    return any(pending.draft_id not in held for pending in after.pending_replies)
