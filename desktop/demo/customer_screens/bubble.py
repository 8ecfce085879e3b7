"""A bubble on the customer's own screen: hers on the right; a template with its buttons below, as WhatsApp draws it."""

from __future__ import annotations

from dataclasses import dataclass
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
from PySide6.QtGui import QColor, QFont, QFontMetrics, QMouseEvent, QPainter, QTextLayout, QTextOption
from PySide6.QtWidgets import QListView, QStyledItemDelegate, QStyleOptionViewItem

from desktop.demo.customer_screens.parts import Json
from desktop.ui.look import icons
from desktop.ui.look.theme import GAP, Theme
from desktop.ui.wording import thread

ITEM = int(Qt.ItemDataRole.UserRole)
_PAD_X, _PAD_Y = 10, 7
_BUTTON_PAD = 7
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Look:
    """Colours of one app on her screen: the chat's ground, her bubbles, ours, and the words in each."""

    head: str
    ground: str
    hers: str
    hers_text: str
    ours: str
    ours_text: str


LIGHT_LOOKS = {
    "whatsapp": Look("#0b6b5c", "#efeae2", "#d3f5cb", "#12261d", "#ffffff", "#1b2230"),
    "telegram": Look("#22719f", "#dce7ee", "#d8f2c6", "#12261d", "#ffffff", "#1b2230"),
    "sms": Look("#3b4250", "#ffffff", "#1c63c9", "#ffffff", "#e8eaee", "#1b2230"),
    "email": Look("#5c4326", "#ffffff", "#f3ebdf", "#2b2115", "#eceff4", "#1b2230"),
    "messenger": Look("#2458d3", "#ffffff", "#2458d3", "#ffffff", "#eceff4", "#1b2230"),
}
DARK_LOOKS = {
    "whatsapp": Look("#12302a", "#0d161b", "#0b5547", "#eaf7f2", "#212d34", "#e7eaf0"),
    "telegram": Look("#17384c", "#101a21", "#2d5b7d", "#f0f7fc", "#202c36", "#e7eaf0"),
    "sms": Look("#242a33", "#14171d", "#1f57ab", "#ffffff", "#2a303a", "#e7eaf0"),
    "email": Look("#3a2c1b", "#14171d", "#4a3a26", "#f5ead9", "#2a303a", "#e7eaf0"),
    "messenger": Look("#24407f", "#14171d", "#2b55b3", "#ffffff", "#2a303a", "#e7eaf0"),
}


def look(channel: str, theme: Theme) -> Look:
    return (DARK_LOOKS if theme.colors.dark else LIGHT_LOOKS)[channel]


@dataclass(frozen=True, slots=True)
class Boxes:
    """Where everything of one bubble stands. buttons: one row each, below each other, within the bubble."""

    bubble: QRect
    text: QRect
    words: QTextLayout
    buttons: tuple[QRect, ...] = ()


class BubbleDelegate(QStyledItemDelegate):
    """Signals:
    answered: she tapped a template's answer button. arg: what stands on it, which is what she then writes.
    """

    answered = Signal(str)

    def __init__(self, channel: str, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._channel, self._theme = channel, theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        view = self.parent()
        width = view.viewport().width() if isinstance(view, QListView) else option.rect.width()
        return QSize(width, self.boxes(index.data(ITEM), QRect(0, 0, width, 0)).bubble.height() + 2 * 3)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        item = index.data(ITEM)
        boxes = self.boxes(item, option.rect)
        colors, hers = look(self._channel, self._theme), item["who"] == "customer"
        painter.save()
        # Her phone is not mirrored with our windows.
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colors.hers if hers else colors.ours))
        painter.drawRoundedRect(boxes.bubble, 10, 10)
        painter.setPen(QColor(colors.hers_text if hers else colors.ours_text))
        boxes.words.draw(painter, QPointF(boxes.text.topLeft()))
        painter.setFont(self._theme.font(delta=-1.5))
        foot = QRect(boxes.text.left(), boxes.text.bottom() + 1, boxes.text.width(), self._foot_height())
        painter.drawText(foot, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, clock(item))
        for button, (label, opens) in zip(boxes.buttons, buttons(item), strict=True):
            self._paint_button(painter, button, label, opens)
        painter.restore()

    def _paint_button(self, painter: QPainter, row: QRect, label: str, opens: str) -> None:
        painter.setPen(self._theme.color("border"))
        painter.drawLine(row.topLeft(), row.topRight())
        color = self._theme.color("accent")
        painter.setPen(color)
        painter.setFont(self._theme.font(bold=True))
        metrics = painter.fontMetrics()
        side = round(metrics.height() * 0.7)
        room = row.width() - side - GAP - 2 * _PAD_X
        shown = metrics.elidedText(label, Qt.TextElideMode.ElideRight, room)
        left = row.left() + (row.width() - metrics.horizontalAdvance(shown) - side - GAP) // 2
        icon = icons.pixmap(_button_icon(opens), color, side, painter.device().devicePixelRatioF())
        painter.drawPixmap(left, row.center().y() - side // 2 + 1, icon)
        words = QRect(left + side + GAP, row.top(), room, row.height())
        painter.drawText(words, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)

    def editorEvent(
        self, event: QEvent, _model: QAbstractItemModel, option: QStyleOptionViewItem, index: Index
    ) -> bool:
        """A tap on an answer button; the others lead out of the phone, where nothing of ours is."""
        if not isinstance(event, QMouseEvent) or event.type() is not QEvent.Type.MouseButtonRelease:
            return False
        item = index.data(ITEM)
        for row, (label, opens) in zip(self.boxes(item, option.rect).buttons, buttons(item), strict=True):
            if row.contains(event.position().toPoint()) and not opens:
                self.answered.emit(label)
                return True
        return False

    def boxes(self, item: Json, row: QRect) -> Boxes:
        """Within `row`; its height does not matter."""
        most = max(80, round(row.width() * 0.8) - 2 * _PAD_X)
        words, needed = _laid_out(words_of(item), self._theme.font(), most)
        small, bold = QFontMetrics(self._theme.font(delta=-1.5)), QFontMetrics(self._theme.font(bold=True))
        labels = [bold.horizontalAdvance(label) + bold.height() + GAP for label, _ in buttons(item)]
        width = max([needed.width(), small.horizontalAdvance(clock(item)), *(min(most, w) for w in labels)]) + 1
        # Hers stand on the right of her own screen, in every language.
        hers = item["who"] == "customer"
        x = row.right() - GAP - width - 2 * _PAD_X if hers else row.left() + GAP
        top, full = row.top() + 3, width + 2 * _PAD_X
        said = needed.height() + self._foot_height() + 2 * _PAD_Y
        height = bold.height() + 2 * _BUTTON_PAD
        rows = tuple(QRect(x, top + said + n * height, full, height) for n in range(len(labels)))
        bubble = QRect(x, top, full, said + len(rows) * height)
        return Boxes(bubble, QRect(x + _PAD_X, top + _PAD_Y, width, needed.height()), words, rows)

    def _foot_height(self) -> int:
        return QFontMetrics(self._theme.font(delta=-1.5)).height()


def words_of(item: Json) -> str:
    """Text and files, a template's file before its words; a bubble is never empty."""
    files = [f"[{_kind(f)}: {f.get('name', '')}]" for f in item.get("attachments", ())]
    text = item.get("text", "")
    parts = [*files, text] if item.get("kind") == "template" else [text, *files]
    return "\n".join(part for part in parts if part) or "…"


def buttons(item: Json) -> list[tuple[str, str]]:
    """What stands on each, and the address or code behind it; "" for one that answers."""
    labels = item.get("buttons", ())
    opens = item.get("opens") or [""] * len(labels)
    return list(zip(labels, opens, strict=True))


def clock(item: Json) -> str:
    """Local weekday and time; `at` is in Unix seconds."""
    return datetime.fromtimestamp(item["at"], UTC).astimezone().strftime("%a %H:%M")


def _button_icon(opens: str) -> str:
    if not opens:
        return "fa6s.reply"
    return "fa6s.arrow-up-right-from-square" if opens.startswith("http") else "fa6s.copy"


def _kind(file: Json) -> str:
    return "photo" if str(file.get("content_type", "")).startswith("image/") else "file"


def _laid_out(text: str, font: QFont, width: int) -> tuple[QTextLayout, QSize]:
    """`text` in lines of at most `width` pixels, and the room it takes."""
    layout = QTextLayout(text.replace("\n", "\u2028"), font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    right_to_left = thread.is_right_to_left(text)
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
    if right_to_left:
        # Its lines begin at the right end of the width they were given, which is more than they take.
        for line in lines:
            line.setPosition(QPointF(widest - width, line.y()))
    return layout, QSize(widest, ceil(y))
