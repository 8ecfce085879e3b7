"""Assembling a thread takes time proportional to its length."""

from __future__ import annotations

from time import process_time

import pytest
from conversation_factory import WORKSPACE, conversation, failure_note, first, in_messenger, jennifer, on_channel, reply

from desktop.domain.history.thread import assemble_thread
from desktop.domain.model.facts import Conversation

pytestmark = pytest.mark.slow


def long_conversation(rounds: int) -> Conversation:
    entries = [first(2000)]
    for number in range(rounds):
        age = 1999 - number / 2
        entries += [on_channel(age), reply(age - 0.1), failure_note(age - 0.11), in_messenger(age - 0.2)]
    return conversation("1", *entries, tags=("whatsapp",))


def cost_s(long: Conversation) -> float:
    """Processor time in seconds: the minimum of five runs, because other load only adds."""
    best = float("inf")
    for _ in range(5):
        start = process_time()
        assemble_thread([long], [jennifer()], WORKSPACE)
        best = min(best, process_time() - start)
    return best


@pytest.mark.bench
def test_eight_times_the_messages_cost_about_eight_times_as_much() -> None:
    short_s, long_s = cost_s(long_conversation(250)), cost_s(long_conversation(2000))
    assert long_s / short_s < 20, f"{long_s / short_s:.1f} times"
