"""A sheet that asks for confirmation before an action that cannot be undone."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QBoxLayout, QWidget

from desktop.text.catalog import strip_isolates
from desktop.text.screens import widgets as texts
from desktop.ui.look.theme import PAD, Theme
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import push_button
from desktop.ui.widgets.labels import Heading, Paragraph
from desktop.ui.widgets.overlay import Overlay


class ConfirmSheet(Overlay):
    """Opens with the focus on itself, so that Enter confirms nothing until a button has it. Escape cancels."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self._on_confirm: Callable[[], None] | None = None
        self._on_alternative: Callable[[], None] | None = None
        self._title, self._text = Heading(theme, size_delta_pt=2), Paragraph()
        self._cancel_button = push_button(texts.CANCEL(), self.dismiss)
        self._alternative_button = push_button("", self.choose_alternative)
        self._confirm_button = push_button("", self.confirm)
        self._buttons = layouts.row("stretch", self._cancel_button, self._alternative_button, self._confirm_button)
        self._column = layouts.column(self._title, self._text, self._buttons, parent=self._card, margins=PAD)
        # Without it Qt gives title and text the same height.
        self._column.setStretchFactor(self._text, 1)
        self._follow_theme()

    @property
    def text(self) -> str:
        return f"{self._title.text()} {self._text.text()}"

    def ask(
        self,
        title: str,
        text: str,
        confirm_label: str,
        on_confirm: Callable[[], None],
        alternative: tuple[str, Callable[[], None]] | None = None,
    ) -> None:
        """alternative: label and action of a second choice, beside which the first one stands out."""
        self._title.setText(title)
        self._text.setText(text)
        self._confirm_button.setText(confirm_label)
        self._on_confirm = on_confirm
        alternative_label, self._on_alternative = alternative or ("", None)
        self._alternative_button.setText(alternative_label)
        self._alternative_button.setVisible(bool(alternative_label))
        self._confirm_button.setObjectName("primary" if alternative_label else "")
        self._confirm_button.style().unpolish(self._confirm_button)
        self._confirm_button.style().polish(self._confirm_button)
        self.setAccessibleName(strip_isolates(self.text))
        self.show_popup()

    def confirm(self) -> None:
        on_confirm, self._on_confirm = self._on_confirm, None
        self.hide()
        if on_confirm is not None:
            on_confirm()

    def choose_alternative(self) -> None:
        on_alternative, self._on_alternative = self._on_alternative, None
        self.hide()
        if on_alternative is not None:
            on_alternative()

    def tab_order(self) -> list[QWidget]:
        buttons = (self._cancel_button, self._alternative_button, self._confirm_button)
        return [button for button in buttons if not button.isHidden()]

    def layout_contents(self) -> None:
        width = min(self.width() - 2 * PAD, 520)
        self._card.setFixedWidth(width)
        for button in (self._cancel_button, self._alternative_button, self._confirm_button):
            # Before a button is first shown, its height is that without the style sheet's padding.
            button.ensurePolished()
        shown = [button.sizeHint().width() for button in self.tab_order()]
        is_narrow = sum(shown) + self._buttons.spacing() * len(shown) > width - 2 * PAD
        directions = QBoxLayout.Direction
        self._buttons.setDirection(directions.TopToBottom if is_narrow else directions.LeftToRight)
        # The card's border takes a pixel of the layout at each side.
        self._card.setFixedHeight(self._column.heightForWidth(width - 2) + 2)
        self._card.move((self.width() - width) // 2, max(PAD, (self.height() - self._card.height()) // 2))
