"""Conversations that no decision rests on (`domain.history.dormant`), so that they need not be read."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

import msgspec

from desktop.domain.bridge.tagging import SIGHTING_SLACK
from desktop.domain.history.dormant import BridgedPast, Dormancy, find_dormant
from desktop.domain.history.thread import Thread
from desktop.domain.model.facts import ChannelKind, Contact, Conversation
from desktop.domain.model.workspace import Workspace
from desktop.store import conversations, settings
from desktop.store.core.columns import fetch_all, fetch_one, from_json, from_us, insert_row, to_json, to_us
from desktop.store.core.database import Database
from desktop.store.history.key_entries import LoadedConversation

WORTH_CHOOSING = 16
"""Fewer conversations are all read."""

CHOOSE_AGAIN_AFTER = 16
"""So many more than at the last choice are all read before the next one."""


class StoredDormancy(msgspec.Struct, frozen=True):
    """A customer's dormancy. dormancy: without `ids`.

    awake_ids: of conversations that are not dormant and may not have been updated since.
    awake_count: how many were not dormant. dormant_count: how many are, with `entry_count` entries.
    """

    dormancy: Dormancy
    active_upto: datetime
    awake_ids: tuple[str, ...]
    awake_count: int
    dormant_count: int
    entry_count: int


class DormantConversation(msgspec.Struct, frozen=True):
    """newest_sent_at: of its entries."""

    id: str
    newest_sent_at: datetime
    entry_count: int


def load(db: Database, customer_id: str, people: Iterable[Contact], workspace: Workspace) -> StoredDormancy | None:
    """None where nothing was chosen by these settings and for these contacts."""
    row = fetch_one(db, "SELECT * FROM dormancies WHERE customer_id = ?", (customer_id,))
    if row is None:
        return None
    active_upto = from_us(row.active_upto_us)
    if row.chosen_by != _fingerprint(people, active_upto, workspace):
        return None
    awake = fetch_all(
        db,
        # Named, since SQLite takes a table that was small once for one that it may look through.
        "SELECT conversation_id, is_compared FROM old_conversations INDEXED BY old_conversations_by_customer "
        "WHERE customer_id = ? AND is_dormant = 0",
        (customer_id,),
    )
    past, shows_bridge = from_json(row.premises)
    dormancy = Dormancy(
        active_upto=active_upto,
        compared=frozenset(r.conversation_id for r in awake if r.is_compared),
        bridged={
            ChannelKind(channel): BridgedPast(from_us(upto_us), frozenset(numbers), frozenset(customers))
            for channel, upto_us, numbers, customers in past
        },
        shows_bridge=shows_bridge,
    )
    ids = tuple(r.conversation_id for r in awake)
    return StoredDormancy(dormancy, active_upto, ids, row.awake_count, row.dormant_count, row.entry_count)


def awake(db: Database, customer_id: str, stored: StoredDormancy) -> list[Conversation]:
    """The customer's conversations without their entries, except the dormant ones; in any order."""
    return conversations.updated_after(db, customer_id, stored.active_upto, stored.awake_ids)


def newest(
    db: Database, customer_id: str, since: datetime | None, upto: datetime, at_most: int
) -> list[DormantConversation]:
    """The dormant conversations with entries sent between two instants or around them, newest first. since: None for
    any.
    """
    rows = fetch_all(
        db,
        "SELECT * FROM old_conversations WHERE customer_id = ? AND is_dormant = 1 AND newest_sent_at_us >= ? "
        "AND first_sent_at_us <= ? ORDER BY newest_sent_at_us DESC LIMIT ?",
        (customer_id, -(2**63) if since is None else to_us(since), to_us(upto), at_most),
    )
    return [_dormant(row) for row in rows]


def active_between(db: Database, customer_id: str, since: datetime, upto: datetime) -> list[DormantConversation]:
    """The dormant conversations of which some entry may have been sent between two instants."""
    rows = fetch_all(
        db,
        "SELECT * FROM old_conversations WHERE customer_id = ? AND is_dormant = 1 AND newest_sent_at_us >= ? "
        "AND first_sent_at_us <= ?",
        (customer_id, to_us(since), to_us(upto)),
    )
    return [_dormant(row) for row in rows]


def asked_for(db: Database, customer_id: str, named: Collection[str]) -> list[DormantConversation]:
    """The dormant conversations among these, and those with a draft or a reply that is under way; any may be there
    twice.
    """
    rows = fetch_all(
        db,
        "SELECT old_conversations.* FROM (SELECT value AS conversation_id FROM json_each(?2) "
        "UNION ALL SELECT conversation_id FROM drafts UNION ALL SELECT conversation_id FROM outbox WHERE is_done = 0) "
        "CROSS JOIN old_conversations USING (conversation_id) WHERE customer_id = ?1 AND is_dormant = 1",
        (customer_id, to_json(sorted(named))),
    )
    return [_dormant(row) for row in rows]


def _dormant(row: Any) -> DormantConversation:
    return DormantConversation(row.conversation_id, from_us(row.newest_sent_at_us), row.entry_count)


def choose(
    db: Database, customer_id: str, thread: Thread, loaded: Iterable[LoadedConversation], workspace: Workspace
) -> None:
    """Choose among all the customer's conversations, and store the choice. What they show of the bridge is stored."""
    by_id = {c.conversation.id: c for c in loaded}
    found = find_dormant(thread, workspace, _with_facts(db, by_id))
    # Without dormant ones nothing is older than the choice.
    active_upto = found.active_upto or from_us(0)
    db.execute("DELETE FROM dormancies WHERE customer_id = ?", (customer_id,))
    row = {
        "customer_id": customer_id,
        "chosen_by": _fingerprint(thread.contacts, active_upto, workspace),
        "active_upto_us": to_us(active_upto),
        "awake_count": len(by_id) - len(found.ids),
        "dormant_count": len(found.ids),
        "entry_count": sum(by_id[i].entry_count for i in found.ids),
        "premises": to_json(
            [
                sorted(
                    [c, to_us(p.active_upto), sorted(p.numbers), sorted(p.customers)] for c, p in found.bridged.items()
                ),
                found.shows_bridge,
            ]
        ),
    }
    insert_row(db, "dormancies", row)
    old = [
        _row(customer_id, c, found)
        for i, c in by_id.items()
        if i in found.compared | found.standing_for or c.conversation.updated_at <= active_upto
    ]
    db.executemany("INSERT INTO old_conversations VALUES (?, ?, ?, ?, ?, ?, ?)", old)


def _row(customer_id: str, loaded: LoadedConversation, dormancy: Dormancy) -> tuple[object, ...]:
    conversation = loaded.conversation
    times = [to_us(e.sent_at) for e in conversation.entries] or [0]
    return (
        conversation.id,
        customer_id,
        int(conversation.id in dormancy.ids),
        int(conversation.id in dormancy.compared),
        min(times),
        max(times),
        loaded.entry_count,
    )


def _with_facts(db: Database, conversation_ids: Iterable[str]) -> frozenset[str]:
    """Those about which contrary facts are stored, solved ones included."""
    rows = fetch_all(
        db,
        "SELECT DISTINCT conversation_id FROM contrary_facts WHERE conversation_id IN (SELECT value FROM json_each(?))",
        (to_json(sorted(conversation_ids)),),
    )
    return frozenset(row.conversation_id for row in rows)


def _fingerprint(people: Iterable[Contact], active_upto: datetime, workspace: Workspace) -> str:
    """Of the settings, and of what contacts show of conversations until then."""
    shown = [
        (p.id, p.merged_ids, p.phone, sorted(p.bridge_attributes.items()), _sightings(p, active_upto)) for p in people
    ]
    values = (settings.fingerprint_of(workspace), shown)
    return hashlib.sha256(repr(values).encode("utf-8", "replace")).hexdigest()[:24]


def _sightings(contact: Contact, active_upto: datetime) -> list[tuple[str, datetime]]:
    """In the Messenger; later ones show nothing of what was written until then."""
    seen = {
        "messenger": contact.messenger_seen_at,
        "ios": contact.ios_seen_at,
        "android": contact.android_seen_at,
        "web": contact.web_seen_at,
    }
    return [(where, at) for where, at in seen.items() if at is not None and at <= active_upto + SIGHTING_SLACK]
