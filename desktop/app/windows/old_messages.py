"""A plain window to read the stored messages in while they are updated for a new version of the program."""

from __future__ import annotations

import asyncio

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QFont, QKeyEvent, QTextBlockFormat, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QScrollBar, QTextEdit, QWidget

from desktop.engine.protocols import Run
from desktop.store.core.old_messages import OldCustomer, OldMessage, OldMessages
from desktop.text.catalog import strip_isolates
from desktop.text.formats import date_and_time
from desktop.text.names import display_name
from desktop.text.screens import old_messages as texts
from desktop.ui.look.theme import GAP, LIST_WIDTH, PAD, Theme
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import add_clear_button, show_hint
from desktop.ui.widgets.labels import Heading, Paragraph
from desktop.ui.widgets.screen_reader.roles import Role

SEARCH_PAUSE_MS = 200
"""Every search reads all names."""


class OldMessagesWindow(QWidget):
    """Customers beside the messages of the chosen one; both are loaded in pages, until the update is done."""

    accessible_role = Role.WINDOW

    def __init__(self, old: OldMessages, run: Run, theme: Theme) -> None:
        super().__init__()
        self._old, self._run, self._theme = old, run, theme
        self._customers: list[OldCustomer] = []
        self._oldest: OldMessage | None = None
        self._loading_customers: asyncio.Future[object] | None = None
        self._loading_messages: asyncio.Future[object] | None = None
        self._build()
        self._load_customers()

    @property
    def customer_id(self) -> str:
        """Of the chosen customer; "" for none."""
        row = self.list.currentRow()
        return self._customers[row].customer_id if 0 <= row < len(self._customers) else ""

    def _build(self) -> None:
        self.setWindowTitle(texts.TITLE())
        self.setObjectName("old_messages")
        self.resize(900, 640)
        self.search = QLineEdit()
        show_hint(self.search, texts.SEARCH())
        add_clear_button(self.search)
        self._pause = QTimer(self, singleShot=True, interval=SEARCH_PAUSE_MS)
        self._pause.timeout.connect(self._on_search)
        self.search.textChanged.connect(lambda _text: self._pause.start())
        self.list = QListWidget()
        self.list.setUniformItemSizes(True)
        self.list.setSpacing(GAP // 2)
        self.list.setAccessibleName(strip_isolates(texts.CUSTOMERS()))
        self.list.currentRowChanged.connect(self._on_chosen)
        self.heading = Heading(self._theme, texts.CHOOSE())
        self.messages = QTextEdit()
        self.messages.setReadOnly(True)
        self.messages.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.messages.setTabChangesFocus(True)
        self.messages.setAccessibleName(strip_isolates(texts.MESSAGES()))
        self.list.verticalScrollBar().valueChanged.connect(self._on_list_scrolled)
        self.messages.verticalScrollBar().valueChanged.connect(self._on_messages_scrolled)
        left, right, panes = QWidget(), QWidget(), layouts.Splitter()
        layouts.column(self.search, self.list, parent=left)
        layouts.column(self.heading, self.messages, parent=right, margins=(GAP, 0, 0, 0))
        panes.addWidget(left)
        panes.addWidget(right)
        panes.setSizes([LIST_WIDTH, self.width() - LIST_WIDTH])
        column = layouts.column(Paragraph(texts.READ_ONLY()), panes, parent=self, spacing=PAD, margins=PAD)
        column.setStretchFactor(panes, 1)
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)
        self._theme.changed.connect(self._apply_theme)
        self._apply_theme()

    def _apply_theme(self) -> None:
        border = self._theme.colors.outline
        self.list.setStyleSheet(f"QListWidget {{ border: 1px solid {border}; border-radius: 6px; }}")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes the window."""
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    # --- customers -------------------------------------------------------------------------------------------------

    def _on_search(self) -> None:
        self.list.clear()
        self._customers = []
        self._load_customers()

    def _load_customers(self) -> None:
        """Load the next page."""
        if self._loading_customers is not None:
            self._loading_customers.cancel()
        last = self._customers[-1] if self._customers else None
        work = self._old.customers(self.search.text(), last)
        self._loading_customers = self._run(work, "read earlier customers", self._show_customers)

    def _show_customers(self, page: list[OldCustomer]) -> None:
        self._loading_customers = None
        if not self._old.is_open:
            return
        self._customers += page
        for customer in page:
            self.list.addItem(f"{display_name(customer.name)}\n{date_and_time(customer.last_at)}")
        if not self._customers:
            nobody = QListWidgetItem(texts.NO_MATCH(), self.list)
            nobody.setFlags(Qt.ItemFlag.NoItemFlags)

    def _on_list_scrolled(self) -> None:
        bar = self.list.verticalScrollBar()
        if self._customers and self._loading_customers is None and bar.value() > bar.maximum() - bar.pageStep():
            self._load_customers()

    # --- messages --------------------------------------------------------------------------------------------------

    def _on_chosen(self) -> None:
        self.messages.clear()
        self._oldest = None
        if self._loading_messages is not None:
            self._loading_messages.cancel()
            self._loading_messages = None
        if self.customer_id:
            name = display_name(self._customers[self.list.currentRow()].name)
            self.heading.setText(texts.MESSAGES_WITH(name=name))
            self.messages.setAccessibleName(strip_isolates(self.heading.text()))
            self._load_messages()
        else:
            self.heading.setText(texts.CHOOSE())

    def _load_messages(self) -> None:
        """Load the next older page."""
        work = self._old.messages(self.customer_id, self._oldest)
        self._loading_messages = self._run(work, "read earlier messages", self._show_messages)

    def _show_messages(self, page: list[OldMessage]) -> None:
        self._loading_messages = None
        if not self._old.is_open:
            return
        bar = self.messages.verticalScrollBar()
        below = bar.maximum() - bar.value()
        if page:
            self._write(page[::-1])
            self._oldest = page[-1]
        elif self._oldest is None:
            self.messages.setPlainText(texts.NO_MESSAGES())
        self.messages.document().size()
        bar.setValue(bar.maximum() - below)

    def _write(self, page: list[OldMessage]) -> None:
        """Put the messages, in order of time, before those that are shown."""
        head, text, paragraph, gap = QTextCharFormat(), QTextCharFormat(), QTextBlockFormat(), QTextBlockFormat()
        head.setFontWeight(QFont.Weight.Bold)
        head.setForeground(self._theme.color("muted"))
        gap.setTopMargin(PAD)
        customer = display_name(self._customers[self.list.currentRow()].name)
        cursor = QTextCursor(self.messages.document())
        cursor.beginEditBlock()
        for message in page:
            author = message.author or (customer if message.is_from_customer else texts.TEAMMATE())
            title = texts.NOTE_HEAD if message.is_note else texts.HEAD
            files = [texts.FILES(message.file_count)] if message.file_count else []
            cursor.setBlockFormat(gap)
            cursor.insertText(title(author=author, time=date_and_time(message.sent_at)), head)
            cursor.insertBlock(paragraph)
            cursor.insertText("\n".join([*([message.text] if message.text else []), *files]), text)
            cursor.insertBlock(gap)
        cursor.endEditBlock()

    def _on_messages_scrolled(self) -> None:
        bar: QScrollBar = self.messages.verticalScrollBar()
        if self._oldest is not None and self._loading_messages is None and bar.value() < bar.pageStep():
            self._load_messages()
