"""Channel rows: the connected channel accounts, each with its state and a way to remove it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.engine.accounts.sentences import account_title
from desktop.ports import ChannelConfig
from desktop.ui.accounts.account_row import AccountRow
from desktop.ui.look.theme import GAP, Theme
from desktop.ui.widgets.status_line import Tone

QUESTION = "Remove it and forget its token? This cannot be undone."


@dataclass(frozen=True, slots=True)
class ChannelLine:
    """state, tone: how it is, in a sentence; "" says nothing."""

    config: ChannelConfig
    state: str = ""
    tone: Tone = Tone.KNOW


class ChannelRows(QWidget):
    """A question that is open stays open while only states change.

    Signals:
        remove_wanted: the agent has said yes. arg: ChannelConfig.
    """

    remove_wanted = Signal(object)

    def __init__(self, theme: Theme, *, read_only: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._read_only = theme, read_only
        self._lines: tuple[ChannelLine, ...] = ()
        self.rows: list[AccountRow] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(GAP)

    def show_lines(self, lines: Sequence[ChannelLine]) -> None:
        before, self._lines = self._lines, tuple(lines)
        if [line.config for line in before] != [line.config for line in lines]:
            self.ask_anew()
        for row, line in zip(self.rows, lines, strict=True):
            row.show_state(line.state, line.tone)

    def ask_anew(self) -> None:
        """Rows without an open question: what was wanted is done, or could not be."""
        for old in self.rows:
            self._column.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.rows = []
        for line in self._lines:
            about = "The bridge uses it too." if line.config.carries_bridge else ""
            question = "" if self._read_only else QUESTION
            row = AccountRow(self._theme, account_title(line.config), line.config.channel, about, question)
            row.remove_wanted.connect(partial(self.remove_wanted.emit, line.config))
            row.show_state(line.state, line.tone)
            self._column.addWidget(row)
            self.rows.append(row)
