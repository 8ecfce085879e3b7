"""Conversations: Intercom's conversations with their entries; may be told everything twice and in any order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from desktop.domain.facts import Conversation, ConversationState
from desktop.store import contacts, entries
from desktop.store.database import Connection
from desktop.store.rows import clean, from_us, maybe_from_us, maybe_us, pack, to_us, unpack

_COLUMNS = (
    "id, created_at_us, updated_at_us, state, title, born_on, current_channel, page_url, tags, contact_ids, "
    "assignee_id, team_id, snoozed_until_us, is_read, unseen_before_us"
)


def save(db: Connection, answer: Conversation) -> bool:
    """Keep an answer that holds the whole conversation (or its newest entries). True if anything is new.

    The newest answer by the provider's `updated_at` wins; entries that a capped answer no longer holds are kept, and
    what was redacted stays redacted.
    """
    stored = load(db, answer.id) if is_whole(db, answer.id) else None
    merged = answer if stored is None or answer.updated_at >= stored.updated_at else stored
    if stored is not None:
        merged = replace(merged, unseen_before=_gap(stored, answer))
    _write(db, merged, is_whole=True)
    fresh = entries.save(db, answer.id, answer.entries, answer.updated_at)
    return fresh or stored is None or replace(merged, entries=()) != replace(stored, entries=())


def save_listed(db: Connection, listed: Conversation) -> bool:
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


def remove(db: Connection, conversation_id: str) -> str | None:
    """Forget a conversation that the provider has deleted, with its entries. Returns whose it was; None if unknown."""
    customer_id = customer_of(db, conversation_id)
    db.execute("DELETE FROM conversations WHERE id = ?", (conversation_id,))
    db.execute("DELETE FROM heads WHERE conversation_id = ?", (conversation_id,))
    return customer_id


def customer_of(db: Connection, conversation_id: str) -> str | None:
    row = db.execute(
        "SELECT customer_id FROM conversation_customers WHERE conversation_id = ?", (conversation_id,)
    ).fetchone()
    return None if row is None else str(row[0])


def load(db: Connection, conversation_id: str) -> Conversation | None:
    """With its entries, in order."""
    row = db.execute(f"SELECT {_COLUMNS} FROM conversations WHERE id = ?", (conversation_id,)).fetchone()
    return None if row is None else _conversation(db, row)


def of_customer(db: Connection, customer_id: str) -> tuple[Conversation, ...]:
    columns = ", ".join(f"conversations.{name.strip()}" for name in _COLUMNS.split(","))
    rows = db.execute(
        f"SELECT {columns} FROM conversations JOIN contacts ON contacts.id = conversations.owner_id "
        "WHERE contacts.customer_id = ? ORDER BY conversations.id",
        (customer_id,),
    ).fetchall()
    return tuple(_conversation(db, row) for row in rows)


def newest_open(db: Connection, customer_id: str) -> str | None:
    """Her conversation with the newest activity, an open one before a closed one."""
    row = db.execute(
        "SELECT conversations.id FROM conversations JOIN contacts ON contacts.id = conversations.owner_id "
        "WHERE contacts.customer_id = ? ORDER BY conversations.state = 'open' DESC, conversations.updated_at_us DESC, "
        "conversations.id LIMIT 1",
        (customer_id,),
    ).fetchone()
    return None if row is None else str(row[0])


def unread_of(db: Connection, customer_id: str) -> tuple[str, ...]:
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


def is_whole(db: Connection, conversation_id: str) -> bool:
    row = db.execute("SELECT is_whole FROM conversations WHERE id = ?", (conversation_id,)).fetchone()
    return row is not None and bool(row[0])


def _write(db: Connection, conversation: Conversation, *, is_whole: bool) -> None:
    values = (
        conversation.id,
        to_us(conversation.created_at),
        to_us(conversation.updated_at),
        conversation.state,
        clean(conversation.title),
        conversation.born_on,
        conversation.current_channel,
        conversation.page_url,
        pack(list(conversation.tags)),
        pack(list(conversation.contact_ids)),
        conversation.assignee_id,
        conversation.team_id,
        maybe_us(conversation.snoozed_until),
        conversation.read,
        maybe_us(conversation.unseen_before),
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


def _conversation(db: Connection, row: tuple[Any, ...]) -> Conversation:
    return Conversation(
        row[0],
        from_us(row[1]),
        from_us(row[2]),
        state=ConversationState(row[3]),
        title=row[4],
        born_on=row[5],
        current_channel=row[6],
        page_url=row[7],
        tags=tuple(unpack(row[8])),
        contact_ids=tuple(unpack(row[9])),
        assignee_id=row[10],
        team_id=row[11],
        snoozed_until=maybe_from_us(row[12]),
        read=bool(row[13]),
        entries=entries.of_conversation(db, row[0]),
        unseen_before=maybe_from_us(row[14]),
    )
