"""Ingest: facts into the store, decided anew for the customers they concern, told once. Runs on the store's thread."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from desktop.domain import relay
from desktop.domain.evidence import Row, digest
from desktop.domain.facts import Contact, Conversation
from desktop.domain.thread import Thread, assemble
from desktop.domain.workspace import Workspace
from desktop.engine.changes import Changes
from desktop.engine.summary import summarise
from desktop.store import (
    contacts,
    conversations,
    customers,
    direct,
    drafts,
    evidence,
    forget,
    found,
    origins,
    outbox,
    summaries,
)
from desktop.store import workspace as settings
from desktop.store.database import Connection


@dataclass(frozen=True, slots=True)
class Facts:
    """What providers answered. listed: conversations known from a search only. gone: deleted at the provider."""

    conversations: tuple[Conversation, ...] = ()
    contacts: tuple[Contact, ...] = ()
    listed: tuple[Conversation, ...] = ()
    gone: tuple[str, ...] = ()


def take(db: Connection, facts: Facts) -> Changes:
    """Store the facts and what follows from them; the changes are empty when all was known."""
    touched: set[str] = set()
    # First, since something new of hers brings back whom she is.
    told = [c for c in facts.conversations if not forget.is_forgotten(db, c)]
    for contact in facts.contacts:
        if not forget.is_contact_forgotten(db, contact):
            touched |= customers.save(db, contact)
    for listed in facts.listed:
        if forget.is_forgotten(db, listed):
            continue
        if conversations.save_listed(db, listed):
            touched |= _whose(db, listed.id)
    learnt = settled = False
    for conversation in told:
        before = _whose(db, conversation.id)
        if conversations.save(db, conversation):
            touched |= before | _whose(db, conversation.id)
        ours = found.match(db, conversation.id)
        if ours:
            settled = True
            touched |= _whose(db, conversation.id)
            learnt |= settings.add_own_codes(db, sorted({e.app_code for e in ours if e.app_code is not None}))
    for conversation_id in facts.gone:
        touched |= _whose(db, conversation_id)
        conversations.remove(db, conversation_id)
    return decide(db, touched) | Changes(settings=learnt, undecided=settled)


def merge(db: Connection, old_id: str, new_id: str) -> Changes:
    """The provider answers for the contact `old_id` under `new_id` from now on."""
    return decide(db, customers.rekey(db, old_id, new_id))


def decide(db: Connection, customer_ids: Iterable[str]) -> Changes:
    """Raise the origins, rewrite the lines of these customers, and learn what their threads prove of the relay."""
    touched = frozenset(customer_ids)
    if not touched:
        return Changes()
    workspace = settings.load(db)
    learnt = False
    concerned = touched | {contacts.resolve_customer(db, c) for c in touched}
    for customer_id in sorted({contacts.resolve_customer(db, c) for c in touched}):
        stored = origins.of_customer(db, customer_id)
        thread = thread_of(db, customer_id, workspace)
        fresh = {m.key: m.origin for m in thread.messages if m.origin is not None}
        origins.raise_to(db, stored, fresh)
        for proof in relay.proven(thread, workspace):
            learnt |= settings.save_relay(db, proof)
        summary = summarise(customer_id, thread)
        if summary is not None:
            summaries.save(db, summary)
        elif outbox.echoes_of(db, customer_id) or drafts.of_customer(db, customer_id):
            summaries.empty(db, customer_id)
        else:
            summaries.remove(db, customer_id)
    return Changes(customers=concerned, threads=concerned, settings=learnt)


def thread_of(db: Connection, customer_id: str, workspace: Workspace) -> Thread:
    """The thread of a customer that answers for herself (see `contacts.resolve_customer`)."""
    people = contacts.of_customer(db, customer_id)
    return assemble(
        conversations.of_customer(db, customer_id),
        people,
        workspace,
        origins.of_customer(db, customer_id),
        direct.of_customer(db, customer_id),
        _listed(db, customer_id, people),
    )


def _listed(db: Connection, customer_id: str, people: Iterable[Contact]) -> tuple[Row, ...]:
    """What the providers list of her, without what may be a message past Intercom of which we do not know the end."""
    pending = {(e.route.key, digest(e.text)) for e in outbox.echoes_of(db, customer_id) if e.route is not None}
    rows = evidence.of_people(db, people)
    return tuple(r for r in rows if r.from_customer or (r.key, r.words) not in pending)


def _whose(db: Connection, conversation_id: str) -> set[str]:
    customer_id = conversations.customer_of(db, conversation_id)
    return set() if customer_id is None else {customer_id}
