"""The rows of the customer list: one summary per customer, rewritten with every new fact and read in one query."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from desktop.domain.model.facts import ChannelKind, ConversationState
from desktop.domain.window.window import Window
from desktop.store.core.columns import (
    fetch_all,
    fetch_one,
    from_json,
    from_us,
    to_json,
    to_us,
    to_us_or_none,
    upsert_row,
    valid_utf8,
)
from desktop.store.core.database import Database


@dataclass(frozen=True, slots=True)
class Summary:
    """What the customer list shows of one customer, by the providers' facts alone.

    newest_customer_message_at: None if the customer never wrote.
    team_unread: the provider says that the team has not read the customer's messages.
    """

    customer_id: str
    name: str
    last_text: str
    last_at: datetime
    last_channel: ChannelKind
    last_from_us: bool
    newest_customer_message_at: datetime | None
    team_unread: bool
    waits: bool
    messenger_only: bool
    state: ConversationState
    assignee_ids: frozenset[str]
    window: Window | None


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """One line of the customer list: a summary with what only this desktop knows laid over it.

    last_channel: of the newest message; UNKNOWN if that is not known.
    last_from_us: the newest message is ours, or a reply that is queued or under way.
    waits: the customer wrote last, in a conversation that is open.
    window: of the channel the customer waits on or last used, among those that have a window; None for none.
    messenger_only: as far as we know, our newest reply reached the Messenger only.
    state: open when any of the customer's conversations is.
    assignee_ids: of the open conversations; "" stands for nobody.
    """

    customer_id: str
    name: str
    last_text: str
    last_at: datetime
    last_channel: ChannelKind
    last_from_us: bool
    unread: bool
    waits: bool
    window: Window | None
    messenger_only: bool
    state: ConversationState
    assignee_ids: frozenset[str]


def save(db: Database, summary: Summary) -> bool:
    """True if anything is new."""
    row = {
        "customer_id": summary.customer_id,
        "name": valid_utf8(summary.name),
        "last_text": valid_utf8(summary.last_text),
        "last_at_us": to_us(summary.last_at),
        "last_channel": summary.last_channel,
        "last_from_us": summary.last_from_us,
        "newest_customer_message_us": to_us_or_none(summary.newest_customer_message_at),
        "team_unread": summary.team_unread,
        "waits": summary.waits,
        "messenger_only": summary.messenger_only,
        "state": summary.state,
        "assignee_ids": to_json(sorted(summary.assignee_ids)),
        "window": None if summary.window is None else to_json(msgspec.to_builtins(summary.window)),
    }
    return upsert_row(db, "summaries", row, key=("customer_id",))


def remove(db: Database, customer_id: str) -> None:
    """Delete the customer's row."""
    db.execute("DELETE FROM summaries WHERE customer_id = ?", (customer_id,))


def clear_customer_text(db: Database, customer_id: str) -> None:
    """Empty the row of a customer whose conversations are gone, but who has drafts or replies of ours here."""
    db.execute(
        "UPDATE summaries SET last_text = '', last_from_us = 1, newest_customer_message_us = NULL, team_unread = 0, "
        "waits = 0, messenger_only = 0, assignee_ids = '[]', window = NULL WHERE customer_id = ?",
        (customer_id,),
    )


def load_customer_rows(db: Database) -> tuple[CustomerRow, ...]:
    """Every customer, newest activity first."""
    rows = fetch_all(db, "SELECT * FROM customer_list ORDER BY last_at_us DESC, customer_id")
    return tuple(_customer_row(row) for row in rows)


def seen_upto(db: Database, customer_id: str) -> datetime | None:
    """When the newest message that the agent has seen was sent; None if none."""
    row = fetch_one(db, "SELECT upto_us FROM seen WHERE customer_id = ?", (customer_id,))
    return None if row is None else from_us(row.upto_us)


def mark_seen(db: Database, customer_id: str, upto: datetime) -> bool:
    """Record that the agent has seen the customer's messages up to then. True if that is new."""
    db.execute(
        "INSERT INTO seen VALUES (?, ?) ON CONFLICT (customer_id) DO UPDATE SET upto_us = excluded.upto_us "
        "WHERE excluded.upto_us > upto_us",
        (customer_id, to_us(upto)),
    )
    return db.changes() > 0


def _customer_row(row: Any) -> CustomerRow:
    return CustomerRow(
        row.customer_id,
        row.name,
        row.last_text,
        from_us(row.last_at_us),
        ChannelKind(row.last_channel),
        bool(row.last_from_us),
        bool(row.unread),
        bool(row.waits),
        None if row.window is None else msgspec.convert(from_json(row.window), Window),
        bool(row.messenger_only),
        ConversationState(row.state),
        frozenset(from_json(row.assignee_ids)),
    )
