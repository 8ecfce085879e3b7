"""The messages of a database of any version, to be read while a copy of it is migrated.

The tables and columns that are named here have been the same since the first version, but for the customers' names.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import apsw
import msgspec

from desktop.domain.search.folding import fold
from desktop.store.core.columns import from_us
from desktop.store.core.encryption import Key
from desktop.store.core.errors import known_errors
from desktop.store.core.reader import connect

T = TypeVar("T")
PAGE = 100

_CUSTOMERS = """
SELECT customer_id, {name}, last_at_us FROM {table}
WHERE (:after IS NULL OR (last_at_us, customer_id) < (:after, :after_id)) AND instr(fold({name}), fold(:search)) > 0
ORDER BY last_at_us DESC, customer_id DESC LIMIT :page
"""
_MESSAGES = """
WITH theirs AS (
    SELECT conversations.id FROM contacts JOIN conversations ON conversations.owner_id = contacts.id
    WHERE contacts.customer_id = :customer_id
), messages AS (
    SELECT sent_at_us, conversation_id || '/' || entry_id AS id, author_name, role = 'customer', kind = 'note', text,
        json_array_length(attachments) AS file_count
    FROM entries WHERE conversation_id IN (SELECT id FROM theirs) AND kind IN ('message', 'note')
    UNION ALL
    SELECT sent_at_us, conversation_id || '/direct:' || draft_id, author_name, 0, 0, text, json_array_length(file_names)
    FROM direct_messages WHERE conversation_id IN (SELECT id FROM theirs)
)
SELECT * FROM messages
WHERE (text <> '' OR file_count > 0) AND (:before IS NULL OR (sent_at_us, id) < (:before, :before_id))
ORDER BY sent_at_us DESC, id DESC LIMIT :page
"""


class OldCustomer(msgspec.Struct, frozen=True):
    """name: "" where the program says what to call them."""

    customer_id: str
    name: str
    last_at: datetime
    last_at_us: int


class OldMessage(msgspec.Struct, frozen=True):
    """author: of a teammate; "" where it is not known."""

    sent_at: datetime
    sent_at_us: int
    message_id: str
    author: str
    is_from_customer: bool
    is_note: bool
    text: str
    file_count: int


class OldMessages:
    """Reads one page at a time, until it is closed: what is read later is []. Any thread."""

    def __init__(self, path: Path, key: Key | None) -> None:
        self._path, self._key = path, key
        self.is_open = True
        self._lock = threading.Lock()

    async def customers(self, search: str = "", after: OldCustomer | None = None) -> list[OldCustomer]:
        """The next page of those whose names contain `search`, the newest first; [] after the last one."""
        return await asyncio.to_thread(self._read, lambda db: _load_customers(db, search, after))

    async def messages(self, customer_id: str, before: OldMessage | None = None) -> list[OldMessage]:
        """The next page, the newest first; [] after the last one."""
        return await asyncio.to_thread(self._read, lambda db: _load_messages(db, customer_id, before))

    def close(self) -> None:
        """Waits for the read that is under way."""
        with self._lock:
            self.is_open = False

    def _read(self, work: Callable[[apsw.Connection], list[T]]) -> list[T]:
        with self._lock:
            if not self.is_open:
                return []
            with known_errors(), closing(connect(self._path, self._key)) as db:
                return work(db)


def _load_customers(db: apsw.Connection, search: str, after: OldCustomer | None) -> list[OldCustomer]:
    db.create_scalar_function("fold", lambda *text: fold(str(text[0])), 1, deterministic=True)
    # While the later table is filled, the earlier one is whole.
    is_early = db.execute("SELECT 1 FROM sqlite_schema WHERE name = 'summaries'").get is not None
    table, name = ("summaries", "name") if is_early else ("customer_rows", "details ->> '$.name'")
    at, customer_id = (after.last_at_us, after.customer_id) if after is not None else (None, None)
    bindings = {"search": search, "after": at, "after_id": customer_id, "page": PAGE}
    rows: Any = db.execute(_CUSTOMERS.format(table=table, name=name), bindings)
    return [OldCustomer(customer_id, name, from_us(at), at) for customer_id, name, at in rows]


def _load_messages(db: apsw.Connection, customer_id: str, before: OldMessage | None) -> list[OldMessage]:
    at, message_id = (before.sent_at_us, before.message_id) if before is not None else (None, None)
    bindings = {"customer_id": customer_id, "before": at, "before_id": message_id, "page": PAGE}
    rows: Any = db.execute(_MESSAGES, bindings)
    return [
        OldMessage(from_us(at), at, message_id, author, bool(from_customer), bool(is_note), text, files)
        for at, message_id, author, from_customer, is_note, text, files in rows
    ]
