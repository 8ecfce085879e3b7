"""What providers and the bridge said against a chat or route, and what a teammate marked as solved."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from desktop.domain.contrary import ContraryFact, ContraryKind, ContrarySource
from desktop.domain.delivery import Delivery
from desktop.domain.history.contrary import OF_WHOLE_ACCOUNTS
from desktop.domain.identity.customer import TraitKind, number_key
from desktop.domain.model.channel import ChannelKey, Provider
from desktop.domain.model.facts import ChannelKind, Contact
from desktop.domain.window.keys import normalize_address
from desktop.store.core.columns import ENTRY_KEY, entry_key, fetch_all, fetch_one, from_us, to_json, to_us, upsert_row
from desktop.store.core.database import Database

ACCOUNTS_FOR = timedelta(hours=24)
"""How long a fact about a whole account counts (reach rules, section 6)."""


def save(db: Database, fact: ContraryFact) -> bool:
    """Store a fact, instead of an earlier reading of the same one. True if anything is new."""
    account = fact.account
    row = {
        "fact_id": fact.id,
        "kind": fact.kind,
        "channel": fact.channel,
        "at_us": to_us(fact.at),
        "source": fact.source,
        "about": fact.about,
        "conversation_id": fact.conversation_id,
        "business_address": normalize_address(fact.business_address),
        "customer_address": normalize_address(fact.customer_address),
        "provider": account.provider if account else None,
        "account_channel": account.channel if account else None,
        "sender": account.sender if account else None,
    }
    return upsert_row(db, "contrary_facts", row, key=("fact_id",))


def load(db: Database, fact_id: str) -> ContraryFact | None:
    """None for a fact that is not stored."""
    row = fetch_one(db, "SELECT * FROM contrary_facts WHERE fact_id = ?", (fact_id,))
    return None if row is None else _fact(row)


def since(db: Database, at: datetime) -> tuple[ContraryFact, ...]:
    """Facts from then on, newest first, except those that a teammate marked as solved."""
    found = "SELECT * FROM contrary_facts WHERE at_us >= ? AND is_solved = 0 ORDER BY at_us DESC, fact_id"
    return tuple(_fact(row) for row in fetch_all(db, found, (to_us(at),)))


def of_customer(
    db: Database, customer_id: str, people: Iterable[Contact], now: datetime | None = None
) -> tuple[tuple[ContraryFact, ...], frozenset[str]]:
    """Facts about the customer's conversations and addresses, and about whole accounts in the last 24 hours, oldest
    first; and the ids of those that a teammate marked as solved.

    A fact is left out where the entry, listed message or direct message that it was read from is still stored: it is
    read from that again. now: None for facts about whole accounts of any age.
    """
    addresses = sorted(
        {normalize_address(a) for p in people for a in (p.phone, *p.bridge_attributes.values()) if a} - {""}
    )
    since_us = 0 if now is None else to_us(now - ACCOUNTS_FOR)
    rows = fetch_all(
        db,
        "SELECT * FROM contrary_facts WHERE conversation_id IN "
        "(SELECT conversation_id FROM conversation_customers WHERE customer_id = ?1) "
        "UNION SELECT * FROM contrary_facts WHERE customer_address <> '' "
        "AND customer_address IN (SELECT value FROM json_each(?2)) "
        "UNION SELECT * FROM contrary_facts WHERE kind IN (SELECT value FROM json_each(?3)) AND at_us > ?4 "
        "ORDER BY at_us, fact_id",
        (customer_id, to_json(addresses), to_json(sorted(OF_WHOLE_ACCOUNTS)), since_us),
    )
    facts = tuple(fact for row in rows if not _has_source(db, fact := _fact(row)))
    return facts, frozenset(row.fact_id for row in rows if row.is_solved)


def _has_source(db: Database, fact: ContraryFact) -> bool:
    """Whether what the fact was read from is still stored unchanged."""
    match fact.source:
        case ContrarySource.BRIDGE_NOTICE | ContrarySource.CUSTOMER:
            here = "SELECT 1 FROM entries WHERE conversation_id = ? AND entry_key = ? AND wiped = 0"
            return fetch_one(db, here, (fact.conversation_id, entry_key(fact.about))) is not None
        case ContrarySource.LATE_FAILURE:
            here = "SELECT 1 FROM direct_messages WHERE draft_id = ? AND delivery <> ?"
            return fetch_one(db, here, (fact.about, int(Delivery.FAILED))) is not None
        case ContrarySource.LISTED if fact.account is not None:
            key = fact.account
            remote_id = fact.about.removeprefix(f"row:{key.provider}:")
            here = "SELECT 1 FROM provider_messages WHERE provider = ? AND channel = ? AND sender = ? AND remote_id = ?"
            return fetch_one(db, here, (key.provider, key.channel, key.sender, remote_id)) is not None
    return False


def mark_solved(db: Database, fact_id: str, is_solved: bool, by: str, at: datetime) -> bool:
    """Record that a teammate says that the problem is solved, or that it is not. True if that is new."""
    db.execute(
        "UPDATE contrary_facts SET is_solved = ?1, solved_by = iif(?1, ?2, ''), solved_at_us = iif(?1, ?3, NULL) "
        "WHERE fact_id = ?4 AND is_solved <> ?1",
        (is_solved, by, to_us(at), fact_id),
    )
    return db.changes() > 0


def customers_at(db: Database, address: str) -> frozenset[str]:
    """Customers with a contact that has this phone number; none for what is no number."""
    rows = fetch_all(
        db,
        "SELECT customer_id FROM contact_traits JOIN contacts ON contacts.id = contact_id WHERE kind = ? AND value = ?",
        (TraitKind.PHONE, number_key(address)),
    )
    return frozenset(row.customer_id for row in rows)


def about_notes(db: Database) -> tuple[tuple[str, str], ...]:
    """(conversation id, text) of every stored note that was taken for the bridge's report of a failure."""
    rows = fetch_all(
        db,
        "SELECT entries.conversation_id, entries.text FROM contrary_facts JOIN entries "
        "ON entries.conversation_id = contrary_facts.conversation_id "
        f"AND entry_key = {ENTRY_KEY.format('about')} WHERE source = ? AND text <> ''",
        (ContrarySource.BRIDGE_NOTICE,),
    )
    return tuple((row.conversation_id, row.text) for row in rows)


def forget_customer(db: Database, conversation_ids: Iterable[str], addresses: Iterable[str]) -> None:
    """Delete the facts about these conversations and the customer's addresses, whatever their spelling."""
    db.execute(
        "DELETE FROM contrary_facts WHERE conversation_id IN (SELECT value FROM json_each(?)) "
        "OR (customer_address <> '' AND customer_address IN (SELECT value FROM json_each(?)))",
        (to_json(sorted(conversation_ids)), to_json(sorted({normalize_address(a) for a in addresses if a} - {""}))),
    )


def _fact(row: Any) -> ContraryFact:
    has_account = row.provider is not None
    return ContraryFact(
        ContraryKind(row.kind),
        ChannelKind(row.channel),
        from_us(row.at_us),
        ContrarySource(row.source),
        row.about,
        row.conversation_id,
        row.business_address,
        row.customer_address,
        ChannelKey(Provider(row.provider), ChannelKind(row.account_channel), row.sender) if has_account else None,
    )
