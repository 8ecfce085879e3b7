"""Reports on messages that are not known here, or not yet, as the team's feed tells them."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from desktop.domain.contrary import ContraryKind
from desktop.domain.delivery import Delivery, merge_delivery
from desktop.domain.model.channel import ChannelKey
from desktop.ports import DeliveryFact
from desktop.store.core.columns import (
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


class ToldDelivery(msgspec.Struct, frozen=True):
    """failure: what a failure says of the chat."""

    fact: DeliveryFact
    failure: ContraryKind | None


def save(db: Database, key: ChannelKey, told: ToldDelivery, now: datetime) -> None:
    """Keep the most that was told of a message, and none for longer than a day."""
    db.execute("DELETE FROM told_deliveries WHERE told_at_us < ?", (to_us(now - KEPT_FOR),))
    known = _load(db, key, told.fact.remote_id)
    if known is not None and merge_delivery(known.fact.delivery, told.fact.delivery) is known.fact.delivery:
        return
    fact = told.fact
    row = {
        "provider": key.provider,
        "channel": key.channel,
        "sender": key.sender,
        "remote_id": fact.remote_id,
        "delivery": int(fact.delivery),
        "is_final": fact.final,
        "reported_at_us": to_us_or_none(fact.at),
        "reason": reason_to_json(fact.reason),
        "failure": told.failure,
        "told_at_us": to_us(now),
    }
    db.execute(f"DELETE FROM told_deliveries WHERE {_KEY}", _values(key, fact.remote_id))
    insert_row(db, "told_deliveries", row)


def take(db: Database, key: ChannelKey, remote_id: str) -> ToldDelivery | None:
    """What was told of a message that is known from now on; it is kept here no longer."""
    told = _load(db, key, remote_id)
    if told is not None:
        db.execute(f"DELETE FROM told_deliveries WHERE {_KEY}", _values(key, remote_id))
    return told


def _load(db: Database, key: ChannelKey, remote_id: str) -> ToldDelivery | None:
    row = fetch_one(db, f"SELECT * FROM told_deliveries WHERE {_KEY}", _values(key, remote_id))
    if row is None:
        return None
    at, reason = from_us_or_none(row.reported_at_us), reason_from_json(row.reason)
    fact = DeliveryFact(row.remote_id, Delivery(row.delivery), bool(row.is_final), at, reason=reason)
    return ToldDelivery(fact, None if row.failure is None else ContraryKind(row.failure))


def _values(key: ChannelKey, remote_id: str) -> tuple[str, str, str, str]:
    return (key.provider, key.channel, key.sender, remote_id)
