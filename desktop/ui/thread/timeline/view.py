"""Timeline view: scrolls without jumping, marks words across messages, follows links and clicks."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QKeySequence, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from desktop.domain.model.facts import ChannelKind
from desktop.engine.commands import SetMessageChannel
from desktop.engine.views import ConnectionState, PendingReply, ThreadView
from desktop.ui.look.theme import Theme
from desktop.ui.look.ticker import Ticker
from desktop.ui.thread.entries import EntryType, TimelineEntry
from desktop.ui.thread.timeline.delegate import TimelineDelegate, file_at
from desktop.ui.thread.timeline.marking import Marking
from desktop.ui.thread.timeline.model import TimelineModel
from desktop.ui.thread.timeline.relayout import Relayout
from desktop.ui.thread.timeline.row_menu import channel_menu, copy, has_channel, row_menu
from desktop.ui.thread.timeline.scroll_anchor import AnchoredView, ScrollAnchor
from desktop.ui.thread.timeline.speech import spoken
from desktop.ui.wording import pending_reply
from desktop.ui.wording.pending_reply import OutgoingText

_NEAR_BOTTOM = 4
"""Pixels from the end that still count as being at the bottom."""


class TimelineView(AnchoredView):
    """Signals:
    quote_requested: words to quote in the reply. arg: the text.
    pending_action: what the agent does about a pending reply. args: draft id; one of `pending_reply.KEYS`; the text the
        agent saw.
    link_activated: a link or file was clicked. arg: its Lead.
    message_channel_requested: a person's word on where a message came from. arg: SetMessageChannel.
    at_bottom_changed: the newest message came into view or left it. arg: whether it is in view.
    """

    quote_requested = Signal(str)
    pending_action = Signal(str, str, object)
    link_activated = Signal(object)
    message_channel_requested = Signal(object)
    at_bottom_changed = Signal(bool)

    def __init__(self, theme: Theme, ticker: Ticker, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ticker = ticker
        self._pressed: str | None = None
        self.at_bottom = True
        self.is_anchored = False
        self.connection = ConnectionState.CONNECTING
        self.timeline = TimelineModel(spoken, self._tell, self)
        self.delegate = TimelineDelegate(theme, self)
        self.marking = Marking(self, self.timeline, self.delegate)
        self._relayout = Relayout(self)
        self._set_up()
        bar = self.verticalScrollBar()
        bar.valueChanged.connect(self._on_scrolled)
        bar.rangeChanged.connect(self._on_range_changed)
        theme.changed.connect(self._on_theme_changed)

    def _set_up(self) -> None:
        self.setAccessibleName("Messages")
        self.setModel(self.timeline)
        self.setItemDelegate(self.delegate)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.viewport().setAutoFillBackground(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # Always there: a bar that comes and goes would change the width of every row.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.verticalScrollBar().setSingleStep(24)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setMouseTracking(True)

    def show_thread(self, view: ThreadView | None, now: datetime, *, fresh: bool) -> None:
        """fresh: another customer than before, so start at the newest message."""
        if not fresh:
            with ScrollAnchor(self):
                self.timeline.show(view, now)
            self.marking.refresh()
            return
        self.delegate.forget()
        self.marking.clear()
        self.timeline.show(view, now)
        self._set_at_bottom(True)
        if self.isVisible():
            self.scrollToBottom()
        # Else Qt gives the keyboard the first row, and the first arrow key would leave the newest message behind.
        last = self.timeline.index(self.timeline.rowCount() - 1)
        self.selectionModel().setCurrentIndex(last, QItemSelectionModel.SelectionFlag.NoUpdate)

    def go_to_pending(self, draft_id: str) -> None:
        """Make this reply the current row, in view, with the keyboard on it; nothing happens if it is not here."""
        row = self.timeline.row_of(f"echo {draft_id}")
        if row is not None:
            # Only then is it known where the row is, and where the end.
            self.executeDelayedItemsLayout()
            self.setCurrentIndex(self.timeline.index(row))
            self.scrollTo(self.timeline.index(row))
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- staying in place -------------------------------------------------------------------------------------------

    def _on_scrolled(self, value: int) -> None:
        if self.is_anchored:
            return
        self._set_at_bottom(value >= self.verticalScrollBar().maximum() - _NEAR_BOTTOM)
        if self.delegate.is_patient:
            self._relayout.lay_out_visible()

    def _on_range_changed(self, _least: int, most: int) -> None:
        """Rows are measured after they have come, so only here is it known where the bottom is."""
        if self.at_bottom and not self.is_anchored:
            self.verticalScrollBar().setValue(most)

    def _set_at_bottom(self, at_bottom: bool) -> None:
        if at_bottom != self.at_bottom:
            self.at_bottom = at_bottom
            self.at_bottom_changed.emit(at_bottom)

    def resizeEvent(self, event: QResizeEvent) -> None:
        with ScrollAnchor(self):
            if self.delegate.width != self.viewport().width():
                self.delegate.width = self.viewport().width()
                self._relayout.begin()
            super().resizeEvent(event)
            self.scheduleDelayedItemsLayout()
        self._relayout.lay_out_visible()

    def _on_theme_changed(self) -> None:
        with ScrollAnchor(self):
            self.scheduleDelayedItemsLayout()

    # --- mouse ------------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        point = event.position().toPoint()
        index = self.indexAt(point)
        self._pressed = self.timeline.entry(index.row()).key if index.isValid() else None
        self.marking.begin(point)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        if event.buttons() & Qt.MouseButton.LeftButton and self._pressed is not None:
            self.marking.extend(point)
            beyond = min(point.y(), 0) or max(point.y() - self.viewport().height(), 0)
            self.verticalScrollBar().setValue(self.verticalScrollBar().value() + beyond)
        self.viewport().setCursor(self._cursor_at(point))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        pressed, self._pressed = self._pressed, None
        index = self.indexAt(point)
        if pressed is None or self.marking.ranges or not index.isValid():
            return
        if self.timeline.entry(index.row()).key == pressed:
            self._click(index, point)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.marking.mark_word(event.position().toPoint())

    def _cursor_at(self, point: QPoint) -> Qt.CursorShape:
        index = self.indexAt(point)
        if not index.isValid():
            return Qt.CursorShape.ArrowCursor
        layout, within = self.marking.layout_at(index), self.marking.within(index, point)
        if layout.action_at(within) or layout.link_at(within):
            return Qt.CursorShape.PointingHandCursor
        over_words = layout.body is not None and layout.body.rect.contains(within)
        return Qt.CursorShape.IBeamCursor if over_words else Qt.CursorShape.ArrowCursor

    def _click(self, index: QModelIndex, point: QPoint) -> None:
        layout, within = self.marking.layout_at(index), self.marking.within(index, point)
        lead, action = layout.lead_at(within), layout.action_at(within)
        if lead is not None:
            self.link_activated.emit(lead)
        elif action:
            self._act(self.timeline.entry(index.row()), action)

    def _act(self, entry: TimelineEntry, action: str) -> None:
        word, _, detail = action.partition(":")
        if word == "older":
            with ScrollAnchor(self):
                self.timeline.show_older(self._ticker.now())
        elif word == "show_all":
            with ScrollAnchor(self):
                self.delegate.expand(entry.key)
                self.scheduleDelayedItemsLayout()
        elif word == "file":
            self.link_activated.emit(file_at(entry, action))
        elif word == "echo" and entry.pending is not None:
            self.pending_action.emit(entry.pending.draft_id, detail, entry.told)

    def _tell(self, pending: PendingReply, view: ThreadView, now: datetime) -> OutgoingText:
        return pending_reply.tell(pending, view, now, self.connection)

    # --- keys and menu ----------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        index = self.currentIndex()
        if event.matches(QKeySequence.StandardKey.Copy):
            self._copy(index)
        elif plain and event.key() in (Qt.Key.Key_J, Qt.Key.Key_K):
            row = index.row() + (1 if event.key() == Qt.Key.Key_J else -1)
            self.setCurrentIndex(self.timeline.index(min(max(row, 0), self.timeline.rowCount() - 1)))
        elif plain and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and index.isValid():
            self._enter(index)
        elif not self._answer_by_key(event):
            super().keyPressEvent(event)

    def _answer_by_key(self, event: QKeyEvent) -> bool:
        """True if the key does something about the current row's echo."""
        index = self.currentIndex()
        entry = self.timeline.entry(index.row()) if index.isValid() else None
        if entry is None or entry.told is None or event.isAutoRepeat():
            return False
        pressed = QKeySequence(event.keyCombination())
        action = next((a for a, _ in entry.told.actions if QKeySequence(pending_reply.KEYS[a]) == pressed), None)
        if action is not None:
            self._answer(entry, action)
        return action is not None

    def keyboardSearch(self, _search: str) -> None:
        """Letters are commands here."""

    def _copy(self, index: QModelIndex) -> None:
        text = self.marking.text() or (self.timeline.entry(index.row()).text if index.isValid() else "")
        if text:
            copy(text)

    def _enter(self, index: QModelIndex) -> None:
        entry = self.timeline.entry(index.row())
        if entry.type is EntryType.OLDER:
            self._act(entry, "older")
        else:
            self._open_menu(index, self.visualRect(index).center())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() is QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
        if index.isValid():
            self._open_menu(index, self.visualRect(index).center() if by_key else event.pos())

    def _open_menu(self, index: QModelIndex, point: QPoint) -> None:
        entry = self.timeline.entry(index.row())
        menu = row_menu(
            self,
            entry,
            selected=self.marking.text(),
            link=self.marking.layout_at(index).link_at(self.marking.within(index, point)),
            word=self.marking.word_at(index, point),
            quote=self.quote_requested.emit,
            answer=partial(self._answer, entry),
            say_channel=partial(self._say_channel, entry),
        )
        if menu.isEmpty():
            menu.deleteLater()
        else:
            # Never exec(): a nested event loop would stop every other task.
            menu.popup(self.viewport().mapToGlobal(point))

    def change_channel(self) -> bool:
        """Let the agent say where the current message came from; False where the current row is no customer's."""
        index = self.currentIndex()
        if not index.isValid() or not has_channel(self.timeline.entry(index.row())):
            return False
        entry = self.timeline.entry(index.row())
        menu = channel_menu(self, entry, partial(self._say_channel, entry))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.viewport().mapToGlobal(self.visualRect(index).center()))
        return True

    def _say_channel(self, entry: TimelineEntry, channel: ChannelKind | None) -> None:
        if entry.message is not None:
            said = entry.message.entry
            self.message_channel_requested.emit(SetMessageChannel(said.conversation_id, said.id, channel))

    def _answer(self, entry: TimelineEntry, action: str) -> None:
        if entry.pending is not None:
            self.pending_action.emit(entry.pending.draft_id, action, entry.told)
