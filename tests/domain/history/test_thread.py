"""One customer's thread over all conversations: order, authors, arrivals, what is unseen, and whose it is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from conversation_factory import (
    BRIDGE,
    NOW,
    PAGE,
    WORKSPACE,
    ago,
    conversation,
    entry,
    event,
    failure_note,
    first,
    in_messenger,
    jennifer,
    on_channel,
    reply,
)

from desktop.domain.delivery import Arrival
from desktop.domain.history.thread import Author, Chat, Thread, assemble_thread
from desktop.domain.mapping import Unmapped
from desktop.domain.model.facts import ChannelKind, Client, Contact, Conversation, Entry, EntryKind, Role
from desktop.domain.model.workspace import Pin, Relay, Tagging, Workspace
from desktop.domain.window.window import WindowState

WA, MESSENGER, EMAIL, UNKNOWN = ChannelKind.WHATSAPP, ChannelKind.MESSENGER, ChannelKind.EMAIL, ChannelKind.UNKNOWN
TAGS = ("whatsapp",)
A = Arrival
ACCEPTED = (MESSENGER, A.ACCEPTED)


def thread(*held: Conversation, workspace: Workspace = WORKSPACE, **contact: object) -> Thread:
    return assemble_thread(held, [jennifer(**contact)], workspace)


def arrivals(chat: Chat) -> list[list[tuple[ChannelKind, Arrival]]]:
    return [[(a.channel, a.arrival) for a in m.arrived] for m in chat.messages if m.arrived]


# --- order and lookup ----------------------------------------------------------------------------------------------


def test_messages_of_all_conversations_in_time_order_first_message_before_its_parts() -> None:
    merged = thread(
        conversation("10", first(9), in_messenger(9), page_url=PAGE),
        conversation("20", first(10), on_channel(8), reply(6), tags=TAGS),
    )
    assert [m.entry.conversation_id for m in merged.messages] == ["20", "10", "10", "20", "20"]
    assert [m.entry.is_first for m in merged.messages] == [True, True, False, False, False]
    assert [chat.id for chat in merged.chats] == ["20", "10"]
    assert merged.messages[0].key == ("20", "source:20")
    tied = thread(conversation("1", first(9)), conversation("2", first(9)))
    assert [chat.id for chat in tied.chats] == ["2", "1"]


def test_an_id_that_is_no_number_still_has_its_place() -> None:
    talk = conversation("1", in_messenger(2, id="b-2"), in_messenger(2, id="7"))
    assert [m.id for m in thread(talk).messages] == ["b-2", "7"]
    assert [m.id for m in thread(talk).chat("1").messages] == ["b-2", "7"]


def test_a_conversation_of_somebody_else() -> None:
    with pytest.raises(KeyError, match="2"):
        thread(conversation("1", first(2))).chat("2")


def test_an_empty_thread() -> None:
    empty = assemble_thread([], [], WORKSPACE)
    assert (empty.chats, empty.messages, empty.windows, empty.newest_from_customer) == ((), (), (), None)
    assert (empty.contacts, empty.listed_windows, empty.contrary, empty.several_numbers) == ((), (), (), frozenset())


def test_windows_are_those_of_channels_that_have_one_the_newest_chats_first() -> None:
    merged = thread(
        conversation("1", first(1), page_url=PAGE),
        conversation("2", first(2), tags=("instagram",)),
        conversation("3", first(3), tags=("telegram",)),
        conversation("4", first(4), tags=TAGS),
    )
    assert [window.key.channel for window in merged.windows] == [ChannelKind.INSTAGRAM, WA]


def test_what_shows_several_numbers_is_told() -> None:
    both = thread(conversation("1", first(2), tags=TAGS), conversation("2", first(1), tags=("twilio_whatsapp",)))
    assert both.several_numbers == {WA}


def test_the_newest_message_of_each_side() -> None:
    chat = thread(
        conversation(
            "1",
            first(9),
            reply(8),
            in_messenger(7, id="7"),
            entry(6, role=Role.BOT, id="6"),
            entry(5, role=Role.UNKNOWN),
            entry(4, role=Role.TEAMMATE, kind=EntryKind.NOTE),
            failure_note(3),
            reply(2, app_code=BRIDGE),
            event(1),
            event(0.5, role=Role.CUSTOMER),
        )
    ).chat("1")
    assert chat.newest_from_customer is not None
    assert chat.newest_from_us is not None
    assert (chat.newest_from_customer.id, chat.newest_from_us.id) == ("7", "6")
    silent = thread(conversation("1", event(1), failure_note(2))).chat("1")
    assert (silent.newest_from_customer, silent.newest_from_us) == (None, None)


# --- authors -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("made", "author"),
    [
        (first(9), Author.CUSTOMER),
        (entry(8, role=Role.BOT), Author.BOT),
        (reply(7), Author.TEAMMATE),
        (reply(7, app_code=None), Author.TEAMMATE),
        (failure_note(6), Author.BRIDGE),
        (reply(6, app_code=BRIDGE), Author.BRIDGE),
        (entry(6, role=Role.BOT, app_code=BRIDGE), Author.BRIDGE),
        (entry(6, role=Role.UNKNOWN, app_code=BRIDGE), Author.BRIDGE),
        (entry(5, role=Role.TEAMMATE, kind=EntryKind.NOTE, text="Call them"), Author.TEAMMATE),
        (entry(4, role=Role.UNKNOWN), Author.UNKNOWN),
        (event(3), Author.TEAMMATE),
        (replace(event(3), app_code=BRIDGE), Author.TEAMMATE),
        (on_channel(2), Author.CUSTOMER),
    ],
)
def test_who_really_wrote(made: Entry, author: Author) -> None:
    [message] = thread(conversation("1", made)).messages
    assert message.author is author
    assert (message.origin is None) == (not made.is_customer_message)
    assert message.may_be_from_customer == (author in (Author.CUSTOMER, Author.UNKNOWN) or made.role is Role.UNKNOWN)


@pytest.mark.parametrize("made", [reply(1, app_code=BRIDGE), failure_note(1), entry(1, role=Role.BOT, app_code=BRIDGE)])
def test_the_bridges_words_under_a_teammates_name_are_no_reply(made: Entry) -> None:
    chat = thread(conversation("1", first(2), made, tags=TAGS)).chat("1")
    assert chat.messages[-1].arrived == ()
    assert chat.newest_from_us is None


def test_an_author_that_is_another_contact_of_the_customer_is_that_one() -> None:
    held = conversation("1", in_messenger(1, author_id="c2"))
    phone = jennifer(id="c2", ios_seen_at=ago(1))
    merged = assemble_thread([held], [jennifer(android_seen_at=ago(1)), phone], WORKSPACE)
    assert merged.messages[0].origin is not None
    assert merged.messages[0].origin.client is Client.IOS
    nobody = assemble_thread(
        [conversation("1", in_messenger(1, author_id="c9"))], [jennifer(web_seen_at=ago(1))], WORKSPACE
    )
    assert nobody.messages[0].origin is not None
    assert nobody.messages[0].origin.client is Client.WEB


def test_merged_contacts_speak_for_their_old_ids() -> None:
    held = conversation("1", first(2), tags=TAGS, contact_ids=("old",))
    mapping = assemble_thread([held], [jennifer(merged_ids=("old",))], WORKSPACE).chat("1").mapping
    assert mapping is not None
    assert mapping.customer_address == "+353871234567"
    both = [jennifer(merged_ids=("old",)), jennifer(id="old", phone="+4915112345678")]
    mapping = assemble_thread([held], both, WORKSPACE).chat("1").mapping
    assert mapping is not None
    assert mapping.customer_address == "+4915112345678"


def test_contacts_are_in_the_order_of_their_ids() -> None:
    people: list[Contact] = [jennifer(id="c2"), jennifer(id="c1")]
    assert [c.id for c in assemble_thread([], people, WORKSPACE).contacts] == ["c1", "c2"]


# --- arrivals ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("talk", "expected"),
    [
        pytest.param(conversation("1", first(2), reply(1), tags=TAGS), [(WA, A.EXPECTED), ACCEPTED], id="open"),
        pytest.param(
            conversation("1", first(50), reply(1), tags=TAGS), [(WA, A.NOT_EXPECTED), ACCEPTED], id="closed then"
        ),
        pytest.param(
            conversation("1", first(50), reply(1), failure_note(0.99), tags=TAGS),
            [(WA, A.FAILED), ACCEPTED],
            id="notice",
        ),
        pytest.param(
            conversation("1", reply(1), tags=TAGS, unseen_before=ago(1)), [(WA, A.UNKNOWN), ACCEPTED], id="unknown then"
        ),
        pytest.param(conversation("1", first(2), reply(1), page_url=PAGE), [ACCEPTED], id="plain"),
        pytest.param(conversation("1", first(2), reply(1), born_on="email"), [(EMAIL, A.ACCEPTED)], id="e-mail"),
        pytest.param(conversation("1", first(2), reply(1), born_on="phone_call"), [(UNKNOWN, A.UNKNOWN)], id="call"),
        pytest.param(conversation("1", first(2), reply(1), born_on="whatsapp"), [(WA, A.EXPECTED)], id="native"),
        pytest.param(conversation("1", first(2), reply(1)), [(UNKNOWN, A.UNKNOWN), ACCEPTED], id="possibly mapped"),
        pytest.param(
            conversation("1", first(99), reply(1), tags=("telegram",)),
            [(ChannelKind.TELEGRAM, A.EXPECTED), ACCEPTED],
            id="no window",
        ),
    ],
)
def test_where_our_replies_arrived(talk: Conversation, expected: list[tuple[ChannelKind, Arrival]]) -> None:
    chat = thread(talk).chat("1")
    assert arrivals(chat) == [expected]
    assert all(a.reason for m in chat.messages for a in m.arrived)


def test_notes_and_events_arrive_nowhere() -> None:
    note = entry(1, role=Role.TEAMMATE, kind=EntryKind.NOTE)
    assert arrivals(thread(conversation("1", first(2), note, event(0.5), tags=TAGS)).chat("1")) == []


@pytest.mark.parametrize(
    ("relay", "made_by", "arrival"),
    [
        (Relay.UNPROVEN, "reachline-app", A.UNKNOWN),
        (Relay.REFUSED, "reachline-app", A.NOT_EXPECTED),
        (Relay.REFUSED, "crm", A.NOT_EXPECTED),
        (Relay.PROVEN, "reachline-app", A.EXPECTED),
        (Relay.REFUSED, None, A.EXPECTED),
        (Relay.UNPROVEN, None, A.EXPECTED),
    ],
)
def test_relay_decides_only_over_replies_made_through_the_api(
    relay: Relay, made_by: str | None, arrival: Arrival
) -> None:
    workspace = replace(WORKSPACE, relay={WA: relay})
    held = conversation("1", first(2), reply(1, app_code=made_by), tags=TAGS)
    assert arrivals(thread(held, workspace=workspace).chat("1"))[0][0] == (WA, arrival)
    native = conversation("1", first(2), reply(1, app_code=made_by), born_on="whatsapp")
    assert arrivals(thread(native, workspace=workspace).chat("1")) == [[(WA, A.EXPECTED)]]


def test_of_two_replies_that_a_notice_may_speak_of_none_is_said_to_have_failed() -> None:
    held = conversation("1", first(2), reply(1, id="1"), reply(0.99, id="2"), failure_note(0.98, "470"), tags=TAGS)
    chat = thread(held).chat("1")
    assert arrivals(chat) == [[(WA, A.EXPECTED), ACCEPTED]] * 2
    assert [m.notice is not None and not m.notice.is_matched for m in chat.messages if m.arrived] == [True, True]


def test_where_replies_arrived_is_decided_in_the_spans_asked_for_with_both_ends() -> None:
    held = conversation("1", first(9), *[reply(age, id=str(age)) for age in range(8, 0, -1)], tags=TAGS)
    for spans, decided in (
        ([], []),
        ([(ago(7), ago(6))], ["7", "6"]),
        ([(ago(7), ago(7)), (ago(2.5), NOW)], ["7", "2", "1"]),
        (None, ["8", "7", "6", "5", "4", "3", "2", "1"]),
    ):
        chat = assemble_thread([held], [jennifer()], WORKSPACE, arrivals_in=spans).chat("1")
        assert [m.id for m in chat.messages if m.arrived] == decided
        assert len(chat.messages) == 9


# --- what the channel does not show --------------------------------------------------------------------------------


def test_words_from_the_messenger_or_by_mail_are_unseen_on_the_channel() -> None:
    held = conversation("1", first(50), on_channel(30), in_messenger(2), in_messenger(1, by_email=True), tags=TAGS)
    odd = in_messenger(0.5, app_code="crm")
    merged = thread(replace(held, entries=(*held.entries, replace(odd, conversation_id="1"))))
    assert [m.unseen_on for m in merged.messages] == [None, None, WA, WA, None]
    plain = thread(conversation("1", first(2), in_messenger(1), page_url=PAGE))
    assert [m.unseen_on for m in plain.messages] == [None, None]
    possibly = thread(conversation("1", first(2), in_messenger(1)))
    assert [m.unseen_on for m in possibly.messages] == [None, None]


# --- pins and time -------------------------------------------------------------------------------------------------


def test_a_pin_takes_a_conversation_out_of_the_window() -> None:
    held = conversation("1", first(2), on_channel(1), tags=TAGS)
    chat = thread(held, workspace=replace(WORKSPACE, pins={"1": Pin(None)})).chat("1")
    assert (chat.window.exists, chat.mapping) == (False, None)
    assert isinstance(chat.unmapped, Unmapped)
    assert thread(held).chat("1").unmapped is None


def test_now_decides_whether_a_tag_can_be_missed_yet() -> None:
    tagged = replace(WORKSPACE, tagging=Tagging.ESTABLISHED)
    held = conversation("1", first(1))
    assert assemble_thread([held], [jennifer()], tagged, now=ago(0.99)).chat("1").mapping is not None
    assert assemble_thread([held], [jennifer()], tagged, now=NOW).chat("1").mapping is None
    assert assemble_thread([held], [jennifer()], tagged).chat("1").mapping is None
    young = assemble_thread([held], [jennifer()], tagged, now=ago(0.99)).messages[0].origin
    assert young is not None
    assert not young.is_known
    assert WindowState.NONE.allows_replies
