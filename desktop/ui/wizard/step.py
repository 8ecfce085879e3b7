"""Step: one page of the wizard: a question, what it is about, and whether one may go on."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.ui.look.theme import GAP, PAD, Theme
from desktop.ui.widgets.labels import Paragraph
from desktop.ui.widgets.scroll_area import Scrolled
from desktop.ui.wizard.setup import Setup


class Step(Scrolled):
    """NAME: in the list of steps. TITLE: the question. ABOUT: a sentence or two below it.

    Signals:
        changed: whether one may go on, or the word for it, is another now.
            done: the page itself goes on.
        ready: what was asked for is there; the keyboard belongs to the button that goes on.
    """

    NAME = ""
    TITLE = ""
    ABOUT = ""
    changed = Signal()
    done = Signal()
    ready = Signal()

    def __init__(self, theme: Theme, setup: Setup, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self.setup = theme, setup
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, PAD, PAD)
        self.column.setSpacing(GAP + 4)
        self.title = Paragraph(self.TITLE)
        self.about = Paragraph(self.ABOUT)
        self.column.addWidget(self.title)
        self.column.addWidget(self.about)
        self.about.setVisible(bool(self.ABOUT))
        theme.changed.connect(self._apply_theme)
        self._apply_theme()

    @property
    def next_words(self) -> str:
        """On the button that goes on; "" for none."""
        return "Next"

    @property
    def may_go_on(self) -> bool:
        return True

    def enter(self) -> None:
        """It is shown now."""

    def lead_keyboard(self) -> QWidget | None:
        """What the keyboard should begin with; None: the button that goes on."""
        return None

    def go_back(self) -> bool:
        """Whether the page went back inside itself, so that the wizard stays."""
        return False

    def leave(self, then: Callable[[], None]) -> None:
        """Going on was asked for: do what belongs to it, then call `then`."""
        then()

    def _apply_theme(self) -> None:
        self.title.setFont(self._theme.font(delta=7, bold=True))
