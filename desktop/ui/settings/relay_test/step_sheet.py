"""A sheet that shows one page at a time: a title, a text, a list to choose from and up to three buttons."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QPushButton, QWidget

from desktop.text.catalog import strip_isolates
from desktop.text.screens import settings as texts
from desktop.ui.look.rows import row_style
from desktop.ui.look.theme import GAP, PAD, Theme
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import push_button
from desktop.ui.widgets.flow_layout import FlowLayout
from desktop.ui.widgets.labels import Heading, Paragraph
from desktop.ui.widgets.overlay import Overlay

ListEntry = tuple[str, str]
"""Text and key."""
ButtonAction = tuple[str, Callable[[], None]]
"""A button's text, and what a click calls."""


class StepSheet(Overlay):
    """Subclasses call `show_page` for each step.

    Signals:
        entry_chosen: arg: the key of an entry of the list.
    """

    entry_chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self._actions: dict[str, Callable[[], None]] = {}
        self._entries: list[ListEntry] = []
        self._title, self._text = Heading(theme, size_delta_pt=3), Paragraph()
        self._list = QListWidget()
        self._list.setAccessibleName(texts.CHOICES())
        self._list.setMinimumHeight(110)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.itemActivated.connect(self._on_item)
        self._list.itemClicked.connect(self._on_item)
        self._buttons = [push_button("", self._on_button) for _ in range(3)]
        self._cancel_button = push_button(texts.CANCEL(), self.dismiss, style="quiet")
        buttons = FlowLayout(*self._buttons, self._cancel_button)
        self._column = layouts.column(
            self._title,
            self._text,
            self._list,
            buttons,
            parent=self._card,
            spacing=GAP + 4,
            margins=(2 * PAD, 2 * PAD, 2 * PAD, PAD),
        )
        self._follow_theme()

    @property
    def text(self) -> str:
        """Title and text of the page."""
        return f"{self._title.text()}\n{self._text.text()}"

    @property
    def choices(self) -> list[str]:
        """Texts of the entries and of the enabled buttons."""
        buttons = [b.text() for b in self._buttons if not b.isHidden() and b.isEnabled()]
        return [text for text, _ in self._entries] + buttons

    def show_page(
        self,
        title: str,
        text: str,
        entries: Sequence[ListEntry] = (),
        *,
        empty: str = "",
        buttons: Sequence[ButtonAction] = (),
        can_cancel: bool = True,
    ) -> None:
        """Replace the page; the current entry stays current if it is still listed.

        empty: added to the text if there are no entries.
        """
        self._title.setText(title)
        self._text.setText(f"{text}\n\n{empty}" if empty and not entries else text)
        if self._entries != list(entries):
            self._fill(entries)
        self._list.setVisible(bool(entries))
        self._actions = dict(buttons)
        for number, button in enumerate(self._buttons):
            button.setVisible(number < len(buttons))
            button.setEnabled(True)
            if number < len(buttons):
                button.setText(buttons[number][0])
        self._cancel_button.setVisible(can_cancel)
        self.setAccessibleName(strip_isolates(self.text))
        self.layout_contents()

    def set_button_enabled(self, text: str, enabled: bool) -> None:
        for button in self._buttons:
            if button.text() == text:
                button.setEnabled(enabled)

    def focus_content(self) -> None:
        """Focus the list if there is one, otherwise the sheet itself, where Enter presses no button."""
        target = self if self._list.isHidden() else self._list
        if target is self._list and self._list.currentRow() < 0:
            self._list.setCurrentRow(0)
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def tab_order(self) -> list[QWidget]:
        return [self._list, *self._buttons, self._cancel_button]

    def layout_contents(self) -> None:
        width = min(self.width() - 2 * PAD, round(520 * min(self._theme.text_scale, 1.5)))
        self._card.setFixedWidth(width)
        for label in (self._title, self._text):
            # A label has its font only after it was polished.
            label.ensurePolished()
        # With the card's border, which a layout's own height leaves out.
        wanted = max(self._column.totalHeightForWidth(width), self._column.totalMinimumSize().height())
        height = min(wanted, self.height() - 2 * PAD)
        self.center_card(width, height)

    def _fill(self, entries: Sequence[ListEntry]) -> None:
        current = self._list.currentItem()
        current_key = current.data(Qt.ItemDataRole.UserRole) if current is not None else None
        self._entries = list(entries)
        self._list.clear()
        for text, key in entries:
            item = QListWidgetItem(text)
            item.setData(Qt.ItemDataRole.UserRole, key)
            self._list.addItem(item)
            if key == current_key:
                self._list.setCurrentItem(item)

    def _on_item(self, item: QListWidgetItem) -> None:
        self.entry_chosen.emit(item.data(Qt.ItemDataRole.UserRole))

    def _on_button(self) -> None:
        pressed = self.sender()
        if isinstance(pressed, QPushButton) and pressed.text() in self._actions:
            self._actions[pressed.text()]()

    def _card_style(self) -> str:
        colors = self._theme.colors
        return (
            f"QListWidget {{ background: {colors.panel}; border: 1px solid {colors.outline}; border-radius: 6px;"
            f" color: {colors.text}; outline: none; }}"
            f"QListWidget:focus {{ border-color: {colors.accent}; }}"
            f"{row_style(colors, padding='5px')}"
        )
