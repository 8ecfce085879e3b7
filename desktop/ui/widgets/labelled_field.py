"""Labelled field: a label, where to find what belongs into it, the field, and what was refused about it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from desktop.ui.look.theme import GAP, Theme
from desktop.ui.widgets.labels import Label, Paragraph
from desktop.ui.widgets.status_line import Line, Tone


class LabelledField(QWidget):
    """Keeps what was typed whatever is refused. Its text reads from left to right, as numbers and tokens do.

    Signals:
        edited: by the agent or a paste.
        entered: Enter was pressed.
    """

    edited = Signal()
    entered = Signal()

    def __init__(
        self, theme: Theme, label: str, where: str = "", *, secret: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme, self._label = theme, label
        self.edit = _Edit()
        self.edit.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.edit.setAccessibleName(label)
        self.edit.setAccessibleDescription(where)
        self.edit.textEdited.connect(self._on_edited)
        self.edit.entered.connect(self.entered)
        self._head = Label(label)
        self._head.setBuddy(self.edit)
        self.line = Line(theme)
        row = QHBoxLayout()
        row.setSpacing(GAP)
        row.addWidget(self.edit, 1)
        self._show: QPushButton | None = None
        if secret:
            self.edit.setEchoMode(QLineEdit.EchoMode.Password)
            self._show = QPushButton("Show")
            self._show.setCheckable(True)
            self._show.setAutoDefault(False)
            self._show.toggled.connect(self._on_show)
            self._on_show(False)
            row.addWidget(self._show)
        self.row = row
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP // 2)
        column.addWidget(self._head)
        column.addLayout(row)
        if where:
            column.addWidget(Paragraph(where, muted=True))
        column.addWidget(self.line)
        theme.changed.connect(self._apply_theme)
        self._apply_theme()

    @property
    def value(self) -> str:
        """Without the blanks and line breaks that came along with a paste, at both ends."""
        return self.edit.text().strip()

    @property
    def secret(self) -> str:
        """Without blanks, line breaks and what cannot be seen: no token has any, a paste often does."""
        return "".join(c for c in self.edit.text() if c.isprintable() and not c.isspace())

    def put(self, words: str) -> None:
        self.edit.setText(words)

    def refuse(self, sentence: str) -> None:
        """Say it right below; "" takes it back."""
        self.line.say(sentence, Tone.BAD, aloud=True)
        self.edit.setAccessibleDescription(sentence)
        if sentence:
            self.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_edited(self) -> None:
        self.line.say("")
        self.edited.emit()

    def _on_show(self, shown: bool) -> None:
        assert self._show is not None
        self._show.setText("Hide" if shown else "Show")
        self._show.setAccessibleName(f"{self._show.text()} what is typed into {self._label}")
        self.edit.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)

    def _apply_theme(self) -> None:
        self._head.setFont(self._theme.font(bold=True))


class _Edit(QLineEdit):
    """Enter is told, and goes no further: the window's own Enter means something else.

    Signals:
        entered: Enter was pressed.
    """

    entered = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
            event.accept()
        else:
            super().keyPressEvent(event)
