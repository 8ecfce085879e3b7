"""Forget: nothing of one customer stays in this database, wherever it was written."""

from __future__ import annotations

from desktop.domain.identity import phone_key
from desktop.store import contacts
from desktop.store.database import Connection
from desktop.store.rows import every, pack


def customer(db: Connection, customer_id: str) -> None:
    """Her contacts, conversations, drafts, replies, what went past Intercom, and what the channels list of her.

    Ids, times and tags of her conversations stay in the to-do list of the sync, so that they are read again only when
    something new is written in them.
    """
    people = contacts.of_customer(db, customer_id)
    ids = pack([i for c in people for i in (c.id, *c.merged_ids)])
    numbers = pack(sorted({phone_key(c.phone) for c in people} - {""}))
    hers = pack(
        [
            i
            for (i,) in every(
                db, "SELECT conversation_id FROM conversation_customers WHERE customer_id = ?", (customer_id,)
            )
        ]
    )
    db.execute("UPDATE heads SET is_read = 1 WHERE conversation_id IN (SELECT value FROM json_each(?))", (hers,))
    for table in ("drafts", "outbox"):
        where = "conversation_id IN (SELECT value FROM json_each(?)) OR customer_id = ?"
        db.execute(
            f"DELETE FROM files WHERE draft_id IN (SELECT draft_id FROM {table} WHERE {where})", (hers, customer_id)
        )
        db.execute(f"DELETE FROM {table} WHERE {where}", (hers, customer_id))
    for table in ("direct_messages", "pins"):
        db.execute(f"DELETE FROM {table} WHERE conversation_id IN (SELECT value FROM json_each(?))", (hers,))
    db.execute("DELETE FROM conversations WHERE id IN (SELECT value FROM json_each(?))", (hers,))
    db.execute("DELETE FROM channel_rows WHERE customer_key IN (SELECT value FROM json_each(?))", (numbers,))
    db.execute("DELETE FROM contact_words WHERE one IN (SELECT value FROM json_each(?1)) OR other IN "
               "(SELECT value FROM json_each(?1))", (ids,))  # fmt: skip
    db.execute("DELETE FROM contact_aliases WHERE contact_id IN (SELECT value FROM json_each(?))", (ids,))
    db.execute("DELETE FROM contacts WHERE customer_id = ?", (customer_id,))
    for table in ("summaries", "seen"):
        db.execute(f"DELETE FROM {table} WHERE customer_id = ?", (customer_id,))
    db.execute("DELETE FROM customers WHERE merged_into = ?", (customer_id,))
    db.execute("DELETE FROM customers WHERE id = ?", (customer_id,))
