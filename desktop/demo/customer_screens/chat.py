"""A chat on the customer's screen: bubbles and an input line."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLineEdit,
    QListView,
    QPushButton,
    QToolButton,
    QWidget,
)

from desktop.demo.customer_screens.bubble import ITEM, BubbleDelegate, Index, template_buttons, text_of, time_text
from desktop.demo.customer_screens.chat_style import chat_colors
from desktop.demo.sandbox_control import Json
from desktop.text import demo as texts
from desktop.text.catalog import strip_isolates
from desktop.ui.look import icons
from desktop.ui.look.theme import GAP, Theme
from desktop.ui.widgets import layouts


class ChatModel(QAbstractListModel):
    """The items of one chat as the sandbox returns them, oldest first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._items: list[Json] = []

    @property
    def items(self) -> list[Json]:
        return self._items

    def set_items(self, items: list[Json]) -> bool:
        """Set the items and return whether they differ; new ones at the end are inserted, which keeps the position."""
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
            who = texts.CUSTOMER if item["who"] == "customer" else texts.SHOP
            labels = "".join(f" [{label}]" for label, _ in template_buttons(item))
            spoken = texts.MESSAGE(who=who(), time=time_text(item), text=f"{text_of(item)}{labels}")
            return strip_isolates(spoken)
        return None


class ChatView(QWidget):
    """One chat.

    Signals:
        text_sent: the customer pressed Send or a quick reply button. arg: the text.
        photo_requested: the customer sends a photo.
    """

    text_sent = Signal(str)
    photo_requested = Signal()

    def __init__(self, channel: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._channel, self._theme = channel, theme
        self.model = ChatModel(self)
        self._list = QListView(self)
        self._list.setModel(self.model)
        self._delegate = BubbleDelegate(channel, theme, self._list)
        self._delegate.reply_tapped.connect(self.text_sent)
        self._list.setItemDelegate(self._delegate)
        self._list.setResizeMode(QListView.ResizeMode.Adjust)
        # Without it, rows keep the height of the width they were first laid out for.
        self._list.setWordWrap(True)
        self._list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self._list.setAccessibleName(texts.CHAT())
        self._field = QLineEdit(self)
        self._field.setPlaceholderText(texts.MESSAGE_HINT())
        self._field.setAccessibleName(texts.MESSAGE_NAME())
        self._field.returnPressed.connect(self._on_send)
        self._photo = QToolButton(self)
        self._photo.setToolTip(texts.PHOTO())
        self._photo.setAccessibleName(texts.PHOTO_NAME())
        self._photo.clicked.connect(self.photo_requested)
        self._send = QPushButton(texts.SEND(), self)
        self._send.setAccessibleName(texts.SEND_NAME())
        self._send.clicked.connect(self._on_send)
        margins = (GAP, GAP - 2, GAP, GAP - 2)
        line = layouts.row(self._photo, self._field, self._send, spacing=GAP - 4, margins=margins)
        layouts.column(self._list, line, parent=self, spacing=0).setStretchFactor(self._list, 1)
        theme.changed.connect(self._apply_theme)
        self._apply_theme()

    def show_items(self, items: list[Json]) -> None:
        """Show the items; scrolls to the end if they have changed."""
        if self.model.set_items(items):
            self._list.scrollToBottom()

    def _on_send(self) -> None:
        text = self._field.text().strip()
        if text:
            self._field.clear()
            self.text_sent.emit(text)

    def _apply_theme(self) -> None:
        background = chat_colors(self._channel, self._theme).background
        self._list.setStyleSheet(f"QListView {{ background: {background}; border: none; padding: 4px 0; }}")
        self._photo.setIcon(icons.icon("fa6s.camera", self._theme.color("muted")))
        self._list.scheduleDelayedItemsLayout()
