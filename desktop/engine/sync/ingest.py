"""Stores facts and decides again for the customers that they concern. Runs on the store's thread."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial

import msgspec

from desktop.domain.bridge.notice import find_idle_notes, note_fingerprint
from desktop.domain.history.contrary import OF_WHOLE_ACCOUNTS
from desktop.domain.history.customer_row import build_customer_row
from desktop.domain.history.mention import find_mentioned
from desktop.domain.history.report_events import ReportKind
from desktop.domain.history.thread import Thread
from desktop.domain.history.unconfirmed import lay_over_thread
from desktop.domain.learning import relay
from desktop.domain.learning.bridge import ConversationSigns, find_bridge_delays, read_signs
from desktop.domain.mapping import first_known_contact
from desktop.domain.model.facts import Contact, Conversation, ConversationState
from desktop.domain.model.workspace import Workspace
from desktop.engine.accounts.translation.notes import queue_due_notes
from desktop.engine.changes import Changes
from desktop.engine.sync.thread_loader import LoadedThread, load_thread, load_with_conversations
from desktop.engine.views import THREAD_PAGE
from desktop.ports.team import ConversationUpdated
from desktop.store import (
    contacts,
    conversations,
    customer_rows,
    customers,
    entries,
    forget,
    settings,
)
from desktop.store.core.database import Database
from desktop.store.evidence import bridge_signs, contrary_facts, learnt
from desktop.store.history import dormant, key_entries, reports
from desktop.store.history.key_entries import LoadedConversation
from desktop.store.outgoing import begun_matching, conversation_changes, drafts, outbox, reply_matching
from desktop.store.search import message_index


class Facts(msgspec.Struct, frozen=True):
    """What providers answered. listed: conversations known from a search only. deleted: at the provider. unchanged:
    conversations whose answer is stored already. from_feed: in the feed's order.
    """

    conversations: tuple[Conversation, ...] = ()
    contacts: tuple[Contact, ...] = ()
    listed: tuple[Conversation, ...] = ()
    deleted: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    from_feed: tuple[ConversationUpdated, ...] = ()


def store_facts(db: Database, facts: Facts, now: datetime | None = None) -> Changes:
    """Store the facts and what follows from them. The changes are empty when nothing is new.

    now: when they were answered, by the providers' time; None if nobody knows, long after everything in them.
    """
    touched: set[str] = set()
    # First: a newer message of a forgotten customer lets their contacts be stored again.
    answers = [c for c in facts.conversations if not forget.is_forgotten(db, c)]
    for contact in facts.contacts:
        if not forget.is_contact_forgotten(db, contact):
            touched |= customers.save(db, contact)
    for listed in facts.listed:
        if forget.is_forgotten(db, listed):
            continue
        if conversations.save_listed(db, listed):
            touched |= conversations.customers_of(db, listed.id)
    for conversation in answers:
        before = conversations.customers_of(db, conversation.id)
        if conversations.save(db, conversation, now):
            touched |= before | conversations.customers_of(db, conversation.id)
    from_feed = [t for t in facts.from_feed if not forget.is_forgotten(db, t.conversation)]
    for one in from_feed:
        before = conversations.customers_of(db, one.conversation.id)
        if conversations.save_from_feed(db, one.conversation, now, is_plain=one.is_plain):
            touched |= before | conversations.customers_of(db, one.conversation.id)
    asked = (*(c.id for c in answers), *facts.unchanged)
    for conversation_id in conversation_changes.finish_accepted(db, asked) if asked else ():
        touched |= conversations.customers_of(db, conversation_id)
    has_new_codes = has_matched = False
    # What the feed has may be older than a change of ours, so it finishes none; but an entry that it brings is there.
    for conversation_id in (*asked, *dict.fromkeys(t.conversation.id for t in from_feed)):
        matched = reply_matching.match(db, conversation_id)
        if matched:
            has_matched = True
            touched |= conversations.customers_of(db, conversation_id)
            codes = frozenset(entry.app_code for entry in matched if entry.app_code is not None)
            has_new_codes |= settings.add_own_codes(db, codes)
    if has_matched and now is not None:
        queue_due_notes(db, now)
    if touched and (answers or from_feed):
        message_index.tidy(db)
    for conversation_id in facts.deleted:
        touched |= conversations.customers_of(db, conversation_id)
        conversations.remove(db, conversation_id)
    begun = begun_matching.match_all(db, now) if touched else frozenset[str]()
    has_matched = has_matched or bool(begun)
    return refresh_customers(db, touched | begun, now) | Changes(settings=has_new_codes, undecided=has_matched)


def merge_contact(db: Database, old_id: str, new_id: str, now: datetime | None = None) -> Changes:
    """Record that the provider answers for the contact `old_id` under `new_id` from now on."""
    return refresh_customers(db, customers.merge_contact(db, old_id, new_id), now)


def refresh_customers(db: Database, customer_ids: Iterable[str], now: datetime | None = None) -> Changes:
    """Rewrite the list rows of these customers, and learn what their threads show of the bridge. now: as in
    `store_facts`.
    """
    touched = frozenset(customer_ids)
    if not touched:
        return Changes()
    workspace = settings.load(db)
    is_learnt = False
    todo = {contacts.resolve_customer(db, c) for c in touched}
    concerned = touched | todo
    decided: set[str] = set()
    while todo:
        customer_id = min(todo)
        decided.add(customer_id)
        limit = max(THREAD_PAGE, reports.first_look(db, customer_id))
        loaded = load_with_conversations(db, customer_id, workspace, now, limit)
        shapes = _idle_notes(loaded, workspace)
        if shapes:
            learnt.add_idle_notes(db, shapes)
            workspace = replace(workspace, idle_notes=workspace.idle_notes | shapes)
            # A note with the same text that was taken for a failure elsewhere is none.
            todo |= _customers_with_notices(db, shapes) | {customer_id}
            decided -= todo
            concerned |= todo
        else:
            page = replace(loaded, thread=loaded.thread.newest(THREAD_PAGE))
            is_learnt |= _learn_and_choose(db, customer_id, page, workspace, now)
            _save_customer_row(db, customer_id, loaded.thread, workspace, now)
        todo -= decided
    return Changes(customers=concerned, threads=concerned, settings=is_learnt)


def refresh_conversation(db: Database, conversation_id: str, now: datetime | None = None) -> Changes:
    """`refresh_customers` for the conversation's customer."""
    return refresh_customers(db, conversations.customers_of(db, conversation_id), now)


def decide_again(db: Database, conversation_id: str, now: datetime) -> Changes:
    """`refresh_conversation` after a teammate's correction, which may change old messages that the reports count."""
    customer_ids = conversations.customers_of(db, conversation_id)
    reports.look_again(db, customer_ids)
    return refresh_customers(db, customer_ids, now)


def _learn(db: Database, customer_id: str, loaded: LoadedThread, workspace: Workspace, now: datetime | None) -> bool:
    """Store what a thread shows of the bridge, of accounts and of the relay. True if a view of the workspace may
    change.
    """
    thread = loaded.thread
    people = {i: c for c in thread.contacts for i in (c.id, *c.merged_ids)}
    signs = [_signs(c, customer_id, people, workspace) for c in loaded.conversations]
    taggers = bridge_signs.save(db, signs, workspace.bridge_codes)
    if taggers - workspace.other_taggers:
        settings.add_other_taggers(db, taggers)
    learnt.add_delays(db, find_bridge_delays(thread, workspace), now)
    learnt.save_several_numbers(db, customer_id, thread.several_numbers)
    new = [fact for fact in thread.contrary if contrary_facts.save(db, fact)]
    proofs = [settings.save_relay(db, proof) for proof in relay.find_relay_proofs(thread, workspace)]
    return any(proofs) or any(fact.kind in OF_WHOLE_ACCOUNTS for fact in new)


def _signs(
    loaded: LoadedConversation, customer_id: str, people: Mapping[str, Contact], workspace: Workspace
) -> ConversationSigns:
    signs = read_signs(loaded.conversation, customer_id, first_known_contact(loaded.conversation, people), workspace)
    return replace(signs, codes=loaded.codes)


def _save_customer_row(
    db: Database, customer_id: str, thread: Thread, workspace: Workspace, now: datetime | None
) -> None:
    """Store the row, and what the thread adds to the reports."""
    shown = lay_over_thread(thread, conversation_changes.of_customer(db, customer_id))
    row = build_customer_row(customer_id, shown)
    if row is not None:
        to_do = reports.save(db, customer_id, thread, partial(load_thread, db, customer_id, workspace, now))
        # Unless the agent says that it is dealt with.
        messenger_only = row.messenger_only and ReportKind.MESSENGER_ONLY in to_do
        customer_rows.save(db, replace(row, mentioned_ids=_mentioned(db, shown), messenger_only=messenger_only))
        return
    reports.remove(db, customer_id)
    if outbox.pending_replies_of(db, customer_id) or drafts.of_customer(db, customer_id):
        customer_rows.clear(db, customer_id)
    else:
        customer_rows.remove(db, customer_id)


def _mentioned(db: Database, thread: Thread) -> frozenset[str]:
    current = [c.id for c in thread.chats if c.conversation.state is not ConversationState.CLOSED]
    notes = entries.notes_with_mentions(db, current)
    return find_mentioned(notes, {t.id: t.name for t in settings.teammates(db)}) if notes else frozenset()


def _idle_notes(loaded: LoadedThread, workspace: Workspace) -> frozenset[str]:
    """New shapes of notes that this thread proves to report no failure. A conversation with a new note is read whole;
    in a part of one, the reply before a note may be missing.
    """
    whole = (c.conversation for c in loaded.conversations if c.is_whole)
    shapes: frozenset[str] = frozenset().union(*(find_idle_notes(c, workspace) for c in whole))
    return shapes - workspace.idle_notes


def prepare_thread(db: Database, customer_id: str, now: datetime | None = None) -> None:
    """Make the customer's next thread quick to load, where nothing was decided since this version came. now: as in
    `store_facts`.
    """
    workspace = settings.load(db)
    loaded = load_with_conversations(db, customer_id, workspace, now, THREAD_PAGE)
    _learn_and_choose(db, customer_id, loaded, workspace, now)


def _learn_and_choose(
    db: Database, customer_id: str, loaded: LoadedThread, workspace: Workspace, now: datetime | None
) -> bool:
    """Learn from a thread, and choose what need not be read of it next time. True as in `_learn`."""
    if loaded.is_dormancy_due and loaded.dormancy is not None:
        loaded = load_with_conversations(db, customer_id, workspace, now, THREAD_PAGE, None)
    is_learnt = _learn(db, customer_id, loaded, workspace, now)
    if loaded.is_dormancy_due:
        # Of dormant conversations nothing is learnt again until this choice ends.
        dormant.choose(db, customer_id, loaded.thread, loaded.conversations, workspace)
    for conversation in loaded.conversations if loaded.is_choice_due else ():
        if conversation.is_choice_due:
            key_entries.choose(db, conversation, workspace)
    return is_learnt


def _customers_with_notices(db: Database, shapes: frozenset[str]) -> set[str]:
    """Customers with a note of one of these shapes that was taken for the bridge's report of a failure."""
    conversation_ids = {
        conversation_id for conversation_id, text in contrary_facts.about_notes(db) if note_fingerprint(text) in shapes
    }
    return set().union(*(conversations.customers_of(db, conversation_id) for conversation_id in conversation_ids))
