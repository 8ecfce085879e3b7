"""The text field for a value of a template."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QTextOption
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QWidget

from desktop.ui.look.text_direction import is_right_to_left

_MAX_LINES = 5
_PARAGRAPH_END = "\u2029"


class ValueEdit(QPlainTextEdit):
    """Keeps pasted line breaks and tabs and can show them. Enter inserts no line: a value has only one.

    Signals:
        entered: Enter was pressed.
        send_pressed: Ctrl+Enter was pressed.
        focused: the field has received the focus.
    """

    entered = Signal()
    send_pressed = Signal()
    focused = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shows_whitespace = self._has_text_option = False
        self.setTabChangesFocus(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().documentLayout().documentSizeChanged.connect(self._update_height)
        self.textChanged.connect(self._apply_text_option)
        self._apply_text_option()
        self._update_height()

    @property
    def value(self) -> str:
        """The text as typed or pasted; `toPlainText` would replace no-break spaces."""
        return self.document().toRawText().replace(_PARAGRAPH_END, "\n")

    def set_value(self, value: str) -> None:
        if value != self.value:
            self.setPlainText(value)

    def show_whitespace(self, shown: bool) -> None:
        """Show spaces, tabs and line breaks as signs."""
        self._shows_whitespace = shown
        self._apply_text_option()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not event.isAutoRepeat():
                with_control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
                (self.send_pressed if with_control else self.entered).emit()
            event.accept()
        elif event.key() == Qt.Key.Key_Escape:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def insertFromMimeData(self, source: QMimeData) -> None:
        self.insertPlainText(source.text())

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return source.hasText()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focused.emit()

    def changeEvent(self, event: object) -> None:
        super().changeEvent(event)  # type: ignore[arg-type]
        self._update_height()

    def sizeHint(self) -> QSize:
        return QSize(200, self.height())

    def _apply_text_option(self) -> None:
        """Align the text by its own direction; an empty field by the screen's."""
        value = self.value
        is_mirrored = is_right_to_left(value) if value.strip() else self.isRightToLeft()
        option = QTextOption(Qt.AlignmentFlag.AlignRight if is_mirrored else Qt.AlignmentFlag.AlignLeft)
        option.setTextDirection(Qt.LayoutDirection.RightToLeft if is_mirrored else Qt.LayoutDirection.LeftToRight)
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        if self._shows_whitespace:
            option.setFlags(QTextOption.Flag.ShowTabsAndSpaces | QTextOption.Flag.ShowLineAndParagraphSeparators)
        present = self.document().defaultTextOption()
        if (option.textDirection(), option.flags()) != (
            present.textDirection(),
            present.flags(),
        ) or not self._has_text_option:
            self._has_text_option = True
            self.document().setDefaultTextOption(option)

    def _update_height(self) -> None:
        lines = min(max(round(self.document().size().height()), 1), _MAX_LINES)
        frame = self.contentsMargins().top() + self.contentsMargins().bottom()
        height = lines * self.fontMetrics().lineSpacing() + 2 * round(self.document().documentMargin()) + frame + 2
        if height != self.height() or self.minimumHeight() != height:
            self.setFixedHeight(height)
