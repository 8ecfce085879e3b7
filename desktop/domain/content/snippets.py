"""The agent's own saved replies, and how imported ones join them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from enum import StrEnum

from desktop.domain.model.frozen import frozen


class ActionKind(StrEnum):
    """What a saved reply does with the conversation beside its text. In comments: its value."""

    ASSIGN = "assign"  # id of a teammate
    ASSIGN_TEAM = "assign_team"  # id of a team
    TAG = "tag"  # name of a tag
    SNOOZE = "snooze"  # hours
    CLOSE = "close"


@frozen
class SnippetAction:
    """Done once the reply is accepted by its provider. value: see `ActionKind`; "" for a kind without one."""

    kind: ActionKind
    value: str = ""

    @property
    def is_complete(self) -> bool:
        """Whether the value suits the kind."""
        if self.kind is ActionKind.SNOOZE:
            return self.value.isascii() and self.value.isdecimal() and 0 < int(self.value) <= MAX_SNOOZE_HOURS
        return bool(self.value.strip()) is (self.kind is not ActionKind.CLOSE)


MAX_SNOOZE_HOURS = 24 * 365


@frozen
class Snippet:
    """A saved reply. id: minted when it was saved first. text: plain, with placeholders. folder: "" for none."""

    id: str
    name: str
    text: str
    folder: str = ""
    actions: tuple[SnippetAction, ...] = ()

    @property
    def place(self) -> tuple[str, str]:
        """Folder and name as they sort, and as they are compared."""
        return self.folder.strip().casefold(), self.name.strip().casefold()


@frozen
class Import:
    """added: what is new, with ids. renamed: how many of these got another name, since theirs is taken. known: how many
    are here already, equal in everything.
    """

    added: tuple[Snippet, ...]
    renamed: int = 0
    known: int = 0


def merge_imported(known: Iterable[Snippet], imported: Sequence[Snippet], new_id: Callable[[], str]) -> Import:
    """Nothing that is known is replaced: another text under a known name gets a number, such as `Refund (2)`."""
    known = tuple(known)
    contents = {_content(snippet) for snippet in known}
    places = {snippet.place for snippet in known}
    added: list[Snippet] = []
    renamed = 0
    for snippet in imported:
        if _content(snippet) in contents:
            continue
        fresh, number = replace(snippet, id=new_id()), 2
        while fresh.place in places:
            fresh = replace(fresh, name=f"{snippet.name} ({number})")
            number += 1
        renamed += fresh.name != snippet.name
        contents |= {_content(snippet), _content(fresh)}
        places.add(fresh.place)
        added.append(fresh)
    return Import(tuple(added), renamed, len(imported) - len(added))


def _content(snippet: Snippet) -> Snippet:
    return replace(snippet, id="")
