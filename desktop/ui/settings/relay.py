"""The settings page that shows for each channel whether the bridge forwards replies made here."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.workspace import Relay
from desktop.engine.commands import SetRelay
from desktop.engine.protocols import Submit
from desktop.engine.views import WorkspaceView
from desktop.text.forwarding import forwarding_evidence, forwarding_state
from desktop.ui.look.theme import GAP, Theme
from desktop.ui.settings.page import Page
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import push_button
from desktop.ui.widgets.labels import Paragraph
from desktop.ui.wording import words

TESTABLE_CHANNELS = (ChannelKind.WHATSAPP, ChannelKind.TELEGRAM, ChannelKind.SMS)


class RelayPage(Page):
    """Shows the evidence for each channel, and can forget it.

    Signals:
        test_requested: the agent wants to test a channel with their own phone. arg: ChannelKind.
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
        self.add_footer()
        self.column.addStretch(1)

    def show_workspace(self, view: WorkspaceView) -> None:
        known = {e.channel for e in view.relay_evidence} - set(TESTABLE_CHANNELS)
        old, self._rows = self._rows, QWidget()
        rows = (self._row(view, channel) for channel in (*TESTABLE_CHANNELS, *sorted(known)))
        layouts.column(*rows, parent=self._rows, spacing=2 * GAP)
        self._column.replaceWidget(old, self._rows)
        old.hide()
        old.deleteLater()

    def _row(self, view: WorkspaceView, channel: ChannelKind) -> QHBoxLayout:
        relay = view.workspace.relay_of(channel)
        evidence = next((e for e in view.relay_evidence if e.channel is channel), None)
        texts = layouts.column(Paragraph(forwarding_state(channel, relay)), spacing=2)
        if evidence is not None:
            texts.addWidget(Paragraph(forwarding_evidence(evidence), muted=True))
        row = layouts.row(texts)
        row.setStretchFactor(texts, 1)
        if relay is not Relay.UNPROVEN:
            name = f"Forget what is known about the {words.channel(channel)} relay"
            row.addWidget(push_button("Forget", partial(self._on_forget, channel), accessible_name=name))
        name = f"Test the {words.channel(channel)} relay with your own phone"
        row.addWidget(push_button("Test…", partial(self._on_test, channel), accessible_name=name))
        return row

    def _on_test(self, channel: ChannelKind) -> None:
        self.test_requested.emit(channel)

    def _on_forget(self, channel: ChannelKind) -> None:
        self.submit(SetRelay(channel, Relay.UNPROVEN), f"{words.channel(channel)} is unproven again.")
