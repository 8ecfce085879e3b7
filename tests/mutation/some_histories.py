"""A small share of the random histories; no test of the normal run, only one of those that mutants are tried on."""

from __future__ import annotations

import pytest
from random_histories import play


@pytest.mark.parametrize("shard", range(4))
def test_no_forecast_is_belied(shard: int) -> None:
    assert not play(range(shard * 100, shard * 100 + 100)).lies
