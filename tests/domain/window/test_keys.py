"""Which conversations mirror one and the same chat, and share its window."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest
from conversation_factory import (
    MINUTE,
    PAGE,
    WORKSPACE,
    ago,
    conversation,
    entry,
    event,
    first,
    in_messenger,
    jennifer,
    on_channel,
)

from desktop.domain.mapping import find_mapping
from desktop.domain.model.facts import ChannelKind, Contact, Conversation, ConversationState, Entry, Role
from desktop.domain.model.workspace import Workspace
from desktop.domain.origin import OriginContext, find_origin
from desktop.domain.window.keys import WindowKeys, find_window_keys, normalize_address
from desktop.domain.window.window import WindowKey

WA, TG, SMS = ChannelKind.WHATSAPP, ChannelKind.TELEGRAM, ChannelKind.SMS
TAGS = ("whatsapp",)
THEIRS, LINE, OTHER_LINE = "+353871234567", "+35315550100", "+35315550199"
CLOSED = ConversationState.CLOSED


def keys(*held: Conversation, workspace: Workspace = WORKSPACE, contact: Contact | None = None) -> WindowKeys:
    people = {"c1": contact or jennifer(), "c2": jennifer(id="c2")}
    found = [find_window_keys(order, *_decided(order, people, workspace), workspace) for order in permutations(held)]
    assert all(f == found[0] for f in found), "the order of conversations never matters"
    return found[0]


def _decided(held, people, workspace):  # type: ignore[no-untyped-def]
    origins = {
        e.key: find_origin(e, OriginContext(c, people.get(e.author_id), workspace))
        for c in held
        for e in c.entries
        if e.is_customer_message
    }
    return {c.id: find_mapping(c, people, workspace) for c in held}, origins


def chat(name: str, *entries: Entry, **more: object) -> Conversation:
    return conversation(name, *entries, **({"tags": TAGS} | more))


def hinted(age: float, **more: object) -> Entry:
    return on_channel(age, **({"line_hint": LINE, "customer_hint": THEIRS} | more))


# --- conversations of other kinds ----------------------------------------------------------------------------------


def test_what_mirrors_nothing_has_the_key_of_its_own_channel() -> None:
    found = keys(
        conversation("1", first(9), page_url=PAGE),
        conversation("2", first(9), born_on="email"),
        conversation("3", first(9)),
    )
    assert found.keys == {
        "1": WindowKey(ChannelKind.MESSENGER),
        "2": WindowKey(ChannelKind.EMAIL),
        "3": WindowKey(ChannelKind.UNKNOWN),
    }
    assert (found.possibly_same_chat, found.several) == ({}, frozenset())


def test_intercoms_own_number_and_the_bridges_are_two_windows() -> None:
    lines = jennifer(bridge_attributes={"octopods_whatsapp_account_phone": LINE})
    found = keys(conversation("1", first(9), born_on="whatsapp"), chat("2", first(5)), contact=lines)
    assert found.keys == {
        "1": WindowKey(WA, "", THEIRS, "native"),
        "2": WindowKey(WA, LINE, THEIRS),
    }
    unknown = keys(conversation("1", first(9), born_on="whatsapp"), chat("2", first(5)))
    assert unknown.keys == {"1": WindowKey(WA, "", THEIRS, "native"), "2": WindowKey(WA, "", THEIRS, "bridge")}
    assert unknown.several == frozenset()


def test_a_native_chat_without_an_address_is_that_of_its_contact() -> None:
    nobody = jennifer(phone="")
    native = [conversation(n, first(9), born_on="whatsapp") for n in ("1", "2")]
    found = keys(*native, conversation("3", first(9), born_on="whatsapp", contact_ids=()), contact=nobody)
    assert found.keys["1"] == found.keys["2"] == WindowKey(WA, "", "contact:c1", "native")
    assert found.keys["3"] == WindowKey(WA, "", "contact:", "native")


# --- one chat ------------------------------------------------------------------------------------------------------


def test_one_closed_before_the_other_began_is_the_same_chat() -> None:
    old = chat("1", first(50), event(40, "close"), state=CLOSED)
    found = keys(old, chat("2", first(9)))
    assert found.keys == dict.fromkeys(("1", "2"), WindowKey(WA, "", THEIRS, "bridge"))
    assert (found.possibly_same_chat, found.several) == ({"1": frozenset(), "2": frozenset()}, frozenset())


def test_a_number_that_is_known_once_is_that_of_all() -> None:
    old = chat("1", hinted(50), event(40, "close"), state=CLOSED)
    found = keys(old, chat("2", on_channel(9)))
    assert found.keys == dict.fromkeys(("1", "2"), WindowKey(WA, LINE, THEIRS))


def test_spellings_of_one_number_are_one() -> None:
    old = chat("1", hinted(50, line_hint="+353 1 555 0100", customer_hint="+353 (0)87 123 4567"), state=CLOSED)
    found = keys(old, chat("2", hinted(9)))
    assert found.keys == dict.fromkeys(("1", "2"), WindowKey(WA, LINE, THEIRS))


@pytest.mark.parametrize(("one", "other"), [("+5491123456789", "+541123456789"), ("+22997123456", "+2290197123456")])
def test_doubtful_forms_of_a_number_are_not_one(one: str, other: str) -> None:
    found = keys(chat("1", hinted(50, customer_hint=one)), chat("2", hinted(9, customer_hint=other)))
    assert found.keys == {"1": WindowKey(WA, LINE, one), "2": WindowKey(WA, LINE, other)}


def test_addresses_in_their_normal_form() -> None:
    assert normalize_address("+353 87 123 4567") == normalize_address("whatsapp:+353871234567") == "+353871234567"
    assert normalize_address(" US.13 ") == "us.13"
    assert (normalize_address(None), normalize_address("")) == ("", "")


def test_two_channels_are_two_chats() -> None:
    found = keys(chat("1", first(9)), chat("2", first(9), tags=("twilio",)))
    assert found.keys == {"1": WindowKey(WA, "", THEIRS, "bridge"), "2": WindowKey(SMS, "", THEIRS, "bridge")}
    assert found.several == frozenset()


# --- several numbers of ours ---------------------------------------------------------------------------------------


def test_two_known_numbers_are_two_windows() -> None:
    found = keys(chat("1", hinted(9)), chat("2", hinted(8, line_hint=OTHER_LINE)))
    assert found.keys == {"1": WindowKey(WA, LINE, THEIRS), "2": WindowKey(WA, OTHER_LINE, THEIRS)}
    assert found.several == {WA}


def test_where_there_are_several_an_unknown_one_is_a_window_of_its_own() -> None:
    old = chat("3", first(70), event(69, "close"), state=CLOSED)
    found = keys(old, chat("1", hinted(9)), chat("2", hinted(8, line_hint=OTHER_LINE)))
    assert found.keys["3"].conversation_id == "3"
    assert found.possibly_same_chat["3"] == {"1", "2"}
    assert found.possibly_same_chat["1"] == frozenset()
    told = replace(WORKSPACE, several_numbers=frozenset({WA}))
    alone = keys(chat("1", first(9)), workspace=told)
    assert alone.keys == {"1": WindowKey(WA, "", THEIRS, "bridge", "1")}
    assert alone.several == frozenset()
    elsewhere = replace(WORKSPACE, several_numbers=frozenset({SMS}))
    assert keys(chat("1", first(9)), workspace=elsewhere).keys["1"].conversation_id == ""


def test_two_tags_of_one_channel_are_two_numbers() -> None:
    old = chat("1", first(50), event(40, "close"), state=CLOSED)
    found = keys(old, chat("2", first(9), tags=("twilio_whatsapp",)))
    assert [found.keys[i].conversation_id for i in ("1", "2")] == ["1", "2"]
    assert found.several == {WA}
    assert found.possibly_same_chat == {"1": frozenset(), "2": frozenset()}
    by_part = keys(old, conversation("2", on_channel(9, tags=(" Twilio_WhatsApp",))))
    assert by_part.several == {WA}


def test_tags_that_have_one_in_common_and_tags_of_other_channels_show_nothing() -> None:
    old = chat("1", first(50), event(40, "close"), state=CLOSED)
    assert keys(old, chat("2", first(9), tags=("twilio_whatsapp", "whatsapp"))).several == frozenset()
    assert keys(old, chat("2", on_channel(9), tags=("vip", "whatsapp"))).several == frozenset()


def test_one_of_several_numbers_on_the_contact() -> None:
    told = replace(WORKSPACE, numbers={"octopods_whatsapp_account_phone": frozenset({LINE, OTHER_LINE})})
    contact = jennifer(bridge_attributes={"octopods_whatsapp_account_phone": LINE})
    found = keys(chat("1", first(9)), workspace=told, contact=contact)
    assert found.keys == {"1": WindowKey(WA, "", THEIRS, "bridge", "1")}
    assert found.several == {WA}


# --- two at the same time ------------------------------------------------------------------------------------------


def apart(*held: Conversation) -> bool:
    found = keys(*held)
    assert len({k.conversation_id != "" for k in found.keys.values()}) == 1
    assert (found.several == {WA}) is any(k.conversation_id for k in found.keys.values())
    return all(k.conversation_id for k in found.keys.values())


@pytest.mark.parametrize(
    ("entries", "state", "two"),
    [
        pytest.param([], ConversationState.OPEN, True, id="never closed"),
        pytest.param([], ConversationState.SNOOZED, True, id="snoozed"),
        pytest.param([], CLOSED, False, id="closed, without a part that says when"),
        pytest.param([event(10, "close")], CLOSED, False, id="closed before"),
        pytest.param([event(10, "close")], ConversationState.OPEN, False, id="closed before, reopened unseen"),
        pytest.param([event(9, "close")], CLOSED, True, id="closed only as the other began"),
        pytest.param([event(5, "close")], CLOSED, True, id="closed after"),
        pytest.param([event(11, "close"), event(10, "open")], CLOSED, True, id="reopened by a teammate"),
        pytest.param([event(11, "close"), event(10, "assign_and_reopen")], CLOSED, True, id="reopened by assigning"),
        pytest.param([event(11, "close"), event(10, "note_and_reopen")], CLOSED, True, id="reopened with a note"),
        pytest.param([event(11, "close"), event(10, "assignment")], CLOSED, False, id="assigned only"),
        pytest.param([event(11, "close"), event(8, "open")], CLOSED, False, id="reopened after"),
        pytest.param(
            [event(12, "close"), event(11, "open"), event(10, "close")], CLOSED, False, id="reopened and closed again"
        ),
        pytest.param(
            [event(11, "close"), in_messenger(10, event="open")], CLOSED, False, id="reopened from the Messenger"
        ),
        pytest.param([event(11, "close"), on_channel(10, event="open")], CLOSED, True, id="reopened from the channel"),
    ],
)
def test_two_that_were_open_at_the_same_time_are_two_chats(
    entries: list[Entry], state: ConversationState, *, two: bool
) -> None:
    for shuffled in (entries, entries[::-1]):
        old = chat("1", first(50), *shuffled, state=state)
        assert apart(old, chat("2", first(9))) is two


def test_two_that_are_written_to_in_turns_are_two_chats() -> None:
    closed = event(10, "close")
    new = chat("2", first(9), on_channel(5))
    assert apart(chat("1", first(50), closed, on_channel(8), state=CLOSED), new)
    assert not apart(chat("1", first(50), closed, in_messenger(8), state=CLOSED), new)
    assert not apart(chat("1", first(50), closed, on_channel(9), state=CLOSED), new)
    # A newer one that the customer has not written in from the channel shows nothing.
    silent = chat("2", in_messenger(9))
    assert not apart(chat("1", first(50), closed, on_channel(8), state=CLOSED), silent)


def test_one_without_channel_messages_hides_no_newer_one_that_was_written_to_in_turns() -> None:
    old = chat("1", first(50), event(40, "close"), on_channel(6), state=CLOSED)
    silent = chat("2", in_messenger(20), event(15, "close"), state=CLOSED)
    found = keys(old, silent, chat("3", first(8)))
    assert found.several == {WA}
    assert found.possibly_same_chat == {"1": {"2"}, "2": {"1", "3"}, "3": {"2"}}


def test_those_that_are_surely_apart_may_each_be_the_same_as_a_third() -> None:
    third = chat("3", first(70), event(60, "close"), state=CLOSED)
    found = keys(chat("1", first(50)), chat("2", first(9)), third)
    assert {i: k.conversation_id for i, k in found.keys.items()} == {"1": "1", "2": "2", "3": "3"}
    assert found.possibly_same_chat == {"1": {"3"}, "2": {"3"}, "3": {"1", "2"}}


def test_addresses_stored_with_both_outweigh_that_they_were_open_together() -> None:
    found = keys(chat("1", hinted(50)), chat("2", hinted(9)))
    assert found.keys == dict.fromkeys(("1", "2"), WindowKey(WA, LINE, THEIRS))
    assert found.several == frozenset()
    among_others = keys(chat("1", hinted(50), on_channel(49)), chat("2", on_channel(9), hinted(8)))
    assert among_others.keys == found.keys
    half = keys(chat("1", hinted(50)), chat("2", on_channel(9, line_hint=LINE)))
    assert half.several == {WA}
    other = keys(chat("1", hinted(50)), chat("2", hinted(9, customer_hint="+4915112345678")))
    assert len(set(other.keys.values())) == 2
    assert other.several == frozenset()


def test_of_two_that_collide_neither_has_todays_number() -> None:
    found = keys(chat("1", first(50)), chat("2", first(9)))
    assert [k.customer_address for k in found.keys.values()] == ["", ""]
    kept = keys(chat("1", first(50)), chat("2", on_channel(9, customer_hint=THEIRS)))
    assert kept.keys["2"].customer_address == THEIRS


# --- the customer's address ----------------------------------------------------------------------------------------


def test_another_number_stored_earlier_speaks_against_todays() -> None:
    changed = jennifer(phone="+353870000000")
    old = chat("1", on_channel(50, customer_hint=THEIRS), event(40, "close"), state=CLOSED)
    found = keys(old, chat("2", first(9)), contact=changed)
    assert found.keys["1"] == WindowKey(WA, "", THEIRS, "bridge")
    assert found.keys["2"] == WindowKey(WA, "", "", "bridge", "2")
    same = keys(old, chat("2", first(9)))
    assert same.keys["2"] == WindowKey(WA, "", THEIRS, "bridge")


@pytest.mark.parametrize("hints", [{"customer_hint": THEIRS}, {"line_hint": LINE}, {}])
@pytest.mark.parametrize("is_older_known", [False, True])
def test_what_is_not_known_of_one_tells_two_chats_not_apart(hints: dict[str, str], *, is_older_known: bool) -> None:
    """Open at the same time, and nothing says that they are with two numbers: they are two chats of the like."""
    nobody = jennifer(phone="")
    older, newer = on_channel(50), on_channel(9)
    if is_older_known:
        older = replace(older, **hints)
    else:
        newer = replace(newer, **hints)
    found = keys(chat("1", older), chat("2", newer), contact=nobody)
    assert found.several == {WA}
    assert {i: k.conversation_id for i, k in found.keys.items()} == {"1": "1", "2": "2"}
    assert found.possibly_same_chat == {"1": frozenset(), "2": frozenset()}


def test_where_nobody_knows_the_number_only_a_third_chats_address_speaks_against_todays() -> None:
    old = chat("1", on_channel(50, customer_hint=THEIRS), event(40, "close"), state=CLOSED)
    middle = chat("2", on_channel(30), on_channel(29, customer_hint="+4915112345678"), event(20, "close"), state=CLOSED)
    found = keys(old, middle, chat("3", first(9)))
    assert [found.keys[i].customer_address for i in "123"] == [THEIRS, "+4915112345678", ""]
    assert found.possibly_same_chat["3"] == {"1"}


def test_an_unknown_address_never_joins_conversations() -> None:
    nobody = jennifer(phone="")
    old = chat("1", first(50), event(40, "close"), state=CLOSED)
    found = keys(old, chat("2", first(9)), contact=nobody)
    assert {i: k.conversation_id for i, k in found.keys.items()} == {"1": "1", "2": "2"}
    assert found.possibly_same_chat == {"1": {"2"}, "2": {"1"}}
    assert found.several == frozenset()
    assert MINUTE < 1
    assert entry(1, role=Role.BOT).sent_at == ago(1)
