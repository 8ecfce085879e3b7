"""Bridge codes are learnt from tagged conversations, and shown before they are believed."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from talk import BRIDGE, OURS, WORKSPACE, conversation, first, in_messenger, on_channel, reply

from desktop.domain.facts import ChannelKind
from desktop.domain.workspace import Relay, Workspace, code_histogram, learn_codes


def test_the_most_frequent_code_in_tagged_conversations_is_learnt() -> None:
    talk = [
        conversation("1", first(9), on_channel(5), on_channel(4), reply(3), tags=("WhatsApp",)),
        conversation("2", first(9), on_channel(5, app_code="importer"), in_messenger(2), tags=("telegram", "vip")),
        conversation("3", first(9), on_channel(5, app_code="importer"), on_channel(4, app_code="importer")),
        conversation("4", first(9), on_channel(5, app_code=OURS), on_channel(4, app_code=OURS), tags=("sms", "twilio")),
    ]
    histogram = code_histogram(talk, replace(WORKSPACE, bridge_codes=frozenset()))
    assert histogram == Counter({BRIDGE: 2, "importer": 1})
    assert learn_codes(histogram) == frozenset({BRIDGE})


def test_nothing_to_learn_from() -> None:
    assert learn_codes(Counter()) == frozenset()


def test_a_tie_is_settled_the_same_way_every_time() -> None:
    assert learn_codes(Counter({"b": 2, "a": 2})) == learn_codes(Counter({"a": 2, "b": 2})) == frozenset({"a"})


def test_relay_starts_unproven() -> None:
    assert Workspace().relay_of(ChannelKind.WHATSAPP) is Relay.UNPROVEN
