"""Notes about other computers' direct messages: what became of these messages, and nothing where that is a guess."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from conversation_factory import WORKSPACE, conversation, jennifer
from examples import examples
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.delivery import Arrival, Delivery
from desktop.domain.direct import DirectSent, Route
from desktop.domain.history.direct_notes import (
    DirectReport,
    NoteReference,
    find_reported,
    read_reference,
    refer_to_note,
)
from desktop.domain.history.thread import assemble_thread
from desktop.domain.model.channel import ChannelKey, Provider
from desktop.domain.model.facts import ChannelKind, Entry, EntryKind, Role
from desktop.domain.model.outgoing import OutboxReason
from desktop.domain.model.reason import NO_REASON, make_reason
from desktop.text.team_notes import direct_message_ending, direct_message_note

KEY = ChannelKey(Provider.WHATSAPP, ChannelKind.WHATSAPP, "1065")
ROUTE = Route(KEY, "+353871234567", "+35315550100")
AT = datetime(2026, 11, 20, 14, 5, 7, tzinfo=UTC)
SENT = DirectSent("d1", "wamid.1", "v1", ROUTE, "Your parcel is on its way.", AT, author_name="Sam Byrne")


def reference(sent: DirectSent = SENT) -> NoteReference:
    ending = direct_message_ending(sent.route, sent.sent_at, sent.text, sent.file_names)
    return refer_to_note(sent.conversation_id, sent.draft_id, ending)


def report(sent: DirectSent = SENT, delivery: Delivery = Delivery.READ) -> DirectReport:
    return DirectReport(reference(sent), KEY, sent.remote_id, delivery, AT)


def note(sent: DirectSent = SENT, note_id: str = "n1", **more: object) -> Entry:
    settled = {"text": direct_message_note(sent), "app_code": "reachline"}
    made = Entry(note_id, "v1", sent.sent_at + timedelta(seconds=2), Role.TEAMMATE, EntryKind.NOTE, event="note")
    return replace(made, **(settled | more))


@given(st.text(min_size=1).filter(lambda t: ":" not in t), st.text(), st.text(min_size=1))
@examples(200)
def test_a_reference_comes_back_as_it_went(conversation_id: str, draft_id: str, ending: str) -> None:
    made = refer_to_note(conversation_id, draft_id, "Sent." + ending)
    assert read_reference(str(made)) == made


@given(st.text() | st.from_regex(r"rl1(:[^:]*){3,5}", fullmatch=True))
@examples(300)
def test_whatever_else_a_program_gave_the_provider_is_no_reference_or_one_to_nothing(text: str) -> None:
    found = read_reference(text)
    assert found is None or (found.conversation_id and found.length)


def test_it_is_short_enough_for_the_provider() -> None:
    made = refer_to_note("215474234567890", "0193a2c4-7d1e-7c3b-a5f6-1234567890ab", "Sent. " + "x" * 4096)
    assert len(str(made)) < 150


@pytest.mark.parametrize(
    "sent",
    [
        SENT,
        replace(SENT, author_name="", template="order_shipped"),
        replace(SENT, text="", file_names=("a.pdf", "b.png")),
        replace(SENT, text="Two\n\nparts  with   spaces 👩‍👩‍👧"),
        replace(SENT, remark=make_reason(OutboxReason.ANSWER_LOST, provider="WhatsApp")),
        replace(SENT, reason=make_reason(OutboxReason.CONFIRMED_BY_TEAMMATE, provider="WhatsApp")),
    ],
)
def test_the_note_is_found_whatever_the_provider_answered(sent: DirectSent) -> None:
    [(key, arrival)] = find_reported([note(sent)], [report(sent)]).items()
    assert (key, arrival.channel, arrival.arrival) == (("v1", "n1"), ChannelKind.WHATSAPP, Arrival.READ)


def test_a_note_is_found_however_intercom_spaces_it() -> None:
    spaced = note(text=" ".join(direct_message_note(SENT).split()) + "\n")
    assert find_reported([spaced], [report()])


@pytest.mark.parametrize(
    "other",
    [
        replace(SENT, text="Your parcel is on its way!"),
        replace(SENT, sent_at=AT + timedelta(minutes=1)),
        replace(SENT, route=replace(ROUTE, our_address="+35315550199")),
    ],
)
def test_a_note_about_another_message_is_not_taken_for_it(other: DirectSent) -> None:
    assert not find_reported([note(other)], [report()])
    found = find_reported([note(other), note(note_id="n2")], [report()])
    assert list(found) == [("v1", "n2")]


def test_only_notes_of_its_conversation_are_looked_at() -> None:
    assert not find_reported([note(conversation_id="v2"), note(kind=EntryKind.MESSAGE)], [report()])


def test_where_two_notes_may_be_meant_nothing_is_known_of_either() -> None:
    assert not find_reported([note(), note(note_id="n2")], [report()])


def test_where_two_reports_may_be_about_one_note_nothing_is_known_of_it() -> None:
    twin = replace(SENT, draft_id="d2", remote_id="wamid.2")
    assert not find_reported([note()], [report(), report(twin, Delivery.FAILED)])
    assert not find_reported([note(), note(note_id="n2")], [report(), report(twin)])


def test_the_thread_shows_it_at_the_note_and_nowhere_else() -> None:
    answer = Entry("r1", "v1", AT, Role.TEAMMATE, EntryKind.MESSAGE, text=SENT.text, app_code="reachline")
    told = conversation("v1", answer, note(), note(replace(SENT, text="Another"), "n2"))
    thread = assemble_thread([told], [jennifer()], WORKSPACE, reports=[report()])
    shown = {m.id: m.told_of for m in thread.messages if m.told_of is not None}
    assert [(i, a.arrival) for i, a in shown.items()] == [("n1", Arrival.READ)]
    assert not any(m.arrived for m in thread.messages if m.entry.kind is EntryKind.NOTE)


def test_a_failure_says_why() -> None:
    why = make_reason(OutboxReason.ANSWER_LOST, provider="WhatsApp")
    [arrival] = find_reported([note()], [replace(report(delivery=Delivery.FAILED), reason=why)]).values()
    assert (arrival.arrival, arrival.reason) == (Arrival.FAILED, why)
    assert report(delivery=Delivery.DELIVERED).arrived.reason != NO_REASON
