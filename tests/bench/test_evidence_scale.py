"""What providers list costs in proportion to its length, also where it says the same words again and again."""

from __future__ import annotations

from datetime import timedelta
from time import process_time

import pytest
from conversation_factory import WORKSPACE, conversation, first, jennifer, on_channel, reply

from desktop.domain.history.provider_messages import ProviderMessage, text_digest
from desktop.domain.model.channel import ChannelKey, Provider
from desktop.domain.model.facts import ChannelKind, Conversation
from desktop.domain.thread import assemble_thread

pytestmark = pytest.mark.slow

OURS, HERS = "+35315550101", "+353871234567"
KEY = ChannelKey(Provider.TWILIO, ChannelKind.WHATSAPP, OURS)
ATTRIBUTES = {"octopods_channel": "twilio_whatsapp", "octopods_twilio_whatsapp_account_phone": OURS}


def long_talk(rounds: int) -> tuple[Conversation, list[ProviderMessage]]:
    """A message of hers and one of ours every minute, and the provider's rows of all of them."""
    talk = [first(2000)]
    for number in range(rounds):
        age = 1999 - number / 60
        talk += [on_channel(age), reply(age - 0.01)]
    held = conversation("1", *talk, tags=("twilio_whatsapp",))
    listed = []
    for number, entry in enumerate(held.entries):
        inbound = entry.is_customer_message
        sent_at = entry.sent_at + timedelta(seconds=-20 if inbound else 5)
        listed.append(ProviderMessage(KEY, f"SM{number}", inbound, OURS, HERS, sent_at, text_digest(entry.text)))
    return held, listed


def cost_s(talk: Conversation, listed: list[ProviderMessage]) -> float:
    """Processor time, the best of five: other work on the machine only ever adds."""
    best = float("inf")
    for _ in range(5):
        start = process_time()
        thread = assemble_thread([talk], [jennifer(bridge_attributes=ATTRIBUTES)], WORKSPACE, provider_messages=listed)
        best = min(best, process_time() - start)
    assert all((m.provider_message is not None) == bool(listed) for m in thread.messages)
    return best


@pytest.mark.bench
def test_eight_times_the_rows_cost_about_eight_times_as_much() -> None:
    short, long = cost_s(*long_talk(250)), cost_s(*long_talk(2000))
    assert long / short < 20, f"{long / short:.1f} times"


@pytest.mark.bench
def test_rows_cost_no_more_than_a_few_times_what_the_thread_does() -> None:
    talk, listed = long_talk(1000)
    with_rows, without = cost_s(talk, listed), cost_s(talk, [])
    assert with_rows / without < 8, f"{with_rows / without:.1f} times"
