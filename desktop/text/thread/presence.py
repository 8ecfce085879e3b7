"""What colleagues do in a conversation at this moment, in sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby

from desktop.domain.model.presence import Colleague, PresenceState
from desktop.text.catalog import Plural, Text
from desktop.text.formats import listed
from desktop.text.names import first_name

# Translators: in the header of a conversation, and about a customer in the list. {name}, {first} and {second} are
# teammates; {count}: how many others.
_ONE = {
    PresenceState.QUEUED: Text("{name} has a reply waiting"),
    PresenceState.TYPING: Text("{name} is writing…"),
    PresenceState.LOOKING: Text("{name} is here"),
}
_TWO = {
    PresenceState.QUEUED: Text("{first} and {second} have replies waiting"),
    PresenceState.TYPING: Text("{first} and {second} are writing…"),
    PresenceState.LOOKING: Text("{first} and {second} are here"),
}
_MANY = {
    PresenceState.QUEUED: Plural(
        "{name} and {count} other have replies waiting", "{name} and {count} others have replies waiting"
    ),
    PresenceState.TYPING: Plural("{name} and {count} other are writing…", "{name} and {count} others are writing…"),
    PresenceState.LOOKING: Plural("{name} and {count} other are here", "{name} and {count} others are here"),
}


def presence_line(colleagues: Sequence[Colleague]) -> str:
    """Return what matters most, such as `Sam is writing…`; "" for nobody. colleagues: in the engine's order."""
    return next(iter(_sentences(colleagues, _first_name)), "")


def presence_names(colleagues: Sequence[Colleague]) -> str:
    """Return the first names that `presence_line` is about, for where there is no room for it."""
    return listed(_first_name(colleague) for colleague in colleagues if colleague.state is colleagues[0].state)


def presence_lines(colleagues: Iterable[Colleague]) -> list[str]:
    """Return a sentence for each thing that colleagues do, with their whole names. colleagues: as above."""
    return _sentences(colleagues, _full_name)


def _first_name(colleague: Colleague) -> str:
    # Where no name is known, that of their computer in the team.
    return first_name(colleague.name) if colleague.name.strip() else colleague.desk


def _full_name(colleague: Colleague) -> str:
    return colleague.name.strip() or colleague.desk


def _sentences(colleagues: Iterable[Colleague], name_of: Callable[[Colleague], str]) -> list[str]:
    return [
        _sentence(state, [name_of(colleague) for colleague in some])
        for state, some in groupby(colleagues, key=lambda colleague: colleague.state)
    ]


def _sentence(state: PresenceState, names: Sequence[str]) -> str:
    if len(names) == 1:
        return _ONE[state](name=names[0])
    if len(names) == 2:
        return _TWO[state](first=names[0], second=names[1])
    return _MANY[state](len(names) - 1, name=names[0])
