"""Judge: every fact that a reply is judged by reaches the forecast."""

from __future__ import annotations

import struct
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from desktop.domain.content.template import Status, Template, fill
from desktop.domain.direct import DirectSent, Route
from desktop.domain.model.channel import Capabilities, ChannelKey, Provider
from desktop.domain.model.facts import Attachment, ChannelKind, Entry, EntryKind, Role
from desktop.domain.model.outgoing import Event
from desktop.domain.model.warning import WarningCode
from desktop.engine.outbox.recheck import RuntimeState, _attachment, forecast_reply
from desktop.engine.sync.ingest import Facts, store_facts
from desktop.ports import OutgoingFile
from desktop.store.outgoing import direct_messages, outbox
from desktop.store.outgoing.outbox import OutgoingReply
from tests.helpers.database import open_in_memory

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
RUNTIME_STATE = RuntimeState(NOW)
REPLY = OutgoingReply("d1", "c1", "v1", "7001", "It ships today.", (), False, 1, NOW)
KEY = ChannelKey(Provider.WHATSAPP, ChannelKind.WHATSAPP, "555000")
ROUTE = Route(KEY, "+353871234567", "+35315550100")
ABLE = replace(
    RUNTIME_STATE, capabilities={KEY: Capabilities(sends_free_text=True, needs_window=True, has_templates=True)}
)
TEMPLATE = Template("594425", "we_have_news", "en", "We have news.", Status.APPROVED)
PICTURE = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 640, 480)


@pytest.fixture
def db(kit):
    opened = open_in_memory()
    store_facts(opened, Facts((kit.messenger("v1", "c1", NOW - HOUR),)))
    yield opened
    opened.close()


def warnings(db, reply=REPLY, state=RUNTIME_STATE, files=()):
    made = forecast_reply(db, reply, state, files)
    assert made is not None
    return set(made.warnings)


def test_a_reply_in_the_messenger_has_nothing_against_it(db):
    made = forecast_reply(db, REPLY, RUNTIME_STATE)
    assert (made.warnings, [r.channel for r in made.reaches]) == ((), [ChannelKind.MESSENGER])
    assert forecast_reply(db, replace(REPLY, conversation_id="nowhere"), RUNTIME_STATE) is None


@pytest.mark.parametrize(
    ("reply", "runtime_state", "code"),
    [
        (REPLY, replace(RUNTIME_STATE, is_signed_in=False), WarningCode.SIGNED_OUT),
        (REPLY, replace(RUNTIME_STATE, is_offline=True), WarningCode.QUEUED_OFFLINE),
        (replace(REPLY, text=" "), RUNTIME_STATE, WarningCode.EMPTY_TEXT),
        (replace(REPLY, text="{{name}}"), RUNTIME_STATE, WarningCode.UNRESOLVED_PLACEHOLDER),
        (replace(REPLY, seen_upto=0), RUNTIME_STATE, WarningCode.NEWER_CUSTOMER_MESSAGE),
    ],
)
def test_what_is_against_it_is_said_and_nothing_else(db, reply, runtime_state, code):
    assert warnings(db, reply, runtime_state) == {code}


def test_what_is_judged_before_anything_is_written_may_be_empty(db):
    assert warnings(db, replace(REPLY, text="", draft_id="")) == set()
    assert warnings(db, replace(REPLY, text=""), files=(OutgoingFile("a.png", "image/png", PICTURE),)) == set()


def test_of_what_nobody_kept_nothing_counts_as_newer(db):
    assert warnings(db, replace(REPLY, seen_upto=None)) == set()


def test_a_note_reaches_no_channel(db):
    assert forecast_reply(db, replace(REPLY, internal=True), RUNTIME_STATE).reaches == ()


def test_an_earlier_reply_of_which_nobody_knows_is_said_of_later_ones_only(db):
    for draft_id in ("d0", "d1"):
        outbox.insert(db, OutgoingReply(draft_id, "c1", "v1", "7001", "x", (), False, 1, NOW), ())
    outbox.claim(db, "d0", NOW)
    outbox.apply_event(db, "d0", Event.ANSWER_LOST)
    assert warnings(db) == {WarningCode.EARLIER_REPLY_UNCONFIRMED}
    assert warnings(db, replace(REPLY, draft_id="d0")) == set()


@pytest.mark.parametrize(("author_id", "is_said"), [("7001", False), ("7002", True)])
def test_an_answer_of_somebody_else_is_said_and_ones_own_is_not(db, kit, author_id, is_said):
    conversation = kit.messenger("v1", "c1", NOW - HOUR)
    answer = Entry("9", "v1", NOW - MINUTE, Role.TEAMMATE, EntryKind.MESSAGE, author_id=author_id, text="Done.")
    store_facts(db, Facts((replace(conversation, entries=(*conversation.entries, answer), updated_at=NOW - MINUTE),)))
    assert (WarningCode.TEAMMATE_ANSWERED in warnings(db)) == is_said


def test_no_window_is_promised_by_a_clock_that_nobody_set(db, kit):
    store_facts(db, Facts((kit.whatsapp("v2", "c2", NOW - HOUR),)))
    reply = replace(REPLY, conversation_id="v2", seen_upto=2)
    known, unknown = warnings(db, reply), warnings(db, reply, replace(RUNTIME_STATE, is_clock_known=False))
    assert WarningCode.WINDOW_UNKNOWN not in known
    assert WarningCode.WINDOW_UNKNOWN in unknown


def test_a_window_is_judged_by_the_time_of_the_standing(db, kit):
    store_facts(db, Facts((kit.whatsapp("v2", "c2", NOW - HOUR),)))
    reply = replace(REPLY, conversation_id="v2", seen_upto=2)
    assert WarningCode.WINDOW_CLOSED not in warnings(db, reply)
    assert WarningCode.WINDOW_CLOSED in warnings(db, reply, replace(RUNTIME_STATE, now=NOW + 24 * HOUR))


def test_a_direct_message_is_judged_by_what_its_account_can_do(db):
    reply = replace(REPLY, route=ROUTE)
    made = forecast_reply(db, reply, ABLE)
    assert [r.channel for r in made.reaches] == [ChannelKind.WHATSAPP]
    assert forecast_reply(db, reply, RUNTIME_STATE) is not None
    files = (OutgoingFile("a.bin", "application/x-thing", b"x" * 10),)
    assert WarningCode.ATTACHMENT_REFUSED in warnings(db, reply, ABLE, files)


def test_a_template_that_went_to_them_within_a_day_is_said(db):
    filled = fill(TEMPLATE, {})
    reply = replace(REPLY, route=ROUTE, text=filled.text, template=filled)
    assert WarningCode.SAME_TEMPLATE_JUST_SENT not in warnings(db, reply, ABLE)
    for draft_id, template_id in (("d8", "594425"), ("d9", "other")):
        sent = DirectSent(draft_id, draft_id, "v1", ROUTE, "Other reply.", NOW - HOUR, "7001", template="t")
        direct_messages.save(db, replace(sent, template_id=template_id))
    assert WarningCode.SAME_TEMPLATE_JUST_SENT in warnings(db, reply, ABLE)
    other = replace(filled, template=replace(TEMPLATE, id="new"))
    assert WarningCode.SAME_TEMPLATE_JUST_SENT not in warnings(db, replace(reply, template=other), ABLE)
    free = replace(reply, template=None)
    assert WarningCode.SAME_TEMPLATE_JUST_SENT not in warnings(db, free, ABLE)


def test_a_template_needs_no_window_and_free_text_does(db):
    reply = replace(REPLY, route=ROUTE)
    template = replace(reply, template=fill(TEMPLATE, {}))
    said = {WarningCode.WINDOW_CLOSED, WarningCode.WINDOW_UNKNOWN}
    assert warnings(db, reply, ABLE) & said
    assert not warnings(db, template, ABLE) & said


def test_a_file_is_judged_by_its_kind_its_bytes_and_the_size_of_its_picture():
    assert _attachment(OutgoingFile("a.png", "image/png", PICTURE)) == Attachment(
        "a.png", "", "image/png", 24, 640, 480
    )
    assert _attachment(OutgoingFile("a.txt", "text/plain", b"abc")) == Attachment(
        "a.txt", "", "text/plain", 3, None, None
    )
