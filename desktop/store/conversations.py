"""Conversations: Intercom's conversations with their entries; may be told everything twice and in any order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from desktop.domain.model.facts import Conversation, ConversationState, Tag, TagSighting
from desktop.store import contacts, entries
from desktop.store.core.columns import from_json, from_us, from_us_or_none, to_json, to_us, to_us_or_none, valid_utf8
from desktop.store.core.database import Database
from desktop.store.settings import retention_days

_COLUMNS = (
    "id, created_at_us, updated_at_us, state, title, born_on, current_channel, page_url, tags, contact_ids, "
    "assignee_id, team_id, snoozed_until_us, is_read, unseen_before_us, removed_tags, delivered_as, initial_channel"
)
SEEN_AT_FIRST = timedelta(minutes=2)
"""A tag that stands there at a first read no later than this after the conversation's creation was put on in time."""


def save(db: Database, answer: Conversation, read_at: datetime | None = None) -> bool:
    """Keep an answer that holds the whole conversation (or its newest entries). True if anything is new.

    The newest answer by the provider's `updated_at` wins; entries that a capped answer no longer holds are kept, and
    what was redacted stays redacted. read_at: when it was asked for, by the providers' time; None if nobody knows.
    """
    stored = load(db, answer.id) if is_whole(db, answer.id) else None
    merged = answer if stored is None or answer.updated_at >= stored.updated_at else stored
    if stored is not None:
        merged = replace(merged, unseen_before=_gap(stored, answer))
    merged = _with_tag_history(stored, answer, merged, read_at)
    _write(db, merged, is_whole=True)
    if read_at is not None:
        db.execute(
            "UPDATE conversations SET first_read_at_us = iif(?1, ?2, first_read_at_us), "
            "read_at_us = max(coalesce(read_at_us, 0), ?2) WHERE id = ?3",
            (stored is None, to_us(read_at), answer.id),
        )
    kept_since = None if read_at is None else read_at - timedelta(days=retention_days(db))
    fresh = entries.save(db, answer.id, answer.entries, answer.updated_at, answer.current_channel or "", kept_since)
    return fresh or stored is None or replace(merged, entries=()) != replace(stored, entries=())


def _with_tag_history(
    stored: Conversation | None, answer: Conversation, merged: Conversation, read_at: datetime | None
) -> Conversation:
    """With what all our reads tell of its tags: which stood there at first, which came later, which are gone."""
    if stored is None:
        at_first = read_at is not None and read_at - merged.created_at <= SEEN_AT_FIRST
        sighting = TagSighting.AT_FIRST if at_first else TagSighting.UNKNOWN
        return replace(merged, tags=tuple(replace(t, sighting=sighting) for t in merged.tags))
    older = answer if answer.updated_at < stored.updated_at else stored
    tags = tuple(_seen_again(t, stored, answer, older) for t in merged.tags)
    here = {t.key for t in tags}
    gone = {n.strip().casefold(): n for n in (*stored.removed_tags, *(t.name for t in older.tags))}
    return replace(merged, tags=tags, removed_tags=tuple(n for key, n in sorted(gone.items()) if key not in here))


def _seen_again(tag: Tag, stored: Conversation, answer: Conversation, older: Conversation) -> Tag:
    """With what any answer says of it: one that says less takes nothing back."""
    told = [tag, *(t for t in (*stored.tags, *answer.tags) if t.key == tag.key)]
    sighting = next((t.sighting for t in stored.tags if t.key == tag.key), TagSighting.UNKNOWN)
    if sighting is TagSighting.UNKNOWN and all(t.key != tag.key for t in older.tags):
        sighting = TagSighting.LATER
    return replace(
        tag,
        applied_at=next((t.applied_at for t in told if t.applied_at is not None), None),
        applied_by=next((t.applied_by for t in told if t.applied_by), ""),
        sighting=sighting,
    )


def save_listed(db: Database, listed: Conversation) -> bool:
    """Keep what a search says of a conversation that was never read, so that the gap is known. True if it is new."""
    if db.execute("SELECT 1 FROM conversations WHERE id = ?", (listed.id,)).fetchone() is not None:
        return False
    _write(db, replace(listed, entries=(), unseen_before=listed.updated_at), is_whole=False)
    return True


def _gap(stored: Conversation, answer: Conversation) -> datetime | None:
    """Before which instant messages may be missing once both are put together: answers that touch close the gap,
    else the newer one's holds."""
    older, newer = sorted((stored, answer), key=lambda c: c.updated_at)
    if newer.unseen_before is None or older.updated_at < newer.unseen_before:
        return newer.unseen_before
    return None if older.unseen_before is None else min(older.unseen_before, newer.unseen_before)


def remove(db: Database, conversation_id: str) -> str | None:
    """Forget a conversation that the provider has deleted, with its entries. Returns whose it was; None if unknown."""
    customer_id = customer_of(db, conversation_id)
    db.execute("DELETE FROM conversations WHERE id = ?", (conversation_id,))
    db.execute("DELETE FROM message_channels WHERE conversation_id = ?", (conversation_id,))
    db.execute("DELETE FROM heads WHERE conversation_id = ?", (conversation_id,))
    return customer_id


def customer_of(db: Database, conversation_id: str) -> str | None:
    row = db.execute(
        "SELECT customer_id FROM conversation_customers WHERE conversation_id = ?", (conversation_id,)
    ).fetchone()
    return None if row is None else str(row[0])


def customers_of_begun(db: Database, since: datetime, upto: datetime) -> frozenset[str]:
    """Whose conversations began after `since` and not after `upto`."""
    rows = db.execute(
        "SELECT customer_id FROM conversations JOIN contacts ON contacts.id = owner_id "
        "WHERE created_at_us > ? AND created_at_us <= ?",
        (to_us(since), to_us(upto)),
    )
    return frozenset(str(i) for (i,) in rows)


def load(db: Database, conversation_id: str) -> Conversation | None:
    """With its entries, in order."""
    row = db.execute(f"SELECT {_COLUMNS} FROM conversations WHERE id = ?", (conversation_id,)).fetchone()
    return None if row is None else _conversation(db, row)


def of_customer(db: Database, customer_id: str) -> tuple[Conversation, ...]:
    columns = ", ".join(f"conversations.{name.strip()}" for name in _COLUMNS.split(","))
    rows = db.execute(
        f"SELECT {columns} FROM conversations JOIN contacts ON contacts.id = conversations.owner_id "
        "WHERE contacts.customer_id = ? ORDER BY conversations.id",
        (customer_id,),
    ).fetchall()
    return tuple(_conversation(db, row) for row in rows)


def newest_open(db: Database, customer_id: str) -> str | None:
    """Her conversation with the newest activity, an open one before a closed one."""
    row = db.execute(
        "SELECT conversations.id FROM conversations JOIN contacts ON contacts.id = conversations.owner_id "
        "WHERE contacts.customer_id = ? ORDER BY conversations.state = 'open' DESC, conversations.updated_at_us DESC, "
        "conversations.id LIMIT 1",
        (customer_id,),
    ).fetchone()
    return None if row is None else str(row[0])


def unread_of(db: Database, customer_id: str) -> tuple[str, ...]:
    """Her conversations that the team has not read."""
    rows = db.execute(
        "SELECT conversations.id FROM conversations JOIN contacts ON contacts.id = conversations.owner_id "
        "WHERE contacts.customer_id = ? AND is_read = 0 ORDER BY conversations.id",
        (customer_id,),
    )
    return tuple(str(i) for (i,) in rows)


def people_of(conversation: Conversation) -> tuple[str, ...]:
    """Contacts of a conversation, the owner first; the authors where it names none, and a stand-in where there are
    no authors either, so that no conversation is without a customer."""
    authors = (e.author_id for e in conversation.entries if e.is_customer_message and e.author_id)
    named: Iterable[str] = conversation.contact_ids or tuple(dict.fromkeys(authors))
    return tuple(named) or (f"{STAND_IN}{conversation.id}",)


STAND_IN = "conversation:"
"""Begins the id of a contact that exists only here; the provider is never asked for it."""


def is_whole(db: Database, conversation_id: str) -> bool:
    row = db.execute("SELECT is_whole FROM conversations WHERE id = ?", (conversation_id,)).fetchone()
    return row is not None and bool(row[0])


def _write(db: Database, conversation: Conversation, *, is_whole: bool) -> None:
    values = (
        conversation.id,
        to_us(conversation.created_at),
        to_us(conversation.updated_at),
        conversation.state,
        valid_utf8(conversation.title),
        conversation.born_on,
        conversation.current_channel,
        conversation.page_url,
        _pack_tags(conversation.tags),
        to_json(list(conversation.contact_ids)),
        conversation.assignee_id,
        conversation.team_id,
        to_us_or_none(conversation.snoozed_until),
        conversation.read,
        to_us_or_none(conversation.unseen_before),
        to_json([valid_utf8(name) for name in conversation.removed_tags]),
        valid_utf8(conversation.delivered_as),
        conversation.initial_channel,
        contacts.ensure(db, people_of(conversation)[0]),
        is_whole,
    )
    names = [n.strip() for n in f"{_COLUMNS}, owner_id, is_whole".split(",")]
    updates = ", ".join(f"{n} = excluded.{n}" for n in names if n != "id")
    db.execute(
        f"INSERT INTO conversations ({', '.join(names)}) VALUES ({', '.join('?' * len(names))}) "
        f"ON CONFLICT (id) DO UPDATE SET {updates}",
        values,
    )


def _conversation(db: Database, row: tuple[Any, ...]) -> Conversation:
    return Conversation(
        row[0],
        from_us(row[1]),
        from_us(row[2]),
        state=ConversationState(row[3]),
        title=row[4],
        born_on=row[5],
        current_channel=row[6],
        page_url=row[7],
        tags=_unpack_tags(row[8]),
        contact_ids=tuple(from_json(row[9])),
        assignee_id=row[10],
        team_id=row[11],
        snoozed_until=from_us_or_none(row[12]),
        read=bool(row[13]),
        entries=entries.of_conversation(db, row[0]),
        unseen_before=from_us_or_none(row[14]),
        removed_tags=tuple(from_json(row[15])),
        delivered_as=row[16],
        initial_channel=row[17],
    )


def _pack_tags(tags: Iterable[Tag]) -> str:
    return to_json(
        [
            {
                "name": valid_utf8(t.name),
                "applied_at_us": to_us_or_none(t.applied_at),
                "applied_by": t.applied_by,
                "sighting": t.sighting,
            }
            for t in tags
        ]
    )


def _unpack_tags(text: str) -> tuple[Tag, ...]:
    return tuple(
        Tag(t["name"], from_us_or_none(t["applied_at_us"]), t["applied_by"], TagSighting(t["sighting"]))
        for t in from_json(text)
    )
