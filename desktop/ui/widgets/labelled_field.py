"""A text field with its label, a hint where to find the value, and the error it was refused with."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.text.catalog import strip_isolates
from desktop.text.screens import widgets as texts
from desktop.ui.look.theme import GAP, Theme
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import push_button
from desktop.ui.widgets.labels import Heading, Paragraph
from desktop.ui.widgets.status_line import StatusLine


class LabelledField(QWidget):
    """The text stays whatever error is shown; it always reads from left to right, as numbers and tokens do.

    Signals:
        edited: the text was changed by typing or pasting.
        entered: Enter was pressed.
    """

    edited = Signal()
    entered = Signal()

    def __init__(
        self, theme: Theme, label: str, hint: str = "", *, secret: bool = False, parent: QWidget | None = None
    ) -> None:
        """secret: hide the text, with a button that shows it."""
        super().__init__(parent)
        self._label = label
        self.edit = _Edit()
        self.edit.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.edit.setAccessibleName(strip_isolates(label))
        self.edit.setAccessibleDescription(strip_isolates(hint))
        self.edit.textEdited.connect(self._on_edited)
        self.edit.entered.connect(self.entered)
        heading = Heading(theme, label)
        heading.setBuddy(self.edit)
        self.status = StatusLine(theme)
        self.row = layouts.row(self.edit)
        self.row.setStretchFactor(self.edit, 1)
        if secret:
            self._show_button = push_button(texts.SHOW())
            self._show_button.setCheckable(True)
            self._show_button.toggled.connect(self._on_show_toggled)
            self._on_show_toggled(False)
            self.row.addWidget(self._show_button)
        layouts.column(
            heading,
            self.row,
            *([Paragraph(hint, muted=True)] if hint else []),
            self.status,
            parent=self,
            spacing=GAP // 2,
        )

    @property
    def value(self) -> str:
        """The text without leading and trailing white space."""
        return self.edit.text().strip()

    @property
    def secret(self) -> str:
        """The text without white space and invisible characters: no token has any, pasted text often does."""
        return "".join(c for c in self.edit.text() if c.isprintable() and not c.isspace())

    def set_text(self, text: str) -> None:
        self.edit.setText(text)

    def show_error(self, error: str) -> None:
        """Show the error below the field and move the focus there; "" removes it."""
        self.status.show_error(error)
        self.edit.setAccessibleDescription(strip_isolates(error))
        if error:
            self.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_edited(self) -> None:
        self.status.clear()
        self.edited.emit()

    def _on_show_toggled(self, shown: bool) -> None:
        self._show_button.setText(texts.HIDE() if shown else texts.SHOW())
        name = texts.HIDE_FIELD if shown else texts.SHOW_FIELD
        self._show_button.setAccessibleName(strip_isolates(name(field=self._label)))
        self.edit.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)


class _Edit(QLineEdit):
    """Keeps Enter to itself: the window's default button means something else.

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
