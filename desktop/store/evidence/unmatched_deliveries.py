"""Reports on messages that are not known here, or not yet, as the team's feed tells them.

Those of which no note can be found here are kept for a day, the others as long as messages are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

import msgspec

from desktop.domain.contrary import ContraryKind
from desktop.domain.delivery import Delivery, merge_delivery
from desktop.domain.history.direct_notes import DirectReport, NoteReference, read_reference
from desktop.domain.model.channel import ChannelKey, Provider
from desktop.domain.model.facts import ChannelKind
from desktop.ports import DeliveryFact
from desktop.store.core.columns import (
    fetch_all,
    fetch_one,
    from_us_or_none,
    insert_row,
    reason_from_json,
    reason_to_json,
    to_us,
    to_us_or_none,
)
from desktop.store.core.database import Database

KEPT_FOR = timedelta(days=1)

_KEY = "provider = ? AND channel = ? AND sender = ? AND remote_id = ?"


class UnmatchedDelivery(msgspec.Struct, frozen=True):
    """failure: what a failure says of the chat."""

    fact: DeliveryFact
    failure: ContraryKind | None


def save(
    db: Database, key: ChannelKey, report: UnmatchedDelivery, now: datetime, note: NoteReference | None = None
) -> bool:
    """Keep the furthest state that was reported of a message. True if it is news.

    note: the one that tells the team of the message, if the report names it.
    """
    db.execute("DELETE FROM told_deliveries WHERE told_at_us < ? AND conversation_id = ''", (to_us(now - KEPT_FOR),))
    known = _load(db, key, report.fact.remote_id)
    if known is not None and merge_delivery(known.fact.delivery, report.fact.delivery) is known.fact.delivery:
        return False
    fact = report.fact
    row = {
        "provider": key.provider,
        "channel": key.channel,
        "sender": key.sender,
        "remote_id": fact.remote_id,
        "delivery": int(fact.delivery),
        "is_final": fact.final,
        "reported_at_us": to_us_or_none(fact.at),
        "reason": reason_to_json(fact.reason),
        "failure": report.failure,
        "told_at_us": to_us(now),
        "conversation_id": "" if note is None else note.conversation_id,
        "note": "" if note is None else str(note),
    }
    db.execute(f"DELETE FROM told_deliveries WHERE {_KEY}", _values(key, fact.remote_id))
    insert_row(db, "told_deliveries", row)
    return True


def take(db: Database, key: ChannelKey, remote_id: str) -> UnmatchedDelivery | None:
    """The report on a message that has just become known; deletes it here."""
    report = _load(db, key, remote_id)
    if report is not None:
        db.execute(f"DELETE FROM told_deliveries WHERE {_KEY}", _values(key, remote_id))
    return report


def of_customer(db: Database, customer_id: str) -> tuple[DirectReport, ...]:
    """What was reported of messages that notes in this customer's conversations tell of."""
    rows = fetch_all(
        db,
        "SELECT told_deliveries.* FROM told_deliveries JOIN conversation_customers USING (conversation_id) "
        "WHERE customer_id = ? AND conversation_id <> '' ORDER BY told_at_us, remote_id",
        (customer_id,),
    )
    return tuple(_reports(rows))


def _reports(rows: Iterable[Any]) -> Iterator[DirectReport]:
    for row in rows:
        note = read_reference(row.note)
        if note is not None:
            key = ChannelKey(Provider(row.provider), ChannelKind(row.channel), row.sender)
            at, reason = from_us_or_none(row.reported_at_us), reason_from_json(row.reason)
            yield DirectReport(note, key, row.remote_id, Delivery(row.delivery), at, reason)


def prune(db: Database, before: datetime, now: datetime) -> None:
    """Delete the reports that came before that, and after a day those on conversations that are not stored."""
    db.execute(
        "DELETE FROM told_deliveries WHERE told_at_us < ? "
        "OR (told_at_us < ? AND conversation_id NOT IN (SELECT id FROM conversations))",
        (to_us(before), to_us(now - KEPT_FOR)),
    )


def _load(db: Database, key: ChannelKey, remote_id: str) -> UnmatchedDelivery | None:
    row = fetch_one(db, f"SELECT * FROM told_deliveries WHERE {_KEY}", _values(key, remote_id))
    if row is None:
        return None
    at, reason = from_us_or_none(row.reported_at_us), reason_from_json(row.reason)
    fact = DeliveryFact(row.remote_id, Delivery(row.delivery), bool(row.is_final), at, reason=reason)
    return UnmatchedDelivery(fact, None if row.failure is None else ContraryKind(row.failure))


def _values(key: ChannelKey, remote_id: str) -> tuple[str, str, str, str]:
    return (key.provider, key.channel, key.sender, remote_id)
