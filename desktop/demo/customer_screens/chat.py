"""A chat as the customer's own screen shows it: bubbles, hers on the right, and a line to write on."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop.demo.customer_screens.bubble import ITEM, BubbleDelegate, Index, buttons, clock, look, words_of
from desktop.demo.customer_screens.parts import Json
from desktop.ui.look import icons
from desktop.ui.look.theme import GAP, Theme


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
            below = "".join(f" [{label}]" for label, _ in buttons(item))
            return f"{who}, {clock(item)}: {words_of(item)}{below}"
        return None


class Chat(QWidget):
    """One chat with its line to write on.

    Signals:
        written: she pressed Send, or a template's answer button. arg: the text.
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
        self._bubbles = BubbleDelegate(channel, theme, self._list)
        self._bubbles.answered.connect(self.written)
        self._list.setItemDelegate(self._bubbles)
        self._list.setResizeMode(QListView.ResizeMode.Adjust)
        # Without it rows keep the heights of the width they were first laid out in.
        self._list.setWordWrap(True)
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
        theme.changed.connect(self._apply_theme)
        self._apply_theme()

    def show_items(self, items: list[Json]) -> None:
        """Goes to the end when something was added, as a phone does."""
        if self.model.set_items(items):
            self._list.scrollToBottom()

    def _on_send(self) -> None:
        text = self._field.text().strip()
        if text:
            self._field.clear()
            self.written.emit(text)

    def _apply_theme(self) -> None:
        ground = look(self._channel, self._theme).ground
        self._list.setStyleSheet(f"QListView {{ background: {ground}; border: none; padding: 4px 0; }}")
        self._photo.setIcon(icons.icon("fa6s.camera", self._theme.color("muted")))
        self._list.scheduleDelayedItemsLayout()
