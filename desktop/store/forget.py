"""Delete everything of one customer from the database, in whatever table it is."""

from __future__ import annotations

from desktop.domain.identity.customer import address_keys, number_key
from desktop.domain.model.facts import Contact, Conversation
from desktop.store import contacts
from desktop.store.core.columns import fetch_all, fetch_one, to_json, to_us
from desktop.store.core.database import Database
from desktop.store.evidence import contrary_facts, learnt


def forget_customer(db: Database, customer_id: str) -> None:
    """Delete the customer's contacts, conversations, drafts, replies, direct messages, and what providers list.

    Ids and times stay in `forgotten`, so that an answer that is under way does not bring the customer back; something
    new does.
    """
    people = contacts.of_customer(db, customer_id)
    contact_ids = to_json(contacts.all_ids_of(db, customer_id))
    numbers = to_json(sorted({number_key(c.phone) for c in people} - {""}))
    addresses_on_channels = to_json(sorted(frozenset[str]().union(*map(address_keys, people))))
    owned = "SELECT conversation_id FROM conversation_customers WHERE customer_id = ?"
    conversation_ids = [row.conversation_id for row in fetch_all(db, owned, (customer_id,))]
    conversations = to_json(conversation_ids)
    db.execute(
        "INSERT INTO forgotten SELECT id, updated_at_us FROM conversations "
        "WHERE id IN (SELECT value FROM json_each(?)) ON CONFLICT (id) DO UPDATE SET upto_us = excluded.upto_us",
        (conversations,),
    )
    db.execute(
        "INSERT INTO forgotten SELECT value, NULL FROM json_each(?) WHERE true ON CONFLICT DO NOTHING", (contact_ids,)
    )
    db.execute(
        "UPDATE sync_queue SET is_read = 1 WHERE conversation_id IN (SELECT value FROM json_each(?))", (conversations,)
    )
    db.execute(
        "DELETE FROM after_sending WHERE conversation_id IN (SELECT value FROM json_each(?)) OR customer_id = ?",
        (conversations, customer_id),
    )
    begun = "SELECT draft_id FROM outbox WHERE conversation_id IN (SELECT value FROM json_each(?)) OR customer_id = ?"
    db.execute(f"DELETE FROM new_conversations WHERE draft_id IN ({begun})", (conversations, customer_id))
    db.execute("DELETE FROM begun_contacts WHERE contact_id IN (SELECT value FROM json_each(?))", (contact_ids,))
    db.execute("DELETE FROM begun_contacts WHERE address IN (SELECT value FROM json_each(?))", (numbers,))
    for table in ("drafts", "outbox"):
        where = "conversation_id IN (SELECT value FROM json_each(?)) OR customer_id = ?"
        db.execute(
            f"DELETE FROM files WHERE draft_id IN (SELECT draft_id FROM {table} WHERE {where})",
            (conversations, customer_id),
        )
        db.execute(f"DELETE FROM {table} WHERE {where}", (conversations, customer_id))
    addresses = (a for c in people for a in (c.phone, *c.bridge_attributes.values()))
    contrary_facts.forget_customer(db, conversation_ids, addresses)
    learnt.forget_customer(db, customer_id)
    db.execute("DELETE FROM settings WHERE name = 'last_customer' AND value = ?", (to_json(customer_id),))
    for table, column, values in (
        ("direct_messages", "conversation_id", conversations),
        ("told_deliveries", "conversation_id", conversations),
        ("pins", "conversation_id", conversations),
        ("message_channels", "conversation_id", conversations),
        ("conversations", "id", conversations),
        ("provider_messages", "customer_key", addresses_on_channels),
        ("identity_decisions", "one", contact_ids),
        ("identity_decisions", "other", contact_ids),
        ("contact_aliases", "contact_id", contact_ids),
    ):
        db.execute(f"DELETE FROM {table} WHERE {column} IN (SELECT value FROM json_each(?))", (values,))
    for table, column in (
        ("contacts", "customer_id"),
        ("customer_rows", "customer_id"),
        ("seen", "customer_id"),
        ("customers", "merged_into"),
        ("customers", "id"),
    ):
        db.execute(f"DELETE FROM {table} WHERE {column} = ?", (customer_id,))


def is_forgotten(db: Database, conversation: Conversation) -> bool:
    """Whether this answer belongs to a forgotten customer. One with a newer entry lifts the ban, for the conversation
    and its contacts. A later time of change alone does not: our own reading or closing of the conversation, still
    under way at that moment, does that too."""
    row = fetch_one(db, "SELECT upto_us FROM forgotten WHERE id = ?", (conversation.id,))
    if row is None:
        return False
    if all(to_us(entry.sent_at) <= row.upto_us for entry in conversation.entries):
        return True
    known = to_json([conversation.id, *conversation.contact_ids])
    db.execute("DELETE FROM forgotten WHERE id IN (SELECT value FROM json_each(?))", (known,))
    return False


def is_contact_forgotten(db: Database, contact: Contact) -> bool:
    """Whether the contact belongs to a forgotten customer of whom nothing new came since."""
    found = "SELECT 1 FROM forgotten WHERE id IN (SELECT value FROM json_each(?)) AND upto_us IS NULL"
    return fetch_one(db, found, (to_json([contact.id, *contact.merged_ids]),)) is not None
