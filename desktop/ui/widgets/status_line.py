"""Line: a sign and a sentence, for what was found out, what was refused and what is worth knowing."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop.ui.look import icons
from desktop.ui.look.theme import GAP, Theme
from desktop.ui.widgets.announce import announce
from desktop.ui.widgets.labels import Label, Paragraph


class Tone(Enum):
    """Glyph, colour of the glyph and the word that says the same to who does not see it."""

    GOOD = ("fa6s.circle-check", "ok", "Yes")
    BAD = ("fa6s.circle-xmark", "danger", "No")
    OPEN = ("fa6s.circle-question", "muted", "Not known yet")
    KNOW = ("fa6s.circle-info", "accent", "Good to know")
    CARE = ("fa6s.triangle-exclamation", "soon", "Take care")


class Line(QWidget):
    """Hidden while it says nothing."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._tone = theme, Tone.KNOW
        self._sign = Label()
        self._sign.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._said, self._more = Paragraph(""), Paragraph("", muted=True)
        self._said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._said)
        words.addWidget(self._more)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        theme.changed.connect(self._apply_theme)
        self.say("")

    @property
    def said(self) -> str:
        return self._said.text()

    def say(self, said: str, tone: Tone = Tone.KNOW, more: str = "", *, aloud: bool = False) -> None:
        """more: smaller, below. aloud: a screen reader should speak it now."""
        self._tone = tone
        self._said.setText(said)
        self._more.setText(more)
        self._more.setVisible(bool(more))
        self.setAccessibleName(f"{tone.value[2]}: {said} {more}".strip() if said else "")
        self.setVisible(bool(said))
        self._apply_theme()
        if said and aloud:
            announce(self, said)

    def _apply_theme(self) -> None:
        icon, role, _ = self._tone.value
        size = self.fontMetrics().height()
        self._sign.setPixmap(icons.pixmap(icon, self._theme.color(role), size, self.devicePixelRatioF()))


def lines(theme: Theme, said: list[tuple[str, Tone, str]]) -> QWidget:
    """One below the other: words, tone, smaller words."""
    whole = QWidget()
    column = QVBoxLayout(whole)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(GAP)
    for words, tone, more in said:
        # With its parent: what has none would come up as a window of its own.
        line = Line(theme, whole)
        line.say(words, tone, more)
        column.addWidget(line)
    return whole
