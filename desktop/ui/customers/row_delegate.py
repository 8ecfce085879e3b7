"""Paints rows of the customer list: avatar in its window ring, channel, name, last line, age and unread dot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from datetime import datetime

import msgspec
from msgspec.structs import replace
from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QHelpEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
)

from desktop.domain.model.frozen import frozen
from desktop.domain.model.presence import Colleague
from desktop.engine.views import CustomerRow
from desktop.text.formats import short_age
from desktop.text.names import display_name, initials
from desktop.text.screens import customers as texts
from desktop.ui.customers.list_model import ROW
from desktop.ui.look import icons
from desktop.ui.look.avatar import paint_avatar
from desktop.ui.look.presence import PRESENCE_ICONS
from desktop.ui.look.ring import RingStage, paint_ring, ring_stage
from desktop.ui.look.text_direction import is_right_to_left
from desktop.ui.look.theme import GAP, PAD, Theme
from desktop.ui.look.ticker import Ticker

_DOT = 8
_MARK_GAP = 5
_ABOVE_TAGS, _TAG_GAP, _TAG_PADDING = 3, 4, 5
_MAX_CACHED_TEXTS = 600
_VERTICALLY = Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
_TO_THE_LEFT, _TO_THE_RIGHT = Qt.AlignmentFlag.AlignLeft | _VERTICALLY, Qt.AlignmentFlag.AlignRight | _VERTICALLY
Index = QModelIndex | QPersistentModelIndex


class RowSizes(msgspec.Struct, frozen=True):
    """Sizes of a row in pixels.

    ring_gap: between avatar and the outside of its ring. above: and below the lines of text. row: the least height.
    has_tags: there is room for a third line, which shows the tags.
    """

    avatar: int
    ring_gap: int
    badge: int
    between_lines: int
    above: int
    row: int
    has_tags: bool

    def scaled(self, scale: float) -> RowSizes:
        """Of a row with larger text."""
        avatar, ring_gap, badge = (round(px * scale) for px in (self.avatar, self.ring_gap, self.badge))
        row = max(self.row, avatar + 2 * ring_gap + 2 * self.above)
        return replace(self, avatar=avatar, ring_gap=ring_gap, badge=badge, row=row)


COMFORTABLE = RowSizes(avatar=36, ring_gap=4, badge=16, between_lines=2, above=4, row=64, has_tags=True)
COMPACT = RowSizes(avatar=28, ring_gap=3, badge=14, between_lines=0, above=4, row=42, has_tags=False)

_LARGEST_SCALE = 1.5
"""Of avatars: what is larger takes the room of the name."""
_ANSWERED_OPACITY = 0.45
"""Of the ring of a customer who waits for nothing."""


class RowTexts(msgspec.Struct, frozen=True):
    """A row's texts, elided for one width and valid for one minute, so that painting does not format."""

    name: str
    line: str
    age: str
    age_width: int
    initials: str
    tags: tuple[str, ...]


@frozen
class RowLayout:
    """The rectangles of a row, already mirrored for right-to-left layouts. line: the last message; marks: all icons;
    tags: the third line, empty for a row without tags. colleague: on the avatar, so that nothing moves for it."""

    ring: QRect
    avatar: QRect
    channel: QRect
    colleague: QRect
    stage: QRect
    name: QRect
    age: QRect
    line: QRect
    marks: QRect
    dot: QRect
    tags: QRect


def draw_text_line(painter: QPainter, box: QRect, text: str, direction: Qt.LayoutDirection) -> None:
    """Draw text in its own direction, aligned to the leading side of the layout `direction`."""
    text_direction = Qt.LayoutDirection.RightToLeft if is_right_to_left(text) else Qt.LayoutDirection.LeftToRight
    painter.setLayoutDirection(text_direction)
    painter.drawText(box, _TO_THE_RIGHT if direction is Qt.LayoutDirection.RightToLeft else _TO_THE_LEFT, text)


def _nobody(_customer_id: str) -> tuple[Colleague, ...]:
    return ()


class CustomerRowDelegate(QStyledItemDelegate):
    """The delegate of `CustomersModel`; caches the texts of rows."""

    def __init__(
        self,
        theme: Theme,
        ticker: Ticker,
        parent: QObject | None = None,
        colleagues: Callable[[str], tuple[Colleague, ...]] = _nobody,
    ) -> None:
        """colleagues: returns who else is with a customer."""
        super().__init__(parent)
        self._theme = theme
        self._ticker = ticker
        self._colleagues = colleagues
        self._unscaled = self._sizes = COMFORTABLE
        self._texts: dict[tuple[CustomerRow, datetime, int], RowTexts] = {}
        self._update_fonts()
        theme.changed.connect(self._update_fonts)

    def set_sizes(self, sizes: RowSizes) -> bool:
        """Returns True if they are others than before, so that the view has to lay out its rows again."""
        if sizes is self._unscaled:
            return False
        self._unscaled = sizes
        self._update_fonts()
        return True

    def _update_fonts(self) -> None:
        scale = min(max(self._theme.text_scale, 1.0), _LARGEST_SCALE)
        self._sizes = self._unscaled.scaled(scale)
        self._name = self._theme.font()
        self._unread_name = self._theme.font(bold=True)
        self._small = self._theme.font(delta=-1)
        self._name_height = QFontMetrics(self._unread_name).height()
        self._small_metrics = QFontMetrics(self._small)
        self._tag = self._theme.font(delta=-2)
        self._tag_metrics = QFontMetrics(self._tag)
        self._tag_height = self._tag_metrics.height() + 2
        self._height = max(self._sizes.row, self._text_height(has_tags=self._sizes.has_tags) + 2 * self._sizes.above)
        self._texts.clear()

    def _text_height(self, *, has_tags: bool) -> int:
        lines = self._name_height + self._sizes.between_lines + self._small_metrics.height()
        return lines + (_ABOVE_TAGS + self._tag_height if has_tags else 0)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(120, self._height)

    def layout_row(self, within: QRect, row: CustomerRow, age_width: int, direction: Qt.LayoutDirection) -> RowLayout:
        """Return the rectangles of a row in `within`."""
        sizes, middle = self._sizes, within.center().y() + 1
        gap, badge, side = sizes.ring_gap, sizes.badge, sizes.avatar + 2 * sizes.ring_gap
        ring = QRect(within.left() + PAD - 2, middle - side // 2, side, side)
        avatar = ring.adjusted(gap, gap, -gap, -gap)
        left, right = ring.right() + 1 + PAD, within.right() - PAD
        has_tags = sizes.has_tags and bool(texts.tags_of(row))
        top = middle - self._text_height(has_tags=has_tags) // 2
        age = QRect(right - age_width, top, age_width + 1, self._name_height)
        second = top + self._name_height + sizes.between_lines
        height = self._small_metrics.height()
        dot = QRect(right - _DOT + 1, second + (height - _DOT) // 2, _DOT, _DOT)
        size = round(height * 0.85)
        line_left = left + len(texts.marks_of(row)) * (size + _MARK_GAP)
        marks = QRect(left, second + (height - size) // 2, max(line_left - _MARK_GAP - left, 0), size)
        line_right = dot.left() - GAP if row.unread else right
        plain = RowLayout(
            ring=ring,
            avatar=avatar,
            channel=QRect(ring.right() - badge + 3, ring.bottom() - badge + 2, badge, badge),
            colleague=QRect(ring.left() - 3, ring.bottom() - badge + 2, badge, badge),
            stage=QRect(ring.right() - badge + 3, ring.top() - 1, badge, badge),
            name=QRect(left, top, age.left() - GAP - left, self._name_height),
            age=age,
            line=QRect(line_left, second, line_right - line_left, height),
            marks=marks,
            dot=dot,
            tags=QRect(left, second + height + _ABOVE_TAGS, right - left if has_tags else 0, self._tag_height),
        )
        if direction is Qt.LayoutDirection.LeftToRight:
            return plain
        names = [part.name for part in fields(RowLayout)]
        return RowLayout(**{n: QStyle.visualRect(direction, within, getattr(plain, n)) for n in names})

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: CustomerRow | None = index.data(ROW)
        now = self._ticker.now()
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        ground = "selected" if selected else "hover" if hovered else "panel"
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(option.rect, self._theme.color(ground))
        if selected:
            bar = QRect(option.rect.left(), option.rect.top(), 3, option.rect.height())
            bar = QStyle.visualRect(option.direction, option.rect, bar)
            painter.fillRect(bar, self._theme.color("accent"))
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(self._theme.color("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(option.rect).adjusted(2, 2, -2, -2), 5, 5)
        if row is None:
            self._paint_placeholder(painter, option)
            painter.restore()
            return
        text = self._text(row, now, option.rect.width())
        layout = self.layout_row(option.rect, row, text.age_width, option.direction)
        self._paint_avatar(painter, layout, row, text, now, ground)
        self._paint_text(painter, layout, row, text, option.direction)
        painter.restore()

    def _paint_placeholder(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        """Paint bars in place of avatar, name and message while the row is being loaded."""
        row = CustomerRow(customer_id="", name="", last_at=self._ticker.now())
        layout = self.layout_row(option.rect, row, 0, option.direction)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("border"))
        painter.drawEllipse(layout.avatar)
        for box, part in ((layout.name, 0.4), (layout.line, 0.7)):
            bar = QRect(box.left(), box.top() + box.height() // 4, round(box.width() * part), box.height() // 2)
            painter.drawRoundedRect(QStyle.visualRect(option.direction, box, bar), 3, 3)

    def _paint_avatar(
        self, painter: QPainter, layout: RowLayout, row: CustomerRow, text: RowTexts, now: datetime, ground: str
    ) -> None:
        theme, badge = self._theme, self._sizes.badge
        paint_avatar(painter, layout.avatar, row.customer_id, text.initials, theme)
        ratio = painter.device().devicePixelRatioF()
        stage = ring_stage(row.window, now)
        painter.setOpacity(1.0 if row.waits else _ANSWERED_OPACITY)
        paint_ring(painter, QRectF(layout.ring), row.window, now, theme)
        painter.setOpacity(1.0)
        if row.waits and stage is not RingStage.ABSENT and stage.icon:
            self._paint_badge_background(painter, layout.stage, ground)
            icon = icons.pixmap(stage.icon, theme.color(stage.role), badge - 6, ratio)
            painter.drawPixmap(layout.stage.adjusted(3, 3, -3, -3), icon)
        self._paint_badge_background(painter, layout.channel, ground)
        icon = icons.channel_pixmap(row.last_channel, theme, badge - 3, ratio)
        painter.drawPixmap(layout.channel.adjusted(2, 2, -1, -1), icon)
        colleagues = self._colleagues(row.customer_id)
        if colleagues:
            self._paint_badge_background(painter, layout.colleague, ground)
            name = PRESENCE_ICONS[colleagues[0].state]
            icon = icons.pixmap(name, theme.color("accent"), badge - 6, ratio)
            painter.drawPixmap(layout.colleague.adjusted(3, 3, -3, -3), icon)

    def _paint_badge_background(self, painter: QPainter, box: QRect, ground: str) -> None:
        """Clear the ring behind a badge."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color(ground))
        painter.drawEllipse(QRectF(box).adjusted(-1, -1, 1, 1))

    def _paint_text(
        self, painter: QPainter, layout: RowLayout, row: CustomerRow, text: RowTexts, direction: Qt.LayoutDirection
    ) -> None:
        theme = self._theme
        painter.setFont(self._unread_name if row.unread else self._name)
        painter.setPen(theme.color("text"))
        draw_text_line(painter, layout.name, text.name, direction)
        painter.setFont(self._small)
        painter.setPen(theme.color("text" if row.unread else "muted"))
        draw_text_line(painter, layout.line, text.line, direction)
        painter.setPen(theme.color("muted"))
        draw_text_line(painter, layout.age, text.age, direction)
        size = layout.marks.height()
        for number, mark in enumerate(texts.marks_of(row)):
            box = QRect(layout.marks.left() + number * (size + _MARK_GAP), layout.marks.top(), size, size)
            icon = icons.pixmap(mark.icon, theme.color(mark.role), size, painter.device().devicePixelRatioF())
            painter.drawPixmap(QStyle.visualRect(direction, layout.marks, box), icon)
        if row.unread:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("unread"))
            painter.drawEllipse(QRectF(layout.dot))
        self._paint_tags(painter, layout.tags, text.tags, direction)

    def _paint_tags(self, painter: QPainter, line: QRect, tags: tuple[str, ...], direction: Qt.LayoutDirection) -> None:
        painter.setFont(self._tag)
        left = line.left()
        for tag in tags:
            box = QRect(left, line.top(), self._tag_width(tag), line.height())
            left += box.width() + _TAG_GAP
            shown = QStyle.visualRect(direction, line, box)
            painter.setPen(self._theme.color("border"))
            painter.setBrush(self._theme.color("surface"))
            painter.drawRoundedRect(QRectF(shown).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
            painter.setPen(self._theme.color("muted"))
            painter.drawText(shown, Qt.AlignmentFlag.AlignCenter, tag)

    def _tag_width(self, tag: str) -> int:
        return self._tag_metrics.horizontalAdvance(tag) + 2 * _TAG_PADDING

    def _fit_tags(self, tags: tuple[str, ...], room: int) -> tuple[str, ...]:
        """Return as many tags as fit into a line, the first one elided if need be, and how many more there are."""
        for count in range(len(tags), 1, -1):
            more = (texts.MORE_TAGS(count=len(tags) - count),) if count < len(tags) else ()
            shown = (*tags[:count], *more)
            if sum(map(self._tag_width, shown)) + _TAG_GAP * (len(shown) - 1) <= room:
                return shown
        more = (texts.MORE_TAGS(count=len(tags) - 1),) if len(tags) > 1 else ()
        beside = sum(self._tag_width(t) + _TAG_GAP for t in more) + 2 * _TAG_PADDING
        first = self._tag_metrics.elidedText(tags[0], Qt.TextElideMode.ElideRight, room - beside)
        return (first, *more)

    def _text(self, row: CustomerRow, now: datetime, width: int) -> RowTexts:
        key = (row, now.replace(second=0, microsecond=0), width)
        found = self._texts.get(key)
        if found is None:
            if len(self._texts) >= _MAX_CACHED_TEXTS:
                self._texts.clear()
            found = self._texts[key] = self._measure_texts(row, now, width)
        return found

    def _measure_texts(self, row: CustomerRow, now: datetime, width: int) -> RowTexts:
        age = short_age(row.last_at, now)
        age_width = self._small_metrics.horizontalAdvance(age)
        within = QRect(0, 0, width, self._height)
        layout = self.layout_row(within, row, age_width, Qt.LayoutDirection.LeftToRight)
        name_metrics = QFontMetrics(self._unread_name if row.unread else self._name)
        elide = Qt.TextElideMode.ElideRight
        return RowTexts(
            name=name_metrics.elidedText(display_name(row.name), elide, layout.name.width()),
            line=self._small_metrics.elidedText(texts.row_line(row, now), elide, layout.line.width()),
            age=age,
            age_width=age_width,
            initials=initials(row.name),
            tags=self._fit_tags(texts.tags_of(row), layout.tags.width()) if layout.tags.width() else (),
        )

    def helpEvent(self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index) -> bool:
        row = index.data(ROW)
        if row is None:
            return super().helpEvent(event, view, option, index)
        QToolTip.showText(event.globalPos(), self.tooltip(row), view)
        return True

    def tooltip(self, row: CustomerRow) -> str:
        return texts.row_tooltip(row, self._ticker.now(), self._colleagues(row.customer_id))
