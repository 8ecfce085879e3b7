"""Direct: what providers took past Intercom and what became of it, and how routes and templates are kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from desktop.domain.content.template import Filled, Template, fill
from desktop.domain.contrary import ContraryKind
from desktop.domain.delivery import Delivery, merged
from desktop.domain.direct import DirectSent, Route
from desktop.domain.model.channel import ChannelKey, Provider
from desktop.domain.model.facts import ChannelKind
from desktop.ports import DeliveryFact
from desktop.store.core.columns import (
    fetch_all,
    from_json,
    from_us,
    from_us_or_none,
    to_json,
    to_us,
    to_us_or_none,
    valid_utf8,
)
from desktop.store.core.database import Database

_COLUMNS = (
    "draft_id, conversation_id, remote_id, provider, channel, sender, to_address, our_address, carries_bridge, "
    "provider_address, text, file_names, template_id, template_name, author_id, author_name, sent_at_us, delivery, "
    "is_final, told_at_us, sentence, remark, failure"
)


# --- a route and a template in one column each ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _FilledIn:
    """What makes a `Filled`; the rest follows from it."""

    template: Template
    values: Mapping[str, str]


def pack_route(route: Route | None) -> str | None:
    return None if route is None else to_json(msgspec.to_builtins(route))


def unpack_route(text: str | None) -> Route | None:
    return None if text is None else msgspec.convert(from_json(text), Route)


def pack_filled(filled: Filled | None) -> str | None:
    return None if filled is None else to_json(msgspec.to_builtins(_FilledIn(filled.template, filled.values)))


def unpack_filled(text: str | None) -> Filled | None:
    """Filled anew, so that its problems are today's."""
    if text is None:
        return None
    kept = msgspec.convert(from_json(text), _FilledIn)
    return fill(kept.template, kept.values)


# --- messages --------------------------------------------------------------------------------------------------------


def save(db: Database, sent: DirectSent) -> None:
    """A message is taken once: what is held under its draft id already stays."""
    key = sent.route.key
    values = (
        sent.draft_id,
        sent.conversation_id,
        sent.remote_id,
        key.provider,
        key.channel,
        key.sender,
        sent.route.to,
        sent.route.our_address,
        sent.route.carries_bridge,
        sent.provider_address,
        valid_utf8(sent.text),
        to_json([valid_utf8(name) for name in sent.file_names]),
        sent.template_id,
        valid_utf8(sent.template),
        sent.author_id,
        valid_utf8(sent.author_name),
        to_us(sent.sent_at),
        int(sent.delivery),
        sent.final,
        to_us_or_none(sent.delivery_at),
        valid_utf8(sent.sentence),
        valid_utf8(sent.remark),
        sent.failure,
    )
    db.execute(
        f"INSERT INTO direct_messages ({_COLUMNS}) VALUES ({', '.join('?' * len(values))}) "
        "ON CONFLICT (draft_id) DO NOTHING",
        values,
    )


def load(db: Database, draft_id: str) -> DirectSent | None:
    rows = fetch_all(db, f"SELECT {_COLUMNS} FROM direct_messages WHERE draft_id = ?", (draft_id,))
    return _sent(rows[0]) if rows else None


def of_customer(db: Database, customer_id: str) -> tuple[DirectSent, ...]:
    """Oldest first. They follow their conversation, whoever it belongs to by now."""
    rows = fetch_all(
        db,
        f"SELECT {_COLUMNS} FROM direct_messages JOIN conversation_customers USING (conversation_id) "
        "WHERE customer_id = ? ORDER BY sent_at_us, draft_id",
        (customer_id,),
    )
    return tuple(_sent(row) for row in rows)


def remote_ids(db: Database, key: ChannelKey, since: datetime) -> frozenset[str]:
    """What the provider calls our messages from this sender that were taken since then; so that none of them is taken
    for another."""
    found = (
        "SELECT remote_id FROM direct_messages "
        "WHERE provider = ? AND channel = ? AND sender = ? AND sent_at_us >= ? AND remote_id <> ''"
    )
    return frozenset(str(i) for (i,) in fetch_all(db, found, (key.provider, key.channel, key.sender, to_us(since))))


def is_known(db: Database, key: ChannelKey, remote_id: str) -> bool:
    """Whether the provider calls a message of ours from this sender so."""
    known = "SELECT 1 FROM direct_messages WHERE provider = ? AND channel = ? AND sender = ? AND remote_id = ?"
    return bool(fetch_all(db, known, (key.provider, key.channel, key.sender, remote_id)))


# --- what became of them ---------------------------------------------------------------------------------------------


def not_final(db: Database) -> tuple[DirectSent, ...]:
    """Of which more is to be expected; newest first, because that is what somebody waits for."""
    return tuple(
        _sent(row)
        for row in fetch_all(
            db, f"SELECT {_COLUMNS} FROM direct_messages WHERE is_final = 0 ORDER BY sent_at_us DESC, draft_id"
        )
    )


def save_delivery(db: Database, draft_id: str, fact: DeliveryFact, failure: ContraryKind | None = None) -> bool:
    """What the provider says by now, however late or out of order. True if that is new to the agent.

    failure: what a failure says of the route.
    """
    held = load(db, draft_id)
    if held is None:
        return False
    delivery = merged(held.delivery, fact.delivery)
    told = fact if delivery is not held.delivery else None
    sentence = held.sentence if told is None else told.sentence
    delivery_at = held.delivery_at if told is None else told.at
    if told is None:
        failure = held.failure
    is_final = held.final or fact.final
    db.execute(
        "UPDATE direct_messages SET delivery = ?, is_final = ?, told_at_us = ?, sentence = ?, failure = ? "
        "WHERE draft_id = ?",
        (int(delivery), is_final, to_us_or_none(delivery_at), valid_utf8(sentence), failure, draft_id),
    )
    return told is not None or is_final is not held.final


def mark_final(db: Database, draft_id: str) -> bool:
    """Nothing more will be told of it. True if that is new."""
    db.execute("UPDATE direct_messages SET is_final = 1 WHERE draft_id = ? AND is_final = 0", (draft_id,))
    return db.changes() > 0


# --- templates that went out -----------------------------------------------------------------------------------------


def templates_used(db: Database, key: ChannelKey) -> dict[str, datetime]:
    """When this computer last sent each template of an account, to whomever; by template id. Failed ones count not."""
    rows = fetch_all(
        db,
        "SELECT template_id, max(sent_at_us) FROM direct_messages WHERE template_id <> '' AND delivery <> ? "
        "AND provider = ? AND channel = ? AND sender = ? GROUP BY template_id",
        (int(Delivery.FAILED), key.provider, key.channel, key.sender),
    )
    return {template_id: from_us(at_us) for template_id, at_us in rows}


def templates_used_with(db: Database, customer_id: str) -> dict[str, datetime]:
    """When each template last went to this customer; by template id. Failed ones count not."""
    rows = fetch_all(
        db,
        "SELECT template_id, max(sent_at_us) FROM direct_messages JOIN conversation_customers USING (conversation_id) "
        "WHERE template_id <> '' AND delivery <> ? AND customer_id = ? GROUP BY template_id",
        (int(Delivery.FAILED), customer_id),
    )
    return {template_id: from_us(at_us) for template_id, at_us in rows}


def _sent(row: tuple[Any, ...]) -> DirectSent:
    return DirectSent(
        draft_id=row[0],
        conversation_id=row[1],
        remote_id=row[2],
        route=Route(ChannelKey(Provider(row[3]), ChannelKind(row[4]), row[5]), row[6], row[7], bool(row[8])),
        provider_address=row[9],
        text=row[10],
        file_names=tuple(from_json(row[11])),
        template_id=row[12],
        template=row[13],
        author_id=row[14],
        author_name=row[15],
        sent_at=from_us(row[16]),
        delivery=Delivery(row[17]),
        final=bool(row[18]),
        delivery_at=from_us_or_none(row[19]),
        sentence=row[20],
        remark=row[21],
        failure=None if row[22] is None else ContraryKind(row[22]),
    )
