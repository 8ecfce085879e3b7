"""The list of saved replies that opens above the composer's text on `#` or `/` and filters while typing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.domain.content.placeholders import ReplyValues, fill
from desktop.domain.content.snippets import Snippet, SnippetAction
from desktop.domain.search.fuzzy import match_score, rank
from desktop.ports import Macro
from desktop.text.screens.writing import saved_replies as texts
from desktop.ui.look.theme import Theme
from desktop.ui.writing.completer import Completer
from desktop.ui.writing.positions import TextField
from desktop.ui.writing.saved_replies.blanks import select_blank
from desktop.ui.writing.suggestions import Suggestion, SuggestionList
from desktop.ui.writing.word_trigger import beginning_with

_MOST_SHOWN, _MOST_RECENT = 50, 5
_MACRO, _MANAGE, _SAVE = "macro:", "manage", "save"
_LEAST_SCORE = 2
"""For each typed letter: letters that are scattered over a name are no match while somebody writes a text."""


class SavedReplyCompleter(Completer):
    """values: fill the placeholders. names: of teammates and teams, by id.

    Signals:
        inserted: a saved reply was put into the text. arg: its actions.
        manage_wanted: the agent wants to see all saved replies.
        save_wanted: the agent wants to save what is in the text field.
    """

    inserted = Signal(object)
    manage_wanted = Signal()
    save_wanted = Signal()

    def __init__(self, theme: Theme, field: TextField, parent: QWidget) -> None:
        """parent: the list is shown in its window."""
        super().__init__(theme, field, parent, beginning_with("#/"))
        self._replies: dict[str, Snippet] = {}
        self._recent: list[str] = []
        self._is_asked_for = False
        self.values = ReplyValues()
        self.names: tuple[dict[str, str], dict[str, str]] = ({}, {})

    def set_replies(self, macros: Iterable[Macro], snippets: Iterable[Snippet]) -> None:
        folder = texts.INTERCOM_MACROS()
        own = {snippet.id: snippet for snippet in snippets}
        self._replies = own | {_MACRO + m.id: Snippet(_MACRO + m.id, m.name, m.text, folder) for m in macros}

    def start(self) -> None:
        """Act as if the agent had typed `#`, and open the list also if there is nothing in it."""
        if not self._field.isReadOnly():
            self._is_asked_for = True
            self._trigger.insert("#")

    def close(self) -> None:
        super().close()
        self._is_asked_for = False

    def _make_list(self, window: QWidget) -> SuggestionList:
        return SuggestionList(self._theme, texts.SAVED_REPLIES(), window, self._preview, about=texts.PREVIEW())

    def _rows(self, word: str) -> list[Suggestion]:
        query = word[1:]
        found = self._find(query)
        rows = [self._row(reply) for reply in found[:_MOST_SHOWN]]
        if self._is_asked_for and not query:
            rows += [] if rows else [Suggestion("", texts.NO_REPLIES())]
            has_text = bool(self._field.toPlainText().strip("#/ \n"))
            rows += [Suggestion(_SAVE, texts.SAVE_TEXT(), icon="fa6s.plus")] if has_text else []
            rows.append(Suggestion(_MANAGE, texts.MANAGE(), icon="fa6s.gear"))
        return rows

    def _find(self, query: str) -> list[Snippet]:
        replies = list(self._replies.values())
        if not query:
            places = {key: place for place, key in enumerate(self._recent)}
            return sorted(replies, key=lambda reply: places.get(reply.id, len(places)))
        return rank(query, replies, lambda reply: reply.name, lambda reply: _score(query, reply))

    def _row(self, reply: Snippet) -> Suggestion:
        text = fill(reply.text, self.values)
        name = texts.IN_FOLDER(folder=reply.folder, name=reply.name) if reply.folder else reply.name
        return Suggestion(reply.id, texts.ROW(name=name, text=" ".join(text.split())), name, text)

    def _preview(self, key: str) -> str:
        reply = self._replies.get(key)
        if reply is None:
            return ""
        parts = [fill(reply.text, self.values)]
        if reply.id.startswith(_MACRO):
            parts.append(texts.MACRO_ACTIONS())
        elif reply.actions:
            parts.append(texts.ACTIONS(actions=self.describe(reply.actions)))
        return "\n\n".join(parts)

    def describe(self, actions: Sequence[SnippetAction]) -> str:
        """Return what the actions do, one after the other."""
        first, *others = (texts.describe_action(action, *self.names) for action in actions)
        for other in others:
            first = texts.AND_THEN(first=first, second=other)
        return first

    def _choose(self, key: str) -> None:
        reply = self._replies.get(key)
        start = self._trigger.replace("" if reply is None else fill(reply.text, self.values))
        if reply is not None:
            select_blank(self._field, start)
            self._recent = [key, *(k for k in self._recent if k != key)][:_MOST_RECENT]
            self.inserted.emit(reply.actions)
        elif key == _SAVE:
            self.save_wanted.emit()
        else:
            self.manage_wanted.emit()


def _score(query: str, reply: Snippet) -> int | None:
    """By the name, or less by the folder. Digits have to be in the name as they are: they may be an order's number."""
    if query.isdigit() and query not in "".join(reply.name.split()):
        return None
    for text, weight in ((reply.name, 2), (f"{reply.folder} {reply.name}", 1)):
        score = match_score(query, text)
        if score is not None and score >= _LEAST_SCORE * len(query):
            return weight * score
    return None
