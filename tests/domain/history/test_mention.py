"""Mentions of teammates in notes."""

from __future__ import annotations

import pytest

from desktop.domain.history.mention import find_mentioned, is_mentioned


@pytest.mark.parametrize(
    ("note", "expected"),
    [
        ("@Ada Agent please look", True),
        ("please look, @ada  agent.", True),
        ("@Ada Agentsson", False),
        ("Ada Agent", False),
        ("@Ada", False),
        ("", False),
    ],
)
def test_mentions(note: str, expected: bool) -> None:
    assert is_mentioned(note, "Ada Agent") is expected
    assert not is_mentioned(note, "")


def test_all_whom_any_note_mentions() -> None:
    names = {"1": "Ada Agent", "2": "Ada", "3": "Bo", "4": ""}
    assert find_mentioned(["@Ada Agent", "ask @bo!"], names) == {"1", "2", "3"}
    assert find_mentioned([], names) == frozenset()
