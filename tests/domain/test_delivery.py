"""Delivery facts only grow, whatever their order."""

from __future__ import annotations

from functools import reduce

from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.delivery import Delivery, merged


@given(st.lists(st.sampled_from(Delivery), min_size=1))
def test_the_greatest_fact_wins(facts: list[Delivery]) -> None:
    first, *rest = facts
    assert reduce(merged, rest, merged(None, first)) is max(facts)


def test_a_failure_beats_sent_and_delivered_beats_a_failure() -> None:
    assert merged(Delivery.SENT, Delivery.FAILED) is Delivery.FAILED
    assert merged(Delivery.FAILED, Delivery.SENT) is Delivery.FAILED
    assert merged(Delivery.FAILED, Delivery.DELIVERED) is Delivery.DELIVERED
