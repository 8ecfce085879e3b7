"""The ranked evidence table for the origin of a customer's message."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations

import pytest
from talk import BRIDGE, NOW, OURS, WORKSPACE, ago, conversation, first, in_messenger, jennifer, on_channel

from desktop.domain.facts import ChannelKind, Client, Contact, Conversation
from desktop.domain.origin import Origin, Transport, attribute_channel, find_origin, raised


def origin_of_last(held: Conversation, contact: Contact | None = None) -> Origin:
    return find_origin(held.entries[-1], held, contact, WORKSPACE)


def facts(origin: Origin) -> tuple[ChannelKind, Transport, int, int]:
    return origin.channel, origin.transport, origin.confidence, origin.rank


@pytest.mark.parametrize(
    ("held", "contact", "expected"),
    [
        pytest.param(
            conversation("1", first(9), on_channel(1, app_code=OURS)),
            None,
            (ChannelKind.UNKNOWN, Transport.API, 95, 1),
            id="our own code on a customer's message is unexpected",
        ),
        pytest.param(
            conversation("1", first(9), on_channel(1, tags=("Telegram",)), tags=("whatsapp",)),
            None,
            (ChannelKind.TELEGRAM, Transport.BRIDGE, 95, 2),
            id="bridge, the part's own tag is strongest and may have any case",
        ),
        pytest.param(
            conversation("1", first(9), on_channel(1), tags=("vip", "twilio_whatsapp")),
            None,
            (ChannelKind.WHATSAPP, Transport.BRIDGE, 90, 2),
            id="bridge, the conversation's tag",
        ),
        pytest.param(
            conversation("1", first(9), on_channel(1)),
            jennifer(bridge_attributes={"octopods_channel": "whatsapp"}),
            (ChannelKind.WHATSAPP, Transport.BRIDGE, 60, 2),
            id="bridge, only the contact's attribute names the channel",
        ),
        pytest.param(
            conversation("1", first(9), on_channel(1)),
            None,
            (ChannelKind.UNKNOWN, Transport.BRIDGE, 40, 2),
            id="bridge, nothing names the channel",
        ),
        pytest.param(
            conversation("1", first(9), on_channel(1), tags=("whatsapp", "telegram")),
            None,
            (ChannelKind.UNKNOWN, Transport.BRIDGE, 40, 2),
            id="two channel tags settle nothing",
        ),
        pytest.param(
            conversation("1", first(9), on_channel(1, app_code="someone-else")),
            None,
            (ChannelKind.UNKNOWN, Transport.API, 90, 3),
            id="an app we do not know",
        ),
        pytest.param(
            conversation("1", first(9), in_messenger(1, by_email=True), tags=("whatsapp",)),
            None,
            (ChannelKind.EMAIL, Transport.EMAIL, 95, 4),
            id="e-mail headers",
        ),
        pytest.param(
            conversation("1", first(1), born_on="whatsapp"),
            None,
            (ChannelKind.WHATSAPP, Transport.NATIVE, 90, 5),
            id="first message of Intercom's own WhatsApp",
        ),
        pytest.param(
            conversation("1", first(9), in_messenger(1), born_on="instagram"),
            None,
            (ChannelKind.INSTAGRAM, Transport.NATIVE, 75, 5),
            id="later message of a native channel",
        ),
        pytest.param(
            conversation("1", first(9), in_messenger(1), current_channel="sms"),
            None,
            (ChannelKind.SMS, Transport.NATIVE, 75, 5),
            id="moved to a native channel",
        ),
        pytest.param(
            conversation("1", first(9), in_messenger(1), born_on="whatsapp"),
            jennifer(messenger_seen_at=ago(5)),
            (ChannelKind.WHATSAPP, Transport.NATIVE, 55, 5),
            id="native, but she was in the Messenger meanwhile",
        ),
        pytest.param(
            conversation("1", first(9), in_messenger(1), born_on="whatsapp"),
            jennifer(messenger_seen_at=ago(20)),
            (ChannelKind.WHATSAPP, Transport.NATIVE, 75, 5),
            id="native, she was in the Messenger only before it began",
        ),
        pytest.param(
            conversation("1", first(9), in_messenger(1), born_on="whatsapp", current_channel="messenger"),
            None,
            (ChannelKind.UNKNOWN, Transport.UNKNOWN, 0, 13),
            id="began native, moved away",
        ),
        pytest.param(
            conversation("1", first(1), born_on="phone_call"),
            None,
            (ChannelKind.PHONE, Transport.NATIVE, 90, 6),
            id="phone call",
        ),
        pytest.param(
            conversation("1", first(9), in_messenger(1), born_on="email"),
            None,
            (ChannelKind.EMAIL, Transport.EMAIL, 60, 7),
            id="e-mail conversation, message without headers",
        ),
        pytest.param(
            conversation("1", first(1), page_url="https://shop.example/cart", tags=("whatsapp",)),
            None,
            (ChannelKind.MESSENGER, Transport.MESSENGER, 90, 8),
            id="first message typed on a web page, whatever the tags say",
        ),
        pytest.param(
            conversation("1", first(1), tags=("messagebird_whatsapp",)),
            None,
            (ChannelKind.WHATSAPP, Transport.BRIDGE, 85, 9),
            id="first message, bridge's tag",
        ),
        pytest.param(
            conversation("1", first(1)),
            None,
            (ChannelKind.UNKNOWN, Transport.UNKNOWN, 30, 11),
            id="first message, no evidence",
        ),
        pytest.param(
            conversation("1", first(9), in_messenger(1), tags=("whatsapp",)),
            None,
            (ChannelKind.MESSENGER, Transport.MESSENGER, 85, 12),
            id="typed in the Messenger inside a WhatsApp conversation",
        ),
        pytest.param(
            conversation("1", first(9), in_messenger(1, app_code_reported=False)),
            None,
            (ChannelKind.MESSENGER, Transport.MESSENGER, 60, 12),
            id="the answer does not speak of app codes",
        ),
        pytest.param(
            conversation("1", first(9), in_messenger(1), born_on="push"),
            None,
            (ChannelKind.UNKNOWN, Transport.UNKNOWN, 0, 13),
            id="nothing fits",
        ),
    ],
)
def test_evidence_table(held: Conversation, contact: Contact | None, expected: tuple[object, ...]) -> None:
    found = origin_of_last(held, contact)
    assert facts(found) == expected
    assert found.reason


def test_first_message_follows_the_bridges_next_message() -> None:
    held = conversation("1", first(9), on_channel(5), in_messenger(1), tags=())
    contact = jennifer(bridge_attributes={"octopods_channel": "whatsapp"})
    found = find_origin(held.entries[0], held, contact, WORKSPACE)
    assert facts(found) == (ChannelKind.WHATSAPP, Transport.BRIDGE, 60, 10)


def test_first_message_stays_unknown_when_her_next_one_was_typed_in_the_messenger() -> None:
    held = conversation("1", first(9), in_messenger(5), on_channel(1))
    assert find_origin(held.entries[0], held, None, WORKSPACE).rank == 11


@pytest.mark.parametrize(
    ("seen", "client"),
    [
        ({"ios_seen_at": ago(1)}, Client.IOS),
        ({"android_seen_at": ago(1) - timedelta(minutes=2)}, Client.ANDROID),
        ({"web_seen_at": ago(1) + timedelta(minutes=2)}, Client.WEB),
        ({"web_seen_at": ago(1), "ios_seen_at": ago(1)}, Client.UNKNOWN),
        ({"ios_seen_at": ago(1) - timedelta(minutes=2, seconds=1)}, Client.UNKNOWN),
        ({}, Client.UNKNOWN),
    ],
)
def test_client_is_named_only_when_one_was_seen_around_the_message(seen: dict[str, object], client: Client) -> None:
    held = conversation("1", first(9), in_messenger(1))
    assert origin_of_last(held, jennifer(**seen)).client is client


def test_client_sampled_at_arrival_wins_over_later_sightings() -> None:
    held = conversation("1", first(9), in_messenger(1, client_hint=Client.ANDROID))
    found = origin_of_last(held, jennifer(ios_seen_at=ago(1)))
    assert found.client is Client.ANDROID
    assert "Android" in found.reason


@pytest.mark.parametrize(
    ("attributes", "channel"),
    [
        ({}, None),
        ({"octopods_channel": "Telegram"}, ChannelKind.TELEGRAM),
        ({"octopods_channel": "twilio"}, ChannelKind.SMS),
        ({"octopods_messagebird_whatsapp_account_phone": "+15550001111"}, ChannelKind.WHATSAPP),
        ({"octopods_channel": "whatsapp", "octopods_telegram_user_id": "9001"}, None),
        ({"octopods_twilio_sms_account_phone": "+1"}, ChannelKind.SMS),
    ],
)
def test_contact_attributes_name_a_channel_only_when_they_agree(
    attributes: dict[str, str], channel: ChannelKind | None
) -> None:
    assert attribute_channel(jennifer(bridge_attributes=attributes), WORKSPACE) is channel


def test_no_contact_names_no_channel() -> None:
    assert attribute_channel(None, WORKSPACE) is None


def test_a_stored_origin_is_only_ever_raised() -> None:
    held = conversation("1", first(9), in_messenger(1))
    sampled = origin_of_last(held, jennifer(ios_seen_at=ago(1)))
    later = origin_of_last(held, jennifer(ios_seen_at=NOW))
    assert later.client is Client.UNKNOWN
    assert raised(sampled, later) == sampled
    assert raised(None, later) == later


def test_raising_does_not_depend_on_the_order_of_findings() -> None:
    held = conversation("1", first(9), on_channel(1))
    tagged = conversation("1", first(9), on_channel(1), tags=("whatsapp",))
    contact = jennifer(bridge_attributes={"octopods_channel": "whatsapp"})
    findings = [origin_of_last(held), origin_of_last(held, contact), origin_of_last(tagged)]
    outcomes = set()
    for order in permutations(findings):
        stored = None
        for finding in order:
            stored = raised(stored, finding)
        outcomes.add(stored)
    assert outcomes == {findings[2]}


def test_a_guess_is_not_known() -> None:
    assert not origin_of_last(conversation("1", first(9), on_channel(1))).is_known
    assert origin_of_last(conversation("1", first(9), on_channel(1), tags=("whatsapp",))).is_known
    assert BRIDGE in origin_of_last(conversation("1", first(9), on_channel(1))).reason
