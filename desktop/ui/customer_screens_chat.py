"""A chat as the customer's own screen shows it: bubbles, hers on the right, and a line to write on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QTextLayout, QTextOption
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QPushButton,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop.ui import icons
from desktop.ui.customer_screens_parts import Json
from desktop.ui.theme import GAP, Theme

ITEM = int(Qt.ItemDataRole.UserRole)
_PAD_X, _PAD_Y = 10, 7
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
    return (DARK_LOOKS if theme.tokens.dark else LIGHT_LOOKS)[channel]


class ChatModel(QAbstractListModel):
    """The items of one chat, oldest first, as the sandbox tells them."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._items: list[Json] = []

    @property
    def items(self) -> list[Json]:
        return self._items

    def set_items(self, items: list[Json]) -> bool:
        """Whether anything is different; what only grew is inserted, so that nothing jumps."""
        known = len(self._items)
        if items == self._items:
            return False
        if known and items[:known] == self._items:
            self.beginInsertRows(QModelIndex(), known, len(items) - 1)
            self._items = list(items)
            self.endInsertRows()
        else:
            self.beginResetModel()
            self._items = list(items)
            self.endResetModel()
        return True

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._items)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        item = self._items[index.row()]
        if role == ITEM:
            return item
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            who = "Customer" if item["who"] == "customer" else "The shop"
            return f"{who}, {_clock(item)}: {_words(item)}"
        return None


class BubbleDelegate(QStyledItemDelegate):
    def __init__(self, channel: str, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._channel, self._theme = channel, theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        view = self.parent()
        width = view.viewport().width() if isinstance(view, QListView) else option.rect.width()
        return QSize(width, self._boxes(index.data(ITEM), QRect(0, 0, width, 0))[0].height() + 2 * 3)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        item = index.data(ITEM)
        bubble, text, words = self._boxes(item, option.rect)
        colours, hers = look(self._channel, self._theme), item["who"] == "customer"
        colour = QColor(colours.hers_text if hers else colours.ours_text)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.hers if hers else colours.ours))
        painter.drawRoundedRect(bubble, 10, 10)
        painter.setPen(colour)
        words.draw(painter, QPointF(text.topLeft()))
        painter.setFont(self._theme.font(delta=-1.5))
        foot = QRect(text.left(), text.bottom() + 1, text.width(), bubble.bottom() - text.bottom() - _PAD_Y)
        painter.drawText(foot, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, _clock(item))
        painter.restore()

    def _boxes(self, item: Json, row: QRect) -> tuple[QRect, QRect, QTextLayout]:
        """The bubble within `row`, where its words stand, and the words laid out."""
        small = QFontMetrics(self._theme.font(delta=-1.5))
        most = max(80, round(row.width() * 0.8) - 2 * _PAD_X)
        words, needed = _laid_out(_words(item), self._theme.font(), most)
        width = max(needed.width(), small.horizontalAdvance(_clock(item))) + 1
        # Hers stand on the right of her own screen, in every language.
        hers = item["who"] == "customer"
        x = row.right() - GAP - width - 2 * _PAD_X if hers else row.left() + GAP
        bubble = QRect(x, row.top() + 3, width + 2 * _PAD_X, needed.height() + small.height() + 2 * _PAD_Y)
        return bubble, QRect(x + _PAD_X, bubble.top() + _PAD_Y, width, needed.height()), words


def _laid_out(text: str, font: QFont, width: int) -> tuple[QTextLayout, QSize]:
    """`text` in lines of at most `width` pixels, and the room it takes."""
    layout = QTextLayout(text.replace("\n", "\u2028"), font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.beginLayout()
    y = widest = 0.0
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        line.setPosition(QPointF(0, y))
        y += line.height()
        widest = max(widest, line.naturalTextWidth())
    layout.endLayout()
    return layout, QSize(ceil(widest), ceil(y))


class Chat(QWidget):
    """One chat with its line to write on.

    Signals:
        written: she pressed Send. arg: the text.
        photo_sent: she sends a photo.
    """

    written = Signal(str)
    photo_sent = Signal()

    def __init__(self, channel: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._channel, self._theme = channel, theme
        self.model = ChatModel(self)
        self._list = QListView(self)
        self._list.setModel(self.model)
        self._list.setItemDelegate(BubbleDelegate(channel, theme, self._list))
        self._list.setResizeMode(QListView.ResizeMode.Adjust)
        self._list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self._list.setAccessibleName("What she sees in this chat")
        self._field = QLineEdit(self)
        self._field.setPlaceholderText("Write as her…")
        self._field.setAccessibleName("Write as the customer")
        self._field.returnPressed.connect(self._on_send)
        self._photo = QToolButton(self)
        self._photo.setToolTip("Send a photo")
        self._photo.setAccessibleName("Send a photo as the customer")
        self._photo.clicked.connect(self.photo_sent)
        self._send = QPushButton("Send", self)
        self._send.setAccessibleName("Send as the customer")
        self._send.clicked.connect(self._on_send)
        line = QHBoxLayout()
        line.setContentsMargins(GAP, GAP - 2, GAP, GAP - 2)
        line.setSpacing(GAP - 4)
        for widget in (self._photo, self._field, self._send):
            line.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._list, 1)
        column.addLayout(line)
        theme.changed.connect(self._dress)
        self._dress()

    def show_items(self, items: list[Json]) -> None:
        """Goes to the end when something was added, as a phone does."""
        if self.model.set_items(items):
            self._list.scrollToBottom()

    def _on_send(self) -> None:
        text = self._field.text().strip()
        if text:
            self._field.clear()
            self.written.emit(text)

    def _dress(self) -> None:
        ground = look(self._channel, self._theme).ground
        self._list.setStyleSheet(f"QListView {{ background: {ground}; border: none; padding: 4px 0; }}")
        self._photo.setIcon(icons.icon("fa6s.camera", self._theme.colour("muted")))
        self._list.scheduleDelayedItemsLayout()


def _words(item: Json) -> str:
    """Text and files; a bubble is never empty."""
    files = [f"[{_kind(f)}: {f.get('name', '')}]" for f in item.get("attachments", ())]
    return "\n".join([part for part in (item.get("text", ""), *files) if part]) or "…"


def _kind(file: Json) -> str:
    return "photo" if str(file.get("content_type", "")).startswith("image/") else "file"


def _clock(item: Json) -> str:
    """Local weekday and time; `at` is in Unix seconds."""
    return datetime.fromtimestamp(item["at"], UTC).astimezone().strftime("%a %H:%M")
