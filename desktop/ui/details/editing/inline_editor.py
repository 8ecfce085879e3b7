"""A field with Save and Cancel that takes the place of what is edited."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from desktop.text.catalog import strip_isolates
from desktop.text.screens import details as texts
from desktop.ui.details.editing.values import ValueField
from desktop.ui.details.sections import EDITING
from desktop.ui.look.theme import GAP, Theme
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import push_button
from desktop.ui.widgets.flow_layout import FlowLayout
from desktop.ui.widgets.labels import Paragraph
from desktop.ui.widgets.status_line import Status, StatusLine


class InlineEditor(QWidget):
    """Enter saves (Ctrl+Enter in several lines), Escape cancels. What was entered stays until it is saved or cancelled.

    Signals:
        save_requested: arg: the value.
        cancelled: the agent does not want to change it.
    """

    save_requested = Signal(str)
    cancelled = Signal()

    def __init__(
        self, theme: Theme, title: str, field: ValueField, parent: QWidget | None = None, save_label: str = ""
    ) -> None:
        """title: stands above the field; "" for none. save_label: of the button, "" for the usual one."""
        super().__init__(parent)
        self.setObjectName(EDITING)
        self._field = field
        self._status = StatusLine(theme, self)
        self._save = push_button(save_label or texts.SAVE(), self.save, style="primary")
        self._cancel = push_button(texts.CANCEL(), self.cancel)
        self._choices = QWidget()
        self._choice_row = FlowLayout(spacing=GAP - 2, parent=self._choices)
        self._choices.hide()
        self._buttons = QWidget()
        FlowLayout(self._save, self._cancel, spacing=GAP - 2, parent=self._buttons)
        heading = [Paragraph(title, muted=True, can_shrink=True)] if title else []
        layouts.column(*heading, field.widget, self._status, self._choices, self._buttons, parent=self, spacing=GAP - 2)
        field.focus.installEventFilter(self)

    @property
    def value(self) -> str:
        return self._field.value

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not event.spontaneous():
            self._field.focus.setFocus(Qt.FocusReason.OtherFocusReason)

    def close_editor(self) -> None:
        """Take it off the screen."""
        self.setObjectName("")
        self.hide()
        self.deleteLater()

    def save(self) -> None:
        if self._save.isEnabled():
            self.save_requested.emit(self._field.value)

    def cancel(self) -> None:
        self.cancelled.emit()

    def set_saving(self, is_saving: bool) -> None:
        """Show that the value is on its way. Cancel stays: the field is only closed then."""
        self._save.setEnabled(not is_saving)
        self._field.widget.setEnabled(not is_saving)
        self._choices.hide()
        self._buttons.show()
        self._status.set_status(texts.SAVING() if is_saving else "", Status.INFO)

    def show_remark(self, sentence: str) -> None:
        """Say what the agent should know before they save."""
        self._status.set_status(sentence, Status.INFO)

    def show_problem(self, sentence: str) -> None:
        """Say why the value was not saved."""
        self.set_saving(False)
        self._status.show_error(sentence)
        self._field.focus.setAccessibleDescription(strip_isolates(sentence))
        self._field.focus.setFocus(Qt.FocusReason.OtherFocusReason)

    def ask(self, sentence: str, *choices: tuple[str, Callable[[], None]]) -> None:
        """Ask what to do, with a button for each choice in place of Save. choices: label and action of each."""
        self.set_saving(False)
        self._status.set_status(sentence, Status.WARNING, speak=True)
        layouts.clear(self._choice_row)
        for label, action in choices:
            self._choice_row.addWidget(push_button(label, action))
        self._choices.show()
        self._buttons.hide()
        self._field.focus.setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and watched is self._field.focus:
            is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            has_control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            if is_enter and (has_control or not isinstance(watched, QPlainTextEdit)):
                if not event.isAutoRepeat():
                    self.save()
                return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.cancel()
            event.accept()
        else:
            super().keyPressEvent(event)
