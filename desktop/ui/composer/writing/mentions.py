"""Mentions of teammates in notes: the list that opens on `@`, and whom a note mentions.

Intercom documents no form of a mention for notes made through its API, so a mention is the teammate's name after `@`,
which Reachline on their computer reads (`domain.history.mention`).
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QPlainTextEdit, QWidget

from desktop.domain.history.mention import is_mentioned
from desktop.ports import Teammate
from desktop.text.screens import composer as texts
from desktop.ui.look.theme import Theme
from desktop.ui.writing.completer import Completer
from desktop.ui.writing.suggestions import Suggestion, SuggestionList

_MOST_TYPED = 40
_PARAGRAPH_END = "\u2029"


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


class MentionCompleter(Completer):
    """Opens the list while a mention is typed in a note. teammates: whom to offer."""

    def __init__(self, theme: Theme, edit: QPlainTextEdit, parent: QWidget, is_active: Callable[[], bool]) -> None:
        """is_active: whether what is written is a note."""
        super().__init__(theme, edit, parent, _find_mention)
        self._is_active = is_active
        self.teammates: tuple[Teammate, ...] = ()

    def start(self) -> None:
        """Act as if the agent had typed `@`."""
        self._trigger.insert("@")

    def _make_list(self, window: QWidget) -> SuggestionList:
        return SuggestionList(self._theme, texts.TEAMMATES(), window)

    def _rows(self, word: str) -> list[Suggestion]:
        query = word[1:]
        # A name that is complete needs no list.
        is_complete = any(query.casefold().startswith(f"{t.name.casefold()} ") for t in self.teammates)
        if is_complete or not self._is_active():
            return []
        return [Suggestion(t.name, t.name) for t in matching(query, self.teammates)]

    def _choose(self, key: str) -> None:
        cursor = self._field.textCursor()
        next_char = cursor.document().characterAt(cursor.position())
        has_space = next_char != _PARAGRAPH_END and next_char.isspace()
        self._trigger.replace(f"@{key}" if has_space else f"@{key} ")
        self._field.setFocus()


def _find_mention(before: str) -> str:
    """The mention at the end of a line, with its `@`; "" if there is none. Names have spaces, but none begins so."""
    head, at, typed = before.rpartition("@")
    starts_word = bool(at) and not head[-1:].isalnum()
    return f"@{typed}" if starts_word and not typed[:1].isspace() and len(typed) <= _MOST_TYPED else ""
