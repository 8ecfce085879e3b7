"""Relay step: why a test with one's own phone is worth two minutes."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.ui.look.theme import Theme
from desktop.ui.widgets.choice_button import Choice
from desktop.ui.widgets.status_line import Tone, lines
from desktop.ui.wizard.setup import Setup
from desktop.ui.wizard.step import Step


class RelayStep(Step):
    """Signals:
    test_wanted: open the inbox at the test.
    """

    NAME = "Relay test"
    TITLE = "Does the bridge forward what you write here?"
    ABOUT = (
        "Nobody documents it, so it has to be seen once: you write to your business from your own phone, Reachline "
        "answers, and you say whether the answer arrived. Until then it says “should arrive”."
    )
    test_wanted = Signal()

    def __init__(self, theme: Theme, setup: Setup, parent: QWidget | None = None) -> None:
        super().__init__(theme, setup, parent)
        self.test = Choice(
            theme, "fa6s.mobile-screen", "Test it now", "Opens the inbox at the test. Have your phone at hand."
        )
        self.later = Choice(theme, "fa6s.clock", "Later", "Settings › Relay has the test at any time.")
        self.test.clicked.connect(self.test_wanted)
        self.later.clicked.connect(self.done)
        self.column.addWidget(self.test)
        self.column.addWidget(self.later)
        self.column.addWidget(lines(theme, [("No customer is written to: the test goes to yourself.", Tone.KNOW, "")]))
        self.column.addStretch(1)

    @property
    def next_words(self) -> str:
        return ""

    def lead_keyboard(self) -> QWidget:
        return self.later
