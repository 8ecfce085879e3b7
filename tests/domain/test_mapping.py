"""Evidence for what a conversation mirrors, strongest first."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from talk import WORKSPACE, conversation, entry, failure_note, first, in_messenger, jennifer, on_channel, reply

from desktop.domain.facts import ChannelKind, Contact, Conversation, Entry, EntryKind, Role
from desktop.domain.mapping import Mapping, find_mapping, line_hint, was_posted
from desktop.domain.origin import Transport
from desktop.domain.workspace import Pin, Workspace

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


# --- several numbers of one business -------------------------------------------------------------------------------

NUMBERS = {"octopods_whatsapp_account_phone": "+35315550100", "octopods_twilio_whatsapp_account_phone": "+35315550101"}
SEVERAL = {"octopods_whatsapp_account_phone": frozenset({"+35315550100", "+35315550102"})}


def chat_with(*tags, hint="", app_code=None):
    at = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
    entry = Entry("e1", "v1", at, Role.CUSTOMER, EntryKind.MESSAGE, app_code=app_code, is_first=True, line_hint=hint)
    return Conversation("v1", at, at, tags=tags, contact_ids=("c1",), entries=(entry,))


def people(**attributes):
    return {"c1": Contact("c1", phone="+353871234567", bridge_attributes=attributes)}


@pytest.mark.parametrize(
    ("tag", "number"), [("whatsapp", "+35315550100"), ("Twilio_WhatsApp", "+35315550101"), ("twilio", None)]
)
def test_the_conversations_tag_names_the_line(tag, number):
    found = find_mapping(chat_with(tag), people(**NUMBERS), Workspace())
    assert found.business_address == number
    assert not found.one_of_several


def test_without_a_tag_two_numbers_on_the_contact_leave_it_open():
    workspace = Workspace(pins={"v1": Pin(ChannelKind.WHATSAPP)})
    found = find_mapping(chat_with(), people(**NUMBERS), workspace)
    assert (found.business_address, found.one_of_several) == (None, True)


def test_a_kind_of_line_that_has_had_two_numbers_tells_nothing_but_by_what_was_seen_then():
    workspace = Workspace(numbers=SEVERAL)
    contact = people(octopods_whatsapp_account_phone="+35315550100")
    found = find_mapping(chat_with("whatsapp"), contact, workspace)
    assert (found.business_address, found.one_of_several) == (None, True)
    found = find_mapping(chat_with("whatsapp", hint="+35315550102"), contact, workspace)
    assert (found.business_address, found.one_of_several) == ("+35315550102", False)


@pytest.mark.parametrize(
    ("tags", "attributes", "hint"),
    [
        (("whatsapp",), NUMBERS, "+35315550100"),
        ((), {"octopods_channel": "whatsapp"} | NUMBERS, ""),
        ((), {"octopods_channel": "whatsapp", "octopods_whatsapp_account_phone": "+35315550100"}, "+35315550100"),
        ((), {}, ""),
        (("whatsapp",), {"octopods_whatsapp_account_phone": ""}, ""),
    ],
)
def test_what_the_contact_says_at_the_moment_is_the_line_only_where_it_says_one(tags, attributes, hint):
    assert line_hint(chat_with(*tags), people(**attributes)["c1"], Workspace()) == hint


def test_a_message_is_the_bridges_by_its_code_or_as_a_first_one_by_the_tag():
    workspace = Workspace(bridge_codes=frozenset({"bridge"}))
    assert was_posted(chat_with("whatsapp").entries[0], chat_with("whatsapp"), workspace)
    assert not was_posted(chat_with().entries[0], chat_with(), workspace)
    coded, other = chat_with(app_code="bridge"), chat_with("whatsapp", app_code="other")
    assert was_posted(coded.entries[0], coded, workspace)
    assert not was_posted(other.entries[0], other, workspace)
    ours = replace(coded.entries[0], role=Role.TEAMMATE)
    assert not was_posted(ours, coded, workspace)


@pytest.mark.parametrize(
    ("contact", "address"),
    [
        (Contact("c1", phone="+353871234567", bridge_attributes={"octopods_whatsapp_bsuid": "US.13"}), "+353871234567"),
        (Contact("c1", bridge_attributes={"octopods_whatsapp_bsuid": "US.1349120865"}), "US.1349120865"),
        (Contact("c1"), None),
    ],
)
def test_who_hides_her_number_has_the_address_whatsapp_gives_her(contact, address):
    found = find_mapping(chat_with("whatsapp"), {"c1": contact}, Workspace())
    assert found.customer_address == address
