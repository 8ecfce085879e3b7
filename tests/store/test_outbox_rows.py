"""Outbox rows: what is kept of a reply, which is found when, and what is wiped."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from reasons import said

from desktop.domain.direct import Route
from desktop.domain.model.channel import ChannelKey, Provider
from desktop.domain.model.facts import ChannelKind, Conversation, Entry, EntryKind, Role
from desktop.domain.model.outgoing import Event, State
from desktop.domain.model.reason import NO_REASON
from desktop.domain.model.warning import ForecastWarning, WarningCode
from desktop.ports import OutgoingFile
from desktop.store import conversations, entries
from desktop.store.outgoing import files, outbox

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
KEY = ChannelKey(Provider.TWILIO, ChannelKind.WHATSAPP, "+35315550100")
ROUTE = Route(KEY, "+353871234567", "+35315550100")
ELSEWHERE = Route(KEY, "+353877654321", "+35315550100")
ACCEPTED = frozenset(
    {
        (WarningCode.CLOSING_SOON, "m0"),
        (WarningCode.CONVERSATION_MOVED, "m1"),
        (WarningCode.RELAY_UNPROVEN, "m2"),
        (WarningCode.CUSTOMER_WORDS_MISSING_ON_CHANNEL, "m3"),
        (WarningCode.WINDOW_CLOSED, "m4"),
        (WarningCode.MESSENGER_REPLY_DID_NOT_REOPEN, "m5"),
        (WarningCode.WINDOW_UNKNOWN, "m6"),
        (WarningCode.MAPPING_UNKNOWN, "m8"),
    }
)
"""Enough of them that they are not in order by chance."""


def queue(db, draft_id="d1", conversation_id="v1", *, text="text", with_files=(), at=NOW, **more):
    row = outbox.OutgoingReply(draft_id, "c1", conversation_id, "7001", text, (), False, 7, at, **more)
    outbox.insert(db, row, with_files)


def lose(db, draft_id, at=NOW):
    assert outbox.claim(db, draft_id, at)
    outbox.apply_event(db, draft_id, Event.ANSWER_LOST)


def fresh(db, draft_id="d1"):
    row = outbox.load(db, draft_id)
    assert row is not None
    return row


def ids(rows):
    return [row.draft_id for row in rows]


def hear(db, *entry_ids, conversation_id="v1"):
    told = tuple(
        Entry(i, conversation_id, NOW, Role.CUSTOMER, EntryKind.MESSAGE, author_id="c1", text="Hi") for i in entry_ids
    )
    conversations.save(db, Conversation(conversation_id, NOW, NOW, contact_ids=("c1",), entries=told))


# --- what is kept ---


def test_all_that_was_said_of_a_reply_comes_back(db):
    attached = (OutgoingFile("b.txt", "text/plain", b"b"), OutgoingFile("a.txt", "text/css", b"a"))
    row = outbox.OutgoingReply(
        "d1", "c1", "v1", "7001", "It ships.", (), True, 9, NOW, acknowledged=ACCEPTED, route=ROUTE, note_of="d0"
    )
    outbox.insert(db, row, attached)
    assert fresh(db) == outbox.OutgoingReply(
        draft_id="d1",
        customer_id="c1",
        conversation_id="v1",
        author_id="7001",
        text="It ships.",
        file_names=("b.txt", "a.txt"),
        internal=True,
        seen_upto=9,
        queued_at=NOW,
        claimed_at=None,
        tries=0,
        state=State.QUEUED,
        reason=NO_REASON,
        warned=(),
        acknowledged=ACCEPTED,
        entry_id="",
        is_done=False,
        known_upto=None,
        lost_after=None,
        route=ROUTE,
        template=None,
        lost_at=None,
        note_of="d0",
    )
    assert files.load(db, "d1") == attached


def test_what_nobody_said_has_its_default(db):
    queue(db)
    row = fresh(db)
    assert row == outbox.OutgoingReply("d1", "c1", "v1", "7001", "text", (), False, 7, NOW)
    assert (row.internal, row.acknowledged, row.route, row.template, row.note_of) == (
        False,
        frozenset(),
        None,
        None,
        "",
    )
    assert outbox.load(db, "d2") is None
    assert db.execute("SELECT note_of FROM outbox").fetchall() == [(None,)]


def test_half_a_surrogate_pair_is_kept_as_a_question_mark(db):
    queue(db, text="\ud83d")
    assert fresh(db).text == "?"


def test_equal_warnings_are_written_down_equally(db):
    """In one order, whatever that of the set: rows are compared as they stand on disk."""
    ordered = (
        '[["closing_soon","m0"],["conversation_moved","m1"],["customer_words_missing_on_channel","m3"],'
        '["mapping_unknown","m8"],["messenger_reply_did_not_reopen","m5"],["relay_unproven","m2"],'
        '["window_closed","m4"],["window_unknown","m6"]]'
    )
    queue(db, acknowledged=ACCEPTED)
    queue(db, "d2")
    outbox.acknowledge(db, "d2", ACCEPTED)
    assert db.execute("SELECT acknowledged FROM outbox").fetchall() == [(ordered,), (ordered,)]
    newer = ForecastWarning(WarningCode.NEWER_CUSTOMER_MESSAGE, frozenset(f"m{n}" for n in range(8)))
    outbox.apply_event(db, "d1", Event.HOLD, said("why"), (newer,))
    assert db.execute("SELECT warned FROM outbox WHERE draft_id = 'd1'").fetchall() == [
        ('[["newer_customer_message",["m0","m1","m2","m3","m4","m5","m6","m7"]]]',)
    ]


# --- whose turn it is ---


def test_the_oldest_goes_first_and_each_conversation_in_its_order(db):
    queue(db, "d2", "v1", at=NOW)
    queue(db, "d1", "v2", at=NOW - HOUR)
    queue(db, "d3", "v2", at=NOW - 2 * HOUR)
    assert outbox.next_due(db, NOW).draft_id == "d2"
    assert outbox.next_due(db, NOW, {"v1"}).draft_id == "d1"
    assert outbox.next_due(db, NOW, ("v2", "v1")) is None
    outbox.claim(db, "d2", NOW)
    outbox.claim(db, "d1", NOW)
    assert outbox.next_due(db, NOW) is None
    outbox.apply_event(db, "d1", Event.ACCEPTED)
    assert outbox.next_due(db, NOW).draft_id == "d3"


def test_a_pause_ends_at_its_instant_and_not_before(db):
    until = NOW + 30 * SECOND
    queue(db)
    outbox.postpone(db, "d1", until, said("Wait."))
    assert (fresh(db).tries, fresh(db).reason, fresh(db).state) == (1, said("Wait."), State.QUEUED)
    assert outbox.next_due(db, until - INSTANT) is None
    assert outbox.next_due(db, until).draft_id == "d1"
    outbox.postpone(db, "d1", until, said("Wait more."))
    assert (fresh(db).tries, fresh(db).reason) == (2, said("Wait more."))


def test_the_next_end_of_a_pause_is_the_earliest_that_is_to_come(db):
    assert outbox.next_due_at(db, NOW) is None
    for n, seconds in enumerate((40, 20, 60)):
        queue(db, f"d{n}", f"v{n}")
        outbox.postpone(db, f"d{n}", NOW + seconds * SECOND, said("Wait."))
    queue(db, "d9", "v9")
    assert outbox.next_due_at(db, NOW) == NOW + 20 * SECOND
    assert outbox.next_due_at(db, NOW + 20 * SECOND - INSTANT) == NOW + 20 * SECOND
    assert outbox.next_due_at(db, NOW + 20 * SECOND) == NOW + 40 * SECOND
    outbox.cancel(db, "d0", NOW)
    assert outbox.next_due_at(db, NOW + 20 * SECOND) == NOW + 60 * SECOND
    assert outbox.next_due_at(db, NOW + 60 * SECOND) is None


def test_only_what_is_queued_is_put_off(db):
    queue(db)
    outbox.claim(db, "d1", NOW)
    outbox.postpone(db, "d1", NOW + SECOND, said("Wait."))
    assert (fresh(db).tries, fresh(db).reason) == (0, NO_REASON)


# --- claims and lost answers ---


def test_a_claim_remembers_when_it_was_and_what_was_known_and_forgets_why_it_waited(db):
    hear(db, "1")
    hear(db, "1", "2")
    hear(db, "9", conversation_id="v2")
    queue(db)
    outbox.apply_event(db, "d1", Event.HOLD, said("why"), (ForecastWarning(WarningCode.WINDOW_CLOSED),))
    outbox.apply_event(db, "d1", Event.RELEASE, said("still"), (ForecastWarning(WarningCode.WINDOW_CLOSED),))
    assert outbox.claim(db, "d1", NOW + MINUTE)
    row = fresh(db)
    assert (row.state, row.claimed_at, row.known_upto) == (State.SENDING, NOW + MINUTE, 2)
    assert (row.reason, row.warned) == (NO_REASON, ())
    assert not outbox.claim(db, "nowhere", NOW)


def test_the_first_claim_whose_end_nobody_knows_stays_the_first(db):
    hear(db, "1")
    queue(db)
    lose(db, "d1", NOW)
    assert (fresh(db).lost_after, fresh(db).lost_at) == (1, NOW)
    hear(db, "1", "2")
    outbox.apply_event(db, "d1", Event.SEND_AGAIN)
    lose(db, "d1", NOW + MINUTE)
    row = fresh(db)
    assert (row.known_upto, row.claimed_at) == (2, NOW + MINUTE)
    assert (row.lost_after, row.lost_at) == (1, NOW)


@pytest.mark.parametrize("event", [Event.ACCEPTED, Event.REFUSED, Event.NOT_SENT])
def test_an_end_that_is_known_is_no_lost_answer(db, event):
    queue(db)
    outbox.claim(db, "d1", NOW)
    outbox.apply_event(db, "d1", event)
    assert (fresh(db).lost_after, fresh(db).lost_at) == (None, None)


@pytest.mark.parametrize("event", [Event.REFUSED, Event.NOT_SENT, Event.ANSWER_LOST])
def test_files_of_what_was_not_accepted_are_still_needed(db, event):
    queue(db, with_files=(OutgoingFile("a.txt", "text/plain", b"a"),))
    outbox.claim(db, "d1", NOW)
    outbox.apply_event(db, "d1", event)
    assert [f.data for f in files.load(db, "d1")] == [b"a"]


def test_after_a_stop_what_was_being_sent_is_told_as_it_was_in_its_order(db):
    for draft_id in ("d2", "d1", "d3"):
        queue(db, draft_id, f"of {draft_id}")
    for draft_id in ("d1", "d2"):
        outbox.claim(db, draft_id, NOW)
    recovered = outbox.recover(db, said("It may have gone out."))
    assert [(r.draft_id, r.state) for r in recovered] == [("d2", State.SENDING), ("d1", State.SENDING)]
    assert ids(outbox.unconfirmed(db)) == ["d2", "d1"]
    assert {r.reason for r in outbox.unconfirmed(db)} == {said("It may have gone out.")}
    assert {(r.lost_after, r.lost_at) for r in outbox.unconfirmed(db)} == {(0, NOW)}
    assert fresh(db, "d3").state is State.QUEUED
    assert outbox.recover(db, said("again")) == ()


def test_a_move_without_a_reason_leaves_none(db):
    queue(db)
    outbox.postpone(db, "d1", NOW, said("Wait."))
    outbox.apply_event(db, "d1", Event.HOLD)
    assert (fresh(db).reason, fresh(db).warned) == (NO_REASON, ())


# --- what is taken back, and what is done ---


def test_words_taken_back_are_kept_for_one_hour_to_the_instant(db):
    attached = (OutgoingFile("a.txt", "text/plain", b"a"),)
    queue(db, "d1", with_files=attached)
    queue(db, "d2", "v2", with_files=attached)
    outbox.cancel(db, "d1", NOW)
    row = fresh(db)
    assert (row.state, row.is_done, row.text, row.file_names) == (State.CANCELLED, True, "text", ("a.txt",))
    outbox.forget_cancelled(db, NOW + HOUR - INSTANT)
    assert (fresh(db).text, files.load(db, "d1")) == ("text", attached)
    outbox.forget_cancelled(db, NOW + HOUR)
    assert (fresh(db).text, fresh(db).file_names, files.load(db, "d1")) == ("", (), ())
    assert (fresh(db, "d2").text, files.load(db, "d2")) == ("text", attached)


def test_what_is_done_has_no_words_left_and_is_not_shown(db):
    queue(db, with_files=(OutgoingFile("a.txt", "text/plain", b"a"),))
    queue(db, "d2")
    assert ids(outbox.pending_replies_of(db, "c1")) == ["d1", "d2"]
    outbox.finish(db, "d1")
    assert (fresh(db).is_done, fresh(db).text, fresh(db).file_names) == (True, "", ())
    assert ids(outbox.pending_replies_of(db, "c1")) == ["d2"]
    assert outbox.pending_replies_of(db, "c2") == ()


def test_a_reason_is_news_once_and_only_while_something_is_open(db):
    queue(db)
    assert outbox.set_reason(db, "d1", said("No network."))
    assert not outbox.set_reason(db, "d1", said("No network."))
    assert outbox.set_reason(db, "d1", said("Busy."))
    assert fresh(db).reason == said("Busy.")
    outbox.claim(db, "d1", NOW)
    assert not outbox.set_reason(db, "d1", said("Late."))
    outbox.apply_event(db, "d1", Event.ANSWER_LOST, said("Lost."))
    assert outbox.set_reason(db, "d1", said("Not found."))
    assert fresh(db).reason == said("Not found.")
    assert not outbox.set_reason(db, "nowhere", said("Lost."))


def test_consent_adds_up_and_ends_a_pause(db):
    queue(db, acknowledged=frozenset({(WarningCode.WINDOW_CLOSED, "")}))
    queue(db, "d2", "v2")
    for draft_id in ("d1", "d2"):
        outbox.postpone(db, draft_id, NOW + HOUR, said("Wait."))
    outbox.acknowledge(db, "d1", frozenset({(WarningCode.NEWER_CUSTOMER_MESSAGE, "m1")}))
    assert fresh(db).acknowledged == {
        (WarningCode.WINDOW_CLOSED, ""),
        (WarningCode.NEWER_CUSTOMER_MESSAGE, "m1"),
    }
    assert (fresh(db).tries, fresh(db, "d2").tries) == (0, 1)
    assert ids([outbox.next_due(db, NOW)]) == ["d1"]
    outbox.acknowledge(db, "nowhere", frozenset({(WarningCode.WINDOW_CLOSED, "")}))


def test_the_providers_name_is_kept_with_the_one_reply(db):
    queue(db)
    queue(db, "d2")
    outbox.set_entry_id(db, "d1", "55")
    assert (fresh(db).entry_id, fresh(db, "d2").entry_id) == ("55", "")


# --- what is looked for ---


def test_echoes_in_some_states_are_told_with_whose_they_are_oldest_first(db):
    hear(db, "1", conversation_id="v2")
    for draft_id, conversation_id in (("d3", "v1"), ("d1", "v2"), ("d2", "v3")):
        queue(db, draft_id, conversation_id)
    db.execute("UPDATE outbox SET customer_id = 'somebody' WHERE draft_id <> 'd3'")
    outbox.claim(db, "d2", NOW)
    outbox.apply_event(db, "d2", Event.REFUSED, said("No."))
    both = outbox.in_states(db, [State.REFUSED, State.QUEUED])
    assert [(whose, row.draft_id) for whose, row in both] == [("c1", "d3"), ("c1", "d1"), ("somebody", "d2")]
    assert [(row.state, row.reason) for _, row in outbox.in_states(db, {State.REFUSED})] == [
        (State.REFUSED, said("No."))
    ]


def test_an_earlier_reply_that_may_have_left_is_known_to_the_later_ones_of_its_conversation(db):
    for draft_id, conversation_id in (("d1", "v1"), ("d2", "v1"), ("d3", "v1"), ("d4", "v2")):
        queue(db, draft_id, conversation_id)
    outbox.claim(db, "d1", NOW)
    db.execute("UPDATE outbox SET state = 'accepted' WHERE draft_id = 'd1'")
    lose(db, "d2")
    told = {d: outbox.has_earlier_unconfirmed(db, "v1", d) for d in ("d1", "d2", "d3", "new")}
    assert told == {"d1": False, "d2": False, "d3": True, "new": True}
    assert not outbox.has_earlier_unconfirmed(db, "v2", "new")


def test_what_has_no_entry_yet_is_looked_for_in_its_conversation_oldest_first(db):
    for draft_id in ("d2", "d1", "d3", "d4"):
        queue(db, draft_id)
    queue(db, "d5", "v2")
    queue(db, "d6", route=ROUTE)
    for draft_id in ("d1", "d2", "d5", "d6"):
        lose(db, draft_id)
    outbox.claim(db, "d3", NOW)
    outbox.apply_event(db, "d3", Event.ACCEPTED)
    assert ids(outbox.unmatched(db, "v1")) == ["d2", "d1", "d3"]
    outbox.finish(db, "d3")
    assert ids(outbox.unmatched(db, "v1")) == ["d2", "d1"]


def test_earlier_tries_are_its_own_and_those_that_were_taken_back(db):
    for draft_id in ("d3", "d1", "d2", "d4"):
        queue(db, draft_id)
    queue(db, "d5", "v2")
    for draft_id in ("d3", "d1", "d2", "d5"):
        lose(db, draft_id)
    for draft_id in ("d1", "d5", "d4"):
        outbox.cancel(db, draft_id, NOW)
    assert ids(outbox.lost_attempts(db, fresh(db, "d2"))) == ["d1", "d2"]
    assert ids(outbox.lost_attempts(db, fresh(db, "d4"))) == ["d1"]
    outbox.set_entry_id(db, "d1", "55")
    assert ids(outbox.lost_attempts(db, fresh(db, "d2"))) == ["d2"]


def test_a_message_past_intercom_may_have_left_since_the_first_try_of_the_same_words_on_its_route(db):
    queue(db, "d1", route=ROUTE)
    assert outbox.lost_direct_at(db, fresh(db, "d1")) is None
    lose(db, "d1", NOW)
    assert outbox.lost_direct_at(db, fresh(db, "d1")) == NOW
    queue(db, "again", route=ROUTE)
    assert outbox.lost_direct_at(db, fresh(db, "again")) is None, "the other one was not taken back"
    outbox.cancel(db, "d1", NOW)
    queue(db, "other words", route=ROUTE, text="other words")
    queue(db, "other route", route=ELSEWHERE)
    queue(db, "other conversation", "v2", route=ROUTE)
    at = {d: outbox.lost_direct_at(db, fresh(db, d)) for d in ("again", "other words", "other route")}
    assert at == {"again": NOW, "other words": None, "other route": None}
    assert outbox.lost_direct_at(db, fresh(db, "other conversation")) is None
    lose(db, "again", NOW + MINUTE)
    assert outbox.lost_direct_at(db, fresh(db, "again")) == NOW


def test_what_intercom_has_is_no_echo_any_more(db):
    queue(db)
    outbox.claim(db, "d1", NOW)
    outbox.apply_event(db, "d1", Event.ACCEPTED)
    outbox.set_entry_id(db, "d1", "55")
    hear(db, "54")
    assert ids(outbox.pending_replies_of(db, "c1")) == ["d1"]
    hear(db, "54", "55")
    assert outbox.pending_replies_of(db, "c1") == ()
    assert {e.id for e in entries.of_conversation(db, "v1")} == {"54", "55"}
