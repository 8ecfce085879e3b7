"""Messages as the channels' own providers list them, with a digest of their text, found by the customer's address."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from desktop.domain.contrary import ContraryKind
from desktop.domain.delivery import Delivery, merge_delivery
from desktop.domain.history.provider_messages import ProviderMessage
from desktop.domain.identity.customer import TraitKind, address_key_on, address_keys
from desktop.domain.model.channel import ChannelKey, Provider
from desktop.domain.model.facts import ChannelKind, Contact
from desktop.ports import DeliveryFact
from desktop.store.core.columns import (
    fetch_all,
    fetch_one,
    from_us,
    from_us_or_none,
    reason_from_json,
    reason_to_json,
    to_json,
    to_us,
    to_us_or_none,
    upsert_row,
)
from desktop.store.core.database import Database
from desktop.store.evidence import unmatched_deliveries

_KEY = "provider = ? AND channel = ? AND sender = ?"


def save(db: Database, messages: Iterable[ProviderMessage]) -> frozenset[str]:
    """Store what is new; returns the customers whom it concerns. Messages with others than our customers are left out:
    nobody could be shown them, and nobody could have them deleted."""
    customers_by_key: dict[str, frozenset[str]] = {}
    concerned: set[str] = set()
    for message in messages:
        key = address_key_on(message.key.channel, message.customer_address)
        if key not in customers_by_key:
            customers_by_key[key] = customers_with(db, key)
        if customers_by_key[key] and _save(db, message, key):
            concerned |= customers_by_key[key]
    return frozenset(concerned)


def _save(db: Database, message: ProviderMessage, customer_key: str) -> bool:
    key = message.key
    stored = fetch_one(
        db,
        f"SELECT delivery FROM provider_messages WHERE {_KEY} AND remote_id = ?",
        (key.provider, key.channel, key.sender, message.remote_id),
    )
    report = (
        None if stored is not None or message.from_customer else unmatched_deliveries.take(db, key, message.remote_id)
    )
    if report is not None:
        message = _reported(message, report.fact, report.failure)
    # An answer may be older than what is stored.
    delivery = None if message.delivery is None else int(message.delivery)
    if stored is not None and stored.delivery is not None and (delivery is None or stored.delivery > delivery):
        return False
    row = {
        "provider": key.provider,
        "channel": key.channel,
        "sender": key.sender,
        "remote_id": message.remote_id,
        "from_customer": message.from_customer,
        "business_address": message.business_address,
        "customer_address": message.customer_address,
        "customer_key": customer_key,
        "sent_at_us": to_us(message.sent_at),
        "text_digest": message.text_digest,
        "made_by_api": message.made_by_api,
        "delivery": delivery,
        "reported_at_us": to_us_or_none(message.delivery_at),
        "reason": reason_to_json(message.reason),
        "failure": message.failure,
    }
    return upsert_row(db, "provider_messages", row, key=("provider", "channel", "sender", "remote_id"))


def save_delivery(
    db: Database, key: ChannelKey, fact: DeliveryFact, failure: ContraryKind | None
) -> tuple[bool, frozenset[str]]:
    """Store what the provider reports of a listed message, however late or out of order. Returns whether the message is
    stored, and the customers whom the report is news to. failure: what a failure says of the chat.
    """
    row = fetch_one(
        db,
        f"SELECT * FROM provider_messages WHERE {_KEY} AND remote_id = ? AND from_customer = 0",
        (key.provider, key.channel, key.sender, fact.remote_id),
    )
    if row is None:
        return False, frozenset()
    listed = _reported(_message(row), fact, failure)
    return True, save(db, [listed])


def _reported(listed: ProviderMessage, fact: DeliveryFact, failure: ContraryKind | None) -> ProviderMessage:
    """With the report, unless more is known."""
    if merge_delivery(listed.delivery, fact.delivery) is listed.delivery:
        return listed
    return replace(listed, delivery=fact.delivery, delivery_at=fact.at, reason=fact.reason, failure=failure)


def of_people(db: Database, people: Iterable[Contact]) -> tuple[ProviderMessage, ...]:
    """Everything listed between our accounts and these contacts, oldest first."""
    keys = sorted(frozenset[str]().union(*map(address_keys, people)))
    rows = fetch_all(
        db,
        "SELECT * FROM provider_messages WHERE customer_key <> '' "
        "AND customer_key IN (SELECT value FROM json_each(?)) ORDER BY sent_at_us, remote_id",
        (to_json(keys),),
    )
    return tuple(_message(row) for row in rows)


def is_listed(db: Database, key: ChannelKey, remote_id: str) -> bool:
    """Whether the message is stored."""
    row = (key.provider, key.channel, key.sender, remote_id)
    return fetch_one(db, f"SELECT 1 FROM provider_messages WHERE {_KEY} AND remote_id = ?", row) is not None


def is_of_customer(db: Database, channel: ChannelKind, address: str) -> bool:
    """Whether a customer of ours has this address."""
    return bool(customers_with(db, address_key_on(channel, address)))


def customers_with(db: Database, key: str) -> frozenset[str]:
    """Customers with a contact that has this key (`address_keys`)."""
    rows = fetch_all(
        db,
        "SELECT customer_id FROM contact_traits JOIN contacts ON contacts.id = contact_id "
        "WHERE kind IN (?, ?) AND value = ?",
        (TraitKind.PHONE, TraitKind.ADDRESS, key),
    )
    return frozenset(row.customer_id for row in rows)


def prune(db: Database, before: datetime) -> None:
    """Delete the messages that were sent before that."""
    db.execute("DELETE FROM provider_messages WHERE sent_at_us < ?", (to_us(before),))


def complete_at(db: Database, key: ChannelKey) -> datetime | None:
    """When this account was last asked for everything new, and answered in full; None if never."""
    row = fetch_one(
        db, f"SELECT complete_at_us FROM provider_lists WHERE {_KEY}", (key.provider, key.channel, key.sender)
    )
    return None if row is None else from_us(row.complete_at_us)


def mark_complete(db: Database, key: ChannelKey, at: datetime) -> None:
    """Record that the account has listed everything up to then."""
    db.execute(
        "INSERT OR REPLACE INTO provider_lists VALUES (?, ?, ?, ?)",
        (key.provider, key.channel, key.sender, to_us(at)),
    )


def _message(row: Any) -> ProviderMessage:
    return ProviderMessage(
        key=ChannelKey(Provider(row.provider), ChannelKind(row.channel), row.sender),
        remote_id=row.remote_id,
        from_customer=bool(row.from_customer),
        business_address=row.business_address,
        customer_address=row.customer_address,
        sent_at=from_us(row.sent_at_us),
        text_digest=row.text_digest,
        made_by_api=bool(row.made_by_api),
        delivery=None if row.delivery is None else Delivery(row.delivery),
        delivery_at=from_us_or_none(row.reported_at_us),
        reason=reason_from_json(row.reason),
        failure=None if row.failure is None else ContraryKind(row.failure),
    )
