"""What colleagues do, in words."""

from __future__ import annotations

import pytest

from desktop.domain.model.presence import Colleague, PresenceState
from desktop.text.thread.presence import presence_line, presence_lines, presence_names

LOOKING, TYPING, QUEUED = PresenceState.LOOKING, PresenceState.TYPING, PresenceState.QUEUED
SAM, ANA = Colleague("sam", TYPING, "Sam Byrne"), Colleague("ana", TYPING, "Ana Souza")


@pytest.mark.parametrize(
    ("colleagues", "line"),
    [
        ((), ""),
        ((SAM,), "Sam is writing…"),
        ((SAM, ANA), "Sam and Ana are writing…"),
        ((SAM, ANA, Colleague("bo", TYPING)), "Sam and 2 others are writing…"),
        ((Colleague("desk-4", LOOKING),), "desk-4 is here"),
        ((Colleague("sam", LOOKING, "Sam"), Colleague("ana", LOOKING, "Ana")), "Sam and Ana are here"),
        ((Colleague("sam", QUEUED, "Sam"), ANA), "Sam has a reply waiting"),
    ],
    ids=str,
)
def test_the_line_says_what_matters_most(colleagues: tuple[Colleague, ...], line: str) -> None:
    assert presence_line(colleagues) == line


def test_everything_is_said_with_whole_names_where_there_is_room() -> None:
    bo = Colleague("bo", QUEUED, "Bo Li")
    looking = Colleague("x", LOOKING, "  ")
    assert presence_lines((bo, SAM, ANA, looking)) == [
        "Bo Li has a reply waiting",
        "Sam Byrne and Ana Souza are writing…",
        "x is here",
    ]
    assert presence_names((SAM, ANA, looking)) == "Sam, Ana"
    assert presence_names(()) == ""
