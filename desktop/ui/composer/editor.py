"""Composer's text field: native input that grows with its text, takes files, and knows where a macro is being named."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from desktop.ui.composer.macro_filling import first_blank

_LEAST_LINES, _MOST_LINES = 2, 8


class ComposerEdit(QPlainTextEdit):
    """Signals:
    send_pressed: Ctrl+Enter, or Enter where it sends, went down; a key that is held down counts once.
    files_given: local files were dropped or pasted. arg: list of paths (str).
    image_given: a picture without a file was dropped or pasted. arg: QImage.
    macro_sought: the cursor stands behind `#` and a query. arg: the query, or None when it no longer does.
    macro_key: a key for the macro list while it is open. arg: Qt.Key (Up, Down, Return, Tab, Escape).
    """

    send_pressed = Signal()
    files_given = Signal(list)
    image_given = Signal(QImage)
    macro_sought = Signal(object)
    macro_key = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choosing_macro = False
        self.enter_sends = False
        self.setTabChangesFocus(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().documentLayout().documentSizeChanged.connect(self._grow)
        self.cursorPositionChanged.connect(self._seek_macro)
        self.textChanged.connect(self._seek_macro)
        self._grow()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            begins_line = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            by_enter = self.enter_sends and not begins_line and not self.choosing_macro
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier or by_enter:
                if not event.isAutoRepeat():
                    self.send_pressed.emit()
                return
            key = Qt.Key.Key_Return
        wanted = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_Escape)
        if self.choosing_macro and key in wanted:
            self.macro_key.emit(key)
            return
        super().keyPressEvent(event)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return source.hasImage() or source.hasUrls() or super().canInsertFromMimeData(source)

    def insertFromMimeData(self, source: QMimeData) -> None:
        paths = [url.toLocalFile() for url in source.urls() if url.isLocalFile()]
        if paths:
            self.files_given.emit(paths)
        elif source.hasImage() and not source.hasText():
            self.image_given.emit(QImage(source.imageData()))
        else:
            # Rich text is never wanted: providers get what the agent sees.
            self.insertPlainText(source.text())

    def put_macro(self, text: str) -> None:
        """Replace `#query` before the cursor by `text`; the first blank in it is selected."""
        cursor = self.textCursor()
        start = _hash_before(cursor)
        if start is not None:
            cursor.setPosition(start, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(text)
        self.setTextCursor(cursor)
        self._select_blank(text, cursor.position() - _utf16(text))

    def select_blank(self) -> None:
        """The first one, if there is any."""
        self._select_blank(self.toPlainText(), 0)

    def _select_blank(self, text: str, start: int) -> None:
        blank = first_blank(text)
        if blank is not None:
            cursor = self.textCursor()
            # Counted in UTF-16 units, as the cursor does.
            cursor.setPosition(start + _utf16(text[: blank.start()]))
            cursor.setPosition(start + _utf16(text[: blank.end()]), QTextCursor.MoveMode.KeepAnchor)
            self.setTextCursor(cursor)

    def put_quotation(self, text: str) -> None:
        """Before what is written."""
        cursor = self.textCursor()
        cursor.movePosition(QTextCursor.MoveOperation.Start)
        cursor.insertText("\n".join(f"> {line}" for line in text.splitlines()) + "\n")

    def put_below(self, text: str) -> None:
        cursor = self.textCursor()
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.insertText(f"\n\n{text}" if self.toPlainText().strip() else text)
        self.setTextCursor(cursor)

    def _seek_macro(self) -> None:
        cursor = self.textCursor()
        start = None if cursor.hasSelection() else _hash_before(cursor)
        block = cursor.block()
        query = None if start is None else block.text()[start - block.position() + 1 : cursor.positionInBlock()]
        self.macro_sought.emit(query)

    def _grow(self) -> None:
        lines = min(max(round(self.document().size().height()), _LEAST_LINES), _MOST_LINES)
        frame = self.contentsMargins().top() + self.contentsMargins().bottom() + 2 * self.frameWidth()
        wanted = lines * self.fontMetrics().lineSpacing() + 2 * round(self.document().documentMargin()) + frame + 10
        if wanted != self.height() or self.minimumHeight() != wanted:
            self.setFixedHeight(wanted)

    def changeEvent(self, event: object) -> None:
        super().changeEvent(event)  # type: ignore[arg-type]
        self._grow()


def has_files(source: QMimeData) -> bool:
    """Local files, or a picture that is no part of a text."""
    return any(url.isLocalFile() for url in source.urls()) or (source.hasImage() and not source.hasText())


def _hash_before(cursor: QTextCursor) -> int | None:
    """Position of a `#` that begins a word and has no blank between it and the cursor; None if there is none."""
    block = cursor.block()
    before = block.text()[: cursor.positionInBlock()]
    at = before.rfind("#")
    if at < 0 or (at > 0 and not before[at - 1].isspace()) or any(c.isspace() for c in before[at:]):
        return None
    return block.position() + at


def _utf16(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
