"""Forget: nothing of one customer stays in this database, wherever it was written."""

from __future__ import annotations

from desktop.domain.identity.customer import number_key
from desktop.domain.model.facts import Contact, Conversation
from desktop.store import contacts
from desktop.store.core.columns import fetch_all, from_json, to_json, to_us
from desktop.store.core.database import Database
from desktop.store.evidence import contrary_facts, learnt


def forget_customer(db: Database, customer_id: str) -> None:
    """Her contacts, conversations, drafts, replies, what went past Intercom, and what the channels list of her.

    Ids and times stay, so that an answer that is under way does not bring her back; something new does.
    """
    people = contacts.of_customer(db, customer_id)
    ids = to_json([i for c in people for i in (c.id, *c.merged_ids)])
    numbers = to_json(sorted({number_key(c.phone) for c in people} - {""}))
    hers = to_json(
        [
            i
            for (i,) in fetch_all(
                db, "SELECT conversation_id FROM conversation_customers WHERE customer_id = ?", (customer_id,)
            )
        ]
    )
    db.execute(
        "INSERT INTO forgotten SELECT id, updated_at_us FROM conversations "
        "WHERE id IN (SELECT value FROM json_each(?)) ON CONFLICT (id) DO UPDATE SET upto_us = excluded.upto_us",
        (hers,),
    )
    db.execute("INSERT INTO forgotten SELECT value, NULL FROM json_each(?) WHERE true ON CONFLICT DO NOTHING", (ids,))
    db.execute("UPDATE heads SET is_read = 1 WHERE conversation_id IN (SELECT value FROM json_each(?))", (hers,))
    for table in ("drafts", "outbox"):
        where = "conversation_id IN (SELECT value FROM json_each(?)) OR customer_id = ?"
        db.execute(
            f"DELETE FROM files WHERE draft_id IN (SELECT draft_id FROM {table} WHERE {where})", (hers, customer_id)
        )
        db.execute(f"DELETE FROM {table} WHERE {where}", (hers, customer_id))
    contrary_facts.forget_customer(
        db, from_json(hers), (a for c in people for a in (c.phone, *c.bridge_attributes.values()))
    )
    learnt.forget_customer(db, customer_id)
    for table in ("direct_messages", "pins", "message_channels"):
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


def is_forgotten(db: Database, conversation: Conversation) -> bool:
    """Whether this answer is of what was forgotten. One with a newer entry takes the mark off: it, and whose it is, may
    be kept again. A later time of change alone does not: our own reading or closing of it, still under way then, does
    that too."""
    row = db.execute("SELECT upto_us FROM forgotten WHERE id = ?", (conversation.id,)).fetchone()
    if row is None:
        return False
    if all(to_us(entry.sent_at) <= row[0] for entry in conversation.entries):
        return True
    known = to_json([conversation.id, *conversation.contact_ids])
    db.execute("DELETE FROM forgotten WHERE id IN (SELECT value FROM json_each(?))", (known,))
    return False


def is_contact_forgotten(db: Database, contact: Contact) -> bool:
    found = fetch_all(
        db,
        "SELECT 1 FROM forgotten WHERE id IN (SELECT value FROM json_each(?)) AND upto_us IS NULL",
        (to_json([contact.id, *contact.merged_ids]),),
    )
    return bool(found)
