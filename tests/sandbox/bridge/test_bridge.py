"""The bridge: matching of contacts, opening and continuing of conversations, failure notes."""

from __future__ import annotations

import pytest

from desktop.sandbox.model.people import Customer
from desktop.sandbox.world import AGENT, World

HOUR, DAY = 3600, 86_400


def test_a_known_number_is_matched_in_any_spelling(world: World) -> None:
    world.add_customer("Somebody else", phone="+353870000000", known_as="user")
    made = world.intercom.create_contact({"role": "user", "email": "j@example.com", "phone": "00353 (87) 123-4567"})
    jennifer = world.add_customer("Jennifer Okafor", phone="+353871234567")
    conversation = world.write(jennifer, text="Hi")
    assert world.intercom.get_conversation(conversation)["source"]["author"]["id"] == made["id"]
    assert world.contact_ids(jennifer) == [made["id"]]


def test_the_latest_updated_of_several_matches_wins(world: World) -> None:
    ids = []
    for role in ("user", "lead", "lead"):
        ids.append(world.intercom.create_contact({"role": role, "phone": "+353871234567"})["id"])
        world.advance(60)
    world.intercom.update_contact(ids[1], {"name": "Touched last"})
    jennifer = world.add_customer("Jennifer", phone="+353871234567")
    conversation = world.write(jennifer, text="Hi")
    assert world.intercom.get_conversation(conversation)["contacts"]["contacts"][0]["id"] == ids[1]
    world.advance(60)
    world.intercom.update_contact(ids[2], {"name": "Touched later"})
    world.write(jennifer, text="Hi again")
    assert world.intercom.parts(conversation)[-1]["author"]["id"] == ids[1]


def test_a_stranger_becomes_a_lead_with_name_number_and_attributes(world: World) -> None:
    mei = world.add_customer("Mei Lin Chen", phone="+6591234567", telegram_id=5550001)
    world.write(mei, on="sms", text="Hello")
    (contact_id,) = world.contact_ids(mei)
    contact = world.intercom.get_contact(contact_id)
    assert (contact["role"], contact["name"], contact["phone"]) == ("lead", "Mei Lin Chen", "+6591234567")
    assert contact["custom_attributes"] == {
        "octopods_channel": "twilio",
        "octopods_twilio_account_phone": "+35315550199",
    }


def test_telegram_matches_by_attribute_not_by_number(world: World) -> None:
    world.intercom.create_contact({"role": "lead", "phone": "+34600111222"})
    known = world.intercom.create_contact(
        {"role": "lead", "custom_attributes": {"octopods_telegram_user_id": "77001122"}}
    )
    tomas = world.add_customer("Tomás Rivera", phone="+34600111222", telegram_id=77001122)
    world.write(tomas, on="telegram", text="Hola")
    assert world.contact_ids(tomas) == [known["id"]]


def test_a_bridged_conversation_has_the_documented_fields(world: World, jennifer: Customer) -> None:
    conversation_id = world.write(jennifer, text="Hi")
    world.write(jennifer, text="More")
    conversation = world.intercom.get_conversation(conversation_id)
    source = conversation["source"]
    assert (source["type"], source["delivered_as"], source["url"]) == (
        "conversation",
        "customer_initiated",
        None,
    )
    assert "app_package_code" not in source
    assert conversation["channel"] == {"initial": "messenger", "current": "messenger"}
    assert [t["name"] for t in conversation["tags"]["tags"]] == ["whatsapp"]
    (part,) = conversation["conversation_parts"]["conversation_parts"]
    assert (part["part_type"], part["app_package_code"]) == ("comment", world.bridge_app.package_code)
    assert part["author"]["type"] == "user"


def test_tags_can_be_off(world: World, jennifer: Customer) -> None:
    world.settings.tags = False
    conversation = world.write(jennifer, text="Hi")
    assert world.intercom.get_conversation(conversation)["tags"]["tags"] == []


def test_each_line_has_its_own_tag_and_conversation(world: World, jennifer: Customer) -> None:
    world.add_line("whatsapp", "+35315550200", tag="twilio_whatsapp")
    ids = [
        world.write(jennifer, text="a"),
        world.write(jennifer, text="b", line="whatsapp-2"),
        world.write(jennifer, on="sms", text="c"),
    ]
    assert len(set(ids)) == 3
    names = [world.intercom.get_conversation(i)["tags"]["tags"][0]["name"] for i in ids]
    assert names == ["whatsapp", "twilio_whatsapp", "twilio"]


@pytest.mark.parametrize("on", ["whatsapp", "messenger"])
def test_a_reply_to_a_closed_conversation_is_an_open_part_with_body(world: World, jennifer: Customer, on: str) -> None:
    conversation = world.write(jennifer, text="Hi")
    world.teammate_close(conversation, AGENT)
    assert world.intercom.get_conversation(conversation)["state"] == "closed"
    world.write(jennifer, on=on, text="One more thing")
    answer = world.intercom.get_conversation(conversation)
    part = answer["conversation_parts"]["conversation_parts"][-1]
    assert (part["part_type"], part["body"]) == ("open", "<p>One more thing</p>")
    assert answer["state"] == "open"
    assert (part["app_package_code"] is None) is (on == "messenger")


@pytest.mark.parametrize(("pause", "fresh"), [(HOUR - 1, False), (HOUR, True)])
def test_the_buffer_starts_a_new_conversation_after_the_close(
    world: World, jennifer: Customer, pause: float, fresh: bool
) -> None:
    world.settings.new_conversation_after_s = HOUR
    first = world.write(jennifer, text="Hi")
    world.advance(5 * HOUR)
    assert world.write(jennifer, text="Not closed, so it goes on") == first
    world.teammate_close(first, AGENT)
    world.advance(pause)
    second = world.write(jennifer, text="Again")
    assert (second != first) is fresh
    assert world.write(jennifer, text="And again") == second
    # A reply in the earlier conversation is still forwarded.
    assert world.delivery(world.teammate_reply(first, AGENT, "Late answer"))["whatsapp"]


@pytest.mark.parametrize("part_type", ["note", "comment"])
@pytest.mark.parametrize("author", ["admin", "bot"])
def test_the_failure_note_is_configurable(world: World, jennifer: Customer, part_type: str, author: str) -> None:
    world.settings.update(
        {"note_part_type": part_type, "note_author": author, "note_text": "Not sent (470)", "note_delay_s": 30}
    )
    conversation = world.write(jennifer, text="Hi")
    world.advance(DAY)
    world.teammate_reply(conversation, AGENT, "Late")
    world.advance(29)
    assert len(world.intercom.parts(conversation)) == 1
    world.advance(1)
    note = world.intercom.parts(conversation)[-1]
    assert (note["part_type"], note["author"]["type"], note["body"]) == (part_type, author, "<p>Not sent (470)</p>")
    assert note["app_package_code"] == world.bridge_app.package_code
    world.advance(HOUR)
    assert len(world.intercom.parts(conversation)) == 2, "its own comment must not be relayed and refused again"


def test_delayed_messages_arrive_in_the_order_they_were_written(world: World, jennifer: Customer) -> None:
    world.settings.bridge_delay_s = 5
    for text in ("one", "two", "three"):
        world.write(jennifer, text=text)
        world.advance(1)
    world.advance(60)
    (conversation,) = world.intercom.list_conversations({})["conversations"]
    bodies = [p["body"] for p in world.intercom.parts(conversation["id"])]
    assert [conversation["source"]["body"], *bodies] == ["<p>one</p>", "<p>two</p>", "<p>three</p>"]
    times = [p["created_at"] - conversation["created_at"] for p in world.intercom.parts(conversation["id"])]
    assert times == [1, 2]


def test_after_a_merge_the_chat_continues_under_the_user(world: World) -> None:
    mei = world.add_customer("Mei Lin Chen", phone="+6591234567")
    conversation = world.write(mei, text="Hello")
    (lead,) = world.contact_ids(mei)
    user = world.intercom.create_contact({"role": "user", "email": "mei@example.com"})["id"]
    world.merge(lead, user)
    assert world.write(mei, text="Me again") == conversation
    answer = world.intercom.get_conversation(conversation)
    assert [c["id"] for c in answer["contacts"]["contacts"]] == [user]
    assert answer["conversation_parts"]["conversation_parts"][-1]["author"]["id"] == user
    assert world.delivery(world.teammate_reply(conversation, AGENT, "Hi"))["messenger"]
    assert world.contact_ids(mei) == [user]


def test_after_a_deletion_the_chat_starts_a_new_conversation(world: World, jennifer: Customer) -> None:
    first = world.write(jennifer, text="Hi")
    world.advance(2 * DAY)
    world.teammate_reply(first, AGENT, "Too late")
    world.delete_conversation(first)
    world.advance(60)
    assert world.write(jennifer, text="Hi again") != first
    assert len(world.screens(jennifer)["messenger"]) == 1


def test_a_customer_without_telegram_cannot_write_there(world: World, jennifer: Customer) -> None:
    with pytest.raises(ValueError, match="has no telegram"):
        world.write(jennifer, on="telegram", text="Hi")
    with pytest.raises(ValueError, match="is no sms line"):
        world.write(jennifer, on="sms", text="Hi", line="whatsapp")
