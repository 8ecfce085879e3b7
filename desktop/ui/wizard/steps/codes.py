"""Codes step: which app codes were seen that mark the bridge's messages."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop.ui.look.theme import Theme
from desktop.ui.settings.codes import CodesPage
from desktop.ui.widgets.status_line import Line, Tone
from desktop.ui.wizard.setup import Setup
from desktop.ui.wizard.step import Step

READING = "Nothing seen yet. You can go on: it is learnt as soon as tagged conversations are read."


class CodesStep(Step):
    NAME = "Bridge"
    TITLE = "How the bridge's messages are known"

    def __init__(self, theme: Theme, setup: Setup, parent: QWidget | None = None) -> None:
        super().__init__(theme, setup, parent)
        self.page = CodesPage(theme, setup.submit)
        self.page.title.hide()
        self.summary = Line(theme)
        self.column.addWidget(self.summary)
        self.column.addWidget(self.page, 1)
        setup.began.connect(self._on_began)
        setup.read.connect(self._on_read)

    def _on_began(self) -> None:
        self.summary.say(READING, Tone.OPEN)

    def _on_read(self) -> None:
        assert self.setup.view is not None
        self.page.show_workspace(self.setup.view)
        codes = sorted(self.setup.view.workspace.bridge_codes)
        if codes:
            self.summary.say(f"Seen in your conversations: {', '.join(codes)}", Tone.GOOD)
        else:
            self.summary.say(READING, Tone.OPEN)
