"""The step that offers the relay test."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.ui.look.theme import Theme
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import ChoiceButton
from desktop.ui.widgets.status_line import Status, status_list
from desktop.ui.wizard.setup import Setup
from desktop.ui.wizard.step import Step


class RelayStep(Step):
    """Signals: test_wanted, when the inbox should open with the relay test."""

    NAME = "Relay test"
    TITLE = "Does the bridge forward what you write here?"
    ABOUT = (
        "Nobody documents it, so it has to be seen once: you write to your business from your own phone, Reachline "
        "answers, and you say whether the answer arrived. Until then it says “should arrive”."
    )
    test_wanted = Signal()

    def __init__(self, theme: Theme, setup: Setup, parent: QWidget | None = None) -> None:
        super().__init__(theme, setup, parent)
        self.test = ChoiceButton(
            theme, "fa6s.mobile-screen", "Test it now", "Opens the inbox at the test. Have your phone at hand."
        )
        self.later = ChoiceButton(theme, "fa6s.clock", "Later", "Settings › Relay has the test at any time.")
        self.test.clicked.connect(self.test_wanted)
        self.later.clicked.connect(self.done)
        hint = status_list(theme, [("No customer is written to: the test goes to yourself.", Status.INFO, "")])
        layouts.add_items(self.column, self.test, self.later, hint, "stretch")

    @property
    def next_label(self) -> str:
        return ""

    def initial_focus(self) -> QWidget:
        return self.later
