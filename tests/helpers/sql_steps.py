"""Counts the steps of SQLite's machine: what a piece of work costs, on any computer."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import apsw

T = TypeVar("T")


def steps_of(db: apsw.Connection, work: Callable[[], T]) -> tuple[T, int]:
    """Return the result and the number of steps, to the hundred."""
    steps = 0

    def on_progress() -> bool:
        nonlocal steps
        steps += 100
        return False

    db.set_progress_handler(on_progress, 100)
    try:
        return work(), steps
    finally:
        db.set_progress_handler(None)
