"""The rows of the customer list: one for each customer, rewritten with every new fact."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from desktop.domain.history.customer_row import CustomerRow
from desktop.domain.search.folding import fold
from desktop.store.core.columns import (
    fetch_all,
    fetch_one,
    from_details,
    from_us,
    from_us_or_none,
    to_details,
    to_json,
    to_us,
    to_us_or_none,
    upsert_row,
    valid_utf8,
)
from desktop.store.core.database import Database
from desktop.store.search import customers

COLUMNS = frozenset(
    {
        "customer_id",
        "last_at",
        "last_text",
        "last_from_us",
        "newest_customer_message_at",
        "unread",
        "waits",
        "messenger_only",
        "state",
    }
)
"""Fields of `CustomerRow` with columns of their own, by which SQL selects and sorts, or which the view `customer_list`
lays something over; all others are in the column `details`."""


ALL, MESSENGER_ONLY = "all", "messenger_only"
STATE, ASSIGNEE, TEAM, MENTION = "state:", "assignee:", "team:", "mention:"
"""Names of lists in `customer_lists`, and what stands before a state or an id in the others."""


def save(db: Database, row: CustomerRow) -> bool:
    """True if anything is new."""
    window = row.window
    columns = {
        "customer_id": row.customer_id,
        "last_at_us": to_us(row.last_at),
        "last_text": valid_utf8(row.last_text),
        "last_from_us": row.last_from_us,
        "newest_customer_message_at_us": to_us_or_none(row.newest_customer_message_at),
        "unread": row.unread,
        "waits": row.waits,
        "messenger_only": row.messenger_only,
        "state": row.state,
        "closes_at_us": None if window is None else to_us_or_none(window.closes_at),
        "window_known_from_us": None if window is None else to_us_or_none(window.known_from),
        "folded_name": valid_utf8(fold(row.name)),
        # Triggers keep `customer_lists` by `lists`.
        "details": to_details(row, COLUMNS, lists=_lists(row)),
    }
    is_new = upsert_row(db, "customer_rows", columns, key=("customer_id",))
    customers.save_text(db, row.customer_id)
    return is_new


def _lists(row: CustomerRow) -> list[str]:
    """The lists that the customer is in, by their names in `customer_lists`."""
    return [
        ALL,
        f"{STATE}{row.state}",
        *([MESSENGER_ONLY] if row.messenger_only else []),
        *(f"{ASSIGNEE}{i}" for i in sorted(row.assignee_ids)),
        *(f"{TEAM}{i}" for i in sorted(row.team_ids) if i),
        *(f"{MENTION}{i}" for i in sorted(row.mentioned_ids)),
    ]


def remove(db: Database, customer_id: str) -> None:
    """Delete the customer's row."""
    db.execute("DELETE FROM customer_rows WHERE customer_id = ?", (customer_id,))


def clear(db: Database, customer_id: str) -> None:
    """Empty the row of a customer whose conversations are gone, but who has drafts or replies of ours here."""
    stored = fetch_one(db, "SELECT * FROM customer_rows WHERE customer_id = ?", (customer_id,))
    if stored is not None:
        row = _customer_row(stored)
        empty = CustomerRow(
            customer_id=row.customer_id,
            name=row.name,
            last_at=row.last_at,
            last_channel=row.last_channel,
            last_from_us=True,
            state=row.state,
        )
        save(db, empty)


def load(db: Database, customer_ids: Iterable[str]) -> dict[str, CustomerRow]:
    """The rows of those customers that have one, with what only this desktop knows laid over them."""
    rows = fetch_all(
        db,
        "SELECT * FROM customer_list WHERE customer_id IN (SELECT value FROM json_each(?))",
        (to_json([*customer_ids]),),
    )
    return {row.customer_id: _customer_row(row) for row in rows}


def wipe_texts(db: Database, before_us: int, at_most: int) -> int:
    """Empty the newest text of customers without a message since then; returns of how many, 0 when none is left."""
    db.execute(
        "UPDATE customer_rows SET last_text = '' "
        "WHERE rowid IN (SELECT rowid FROM customer_rows WHERE last_at_us < ? AND last_text <> '' LIMIT ?)",
        (before_us, at_most),
    )
    return db.changes()


def name_of(db: Database, customer_id: str) -> str:
    """The name in the customer's row; "" without a row."""
    row = fetch_one(db, "SELECT details ->> 'name' AS name FROM customer_rows WHERE customer_id = ?", (customer_id,))
    return "" if row is None else row.name


def names_of(db: Database, customer_ids: Iterable[str]) -> dict[str, str]:
    """The names in the customers' rows."""
    rows = fetch_all(
        db,
        "SELECT customer_id, details ->> 'name' AS name FROM customer_rows "
        "WHERE customer_id IN (SELECT value FROM json_each(?))",
        (to_json([*customer_ids]),),
    )
    return {row.customer_id: row.name or "" for row in rows}


def seen_upto(db: Database, customer_id: str) -> datetime | None:
    """When the newest message that the agent has seen was sent; None if none."""
    row = fetch_one(db, "SELECT upto_us FROM seen WHERE customer_id = ?", (customer_id,))
    return None if row is None or not row.upto_us else from_us(row.upto_us)


def mark_seen(db: Database, customer_id: str, upto: datetime) -> bool:
    """Record that the agent has seen the customer's messages up to then. True if that is new."""
    db.execute(
        "INSERT INTO seen VALUES (?, ?, 0) ON CONFLICT (customer_id) DO UPDATE SET upto_us = excluded.upto_us "
        "WHERE excluded.upto_us > upto_us",
        (customer_id, to_us(upto)),
    )
    return db.changes() > 0


def mark_unread(db: Database, customer_id: str) -> bool:
    """Show the customer as unread until `end_unread_mark`. True if that is new."""
    db.execute(
        "INSERT INTO seen VALUES (?, 0, 1) ON CONFLICT (customer_id) DO UPDATE SET unread_mark = 1 "
        "WHERE unread_mark = 0",
        (customer_id,),
    )
    return db.changes() > 0


def end_unread_mark(db: Database, customer_id: str) -> bool:
    """True if there was one."""
    db.execute("UPDATE seen SET unread_mark = 0 WHERE customer_id = ? AND unread_mark = 1", (customer_id,))
    return db.changes() > 0


def _customer_row(row: Any) -> CustomerRow:
    return from_details(
        CustomerRow,
        row.details,
        customer_id=row.customer_id,
        last_at=from_us(row.last_at_us),
        last_text=row.last_text,
        last_from_us=bool(row.last_from_us),
        newest_customer_message_at=from_us_or_none(row.newest_customer_message_at_us),
        unread=bool(row.unread),
        waits=bool(row.waits),
        messenger_only=bool(row.messenger_only),
        state=row.state,
    )
