"""Teammates' decisions on which contacts are one customer, and deleting a customer. Runs on the store's thread."""

from __future__ import annotations

from datetime import datetime

from desktop.domain.identity.customer import IdentityDecision
from desktop.domain.model.outgoing import State
from desktop.engine.changes import Changes
from desktop.engine.sync.ingest import refresh_customers
from desktop.store import contacts, customers, forget, settings
from desktop.store.core.database import Database
from desktop.store.outgoing import outbox

UNSETTLED = (State.SCHEDULED, State.QUEUED, State.SENDING, State.UNCONFIRMED, State.HELD)


def save_decisions(
    db: Database, decisions: tuple[IdentityDecision, ...], revoked: tuple[IdentityDecision, ...], now: datetime
) -> Changes:
    """All or nothing. Raises LookupError for a contact that is not stored, ValueError for a contact with itself."""
    touched: set[str] = set()
    for decision in revoked:
        touched |= customers.remove_identity_decision(db, decision.one, decision.other)
    for decision in decisions:
        touched |= customers.save_identity_decision(db, decision)
    return refresh_customers(db, touched, now)


def save_phone_region(db: Database, region: str, now: datetime) -> Changes:
    """Store the country of numbers without a country code, and decide again which contacts are one customer."""
    if not settings.save(db, "phone_region", region.strip().upper()):
        return Changes()
    return refresh_customers(db, customers.decide_all(db), now) | Changes(settings=True)


def forget_customer(db: Database, customer_id: str) -> Changes | None:
    """Delete everything of the customer; None, and nothing is done, while a reply to them is not settled."""
    customer_id = contacts.resolve_customer(db, customer_id)
    if any(row.state in UNSETTLED for row in outbox.pending_replies_of(db, customer_id)):
        return None
    forget.forget_customer(db, customer_id)
    return Changes(frozenset({customer_id}), frozenset({customer_id}), undecided=True)
