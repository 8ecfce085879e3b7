"""The message list: scrolling without jumps, text selection across messages, links, keys and the context menu."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial

import msgspec
from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QKeySequence, QMouseEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QMenu, QWidget

from desktop.domain.direct import DirectRoute
from desktop.domain.model.facts import ChannelKind, MessageKey
from desktop.domain.model.media import MediaKey
from desktop.engine.commands import SendReaction, SetMessageChannel
from desktop.engine.views import ConnectionState, PendingReply, ThreadView
from desktop.text.thread import pane as texts
from desktop.text.thread import pictures
from desktop.ui.look.text_direction import open_menu
from desktop.ui.look.theme import Theme
from desktop.ui.look.ticker import Ticker
from desktop.ui.thread import pending_reply
from desktop.ui.thread.entries import EntryType, TimelineEntry, is_foreign
from desktop.ui.thread.layout.bubble_layout import BubbleLayout, SlotKind
from desktop.ui.thread.layout.translation import TOGGLE, TRANSLATE
from desktop.ui.thread.media.file_names import safe_name
from desktop.ui.thread.pending_reply import OutgoingText
from desktop.ui.thread.timeline.accessible_text import accessible_text
from desktop.ui.thread.timeline.delegate import TimelineDelegate, attachment_target, media_key
from desktop.ui.thread.timeline.measured_list import MeasuredListView
from desktop.ui.thread.timeline.model import TimelineModel
from desktop.ui.thread.timeline.reaction_menu import add_reaction_menu, has_reactions, reaction_menu
from desktop.ui.thread.timeline.row_menu import channel_menu, copy, has_channel, row_menu
from desktop.ui.thread.timeline.text_selection import TextSelection
from desktop.ui.thread.timeline.thread_media import ThreadMedia, picture_box

_MAX_FILES_IN_MENU = 10
_MAX_PLACES = 200


class _Place(msgspec.Struct, frozen=True):
    """Where the agent left a customer's thread. key, y: of the row that was in place. newest: the newest message."""

    key: str
    y: int
    newest: MessageKey | None


class TimelineView(MeasuredListView):
    """Shows the messages of one customer.

    Signals:
        quote_requested: quote this text in the reply. arg: the text.
        pending_action: an action on a pending reply. args: draft id, a key of `pending_reply.KEYS`, the OutgoingText
            that was shown.
        send_again_requested: send the text of a reply that did not arrive. args: the Message, `template` or `direct`.
        link_activated: a link or file was clicked. arg: its LinkTarget.
        message_channel_requested: the agent set the channel of a message. arg: SetMessageChannel.
        reaction_requested: the agent reacts to a message. arg: SendReaction.
        translation_requested: the agent wants a message translated, or its translation shown or hidden. args: its
            TimelineEntry, `translation.TRANSLATE` or `TOGGLE`.
        older_requested: the agent comes near the oldest message, and older ones are stored.
    """

    quote_requested = Signal(str)
    pending_action = Signal(str, str, object)
    send_again_requested = Signal(object, str)
    link_activated = Signal(object)
    message_channel_requested = Signal(object)
    translation_requested = Signal(object, str)
    reaction_requested = Signal(object)
    older_requested = Signal()

    def __init__(self, theme: Theme, ticker: Ticker, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ticker = ticker
        self._pressed: str | None = None
        self._row_count_at_request: int | None = None
        self.connection = ConnectionState.CONNECTING
        self._shown_view: ThreadView | None = None
        self._places: dict[str, _Place] = {}
        self.timeline = TimelineModel(lambda row: accessible_text(row, ticker.now()), self._describe, self)
        self.delegate = TimelineDelegate(theme, self)
        self.text_selection = TextSelection(self, self.timeline, self.delegate)
        self._set_up()
        theme.changed.connect(self._on_theme_changed)

    @property
    def media(self) -> ThreadMedia | None:
        """Shows the files of messages; None leaves their room empty."""
        return self.delegate.media

    def set_media(self, media: ThreadMedia) -> None:
        self.delegate.media = media
        media.changed.connect(self._on_file_changed)

    def _on_file_changed(self, key: MediaKey) -> None:
        row = self.timeline.row_of(f"{key.conversation_id}/{key.entry_id}")
        if row is not None:
            self.update(self.timeline.index(row))

    def _set_up(self) -> None:
        self.setAccessibleName(texts.MESSAGES())
        self.setItemDelegate(self.delegate)
        self.setModel(self.timeline)
        self.setFrameShape(QListView.Shape.NoFrame)
        # Opaque, so that scrolling moves the pixels on the screen and paints only what comes into view.
        self.viewport().setAutoFillBackground(True)
        self.viewport().setBackgroundRole(QPalette.ColorRole.Window)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.verticalScrollBar().setSingleStep(24)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setMouseTracking(True)

    def show_thread(self, view: ThreadView | None, now: datetime, *, is_new_customer: bool) -> None:
        """is_new_customer: start where the agent left this customer; at the newest message where they were there, or
        where a newer one has come.
        """
        if not is_new_customer:
            self._shown_view = view
            self._update_rows(view, now)
            self.place()
            self.text_selection.refresh()
            return
        self._save_place()
        self.delegate.clear()
        self.text_selection.clear()
        if self.media is not None:
            self.media.clear()
        self._row_count_at_request = None
        self._set_at_bottom(True)
        self.timeline.show(view, now)
        self._shown_view = view
        row = self._restore_place()
        # Otherwise Qt makes the first row current when the view gets the focus, and an arrow key scrolls up there.
        current = self.timeline.index(row if row is not None else self.timeline.rowCount() - 1)
        self.setAutoScroll(False)
        self.selectionModel().setCurrentIndex(current, QItemSelectionModel.SelectionFlag.NoUpdate)
        self.setAutoScroll(True)
        self.place()

    def _save_place(self) -> None:
        view = self._shown_view
        if view is None:
            return
        self._places.pop(view.customer_id, None)
        row, y = self.anchor
        if not self.at_bottom and row < self.timeline.rowCount():
            self._places[view.customer_id] = _Place(self.timeline.entry(row).key, y, _newest(view))
        if len(self._places) > _MAX_PLACES:
            del self._places[next(iter(self._places))]

    def _restore_place(self) -> int | None:
        """Return the row that is in its place again; None at the end of the thread."""
        view = self._shown_view
        place = self._places.get(view.customer_id) if view is not None else None
        if view is None or place is None or place.newest != _newest(view):
            return None
        row = self.timeline.row_of(place.key)
        if row is not None:
            self.set_anchor(row, place.y)
        return row

    def _update_rows(self, view: ThreadView | None, now: datetime) -> None:
        """Show a newer view; if the current row goes, the message that followed it becomes the current one."""
        row = self.currentIndex().row()
        following = (self.timeline.entry(at).key for at in range(row, self.timeline.rowCount()) if self.can_anchor(at))
        shown, next_key = (self.timeline.entry(row), next(following, "")) if row >= 0 else (None, "")
        # Otherwise Qt would scroll to the row that it makes the current one meanwhile.
        self.setAutoScroll(False)
        self.timeline.show(view, now)
        current, kept = self.currentIndex(), self.timeline.row_of(next_key)
        if kept is not None and (not current.isValid() or self.timeline.entry(current.row()) is not shown):
            index = self.timeline.index(kept)
            self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
            # Qt has updated it where it was before the rows are placed.
            self.viewport().update()
        self.setAutoScroll(True)

    def go_to_pending(self, draft_id: str) -> None:
        """Make this pending reply the current row, scroll to it and focus the list, if it is there."""
        row = self.timeline.row_of(f"pending {draft_id}")
        if row is not None:
            self.setCurrentIndex(self.timeline.index(row))
            self.scrollTo(self.timeline.index(row))
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def go_to_message(self, conversation_id: str, entry_id: str, *, takes_focus: bool = True) -> bool:
        """Make this message the current row, in the middle of the list. takes_focus: the list gets the keyboard. False
        if it isn't there.
        """
        row = self.timeline.row_of(f"{conversation_id}/{entry_id}")
        if row is None:
            return False
        index = self.timeline.index(row)
        self.setCurrentIndex(index)
        self.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)
        if takes_focus:
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def mark_found(self, key: MessageKey, words: Iterable[str], phrases: Iterable[str]) -> str:
        """Select the first of these words in a message. Returns what screen readers say of it; "" if it isn't there."""
        name = "/".join(key)
        row = self.timeline.row_of(name)
        if row is None:
            return ""
        self.text_selection.select_found(name, words, phrases)
        return str(self.timeline.index(row).data(Qt.ItemDataRole.AccessibleTextRole) or "")

    # --- heights ----------------------------------------------------------------------------------------------------

    def estimated_height(self, row: int) -> int:
        return self.delegate.estimated_height(self.timeline.entry(row))

    def measured_height(self, row: int) -> int:
        return self.painting_of(row).size.height()

    def painting_of(self, row: int) -> BubbleLayout:
        return self.delegate.layout_of(self.timeline.entry(row), self.layoutDirection())

    def can_anchor(self, row: int) -> bool:
        entry = self.timeline.entry(row)
        return entry.message is not None or entry.pending is not None

    def on_placed(self) -> None:
        """Ask for older messages a screen before the agent arrives at the oldest one, once for each page."""
        rows = self.timeline.rowCount()
        has_older = rows > 0 and self.timeline.entry(0).type is EntryType.OLDER
        is_near_top = self.verticalScrollBar().value() < self.viewport().height()
        if has_older and is_near_top and rows != self._row_count_at_request:
            self._row_count_at_request = rows
            self.older_requested.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.delegate.width = self.viewport().width()
        super().resizeEvent(event)

    def _on_theme_changed(self) -> None:
        self.estimate_all()
        self.place()

    # --- mouse ------------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        point = event.position().toPoint()
        index = self.indexAt(point)
        self._pressed = self.timeline.entry(index.row()).key if index.isValid() else None
        self.text_selection.start(point)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        if event.buttons() & Qt.MouseButton.LeftButton and self._pressed is not None:
            self.text_selection.extend(point)
            outside = min(point.y(), 0) or max(point.y() - self.viewport().height(), 0)
            self.verticalScrollBar().setValue(self.verticalScrollBar().value() + outside)
        self.viewport().setCursor(self._cursor_at(point))
        self._hover_file(point)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        pressed, self._pressed = self._pressed, None
        index = self.indexAt(point)
        if pressed is None or self.text_selection.ranges or not index.isValid():
            return
        if self.timeline.entry(index.row()).key == pressed:
            self._click(index, point)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.text_selection.select_word(event.position().toPoint())

    def _cursor_at(self, point: QPoint) -> Qt.CursorShape:
        index = self.indexAt(point)
        if not index.isValid():
            return Qt.CursorShape.ArrowCursor
        layout, within = self.text_selection.layout_at(index), self.text_selection.to_row(index, point)
        if layout.action_at(within) or layout.target_at(within) is not None:
            return Qt.CursorShape.PointingHandCursor
        is_over_text = layout.body is not None and layout.body.rect.contains(within)
        return Qt.CursorShape.IBeamCursor if is_over_text else Qt.CursorShape.ArrowCursor

    def _click(self, index: QModelIndex, point: QPoint) -> None:
        layout, within = self.text_selection.layout_at(index), self.text_selection.to_row(index, point)
        target, action = layout.target_at(within), layout.action_at(within)
        if target is not None:
            self.link_activated.emit(target)
        elif action and not self._activate_file(index, within):
            self._act(self.timeline.entry(index.row()), action)

    def _activate_file(self, index: QModelIndex, within: QPointF) -> bool:
        """Let a picture or a voice note answer a click. Returns False if there is none, or it can't."""
        slot = self.text_selection.layout_at(index).slot_at(within)
        entry = self.timeline.entry(index.row())
        key = media_key(entry, slot.number) if slot is not None else None
        if slot is None or key is None or self.media is None or entry.message is None:
            return False
        return self.media.activate(slot, within, key, entry.message.entry.attachments)

    def _hover_file(self, point: QPoint) -> None:
        if self.media is None:
            return
        index = self.indexAt(point)
        layout = self.text_selection.layout_at(index) if index.isValid() else None
        slot = layout.slot_at(self.text_selection.to_row(index, point)) if layout is not None else None
        if slot is None or slot.kind is not SlotKind.PICTURE:
            self.media.hover(None)
        else:
            self.media.hover(media_key(self.timeline.entry(index.row()), slot.number), picture_box(slot))

    def leaveEvent(self, event: QEvent) -> None:
        if self.media is not None:
            self.media.hover(None)
        super().leaveEvent(event)

    def _act(self, entry: TimelineEntry, action: str) -> None:
        word, _, detail = action.partition(":")
        if word == "show_all":
            self.delegate.expand(entry.key)
            self.place()
        elif word == "file":
            self.link_activated.emit(attachment_target(entry, action))
        elif word == "reply":
            self._act_on_reply(entry, detail)
        elif word == "translate":
            self.translation_requested.emit(entry, action)

    def _describe(self, pending: PendingReply, view: ThreadView, now: datetime) -> OutgoingText:
        return pending_reply.describe(pending, view, now, self.connection)

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
            self._open_menu(index, self.visualRect(index).center())
        elif not self._act_by_key(event):
            super().keyPressEvent(event)

    def _act_by_key(self, event: QKeyEvent) -> bool:
        """Return True if the key is an action of the current row's reply."""
        index = self.currentIndex()
        entry = self.timeline.entry(index.row()) if index.isValid() else None
        if entry is None or entry.description is None or event.isAutoRepeat():
            return False
        pressed = QKeySequence(event.keyCombination())
        action = next((a for a, _ in entry.description.actions if QKeySequence(pending_reply.KEYS[a]) == pressed), None)
        if action is not None:
            self._act_on_reply(entry, action)
        return action is not None

    def keyboardSearch(self, _search: str) -> None:
        """Do not search: letters are shortcuts."""

    def _copy(self, index: QModelIndex) -> None:
        text = self.text_selection.text() or (self.timeline.entry(index.row()).text if index.isValid() else "")
        if text:
            copy(text)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() is QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
        if index.isValid():
            self._open_menu(index, self.visualRect(index).center() if by_key else event.pos())

    def _open_menu(self, index: QModelIndex, point: QPoint) -> None:
        entry = self.timeline.entry(index.row())
        target = self.text_selection.layout_at(index).target_at(self.text_selection.to_row(index, point))
        menu = row_menu(
            self,
            entry,
            selected=self.text_selection.text(),
            link=target.address if target is not None else None,
            word=self.text_selection.word_at(index, point),
            on_quote=self.quote_requested.emit,
            on_action=partial(self._act_on_reply, entry),
            on_channel=partial(self._request_channel, entry),
            on_translate=partial(self.translation_requested.emit, entry) if self.timeline.reads else None,
            files=self._file_actions(index, entry),
            add_reactions=partial(
                add_reaction_menu, entry=entry, routes=self._direct_routes, on_react=partial(self._react, entry)
            ),
        )
        if menu.isEmpty():
            menu.deleteLater()
        else:
            open_menu(menu, self.viewport().mapToGlobal(point))

    def _file_actions(self, index: QModelIndex, entry: TimelineEntry) -> list[tuple[str, Callable[[], object]]]:
        """What the menu offers for the pictures and voice notes of a row: label and action."""
        media, message = self.media, entry.message
        if media is None or message is None:
            return []
        files = message.entry.attachments
        found: list[tuple[str, Callable[[], object]]] = []
        for slot in self.text_selection.layout_at(index).slots[:_MAX_FILES_IN_MENU]:
            key = MediaKey(message.entry.conversation_id, message.entry.id, slot.number)
            name = safe_name(files[slot.number].name)
            if slot.kind is SlotKind.PICTURE:
                show = partial(media.show_picture, key, files, picture_box(slot))
                found.append((pictures.SHOW_FILE(name=name), show))
                if media.is_animated(key, picture_box(slot)):
                    found.append((pictures.PLAY_FILE(name=name), partial(media.toggle_picture, key, picture_box(slot))))
            elif slot.kind is SlotKind.VIDEO:
                opening = partial(self.link_activated.emit, attachment_target(entry, slot.action))
                found.append((pictures.OPEN_FILE(name=name), opening))
            else:
                found.append((pictures.PLAY_FILE(name=name), partial(media.toggle_audio, key)))
        for number, file in enumerate(files[:_MAX_FILES_IN_MENU]):
            key = MediaKey(message.entry.conversation_id, message.entry.id, number)
            save = partial(media.save_requested.emit, key, file.name)
            found.append((pictures.SAVE_FILE(name=safe_name(file.name)), save))
        return found

    def change_channel(self) -> bool:
        """Open the channel menu of the current message. Returns False if that is not a customer's message."""
        index = self.currentIndex()
        if not index.isValid() or not has_channel(self.timeline.entry(index.row())):
            return False
        entry = self.timeline.entry(index.row())
        menu = channel_menu(self, entry, partial(self._request_channel, entry))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        open_menu(menu, self.viewport().mapToGlobal(self.visualRect(index).center()))
        return True

    def react(self) -> str | None:
        """Open the emoji to react to the current message with. Returns why it can't be reacted to, "" where it can;
        None if it is not a customer's message.
        """
        index = self.currentIndex()
        entry = self.timeline.entry(index.row()) if index.isValid() else None
        if entry is None or entry.message is None or not has_reactions(entry):
            return None
        menu = reaction_menu(self, entry.message, self._direct_routes, partial(self._react, entry))
        if not isinstance(menu, QMenu):
            return menu
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        open_menu(menu, self.viewport().mapToGlobal(self.visualRect(index).center()))
        return ""

    @property
    def _direct_routes(self) -> Sequence[DirectRoute]:
        return self._shown_view.direct_routes if self._shown_view is not None else ()

    def _react(self, entry: TimelineEntry, emoji: str) -> None:
        if entry.message is not None:
            self.reaction_requested.emit(SendReaction(*entry.message.key, emoji))

    def translate(self) -> bool:
        """Ask for the translation of the current message, or to show or hide it. False if there is no such message."""
        index = self.currentIndex()
        entry = self.timeline.entry(index.row()) if index.isValid() else None
        if entry is None or entry.message is None or entry.type is not EntryType.MESSAGE or not entry.text.strip():
            return False
        self.translation_requested.emit(entry, TRANSLATE if entry.message.translation is None else TOGGLE)
        return True

    def shown_foreign_messages(self, writes: str) -> list[MessageKey]:
        """The customer's messages in view that seem to be in another language and aren't translated. writes: the
        customer's language.
        """
        shown = (self.timeline.entry(row).message for row in self.shown_rows)
        reads = self.timeline.reads
        return [m.key for m in shown if m is not None and m.entry.is_customer_message and is_foreign(m, reads, writes)]

    def _request_channel(self, entry: TimelineEntry, channel: ChannelKind | None) -> None:
        if entry.message is not None:
            message = entry.message.entry
            self.message_channel_requested.emit(SetMessageChannel(message.conversation_id, message.id, channel))

    def _act_on_reply(self, entry: TimelineEntry, action: str) -> None:
        if entry.pending is not None:
            self.pending_action.emit(entry.pending.draft_id, action, entry.description)
        elif entry.message is not None:
            self.send_again_requested.emit(entry.message, action)


def _newest(view: ThreadView) -> MessageKey | None:
    messages = view.thread.messages
    return messages[-1].key if messages else None
