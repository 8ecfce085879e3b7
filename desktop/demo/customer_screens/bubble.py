"""Paints the bubbles of a chat on the customer's screen, with the buttons of a template."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from math import ceil

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QFontMetrics,
    QMouseEvent,
    QPainter,
    QTextCharFormat,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop.demo.customer_screens.chat_style import chat_colors
from desktop.demo.sandbox_control import Json
from desktop.domain.model.frozen import frozen
from desktop.text.demo import screens as texts
from desktop.text.formats import clock_time, weekday
from desktop.ui.composer.writing import whatsapp_markup
from desktop.ui.composer.writing.whatsapp_markup import TextRun
from desktop.ui.look import icons
from desktop.ui.look.text_direction import is_right_to_left, leading_side
from desktop.ui.look.theme import GAP, Theme

ITEM = int(Qt.ItemDataRole.UserRole)
_PAD_X, _PAD_Y = 10, 7
_BUTTON_PAD = 7
Index = QModelIndex | QPersistentModelIndex


@frozen
class BubbleRects:
    """The rectangles of one bubble. buttons: one row each, at the bottom of the bubble."""

    bubble: QRect
    text: QRect
    text_layout: QTextLayout
    buttons: tuple[QRect, ...] = ()


class BubbleDelegate(QStyledItemDelegate):
    """The delegate of `ChatModel`.

    Signals:
        reply_tapped: the customer tapped a quick reply button of a template. arg: its label.
    """

    reply_tapped = Signal(str)

    def __init__(self, channel: str, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._channel, self._theme = channel, theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        view = self.parent()
        width = view.viewport().width() if isinstance(view, QListView) else option.rect.width()
        return QSize(width, self.layout_item(index.data(ITEM), QRect(0, 0, width, 0)).bubble.height() + 2 * 3)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        item = index.data(ITEM)
        rects = self.layout_item(item, option.rect, option.direction)
        colors, is_sent = chat_colors(self._channel, self._theme), item["who"] == "customer"
        painter.save()
        mirrored = option.direction is Qt.LayoutDirection.RightToLeft
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colors.sent if is_sent else colors.received))
        painter.drawRoundedRect(rects.bubble, 10, 10)
        painter.setPen(QColor(colors.sent_text if is_sent else colors.received_text))
        rects.text_layout.draw(painter, QPointF(rects.text.topLeft()))
        # Each text in its own direction.
        painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        painter.setFont(self._theme.font(delta=-1.5))
        time_rect = QRect(rects.text.left(), rects.text.bottom() + 1, rects.text.width(), self._time_height())
        at_end = leading_side(mirrored=not mirrored) | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(time_rect, at_end, time_text(item))
        for button, (label, target) in zip(rects.buttons, template_buttons(item), strict=True):
            self._paint_button(painter, button, label, target, mirrored=mirrored)
        painter.restore()

    def _paint_button(self, painter: QPainter, row: QRect, label: str, target: str, *, mirrored: bool) -> None:
        painter.setPen(self._theme.color("border"))
        painter.drawLine(row.topLeft(), row.topRight())
        color = self._theme.color("accent")
        painter.setPen(color)
        painter.setFont(self._theme.font(bold=True))
        metrics = painter.fontMetrics()
        side = round(metrics.height() * 0.7)
        label_width = row.width() - side - GAP - 2 * _PAD_X
        shown = metrics.elidedText(label, Qt.TextElideMode.ElideRight, label_width)
        left = row.left() + (row.width() - metrics.horizontalAdvance(shown) - side - GAP) // 2
        icon = icons.pixmap(_button_icon(target), color, side, painter.device().devicePixelRatioF())
        direction = Qt.LayoutDirection.RightToLeft if mirrored else Qt.LayoutDirection.LeftToRight
        icon_rect = QRect(left, row.center().y() - side // 2 + 1, side, side)
        painter.drawPixmap(QStyle.visualRect(direction, row, icon_rect).topLeft(), icon)
        text_rect = QStyle.visualRect(direction, row, QRect(left + side + GAP, row.top(), label_width, row.height()))
        painter.drawText(text_rect, leading_side(mirrored=mirrored) | Qt.AlignmentFlag.AlignVCenter, shown)

    def editorEvent(
        self, event: QEvent, _model: QAbstractItemModel, option: QStyleOptionViewItem, index: Index
    ) -> bool:
        """Handle taps on quick reply buttons; the other buttons would leave the chat."""
        if not isinstance(event, QMouseEvent) or event.type() is not QEvent.Type.MouseButtonRelease:
            return False
        item = index.data(ITEM)
        for row, (label, target) in zip(
            self.layout_item(item, option.rect, option.direction).buttons, template_buttons(item), strict=True
        ):
            if row.contains(event.position().toPoint()) and not target:
                self.reply_tapped.emit(label)
                return True
        return False

    def layout_item(
        self, item: Json, row: QRect, direction: Qt.LayoutDirection = Qt.LayoutDirection.LeftToRight
    ) -> BubbleRects:
        """Lay a bubble out in `row`, whose height is ignored. The phone is in the language of the program."""
        max_width = max(80, round(row.width() * 0.8) - 2 * _PAD_X)
        runs = whatsapp_markup.runs(text_of(item)) if self._channel == "whatsapp" else (TextRun(text_of(item)),)
        text_layout, needed = _lay_out(runs, self._theme.font(), max_width)
        small, bold = QFontMetrics(self._theme.font(delta=-1.5)), QFontMetrics(self._theme.font(bold=True))
        labels = [bold.horizontalAdvance(label) + bold.height() + GAP for label, _ in template_buttons(item)]
        width = (
            max([needed.width(), small.horizontalAdvance(time_text(item)), *(min(max_width, w) for w in labels)]) + 1
        )
        is_sent = item["who"] == "customer"
        x = row.right() - GAP - width - 2 * _PAD_X if is_sent else row.left() + GAP
        top, full = row.top() + 3, width + 2 * _PAD_X
        content_height = needed.height() + self._time_height() + 2 * _PAD_Y
        height = bold.height() + 2 * _BUTTON_PAD
        rows = tuple(QRect(x, top + content_height + n * height, full, height) for n in range(len(labels)))
        bubble = QRect(x, top, full, content_height + len(rows) * height)
        text = QRect(x + _PAD_X, top + _PAD_Y, width, needed.height())
        if is_right_to_left(text_layout.text()):
            for line in map(text_layout.lineAt, range(text_layout.lineCount())):
                line.setPosition(QPointF(width - line.naturalTextWidth(), line.y()))

        def place(box: QRect) -> QRect:
            return QStyle.visualRect(direction, row, box)

        return BubbleRects(place(bubble), place(text), text_layout, tuple(map(place, rows)))

    def _time_height(self) -> int:
        return QFontMetrics(self._theme.font(delta=-1.5)).height()


def text_of(item: Json) -> str:
    """Return text and files, a template's file first, or what the customer did; never empty."""
    if item.get("kind") in _ACTIONS:
        return _ACTIONS[item["kind"]]()
    files = [_file_text(f) for f in item.get("attachments", ())]
    text = item.get("text", "")
    parts = [*files, text] if item.get("kind") == "template" else [text, *files]
    return "\n".join(part for part in parts if part) or "…"


def template_buttons(item: Json) -> list[tuple[str, str]]:
    """Return (label, target) of each button. target: a URL or a code; "" for a quick reply."""
    labels = item.get("buttons", ())
    targets = item.get("opens") or [""] * len(labels)
    return list(zip(labels, targets, strict=True))


def time_text(item: Json) -> str:
    """Return local weekday and time."""
    at = datetime.fromtimestamp(item["at"], UTC)
    return texts.MESSAGE_TIME(weekday=weekday(at, short=True), time=clock_time(at))


def _button_icon(target: str) -> str:
    if not target:
        return "fa6s.reply"
    return "fa6s.arrow-up-right-from-square" if target.startswith("http") else "fa6s.copy"


_ACTIONS = {"call": texts.CALLED, "blocked": texts.HAS_BLOCKED, "unblocked": texts.HAS_UNBLOCKED}
_FILES = {"image": texts.PHOTO_FILE, "audio": texts.VOICE_NOTE_FILE, "video": texts.VIDEO_FILE}


def _file_text(file: Json) -> str:
    kind = str(file.get("content_type", "")).partition("/")[0]
    return _FILES.get(kind, texts.FILE)(name=file.get("name", ""))


def _lay_out(runs: Sequence[TextRun], font: QFont, width: int) -> tuple[QTextLayout, QSize]:
    """Wrap a text at `width` and return the layout with its size."""
    text = "".join(run.text for run in runs)
    layout = QTextLayout(text.replace("\n", "\u2028"), font)
    layout.setFormats(list(_formats(runs)))
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    right_to_left = is_right_to_left(text)
    option.setTextDirection(Qt.LayoutDirection.RightToLeft if right_to_left else Qt.LayoutDirection.LeftToRight)
    layout.setTextOption(option)
    lines = []
    layout.beginLayout()
    y = 0.0
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        line.setPosition(QPointF(0, y))
        y += line.height()
        lines.append(line)
    layout.endLayout()
    widest = ceil(max((line.naturalTextWidth() for line in lines), default=0.0))
    return layout, QSize(widest, ceil(y))


def _formats(runs: Sequence[TextRun]) -> Iterator[QTextLayout.FormatRange]:
    at = 0
    for run in runs:
        length = len(run.text.encode("utf-16-le", "surrogatepass")) // 2
        if run.bold or run.italic or run.struck or run.mono:
            style = QTextCharFormat()
            style.setFontWeight(QFont.Weight.Bold if run.bold else QFont.Weight.Normal)
            style.setFontItalic(run.italic)
            style.setFontStrikeOut(run.struck)
            if run.mono:
                style.setFontFamilies([QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont).family()])
            format_range = QTextLayout.FormatRange()
            format_range.start, format_range.length, format_range.format = at, length, style
            yield format_range
        at += length
