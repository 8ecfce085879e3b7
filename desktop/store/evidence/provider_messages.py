"""Evidence: messages as the channels' own providers list them, without their words, found by the customer's number."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from desktop.domain.contrary import ContraryKind
from desktop.domain.delivery import Delivery
from desktop.domain.history.provider_messages import ProviderMessage
from desktop.domain.identity.customer import TraitKind, number_key
from desktop.domain.model.channel import ChannelKey, Provider
from desktop.domain.model.facts import ChannelKind, Contact
from desktop.store.core.columns import fetch_all, from_us, from_us_or_none, to_json, to_us, to_us_or_none, valid_utf8
from desktop.store.core.database import Database

_COLUMNS = (
    "provider, channel, sender, remote_id, from_customer, business_address, customer_address, sent_at_us, words, "
    "made_by_api, delivery, told_at_us, sentence, failure"
)
_KEY = "provider = ? AND channel = ? AND sender = ?"


def save(db: Database, rows: Iterable[ProviderMessage]) -> frozenset[str]:
    """Keep what is new; gives the customers it is news for. What was said with others than our customers is left out:
    nobody could be shown it, and nobody could have it forgotten."""
    whose: dict[str, frozenset[str]] = {}
    news: set[str] = set()
    for row in rows:
        key = number_key(row.customer_address)
        if key not in whose:
            whose[key] = _customers_of(db, key)
        if whose[key] and _save(db, row, key):
            news |= whose[key]
    return frozenset(news)


def _save(db: Database, row: ProviderMessage, customer_key: str) -> bool:
    held = _load(db, row.key, row.remote_id)
    # An answer may be older than what is held.
    if held == row or (held is not None and _outranks(held.delivery, row.delivery)):
        return False
    key = row.key
    values = (
        key.provider,
        key.channel,
        key.sender,
        row.remote_id,
        row.from_customer,
        row.business_address,
        row.customer_address,
        to_us(row.sent_at),
        row.words,
        row.made_by_api,
        None if row.delivery is None else int(row.delivery),
        to_us_or_none(row.delivery_at),
        valid_utf8(row.sentence),
        row.failure,
        customer_key,
    )
    db.execute(
        f"INSERT OR REPLACE INTO channel_rows ({_COLUMNS}, customer_key) VALUES ({', '.join('?' * len(values))})",
        values,
    )
    return True


def _outranks(held: Delivery | None, told: Delivery | None) -> bool:
    return held is not None and (told is None or held > told)


def _load(db: Database, key: ChannelKey, remote_id: str) -> ProviderMessage | None:
    found = fetch_all(
        db,
        f"SELECT {_COLUMNS} FROM channel_rows WHERE {_KEY} AND remote_id = ?",
        (key.provider, key.channel, key.sender, remote_id),
    )
    return _row(found[0]) if found else None


def of_people(db: Database, people: Iterable[Contact]) -> tuple[ProviderMessage, ...]:
    """Everything listed between our accounts and these contacts' numbers, oldest first."""
    keys = sorted({number_key(person.phone) for person in people} - {""})
    found = fetch_all(
        db,
        f"SELECT {_COLUMNS} FROM channel_rows WHERE customer_key <> '' "
        "AND customer_key IN (SELECT value FROM json_each(?)) ORDER BY sent_at_us, remote_id",
        (to_json(keys),),
    )
    return tuple(_row(values) for values in found)


def _customers_of(db: Database, key: str) -> frozenset[str]:
    found = fetch_all(
        db,
        "SELECT customer_id FROM contact_traits JOIN contacts ON contacts.id = contact_id WHERE kind = ? AND value = ?",
        (TraitKind.PHONE, key),
    )
    return frozenset(str(customer_id) for (customer_id,) in found)


def prune(db: Database, before: datetime) -> None:
    """Forget what was sent before that."""
    db.execute("DELETE FROM channel_rows WHERE sent_at_us < ?", (to_us(before),))


def complete_at(db: Database, key: ChannelKey) -> datetime | None:
    """When this account was last asked for everything new, and answered in full; None if never."""
    found = fetch_all(db, f"SELECT complete_at_us FROM sweeps WHERE {_KEY}", (key.provider, key.channel, key.sender))
    return from_us(found[0][0]) if found else None


def mark_complete(db: Database, key: ChannelKey, at: datetime) -> None:
    db.execute("INSERT OR REPLACE INTO sweeps VALUES (?, ?, ?, ?)", (key.provider, key.channel, key.sender, to_us(at)))


def _row(values: tuple[Any, ...]) -> ProviderMessage:
    return ProviderMessage(
        key=ChannelKey(Provider(values[0]), ChannelKind(values[1]), values[2]),
        remote_id=values[3],
        from_customer=bool(values[4]),
        business_address=values[5],
        customer_address=values[6],
        sent_at=from_us(values[7]),
        words=values[8],
        made_by_api=bool(values[9]),
        delivery=None if values[10] is None else Delivery(values[10]),
        delivery_at=from_us_or_none(values[11]),
        sentence=values[12],
        failure=None if values[13] is None else ContraryKind(values[13]),
    )
