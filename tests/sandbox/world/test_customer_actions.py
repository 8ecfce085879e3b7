"""Reactions, edits and deletions, changed numbers, shared numbers, groups, and replies typed on the business phone."""

from __future__ import annotations

import pytest

from desktop.sandbox.model.people import INTERCOM, Customer
from desktop.sandbox.world import AGENT, World

DAY = 86_400
CODE = "octopods-bridge-x1y2"


def last(world: World, conversation: str) -> tuple[str, str, str | None]:
    """Author type, text and package code of the newest part."""
    part = world.intercom.parts(conversation)[-1]
    return part["author"]["type"], part["body"][3:-4], part["app_package_code"]


def places(world: World, part_id: str) -> set[str]:
    return {place for place, seen in world.delivery(part_id).items() if seen}


def chat(world: World, customer: Customer, line: str = "whatsapp") -> list[str]:
    return [item["text"] for item in world.screens(customer)["whatsapp"][line]]


def test_reactions_edits_and_deletions_become_messages_of_the_customer(world: World, jennifer: Customer) -> None:
    conversation = str(world.write(jennifer, text="Hi"))
    world.teammate_reply(conversation, AGENT, "Hello")
    assert world.react(jennifer, "👍") == conversation
    assert last(world, conversation) == ("user", "Reacted 👍 to: Hello", CODE)
    world.edit(jennifer, "Hi there")
    assert last(world, conversation) == ("user", "Edited a message: Hi there", CODE)
    assert chat(world, jennifer) == ["Hi there", "Hello", "👍"]
    world.unsend(jennifer)
    assert last(world, conversation) == ("user", "Deleted a message", CODE)
    assert chat(world, jennifer) == ["Hello", "👍"]
    world.settings.update({"notice_language": "pt"})
    world.react(jennifer, "👎")
    assert last(world, conversation)[1] == "Reagiu com 👎 a: Hello"


def test_the_bridge_may_not_post_them(world: World, jennifer: Customer) -> None:
    world.settings.bridge_event_lines = False
    conversation = str(world.write(jennifer, text="Hi"))
    for act in (lambda: world.react(jennifer, "👍"), lambda: world.edit(jennifer, "x"), lambda: world.unsend(jennifer)):
        assert act() is None
    assert world.intercom.parts(conversation) == []
    with pytest.raises(ValueError, match="no message of the customer's"):
        world.unsend(jennifer)
    with pytest.raises(ValueError, match="no chat with sms"):
        world.react(jennifer, "👍", "sms")


def test_native_channels_do_not_report_them(world: World, jennifer: Customer) -> None:
    line = world.add_line("whatsapp", "+35315550300", carrier=INTERCOM)
    conversation = str(world.write(jennifer, text="Hi", line=line))
    assert (
        world.react(jennifer, "👍", line) is world.edit(jennifer, "Hello", line) is world.unsend(jennifer, line) is None
    )
    assert world.intercom.parts(conversation) == []


@pytest.mark.parametrize("opens", [False, True])
def test_a_reaction_opens_a_window_only_where_whatsapp_says_so(world: World, jennifer: Customer, opens: bool) -> None:
    assert world.settings.reaction_opens_window is False
    world.settings.reaction_opens_window = opens
    conversation = str(world.write(jennifer, text="Hi"))
    world.advance(DAY)
    world.react(jennifer, "👍")
    world.edit(jennifer, "Hello")
    assert world.window_open(jennifer, "whatsapp") is opens
    assert world.delivery(world.teammate_reply(conversation, AGENT, "Thanks"))["whatsapp"] is opens


def test_a_new_number_is_a_new_chat_and_the_old_one_is_unreachable(world: World, jennifer: Customer) -> None:
    old = str(world.write(jennifer, text="Hi"))
    world.change_number(jennifer, "+353879999999", announce=True)
    assert last(world, old) == ("user", "Jennifer Okafor changed their phone number", CODE)
    assert not world.window_open(jennifer, "whatsapp")
    assert places(world, world.teammate_reply(old, AGENT, "To the old number")) == {"messenger"}
    new = str(world.write(jennifer, text="My new number"))
    assert new != old
    assert len(world.contact_ids(jennifer)) == 2
    part = world.teammate_reply(new, AGENT, "To the new number")
    assert places(world, part) == {"messenger", "whatsapp"}
    assert world.truth(old)["lines"][0]["why"] == "nobody"


def test_a_colleague_edits_the_phone_and_the_new_chat_is_the_same_contacts(world: World, jennifer: Customer) -> None:
    old = str(world.write(jennifer, text="Hi"))
    (contact,) = world.contact_ids(jennifer)
    world.change_number(jennifer, "+353879999999")
    world.edit_contact(contact, phone="+353 87 999 9999")
    new = str(world.write(jennifer, text="My new number"))
    assert new != old
    assert world.contact_ids(jennifer) == [contact]
    world.edit_contact(contact, phone=None)
    assert world.intercom.get_contact(contact)["phone"] is None


def test_the_bridge_may_continue_under_the_new_number(world: World, jennifer: Customer) -> None:
    conversation = str(world.write(jennifer, text="Hi"))
    world.change_number(jennifer, "+353879999999", bridge_follows=True)
    assert places(world, world.teammate_reply(conversation, AGENT, "No window yet")) == {"messenger"}
    assert world.write(jennifer, text="Still me") == conversation
    assert places(world, world.teammate_reply(conversation, AGENT, "Hello")) == {"messenger", "whatsapp"}
    (contact,) = world.contact_ids(jennifer)
    assert world.intercom.get_contact(contact)["phone"] == "+353879999999"


def test_the_old_number_may_belong_to_a_stranger(world: World, jennifer: Customer) -> None:
    old = str(world.write(jennifer, text="Hi"))
    ben = world.add_customer("Ben", phone="+353861111111")
    world.change_number(jennifer, "+353879999999", old_number_goes_to=ben)
    assert (jennifer.phone, ben.phone) == ("+353879999999", "+353871234567")
    assert world.truth(old)["lines"][0] | {"business_address": ""} == {
        "line": "whatsapp",
        "channel": "whatsapp",
        "business_address": "",
        "address": "+353871234567",
        "customer": ben.id,
        "arrives": False,
        "why": "window",
    }
    assert world.write(ben, text="Who is this?") == old
    part = world.teammate_reply(old, AGENT, "Your refund")
    assert world.delivered_to(part) == {ben.id: ["whatsapp"]}
    with pytest.raises(ValueError, match="belongs to somebody else"):
        world.change_number(jennifer, "+353871234567")
    assert jennifer.phone == "+353879999999"


def test_the_bridge_uses_the_most_recently_updated_duplicate(world: World, jennifer: Customer) -> None:
    ben = world.add_customer("Ben", email="ben@example.com")
    world.advance(60)
    twin = world.add_contact(ben, "user", name="Ben", phone="00353 87 123 4567")
    conversation = str(world.write(jennifer, text="Hi"))
    assert world.intercom.get_conversation(conversation)["contacts"]["contacts"][0]["id"] == twin
    part = world.teammate_reply(conversation, AGENT, "Hello")
    assert places(world, part) == {"whatsapp", "messenger"}
    assert world.delivered_to(part) == {jennifer.id: ["whatsapp"]}
    assert world.screens(jennifer)["messenger"] == []
    assert [c["conversation_id"] for c in world.screens(ben)["messenger"]] == [conversation]


def test_a_second_person_joins_the_conversation(world: World, jennifer: Customer) -> None:
    conversation = str(world.write(jennifer, "messenger", "Hi"))
    ben = world.add_customer("Ben", email="ben@example.com", known_as="user")
    world.join(ben, conversation)
    world.join(ben, conversation)
    assert len(world.intercom.get_conversation(conversation)["contacts"]["contacts"]) == 2
    assert [p["part_type"] for p in world.intercom.parts(conversation)] == ["participant_added"]
    world.write(ben, "messenger", "Me too", conversation_id=conversation)
    part = world.teammate_reply(conversation, AGENT, "Both of you")
    for person in (jennifer, ben):
        (shown,) = world.screens(person)["messenger"]
        assert shown["items"][-1]["part_id"] == part


@pytest.mark.parametrize("echo", [True, False])
def test_a_reply_typed_on_the_business_phone(world: World, jennifer: Customer, echo: bool) -> None:
    world.settings.coexistence_echo = echo
    conversation = str(world.write(jennifer, text="Hi"))
    world.advance(2 * DAY)
    world.phone_reply(jennifer, "Typed on the phone")
    assert chat(world, jennifer) == ["Hi", "Typed on the phone"]
    parts = world.intercom.parts(conversation)
    assert [p["body"] for p in parts] == ["<p>Typed on the phone</p>"] * echo
    if echo:
        assert places(world, parts[0]["id"]) == {"whatsapp", "messenger"}
        assert parts[0]["app_package_code"] == CODE
    assert not world.window_open(jennifer, "whatsapp")


@pytest.mark.parametrize("forwards", [True, False])
def test_texts_of_closes_and_assignments_may_be_forwarded(world: World, jennifer: Customer, forwards: bool) -> None:
    world.settings.relay_close_texts = forwards
    conversation = str(world.write(jennifer, text="Hi"))
    expected = {"messenger", "whatsapp"} if forwards else {"messenger"}
    assert places(world, world.teammate_assign(conversation, AGENT, "7002", "Priya takes over")) == expected
    assert places(world, world.teammate_close(conversation, AGENT, "Goodbye")) == expected
    world.teammate_close(conversation, AGENT)
    assert len(chat(world, jennifer)) == (3 if forwards else 1)


def test_a_bots_replies_may_stay_in_the_messenger(world: World, jennifer: Customer) -> None:
    world.settings.relay_bot_replies = False
    conversation = str(world.write(jennifer, text="Hi"))
    assert places(world, world.bot_reply(conversation, "I am Fin", from_ai=True)) == {"messenger"}
    assert places(world, world.teammate_reply(conversation, AGENT, "I am Sam")) == {"messenger", "whatsapp"}
