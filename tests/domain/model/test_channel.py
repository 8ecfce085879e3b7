"""What is known of each provider."""

from __future__ import annotations

import pytest

from desktop.domain.model.channel import Provider


@pytest.mark.parametrize("provider", Provider)
def test_every_provider_has_a_name_and_a_budget_for_background_calls(provider: Provider) -> None:
    calls, within_s = provider.poll_budget
    assert provider.display_name
    assert 0 < calls / within_s <= 1


def test_graph_is_polled_no_more_than_its_hourly_limit_allows() -> None:
    calls, within_s = Provider.WHATSAPP.poll_budget
    assert calls * 3600 / within_s < 200
