"""The settings page that brings back what helps on the first day."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.engine.protocols import Submit
from desktop.text.screens import settings as texts
from desktop.ui.look.theme import Theme
from desktop.ui.settings.page import Page
from desktop.ui.widgets.buttons import push_button


class FirstStepsPage(Page):
    """Signals: checklist_requested, hints_requested."""

    TITLE = texts.FIRST_STEPS
    ABOUT = texts.FIRST_STEPS_ABOUT
    checklist_requested = Signal()
    hints_requested = Signal()

    def __init__(self, theme: Theme, submit: Submit, parent: QWidget | None = None) -> None:
        super().__init__(theme, submit, parent)
        self.checklist_button = push_button(texts.SHOW_CHECKLIST(), self.checklist_requested)
        self.hints_button = push_button(texts.SHOW_HINTS_AGAIN(), self._on_hints)
        self.add_footer(self.checklist_button, self.hints_button)
        self.column.addStretch(1)

    def _on_hints(self) -> None:
        self.hints_requested.emit()
        self.show_result(texts.HINTS_RESET())
