"""What conversations tell of the bridge: its code, whether it tags, by whom, how late it is, whether it is there."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from conversation_factory import (
    BRIDGE,
    NOW,
    OWN_CODE,
    PAGE,
    SECOND,
    TAGGER,
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

from desktop.domain.bridge.notice import note_fingerprint
from desktop.domain.history.provider_messages import ProviderMessage, text_digest
from desktop.domain.history.thread import assemble_thread
from desktop.domain.learning.bridge import (
    BridgeDelay,
    CodeCount,
    ConversationSigns,
    TaggingCount,
    assemble_threads,
    count_codes,
    count_tagging,
    find_bridge_delays,
    learn_code,
    learn_from,
    learn_tagging,
    longest_delay,
    read_signs,
    shows_bridge,
)
from desktop.domain.model.channel import ChannelKey, Provider
from desktop.domain.model.facts import ChannelKind, Conversation, EntryKind, Role, Tag, TagSighting
from desktop.domain.model.workspace import Tagging, Workspace

SETTINGS = replace(WORKSPACE, bridge_codes=frozenset())
WA = ChannelKind.WHATSAPP
MICROSECOND = timedelta(microseconds=1)
TAGS = ("whatsapp",)


def signs(held: Conversation, workspace: Workspace = SETTINGS) -> ConversationSigns:
    return read_signs(held, "c1", None, workspace)


# --- signs ---------------------------------------------------------------------------------------------------------


def test_what_a_conversation_tells() -> None:
    held = conversation(
        "1", first(9), on_channel(5), on_channel(4), in_messenger(3), on_channel(2, app_code="crm"), reply(1), tags=TAGS
    )
    assert signs(held) == ConversationSigns("1", "c1", ago(9), is_tagged=True, codes={BRIDGE: 2, "crm": 1})
    assert read_signs(held, "c9", jennifer(bridge_attributes={"octopods_channel": "x"}), SETTINGS).has_attributes
    assert not read_signs(held, "c9", jennifer(), SETTINGS).has_attributes
    blank = conversation("1", page_url=PAGE, removed_tags=(" WhatsApp",))
    assert signs(blank) == ConversationSigns("1", "c1", NOW, has_page=True, lost_tag=True)
    assert not signs(conversation("1", removed_tags=("vip",))).lost_tag


@pytest.mark.parametrize(
    ("tag", "tagged"),
    [
        (Tag("whatsapp", ago(9) + timedelta(seconds=15), TAGGER), True),
        (Tag("whatsapp", ago(9) + timedelta(seconds=15) + MICROSECOND, TAGGER), False),
        (Tag("whatsapp"), True),
        (Tag("whatsapp", sighting=TagSighting.LATER), False),
        (Tag("vip", ago(9)), False),
        (Tag("whatsapp", ago(9), "7009"), False),
    ],
)
def test_a_tag_in_time_that_may_be_the_bridges(tag: Tag, *, tagged: bool) -> None:
    told = replace(SETTINGS, other_taggers=frozenset({"7009"}))
    assert signs(conversation("1", first(9), tags=(tag,)), told).is_tagged is tagged


@pytest.mark.parametrize(
    ("more", "tag", "taggers"),
    [
        ({"page_url": PAGE}, Tag("whatsapp", ago(9), "7001"), {"7001"}),
        ({"born_on": "email"}, Tag("whatsapp", ago(9), "7001"), {"7001"}),
        ({"delivered_as": "automated"}, Tag("whatsapp", ago(9), "7001"), {"7001"}),
        ({}, Tag("whatsapp", ago(9), "7001"), set()),
        ({"page_url": PAGE}, Tag("whatsapp", ago(8), "7001"), set()),
        ({"page_url": PAGE}, Tag("whatsapp", None, "7001"), set()),
        ({"page_url": PAGE}, Tag("whatsapp", ago(9)), set()),
        ({"page_url": PAGE}, Tag("vip", ago(9), "7001"), set()),
    ],
)
def test_who_tags_what_surely_mirrors_nothing_is_not_the_bridge(
    more: dict[str, object], tag: Tag, taggers: set[str]
) -> None:
    assert signs(conversation("1", first(9), tags=(tag,), **more)).taggers == taggers


# --- codes ---------------------------------------------------------------------------------------------------------


def sign(name: str, customer: str = "c1", **more: object) -> ConversationSigns:
    return ConversationSigns(name, customer, NOW, **({"is_tagged": True, "codes": {"x": 1}} | more))  # type: ignore[arg-type]


def test_counts_of_codes() -> None:
    counted = count_codes(
        [
            sign("1", codes={"y": 1, "x": 2}),
            sign("2", customer="c2", codes={"x": 3}),
            sign("3", customer="c3", codes={"x": 1}),
            sign("4", is_tagged=False, has_page=True, codes={"y": 4}),
        ]
    )
    assert counted == (CodeCount("x", 6, 6, 2, 0), CodeCount("y", 5, 1, 1, 1))
    assert count_codes([]) == ()


GOOD = CodeCount("x", 3, 3, 2, 0)


@pytest.mark.parametrize(
    ("count", "learnt"),
    [
        (GOOD, True),
        (replace(GOOD, tagged_parts=2, parts=2), False),
        (replace(GOOD, tagged_customers=1), False),
        (replace(GOOD, web_conversations=1), False),
        (replace(GOOD, parts=5, tagged_parts=4), True),
        (replace(GOOD, parts=100, tagged_parts=80), True),
        (replace(GOOD, parts=100, tagged_parts=79), False),
        (replace(GOOD, code=OWN_CODE), False),
        (replace(GOOD, code="crm"), False),
    ],
)
def test_a_code_is_learnt_from_three_parts_of_two_customers_four_fifths_tagged(
    count: CodeCount, *, learnt: bool
) -> None:
    told = replace(SETTINGS, other_codes=frozenset({"crm"}))
    assert learn_code([count], told) == (count.code if learnt else None)


def test_the_most_frequent_code_is_learnt_and_ties_go_to_the_first_in_the_alphabet() -> None:
    more = replace(GOOD, code="z", parts=4, tagged_parts=4)
    assert learn_code([GOOD, more], SETTINGS) == learn_code([more, GOOD], SETTINGS) == "z"
    same = replace(GOOD, code="a")
    assert learn_code([GOOD, same], SETTINGS) == learn_code([same, GOOD], SETTINGS) == "a"
    # One that does not fit hides none that does.
    assert learn_code([replace(more, web_conversations=1), GOOD], SETTINGS) == "x"
    assert learn_code([], SETTINGS) is None


# --- tagging -------------------------------------------------------------------------------------------------------


def test_counts_of_tagging() -> None:
    held = [
        sign("1"),
        sign("2", is_tagged=False),
        sign("3", is_tagged=False, lost_tag=True),
        sign("4", is_tagged=False, codes={"y": 1}),
        sign("5", codes={}),
    ]
    assert count_tagging(held, frozenset({"x"})) == TaggingCount(3, 1)
    assert count_tagging(held, frozenset()) == TaggingCount(0, 0)


@pytest.mark.parametrize(
    ("bridged", "untagged", "tagging"),
    [
        (0, 0, Tagging.UNKNOWN),
        (19, 0, Tagging.UNKNOWN),
        (20, 0, Tagging.ESTABLISHED),
        (20, 1, Tagging.PARTIAL),
        (1, 1, Tagging.PARTIAL),
    ],
)
def test_tagging_is_established_from_twenty_conversations(bridged: int, untagged: int, tagging: Tagging) -> None:
    assert learn_tagging(TaggingCount(bridged, untagged)) is tagging


@pytest.mark.parametrize(
    ("found", "shows"),
    [
        (sign("1", is_tagged=False, codes={}), False),
        (sign("1", codes={}), True),
        (sign("1", codes={}, has_page=True), False),
        (sign("1", is_tagged=False, codes={}, has_attributes=True), True),
        (sign("1", is_tagged=False), True),
        (sign("1", is_tagged=False, codes={OWN_CODE: 1}), False),
        (sign("1", is_tagged=False, codes={"crm": 1}), False),
    ],
)
def test_what_is_any_evidence_of_a_bridge(found: ConversationSigns, *, shows: bool) -> None:
    assert shows_bridge(found, replace(SETTINGS, other_codes=frozenset({"crm"}))) is shows


# --- delays --------------------------------------------------------------------------------------------------------

LINE, THEIRS = "+35315550100", "+353871234567"
KEY = ChannelKey(Provider.TWILIO, WA, LINE)
CONTACT = jennifer(bridge_attributes={"octopods_whatsapp_account_phone": LINE})


def row(age: float, text: str = "Where is my parcel?") -> ProviderMessage:
    return ProviderMessage(KEY, f"SM{age}", True, LINE, THEIRS, ago(age), text_digest(text))


def delays(held: Conversation, **more: object) -> tuple[BridgeDelay, ...]:
    return find_bridge_delays(assemble_thread([held], [CONTACT], WORKSPACE, **more), WORKSPACE)  # type: ignore[arg-type]


def test_a_delay_is_measured_where_the_provider_lists_the_same_message() -> None:
    held = conversation("1", first(9), on_channel(5), tags=TAGS)
    assert delays(held, provider_messages=[row(5 + 90 * SECOND)]) == (BridgeDelay(ago(5), timedelta(seconds=90)),)
    assert delays(held) == ()
    # When the first message was posted is not the bridge's word.
    assert delays(conversation("1", first(9), tags=TAGS), provider_messages=[row(9 + 90 * SECOND)]) == ()


@pytest.mark.parametrize(
    ("age_of_opener", "implied"),
    [
        (24 + 1 * SECOND, None),
        (24, None),
        (24 - 1 * SECOND, timedelta(seconds=1)),
        (23.9, timedelta(minutes=6)),
        (23.5, timedelta(minutes=30)),
        (23.5 - SECOND, None),
        (5, None),
    ],
)
def test_a_delay_is_implied_by_a_notice_inside_our_window(age_of_opener: float, implied: timedelta | None) -> None:
    """At most 30 minutes: a longer one doubts its chat's opener and teaches nothing."""
    held = conversation(
        "1",
        first(80),
        on_channel(1 + age_of_opener),
        reply(1, id="8"),
        failure_note(0.99),
        in_messenger(0.5),
        tags=TAGS,
    )
    assert delays(held) == (() if implied is None else (BridgeDelay(ago(1), implied),))


def test_what_implies_no_delay() -> None:
    opener, ours, note = on_channel(24.9), reply(1), failure_note(0.99)

    def implied(*entries: object, **more: object) -> bool:
        return bool(delays(conversation("1", first(80), *entries, **({"tags": TAGS} | more))))  # type: ignore[arg-type]

    assert implied(opener, ours, note)
    assert not implied(opener, ours)
    assert not implied(opener, ours, failure_note(0.99, "Octopods: not delivered"))
    assert not implied(opener, ours, reply(0.995), note)
    assert not implied(opener, ours, note, tags=("telegram",))
    assert not implied(opener, ours, note, tags=(Tag("whatsapp", ago(79.99)),))
    assert not bool(delays(conversation("1", ours, note, tags=TAGS)))
    # The newest before the reply counts, and none after it.
    assert implied(on_channel(30), opener, ours, note)
    assert implied(opener, ours, note, on_channel(0.5))
    assert not implied(opener, on_channel(9), ours, note)
    assert not implied(opener, on_channel(9, tags=("viber",)), ours, note)
    assert implied(opener, in_messenger(9), ours, note)


def test_the_longest_delay_of_the_last_seven_days() -> None:
    week = timedelta(days=7)
    told = [BridgeDelay(NOW - week, timedelta(seconds=30)), BridgeDelay(NOW, timedelta(seconds=20))]
    assert longest_delay(told, NOW) == timedelta(seconds=30)
    assert longest_delay(told, NOW + MICROSECOND) == timedelta(seconds=20)
    assert longest_delay([], NOW) == timedelta(0)


# --- everything at once --------------------------------------------------------------------------------------------


def bridged(number: int, **more: object) -> Conversation:
    return conversation(f"b{number}", first(9), on_channel(8), **({"tags": TAGS} | more))


def learn(*held: Conversation, settings: Workspace = SETTINGS, is_settled: bool = True) -> Workspace:
    customers = {c.id: f"customer of {c.id}" for c in held}
    return learn_from(held, customers, {}, settings, is_settled=is_settled)


def test_a_code_is_learnt_and_stays_unconfirmed() -> None:
    found = learn(*(bridged(n) for n in range(3)))
    assert (found.bridge_codes, found.unconfirmed_codes) == (frozenset({BRIDGE}), frozenset({BRIDGE}))
    assert (found.tagging, found.bridge_expected) == (Tagging.UNKNOWN, True)
    few = learn(*(bridged(n) for n in range(2)))
    assert (few.bridge_codes, few.unconfirmed_codes, few.bridge_expected) == (frozenset(), frozenset(), True)


def test_of_one_customer_alone_nothing_is_learnt() -> None:
    held = [bridged(n) for n in range(5)]
    one = learn_from(held, dict.fromkeys((c.id for c in held), "c1"), {}, SETTINGS, is_settled=True)
    assert one.bridge_codes == frozenset()


def test_a_persons_code_stands() -> None:
    told = replace(SETTINGS, bridge_codes=frozenset({"known"}))
    found = learn(*(bridged(n) for n in range(3)), settings=told)
    assert (found.bridge_codes, found.unconfirmed_codes) == (frozenset({"known"}), frozenset())


def test_tagging_is_learnt_of_the_code_that_was_learnt() -> None:
    twenty = [bridged(n) for n in range(20)]
    assert learn(*twenty).tagging is Tagging.ESTABLISHED
    assert learn(*twenty, bridged(20, tags=())).tagging is Tagging.PARTIAL
    assert learn(*twenty[:19]).tagging is Tagging.UNKNOWN


def test_no_bridge_is_believed_only_once_everything_is_known() -> None:
    web = conversation("1", first(9), page_url=PAGE)
    assert not learn(web).bridge_expected
    assert learn(web, is_settled=False).bridge_expected
    assert not learn().bridge_expected
    contacts = {"1": jennifer(bridge_attributes={"octopods_channel": "whatsapp"})}
    assert learn_from([web], {}, contacts, SETTINGS, is_settled=True).bridge_expected


def test_who_tags_web_conversations_is_ruled_out_everywhere_unless_a_person_named_the_taggers() -> None:
    by = (Tag("whatsapp", ago(9), "7001"),)
    web = conversation("w", first(9), page_url=PAGE, tags=by)
    held = [bridged(n, tags=by) for n in range(20)]
    known = replace(SETTINGS, bridge_codes=frozenset({BRIDGE}))
    found = learn(web, *held, settings=known)
    assert (found.other_taggers, found.tagging) == (frozenset({"7001"}), Tagging.PARTIAL)
    told = replace(known, bridge_taggers=frozenset({"7001"}))
    found = learn(web, *held, settings=told)
    assert (found.other_taggers, found.tagging) == (frozenset(), Tagging.ESTABLISHED)
    before = replace(known, other_taggers=frozenset({"7002"}))
    assert learn(web, settings=before).other_taggers == {"7001", "7002"}


def test_notes_that_no_reply_preceded_are_learnt_as_idle() -> None:
    greeting = entry(8, role=Role.TEAMMATE, kind=EntryKind.NOTE, text="Answer within 24 h", app_code=BRIDGE)
    known = replace(SETTINGS, bridge_codes=frozenset({BRIDGE}), idle_notes=frozenset({"before"}))
    found = learn(conversation("1", first(9), greeting), settings=known)
    assert found.idle_notes == {"before", note_fingerprint("Answer within 24 h")}
    assert learn(conversation("1", first(9), greeting)).idle_notes == frozenset()


# --- threads of all customers --------------------------------------------------------------------------------------


def test_numbers_and_delays_that_one_thread_shows_hold_for_all() -> None:
    two = [
        conversation("1", first(50), tags=TAGS),
        conversation("2", first(9), tags=TAGS),
    ]
    late = conversation("3", first(80), on_channel(24.9), reply(1), failure_note(0.99), tags=TAGS, contact_ids=("c3",))
    other = conversation("4", first(3), tags=TAGS, contact_ids=("c4",))
    contacts = [jennifer(), jennifer(id="c3", phone="+4915112345678"), jennifer(id="c4", phone="", merged_ids=("old",))]
    customers = {"1": "c1", "2": "c1", "3": "c3", "4": "c4"}
    threads, learnt = assemble_threads([*two, late, other], contacts, customers, WORKSPACE, NOW)
    assert {name: [c.id for c in thread.chats] for name, thread in threads.items()} == {
        "c1": ["2", "1"],
        "c3": ["3"],
        "c4": ["4"],
    }
    assert (learnt.several_numbers, learnt.bridge_delay) == ({WA}, timedelta(minutes=6))
    assert threads["c4"].chat("4").window.key.conversation_id == "4"
    assert threads["c4"].chat("4").window.closes_at == ago(3) + timedelta(hours=24) - timedelta(minutes=6)
    assert [c.id for c in threads["c1"].contacts] == ["c1"]


def test_what_was_learnt_before_is_kept() -> None:
    known = replace(WORKSPACE, bridge_delay=timedelta(minutes=9), several_numbers=frozenset({ChannelKind.SMS}))
    held = conversation("1", in_messenger(1, author_id="old"), first(9), tags=TAGS)
    threads, learnt = assemble_threads([held], [jennifer(merged_ids=("old",))], {"1": "c1"}, known, NOW)
    assert learnt == known
    assert [c.id for c in threads["c1"].contacts] == ["c1"]
