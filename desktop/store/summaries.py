"""Summaries: one line per customer for the list, rewritten with every new fact and read in one query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from desktop.domain.model.facts import ChannelKind, ConversationState
from desktop.domain.window.window import Window
from desktop.store.core.columns import from_json, from_us, from_us_or_none, to_json, to_us, to_us_or_none, valid_utf8
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
class ListedCustomer:
    """A summary with the agent's own doings laid over it: unconfirmed replies, and what was seen."""

    customer_id: str
    name: str
    last_text: str
    last_at: datetime
    last_channel: ChannelKind
    last_from_us: bool
    unread: bool
    waits: bool
    messenger_only: bool
    state: ConversationState
    assignee_ids: frozenset[str]
    window: Window | None


def save(db: Database, summary: Summary) -> bool:
    """True if anything is new."""
    values = (
        summary.customer_id,
        valid_utf8(summary.name),
        valid_utf8(summary.last_text),
        to_us(summary.last_at),
        summary.last_channel,
        summary.last_from_us,
        to_us_or_none(summary.newest_customer_message_at),
        summary.team_unread,
        summary.waits,
        summary.messenger_only,
        summary.state,
        to_json(sorted(summary.assignee_ids)),
        None if summary.window is None else to_json(msgspec.to_builtins(summary.window)),
    )
    held = db.execute("SELECT * FROM summaries WHERE customer_id = ?", (summary.customer_id,)).fetchone()
    if held == tuple(int(v) if isinstance(v, bool) else v for v in values):
        return False
    db.execute(f"INSERT OR REPLACE INTO summaries VALUES ({', '.join('?' * len(values))})", values)
    return True


def remove(db: Database, customer_id: str) -> None:
    db.execute("DELETE FROM summaries WHERE customer_id = ?", (customer_id,))


def clear_customer_text(db: Database, customer_id: str) -> None:
    """Her conversations are gone, but words of ours to her are still here: the line stays, without hers."""
    db.execute(
        "UPDATE summaries SET last_text = '', last_from_us = 1, newest_from_her_us = NULL, team_unread = 0, "
        "waits = 0, messenger_only = 0, assignee_ids = '[]', window = NULL WHERE customer_id = ?",
        (customer_id,),
    )


def load_customer_rows(db: Database) -> list[ListedCustomer]:
    """Every customer, newest activity first."""
    rows = db.execute("SELECT * FROM customer_list ORDER BY last_at_us DESC, customer_id").fetchall()
    return [_listed(row) for row in rows]


def seen_upto(db: Database, customer_id: str) -> datetime | None:
    row = db.execute("SELECT upto_us FROM seen WHERE customer_id = ?", (customer_id,)).fetchone()
    return None if row is None else from_us_or_none(row[0])


def mark_seen(db: Database, customer_id: str, upto: datetime) -> bool:
    """The agent has seen her messages up to then. True if that is new."""
    db.execute(
        "INSERT INTO seen VALUES (?, ?) ON CONFLICT (customer_id) DO UPDATE SET upto_us = excluded.upto_us "
        "WHERE excluded.upto_us > upto_us",
        (customer_id, to_us(upto)),
    )
    return db.changes() > 0


def _listed(row: Sequence[Any]) -> ListedCustomer:
    return ListedCustomer(
        row[0],
        row[1],
        row[2],
        from_us(row[3]),
        ChannelKind(row[4]),
        bool(row[5]),
        bool(row[6]),
        bool(row[7]),
        bool(row[8]),
        ConversationState(row[9]),
        frozenset(from_json(row[10])),
        None if row[11] is None else msgspec.convert(from_json(row[11]), Window),
    )
