"""Direct messages that a provider accepted, their delivery, and how routes and filled templates are stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from desktop.domain.content.template import Filled, Template, fill
from desktop.domain.contrary import ContraryKind
from desktop.domain.delivery import Delivery, merge_delivery
from desktop.domain.direct import DirectSent, Route
from desktop.domain.model.channel import ChannelKey, Provider
from desktop.domain.model.facts import ChannelKind
from desktop.ports import DeliveryFact
from desktop.store.core.columns import (
    fetch_all,
    fetch_one,
    from_json,
    from_us,
    from_us_or_none,
    insert_row,
    reason_from_json,
    reason_to_json,
    spans_from_json,
    spans_to_json,
    to_json,
    to_us,
    to_us_or_none,
    valid_utf8,
)
from desktop.store.core.database import Database
from desktop.store.evidence import unmatched_deliveries

# --- routes and filled templates as JSON -----------------------------------------------------------------------------


class _StoredTemplate(msgspec.Struct, frozen=True):
    """The part of a `Filled` that is stored; the rest follows from it."""

    template: Template
    values: Mapping[str, str]


def route_to_json(route: Route | None) -> str | None:
    """None for no direct route."""
    return None if route is None else to_json(msgspec.to_builtins(route))


def route_from_json(text: str | None) -> Route | None:
    """The inverse of `route_to_json`."""
    return None if text is None else msgspec.convert(from_json(text), Route)


def filled_to_json(filled: Filled | None) -> str | None:
    """Template and values; None for free text."""
    return None if filled is None else to_json(msgspec.to_builtins(_StoredTemplate(filled.template, filled.values)))


def filled_from_json(text: str | None) -> Filled | None:
    """Fills the template again, so that its problems are today's."""
    if text is None:
        return None
    stored = msgspec.convert(from_json(text), _StoredTemplate)
    return fill(stored.template, stored.values)


# --- messages --------------------------------------------------------------------------------------------------------


def save(db: Database, sent: DirectSent) -> None:
    """Store an accepted message; one that is stored under its draft id already stays as it is."""
    row = {
        "draft_id": sent.draft_id,
        "conversation_id": sent.conversation_id,
        "remote_id": sent.remote_id,
        "provider": sent.route.key.provider,
        "channel": sent.route.key.channel,
        "sender": sent.route.key.sender,
        "to_address": sent.route.to,
        "our_address": sent.route.our_address,
        "carries_bridge": sent.route.carries_bridge,
        "provider_address": sent.provider_address,
        "text": valid_utf8(sent.text),
        "file_names": to_json([valid_utf8(name) for name in sent.file_names]),
        "template_id": sent.template_id,
        "template_name": valid_utf8(sent.template),
        "author_id": sent.author_id,
        "author_name": valid_utf8(sent.author_name),
        "sent_at_us": to_us(sent.sent_at),
        "delivery": int(sent.delivery),
        "is_final": sent.final,
        "reported_at_us": to_us_or_none(sent.delivery_at),
        "reason": reason_to_json(sent.reason),
        "remark": reason_to_json(sent.remark),
        "failure": sent.failure,
        "formatting": spans_to_json(sent.spans),
        "is_first": sent.is_first,
    }
    insert_row(db, "direct_messages", row, "ON CONFLICT (draft_id) DO NOTHING")
    report = unmatched_deliveries.take(db, sent.route.key, sent.remote_id) if sent.remote_id else None
    if report is not None:
        save_delivery(db, sent.draft_id, report.fact, report.failure)


def load(db: Database, draft_id: str) -> DirectSent | None:
    """None for a message that is not stored."""
    row = fetch_one(db, "SELECT * FROM direct_messages WHERE draft_id = ?", (draft_id,))
    return None if row is None else _direct_message(row)


def find(db: Database, key: ChannelKey, remote_id: str) -> DirectSent | None:
    """The message of ours from this sender with this name at the provider."""
    row = fetch_one(
        db,
        "SELECT * FROM direct_messages "
        "WHERE provider = ? AND channel = ? AND sender = ? AND remote_id = ? AND remote_id <> ''",
        (key.provider, key.channel, key.sender, remote_id),
    )
    return None if row is None else _direct_message(row)


def save_reaction(db: Database, draft_id: str, emoji: str, at: datetime) -> bool:
    """Store how the customer reacted to a message, unless a newer reaction is stored. emoji: "" for one that was taken
    back. True if anything is new.
    """
    db.execute(
        "INSERT INTO reactions VALUES (?, ?, ?) ON CONFLICT (draft_id) DO UPDATE "
        "SET emoji = excluded.emoji, at_us = excluded.at_us WHERE excluded.at_us >= at_us AND excluded.emoji <> emoji",
        (draft_id, valid_utf8(emoji), to_us(at)),
    )
    return db.changes() > 0


def reactions_to(db: Database, draft_ids: Iterable[str]) -> dict[str, str]:
    """The customer's emoji by draft id, of those messages that have one."""
    rows = fetch_all(
        db,
        "SELECT draft_id, emoji FROM reactions WHERE emoji <> '' AND draft_id IN (SELECT value FROM json_each(?))",
        (to_json(sorted(draft_ids)),),
    )
    return {row.draft_id: row.emoji for row in rows}


def of_customer(db: Database, customer_id: str) -> tuple[DirectSent, ...]:
    """Oldest first. They follow their conversation, whoever it belongs to by now."""
    rows = fetch_all(
        db,
        "SELECT direct_messages.* FROM direct_messages JOIN conversation_customers USING (conversation_id) "
        "WHERE customer_id = ? ORDER BY sent_at_us, draft_id",
        (customer_id,),
    )
    return tuple(_direct_message(row) for row in rows)


def remote_ids(db: Database, key: ChannelKey, since: datetime) -> frozenset[str]:
    """The provider's names of our messages from this sender that were accepted since then."""
    rows = fetch_all(
        db,
        "SELECT remote_id FROM direct_messages "
        "WHERE provider = ? AND channel = ? AND sender = ? AND sent_at_us >= ? AND remote_id <> ''",
        (key.provider, key.channel, key.sender, to_us(since)),
    )
    return frozenset(row.remote_id for row in rows)


def remove(db: Database, draft_id: str) -> None:
    """Delete a message that is shown nowhere."""
    db.execute("DELETE FROM direct_messages WHERE draft_id = ?", (draft_id,))


def is_known(db: Database, key: ChannelKey, remote_id: str) -> bool:
    """Whether `remote_id` is the provider's name of a message of ours from this sender."""
    found = "SELECT 1 FROM direct_messages WHERE provider = ? AND channel = ? AND sender = ? AND remote_id = ?"
    return fetch_one(db, found, (key.provider, key.channel, key.sender, remote_id)) is not None


# --- delivery --------------------------------------------------------------------------------------------------------


def not_final(db: Database) -> tuple[DirectSent, ...]:
    """Messages of which the provider may report more; newest first, because somebody waits for these."""
    rows = fetch_all(db, "SELECT * FROM direct_messages WHERE is_final = 0 ORDER BY sent_at_us DESC, draft_id")
    return tuple(_direct_message(row) for row in rows)


def save_delivery(db: Database, draft_id: str, fact: DeliveryFact, failure: ContraryKind | None = None) -> bool:
    """Store what the provider reports, however late or out of order. True if that is new to the agent.

    failure: what a failure says of the route.
    """
    stored = load(db, draft_id)
    if stored is None:
        return False
    delivery, is_final = merge_delivery(stored.delivery, fact.delivery), stored.final or fact.final
    is_news = delivery is not stored.delivery
    if is_news:
        db.execute(
            "UPDATE direct_messages SET delivery = ?, reported_at_us = ?, reason = ?, failure = ? WHERE draft_id = ?",
            (int(delivery), to_us_or_none(fact.at), reason_to_json(fact.reason), failure, draft_id),
        )
    db.execute("UPDATE direct_messages SET is_final = ? WHERE draft_id = ?", (is_final, draft_id))
    return is_news or is_final is not stored.final


def mark_final(db: Database, draft_id: str) -> bool:
    """Record that nothing more will be reported of the message. True if that is new."""
    db.execute("UPDATE direct_messages SET is_final = 1 WHERE draft_id = ? AND is_final = 0", (draft_id,))
    return db.changes() > 0


# --- templates that went out -----------------------------------------------------------------------------------------


def templates_used(db: Database, key: ChannelKey) -> dict[str, datetime]:
    """When this desktop last sent each template of an account; by template id. Failed ones do not count."""
    rows = fetch_all(
        db,
        "SELECT template_id, max(sent_at_us) AS used_at_us FROM direct_messages "
        "WHERE template_id <> '' AND delivery <> ? AND provider = ? AND channel = ? AND sender = ? "
        "GROUP BY template_id",
        (int(Delivery.FAILED), key.provider, key.channel, key.sender),
    )
    return {row.template_id: from_us(row.used_at_us) for row in rows}


def templates_used_with(db: Database, customer_id: str) -> dict[str, datetime]:
    """When each template last went to this customer; by template id. Failed ones do not count."""
    rows = fetch_all(
        db,
        "SELECT template_id, max(sent_at_us) AS used_at_us FROM direct_messages "
        "JOIN conversation_customers USING (conversation_id) "
        "WHERE template_id <> '' AND delivery <> ? AND customer_id = ? GROUP BY template_id",
        (int(Delivery.FAILED), customer_id),
    )
    return {row.template_id: from_us(row.used_at_us) for row in rows}


def _direct_message(row: Any) -> DirectSent:
    key = ChannelKey(Provider(row.provider), ChannelKind(row.channel), row.sender)
    return DirectSent(
        draft_id=row.draft_id,
        conversation_id=row.conversation_id,
        remote_id=row.remote_id,
        route=Route(key, row.to_address, row.our_address, bool(row.carries_bridge)),
        provider_address=row.provider_address,
        text=row.text,
        file_names=tuple(from_json(row.file_names)),
        template_id=row.template_id,
        template=row.template_name,
        author_id=row.author_id,
        author_name=row.author_name,
        sent_at=from_us(row.sent_at_us),
        delivery=Delivery(row.delivery),
        final=bool(row.is_final),
        delivery_at=from_us_or_none(row.reported_at_us),
        reason=reason_from_json(row.reason),
        remark=reason_from_json(row.remark),
        failure=None if row.failure is None else ContraryKind(row.failure),
        spans=spans_from_json(row.formatting),
        is_first=bool(row.is_first),
    )
