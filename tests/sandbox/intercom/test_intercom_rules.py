"""Intercom's own rules, in process: caps, throttle, redaction, merging, deletion, snoozing, state."""

from __future__ import annotations

from typing import Any

import pytest

from desktop.sandbox.intercom import tags
from desktop.sandbox.intercom.errors import IntercomError
from desktop.sandbox.model.people import Customer, File
from desktop.sandbox.world import AGENT, World

HOUR = 3600


def comment(text: str = "Hi", **more: Any) -> dict[str, Any]:
    return {"type": "admin", "message_type": "comment", "admin_id": AGENT, "body": text, **more}


@pytest.fixture
def conversation(world: World, jennifer: Customer) -> str:
    return str(world.write(jennifer, text="Hi"))


def refused(world: World, conversation_id: str, body: dict[str, Any]) -> IntercomError:
    with pytest.raises(IntercomError) as refusal:
        world.intercom.reply(conversation_id, body, world.reachline)
    return refusal.value


def test_only_the_newest_500_parts_are_returned(world: World, jennifer: Customer, conversation: str) -> None:
    for number in range(503):
        world.write(jennifer, text=str(number))
    answer = world.intercom.get_conversation(conversation)
    parts = answer["conversation_parts"]["conversation_parts"]
    assert [parts[0]["body"], parts[-1]["body"]] == ["<p>3</p>", "<p>502</p>"]
    assert len(parts) == 500
    assert answer["statistics"]["count_conversation_parts"] == 503
    assert len(world.intercom.parts(conversation)) == 503


def test_too_many_replies_to_one_conversation_are_a_400(world: World, conversation: str) -> None:
    for number in range(10):
        world.intercom.reply(conversation, comment(str(number)), world.reachline)
    refusal = refused(world, conversation, comment())
    assert (refusal.status, refusal.code) == (400, "parameter_invalid")
    assert refusal.message == "Too many recent replies to this conversation"
    world.advance(10)
    world.intercom.reply(conversation, comment(), world.reachline)


def test_too_many_replies_over_all_conversations_are_a_400(world: World, jennifer: Customer) -> None:
    world.settings.replies_per_10s = 3
    ids = [world.write(jennifer, "messenger", str(n), new_conversation=True) for n in range(4)]
    for conversation_id in ids[:3]:
        world.intercom.reply(conversation_id, comment(), world.reachline)
    assert refused(world, ids[3], comment()).status == 400


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        (comment(""), 400, "body"),
        (comment("   "), 400, "body"),
        ({"type": "admin", "message_type": "note", "admin_id": AGENT}, 400, "body"),
        (comment(admin_id="9999"), 404, "admin_id"),
        (comment(body=7), 400, "body"),
        (comment(message_type="telegram"), 400, "message_type"),
        (comment(message_type="quick_reply"), 400, "reply_options"),
        ({"type": "ghost", "body": "boo"}, 400, "type"),
        (comment(attachment_urls=["https://example.com/a.png"] * 11), 400, "attachment_urls"),
        (comment(attachment_files=[{"name": "x"}]), 400, "attachment_files"),
        (comment(created_at=99_999_999_999), 400, "created_at"),
    ],
)
def test_invalid_replies_are_refused_without_effect(
    world: World, conversation: str, body: dict[str, Any], status: int, field: str
) -> None:
    refusal = refused(world, conversation, body)
    assert (refusal.status, refusal.field) == (status, field)
    assert world.intercom.parts(conversation) == []


def test_contacts_can_only_comment(world: World, conversation: str, jennifer: Customer) -> None:
    (contact,) = world.contact_ids(jennifer)
    body = {"type": "user", "message_type": "note", "intercom_user_id": contact, "body": "x"}
    assert refused(world, conversation, body).message == "User can only create comments"
    by_mail = {"type": "user", "message_type": "comment", "email": "jennifer@example.com", "body": "x"}
    world.intercom.reply(conversation, by_mail, world.bridge_app)
    assert world.intercom.parts(conversation)[-1]["author"]["id"] == contact
    nobody = {"type": "user", "message_type": "comment", "email": "no@example.com", "body": "x"}
    assert refused(world, conversation, nobody).status == 404


def test_files_are_dropped_if_urls_are_given_too(world: World, conversation: str) -> None:
    body = comment(
        attachment_urls=["https://example.com/pictures/cat%20one.png"],
        attachment_files=[{"name": "form.pdf", "content_type": "application/pdf", "data": "JVBERg=="}],
    )
    world.intercom.reply(conversation, body, world.reachline)
    assert [a["name"] for a in world.intercom.parts(conversation)[-1]["attachments"]] == ["cat one.png"]


def test_a_file_alone_is_a_message(world: World, jennifer: Customer, conversation: str) -> None:
    body = comment(attachment_files=[{"name": "a.txt", "content_type": "text/plain", "data": "aGk="}])
    del body["body"]
    world.intercom.reply(conversation, body, world.reachline)
    part = world.intercom.parts(conversation)[-1]
    assert part["body"] is None
    assert world.screens(jennifer)["whatsapp"]["whatsapp"][-1]["attachments"][0]["name"] == "a.txt"


def test_plain_text_and_html_bodies_are_kept_as_html(world: World, conversation: str) -> None:
    for body in ("Hello & <b>bye</b>\nline", "<p>Ready</p>"):
        world.intercom.reply(conversation, comment(body), world.reachline)
    bodies = [p["body"] for p in world.intercom.parts(conversation)]
    assert bodies == ["<p>Hello & <b>bye</b><br>line</p>", "<p>Ready</p>"]
    plain = world.intercom.get_conversation(conversation, display_as="plaintext")
    words = [p["body"] for p in plain["conversation_parts"]["conversation_parts"]]
    assert words == ["Hello & bye\nline", "Ready"]


def test_plaintext_contains_urls_of_links(world: World, conversation: str) -> None:
    link = '<p>See <a href="https://example.com/a">here</a></p>'
    world.intercom.reply(conversation, comment(link), world.reachline)
    plain = world.intercom.get_conversation(conversation, display_as="plaintext")
    part = plain["conversation_parts"]["conversation_parts"][-1]
    assert part["body"] == "See here (https://example.com/a)"


def test_imports_are_sorted_by_their_date(world: World, conversation: str) -> None:
    world.advance(HOUR)
    world.teammate_reply(conversation, AGENT, "new")
    world.intercom.reply(conversation, comment("old", created_at=int(world.now) - 60), world.reachline)
    assert [p["body"] for p in world.intercom.parts(conversation)] == ["<p>old</p>", "<p>new</p>"]


def test_redaction_empties_the_part_and_keeps_its_place(world: World, jennifer: Customer) -> None:
    photo = File("card.png", "image/png", b"x")
    conversation = world.write(jennifer, text="My card", attachments=[photo])
    world.write(jennifer, text="4111 1111", attachments=[photo])
    part = world.intercom.parts(conversation)[0]
    world.redact(part["id"])
    redacted = world.intercom.parts(conversation)[0]
    assert (redacted["id"], redacted["redacted"], redacted["attachments"]) == (part["id"], True, [])
    assert "4111" not in str(world.intercom.get_conversation(conversation))
    source = world.intercom.get_conversation(conversation)["source"]
    world.intercom.redact({"type": "source", "conversation_id": conversation, "source_id": source["id"]})
    assert "My card" not in str(world.intercom.get_conversation(conversation))
    # Redaction does not reach WhatsApp: the phone still shows the message.
    assert [i["text"] for i in world.screens(jennifer)["whatsapp"]["whatsapp"]] == ["My card", "4111 1111"]
    assert "4111" not in str(world.screens(jennifer)["messenger"])


def test_a_part_without_body_cannot_be_redacted(world: World, conversation: str) -> None:
    part = world.teammate_assign(conversation, AGENT, AGENT)
    body = {"type": "conversation_part", "conversation_id": conversation, "conversation_part_id": part}
    with pytest.raises(IntercomError, match="conversation_part_not_redactable"):
        world.intercom.redact(body)


def test_merging_moves_conversations_and_leaves_a_410(world: World) -> None:
    mei = world.add_customer("Mei Lin Chen", phone="+6591234567")
    conversation = world.write(mei, text="Hello")
    (lead,) = world.contact_ids(mei)
    user = world.intercom.create_contact({"role": "user", "email": "mei@example.com"})["id"]
    world.merge(lead, user)
    with pytest.raises(IntercomError) as gone:
        world.intercom.get_contact(lead)
    assert (gone.value.status, gone.value.code) == (410, "contact_merged")
    assert gone.value.headers == {"Link": f'</contacts/{user}>; rel="canonical"'}
    answer = world.intercom.get_conversation(conversation)
    assert answer["contacts"]["contacts"][0]["id"] == user
    assert answer["source"]["author"]["id"] == lead, "the author of old words stays who it was"
    assert world.intercom.get_contact(user)["phone"] == "+6591234567"
    found = world.intercom.search_contacts({"query": {"field": "role", "operator": "=", "value": "lead"}})
    assert found["data"] == []
    with pytest.raises(IntercomError, match="A lead can be merged into a user only"):
        world.merge(user, user)


def test_a_deleted_conversation_is_gone(world: World, jennifer: Customer, conversation: str) -> None:
    part = world.teammate_reply(conversation, AGENT, "Hi")
    world.delete_conversation(conversation)
    for ask in (
        lambda: world.intercom.get_conversation(conversation),
        lambda: world.delivery(part),
        lambda: world.teammate_reply(conversation, AGENT, "Hi"),
    ):
        with pytest.raises(IntercomError) as gone:
            ask()
        assert gone.value.status == 404
    assert world.screens(jennifer)["messenger"] == []
    assert world.intercom.list_conversations({})["conversations"] == []


def test_a_snoozed_conversation_opens_by_timer_or_by_a_message(
    world: World, jennifer: Customer, conversation: str
) -> None:
    world.teammate_snooze(conversation, AGENT, world.now + HOUR)
    assert world.intercom.get_conversation(conversation)["state"] == "snoozed"
    world.advance(HOUR)
    answer = world.intercom.get_conversation(conversation)
    assert (answer["state"], answer["snoozed_until"]) == ("open", None)
    assert world.intercom.parts(conversation)[-1]["part_type"] == "timer_unsnooze"
    world.teammate_snooze(conversation, AGENT, world.now + HOUR)
    world.write(jennifer, text="Hello?")
    assert world.intercom.get_conversation(conversation)["state"] == "open"
    world.advance(2 * HOUR)
    kinds = [p["part_type"] for p in world.intercom.parts(conversation)]
    assert kinds == ["snoozed", "timer_unsnooze", "snoozed", "comment"]


def test_waiting_since(world: World, jennifer: Customer, conversation: str) -> None:
    asked = int(world.now)
    world.advance(60)
    world.write(jennifer, text="Hello?")
    assert world.intercom.get_conversation(conversation)["waiting_since"] == asked
    world.teammate_reply(conversation, AGENT, "Here")
    answer = world.intercom.get_conversation(conversation)
    assert answer["waiting_since"] is None
    assert answer["statistics"]["last_admin_reply_at"] == asked + 60
    assert answer["statistics"]["last_contact_reply_at"] == asked + 60
    assert [t["id"] for t in answer["teammates"]["teammates"]] == [AGENT]


def test_the_messenger_client_is_stored_on_the_contact_only(world: World, jennifer: Customer) -> None:
    web = world.intercom.get_conversation(world.write(jennifer, "messenger", "a", client="web"))
    assert web["source"]["url"].startswith("https://")
    ios = world.write(jennifer, "messenger", "b", client="ios", new_conversation=True)
    assert world.intercom.get_conversation(ios)["source"]["url"] is None
    (contact_id,) = world.contact_ids(jennifer)
    contact = world.intercom.get_contact(contact_id)
    assert contact["ios_last_seen_at"] == int(world.now)
    assert contact["android_last_seen_at"] is None
    assert contact["browser"] == "firefox"
    world.write(jennifer, "messenger", "c", client="android", conversation_id=ios)
    (part,) = world.intercom.parts(ios)
    assert (part["app_package_code"], part["email_message_metadata"]) == (None, None)


def test_mail_carries_its_headers(world: World, jennifer: Customer, conversation: str) -> None:
    mail = world.intercom.get_conversation(world.write(jennifer, "email", "A question about my order"))
    assert (mail["source"]["type"], mail["channel"]["initial"]) == ("email", "email")
    assert mail["source"]["subject"] == "A question about my order"
    world.write(jennifer, "email", "By mail", conversation_id=conversation)
    part = world.intercom.parts(conversation)[-1]
    headers = part["email_message_metadata"]["email_address_headers"]
    assert headers[0] == {"type": "from", "email_address": "jennifer@example.com", "name": "Jennifer Okafor"}
    assert part["app_package_code"] is None


def test_customers_cannot_write_in_foreign_conversations(world: World, conversation: str) -> None:
    stranger = world.add_customer("Anna Kowalska", email="anna@example.com")
    with pytest.raises(IntercomError) as refusal:
        world.write(stranger, "messenger", "Hi", conversation_id=conversation)
    assert refusal.value.status == 404


def test_names_are_entity_encoded(world: World) -> None:
    liam = world.add_customer('Liam "L" O\'Connor & Sons <x>', phone="+353860001122")
    conversation = world.write(liam, text="Hi")
    author = world.intercom.get_conversation(conversation)["source"]["author"]
    assert author["name"] == "Liam &quot;L&quot; O&#39;Connor &amp; Sons &lt;x&gt;"


def test_ids_have_intercoms_format(world: World, conversation: str) -> None:
    world.teammate_reply(conversation, AGENT, "Hi")
    answer = world.intercom.get_conversation(conversation)
    assert len(answer["id"]) == 15
    assert len(answer["conversation_parts"]["conversation_parts"][0]["id"]) == 11
    contact = answer["contacts"]["contacts"][0]["id"]
    assert len(contact) == 24
    int(contact, 16)


def test_attributes_tags_and_conflicts(world: World, conversation: str) -> None:
    api = world.intercom
    api.update_conversation(conversation, {"custom_attributes": {"Topic": "A"}}, world.reachline)
    api.update_conversation(conversation, {"custom_attributes": {"Topic": "B"}}, world.reachline)
    details = api.parts(conversation)[-1]["event_details"]
    assert details == {"attribute": {"name": "Topic"}, "value": {"name": "B", "previous": "A"}}
    with pytest.raises(IntercomError, match="tag_not_found"):
        tags.tag_conversation(world.workspace, conversation, {"id": "1", "admin_id": AGENT})
    with pytest.raises(IntercomError) as conflict:
        api.create_contact({"email": "jennifer@example.com"})
    assert conflict.value.status == 409
    with pytest.raises(IntercomError) as missing:
        api.create_contact({"name": "Nobody"})
    assert missing.value.status == 400
