"""The list of scheduled replies of all customers, by their times."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QSize, Qt, Signal, SignalInstance
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop.engine.views import WaitingReply
from desktop.text.catalog import isolate, strip_isolates
from desktop.text.names import full_name
from desktop.text.screens import inbox as inbox_texts
from desktop.text.thread import scheduling as texts
from desktop.ui.look.rows import row_style
from desktop.ui.look.theme import GAP, PAD, Theme
from desktop.ui.look.ticker import Ticker
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import push_button, small_button
from desktop.ui.widgets.empty_state import EmptyState
from desktop.ui.widgets.flow_layout import FlowLayout
from desktop.ui.widgets.labels import Heading, Label, Paragraph
from desktop.ui.widgets.overlay import Overlay

_SHORT_TEXT = 160


class ScheduledRepliesSheet(Overlay):
    """The buttons below the list are for its current row.

    replies: those that are listed.

    Signals:
        show_requested, send_requested, cancel_requested: what the agent chose. arg: WaitingReply.
        time_requested: another time is wanted. args: WaitingReply, global position for a menu.
    """

    show_requested = Signal(object)
    time_requested = Signal(object, QPoint)
    send_requested = Signal(object)
    cancel_requested = Signal(object)

    def __init__(self, theme: Theme, ticker: Ticker, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self._ticker = ticker
        self.replies: tuple[WaitingReply, ...] = ()
        self._undo: Callable[[], object] | None = None
        self.setAccessibleName(texts.SCHEDULED_REPLIES())
        title = Heading(theme, texts.SCHEDULED_REPLIES(), size_delta_pt=2)
        self._about = Paragraph(texts.ONLY_WHILE_RUNNING(), muted=True)
        self.list = QListWidget()
        self.list.setAccessibleName(texts.SCHEDULED_REPLIES())
        self.list.setWordWrap(True)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setItemDelegate(_RowDelegate(self.list))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemActivated.connect(lambda _item: self._emit(self.show_requested))
        self._empty = EmptyState(theme)
        self._empty.show_state("fa6s.calendar-day", texts.NOTHING_SCHEDULED(), texts.NOTHING_SCHEDULED_ABOUT())
        self._done = Label()
        self._done.setWordWrap(True)
        self._undo_button = small_button(inbox_texts.UNDO(), self._on_undo)
        self._done_row = QWidget()
        row = layouts.row(self._done, self._undo_button, parent=self._done_row)
        row.setStretchFactor(self._done, 1)
        self._open = push_button(texts.OPEN(), lambda: self._emit(self.show_requested), style="primary")
        self._time = push_button(texts.CHANGE_TIME(), self._on_time)
        self._send = push_button(texts.SEND_NOW(), lambda: self._emit(self.send_requested))
        self._cancel = push_button(texts.CANCEL_REPLY(), lambda: self._emit(self.cancel_requested))
        self._close = push_button(texts.CLOSE_LIST(), self.dismiss)
        buttons = FlowLayout(self._open, self._time, self._send, self._cancel, self._close)
        column = layouts.column(
            title,
            self._about,
            self.list,
            self._empty,
            self._done_row,
            buttons,
            parent=self._card,
            spacing=GAP,
            margins=PAD,
        )
        column.setStretchFactor(self.list, 1)
        column.setStretchFactor(self._empty, 1)
        self.show_replies(())
        self._follow_theme()

    def show_replies(self, replies: Sequence[WaitingReply]) -> None:
        """replies: in the order of their times. The current one stays current."""
        before = self.current
        self.replies = tuple(replies)
        self.list.clear()
        for reply in self.replies:
            self.list.addItem(self._item(reply))
        ids = [r.pending.draft_id for r in self.replies]
        if ids:
            kept = before.pending.draft_id if before is not None else ""
            self.list.setCurrentRow(ids.index(kept) if kept in ids else 0)
        self.list.setVisible(bool(ids))
        self._about.setVisible(bool(ids))
        self._empty.setVisible(not ids)
        for button in (self._open, self._time, self._send, self._cancel):
            button.setEnabled(bool(ids))

    def show_done(self, sentence: str, undo: Callable[[], object] | None = None) -> None:
        """Say what was done. undo: takes it back."""
        self._undo = undo
        self._done.setText(sentence)
        self._undo_button.setVisible(undo is not None)
        self._done_row.setVisible(bool(sentence))

    @property
    def current(self) -> WaitingReply | None:
        """The reply that the buttons are for."""
        row = self.list.currentRow()
        return self.replies[row] if 0 <= row < len(self.replies) else None

    def show_popup(self) -> None:
        self.show_done("")
        super().show_popup()
        (self.list if self.replies else self._close).setFocus(Qt.FocusReason.PopupFocusReason)

    def tab_order(self) -> list[QWidget]:
        return [self.list, self._undo_button, self._open, self._time, self._send, self._cancel, self._close]

    def layout_contents(self) -> None:
        scale = min(self._theme.text_scale, 2.0)
        self.center_card(
            min(self.width() - 2 * PAD, round(560 * scale)), min(self.height() - 2 * PAD, round(480 * scale))
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete and self.list.hasFocus():
            self._emit(self.cancel_requested)
            event.accept()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: object) -> None:
        self.dismiss()

    def _item(self, reply: WaitingReply) -> QListWidgetItem:
        pending, schedule = reply.pending, reply.pending.schedule
        text = " ".join(pending.text.split()) or ", ".join(pending.file_names)
        text = text if len(text) <= _SHORT_TEXT else f"{text[: _SHORT_TEXT - 1].rstrip()}…"
        text = texts.NOTE_ROW(text=text) if pending.internal else text
        when = texts.when(schedule, self._ticker.now()) if schedule is not None else ""
        name = full_name(reply.name)
        item = QListWidgetItem(f"{texts.ROW(when=when, name=name)}\n{isolate(text)}")
        item.setData(
            Qt.ItemDataRole.AccessibleTextRole, strip_isolates(texts.ROW_NAME(when=when, name=name, text=text))
        )
        return item

    def _emit(self, signal: SignalInstance) -> None:
        reply = self.current
        if reply is not None:
            signal.emit(reply)

    def _on_time(self) -> None:
        reply = self.current
        if reply is not None:
            self.time_requested.emit(reply, self._time.mapToGlobal(QPoint(0, self._time.height())))

    def _on_undo(self) -> None:
        undo, self._undo = self._undo, None
        self.show_done("")
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        if undo is not None:
            undo()

    def _card_style(self) -> str:
        colors = self._theme.colors
        return (
            f"QListWidget {{ background: {colors.panel}; border: 1px solid {colors.outline}; border-radius: 6px;"
            f" outline: none; }}"
            f"QListWidget:focus {{ border-color: {colors.accent}; }}"
            f"{row_style(colors, padding='7px')}"
            f"QListWidget::item {{ border-bottom-color: {colors.border}; color: {colors.text}; }}"
            f"QListWidget::item:selected {{ border-color: {colors.outline}; }}"
        )


class _RowDelegate(QStyledItemDelegate):
    """Gives a row a little more height than Qt counts for it: where another font has the letters, its lines are higher,
    and of a row that is too low by a pixel Qt leaves out the last line.
    """

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        hint = super().sizeHint(option, index)
        return QSize(hint.width(), hint.height() + option.fontMetrics.lineSpacing() // 2)
