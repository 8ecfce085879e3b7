"""Value edit: one value of a template; shows line breaks and tabs that were pasted instead of swallowing them."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QTextOption
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QWidget

_MOST_LINES = 5
_PARAGRAPH_END = "\u2029"


class ValueEdit(QPlainTextEdit):
    """Enter begins no line, since a value has none, and sends nothing: it leads to the next field.

    Signals:
        entered: Enter went down.
        send_pressed: Ctrl+Enter went down.
        focused: the keyboard is here now.
    """

    entered = Signal()
    send_pressed = Signal()
    focused = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().documentLayout().documentSizeChanged.connect(self._grow)
        self.show_signs(False)
        self._grow()

    @property
    def value(self) -> str:
        """As it was typed or pasted; `toPlainText` would turn no-break spaces into ordinary ones."""
        return self.document().toRawText().replace(_PARAGRAPH_END, "\n")

    def put(self, value: str) -> None:
        if value != self.value:
            self.setPlainText(value)

    def show_signs(self, shown: bool) -> None:
        """Make spaces, tabs and line breaks visible."""
        option = QTextOption()
        option.setTextDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        if shown:
            option.setFlags(QTextOption.Flag.ShowTabsAndSpaces | QTextOption.Flag.ShowLineAndParagraphSeparators)
        if option.flags() != self.document().defaultTextOption().flags() or not shown:
            self.document().setDefaultTextOption(option)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not event.isAutoRepeat():
                held = event.modifiers() & Qt.KeyboardModifier.ControlModifier
                (self.send_pressed if held else self.entered).emit()
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
        self._grow()

    def sizeHint(self) -> QSize:
        return QSize(200, self.height())

    def _grow(self) -> None:
        lines = min(max(round(self.document().size().height()), 1), _MOST_LINES)
        frame = self.contentsMargins().top() + self.contentsMargins().bottom() + 2 * self.frameWidth()
        wanted = lines * self.fontMetrics().lineSpacing() + 2 * round(self.document().documentMargin()) + frame + 10
        if wanted != self.height() or self.minimumHeight() != wanted:
            self.setFixedHeight(wanted)
