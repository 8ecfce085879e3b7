"""The events that reports count, kept with every change of a thread, and the customers who are still to be reached."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Set
from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from desktop.domain.history.report_events import (
    ReportEvent,
    ReportKind,
    answered_at,
    find_events,
    find_unreached,
    known_since,
)
from desktop.domain.history.thread import Thread
from desktop.domain.model.facts import ChannelKind
from desktop.store import settings
from desktop.store.core.columns import fetch_all, fetch_one, from_us, insert_row, to_json, to_us
from desktop.store.core.database import Database

SPAN = timedelta(days=35)
"""Of a thread of any length, so much is looked at: the days of a report, and what a clock may be wrong."""
MOST_TO_DO = 300
"""Customers in the list of those who are to be reached; the others move up as it empties."""
SHORT = 50
"""A thread of fewer messages is always read whole."""
_WEEK = timedelta(days=7)
_WEEKS_BEFORE, _MOST_WEEKS_AFTER = 4, 8


class UnreachedCustomer(msgspec.Struct, frozen=True):
    """A customer whom no reply reached since this event."""

    customer_id: str
    name: str
    event: ReportEvent


class Period(msgspec.Struct, frozen=True):
    """From `start` until before `end`."""

    start: datetime
    end: datetime


class ReportsView(msgspec.Struct, frozen=True):
    """days: as they were asked for. counts: of each kind, how many events each channel had on each of them.

    to_do: customers who are to be reached, the newest event first, `MOST_TO_DO` at most; to_do_count: all of them.
    texts_set_at: when the team says that its texts in the Messenger were set; None if it has not said so.
    weeks: before and after that, with the number of customers' answers in the Messenger; the last may not be over.
    is_complete: every conversation of the period was read once.
    """

    days: tuple[date, ...]
    counts: Mapping[ReportKind, Mapping[ChannelKind, tuple[int, ...]]]
    to_do: tuple[UnreachedCustomer, ...] = ()
    to_do_count: int = 0
    texts_set_at: datetime | None = None
    weeks: tuple[tuple[Period, int], ...] = ()
    is_complete: bool = True


class ReportRow(msgspec.Struct, frozen=True):
    """One event with its customer. is_to_do: they are still to be reached."""

    event: ReportEvent
    name: str
    is_to_do: bool


# --- writing ---------------------------------------------------------------------------------------------------------


def save(db: Database, customer_id: str, thread: Thread, load_more: Callable[[int], Thread]) -> frozenset[ReportKind]:
    """Store what a thread adds to the reports, in place of what it added before.

    load_more: loads the thread with so many messages, for where more have come than are in it. Returns the kinds after
    which the customer is to be reached.
    """
    if _has_unseen(db, customer_id, thread):
        recent = _count_recent(db, customer_id)
        thread = load_more(recent) if recent > len(thread.messages) else thread
    since, found = known_since(thread), set(find_events(thread))
    # Also of windows that closed before the thread's newest messages, but after our newest reply.
    replied_at = answered_at(thread)
    earliest = None if since is None or replied_at is None else min(since, replied_at)
    stored = _events_since(db, [c.id for c in thread.chats], earliest)
    _replace_events(db, {e for e in stored if since is None or e.at > since}, found)
    unreached = find_unreached(thread, found.union(e for e in stored if since is not None and e.at <= since))
    _replace_unreached(db, customer_id, unreached)
    return frozenset(e.kind for e in unreached if not _is_done(db, e))


def first_look(db: Database, customer_id: str) -> int:
    """How many messages `save` needs of a customer who was never looked at, so that they are loaded at once; 0 for all
    others.
    """
    looked_at = fetch_one(db, "SELECT 1 FROM reported_customers WHERE customer_id = ?", (customer_id,))
    return _count_recent(db, customer_id) if looked_at is None else 0


def remove(db: Database, customer_id: str) -> None:
    """Of a customer without conversations nothing is to be reached. Their events go with the conversations."""
    db.execute("DELETE FROM unreached_customers WHERE customer_id = ?", (customer_id,))


def look_again(db: Database, customer_ids: Collection[str]) -> None:
    """Look at more than the newest messages of these customers the next time: they are decided anew."""
    db.execute(
        "DELETE FROM reported_customers WHERE customer_id IN (SELECT value FROM json_each(?))",
        (to_json([*customer_ids]),),
    )


def mark_done(db: Database, events: Iterable[ReportEvent], is_done: bool) -> frozenset[str]:
    """Record that the agent says that these are dealt with, or, with `is_done` False, that they are not. Returns the
    customers.
    """
    concerned: set[str] = set()
    for event in events:
        key = (event.kind, event.conversation_id, event.entry_id)
        if is_done:
            # Of a conversation that is gone there is nothing to be done.
            known = "FROM conversations WHERE id = ?2"
            db.execute(f"INSERT OR IGNORE INTO done_reports SELECT ?1, ?2, ?3 {known}", key)
        else:
            db.execute("DELETE FROM done_reports WHERE kind = ? AND conversation_id = ? AND entry_id = ?", key)
        if db.changes():
            owner = "SELECT customer_id FROM conversation_customers WHERE conversation_id = ?"
            concerned |= {row.customer_id for row in fetch_all(db, owner, (event.conversation_id,))}
    return frozenset(concerned)


def _has_unseen(db: Database, customer_id: str, thread: Thread) -> bool:
    """Whether messages that are not among the thread's newest have come since it was looked at last. Notes how far this
    one goes, before it has older ones.
    """
    count = thread.older_count + len(thread.messages)
    if count < SHORT:
        return False
    known = fetch_one(db, "SELECT * FROM reported_customers WHERE customer_id = ?", (customer_id,))
    arrivals = [m.entry.arrival for m in thread.messages]
    if known is not None and known.entry_count == count and known.newest_arrival >= max(arrivals):
        return False
    row = {"customer_id": customer_id, "entry_count": count, "newest_arrival": max(arrivals)}
    insert_row(
        db,
        "reported_customers",
        row,
        "ON CONFLICT (customer_id) DO UPDATE SET entry_count = excluded.entry_count, "
        "newest_arrival = excluded.newest_arrival",
    )
    if not thread.older_count:
        return False
    return known is None or count - known.entry_count != sum(a > known.newest_arrival for a in arrivals)


def _count_recent(db: Database, customer_id: str) -> int:
    """How many messages and events there are since `SPAN` before the newest."""
    row = fetch_one(
        db,
        "WITH theirs AS MATERIALIZED (SELECT conversation_number, "
        "(SELECT max(sent_at_us) FROM entry_rows AS held WHERE held.conversation_number = own.conversation_number) "
        "AS newest_us FROM contacts CROSS JOIN conversations AS own ON owner_id = contacts.id WHERE customer_id = ?) "
        "SELECT count(*) AS size FROM theirs CROSS JOIN entry_rows USING (conversation_number) "
        "WHERE sent_at_us >= (SELECT max(newest_us) FROM theirs) - ?",
        (customer_id, SPAN // timedelta(microseconds=1)),
    )
    return int(row.size)


def _replace_events(db: Database, stored: Set[ReportEvent], found: Set[ReportEvent]) -> None:
    for event in stored - found:
        db.execute(
            "DELETE FROM report_events WHERE kind = ? AND at_us = ? AND conversation_id = ? AND entry_id = ?",
            (event.kind, to_us(event.at), event.conversation_id, event.entry_id),
        )
    for event in found - stored:
        insert_row(db, "report_events", _columns(event))


def _events_since(db: Database, conversation_ids: list[str], since: datetime | None) -> list[ReportEvent]:
    """Those that are newer; None for all."""
    rows = fetch_all(
        db,
        "SELECT * FROM report_events WHERE conversation_id IN (SELECT value FROM json_each(?)) AND at_us > ?",
        (to_json(conversation_ids), to_us(since) if since is not None else -1),
    )
    return [_event(row) for row in rows]


def _replace_unreached(db: Database, customer_id: str, events: Collection[ReportEvent]) -> None:
    rows = fetch_all(db, "SELECT * FROM unreached_customers WHERE customer_id = ?", (customer_id,))
    if {_event(row) for row in rows} != set(events):
        db.execute("DELETE FROM unreached_customers WHERE customer_id = ?", (customer_id,))
        for event in events:
            insert_row(db, "unreached_customers", {"customer_id": customer_id, **_columns(event)})


def _is_done(db: Database, event: ReportEvent) -> bool:
    found = "SELECT 1 FROM done_reports WHERE kind = ? AND conversation_id = ? AND entry_id = ?"
    return fetch_one(db, found, (event.kind, event.conversation_id, event.entry_id)) is not None


# --- reading ---------------------------------------------------------------------------------------------------------

_TO_DO = (
    "FROM unreached_customers AS to_do JOIN customer_rows USING (customer_id) WHERE at_us BETWEEN :since AND :now "
    "AND NOT EXISTS (SELECT 1 FROM done_reports AS done WHERE done.kind = to_do.kind "
    "AND done.conversation_id = to_do.conversation_id AND done.entry_id = to_do.entry_id)"
)


def load(db: Database, days: Mapping[date, Period], now: datetime) -> ReportsView:
    """days: in their order; the last is today's."""
    periods = [*days.values()]
    bindings = {"since": to_us(periods[0].start), "now": to_us(now), "most": MOST_TO_DO}
    rows = fetch_all(
        db,
        # Of several columns SQLite takes those of the row with the maximum.
        f"SELECT to_do.*, max(at_us) AS newest_us, details ->> 'name' AS name {_TO_DO} "
        "GROUP BY customer_id ORDER BY newest_us DESC, customer_id LIMIT :most",
        bindings,
    )
    size = fetch_one(db, f"SELECT count(DISTINCT customer_id) AS size {_TO_DO}", bindings)
    texts_set_at = settings.texts_set_at(db)
    return ReportsView(
        tuple(days),
        {kind: _counts(db, kind, periods, now) for kind in ReportKind},
        tuple(UnreachedCustomer(row.customer_id, row.name or "", _event(row)) for row in rows),
        int(size.size),
        texts_set_at,
        () if texts_set_at is None else _weeks(db, texts_set_at, now),
        settings.is_first_sync_complete(db),
    )


def load_rows(db: Database, kind: ReportKind, since: datetime, now: datetime) -> tuple[ReportRow, ...]:
    """Every event of a kind from then on, the oldest first."""
    rows = fetch_all(
        db,
        "SELECT event.*, details ->> 'name' AS name, EXISTS ("
        "SELECT 1 FROM unreached_customers AS to_do WHERE to_do.customer_id = owner.customer_id "
        "AND to_do.kind = event.kind AND to_do.conversation_id = event.conversation_id "
        "AND to_do.entry_id = event.entry_id AND NOT EXISTS ("
        "SELECT 1 FROM done_reports AS done WHERE done.kind = event.kind "
        "AND done.conversation_id = event.conversation_id AND done.entry_id = event.entry_id)) AS is_to_do "
        "FROM report_events AS event JOIN conversation_customers AS owner USING (conversation_id) "
        "LEFT JOIN customer_rows ON customer_rows.customer_id = owner.customer_id "
        "WHERE event.kind = ? AND at_us BETWEEN ? AND ? ORDER BY at_us, event.conversation_id, event.entry_id",
        (kind, to_us(since), to_us(now)),
    )
    return tuple(ReportRow(_event(row), row.name or "", bool(row.is_to_do)) for row in rows)


def _counts(
    db: Database, kind: ReportKind, periods: Collection[Period], now: datetime
) -> dict[ChannelKind, tuple[int, ...]]:
    """How many events of a kind each channel had in each of the periods, until now."""
    # At the very instant, a window is closed.
    bounds = [[to_us(p.start), min(to_us(p.end), to_us(now) + 1)] for p in periods]
    rows = fetch_all(
        db,
        "SELECT channel, period.key AS number, count(*) AS events "
        "FROM json_each(?) AS period CROSS JOIN report_events "
        "ON kind = ? AND at_us >= period.value ->> 0 AND at_us < period.value ->> 1 GROUP BY channel, number",
        (to_json(bounds), kind),
    )
    found: dict[ChannelKind, list[int]] = {}
    for row in rows:
        found.setdefault(ChannelKind(row.channel), [0] * len(bounds))[row.number] = row.events
    return {channel: tuple(numbers) for channel, numbers in found.items()}


def _weeks(db: Database, at: datetime, now: datetime) -> tuple[tuple[Period, int], ...]:
    after = min((now - at) // _WEEK + 1, _MOST_WEEKS_AFTER) if now > at else 0
    starts = (at + _WEEK * number for number in range(-_WEEKS_BEFORE, after))
    periods = [Period(start, min(start + _WEEK, max(now, at))) for start in starts]
    by_channel = _counts(db, ReportKind.MESSENGER_ANSWER, periods, now).values()
    return tuple((period, sum(numbers[n] for numbers in by_channel)) for n, period in enumerate(periods))


def _event(row: Any) -> ReportEvent:
    return ReportEvent(
        ReportKind(row.kind), row.conversation_id, row.entry_id, from_us(row.at_us), ChannelKind(row.channel)
    )


def _columns(event: ReportEvent) -> dict[str, object]:
    return {
        "kind": event.kind,
        "at_us": to_us(event.at),
        "conversation_id": event.conversation_id,
        "entry_id": event.entry_id,
        "channel": event.channel,
    }
