"""Value edit: one value of a template; shows line breaks and tabs that were pasted instead of swallowing them."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QTextOption
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QWidget

from desktop.ui.wording.thread import is_right_to_left

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
        self._signs = self._settled = False
        self.setTabChangesFocus(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().documentLayout().documentSizeChanged.connect(self._grow)
        self.textChanged.connect(self._settle)
        self._settle()
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
        self._signs = shown
        self._settle()

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

    def _settle(self) -> None:
        """On the side of its own words; an empty one on the side of the screen's language."""
        value = self.value
        mirrored = is_right_to_left(value) if value.strip() else self.isRightToLeft()
        option = QTextOption(Qt.AlignmentFlag.AlignRight if mirrored else Qt.AlignmentFlag.AlignLeft)
        option.setTextDirection(Qt.LayoutDirection.RightToLeft if mirrored else Qt.LayoutDirection.LeftToRight)
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        if self._signs:
            option.setFlags(QTextOption.Flag.ShowTabsAndSpaces | QTextOption.Flag.ShowLineAndParagraphSeparators)
        before = self.document().defaultTextOption()
        if (option.textDirection(), option.flags()) != (before.textDirection(), before.flags()) or not self._settled:
            self._settled = True
            self.document().setDefaultTextOption(option)

    def _grow(self) -> None:
        lines = min(max(round(self.document().size().height()), 1), _MOST_LINES)
        frame = self.contentsMargins().top() + self.contentsMargins().bottom()
        wanted = lines * self.fontMetrics().lineSpacing() + 2 * round(self.document().documentMargin()) + frame + 2
        if wanted != self.height() or self.minimumHeight() != wanted:
            self.setFixedHeight(wanted)
