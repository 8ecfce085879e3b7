"""The composer's text field."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from desktop.domain.content.placeholders import first_blank

_MIN_LINES, _MAX_LINES = 2, 8


class ComposerEdit(QPlainTextEdit):
    """A text field that grows with its text, accepts files and detects macro queries.

    Signals:
        send_pressed: Ctrl+Enter, or Enter if it sends, was pressed; not repeated while held down.
        files_inserted: local files were dropped or pasted. arg: list of paths (str).
        image_inserted: a picture without a file was dropped or pasted. arg: QImage.
        macro_query_changed: arg: the text between `#` and the cursor, or None if there is none.
        macro_key: a key for the open macro list was pressed. arg: Qt.Key (Up, Down, Return, Tab, Escape).
    """

    send_pressed = Signal()
    files_inserted = Signal(list)
    image_inserted = Signal(QImage)
    macro_query_changed = Signal(object)
    macro_key = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.is_choosing_macro = False
        self.enter_sends = False
        self.setTabChangesFocus(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().documentLayout().documentSizeChanged.connect(self._update_height)
        self.cursorPositionChanged.connect(self._update_macro_query)
        self.textChanged.connect(self._update_macro_query)
        self._update_height()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            starts_line = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            enter_sends = self.enter_sends and not starts_line and not self.is_choosing_macro
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier or enter_sends:
                if not event.isAutoRepeat():
                    self.send_pressed.emit()
                return
            key = Qt.Key.Key_Return
        list_keys = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_Escape)
        if self.is_choosing_macro and key in list_keys:
            self.macro_key.emit(key)
            return
        super().keyPressEvent(event)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return source.hasImage() or source.hasUrls() or super().canInsertFromMimeData(source)

    def insertFromMimeData(self, source: QMimeData) -> None:
        paths = [url.toLocalFile() for url in source.urls() if url.isLocalFile()]
        if paths:
            self.files_inserted.emit(paths)
        elif source.hasImage() and not source.hasText():
            self.image_inserted.emit(QImage(source.imageData()))
        else:
            # Never rich text: providers get what the agent sees.
            self.insertPlainText(source.text())

    def insert_macro(self, text: str) -> None:
        """Replace `#query` before the cursor with `text` and select its first blank."""
        cursor = self.textCursor()
        start = _find_macro_start(cursor)
        if start is not None:
            cursor.setPosition(start, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(text)
        self.setTextCursor(cursor)
        self._select_blank(text, cursor.position() - _utf16(text))

    def select_blank(self) -> None:
        """Select the first blank, if there is one."""
        self._select_blank(self.toPlainText(), 0)

    def _select_blank(self, text: str, start: int) -> None:
        blank = first_blank(text)
        if blank is not None:
            cursor = self.textCursor()
            # Counted in UTF-16 units, as the cursor does.
            cursor.setPosition(start + _utf16(text[: blank.start()]))
            cursor.setPosition(start + _utf16(text[: blank.end()]), QTextCursor.MoveMode.KeepAnchor)
            self.setTextCursor(cursor)

    def prepend_quote(self, text: str) -> None:
        cursor = self.textCursor()
        cursor.movePosition(QTextCursor.MoveOperation.Start)
        cursor.insertText("\n".join(f"> {line}" for line in text.splitlines()) + "\n")

    def append_paragraph(self, text: str) -> None:
        cursor = self.textCursor()
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.insertText(f"\n\n{text}" if self.toPlainText().strip() else text)
        self.setTextCursor(cursor)

    def _update_macro_query(self) -> None:
        cursor = self.textCursor()
        start = None if cursor.hasSelection() else _find_macro_start(cursor)
        block = cursor.block()
        query = None if start is None else block.text()[start - block.position() + 1 : cursor.positionInBlock()]
        self.macro_query_changed.emit(query)

    def _update_height(self) -> None:
        lines = min(max(round(self.document().size().height()), _MIN_LINES), _MAX_LINES)
        frame = self.contentsMargins().top() + self.contentsMargins().bottom() + 2 * self.frameWidth()
        height = lines * self.fontMetrics().lineSpacing() + 2 * round(self.document().documentMargin()) + frame + 10
        if height != self.height() or self.minimumHeight() != height:
            self.setFixedHeight(height)

    def changeEvent(self, event: object) -> None:
        super().changeEvent(event)  # type: ignore[arg-type]
        self._update_height()


def has_files(source: QMimeData) -> bool:
    """Whether there are local files, or a picture without text beside it."""
    return any(url.isLocalFile() for url in source.urls()) or (source.hasImage() and not source.hasText())


def _find_macro_start(cursor: QTextCursor) -> int | None:
    """Return the position of a `#` at the start of the word before the cursor; None if there is none."""
    block = cursor.block()
    before = block.text()[: cursor.positionInBlock()]
    at = before.rfind("#")
    if at < 0 or (at > 0 and not before[at - 1].isspace()) or any(c.isspace() for c in before[at:]):
        return None
    return block.position() + at


def _utf16(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
