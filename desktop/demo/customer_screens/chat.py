"""A chat on the customer's screen: bubbles and an input line."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QSize, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLineEdit,
    QListView,
    QMenu,
    QPushButton,
    QToolButton,
    QWidget,
)

from desktop.demo.customer_screens.bubble import ITEM, BubbleDelegate, Index, template_buttons, text_of, time_text
from desktop.demo.customer_screens.chat_style import chat_colors
from desktop.demo.sandbox_control import Json
from desktop.text.catalog import strip_isolates
from desktop.text.demo import screens as texts
from desktop.ui.look import icons
from desktop.ui.look.theme import GAP, Theme
from desktop.ui.widgets import layouts
from desktop.ui.widgets.flow_layout import FlowLayout

_MORE_FILES = (("animation", texts.ANIMATION), ("video", texts.VIDEO), ("document", texts.DOCUMENT))
"""Kinds of sample files that are sent from a menu."""

_FIELD_CHARACTERS = 28


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
        file_requested: the customer sends a file. arg: one of the sandbox's kinds of sample files.
    """

    text_sent = Signal(str)
    file_requested = Signal(str)

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
        self._field.setMinimumWidth(_FIELD_CHARACTERS * self._field.fontMetrics().averageCharWidth())
        self._field.returnPressed.connect(self._on_send)
        self._more = QToolButton(self)
        self._more.setToolTip(texts.MORE_FILES())
        self._more.setAccessibleName(texts.MORE_FILES_NAME())
        self._more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._more.setMenu(QMenu(self._more))
        for kind, label in _MORE_FILES:
            self._more.menu().addAction(label()).setData(kind)
        self._more.menu().triggered.connect(self._on_more)
        self._photo = self._file_button(texts.PHOTO(), texts.PHOTO_NAME(), "picture")
        self._voice = self._file_button(texts.VOICE_NOTE(), texts.VOICE_NOTE_NAME(), "voice_note")
        self._send = QPushButton(texts.SEND(), self)
        self._send.setAccessibleName(texts.SEND_NAME())
        self._send.clicked.connect(self._on_send)
        buttons = FlowLayout(self._more, self._photo, self._voice, self._send, spacing=GAP - 4)
        # A phone has no room for text beside four buttons.
        margins = (GAP, GAP - 2, GAP, GAP - 2)
        writing = layouts.column(self._field, buttons, spacing=GAP - 4, margins=margins)
        layouts.column(self._list, writing, parent=self, spacing=0).setStretchFactor(self._list, 1)
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

    def _file_button(self, tooltip: str, name: str, kind: str) -> QToolButton:
        button = QToolButton(self)
        button.setToolTip(tooltip)
        button.setAccessibleName(name)
        button.setProperty("kind", kind)
        button.clicked.connect(self._on_file)
        return button

    def _on_file(self) -> None:
        self.file_requested.emit(self.sender().property("kind"))

    def _on_more(self, action: QAction) -> None:
        self.file_requested.emit(action.data())

    def _apply_theme(self) -> None:
        background = chat_colors(self._channel, self._theme).background
        self._list.setStyleSheet(f"QListView {{ background: {background}; border: none; padding: 4px 0; }}")
        side = self.fontMetrics().height()
        for button, icon in (
            (self._more, "fa6s.paperclip"),
            (self._photo, "fa6s.camera"),
            (self._voice, "fa6s.microphone"),
        ):
            button.setIcon(icons.icon(icon, self._theme.color("muted")))
            button.setIconSize(QSize(side, side))
        self._list.scheduleDelayedItemsLayout()
