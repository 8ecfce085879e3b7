"""A small window that says why nothing can be shown yet, and what to do."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop.text.terminal import command_line as texts
from desktop.ui.look.text_direction import leading_side
from desktop.ui.look.theme import PAD, Theme
from desktop.ui.widgets import layouts
from desktop.ui.widgets.labels import Paragraph
from desktop.ui.widgets.screen_reader.announce import announce
from desktop.ui.widgets.screen_reader.roles import Role

LINE_CHARACTERS = 68
MIN_HEIGHT = 140
MAX_WIDTH = 960
"""In pixels; buttons that need more stand one below the other."""


class ErrorWindow(QWidget):
    """A window with one sentence and buttons. Closing it is giving up; as the only window, that ends the program.

    Signals:
        retry_requested: try once more.
        alternative_chosen: the other button, where there is one.
    """

    accessible_role = Role.WINDOW

    retry_requested = Signal()
    alternative_chosen = Signal()

    def __init__(self, theme: Theme, sentence: str, *, can_repeat: bool, alternative: str = "") -> None:
        """can_repeat: False while something is waited for. alternative: text of the other button; "" for none."""
        super().__init__()
        self._theme = theme
        self.setWindowTitle("Reachline")
        self.setObjectName("error_window")
        self.sentence = Paragraph(sentence)
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignTop | leading_side(mirrored=self.isRightToLeft()))
        self.retry_button, self.close_button = QPushButton(texts.TRY_AGAIN()), QPushButton(texts.CLOSE())
        self.retry_button.setObjectName("primary")
        self.retry_button.setVisible(can_repeat)
        self.retry_button.clicked.connect(self.retry_requested)
        self.close_button.clicked.connect(self.close)
        self.alternative_button = QPushButton(alternative)
        self.alternative_button.setVisible(bool(alternative))
        self.alternative_button.clicked.connect(self.alternative_chosen)
        buttons = (self.close_button, self.alternative_button, self.retry_button)
        self._buttons = layouts.row("stretch", *buttons)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(2 * PAD, 2 * PAD, 2 * PAD, 2 * PAD)
        column.setSpacing(2 * PAD)
        column.addWidget(self.sentence, 1)
        column.addLayout(self._buttons)
        (self.retry_button if can_repeat else self.close_button).setFocus(Qt.FocusReason.OtherFocusReason)
        theme.changed.connect(self._apply_theme)
        self._apply_theme()
        self._fit()
        announce(self, sentence)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the focused button; Escape closes the window."""
        focused = self.focusWidget()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(focused, QPushButton):
            focused.click()
        elif event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def _apply_theme(self) -> None:
        self.setStyleSheet(f"QWidget#error_window {{ background: {self._theme.colors.surface}; }}")

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            # Also after the text size has changed.
            self._fit()
        return done

    def _fit(self) -> None:
        """Wide enough for a readable line and all buttons, high enough for all lines."""
        margins = self._column.contentsMargins()
        beside = margins.left() + margins.right()
        buttons = (self.close_button, self.alternative_button, self.retry_button)
        widths = [button.sizeHint().width() for button in buttons if not button.isHidden()]
        in_one_row = sum(widths) + len(widths) * self._buttons.spacing() + beside
        fits = in_one_row <= MAX_WIDTH
        direction = QBoxLayout.Direction.LeftToRight if fits else QBoxLayout.Direction.TopToBottom
        if direction != self._buttons.direction():
            self._buttons.setDirection(direction)
        needed = in_one_row if fits else max(widths) + beside
        width = max(needed, min(LINE_CHARACTERS * self.fontMetrics().averageCharWidth(), MAX_WIDTH))
        self.setMinimumSize(width, max(MIN_HEIGHT, self._column.totalHeightForWidth(width)))
        self.resize(self.minimumSize())
