"""The composer's text field."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from desktop.ui.composer.writing.formatter import Formatter
from desktop.ui.look.text_direction import has_direction, is_right_to_left, leading_side
from desktop.ui.look.theme import Theme

_MIN_LINES, _MAX_LINES = 2, 8


class ComposerEdit(QPlainTextEdit):
    """A text field that grows with its text and accepts files.

    Signals:
        send_pressed: Ctrl+Enter, or Enter if it sends, was pressed; not repeated while held down.
        files_inserted: local files were dropped or pasted. arg: list of paths (str).
        image_inserted: a picture without a file was dropped or pasted. arg: QImage.
    """

    send_pressed = Signal()
    files_inserted = Signal(list)
    image_inserted = Signal(QImage)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.formatter = Formatter(theme, self)
        self.enter_sends = False
        self._least_lines = _MIN_LINES
        self.setTabChangesFocus(True)
        # An arrow key moves the caret to where it points, in an Arabic word among English ones too.
        self.document().setDefaultCursorMoveStyle(Qt.CursorMoveStyle.VisualMoveStyle)
        self.textChanged.connect(self._align)
        self._align()
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().documentLayout().documentSizeChanged.connect(self._update_height)
        self._update_height()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            starts_line = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            enter_sends = self.enter_sends and not starts_line
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier or enter_sends:
                if not event.isAutoRepeat():
                    self.send_pressed.emit()
                return
        if self.formatter.handle_key(event):
            return
        super().keyPressEvent(event)
        self.formatter.after_key(event)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return source.hasImage() or source.hasUrls() or super().canInsertFromMimeData(source)

    def insertFromMimeData(self, source: QMimeData) -> None:
        paths = [url.toLocalFile() for url in source.urls() if url.isLocalFile()]
        if paths:
            self.files_inserted.emit(paths)
        elif source.hasImage() and not source.hasText():
            self.image_inserted.emit(QImage(source.imageData()))
        else:
            self.formatter.paste(source.text(), source.html() if source.hasHtml() else "")

    def prepend_quote(self, text: str) -> None:
        cursor = self.textCursor()
        cursor.movePosition(QTextCursor.MoveOperation.Start)
        cursor.insertText("\n".join(f"> {line}" for line in text.splitlines()) + "\n", QTextCharFormat())

    def append_paragraph(self, text: str) -> None:
        cursor = self.textCursor()
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.insertText(f"\n\n{text}" if self.toPlainText().strip() else text, QTextCharFormat())
        self.setTextCursor(cursor)

    def _align(self) -> None:
        """Put the text on the side of its first letter, as the thread will; Qt puts all on the left."""
        text, option = self.toPlainText(), self.document().defaultTextOption()
        wanted = leading_side(mirrored=is_right_to_left(text) if has_direction(text) else self.isRightToLeft())
        if option.alignment() != wanted:
            option.setAlignment(wanted)
            self.document().setDefaultTextOption(option)

    def least_height(self) -> int:
        """Without a text, in pixels."""
        return self._height_of(self._least_lines)

    def set_low(self, is_low: bool) -> None:
        """Set whether it is one line without a text, for a low window."""
        self._least_lines = 1 if is_low else _MIN_LINES
        self._update_height()

    def _height_of(self, lines: int) -> int:
        frame = self.contentsMargins().top() + self.contentsMargins().bottom() + 2 * self.frameWidth()
        return lines * self.fontMetrics().lineSpacing() + 2 * round(self.document().documentMargin()) + frame + 10

    def _update_height(self) -> None:
        height = self._height_of(min(max(round(self.document().size().height()), self._least_lines), _MAX_LINES))
        if height != self.height() or self.minimumHeight() != height:
            self.setFixedHeight(height)

    def changeEvent(self, event: object) -> None:
        super().changeEvent(event)  # type: ignore[arg-type]
        self._update_height()


def has_files(source: QMimeData) -> bool:
    """Whether there are local files, or a picture without text beside it."""
    return any(url.isLocalFile() for url in source.urls()) or (source.hasImage() and not source.hasText())
