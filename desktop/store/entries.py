"""Messages, notes and events of conversations, and the order in which they became known.

They are written to `entry_rows`, and read from the view `entries`, which has the ids and names that these rows have
numbers for.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from desktop.domain.bridge.tagging import SIGHTING_SLACK
from desktop.domain.model.facts import Attachment, ChannelKind, Client, Contact, Entry, EntryKind, MessageKey, Role
from desktop.domain.origin import sighted_client
from desktop.store.core.columns import (
    ENTRY_KEY,
    LARGEST_INTEGER,
    entry_key,
    fetch_all,
    fetch_one,
    from_json,
    from_us,
    from_us_or_none,
    insert_rows,
    spans_from_json,
    spans_to_json,
    to_json,
    to_us,
    upsert_rows,
    valid_utf8,
)
from desktop.store.core.database import Database
from desktop.store.search import message_index

_ORDER = "sent_at_us, coalesce(number, CAST(entry_id AS INTEGER)), entry_id"
"""Of one conversation, as `Entry.order` has it."""

_COMMENT, _NONE = "comment", to_json([])

_FIELDS = """
    entries.entry_id, entries.conversation_id, sent_at_us, role, kind, event, author_id, author_name, text, attachments,
    app_code, app_code_reported, by_email, tags, is_first, redacted, client_hint, line_hint, customer_hint,
    attribute_hint, channel_hint, arrival, wiped, entries.fingerprint, assigned_to, formatting
"""
"""The columns of an `Entry`, in the order of its fields."""


def save(
    db: Database,
    conversation_id: str,
    answered: Iterable[Entry],
    is_newest: bool,
    channel: str = "",
    kept_since: datetime | None = None,
) -> bool:
    """Store the entries of an answer. True if anything but a file's address is new.

    is_newest: no answer of a later `updated_at` is stored. One that is older adds entries and redactions alone.
    channel: the conversation's current one in this answer, by the provider's name; stored with what is new in it.
    kept_since: text sent after this that was wiped, too early or under a shorter retention, comes back; None if nobody
        knows.
    """
    answered = list({entry.id: _storable(entry) for entry in answered}.values())
    stored_entries = _by_id(db, conversation_id, answered)
    arriving = (e for e in answered if e.kind in _ARRIVING)
    numbers = _take_numbers(db, sum(e.id not in stored_entries or not stored_entries[e.id].arrival for e in arriving))
    conversation, answer_number = _conversation(db, conversation_id), known_upto(db, conversation_id) + 1
    new: list[dict[str, Any]] = []
    differing: list[dict[str, Any]] = []
    changed = False
    for entry in answered:
        stored = stored_entries.get(entry.id)
        if stored is None:
            arrival = next(numbers) if entry.kind in _ARRIVING else 0
            new.append(_row(entry, conversation, answer_number, channel, arrival))
            continue
        stays_wiped = stored.wiped and (kept_since is None or stored.sent_at < kept_since)
        merged = _merged(stored, entry, is_newest, stays_wiped)
        if merged.kind in _ARRIVING and not merged.arrival:
            merged = replace(merged, arrival=next(numbers))
        if merged != stored or merged.fingerprint != stored.fingerprint:
            differing.append(_row(merged, conversation, answer_number, merged.channel_hint, merged.arrival))
        changed = changed or _without_urls(merged) != _without_urls(stored)
    searched = [row for row in new if row["text"] or row["attachments"] != _NONE]
    search_ids = message_index.free_ids(db, [row["sent_at_us"] for row in searched])
    for row, search_id in zip(searched, search_ids, strict=True):
        row["search_id"] = search_id
    # New ones first: the database must not give their numbers to others.
    insert_rows(db, "entry_rows", new)
    upsert_rows(
        db,
        "entry_rows",
        differing,
        key=("conversation_number", "entry_key"),
        keep_existing=("answer_number", "search_id"),
    )
    message_index.add_words(db, [(row["search_id"], row["text"]) for row in searched if row["text"]])
    return changed or bool(new)


def save_from_feed(db: Database, conversation_id: str, news: Iterable[Entry], channel: str, *, is_plain: bool) -> bool:
    """Store entries of the team's feed without fingerprints, so that the next answer has them again. True as in `save`.

    Of an entry that is stored only a redaction is news, and its formatted text where it had lost the formatting.
    channel: as in `save`. is_plain: these have lost it.
    """
    news = list(news)
    stored = _by_id(db, conversation_id, news)

    def is_news(entry: Entry) -> bool:
        known = stored.get(entry.id)
        if known is None or (entry.redacted and not known.redacted):
            return True
        return not is_plain and not known.fingerprint and not known.is_first and not known.redacted

    wanted = [replace(entry, fingerprint=0) for entry in news if is_news(entry)]
    return bool(wanted) and save(db, conversation_id, wanted, True, channel)


def has_unknown(db: Database, conversation_id: str, wanted: Iterable[Entry]) -> bool:
    """Whether one of these entries is not stored."""
    wanted = list(wanted)
    return len(_by_id(db, conversation_id, wanted)) < len({entry.id for entry in wanted})


def keep_sightings(db: Database, known: Contact, newer: Contact) -> None:
    """Store on messages in which client they were typed, as far as the contact as it is known shows, before a newer
    answer says only where the contact was later.
    """
    still_known = (newer.ios_seen_at, newer.android_seen_at, newer.web_seen_at)
    for at in (known.ios_seen_at, known.android_seen_at, known.web_seen_at):
        if at is None or at in still_known:
            continue
        found = _fetch(
            db,
            f"SELECT {_FIELDS} FROM conversations JOIN entries USING (conversation_number) "
            "WHERE owner_id = ? AND sent_at_us BETWEEN ? AND ? AND author_id = ? AND role = 'customer' "
            "AND kind = 'message' AND client_hint = '' AND app_code IS NULL AND by_email = 0",
            (known.id, to_us(at - SIGHTING_SLACK), to_us(at + SIGHTING_SLACK), known.id),
        )
        for entry in found:
            client = sighted_client(entry, known)
            db.execute(
                "UPDATE entry_rows SET client_hint = ? WHERE conversation_number = ? AND entry_key = ?",
                (
                    "" if client is Client.UNKNOWN else client,
                    _conversation(db, entry.conversation_id).conversation_number,
                    entry_key(entry.id),
                ),
            )


_ARRIVING = (EntryKind.MESSAGE, EntryKind.UNKNOWN)
"""What can be news to somebody who writes a reply; notes and events cannot."""


def _take_numbers(db: Database, how_many: int) -> Iterator[int]:
    """Numbers that were never given before, also after the messages that had them are gone."""
    if not how_many:
        return iter(())
    taken = "UPDATE counters SET value = value + ? WHERE name = 'arrival' RETURNING value"
    newest = int(fetch_one(db, taken, (how_many,)).value)
    return iter(range(newest - how_many + 1, newest + 1))


def _storable(entry: Entry) -> Entry:
    text, author_name = valid_utf8(entry.text), valid_utf8(entry.author_name)
    if not entry.attachments and text == entry.text and author_name == entry.author_name:
        return entry
    return replace(
        entry,
        text=text,
        author_name=author_name,
        attachments=() if entry.redacted else tuple(replace(a, name=valid_utf8(a.name)) for a in entry.attachments),
    )


def _merged(stored: Entry, answered: Entry, is_newer: bool, stays_wiped: bool) -> Entry:
    """A redaction is final, text older than the retention does not come back, and what was seen when the message
    arrived cannot be seen later.
    """
    if stored.redacted != answered.redacted:
        chosen = stored if stored.redacted else answered
    else:
        # What has no fingerprint came by the team's feed, or was changed by us, and not read since.
        was_read_now = answered.fingerprint != 0 and stored.fingerprint == 0
        chosen = answered if is_newer or stored.wiped or was_read_now else stored
    unknown = ChannelKind.UNKNOWN
    merged = replace(
        chosen,
        client_hint=stored.client_hint if stored.client_hint is not Client.UNKNOWN else answered.client_hint,
        line_hint=stored.line_hint or answered.line_hint,
        customer_hint=stored.customer_hint or answered.customer_hint,
        attribute_hint=stored.attribute_hint if stored.attribute_hint is not unknown else answered.attribute_hint,
        channel_hint=stored.channel_hint,
        arrival=stored.arrival,
    )
    return replace(merged, text="", attachments=(), formatting=(), wiped=True) if stays_wiped else merged


def _without_urls(entry: Entry) -> Entry:
    """Signed addresses are new in every answer and mean nothing new."""
    return replace(entry, attachments=tuple(replace(a, url="") for a in entry.attachments))


def of_conversation(db: Database, conversation_id: str) -> tuple[Entry, ...]:
    """The conversation's stored entries, in order."""
    selected = f"SELECT {_FIELDS} FROM entries WHERE conversation_id = ? ORDER BY {_ORDER}"
    return tuple(_fetch(db, selected, (conversation_id,)))


def fingerprints_of(db: Database, conversation_id: str, kept_since: datetime | None) -> tuple[frozenset[int], bool]:
    """Fingerprints of the entries that the same ones in an answer would not change, and whether any of them has files.

    kept_since: as in `save`.
    """
    rows = fetch_all(
        db,
        "SELECT fingerprint, attachments <> '[]' AS has_files FROM entries "
        "WHERE conversation_id = ? AND NOT (wiped AND sent_at_us >= ?)",
        (conversation_id, LARGEST_INTEGER if kept_since is None else to_us(kept_since)),
    )
    return frozenset(row.fingerprint for row in rows), any(row.has_files for row in rows)


def read_ids_of(db: Database, conversation_id: str) -> frozenset[str]:
    """Ids of the conversation's entries that are stored as they were read. A first message never has a fingerprint, but
    is part of each answer.
    """
    rows = fetch_all(
        db,
        "SELECT entry_id FROM conversations JOIN entries USING (conversation_number) "
        "WHERE conversations.id = ? AND (entries.fingerprint <> 0 OR (is_first AND is_whole))",
        (conversation_id,),
    )
    return frozenset(row.entry_id for row in rows)


def count_parts(db: Database, conversation_id: str) -> int:
    """The number of stored entries without the first message, which the provider does not count either."""
    counted = "SELECT count(*) FROM entries WHERE conversation_id = ? AND is_first = 0"
    return int(fetch_one(db, counted, (conversation_id,))[0])


def known_upto(db: Database, conversation_id: str) -> int:
    """The number of the newest answer that brought entries of this conversation; later answers have a greater number.

    No clock is asked: times shift with every answer that corrects them, and a reply must not be missed for that.
    """
    newest = "SELECT coalesce(max(answer_number), 0) FROM entries WHERE conversation_id = ?"
    return int(fetch_one(db, newest, (conversation_id,))[0])


def known_after(db: Database, conversation_id: str, answer_number: int) -> tuple[Entry, ...]:
    """Entries that later answers than this one (see `known_upto`) brought, in order."""
    selected = f"SELECT {_FIELDS} FROM entries WHERE conversation_id = ? AND answer_number > ? ORDER BY {_ORDER}"
    return tuple(_fetch(db, selected, (conversation_id, answer_number)))


def notes_with_mentions(db: Database, conversation_ids: Iterable[str]) -> list[str]:
    """The texts of notes in these conversations that may mention somebody."""
    rows = fetch_all(
        db,
        "SELECT text FROM json_each(?) CROSS JOIN conversations ON conversations.id = value "
        "CROSS JOIN entry_rows INDEXED BY notes_that_may_mention USING (conversation_number) "
        f"WHERE kind = {_KIND_NUMBERS[EntryKind.NOTE]} AND instr(text, '@') > 0",
        (to_json([*conversation_ids]),),
    )
    return [row.text for row in rows]


def newest_at(db: Database, customer_id: str) -> datetime | None:
    """When the newest entry of the customer's conversations was sent."""
    row = fetch_one(
        db,
        # SQLite seeks the newest entry of each conversation; of all of them at once it would look at every entry.
        "SELECT max((SELECT max(sent_at_us) FROM entry_rows "
        "WHERE entry_rows.conversation_number = conversations.conversation_number)) AS newest_us "
        "FROM contacts JOIN conversations ON owner_id = contacts.id WHERE customer_id = ?",
        (customer_id,),
    )
    return from_us_or_none(row.newest_us)


def of_ids(db: Database, conversation_id: str, entry_ids: Collection[str]) -> list[Entry]:
    """Those of these entries that are stored."""
    return _fetch(
        db,
        f"SELECT {_FIELDS} FROM entries WHERE conversation_id = ? AND entry_key IN (SELECT value FROM json_each(?))",
        (conversation_id, to_json([entry_key(i) for i in entry_ids])),
    )


def _by_id(db: Database, conversation_id: str, wanted: list[Entry]) -> dict[str, Entry]:
    """Those of the entries that are stored, as they are stored."""
    return {entry.id: entry for entry in of_ids(db, conversation_id, [entry.id for entry in wanted])}


def _conversation(db: Database, conversation_id: str) -> Any:
    """What rows of entries take from their conversation: its number and its owner."""
    return fetch_one(db, "SELECT conversation_number, owner_id FROM conversations WHERE id = ?", (conversation_id,))


ROLE_NUMBERS = {Role.CUSTOMER: 0, Role.TEAMMATE: 1, Role.BOT: 2, Role.UNKNOWN: 3}
_KIND_NUMBERS = {EntryKind.MESSAGE: 0, EntryKind.EVENT: 1, EntryKind.NOTE: 2, EntryKind.UNKNOWN: 3}
"""As the view `entries` names them."""


def _row(entry: Entry, conversation: Any, answer_number: int, channel_hint: str, arrival: int) -> dict[str, Any]:
    """A row that is new has no `search_id` yet; the database gives one to a stored row that gets a text or a file."""
    is_numbered = entry.id.isascii() and entry.id.isdecimal() and not entry.is_first
    return {
        "conversation_number": conversation.conversation_number,
        "entry_key": entry_key(entry.id),
        "sent_at_us": to_us(entry.sent_at),
        "number": None if is_numbered else min(entry.order[2], LARGEST_INTEGER),
        "role": ROLE_NUMBERS[entry.role],
        "kind": _KIND_NUMBERS[entry.kind],
        "event": "" if entry.event == _COMMENT else entry.event,
        "author_id": None if entry.author_id == conversation.owner_id else entry.author_id,
        "author_name": entry.author_name,
        "text": entry.text,
        "attachments": to_json([_fields_of(a) for a in entry.attachments]) if entry.attachments else _NONE,
        "app_code": entry.app_code,
        "app_code_reported": entry.app_code_reported,
        "by_email": entry.by_email,
        "tags": to_json(list(entry.tags)) if entry.tags else "",
        "is_first": entry.is_first,
        "redacted": entry.redacted,
        "client_hint": "" if entry.client_hint is Client.UNKNOWN else entry.client_hint,
        "line_hint": valid_utf8(entry.line_hint),
        "customer_hint": valid_utf8(entry.customer_hint),
        "attribute_hint": "" if entry.attribute_hint is ChannelKind.UNKNOWN else entry.attribute_hint,
        "channel_hint": valid_utf8(channel_hint),
        "arrival": arrival,
        "wiped": entry.wiped,
        "fingerprint": entry.fingerprint,
        "assigned_to": entry.assigned_to,
        "formatting": spans_to_json(entry.formatting),
        "answer_number": answer_number,
        "search_id": None,
    }


_ATTACHMENT_FIELDS = tuple(field.name for field in fields(Attachment))


def _fields_of(attachment: Attachment) -> dict[str, Any]:
    # `asdict` would copy each value, which takes ten times as long.
    return {name: getattr(attachment, name) for name in _ATTACHMENT_FIELDS}


_ROLES = {str(role): role for role in Role}
_KINDS = {str(kind): kind for kind in EntryKind}


def _fetch(db: Database, sql: str, bindings: tuple[Any, ...]) -> list[Entry]:
    """The entries of a query for `_FIELDS`."""
    rows: list[Any] = db.execute(sql, bindings).fetchall()
    return [_entry(row) for row in rows]


def _entry(row: Any) -> Entry:
    """Of the columns `_FIELDS`."""
    (
        entry_id,
        conversation_id,
        sent_at_us,
        role,
        kind,
        event,
        author_id,
        author_name,
        text,
        attachments,
        app_code,
        app_code_reported,
        by_email,
        tags,
        is_first,
        redacted,
        client_hint,
        line_hint,
        customer_hint,
        attribute_hint,
        channel_hint,
        arrival,
        wiped,
        fingerprint,
        assigned_to,
        formatting,
    ) = row
    # By position: half as fast by name, and thousands are read at once.
    return Entry(
        entry_id,
        conversation_id,
        from_us(sent_at_us),
        _ROLES[role],
        _KINDS[kind],
        event or _COMMENT,
        author_id,
        author_name,
        text,
        () if attachments == _NONE else tuple(Attachment(**a) for a in from_json(attachments)),
        app_code,
        bool(app_code_reported),
        bool(by_email),
        tuple(from_json(tags)) if tags else (),
        bool(is_first),
        bool(redacted),
        Client(client_hint) if client_hint else Client.UNKNOWN,
        line_hint,
        customer_hint,
        ChannelKind(attribute_hint) if attribute_hint else ChannelKind.UNKNOWN,
        channel_hint,
        arrival,
        bool(wiped),
        fingerprint,
        assigned_to,
        spans_from_json(formatting) if formatting else (),
    )


# --- a part of them ------------------------------------------------------------------------------------------------


def key_entries_of(db: Database, conversation_ids: Iterable[str]) -> list[tuple[Entry, bool]]:
    """The key entries of these conversations (`store.history.key_entries`), in any order, each with whether it is new
    since they were chosen.
    """
    rows: list[Any] = db.execute(
        # CROSS JOIN: in this order; SQLite takes all of a conversation's entries for fewer than its key entries.
        f"SELECT {_FIELDS}, key_entries.is_new FROM json_each(?) AS ids "
        "CROSS JOIN key_entries ON key_entries.conversation_id = ids.value "
        "CROSS JOIN entries ON entries.conversation_id = key_entries.conversation_id "
        f"AND entries.entry_key = {ENTRY_KEY.format('key_entries.entry_id')}",
        (to_json(sorted(conversation_ids)),),
    ).fetchall()
    return [(_entry(fields), bool(is_new)) for *fields, is_new in rows]


def sent_between(db: Database, conversation_id: str, since: datetime, upto: datetime) -> list[Entry]:
    """Entries of one conversation that were sent between two instants, both included."""
    selected = f"SELECT {_FIELDS} FROM entries WHERE conversation_id = ? AND sent_at_us BETWEEN ? AND ?"
    return _fetch(db, selected, (conversation_id, to_us(since), to_us(upto)))


def newest_before(db: Database, conversation_id: str, at: datetime, at_most: int) -> list[Entry]:
    """The newest entries of one conversation before an instant, newest first."""
    selected = (
        f"SELECT {_FIELDS} FROM entries WHERE conversation_id = ? AND sent_at_us < ? ORDER BY sent_at_us DESC LIMIT ?"
    )
    return _fetch(db, selected, (conversation_id, to_us(at), at_most))


def newest_times(db: Database, conversation_id: str, upto: datetime, at_most: int) -> list[datetime]:
    """When the newest entries of one conversation up to an instant were sent, newest first."""
    newest = (
        "SELECT sent_at_us FROM entries WHERE conversation_id = ? AND sent_at_us <= ? ORDER BY sent_at_us DESC LIMIT ?"
    )
    return [from_us(row.sent_at_us) for row in fetch_all(db, newest, (conversation_id, to_us(upto), at_most))]


def newest_arrival(db: Database) -> int:
    """`Entry.arrival` of the message that became known last."""
    return int(fetch_one(db, "SELECT value FROM counters WHERE name = 'arrival'").value)


def with_files_after(db: Database, arrival: int, at_most: int) -> list[Entry]:
    """Messages with files that became known after another, in that order."""
    selected = (
        f"SELECT {_FIELDS} FROM entries WHERE arrival > ? AND arrival > 0 AND attachments <> '[]' "
        "ORDER BY arrival LIMIT ?"
    )
    return _fetch(db, selected, (arrival, at_most))


def file_of(db: Database, key: MessageKey, number: int) -> tuple[Attachment, datetime] | None:
    """One file of an entry, by its place among them, and when it was sent; None if there is none."""
    conversation_id, entry_id = key
    row = fetch_one(
        db,
        "SELECT attachments -> ? AS file, sent_at_us FROM entries WHERE conversation_id = ? AND entry_key = ?",
        (number, conversation_id, entry_key(entry_id)),
    )
    return None if row is None or row.file is None else (Attachment(**from_json(row.file)), from_us(row.sent_at_us))


def count_files(db: Database, keys: Collection[MessageKey]) -> dict[MessageKey, int]:
    """How many files each of these entries has; 0 for one that is not stored."""
    counts = dict.fromkeys(keys, 0)
    counted = "SELECT json_array_length(attachments) FROM entries WHERE conversation_id = ? AND entry_key = ?"
    for conversation_id, entry_id in counts:
        row = fetch_one(db, counted, (conversation_id, entry_key(entry_id)))
        counts[conversation_id, entry_id] = 0 if row is None else int(row[0])
    return counts
