"""The wire format of messages besides facts: presence, learnt facts, the hub's heartbeat.

Hub and desktops write and read it here alone. Presence and learnt facts are sealed, for they hold names and addresses;
the hub's counts are not. Every `read_…` raises NotSealed for what no version of ours wrote.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeVar

import msgspec

from desktop.channels.team.sealed import KeyRing, NotSealed
from desktop.ports.team import HubState, LearnedFact, Presence

_ON_WIRE = {"desk": "agent"}
"""What the feed's format calls a field in another way."""

Signal = TypeVar("Signal", Presence, LearnedFact, HubState)


def write_presence(presence: Presence, keys: KeyRing) -> bytes:
    """Seal it for the subject of its desktop and conversation."""
    return keys.seal(_encode(presence))


def read_presence(sealed: bytes, desk: str, conversation_id: str, keys: KeyRing) -> Presence:
    """desk, conversation_id: as the subject has them; the broker sees to it that they are true."""
    return replace(_decode(keys.open(sealed), Presence), desk=desk, conversation_id=conversation_id)


def write_learned(fact: LearnedFact, keys: KeyRing) -> bytes:
    """Seal it for the subject by which it is offered, and as the bucket's value."""
    return keys.seal(_encode(fact))


def read_learned(sealed: bytes, keys: KeyRing) -> LearnedFact:
    """The hub puts the desktop of the subject in place of the one that stands there."""
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


def _encode(signal: Presence | LearnedFact) -> bytes:
    fields = msgspec.to_builtins(signal)
    return msgspec.json.encode({_ON_WIRE.get(name, name): value for name, value in fields.items()})


def _decode(plain: bytes, kind: type[Signal]) -> Signal:
    try:
        fields = msgspec.json.decode(plain, type=dict[str, Any])
        for name, on_wire in _ON_WIRE.items():
            if on_wire in fields:
                fields[name] = fields.pop(on_wire)
        return msgspec.convert(fields, kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise NotSealed from None
