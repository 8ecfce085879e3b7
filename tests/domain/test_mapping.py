"""Evidence for what a conversation mirrors, strongest first."""

from __future__ import annotations

from dataclasses import replace

import pytest
from talk import WORKSPACE, conversation, entry, failure_note, first, in_messenger, jennifer, on_channel, reply

from desktop.domain.facts import ChannelKind, Contact, Conversation, EntryKind, Role
from desktop.domain.mapping import Mapping, find_mapping
from desktop.domain.origin import Transport
from desktop.domain.workspace import Pin

WHATSAPP_CONTACT = jennifer(
    bridge_attributes={"octopods_channel": "whatsapp", "octopods_whatsapp_account_phone": "+15550001111"}
)


def mapped(held: Conversation, contact: Contact | None = None, pins: dict[str, Pin] | None = None) -> Mapping | None:
    people = {contact.id: contact} if contact else {}
    return find_mapping(held, people, replace(WORKSPACE, pins=pins or {}))


@pytest.mark.parametrize(
    ("held", "contact", "channel", "confidence", "transport"),
    [
        pytest.param(
            conversation("1", first(9), on_channel(1, tags=("telegram",)), tags=("whatsapp",)),
            None,
            ChannelKind.TELEGRAM,
            95,
            Transport.BRIDGE,
            id="the bridge posted here, the part's tag",
        ),
        pytest.param(
            conversation("1", first(9), on_channel(1), in_messenger(0.5), tags=("whatsapp",)),
            None,
            ChannelKind.WHATSAPP,
            90,
            Transport.BRIDGE,
            id="the bridge posted here, the conversation's tag",
        ),
        pytest.param(
            conversation("1", first(9), on_channel(1)),
            WHATSAPP_CONTACT,
            ChannelKind.WHATSAPP,
            60,
            Transport.BRIDGE,
            id="the bridge posted here, channel from the contact",
        ),
        pytest.param(
            conversation("1", first(9), on_channel(1)),
            None,
            ChannelKind.UNKNOWN,
            40,
            Transport.BRIDGE,
            id="the bridge posted here, channel unknown",
        ),
        pytest.param(
            conversation("1", first(9), tags=("twilio",)), None, ChannelKind.SMS, 85, Transport.BRIDGE, id="tag"
        ),
        pytest.param(
            conversation("1", first(9), tags=("viber",), page_url="https://shop.example"),
            None,
            ChannelKind.VIBER,
            80,
            Transport.BRIDGE,
            id="tag on a conversation that began on a web page",
        ),
        pytest.param(
            conversation("1", first(9), reply(2), failure_note(1.99)),
            WHATSAPP_CONTACT,
            ChannelKind.WHATSAPP,
            70,
            Transport.BRIDGE,
            id="failure notice, channel from the contact",
        ),
        pytest.param(
            conversation("1", first(9), failure_note(1, "Recipient is not a WhatsApp user.")),
            None,
            ChannelKind.WHATSAPP,
            70,
            Transport.BRIDGE,
            id="failure notice that names the channel",
        ),
        pytest.param(
            conversation("1", first(9), failure_note(1, "Message failed to send (code 470)")),
            None,
            ChannelKind.UNKNOWN,
            50,
            Transport.BRIDGE,
            id="failure notice that names no channel",
        ),
        pytest.param(
            conversation("1", first(9)),
            WHATSAPP_CONTACT,
            ChannelKind.UNKNOWN,
            40,
            Transport.BRIDGE,
            id="only the contact is known to a bridge",
        ),
        pytest.param(
            conversation("1", first(9), born_on="whatsapp"),
            None,
            ChannelKind.WHATSAPP,
            90,
            Transport.NATIVE,
            id="Intercom's own WhatsApp",
        ),
        pytest.param(
            conversation("1", first(9), current_channel="facebook"),
            None,
            ChannelKind.FACEBOOK,
            90,
            Transport.NATIVE,
            id="moved to Intercom's own channel",
        ),
    ],
)
def test_evidence(
    held: Conversation, contact: Contact | None, channel: ChannelKind, confidence: int, transport: Transport
) -> None:
    found = mapped(held, contact)
    assert found is not None
    assert (found.channel, found.confidence, found.transport) == (channel, confidence, transport)
    assert found.reason
    assert found.is_known == (confidence >= 60)
    assert found.is_certain == (confidence > 60)
    assert found.shown_channel is (channel if confidence >= 60 else ChannelKind.UNKNOWN)


@pytest.mark.parametrize(
    "held",
    [
        conversation("1", first(9), page_url="https://shop.example"),
        conversation("1", first(9), in_messenger(1)),
        conversation("1", first(9, by_email=True), born_on="email"),
        conversation("1", entry(9, role=Role.TEAMMATE, kind=EntryKind.NOTE, text="her 24h window is closed, I call")),
    ],
)
def test_a_plain_conversation_has_no_mapping(held: Conversation) -> None:
    assert mapped(held, jennifer()) is None


def test_a_web_conversation_of_a_bridged_contact_is_not_suspected() -> None:
    assert mapped(conversation("1", first(9), page_url="https://shop.example"), WHATSAPP_CONTACT) is None


def test_a_persons_pin_overrules_all_evidence() -> None:
    held = conversation("1", first(9), on_channel(1), tags=("whatsapp",))
    pinned = mapped(held, None, {"1": Pin(ChannelKind.TELEGRAM)})
    assert pinned is not None
    assert (pinned.channel, pinned.confidence) == (ChannelKind.TELEGRAM, 100)
    assert mapped(held, None, {"1": Pin(None)}) is None


def test_addresses_of_both_sides() -> None:
    found = mapped(conversation("1", first(9), tags=("whatsapp",)), WHATSAPP_CONTACT)
    assert found is not None
    assert (found.business_address, found.customer_address) == ("+15550001111", "+353871234567")
    telegram = mapped(
        conversation("1", first(9), tags=("telegram",)),
        jennifer(bridge_attributes={"octopods_channel": "telegram", "octopods_telegram_user_id": "9001"}),
    )
    assert telegram is not None
    assert (telegram.business_address, telegram.customer_address) == (None, "9001")


def test_two_business_numbers_on_one_contact_are_not_guessed_between() -> None:
    torn = jennifer(
        bridge_attributes={
            "octopods_twilio_whatsapp_account_phone": "+1",
            "octopods_messagebird_whatsapp_account_phone": "+2",
        },
        phone="",
    )
    found = mapped(conversation("1", first(9), tags=("whatsapp",)), torn)
    assert found is not None
    assert (found.business_address, found.customer_address) == (None, None)
