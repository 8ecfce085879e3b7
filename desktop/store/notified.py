"""What the agent was notified of, so that nothing is shown twice, and the facts that they may be notified of.

Each function `take_…` marks what it returns as notified in the same transaction.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import msgspec

from desktop.domain.contrary import ContraryKind, ContrarySource
from desktop.domain.model.facts import Conversation, EntryKind, Role
from desktop.domain.model.outgoing import State
from desktop.domain.window.window import Window
from desktop.store import conversations
from desktop.store.core.columns import (
    MICROSECOND,
    fetch_all,
    fetch_one,
    from_json,
    from_us,
    from_us_or_none,
    to_json,
    to_us,
)
from desktop.store.core.database import Database
from desktop.store.outgoing.outbox import OutgoingReply

LOOK_BACK = timedelta(days=7)
"""Nothing that happened longer ago is looked at."""

KEPT_FOR = LOOK_BACK + timedelta(days=1)

COUNTED_MOST = 1_000
"""So many customers of each list, the newest, are looked at to count those with unread messages."""

_PAGE = 30
_STARTED_MOST = 500
_CLOCK_MARGIN = timedelta(seconds=2)
"""Intercom tells times in whole seconds, and its clock is known to a second."""
_OVERLAP = timedelta(minutes=10)


class NewEntry(msgspec.Struct, frozen=True):
    """An entry that was not looked at before. text: its beginning. file_names: of its attachments."""

    entry_id: str
    sent_at: datetime
    role: Role
    kind: EntryKind
    event: str
    author_id: str
    author_name: str
    text: str
    file_names: tuple[str, ...]


class ConversationNews(msgspec.Struct, frozen=True):
    """What is new in one conversation.

    entries: oldest first. answered_at: when a teammate last wrote to the customer here; None if not lately.
    has_failures: it was reported, which is new too, that a reply of ours did not arrive.
    """

    customer_id: str
    conversation: Conversation
    entries: tuple[NewEntry, ...]
    answered_at: datetime | None
    has_failures: bool


# --- marks -----------------------------------------------------------------------------------------------------------


def begin(db: Database, now: datetime) -> frozenset[str]:
    """Notify of what happens from now on, if no earlier run has begun. Returns customers with news that an earlier run
    may have stored without looking at them.
    """
    since_us = _value(db, "since")
    if since_us is None or since_us > to_us(now):
        # A clock that was ahead must not silence everything until then.
        _mark(db, "since", to_us(now - _CLOCK_MARGIN), now)
        _mark(db, "looked_at", to_us(now), now)
    db.execute(
        "DELETE FROM notified WHERE at_us < ? AND key NOT LIKE 'reply:%' AND key NOT IN ('since', 'looked_at')",
        (to_us(now - KEPT_FOR),),
    )
    looked_at_us = _value(db, "looked_at") or 0
    rows = fetch_all(
        db,
        "SELECT customer_id FROM customer_rows WHERE last_at_us >= ? ORDER BY last_at_us DESC LIMIT ?",
        (looked_at_us - _OVERLAP // MICROSECOND, _STARTED_MOST),
    )
    return frozenset(row.customer_id for row in rows)


def _value(db: Database, key: str) -> int | None:
    row = fetch_one(db, "SELECT value FROM notified WHERE key = ?", (key,))
    return None if row is None else int(row.value)


def _mark(db: Database, key: str, value: int, now: datetime) -> None:
    db.execute(
        "INSERT INTO notified VALUES (?, ?, ?) "
        "ON CONFLICT (key) DO UPDATE SET value = excluded.value, at_us = excluded.at_us",
        (key, value, to_us(now)),
    )


# --- entries ---------------------------------------------------------------------------------------------------------


def take_news(db: Database, customer_ids: Iterable[str], now: datetime) -> list[ConversationNews]:
    """What is new in the conversations of these customers. Looks at the newest entries alone, whatever is stored."""
    since_us = max(min(_value(db, "since") or 0, to_us(now)), to_us(now - LOOK_BACK))
    rows = fetch_all(
        db,
        # CROSS JOIN: in this order.
        "SELECT contacts.customer_id AS customer_id, conversations.id AS id FROM json_each(?) AS wanted "
        "CROSS JOIN contacts ON contacts.customer_id = wanted.value "
        "CROSS JOIN conversations ON owner_id = contacts.id "
        "WHERE conversations.updated_at_us >= ? ORDER BY conversations.id",
        (to_json(sorted(customer_ids)), since_us),
    )
    found = [_take(db, row.customer_id, row.id, since_us, now) for row in rows]
    _mark(db, "looked_at", to_us(now), now)
    return [news for news in found if news is not None]


def _take(
    db: Database, customer_id: str, conversation_id: str, since_us: int, now: datetime
) -> ConversationNews | None:
    key = f"entries:{conversation_id}"
    upto = _value(db, key) or 0
    new: list[Any] = []
    answered_us: int | None = None
    before: tuple[int, str] | None = None
    while True:
        page = _page(db, conversation_id, before)
        fresh = [row for row in page if row.answer_number > upto and row.sent_at_us >= since_us]
        ours = [r.sent_at_us for r in page if r.role == Role.TEAMMATE and r.kind == EntryKind.MESSAGE]
        answered_us = max([*ours, *([] if answered_us is None else [answered_us])], default=None)
        new += fresh
        if not fresh or len(page) < _PAGE or page[-1].sent_at_us < since_us:
            break
        before = (page[-1].sent_at_us, page[-1].entry_id)
    if new:
        _mark(db, key, max(row.answer_number for row in new), now)
    has_failures = _take_failures(db, conversation_id, since_us, now)
    if not new and not has_failures:
        return None
    [conversation] = conversations.without_entries(db, [conversation_id])
    entries = tuple(_new_entry(row) for row in reversed(new))
    return ConversationNews(customer_id, conversation, entries, from_us_or_none(answered_us), has_failures)


def _page(db: Database, conversation_id: str, before: tuple[int, str] | None) -> list[Any]:
    earlier = "" if before is None else "AND (sent_at_us, entry_id) < (?, ?) "
    return fetch_all(
        db,
        "SELECT entry_id, sent_at_us, role, kind, event, author_id, author_name, answer_number, "
        "substr(text, 1, 1000) AS text, "
        "(SELECT json_group_array(value ->> 'name') FROM json_each(attachments)) AS file_names "
        f"FROM entries WHERE conversation_id = ? {earlier}"
        "ORDER BY sent_at_us DESC, entry_id DESC LIMIT ?",
        (conversation_id, *(before or ()), _PAGE),
    )


def _new_entry(row: Any) -> NewEntry:
    return NewEntry(
        row.entry_id,
        from_us(row.sent_at_us),
        Role(row.role),
        EntryKind(row.kind),
        row.event,
        row.author_id,
        row.author_name,
        row.text,
        tuple(name or "" for name in from_json(row.file_names)),
    )


def _take_failures(db: Database, conversation_id: str, since_us: int, now: datetime) -> bool:
    """Mark reports on replies that were sent since then; True if there are any."""
    rows = fetch_all(
        db,
        "SELECT fact_id FROM contrary_facts WHERE conversation_id = ? AND conversation_id <> '' AND at_us >= ? "
        "AND source IN (?, ?) AND kind <> ? AND is_solved = 0 "
        "AND NOT EXISTS (SELECT 1 FROM notified WHERE key = 'failure:' || fact_id)",
        (conversation_id, since_us, ContrarySource.BRIDGE_NOTICE, ContrarySource.LATE_FAILURE, ContraryKind.OPTED_OUT),
    )
    for row in rows:
        _mark(db, f"failure:{row.fact_id}", 0, now)
    return bool(rows)


# --- unread messages -------------------------------------------------------------------------------------------------


class UnreadConversation(msgspec.Struct, frozen=True):
    """An open conversation with a message that nobody has read. assignee_id, team_id: None for none."""

    customer_id: str
    assignee_id: str | None
    team_id: str | None


def with_open_conversations(db: Database, me_id: str) -> frozenset[str]:
    """The newest customers with an open conversation that is this teammate's or nobody's, also a team's."""
    newest = "SELECT customer_id FROM customer_lists WHERE list = ? ORDER BY last_at_us DESC, customer_id DESC LIMIT ?"
    lists = [f"assignee:{me_id}", "assignee:"]
    return frozenset(row.customer_id for name in lists for row in fetch_all(db, newest, (name, COUNTED_MOST)))


def unread_conversations(db: Database, customer_ids: Iterable[str]) -> list[UnreadConversation]:
    """Of those of these customers who wrote last."""
    rows = fetch_all(
        db,
        "SELECT row.customer_id, conversations.details ->> '$.assignee_id' AS assignee_id, "
        "conversations.details ->> '$.team_id' AS team_id FROM customer_list AS row "
        "JOIN contacts ON contacts.customer_id = row.customer_id "
        "JOIN conversations ON owner_id = contacts.id AND is_read = 0 AND conversations.state = 'open' "
        "WHERE row.customer_id IN (SELECT value FROM json_each(?)) AND row.unread AND NOT row.last_from_us",
        (to_json(sorted(customer_ids)),),
    )
    return [UnreadConversation(row.customer_id, row.assignee_id, row.team_id) for row in rows]


# --- windows ---------------------------------------------------------------------------------------------------------


def closing_between(db: Database, after: datetime, upto: datetime, now: datetime) -> frozenset[str]:
    """Customers who wait on a window that closes after `after` and not after `upto`."""
    rows = fetch_all(
        db,
        "SELECT customer_id FROM customer_rows INDEXED BY customer_rows_by_closing WHERE waits = 1 "
        "AND closes_at_us > ? AND closes_at_us <= ? AND coalesce(window_known_from_us, 0) <= ?",
        (to_us(after), to_us(upto), to_us(now)),
    )
    return frozenset(row.customer_id for row in rows)


def next_closing(db: Database, after: datetime) -> datetime | None:
    """When the next window closes that a customer waits on; None if none does after that."""
    row = fetch_one(
        db, "SELECT min(closes_at_us) AS at_us FROM customer_rows WHERE waits = 1 AND closes_at_us > ?", (to_us(after),)
    )
    return from_us_or_none(row.at_us)


def take_window(db: Database, window: Window, within: timedelta, now: datetime) -> bool:
    """Mark that the agent was notified of the window with `within` left. False where they already were, with this much
    time left or less.
    """
    opened = window.opened_at or window.closes_at
    key = f"window:{window.opened_by or ''}:{0 if opened is None else to_us(opened)}"
    notified_s, within_s = _value(db, key), round(within.total_seconds())
    if notified_s is not None and notified_s <= within_s:
        return False
    _mark(db, key, within_s, now)
    return True


# --- replies ---------------------------------------------------------------------------------------------------------


def take_replies(
    db: Database, undecided: Iterable[tuple[str, OutgoingReply]], now: datetime
) -> list[tuple[str, OutgoingReply]]:
    """Of all replies that wait for the agent, with their customers, those that they were not notified of in this state.
    One that comes into the state again is returned again.
    """
    by_key = {f"reply:{reply.draft_id}:{reply.state}": (customer_id, reply) for customer_id, reply in undecided}
    notified = {row.key for row in fetch_all(db, "SELECT key FROM notified WHERE key >= 'reply:' AND key < 'reply;'")}
    gone = notified - by_key.keys()
    if gone:
        db.execute("DELETE FROM notified WHERE key IN (SELECT value FROM json_each(?))", (to_json(sorted(gone)),))
    new = [key for key in by_key if key not in notified]
    for key in new:
        _mark(db, key, 0, now)
    return [by_key[key] for key in new]


STATES = (State.HELD, State.REFUSED, State.UNCONFIRMED)
"""States in which a reply waits for the agent."""
