"""Question: asks once more before something that cannot be taken back; a sheet, never a system box."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop.ui.look.theme import GAP, PAD, Theme
from desktop.ui.widgets.labels import Heading, Paragraph
from desktop.ui.widgets.overlay import Overlay


class Question(Overlay):
    """The keyboard rests on the sheet itself: Enter answers nothing until a button has the focus. Escape is no."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self._then: Callable[[], None] | None = None
        self._title, self._text = Heading(theme, size_delta_pt=2), Paragraph()
        self._no = QPushButton("Cancel")
        self._yes = QPushButton()
        for button in (self._no, self._yes):
            button.setAutoDefault(False)
        self._no.clicked.connect(self.dismiss)
        self._yes.clicked.connect(self._on_yes)
        row = QHBoxLayout()
        row.setSpacing(GAP)
        row.addStretch(1)
        row.addWidget(self._no)
        row.addWidget(self._yes)
        column = self._column = QVBoxLayout(self._card)
        column.setContentsMargins(PAD, PAD, PAD, PAD)
        column.setSpacing(GAP)
        for widget in (self._title, self._text):
            column.addWidget(widget)
        column.addLayout(row)
        self._follow_theme()

    @property
    def text(self) -> str:
        return f"{self._title.text()} {self._text.text()}"

    def ask(self, title: str, text: str, yes: str, then: Callable[[], None]) -> None:
        """yes: the word on the button that does `then`."""
        self._title.setText(title)
        self._text.setText(text)
        self._yes.setText(yes)
        self._then = then
        self.setAccessibleName(self.text)
        self.show_popup()

    def answer_yes(self) -> None:
        """As if the button was pressed."""
        self._on_yes()

    def tab_order(self) -> list[QWidget]:
        return [self._no, self._yes]

    def layout_contents(self) -> None:
        width = min(self.width() - 2 * PAD, 520)
        self._card.setFixedWidth(width)
        self._card.setFixedHeight(self._column.heightForWidth(width))
        self._card.move((self.width() - width) // 2, max(PAD, (self.height() - self._card.height()) // 2))

    def _on_yes(self) -> None:
        then, self._then = self._then, None
        self.hide()
        if then is not None:
            then()
