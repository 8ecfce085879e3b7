"""The forecast against the sandbox's judgement over thousands of random histories."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from histories import play

pytestmark = pytest.mark.slow

PER_SHARD = 1_000
SHARDS = 21


@pytest.mark.parametrize("shard", range(SHARDS))
def test_no_forecast_is_belied_by_her_screens(shard: int, record_property: Callable[[str, object], None]) -> None:
    tally = play(range(shard * PER_SHARD, (shard + 1) * PER_SHARD))
    for verdict, count in tally.counts.items():
        record_property(f"forecast: {verdict}", count)
    assert not tally.lies, "\n".join(tally.lies[:20])
    judged = sum(tally.counts.values()) - tally.counts["histories"]
    assert tally.counts["came true"] > 0.8 * judged, "a forecast that knows nothing would never be belied"
    assert tally.counts["said unproven"] > 0
    assert tally.counts["said unknown"] > 0
