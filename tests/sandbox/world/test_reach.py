"""Where replies are shown: all rows of the reach table in the bridge's documentation."""

from __future__ import annotations

import pytest

from desktop.sandbox.model.people import Customer, File
from desktop.sandbox.world import AGENT, World

HOUR, DAY = 3600, 86_400


def places(world: World, part_id: str) -> set[str]:
    return {place for place, seen in world.delivery(part_id).items() if seen}


def texts(items: list[dict]) -> list[str]:
    return [item["text"] for item in items]


def test_open_window_reaches_whatsapp_and_messenger(world: World, jennifer: Customer) -> None:
    conversation = world.write(jennifer, text="Hi, where is my parcel?")
    part = world.teammate_reply(conversation, AGENT, "On its way")
    assert places(world, part) == {"whatsapp", "messenger"}
    screens = world.screens(jennifer)
    assert texts(screens["whatsapp"]["whatsapp"]) == ["Hi, where is my parcel?", "On its way"]
    assert texts(screens["messenger"][0]["items"]) == ["Hi, where is my parcel?", "On its way"]


def test_open_window_and_messenger_answer_is_not_on_whatsapp(world: World, jennifer: Customer) -> None:
    conversation = world.write(jennifer, text="Hi")
    world.write(jennifer, on="messenger", text="From the app", conversation_id=conversation, client="ios")
    part = world.teammate_reply(conversation, AGENT, "Answer")
    assert places(world, part) == {"whatsapp", "messenger"}
    screens = world.screens(jennifer)
    assert texts(screens["whatsapp"]["whatsapp"]) == ["Hi", "Answer"]
    assert texts(screens["messenger"][0]["items"]) == ["Hi", "From the app", "Answer"]


@pytest.mark.parametrize("messenger_answer", [False, True])
def test_closed_window_reaches_the_messenger_only_and_leaves_a_note(
    world: World, jennifer: Customer, messenger_answer: bool
) -> None:
    conversation = world.write(jennifer, text="Hi")
    world.advance(DAY + HOUR)
    if messenger_answer:
        world.write(jennifer, on="messenger", text="Anybody?", conversation_id=conversation)
    part = world.teammate_reply(conversation, AGENT, "Sorry for the delay")
    assert places(world, part) == {"messenger"}
    world.advance(world.settings.note_delay_s)
    note = world.intercom.parts(conversation)[-1]
    assert note["part_type"] == "note"
    assert note["app_package_code"] == world.bridge_app.package_code
    assert world.settings.note_text in note["body"]
    assert world.settings.note_text not in str(world.screens(jennifer))


@pytest.mark.parametrize(("seconds", "arrives"), [(DAY - 1, True), (DAY - 0.01, True), (DAY, False), (DAY + 1, False)])
def test_the_window_is_strictly_24_hours(world: World, jennifer: Customer, seconds: float, arrives: bool) -> None:
    conversation = world.write(jennifer, text="Hi")
    world.advance(seconds)
    part = world.teammate_reply(conversation, AGENT, "Answer")
    assert world.delivery(part)["whatsapp"] is arrives


def test_the_window_counts_from_whatsapps_receipt_not_from_the_bridges_post(world: World, jennifer: Customer) -> None:
    world.settings.bridge_delay_s = 90
    assert world.write(jennifer, text="Hi") is None
    world.advance(90)
    (conversation,) = world.intercom.list_conversations({})["conversations"]
    world.advance(DAY - 90)
    assert world.now - conversation["created_at"] < DAY
    part = world.teammate_reply(conversation["id"], AGENT, "Answer")
    assert places(world, part) == {"messenger"}


def test_writing_on_whatsapp_again_reopens_the_window(world: World, jennifer: Customer) -> None:
    conversation = world.write(jennifer, text="Hi")
    world.advance(2 * DAY)
    assert world.write(jennifer, text="Still there?") == conversation
    assert places(world, world.teammate_reply(conversation, AGENT, "Yes")) == {"whatsapp", "messenger"}


def test_a_call_opens_the_window_and_leaves_no_trace(world: World, jennifer: Customer) -> None:
    conversation = world.write(jennifer, text="Hi")
    world.advance(2 * DAY)
    before = world.intercom.get_conversation(conversation)
    world.call(jennifer)
    assert world.intercom.get_conversation(conversation) == before
    part = world.teammate_reply(conversation, AGENT, "You rang?")
    assert places(world, part) == {"whatsapp", "messenger"}


def test_a_template_needs_no_window_and_opens_none(world: World, jennifer: Customer) -> None:
    conversation = world.write(jennifer, text="Hi")
    world.advance(2 * DAY)
    assert world.send_template(jennifer, "Your parcel has left.") is None
    assert world.screens(jennifer)["whatsapp"]["whatsapp"][-1]["kind"] == "template"
    assert places(world, world.teammate_reply(conversation, AGENT, "Answer")) == {"messenger"}


def test_a_window_belongs_to_one_business_number(world: World, jennifer: Customer) -> None:
    second = world.add_line("whatsapp", "+35315550200", tag="twilio_whatsapp")
    first_conversation = world.write(jennifer, text="Hi")
    world.advance(2 * DAY)
    second_conversation = world.write(jennifer, text="Hi there", line=second)
    assert first_conversation != second_conversation
    assert places(world, world.teammate_reply(first_conversation, AGENT, "A")) == {"messenger"}
    part = world.teammate_reply(second_conversation, AGENT, "B")
    assert places(world, part) == {"whatsapp", "messenger"}
    assert texts(world.screens(jennifer)["whatsapp"][second.id]) == ["Hi there", "B"]
    assert texts(world.screens(jennifer)["whatsapp"]["whatsapp"]) == ["Hi"]


@pytest.mark.parametrize("channel", ["sms", "telegram"])
def test_sms_and_telegram_have_no_window(world: World, channel: str) -> None:
    tomas = world.add_customer("Tomás Rivera", phone="+34600111222", telegram_id=77001122)
    conversation = world.write(tomas, on=channel, text="Hola")
    world.advance(30 * DAY)
    part = world.teammate_reply(conversation, AGENT, "Hi Tomás")
    assert places(world, part) == {channel, "messenger"}


def test_a_plain_messenger_conversation_reaches_the_messenger_only(world: World, jennifer: Customer) -> None:
    world.write(jennifer, text="On WhatsApp")
    plain = world.write(jennifer, on="messenger", text="In the app", new_conversation=True)
    assert places(world, world.teammate_reply(plain, AGENT, "Answer")) == {"messenger"}
    assert texts(world.screens(jennifer)["whatsapp"]["whatsapp"]) == ["On WhatsApp"]


def test_mail_is_answered_by_mail_unless_a_bot_writes(world: World, jennifer: Customer) -> None:
    conversation = world.write(jennifer, on="email", text="A longer question")
    assert places(world, world.teammate_reply(conversation, AGENT, "Answer")) == {"email"}
    assert places(world, world.bot_reply(conversation, "I am a bot")) == set()
    assert texts(world.screens(jennifer)["email"]) == ["A longer question", "Answer"]
    assert world.screens(jennifer)["messenger"] == []


def test_notes_never_reach_anybody(world: World, jennifer: Customer) -> None:
    conversation = world.write(jennifer, text="Hi")
    part = world.teammate_note(conversation, AGENT, "Between us")
    assert places(world, part) == set()
    assert "Between us" not in str(world.screens(jennifer))


@pytest.mark.parametrize(("relays", "expected"), [(True, {"whatsapp", "messenger"}), (False, {"messenger"})])
def test_replies_made_through_the_api_are_relayed_or_ignored(
    world: World, jennifer: Customer, relays: bool, expected: set[str]
) -> None:
    world.settings.relay_api_replies = relays
    conversation = world.write(jennifer, text="Hi")
    body = {"type": "admin", "message_type": "comment", "admin_id": AGENT, "body": "<p>From the <b>app</b></p>"}
    answer = world.intercom.reply(conversation, body, world.reachline)
    part = answer["conversation_parts"]["conversation_parts"][-1]
    assert part["app_package_code"] == world.reachline.package_code
    assert places(world, part["id"]) == expected
    typed = world.teammate_reply(conversation, AGENT, "From the inbox")
    assert places(world, typed) == {"whatsapp", "messenger"}
    world.advance(60)
    assert [p["part_type"] for p in world.intercom.parts(conversation)] == ["comment", "comment"]


def test_bot_replies_are_relayed_like_a_teammates(world: World, jennifer: Customer) -> None:
    conversation = world.write(jennifer, text="Hi")
    assert places(world, world.bot_reply(conversation, "One moment")) == {"whatsapp", "messenger"}


def test_a_blocked_telegram_bot_is_told_and_noted(world: World) -> None:
    tomas = world.add_customer("Tomás Rivera", telegram_id=77001122)
    conversation = world.write(tomas, on="telegram", text="Hola")
    world.block(tomas, "telegram")
    part = world.teammate_reply(conversation, AGENT, "Hi")
    assert places(world, part) == {"messenger"}
    world.advance(60)
    assert world.settings.blocked_note_text in world.intercom.parts(conversation)[-1]["body"]
    world.unblock(tomas, "telegram")
    assert places(world, world.teammate_reply(conversation, AGENT, "Hi again")) == {"telegram", "messenger"}


def test_a_blocked_whatsapp_number_is_told_nothing(world: World, jennifer: Customer) -> None:
    conversation = world.write(jennifer, text="Hi")
    world.block(jennifer, "whatsapp")
    part = world.teammate_reply(conversation, AGENT, "Hello")
    world.advance(60)
    assert places(world, part) == {"messenger"}
    assert len(world.intercom.parts(conversation)) == 1


def test_files_travel_with_the_words_and_html_does_not(world: World, jennifer: Customer) -> None:
    photo = File("broken.png", "image/png", b"\x89PNG\r\n\x1a\n" + bytes(8) + b"\x00\x00\x00\x10\x00\x00\x00\x08")
    conversation = world.write(jennifer, text="Look <here> & there", attachments=[photo])
    source = world.intercom.get_conversation(conversation)["source"]
    assert source["body"] == "<p>Look &lt;here&gt; &amp; there</p>"
    (attachment,) = source["attachments"]
    assert (attachment["name"], attachment["width"], attachment["height"]) == ("broken.png", 16, 8)
    body = {
        "type": "admin",
        "message_type": "comment",
        "admin_id": AGENT,
        "body": "<p>Hi <b>Jennifer</b>,</p><p>see &amp; sign</p>",
        "attachment_files": [{"name": "form.pdf", "content_type": "application/pdf", "data": "JVBERg=="}],
    }
    world.intercom.reply(conversation, body, world.reachline)
    item = world.screens(jennifer)["whatsapp"]["whatsapp"][-1]
    assert item["text"] == "Hi Jennifer,\nsee & sign"
    assert [(a["name"], a["filesize"]) for a in item["attachments"]] == [("form.pdf", 4)]


def test_a_last_word_on_closing_is_read_in_the_messenger_and_not_relayed(world: World, jennifer: Customer) -> None:
    conversation = world.write(jennifer, text="Hi")
    assert places(world, world.teammate_close(conversation, AGENT, "Goodbye")) == {"messenger"}
    part = world.teammate_assign(conversation, AGENT, "7002", "Priya takes over")
    assert places(world, part) == {"messenger"}
    assert places(world, world.teammate_assign(conversation, AGENT, None)) == set()
