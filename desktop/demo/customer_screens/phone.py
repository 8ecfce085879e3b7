"""The customer's phone: WhatsApp, Telegram, SMS and mail."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from PySide6.QtCore import QSignalBlocker, QSize, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QFrame, QPushButton, QStackedWidget, QTabBar, QWidget

from desktop.demo.customer_screens.chat import ChatView
from desktop.demo.customer_screens.chat_style import chat_colors, header_style
from desktop.demo.sandbox_control import Json
from desktop.text.catalog import strip_isolates
from desktop.text.demo import screens as texts
from desktop.ui.look import icons
from desktop.ui.look.theme import GAP, Theme
from desktop.ui.widgets import layouts
from desktop.ui.widgets.flow_layout import FlowLayout
from desktop.ui.widgets.labels import ElidedLabel

_APPS = {"whatsapp": texts.WHATSAPP, "telegram": texts.TELEGRAM_APP, "sms": texts.SMS_APP}
_BLOCKABLE = ("whatsapp", "telegram")
_SHOP = "Harbour Parcels"


class Phone(QFrame):
    """Shows the customer's chats. No window and no countdown, since no phone shows them.

    Signals:
        message_sent: arg: {"on", "text"} and "line" or "attachments" where they apply.
        call_requested: call the shop on WhatsApp.
        block_requested: block or unblock the shop on WhatsApp or Telegram. args: the line id, whether to block.
    """

    message_sent = Signal(dict)
    call_requested = Signal()
    block_requested = Signal(str, bool)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._customer: Json = {}
        self._lines: dict[str, Json] = {}
        self._screens: Json = {}
        self._blocked: frozenset[str] = frozenset()
        self._build()
        theme.changed.connect(self._apply_theme)
        self._apply_theme()

    @property
    def app(self) -> str:
        """The line id of the open chat, `email` for mail, "" without any chat."""
        return (self._tabs.tabData(self._tabs.currentIndex()) or "") if self._tabs.count() else ""

    def open_app(self, app: str) -> None:
        """Open a chat; ignored if the customer does not have it. app: see `app`."""
        index = next((i for i in range(self._tabs.count()) if self._tabs.tabData(i) == app), None)
        if index is not None:
            self._tabs.setCurrentIndex(index)

    def show_blocked(self, lines: Collection[str]) -> None:
        """lines: ids of the lines that the customer has blocked."""
        self._blocked = frozenset(lines)
        self._update_block_button()

    def _update_block_button(self) -> None:
        is_blocked = self.app in self._blocked
        self._block.setText(texts.UNBLOCK() if is_blocked else texts.BLOCK())
        name = texts.UNBLOCK_NAME if is_blocked else texts.BLOCK_NAME
        self._block.setAccessibleName(strip_isolates(name(app=_APPS.get(self._channel(), texts.MAIL)())))
        self._block.setChecked(is_blocked)

    def show_screens(self, screens: Json, customer: Json, lines: dict[str, Json]) -> None:
        """Show the screens; opens the newest chat of another customer. customer, lines: from the state, lines by id."""
        is_another = screens.get("customer") != self._screens.get("customer")
        self._screens, self._customer, self._lines = screens, customer, lines
        chats = self._chats()
        keys = [key for key, _, _ in chats]
        if is_another or keys != [self._tabs.tabData(i) for i in range(self._tabs.count())]:
            chosen = "" if is_another else self.app
            with QSignalBlocker(self._tabs):
                while self._tabs.count():
                    self._tabs.removeTab(0)
                for key, label, _ in chats:
                    self._tabs.setTabData(self._tabs.addTab(label), key)
                self._tabs.setCurrentIndex(keys.index(chosen) if chosen in keys else _newest(chats))
        self._tabs.setVisible(len(chats) > 1)
        self._show_app()

    def _chats(self) -> list[tuple[str, str, list[Json]]]:
        """Return (line id, tab label, items) of each chat that the customer has used or could open."""
        chats: list[tuple[str, str, list[Json]]] = []
        for channel, app in _APPS.items():
            label = app()
            for number, (line_id, items) in enumerate(self._screens.get(channel, {}).items()):
                can_open = number == 0 and (
                    (channel == "whatsapp" and self._customer.get("phone"))
                    or (channel == "telegram" and self._customer.get("telegram_id"))
                )
                if items or can_open:
                    address = self._lines.get(line_id, {}).get("address", "")
                    chats.append(
                        (line_id, label if number == 0 else texts.APP_WITH_ADDRESS(app=label, address=address), items)
                    )
        if self._screens.get("email"):
            chats.append(("email", texts.MAIL(), self._screens["email"]))
        return chats

    def _channel(self) -> str:
        return "email" if self.app == "email" else self._lines.get(self.app, {}).get("channel", "whatsapp")

    def _show_app(self) -> None:
        app, channel = self.app, self._channel()
        items = self._screens.get(channel, {})
        self._chats_by_channel[channel].show_items(items if channel == "email" else items.get(app, []))
        self._stack.setCurrentWidget(self._chats_by_channel[channel])
        self._stack.setEnabled(bool(app))
        self._title.setText(_SHOP if app else texts.NO_CHAT())
        address = self._lines.get(app, {}).get("address", "")
        name = _APPS.get(channel, texts.MAIL)()
        self._detail.setText(texts.APP_AND_ADDRESS(app=name, address=address) if address else name)
        self._call.setVisible(channel == "whatsapp" and bool(app))
        self._block.setVisible(channel in _BLOCKABLE and bool(app))
        self._update_block_button()
        self._header.setStyleSheet(header_style(chat_colors(channel, self._theme).header))

    def _on_file(self, kind: str) -> None:
        self._send("", attachments=[{"sample": kind}])

    def _on_block(self, blocked: bool) -> None:
        self.block_requested.emit(self.app, blocked)

    def _send(self, text: str, **more: Any) -> None:
        channel = self._channel()
        line = {} if channel == "email" else {"line": self.app}
        self.message_sent.emit({"on": channel, "text": text} | line | more)

    def _build(self) -> None:
        self.setObjectName("phone")
        self._title, self._detail = ElidedLabel(), ElidedLabel()
        self._title.setObjectName("title")
        self._call = QPushButton(texts.CALL())
        self._call.setAccessibleName(texts.CALL_NAME())
        self._call.setToolTip(texts.CALL_TOOLTIP())
        self._call.clicked.connect(self.call_requested)
        self._block = QPushButton(texts.BLOCK())
        self._block.setCheckable(True)
        self._block.clicked.connect(self._on_block)
        self._header = QFrame()
        self._header.setObjectName("head")
        names = layouts.column(self._title, self._detail, spacing=0)
        # Side by side, the phone is too narrow for the names.
        layouts.column(names, FlowLayout(self._call, self._block), parent=self._header, margins=GAP)
        self._tabs = QTabBar()
        self._tabs.setAccessibleName(texts.APPS())
        self._tabs.setDrawBase(False)
        self._tabs.currentChanged.connect(self._show_app)
        self._stack = QStackedWidget()
        self._chats_by_channel = {}
        for channel in (*_APPS, "email"):
            chat = self._chats_by_channel[channel] = ChatView(channel, self._theme)
            chat.text_sent.connect(self._send)
            chat.file_requested.connect(self._on_file)
            self._stack.addWidget(chat)
        column = layouts.column(self._tabs, self._header, self._stack, parent=self, spacing=0, margins=(4, 8, 4, 8))
        column.setStretchFactor(self._stack, 1)

    def _apply_theme(self) -> None:
        colors = self._theme.colors
        bezel = "#4b5360" if colors.dark else "#20242c"
        self.setStyleSheet(
            f"QFrame#phone {{ background: {colors.surface}; border: 8px solid {bezel}; border-radius: 26px; }}"
            f"QTabBar::tab {{ padding: 6px 12px; color: {colors.muted}; border: none; background: transparent; }}"
            f"QTabBar::tab:selected {{ color: {colors.text}; border-bottom: 2px solid {colors.accent}; }}"
        )
        side = round(self.fontMetrics().height() * 0.8)
        for button, icon in ((self._call, "fa6s.phone"), (self._block, "fa6s.ban")):
            button.setIcon(icons.icon(icon, QColor("#ffffff")))
            button.setIconSize(QSize(side, side))
        self._header.setStyleSheet(header_style(chat_colors(self._channel(), self._theme).header))
        # The width of the longer text; otherwise the window would grow when the shop is blocked.
        self._block.ensurePolished()
        self._block.setText(texts.UNBLOCK())
        self._block.setMinimumWidth(self._block.sizeHint().width())
        self._update_block_button()


def _newest(chats: list[tuple[str, str, list[Json]]]) -> int:
    """Return the index of the chat with the newest item, -1 without chats."""
    return max(range(len(chats)), key=lambda i: chats[i][2][-1]["at"] if chats[i][2] else 0.0, default=-1)
