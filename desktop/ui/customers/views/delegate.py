"""Paints the rows of the view picker."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop.domain.model.list_view import ListView, TeamListView
from desktop.ui.customers.views.rows import ROW, Heading, RowsModel, ViewRow
from desktop.ui.look import icons
from desktop.ui.look.rows import paint_row_ground
from desktop.ui.look.theme import GAP, PAD, Theme

_ICONS = {
    ListView.CLOSING_SOON: "fa6s.hourglass-half",
    ListView.MINE: "fa6s.user",
    ListView.UNASSIGNED: "fa6s.inbox",
    ListView.MENTIONS: "fa6s.at",
    ListView.OPEN: "fa6s.envelope-open",
    ListView.SNOOZED: "fa6s.clock",
    ListView.CLOSED: "fa6s.circle-check",
    ListView.ALL: "fa6s.users",
    ListView.MESSENGER_ONLY: "fa6s.eye-slash",
}
_TEAM_ICON, _OWN_ICON = "fa6s.people-group", "fa6s.bookmark"
_EDGE = PAD - 4
_Index = QModelIndex | QPersistentModelIndex


class ViewDelegate(QStyledItemDelegate):
    """The delegate of `RowsModel`."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._update_fonts()
        theme.changed.connect(self._update_fonts)

    def _update_fonts(self) -> None:
        self._plain, self._bold, self._small = (
            self._theme.font(),
            self._theme.font(bold=True),
            self._theme.font(delta=-1),
        )

    @property
    def row_height(self) -> int:
        return QFontMetrics(self._bold).height() + GAP + 2

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(120, self.row_height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        row: ViewRow = index.data(ROW)
        model, theme = index.model(), self._theme
        is_shown = isinstance(model, RowsModel) and model.is_shown(row)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = option.rect.adjusted(_EDGE, 1, -_EDGE, -1)
        is_hovered = bool(option.state & QStyle.StateFlag.State_MouseOver) and row.can_be_current
        has_focus = bool(option.state & QStyle.StateFlag.State_HasFocus)
        paint_row_ground(painter, box, theme, selected=is_shown, hovered=is_hovered, focused=has_focus)
        inner = box.adjusted(GAP, 0, -GAP, 0)
        if isinstance(row.subject, Heading):
            self._paint_heading(painter, inner, row, option)
        else:
            self._paint_view(painter, inner, row, option, is_shown=is_shown)
        painter.restore()

    def _paint_heading(self, painter: QPainter, inner: QRect, row: ViewRow, option: QStyleOptionViewItem) -> None:
        muted = self._theme.color("muted")
        painter.setFont(self._small)
        painter.setPen(muted)
        start = 0
        if row.is_open is not None:
            size = round(QFontMetrics(self._small).height() * 0.6)
            arrow = "fa6s.chevron-down" if row.is_open else "fa6s.chevron-right"
            self._paint_icon(painter, inner, arrow, size, "muted", option)
            start = size + GAP
        self._draw(painter, inner.adjusted(start, 0, 0, 0), row.name, self._small, option, inner)

    def _paint_view(
        self, painter: QPainter, inner: QRect, row: ViewRow, option: QStyleOptionViewItem, *, is_shown: bool
    ) -> None:
        theme = self._theme
        is_urgent = row.subject is ListView.CLOSING_SOON and bool(row.count)
        role = "soon" if is_urgent else "text" if is_shown else "muted"
        # Shown also by weight: the color alone is hard to see for some.
        font = self._bold if is_shown else self._plain
        metrics = QFontMetrics(font)
        indented = inner.adjusted(GAP if row.is_inner else 0, 0, 0, 0)
        inner = QStyle.visualRect(option.direction, inner, indented)
        size = round(metrics.height() * 0.8)
        self._paint_icon(painter, inner, _icon_of(row), size, role, option)
        count = row.count_text
        width = metrics.horizontalAdvance(count)
        painter.setFont(font)
        painter.setPen(theme.color("text"))
        self._draw(painter, inner.adjusted(size + GAP, 0, -width - GAP, 0), row.name, font, option, inner)
        painter.setPen(theme.color(role))
        at_end = QRect(inner.right() - width, inner.top(), width + 1, inner.height())
        painter.drawText(QStyle.visualRect(option.direction, inner, at_end), Qt.AlignmentFlag.AlignCenter, count)

    def _paint_icon(
        self, painter: QPainter, inner: QRect, icon: str, size: int, role: str, option: QStyleOptionViewItem
    ) -> None:
        box = QRect(inner.left(), inner.center().y() - size // 2, size, size)
        pixmap = icons.pixmap(icon, self._theme.color(role), size, painter.device().devicePixelRatioF())
        painter.drawPixmap(QStyle.visualRect(option.direction, inner, box), pixmap)

    @staticmethod
    def _draw(
        painter: QPainter, box: QRect, text: str, font: QFont, option: QStyleOptionViewItem, within: QRect
    ) -> None:
        """Draw text at the leading side, mirrored in `within`."""
        shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, box.width())
        is_mirrored = option.direction is Qt.LayoutDirection.RightToLeft
        side = Qt.AlignmentFlag.AlignRight if is_mirrored else Qt.AlignmentFlag.AlignLeft
        flags = side | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QStyle.visualRect(option.direction, within, box), flags, shown)


def _icon_of(row: ViewRow) -> str:
    if isinstance(row.subject, ListView):
        return _ICONS[row.subject]
    return _TEAM_ICON if isinstance(row.subject, TeamListView) else _OWN_ICON
