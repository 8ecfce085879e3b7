"""What a thread costs to assemble grows as its messages do, also with the provider's own record of each of them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from types import FrameType
from typing import Any

import pytest
from conversation_factory import WORKSPACE, conversation, failure_note, first, in_messenger, jennifer, on_channel, reply

from desktop.domain.history.provider_messages import ProviderMessage, text_digest
from desktop.domain.history.thread import assemble_thread
from desktop.domain.model.channel import ChannelKey, Provider
from desktop.domain.model.facts import ChannelKind, Conversation, Entry

OUR_NUMBER, CUSTOMER_NUMBER = "+35315550101", "+353871234567"
KEY = ChannelKey(Provider.TWILIO, ChannelKind.WHATSAPP, OUR_NUMBER)
ATTRIBUTES = {"octopods_channel": "twilio_whatsapp", "octopods_twilio_whatsapp_account_phone": OUR_NUMBER}
SHORT, LONG = 15, 120


def lines_run(work: Callable[[], object]) -> int:
    """How many lines of Python are executed, each turn of a loop included; the same on any computer."""
    count, before = 0, sys.gettrace()

    def trace(_frame: FrameType, event: str, _argument: object) -> Any:
        nonlocal count
        count += event == "line"
        return trace

    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


def mixed(rounds: int) -> tuple[Conversation, list[ProviderMessage]]:
    """Messages on both channels, and a failure that the bridge reports, in each round."""
    entries = [first(2000)]
    for number in range(rounds):
        age = 1999 - number / 2
        entries += [on_channel(age), reply(age - 0.1), failure_note(age - 0.11), in_messenger(age - 0.2)]
    return conversation("1", *entries, tags=("whatsapp",)), []


def listed(rounds: int) -> tuple[Conversation, list[ProviderMessage]]:
    """Many equal texts, all of which the provider lists."""
    entries = [first(2000)]
    for number in range(rounds):
        age = 1999 - number / 60
        entries += [on_channel(age), reply(age - 0.01)]
    long = conversation("1", *entries, tags=("twilio_whatsapp",))
    return long, [_row(number, entry) for number, entry in enumerate(long.entries)]


def _row(number: int, entry: Entry) -> ProviderMessage:
    inbound = entry.is_customer_message
    sent_at = entry.sent_at + timedelta(seconds=-20 if inbound else 5)
    return ProviderMessage(KEY, f"SM{number}", inbound, OUR_NUMBER, CUSTOMER_NUMBER, sent_at, text_digest(entry.text))


@pytest.mark.parametrize("make", [mixed, listed])
def test_eight_times_the_messages_take_about_eight_times_the_work(
    make: Callable[[int], tuple[Conversation, list[ProviderMessage]]],
) -> None:
    counts = []
    for rounds in (SHORT, LONG):
        long, rows = make(rounds)
        person = jennifer(bridge_attributes=ATTRIBUTES) if rows else jennifer()
        # What is read once per process.
        thread = assemble_thread([long], [person], WORKSPACE, provider_messages=rows)
        assert all((m.provider_message is not None) == bool(rows) for m in thread.messages)
        counts.append(lines_run(partial(assemble_thread, [long], [person], WORKSPACE, provider_messages=rows)))
    assert counts[1] / counts[0] < 10
