"""Stores facts of the team's feed together with the feed's cursor. Runs on the store's thread."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec

from desktop.domain.history.direct_notes import read_reference
from desktop.domain.model.channel import ChannelKey
from desktop.engine.changes import Changes
from desktop.engine.sync.contrary import kind_of
from desktop.engine.sync.ingest import Facts, refresh_customers, store_facts
from desktop.engine.sync.provider_lists import row_of
from desktop.ports import DeliveryFact, ReactionFact
from desktop.ports.team import (
    ConversationChanged,
    ConversationRead,
    ConversationUpdated,
    DeliveryReported,
    FeedCursor,
    MessageChangeReported,
    MessageReported,
    ReactionReported,
    TeamFact,
)
from desktop.store import conversations, settings, sync_queue
from desktop.store.core.database import Database
from desktop.store.evidence import customer_reads, message_changes, provider_messages, unmatched_deliveries
from desktop.store.evidence.unmatched_deliveries import UnmatchedDelivery
from desktop.store.outgoing import direct_messages


class StoredFacts(msgspec.Struct, frozen=True):
    """What was stored. incomplete: conversations to be read from Intercom, as the feed has only a part of them.

    unplaced: messages of nobody who is known here, and changes of such ones; nothing of these was stored.
    """

    changes: Changes
    incomplete: frozenset[str]
    unplaced: tuple[TeamFact, ...] = ()


def store_team_facts(db: Database, facts: Iterable[TeamFact], cursor: FeedCursor | None, now: datetime) -> StoredFacts:
    """Store facts in the feed's order, and the cursor with them. cursor: None where more of the batch follows."""
    changes, incomplete, unplaced = Changes(), set(), []
    for fact in facts:
        match fact:
            case ConversationUpdated(conversation, is_plain):
                changes |= store_facts(db, Facts(from_feed=(fact,)), now)
                if is_plain or not conversations.is_whole(db, conversation.id):
                    incomplete.add(conversation.id)
            case ConversationChanged(conversation_id, at):
                sync_queue.read_later(db, conversation_id, at)
                incomplete.add(conversation_id)
            case ConversationRead(conversation_id, at):
                if customer_reads.save(db, conversation_id, at):
                    changes |= Changes(threads=conversations.customers_of(db, conversation_id))
            case DeliveryReported(key, delivery):
                changes |= _store_delivery(db, key, delivery, now)
            case ReactionReported(key, reaction):
                changes |= _store_reaction(db, key, reaction)
            case MessageReported() | MessageChangeReported() if not _can_be_placed(db, fact):
                unplaced.append(fact)
            case MessageChangeReported(key, change):
                changes |= Changes(threads=message_changes.save(db, key, change))
            case MessageReported(key, message):
                changes |= refresh_customers(db, provider_messages.save(db, [row_of(key, message)]), now)
    if cursor is not None:
        settings.save_team_cursor(db, cursor)
    return StoredFacts(changes, frozenset(incomplete), tuple(unplaced))


def find_placeable(db: Database, facts: Iterable[TeamFact]) -> tuple[TeamFact, ...]:
    """Of facts that could not be stored, those that can be by now."""
    return tuple(f for f in facts if isinstance(f, MessageReported | MessageChangeReported) and _can_be_placed(db, f))


def _can_be_placed(db: Database, fact: MessageReported | MessageChangeReported) -> bool:
    if isinstance(fact, MessageChangeReported):
        return provider_messages.is_listed(db, fact.key, fact.change.remote_id)
    return provider_messages.is_of_customer(db, fact.key.channel, fact.message.customer_address)


def _store_reaction(db: Database, key: ChannelKey, fact: ReactionFact) -> Changes:
    """Store how a customer reacted to a message that was sent directly from this desktop. Other messages are not known
    by this id here, and nothing else depends on their reactions.
    """
    sent = direct_messages.find(db, key, fact.remote_id)
    if sent is None or not direct_messages.save_reaction(db, sent.draft_id, fact.emoji, fact.at):
        return Changes()
    return Changes(threads=conversations.customers_of(db, sent.conversation_id))


def _store_delivery(db: Database, key: ChannelKey, fact: DeliveryFact, now: datetime) -> Changes:
    """Store what became of a message of ours, whoever sent it. A report on an unknown one is kept apart."""
    failure = None if fact.kind is None else kind_of(fact.kind, key.channel)
    is_listed, concerned = provider_messages.save_delivery(db, key, fact, failure)
    sent = direct_messages.find(db, key, fact.remote_id)
    if sent is not None and direct_messages.save_delivery(db, sent.draft_id, fact, failure):
        concerned |= conversations.customers_of(db, sent.conversation_id)
    if sent is None and not is_listed:
        note = read_reference(fact.reference)
        if unmatched_deliveries.save(db, key, UnmatchedDelivery(fact, failure), now, note) and note is not None:
            concerned |= conversations.customers_of(db, note.conversation_id)
    return refresh_customers(db, concerned, now)
