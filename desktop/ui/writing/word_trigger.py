"""Detects a word that begins with a certain character, such as `#refund`, while it is being written."""

from __future__ import annotations

import re
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QTextCursor

from desktop.ui.writing.positions import TextField, line_before, utf16_length

_MODIFIERS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier


def beginning_with(characters: str) -> Callable[[str], str]:
    """Finds the word at the end of a text that begins with one of these; "" if it begins otherwise."""

    def find(text: str) -> str:
        word = re.split(r"[ \t\u00a0]", text)[-1]
        return word if word and word[0] in characters else ""

    return find


class WordTrigger(QObject):
    """Watches a text field for the word before the cursor, and while a list is open keeps its keys from the field.

    is_open: a list for the word is open: the arrows up and down, Enter, Tab and Escape are its keys then.

    Signals:
        changed: arg: the word with its first character; "" if there is none.
        key_pressed: arg: Qt.Key (Up, Down, Return, Tab, Escape).
    """

    changed = Signal(str)
    key_pressed = Signal(int)

    def __init__(self, field: TextField, find_word: Callable[[str], str], parent: QObject) -> None:
        """find_word: returns the word at the end of the line before the cursor; "" for none."""
        super().__init__(parent)
        self._field, self._find_word = field, find_word
        self._dismissed_at: int | None = None
        self.is_open = False
        field.installEventFilter(self)
        field.cursorPositionChanged.connect(self._update)
        field.textChanged.connect(self._update)

    @property
    def word(self) -> str:
        """The word before the cursor; "" for none."""
        cursor = self._field.textCursor()
        return "" if cursor.hasSelection() else self._find_word(line_before(cursor))

    def insert(self, character: str) -> None:
        """Write a character as the start of a word, as if it had been typed."""
        cursor = self._field.textCursor()
        before = line_before(cursor)
        self._dismissed_at = None
        cursor.insertText(character if not before or before[-1].isspace() else f" {character}")
        self._field.setTextCursor(cursor)

    def replace(self, text: str) -> int:
        """Put `text` in place of the word. Returns where it begins, as cursors count."""
        cursor = self._field.textCursor()
        cursor.setPosition(self._start(cursor), QTextCursor.MoveMode.KeepAnchor)
        start = cursor.selectionStart()
        cursor.insertText(text)
        self._field.setTextCursor(cursor)
        return start

    def dismiss(self) -> None:
        """Ignore this word from now on."""
        self.is_open = False
        self._dismissed_at = self._start(self._field.textCursor())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Before the field's own handling: Tab would move the focus, and Enter might send.
        if event.type() != QEvent.Type.KeyPress or not self.is_open or not isinstance(event, QKeyEvent):
            return False
        key = Qt.Key.Key_Return if event.key() == Qt.Key.Key_Enter else Qt.Key(event.key())
        keys = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_Escape)
        if key not in keys or event.modifiers() & _MODIFIERS:
            return False
        self.key_pressed.emit(key)
        return True

    def _start(self, cursor: QTextCursor) -> int:
        return cursor.position() - utf16_length(self.word)

    def _update(self) -> None:
        word = self.word
        if not word or self._start(self._field.textCursor()) != self._dismissed_at:
            self._dismissed_at = None
            self.changed.emit(word)
