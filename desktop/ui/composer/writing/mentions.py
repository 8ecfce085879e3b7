"""Mentions of teammates in notes: the list that opens on `@`, and whom a note mentions.

Intercom documents no form of a mention for notes made through its API, so a mention is the teammate's name after `@`,
which Reachline on their computer reads (`domain.history.mention`).
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QPlainTextEdit, QWidget

from desktop.domain.history.mention import is_mentioned
from desktop.ports import Teammate
from desktop.text.screens import composer as texts
from desktop.ui.look.theme import Theme

_MOST_SHOWN = 8
_MOST_TYPED = 40
_KEEP = QTextCursor.MoveMode.KeepAnchor


def mentioned_names(note: str, teammates: tuple[Teammate, ...]) -> list[str]:
    """The names of the teammates whom a note mentions."""
    return [t.name for t in teammates if is_mentioned(note, t.name)] if "@" in note else []


def matching(query: str, teammates: tuple[Teammate, ...]) -> list[Teammate]:
    """Teammates of whose name each typed word begins a word, the names that begin with the query first."""
    words = query.casefold().split()

    def fits(teammate: Teammate) -> bool:
        parts = teammate.name.casefold().split()
        return all(any(part.startswith(word) for part in parts) for word in words)

    found = [t for t in teammates if t.name.strip() and fits(t)]
    return sorted(found, key=lambda t: (not t.name.casefold().startswith(query.casefold()), t.name.casefold()))


class MentionList(QListWidget):
    """Never takes the focus: its completer passes the keys on."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._container = theme, parent
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(texts.TEAMMATES())
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        theme.changed.connect(self._apply_theme)
        self._apply_theme()
        self.hide()

    def show_teammates(self, teammates: list[Teammate], edit: QPlainTextEdit) -> None:
        """Show them above the cursor of the text field; hidden without any."""
        self.clear()
        for teammate in teammates:
            item = QListWidgetItem(teammate.name)
            item.setData(Qt.ItemDataRole.UserRole, teammate)
            self.addItem(item)
        if not teammates:
            self.hide()
            return
        self.setCurrentRow(0)
        self._place(edit)
        self.show()
        self.raise_()

    def move_by(self, step: int) -> None:
        self.setCurrentRow((self.currentRow() + step) % self.count())

    def _place(self, edit: QPlainTextEdit) -> None:
        rows = min(self.count(), _MOST_SHOWN)
        height = rows * self.sizeHintForRow(0) + 2 * self.frameWidth() + 8
        width = min(max(self.sizeHintForColumn(0) + 40, 180), edit.width())
        cursor, area = edit.cursorRect(), edit.viewport()
        at = self._container.mapFromGlobal(area.mapToGlobal(cursor.topLeft()))
        field = self._container.mapFromGlobal(edit.mapToGlobal(QPoint(0, 0)))
        is_mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        left = at.x() - width if is_mirrored else at.x()
        left = min(max(left, field.x()), field.x() + edit.width() - width)
        self.setGeometry(left, max(0, at.y() - height - 4), width, height)

    def _apply_theme(self) -> None:
        colors = self._theme.colors
        self.setStyleSheet(
            f"QListWidget {{ background: {colors.surface}; color: {colors.text}; border: 1px solid {colors.border};"
            f" border-radius: 6px; padding: 3px; }} QListWidget::item {{ padding: 4px 6px; }}"
            f" QListWidget::item:selected {{ background: {colors.selected}; color: {colors.text}; }}"
        )


class MentionCompleter(QObject):
    """Opens the list while a mention is typed in a note. is_active: whether what is written is a note.

    teammates: whom to offer.
    """

    def __init__(self, theme: Theme, edit: QPlainTextEdit, parent: QWidget, is_active: Callable[[], bool]) -> None:
        """parent: the list is shown in its window."""
        super().__init__(parent)
        self._theme, self._edit, self._container, self._is_active = theme, edit, parent, is_active
        self._list: MentionList | None = None
        self._dismissed_at = -1
        self.teammates: tuple[Teammate, ...] = ()
        edit.cursorPositionChanged.connect(self._update)
        edit.textChanged.connect(self._update)
        edit.installEventFilter(self)

    @property
    def is_open(self) -> bool:
        return self._list is not None and not self._list.isHidden()

    def start(self) -> None:
        """Act as if the agent had typed `@`."""
        cursor = self._edit.textCursor()
        before = _text_before(cursor)
        cursor.insertText("@" if not before or before[-1].isspace() else " @")
        self._edit.setTextCursor(cursor)

    def close(self) -> None:
        if self._list is not None:
            self._list.hide()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut:
            self.close()
        if not self.is_open or self._list is None or not isinstance(event, QKeyEvent):
            return False
        keys = Qt.Key
        if event.type() == QEvent.Type.ShortcutOverride and event.key() == keys.Key_Escape:
            event.accept()
            return True
        if event.type() != QEvent.Type.KeyPress or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            return False
        if event.key() in (keys.Key_Up, keys.Key_Down):
            self._list.move_by(1 if event.key() == keys.Key_Down else -1)
        elif event.key() in (keys.Key_Return, keys.Key_Enter, keys.Key_Tab):
            self._accept(self._list.currentItem())
        elif event.key() == keys.Key_Escape:
            self._dismissed_at = self._start() or -1
            self.close()
        else:
            return False
        return True

    def _start(self) -> int | None:
        """The position of the `@` of the mention that is typed; None if there is none."""
        cursor = self._edit.textCursor()
        if cursor.hasSelection():
            return None
        before = _text_before(cursor)
        at = before.rfind("@")
        typed = before[at + 1 :]
        starts_word = at == 0 or (at > 0 and not before[at - 1].isalnum())
        # Names have spaces, but no mention begins with one.
        if at < 0 or not starts_word or typed[:1].isspace() or len(typed) > _MOST_TYPED:
            return None
        return cursor.position() - _utf16_length(before[at:])

    def _update(self) -> None:
        start = self._start() if self._is_active() and self.teammates and not self._edit.isReadOnly() else None
        if start is None or start == self._dismissed_at:
            self._dismissed_at = -1 if start is None else start
            self.close()
            return
        self._dismissed_at = -1
        query = _text_before(self._edit.textCursor()).rpartition("@")[2]
        found = matching(query, self.teammates)
        # A name that is complete needs no list.
        done = any(query.casefold().startswith(f"{t.name.casefold()} ") for t in self.teammates)
        if self._list is None:
            self._list = MentionList(self._theme, self._container.window())
            self._list.itemClicked.connect(self._accept)
        self._list.show_teammates([] if done else found, self._edit)

    def _accept(self, item: QListWidgetItem | None) -> None:
        start = self._start()
        self.close()
        if item is None or start is None:
            return
        name = item.data(Qt.ItemDataRole.UserRole).name
        cursor, end = self._edit.textCursor(), self._edit.textCursor().position()
        cursor.movePosition(QTextCursor.MoveOperation.NextCharacter, _KEEP)
        has_space = bool(cursor.selectedText().strip("\u2029")) and cursor.selectedText().isspace()
        cursor.setPosition(start)
        cursor.setPosition(end, _KEEP)
        cursor.insertText(f"@{name}" if has_space else f"@{name} ")
        self._edit.setTextCursor(cursor)
        self.close()
        self._edit.setFocus()


def _text_before(cursor: QTextCursor) -> str:
    """The text of the line before the cursor."""
    line = QTextCursor(cursor)
    line.setPosition(cursor.block().position())
    line.setPosition(cursor.position(), _KEEP)
    return line.selectedText()


def _utf16_length(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
