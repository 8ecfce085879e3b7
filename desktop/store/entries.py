"""Entries: every message, note and event with its facts, and where they stand in the order of things."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from desktop.domain.model.facts import Attachment, ChannelKind, Client, Entry, EntryKind, Role
from desktop.store.core.columns import (
    LARGEST_INTEGER,
    fetch_all,
    from_json,
    from_us,
    from_us_or_none,
    to_json,
    to_us,
    valid_utf8,
)
from desktop.store.core.database import Database

_COLUMNS = (
    "entry_id, conversation_id, sent_at_us, role, kind, event, author_id, author_name, text, attachments, app_code, "
    "app_code_reported, by_email, tags, is_first, redacted, client_hint, line_hint, customer_hint, attribute_hint, "
    "channel_hint, arrival, wiped"
)


def save(
    db: Database,
    conversation_id: str,
    told: Iterable[Entry],
    as_of: datetime,
    channel: str = "",
    kept_since: datetime | None = None,
) -> bool:
    """Keep what an answer from `as_of` (the provider's time) says. True if anything but a file's address is new.

    channel: the conversation's current one in this answer, in the provider's word; kept with what is new in it.
    kept_since: words sent after this that were wiped, too early or under a shorter retention, come back; None if
    nobody knows.
    """
    came_with = known_upto(db, conversation_id) + 1
    held = {e.id: (e, as_of_us) for e, as_of_us in _held(db, conversation_id)}
    changed = False
    for entry in told:
        stored, stored_as_of = held.get(entry.id, (None, 0))
        entry = _storable(entry)
        if stored is None:
            merged = replace(entry, channel_hint=channel, arrival=0)
        else:
            stays_wiped = stored.wiped and (kept_since is None or stored.sent_at < kept_since)
            merged = _merged(stored, entry, to_us(as_of) >= stored_as_of, stays_wiped)
        if merged.kind in _ARRIVING and not merged.arrival:
            merged = replace(merged, arrival=_next_arrival(db))
        if merged != stored or to_us(as_of) > stored_as_of:
            _write(db, merged, max(to_us(as_of), stored_as_of), came_with)
        changed = changed or stored is None or _without_urls(merged) != _without_urls(stored)
    return changed


_ARRIVING = (EntryKind.MESSAGE, EntryKind.UNKNOWN)
"""What can be news to somebody who writes a reply; notes and events cannot."""


def _next_arrival(db: Database) -> int:
    """Never one that was given before, also after its message is gone."""
    [(number,)] = fetch_all(db, "UPDATE counters SET value = value + 1 WHERE name = 'arrival' RETURNING value")
    return int(number)


def _storable(entry: Entry) -> Entry:
    return replace(
        entry,
        text=valid_utf8(entry.text),
        author_name=valid_utf8(entry.author_name),
        attachments=() if entry.redacted else tuple(replace(a, name=valid_utf8(a.name)) for a in entry.attachments),
    )


def _merged(stored: Entry, told: Entry, told_is_newer: bool, stays_wiped: bool) -> Entry:
    """A redaction is for good, words older than they are kept do not come back, and what was seen when the message
    arrived cannot be seen later."""
    if stored.redacted != told.redacted:
        chosen = stored if stored.redacted else told
    else:
        chosen = told if told_is_newer or stored.wiped else stored
    unknown = ChannelKind.UNKNOWN
    merged = replace(
        chosen,
        client_hint=stored.client_hint if stored.client_hint is not Client.UNKNOWN else told.client_hint,
        line_hint=stored.line_hint or told.line_hint,
        customer_hint=stored.customer_hint or told.customer_hint,
        attribute_hint=stored.attribute_hint if stored.attribute_hint is not unknown else told.attribute_hint,
        channel_hint=stored.channel_hint,
        arrival=stored.arrival,
    )
    return replace(merged, text="", attachments=(), wiped=True) if stays_wiped else merged


def _without_urls(entry: Entry) -> Entry:
    """Signed addresses are new in every answer and say nothing new."""
    return replace(entry, attachments=tuple(replace(a, url="") for a in entry.attachments))


def of_conversation(db: Database, conversation_id: str) -> tuple[Entry, ...]:
    return tuple(entry for entry, _ in _held(db, conversation_id))


def ids_of(db: Database, conversation_id: str) -> frozenset[str]:
    rows = db.execute("SELECT entry_id FROM entries WHERE conversation_id = ?", (conversation_id,))
    return frozenset(str(i) for (i,) in rows)


def count_parts(db: Database, conversation_id: str) -> int:
    """How many entries are held, the first message not counted, as the provider counts."""
    counted = "SELECT count(*) FROM entries WHERE conversation_id = ? AND is_first = 0"
    [(count,)] = fetch_all(db, counted, (conversation_id,))
    return int(count)


def known_upto(db: Database, conversation_id: str) -> int:
    """A mark in the order in which the conversation's entries became known here: later ones have a greater number.

    No clock is asked: times shift with every answer that corrects them, and a reply must not be missed for that.
    """
    newest = "SELECT coalesce(max(came_with), 0) FROM entries WHERE conversation_id = ?"
    [(number,)] = fetch_all(db, newest, (conversation_id,))
    return int(number)


def known_after(db: Database, conversation_id: str, mark: int) -> tuple[Entry, ...]:
    """What became known after `mark` (see `known_upto`), in order."""
    rows = fetch_all(
        db,
        f"SELECT {_COLUMNS} FROM entries WHERE conversation_id = ? AND came_with > ? "
        "ORDER BY sent_at_us, number, entry_id",
        (conversation_id, mark),
    )
    return tuple(_entry(row) for row in rows)


def newest_at(db: Database, customer_id: str) -> datetime | None:
    """When the customer's thread was last written to."""
    [(newest_us,)] = fetch_all(
        db,
        "SELECT max(sent_at_us) FROM entries JOIN conversation_customers USING (conversation_id) WHERE customer_id = ?",
        (customer_id,),
    )
    return from_us_or_none(newest_us)


def search(db: Database, text: str, at_most: int = 100) -> list[tuple[str, str, str, str]]:
    """(customer id, conversation id, entry id, text) of what contains `text`, newest first. ASCII case is ignored."""
    pattern = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    rows = fetch_all(
        db,
        "SELECT customer_id, conversation_id, entry_id, text FROM searchable "
        "JOIN conversation_customers USING (conversation_id) "
        "WHERE text LIKE ? ESCAPE '\\' ORDER BY sent_at_us DESC, number DESC LIMIT ?",
        (f"%{valid_utf8(pattern)}%", at_most),
    )
    return [(customer, conversation, entry, found) for customer, conversation, entry, found in rows]


def _held(db: Database, conversation_id: str) -> list[tuple[Entry, int]]:
    rows = fetch_all(
        db,
        f"SELECT {_COLUMNS}, as_of_us FROM entries WHERE conversation_id = ? ORDER BY sent_at_us, number, entry_id",
        (conversation_id,),
    )
    return [(_entry(row), row[-1]) for row in rows]


def _write(db: Database, entry: Entry, as_of_us: int, came_with: int) -> None:
    names = [n.strip() for n in f"{_COLUMNS}, number, as_of_us, came_with".split(",")]
    fixed = ("entry_id", "conversation_id", "came_with")
    updates = ", ".join(f"{n} = excluded.{n}" for n in names if n not in fixed)
    db.execute(
        f"INSERT INTO entries ({', '.join(names)}) VALUES ({', '.join('?' * len(names))}) "
        f"ON CONFLICT (conversation_id, entry_id) DO UPDATE SET {updates}",
        (
            entry.id,
            entry.conversation_id,
            to_us(entry.sent_at),
            entry.role,
            entry.kind,
            entry.event,
            entry.author_id,
            entry.author_name,
            entry.text,
            to_json([asdict(a) for a in entry.attachments]),
            entry.app_code,
            entry.app_code_reported,
            entry.by_email,
            to_json(list(entry.tags)),
            entry.is_first,
            entry.redacted,
            entry.client_hint,
            valid_utf8(entry.line_hint),
            valid_utf8(entry.customer_hint),
            entry.attribute_hint,
            valid_utf8(entry.channel_hint),
            entry.arrival,
            entry.wiped,
            min(entry.order[2], LARGEST_INTEGER),
            as_of_us,
            came_with,
        ),
    )


def _entry(row: tuple[Any, ...]) -> Entry:
    return Entry(
        row[0],
        row[1],
        from_us(row[2]),
        Role(row[3]),
        EntryKind(row[4]),
        event=row[5],
        author_id=row[6],
        author_name=row[7],
        text=row[8],
        attachments=tuple(Attachment(**a) for a in from_json(row[9])),
        app_code=row[10],
        app_code_reported=bool(row[11]),
        by_email=bool(row[12]),
        tags=tuple(from_json(row[13])),
        is_first=bool(row[14]),
        redacted=bool(row[15]),
        client_hint=Client(row[16]),
        line_hint=row[17],
        customer_hint=row[18],
        attribute_hint=ChannelKind(row[19]),
        channel_hint=row[20],
        arrival=row[21],
        wiped=bool(row[22]),
    )
