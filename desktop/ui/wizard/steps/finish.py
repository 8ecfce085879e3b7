"""Finish step: what is connected, and what is not known yet."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.model.workspace import Relay
from desktop.engine.accounts.sentences import account_title
from desktop.ui.look.theme import Theme
from desktop.ui.settings.forwarding import TESTABLE
from desktop.ui.widgets.status_line import Tone, lines
from desktop.ui.wizard.setup import Setup
from desktop.ui.wizard.step import Step
from desktop.ui.wizard.steps.intercom import place_of
from desktop.ui.wording import words

Said = tuple[str, Tone, str]


class FinishStep(Step):
    NAME = "Ready"
    TITLE = "Ready"

    def __init__(
        self, theme: Theme, setup: Setup, chosen_name: Callable[[], str], parent: QWidget | None = None
    ) -> None:
        """chosen_name: of the teammate who sits here."""
        super().__init__(theme, setup, parent)
        self._chosen_name = chosen_name
        self._shown: list[Said] = []
        self._body = QVBoxLayout()
        self.column.addLayout(self._body)
        self.column.addStretch(1)
        setup.read.connect(self._tell)
        setup.changed.connect(self._tell)

    @property
    def next_words(self) -> str:
        return "Open the inbox"

    @property
    def said(self) -> str:
        return "\n".join(f"{said} {more}".strip() for said, _, more in self._shown)

    def enter(self) -> None:
        self._tell()

    def _tell(self) -> None:
        if self.setup.tried is None:
            return
        said = [*self._known(), *self._open()]
        if said == self._shown:
            return
        self._shown = said
        while (item := self._body.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self._body.addWidget(lines(self._theme, said))

    def _known(self) -> list[Said]:
        assert self.setup.tried is not None
        said = [(f"Intercom: {place_of(self.setup.tried)}", Tone.GOOD, "")]
        if name := self._chosen_name():
            said.append((f"You write as {name}", Tone.GOOD, ""))
        if self._codes:
            said.append((f"The bridge is known by {self._codes}", Tone.GOOD, ""))
        channels = self.setup.workspace.channels if self.setup.workspace is not None else ()
        return said + [(f"Connected: {account_title(config)}", Tone.GOOD, "") for config in channels]

    def _open(self) -> list[Said]:
        said: list[Said] = []
        if not self._codes:
            said.append(("By which code the bridge is known", Tone.OPEN, "It is learnt from tagged conversations."))
        if unproven := self._unproven():
            more = "Until it is tested, Reachline says “should arrive”."
            said.append((f"Whether the bridge forwards replies: {unproven}", Tone.OPEN, more))
        if self.setup.workspace is not None and not self.setup.workspace.channels:
            more = "Templates can be sent once one is connected."
            said.append(("No channel account is connected", Tone.OPEN, more))
        if self.setup.engine is not None and self.setup.engine.queries.progress() is not None:
            said.append(("Conversations are still being read", Tone.KNOW, "It goes on while you work."))
        if not self.setup.accounts.keeps_secrets:
            said.append(
                ("Nothing is kept on this computer", Tone.CARE, "Without a keyring, tokens are asked for anew.")
            )
        return said

    @property
    def _codes(self) -> str:
        view = self.setup.view
        return ", ".join(sorted(view.workspace.bridge_codes)) if view is not None else ""

    def _unproven(self) -> str:
        view = self.setup.view
        unknown = [c for c in TESTABLE if view is None or view.workspace.relay_of(c) is Relay.UNPROVEN]
        return ", ".join(words.channel(c) for c in unknown)
