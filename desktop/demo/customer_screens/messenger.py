"""Her Messenger: every conversation of hers, the mirrored ones too, since that is where the trap lies."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop.demo.customer_screens.bubble import look
from desktop.demo.customer_screens.chat import Chat
from desktop.demo.customer_screens.parts import Json, head_style, photo
from desktop.ui.look.theme import Theme
from desktop.ui.widgets.drop_down import DropDown
from desktop.ui.widgets.labels import Label

_NEW = ""
_MOST_TITLE_CHARS = 40


class Messenger(QFrame):
    """Signals:
    written: arg: {"on", "text", "client"} with "conversation_id" or "new_conversation", and "attachments".
    """

    written = Signal(dict)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._screens: Json = {}
        self._build()
        theme.changed.connect(self._apply_theme)
        self._apply_theme()

    @property
    def conversation_id(self) -> str:
        """The open conversation; "" for one that she would begin."""
        return self._threads.currentData() or _NEW

    def open_conversation(self, conversation_id: str) -> None:
        """Does nothing for one that is not hers; "" begins a new one."""
        found = self._threads.findData(conversation_id)
        if found >= 0:
            self._threads.setCurrentIndex(found)

    def show_screens(self, screens: Json) -> None:
        """The newest conversation is opened for a customer who is new here, and when she has just begun one."""
        another = screens.get("customer") != self._screens.get("customer")
        self._screens = screens
        conversations = screens.get("messenger", [])
        wanted = [(_title(c), c["conversation_id"]) for c in reversed(conversations)] + [("New conversation", _NEW)]
        held = [(self._threads.itemText(i), self._threads.itemData(i)) for i in range(self._threads.count())]
        if another or wanted != held:
            keep = not another and bool(held) and self.conversation_id != _NEW
            newest = max(conversations, key=lambda c: c["items"][-1]["at"] if c["items"] else 0.0, default=None)
            chosen = self.conversation_id if keep else newest["conversation_id"] if newest else _NEW
            self._threads.blockSignals(True)
            self._threads.clear()
            for title, conversation_id in wanted:
                self._threads.addItem(title, conversation_id)
            self._threads.setCurrentIndex(max(0, self._threads.findData(chosen)))
            self._threads.blockSignals(False)
        self._show_conversation()

    def _show_conversation(self) -> None:
        hers = self._screens.get("messenger", [])
        self._chat.show_items(next((c["items"] for c in hers if c["conversation_id"] == self.conversation_id), []))

    def _on_written(self, text: str) -> None:
        self._write(text)

    def _on_photo(self) -> None:
        self._write("", attachments=[photo()])

    def _write(self, text: str, **more: Any) -> None:
        chosen = self.conversation_id
        where: Json = {"conversation_id": chosen} if chosen != _NEW else {"new_conversation": True}
        self.written.emit({"on": "messenger", "text": text, "client": self._client.currentData()} | where | more)

    def _build(self) -> None:
        self.setObjectName("browser")
        title = Label("Messenger")
        title.setObjectName("title")
        self._threads = DropDown(self._theme, "Her Messenger conversations", min_chars=12)
        self._threads.currentIndexChanged.connect(self._show_conversation)
        self._client = DropDown(self._theme, "Which Messenger she uses")
        for words, client in (("Web", "web"), ("iPhone", "ios"), ("Android", "android")):
            self._client.addItem(words, client)
        self._head = QFrame()
        self._head.setObjectName("head")
        row = QHBoxLayout()
        row.addWidget(self._threads, 1)
        row.addWidget(self._client)
        head = QVBoxLayout(self._head)
        head.addWidget(title)
        head.addLayout(row)
        self._chat = Chat("messenger", self._theme)
        self._chat.written.connect(self._on_written)
        self._chat.photo_sent.connect(self._on_photo)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addWidget(self._head)
        column.addWidget(self._chat, 1)

    def _apply_theme(self) -> None:
        colors = self._theme.colors
        self.setStyleSheet(
            f"QFrame#browser {{ background: {colors.surface}; border: 1px solid {colors.border};"
            f" border-radius: 10px; }}"
        )
        self._head.setStyleSheet(head_style(look("messenger", self._theme).head))


def _title(conversation: Json) -> str:
    items = conversation["items"]
    words = " ".join(items[0]["text"].split()) if items else ""
    cut = f"{words[: _MOST_TITLE_CHARS - 2].rstrip()}…" if len(words) > _MOST_TITLE_CHARS else words
    return cut or f"Conversation {conversation['conversation_id']}"
