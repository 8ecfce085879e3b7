"""The first step: connect a workspace, or look around with sample data."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.domain.model.reason import join_reasons
from desktop.text.reasons.describe import describe
from desktop.text.screens import wizard as texts
from desktop.ui.look.theme import Theme
from desktop.ui.settings.appearance import LanguageChoice
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import ChoiceButton
from desktop.ui.widgets.flow_layout import FlowLayout
from desktop.ui.widgets.labels import Label, Paragraph
from desktop.ui.widgets.status_line import Status, StatusLine
from desktop.ui.wizard.setup import Setup
from desktop.ui.wizard.step import Step


class WelcomeStep(Step):
    """Signals: sample_wanted, when the agent chose to look around with sample data."""

    NAME = texts.WELCOME
    TITLE = texts.WELCOME_HEADING
    ABOUT = texts.WELCOME_ABOUT
    sample_wanted = Signal()

    def __init__(self, theme: Theme, setup: Setup, language: str = "", parent: QWidget | None = None) -> None:
        """language: the chosen one; "" for the system's."""
        super().__init__(theme, setup, parent)
        self.connect_choice = ChoiceButton(theme, "fa6s.plug", texts.CONNECT_INTERCOM(), texts.CONNECT_INTERCOM_ABOUT())
        self.connect_choice.clicked.connect(self.done)
        self.sample = ChoiceButton(theme, "fa6s.flask", texts.SAMPLE(), texts.SAMPLE_ABOUT())
        self.sample.clicked.connect(self.sample_wanted)
        self.keyring = StatusLine(theme)
        self.language = LanguageChoice(theme, language)
        label = Label(self.language.accessibleName())
        label.setBuddy(self.language)
        hint = Paragraph(texts.CHANGE_LATER(), muted=True)
        choice = FlowLayout(label, self.language)
        layouts.add_items(self.column, self.connect_choice, self.sample, self.keyring, "stretch", choice, hint)

    @property
    def next_label(self) -> str:
        return ""

    def enter(self) -> None:
        accounts = self.setup.accounts
        errors = join_reasons(accounts.profile_error, accounts.keyring_error)
        self.keyring.set_status(describe(errors), Status.WARNING)

    def initial_focus(self) -> QWidget:
        return self.connect_choice
