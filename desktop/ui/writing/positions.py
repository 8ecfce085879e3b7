"""Positions in a text field, which Qt counts in UTF-16 units and Python in characters."""

from __future__ import annotations

from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit

TextField = QPlainTextEdit | QTextEdit


def utf16_length(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def characters_upto(text: str, position: int) -> int:
    """How many characters come before a cursor's position."""
    before = text.encode("utf-16-le", "surrogatepass")[: 2 * position]
    return len(before.decode("utf-16-le", "replace"))


def line_before(cursor: QTextCursor) -> str:
    """The text of the cursor's line before the cursor."""
    line = cursor.block().text()
    return line[: characters_upto(line, cursor.positionInBlock())]


def select(field: TextField, start: int, end: int) -> None:
    """Select a range of the field's text. start, end: counted in characters."""
    text, cursor = field.toPlainText(), field.textCursor()
    cursor.setPosition(utf16_length(text[:start]))
    cursor.setPosition(utf16_length(text[:end]), QTextCursor.MoveMode.KeepAnchor)
    field.setTextCursor(cursor)
