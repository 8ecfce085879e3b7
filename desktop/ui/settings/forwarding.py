"""Relay: for each channel, whether the bridge forwards replies made here, how we know, and a way to find out."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.workspace import Relay
from desktop.engine.commands import SetRelay
from desktop.engine.views import WorkspaceView
from desktop.ui.look.theme import GAP, Theme
from desktop.ui.settings.page import Page, Submit
from desktop.ui.widgets.labels import Paragraph
from desktop.ui.wording import words

TESTABLE = (ChannelKind.WHATSAPP, ChannelKind.TELEGRAM, ChannelKind.SMS)


class RelayPage(Page):
    """Signals:
    test_requested: find out with the agent's own phone. arg: ChannelKind.
    """

    TITLE = "Relay"
    ABOUT = (
        "Whether the bridge forwards replies that are made here is not documented, so it has to be seen once for each "
        "channel. Until then we say “should arrive”."
    )
    test_requested = Signal(object)

    def __init__(self, theme: Theme, submit: Submit, parent: QWidget | None = None) -> None:
        super().__init__(theme, submit, parent)
        self._rows = QWidget()
        self._column = QVBoxLayout()
        self._column.addWidget(self._rows)
        self.column.addLayout(self._column)
        self.end()
        self.column.addStretch(1)

    def show_workspace(self, view: WorkspaceView) -> None:
        known = {e.channel for e in view.relay_evidence} - set(TESTABLE)
        old, self._rows = self._rows, QWidget()
        rows = QVBoxLayout(self._rows)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(2 * GAP)
        for channel in (*TESTABLE, *sorted(known)):
            rows.addLayout(self._row(view, channel))
        self._column.replaceWidget(old, self._rows)
        old.hide()
        old.deleteLater()

    def _row(self, view: WorkspaceView, channel: ChannelKind) -> QHBoxLayout:
        relay = view.workspace.relay_of(channel)
        said = QVBoxLayout()
        said.setSpacing(2)
        said.addWidget(Paragraph(words.relay(channel, relay)))
        evidence = next((e for e in view.relay_evidence if e.channel is channel), None)
        if evidence is not None:
            said.addWidget(Paragraph(words.relay_evidence(channel, evidence.proof, evidence.at), muted=True))
        row = QHBoxLayout()
        row.setSpacing(GAP)
        row.addLayout(said, 1)
        if relay is not Relay.UNPROVEN:
            forget = self._button("Forget", f"Forget what is known about the {words.channel(channel)} relay", channel)
            forget.clicked.connect(self._on_forget)
            row.addWidget(forget)
        test = self._button("Test…", f"Test the {words.channel(channel)} relay with your own phone", channel)
        test.clicked.connect(self._on_test)
        row.addWidget(test)
        return row

    def _button(self, words: str, name: str, channel: ChannelKind) -> QPushButton:
        button = QPushButton(words)
        button.setAutoDefault(False)
        button.setAccessibleName(name)
        button.setProperty("channel", channel.value)
        return button

    def _on_test(self) -> None:
        self.test_requested.emit(ChannelKind(self.sender().property("channel")))

    def _on_forget(self) -> None:
        channel = ChannelKind(self.sender().property("channel"))
        self.wish(SetRelay(channel, Relay.UNPROVEN), f"{words.channel(channel)} is unproven again.")
