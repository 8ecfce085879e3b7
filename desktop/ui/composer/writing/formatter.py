"""Formats the text of a text field: styles of characters, links, and lists."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QTextBlockFormat, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit

from desktop.domain.model import formatting
from desktop.domain.model.formatting import LISTS, STYLES, SpanKind, Spans
from desktop.ui.composer.writing import formats
from desktop.ui.composer.writing.formats import PLAIN, FormatColors, Look
from desktop.ui.look.theme import Theme

_KEEP = QTextCursor.MoveMode.KeepAnchor


class Formatter(QObject):
    """Changes the formatting of one text field, and says what it is at the cursor.

    Signals:
        state_changed: what is on at the cursor has changed. arg: frozenset of `SpanKind`.
    """

    state_changed = Signal(object)

    def __init__(self, theme: Theme, edit: QPlainTextEdit) -> None:
        super().__init__(edit)
        self._theme, self._edit = theme, edit
        self._state: frozenset[SpanKind] = frozenset()
        edit.cursorPositionChanged.connect(self._on_moved)
        edit.selectionChanged.connect(self._update_state)
        theme.changed.connect(self._on_theme_changed)

    @property
    def field(self) -> QPlainTextEdit:
        """The text field."""
        return self._edit

    # --- the whole text ----------------------------------------------------------------------------------------------

    def content(self) -> tuple[str, Spans]:
        """The text, complete without its formatting, and its formatting."""
        return formats.read(self._edit.document())

    def set_content(self, text: str, spans: Spans) -> None:
        """Replace everything; the cursor is at the end, and nothing can be undone."""
        document = self._edit.document()
        document.setUndoRedoEnabled(False)
        self._edit.setPlainText("")
        cursor = QTextCursor(document)
        formats.set_list_kind(cursor.block(), None)
        formats.insert(cursor, text, spans, self._colors)
        document.setUndoRedoEnabled(True)
        self._edit.moveCursor(QTextCursor.MoveOperation.End)
        self._edit.setCurrentCharFormat(formats.char_format(PLAIN, self._colors))
        self._update_state()

    def replace_content(self, text: str, spans: Spans) -> None:
        """Replace everything as one step that can be undone."""
        cursor = self._edit.textCursor()
        cursor.beginEditBlock()
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.removeSelectedText()
        formats.set_list_kind(cursor.block(), None)
        formats.insert(cursor, text, spans, self._colors)
        cursor.endEditBlock()
        self._edit.setTextCursor(cursor)

    def paste(self, text: str, html: str) -> None:
        """Insert what was copied, with the formatting that is kept; an address over a selection makes a link of it."""
        cursor = self._edit.textCursor()
        address = formatting.link_address(text)
        if address and cursor.hasSelection() and "\u2029" not in cursor.selectedText():
            self.set_link(address)
            return
        rich, found = formats.read_html(html) if html and len(html) <= formats.MAX_PASTED_CHARS else ("", ())
        if found:
            formats.insert(cursor, rich.strip("\n"), formatting.clip(rich, found, *_bounds(rich)), self._colors)
        else:
            # What only has colors and sizes is pasted as its own plain text, which keeps its spaces.
            formats.insert(cursor, text.replace("\r\n", "\n").replace("\r", "\n"), (), self._colors)
        self._edit.setTextCursor(cursor)
        self._edit.ensureCursorVisible()

    # --- styles and links --------------------------------------------------------------------------------------------

    @property
    def state(self) -> frozenset[SpanKind]:
        """What is on at the cursor, or everywhere in the selection."""
        return self._state

    def toggle(self, kind: SpanKind) -> None:
        """Turn a style or a list on or off, for the selection or for what is typed next."""
        if self._edit.isReadOnly():
            return
        if kind in LISTS:
            self._toggle_list(kind)
        else:
            cursor, on = self._edit.textCursor(), kind not in self._state
            if cursor.hasSelection():
                formats.change_looks(cursor, lambda look: formats.with_kind(look, kind, on=on), self._colors)
            else:
                look = formats.with_kind(formats.look_of(self._edit.currentCharFormat()), kind, on=on)
                self._edit.setCurrentCharFormat(formats.char_format(look, self._colors))
        self._update_state()

    def link_at_cursor(self) -> str:
        """The address of the link at the cursor; "" for none."""
        return formats.look_of(self._edit.textCursor().charFormat()).address

    def select_link(self) -> None:
        """Select the whole link at the cursor, if nothing is selected."""
        cursor, address = self._edit.textCursor(), self.link_at_cursor()
        if cursor.hasSelection() or not address:
            return
        at, line = cursor.position(), QTextCursor(cursor.block())
        line.movePosition(QTextCursor.MoveOperation.EndOfBlock, _KEEP)
        linked = [(s, e) for s, e, look in formats.looks_in(line) if look.address == address]
        # A link may have several looks, and a line the same link twice.
        start = end = next((s for s, e in linked if s <= at <= e), at)
        while (before := next((s for s, e in linked if e == start), None)) is not None:
            start = before
        while (after := next((e for s, e in linked if s == end), None)) is not None:
            end = after
        cursor.setPosition(start)
        cursor.setPosition(end, _KEEP)
        self._edit.setTextCursor(cursor)

    def set_link(self, address: str) -> None:
        """Make a link of the selection, or insert the address if nothing is selected; "" removes the link."""
        cursor = self._edit.textCursor()
        if cursor.selectedText().strip():
            selected, start = cursor.selectedText(), cursor.selectionStart()
            cursor.setPosition(cursor.selectionEnd() - len(selected) + len(selected.rstrip()))
            cursor.setPosition(start + len(selected) - len(selected.lstrip()), _KEEP)
            formats.change_looks(cursor, lambda look: Look(look.kinds, address), self._colors)
            cursor.setPosition(cursor.selectionEnd())
            self._edit.setTextCursor(cursor)
        elif address:
            cursor.insertText(address, formats.char_format(PLAIN, self._colors))
            self._edit.setTextCursor(cursor)
        self._leave_link()

    def _leave_link(self) -> None:
        """What is typed before or after a link is no part of it."""
        cursor = self._edit.textCursor()
        look = formats.look_of(self._edit.currentCharFormat())
        if not look.address or cursor.hasSelection():
            return
        after = QTextCursor(cursor)
        after.movePosition(QTextCursor.MoveOperation.NextCharacter)
        following = formats.look_of(after.charFormat()) if after.block() == cursor.block() else PLAIN
        is_last = after.position() == cursor.position() or following.address != look.address
        if cursor.atBlockStart() or is_last:
            self._edit.setCurrentCharFormat(formats.char_format(Look(look.kinds), self._colors))

    # --- lists -------------------------------------------------------------------------------------------------------

    def _toggle_list(self, kind: SpanKind) -> None:
        cursor = self._edit.textCursor()
        document = cursor.document()
        block, last = document.findBlock(cursor.selectionStart()), document.findBlock(cursor.selectionEnd())
        blocks = [block]
        while block != last:
            block = block.next()
            blocks.append(block)
        items = [b for b in blocks if b.text().strip()] or blocks[:1]
        on = any(formats.list_kind(b) is not kind for b in items)
        editing = QTextCursor(document)
        editing.beginEditBlock()
        for number, item in enumerate(items, 1):
            before = formats.list_kind(item)
            editing.setPosition(item.position())
            if before is not None:
                editing.setPosition(item.position() + formats.marker_length(item.text(), before), _KEEP)
            text = formats.marker(kind, number) if on else ""
            editing.insertText(text, formats.char_format(PLAIN, self._colors))
            formats.set_list_kind(item, kind if on else None)
        formats.renumber(editing)
        editing.endEditBlock()

    def handle_key(self, event: QKeyEvent) -> bool:
        """Go on with a list on Enter, end it on Enter in an empty item, and remove a marker as a whole. Returns whether
        the key is dealt with.
        """
        cursor, is_enter = self._edit.textCursor(), event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if self._edit.isReadOnly() or not (is_enter or event.key() == Qt.Key.Key_Backspace):
            return False
        kind = formats.list_kind(cursor.block())
        at = cursor.positionInBlock()
        length = formats.marker_length(cursor.block().text(), kind) if kind is not None else 0
        if kind is None or cursor.hasSelection() or at < length:
            # Qt would start a line within the block, and a list is of blocks.
            if is_enter and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self._edit.textCursor().insertBlock(QTextBlockFormat())
                self._edit.ensureCursorVisible()
                return True
            return False
        if not is_enter and at > length:
            return False
        cursor.beginEditBlock()
        if is_enter and len(cursor.block().text()) > length:
            cursor.insertBlock()
            formats.set_list_kind(cursor.block(), kind)
            cursor.insertText(formats.marker(kind), formats.char_format(PLAIN, self._colors))
        else:
            cursor.setPosition(cursor.block().position())
            cursor.setPosition(cursor.block().position() + length, _KEEP)
            cursor.removeSelectedText()
            formats.set_list_kind(cursor.block(), None)
        formats.renumber(QTextCursor(cursor))
        cursor.endEditBlock()
        self._edit.setTextCursor(cursor)
        self._edit.ensureCursorVisible()
        return True

    def after_key(self, event: QKeyEvent) -> None:
        """Count a numbered list again after a line of it was removed or split."""
        if event.key() in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete) and not self._edit.isReadOnly():
            cursor = QTextCursor(self._edit.document())
            cursor.joinPreviousEditBlock()
            formats.renumber(cursor)
            cursor.endEditBlock()

    # --- what is on --------------------------------------------------------------------------------------------------

    def _on_moved(self) -> None:
        self._leave_link()
        self._update_state()

    def _update_state(self) -> None:
        cursor = self._edit.textCursor()
        if cursor.hasSelection():
            looks = [look for _, _, look in formats.looks_in(cursor)] or [PLAIN]
            kinds = frozenset(kind for kind in STYLES if all(kind in look.kinds for look in looks))
            has_link = any(look.address for look in looks)
        else:
            look = formats.look_of(self._edit.currentCharFormat())
            kinds, has_link = look.kinds, bool(self.link_at_cursor())
        listed = formats.list_kind(cursor.block())
        state = kinds | ({SpanKind.LINK} if has_link else set()) | ({listed} if listed is not None else set())
        if state != self._state:
            self._state = state
            self.state_changed.emit(state)

    @property
    def _colors(self) -> FormatColors:
        return FormatColors(self._theme.color("accent"), self._theme.color("hover"))

    def _on_theme_changed(self) -> None:
        formats.repaint(self._edit.document(), self._colors)


def _bounds(text: str) -> tuple[int, int]:
    """Start and end of a text without its first and last line ends."""
    start = len(text) - len(text.lstrip("\n"))
    return start, max(start, len(text.rstrip("\n")))
