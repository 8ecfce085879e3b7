"""The step that offers the relay test."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.text.screens import wizard as texts
from desktop.ui.look.theme import Theme
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import ChoiceButton
from desktop.ui.widgets.status_line import Status, status_list
from desktop.ui.wizard.setup import Setup
from desktop.ui.wizard.step import Step


class RelayStep(Step):
    """Signals: test_wanted, when the inbox should open with the relay test."""

    NAME = texts.DELIVERY_TEST
    TITLE = texts.DELIVERY_TEST_HEADING
    ABOUT = texts.DELIVERY_TEST_ABOUT
    test_wanted = Signal()

    def __init__(self, theme: Theme, setup: Setup, parent: QWidget | None = None) -> None:
        super().__init__(theme, setup, parent)
        self.test = ChoiceButton(theme, "fa6s.mobile-screen", texts.TEST_NOW(), texts.TEST_NOW_ABOUT())
        self.later = ChoiceButton(theme, "fa6s.clock", texts.TEST_LATER(), texts.TEST_LATER_ABOUT())
        self.test.clicked.connect(self.test_wanted)
        self.later.clicked.connect(self.done)
        hint = status_list(theme, [(texts.TEST_IS_SAFE(), Status.INFO, "")])
        layouts.add_items(self.column, self.test, self.later, hint, "stretch")

    @property
    def next_label(self) -> str:
        return ""

    def initial_focus(self) -> QWidget:
        return self.later
