"""The rows of the connected channel accounts."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import msgspec
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.engine.accounts.profile_edits import account_title
from desktop.ports import ChannelConfig
from desktop.text.screens.channel_accounts import rows as texts
from desktop.ui.accounts.account_row import AccountRow
from desktop.ui.look.theme import Theme
from desktop.ui.widgets import layouts
from desktop.ui.widgets.status_line import Status


class ChannelState(msgspec.Struct, frozen=True):
    """A channel account and its state as a sentence, "" for none."""

    config: ChannelConfig
    text: str = ""
    kind: Status = Status.INFO


class ChannelRows(QWidget):
    """An open confirmation stays open while only states change.

    Signals:
        remove_requested: the agent has confirmed. arg: ChannelConfig.
    """

    remove_requested = Signal(object)

    def __init__(self, theme: Theme, *, read_only: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._read_only = theme, read_only
        self._states: tuple[ChannelState, ...] = ()
        self.rows: list[AccountRow] = []
        self._column = layouts.column(parent=self)

    def show_states(self, states: Sequence[ChannelState]) -> None:
        previous, self._states = self._states, tuple(states)
        if [s.config for s in previous] != [s.config for s in states]:
            self.rebuild()
        for row, state in zip(self.rows, states, strict=True):
            row.show_state(state.text, state.kind)

    def rebuild(self) -> None:
        """Replace all rows, which closes open confirmations."""
        for old in self.rows:
            self._column.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.rows = []
        for state in self._states:
            details = texts.SHARED_WITH_OCTOPODS() if state.config.carries_bridge else ""
            question = "" if self._read_only else texts.REMOVE_QUESTION()
            row = AccountRow(self._theme, account_title(state.config), state.config.channel, details, question)
            row.remove_requested.connect(partial(self.remove_requested.emit, state.config))
            row.show_state(state.text, state.kind)
            self._column.addWidget(row)
            self.rows.append(row)
