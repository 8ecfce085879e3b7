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
from desktop.text.catalog import strip_isolates
from desktop.text.forecast.forwarding import forwarding_evidence, forwarding_state
from desktop.text.names import channel_label, place
from desktop.text.screens import settings as texts
from desktop.ui.look.theme import GAP, Theme
from desktop.ui.settings.page import Page
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import push_button
from desktop.ui.widgets.labels import Paragraph

TESTABLE_CHANNELS = (ChannelKind.WHATSAPP, ChannelKind.TELEGRAM, ChannelKind.SMS)


class RelayPage(Page):
    """Shows the evidence for each channel, and can forget it.

    Signals:
        test_requested: the agent wants to test a channel with their own phone. arg: ChannelKind.
    """

    TITLE = texts.DELIVERY_TESTS
    ABOUT = texts.DELIVERY_TESTS_ABOUT
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
        lines = layouts.column(Paragraph(forwarding_state(channel, relay)), spacing=2)
        if evidence is not None:
            lines.addWidget(Paragraph(forwarding_evidence(evidence), muted=True))
        row = layouts.row(lines)
        row.setStretchFactor(lines, 1)
        if relay is not Relay.UNPROVEN:
            name = strip_isolates(texts.RESET_CHANNEL(channel=channel_label(channel)))
            row.addWidget(push_button(texts.RESET(), partial(self._on_forget, channel), accessible_name=name))
        name = strip_isolates(texts.TEST_CHANNEL(place=place(channel)))
        row.addWidget(push_button(texts.TEST(), partial(self._on_test, channel), accessible_name=name))
        return row

    def _on_test(self, channel: ChannelKind) -> None:
        self.test_requested.emit(channel)

    def _on_forget(self, channel: ChannelKind) -> None:
        self.submit(SetRelay(channel, Relay.UNPROVEN), texts.RESET_DONE(place=place(channel)))
