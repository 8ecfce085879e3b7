"""Identity: a person's word on who is one customer, and leaving nothing of one here. Runs on the store's thread."""

from __future__ import annotations

from datetime import datetime

from desktop.domain.identity.customer import IdentityDecision
from desktop.domain.model.outgoing import State
from desktop.engine.changes import Changes
from desktop.engine.sync.ingest import refresh_customers
from desktop.store import contacts, customers, forget, settings
from desktop.store.core.database import Database
from desktop.store.outgoing import outbox

UNSETTLED = (State.QUEUED, State.SENDING, State.UNCONFIRMED, State.HELD)


def save_decisions(
    db: Database, words: tuple[IdentityDecision, ...], revoked: tuple[IdentityDecision, ...], now: datetime
) -> Changes:
    """All of it or nothing. Raises LookupError for a contact that is not here, ValueError for one with itself."""
    touched: set[str] = set()
    for word in revoked:
        touched |= customers.remove_identity_decision(db, word.one, word.other)
    for word in words:
        touched |= customers.save_identity_decision(db, word)
    return refresh_customers(db, touched, now)


def save_phone_region(db: Database, region: str, now: datetime) -> Changes:
    if not settings.save_phone_region(db, region):
        return Changes()
    return refresh_customers(db, customers.decide_all(db), now) | Changes(settings=True)


def forget_customer(db: Database, customer_id: str) -> Changes | None:
    """Nothing of this customer stays here; None, and nothing is done, while a reply to them is not settled."""
    customer_id = contacts.resolve_customer(db, customer_id)
    if any(row.state in UNSETTLED for row in outbox.pending_replies_of(db, customer_id)):
        return None
    forget.forget_customer(db, customer_id)
    return Changes(frozenset({customer_id}), frozenset({customer_id}), undecided=True)
