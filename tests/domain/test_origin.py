"""The ranked evidence table for the origin of a customer's message."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import permutations

import pytest
from conversation_factory import (
    BRIDGE,
    NOW,
    OWN_CODE,
    PAGE,
    WORKSPACE,
    ago,
    conversation,
    entry,
    first,
    in_messenger,
    jennifer,
    on_channel,
)

from desktop.domain.model.facts import ChannelKind, Client, Contact, Conversation, Tag, TagSighting
from desktop.domain.model.reason import ReasonCode as R
from desktop.domain.model.workspace import Pin, Tagging, Workspace
from desktop.domain.origin import Origin, OriginContext, Transport, attribute_channel, find_origin, messenger_evidence

WA, TG, SMS, FB = ChannelKind.WHATSAPP, ChannelKind.TELEGRAM, ChannelKind.SMS, ChannelKind.FACEBOOK
MESSENGER, EMAIL, PHONE, UNKNOWN = ChannelKind.MESSENGER, ChannelKind.EMAIL, ChannelKind.PHONE, ChannelKind.UNKNOWN
T = Transport
NO_BRIDGE = replace(WORKSPACE, bridge_codes=frozenset(), bridge_expected=False)
TAGGED = replace(WORKSPACE, tagging=Tagging.ESTABLISHED)
BY_HAND = Tag("whatsapp", ago(7), "7001")
LATE = Tag("whatsapp", ago(9) + timedelta(minutes=1), "7001")
ATTRIBUTES = {"octopods_channel": "whatsapp"}


def of_last(
    held: Conversation,
    contact: Contact | None = None,
    workspace: Workspace = WORKSPACE,
    now: datetime | None = None,
) -> Origin:
    return find_origin(held.entries[-1], OriginContext(held, contact, workspace, now))


def told(origin: Origin) -> tuple[object, ...]:
    return origin.channel, origin.transport, origin.confidence, origin.rank, origin.reason.code


@pytest.mark.parametrize(
    ("held", "contact", "expected"),
    [
        pytest.param(
            conversation("1", first(9), on_channel(1, app_code=OWN_CODE)),
            None,
            (UNKNOWN, T.API, 95, 1, R.OWN_APP),
            id="ours",
        ),
        pytest.param(
            conversation("1", first(9), on_channel(1, tags=(" Telegram",)), tags=("whatsapp",)),
            None,
            (TG, T.BRIDGE, 95, 2, R.BRIDGE_TAGGED_MESSAGE),
            id="bridge, the part's own tag is strongest and may have any case",
        ),
        pytest.param(
            conversation("1", first(9), on_channel(1, tags=("telegram", "vip", "whatsapp"))),
            None,
            (UNKNOWN, T.BRIDGE, 40, 2, R.TAGS_CONTRADICT),
            id="bridge, two tags on the part",
        ),
        pytest.param(
            conversation("1", first(9), on_channel(1), tags=("vip", "twilio_whatsapp")),
            None,
            (WA, T.BRIDGE, 90, 2, R.BRIDGE_TAGGED),
            id="bridge, the conversation's tag",
        ),
        pytest.param(
            conversation("1", first(9), on_channel(1), tags=("whatsapp", "telegram")),
            None,
            (UNKNOWN, T.BRIDGE, 40, 2, R.TAGS_CONTRADICT),
            id="bridge, two channel tags settle nothing",
        ),
        pytest.param(
            conversation("1", first(9), on_channel(1, attribute_hint=TG), tags=("whatsapp",)),
            None,
            (UNKNOWN, T.BRIDGE, 40, 2, R.TAGS_CONTRADICT),
            id="bridge, the attributes of then name another channel than the tag",
        ),
        pytest.param(
            conversation("1", first(9), on_channel(1, attribute_hint=WA), tags=("whatsapp",)),
            None,
            (WA, T.BRIDGE, 90, 2, R.BRIDGE_TAGGED),
            id="bridge, the attributes of then name the tag's channel",
        ),
        pytest.param(
            conversation("1", first(9), on_channel(1, attribute_hint=TG)),
            jennifer(bridge_attributes=ATTRIBUTES),
            (TG, T.BRIDGE, 80, 2, R.BRIDGE_ATTRIBUTE_THEN),
            id="bridge, attributes read with the message",
        ),
        pytest.param(
            conversation("1", first(9), on_channel(1), tags=(LATE,)),
            jennifer(bridge_attributes={"octopods_channel": "telegram"}),
            (WA, T.BRIDGE, 65, 2, R.BRIDGE_TAGGED_WEAKLY),
            id="bridge, a late tag",
        ),
        pytest.param(
            conversation("1", first(9), on_channel(1), tags=(BY_HAND,)),
            jennifer(bridge_attributes={"octopods_channel": "telegram"}),
            (TG, T.BRIDGE, 60, 2, R.BRIDGE_ATTRIBUTE_NOW),
            id="bridge, a tag by hand says less than the contact's attributes of today",
        ),
        pytest.param(
            conversation("1", first(9), on_channel(1)),
            None,
            (UNKNOWN, T.BRIDGE, 40, 2, R.BRIDGE_CHANNEL_UNKNOWN),
            id="bridge, nothing names the channel",
        ),
        pytest.param(
            conversation("1", first(9), on_channel(1, app_code="crm"), tags=("whatsapp",)),
            None,
            (UNKNOWN, T.API, 90, 3, R.OTHER_APP),
            id="an app we do not know",
        ),
        pytest.param(
            conversation("1", first(9), in_messenger(1, by_email=True), tags=("whatsapp",)),
            None,
            (EMAIL, T.EMAIL, 95, 4, R.EMAIL_HEADERS),
            id="e-mail headers",
        ),
        pytest.param(
            conversation("1", first(1), born_on="whatsapp"),
            None,
            (WA, T.NATIVE, 90, 5, R.NATIVE_FIRST),
            id="native first",
        ),
        pytest.param(
            conversation("1", first(1), born_on="whatsapp", current_channel="messenger"),
            None,
            (WA, T.NATIVE, 90, 5, R.NATIVE_FIRST),
            id="native first, moved since",
        ),
        pytest.param(
            conversation("1", first(9), in_messenger(1), born_on="instagram"),
            None,
            (ChannelKind.INSTAGRAM, T.NATIVE, 80, 5, R.NATIVE),
            id="native later",
        ),
        pytest.param(
            conversation("1", first(9), in_messenger(1), born_on="sms", initial_channel="sms", current_channel="sms"),
            None,
            (SMS, T.NATIVE, 80, 5, R.NATIVE),
            id="native later, all agree",
        ),
        *(
            pytest.param(
                conversation("1", first(9), born_on=channel.value),
                None,
                (channel, T.NATIVE, 90, 5, R.NATIVE_FIRST),
                id=f"native first, {channel}",
            )
            for channel in (SMS, FB, ChannelKind.INSTAGRAM, ChannelKind.TWITTER)
        ),
        pytest.param(
            conversation("1", first(9), in_messenger(1, client_hint=Client.IOS), born_on="whatsapp"),
            None,
            (WA, T.NATIVE, 55, 5, R.NATIVE_DESPITE_MESSENGER),
            id="native later, read while a Messenger client was seen",
        ),
        pytest.param(
            conversation("1", first(9), in_messenger(1), born_on="whatsapp"),
            jennifer(messenger_seen_at=ago(1)),
            (WA, T.NATIVE, 55, 5, R.NATIVE_DESPITE_MESSENGER),
            id="native later, contact seen in the Messenger then",
        ),
        pytest.param(
            conversation("1", first(9), in_messenger(1), born_on="whatsapp"),
            jennifer(messenger_seen_at=ago(0.5)),
            (WA, T.NATIVE, 80, 5, R.NATIVE),
            id="native later, contact seen in the Messenger only after it",
        ),
        pytest.param(
            conversation("1", first(9), in_messenger(1), born_on="whatsapp", initial_channel="messenger"),
            None,
            (WA, T.NATIVE, 55, 5, R.NATIVE_MOVED),
            id="native, began on another channel",
        ),
        pytest.param(
            conversation("1", first(9), in_messenger(1), current_channel="facebook"),
            None,
            (FB, T.NATIVE, 55, 5, R.NATIVE_MOVED),
            id="moved to a native channel",
        ),
        pytest.param(
            conversation("1", first(9), in_messenger(1), born_on="whatsapp", current_channel="messenger"),
            None,
            (WA, T.NATIVE, 55, 5, R.NATIVE_MOVED),
            id="native, moved away",
        ),
        pytest.param(
            conversation(
                "1", first(9), in_messenger(1, channel_hint="whatsapp"), born_on="whatsapp", current_channel="messenger"
            ),
            None,
            (WA, T.NATIVE, 80, 5, R.NATIVE),
            id="native, first read before it moved",
        ),
        pytest.param(
            conversation(
                "1", first(9), in_messenger(1, channel_hint="messenger"), born_on="whatsapp", current_channel="whatsapp"
            ),
            None,
            (WA, T.NATIVE, 55, 5, R.NATIVE_MOVED),
            id="native, first read while it was elsewhere",
        ),
        pytest.param(
            conversation("1", first(1), born_on="phone_call"),
            None,
            (PHONE, T.NATIVE, 90, 6, R.PHONE_CALL),
            id="phone call",
        ),
        pytest.param(
            conversation("1", first(9), in_messenger(1), born_on="phone_switch"),
            None,
            (PHONE, T.NATIVE, 55, 6, R.PHONE_CALL),
            id="phone switch, later",
        ),
        pytest.param(
            conversation("1", first(9), born_on="email"),
            None,
            (EMAIL, T.EMAIL, 90, 7, R.EMAIL_CONVERSATION),
            id="e-mail conversation, first message",
        ),
        pytest.param(
            conversation("1", first(9), in_messenger(1), born_on="email"),
            None,
            (EMAIL, T.EMAIL, 55, 7, R.EMAIL_WITHOUT_HEADERS),
            id="e-mail conversation, part without headers",
        ),
        pytest.param(
            conversation("1", first(1), page_url=PAGE, tags=("whatsapp",)),
            None,
            (MESSENGER, T.MESSENGER, 90, 8, R.WEB_PAGE),
            id="first message typed on a web page, whatever the tags say",
        ),
        pytest.param(
            conversation("1", first(1), tags=("messagebird_whatsapp",)),
            None,
            (WA, T.BRIDGE, 85, 9, R.TAG),
            id="first message, the bridge's tag",
        ),
        pytest.param(
            conversation("1", first(9), tags=(LATE,)), None, (WA, T.BRIDGE, 65, 9, R.TAG_LATE), id="first, late tag"
        ),
        pytest.param(
            conversation("1", first(9), tags=(BY_HAND,)),
            jennifer(messenger_seen_at=ago(9)),
            (UNKNOWN, T.UNKNOWN, 30, 11, R.FIRST_UNKNOWN),
            id="first message, a tag by hand is no evidence for the Messenger either",
        ),
        pytest.param(
            conversation("1", first(1)), None, (UNKNOWN, T.UNKNOWN, 30, 11, R.FIRST_UNKNOWN), id="first, no evidence"
        ),
        pytest.param(
            conversation("1", first(9)),
            jennifer(messenger_seen_at=ago(9)),
            (MESSENGER, T.MESSENGER, 70, 11, R.MESSENGER_SIGHTING),
            id="first message, contact seen in the Messenger",
        ),
        pytest.param(
            conversation("1", first(9), in_messenger(1), tags=("whatsapp",)),
            None,
            (MESSENGER, T.MESSENGER, 85, 12, R.TYPED_IN_MESSENGER),
            id="typed in the Messenger inside a WhatsApp conversation",
        ),
        pytest.param(
            conversation("1", first(9), in_messenger(1, app_code_reported=False), tags=("whatsapp",)),
            None,
            (UNKNOWN, T.UNKNOWN, 0, 12, R.CODE_NOT_REPORTED),
            id="the answer does not speak of app codes",
        ),
        pytest.param(
            conversation("1", first(9), in_messenger(1), born_on="push"),
            None,
            (MESSENGER, T.MESSENGER, 85, 12, R.TYPED_IN_MESSENGER),
            id="an answer to a push message",
        ),
        pytest.param(
            conversation("1", first(9), in_messenger(1), born_on="pigeon"),
            None,
            (UNKNOWN, T.UNKNOWN, 0, 13, R.NOTHING_KNOWN),
            id="an undocumented channel word",
        ),
    ],
)
def test_evidence_table(held: Conversation, contact: Contact | None, expected: tuple[object, ...]) -> None:
    assert told(of_last(held, contact)) == expected


@pytest.mark.parametrize(
    ("confidence", "channel", "sure", "known"),
    [(100, WA, 1, 1), (80, WA, 1, 1), (79, WA, 0, 1), (60, WA, 0, 1), (59, WA, 0, 0), (95, UNKNOWN, 0, 0)],
)
def test_sure_from_80_and_known_from_60(confidence: int, channel: ChannelKind, sure: int, known: int) -> None:
    found = replace(of_last(conversation("1", first(1))), confidence=confidence, channel=channel)
    assert (found.is_sure, found.is_known) == (bool(sure), bool(known))


def test_reasons_name_what_they_rest_on() -> None:
    bridged = of_last(conversation("1", first(9), on_channel(1), tags=("whatsapp",)))
    assert bridged.reason.values == {"code": BRIDGE, "channel": "whatsapp"}
    nameless = of_last(conversation("1", first(9), on_channel(1)))
    assert nameless.reason.values == {"code": BRIDGE}
    assert of_last(conversation("1", in_messenger(1, app_code="crm"))).reason.values == {"code": "crm"}
    moved = of_last(conversation("1", in_messenger(1), born_on="whatsapp", current_channel="messenger"))
    assert moved.reason.values == {"born_on": "whatsapp", "current": "messenger"}


# --- learnt codes, confirmed channels ------------------------------------------------------------------------------


def test_a_learnt_code_counts_80_until_a_person_confirms_it() -> None:
    learnt = replace(WORKSPACE, unconfirmed_codes=frozenset({BRIDGE}))
    held = conversation("1", first(9), on_channel(1, tags=("telegram",)), tags=("whatsapp",))
    assert told(of_last(held, None, learnt)) == (TG, T.BRIDGE, 80, 2, R.BRIDGE_TAGGED_MESSAGE)
    weak = conversation("1", first(9), on_channel(1))
    assert of_last(weak, jennifer(bridge_attributes=ATTRIBUTES), learnt).confidence == 60


def test_the_only_channel_that_a_person_confirmed_is_that_of_untagged_messages() -> None:
    only = replace(WORKSPACE, bridge_channels=frozenset({WA}))
    held = conversation("1", first(9), on_channel(1, attribute_hint=TG))
    assert told(of_last(held, None, only)) == (WA, T.BRIDGE, 90, 2, R.BRIDGE_ONLY_CHANNEL)
    opening = find_origin(held.entries[0], OriginContext(held, None, only))
    assert told(opening) == (WA, T.BRIDGE, 80, 10, R.BRIDGE_FOLLOWS)
    two = replace(WORKSPACE, bridge_channels=frozenset({WA, TG}))
    assert of_last(held, None, two).channel is TG


# --- first messages --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("later", "expected"),
    [
        ([on_channel(5), in_messenger(1)], (WA, T.BRIDGE, 60, 10)),
        ([in_messenger(5), on_channel(1)], (WA, T.BRIDGE, 60, 10)),
        ([on_channel(5, tags=("telegram",)), on_channel(1, tags=("viber",))], (TG, T.BRIDGE, 70, 10)),
        ([on_channel(1, tags=("viber",)), on_channel(5, tags=("telegram",))], (TG, T.BRIDGE, 70, 10)),
        ([in_messenger(5, app_code="crm")], (UNKNOWN, T.UNKNOWN, 30, 11)),
    ],
)
def test_a_first_message_follows_the_bridges_earliest(later: list[object], expected: tuple[object, ...]) -> None:
    held = conversation("1", first(9), *later)  # type: ignore[arg-type]
    found = find_origin(held.entries[0], OriginContext(held, jennifer(bridge_attributes=ATTRIBUTES), WORKSPACE))
    assert told(found)[:4] == expected


@pytest.mark.parametrize(
    ("more", "contact", "workspace", "now", "expected"),
    [
        pytest.param({"page_url": PAGE}, None, WORKSPACE, None, (90, R.WEB_PAGE), id="page"),
        pytest.param({"delivered_as": "automated"}, None, WORKSPACE, None, (80, R.NOT_BY_CUSTOMER), id="automated"),
        pytest.param({"delivered_as": "customer_initiated"}, None, WORKSPACE, None, None, id="customer"),
        pytest.param({"delivered_as": "admin_initiated"}, None, WORKSPACE, None, None, id="admin"),
        pytest.param({}, None, NO_BRIDGE, None, (80, R.NO_BRIDGE), id="no bridge"),
        pytest.param({}, None, WORKSPACE, None, None, id="nothing"),
        pytest.param({}, None, TAGGED, None, (80, R.NO_BRIDGE_TAG), id="tagging is established"),
        pytest.param({}, None, TAGGED, ago(9) + timedelta(minutes=2), None, id="too young to miss a tag"),
        pytest.param(
            {}, None, TAGGED, ago(9) + timedelta(minutes=2, microseconds=1), (80, R.NO_BRIDGE_TAG), id="old enough"
        ),
        pytest.param({"removed_tags": (" WhatsApp",)}, None, TAGGED, None, None, id="a tag went"),
        pytest.param({"removed_tags": ("vip",)}, None, TAGGED, None, (80, R.NO_BRIDGE_TAG), id="another tag went"),
        pytest.param({}, None, replace(WORKSPACE, tagging=Tagging.PARTIAL), None, None, id="tagging is partial"),
        pytest.param({}, jennifer(ios_seen_at=ago(9)), WORKSPACE, None, (70, R.MESSENGER_SIGHTING), id="seen"),
        pytest.param({}, jennifer(ios_seen_at=ago(8)), WORKSPACE, None, None, id="seen later"),
    ],
)
def test_what_makes_a_conversation_the_messengers_own(
    more: dict[str, object],
    contact: Contact | None,
    workspace: Workspace,
    now: datetime | None,
    expected: tuple[int, R] | None,
) -> None:
    held = conversation("1", first(9), **more)
    found = messenger_evidence(held, contact, workspace, now)
    assert (None if found is None else (found[0], found[1].code)) == expected
    origin = find_origin(held.entries[0], OriginContext(held, contact, workspace, now))
    if expected is None:
        assert (origin.channel, origin.confidence) == (UNKNOWN, 30)
    else:
        assert (origin.channel, origin.transport, origin.confidence) == (MESSENGER, T.MESSENGER, expected[0])


def test_a_sighting_says_nothing_beside_a_message_of_the_bridge() -> None:
    held = conversation("1", first(9), on_channel(8))
    assert messenger_evidence(held, jennifer(messenger_seen_at=ago(9)), WORKSPACE, None) is None


# --- a person's word -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "more", "transport"),
    [
        (WA, {}, T.BRIDGE),
        (MESSENGER, {}, T.MESSENGER),
        (EMAIL, {}, T.EMAIL),
        (WA, {"born_on": "whatsapp"}, T.NATIVE),
        (SMS, {"born_on": "whatsapp"}, T.BRIDGE),
        (WA, {"current_channel": "whatsapp"}, T.NATIVE),
    ],
)
def test_a_word_on_a_message_is_its_origin(said: ChannelKind, more: dict[str, object], transport: Transport) -> None:
    held = conversation("1", first(9), in_messenger(1, app_code="crm", by_email=True), **more)
    workspace = replace(WORKSPACE, message_channels={held.entries[-1].key: said})
    assert told(of_last(held, None, workspace)) == (said, transport, 100, 0, R.PERSON_SAID_MESSAGE)
    assert find_origin(held.entries[0], OriginContext(held, None, workspace)).confidence != 100


PINNED = replace(WORKSPACE, pins={"1": Pin(WA)})
UNPINNED = replace(WORKSPACE, pins={"1": Pin(None)})


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        pytest.param(conversation("1", first(9)), (WA, T.BRIDGE, 100, 0), id="first of unknown origin"),
        pytest.param(conversation("1", first(9), tags=("telegram",)), (WA, T.BRIDGE, 100, 0), id="first, tagged"),
        pytest.param(conversation("1", on_channel(1)), (WA, T.BRIDGE, 100, 0), id="bridge, channel unknown"),
        pytest.param(conversation("1", in_messenger(1), born_on="pigeon"), (WA, T.BRIDGE, 100, 0), id="nothing known"),
        pytest.param(
            conversation("1", on_channel(1), tags=("telegram",)), (TG, T.BRIDGE, 90, 2), id="bridge, channel told"
        ),
        pytest.param(conversation("1", in_messenger(1)), (MESSENGER, T.MESSENGER, 85, 12), id="null code"),
        pytest.param(
            conversation("1", in_messenger(1, app_code_reported=False)), (UNKNOWN, T.UNKNOWN, 0, 12), id="code absent"
        ),
        pytest.param(conversation("1", in_messenger(1, by_email=True)), (EMAIL, T.EMAIL, 95, 4), id="mail headers"),
        pytest.param(conversation("1", first(1), page_url=PAGE), (MESSENGER, T.MESSENGER, 90, 8), id="page"),
        pytest.param(conversation("1", on_channel(1, app_code="crm")), (UNKNOWN, T.API, 90, 3), id="another app"),
        pytest.param(conversation("1", on_channel(1, app_code=OWN_CODE)), (UNKNOWN, T.API, 95, 1), id="our app"),
        pytest.param(conversation("1", first(1), born_on="email"), (EMAIL, T.EMAIL, 90, 7), id="e-mail"),
        pytest.param(conversation("2", first(9)), (UNKNOWN, T.UNKNOWN, 30, 11), id="another conversation"),
    ],
)
def test_a_pin_is_the_channel_only_of_messages_that_say_nothing_themselves(
    held: Conversation, expected: tuple[object, ...]
) -> None:
    assert told(of_last(held, None, PINNED))[:4] == expected


def test_a_pin_to_the_messenger() -> None:
    found = of_last(conversation("1", first(9), tags=("whatsapp",)), None, UNPINNED)
    assert told(found) == (MESSENGER, T.MESSENGER, 100, 0, R.PERSON_SAID_CONVERSATION)
    # What the bridge posted came from some channel all the same.
    assert told(of_last(conversation("1", on_channel(1)), None, UNPINNED))[:3] == (UNKNOWN, T.BRIDGE, 40)


# --- clients ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seen", "client"),
    [
        ({"ios_seen_at": ago(1)}, Client.IOS),
        ({"android_seen_at": ago(1) - timedelta(minutes=2)}, Client.ANDROID),
        ({"web_seen_at": ago(1) + timedelta(minutes=2)}, Client.WEB),
        ({"web_seen_at": ago(1), "ios_seen_at": ago(1)}, Client.UNKNOWN),
        ({"ios_seen_at": ago(1) - timedelta(minutes=2, microseconds=1)}, Client.UNKNOWN),
        ({"messenger_seen_at": ago(1)}, Client.UNKNOWN),
        ({}, Client.UNKNOWN),
    ],
)
def test_client_is_named_only_when_one_was_seen_around_the_message(seen: dict[str, object], client: Client) -> None:
    found = of_last(conversation("1", first(9), in_messenger(1)), jennifer(**seen))
    assert found.client is client
    assert found.reason.values == {"client": client.value}


def test_client_sampled_at_arrival_wins_over_later_sightings() -> None:
    held = conversation("1", first(9), in_messenger(1, client_hint=Client.ANDROID))
    assert of_last(held, jennifer(ios_seen_at=ago(1))).client is Client.ANDROID
    assert of_last(held).client is Client.ANDROID
    assert of_last(conversation("1", first(9), in_messenger(1))).client is Client.UNKNOWN


def test_the_client_of_a_first_message() -> None:
    web = of_last(conversation("1", first(9), page_url=PAGE))
    phone = of_last(conversation("1", first(9)), jennifer(ios_seen_at=ago(9)))
    assert (web.client, phone.client) == (Client.WEB, Client.IOS)
    assert (
        of_last(conversation("1", first(9), born_on="whatsapp"), jennifer(ios_seen_at=ago(9))).client is Client.UNKNOWN
    )


# --- attributes ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("attributes", "channel"),
    [
        ({}, None),
        ({"octopods_channel": "Telegram"}, TG),
        ({"octopods_channel": "twilio"}, SMS),
        ({"octopods_channel": "messenger"}, FB),
        ({"octopods_messagebird_whatsapp_account_phone": "+15550001111"}, WA),
        ({"octopods_channel": "whatsapp", "octopods_telegram_user_id": "9001"}, None),
        ({"octopods_channel": "whatsapp", "octopods_whatsapp_bsuid": "US.1"}, WA),
        ({"octopods_twilio_sms_account_phone": "+1"}, SMS),
        ({"octopods_instagram_igsid": "1"}, ChannelKind.INSTAGRAM),
        ({"octopods_viber_user_id": "1"}, ChannelKind.VIBER),
        ({"octopods_line_id": "1"}, None),
        ({"octopods_whatsapper": "1"}, None),
        ({"channel": "whatsapp"}, None),
    ],
)
def test_contact_attributes_name_a_channel_only_when_they_agree(
    attributes: dict[str, str], channel: ChannelKind | None
) -> None:
    assert attribute_channel(jennifer(bridge_attributes=attributes), WORKSPACE) is channel


def test_no_contact_names_no_channel() -> None:
    assert attribute_channel(None, WORKSPACE) is None


def test_the_order_of_tags_and_entries_does_not_matter() -> None:
    tags = (Tag("whatsapp", ago(9)), Tag("telegram", ago(2)), Tag("viber", sighting=TagSighting.LATER))
    entries = (first(9), on_channel(5), entry(3))
    seen = {
        told(find_origin(next(e for e in held.entries if e.is_first), OriginContext(held, None, WORKSPACE)))
        for turned in permutations(tags)
        for shuffled in permutations(entries)
        for held in [conversation("1", *shuffled, tags=turned, created_at=ago(9))]
    }
    assert seen == {(WA, T.BRIDGE, 85, 9, R.TAG)}
    assert ago(1) < NOW
