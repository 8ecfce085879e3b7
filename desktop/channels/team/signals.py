"""What is told beside the facts, as it stands on the wire: presence, learnt facts, the hub's sign of life.

Hub and desktops write and read it here alone. Presence and learnt facts are sealed, for they hold names and addresses;
the hub's counts are not. Every `read_…` raises NotSealed for what no version of ours wrote.
"""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar

import msgspec

from desktop.channels.team.sealed import KeyRing, NotSealed
from desktop.ports.team import HubState, LearnedFact, LearnedKind, Presence, PresenceState

_Wire = TypeVar("_Wire", bound=msgspec.Struct)


class _Presence(msgspec.Struct, frozen=True, omit_defaults=True):
    state: PresenceState
    teammate_id: str = ""
    name: str = ""


class _Learned(msgspec.Struct, frozen=True, omit_defaults=True):
    kind: LearnedKind
    about: str
    value: str
    at: datetime
    evidence_id: str = ""
    agent: str = ""


class _HubState(msgspec.Struct, frozen=True, omit_defaults=True):
    desks: int
    webhooks_at: datetime | None = None
    polls: bool = False
    spare_calls: int | None = None


def write_presence(presence: Presence, keys: KeyRing) -> bytes:
    """Without agent and conversation: the subject says those, and the broker sees to it that they are true."""
    return keys.seal(msgspec.json.encode(_Presence(presence.state, presence.teammate_id, presence.name)))


def read_presence(sealed: bytes, agent: str, conversation_id: str, keys: KeyRing) -> Presence:
    """agent, conversation_id: as the subject has them."""
    wire = _decode(keys.open(sealed), _Presence)
    return Presence(agent, conversation_id, wire.state, wire.teammate_id, wire.name)


def write_learned(fact: LearnedFact, keys: KeyRing) -> bytes:
    """For the subject by which it is offered, and for the bucket's value."""
    wire = _Learned(fact.kind, fact.about, fact.value, fact.at, fact.evidence_id, fact.agent)
    return keys.seal(msgspec.json.encode(wire))


def read_learned(sealed: bytes, keys: KeyRing) -> LearnedFact:
    """The hub puts the agent of the subject in place of the one that stands there."""
    wire = _decode(keys.open(sealed), _Learned)
    if wire.at.tzinfo is None:
        raise NotSealed
    return LearnedFact(wire.kind, wire.about, wire.value, wire.at, wire.evidence_id, wire.agent)


def learned_key(fact: LearnedFact, keys: KeyRing) -> str:
    """The key in the bucket: one value for each kind and what it is about."""
    return f"{fact.kind}.{keys.digest(fact.about)}"


def write_hub_state(state: HubState) -> bytes:
    """Readable on the broker."""
    return msgspec.json.encode(_HubState(state.desks, state.webhooks_at, state.polls, state.spare_calls))


def read_hub_state(data: bytes) -> HubState:
    """As `write_hub_state` wrote it."""
    wire = _decode(data, _HubState)
    return HubState(wire.desks, wire.webhooks_at, wire.polls, wire.spare_calls)


def _decode(plain: bytes, kind: type[_Wire]) -> _Wire:
    try:
        return msgspec.json.decode(plain, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise NotSealed from None
