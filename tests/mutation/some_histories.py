"""A small share of the random histories, used in mutation runs only."""

from __future__ import annotations

import pytest
from random_histories import play


@pytest.mark.parametrize("shard", range(4))
def test_no_forecast_is_wrong(shard: int) -> None:
    assert not play(range(shard * 100, shard * 100 + 100)).lies
