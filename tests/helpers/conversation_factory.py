"""Factories of entries, conversations and contacts. Ages are hours before `NOW`."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

from desktop.domain.model.facts import ChannelKind, Contact, Conversation, Entry, EntryKind, Role, Tag
from desktop.domain.model.workspace import Relay, Workspace

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
BRIDGE = "bridge-app"
OWN_CODE = "reachline-app"
TAGGER = "7003"
"""Id of the admin who applies the bridge's tags."""
PAGE = "https://shop.example"
WORKSPACE = Workspace(
    bridge_codes=frozenset({BRIDGE}),
    own_codes=frozenset({OWN_CODE}),
    relay={ChannelKind.WHATSAPP: Relay.PROVEN, ChannelKind.TELEGRAM: Relay.PROVEN, ChannelKind.SMS: Relay.PROVEN},
)
SECOND, MINUTE = 1 / 3600, 1 / 60

_ids = count(1000)


def ago(hours: float) -> datetime:
    return NOW - timedelta(hours=hours)


def entry(age: float, *, role: Role = Role.CUSTOMER, kind: EntryKind = EntryKind.MESSAGE, **more: object) -> Entry:
    given = {
        "id": str(next(_ids)),
        "conversation_id": "",
        "sent_at": ago(age),
        "role": role,
        "kind": kind,
        "text": "Where is my parcel?" if kind is not EntryKind.EVENT else "",
        "author_id": "c1" if role is Role.CUSTOMER else "7001",
    }
    return Entry(**(given | more))  # type: ignore[arg-type]


def on_channel(age: float, **more: object) -> Entry:
    """A customer's message that the bridge posted."""
    return entry(age, **({"app_code": BRIDGE} | more))


def in_messenger(age: float, **more: object) -> Entry:
    """A customer's message typed in the Messenger."""
    return entry(age, **more)


def first(age: float, **more: object) -> Entry:
    """The customer's first message of a conversation, for which Intercom reports no app code."""
    return entry(age, **({"is_first": True, "event": "source", "app_code_reported": False} | more))


def reply(age: float, text: str = "It left our hub this morning.", **more: object) -> Entry:
    return entry(age, role=Role.TEAMMATE, text=text, **({"app_code": OWN_CODE} | more))


def failure_note(age: float, text: str = "Message was not delivered: the 24-hour window has expired.") -> Entry:
    return entry(age, role=Role.TEAMMATE, kind=EntryKind.NOTE, text=text, app_code=BRIDGE)


def event(age: float, word: str = "assignment", role: Role = Role.TEAMMATE) -> Entry:
    return entry(age, role=role, kind=EntryKind.EVENT, event=word)


def conversation(conversation_id: str, *entries: Entry, **more: object) -> Conversation:
    """A conversation of contact `c1` with these entries, which get its id.

    tags: names of tags applied by the bridge at creation, or `Tag`s.
    """
    held = tuple(
        replace(e, conversation_id=conversation_id, id=f"source:{conversation_id}" if e.is_first else e.id)
        for e in entries
    )
    times = [e.sent_at for e in held] or [NOW]
    given: dict[str, object] = {
        "id": conversation_id,
        "created_at": min(times),
        "updated_at": max(times),
        "contact_ids": ("c1",),
        "entries": held,
    } | more
    named: tuple[Tag | str, ...] = given.pop("tags", ())  # type: ignore[assignment]
    tags = tuple(Tag(t, given["created_at"], TAGGER) if isinstance(t, str) else t for t in named)  # type: ignore[arg-type]
    return Conversation(**(given | {"tags": tags}))  # type: ignore[arg-type]


def jennifer(**more: object) -> Contact:
    return Contact(**({"id": "c1", "name": "Jennifer Okafor", "phone": "+353871234567"} | more))  # type: ignore[arg-type]
