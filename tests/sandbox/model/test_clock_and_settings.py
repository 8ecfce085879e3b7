"""The clock, and validation of settings."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.sandbox.model.clock import Clock
from desktop.sandbox.model.settings import Settings


class Monotonic:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_the_clock_stands_still_until_it_is_moved_or_runs() -> None:
    real = Monotonic()
    clock = Clock(1000.0, real)
    real.seconds = 50.0
    assert clock.now() == 1000.0
    clock.run(1)
    real.seconds = 60.0
    assert clock.now() == 1010.0
    clock.run(60)
    real.seconds = 61.0
    assert clock.now() == 1070.0
    clock.advance(30)
    assert clock.now() == 1100.0
    real.seconds = 62.0
    assert clock.now() == 1160.0
    clock.run(0)
    real.seconds = 99.0
    assert clock.now() == 1160.0


def test_the_clock_never_goes_back() -> None:
    clock = Clock(1000.0)
    for move in (lambda: clock.advance(-1), lambda: clock.move_to(999.0), lambda: clock.run(-1)):
        with pytest.raises(ValueError, match="back"):
            move()
    assert clock.now() == 1000.0


@given(delays=st.lists(st.integers(0, 100), max_size=20), steps=st.lists(st.integers(0, 30), max_size=10))
def test_due_entries_run_in_order_at_their_own_time(delays: list[int], steps: list[int]) -> None:
    clock = Clock(1000.0)
    happened: list[tuple[float, float]] = []
    for delay in delays:
        clock.call_later(delay, lambda d=delay: happened.append((d, clock.now())))
    for step in steps:
        clock.advance(step)
    passed = clock.now()
    assert [at for _, at in happened] == sorted(at for _, at in happened)
    assert all(at == 1000.0 + delay for delay, at in happened)
    assert sorted(d for d, _ in happened) == sorted(d for d in delays if 1000.0 + d <= passed)


def test_entries_added_by_due_entries_run_in_the_same_move() -> None:
    clock = Clock(0.0)
    seen: list[float] = []
    clock.call_later(10, lambda: clock.call_later(5, lambda: seen.append(clock.now())))
    clock.advance(14)
    assert seen == []
    clock.advance(1)
    assert seen == [15.0]


@pytest.mark.parametrize(
    "changes",
    [
        {"fail_next": []},
        {"nothing": 1},
        {"tags": 1},
        {"note_text": None},
        {"bridge_delay_s": "soon"},
        {"bridge_delay_s": True},
        {"new_conversation_after_s": "later"},
        {"bridge_delay_s": -1},
        {"note_part_type": "postcard"},
        {"note_author": "ghost"},
    ],
)
def test_an_invalid_setting_changes_nothing(changes: dict[str, Any]) -> None:
    settings = Settings()
    with pytest.raises(ValueError, match=next(iter(changes))):
        settings.update({"relay_api_replies": False, **changes})
    assert settings == Settings()


def test_settings_are_set_by_name() -> None:
    settings = Settings()
    settings.update({"new_conversation_after_s": 3600, "tags": False, "note_text": "Not sent"})
    settings.update({"new_conversation_after_s": None})
    assert (settings.new_conversation_after_s, settings.tags, settings.note_text) == (None, False, "Not sent")
