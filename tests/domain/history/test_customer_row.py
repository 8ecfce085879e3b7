"""A customer's row of the list: what it shows of the thread, and unknown authors and kinds that are never silent."""

from __future__ import annotations

from dataclasses import replace

import pytest
from conversation_factory import (
    MINUTE,
    NOW,
    PAGE,
    WORKSPACE,
    ago,
    conversation,
    entry,
    event,
    failure_note,
    first,
    jennifer,
    on_channel,
    reply,
)

from desktop.domain.contrary import ContraryKind
from desktop.domain.delivery import Delivery
from desktop.domain.direct import DirectSent, Route
from desktop.domain.history.customer_row import CustomerRow, build_customer_row, display_name
from desktop.domain.history.thread import assemble_thread
from desktop.domain.model.channel import ChannelKey, Provider
from desktop.domain.model.facts import (
    Attachment,
    ChannelKind,
    Conversation,
    ConversationState,
    Entry,
    EntryKind,
    Priority,
    Role,
)

UNKNOWN_AUTHOR = entry(1, role=Role.UNKNOWN, author_id="x-9", text="From an app nobody knows")
UNKNOWN_KIND = entry(1, kind=EntryKind.UNKNOWN, event="sticker_message", text="A sticker of a new kind")


@pytest.mark.parametrize("odd", [UNKNOWN_AUTHOR, UNKNOWN_KIND], ids=["author", "kind"])
def test_they_are_the_last_line_wait_for_an_answer_and_are_unread(odd: Entry) -> None:
    held = conversation("1", on_channel(3), reply(2), odd, tags=("whatsapp",), read=False)
    line = build_customer_row("c1", assemble_thread([held], [jennifer()], WORKSPACE, now=NOW))
    assert line is not None
    assert line.last_text == odd.text
    assert not line.last_from_us
    assert line.last_channel is ChannelKind.UNKNOWN
    assert line.newest_customer_message_at == odd.sent_at
    assert line.waits
    assert line.unread


SMS = ChannelKey(Provider.TWILIO, ChannelKind.SMS, "+35315550100")
DIRECT = DirectSent(
    "d1",
    "SM1",
    "1",
    Route(SMS, "+353871234567", "+35315550100", carries_bridge=False),
    "Sent directly",
    ago(2),
    delivery=Delivery.FAILED,
    failure=ContraryKind.UNREACHABLE,
)


# --- the row of a thread --------------------------------------------------------------------------------------------


def row_of(*held: Conversation, **more: object) -> CustomerRow:
    found = build_customer_row("c1", assemble_thread(held, [jennifer()], WORKSPACE, now=NOW, **more))
    assert found is not None
    return found


def test_nobody_without_a_conversation_is_in_the_list():
    assert build_customer_row("c1", assemble_thread([], [jennifer()], WORKSPACE, now=NOW)) is None


def test_a_conversation_without_messages_has_the_time_of_its_last_change():
    row = row_of(conversation("1", event(5), updated_at=ago(2)))
    assert (row.last_text, row.last_at, row.last_channel) == ("", ago(2), ChannelKind.UNKNOWN)
    assert (row.last_from_us, row.waits, row.newest_customer_message_at, row.window) == (False, False, None, None)


def test_a_message_of_files_alone_shows_their_names_and_its_channel():
    picture = on_channel(1, text="", attachments=(Attachment("parcel.png", "https://files.example/1"),))
    row = row_of(conversation("1", first(3), picture, tags=("whatsapp",)))
    assert (row.last_text, row.last_channel, row.waits) == ("parcel.png", ChannelKind.WHATSAPP, True)
    assert row.window is not None
    assert row.window.opened_at == ago(1)


def test_our_reply_has_the_channel_of_its_chat_and_nobody_waits():
    row = row_of(conversation("1", first(3), reply(1), tags=("whatsapp",)))
    assert (row.last_from_us, row.waits, row.last_channel) == (True, False, ChannelKind.WHATSAPP)
    plain = row_of(conversation("1", first(3), reply(1), page_url=PAGE))
    assert (plain.last_channel, plain.window, plain.messenger_only) == (ChannelKind.MESSENGER, None, False)


def test_our_newest_reply_after_the_window_reached_the_messenger_only():
    late = conversation("1", first(40), reply(1), failure_note(1 - MINUTE), tags=("whatsapp",))
    assert row_of(late).messenger_only
    assert not row_of(conversation("1", first(3), reply(1), tags=("whatsapp",))).messenger_only


def test_a_direct_message_counts_as_the_newest_unless_it_failed():
    held = conversation("1", first(9), tags=("whatsapp",))
    sent = row_of(held, direct=[replace(DIRECT, delivery=Delivery.DELIVERED, failure=None)])
    assert (sent.last_text, sent.last_channel, sent.last_from_us) == (DIRECT.text, ChannelKind.SMS, True)
    assert row_of(held, direct=[DIRECT]).last_text == "Where is my parcel?"


def test_the_state_is_the_most_urgent_and_assignees_are_those_of_open_ones():
    done = conversation("1", first(50), state=ConversationState.CLOSED, assignee_id="7001", page_url=PAGE)
    asleep = conversation("2", first(40), state=ConversationState.SNOOZED, page_url=PAGE)
    assert row_of(done).state is ConversationState.CLOSED
    assert row_of(done, asleep).state is ConversationState.SNOOZED
    mine = conversation("3", first(30), assignee_id="7002", page_url=PAGE)
    nobodys = conversation("4", first(20), page_url=PAGE)
    row = row_of(done, asleep, mine, nobodys)
    assert (row.state, row.assignee_ids) == (ConversationState.OPEN, frozenset({"7002", ""}))
    assert not row_of(done).waits, "nobody waits in a closed conversation"


def test_an_action_concerns_open_conversations_else_snoozed_ones_else_the_newest():
    old = conversation("1", first(50), state=ConversationState.CLOSED, tags=("old",), page_url=PAGE)
    closed = conversation("2", first(45), state=ConversationState.CLOSED, tags=("done",), page_url=PAGE)
    asleep = conversation(
        "3", first(40), state=ConversationState.SNOOZED, tags=("later",), snoozed_until=NOW, page_url=PAGE
    )
    one = conversation("4", first(30), team_id="7", tags=("a", "b"), priority=Priority.LOW, page_url=PAGE)
    two = conversation("5", first(20), tags=("b",), priority=Priority.URGENT, page_url=PAGE)
    row = row_of(old, closed, asleep, one, two)
    assert (row.conversation_ids, row.tags, row.priority) == (("5", "4"), ("b", "a"), Priority.URGENT)
    assert (row.team_ids, row.snoozed_until) == (frozenset({"7", ""}), None)
    row = row_of(old, closed, asleep)
    assert (row.conversation_ids, row.tags, row.snoozed_until) == (("3",), ("later",), NOW)
    row = row_of(old, closed)
    assert (row.conversation_ids, row.tags, row.team_ids) == (("2",), ("done",), frozenset())


def test_without_a_waiting_chat_the_window_is_that_of_the_channel_used_last():
    old = conversation("1", first(50), tags=("whatsapp",), state=ConversationState.CLOSED)
    newer = conversation("2", first(20), born_on="facebook", state=ConversationState.CLOSED)
    window = row_of(old, newer).window
    assert window is not None
    assert (window.key.channel, window.opened_at) == (ChannelKind.FACEBOOK, ago(20))
    never = conversation("3", reply(5, is_first=True), tags=("whatsapp",))
    unopened = row_of(never).window
    assert unopened is not None
    assert unopened.opened_at is None


def test_the_name_is_the_best_that_is_known():
    lead = jennifer(id="a1", role="lead", name="Visitor 17")
    unnamed = jennifer(name="", email="jen@example.com")
    chats = [conversation("1", first(3, author_name="Jen"), page_url=PAGE)]
    assert display_name(assemble_thread(chats, [lead, jennifer()], WORKSPACE, now=NOW)) == "Jennifer Okafor"
    assert display_name(assemble_thread(chats, [unnamed], WORKSPACE, now=NOW)) == "jen@example.com"
    bare = jennifer(name="", phone="")
    assert display_name(assemble_thread(chats, [bare], WORKSPACE, now=NOW)) == "Jen"
    silent = [conversation("1", first(3), page_url=PAGE)]
    assert display_name(assemble_thread(silent, [bare], WORKSPACE, now=NOW)) == ""
