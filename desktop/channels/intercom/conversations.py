"""Maps Intercom's conversations, as it answers for one and as a search lists them. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import msgspec

from desktop.channels.intercom.entries import (
    PartJson,
    SourceJson,
    StoredPart,
    drop_repeated,
    is_customer,
    map_first_message,
    map_parts,
)
from desktop.channels.intercom.values import NotReadable, assignee, flag, ident, label, name, plain_text
from desktop.channels.shared import loose_json
from desktop.channels.shared.loose_json import Scalar, as_number, as_text, as_time, as_word, get_field
from desktop.domain.model.facts import Conversation, ConversationState, Entry, Priority, Tag
from desktop.ports import SearchHit

MAX_PARTS = 500
"""The answer for one conversation holds at most its newest 500 parts (Intercom API 2.16)."""

_NEVER = datetime.fromtimestamp(0, UTC)


class ConversationJson(msgspec.Struct):
    id: Scalar = None
    title: Scalar = None
    created_at: Scalar = None
    updated_at: Scalar = None
    snoozed_until: Scalar = None
    open: Scalar = None
    state: Scalar = None
    read: Scalar = None
    admin_assignee_id: Scalar = None
    team_assignee_id: Scalar = None
    priority: Scalar = None
    channel: Any = None
    source: Any = None
    contacts: Any = None
    tags: Any = None
    first_contact_reply: Any = None
    statistics: Any = None
    conversation_parts: Any = None


def map_conversation(raw: object) -> Conversation:
    """Map a conversation with its first message and its parts, in the order of the answer.

    Without `created_at`, the earliest time in the answer stands for it, and `updated_at` where there is no other.
    Raises NotReadable for what has no id, and for nothing else.
    """
    found = loose_json.as_struct(raw, ConversationJson)
    if not ident(found.id):
        raise NotReadable("a conversation needs an id")
    source = loose_json.as_struct(found.source, SourceJson)
    parts = loose_json.as_list(found.conversation_parts, "conversation_parts", "data")
    created, updated = _created_and_updated(found, parts)
    contact_ids = _contact_ids(found, source)
    entries = [
        *map_first_message(ident(found.id), found.source, created, contact_ids),
        *map_parts(ident(found.id), parts, created, contact_ids),
    ]
    return Conversation(
        id=ident(found.id),
        created_at=created,
        updated_at=updated,
        state=_state(found),
        title=label(as_text(found.title)) or label(plain_text(source.subject)),
        born_on=as_word(source.type),
        initial_channel=as_word(get_field(found.channel, "initial")) or None,
        current_channel=as_word(get_field(found.channel, "current")) or None,
        delivered_as=as_word(source.delivered_as),
        page_url=_page_url(source.url) or _page_url(get_field(found.first_contact_reply, "url")),
        tags=_tags(found.tags),
        contact_ids=contact_ids,
        assignee_id=assignee(found.admin_assignee_id),
        team_id=assignee(found.team_assignee_id),
        snoozed_until=as_time(found.snoozed_until),
        read=flag(found.read, default=True),
        priority=_priority(found.priority),
        entries=tuple(drop_repeated(entries)),
        unseen_before=_unseen_before(found, entries, parts, updated),
    )


def map_search_hit(raw: object) -> SearchHit:
    """Map a conversation as search lists it. Its entries are left out: a list holds the first message only."""
    found = map_conversation(raw)
    count = _part_count(loose_json.as_struct(raw, ConversationJson))
    return SearchHit(replace(found, entries=(), unseen_before=found.updated_at), count)


def map_found(raw: object) -> SearchHit:
    """Map a conversation as search lists it, with its first message."""
    found = map_conversation(raw)
    count = _part_count(loose_json.as_struct(raw, ConversationJson))
    return SearchHit(replace(found, entries=tuple(e for e in found.entries if e.is_first)), count)


def _created_and_updated(found: ConversationJson, parts: Sequence[object]) -> tuple[datetime, datetime]:
    """Creation and last change; whichever is missing is taken from the other dates in the answer."""
    created, updated = as_time(found.created_at), as_time(found.updated_at)
    if created is not None and updated is not None:
        return created, updated
    dated = [as_time(loose_json.as_struct(p, PartJson).created_at) for p in parts if isinstance(p, dict)]
    times = [t for t in dated if t is not None]
    created = created or min(times, default=updated or _NEVER)
    return created, updated or max(times, default=created)


def _state(found: ConversationJson) -> ConversationState:
    """`state` decides; `open` may be true of a snoozed conversation."""
    try:
        return ConversationState(as_word(found.state))
    except ValueError:
        return ConversationState.OPEN if flag(found.open, default=True) else ConversationState.CLOSED


def _priority(raw: object) -> Priority:
    """Up to API 2.15 a conversation has priority or not; which of the later levels that is, Intercom does not say."""
    word = as_word(raw)
    if word == "priority":
        return Priority.HIGH
    return Priority(word) if word in [*Priority] else Priority.NONE


def _part_count(found: ConversationJson) -> int | None:
    given = (
        as_number(get_field(found.statistics, "count_conversation_parts")),
        as_number(get_field(found.conversation_parts, "total_count")),
    )
    return max((n for n in given if n is not None), default=None)


def _unseen_before(
    found: ConversationJson, entries: list[Entry], parts: Sequence[object], updated: datetime
) -> datetime | None:
    """Search answers hold no parts. A full answer without a count may have been cut off."""
    count, part_count = _part_count(found), len(parts)
    if part_count == 0:
        parts_given = isinstance(found.conversation_parts, dict | list) or count == 0
        return None if parts_given and not count else updated
    if (count is None and part_count < MAX_PARTS) or (count is not None and count <= part_count):
        return None
    stored = (part.created_at for part in parts if isinstance(part, StoredPart))
    return min((*stored, *(e.sent_at for e in entries if not e.is_first)))


def _contact_ids(found: ConversationJson, source: SourceJson) -> tuple[str, ...]:
    """The conversation's people; where the answer names none, the customer who began it."""
    listed = loose_json.as_list(found.contacts, "contacts", "data")
    ids = [_id_in(contact) for contact in listed]
    if not any(ids) and is_customer(source.author):
        ids = [ident(get_field(source.author, "id"))]
    return tuple(dict.fromkeys(i for i in ids if i))


def _tags(raw: object) -> tuple[Tag, ...]:
    listed = [t if isinstance(t, dict) else {"name": t} for t in loose_json.as_list(raw, "tags", "data")]
    tags = (Tag(name(t.get("name")), as_time(t.get("applied_at")), _id_in(t.get("applied_by"))) for t in listed)
    return tuple(t for t in tags if t.name)


def _id_in(raw: object) -> str:
    """The id of an object, which may be given by its id alone."""
    return ident(raw.get("id")) if isinstance(raw, dict) else ident(raw)


def _page_url(url: object) -> str | None:
    address = as_text(url).strip()
    return address if address.casefold().startswith(("http://", "https://")) else None
