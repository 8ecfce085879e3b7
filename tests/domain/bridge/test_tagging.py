"""Which tags are the bridge's: by the instant at which they were put on, by whom, and beside what."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from conversation_factory import (
    MINUTE,
    PAGE,
    SECOND,
    TAGGER,
    WORKSPACE,
    ago,
    conversation,
    entry,
    first,
    in_messenger,
    jennifer,
    on_channel,
    reply,
)

from desktop.domain.bridge.tagging import (
    TagEvidence,
    find_tag_evidence,
    is_in_time,
    is_posted_by_bridge,
    is_ruled_out,
    mirrors_surely_nothing,
    seen_in_messenger,
)
from desktop.domain.model.facts import ChannelKind, Client, Contact, Conversation, Tag, TagSighting
from desktop.domain.model.reason import ReasonCode as R
from desktop.domain.model.workspace import Tagging, Workspace

WA, TG = ChannelKind.WHATSAPP, ChannelKind.TELEGRAM
MICROSECOND = timedelta(microseconds=1)
CREATED = ago(9)


def tagged(*tags: Tag, entries: tuple[object, ...] | None = None, **more: object) -> Conversation:
    return conversation("1", *(entries or (first(9),)), tags=tags, created_at=CREATED, **more)  # type: ignore[arg-type]


def put_on(after: timedelta, name: str = "whatsapp", by: str = TAGGER) -> Tag:
    return Tag(name, CREATED + after, by)


def evidence(
    held: Conversation, contact: Contact | None = None, workspace: Workspace = WORKSPACE
) -> TagEvidence | None:
    return find_tag_evidence(held, contact, workspace)


@pytest.mark.parametrize(
    ("tag", "confidence", "reason", "counts"),
    [
        pytest.param(put_on(timedelta(0)), 85, R.TAG, True, id="at once"),
        pytest.param(put_on(timedelta(seconds=-1)), 85, R.TAG, True, id="a second before"),
        pytest.param(put_on(timedelta(seconds=15)), 85, R.TAG, True, id="exactly 15 s"),
        pytest.param(put_on(timedelta(seconds=15) + MICROSECOND), 65, R.TAG_LATE, False, id="just after 15 s"),
        pytest.param(put_on(timedelta(minutes=2)), 65, R.TAG_LATE, False, id="exactly 2 min"),
        pytest.param(put_on(timedelta(minutes=2) + MICROSECOND), 50, R.TAG_BY_HAND, False, id="just after 2 min"),
        pytest.param(put_on(timedelta(hours=2)), 50, R.TAG_BY_HAND, False, id="two hours later"),
        pytest.param(Tag("WhatsApp ", CREATED), 85, R.TAG, True, id="any case, by nobody known"),
        pytest.param(Tag("whatsapp", sighting=TagSighting.AT_FIRST), 80, R.TAG, True, id="undated, there at first"),
        pytest.param(Tag("whatsapp"), 75, R.TAG_UNDATED, False, id="undated, no sign of its time"),
        pytest.param(Tag("whatsapp", sighting=TagSighting.LATER), 50, R.TAG_BY_HAND, False, id="undated, came later"),
    ],
)
def test_a_tag_weighs_by_when_it_was_put_on(tag: Tag, confidence: int, reason: R, *, counts: bool) -> None:
    assert evidence(tagged(tag)) == TagEvidence(WA, confidence, reason, counts)


def test_the_longest_time_a_bridge_takes_to_tag_is_a_setting() -> None:
    slow = replace(WORKSPACE, tag_delay=timedelta(seconds=30))
    at_30 = evidence(tagged(put_on(timedelta(seconds=30))), workspace=slow)
    assert at_30 == TagEvidence(WA, 85, R.TAG, counts=True)
    assert evidence(tagged(put_on(timedelta(seconds=31))), workspace=slow) == TagEvidence(WA, 65, R.TAG_LATE, False)


def test_tags_that_name_no_channel_say_nothing() -> None:
    assert evidence(tagged(Tag("vip", CREATED), Tag("whatsapp group", CREATED))) is None
    assert evidence(tagged()) is None


def test_a_page_url_outranks_any_tag() -> None:
    assert evidence(tagged(put_on(timedelta(0)), page_url=PAGE)) is None


@pytest.mark.parametrize("swap", [False, True])
def test_only_tags_that_count_contradict_each_other(*, swap: bool) -> None:
    def both(one: Tag, other: Tag) -> TagEvidence | None:
        return evidence(tagged(*((other, one) if swap else (one, other))))

    now = timedelta(0)
    assert both(put_on(now), put_on(now, "telegram")) == TagEvidence(None, 40, R.TAGS_CONTRADICT, counts=True)
    assert both(put_on(now), put_on(now, "twilio_whatsapp")) == TagEvidence(WA, 85, R.TAG, counts=True)
    late = put_on(timedelta(hours=1), "telegram")
    assert both(put_on(now), late) == TagEvidence(WA, 85, R.TAG, counts=True)
    weak = put_on(timedelta(minutes=1), "telegram")
    assert both(put_on(timedelta(minutes=1)), weak) == TagEvidence(WA, 65, R.TAG_LATE, counts=False)
    assert both(put_on(timedelta(hours=1)), weak) == TagEvidence(TG, 65, R.TAG_LATE, counts=False)
    # One that counts goes before a stronger one that does not.
    assert both(Tag("whatsapp", sighting=TagSighting.AT_FIRST), Tag("telegram")) == TagEvidence(WA, 80, R.TAG, True)


@pytest.mark.parametrize(
    ("said", "by", "ruled_out"),
    [
        ({}, TAGGER, False),
        ({"other_taggers": frozenset({TAGGER})}, TAGGER, True),
        ({"other_taggers": frozenset({"7001"})}, TAGGER, False),
        ({"other_taggers": frozenset({TAGGER})}, "", False),
        ({"bridge_taggers": frozenset({TAGGER})}, TAGGER, False),
        ({"bridge_taggers": frozenset({TAGGER})}, "7001", True),
        ({"bridge_taggers": frozenset({TAGGER})}, "", False),
        # A person's word outweighs what was seen.
        ({"bridge_taggers": frozenset({TAGGER}), "other_taggers": frozenset({TAGGER})}, TAGGER, False),
    ],
)
def test_who_put_it_on(said: dict[str, object], by: str, *, ruled_out: bool) -> None:
    workspace = replace(WORKSPACE, **said)  # type: ignore[arg-type]
    tag = put_on(timedelta(0), by=by)
    assert is_ruled_out(tag, workspace) is ruled_out
    expected = TagEvidence(WA, 50, R.TAG_BY_HAND, False) if ruled_out else TagEvidence(WA, 85, R.TAG, True)
    assert evidence(tagged(tag), workspace=workspace) == expected


@pytest.mark.parametrize(
    ("carried", "confidence", "counts"), [(None, 85, True), ({WA}, 85, True), ({TG}, 50, False), (set(), 50, False)]
)
def test_a_tag_of_a_channel_that_the_bridge_does_not_carry_is_by_hand(
    carried: set[ChannelKind] | None, confidence: int, *, counts: bool
) -> None:
    workspace = replace(WORKSPACE, bridge_channels=None if carried is None else frozenset(carried))
    found = evidence(tagged(put_on(timedelta(0))), workspace=workspace)
    assert found is not None
    assert (found.channel, found.confidence, found.counts) == (WA, confidence, counts)


@pytest.mark.parametrize(
    ("more", "confidence"),
    [
        ({"removed_tags": (" Telegram",)}, 65),
        ({"removed_tags": ("WhatsApp", "twilio_whatsapp", "vip")}, 85),
        ({"entries": (first(9, attribute_hint=TG),)}, 65),
        ({"entries": (first(9, attribute_hint=WA),)}, 85),
        ({"entries": (entry(9, attribute_hint=TG),)}, 85),
    ],
)
def test_a_tag_of_another_channel_that_went_or_an_attribute_of_then_speaks_against_a_tag(
    more: dict[str, object], confidence: int
) -> None:
    expected = TagEvidence(WA, 85, R.TAG, True) if confidence == 85 else TagEvidence(WA, 65, R.TAG_BY_HAND, False)
    assert evidence(tagged(put_on(timedelta(0)), **more)) == expected  # type: ignore[arg-type]


SEEN = jennifer(messenger_seen_at=CREATED)


@pytest.mark.parametrize(
    ("tag", "confidence"),
    [
        (put_on(timedelta(0)), 65),
        (Tag("whatsapp", sighting=TagSighting.AT_FIRST), 65),
        (Tag("whatsapp"), 65),
    ],
)
def test_a_contact_seen_in_the_messenger_makes_a_tag_in_time_weak(tag: Tag, confidence: int) -> None:
    assert evidence(tagged(tag), SEEN) == TagEvidence(WA, confidence, R.TAG_DESPITE_MESSENGER, counts=False)


def test_a_message_of_the_bridge_outweighs_the_sighting() -> None:
    held = tagged(put_on(timedelta(0)), entries=(first(9), on_channel(8)))
    assert evidence(held, SEEN) == TagEvidence(WA, 85, R.TAG, counts=True)


@pytest.mark.parametrize(
    ("tagging", "counts"), [(Tagging.UNKNOWN, True), (Tagging.ESTABLISHED, True), (Tagging.PARTIAL, False)]
)
def test_an_undated_tag_counts_beside_the_bridges_message_unless_tagging_is_partial(
    tagging: Tagging, *, counts: bool
) -> None:
    held = tagged(Tag("whatsapp"), entries=(first(9), on_channel(8)))
    workspace = replace(WORKSPACE, tagging=tagging)
    assert evidence(held, workspace=workspace) == TagEvidence(WA, 75, R.TAG_UNDATED, counts)
    alone = evidence(tagged(Tag("whatsapp")), workspace=workspace)
    assert alone == TagEvidence(WA, 75, R.TAG_UNDATED, counts=False)


def test_only_a_customers_message_under_the_bridges_code_is_the_bridges() -> None:
    assert is_posted_by_bridge(tagged(entries=(first(9), on_channel(8))), WORKSPACE)
    assert not is_posted_by_bridge(tagged(entries=(first(9), reply(8, app_code="bridge-app"))), WORKSPACE)
    assert not is_posted_by_bridge(tagged(entries=(first(9), on_channel(8, app_code="crm"))), WORKSPACE)
    assert not is_posted_by_bridge(tagged(entries=(first(9), in_messenger(8))), WORKSPACE)


@pytest.mark.parametrize(
    ("tag", "in_time"),
    [
        (put_on(timedelta(seconds=15)), True),
        (put_on(timedelta(seconds=15) + MICROSECOND), False),
        (Tag("whatsapp"), True),
        (Tag("whatsapp", sighting=TagSighting.AT_FIRST), True),
        (Tag("whatsapp", sighting=TagSighting.LATER), False),
    ],
)
def test_what_is_in_time(tag: Tag, *, in_time: bool) -> None:
    assert is_in_time(tag, tagged(), WORKSPACE) is in_time


@pytest.mark.parametrize(
    ("held", "surely"),
    [
        (tagged(), False),
        (tagged(page_url=PAGE), True),
        (tagged(born_on="email"), True),
        (tagged(entries=(first(9, by_email=True),)), True),
        (tagged(entries=(first(9), in_messenger(8, by_email=True))), False),
        (tagged(entries=(in_messenger(8, by_email=True), first(9))), False),
        (tagged(delivered_as="operator_initiated"), True),
        (tagged(delivered_as="automated"), True),
        (tagged(delivered_as="campaigns_initiated"), True),
        (tagged(delivered_as="customer_initiated"), False),
        (tagged(delivered_as="admin_initiated"), False),
        (conversation("1", entry(1)), False),
    ],
)
def test_what_surely_mirrors_nothing(held: Conversation, *, surely: bool) -> None:
    assert mirrors_surely_nothing(held) is surely


@pytest.mark.parametrize(
    ("contact", "seen"),
    [
        (None, False),
        (jennifer(), False),
        (jennifer(messenger_seen_at=CREATED + timedelta(minutes=2)), True),
        (jennifer(messenger_seen_at=CREATED + timedelta(minutes=2) + MICROSECOND), False),
        (jennifer(ios_seen_at=CREATED - timedelta(minutes=2)), True),
        (jennifer(ios_seen_at=CREATED - timedelta(minutes=2) - MICROSECOND), False),
        (jennifer(android_seen_at=CREATED), True),
        (jennifer(web_seen_at=CREATED), True),
    ],
)
def test_seen_in_the_messenger_within_two_minutes_of_creation(contact: Contact | None, *, seen: bool) -> None:
    assert seen_in_messenger(tagged(), contact) is seen


def test_a_client_sampled_with_the_first_message_stays_seen() -> None:
    assert seen_in_messenger(tagged(entries=(first(9, client_hint=Client.IOS),)), None)
    assert not seen_in_messenger(tagged(entries=(first(9), in_messenger(8, client_hint=Client.IOS))), None)
    assert MINUTE == 60 * SECOND
