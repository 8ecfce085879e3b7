"""Evidence for what a conversation mirrors, strongest first, and the addresses of the chat."""

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
    failure_note,
    first,
    in_messenger,
    jennifer,
    on_channel,
    reply,
)

from desktop.domain.mapping import (
    ChannelMapping,
    Unmapped,
    address_today,
    find_business_address_hint,
    find_customer_address_hint,
    find_mapping,
    find_mappings,
    first_known_contact,
    was_posted_by_bridge,
)
from desktop.domain.model.facts import ChannelKind, Contact, Conversation, Entry, EntryKind, Role, Tag
from desktop.domain.model.reason import ReasonCode as R
from desktop.domain.model.reason import make_reason
from desktop.domain.model.workspace import Pin, Tagging, Workspace
from desktop.domain.origin import Transport

WA, TG, SMS = ChannelKind.WHATSAPP, ChannelKind.TELEGRAM, ChannelKind.SMS
MESSENGER, EMAIL, PHONE, UNKNOWN = ChannelKind.MESSENGER, ChannelKind.EMAIL, ChannelKind.PHONE, ChannelKind.UNKNOWN
THEIRS, LINE = "+353871234567", "+15550001111"
KNOWN = jennifer(bridge_attributes={"octopods_channel": "whatsapp", "octopods_whatsapp_account_phone": LINE})
BRIDGED, NATIVE = Transport.BRIDGE, Transport.NATIVE
NO_BRIDGE = replace(WORKSPACE, bridge_codes=frozenset(), bridge_expected=False)
TAGGED = replace(WORKSPACE, tagging=Tagging.ESTABLISHED)
BY_HAND = Tag("whatsapp", ago(7), "7001")


def find(
    held: Conversation, contact: Contact | None = None, workspace: Workspace = WORKSPACE, now: datetime | None = None
) -> ChannelMapping | Unmapped:
    return find_mapping(held, {contact.id: contact} if contact else {}, workspace, now)


def mapped(held: Conversation, contact: Contact | None = None, workspace: Workspace = WORKSPACE) -> ChannelMapping:
    found = find(held, contact, workspace)
    assert isinstance(found, ChannelMapping)
    return found


@pytest.mark.parametrize(
    ("held", "contact", "channel", "confidence", "transport", "reason"),
    [
        pytest.param(
            conversation("1", first(9), on_channel(1, tags=("telegram",)), tags=("whatsapp",)),
            None, TG, 95, BRIDGED, R.BRIDGE_TAGGED_MESSAGE,
            id="the bridge posted here, the part's tag",
        ),
        pytest.param(
            conversation("1", first(9), on_channel(1), in_messenger(0.5), tags=("whatsapp",)),
            None, WA, 90, BRIDGED, R.BRIDGE_TAGGED,
            id="the bridge posted here, the conversation's tag",
        ),
        pytest.param(
            conversation("1", first(9), on_channel(1), page_url=PAGE),
            KNOWN, WA, 60, BRIDGED, R.BRIDGE_ATTRIBUTE_NOW,
            id="the bridge posted here, channel from the contact",
        ),
        pytest.param(
            conversation("1", first(9), on_channel(1)),
            None, UNKNOWN, 40, BRIDGED, R.BRIDGE_CHANNEL_UNKNOWN,
            id="the bridge posted here, channel unknown",
        ),
        pytest.param(
            conversation("1", first(9), tags=("twilio",)), None, SMS, 85, BRIDGED, R.TAG, id="tag"
        ),
        pytest.param(
            conversation("1", first(9), tags=(Tag("twilio"),)), None, SMS, 75, BRIDGED, R.TAG_UNDATED, id="undated tag"
        ),
        pytest.param(
            conversation("1", first(9), tags=("twilio", "whatsapp")), None, UNKNOWN, 40, BRIDGED, R.TAGS_CONTRADICT,
            id="two tags",
        ),
        pytest.param(
            conversation("1", first(9), tags=(BY_HAND,)), None, UNKNOWN, 50, BRIDGED, R.TAG_BY_HAND, id="tag by hand"
        ),
        pytest.param(
            conversation("1", first(9), reply(2), failure_note(1.99)),
            KNOWN, WA, 70, BRIDGED, R.BRIDGE_NOTICE,
            id="failure notice, channel from the contact",
        ),
        pytest.param(
            conversation("1", first(9), failure_note(1, "Recipient is not a WhatsApp user.")),
            None, WA, 70, BRIDGED, R.BRIDGE_NOTICE,
            id="failure notice that names the channel",
        ),
        pytest.param(
            conversation(
                "1", first(9), failure_note(2, "Not a WhatsApp user."), failure_note(1, "Failed to send the SMS.")
            ),
            None, UNKNOWN, 50, BRIDGED, R.BRIDGE_NOTICE,
            id="failure notices that name two channels",
        ),
        pytest.param(
            conversation("1", first(9), failure_note(1, "Message failed to send (code 470)")),
            None, UNKNOWN, 50, BRIDGED, R.BRIDGE_NOTICE,
            id="failure notice that names no channel",
        ),
        pytest.param(
            conversation("1", first(9), in_messenger(1, app_code="crm"), tags=(BY_HAND,)),
            KNOWN, UNKNOWN, 50, BRIDGED, R.UNKNOWN_APP,
            id="a code of which nobody said what it is",
        ),
        pytest.param(
            conversation("1", first(9), in_messenger(1, app_code="crm"), page_url=PAGE),
            None, UNKNOWN, 50, BRIDGED, R.UNKNOWN_APP,
            id="such a code on a web conversation",
        ),
        pytest.param(
            conversation("1", first(9)), KNOWN, UNKNOWN, 40, BRIDGED, R.BRIDGE_KNOWS_CONTACT,
            id="only the contact is known to a bridge",
        ),
        pytest.param(
            conversation("1", first(9)), None, UNKNOWN, 30, BRIDGED, R.BRIDGE_POSSIBLE, id="a bridge is known"
        ),
        pytest.param(
            conversation("1", first(9), on_channel(1), born_on="whatsapp"),
            None, WA, 90, NATIVE, R.NATIVE_CONVERSATION,
            id="Intercom's own WhatsApp",
        ),
        pytest.param(
            conversation("1", first(9), current_channel="facebook"),
            None, ChannelKind.FACEBOOK, 90, NATIVE, R.NATIVE_CONVERSATION,
            id="moved to Intercom's own channel",
        ),
        pytest.param(
            conversation("1", first(9), born_on="sms", current_channel="whatsapp"),
            None, SMS, 90, NATIVE, R.NATIVE_CONVERSATION,
            id="moved from one of Intercom's own channels to another",
        ),
    ],
)  # fmt: skip
def test_each_kind_of_evidence_gives_channel_confidence_and_reason(
    held: Conversation,
    contact: Contact | None,
    channel: ChannelKind,
    confidence: int,
    transport: Transport,
    reason: R,
) -> None:
    found = mapped(held, contact)
    assert (found.channel, found.confidence, found.transport) == (channel, confidence, transport)
    assert found.reason.code is reason


@pytest.mark.parametrize(
    ("confidence", "sure", "weak", "known"),
    [(100, 1, 0, 1), (80, 1, 0, 1), (79, 0, 1, 1), (60, 0, 1, 1), (59, 0, 0, 0), (0, 0, 0, 0)],
)
def test_sure_from_80_and_weak_from_60(confidence: int, sure: int, weak: int, known: int) -> None:
    found = ChannelMapping(WA, None, None, confidence, make_reason(R.TAG))
    assert (found.is_sure, found.is_weak, found.is_known) == (bool(sure), bool(weak), bool(known))
    assert found.display_channel is (WA if known else UNKNOWN)
    assert (found.transport, found.one_of_several, found.address_changed) == (BRIDGED, False, False)
    nameless = replace(found, channel=UNKNOWN)
    assert (nameless.is_sure, nameless.is_weak, nameless.is_known) == (False, False, False)
    assert Unmapped(MESSENGER, confidence, make_reason(R.WEB_PAGE)).is_sure is bool(sure)


OWN = replace(WORKSPACE, other_codes=frozenset({"crm"}))


@pytest.mark.parametrize(
    ("held", "contact", "workspace", "expected"),
    [
        pytest.param(
            conversation("1", first(9), page_url=PAGE), KNOWN, WORKSPACE, (MESSENGER, 90, R.WEB_PAGE), id="page"
        ),
        pytest.param(
            conversation("1", first(9), page_url=PAGE, tags=("whatsapp",)), None, WORKSPACE,
            (MESSENGER, 90, R.WEB_PAGE), id="page and tag",
        ),
        pytest.param(
            conversation("1", first(9), delivered_as="campaigns_initiated"), KNOWN, WORKSPACE,
            (MESSENGER, 80, R.NOT_BY_CUSTOMER), id="campaign",
        ),
        pytest.param(conversation("1", first(9)), KNOWN, NO_BRIDGE, (MESSENGER, 80, R.NO_BRIDGE), id="no bridge"),
        pytest.param(
            conversation("1", first(9)), KNOWN, TAGGED, (MESSENGER, 80, R.NO_BRIDGE_TAG), id="no bridge tag"
        ),
        pytest.param(
            conversation("1", first(9), in_messenger(1, app_code="crm")), None,
            replace(OWN, tagging=Tagging.ESTABLISHED), (MESSENGER, 80, R.NO_BRIDGE_TAG), id="an app that is no bridge",
        ),
        pytest.param(
            conversation("1", first(9), in_messenger(1, app_code=OWN_CODE)), None, TAGGED,
            (MESSENGER, 80, R.NO_BRIDGE_TAG), id="our own app",
        ),
        pytest.param(
            conversation("1", first(9)), jennifer(messenger_seen_at=ago(9)), WORKSPACE,
            (MESSENGER, 70, R.MESSENGER_SIGHTING), id="seen in the Messenger",
        ),
        pytest.param(
            conversation("1", first(9, by_email=True), born_on="email", tags=("whatsapp",)), None, WORKSPACE,
            (EMAIL, 90, R.EMAIL_CONVERSATION), id="e-mail",
        ),
        pytest.param(
            conversation("1", first(9), born_on="phone_call"), None, WORKSPACE, (PHONE, 90, R.PHONE_CALL), id="call"
        ),
        pytest.param(
            conversation("1", first(9), born_on="phone_switch"), None, WORKSPACE, (PHONE, 90, R.PHONE_CALL), id="switch"
        ),
        pytest.param(
            conversation("1", first(9), born_on="pigeon"), None, NO_BRIDGE, (UNKNOWN, 0, R.NOTHING_KNOWN),
            id="pigeon",
        ),
        pytest.param(
            conversation("1", first(9), born_on=""), None, WORKSPACE, (UNKNOWN, 0, R.NOTHING_KNOWN), id="none"
        ),
    ],
)  # fmt: skip
def test_what_mirrors_nothing_is_on_a_channel_of_intercoms(
    held: Conversation, contact: Contact | None, workspace: Workspace, expected: tuple[object, ...]
) -> None:
    found = find(held, contact, workspace)
    assert isinstance(found, Unmapped)
    assert (found.channel, found.confidence, found.reason.code) == expected


@pytest.mark.parametrize("hint", [in_messenger(1, app_code="crm"), None])
def test_neither_missing_tag_nor_sighting_outweighs_a_hint_of_a_bridge(hint: Entry | None) -> None:
    held = conversation("1", first(9), *([hint] if hint else []), tags=() if hint else (BY_HAND,))
    for workspace in (TAGGED, replace(TAGGED, bridge_expected=False)):
        assert mapped(held, jennifer(messenger_seen_at=ago(9)), workspace).confidence == 50


def test_a_customer_whom_the_bridge_knows_from_nowhere_else_is_not_held_to_be_the_messengers_for_want_of_a_tag() -> (
    None
):
    untagged, contacts = conversation("1", first(9)), {KNOWN.id: KNOWN}
    alone = find_mappings([untagged], contacts, TAGGED)["1"]
    assert isinstance(alone, ChannelMapping)
    assert (alone.channel, alone.confidence, alone.reason.code) == (UNKNOWN, 40, R.BRIDGE_KNOWS_CONTACT)
    elsewhere = conversation("2", first(8), on_channel(7), tags=("whatsapp",))
    assert isinstance(find_mappings([untagged, elsewhere], contacts, TAGGED)["1"], Unmapped)
    # A page is no missing tag.
    on_the_web = conversation("1", first(9), page_url=PAGE)
    assert isinstance(find_mappings([on_the_web], contacts, TAGGED)["1"], Unmapped)


def test_of_messages_of_the_bridge_the_surest_gives_the_channel() -> None:
    unknown, sure = on_channel(5), on_channel(1, tags=("twilio",))
    for order in permutations((unknown, sure)):
        found = mapped(conversation("1", *order))
        assert (found.channel, found.confidence) == (SMS, 95)


def test_a_conversation_that_intercom_keeps_by_mail_is_no_odd_one() -> None:
    found = find(conversation("1", first(9), current_channel="email"), None, NO_BRIDGE)
    assert isinstance(found, Unmapped)
    assert found.reason.code is R.NO_BRIDGE


def test_a_tag_is_missed_only_two_minutes_after_the_conversation_began() -> None:
    held = conversation("1", first(9))
    assert isinstance(find(held, None, TAGGED, ago(9) + timedelta(minutes=2)), ChannelMapping)
    assert isinstance(find(held, None, TAGGED, ago(9) + timedelta(minutes=2, microseconds=1)), Unmapped)


def test_a_conversation_of_an_odd_channel_word_is_mapped_by_the_bridges_message() -> None:
    assert mapped(conversation("1", first(9), on_channel(1), born_on="pigeon", tags=("whatsapp",))).confidence == 90


def test_two_channels_of_the_bridges_messages_settle_nothing() -> None:
    one, other = on_channel(5, tags=("telegram",)), on_channel(1, tags=("whatsapp",))
    for order in permutations((one, other, first(9))):
        found = mapped(conversation("1", *order))
        assert (found.channel, found.confidence, found.reason) == (UNKNOWN, 40, make_reason(R.TAGS_CONTRADICT))
    # A weak one is no rival.
    weak = on_channel(1, tags=("whatsapp",))
    found = mapped(conversation("1", on_channel(5), weak), jennifer(bridge_attributes={"octopods_channel": "telegram"}))
    assert (found.channel, found.confidence) == (WA, 95)


def test_of_two_codes_of_the_bridge_the_earliest_message_gives_the_reason() -> None:
    two = replace(WORKSPACE, bridge_codes=frozenset({BRIDGE, "bridge-too"}))
    early, late = on_channel(5, app_code="bridge-too"), on_channel(1)
    for order in ((early, late), (late, early)):
        found = mapped(conversation("1", *order, tags=("whatsapp",)), None, two)
        assert found.reason == make_reason(R.BRIDGE_TAGGED, code="bridge-too", channel=WA)


def test_a_channel_that_a_person_confirmed_is_that_of_a_notice() -> None:
    only = replace(WORKSPACE, bridge_channels=frozenset({TG}))
    assert mapped(conversation("1", first(9), failure_note(1)), None, only).channel is TG


def test_other_peoples_notes_map_nothing() -> None:
    for code in (None, "crm", OWN_CODE):
        note = entry(9, role=Role.TEAMMATE, kind=EntryKind.NOTE, text="24h window is closed, I call", app_code=code)
        assert isinstance(find(conversation("1", note, page_url=PAGE)), Unmapped)


def test_the_bridge_knowing_a_contact_says_nothing_where_there_is_no_bridge() -> None:
    carried = replace(WORKSPACE, bridge_channels=frozenset())
    assert find(conversation("1", first(9)), KNOWN, carried) == Unmapped(MESSENGER, 80, make_reason(R.NO_BRIDGE))


def test_a_persons_pin_overrules_all_evidence() -> None:
    held = conversation("1", first(9), on_channel(1), tags=("whatsapp",), born_on="email")
    pinned = mapped(held, None, replace(WORKSPACE, pins={"1": Pin(TG)}))
    assert (pinned.channel, pinned.confidence, pinned.transport) == (TG, 100, BRIDGED)
    own = find(held, None, replace(WORKSPACE, pins={"1": Pin(None)}))
    assert own == Unmapped(MESSENGER, 100, make_reason(R.PERSON_SAID_CONVERSATION, channel=MESSENGER))
    assert find(held, None, replace(WORKSPACE, pins={"2": Pin(None)})).channel is EMAIL


# --- addresses ------------------------------------------------------------------------------------------------------


def test_addresses_of_both_sides() -> None:
    found = mapped(conversation("1", first(9), tags=("whatsapp",)), KNOWN)
    assert (found.business_address, found.customer_address, found.one_of_several) == (LINE, THEIRS, False)
    contact = jennifer(bridge_attributes={"octopods_channel": "telegram", "octopods_telegram_user_id": "9001"})
    telegram = mapped(conversation("1", first(9), tags=("telegram",)), contact)
    assert (telegram.business_address, telegram.customer_address) == (None, "9001")


def test_intercoms_own_number_is_not_taken_for_the_bridges() -> None:
    found = mapped(conversation("1", first(9), born_on="whatsapp"), KNOWN)
    assert (found.transport, found.business_address, found.customer_address) == (NATIVE, None, THEIRS)
    stored = conversation("1", first(9, line_hint=LINE), born_on="whatsapp")
    assert mapped(stored, KNOWN).business_address is None


LINES = {"octopods_whatsapp_account_phone": "+35315550100", "octopods_twilio_whatsapp_account_phone": "+35315550101"}


def people(**attributes: str) -> Contact:
    return jennifer(bridge_attributes=attributes)


@pytest.mark.parametrize(
    ("tags", "number", "several"),
    [
        (("whatsapp",), "+35315550100", False),
        (("Twilio_WhatsApp",), "+35315550101", False),
        (("twilio",), None, False),
        ((), None, True),
        (("whatsapp", "twilio_whatsapp"), None, True),
    ],
)
def test_the_conversations_tag_names_our_number(tags: tuple[str, ...], number: str | None, *, several: bool) -> None:
    workspace = WORKSPACE if tags else replace(WORKSPACE, pins={"1": Pin(WA)})
    found = mapped(conversation("1", first(9), tags=tags), people(**LINES), workspace)
    assert (found.business_address, found.one_of_several) == (number, several)
    by_part = conversation("1", on_channel(9, tags=tags))
    assert mapped(by_part, people(**LINES), workspace).business_address == number


def test_a_kind_of_number_that_has_had_two_tells_only_by_what_was_seen_then() -> None:
    workspace = replace(
        WORKSPACE, numbers={"octopods_whatsapp_account_phone": frozenset({"+35315550100", "+35315550102"})}
    )
    contact = people(octopods_whatsapp_account_phone="+35315550100")
    found = mapped(conversation("1", first(9), tags=("whatsapp",)), contact, workspace)
    assert (found.business_address, found.one_of_several) == (None, True)
    seen = conversation("1", on_channel(8, line_hint="+35315550102"), first(9, line_hint="+1"), tags=("whatsapp",))
    found = mapped(seen, contact, workspace)
    assert (found.business_address, found.one_of_several) == ("+35315550102", False)


@pytest.mark.parametrize(
    ("tags", "attributes", "hint"),
    [
        (("whatsapp",), LINES, "+35315550100"),
        ((), {"octopods_channel": "whatsapp"} | LINES, ""),
        ((), {"octopods_channel": "whatsapp", "octopods_whatsapp_account_phone": "+35315550100"}, "+35315550100"),
        ((), {"octopods_channel": "whatsapp", "other_whatsapp_account_phone": "+35315550100"}, ""),
        ((), {"octopods_channel": "whatsapp", "octopods_whatsapp_phone": "+35315550100"}, ""),
        ((), {}, ""),
        (("whatsapp",), {"octopods_whatsapp_account_phone": ""}, ""),
        (("whatsapp", "telegram"), LINES, "+35315550100"),
    ],
)
def test_our_number_as_the_contact_has_it_at_the_moment(
    tags: tuple[str, ...], attributes: dict[str, str], hint: str
) -> None:
    held = conversation("1", first(9), tags=tags)
    if len(tags) > 1:
        # Two channels tell none, and the attributes do.
        attributes = {"octopods_channel": "whatsapp", "octopods_whatsapp_account_phone": hint}
    assert find_business_address_hint(held, people(**attributes), WORKSPACE) == hint


@pytest.mark.parametrize(
    ("tags", "attributes", "hint"),
    [
        (("whatsapp",), {}, THEIRS),
        (("telegram",), {"octopods_telegram_chat_id": "9001"}, "9001"),
        (("telegram",), {}, ""),
        ((), {"octopods_channel": "whatsapp"}, THEIRS),
        ((), {}, ""),
    ],
)
def test_the_customers_address_at_the_moment(tags: tuple[str, ...], attributes: dict[str, str], hint: str) -> None:
    assert find_customer_address_hint(conversation("1", first(9), tags=tags), people(**attributes), WORKSPACE) == hint


def test_the_only_channel_of_the_bridge_names_both_addresses_of_an_untagged_conversation() -> None:
    only = replace(WORKSPACE, bridge_channels=frozenset({WA}))
    held = conversation("1", first(9))
    contact = people(octopods_whatsapp_account_phone=LINE)
    assert (find_business_address_hint(held, contact, only), find_customer_address_hint(held, contact, only)) == (
        LINE,
        THEIRS,
    )


def test_a_message_is_the_bridges_by_its_code_or_as_a_first_one_by_the_tag() -> None:
    tagged = conversation("1", first(9), in_messenger(1), on_channel(0.5), tags=("whatsapp",))
    assert [was_posted_by_bridge(e, tagged, WORKSPACE) for e in tagged.entries] == [True, False, True]
    bare = conversation("1", first(9), on_channel(1, app_code="crm"))
    assert [was_posted_by_bridge(e, bare, WORKSPACE) for e in bare.entries] == [False, False]
    coded = conversation("1", first(9, app_code="crm"), first(8, app_code=BRIDGE), tags=("whatsapp",))
    assert [was_posted_by_bridge(e, coded, WORKSPACE) for e in coded.entries] == [False, True]
    assert not was_posted_by_bridge(reply(1, app_code=BRIDGE), tagged, WORKSPACE)


@pytest.mark.parametrize(
    ("channel", "contact", "address"),
    [
        (WA, jennifer(bridge_attributes={"octopods_whatsapp_bsuid": "US.13"}), THEIRS),
        (WA, jennifer(phone="", bridge_attributes={"octopods_whatsapp_user_id": "US.13"}), "US.13"),
        (WA, jennifer(phone="", bridge_attributes={"octopods_whatsapp_user_id": ""}), None),
        (WA, jennifer(phone=""), None),
        (SMS, jennifer(), THEIRS),
        (SMS, jennifer(phone="", bridge_attributes={"octopods_sms_user_id": "1"}), None),
        (TG, jennifer(), None),
        (TG, jennifer(bridge_attributes={"octopods_telegram_user_id": "9", "octopods_telegram_chat_id": "9"}), "9"),
        (TG, jennifer(bridge_attributes={"octopods_telegram_user_id": "9", "octopods_telegram_chat_id": "8"}), None),
        (TG, None, None),
    ],
)
def test_the_customers_address_of_today(channel: ChannelKind, contact: Contact | None, address: str | None) -> None:
    assert address_today(channel, contact) == address


def test_an_address_stored_with_a_message_stands_and_the_newest_counts() -> None:
    old = on_channel(5, customer_hint="+4915112345678")
    new = on_channel(1, customer_hint="+353870000000")
    for order in ((old, new), (new, old)):
        found = mapped(conversation("1", *order, in_messenger(0.5), tags=("whatsapp",)), KNOWN)
        assert found.customer_address == "+353870000000"


def test_an_address_that_the_contact_no_longer_has_may_be_the_old_one_or_not() -> None:
    old, new = on_channel(5, customer_hint="+4915112345678"), on_channel(1, customer_hint="+353870000000")

    def has_changed(*entries: Entry, contact: Contact | None = KNOWN) -> bool:
        return mapped(conversation("1", *entries, tags=("whatsapp",)), contact).address_changed

    assert has_changed(new, old)
    assert not has_changed(old, replace(new, customer_hint="+353 87 123 4567"))
    assert not has_changed(on_channel(1))
    assert not has_changed(new, contact=None)
    assert not has_changed(new, contact=jennifer(phone=""))
    # It came to this contact by a merge: both addresses may be theirs.
    assert not has_changed(replace(new, author_id="c0"))


def test_the_first_known_contact_owns_a_conversation() -> None:
    c2 = jennifer(id="c2")
    held = conversation("1", contact_ids=("c0", "c2", "c1"))
    assert first_known_contact(held, {"c1": jennifer(), "c2": c2}) is c2
    assert first_known_contact(held, {}) is None
    assert ago(1) < NOW
