"""Contrary facts: what providers and the bridge said against a chat or route, and what a person called solved."""

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
from desktop.domain.window.keys import normal
from desktop.store.core.columns import fetch_all, from_us, to_json, to_us
from desktop.store.core.database import Database

_COLUMNS = (
    "fact_id, kind, channel, at_us, source, about, conversation_id, business_address, customer_address, "
    "provider, account_channel, sender"
)
ACCOUNTS_FOR = timedelta(hours=24)
"""A whole account's trouble is over after so long (reach rules, section 6)."""


def save(db: Database, fact: ContraryFact) -> bool:
    """Keep a fact, instead of an earlier reading of the same one. True if anything is new."""
    account = fact.account
    values = (
        fact.id,
        fact.kind,
        fact.channel,
        to_us(fact.at),
        fact.source,
        fact.about,
        fact.conversation_id,
        normal(fact.business_address),
        normal(fact.customer_address),
        account.provider if account else None,
        account.channel if account else None,
        account.sender if account else None,
    )
    names = [n.strip() for n in _COLUMNS.split(",")]
    updates = ", ".join(f"{n} = excluded.{n}" for n in names[1:])
    differs = " OR ".join(f"{n} IS NOT excluded.{n}" for n in names[1:])
    db.execute(
        f"INSERT INTO contrary_facts ({_COLUMNS}) VALUES ({', '.join('?' * len(values))}) "
        f"ON CONFLICT (fact_id) DO UPDATE SET {updates} WHERE {differs}",
        values,
    )
    return db.changes() > 0


def load(db: Database, fact_id: str) -> ContraryFact | None:
    found = fetch_all(db, f"SELECT {_COLUMNS} FROM contrary_facts WHERE fact_id = ?", (fact_id,))
    return _fact(found[0]) if found else None


def of_customer(
    db: Database, customer_id: str, people: Iterable[Contact], now: datetime | None = None
) -> tuple[tuple[ContraryFact, ...], frozenset[str]]:
    """Facts about the customer's conversations and addresses, and of whole accounts in the last 24 hours, oldest first;
    and the ids of those that a person called solved.

    Left out is what its entry, listed message or direct message no longer says although it is here: it follows from
    these alone. now: None for facts of whole accounts of any age.
    """
    addresses = sorted({normal(a) for p in people for a in (p.phone, *p.bridge_attributes.values()) if a} - {""})
    since_us = 0 if now is None else to_us(now - ACCOUNTS_FOR)
    columns = f"{_COLUMNS}, is_solved"
    rows = fetch_all(
        db,
        f"SELECT {columns} FROM contrary_facts WHERE conversation_id IN "
        "(SELECT conversation_id FROM conversation_customers WHERE customer_id = ?1) "
        f"UNION SELECT {columns} FROM contrary_facts WHERE customer_address <> '' "
        "AND customer_address IN (SELECT value FROM json_each(?2)) "
        f"UNION SELECT {columns} FROM contrary_facts WHERE kind IN (SELECT value FROM json_each(?3)) AND at_us > ?4 "
        "ORDER BY at_us, fact_id",
        (customer_id, to_json(addresses), to_json(sorted(OF_WHOLE_ACCOUNTS)), since_us),
    )
    facts = tuple(fact for row in rows if not _follows_from_what_is_here(db, fact := _fact(row)))
    return facts, frozenset(row[0] for row in rows if row[-1])


def _follows_from_what_is_here(db: Database, fact: ContraryFact) -> bool:
    """Whether what the fact was read from is still here as it was; then it is read from that again."""
    match fact.source:
        case ContrarySource.BRIDGE_NOTICE | ContrarySource.CUSTOMER:
            here = "SELECT 1 FROM entries WHERE conversation_id = ? AND entry_id = ? AND wiped = 0"
            return bool(fetch_all(db, here, (fact.conversation_id, fact.about)))
        case ContrarySource.LATE_FAILURE:
            here = "SELECT 1 FROM direct_messages WHERE draft_id = ? AND delivery <> ?"
            return bool(fetch_all(db, here, (fact.about, int(Delivery.FAILED))))
        case ContrarySource.LISTED if fact.account is not None:
            key = fact.account
            remote_id = fact.about.removeprefix(f"row:{key.provider}:")
            here = "SELECT 1 FROM channel_rows WHERE provider = ? AND channel = ? AND sender = ? AND remote_id = ?"
            return bool(fetch_all(db, here, (key.provider, key.channel, key.sender, remote_id)))
    return False


def mark_solved(db: Database, fact_id: str, is_solved: bool, by: str, at: datetime) -> bool:
    """A teammate's word that the trouble is over, or that it is not. True if that is new."""
    db.execute(
        "UPDATE contrary_facts SET is_solved = ?1, solved_by = iif(?1, ?2, ''), solved_at_us = iif(?1, ?3, NULL) "
        "WHERE fact_id = ?4 AND is_solved <> ?1",
        (is_solved, by, to_us(at), fact_id),
    )
    return db.changes() > 0


def customers_at(db: Database, address: str) -> frozenset[str]:
    """Customers with a contact of this number; nobody for what is no number."""
    rows = fetch_all(
        db,
        "SELECT customer_id FROM contact_traits JOIN contacts ON contacts.id = contact_id WHERE kind = ? AND value = ?",
        (TraitKind.PHONE, number_key(address)),
    )
    return frozenset(str(i) for (i,) in rows)


def about_notes(db: Database) -> tuple[tuple[str, str], ...]:
    """(conversation id, text) of every note that was taken for the bridge's report of a failure, while it is here."""
    rows = fetch_all(
        db,
        "SELECT entries.conversation_id, entries.text FROM contrary_facts JOIN entries "
        "ON entries.conversation_id = contrary_facts.conversation_id AND entries.entry_id = about "
        "WHERE source = ? AND text <> ''",
        (ContrarySource.BRIDGE_NOTICE,),
    )
    return tuple((conversation_id, text) for conversation_id, text in rows)


def forget_customer(db: Database, conversation_ids: Iterable[str], addresses: Iterable[str]) -> None:
    """Facts about these conversations and the customer's addresses, whatever their spelling."""
    db.execute(
        "DELETE FROM contrary_facts WHERE conversation_id IN (SELECT value FROM json_each(?)) "
        "OR (customer_address <> '' AND customer_address IN (SELECT value FROM json_each(?)))",
        (to_json(sorted(conversation_ids)), to_json(sorted({normal(a) for a in addresses if a} - {""}))),
    )


def _fact(row: tuple[Any, ...]) -> ContraryFact:
    return ContraryFact(
        ContraryKind(row[1]),
        ChannelKind(row[2]),
        from_us(row[3]),
        ContrarySource(row[4]),
        row[5],
        row[6],
        row[7],
        row[8],
        None if row[9] is None else ChannelKey(Provider(row[9]), ChannelKind(row[10]), row[11]),
    )
