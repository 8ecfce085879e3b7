"""Customer matching with random crowds: no foreign messages in a thread, certain matches joined, weak ones reported."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

import apsw
import pytest
from random_crowds import Crowd, Tally

from tests.helpers.database import create_database

pytestmark = pytest.mark.slow

PER_SHARD = 24
SHARDS, ALL_SHARDS = 1, 3


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    metafunc.parametrize("shard", range(ALL_SHARDS if metafunc.config.getoption("whole") else SHARDS))


def test_every_thread_belongs_to_one_person(
    shard: int, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    tally = Tally()
    for seed in range(shard * PER_SHARD, (shard + 1) * PER_SHARD):
        db = apsw.Connection(str(create_database(tmp_path / f"{seed}.db")))
        db.pragma("synchronous", "off")
        db.pragma("foreign_keys", True)
        before = len(tally.wrong)
        Crowd(Random(seed), db, tally).play(steps=30)
        tally.wrong[before:] = [f"crowd {seed}: {wrong}" for wrong in tally.wrong[before:]]
        tally.counts["worlds"] += 1
        db.close()
    for what, count in tally.counts.items():
        record_property(f"crowds: {what}", count)
    assert not tally.wrong, "\n".join(tally.wrong[:20])
    assert tally.counts["strong matches"] > PER_SHARD
    assert tally.counts["weak matches"] > 0
    assert tally.counts["merges"] > 0
