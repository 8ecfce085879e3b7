"""Intercom's conversations with their entries. Answers may be stored twice and in any order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from desktop.domain.model.facts import Conversation, Entry, Tag, TagSighting
from desktop.domain.window.window import FUTURE_TOLERANCE
from desktop.ports import StoredAnswer
from desktop.store import contacts, entries
from desktop.store.core.columns import (
    MICROSECOND,
    fetch_all,
    fetch_one,
    from_details,
    from_us,
    to_details,
    to_json,
    to_us,
    upsert_row,
    valid_utf8,
)
from desktop.store.core.database import Database
from desktop.store.settings import retention_days

COLUMNS = frozenset(
    {"id", "created_at", "updated_at", "state", "title", "read", "entries", "fingerprint", "is_partial"}
)
"""Fields of `Conversation` with columns or tables of their own, because SQL selects, sorts or wipes by them, and those
that only an answer has; all others are in the column `details`."""

SEEN_AT_FIRST = timedelta(minutes=2)
"""A tag that a first read finds no later than this after the conversation's creation was applied in time."""

FILES_READ_FOR = timedelta(minutes=10)
"""After this time, addresses of files are taken from a new answer; Intercom's expire after 30 minutes."""


def save(db: Database, answer: Conversation, read_at: datetime | None = None) -> bool:
    """Store an answer that holds the whole conversation, its newest entries, or what was not stored of these. True if
    anything is new.

    The newest answer by the provider's `updated_at` wins; entries that an answer does not hold are kept, and what was
    redacted stays redacted. read_at: when it was asked for, by the providers' time; None if nobody knows.
    """
    if read_at is not None:
        answer = _written_by_now(db, answer, read_at)
    stored = load_without_entries(db, answer.id)
    is_newest = stored is None or answer.updated_at >= stored.updated_at
    merged = answer if stored is None or is_newest else stored
    if stored is not None:
        merged = replace(merged, unseen_before=_gap(stored, answer))
    merged = _with_tag_history(stored, answer, merged, read_at)
    if stored is None:
        merged = _with_first_sightings(db, merged)
    _write(db, merged, is_whole=True, files_read_at=None if answer.is_partial else read_at)
    kept_since = None if read_at is None else _kept_since(db, read_at)
    fresh = entries.save(db, answer.id, answer.entries, is_newest, answer.current_channel or "", kept_since)
    return fresh or stored is None or replace(merged, entries=()) != stored


def save_from_feed(db: Database, update: Conversation, received_at: datetime | None, *, is_plain: bool) -> bool:
    """Store an update from the team's feed, beside what reading the conversation gives. True if anything is new.

    A conversation that was never read stays one that is to be read. An update has no fingerprint, so that the next read
    brings its contents again, as the provider has them; what was read is not replaced by a later update.
    received_at: as `read_at` in `save`. is_plain: the texts lost their formatting on the way.
    """
    if received_at is not None:
        update = _written_by_now(db, update, received_at)
    stored, was_read = _as_stored(db, update.id), is_whole(db, update.id)
    brings_more = entries.has_unknown(db, update.id, update.entries)
    if stored is None:
        merged = replace(update, unseen_before=update.updated_at)
    else:
        # Times have whole seconds: of two states of one second, what has more entries is later than what was read.
        is_later_of_second = brings_more or not stored.fingerprint
        is_newest = (update.updated_at, is_later_of_second) > (stored.updated_at, False)
        merged = replace(update, contact_ids=update.contact_ids or stored.contact_ids) if is_newest else stored
        unseen_before = stored.unseen_before if was_read else merged.updated_at
        fingerprint = 0 if is_newest or brings_more else stored.fingerprint
        merged = replace(merged, unseen_before=unseen_before, fingerprint=fingerprint)
    merged = _with_tag_history(stored, update, merged, received_at)
    _write(db, merged, is_whole=was_read)
    fresh = entries.save_from_feed(db, update.id, update.entries, update.current_channel or "", is_plain=is_plain)
    return fresh or stored is None or replace(merged, entries=()) != stored


def _as_stored(db: Database, conversation_id: str) -> Conversation | None:
    """Without entries, also where it was never read."""
    return next(iter(without_entries(db, [conversation_id])), None)


def stored_answer(db: Database, conversation_id: str, now: datetime) -> StoredAnswer:
    """Fingerprints of what need not be stored again; none where the addresses of its files may soon expire."""
    row = fetch_one(db, "SELECT * FROM conversations WHERE id = ? AND is_whole = 1", (conversation_id,))
    if row is None:
        return StoredAnswer()
    stored, has_files = entries.fingerprints_of(db, conversation_id, _kept_since(db, now))
    if has_files and abs(to_us(now) - (row.files_read_at_us or 0)) > FILES_READ_FOR // MICROSECOND:
        return StoredAnswer(from_us(row.updated_at_us))
    return StoredAnswer(from_us(row.updated_at_us), row.fingerprint or 0, stored)


def _kept_since(db: Database, now: datetime) -> datetime:
    return now - timedelta(days=retention_days(db))


def _written_by_now(db: Database, answer: Conversation, read_at: datetime) -> Conversation:
    """Date no entry later than its first reading: nothing is written after it is read, and a date in the future would
    keep a window open for days.
    """
    latest = read_at + FUTURE_TOLERANCE
    if all(e.sent_at <= latest for e in answer.entries):
        return answer
    known = {e.id: e.sent_at for e in entries.of_conversation(db, answer.id)}
    dated = (e if e.sent_at <= latest else replace(e, sent_at=known.get(e.id, read_at)) for e in answer.entries)
    return replace(answer, entries=tuple(dated))


def _with_tag_history(
    stored: Conversation | None, answer: Conversation, merged: Conversation, read_at: datetime | None
) -> Conversation:
    """Add what all our reads show of the tags: which were there at first, which came later, which were removed."""
    if stored is None:
        at_first = read_at is not None and read_at - merged.created_at <= SEEN_AT_FIRST
        sighting = TagSighting.AT_FIRST if at_first else TagSighting.UNKNOWN
        return replace(merged, tags=tuple(replace(t, sighting=sighting) for t in merged.tags))
    older = answer if answer.updated_at < stored.updated_at else stored
    tags = tuple(_seen_again(t, stored, answer, older) for t in merged.tags)
    current = {t.key for t in tags}
    removed = {n.strip().casefold(): n for n in (*stored.removed_tags, *(t.name for t in older.tags))}
    return replace(merged, tags=tags, removed_tags=tuple(n for key, n in sorted(removed.items()) if key not in current))


def _with_first_sightings(db: Database, conversation: Conversation) -> Conversation:
    """Keep which tags were told of at first, before the conversation was read."""
    told = _as_stored(db, conversation.id)
    at_first = {t.key for t in told.tags if t.sighting is TagSighting.AT_FIRST} if told is not None else frozenset()
    if not at_first:
        return conversation
    tags = (replace(t, sighting=TagSighting.AT_FIRST) if t.key in at_first else t for t in conversation.tags)
    return replace(conversation, tags=tuple(tags))


def _seen_again(tag: Tag, stored: Conversation, answer: Conversation, older: Conversation) -> Tag:
    """Add what any answer says of the tag: an answer that says less removes nothing."""
    sources = [tag, *(t for t in (*stored.tags, *answer.tags) if t.key == tag.key)]
    sighting = next((t.sighting for t in stored.tags if t.key == tag.key), TagSighting.UNKNOWN)
    if sighting is TagSighting.UNKNOWN and all(t.key != tag.key for t in older.tags):
        sighting = TagSighting.LATER
    return replace(
        tag,
        applied_at=next((t.applied_at for t in sources if t.applied_at is not None), None),
        applied_by=next((t.applied_by for t in sources if t.applied_by), ""),
        sighting=sighting,
    )


def save_listed(db: Database, listed: Conversation) -> bool:
    """Store what a search says of a conversation that was never read, so that the gap is known. True if it is new."""
    if fetch_one(db, "SELECT 1 FROM conversations WHERE id = ?", (listed.id,)) is not None:
        return False
    _write(db, replace(listed, entries=(), unseen_before=listed.updated_at), is_whole=False)
    return True


def _gap(stored: Conversation, answer: Conversation) -> datetime | None:
    """Before which instant messages may be missing once both answers are merged: answers that touch close the gap,
    otherwise the newer one's remains.
    """
    older, newer = sorted((stored, answer), key=lambda c: c.updated_at)
    if newer.unseen_before is None or older.updated_at < newer.unseen_before:
        return newer.unseen_before
    return None if older.unseen_before is None else min(older.unseen_before, newer.unseen_before)


def remove(db: Database, conversation_id: str) -> str | None:
    """Delete a conversation that the provider has deleted, with its entries. Returns its customer; None if unknown."""
    customer_id = customer_of(db, conversation_id)
    db.execute("DELETE FROM conversations WHERE id = ?", (conversation_id,))
    db.execute("DELETE FROM message_channels WHERE conversation_id = ?", (conversation_id,))
    db.execute("DELETE FROM sync_queue WHERE conversation_id = ?", (conversation_id,))
    return customer_id


def customer_of(db: Database, conversation_id: str) -> str | None:
    """The id of the conversation's customer; None for a conversation that is not stored."""
    row = fetch_one(db, "SELECT customer_id FROM conversation_customers WHERE conversation_id = ?", (conversation_id,))
    return None if row is None else str(row.customer_id)


def customers_of(db: Database, conversation_id: str) -> frozenset[str]:
    """The conversation's customer alone; empty for a conversation that is not stored."""
    return frozenset({customer_id} if (customer_id := customer_of(db, conversation_id)) is not None else ())


def customers_of_begun(db: Database, since: datetime, upto: datetime) -> frozenset[str]:
    """Customers with a conversation that was created after `since` and not after `upto`."""
    rows = fetch_all(
        db,
        "SELECT customer_id FROM conversations JOIN contacts ON contacts.id = owner_id "
        "WHERE created_at_us > ? AND created_at_us <= ?",
        (to_us(since), to_us(upto)),
    )
    return frozenset(row.customer_id for row in rows)


def load_without_entries(db: Database, conversation_id: str) -> Conversation | None:
    """None for a conversation that was never read."""
    row = fetch_one(db, "SELECT * FROM conversations WHERE id = ? AND is_whole = 1", (conversation_id,))
    return None if row is None else _conversation(row, ())


def load(db: Database, conversation_id: str) -> Conversation | None:
    """The conversation with its entries, in order."""
    row = fetch_one(db, "SELECT * FROM conversations WHERE id = ?", (conversation_id,))
    return None if row is None else _conversation(row, entries.of_conversation(db, row.id))


def of_customer(db: Database, customer_id: str) -> tuple[Conversation, ...]:
    """The customer's conversations with their entries, ordered by id."""
    rows = fetch_all(
        db,
        "SELECT conversations.* FROM conversations JOIN contacts ON contacts.id = conversations.owner_id "
        "WHERE contacts.customer_id = ? ORDER BY conversations.id",
        (customer_id,),
    )
    return tuple(_conversation(row, entries.of_conversation(db, row.id)) for row in rows)


def of_customer_without_entries(db: Database, customer_id: str) -> tuple[Conversation, ...]:
    """The customer's conversations, ordered by id; what they say themselves."""
    rows = fetch_all(
        db,
        "SELECT conversations.* FROM conversations JOIN contacts ON contacts.id = conversations.owner_id "
        "WHERE contacts.customer_id = ? ORDER BY conversations.id",
        (customer_id,),
    )
    return tuple(_conversation(row, ()) for row in rows)


def updated_after(db: Database, customer_id: str, at: datetime, ids: Iterable[str]) -> list[Conversation]:
    """The customer's conversations that were updated after an instant, and those of `ids`, without entries; in any
    order.
    """
    rows = fetch_all(
        db,
        # Of their ids first, since SQLite compares all columns of what it unites.
        "SELECT conversations.* FROM (SELECT conversations.id FROM contacts "
        "CROSS JOIN conversations ON conversations.owner_id = contacts.id AND conversations.updated_at_us > ? "
        "WHERE contacts.customer_id = ? UNION SELECT value FROM json_each(?)) AS wanted "
        "CROSS JOIN conversations ON conversations.id = wanted.id",
        (to_us(at), customer_id, to_json(sorted(ids))),
    )
    return [_conversation(row, ()) for row in rows]


def without_entries(db: Database, ids: Iterable[str]) -> list[Conversation]:
    """These conversations, as far as they are stored, without entries; in any order."""
    rows = fetch_all(
        db, "SELECT * FROM conversations WHERE id IN (SELECT value FROM json_each(?))", (to_json(sorted(ids)),)
    )
    return [_conversation(row, ()) for row in rows]


def titles_of(db: Database, customer_id: str, at_most: int) -> list[str]:
    """The titles of the customer's conversations, newest first."""
    rows = fetch_all(
        db,
        "SELECT title FROM contacts CROSS JOIN conversations ON owner_id = contacts.id "
        "WHERE contacts.customer_id = ? AND title <> '' ORDER BY conversations.updated_at_us DESC LIMIT ?",
        (customer_id, at_most),
    )
    return [row.title for row in rows]


def newest_open(db: Database, customer_id: str) -> str | None:
    """The customer's conversation with the newest activity, an open one before a closed one."""
    row = fetch_one(
        db,
        "SELECT conversations.id FROM conversations JOIN contacts ON contacts.id = conversations.owner_id "
        "WHERE contacts.customer_id = ? ORDER BY conversations.state = 'open' DESC, conversations.updated_at_us DESC, "
        "conversations.id LIMIT 1",
        (customer_id,),
    )
    return None if row is None else str(row.id)


def newest_of_customers(db: Database, customer_ids: Iterable[str], at_most: int) -> dict[str, str]:
    """The conversations of each of these customers that have the newest activity, open ones first. Returns the
    customer's id by conversation id.
    """
    rows = fetch_all(
        db,
        "SELECT newest.id, wanted.value AS customer_id FROM json_each(?) AS wanted "
        "CROSS JOIN conversations AS newest ON newest.id IN ("
        "SELECT conversations.id FROM contacts CROSS JOIN conversations ON owner_id = contacts.id "
        "WHERE contacts.customer_id = wanted.value "
        "ORDER BY conversations.state = 'open' DESC, conversations.updated_at_us DESC, conversations.id LIMIT ?)",
        (to_json(sorted(customer_ids)), at_most),
    )
    return {row.id: row.customer_id for row in rows}


def unread_of(db: Database, customer_id: str) -> tuple[str, ...]:
    """The customer's conversations that the team has not read."""
    rows = fetch_all(
        db,
        "SELECT conversations.id FROM conversations JOIN contacts ON contacts.id = conversations.owner_id "
        "WHERE contacts.customer_id = ? AND is_read = 0 ORDER BY conversations.id",
        (customer_id,),
    )
    return tuple(row.id for row in rows)


def people_of(conversation: Conversation) -> tuple[str, ...]:
    """The contacts of a conversation, the owner first; its authors where it names none, and a stand-in where there are
    no authors either, so that no conversation is without a customer.
    """
    authors = (e.author_id for e in conversation.entries if e.is_customer_message and e.author_id)
    named: Iterable[str] = conversation.contact_ids or tuple(dict.fromkeys(authors))
    return tuple(named) or (f"{STAND_IN}{conversation.id}",)


STAND_IN = "conversation:"
"""Prefix of the id of a contact that exists only here; the provider is never asked for it."""


def is_whole(db: Database, conversation_id: str) -> bool:
    """Whether it was read with its entries; a conversation that only a search listed was not."""
    return fetch_one(db, "SELECT 1 FROM conversations WHERE id = ? AND is_whole = 1", (conversation_id,)) is not None


def _write(db: Database, conversation: Conversation, *, is_whole: bool, files_read_at: datetime | None = None) -> None:
    """files_read_at: None leaves it as it was."""
    row = {
        "id": conversation.id,
        "owner_id": contacts.ensure(db, people_of(conversation)[0]),
        "created_at_us": to_us(conversation.created_at),
        "updated_at_us": to_us(conversation.updated_at),
        "state": conversation.state,
        "title": valid_utf8(conversation.title),
        "is_read": conversation.read,
        "is_whole": is_whole,
        "details": to_details(conversation, COLUMNS),
        "fingerprint": conversation.fingerprint,
        **({} if files_read_at is None else {"files_read_at_us": to_us(files_read_at)}),
    }
    upsert_row(db, "conversations", row, key=("id",))


def _conversation(row: Any, held: tuple[Entry, ...]) -> Conversation:
    return from_details(
        Conversation,
        row.details,
        id=row.id,
        created_at=from_us(row.created_at_us),
        updated_at=from_us(row.updated_at_us),
        state=row.state,
        title=row.title,
        read=bool(row.is_read),
        entries=held,
        fingerprint=row.fingerprint or 0,
    )
