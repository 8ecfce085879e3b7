"""Outbox: the states on disk are those of the domain, and nothing leaves ACCEPTED."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import apsw
import pytest
from reasons import said

from desktop.domain.model.outgoing import Event, IllegalTransition, Schedule, State, advance
from desktop.domain.model.warning import ForecastWarning, WarningCode
from desktop.ports import OutgoingFile
from desktop.store.core.migrate import migrate, steps
from desktop.store.outgoing import files, outbox

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def queue(db, draft_id="d1", conversation_id="v1", **more):
    row = outbox.OutgoingReply(draft_id, "c1", conversation_id, "7001", "text", (), False, 7, NOW, **more)
    outbox.insert(db, row, (OutgoingFile("a.txt", "text/plain", b"a"),))


def put_in(db, state):
    queue(db)
    db.execute("UPDATE outbox SET state = ?", (state,))


# Every move there is; all others are our own bugs. Only a person says `send_again` and `release`.
MOVES = {
    "scheduled": {"schedule": "scheduled", "due": "queued", "release": "queued", "cancel": "cancelled"},
    "queued": {"claim": "sending", "hold": "held", "cancel": "cancelled", "schedule": "scheduled"},
    "sending": {"accepted": "accepted", "refused": "refused", "not_sent": "queued", "answer_lost": "unconfirmed"},
    "unconfirmed": {"found_at_provider": "accepted", "send_again": "queued", "cancel": "cancelled"},
    "held": {"release": "queued", "cancel": "cancelled", "schedule": "scheduled"},
    "refused": {"send_again": "queued", "cancel": "cancelled"},
    "accepted": {},
    "cancelled": {"schedule": "scheduled"},
}
EVENTS = (
    "schedule",
    "due",
    "claim",
    "accepted",
    "refused",
    "not_sent",
    "answer_lost",
    "found_at_provider",
    "hold",
    "release",
    "send_again",
    "cancel",
)
PAIRS = [(state, event, ends.get(event)) for state, ends in MOVES.items() for event in EVENTS]


def test_every_state_and_event_is_told_of():
    assert {str(s) for s in State} == set(MOVES)
    assert {str(e) for e in Event} == set(EVENTS)


@pytest.mark.parametrize(("state", "event", "then"), PAIRS)
def test_the_domain_knows_these_moves_and_no_others(state, event, then):
    if then is None:
        with pytest.raises(IllegalTransition):
            advance(State(state), Event(event))
    else:
        assert advance(State(state), Event(event)) == then


@pytest.mark.parametrize(("state", "event", "then"), [p for p in PAIRS if p[1] != "claim"])
def test_moves_on_disk_are_those_of_the_domain(db, state, event, then):
    put_in(db, state)
    warned = (
        ForecastWarning(WarningCode.WINDOW_CLOSED),
        ForecastWarning(WarningCode.NEWER_CUSTOMER_MESSAGE, frozenset({"m1", "m2"})),
    )
    if then is None:
        with pytest.raises(IllegalTransition):
            outbox.apply_event(db, "d1", Event(event))
        assert outbox.load(db, "d1").state == state
    else:
        assert outbox.apply_event(db, "d1", Event(event), said("why"), warned) == then
        row = outbox.load(db, "d1")
        assert (row.state, row.reason, row.warned) == (then, said("why"), warned)


@pytest.mark.parametrize("state", list(State))
def test_only_what_is_queued_can_be_claimed_and_only_once(db, state):
    put_in(db, state)
    assert outbox.claim(db, "d1", NOW) == (state is State.QUEUED)
    assert not outbox.claim(db, "d1", NOW)


def test_a_claim_is_no_move(db):
    queue(db)
    with pytest.raises(IllegalTransition):
        outbox.apply_event(db, "d1", Event.CLAIM)
    with pytest.raises(LookupError):
        outbox.apply_event(db, "unknown", Event.CANCEL)


def test_the_database_itself_keeps_accepted_replies_accepted(db):
    put_in(db, State.ACCEPTED)
    with pytest.raises(apsw.ConstraintError):
        db.execute("UPDATE outbox SET state = 'queued'")


def test_a_draft_has_one_place_in_the_outbox(db):
    queue(db)
    with pytest.raises(apsw.ConstraintError):
        queue(db)


@pytest.mark.parametrize(
    ("state", "holds"),
    [("refused", False), ("accepted", False), ("cancelled", False)]
    + [(s, True) for s in ("queued", "sending", "unconfirmed", "held")],
)
def test_what_is_not_settled_holds_the_later_ones_of_its_conversation(db, state, holds):
    put_in(db, state)
    outbox.postpone(db, "d1", NOW + timedelta(minutes=5), said("Wait."))
    queue(db, "d2")
    assert (outbox.next_due(db, NOW) is None) == holds
    queue(db, "d3", "v2")
    assert outbox.next_due(db, NOW, ["v1"]).draft_id == "d3"


@pytest.mark.parametrize("state", [s for s in State if s is not State.ACCEPTED])
def test_a_scheduled_reply_holds_up_none_but_scheduled_ones(db, state):
    queue(db, schedule=Schedule(NOW))
    db.execute("UPDATE outbox SET state = ?", (state,))
    queue(db, "d2", schedule=Schedule(NOW))
    outbox.release_due(db, "d2", NOW, NOW)
    queue(db, "d3")
    holds_up = state in (State.QUEUED, State.SENDING, State.UNCONFIRMED, State.HELD)
    assert (outbox.is_behind(db, "d2"), outbox.is_behind(db, "d3")) == (holds_up, False)
    outbox.send_unscheduled(db, "d2", NOW)
    # It has gone behind d3, and nothing that is scheduled holds either up.
    assert (outbox.is_behind(db, "d3"), outbox.is_behind(db, "d2")) == (False, True)


def test_a_pause_is_kept_until_it_ends(db):
    queue(db)
    outbox.postpone(db, "d1", NOW + timedelta(seconds=30), said("Wait."))
    assert outbox.next_due(db, NOW) is None
    assert outbox.next_due_at(db, NOW) == NOW + timedelta(seconds=30)
    assert outbox.next_due(db, NOW + timedelta(seconds=30)).tries == 1
    first, second = (WarningCode.WINDOW_CLOSED, ""), (WarningCode.NEWER_CUSTOMER_MESSAGE, "m1")
    outbox.acknowledge(db, "d1", frozenset({first}))
    outbox.acknowledge(db, "d1", frozenset({second}))
    row = outbox.next_due(db, NOW)
    assert (row.acknowledged, row.tries, row.seen_upto) == ({first, second}, 0, 7)


@pytest.mark.parametrize("wrong_by", [timedelta(hours=2), timedelta(days=3650)])
def test_a_pause_that_a_wrong_clock_wrote_is_over(db, wrong_by):
    queue(db)
    outbox.postpone(db, "d1", NOW + wrong_by, said("Wait."))
    assert outbox.next_due(db, NOW).draft_id == "d1"
    assert outbox.next_due_at(db, NOW) is None
    outbox.postpone(db, "d1", NOW + outbox.LONGEST_PAUSE, said("Wait."))
    assert outbox.next_due(db, NOW) is None
    assert outbox.next_due_at(db, NOW) == NOW + outbox.LONGEST_PAUSE


def test_files_stay_until_the_reply_is_settled(db):
    queue(db)
    assert [f.data for f in files.load(db, "d1")] == [b"a"]
    outbox.claim(db, "d1", NOW)
    outbox.apply_event(db, "d1", Event.ANSWER_LOST)
    assert files.load(db, "d1")
    outbox.apply_event(db, "d1", Event.FOUND_AT_PROVIDER)
    assert files.load(db, "d1") == ()


def test_at_a_start_everything_that_was_being_sent_is_unconfirmed(db):
    for n, state in enumerate(State):
        queue(db, f"d{n}")
        db.execute("UPDATE outbox SET state = ? WHERE draft_id = ?", (state, f"d{n}"))
    before = {f"d{n}": state for n, state in enumerate(State)}
    outbox.recover(db, said("It may have gone out."))
    for draft_id, state in before.items():
        expected = State.UNCONFIRMED if state is State.SENDING else state
        assert outbox.load(db, draft_id).state is expected


def test_what_was_accepted_before_ids_were_kept_accepts_no_message():
    old = apsw.Connection(":memory:")
    migrate(old, steps()[:3])
    old.execute(
        "INSERT INTO outbox (draft_id, customer_id, conversation_id, author_id, text, file_names, internal, "
        "begun_at_us, queued_at_us, state, codes, acknowledged) VALUES ('d1', 'c1', 'v1', '7001', 'Hi', '[]', 0, 5, 6, "
        "'held', '[\"newer_customer_message\"]', '[\"newer_customer_message\",\"window_closed\"]')"
    )
    migrate(old, steps())
    row = outbox.load(old, "d1")
    assert row.acknowledged == {(WarningCode.NEWER_CUSTOMER_MESSAGE, ""), (WarningCode.WINDOW_CLOSED, "")}
    assert row.warned == (ForecastWarning(WarningCode.NEWER_CUSTOMER_MESSAGE),)
    newer = ForecastWarning(WarningCode.NEWER_CUSTOMER_MESSAGE, frozenset({"m1"}))
    assert not newer.acknowledgement <= row.acknowledged
    old.close()
