"""Outbox: replies between Send and a provider's answer, through Intercom or past it, one order for both.

The state only moves along `domain.outgoing`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from desktop.domain.content.template import Filled
from desktop.domain.direct import Route
from desktop.domain.model.outgoing import Event, IllegalTransition, State, advance
from desktop.domain.model.warning import Acknowledgement, ForecastWarning, WarningCode
from desktop.ports import OutgoingFile
from desktop.store import entries
from desktop.store.core.columns import fetch_all, from_json, from_us, from_us_or_none, to_json, to_us, valid_utf8
from desktop.store.core.database import Database
from desktop.store.outgoing import direct_messages, files

UNDO_FOR = timedelta(hours=1)
"""How long the words of a reply that was taken back are kept."""

LONGEST_PAUSE = timedelta(hours=1)
"""No reply is put off for longer, whatever a provider or its clock says; a pause that looks longer was written by a
clock that has been corrected since, and is over."""

_COLUMNS = (
    "draft_id, customer_id, conversation_id, author_id, text, file_names, internal, seen_upto, queued_at_us, "
    "claimed_at_us, tries, state, reason, warned, acknowledged, entry_id, is_done, known_upto, lost_after, "
    "route, template, lost_at_us, note_of"
)


@dataclass(frozen=True, slots=True)
class OutgoingReply:
    """seen_upto: the highest `Entry.arrival` that the agent had seen at Send. tries: how often it never left.
    warned: what it is held for. acknowledged: every warning that the agent has accepted for it.

    is_done: nothing of it is left to show, because the provider's copy is here or the agent said so.
    known_upto: the mark of `entries.known_upto` at the last claim. lost_after, lost_at: that of the first claim whose
    end nobody knows, and when it was; None while there is none.
    route, template: past Intercom; None through it, and of free text.
    note_of: the draft of the message past Intercom that this note tells the team of; "" of everything else.
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
    reason: str = ""
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


def insert(db: Database, row: OutgoingReply, outgoing: tuple[OutgoingFile, ...]) -> None:
    db.execute(
        "INSERT INTO outbox (draft_id, customer_id, conversation_id, author_id, text, file_names, internal, "
        "seen_upto, queued_at_us, acknowledged, route, template, note_of) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            row.draft_id,
            row.customer_id,
            row.conversation_id,
            row.author_id,
            valid_utf8(row.text),
            to_json([f.name for f in outgoing]),
            row.internal,
            row.seen_upto,
            to_us(row.queued_at),
            to_json(sorted(row.acknowledged)),
            direct_messages.pack_route(row.route),
            direct_messages.pack_filled(row.template),
            row.note_of or None,
        ),
    )
    files.save(db, row.draft_id, outgoing)


def load(db: Database, draft_id: str) -> OutgoingReply | None:
    row = db.execute(f"SELECT {_COLUMNS} FROM outbox WHERE draft_id = ?", (draft_id,)).fetchone()
    return None if row is None else _row(row)


def next_due(db: Database, now: datetime, not_in: Iterable[str] = ()) -> OutgoingReply | None:
    """The oldest reply whose turn it is. One that is not settled holds the later ones of its conversation; a note about
    a message past Intercom holds none and is held by none.

    not_in: conversations that must wait a moment.
    """
    row = db.execute(
        f"SELECT {_COLUMNS} FROM outbox AS it WHERE state = 'queued' AND not_before_us NOT BETWEEN ?1 + 1 AND ?3 "
        f"AND conversation_id NOT IN (SELECT value FROM json_each(?2)) AND NOT {_IS_BEHIND} ORDER BY position LIMIT 1",
        (to_us(now), to_json(sorted(not_in)), to_us(now + LONGEST_PAUSE)),
    ).fetchone()
    return None if row is None else _row(row)


_IS_BEHIND = (
    "(note_of IS NULL AND EXISTS (SELECT 1 FROM outbox AS before WHERE before.conversation_id = it.conversation_id "
    "AND before.position < it.position AND before.note_of IS NULL "
    "AND before.state IN ('queued', 'sending', 'unconfirmed', 'held')))"
)


def is_behind(db: Database, draft_id: str) -> bool:
    """Whether an earlier reply of its conversation must be settled first."""
    return bool(fetch_all(db, f"SELECT 1 FROM outbox AS it WHERE draft_id = ? AND {_IS_BEHIND}", (draft_id,)))


def next_due_at(db: Database, now: datetime) -> datetime | None:
    """When a queued reply's pause ends next; None if none is pausing."""
    pausing = "SELECT min(not_before_us) FROM outbox WHERE state = 'queued' AND not_before_us BETWEEN ? + 1 AND ?"
    [(until_us,)] = fetch_all(db, pausing, (to_us(now), to_us(now + LONGEST_PAUSE)))
    return from_us_or_none(until_us)


def claim(db: Database, draft_id: str, now: datetime) -> bool:
    """Take a reply for sending; False if it is not ours to take. Must be committed before the first byte leaves."""
    row = load(db, draft_id)
    if row is None:
        return False
    taken = fetch_all(
        db,
        "UPDATE outbox SET state = 'sending', claimed_at_us = ?, known_upto = ?, reason = '', warned = '[]' "
        "WHERE draft_id = ? AND state = 'queued' RETURNING draft_id",
        (to_us(now), entries.known_upto(db, row.conversation_id), draft_id),
    )
    return bool(taken)


def apply_event(
    db: Database, draft_id: str, event: Event, reason: str = "", warned: Iterable[ForecastWarning] = ()
) -> State:
    """Raises `IllegalTransition` for what cannot happen, and LookupError for a reply that is not here."""
    row = load(db, draft_id)
    if row is None:
        raise LookupError(draft_id)
    if event is Event.CLAIM:
        raise IllegalTransition("a claim goes through `claim`")
    state = advance(row.state, event)
    db.execute(
        "UPDATE outbox SET state = ?, reason = ?, warned = ? WHERE draft_id = ?",
        (state, reason, to_json([(w.code, sorted(w.ids)) for w in warned]), draft_id),
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
    """Taken back by the agent: shown no more, but its words stay for `UNDO_FOR`. Raises as `move` does."""
    apply_event(db, draft_id, Event.CANCEL)
    db.execute("UPDATE outbox SET is_done = 1, kept_until_us = ? WHERE draft_id = ?", (to_us(now + UNDO_FOR), draft_id))


def forget_cancelled(db: Database, now: datetime) -> None:
    """Wipe the words of what was taken back long enough ago."""
    wiped = fetch_all(
        db,
        "UPDATE outbox SET text = '', file_names = '[]', template = NULL, kept_until_us = NULL "
        "WHERE kept_until_us <= ? RETURNING draft_id",
        (to_us(now),),
    )
    for (draft_id,) in wiped:
        files.remove(db, draft_id)


def postpone(db: Database, draft_id: str, until: datetime, reason: str) -> None:
    """A queued reply that surely never left is not tried again before `until`."""
    db.execute(
        "UPDATE outbox SET not_before_us = ?, tries = tries + 1, reason = ? WHERE draft_id = ? AND state = 'queued'",
        (to_us(until), reason, draft_id),
    )


def set_reason(db: Database, draft_id: str, reason: str) -> bool:
    """Say why a queued reply waits, or what is known of an unconfirmed one. True if that is new."""
    db.execute(
        "UPDATE outbox SET reason = ? WHERE draft_id = ? AND state IN ('queued', 'unconfirmed') AND reason <> ?",
        (reason, draft_id, reason),
    )
    return db.changes() > 0


def acknowledge(db: Database, draft_id: str, accepted: Acknowledgement) -> None:
    """The agent accepted these warnings (too) and wants it out now."""
    row = load(db, draft_id)
    if row is not None:
        db.execute(
            "UPDATE outbox SET acknowledged = ?, not_before_us = 0, tries = 0 WHERE draft_id = ?",
            (to_json(sorted(row.acknowledged | accepted)), draft_id),
        )


def set_entry_id(db: Database, draft_id: str, entry_id: str) -> None:
    """How the provider calls an accepted reply."""
    db.execute("UPDATE outbox SET entry_id = ? WHERE draft_id = ?", (entry_id, draft_id))


def finish(db: Database, draft_id: str) -> None:
    """Nothing of it is left to show."""
    db.execute(
        "UPDATE outbox SET is_done = 1, text = '', file_names = '[]', template = NULL WHERE draft_id = ?", (draft_id,)
    )


def recover(db: Database, reason: str, under_way: frozenset[str] = frozenset()) -> tuple[OutgoingReply, ...]:
    """What is marked as being sent becomes unconfirmed, by the event of a lost answer; returns these replies as they
    were. under_way: drafts that stay as they are."""
    sending = tuple(row for row in _in_state(db, State.SENDING) if row.draft_id not in under_way)
    for row in sending:
        apply_event(db, row.draft_id, Event.ANSWER_LOST, reason)
    return sending


def unconfirmed(db: Database) -> tuple[OutgoingReply, ...]:
    return _in_state(db, State.UNCONFIRMED)


def in_states(db: Database, states: Iterable[State]) -> tuple[tuple[str, OutgoingReply], ...]:
    """(customer id, reply) of every echo in one of `states`, oldest first."""
    rows = fetch_all(
        db,
        f"SELECT shown_customer_id, {_COLUMNS} FROM echoes WHERE state IN (SELECT value FROM json_each(?)) "
        "ORDER BY position",
        (to_json(sorted(states)),),
    )
    return tuple((customer_id, _row(tuple(row))) for customer_id, *row in rows)


def _in_state(db: Database, state: State) -> tuple[OutgoingReply, ...]:
    rows = fetch_all(db, f"SELECT {_COLUMNS} FROM outbox WHERE state = ? ORDER BY position", (state,))
    return tuple(_row(row) for row in rows)


def has_earlier_unconfirmed(db: Database, conversation_id: str, draft_id: str) -> bool:
    """Is a reply before this one (before a new one if it is not here yet) unconfirmed?"""
    row = db.execute(
        "SELECT 1 FROM outbox WHERE conversation_id = ?1 AND state = 'unconfirmed' AND draft_id <> ?2 "
        "AND note_of IS NULL AND position < "
        "coalesce((SELECT position FROM outbox WHERE draft_id = ?2), 9e18) LIMIT 1",
        (conversation_id, draft_id),
    ).fetchone()
    return row is not None


def pending_replies_of(db: Database, customer_id: str) -> tuple[OutgoingReply, ...]:
    """What is shown as an echo, oldest first."""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM echoes WHERE shown_customer_id = ? ORDER BY position", (customer_id,)
    ).fetchall()
    return tuple(_row(row) for row in rows)


def unmatched(db: Database, conversation_id: str) -> tuple[OutgoingReply, ...]:
    """Replies through Intercom in a conversation that are accepted or may have left, and whose entry is not known;
    oldest first."""
    rows = fetch_all(
        db,
        f"SELECT {_COLUMNS} FROM outbox WHERE conversation_id = ? AND is_done = 0 AND route IS NULL "
        "AND state IN ('unconfirmed', 'accepted') ORDER BY position",
        (conversation_id,),
    )
    return tuple(_row(row) for row in rows)


def lost_attempts(db: Database, row: OutgoingReply) -> tuple[OutgoingReply, ...]:
    """This reply, if the end of an earlier try of it at Intercom is unknown, and such ones in its conversation that
    were taken back; oldest first."""
    rows = fetch_all(
        db,
        f"SELECT {_COLUMNS} FROM outbox WHERE conversation_id = ? AND lost_after IS NOT NULL AND entry_id = '' "
        "AND route IS NULL "
        "AND (draft_id = ? OR state = 'cancelled') ORDER BY position",
        (row.conversation_id, row.draft_id),
    )
    return tuple(_row(row) for row in rows)


def lost_direct_at(db: Database, row: OutgoingReply) -> datetime | None:
    """When a message past Intercom with these words may first have left on this route: this very one, or one of its
    conversation that was taken back and written again. None if none did."""
    [(lost_at_us,)] = fetch_all(
        db,
        "SELECT min(lost_at_us) FROM outbox WHERE draft_id = ? "
        "OR (conversation_id = ? AND state = 'cancelled' AND route = ? AND text = ?)",
        (row.draft_id, row.conversation_id, direct_messages.pack_route(row.route), row.text),
    )
    return from_us_or_none(lost_at_us)


def _row(row: tuple[Any, ...]) -> OutgoingReply:
    return OutgoingReply(
        draft_id=row[0],
        customer_id=row[1],
        conversation_id=row[2],
        author_id=row[3],
        text=row[4],
        file_names=tuple(from_json(row[5])),
        internal=bool(row[6]),
        seen_upto=row[7],
        queued_at=from_us(row[8]),
        claimed_at=from_us_or_none(row[9]),
        tries=row[10],
        state=State(row[11]),
        reason=row[12],
        warned=tuple(ForecastWarning(WarningCode(code), frozenset(ids)) for code, ids in from_json(row[13])),
        acknowledged=frozenset((WarningCode(code), of) for code, of in from_json(row[14])),
        entry_id=row[15],
        is_done=bool(row[16]),
        known_upto=row[17],
        lost_after=row[18],
        route=direct_messages.unpack_route(row[19]),
        template=direct_messages.unpack_filled(row[20]),
        lost_at=from_us_or_none(row[21]),
        note_of=row[22] or "",
    )
