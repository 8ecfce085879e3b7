"""The size of the database on disk."""

from __future__ import annotations

from collections.abc import Iterator

from tests.bench.figures import Bar, Bench, Figure, row
from tests.bench.worlds.kept import World

MEASURED = World(10_000)
"""100,000 messages."""


@row(13, "disk")
def disk(bench: Bench) -> Iterator[Figure]:
    size_mb = MEASURED.path().stat().st_size / 1e6 / MEASURED.messages * 100_000
    yield Figure("100,000 messages with their index of words", (size_mb,), bars=(Bar("median", 40),), unit="MB")
