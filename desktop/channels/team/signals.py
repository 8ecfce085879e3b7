"""The wire format of messages besides facts: presence, learnt facts, the hub's heartbeat.

Hub and desktops write and read it here alone. Presence and learnt facts are sealed, for they hold names and addresses;
the hub's counts are not. Every `read_…` raises NotSealed for what no version of ours wrote.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

import msgspec

from desktop.channels.team.sealed import KeyRing, NotSealed
from desktop.ports.team import HubState, LearnedFact, Presence

Signal = TypeVar("Signal", Presence, LearnedFact, HubState)


def write_presence(presence: Presence, keys: KeyRing) -> bytes:
    """Seal it for the subject of its agent and conversation."""
    return keys.seal(msgspec.json.encode(presence))


def read_presence(sealed: bytes, agent: str, conversation_id: str, keys: KeyRing) -> Presence:
    """agent, conversation_id: as the subject has them; the broker sees to it that they are true."""
    return replace(_decode(keys.open(sealed), Presence), agent=agent, conversation_id=conversation_id)


def write_learned(fact: LearnedFact, keys: KeyRing) -> bytes:
    """Seal it for the subject by which it is offered, and as the bucket's value."""
    return keys.seal(msgspec.json.encode(fact))


def read_learned(sealed: bytes, keys: KeyRing) -> LearnedFact:
    """The hub puts the agent of the subject in place of the one that stands there."""
    fact = _decode(keys.open(sealed), LearnedFact)
    if fact.at.tzinfo is None:
        raise NotSealed
    return fact


def learned_key(fact: LearnedFact, keys: KeyRing) -> str:
    """The key in the bucket: one value for each kind and what it is about."""
    return f"{fact.kind}.{keys.digest(fact.about)}"


def write_hub_state(state: HubState) -> bytes:
    """Readable on the broker."""
    return msgspec.json.encode(state)


def read_hub_state(data: bytes) -> HubState:
    """As `write_hub_state` wrote it."""
    state = _decode(data, HubState)
    if state.webhooks_at is not None and state.webhooks_at.tzinfo is None:
        raise NotSealed
    return state


def _decode(plain: bytes, kind: type[Signal]) -> Signal:
    try:
        return msgspec.json.decode(plain, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise NotSealed from None
