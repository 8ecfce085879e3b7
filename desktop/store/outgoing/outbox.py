"""Replies between Send and the provider's answer, through Intercom and on direct routes in one order.

The state changes only as `domain.model.outgoing.advance` allows.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from desktop.domain.content.template import Filled
from desktop.domain.direct import Route
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.formatting import Spans
from desktop.domain.model.frozen import frozen
from desktop.domain.model.outgoing import Event, IllegalTransition, Schedule, State, advance
from desktop.domain.model.reason import NO_REASON, Reason
from desktop.domain.model.warning import Acknowledgement, ForecastWarning, WarningCode
from desktop.ports import OutgoingFile
from desktop.store import entries
from desktop.store.core.columns import (
    fetch_all,
    fetch_one,
    from_json,
    from_us,
    from_us_or_none,
    insert_row,
    reason_from_json,
    reason_to_json,
    spans_from_json,
    spans_to_json,
    to_json,
    to_us,
    valid_utf8,
)
from desktop.store.core.database import Database
from desktop.store.outgoing import direct_messages, files

UNDO_FOR = timedelta(hours=1)
"""How long the text of a cancelled reply is kept."""

LONGEST_PAUSE = timedelta(hours=1)
"""No reply is postponed for longer, whatever a provider or its clock says; a pause that looks longer was written by a
clock that has been corrected since, and is over."""


@frozen
class OutgoingReply:
    """A reply or note from Send until nothing of it is left to show.

    text, file_names: emptied once it is finished. internal: a note.
    seen_upto: the highest `Entry.arrival` that the agent had seen at Send.
    tries: how many attempts surely never left. reason: why it waits, is held, refused or unconfirmed.
    warned: what it is held for. acknowledged: every warning that the agent has accepted for it.
    entry_id: the provider's name of it; "" while that is not known.
    is_done: nothing is left to show, because the provider's copy is stored or a teammate said that it arrived.
    known_upto: `entries.known_upto` at the last claim.
    lost_after, lost_at: `known_upto` and time of the first claim whose outcome nobody knows; None while there is none.
    route: the direct route; None through Intercom. template: None for free text.
    note_of: the draft id of the direct message that this note tells the team of; "" for everything else.
    schedule: kept once it is due, until the agent sends it all the same; None for what was not scheduled.
    spans: the text's formatting.
    """

    draft_id: str
    customer_id: str
    conversation_id: str
    author_id: str
    text: str
    file_names: tuple[str, ...]
    internal: bool
    seen_upto: int
    queued_at: datetime
    claimed_at: datetime | None = None
    tries: int = 0
    state: State = State.QUEUED
    reason: Reason = NO_REASON
    warned: tuple[ForecastWarning, ...] = ()
    acknowledged: Acknowledgement = frozenset()
    entry_id: str = ""
    is_done: bool = False
    known_upto: int | None = None
    lost_after: int | None = None
    route: Route | None = None
    template: Filled | None = None
    lost_at: datetime | None = None
    note_of: str = ""
    schedule: Schedule | None = None
    spans: Spans = ()


def insert(db: Database, reply: OutgoingReply, outgoing: tuple[OutgoingFile, ...]) -> None:
    """Queue a reply with its files, or keep it until it is due. Its `file_names` are taken from these."""
    row = {
        "draft_id": reply.draft_id,
        "customer_id": reply.customer_id,
        "conversation_id": reply.conversation_id,
        "author_id": reply.author_id,
        "text": valid_utf8(reply.text),
        "file_names": to_json([f.name for f in outgoing]),
        "internal": reply.internal,
        "seen_upto": reply.seen_upto,
        "queued_at_us": to_us(reply.queued_at),
        "acknowledged": to_json(sorted(reply.acknowledged)),
        "route": direct_messages.route_to_json(reply.route),
        "template": direct_messages.filled_to_json(reply.template),
        "note_of": reply.note_of or None,
        "formatting": spans_to_json(reply.spans),
    }
    if reply.schedule is not None:
        row |= {"state": State.SCHEDULED, **_schedule_columns(db, reply.conversation_id, reply.schedule)}
    insert_row(db, "outbox", row)
    files.save(db, reply.draft_id, outgoing)


def load(db: Database, draft_id: str) -> OutgoingReply | None:
    """None for a reply that is not in the outbox."""
    row = fetch_one(db, "SELECT * FROM outbox WHERE draft_id = ?", (draft_id,))
    return None if row is None else _reply(row)


def next_due(db: Database, now: datetime, not_in: Iterable[str] = ()) -> OutgoingReply | None:
    """The oldest reply whose turn it is. One that is not settled holds up the later ones of its conversation; a note
    about a direct message holds up none and is held up by none, and a scheduled reply holds up other scheduled ones
    alone: the agent who writes now may not know of it.

    not_in: conversations that must wait a moment.
    """
    row = fetch_one(
        db,
        "SELECT * FROM outbox AS this WHERE state = 'queued' AND not_before_us NOT BETWEEN ?1 + 1 AND ?3 "
        f"AND conversation_id NOT IN (SELECT value FROM json_each(?2)) AND NOT {_IS_BEHIND} ORDER BY position LIMIT 1",
        (to_us(now), to_json(sorted(not_in)), to_us(now + LONGEST_PAUSE)),
    )
    return None if row is None else _reply(row)


_IS_BEHIND = (
    "(note_of IS NULL AND EXISTS (SELECT 1 FROM outbox AS earlier WHERE earlier.conversation_id = this.conversation_id "
    "AND earlier.position < this.position AND earlier.note_of IS NULL "
    "AND (earlier.due_at_us IS NULL OR this.due_at_us IS NOT NULL) "
    "AND earlier.state IN ('queued', 'sending', 'unconfirmed', 'held')))"
)


def is_behind(db: Database, draft_id: str) -> bool:
    """Whether an earlier reply of its conversation must be settled first."""
    return fetch_one(db, f"SELECT 1 FROM outbox AS this WHERE draft_id = ? AND {_IS_BEHIND}", (draft_id,)) is not None


def next_due_at(db: Database, now: datetime) -> datetime | None:
    """When a queued reply's pause ends next; None if none is pausing."""
    row = fetch_one(
        db,
        "SELECT min(not_before_us) AS until_us FROM outbox "
        "WHERE state = 'queued' AND not_before_us BETWEEN ? + 1 AND ?",
        (to_us(now), to_us(now + LONGEST_PAUSE)),
    )
    return from_us_or_none(row.until_us)


def due(db: Database, now: datetime) -> tuple[OutgoingReply, ...]:
    """The scheduled replies whose time has come, in the order of these times."""
    rows = fetch_all(
        db,
        "SELECT * FROM outbox WHERE state = 'scheduled' AND due_at_us <= ? ORDER BY due_at_us, position",
        (to_us(now),),
    )
    return tuple(_reply(row) for row in rows)


def next_scheduled_at(db: Database) -> datetime | None:
    """When the next scheduled reply is due; None if none has a time."""
    row = fetch_one(db, "SELECT min(due_at_us) AS at_us FROM outbox WHERE state = 'scheduled'")
    return from_us_or_none(row.at_us)


def awaiting(db: Database) -> tuple[OutgoingReply, ...]:
    """The replies that wait for a message of their customer, oldest first, if there is one that came later."""
    rows = fetch_all(
        db,
        "SELECT * FROM pending_replies AS reply WHERE state = 'scheduled' AND due_at_us IS NULL AND EXISTS ("
        "SELECT 1 FROM conversation_customers JOIN entries USING (conversation_id) "
        "WHERE customer_id = reply.shown_customer_id AND role = 'customer' AND arrival > reply.last_arrival) "
        "ORDER BY position",
    )
    return tuple(_reply(row) for row in rows)


def has_awaiting(db: Database) -> bool:
    """Whether a reply waits for a message of its customer."""
    return fetch_one(db, "SELECT 1 FROM outbox WHERE state = 'scheduled' AND due_at_us IS NULL") is not None


def release_due(db: Database, draft_id: str, now: datetime, at: datetime) -> None:
    """Queue a scheduled reply, behind what is queued already. at: when it was due."""
    apply_event(db, draft_id, Event.DUE)
    db.execute("UPDATE outbox SET due_at_us = ? WHERE draft_id = ?", (to_us(at), draft_id))
    _queue_last(db, draft_id, now)


def schedule(db: Database, draft_id: str, chosen: Schedule) -> None:
    """Give a reply another time, or bring back one that was cancelled before it was due."""
    apply_event(db, draft_id, Event.SCHEDULE)
    reply = load(db, draft_id)
    if reply is not None:
        columns = _schedule_columns(db, reply.conversation_id, chosen)
        db.execute(
            "UPDATE outbox SET due_at_us = ?, awaits = ?, last_arrival = ?, last_answer = ?, is_done = 0, "
            "kept_until_us = NULL WHERE draft_id = ?",
            (*columns.values(), draft_id),
        )


def send_unscheduled(db: Database, draft_id: str, now: datetime) -> None:
    """Let a reply, which the agent has just queued, take the place that any other would have."""
    db.execute("UPDATE outbox SET due_at_us = NULL, awaits = NULL WHERE draft_id = ?", (draft_id,))
    _queue_last(db, draft_id, now)


def _queue_last(db: Database, draft_id: str, now: datetime) -> None:
    db.execute(
        "UPDATE outbox SET position = (SELECT max(position) + 1 FROM outbox), queued_at_us = ? WHERE draft_id = ?",
        (to_us(now), draft_id),
    )


def _schedule_columns(db: Database, conversation_id: str, chosen: Schedule) -> dict[str, Any]:
    return {
        "due_at_us": to_us(chosen.at) if chosen.at is not None else None,
        "awaits": chosen.awaits,
        "last_arrival": entries.newest_arrival(db),
        "last_answer": entries.known_upto(db, conversation_id),
    }


def claim(db: Database, draft_id: str, now: datetime) -> bool:
    """Take a reply for sending; False if it is not queued any more. Must be committed before the first byte leaves."""
    reply = load(db, draft_id)
    if reply is None or reply.state is not State.QUEUED:
        return False
    db.execute(
        "UPDATE outbox SET state = 'sending', claimed_at_us = ?, known_upto = ?, reason = '', warned = '[]' "
        "WHERE draft_id = ?",
        (to_us(now), entries.known_upto(db, reply.conversation_id), draft_id),
    )
    return True


def apply_event(
    db: Database, draft_id: str, event: Event, reason: Reason = NO_REASON, warned: Iterable[ForecastWarning] = ()
) -> State:
    """Change the state; returns the new one.

    Raises `IllegalTransition` for an impossible event, and LookupError for a reply that is not stored.
    """
    reply = load(db, draft_id)
    if reply is None:
        raise LookupError(draft_id)
    if event is Event.CLAIM:
        raise IllegalTransition("a claim goes through `claim`")
    state = advance(reply.state, event)
    db.execute(
        "UPDATE outbox SET state = ?, reason = ?, warned = ? WHERE draft_id = ?",
        (state, reason_to_json(reason), to_json([(w.code, sorted(w.ids)) for w in warned]), draft_id),
    )
    if event is Event.ANSWER_LOST:
        db.execute(
            "UPDATE outbox SET lost_after = coalesce(lost_after, known_upto, 0), "
            "lost_at_us = coalesce(lost_at_us, claimed_at_us) WHERE draft_id = ?",
            (draft_id,),
        )
    if state is State.ACCEPTED:
        files.remove(db, draft_id)
    return state


def cancel(db: Database, draft_id: str, now: datetime) -> None:
    """Cancel a reply: it is not shown any more, but its text stays for `UNDO_FOR`. Raises as `apply_event` does."""
    apply_event(db, draft_id, Event.CANCEL)
    db.execute("UPDATE outbox SET is_done = 1, kept_until_us = ? WHERE draft_id = ?", (to_us(now + UNDO_FOR), draft_id))


def forget_cancelled(db: Database, now: datetime) -> None:
    """Wipe the text of replies that were cancelled more than `UNDO_FOR` ago."""
    wiped = fetch_all(
        db,
        "UPDATE outbox SET text = '', formatting = '', file_names = '[]', template = NULL, kept_until_us = NULL "
        "WHERE kept_until_us <= ? RETURNING draft_id",
        (to_us(now),),
    )
    for reply in wiped:
        files.remove(db, reply.draft_id)


def postpone(db: Database, draft_id: str, until: datetime, reason: Reason) -> None:
    """Try a queued reply that surely never left again, but not before `until`."""
    db.execute(
        "UPDATE outbox SET not_before_us = ?, tries = tries + 1, reason = ? WHERE draft_id = ? AND state = 'queued'",
        (to_us(until), reason_to_json(reason), draft_id),
    )


def set_reason(db: Database, draft_id: str, reason: Reason) -> bool:
    """Store why a queued reply waits, or what is known of an unconfirmed one. True if that is new."""
    stored = reason_to_json(reason)
    db.execute(
        "UPDATE outbox SET reason = ? WHERE draft_id = ? AND state IN ('queued', 'unconfirmed') AND reason <> ?",
        (stored, draft_id, stored),
    )
    return db.changes() > 0


def acknowledge(db: Database, draft_id: str, accepted: Acknowledgement) -> None:
    """Add warnings that the agent has accepted, and end the reply's pause."""
    reply = load(db, draft_id)
    if reply is not None:
        db.execute(
            "UPDATE outbox SET acknowledged = ?, not_before_us = 0, tries = 0 WHERE draft_id = ?",
            (to_json(sorted(reply.acknowledged | accepted)), draft_id),
        )


def set_entry_id(db: Database, draft_id: str, entry_id: str) -> None:
    """Store the provider's name of an accepted reply."""
    db.execute("UPDATE outbox SET entry_id = ? WHERE draft_id = ?", (entry_id, draft_id))


def finish(db: Database, draft_id: str) -> None:
    """Record that nothing of the reply is left to show, and wipe its text."""
    db.execute(
        "UPDATE outbox SET is_done = 1, text = '', formatting = '', file_names = '[]', template = NULL "
        "WHERE draft_id = ?",
        (draft_id,),
    )


def recover(db: Database, reason: Reason, under_way: frozenset[str] = frozenset()) -> tuple[OutgoingReply, ...]:
    """Make unconfirmed what is marked as being sent, as after a lost answer; returns these replies as they were.

    under_way: draft ids that really are being sent.
    """
    sending = tuple(reply for reply in _in_state(db, State.SENDING) if reply.draft_id not in under_way)
    for reply in sending:
        apply_event(db, reply.draft_id, Event.ANSWER_LOST, reason)
    return sending


def unconfirmed(db: Database) -> tuple[OutgoingReply, ...]:
    """All unconfirmed replies, oldest first."""
    return _in_state(db, State.UNCONFIRMED)


def in_states(db: Database, states: Iterable[State]) -> tuple[tuple[str, OutgoingReply], ...]:
    """(customer id, reply) of every pending reply in one of `states`, oldest first."""
    rows = fetch_all(
        db,
        "SELECT * FROM pending_replies WHERE state IN (SELECT value FROM json_each(?)) ORDER BY position",
        (to_json(sorted(states)),),
    )
    return tuple((row.shown_customer_id, _reply(row)) for row in rows)


def _in_state(db: Database, state: State) -> tuple[OutgoingReply, ...]:
    rows = fetch_all(db, "SELECT * FROM outbox WHERE state = ? ORDER BY position", (state,))
    return tuple(_reply(row) for row in rows)


def has_earlier_unconfirmed(db: Database, conversation_id: str, draft_id: str) -> bool:
    """Whether a reply before this one is unconfirmed; any, if this one is not in the outbox yet."""
    found = (
        "SELECT 1 FROM outbox WHERE conversation_id = ?1 AND state = 'unconfirmed' AND draft_id <> ?2 "
        "AND note_of IS NULL AND position < coalesce((SELECT position FROM outbox WHERE draft_id = ?2), 9e18) LIMIT 1"
    )
    return fetch_one(db, found, (conversation_id, draft_id)) is not None


def pending_replies_of(db: Database, customer_id: str) -> tuple[OutgoingReply, ...]:
    """The replies that are shown as pending in the customer's thread, oldest first."""
    rows = fetch_all(db, "SELECT * FROM pending_replies WHERE shown_customer_id = ? ORDER BY position", (customer_id,))
    return tuple(_reply(row) for row in rows)


def unmatched(db: Database, conversation_id: str) -> tuple[OutgoingReply, ...]:
    """Replies through Intercom that are accepted or may have left, and whose entry is not known; oldest first."""
    rows = fetch_all(
        db,
        "SELECT * FROM outbox WHERE conversation_id = ? AND is_done = 0 AND route IS NULL "
        "AND state IN ('unconfirmed', 'accepted') ORDER BY position",
        (conversation_id,),
    )
    return tuple(_reply(row) for row in rows)


def lost_attempts(db: Database, reply: OutgoingReply) -> tuple[OutgoingReply, ...]:
    """This reply, if the outcome of an earlier attempt at Intercom is unknown, and such ones in its conversation that
    were cancelled; oldest first."""
    rows = fetch_all(
        db,
        "SELECT * FROM outbox WHERE conversation_id = ? AND lost_after IS NOT NULL AND entry_id = '' "
        "AND route IS NULL AND (draft_id = ? OR state = 'cancelled') ORDER BY position",
        (reply.conversation_id, reply.draft_id),
    )
    return tuple(_reply(row) for row in rows)


def lost_direct_at(db: Database, reply: OutgoingReply) -> datetime | None:
    """When a direct message with this text may first have left on this route: this very one, or one of its
    conversation that was cancelled and written again. None if none did."""
    row = fetch_one(
        db,
        "SELECT min(lost_at_us) AS lost_at_us FROM outbox WHERE draft_id = ? "
        "OR (conversation_id = ? AND state = 'cancelled' AND route = ? AND text = ?)",
        (reply.draft_id, reply.conversation_id, direct_messages.route_to_json(reply.route), reply.text),
    )
    return from_us_or_none(row.lost_at_us)


def _reply(row: Any) -> OutgoingReply:
    return OutgoingReply(
        row.draft_id,
        row.customer_id,
        row.conversation_id,
        row.author_id,
        row.text,
        tuple(from_json(row.file_names)),
        bool(row.internal),
        row.seen_upto,
        from_us(row.queued_at_us),
        claimed_at=from_us_or_none(row.claimed_at_us),
        tries=row.tries,
        state=State(row.state),
        reason=reason_from_json(row.reason),
        warned=tuple(ForecastWarning(WarningCode(code), frozenset(ids)) for code, ids in from_json(row.warned)),
        acknowledged=frozenset((WarningCode(code), premise) for code, premise in from_json(row.acknowledged)),
        entry_id=row.entry_id,
        is_done=bool(row.is_done),
        known_upto=row.known_upto,
        lost_after=row.lost_after,
        route=direct_messages.route_from_json(row.route),
        template=direct_messages.filled_from_json(row.template),
        lost_at=from_us_or_none(row.lost_at_us),
        note_of=row.note_of or "",
        schedule=_schedule(row),
        spans=spans_from_json(row.formatting),
    )


def _schedule(row: Any) -> Schedule | None:
    if row.due_at_us is None and row.awaits is None:
        return None
    awaits = ChannelKind(row.awaits) if row.awaits is not None else None
    return Schedule(from_us_or_none(row.due_at_us), awaits, row.last_arrival, row.last_answer)
