"""A long thread costs in proportion to its length."""

from __future__ import annotations

from time import process_time

import pytest
from conversation_factory import WORKSPACE, conversation, failure_note, first, in_messenger, jennifer, on_channel, reply

from desktop.domain.model.facts import Conversation
from desktop.domain.thread import assemble_thread

pytestmark = pytest.mark.slow


def long_talk(rounds: int) -> Conversation:
    talk = [first(2000)]
    for number in range(rounds):
        age = 1999 - number / 2
        talk += [on_channel(age), reply(age - 0.1), failure_note(age - 0.11), in_messenger(age - 0.2)]
    return conversation("1", *talk, tags=("whatsapp",))


def cost_s(talk: Conversation) -> float:
    """Processor time, the best of five: other work on the machine only ever adds."""
    best = float("inf")
    for _ in range(5):
        start = process_time()
        assemble_thread([talk], [jennifer()], WORKSPACE)
        best = min(best, process_time() - start)
    return best


@pytest.mark.bench
def test_eight_times_the_messages_cost_about_eight_times_as_much() -> None:
    short, long = cost_s(long_talk(250)), cost_s(long_talk(2000))
    assert long / short < 20, f"{long / short:.1f} times"
