"""Paints the rows of the search results, with what was found marked in them."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QHelpEvent, QPainter, QTextCharFormat, QTextLayout, QTextOption
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QToolTip

from desktop.domain.search.folding import Range
from desktop.text.formats import short_age
from desktop.ui.customers.search.results_model import RESULT, ResultRow, RowKind
from desktop.ui.look.text_direction import is_right_to_left
from desktop.ui.look.theme import GAP, PAD, Theme
from desktop.ui.look.ticker import Ticker

_MAX_LINES = {RowKind.MESSAGE: 2, RowKind.CUSTOMER: 1, RowKind.REMARK: 6, RowKind.ACTION: 2}
_Index = QModelIndex | QPersistentModelIndex


class ResultDelegate(QStyledItemDelegate):
    """The delegate of `ResultsModel`."""

    def __init__(self, theme: Theme, ticker: Ticker, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._ticker = ticker
        self.width = 0
        self._update_fonts()
        theme.changed.connect(self._update_fonts)

    def _update_fonts(self) -> None:
        self._title, self._bold = self._theme.font(), self._theme.font(bold=True)
        self._small = self._theme.font(delta=-1)
        self._title_height = QFontMetrics(self._bold).height()
        self._small_metrics = QFontMetrics(self._small)

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        row: ResultRow = index.data(RESULT)
        line = self._small_metrics.height()
        if row.kind is RowKind.HEADING:
            return QSize(120, line + 2 * GAP)
        if row.kind in (RowKind.REMARK, RowKind.ACTION):
            font = self._small if row.kind is RowKind.REMARK else self._title
            layout = self._layout(row.title, (), font, self.width - 2 * PAD, _MAX_LINES[row.kind])
            return QSize(120, round(layout.boundingRect().height()) + 2 * GAP)
        return QSize(120, self._title_height + 2 + _MAX_LINES[row.kind] * line + 2 * GAP)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        row: ResultRow = index.data(RESULT)
        theme = self._theme
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver) and row.can_be_chosen
        painter.save()
        painter.fillRect(option.rect, theme.color("selected" if selected else "hover" if hovered else "panel"))
        if selected:
            bar = QRect(option.rect.left(), option.rect.top(), 3, option.rect.height())
            painter.fillRect(QStyle.visualRect(option.direction, option.rect, bar), theme.color("accent"))
        box = option.rect.adjusted(PAD, GAP, -PAD, -GAP)
        if row.kind is RowKind.HEADING:
            self._paint_ends(painter, box, row.title, row.count, "muted", option)
        elif row.kind is RowKind.ACTION:
            self._draw(painter, box, row.title, (), self._title, "accent", option, _MAX_LINES[row.kind])
        elif row.kind is RowKind.REMARK:
            self._draw(painter, box, row.title, (), self._small, "muted", option, _MAX_LINES[row.kind])
        else:
            self._paint_result(painter, box, row, option)
        painter.restore()

    def _paint_ends(
        self, painter: QPainter, box: QRect, start: str, end: str, role: str, option: QStyleOptionViewItem
    ) -> None:
        """Draw two texts at both ends of a line."""
        width = self._small_metrics.horizontalAdvance(end)
        at_end = QRect(box.right() - width, box.top(), width + 1, box.height())
        at_start = box.adjusted(0, 0, -width - GAP, 0)
        self._draw_end(painter, QStyle.visualRect(option.direction, box, at_end), end, role)
        at_start = QStyle.visualRect(option.direction, box, at_start)
        self._draw(painter, at_start, start, (), self._small, role, option, 1)

    def _paint_result(self, painter: QPainter, box: QRect, row: ResultRow, option: QStyleOptionViewItem) -> None:
        age = short_age(row.at, self._ticker.now()) if row.at is not None else ""
        age_width = self._small_metrics.horizontalAdvance(age)
        title = QRect(box.left(), box.top(), box.width() - (age_width + GAP if age else 0), self._title_height)
        at_end = QRect(box.right() - age_width, box.top(), age_width + 1, self._title_height)
        line = QRect(box.left(), title.bottom() + 3, box.width(), box.bottom() - title.bottom() - 2)

        def place(part: QRect) -> QRect:
            return QStyle.visualRect(option.direction, box, part)

        self._draw(painter, place(title), row.title, row.title_ranges, self._title, "text", option, 1)
        self._draw_end(painter, place(at_end), age, "muted")
        self._draw(painter, place(line), row.line, row.line_ranges, self._small, "muted", option, _MAX_LINES[row.kind])

    def _draw_end(self, painter: QPainter, box: QRect, text: str, role: str) -> None:
        """Draw a text in a box of its width. A layout would wrap before a last letter that reaches beyond its own."""
        painter.setPen(self._theme.color(role))
        painter.setFont(self._small)
        to_the_left = is_right_to_left(text)
        painter.setLayoutDirection(Qt.LayoutDirection.RightToLeft if to_the_left else Qt.LayoutDirection.LeftToRight)
        painter.drawText(box, Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextDontClip, text)

    def _draw(
        self,
        painter: QPainter,
        box: QRect,
        text: str,
        ranges: Iterable[Range],
        font: QFont,
        role: str,
        option: QStyleOptionViewItem,
        max_lines: int,
    ) -> None:
        """Draw text in its own direction, aligned to the leading side of the layout."""
        if not text or box.width() <= 0:
            return
        mirrored = option.direction is Qt.LayoutDirection.RightToLeft
        layout = self._layout(text, ranges, font, box.width(), max_lines, mirrored=mirrored)
        painter.setPen(self._theme.color(role))
        layout.draw(painter, QPointF(box.topLeft()))

    def _layout(
        self,
        text: str,
        ranges: Iterable[Range],
        font: QFont,
        width: int,
        max_lines: int,
        *,
        mirrored: bool = False,
    ) -> QTextLayout:
        """Lay text out in at most so many lines; the last one is cut off where there is more."""
        layout = self._lines(text, ranges, font, width, max_lines, mirrored)
        last = layout.lineAt(layout.lineCount() - 1)
        if last.textStart() + last.textLength() >= len(text):
            return layout
        rest = QFontMetrics(font).elidedText(text[last.textStart() :], Qt.TextElideMode.ElideRight, max(width - 8, 1))
        return self._lines(text[: last.textStart()] + rest, ranges, font, width, max_lines, mirrored)

    def _lines(
        self, text: str, ranges: Iterable[Range], font: QFont, width: int, max_lines: int, mirrored: bool
    ) -> QTextLayout:
        right_to_left = is_right_to_left(text)
        aligned = Qt.AlignmentFlag.AlignRight if mirrored else Qt.AlignmentFlag.AlignLeft
        wanted = QTextOption(aligned | Qt.AlignmentFlag.AlignAbsolute)
        wanted.setTextDirection(Qt.LayoutDirection.RightToLeft if right_to_left else Qt.LayoutDirection.LeftToRight)
        one_line = max_lines == 1
        mode = QTextOption.WrapMode
        wanted.setWrapMode(mode.WrapAnywhere if one_line else mode.WrapAtWordBoundaryOrAnywhere)
        layout = QTextLayout(text, font)
        layout.setTextOption(wanted)
        marked = QTextCharFormat()
        marked.setFontWeight(QFont.Weight.Bold)
        marked.setBackground(self._theme.color("note"))
        marked.setForeground(self._theme.color("note_text"))
        found = []
        for start, end in ranges:
            if start < len(text):
                part = QTextLayout.FormatRange()
                part.start, part.length, part.format = start, min(end, len(text)) - start, marked
                found.append(part)
        layout.setFormats(found)
        layout.beginLayout()
        top = 0.0
        for _ in range(max_lines):
            line = layout.createLine()
            if not line.isValid():
                break
            line.setLineWidth(max(width, 1))
            line.setPosition(QPointF(0, top))
            top += line.height()
        layout.endLayout()
        return layout

    def helpEvent(
        self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: _Index
    ) -> bool:
        row: ResultRow | None = index.data(RESULT)
        if row is None or row.kind not in (RowKind.CUSTOMER, RowKind.MESSAGE):
            return super().helpEvent(event, view, option, index)
        QToolTip.showText(event.globalPos(), f"{row.title}\n{row.line}", view)
        return True
