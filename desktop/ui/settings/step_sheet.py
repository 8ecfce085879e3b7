"""Step sheet: one page at a time of a title, some words, a list to choose from and up to three buttons."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.ui.look.theme import GAP, PAD, Theme
from desktop.ui.widgets.labels import Heading, Paragraph
from desktop.ui.widgets.overlay import Overlay

Listed = tuple[str, str]
"""Words and key of an entry."""
Act = tuple[str, Callable[[], None]]
"""A button's words, and what it does."""


class StepSheet(Overlay):
    """Signals:
    listed: an entry of the list was chosen. arg: its key.
    """

    listed = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self._acts: dict[str, Callable[[], None]] = {}
        self._entries: list[Listed] = []
        self._title, self._words = Heading(theme, size_delta_pt=3), Paragraph()
        self._list = QListWidget()
        self._list.setAccessibleName("Choose one")
        self._list.setMinimumHeight(110)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.itemActivated.connect(self._on_item)
        self._list.itemClicked.connect(self._on_item)
        self._buttons = [QPushButton() for _ in range(3)]
        self._cancel = QPushButton("Cancel")
        self._cancel.setObjectName("quiet")
        self._cancel.clicked.connect(self.dismiss)
        row = QHBoxLayout()
        row.setSpacing(GAP)
        for button in self._buttons:
            button.clicked.connect(self._on_button)
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self._cancel)
        for button in (*self._buttons, self._cancel):
            button.setAutoDefault(False)
        self._column = QVBoxLayout(self._card)
        self._column.setContentsMargins(2 * PAD, 2 * PAD, 2 * PAD, PAD)
        self._column.setSpacing(GAP + 4)
        for widget in (self._title, self._words, self._list):
            self._column.addWidget(widget)
        self._column.addLayout(row)
        self._follow_theme()

    @property
    def text(self) -> str:
        """Everything that the page says."""
        return f"{self._title.text()}\n{self._words.text()}"

    @property
    def choices(self) -> list[str]:
        """The words in the list and on the buttons that can be pressed."""
        return [word for word, _ in self._entries] + [
            b.text() for b in self._buttons if not b.isHidden() and b.isEnabled()
        ]

    def page(
        self,
        title: str,
        said: str,
        entries: Sequence[Listed] = (),
        *,
        empty: str = "",
        buttons: Sequence[Act] = (),
        last: bool = False,
    ) -> None:
        """Show this; an entry that was chosen stays so if it is still there. empty: said where nothing is listed.

        last: there is nothing left to cancel.
        """
        self._title.setText(title)
        self._words.setText(f"{said}\n\n{empty}" if empty and not entries else said)
        if self._entries != list(entries):
            self._fill(entries)
        self._list.setVisible(bool(entries))
        self._acts = dict(buttons)
        for number, button in enumerate(self._buttons):
            button.setVisible(number < len(buttons))
            button.setEnabled(True)
            if number < len(buttons):
                button.setText(buttons[number][0])
        self._cancel.setVisible(not last)
        self.setAccessibleName(self.text)
        self.layout_contents()

    def allow(self, word: str, allowed: bool) -> None:
        """Whether the button with this word may be pressed."""
        for button in self._buttons:
            if button.text() == word:
                button.setEnabled(allowed)

    def lead_keyboard(self) -> None:
        """To what there is to choose from, else to the sheet itself, where Enter presses nothing."""
        target = self if self._list.isHidden() else self._list
        if target is self._list and self._list.currentRow() < 0:
            self._list.setCurrentRow(0)
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def tab_order(self) -> list[QWidget]:
        return [self._list, *self._buttons, self._cancel]

    def layout_contents(self) -> None:
        width = min(self.width() - 2 * PAD, round(520 * min(self._theme.text_scale, 1.5)))
        self._card.setFixedWidth(width)
        wanted = max(self._column.heightForWidth(width), self._column.minimumSize().height())
        height = min(wanted, self.height() - 2 * PAD)
        self.center_card(width, height)

    def _fill(self, entries: Sequence[Listed]) -> None:
        held = self._list.currentItem()
        before = held.data(Qt.ItemDataRole.UserRole) if held is not None else None
        self._entries = list(entries)
        self._list.clear()
        for word, key in entries:
            item = QListWidgetItem(word)
            item.setData(Qt.ItemDataRole.UserRole, key)
            self._list.addItem(item)
            if key == before:
                self._list.setCurrentItem(item)

    def _on_item(self, item: QListWidgetItem) -> None:
        self.listed.emit(item.data(Qt.ItemDataRole.UserRole))

    def _on_button(self) -> None:
        pressed = self.sender()
        if isinstance(pressed, QPushButton) and pressed.text() in self._acts:
            self._acts[pressed.text()]()

    def _card_style(self) -> str:
        colors = self._theme.colors
        return (
            f"QListWidget {{ background: {colors.panel}; border: 1px solid {colors.border}; border-radius: 6px;"
            f" color: {colors.text}; }}"
            f"QListWidget:focus {{ border-color: {colors.accent}; }}"
            f"QListWidget::item {{ padding: 6px; }}"
            f"QListWidget::item:selected {{ background: {colors.selected}; color: {colors.text}; }}"
        )
