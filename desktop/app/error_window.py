"""Standstill: a small window that says why nothing can be shown yet, and what to do."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop.ui.look.theme import PAD, Theme
from desktop.ui.widgets.announce import announce
from desktop.ui.widgets.labels import Paragraph

LINE_CHARACTERS = 68
MIN_HEIGHT = 140


class ErrorWindow(QWidget):
    """Closing it is giving up; where it is the only window, that ends the program.

    Signals:
        again: try once more.
        otherwise: the other way, where there is one.
    """

    again = Signal()
    otherwise = Signal()

    def __init__(self, theme: Theme, sentence: str, *, can_repeat: bool, other_way: str = "") -> None:
        """can_repeat: False while something is waited for. other_way: what its button says, "" for none."""
        super().__init__()
        self._theme = theme
        self.setWindowTitle("Reachline")
        self.setObjectName("standstill")
        self.sentence = Paragraph(sentence)
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeading)
        self.repeat, self.leave = QPushButton("Try again"), QPushButton("Close")
        self.repeat.setObjectName("primary")
        self.repeat.setVisible(can_repeat)
        self.repeat.clicked.connect(self.again)
        self.leave.clicked.connect(self.close)
        self.other = QPushButton(other_way)
        self.other.setVisible(bool(other_way))
        self.other.clicked.connect(self.otherwise)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        for button in (self.leave, self.other, self.repeat):
            buttons.addWidget(button)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(2 * PAD, 2 * PAD, 2 * PAD, 2 * PAD)
        column.setSpacing(2 * PAD)
        column.addWidget(self.sentence, 1)
        column.addLayout(buttons)
        (self.repeat if can_repeat else self.leave).setFocus(Qt.FocusReason.OtherFocusReason)
        theme.changed.connect(self._apply_theme)
        self._apply_theme()
        self._fit()
        announce(self, sentence)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses what has the keyboard; Escape gives up."""
        focused = self.focusWidget()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(focused, QPushButton):
            focused.click()
        elif event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def _apply_theme(self) -> None:
        self.setStyleSheet(f"QWidget#standstill {{ background: {self._theme.colors.surface}; }}")

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            # Also after another text size.
            self._fit()
        return done

    def _fit(self) -> None:
        """Wide enough for a line one likes to read, high enough for all of them."""
        width = LINE_CHARACTERS * self.fontMetrics().averageCharWidth()
        self.setMinimumSize(width, max(MIN_HEIGHT, self._column.totalHeightForWidth(width)))
        self.resize(self.minimumSize())
