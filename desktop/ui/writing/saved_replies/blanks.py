"""Blanks of an inserted reply, such as `⟦order id⟧`: Tab goes from one to the next."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent

from desktop.domain.content.placeholders import find_blanks
from desktop.ui.writing.positions import TextField, characters_upto, select


def select_blank(field: TextField, position: int = 0) -> bool:
    """Select the first blank at or behind a cursor's position. False if there is none."""
    text = field.toPlainText()
    start = characters_upto(text, position)
    blank = next((b for b in find_blanks(text) if b.start() >= start), None)
    if blank is not None:
        select(field, blank.start(), blank.end())
    return blank is not None


class BlankStops(QObject):
    """Lets Tab select the next blank of a text field, and Shift+Tab the one before. Where there is none, they move the
    keyboard on as usual.
    """

    def __init__(self, field: TextField, parent: QObject) -> None:
        super().__init__(parent)
        self._field = field
        field.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent) or self._field.isReadOnly():
            return False
        cursor = self._field.textCursor()
        if event.key() == Qt.Key.Key_Tab and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            return select_blank(self._field, cursor.selectionEnd())
        if event.key() == Qt.Key.Key_Backtab:
            return self._select_before(cursor.selectionStart())
        return False

    def _select_before(self, position: int) -> bool:
        text = self._field.toPlainText()
        end = characters_upto(text, position)
        before = [blank for blank in find_blanks(text) if blank.end() <= end]
        if before:
            select(self._field, before[-1].start(), before[-1].end())
        return bool(before)
