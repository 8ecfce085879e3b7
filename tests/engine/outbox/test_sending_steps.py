"""Each step of sending on the store's thread: what it answers, what it writes down, and what it says has changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from msgspec import structs
from reasons import said

from desktop.domain.content.template import Status, Template, fill
from desktop.domain.direct import Route
from desktop.domain.history.direct_notes import read_reference
from desktop.domain.model.channel import Capabilities, ChannelKey, Provider
from desktop.domain.model.command_reason import CommandReason
from desktop.domain.model.facts import ChannelKind, Entry, EntryKind, Role
from desktop.domain.model.outgoing import Event, OutboxReason, Schedule, State
from desktop.domain.model.reason import NO_REASON, make_reason
from desktop.domain.model.warning import ForecastWarning, WarningCode
from desktop.engine.changes import Changes
from desktop.engine.commands import (
    Done,
    EditPending,
    Failed,
    NeedsConsent,
    ResolvePending,
    SaveDraft,
    SendDirect,
    SendReply,
)
from desktop.engine.outbox import steps
from desktop.engine.outbox.recheck import RuntimeState
from desktop.engine.sync.ingest import Facts, store_facts
from desktop.ports import (
    Accepted,
    Account,
    ConversationReply,
    DirectMessage,
    DirectTemplate,
    NotSent,
    OutcomeUnknown,
    OutgoingFile,
    ProviderErrorKind,
    Refused,
    Teammate,
)
from desktop.ports.reasons import ProviderReason
from desktop.store import conversations, entries, settings
from desktop.store.outgoing import direct_messages, drafts, files, outbox
from desktop.store.outgoing.drafts import Draft
from tests.helpers.database import open_in_memory

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
KEY = ChannelKey(Provider.TWILIO, ChannelKind.SMS, "+35315550100")
ROUTE = Route(KEY, "+353871234567", "+35315550100")
ABLE = {KEY: Capabilities(sends_free_text=True, reports_status=True, max_text=1600)}
RUNTIME_STATE = RuntimeState(NOW, capabilities=ABLE)
PHOTO = OutgoingFile("parcel.jpg", "image/jpeg", b"\xff\xd8 bytes")
ALL = frozenset((code, "") for code in WarningCode)
WHOSE = frozenset({"c1"})
CHANGED = Changes(customers=WHOSE, threads=WHOSE)
DECIDED = Changes(customers=WHOSE, threads=WHOSE, undecided=True)
REPLY = SendReply("d1", "meant", "v1", "It ships today.", seen_upto=1)
DIRECT = SendDirect("d1", "meant", "v1", ROUTE, "It ships today.", acknowledged=ALL, seen_upto=1)


@pytest.fixture
def db(kit):
    """One customer with an open conversation in the Messenger, and an account that may send."""
    opened = open_in_memory()
    settings.save(opened, "account", Account("w1", "Acme", Teammate("7001", "Ada", ""), "us", ""))
    store_facts(opened, Facts((kit.messenger("v1", "c1", NOW - HOUR),)))
    yield opened
    opened.close()


def row(db, draft_id="d1"):
    found = outbox.load(db, draft_id)
    assert found is not None
    return found


def pressed(db, command=REPLY):
    assert steps.queue_reply(db, command, RUNTIME_STATE) == steps.Step(Done(), CHANGED)


def claimed(db, command=REPLY):
    pressed(db, command)
    claim = steps.claim(db, command.draft_id, RUNTIME_STATE)
    assert claim.message is not None
    return claim


def put_in(db, state, command=REPLY):
    """A reply that got there on its way."""
    if state is State.CANCELLED:
        pressed(db, command)
        outbox.cancel(db, "d1", NOW)
    elif state is State.HELD:
        pressed(db, command)
        steps.hold_reply(db, "d1", said("why"))
    elif state is State.QUEUED:
        pressed(db, command)
    elif state is State.SCHEDULED:
        pressed(db, structs.replace(command, schedule=Schedule(NOW + timedelta(hours=20))))
    else:
        claimed(db, command)
        events = {State.ACCEPTED: Event.ACCEPTED, State.REFUSED: Event.REFUSED, State.UNCONFIRMED: Event.ANSWER_LOST}
        if state is not State.SENDING:
            outbox.apply_event(db, "d1", events[state], said("why"))
    assert row(db).state is state


# --- drafts ---


def test_a_draft_is_kept_with_all_that_was_said_and_changes_only_its_thread(db):
    command = SaveDraft("d1", "meant", "v1", "It sh", (PHOTO,), internal=True, seen_upto=4)
    assert steps.save_draft(db, command) == steps.Step(Done(), Changes(threads=WHOSE))
    assert drafts.of_customer(db, "c1") == (Draft("d1", "c1", "v1", "It sh", (PHOTO,), True, 4),)


@pytest.mark.parametrize(("text", "with_files", "is_kept"), [("", (PHOTO,), True), ("a", (), True), ("", (), False)])
def test_a_draft_is_kept_while_there_is_a_word_or_a_file_in_it(db, text, with_files, is_kept):
    steps.save_draft(db, SaveDraft("d1", "c1", "v1", "before", (PHOTO,)))
    step = steps.save_draft(db, SaveDraft("d1", "c1", "v1", text, with_files))
    assert step == steps.Step(Done(), Changes(threads=WHOSE))
    assert [(d.text, d.files) for d in drafts.of_customer(db, "c1")] == ([(text, with_files)] if is_kept else [])


def test_a_draft_that_was_sent_is_not_kept_again_and_changes_nothing(db):
    pressed(db)
    assert steps.save_draft(db, SaveDraft("d1", "c1", "v1", "It sh")) == steps.Step(Done(), Changes())
    assert drafts.of_customer(db, "c1") == ()


# --- the press ---


def test_a_press_queues_all_that_was_said_for_whom_the_conversation_belongs_to(db):
    steps.save_draft(db, SaveDraft("d1", "c1", "v1", "It sh", (PHOTO,)))
    pressed(db, structs.replace(REPLY, files=(PHOTO,), internal=True, acknowledged=ALL))
    assert row(db) == outbox.OutgoingReply(
        "d1", "c1", "v1", "7001", "It ships today.", ("parcel.jpg",), True, 1, NOW, acknowledged=ALL
    )
    assert (files.load(db, "d1"), drafts.of_customer(db, "c1")) == ((PHOTO,), ())
    assert steps.queue_reply(db, REPLY, RUNTIME_STATE) == steps.Step(Done(), Changes())


def test_a_press_past_intercom_keeps_its_route(db):
    pressed(db, DIRECT)
    assert (row(db).route, row(db).template, row(db).text, row(db).internal) == (ROUTE, None, "It ships today.", False)
    assert row(db).acknowledged == ALL


def test_past_intercom_too_what_nobody_saw_is_newer(db):
    answer = steps.queue_reply(db, structs.replace(DIRECT, seen_upto=None), RUNTIME_STATE).answer
    assert isinstance(answer, NeedsConsent)
    assert answer.warned == (ForecastWarning(WarningCode.NEWER_CUSTOMER_MESSAGE, frozenset({"source:v1"})),)


def test_of_a_template_its_own_words_are_kept_and_sent(db):
    key = replace(KEY, provider=Provider.WHATSAPP, channel=ChannelKind.WHATSAPP)
    able = replace(RUNTIME_STATE, capabilities={key: Capabilities(has_templates=True)})
    filled = fill(Template("594425", "news", "en", "We have news, {{1}}.", Status.APPROVED), {"body.1": "Jennifer"})
    command = structs.replace(DIRECT, route=replace(ROUTE, key=key), text="as it was shown", template=filled)
    assert steps.queue_reply(db, command, able) == steps.Step(Done(), CHANGED)
    assert (row(db).text, row(db).template, row(db).route) == ("We have news, Jennifer.", filled, command.route)
    message = steps.claim(db, "d1", able).message
    assert message == DirectTemplate("d1", "+353871234567", filled, message.reference)


def test_without_an_account_nothing_is_sent(db):
    db.execute("DELETE FROM settings WHERE name = 'account'")
    step = steps.queue_reply(db, REPLY, RUNTIME_STATE)
    assert isinstance(step.answer, Failed)
    assert step.answer == steps.failed(CommandReason.NOT_CONNECTED_YET)
    assert outbox.load(db, "d1") is None


@pytest.mark.parametrize(
    ("said", "kept", "expected"), [(5, 3, 5), (3, 5, 5), (None, 5, 5), (5, None, 5), (None, None, 0)]
)
def test_what_was_seen_is_the_most_that_anybody_says(db, said, kept, expected):
    drafts.save(db, Draft("d1", "c1", "v1", "It sh", (), False, kept))
    newer = frozenset({(WarningCode.NEWER_CUSTOMER_MESSAGE, "source:v1")})
    pressed(db, structs.replace(REPLY, seen_upto=said, acknowledged=newer))
    assert row(db).seen_upto == expected


def test_of_what_nobody_saw_every_message_is_a_newer_one(db):
    answer = steps.queue_reply(db, structs.replace(REPLY, seen_upto=None), RUNTIME_STATE).answer
    assert isinstance(answer, NeedsConsent)
    assert answer.warned == (ForecastWarning(WarningCode.NEWER_CUSTOMER_MESSAGE, frozenset({"source:v1"})),)


@pytest.mark.parametrize(
    ("command", "runtime_state", "reason"),
    [
        (
            structs.replace(REPLY, text=" \u200b"),
            RUNTIME_STATE,
            make_reason(CommandReason.NOTHING_TO_SEND),
        ),
        (
            structs.replace(REPLY, text="Hi {{user.name}}"),
            RUNTIME_STATE,
            make_reason(CommandReason.PLACEHOLDER_LEFT, placeholder="{{user.name}}"),
        ),
        (
            REPLY,
            replace(RUNTIME_STATE, is_signed_in=False),
            make_reason(ProviderReason.INTERCOM_SIGNED_OUT),
        ),
        (
            structs.replace(REPLY, conversation_id="nowhere"),
            RUNTIME_STATE,
            make_reason(CommandReason.CONVERSATION_GONE),
        ),
        (
            DIRECT,
            replace(RUNTIME_STATE, capabilities={}),
            make_reason(OutboxReason.ACCOUNT_NOT_CONNECTED, provider="Twilio"),
        ),
    ],
)
def test_what_cannot_go_fails_whatever_was_accepted_and_changes_nothing(db, command, runtime_state, reason):
    drafts.save(db, Draft("d1", "c1", "v1", "It sh", (), False, 1))
    assert steps.queue_reply(db, structs.replace(command, acknowledged=ALL), runtime_state) == steps.Step(
        Failed(reason)
    )
    assert outbox.load(db, "d1") is None
    assert [d.text for d in drafts.of_customer(db, "c1")] == ["It sh"]


# --- the agent's word ---


@pytest.mark.parametrize(
    "state", [State.QUEUED, State.SENDING, State.HELD, State.REFUSED, State.ACCEPTED, State.CANCELLED]
)
def test_only_what_nobody_knows_can_be_said_to_have_arrived(db, state):
    put_in(db, state)
    step = steps.resolve_pending(db, ResolvePending("d1", arrived=True), RUNTIME_STATE)
    assert step == steps.Step(steps.failed(CommandReason.NOT_UNCONFIRMED))
    assert row(db).state is state


def test_what_is_said_to_have_arrived_is_done_with(db):
    put_in(db, State.UNCONFIRMED)
    assert steps.resolve_pending(db, ResolvePending("d1", arrived=True), RUNTIME_STATE) == steps.Step(Done(), DECIDED)
    assert (row(db).state, row(db).is_done, row(db).text) == (State.ACCEPTED, True, "")
    assert (outbox.load(db, "d1-note"), direct_messages.load(db, "d1")) == (None, None)


def test_what_is_said_to_have_arrived_past_intercom_is_kept_and_told_to_the_team(db):
    put_in(db, State.UNCONFIRMED, DIRECT)
    step = steps.resolve_pending(db, ResolvePending("d1", arrived=True), RUNTIME_STATE)
    assert step == steps.Step(Done(), DECIDED)
    kept = direct_messages.load(db, "d1")
    assert (kept.text, kept.remote_id, kept.final, kept.sent_at) == ("It ships today.", "", True, NOW)
    assert kept.reason == make_reason(OutboxReason.CONFIRMED_BY_TEAMMATE, provider="Twilio")
    assert (row(db).state, row(db).is_done, row(db).text) == (State.ACCEPTED, True, "")
    assert row(db, "d1-note").note_of == "d1"


@pytest.mark.parametrize("state", [State.SENDING, State.ACCEPTED])
def test_what_has_left_is_not_taken_back_and_not_edited(db, state):
    put_in(db, state)
    taken_back = steps.resolve_pending(db, ResolvePending("d1", cancel=True), RUNTIME_STATE)
    assert taken_back == steps.Step(steps.failed(CommandReason.NOT_CANCELLABLE))
    edited = steps.edit_pending(db, EditPending("d1"), NOW, "new")
    assert edited == steps.Step(steps.failed(CommandReason.NOT_EDITABLE))
    assert row(db).state is state
    assert drafts.of_customer(db, "c1") == ()


@pytest.mark.parametrize("state", [State.QUEUED, State.HELD, State.REFUSED, State.UNCONFIRMED])
def test_what_waits_for_a_word_can_be_taken_back_for_good(db, state):
    put_in(db, state)
    assert steps.resolve_pending(db, ResolvePending("d1", cancel=True), RUNTIME_STATE) == steps.Step(Done(), DECIDED)
    assert row(db).state is State.CANCELLED
    later = replace(RUNTIME_STATE, now=NOW + timedelta(minutes=59))
    assert steps.resolve_pending(db, ResolvePending("d1", cancel=True), later) == steps.Step(Done(), DECIDED)
    # The hour begins with the first word.
    steps.resolve_pending(db, ResolvePending("d1"), replace(RUNTIME_STATE, now=NOW + HOUR))
    assert row(db).text == ""


def test_no_word_changes_nothing_and_one_on_nothing_fails(db):
    put_in(db, State.HELD)
    assert steps.resolve_pending(db, ResolvePending("d1"), RUNTIME_STATE) == steps.Step(Done(), Changes())
    assert row(db).state is State.HELD
    nowhere = steps.resolve_pending(db, ResolvePending("d9", send=True), RUNTIME_STATE)
    assert nowhere == steps.Step(steps.failed(CommandReason.REPLY_GONE))


@pytest.mark.parametrize("state", [State.HELD, State.REFUSED, State.UNCONFIRMED])
def test_on_the_agents_word_it_is_queued_again_with_what_they_accepted(db, state):
    put_in(db, state)
    accepted = frozenset({(WarningCode.WINDOW_CLOSED, "")})
    step = steps.resolve_pending(db, ResolvePending("d1", send=True, acknowledged=accepted), RUNTIME_STATE)
    assert step == steps.Step(Done(), DECIDED)
    assert (row(db).state, row(db).reason, row(db).acknowledged) == (State.QUEUED, NO_REASON, accepted)


@pytest.mark.parametrize("state", [State.SENDING, State.ACCEPTED, State.CANCELLED])
def test_what_is_over_or_on_its_way_is_not_sent_again(db, state):
    put_in(db, state)
    step = steps.resolve_pending(db, ResolvePending("d1", send=True, acknowledged=ALL), RUNTIME_STATE)
    assert step == steps.Step(steps.failed(CommandReason.NOT_SENDABLE_AGAIN))
    assert row(db).state is state


def test_what_is_queued_already_stays_as_it_is(db):
    put_in(db, State.QUEUED)
    step = steps.resolve_pending(db, ResolvePending("d1", send=True, acknowledged=ALL), RUNTIME_STATE)
    assert step == steps.Step(Done(), Changes())
    assert row(db).acknowledged == frozenset()


def test_sending_again_is_judged_by_the_newest_facts_and_by_all_that_was_accepted(db, kit):
    put_in(db, State.HELD)
    news = Facts((newer_message(db, kit),))
    store_facts(db, news)
    answer = steps.resolve_pending(db, ResolvePending("d1", send=True), RUNTIME_STATE).answer
    assert isinstance(answer, NeedsConsent)
    assert [w.code for w in answer.warned] == [WarningCode.NEWER_CUSTOMER_MESSAGE]
    assert (row(db).state, row(db).acknowledged) == (State.HELD, frozenset())
    outbox.acknowledge(db, "d1", frozenset().union(*(w.acknowledgement for w in answer.warned)))
    assert steps.resolve_pending(db, ResolvePending("d1", send=True), RUNTIME_STATE).answer == Done()


def newer_message(db, kit, text="Wait!"):
    """The conversation, after the customer wrote once more."""
    held = conversations.load(db, "v1")
    newer = replace(held.entries[0], id="99", sent_at=NOW - timedelta(minutes=1), text=text, is_first=False)
    return replace(held, entries=(*held.entries, newer), updated_at=newer.sent_at)


@pytest.mark.parametrize("state", [State.QUEUED, State.HELD, State.REFUSED, State.UNCONFIRMED, State.CANCELLED])
def test_editing_makes_a_draft_with_all_of_it_and_the_reply_stays_taken_back(db, state):
    put_in(db, state, structs.replace(REPLY, files=(PHOTO,), internal=True))
    assert steps.edit_pending(db, EditPending("d1"), NOW + timedelta(minutes=59), "new") == steps.Step(Done(), DECIDED)
    assert drafts.of_customer(db, "c1") == (Draft("new", "c1", "v1", "It ships today.", (PHOTO,), True, 1),)
    assert row(db).state is State.CANCELLED
    outbox.forget_cancelled(db, NOW + timedelta(minutes=60))
    # Taken back before, it keeps its own hour.
    assert row(db).text == ("" if state is State.CANCELLED else "It ships today.")


def test_a_note_in_the_composer_is_no_draft_in_the_way_of_a_reply(db):
    put_in(db, State.HELD)
    steps.save_draft(db, SaveDraft("n1", "c1", "v1", "a note", internal=True))
    assert steps.edit_pending(db, EditPending("d1"), NOW, "new").answer == Done()
    assert {d.draft_id for d in drafts.of_customer(db, "c1")} == {"n1", "new"}
    pressed(db, structs.replace(REPLY, draft_id="d2", acknowledged=ALL))
    in_the_way = steps.Step(steps.failed(CommandReason.DRAFT_IN_THE_WAY))
    assert steps.edit_pending(db, EditPending("d2"), NOW, "newer") == in_the_way
    assert row(db, "d2").state is State.QUEUED


def test_words_that_were_wiped_are_not_edited_but_files_alone_are(db):
    gone = steps.Step(steps.failed(CommandReason.REPLY_GONE))
    assert steps.edit_pending(db, EditPending("d1"), NOW, "new") == gone
    put_in(db, State.CANCELLED, structs.replace(REPLY, text="", files=(PHOTO,), acknowledged=ALL))
    assert steps.edit_pending(db, EditPending("d1"), NOW, "new").answer == Done()
    [draft] = drafts.of_customer(db, "c1")
    assert (draft.text, draft.files) == ("", (PHOTO,))
    drafts.remove(db, "new")
    assert steps.edit_pending(db, EditPending("d1"), NOW + HOUR, "newer") == gone
    assert drafts.of_customer(db, "c1") == ()


# --- the claim ---


def test_a_claim_tells_what_to_send(db):
    claim = claimed(db, structs.replace(REPLY, files=(PHOTO,), internal=True))
    out = ConversationReply("d1", "v1", "7001", "It ships today.", (PHOTO,), True)
    assert claim == steps.Claim(out, CHANGED, None)
    assert (row(db).state, row(db).claimed_at) == (State.SENDING, NOW)
    assert steps.claim(db, "d1", RUNTIME_STATE) == steps.Claim(None, Changes())
    assert steps.claim(db, "d9", RUNTIME_STATE) == steps.Claim(None, Changes())


def test_a_claim_past_intercom_tells_the_route(db):
    claim = claimed(db, DIRECT)
    out = DirectMessage("d1", "+353871234567", "It ships today.", None, reference=claim.message.reference)
    assert claim == steps.Claim(out, CHANGED, ROUTE)


@pytest.mark.parametrize("is_second_try", [False, True])
def test_the_providers_reports_will_lead_to_the_note(db, is_second_try):
    claim = claimed(db, DIRECT)
    if is_second_try:
        steps.record_outcome(db, "d1", NotSent(said("Busy."), 5.0), NOW)
        claim = steps.claim(db, "d1", replace(RUNTIME_STATE, now=NOW + timedelta(minutes=3)))
    reference = read_reference(claim.message.reference)
    assert (reference.conversation_id, reference.draft_id) == ("v1", "d1")
    # Whenever the answer comes.
    steps.record_outcome(db, "d1", Accepted("SM1"), NOW + timedelta(minutes=9))
    note = outbox.load(db, "d1-note")
    entry = Entry("n1", "v1", NOW, Role.TEAMMATE, EntryKind.NOTE, text=note.text)
    assert reference.is_to(entry)


def test_news_hold_a_reply_until_they_were_accepted(db, kit):
    pressed(db)
    store_facts(db, Facts((newer_message(db, kit),)))
    assert steps.claim(db, "d1", RUNTIME_STATE) == steps.Claim(None, DECIDED)
    held = row(db)
    assert (held.state, held.reason) == (
        State.HELD,
        make_reason(OutboxReason.FORECAST_WORSE),
    )
    assert held.warned == (ForecastWarning(WarningCode.NEWER_CUSTOMER_MESSAGE, frozenset({"99"})),)
    accepted = frozenset({(WarningCode.NEWER_CUSTOMER_MESSAGE, "99")})
    steps.resolve_pending(db, ResolvePending("d1", send=True, acknowledged=accepted), RUNTIME_STATE)
    assert steps.claim(db, "d1", RUNTIME_STATE).message is not None


def test_what_blocks_holds_a_reply_whatever_was_accepted(db):
    pressed(db, structs.replace(REPLY, acknowledged=ALL))
    assert steps.claim(db, "d1", replace(RUNTIME_STATE, is_signed_in=False)).message is None
    assert (row(db).state, [w.code for w in row(db).warned]) == (State.HELD, [WarningCode.SIGNED_OUT])


def test_a_conversation_that_is_gone_and_an_account_that_is_not_connected_hold_a_reply(db):
    pressed(db)
    pressed(db, structs.replace(DIRECT, draft_id="d2"))
    without = replace(RUNTIME_STATE, capabilities={})
    assert steps.claim(db, "d2", without) == steps.Claim(None, DECIDED)
    assert row(db, "d2").state is State.HELD
    assert row(db, "d2").reason == make_reason(OutboxReason.ACCOUNT_NOT_CONNECTED, provider="Twilio")
    store_facts(db, Facts(deleted=("v1",)))
    assert steps.claim(db, "d1", RUNTIME_STATE) == steps.Claim(None, DECIDED)
    assert (row(db).state, row(db).reason) == (State.HELD, make_reason(CommandReason.CONVERSATION_GONE))


def test_a_note_about_what_went_past_intercom_goes_whatever_happened_since(db, kit):
    claimed(db, DIRECT)
    steps.record_outcome(db, "d1", Accepted("SM1"), NOW)
    store_facts(db, Facts((newer_message(db, kit),)))
    claim = steps.claim(db, "d1-note", replace(RUNTIME_STATE, is_signed_in=False))
    assert (claim.message.internal, claim.message.draft_id) == (True, "d1-note")


# --- the answer ---


def test_an_acceptance_names_the_entry_and_brings_the_conversation(db, kit):
    claimed(db)
    answer = newer_message(db, kit, "It ships today.")
    ours = replace(answer.entries[-1], role=Role.TEAMMATE, author_id="7001", app_code="reachline-app")
    answer = replace(answer, entries=(answer.entries[0], ours))
    changes = steps.record_outcome(db, "d1", Accepted("99", answer), NOW)
    assert changes == structs.replace(DECIDED, settings=True)
    assert (row(db).state, row(db).entry_id, row(db).is_done) == (State.ACCEPTED, "99", True)
    assert settings.load(db).own_codes == {"reachline-app"}


def test_an_acceptance_that_tells_nothing_more_is_one_all_the_same(db):
    claimed(db)
    assert steps.record_outcome(db, "d1", Accepted("99"), NOW) == CHANGED
    assert (row(db).state, row(db).entry_id, row(db).is_done) == (State.ACCEPTED, "99", False)


@pytest.mark.parametrize("follows", [True, False])
def test_an_acceptance_past_intercom_keeps_the_message_and_queues_the_note(db, follows):
    claimed(db, DIRECT)
    assert steps.record_outcome(db, "d1", Accepted("SM1"), NOW + HOUR, follows=follows) == CHANGED
    kept = direct_messages.load(db, "d1")
    assert (kept.remote_id, kept.final, kept.sent_at, kept.route) == ("SM1", not follows, NOW, ROUTE)
    assert (row(db).state, row(db).is_done, row(db).entry_id) == (State.ACCEPTED, True, "")
    assert row(db, "d1-note").queued_at == NOW + HOUR


def test_nobody_follows_unless_that_is_said(db):
    claimed(db, DIRECT)
    steps.record_outcome(db, "d1", Accepted("SM1"), NOW)
    assert direct_messages.load(db, "d1").final


def test_a_refusal_is_for_the_agent(db):
    claimed(db)
    assert steps.record_outcome(db, "d1", Refused(ProviderErrorKind.UNREACHABLE, said("Too long.")), NOW) == DECIDED
    assert (row(db).state, row(db).reason) == (State.REFUSED, said("Too long."))
    assert db.execute("SELECT count(*) FROM contrary_facts").fetchall() == [(0,)]


def test_a_refusal_past_intercom_is_kept_as_a_fact_too(db):
    claimed(db, DIRECT)
    assert steps.record_outcome(db, "d1", Refused(ProviderErrorKind.UNREACHABLE, said("Nobody there.")), NOW) == DECIDED
    assert (row(db).state, row(db).reason) == (State.REFUSED, said("Nobody there."))
    assert db.execute("SELECT kind, about FROM contrary_facts").fetchall() == [("unreachable", "d1")]


@pytest.mark.parametrize(
    ("retry_after_s", "tries", "pause_s"),
    [
        (5, 0, 5),
        (5, 1, 10),
        (5, 5, 160),
        (5, 6, 300),
        (0.125, 10, 128),
        (0.125, 11, 128),
        (300, 1, 300),
        (301, 0, 301),
        (600, 3, 600),
        (1e18, 0, 3600),
    ],
)
def test_what_never_left_waits_twice_as_long_each_time_up_to_five_minutes(db, retry_after_s, tries, pause_s):
    claimed(db)
    db.execute("UPDATE outbox SET tries = ?", (tries,))
    assert steps.record_outcome(db, "d1", NotSent(said("Unreachable."), retry_after_s), NOW) == CHANGED
    assert (row(db).state, row(db).reason, row(db).tries) == (State.QUEUED, said("Unreachable."), tries + 1)
    assert outbox.next_due_at(db, NOW) == NOW + timedelta(seconds=pause_s)
    assert (row(db).lost_after, row(db).lost_at) == (None, None)


def test_send_on_a_reply_that_waits_ends_its_pause_and_says_so(db):
    claimed(db)
    steps.record_outcome(db, "d1", NotSent(said("Intercom asks for a pause."), 900), NOW)
    assert outbox.next_due(db, NOW) is None
    assert steps.resolve_pending(db, ResolvePending("d1", send=True), RUNTIME_STATE) == steps.Step(
        Done(make_reason(CommandReason.TRYING_NOW)), DECIDED
    )
    assert outbox.next_due(db, NOW).draft_id == "d1"
    assert (row(db).tries, row(db).reason) == (0, NO_REASON)


def test_send_on_a_reply_that_waits_says_what_else_it_waits_for(db):
    put_in(db, State.HELD)
    pressed(db, structs.replace(REPLY, draft_id="d2"))
    steps.save_reason(db, "d2", said("Intercom did not answer in time."))
    behind = steps.resolve_pending(db, ResolvePending("d2", send=True), RUNTIME_STATE)
    assert behind.answer == Done(make_reason(CommandReason.SENT_AFTER_EARLIER))
    steps.save_reason(db, "d2", said("Intercom did not answer in time."))
    offline = steps.resolve_pending(db, ResolvePending("d2", send=True), replace(RUNTIME_STATE, is_offline=True))
    assert offline.answer == Done(make_reason(CommandReason.SENT_WHEN_ONLINE))


@pytest.mark.parametrize(
    ("command", "provider"),
    [(REPLY, "Intercom"), (DIRECT, "Twilio")],
)
def test_a_lost_answer_leaves_it_unconfirmed(db, command, provider):
    reason = make_reason(OutboxReason.ANSWER_LOST, provider=provider)
    claimed(db, command)
    assert steps.record_outcome(db, "d1", OutcomeUnknown("ReadTimeout"), NOW) == DECIDED
    assert (row(db).state, row(db).reason, row(db).lost_at) == (State.UNCONFIRMED, reason, NOW)
    assert outbox.next_due(db, NOW + HOUR) is None


@pytest.mark.parametrize("state", [s for s in State if s is not State.SENDING])
def test_an_answer_to_what_is_not_being_sent_changes_nothing(db, state):
    put_in(db, state)
    before = row(db)
    for outcome in (
        Accepted("99"),
        Refused(ProviderErrorKind.REJECTED, said("No.")),
        NotSent(said("Busy."), 5),
        OutcomeUnknown("lost"),
    ):
        assert steps.record_outcome(db, "d1", outcome, NOW) == Changes()
    assert row(db) == before
    assert steps.record_outcome(db, "d9", Accepted("99"), NOW) == Changes()


# --- found past Intercom ---


@pytest.mark.parametrize("state", [State.UNCONFIRMED, State.QUEUED])
@pytest.mark.parametrize("follows", [True, False])
def test_what_the_provider_has_went_out_when_it_was_lost(db, state, follows):
    put_in(db, State.UNCONFIRMED, DIRECT)
    if state is State.QUEUED:
        outbox.apply_event(db, "d1", Event.SEND_AGAIN)
    changes = steps.record_found(db, "d1", "SM1", NOW + HOUR, follows=follows)
    assert changes == DECIDED
    assert (row(db).state, row(db).is_done) == (State.ACCEPTED, True)
    kept = direct_messages.load(db, "d1")
    assert (kept.remote_id, kept.final, kept.sent_at, kept.reason) == ("SM1", not follows, NOW, NO_REASON)
    assert row(db, "d1-note").note_of == "d1"


@pytest.mark.parametrize("state", [State.SENDING, State.HELD, State.REFUSED, State.CANCELLED])
def test_what_the_agent_decided_meanwhile_stands(db, state):
    put_in(db, state, DIRECT)
    assert steps.record_found(db, "d1", "SM1", NOW, follows=True) == Changes()
    assert (row(db).state, direct_messages.load(db, "d1")) == (state, None)


def test_what_went_through_intercom_or_is_not_here_is_not_found_past_it(db):
    put_in(db, State.UNCONFIRMED)
    assert steps.record_found(db, "d1", "SM1", NOW, follows=True) == Changes()
    assert steps.record_found(db, "d9", "SM1", NOW, follows=True) == Changes()
    assert row(db).state is State.UNCONFIRMED


def test_the_name_of_one_message_is_not_taken_for_another(db):
    claimed(db, structs.replace(DIRECT, draft_id="d0", text="Hello"))
    steps.record_outcome(db, "d0", Accepted("SM1"), NOW)
    put_in(db, State.UNCONFIRMED, DIRECT)
    assert steps.record_found(db, "d1", "SM1", NOW, follows=True) == Changes()
    assert (row(db).state, direct_messages.load(db, "d1")) == (State.UNCONFIRMED, None)
    assert steps.record_found(db, "d1", "SM2", NOW, follows=True) == DECIDED


# --- stops, holds and explanations ---


def test_after_a_stop_all_that_was_being_sent_is_for_the_agent(db):
    assert steps.recover_interrupted(db, NOW) == Changes()
    claimed(db)
    pressed(db, structs.replace(REPLY, draft_id="d3", text="taken back", acknowledged=ALL))
    outbox.cancel(db, "d3", NOW - HOUR)
    assert steps.recover_interrupted(db, NOW) == DECIDED
    assert (row(db).state, row(db).reason) == (
        State.UNCONFIRMED,
        make_reason(OutboxReason.INTERRUPTED),
    )
    assert row(db, "d3").text == ""
    assert steps.recover_interrupted(db, NOW) == Changes()


def test_only_what_is_queued_is_held(db):
    pressed(db)
    assert steps.hold_reply(db, "d1", said("Not allowed.")) == DECIDED
    assert (row(db).state, row(db).reason, row(db).warned) == (State.HELD, said("Not allowed."), ())
    assert steps.hold_reply(db, "d1", said("Again.")) == Changes()
    assert steps.hold_reply(db, "d9", said("Nothing.")) == Changes()
    assert row(db).reason == said("Not allowed.")


def test_a_reason_changes_only_the_thread_and_only_once(db):
    pressed(db)
    assert steps.save_reason(db, "d1", said("No network.")) == Changes(threads=WHOSE)
    assert steps.save_reason(db, "d1", said("No network.")) == Changes()
    assert steps.save_reason(db, "d9", said("No network.")) == Changes()


def test_a_conversation_that_is_not_here_concerns_whom_the_agent_meant(db):
    assert steps.changes_for(db, "v1", "meant") == CHANGED
    meant = frozenset({"meant"})
    assert steps.changes_for(db, "nowhere", "meant") == Changes(customers=meant, threads=meant)
    assert entries.of_conversation(db, "v1")[0].kind is EntryKind.MESSAGE
