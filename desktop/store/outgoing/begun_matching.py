"""Find the conversations that messages of ours have begun, where the provider's answer did not name them."""

from __future__ import annotations

from datetime import datetime, timedelta

from desktop.domain.history.provider_messages import normalize_text
from desktop.domain.model.facts import Conversation
from desktop.domain.model.outgoing import Event, State
from desktop.domain.model.warning import WarningCode
from desktop.store import contacts, conversations, customers, entries
from desktop.store.core.database import Database
from desktop.store.outgoing import new_conversations, outbox
from desktop.store.outgoing.new_conversations import STAND_IN, BegunConversation
from desktop.store.outgoing.outbox import OutgoingReply

EVERYTHING_SEEN = 2**62
"""`OutgoingReply.seen_upto` where there was nothing to see."""

CLOCKS_DIFFER = timedelta(minutes=2)


def record_begun(db: Database, reply: OutgoingReply, conversation_id: str, now: datetime) -> frozenset[str]:
    """Record the conversation that a message has begun, and queue what follows in it, in the caller's transaction.

    The message is shown as pending until Intercom's copy is stored. Returns the customers concerned.
    """
    begun = new_conversations.load(db, reply.draft_id)
    if begun is None or begun.conversation_id:
        return frozenset()
    new_conversations.save_conversation(db, begun.draft_id, conversation_id)
    outbox.set_entry_id(db, reply.draft_id, f"source:{conversation_id}")
    touched = conversations.customers_of(db, conversation_id) | {contacts.resolve_customer(db, reply.customer_id)}
    if begun.contact_id.startswith(STAND_IN):
        touched |= _replace_stand_in(db, begun, conversation_id, now)
    if begun.then_route is not None and outbox.load(db, begun.follow_up_id) is None:
        follow_up = OutgoingReply(
            begun.follow_up_id,
            reply.customer_id,
            conversation_id,
            reply.author_id,
            reply.text,
            (),
            False,
            EVERYTHING_SEEN,
            now,
            # Intercom's copy of this very message stands there.
            acknowledged=reply.acknowledged | {(WarningCode.SAME_TEXT_JUST_SENT, f"source:{conversation_id}")},
            route=begun.then_route,
            template=begun.then_template,
        )
        outbox.insert(db, follow_up, ())
    return touched


def _replace_stand_in(db: Database, begun: BegunConversation, conversation_id: str, now: datetime) -> frozenset[str]:
    """Let Intercom's contact, which the bridge has made or found, take the place of the one that stands in for it."""
    conversation = conversations.load_without_entries(db, conversation_id)
    owner = conversations.people_of(conversation)[0] if conversation is not None else ""
    if not owner or owner.startswith(conversations.STAND_IN):
        return frozenset()
    if begun.address:
        new_conversations.save_contact(db, begun.address, now, owner)
    return customers.merge_contact(db, begun.contact_id, owner)


def match_all(db: Database, now: datetime | None) -> frozenset[str]:
    """Find the conversations that messages of ours have begun, where nobody named them; returns their customers.

    Call it when anything new was stored. An unconfirmed message is found by this too.
    """
    touched: frozenset[str] = frozenset()
    for begun in new_conversations.without_conversation(db):
        reply = outbox.load(db, begun.draft_id)
        if reply is None or reply.state not in (State.ACCEPTED, State.UNCONFIRMED):
            continue
        found = _find_begun(db, begun, reply)
        if found is None:
            continue
        if reply.state is State.UNCONFIRMED:
            outbox.apply_event(db, reply.draft_id, Event.FOUND_AT_PROVIDER)
        touched |= record_begun(db, reply, found.id, now or found.created_at)
        outbox.finish(db, reply.draft_id)
    return touched


def _find_begun(db: Database, begun: BegunConversation, reply: OutgoingReply) -> Conversation | None:
    """The oldest conversation of this customer that a teammate began with the same text since the claim."""
    since = (reply.lost_at or reply.claimed_at or begun.begun_at) - CLOCKS_DIFFER
    customer_id = contacts.resolve_customer(db, reply.customer_id)
    candidates = [
        c
        for c in conversations.of_customer_without_entries(db, customer_id)
        if c.created_at >= since and c.delivered_as == "admin_initiated" and not new_conversations.is_taken(db, c.id)
    ]
    for conversation in sorted(candidates, key=lambda c: (c.created_at, c.id)):
        first = next((e for e in entries.of_conversation(db, conversation.id) if e.is_first), None)
        if first is not None and normalize_text(first.text) == normalize_text(reply.text):
            return conversation
    return None
