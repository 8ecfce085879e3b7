"""Account row: something that is connected, how it is, and a way to remove it that asks first, in place."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop.domain.model.facts import ChannelKind
from desktop.ui.look import icons
from desktop.ui.look.theme import CHANNEL_STYLES, GAP, PAD, Theme
from desktop.ui.widgets.labels import Label, Paragraph
from desktop.ui.widgets.status_line import Line, Tone


class AccountRow(QFrame):
    """While it asks, the keyboard rests on the answer that changes nothing.

    Signals:
        remove_wanted: the agent has said yes.
    """

    remove_wanted = Signal()

    def __init__(self, theme: Theme, name: str, channel: ChannelKind, about: str = "", question: str = "") -> None:
        """about: smaller, below the name. question: before it is removed; "" where it cannot be."""
        super().__init__()
        self._theme, self._channel, self._name, self._about = theme, channel, name, about
        self.setObjectName("account")
        self._sign = Label()
        self.state = Line(theme, self)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(Paragraph(name))
        if about:
            words.addWidget(Paragraph(about, muted=True))
        self._head = QHBoxLayout()
        self._head.setSpacing(GAP)
        self._head.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        self._head.addLayout(words, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(PAD, GAP, PAD, GAP)
        column.setSpacing(GAP // 2)
        column.addLayout(self._head)
        column.addWidget(self.state)
        if question:
            self._remove = self.add_button("Remove…", f"Remove {name}")
            self._remove.clicked.connect(self._on_remove)
            self._question = self._build_question(question)
            column.addWidget(self._question)
            self._question.hide()
        self.show_state("")
        theme.changed.connect(self._apply_theme)
        self._apply_theme()

    def show_state(self, said: str, tone: Tone = Tone.KNOW) -> None:
        self.state.say(said, tone)
        self.setAccessibleName(". ".join(part.rstrip(".") for part in (self._name, self._about, said) if part))

    def add_button(self, words: str, name: str) -> QPushButton:
        """Beside the name. name: for a screen reader, which hears it without the row."""
        button = _button(words, name)
        button.setObjectName("quiet")
        self._head.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        return button

    def _build_question(self, question: str) -> QWidget:
        whole = QWidget()
        row = QHBoxLayout(whole)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        row.addWidget(Paragraph(question), 1)
        self._keep = _button("Keep it", f"Keep {self._name}")
        yes = _button("Remove", f"Yes, remove {self._name}")
        self._keep.clicked.connect(self._on_keep)
        yes.clicked.connect(self._on_yes)
        row.addWidget(self._keep)
        row.addWidget(yes)
        return whole

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
        self.remove_wanted.emit()

    def _apply_theme(self) -> None:
        colors = self._theme.colors
        self.setStyleSheet(
            f"QFrame#account {{ background: {colors.panel}; border: 1px solid {colors.border}; border-radius: 8px; }}"
        )
        side = round(self.fontMetrics().height() * 1.2)
        color = self._theme.channel_color(self._channel)
        icon = CHANNEL_STYLES[self._channel].icon
        self._sign.setPixmap(icons.pixmap(icon, color, side, self.devicePixelRatioF()))


def _button(words: str, name: str) -> QPushButton:
    button = QPushButton(words)
    button.setAutoDefault(False)
    button.setAccessibleName(name)
    return button
