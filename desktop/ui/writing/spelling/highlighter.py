"""Underlines misspelt words of a text field, without changing its text."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtGui import QColor, QSyntaxHighlighter, QTextBlock, QTextCharFormat
from PySide6.QtWidgets import QPlainTextEdit

from desktop.domain.content.spelling import Word, find_words
from desktop.ui.writing.spelling.speller import Speller


class SpellingHighlighter(QSyntaxHighlighter):
    """language: of the text; "" underlines nothing. known: further words that are right, such as the customer's name.

    The word that is being typed is left alone until the cursor leaves it.
    """

    def __init__(self, edit: QPlainTextEdit, speller: Speller) -> None:
        super().__init__(edit)
        self._speller = speller
        self._format = QTextCharFormat()
        self._format.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        # Where the cursor is after the last key; -1 where the last change was no key, or the cursor has left.
        self._typed_at = -1
        self._is_working = False
        self._edit = edit
        self.language = ""
        self.known: Collection[str] = ()
        # Before the highlighter's own connection, which is made with the document.
        edit.document().contentsChange.connect(self._on_contents_change)
        self.setDocument(edit.document())
        edit.cursorPositionChanged.connect(self._on_cursor_moved)
        speller.misspelt_found.connect(self._on_misspelt_found)

    def set_color(self, color: QColor) -> None:
        if color != self._format.underlineColor():
            self._format.setUnderlineColor(color)
            self.rehighlight()

    def misspelt_words(self, block: QTextBlock) -> list[Word]:
        """The misspelt words of a line as far as they are known, also the one that is being typed."""
        if not self.language:
            return []
        words = [w for w in find_words(block.text(), self.language) if w.plain not in self.known]
        misspelt = self._speller.find_misspelt(self.language, {w.plain for w in words})
        return [w for w in words if w.plain in misspelt] if misspelt else []

    def highlightBlock(self, text: str) -> None:
        block = self.currentBlock()
        typed_at = self._typed_at - block.position()
        self._is_working = True
        misspelt = self.misspelt_words(block)
        self._is_working = False
        for word in misspelt:
            start, length = utf16(text[: word.start]), utf16(word.text)
            if not start < typed_at <= start + length:
                self.setFormat(start, length, self._format)

    def _on_contents_change(self, position: int, _removed: int, added: int) -> None:
        # A key adds one character; a whole word, pasted or completed, is not being typed.
        self._typed_at = position + added if added <= 1 else -1

    def _on_cursor_moved(self) -> None:
        typed_at = self._typed_at
        if typed_at >= 0 and self._edit.textCursor().position() != typed_at:
            self._typed_at = -1
            self.rehighlightBlock(self.document().findBlock(typed_at))

    def _on_misspelt_found(self, language: str, words: frozenset[str]) -> None:
        # Qt crashes where a line is begun while another one is not finished; what is answered at once is in this one.
        if language != self.language or self._is_working:
            return
        block = self.document().begin()
        while block.isValid():
            if any(word in block.text() for word in words) or "’" in block.text():
                self.rehighlightBlock(block)
            block = block.next()


def utf16(text: str) -> int:
    """The length that Qt counts."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2
