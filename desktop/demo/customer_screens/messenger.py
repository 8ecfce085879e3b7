"""The customer's Messenger with all their conversations, including those mirrored from other channels."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop.demo.customer_screens.chat import ChatView
from desktop.demo.customer_screens.chat_style import chat_colors, header_style
from desktop.demo.sandbox_control import Json
from desktop.text.demo import screens as texts
from desktop.ui.look.theme import Theme
from desktop.ui.widgets import layouts
from desktop.ui.widgets.drop_down import DropDown
from desktop.ui.widgets.labels import Label

_NEW = ""
_MAX_TITLE_CHARS = 40


class Messenger(QFrame):
    """The Messenger as a website or an app shows it.

    Signals:
        message_sent: arg: {"on", "text", "client"} with "conversation_id" or "new_conversation", and "attachments".
    """

    message_sent = Signal(dict)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._screens: Json = {}
        self._build()
        theme.changed.connect(self._apply_theme)
        self._apply_theme()

    @property
    def conversation_id(self) -> str:
        """The open conversation; "" for a new one."""
        return self._conversations.currentData() or _NEW

    def open_conversation(self, conversation_id: str) -> None:
        """Open a conversation, "" for a new one; ignored if the customer does not have it."""
        index = self._conversations.findData(conversation_id)
        if index >= 0:
            self._conversations.setCurrentIndex(index)

    def show_screens(self, screens: Json) -> None:
        """Show the screens; opens the newest conversation of another customer, and one that has just been started."""
        is_another = screens.get("customer") != self._screens.get("customer")
        self._screens = screens
        conversations = screens.get("messenger", [])
        box = self._conversations
        updated = [
            *((_title(c), c["conversation_id"]) for c in reversed(conversations)),
            (texts.NEW_CONVERSATION(), _NEW),
        ]
        current = [(box.itemText(i), box.itemData(i)) for i in range(box.count())]
        if is_another or updated != current:
            keep = not is_another and bool(current) and self.conversation_id != _NEW
            newest = max(conversations, key=lambda c: c["items"][-1]["at"] if c["items"] else 0.0, default=None)
            chosen = self.conversation_id if keep else newest["conversation_id"] if newest else _NEW
            with QSignalBlocker(box):
                box.clear()
                for title, conversation_id in updated:
                    box.addItem(title, conversation_id)
                box.setCurrentIndex(max(0, box.findData(chosen)))
        self._show_conversation()

    def _show_conversation(self) -> None:
        conversations = {c["conversation_id"]: c["items"] for c in self._screens.get("messenger", [])}
        self._chat.show_items(conversations.get(self.conversation_id, []))

    def _on_file(self, kind: str) -> None:
        self._send("", attachments=[{"sample": kind}])

    def _send(self, text: str, **more: Any) -> None:
        chosen = self.conversation_id
        where: Json = {"conversation_id": chosen} if chosen != _NEW else {"new_conversation": True}
        self.message_sent.emit({"on": "messenger", "text": text, "client": self._client.currentData()} | where | more)

    def _build(self) -> None:
        self.setObjectName("browser")
        title = Label(texts.MESSENGER())
        title.setObjectName("title")
        self._conversations = DropDown(self._theme, texts.CONVERSATIONS(), min_chars=12)
        self._conversations.currentIndexChanged.connect(self._show_conversation)
        self._client = DropDown(self._theme, texts.CLIENT())
        for label, client in ((texts.WEB, "web"), (texts.IPHONE, "ios"), (texts.ANDROID, "android")):
            self._client.addItem(label(), client)
        self._header = QFrame()
        self._header.setObjectName("head")
        row = QHBoxLayout()
        row.addWidget(self._conversations, 1)
        row.addWidget(self._client)
        head = QVBoxLayout(self._header)
        head.addWidget(title)
        head.addLayout(row)
        self._chat = ChatView("messenger", self._theme)
        self._chat.text_sent.connect(self._send)
        self._chat.file_requested.connect(self._on_file)
        column = layouts.column(self._header, self._chat, parent=self, spacing=0, margins=1)
        column.setStretchFactor(self._chat, 1)

    def _apply_theme(self) -> None:
        colors = self._theme.colors
        self.setStyleSheet(
            f"QFrame#browser {{ background: {colors.surface}; border: 1px solid {colors.border};"
            f" border-radius: 10px; }}"
        )
        self._header.setStyleSheet(header_style(chat_colors("messenger", self._theme).header))


def _title(conversation: Json) -> str:
    items = conversation["items"]
    text = " ".join(items[0]["text"].split()) if items else ""
    title = f"{text[: _MAX_TITLE_CHARS - 2].rstrip()}…" if len(text) > _MAX_TITLE_CHARS else text
    return title or texts.CONVERSATION(id=conversation["conversation_id"])
