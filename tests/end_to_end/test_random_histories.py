"""Forecasts compared with the sandbox in random histories of all kinds of worlds of the reach rules.

More than a hundred thousand histories with `--whole`; each shard records its counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from random_histories import Tally, play
from world_kinds import KINDS, ORDINARY, TAGS_OFF

PER_SHARD = 200
SHARDS, ALL_SHARDS = 1, 500
SPECIAL = 2_000_000
"""First seed of the histories outside the shards."""

pytestmark = pytest.mark.slow


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "shard" in metafunc.fixturenames:
        metafunc.parametrize("shard", range(ALL_SHARDS if metafunc.config.getoption("whole") else SHARDS))


def share(counts: Counter[str], part: str, of: str) -> float:
    """Ratio of two counts over all kinds of worlds."""
    parts = sum(n for name, n in counts.items() if name.endswith(f": {part}"))
    return parts / max(1, sum(n for name, n in counts.items() if name.endswith(f": {of}")))


def check_tally(tally: Tally, record_property: Callable[[str, object], None]) -> None:
    record_property("histories: played", tally.counts["histories"])
    record_property("histories: lies", len(tally.lies))
    assert not tally.lies, "\n".join(tally.lies[:5])


def test_no_forecast_is_wrong_and_doubt_is_rare(shard: int, record_property: Callable[[str, object], None]) -> None:
    tally = play(range(shard * PER_SHARD, (shard + 1) * PER_SHARD))
    for name in ("reach true", "window true", "origin true", "truly reached", "needless doubt"):
        record_property(f"histories: {name}", sum(n for k, n in tally.counts.items() if k.endswith(f": {name}")))
    for name, count in tally.counts.items():
        if "unforeseeable" in name:
            record_property(f"histories: {name.split(': ', 1)[1]}", count)
    check_tally(tally, record_property)
    assert share(tally.counts, "needless doubt", "truly reached") <= 0.2
    assert sum(n for k, n in tally.counts.items() if k.endswith(": reach true")) > PER_SHARD


def test_all_kinds_of_world_together_leave_little_doubt(record_property: Callable[[str, object], None]) -> None:
    tally = play(range(SPECIAL, SPECIAL + 8 * len(KINDS)))
    doubt = share(tally.counts, "needless doubt", "truly reached")
    record_property("histories: needless doubt in all worlds, per mille", round(1000 * doubt))
    check_tally(tally, record_property)
    assert doubt <= 0.15


def test_ordinary_worlds_are_certain(record_property: Callable[[str, object], None]) -> None:
    tally = play(range(SPECIAL, SPECIAL + 300), ORDINARY)
    counts = {name.split(": ", 1)[1]: n for name, n in tally.counts.items() if ": " in name}
    record_property("ordinary worlds: bridged replies that truly reached", counts["truly reached"])
    record_property("ordinary worlds: of these uncertain", counts.get("doubted", 0))
    record_property("ordinary worlds: replies in Messenger chats", counts["Messenger chats"])
    record_property("ordinary worlds: of these warned of", counts.get("Messenger chats warned of", 0))
    check_tally(tally, record_property)
    assert counts["truly reached"] > 200
    assert counts.get("doubted", 0) == 0
    assert counts.get("Messenger chats warned of", 0) <= 0.01 * counts["Messenger chats"]


def test_a_confirmed_channel_is_certain_without_tags(record_property: Callable[[str, object], None]) -> None:
    tally = play(range(SPECIAL, SPECIAL + 600), TAGS_OFF)
    doubt = share(tally.counts, "needless doubt", "truly reached")
    record_property("tags off, channel confirmed: needless doubt, per mille", round(1000 * doubt))
    check_tally(tally, record_property)
    assert doubt <= 0.05
