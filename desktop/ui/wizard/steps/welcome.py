"""Welcome: connect, or look around first."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.ui.look.theme import Theme
from desktop.ui.widgets.choice_button import Choice
from desktop.ui.widgets.labels import Paragraph
from desktop.ui.widgets.status_line import Line, Tone
from desktop.ui.wizard.setup import Setup
from desktop.ui.wizard.step import Step


class WelcomeStep(Step):
    """Signals:
    sample_wanted: look around with sample data.
    """

    NAME = "Welcome"
    TITLE = "Know where every reply will arrive"
    ABOUT = (
        "Reachline works beside Intercom: one thread for each customer, where each message came from, and a warning "
        "before a reply that WhatsApp would not deliver."
    )
    sample_wanted = Signal()

    def __init__(self, theme: Theme, setup: Setup, parent: QWidget | None = None) -> None:
        super().__init__(theme, setup, parent)
        self.connect_choice = Choice(
            theme, "fa6s.plug", "Connect Intercom", "You need an access token of your workspace. It takes two minutes."
        )
        self.connect_choice.clicked.connect(self.done)
        self.sample = Choice(
            theme,
            "fa6s.flask",
            "Look around with sample data",
            "A made-up shop with customers who write back. Nothing leaves this computer.",
        )
        self.sample.clicked.connect(self.sample_wanted)
        self.keyring = Line(theme)
        self.column.addWidget(self.connect_choice)
        self.column.addWidget(self.sample)
        self.column.addWidget(self.keyring)
        self.column.addStretch(1)
        self.column.addWidget(Paragraph("You can change everything later in the settings.", muted=True))

    @property
    def next_words(self) -> str:
        return ""

    def enter(self) -> None:
        accounts = self.setup.accounts
        error = (accounts.profile_error, accounts.keyring_error)
        self.keyring.say(" ".join(sentence for sentence in error if sentence), Tone.CARE)

    def lead_keyboard(self) -> QWidget:
        return self.connect_choice
