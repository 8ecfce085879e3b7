"""Old conversations are dormant where newer ones show all that decisions ask of them, and the rest is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from conversation_factory import (
    WORKSPACE,
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

from desktop.domain.history.dormant import Dormancy, find_dormant, still_holds
from desktop.domain.history.thread import Thread, assemble_thread
from desktop.domain.model.facts import Conversation, ConversationState, Role

CLOSED = ConversationState.CLOSED


def bridged(days: float, tag: str = "whatsapp", **more: object) -> Conversation:
    """A closed chat of an hour, so many days ago."""
    age = 24 * days
    held = (first(age), on_channel(age - 0.2), reply(age - 0.4), on_channel(age - 0.6), event(age - 1, "close"))
    return conversation(f"{tag}{days}", *held, **({"tags": (tag,), "state": CLOSED} | more))  # type: ignore[arg-type]


def web(days: float) -> Conversation:
    age = 24 * days
    held = (first(age), in_messenger(age - 0.5), reply(age - 1))
    return conversation(f"web{days}", *held, state=CLOSED, page_url="https://shop.example")


def thread_of(*conversations: Conversation) -> Thread:
    return assemble_thread(conversations, [jennifer()], WORKSPACE)


def dormant_in(*conversations: Conversation) -> Dormancy:
    return find_dormant(thread_of(*conversations), WORKSPACE, ())


HISTORY = [bridged(0.5, state=ConversationState.OPEN), *(make(n) for n in range(2, 12) for make in (bridged, web))]


def adding(conversation: Conversation, *more: object) -> Conversation:
    held = tuple(replace(e, conversation_id=conversation.id) for e in more)  # type: ignore[type-var]
    return replace(conversation, entries=(*conversation.entries, *held))  # type: ignore[arg-type]


def test_of_each_kind_the_newest_settled_conversation_stands_for_all() -> None:
    found = dormant_in(*HISTORY)
    assert found.ids == {c.id for c in HISTORY[3:]}
    assert found.standing_for == {"whatsapp2", "web2"}
    assert found.active_upto == HISTORY[3].updated_at
    assert found.compared == {"whatsapp2"} - {c.id for c in HISTORY if c.created_at > HISTORY[3].updated_at}


def test_what_was_active_within_the_span_of_a_window_is_not_dormant() -> None:
    talks = [bridged(0), bridged(0.6), bridged(1), bridged(3), bridged(4)]
    assert dormant_in(*talks).ids == {"whatsapp3", "whatsapp4"}


@pytest.mark.parametrize(
    "change",
    [
        lambda c: replace(c, state=ConversationState.OPEN),
        lambda c: replace(c, state=ConversationState.SNOOZED),
        lambda c: replace(c, unseen_before=c.created_at),
        lambda c: replace(c, entries=()),
        lambda c: adding(c, failure_note(24 * 7 - 0.5)),
        lambda c: adding(c, on_channel(24 * 7 - 0.7, text="changed their number")),
        lambda c: adding(c, in_messenger(24 * 7 - 0.7, author_name="Jen")),
        lambda c: replace(c, tags=(*c.tags, replace(c.tags[0], name="vip"))),
        lambda c: replace(c, read=False),
        lambda c: replace(c, contact_ids=("c2",)),
        lambda c: adding(c, entry(24 * 7 - 0.7, role=Role.UNKNOWN)),
    ],
)
def test_what_counts_by_itself_or_is_of_a_kind_of_its_own_is_read(
    change: Callable[[Conversation], Conversation],
) -> None:
    changed = [change(c) if c.id == "whatsapp7" else c for c in HISTORY]
    assert "whatsapp7" not in dormant_in(*changed).ids


def test_a_conversation_about_which_something_is_stored_is_read() -> None:
    assert "web9" not in find_dormant(thread_of(*HISTORY), WORKSPACE, {"web9"}).ids


def test_a_keyword_of_text_messages_counts_by_itself() -> None:
    for word, is_read in (("STOP", True), ("start", True), ("When?", False)):
        talks = [bridged(n, "twilio") for n in range(2, 6)]
        talks[2] = adding(talks[2], on_channel(24 * 4 - 0.7, text=word))
        assert ("twilio4" not in dormant_in(bridged(0), *talks).ids) is is_read


def test_where_two_chats_were_open_at_a_time_none_on_that_channel_is_dormant() -> None:
    at_once = replace(bridged(6.02), entries=(*bridged(6.02).entries[:-1], event(24 * 5, "close")))
    found = dormant_in(*HISTORY, at_once)
    assert {i[:3] for i in found.ids} == {"web"}


def test_a_conversation_of_now_leaves_the_others_dormant() -> None:
    found, awake = dormant_in(*HISTORY), HISTORY[:3]
    assert still_holds(found, thread_of(*awake))
    assert still_holds(found, thread_of(*awake, bridged(0.1), web(0.1), web(9.5)))


@pytest.mark.parametrize(
    "more",
    [
        bridged(5.5),
        adding(bridged(0.1), on_channel(2, line_hint="+35315550100")),
        adding(bridged(0.1), on_channel(2, customer_hint="+4915112345678")),
    ],
    ids=["begun meanwhile", "our number", "another number of the customer"],
)
def test_what_they_have_to_be_compared_with_anew_wakes_them(more: Conversation) -> None:
    assert not still_holds(dormant_in(*HISTORY), thread_of(*HISTORY[:3], more))


def test_the_first_sign_of_a_bridge_wakes_them() -> None:
    found = dormant_in(*(web(n) for n in range(9)))
    assert found.ids
    assert not still_holds(found, thread_of(web(0), web(2), bridged(0.1)))


def test_nothing_is_dormant_where_each_stands_for_itself() -> None:
    assert dormant_in(bridged(0), bridged(3), web(5)) == Dormancy()


def test_nothing_is_dormant_without_messages() -> None:
    assert find_dormant(thread_of(), WORKSPACE, ()) == Dormancy()
    assert dormant_in(conversation("1", state=CLOSED)) == Dormancy()
