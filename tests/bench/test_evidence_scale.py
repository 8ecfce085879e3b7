"""Matching the messages that providers list takes time proportional to their number, even if many texts are equal."""

from __future__ import annotations

from datetime import timedelta
from time import process_time

import pytest
from conversation_factory import WORKSPACE, conversation, first, jennifer, on_channel, reply

from desktop.domain.history.provider_messages import ProviderMessage, text_digest
from desktop.domain.history.thread import assemble_thread
from desktop.domain.model.channel import ChannelKey, Provider
from desktop.domain.model.facts import ChannelKind, Conversation

pytestmark = pytest.mark.slow

OUR_NUMBER, CUSTOMER_NUMBER = "+35315550101", "+353871234567"
KEY = ChannelKey(Provider.TWILIO, ChannelKind.WHATSAPP, OUR_NUMBER)
ATTRIBUTES = {"octopods_channel": "twilio_whatsapp", "octopods_twilio_whatsapp_account_phone": OUR_NUMBER}


def long_conversation(rounds: int) -> tuple[Conversation, list[ProviderMessage]]:
    """A message of the customer and one of ours every minute, and the provider's rows of all."""
    entries = [first(2000)]
    for number in range(rounds):
        age = 1999 - number / 60
        entries += [on_channel(age), reply(age - 0.01)]
    long = conversation("1", *entries, tags=("twilio_whatsapp",))
    listed = []
    for number, entry in enumerate(long.entries):
        inbound = entry.is_customer_message
        sent_at = entry.sent_at + timedelta(seconds=-20 if inbound else 5)
        listed.append(
            ProviderMessage(KEY, f"SM{number}", inbound, OUR_NUMBER, CUSTOMER_NUMBER, sent_at, text_digest(entry.text))
        )
    return long, listed


def cost_s(long: Conversation, listed: list[ProviderMessage]) -> float:
    """Processor time in seconds: the minimum of five runs, because other load only adds."""
    best = float("inf")
    for _ in range(5):
        start = process_time()
        thread = assemble_thread([long], [jennifer(bridge_attributes=ATTRIBUTES)], WORKSPACE, provider_messages=listed)
        best = min(best, process_time() - start)
    assert all((m.provider_message is not None) == bool(listed) for m in thread.messages)
    return best


@pytest.mark.bench
def test_eight_times_the_rows_cost_about_eight_times_as_much() -> None:
    short_s, long_s = cost_s(*long_conversation(250)), cost_s(*long_conversation(2000))
    assert long_s / short_s < 20, f"{long_s / short_s:.1f} times"


@pytest.mark.bench
def test_rows_cost_no_more_than_a_few_times_what_the_thread_does() -> None:
    long, listed = long_conversation(1000)
    with_rows, without = cost_s(long, listed), cost_s(long, [])
    assert with_rows / without < 8, f"{with_rows / without:.1f} times"
