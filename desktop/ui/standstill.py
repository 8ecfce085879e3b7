"""Standstill: a small window that says why nothing can be shown yet, and what to do."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop.ui.announce import announce
from desktop.ui.settings.page import text
from desktop.ui.theme import PAD, Theme


class Standstill(QWidget):
    """Closing it is giving up.

    Signals:
        again: try once more.
    """

    again = Signal()

    def __init__(self, theme: Theme, sentence: str, *, can_repeat: bool) -> None:
        """can_repeat: False while something is waited for."""
        super().__init__()
        self._theme = theme
        self.setWindowTitle("Reachline")
        self.setObjectName("standstill")
        self.sentence = text(sentence)
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeading)
        self.repeat, self.quit = QPushButton("Try again"), QPushButton("Quit")
        self.repeat.setVisible(can_repeat)
        self.repeat.clicked.connect(self.again)
        self.quit.clicked.connect(self.close)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        for button in (self.quit, self.repeat):
            button.setAutoDefault(True)
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * PAD, 2 * PAD, 2 * PAD, 2 * PAD)
        column.setSpacing(2 * PAD)
        column.addWidget(self.sentence, 1)
        column.addLayout(buttons)
        self.resize(460, 180)
        theme.changed.connect(self._dress)
        self._dress()
        announce(self, sentence)

    def sizeHint(self) -> QSize:
        return QSize(460, 180)

    def _dress(self) -> None:
        self.setStyleSheet(f"QWidget#standstill {{ background: {self._theme.tokens.surface}; }}")
