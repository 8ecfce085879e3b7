"""Channel rows: the connected channel accounts, each with its state and a way to remove it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.engine.account_words import what_is
from desktop.ports import ChannelConfig
from desktop.ui import icons
from desktop.ui.settings.page import text
from desktop.ui.theme import CHANNEL_LOOKS, GAP, PAD, Theme
from desktop.ui.wizard.line import Line, Tone


@dataclass(frozen=True, slots=True)
class ChannelLine:
    """state, tone: how it is, in a sentence; "" says nothing."""

    config: ChannelConfig
    state: str = ""
    tone: Tone = Tone.KNOW


class ChannelRows(QWidget):
    """Removing is asked in the row itself; the keyboard then rests on the answer that changes nothing.

    Signals:
        remove_wanted: the agent has said yes. arg: ChannelConfig.
    """

    remove_wanted = Signal(object)

    def __init__(self, theme: Theme, *, read_only: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._read_only = theme, read_only
        self._shown: tuple[ChannelLine, ...] | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(GAP)

    def set_read_only(self, read_only: bool) -> None:
        self._read_only = read_only
        self.ask_anew()

    def ask_anew(self) -> None:
        """Take back every question that is open: what was wanted could not be done."""
        self._fill()

    def show_lines(self, lines: Sequence[ChannelLine]) -> None:
        if self._shown != tuple(lines):
            self._shown = tuple(lines)
            self._fill()

    def _fill(self) -> None:
        while (item := self._column.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for line in self._shown or ():
            row = _Row(self._theme, line, self._read_only)
            row.remove_wanted.connect(self.remove_wanted)
            self._column.addWidget(row)


class _Row(QFrame):
    """Signals: remove_wanted: arg: ChannelConfig."""

    remove_wanted = Signal(object)

    def __init__(self, theme: Theme, line: ChannelLine, read_only: bool) -> None:
        super().__init__()
        self._theme, self._config = theme, line.config
        name = what_is(line.config)
        self.setObjectName("account")
        self.setAccessibleName(f"{name}. {line.state}".strip())
        self._sign = QLabel()
        state = Line(theme, self)
        state.say(line.state, line.tone)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(text(name))
        if line.config.carries_bridge:
            words.addWidget(text("The bridge uses it too.", muted=True))
        words.addWidget(state)
        self._remove = _button("Remove…", f"Remove {name}", quiet=True)
        self._remove.clicked.connect(self._on_remove)
        head = QHBoxLayout()
        head.setSpacing(GAP + 4)
        head.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(words, 1)
        if not read_only:
            head.addWidget(self._remove, 0, Qt.AlignmentFlag.AlignTop)
        self._question = QWidget()
        asked = QHBoxLayout(self._question)
        asked.setContentsMargins(0, 0, 0, 0)
        asked.addWidget(text("Remove it and forget its token? This cannot be undone."), 1)
        self._keep, yes = _button("Keep it", f"Keep {name}"), _button("Remove", f"Yes, remove {name}")
        self._keep.clicked.connect(self._on_keep)
        yes.clicked.connect(self._on_yes)
        asked.addWidget(self._keep)
        asked.addWidget(yes)
        self._question.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(PAD, GAP, PAD, GAP)
        column.addLayout(head)
        column.addWidget(self._question)
        theme.changed.connect(self._dress)
        self._dress()

    def _on_remove(self) -> None:
        self._remove.hide()
        self._question.show()
        self._keep.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_keep(self) -> None:
        self._question.hide()
        self._remove.show()
        self._remove.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_yes(self) -> None:
        self._question.setEnabled(False)
        self.remove_wanted.emit(self._config)

    def _dress(self) -> None:
        tokens = self._theme.tokens
        self.setStyleSheet(
            f"QFrame#account {{ background: {tokens.panel}; border: 1px solid {tokens.border}; border-radius: 8px; }}"
        )
        side = round(self.fontMetrics().height() * 1.2)
        colour = self._theme.channel_colour(self._config.channel)
        glyph = CHANNEL_LOOKS[self._config.channel].glyph
        self._sign.setPixmap(icons.pixmap(glyph, colour, side, self.devicePixelRatioF()))


def _button(words: str, name: str, *, quiet: bool = False) -> QPushButton:
    button = QPushButton(words)
    button.setAutoDefault(False)
    button.setAccessibleName(name)
    if quiet:
        button.setObjectName("quiet")
    return button
