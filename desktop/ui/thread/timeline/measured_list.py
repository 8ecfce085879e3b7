"""A list of rows of different heights that measures only the rows on the screen, and keeps what is read in place."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractItemModel,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QPainter, QPaintEvent, QRegion, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyleOptionViewItem, QWidget

from desktop.ui.thread.timeline.row_positions import RowPositions
from desktop.ui.widgets.screen_reader.rows import Index, SelfPlacedList

_NEAR_BOTTOM = 4
"""Distance from the end in pixels that still counts as being at the bottom."""
_MAX_ROUNDS = 4
"""The first and last row limit scrolling, which may bring other rows onto the screen, to be measured too."""

_CursorAction = QAbstractItemView.CursorAction
_ScrollHint = QAbstractItemView.ScrollHint


class MeasuredListView(SelfPlacedList):
    """`QListView` would ask for the height of every row at each change. Here rows that are not on the screen have an
    estimated height until they are scrolled into view.

    A view at the bottom stays there. Otherwise the anchor, the topmost row that `can_anchor`, stays where it is,
    whatever comes, goes or is measured around it.

    at_bottom: the last row is visible. floating: a widget that stands on the list's lower end; None if there is none.

    Signals:
        at_bottom_changed: the last row became visible or invisible. arg: whether it is visible.
    """

    at_bottom_changed = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.at_bottom = True
        self.floating: QWidget | None = None
        self._positions = RowPositions()
        self._anchor = 0
        self._anchor_y = 0
        self._shown_rows = range(0)
        self._painted: list[tuple[object, int]] = []
        self._is_placing = False
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # Always on: a scroll bar that comes and goes would change the width of every row.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)

    # --- for subclasses ---------------------------------------------------------------------------------------------

    def estimated_height(self, row: int) -> int:
        raise NotImplementedError

    def measured_height(self, row: int) -> int:
        raise NotImplementedError

    def painting_of(self, row: int) -> object:
        """What is painted of a row: another object as soon as the row looks different."""
        raise NotImplementedError

    def can_anchor(self, row: int) -> bool:
        """Whether a row is content, rather than a separator, which may come and go with the rows around it."""
        raise NotImplementedError

    def on_placed(self) -> None:
        """Called whenever other rows may be on the screen."""

    @property
    def shown_rows(self) -> range:
        """The rows on the screen."""
        return self._shown_rows

    # --- positions --------------------------------------------------------------------------------------------------

    @property
    def anchor(self) -> tuple[int, int]:
        """The row that stays in place, and where its top is in the viewport."""
        return self._anchor, self._anchor_y

    def set_anchor(self, row: int, y: int) -> None:
        """Let the next `place` put the top of a row at `y`."""
        self._anchor, self._anchor_y = row, y
        self._set_at_bottom(False)

    def place(self) -> None:
        """Measure the rows on the screen after a change, and put the end or the anchor back in its place."""
        if self._is_placing or not self.isVisible():
            return
        painted = self._painted
        if self.at_bottom:
            self._place_bottom()
        else:
            self._place(min(self._anchor, len(self._positions) - 1), self._anchor_y)
        self._paint_changed(painted)

    def _paint_changed(self, painted: Sequence[tuple[object, int]]) -> None:
        """Paint again what is not in the place where it was. painted: of the rows that were on the screen."""
        before, now = ([(id(what), y) for what, y in rows] for rows in (painted, self._painted))
        if before == now:
            return
        changed, same = QRegion(self.viewport().rect()), frozenset(before)
        for row, place in zip(self._shown_rows, now, strict=True):
            if place in same:
                changed -= QRegion(0, place[1], self.viewport().width(), self._positions.height(row))
        self.viewport().update(changed)

    def _place_bottom(self) -> None:
        last = len(self._positions) - 1
        self._place(last, self.viewport().height() - self._measure(last) if last >= 0 else 0)

    def _place(self, row: int, y: int) -> None:
        """Scroll so that the top of a row is at `y` in the viewport, as far as the first and last row allow."""
        self._is_placing = True
        height, value, most = self.viewport().height(), 0, 0
        for _ in range(_MAX_ROUNDS if row >= 0 else 0):
            self._measure_around(row, y, height)
            most = max(0, self._positions.total - height)
            value = min(max(self._positions.top(row) - y, 0), most)
            moved_to = self._positions.top(row) - value
            if moved_to == y:
                break
            y = moved_to
        bar = self.verticalScrollBar()
        bar.setRange(0, most)
        bar.setPageStep(height)
        bar.setValue(value)
        self._is_placing = False
        self._remember_anchor()
        self._set_at_bottom(value >= most - _NEAR_BOTTOM)
        self.on_placed()

    def _measure_around(self, row: int, y: int, height: int) -> None:
        """Measure the rows on the screen if the top of `row` is at `y`."""
        below, bottom = row, y
        while below < len(self._positions) and bottom < height:
            bottom += self._measure(below)
            below += 1
        while row > 0 and y > 0:
            row -= 1
            y -= self._measure(row)

    def _measure(self, row: int) -> int:
        height = self.measured_height(row)
        self._positions.set_height(row, height)
        return height

    def _remember_anchor(self) -> None:
        value, count = self.verticalScrollBar().value(), len(self._positions)
        first = self._positions.row_at(value)
        last = self._positions.row_at(value + self.viewport().height() - 1)
        self._shown_rows = range(first or 0, count if last is None else last + 1)
        self._anchor = next((row for row in self._shown_rows if self.can_anchor(row)), self._shown_rows.start)
        self._anchor_y = self._positions.top(self._anchor) - value
        self._painted = [(self.painting_of(row), self._positions.top(row) - value) for row in self._shown_rows]

    def _set_at_bottom(self, at_bottom: bool) -> None:
        if at_bottom != self.at_bottom:
            self.at_bottom = at_bottom
            self.at_bottom_changed.emit(at_bottom)

    # --- scrolling --------------------------------------------------------------------------------------------------

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        if self._is_placing:
            return
        self._scroll_pixels(dx, dy)
        bar = self.verticalScrollBar()
        value, first = bar.value(), self._positions.row_at(bar.value())
        if value == bar.maximum():
            # A jump to the end: rows there may get higher when they are measured.
            self._place_bottom()
        elif first is not None:
            # Rows that were on the screen are measured; one of them keeps its place while others turn up.
            shown = self._shown_rows
            still_shown = shown.start if shown and shown.start > first else first
            bottom = value + self.viewport().height()
            row = still_shown if self._positions.top(still_shown) < bottom else first
            self._place(row, self._positions.top(row) - value)

    def _scroll_pixels(self, dx: int, dy: int) -> None:
        """Qt paints everything again where it would scroll below another widget, so that strip is painted, and what is
        above it is scrolled.
        """
        viewport, rect = self.viewport(), self.viewport().rect()
        if self.floating is None or not self.floating.isVisible():
            viewport.scroll(dx, dy)
            return
        top = min(max(viewport.mapFrom(self, self.floating.pos()).y(), 0), rect.height())
        viewport.scroll(dx, dy, QRect(0, 0, rect.width(), top))
        viewport.update(0, top, rect.width(), rect.height() - top)

    def scrollTo(self, index: Index, hint: QAbstractItemView.ScrollHint = _ScrollHint.EnsureVisible) -> None:
        if not index.isValid() or not self.isVisible():
            return
        row, height = index.row(), self._measure(index.row())
        rect, space = self.visualRect(index), self.viewport().height()
        if hint is _ScrollHint.PositionAtCenter:
            y = (space - height) // 2
        elif hint is _ScrollHint.PositionAtTop or (hint is _ScrollHint.EnsureVisible and rect.top() < 0):
            y = 0
        elif hint is _ScrollHint.PositionAtBottom or rect.bottom() >= space:
            y = min(0, space - height) if height > space else space - height
        else:
            return
        self._place(row, y)
        self.viewport().update()

    def moveCursor(self, action: QAbstractItemView.CursorAction, _modifiers: Qt.KeyboardModifier) -> QModelIndex:
        current, count = self.currentIndex(), len(self._positions)
        if not count:
            return QModelIndex()
        row = current.row() if current.isValid() else 0
        page = self.viewport().height()
        if not current.isValid() or action is _CursorAction.MoveHome:
            target = 0
        elif action is _CursorAction.MoveEnd:
            target = count - 1
        elif action in (_CursorAction.MoveUp, _CursorAction.MovePrevious):
            target = row - 1
        elif action in (_CursorAction.MoveDown, _CursorAction.MoveNext):
            target = row + 1
        elif action is _CursorAction.MovePageUp:
            above = self._positions.row_at(max(0, self._positions.top(row + 1) - page))
            target = min(row - 1, above + 1 if above is not None else row)
        elif action is _CursorAction.MovePageDown:
            below = self._positions.row_at(self._positions.top(row) + page)
            target = max(row + 1, below - 1 if below is not None else count - 1)
        else:
            target = row
        return self._enabled_index(min(max(target, 0), count - 1))

    def _enabled_index(self, row: int) -> QModelIndex:
        """Return the first row from `row` on that can be the current one."""
        model = self.model()
        rows = (model.index(at, 0) for at in range(row, model.rowCount()))
        return next((i for i in rows if model.flags(i) & Qt.ItemFlag.ItemIsEnabled), QModelIndex())

    # --- what Qt asks -----------------------------------------------------------------------------------------------

    def setModel(self, model: QAbstractItemModel | None) -> None:
        if model is not None:
            # Connected before Qt's own slots, which may ask for positions.
            model.modelReset.connect(self._on_reset)
            model.rowsInserted.connect(self._on_inserted)
            model.rowsRemoved.connect(self._on_removed)
        super().setModel(model)
        self._on_reset()

    def estimate_all(self) -> None:
        """Estimate the heights of all rows anew."""
        self._positions.reset([self.estimated_height(row) for row in range(self.model().rowCount())])

    def _on_reset(self) -> None:
        self.estimate_all()
        self._anchor = self._anchor_y = 0

    def _on_inserted(self, _parent: QModelIndex, first: int, last: int) -> None:
        self._positions.insert(first, [self.estimated_height(row) for row in range(first, last + 1)])
        if first <= self._anchor:
            self._anchor += last - first + 1

    def _on_removed(self, _parent: QModelIndex, first: int, last: int) -> None:
        self._positions.remove(first, last)
        if first <= self._anchor:
            self._anchor = max(first, self._anchor - (last - first + 1))

    def dataChanged(self, top_left: Index, bottom_right: Index, roles: Sequence[int] = ()) -> None:
        # Not `QListView.dataChanged`, which would lay everything out.
        QAbstractItemView.dataChanged(self, top_left, bottom_right, list(roles))
        self.scheduleDelayedItemsLayout()

    def doItemsLayout(self) -> None:
        # Not `QListView.doItemsLayout`, which would ask for the height of every row and paint the whole viewport.
        self.place()

    def updateGeometries(self) -> None:
        self.place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        QAbstractItemView.resizeEvent(self, event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.place()

    def verticalOffset(self) -> int:
        return self.verticalScrollBar().value()

    def horizontalOffset(self) -> int:
        return 0

    def visualRect(self, index: Index) -> QRect:
        if not index.isValid() or index.row() >= len(self._positions):
            return QRect()
        row = index.row()
        top = self._positions.top(row) - self.verticalScrollBar().value()
        return QRect(QPoint(0, top), QSize(self.viewport().width(), self._positions.height(row)))

    def indexAt(self, point: QPoint) -> QModelIndex:
        row = self._positions.row_at(point.y() + self.verticalScrollBar().value())
        return self.model().index(row, 0) if row is not None else QModelIndex()

    def setSelection(self, _rect: QRect, _command: QItemSelectionModel.SelectionFlag) -> None:
        """Do nothing: the list selects text within rows, and no rows."""

    def visualRegionForSelection(self, _selection: QItemSelection) -> QRegion:
        return QRegion()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        delegate, model, current = self.itemDelegate(), self.model(), self.currentIndex()
        unfocused = option.state & ~QStyle.StateFlag.State_HasFocus
        focused_row = current.row() if current.isValid() and self.hasFocus() else -1
        region = event.region()
        for row in self._shown_rows:
            index = model.index(row, 0)
            rect = self.visualRect(index)
            if not region.intersects(rect):
                continue
            option.rect = rect
            option.state = unfocused | QStyle.StateFlag.State_HasFocus if row == focused_row else unfocused
            delegate.paint(painter, option, index)
