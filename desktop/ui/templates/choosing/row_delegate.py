"""The delegate that paints a template in the list: name, details and preview."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop.domain.content.template import Template
from desktop.ui.look.rows import paint_row_ground
from desktop.ui.look.text_direction import is_right_to_left
from desktop.ui.look.theme import GAP, Theme
from desktop.ui.templates.choosing.listing import body_preview, template_details

Index = QModelIndex | QPersistentModelIndex
TEMPLATE = Qt.ItemDataRole.UserRole
USED_AT = Qt.ItemDataRole.UserRole + 1


class TemplateDelegate(QStyledItemDelegate):
    """now: returns the time for 'used 3 h ago' when a row is painted."""

    def __init__(self, theme: Theme, now: Callable[[], datetime], parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._now = theme, now

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        name, small = self._metrics()
        return QSize(100, name.height() + 2 * small.height() + 2 * GAP + 2)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        template = index.data(TEMPLATE)
        if not isinstance(template, Template):
            return
        theme = self._theme
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = option.rect.adjusted(2, 1, -2, -1)
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        is_hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        has_focus = bool(option.state & QStyle.StateFlag.State_HasFocus)
        paint_row_ground(painter, box, theme, selected=is_selected, hovered=is_hovered, focused=has_focus)
        name, small = self._metrics()
        inner = box.adjusted(GAP, GAP - 2, -GAP, 0)
        top = inner.top()
        lines = (
            (template.name, name, theme.font(bold=True), "text", Qt.TextElideMode.ElideMiddle),
            (template_details(template, index.data(USED_AT), self._now()), small, theme.font(delta=-1), "muted", None),
            (body_preview(template), small, theme.font(delta=-1), "text", None),
        )
        for text, metrics, font, color_role, elide in lines:
            line = QRect(inner.left(), top, inner.width(), metrics.height())
            painter.setFont(font)
            painter.setPen(theme.color(color_role))
            elided = metrics.elidedText(text, elide or Qt.TextElideMode.ElideRight, line.width())
            # Aligned with the row, whatever the direction of the text.
            painter.setLayoutDirection(_direction(text))
            side = Qt.AlignmentFlag.AlignRight if self._is_mirrored(option) else Qt.AlignmentFlag.AlignLeft
            painter.drawText(line, side | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter, elided)
            top += metrics.height() + 1
        painter.restore()

    def _is_mirrored(self, option: QStyleOptionViewItem) -> bool:
        return option.direction == Qt.LayoutDirection.RightToLeft

    def _metrics(self) -> tuple[QFontMetrics, QFontMetrics]:
        return QFontMetrics(self._theme.font(bold=True)), QFontMetrics(self._theme.font(delta=-1))


def _direction(text: str) -> Qt.LayoutDirection:
    return Qt.LayoutDirection.RightToLeft if is_right_to_left(text) else Qt.LayoutDirection.LeftToRight
