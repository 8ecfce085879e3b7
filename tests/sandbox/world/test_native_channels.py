"""Intercom's native WhatsApp, SMS, Facebook and Instagram besides the bridge's."""

from __future__ import annotations

import pytest

from desktop.sandbox.model.people import INTERCOM, Customer
from desktop.sandbox.world import AGENT, World

DAY = 86_400


def places(world: World, part_id: str) -> set[str]:
    return {place for place, seen in world.delivery(part_id).items() if seen}


@pytest.fixture
def native(world: World) -> str:
    return world.add_line("whatsapp", "+35315550300", carrier=INTERCOM).id


def api_reply(world: World, conversation_id: str, text: str) -> str:
    body = {"type": "admin", "message_type": "comment", "admin_id": AGENT, "body": text}
    answer = world.intercom.reply(conversation_id, body, world.reachline)
    return str(answer["conversation_parts"]["conversation_parts"][-1]["id"])


@pytest.mark.parametrize("channel", ["whatsapp", "sms", "facebook", "instagram"])
def test_a_native_conversation_names_its_channel_and_no_app(world: World, jennifer: Customer, channel: str) -> None:
    line = world.add_line(channel, "+35315550300", carrier=INTERCOM)
    first = world.write(jennifer, channel, "Hi", line=line)
    assert world.write(jennifer, channel, "More", line=line) == first
    answer = world.intercom.get_conversation(str(first))
    assert answer["source"]["type"] == channel
    assert answer["channel"] == {"initial": channel, "current": channel}
    (part,) = answer["conversation_parts"]["conversation_parts"]
    assert (part["part_type"], part["app_package_code"]) == ("comment", None)
    assert answer["tags"]["tags"] == []
    assert world.screens(jennifer)["messenger"] == []


def test_replies_go_to_the_native_number_inside_its_window_and_nowhere_outside(
    world: World, jennifer: Customer, native: str
) -> None:
    conversation = str(world.write(jennifer, "whatsapp", "Hi", line=native))
    world.advance(DAY - 1)
    assert places(world, world.teammate_reply(conversation, AGENT, "From the inbox")) == {"whatsapp"}
    assert places(world, api_reply(world, conversation, "From the API")) == {"whatsapp"}
    world.advance(1)
    assert places(world, world.teammate_reply(conversation, AGENT, "Late")) == set()
    chat = world.screens(jennifer)["whatsapp"]
    assert [i["text"] for i in chat[native]] == ["Hi", "From the inbox", "From the API"]
    assert chat["whatsapp"] == []
    world.advance(60)
    assert [p["part_type"] for p in world.intercom.parts(conversation)] == ["comment"] * 3


def test_the_bridges_number_and_the_native_one_have_windows_of_their_own(
    world: World, jennifer: Customer, native: str
) -> None:
    bridged = str(world.write(jennifer, "whatsapp", "To the bridge"))
    world.advance(DAY)
    own = str(world.write(jennifer, "whatsapp", "To Intercom", line=native))
    assert bridged != own
    assert (world.window_open(jennifer, "whatsapp"), world.window_open(jennifer, native)) == (False, True)
    assert places(world, world.teammate_reply(bridged, AGENT, "A")) == {"messenger"}
    assert places(world, world.teammate_reply(own, AGENT, "B")) == {"whatsapp"}


def test_a_native_conversation_moves_to_the_messenger_and_back(world: World, jennifer: Customer, native: str) -> None:
    conversation = str(world.write(jennifer, "whatsapp", "Hi", line=native))
    first = world.teammate_reply(conversation, AGENT, "On WhatsApp")
    world.write(jennifer, "messenger", "I am in the Messenger now", conversation_id=conversation)
    assert world.intercom.get_conversation(conversation)["channel"] == {"initial": "whatsapp", "current": "messenger"}
    second = world.teammate_reply(conversation, AGENT, "In the Messenger")
    world.write(jennifer, "whatsapp", "Back again", line=native)
    third = world.teammate_reply(conversation, AGENT, "On WhatsApp again")
    assert [places(world, p) for p in (first, second, third)] == [{"whatsapp"}, {"messenger"}, {"whatsapp"}]
    (shown,) = world.screens(jennifer)["messenger"]
    assert [i["text"] for i in shown["items"]] == ["I am in the Messenger now", "In the Messenger"]
    world.move_channel(conversation, "messenger")
    assert places(world, world.teammate_reply(conversation, AGENT, "Moved by us")) == {"messenger"}


def test_a_messenger_answer_may_not_move_the_channel(world: World, jennifer: Customer, native: str) -> None:
    world.settings.native_moves_with_customer = False
    conversation = str(world.write(jennifer, "whatsapp", "Hi", line=native))
    world.write(jennifer, "messenger", "Hello?", conversation_id=conversation)
    assert world.intercom.get_conversation(conversation)["channel"]["current"] == "whatsapp"
    assert places(world, world.teammate_reply(conversation, AGENT, "Yes")) == {"whatsapp"}


def test_facebook_takes_replies_for_a_week_with_metas_permission(world: World, jennifer: Customer) -> None:
    world.add_line("facebook", "harbour.parcels", carrier=INTERCOM)
    conversation = str(world.write(jennifer, "facebook", "Hi"))
    world.advance(6 * DAY)
    assert places(world, world.teammate_reply(conversation, AGENT, "Late")) == set()
    world.settings.human_agent_permission = True
    assert places(world, world.teammate_reply(conversation, AGENT, "By a human")) == {"facebook"}
    world.advance(DAY)
    assert places(world, world.teammate_reply(conversation, AGENT, "Too late")) == set()


@pytest.mark.parametrize(("channel", "tag"), [("facebook", "messenger"), ("instagram", "instagram")])
def test_the_bridge_supports_pages_too(world: World, jennifer: Customer, channel: str, tag: str) -> None:
    world.add_line(channel, "harbour.parcels")
    conversation = str(world.write(jennifer, channel, "Hi"))
    answer = world.intercom.get_conversation(conversation)
    assert (answer["source"]["type"], answer["tags"]["tags"][0]["name"]) == ("conversation", tag)
    assert places(world, world.teammate_reply(conversation, AGENT, "Hello")) == {channel, "messenger"}
    world.advance(DAY)
    assert places(world, world.teammate_reply(conversation, AGENT, "Late")) == {"messenger"}


def test_unsupported_lines_are_refused(world: World) -> None:
    with pytest.raises(ValueError, match="no telegram of its own"):
        world.add_line("telegram", "@Own", carrier=INTERCOM)
    with pytest.raises(ValueError, match="no bridge 'Nobody'"):
        world.add_line("whatsapp", "+35315550301", carrier="Nobody")


def test_unsimulated_channels_reach_nobody(jennifer: Customer, world: World) -> None:
    conversation = world.odd_conversation(jennifer, "phone_call", "Called at noon")
    assert world.intercom.get_conversation(conversation)["source"]["type"] == "phone_call"
    assert world.truth(conversation)["delivery"] == dict.fromkeys(
        ("whatsapp", "sms", "telegram", "messenger", "email"), False
    )
    assert places(world, world.teammate_reply(conversation, AGENT, "Hello?")) == set()


def test_a_messenger_conversation_is_continued_on_whatsapp(world: World, jennifer: Customer, native: str) -> None:
    conversation = str(world.write(jennifer, "messenger", "In the browser"))
    world.move_channel(conversation, "whatsapp")
    assert world.intercom.get_conversation(conversation)["channel"] == {"initial": "messenger", "current": "whatsapp"}
    assert places(world, world.teammate_reply(conversation, AGENT, "No window yet")) == set()
    assert world.write(jennifer, "whatsapp", "I am here now", line=native) == conversation
    assert places(world, world.teammate_reply(conversation, AGENT, "Hello")) == {"whatsapp"}
    with pytest.raises(ValueError, match="no line 'intercom-sms'"):
        world.move_channel(str(world.write(jennifer, "messenger", "Hi", new_conversation=True)), "sms")
