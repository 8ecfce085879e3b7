"""A list view whose rows have one height: nothing it does takes longer with more rows."""

from __future__ import annotations

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    QRect,
    Qt,
)
from PySide6.QtGui import QHoverEvent, QMouseEvent, QPainter, QPaintEvent, QRegion, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyleOptionViewItem, QWidget

from desktop.ui.widgets.screen_reader.rows import Index, SelfPlacedList

_Cursor = QAbstractItemView.CursorAction
_Hint = QAbstractItemView.ScrollHint


class UniformListView(SelfPlacedList):
    """Computes where rows are. Qt's list view asks the model for each row whenever one is added, even where all are
    equally high: 300 ms for 100,000 rows.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row_height = 1
        self._pointer: QPoint | None = None
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def visible_rows(self) -> range:
        """The rows of which at least a part is in the viewport."""
        top = self.verticalOffset()
        first, end = top // self._row_height, -((top + self.viewport().height()) // -self._row_height)
        return range(first, max(min(end, self.model().rowCount() if self.model() is not None else 0), first))

    @property
    def row_height(self) -> int:
        return self._row_height

    # Where rows are.

    def visualRect(self, index: Index) -> QRect:
        if not index.isValid():
            return QRect()
        top = index.row() * self._row_height - self.verticalOffset()
        return QRect(0, top, self.viewport().width(), self._row_height)

    def indexAt(self, point: QPoint) -> QModelIndex:
        row = (point.y() + self.verticalOffset()) // self._row_height
        is_inside = 0 <= point.x() < self.viewport().width()
        return self.model().index(row, 0) if is_inside and self.model() is not None else QModelIndex()

    def verticalOffset(self) -> int:
        return self.verticalScrollBar().value()

    def horizontalOffset(self) -> int:
        return 0

    def isIndexHidden(self, index: Index) -> bool:
        return False

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        visible, region = self.visible_rows(), QRegion()
        for row in visible:
            index = self.model().index(row, 0)
            if selection.contains(index):
                region += self.visualRect(index)
        return region

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        box, top, last = rect.normalized(), self.verticalOffset(), self.model().rowCount() - 1
        first, end = ((edge + top) // self._row_height for edge in (box.top(), box.bottom()))
        if first > last or end < 0:
            self.selectionModel().select(QItemSelection(), command)
            return
        begin, finish = self.model().index(max(first, 0), 0), self.model().index(min(end, last), 0)
        self.selectionModel().select(QItemSelection(begin, finish), command)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        # A right click opens the menu of a row, and must not select it: that would show another customer.
        if event.button() is not Qt.MouseButton.RightButton:
            super().mousePressEvent(event)

    def selectAll(self) -> None:
        """Do nothing: there may be any number of rows that aren't loaded."""

    # Layout and scrolling.

    def doItemsLayout(self) -> None:
        self._row_height = max(self.itemDelegate().sizeHint(QStyleOptionViewItem(), QModelIndex()).height(), 1)
        QAbstractItemView.doItemsLayout(self)

    def updateGeometries(self) -> None:
        rows = self.model().rowCount() if self.model() is not None else 0
        height = self.viewport().height()
        bar = self.verticalScrollBar()
        bar.setSingleStep(max(self._row_height // 2, 1))
        bar.setPageStep(height)
        bar.setRange(0, max(rows * self._row_height - height, 0))
        QAbstractItemView.updateGeometries(self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        QAbstractItemView.resizeEvent(self, event)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().scroll(dx, dy)

    def scrollTo(self, index: Index, hint: _Hint = _Hint.EnsureVisible) -> None:
        if not index.isValid():
            return
        # The model may have grown since.
        self.executeDelayedItemsLayout()
        box, height = self.visualRect(index), self.viewport().height()
        below = box.bottom() + 1 - height
        if hint is _Hint.PositionAtTop or (hint is _Hint.EnsureVisible and box.top() < 0):
            by = box.top()
        elif hint is _Hint.PositionAtCenter:
            by = (box.top() + below) // 2
        else:
            by = below if hint is _Hint.PositionAtBottom else max(below, 0)
        self.verticalScrollBar().setValue(self.verticalOffset() + by)

    def moveCursor(self, action: _Cursor, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        last, row = self.model().rowCount() - 1, self.currentIndex().row()
        if row < 0 or action is _Cursor.MoveHome:
            return self.model().index(0, 0)
        page = max(self.viewport().height() // self._row_height, 1)
        steps = {
            _Cursor.MoveDown: 1,
            _Cursor.MoveNext: 1,
            _Cursor.MoveUp: -1,
            _Cursor.MovePrevious: -1,
            _Cursor.MovePageDown: page,
            _Cursor.MovePageUp: -page,
            _Cursor.MoveEnd: last,
        }
        return self.model().index(min(max(row + steps.get(action, 0), 0), last), 0)

    # Painting.

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        plain = option.state
        hovered = self.indexAt(self._pointer) if self._pointer is not None else QModelIndex()
        focused = self.currentIndex() if self.hasFocus() else QModelIndex()
        for row in self.visible_rows():
            index = self.model().index(row, 0)
            option.rect = self.visualRect(index)
            if not event.region().intersects(option.rect):
                continue
            option.state = plain & ~QStyle.StateFlag.State_HasFocus
            if index == focused:
                option.state |= QStyle.StateFlag.State_HasFocus
            if self.selectionModel().isSelected(index):
                option.state |= QStyle.StateFlag.State_Selected
            if index == hovered:
                option.state |= QStyle.StateFlag.State_MouseOver
            self.itemDelegate().paint(painter, option, index)
        painter.end()

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHoverEvent):
            is_inside = event.type() is not QEvent.Type.HoverLeave
            self._pointer = event.position().toPoint() if is_inside else None
        return super().viewportEvent(event)
