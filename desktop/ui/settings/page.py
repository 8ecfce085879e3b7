"""Base class of the settings pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, TypeVar

from PySide6.QtWidgets import (
    QAbstractButton,
    QCheckBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
    QWidget,
)

from desktop.engine.commands import Answer, Command, Failed
from desktop.engine.protocols import Submit
from desktop.engine.views import WorkspaceView
from desktop.text.catalog import Text
from desktop.text.reasons.describe import describe
from desktop.text.screens import settings as texts
from desktop.ui.look.theme import Theme
from desktop.ui.widgets import layouts
from desktop.ui.widgets.flow_layout import FlowLayout
from desktop.ui.widgets.labels import Heading, Paragraph

K = TypeVar("K")


class Page(QWidget):
    """A heading, the subclass's widgets in `column`, its buttons, and a line with the result of the last change.

    TITLE: its entry in the list of pages. ABOUT: what it decides, in a sentence or two; None for no text.
    """

    TITLE: ClassVar[Text]
    ABOUT: ClassVar[Text | None] = None

    def __init__(self, theme: Theme, submit: Submit, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._submit = theme, submit
        self.title = Heading(theme, self.TITLE(), size_delta_pt=3)
        self.column = layouts.column(self.title, parent=self)
        if self.ABOUT is not None:
            self.column.addWidget(Paragraph(self.ABOUT(), muted=True))
        self._result = Paragraph()
        self._result.hide()

    @property
    def result(self) -> str:
        """The result of the last change; "" before the first."""
        return self._result.text()

    def show_workspace(self, view: WorkspaceView) -> None:
        """Show the stored settings; a choice that is not saved yet stays."""

    def continue_from(self, former: Page) -> None:
        """Show what was typed and chosen on the same page of another sheet, and not saved."""
        _copy_input(former, self)

    def add_footer(self, *buttons: QPushButton) -> None:
        """Add a row of buttons and the line with the result."""
        if buttons:
            self.column.addLayout(FlowLayout(*buttons))
        self.column.addWidget(self._result)

    def submit(self, command: Command, success: str = "") -> None:
        """Submit the command; when it has been carried out, show `success`, by default that it was saved."""

        def show_answer(answer: Answer) -> None:
            self.show_result(describe(answer.reason) if isinstance(answer, Failed) else success or texts.SAVED())

        self._submit(command, show_answer)

    def show_result(self, text: str) -> None:
        self._result.setAccessibleName(text)
        self._result.show_text(text)


def checked_keys(boxes: Mapping[K, QCheckBox]) -> frozenset[K]:
    return frozenset(key for key, box in boxes.items() if box.isChecked())


def _copy_input(source: QWidget, target: QWidget) -> None:
    """Copy what was typed and chosen to the field at the same place in `target`; fields that it lacks are left out.

    Texts that nobody has edited stay those of the target: they may be written in the language of the screen.
    """
    for former_box, box in zip(source.findChildren(QComboBox), target.findChildren(QComboBox), strict=False):
        index = box.findData(former_box.currentData())
        if index >= 0:
            box.setCurrentIndex(index)
    # A box that is checked may choose the radio button that it belongs to, so that these come after them.
    _copy_checks(source.findChildren(QCheckBox), target.findChildren(QCheckBox))
    _copy_checks(source.findChildren(QRadioButton), target.findChildren(QRadioButton))
    for former_line, line in zip(source.findChildren(QLineEdit), target.findChildren(QLineEdit), strict=False):
        if former_line.isModified():
            line.setText(former_line.text())
            line.setModified(True)
            line.textEdited.emit(former_line.text())
    for former_text, text in zip(
        source.findChildren(QPlainTextEdit), target.findChildren(QPlainTextEdit), strict=False
    ):
        if former_text.document().isModified():
            text.setPlainText(former_text.toPlainText())
            text.document().setModified(True)


def _copy_checks(former: Sequence[QAbstractButton], buttons: Sequence[QAbstractButton]) -> None:
    if len(former) == len(buttons):
        for one, other in zip(former, buttons, strict=True):
            other.setChecked(one.isChecked())
