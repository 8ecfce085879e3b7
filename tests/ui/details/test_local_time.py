"""The customer's time: only where the facts leave one, and with how it is known."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from desktop.domain.model.facts import Contact
from desktop.ui.details.local_time import find_local_time

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"attributes": {"Time zone": "Asia/Kolkata"}}, "Local time 17:30 · Kolkata"),
        ({"attributes": {"timezone": "America/New_York"}}, "Local time 07:00 · New York"),
        ({"attributes": {"timezone": "soon"}}, None),
        ({"location": "Dublin, Leinster, Ireland"}, "Local time 12:00 · Dublin, Leinster, Ireland"),
        ({"location": "Germany"}, "Local time 13:00 · Germany"),
        ({"location": "New York, New York, United States"}, "Local time 07:00 · New York, New York, United States"),
        ({"location": "United States"}, None),
        ({"location": "Atlantis"}, None),
        ({"phone": "+353 87 123 4567"}, "Local time 12:00 · Ireland, by phone number"),
        ({"phone": "+64211234567"}, None),
        ({"phone": "+14155550132"}, None),
        ({"phone": "4567"}, None),
        ({"phone": "+81312345678", "location": "Germany"}, "Local time 13:00 · Germany"),
        ({}, None),
    ],
)
def test_it_is_told_by_the_surest_fact(facts: dict[str, object], expected: str | None) -> None:
    found = find_local_time([Contact("c-1", **facts)])
    assert (found.sentence(NOON) if found is not None else None) == expected


def test_another_day_than_here_is_named() -> None:
    found = find_local_time([Contact("c-1", location="Japan")])
    assert found is not None
    assert found.sentence(NOON.replace(hour=20)) == "Local time Sat 05:00 · Japan"
