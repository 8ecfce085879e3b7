"""One customer's thread over all conversations: order, windows shared between chats, arrivals, notices."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from talk import (
    NOW,
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
from desktop.domain.facts import ChannelKind, Conversation, EntryKind, Role
from desktop.domain.thread import Author, Chat, Thread, assemble
from desktop.domain.window import WindowState
from desktop.domain.workspace import Pin, Relay, Workspace

WHATSAPP = ("whatsapp",)


def thread(*held: Conversation, workspace: Workspace = WORKSPACE, **contact: object) -> Thread:
    return assemble(held, [jennifer(**contact)], workspace)


def arrivals(chat: Chat) -> list[list[tuple[ChannelKind, Arrival]]]:
    return [[(a.channel, a.arrival) for a in m.arrived] for m in chat.messages if m.arrived]


def test_messages_of_all_conversations_in_time_order_first_message_before_its_parts() -> None:
    merged = thread(
        conversation("20", first(10), on_channel(8), reply(6), tags=WHATSAPP),
        conversation("10", first(9), in_messenger(9), page_url="https://shop.example"),
    )
    assert [m.entry.conversation_id for m in merged.messages] == ["20", "10", "10", "20", "20"]
    assert [m.entry.is_first for m in merged.messages] == [True, True, False, False, False]
    assert [chat.id for chat in merged.chats] == ["20", "10"]
    assert merged.messages[0].key == ("20", "source:20")


def test_an_id_that_is_no_number_still_has_its_place() -> None:
    talk = conversation("1", in_messenger(2, id="b-2"), in_messenger(2, id="7"))
    assert [m.id for m in thread(talk).messages] == ["b-2", "7"]


def test_the_window_is_computed_over_all_conversations_of_the_same_chat() -> None:
    old = conversation("1", first(50), on_channel(30), tags=WHATSAPP)
    new = conversation("2", first(3), tags=WHATSAPP)
    merged = thread(old, new)
    assert merged.chat("1").window == merged.chat("2").window
    assert merged.chat("1").window.opened_by == "source:2"
    assert merged.windows == (merged.chat("2").window,)


def test_words_elsewhere_do_not_open_the_window() -> None:
    merged = thread(
        conversation(
            "1", first(50), on_channel(30), in_messenger(0.1), in_messenger(0.2, by_email=True), tags=WHATSAPP
        ),
        conversation("2", first(0.1), page_url="https://shop.example"),
    )
    assert merged.chat("1").window.opened_at == ago(30)
    assert merged.chat("1").window.state(NOW) is WindowState.CLOSED
    assert merged.newest_from_customer is not None


def test_another_customer_address_is_another_window() -> None:
    one = conversation("1", first(30), tags=WHATSAPP, contact_ids=("c1",))
    two = conversation("2", first(2), tags=WHATSAPP, contact_ids=("c2",))
    contacts = [jennifer(), jennifer(id="c2", phone="+4915112345678")]
    merged = assemble([one, two], contacts, WORKSPACE)
    assert merged.chat("1").window.state(NOW) is WindowState.CLOSED
    assert merged.chat("2").window.state(NOW) is WindowState.OPEN
    assert len(merged.windows) == 2


def test_a_message_that_may_have_come_from_the_channel_leaves_the_window_unknown() -> None:
    known = conversation("1", first(50), on_channel(30), tags=WHATSAPP)
    suspicious = conversation("2", first(2))
    merged = thread(known, suspicious, bridge_attributes={"octopods_channel": "whatsapp"})
    assert merged.chat("1").window.state(NOW) is WindowState.UNKNOWN
    assert merged.chat("2").mapping is not None
    assert not merged.chat("2").mapping.is_known


def test_a_conversation_not_read_yet_leaves_the_window_unknown_when_it_may_matter() -> None:
    known = conversation("1", first(50), on_channel(30), tags=WHATSAPP)
    unread = conversation("2", updated_at=ago(1), unseen_before=ago(1))
    assert thread(known, unread).chat("1").window.state(NOW) is WindowState.UNKNOWN
    typed_on_web = replace(unread, page_url="https://shop.example")
    assert thread(known, typed_on_web).chat("1").window.state(NOW) is WindowState.CLOSED


def test_missing_older_parts_leave_it_unknown() -> None:
    capped = conversation("1", in_messenger(5), tags=WHATSAPP, unseen_before=ago(5))
    assert thread(capped).chat("1").window.state(NOW) is WindowState.UNKNOWN


def test_a_messenger_reply_inside_a_whatsapp_conversation_is_unseen_there() -> None:
    merged = thread(conversation("1", first(50), on_channel(30), in_messenger(0.1), tags=WHATSAPP))
    assert [m.unseen_on for m in merged.messages] == [None, None, ChannelKind.WHATSAPP]


@pytest.mark.parametrize(
    ("talk", "expected"),
    [
        pytest.param(
            conversation("1", first(2), reply(1), tags=WHATSAPP),
            [[(ChannelKind.WHATSAPP, Arrival.EXPECTED), (ChannelKind.MESSENGER, Arrival.ACCEPTED)]],
            id="open",
        ),
        pytest.param(
            conversation("1", first(50), reply(1), tags=WHATSAPP),
            [[(ChannelKind.WHATSAPP, Arrival.NOT_EXPECTED), (ChannelKind.MESSENGER, Arrival.ACCEPTED)]],
            id="closed then",
        ),
        pytest.param(
            conversation("1", first(50), reply(49), on_channel(1), tags=WHATSAPP),
            [[(ChannelKind.WHATSAPP, Arrival.EXPECTED), (ChannelKind.MESSENGER, Arrival.ACCEPTED)]],
            id="open then, closed since, open now",
        ),
        pytest.param(
            conversation("1", first(50), reply(1), failure_note(0.99), tags=WHATSAPP),
            [[(ChannelKind.WHATSAPP, Arrival.FAILED), (ChannelKind.MESSENGER, Arrival.ACCEPTED)]],
            id="notice",
        ),
        pytest.param(
            conversation("1", reply(1), tags=WHATSAPP, unseen_before=ago(1)),
            [[(ChannelKind.WHATSAPP, Arrival.UNKNOWN), (ChannelKind.MESSENGER, Arrival.ACCEPTED)]],
            id="window unknown then",
        ),
        pytest.param(
            conversation("1", first(2), reply(1), page_url="https://shop.example"),
            [[(ChannelKind.MESSENGER, Arrival.ACCEPTED)]],
            id="plain",
        ),
        pytest.param(
            conversation("1", first(2), reply(1), born_on="email"),
            [[(ChannelKind.EMAIL, Arrival.ACCEPTED)]],
            id="e-mail",
        ),
        pytest.param(
            conversation("1", first(2), reply(1), born_on="whatsapp"),
            [[(ChannelKind.WHATSAPP, Arrival.EXPECTED)]],
            id="Intercom's own WhatsApp",
        ),
    ],
)
def test_where_our_replies_arrived(talk: Conversation, expected: list[list[tuple[ChannelKind, Arrival]]]) -> None:
    chat = thread(talk).chat("1")
    assert arrivals(chat) == expected
    assert all(a.reason for m in chat.messages for a in m.arrived)


def test_possibly_mapped_chat_says_that_it_cannot_tell() -> None:
    chat = thread(conversation("1", first(2), reply(1)), bridge_attributes={"octopods_channel": "line"}).chat("1")
    assert arrivals(chat) == [[(ChannelKind.UNKNOWN, Arrival.UNKNOWN), (ChannelKind.MESSENGER, Arrival.ACCEPTED)]]


@pytest.mark.parametrize(
    ("relay", "made_by", "arrival"),
    [
        (Relay.UNPROVEN, "reachline-app", Arrival.UNKNOWN),
        (Relay.REFUSED, "reachline-app", Arrival.NOT_EXPECTED),
        (Relay.PROVEN, "reachline-app", Arrival.EXPECTED),
        (Relay.REFUSED, None, Arrival.EXPECTED),
    ],
    ids=["unproven", "refused", "proven", "typed in Intercom's inbox"],
)
def test_relay_decides_only_over_replies_made_through_the_api(
    relay: Relay, made_by: str | None, arrival: Arrival
) -> None:
    workspace = replace(WORKSPACE, relay={ChannelKind.WHATSAPP: relay})
    chat = thread(conversation("1", first(2), reply(1, app_code=made_by), tags=WHATSAPP), workspace=workspace).chat("1")
    assert arrivals(chat)[0][0] == (ChannelKind.WHATSAPP, arrival)


def test_authors() -> None:
    talk = conversation(
        "1",
        first(9),
        entry(8, role=Role.BOT, text="We will be right with you"),
        reply(7),
        failure_note(6.99),
        entry(6, role=Role.TEAMMATE, kind=EntryKind.NOTE, text="Call her"),
        event(5),
        tags=WHATSAPP,
    )
    chat = thread(talk).chat("1")
    assert [m.author for m in chat.messages] == [
        Author.CUSTOMER, Author.BOT, Author.TEAMMATE, Author.BRIDGE, Author.TEAMMATE, Author.TEAMMATE,
    ]  # fmt: skip
    assert chat.newest_from_us is not None
    assert chat.newest_from_us.author is Author.TEAMMATE
    assert chat.newest_from_us.notice is not None
    assert [m.origin is None for m in chat.messages] == [False, True, True, True, True, True]


def test_a_pin_takes_a_conversation_out_of_the_window() -> None:
    held = conversation("1", first(2), on_channel(1), tags=WHATSAPP)
    pinned = replace(WORKSPACE, pins={"1": Pin(None)})
    assert not thread(held, workspace=pinned).chat("1").window.exists


def test_an_origin_once_found_stays() -> None:
    held = conversation("1", first(2), in_messenger(1))
    seen = assemble([held], [jennifer(ios_seen_at=ago(1))], WORKSPACE)
    stored = {m.key: m.origin for m in seen.messages if m.origin}
    later = assemble([held], [jennifer(ios_seen_at=NOW + timedelta(hours=3))], WORKSPACE, stored)
    assert later.messages[1].origin == seen.messages[1].origin


def test_merged_contacts_speak_for_their_old_ids() -> None:
    held = conversation("1", first(2), tags=WHATSAPP, contact_ids=("old",))
    merged = assemble([held], [jennifer(merged_ids=("old",))], WORKSPACE)
    mapping = merged.chat("1").mapping
    assert mapping is not None
    assert mapping.customer_address == "+353871234567"


def test_a_conversation_that_is_not_hers() -> None:
    with pytest.raises(KeyError):
        thread(conversation("1", first(2))).chat("2")


def test_windows_are_those_of_channels_that_have_one() -> None:
    merged = thread(
        conversation("1", first(1), page_url="https://shop.example"),
        conversation("2", first(2), tags=WHATSAPP),
        conversation("3", first(3), tags=("telegram",)),
    )
    assert [window.key.channel for window in merged.windows] == [ChannelKind.WHATSAPP]


def test_an_empty_thread() -> None:
    empty = assemble([], [], WORKSPACE)
    assert (empty.chats, empty.messages, empty.windows, empty.newest_from_customer) == ((), (), (), None)
