"""The table of where a reply arrives: one test per row, and which row goes before which."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from conversation_factory import (
    NOW,
    OWN_CODE,
    PAGE,
    WORKSPACE,
    ago,
    conversation,
    entry,
    failure_note,
    first,
    in_messenger,
    jennifer,
    on_channel,
    reply,
)

from desktop.domain.contrary import ContraryFact, ContraryKind, ContrarySource
from desktop.domain.history.thread import assemble_thread
from desktop.domain.model.channel import ChannelKey, Provider
from desktop.domain.model.facts import ChannelKind, Contact, Conversation, Role, Tag
from desktop.domain.model.warning import ForecastWarning, WarningCode
from desktop.domain.model.workspace import Relay, Tagging, Workspace
from desktop.domain.reach import Certainty, Reach, Situation, Situations, find_reach, find_situation
from desktop.domain.window.window import Window, WindowKey

W, K = WarningCode, ContraryKind
WA, TG, FB = ChannelKind.WHATSAPP, ChannelKind.TELEGRAM, ChannelKind.FACEBOOK
TAGS = ("whatsapp",)
THEIRS, LINE = "+353871234567", "+35315550100"
MESSENGER, EMAIL = Reach(ChannelKind.MESSENGER), Reach(ChannelKind.EMAIL)
ON_WHATSAPP = (Reach(WA), MESSENGER)
ONLY_MESSENGER = (MESSENGER,)
MICROSECOND = timedelta(microseconds=1)


def maybe(channel: ChannelKind) -> Reach:
    return Reach(channel, Certainty.UNCERTAIN)


MAYBE_WHATSAPP = (maybe(WA), MESSENGER)


def stand(
    *held: Conversation,
    workspace: Workspace = WORKSPACE,
    contacts: tuple[Contact, ...] = (),
    is_clock_known: bool = True,
    **more: object,
) -> Situation:
    thread = assemble_thread(held, contacts or [jennifer()], workspace, **more)  # type: ignore[arg-type]
    return find_situation(thread, held[0].id, workspace, is_clock_known=is_clock_known)


def judge(*held: Conversation, now: datetime = NOW, **more: object) -> tuple[tuple[Reach, ...], list[WarningCode]]:
    places, warnings = find_reach(stand(*held, **more), now)  # type: ignore[arg-type]
    return places, [w.code for w in warnings]


def chat(*entries: object, **more: object) -> Conversation:
    return conversation("1", *entries, **({"tags": TAGS} | more))  # type: ignore[arg-type]


def native(*entries: object, **more: object) -> Conversation:
    return conversation("1", *entries, **({"born_on": "whatsapp"} | more))  # type: ignore[arg-type]


def relay(word: Relay) -> Workspace:
    return replace(WORKSPACE, relay=dict.fromkeys(ChannelKind, word))


def fact(kind: ContraryKind, age: float = 1, channel: ChannelKind = WA) -> ContraryFact:
    return ContraryFact(kind, channel, ago(age), ContrarySource.BRIDGE_NOTICE, "n1", "1")


OPEN, CLOSING, CLOSED = chat(first(2)), chat(first(23.5)), chat(first(30))
TRAP = chat(first(40), on_channel(30), in_messenger(0.2, id="99"))
PLAIN = conversation("1", first(5), page_url=PAGE)
WEAK = chat(first(2), tags=(Tag("whatsapp", ago(2) + timedelta(minutes=1)),))
WEAK_CLOSED = chat(first(30), tags=(Tag("whatsapp", ago(30) + timedelta(minutes=1)),))
UNKNOWN_WINDOW = chat(first(40), on_channel(1, app_code="crm", id="77"))


# --- rows 1 and 2: Intercom's own channel --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("current", "place"),
    [
        ("messenger", MESSENGER),
        ("email", EMAIL),
        ("facebook", maybe(FB)),
        ("sms", Reach(ChannelKind.SMS)),
        ("pigeon", maybe(ChannelKind.UNKNOWN)),
    ],
)
def test_row_1_native_that_moved_to_another_channel(current: str, place: Reach) -> None:
    assert judge(native(first(2), current_channel=current)) == ((maybe(WA), place), [W.CONVERSATION_MOVED])


@pytest.mark.parametrize("current", ["whatsapp", None])
def test_row_2_native_that_stays(current: str | None) -> None:
    assert judge(native(first(2), current_channel=current)) == ((Reach(WA),), [])
    assert judge(native(first(23.5), current_channel=current)) == ((Reach(WA),), [W.CLOSING_SOON])
    assert judge(native(first(30), current_channel=current)) == ((), [W.WINDOW_CLOSED])
    assert judge(native(reply(3), current_channel=current)) == ((), [W.WINDOW_CLOSED])
    gap = native(reply(3), unseen_before=ago(3), current_channel=current)
    assert judge(gap) == ((maybe(WA),), [W.WINDOW_UNKNOWN])
    sms = conversation("1", first(99), born_on="sms")
    assert judge(sms) == ((Reach(ChannelKind.SMS),), [])


def test_a_conversation_that_moved_to_a_native_channel_is_on_it() -> None:
    assert judge(conversation("1", first(2), current_channel="sms")) == ((Reach(ChannelKind.SMS),), [])


def test_native_warnings_rest_on_ids() -> None:
    assert find_reach(stand(native(first(30))), NOW)[1] == [ForecastWarning(W.WINDOW_CLOSED, frozenset({"source:1"}))]
    doubt = native(first(40), in_messenger(1, app_code="crm", id="8"))
    assert find_reach(stand(doubt), NOW)[1] == [ForecastWarning(W.WINDOW_UNKNOWN, frozenset({"8"}))]


# --- rows 3 and 4 --------------------------------------------------------------------------------------------------


def test_row_3_possibly_mapped() -> None:
    assert judge(conversation("1", first(2))) == ((maybe(ChannelKind.UNKNOWN), MESSENGER), [W.MAPPING_UNKNOWN])
    refused = judge(conversation("1", first(2)), workspace=relay(Relay.REFUSED))
    assert refused == ((maybe(ChannelKind.UNKNOWN), MESSENGER), [W.MAPPING_UNKNOWN])


def test_row_4_forwarding_refused() -> None:
    refused = relay(Relay.REFUSED)
    assert judge(OPEN, workspace=refused) == (ONLY_MESSENGER, [W.RELAY_REFUSED])
    assert judge(WEAK, workspace=refused) == (ONLY_MESSENGER, [W.RELAY_REFUSED, W.MAPPING_WEAK])
    assert judge(CLOSED, workspace=refused) == (ONLY_MESSENGER, [W.RELAY_REFUSED, W.WINDOW_CLOSED])
    assert judge(native(first(2)), workspace=refused) == ((Reach(WA),), [])
    written = chat(first(9), in_messenger(1))
    assert judge(written, workspace=refused) == (ONLY_MESSENGER, [W.RELAY_REFUSED])


# --- row 5 ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", [Relay.PROVEN, Relay.UNPROVEN])
def test_row_5_closed_or_never_opened(word: Relay) -> None:
    workspace = relay(word)
    assert judge(CLOSED, workspace=workspace) == (ONLY_MESSENGER, [W.WINDOW_CLOSED])
    assert judge(chat(reply(3)), workspace=workspace) == (ONLY_MESSENGER, [W.WINDOW_CLOSED])


def test_row_5_the_trap() -> None:
    assert find_reach(stand(TRAP), NOW) == (
        ONLY_MESSENGER,
        [
            ForecastWarning(W.WINDOW_CLOSED, frozenset({TRAP.entries[1].id})),
            ForecastWarning(W.MESSENGER_REPLY_DID_NOT_REOPEN, frozenset({"99"})),
        ],
    )
    by_mail = chat(first(30), in_messenger(0.2, by_email=True))
    assert judge(by_mail) == (ONLY_MESSENGER, [W.WINDOW_CLOSED, W.MESSENGER_REPLY_DID_NOT_REOPEN])


def test_row_5_the_messengers_words_are_named_only_while_younger_than_24_hours() -> None:
    held = chat(first(60), in_messenger(24))
    assert judge(held, now=NOW - MICROSECOND)[1] == [W.WINDOW_CLOSED, W.MESSENGER_REPLY_DID_NOT_REOPEN]
    assert judge(held)[1] == [W.WINDOW_CLOSED]


def test_row_5_the_bridge_said_that_it_had_expired() -> None:
    held = chat(first(9), reply(1), failure_note(0.99))
    places, [warned] = find_reach(stand(held), NOW)
    assert places == ONLY_MESSENGER
    assert warned == ForecastWarning(W.WINDOW_CLOSED, frozenset({"source:1", f"bridge_notice:1:{held.entries[2].id}"}))


# --- row 6: contrary words -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "places", "own", "warnings"),
    [
        (K.UNREACHABLE, ONLY_MESSENGER, (), [W.CHANNEL_REFUSED_LATELY]),
        (K.OPTED_OUT, ONLY_MESSENGER, (), [W.CHANNEL_REFUSED_LATELY]),
        (K.ACCOUNT, MAYBE_WHATSAPP, (maybe(WA),), [W.CHANNEL_REFUSED_LATELY]),
        (K.UNKNOWN, MAYBE_WHATSAPP, (maybe(WA),), [W.CHANNEL_REFUSED_LATELY]),
    ],
)
def test_row_6_refused_lately(
    kind: ContraryKind, places: tuple[Reach, ...], own: tuple[Reach, ...], warnings: list[WarningCode]
) -> None:
    assert judge(OPEN, contrary=[fact(kind)]) == (places, warnings)
    assert judge(native(first(2)), contrary=[fact(kind)]) == (own, warnings)
    assert find_reach(stand(OPEN, contrary=[fact(kind)]), NOW)[1] == [
        ForecastWarning(W.CHANNEL_REFUSED_LATELY, frozenset({"bridge_notice:1:n1"}))
    ]


def test_row_6_where_a_direct_route_was_refused_and_the_chats_own_number_is_not_known() -> None:
    key = ChannelKey(Provider.TWILIO, WA, "+35315550100")
    told = ContraryFact(
        K.UNREACHABLE, WA, ago(1), ContrarySource.REFUSAL, "d1", "", "+35315550100", "+353871234567", key
    )
    assert judge(OPEN, contrary=[told]) == (MAYBE_WHATSAPP, [W.CHANNEL_REFUSED_LATELY])
    assert judge(chat(first(9), on_channel(0.5)), contrary=[told]) == (ON_WHATSAPP, [])
    stranger = replace(told, customer_address="+353860000000")
    assert judge(OPEN, contrary=[stranger]) == (ON_WHATSAPP, [])


def test_row_6_beside_other_rows() -> None:
    blocked = [fact(K.UNREACHABLE)]
    assert judge(CLOSED, contrary=blocked) == (ONLY_MESSENGER, [W.WINDOW_CLOSED, W.CHANNEL_REFUSED_LATELY])
    assert judge(native(first(30)), contrary=blocked) == ((), [W.WINDOW_CLOSED, W.CHANNEL_REFUSED_LATELY])
    account = [fact(K.ACCOUNT)]
    assert judge(native(first(30)), contrary=account) == ((), [W.WINDOW_CLOSED, W.CHANNEL_REFUSED_LATELY])
    assert judge(UNKNOWN_WINDOW, contrary=blocked) == (ONLY_MESSENGER, [W.CHANNEL_REFUSED_LATELY, W.WINDOW_UNKNOWN])
    assert judge(CLOSING, contrary=account) == (MAYBE_WHATSAPP, [W.CHANNEL_REFUSED_LATELY, W.CLOSING_SOON])
    refused = judge(OPEN, contrary=blocked, workspace=relay(Relay.REFUSED))
    assert refused == (ONLY_MESSENGER, [W.RELAY_REFUSED, W.CHANNEL_REFUSED_LATELY])
    refused = judge(OPEN, contrary=account, workspace=relay(Relay.REFUSED))
    assert refused == (ONLY_MESSENGER, [W.RELAY_REFUSED, W.CHANNEL_REFUSED_LATELY])
    # The worse of two decides.
    both = [fact(K.ACCOUNT), replace(fact(K.UNREACHABLE), about="n2")]
    assert judge(OPEN, contrary=both) == (ONLY_MESSENGER, [W.CHANNEL_REFUSED_LATELY])


def test_row_6_ends_with_a_newer_message_of_the_customer() -> None:
    held = chat(first(9), on_channel(0.5))
    assert judge(held, contrary=[fact(K.UNREACHABLE)]) == (ON_WHATSAPP, [])
    assert judge(held, contrary=[fact(K.OPTED_OUT)]) == (ONLY_MESSENGER, [W.CHANNEL_REFUSED_LATELY])
    assert judge(OPEN, contrary=[fact(K.UNREACHABLE)], solved=frozenset({"bridge_notice:1:n1"})) == (ON_WHATSAPP, [])


def test_row_6_ends_with_time() -> None:
    held, told = chat(first(30), tags=("telegram",)), [fact(K.UNKNOWN, 24, TG)]
    assert judge(held, contrary=told, now=NOW - MICROSECOND) == ((maybe(TG), MESSENGER), [W.CHANNEL_REFUSED_LATELY])
    assert judge(held, contrary=told) == ((Reach(TG), MESSENGER), [])


def test_something_temporary_is_a_notice_beside_whatever_row() -> None:
    told = [fact(K.TEMPORARY, 0.25)]
    assert judge(OPEN, contrary=told, now=NOW - MICROSECOND) == (ON_WHATSAPP, [W.CHANNEL_BUSY_LATELY])
    assert judge(OPEN, contrary=told) == (ON_WHATSAPP, [])
    assert judge(native(first(2)), contrary=told, now=NOW - MICROSECOND) == ((Reach(WA),), [W.CHANNEL_BUSY_LATELY])


# --- rows 7 and 8 --------------------------------------------------------------------------------------------------


def test_row_7_weakly_mapped() -> None:
    assert judge(WEAK) == (MAYBE_WHATSAPP, [W.MAPPING_WEAK])
    assert judge(WEAK_CLOSED) == (MAYBE_WHATSAPP, [W.MAPPING_WEAK, W.WINDOW_CLOSED])
    telegram = chat(first(2), tags=(Tag("telegram", ago(2) + timedelta(minutes=1)),))
    assert judge(telegram) == ((maybe(TG), MESSENGER), [W.MAPPING_WEAK])


def test_row_8_window_unknown() -> None:
    assert find_reach(stand(UNKNOWN_WINDOW), NOW) == (
        MAYBE_WHATSAPP,
        [ForecastWarning(W.WINDOW_UNKNOWN, frozenset({"77"}))],
    )
    gap = chat(first(40), unseen_before=ago(1))
    assert find_reach(stand(gap), NOW) == (MAYBE_WHATSAPP, [ForecastWarning(W.WINDOW_UNKNOWN)])


def test_row_8_without_a_clock_whatever_depends_on_time_is_unknown() -> None:
    for held in (OPEN, CLOSING, CLOSED):
        assert judge(held, is_clock_known=False) == (MAYBE_WHATSAPP, [W.WINDOW_UNKNOWN])
    assert judge(chat(reply(1)), is_clock_known=False) == (ONLY_MESSENGER, [W.WINDOW_CLOSED])
    assert judge(chat(first(9), tags=("telegram",)), is_clock_known=False) == ((Reach(TG), MESSENGER), [])
    assert judge(PLAIN, is_clock_known=False) == (ONLY_MESSENGER, [])


# --- rows 9, 10, 11 ------------------------------------------------------------------------------------------------


def test_row_9_open_and_forwarding_proven() -> None:
    assert judge(OPEN) == (ON_WHATSAPP, [])
    assert judge(CLOSING) == (ON_WHATSAPP, [W.CLOSING_SOON])
    assert judge(chat(first(90), tags=("telegram",))) == ((Reach(TG), MESSENGER), [])


def test_row_10_open_and_forwarding_unproven() -> None:
    unproven = (Reach(WA, Certainty.UNPROVEN), MESSENGER)
    assert judge(OPEN, workspace=relay(Relay.UNPROVEN)) == (unproven, [W.RELAY_UNPROVEN])
    assert judge(CLOSING, workspace=relay(Relay.UNPROVEN)) == (unproven, [W.RELAY_UNPROVEN, W.CLOSING_SOON])


@pytest.mark.parametrize(
    ("late", "told"),
    [
        (in_messenger(1), True),
        (in_messenger(1, by_email=True), True),
        (on_channel(1), False),
        (reply(1), False),
        (in_messenger(1, app_code="crm"), False),
        (in_messenger(1, app_code_reported=False), False),
        (entry(1, role=Role.UNKNOWN), False),
    ],
)
def test_row_11_last_words_from_the_messenger_or_by_mail(late: object, *, told: bool) -> None:
    held = chat(first(9), late)
    missing = [W.CUSTOMER_WORDS_MISSING_ON_CHANNEL] if told else []
    assert judge(held) == (ON_WHATSAPP, missing)
    unproven = (Reach(WA, Certainty.UNPROVEN), MESSENGER)
    assert judge(held, workspace=relay(Relay.UNPROVEN)) == (unproven, [W.RELAY_UNPROVEN, *missing])
    if told:
        assert judge(chat(first(23.5), late)) == (ON_WHATSAPP, [W.CLOSING_SOON, *missing])


# --- rows 12, 13, 14 -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("other", "elsewhere"),
    [
        pytest.param(conversation("2", first(1, id="x"), tags=TAGS), True, id="WhatsApp, newer"),
        pytest.param(conversation("2", first(7), tags=TAGS), False, id="WhatsApp, older"),
        pytest.param(conversation("2", first(1), page_url=PAGE), False, id="the Messenger again"),
        pytest.param(conversation("2", first(1), born_on="email"), True, id="e-mail"),
        pytest.param(conversation("2", first(1)), True, id="unknown, in a possibly mapped chat"),
        pytest.param(conversation("2", in_messenger(1, app_code="crm")), True, id="an unknown app's message"),
        pytest.param(conversation("2", in_messenger(1)), False, id="from the Messenger in a possibly mapped chat"),
        pytest.param(conversation("2", first(1), born_on="pigeon"), False, id="unknown, where nothing is mirrored"),
        pytest.param(conversation("2", reply(1), tags=TAGS), False, id="our own reply"),
    ],
)
def test_row_12_plain_messenger(other: Conversation, *, elsewhere: bool) -> None:
    places, warnings = find_reach(stand(PLAIN, other), NOW)
    newest = frozenset({other.entries[0].id})
    assert places == ONLY_MESSENGER
    assert warnings == ([ForecastWarning(W.CUSTOMER_IS_ELSEWHERE, newest)] if elsewhere else [])


def test_row_12_only_of_the_last_30_days() -> None:
    old = conversation("1", first(24 * 40), page_url=PAGE)
    other = conversation("2", first(24 * 30), tags=TAGS)
    assert judge(old, other)[1] == [W.CUSTOMER_IS_ELSEWHERE]
    assert judge(old, other, now=NOW + MICROSECOND)[1] == []
    # A newer message here tells that they are back.
    back = conversation("1", first(24 * 40), in_messenger(1), page_url=PAGE)
    assert judge(back, other)[1] == []


def test_row_12_a_conversation_that_is_only_probably_the_messengers() -> None:
    seen = jennifer(messenger_seen_at=ago(2))
    assert judge(conversation("1", first(2)), contacts=(seen,)) == (ONLY_MESSENGER, [W.MESSENGER_ASSUMED])
    other = conversation("2", first(1), tags=TAGS)
    both = judge(conversation("1", first(2)), other, contacts=(seen,))
    assert both == (ONLY_MESSENGER, [W.MESSENGER_ASSUMED, W.CUSTOMER_IS_ELSEWHERE])
    tagged = replace(WORKSPACE, tagging=Tagging.ESTABLISHED)
    assert judge(conversation("1", first(2)), workspace=tagged) == (ONLY_MESSENGER, [])


def test_row_13_e_mail() -> None:
    mail = conversation("1", first(5), born_on="email")
    assert judge(mail) == ((EMAIL,), [])
    assert judge(mail, contacts=(jennifer(email_fails=True),)) == (
        (maybe(ChannelKind.EMAIL),),
        [W.EMAIL_MAY_NOT_ARRIVE],
    )
    assert judge(mail, contacts=(jennifer(email="j@example.com", takes_email=False),)) == ((EMAIL,), [])
    elsewhere = conversation("2", first(1), tags=TAGS)
    assert judge(mail, elsewhere) == ((EMAIL,), [W.CUSTOMER_IS_ELSEWHERE])
    assert judge(mail, elsewhere, contacts=(jennifer(email_fails=True),))[1] == [
        W.EMAIL_MAY_NOT_ARRIVE,
        W.CUSTOMER_IS_ELSEWHERE,
    ]


@pytest.mark.parametrize("born_on", ["phone_call", "phone_switch", "pigeon", ""])
def test_row_14_phone_call_or_nothing_known(born_on: str) -> None:
    held = conversation("1", first(5), born_on=born_on)
    assert judge(held) == ((maybe(ChannelKind.UNKNOWN),), [W.REACH_UNKNOWN])


# --- e-mail copies -------------------------------------------------------------------------------------------------


def test_an_e_mail_copy_is_possible_wherever_the_messenger_is_reached_and_never_promised() -> None:
    mailed = (jennifer(email="j@example.com", takes_email=True),)
    copy = maybe(ChannelKind.EMAIL)
    assert judge(OPEN, contacts=mailed)[0] == (*ON_WHATSAPP, copy)
    assert judge(CLOSED, contacts=mailed)[0] == (MESSENGER, copy)
    assert judge(PLAIN, contacts=mailed)[0] == (MESSENGER, copy)
    assert judge(conversation("1", first(2)), contacts=mailed)[0] == (maybe(ChannelKind.UNKNOWN), MESSENGER, copy)
    assert judge(conversation("1", first(2), born_on="email"), contacts=mailed)[0] == (EMAIL,)
    assert judge(native(first(2)), contacts=mailed)[0] == (Reach(WA),)
    assert judge(native(first(2), current_channel="messenger"), contacts=mailed)[0] == (maybe(WA), MESSENGER)
    # Of any of the conversation's own contacts.
    group = conversation("1", first(5), page_url=PAGE, contact_ids=("c1", "c2"))
    for order in ((jennifer(takes_email=True), jennifer(id="c2")), (jennifer(), jennifer(id="c2", takes_email=True))):
        assert judge(group, contacts=order)[0] == (MESSENGER, copy)
    failing = conversation("1", first(5), born_on="email", contact_ids=("c1", "c2"))
    assert judge(failing, contacts=(jennifer(), jennifer(id="c2", email_fails=True)))[1] == [W.EMAIL_MAY_NOT_ARRIVE]
    other = (jennifer(), jennifer(id="c2", email="x@example.com", takes_email=True, email_fails=True))
    assert judge(PLAIN, contacts=other)[0] == (MESSENGER,)
    assert judge(conversation("1", first(2), born_on="email"), contacts=other)[1] == []


# --- the same person by phone only ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("contacts", "more", "told"),
    [
        pytest.param((jennifer(),), {}, False, id="one contact"),
        pytest.param((jennifer(), jennifer(id="c2")), {}, True, id="two contacts with the number"),
        pytest.param((jennifer(), jennifer(id="c2", phone="+353 87 123 4567")), {}, True, id="in another spelling"),
        pytest.param((jennifer(), jennifer(id="c2", phone="+4915112345678")), {}, False, id="two numbers"),
        pytest.param((jennifer(phone="+4915112345678"),), {"customer_hint": THEIRS}, True, id="it changed since"),
        pytest.param((jennifer(phone=""),), {"customer_hint": THEIRS}, False, id="it went"),
        pytest.param(
            (jennifer(), jennifer(id="c2", phone="+4915112345678")),
            {"customer_hint": THEIRS},
            False,
            id="another's phone",
        ),
        pytest.param((jennifer(), jennifer(id="c2")), {"customer_hint": "US.13"}, False, id="no number"),
    ],
)
def test_a_chat_that_is_joined_by_a_shared_number_alone(
    contacts: tuple[Contact, ...], more: dict[str, object], *, told: bool
) -> None:
    held = chat(first(9), on_channel(2, **more))
    assert (W.IDENTITY_BY_PHONE_ONLY in judge(held, contacts=contacts)[1]) is told
    answered = chat(first(9), on_channel(2, **more), reply(1))
    assert W.IDENTITY_BY_PHONE_ONLY not in judge(answered, contacts=contacts)[1], "only until we wrote"


def test_only_a_bridge_joins_by_phone() -> None:
    two = (jennifer(), jennifer(id="c2"))
    assert judge(native(first(2)), contacts=two)[1] == []
    assert judge(PLAIN, contacts=two)[1] == []
    assert judge(conversation("1", first(2)), contacts=two)[1] == [W.MAPPING_UNKNOWN]


# --- situations ----------------------------------------------------------------------------------------------------


def test_a_situation_of_which_nothing_more_is_said() -> None:
    bare = Situation("1", None, None, Window(WindowKey(WA)), Relay.PROVEN)
    assert (bare.email_copy, bare.email_fails, bare.phone_only, bare.anywhere_is_possibly_mapped) == (False,) * 4
    assert (bare.signed_in, bare.is_clock_known, bare.current_channel) == (True, True, "")
    assert (bare.messages, bare.contrary, bare.newest_here, bare.newest_reply) == ((), (), None, None)


def test_where_the_customer_has_written_nothing_they_are_nowhere_else() -> None:
    assert judge(conversation("1", reply(1), page_url=PAGE)) == (ONLY_MESSENGER, [])


def test_a_situation_says_how_things_stand() -> None:
    other = conversation("2", first(1), page_url=PAGE)
    found = stand(chat(first(9), reply(3, id="33"), current_channel="messenger"), other)
    assert (found.conversation_id, found.current_channel, found.relay) == ("1", "messenger", Relay.PROVEN)
    assert found.newest_here is not None
    assert found.newest_anywhere is not None
    assert found.newest_reply is not None
    assert (found.newest_here.id, found.newest_anywhere.id, found.newest_reply.id) == ("source:1", "source:2", "33")
    assert (found.signed_in, found.is_clock_known, found.phone_only) == (True, True, False)
    assert len(found.messages) == 3
    nobody = stand(PLAIN, workspace=replace(WORKSPACE, signed_in=False))
    assert (nobody.relay, nobody.signed_in, nobody.current_channel) == (Relay.PROVEN, False, "")
    with pytest.raises(KeyError):
        find_situation(assemble_thread([PLAIN], [], WORKSPACE), "2", WORKSPACE)
    assert OWN_CODE in WORKSPACE.own_codes


# --- the situations of a whole thread ------------------------------------------------------------------------------


@pytest.mark.parametrize("is_clock_known", [True, False])
def test_situations_of_all_conversations_are_those_found_one_by_one(*, is_clock_known: bool) -> None:
    thread = assemble_thread([OPEN, conversation("2", first(5), page_url=PAGE)], [jennifer()], WORKSPACE)
    situations = Situations(thread, WORKSPACE, is_clock_known=is_clock_known)
    assert (len(situations), list(situations)) == (2, [chat.id for chat in thread.chats])
    for chat_id, situation in situations.items():
        assert situation == find_situation(thread, chat_id, WORKSPACE, is_clock_known=is_clock_known)
        assert situations[chat_id] is situation
    assert situations.get("3") is None
