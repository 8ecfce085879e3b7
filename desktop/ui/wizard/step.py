"""Base class of the wizard's steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.text.catalog import Text
from desktop.text.screens import wizard as texts
from desktop.ui.look.theme import GAP, PAD, Theme
from desktop.ui.widgets import layouts
from desktop.ui.widgets.labels import Heading, Paragraph
from desktop.ui.widgets.scroll_area import ScrollContent
from desktop.ui.wizard.setup import Setup


class Step(ScrollContent):
    """One page of the wizard: a heading, a text and the subclass's widgets in `column`.

    NAME: its entry in the list of steps. TITLE: the heading. ABOUT: a sentence or two below it; None for no text.

    Signals:
        changed: `can_continue` or `next_label` has changed.
        done: go on to the next step.
        ready: the input is complete; the focus should move to the button that goes on.
    """

    NAME: ClassVar[Text]
    TITLE: ClassVar[Text]
    ABOUT: ClassVar[Text | None] = None
    changed = Signal()
    done = Signal()
    ready = Signal()

    def __init__(self, theme: Theme, setup: Setup, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self.setup = theme, setup
        self.title, self.about = Heading(theme, self.TITLE(), size_delta_pt=7), Paragraph()
        self.column = layouts.column(self.title, self.about, parent=self, spacing=GAP + 4, margins=(0, 0, PAD, PAD))
        self.about.show_text(self.ABOUT() if self.ABOUT is not None else "")

    @property
    def next_label(self) -> str:
        """Text of the button that goes on; "" hides it."""
        return texts.NEXT()

    @property
    def can_continue(self) -> bool:
        return True

    def enter(self) -> None:
        """Called when the step is shown."""

    def initial_focus(self) -> QWidget | None:
        """Return the widget to focus when the step is shown; None for the button that goes on."""
        return None

    def leave(self, then: Callable[[], None]) -> None:
        """Called when the agent goes on: finish the step, then call `then`."""
        then()
