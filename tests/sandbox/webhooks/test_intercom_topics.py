"""What happens in a workspace is told under Intercom's topics, with the objects of the subscription's version."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from webhook_receiver import Received, WebhookReceiver

from desktop.sandbox.intercom import ratings
from desktop.sandbox.intercom.records import Author
from desktop.sandbox.model.people import Customer, File
from desktop.sandbox.server import Sandbox
from desktop.sandbox.world import AGENT, COLLEAGUE, World

Told = Callable[[], list[Received]]


@pytest.fixture
def told(sandbox: Sandbox, stage: World, receiver: WebhookReceiver, since_last: Told) -> Told:
    """Subscribes the receiver to everything."""
    sandbox.subscribe("intercom", receiver.url + "/intercom")
    receiver.forget()
    return since_last


def topics(found: list[Received]) -> list[str]:
    return [received.json["topic"] for received in found]


def test_a_message_is_a_notification_event_with_the_conversation(stage: World, customer: Customer, told: Told) -> None:
    conversation = stage.write(customer, on="messenger", text="Where is\nmy parcel?")
    (created,) = [r for r in told() if r.json["topic"] == "conversation.user.created"]
    notification = created.json
    assert notification["type"] == "notification_event"
    assert notification["data"]["type"] == "notification_event_data"
    assert (notification["app_id"], notification["delivery_attempts"]) == ("sbx7pt3q", 1)
    assert notification["id"].startswith("notif_")
    assert notification["created_at"] == notification["first_sent_at"] == int(stage.now)
    item = notification["data"]["item"]
    assert (item["type"], item["id"], item["source"]["body"]) == ("conversation", conversation, "Where is\nmy parcel?")
    assert item["conversation_parts"]["conversation_parts"] == []
    assert (created.path, created.headers["content-type"]) == ("/intercom", "application/json")

    part = stage.teammate_reply(conversation, AGENT, "On its way")
    (replied,) = told()
    item = replied.json["data"]["item"]
    assert replied.json["topic"] == "conversation.admin.replied"
    assert item["id"] == conversation
    (shown,) = item["conversation_parts"]["conversation_parts"]
    assert (shown["id"], shown["body"], shown["author"]["id"]) == (part, "On its way", AGENT)
    assert shown["app_package_code"] is None


def test_each_act_of_a_conversation_has_its_topic(stage: World, customer: Customer, told: Told) -> None:
    conversation = stage.write(customer, on="messenger", text="Hi")
    told()
    acts: list[tuple[Callable[[], Any], list[str]]] = [
        (lambda: stage.teammate_note(conversation, AGENT, "Hm"), ["conversation.admin.noted"]),
        (
            lambda: stage.teammate_assign(conversation, AGENT, COLLEAGUE),
            ["conversation.admin.assigned", "conversation.admin.open.assigned"],
        ),
        (lambda: stage.teammate_snooze(conversation, AGENT, stage.now + 60), ["conversation.admin.snoozed"]),
        (lambda: stage.advance(60), ["conversation.admin.unsnoozed"]),
        (lambda: stage.teammate_close(conversation, AGENT), ["conversation.admin.closed"]),
        (lambda: stage.teammate_open(conversation, AGENT), ["conversation.admin.opened"]),
        (
            lambda: stage.bot_reply(conversation, "Beep", from_ai=True),
            ["conversation.admin.replied", "conversation.operator.replied"],
        ),
        (lambda: stage.look(customer), ["conversation.read"]),
        (lambda: stage.look(customer), []),
        (lambda: stage.write(customer, on="messenger", text="Still here"), ["conversation.user.replied"]),
        (lambda: stage.teammate_tag(conversation, AGENT, "urgent"), ["conversation_part.tag.created"]),
        (lambda: stage.teammate_close(conversation, AGENT), ["conversation.admin.closed"]),
        # Opens it again: a part of the type `open` with words.
        (lambda: stage.write(customer, on="messenger", text="Wait"), ["conversation.user.replied"]),
        (
            lambda: stage.odd_part(conversation, "note_and_reopen", Author("admin", AGENT), "Hm"),
            ["conversation.admin.noted", "conversation.admin.opened"],
        ),
        (lambda: stage.odd_part(conversation, "something_new", Author("", ""), "?"), []),
        (lambda: stage.delete_conversation(conversation), ["conversation.deleted"]),
    ]
    for act, wanted in acts:
        act()
        assert topics(told()) == wanted


def test_rare_topics(sandbox: Sandbox, stage: World, customer: Customer, api: httpx.Client, told: Told) -> None:
    conversation = stage.start(customer, "We have news")
    assert topics(told()) == ["conversation.admin.single.created"]
    mei = stage.add_customer("Mei Lin Chen", email="mei@example.com", known_as="user")
    assert topics(told()) == ["contact.user.created"]
    stage.join(mei, conversation)
    assert topics(told()) == ["conversation.contact.attached"]
    answer = api.put(
        f"/conversations/{conversation}",
        json={"priority": "high", "admin_id": AGENT},
        headers={"Intercom-Version": "Preview"},
    )
    assert answer.status_code == 200
    (raised,) = told()
    assert (raised.json["topic"], raised.json["data"]["item"]["priority"]) == ("conversation.priority.updated", "high")
    with sandbox.lock:
        record = stage.workspace.conversation(conversation)
        ratings.request(stage.workspace, record)
        ratings.rate(stage.workspace, record, 5)
    (rated,) = told()
    assert rated.json["topic"] == "conversation.rating.added"
    assert rated.json["data"]["item"]["conversation_rating"]["rating"] == 5
    part = stage.teammate_reply(conversation, AGENT, "Secret")
    stage.redact(part)
    redacted = told()[-1].json
    assert (redacted["topic"], redacted["data"]["item"]["id"]) == ("conversation_part.redacted", part)
    assert "Secret" not in str(redacted)
    api.put(f"/admins/{AGENT}/away", json={"away_mode_enabled": True, "away_mode_reassign": False})
    (away,) = told()
    assert away.json["topic"] == "admin.away_mode_updated"
    assert away.json["data"]["item"]["away_mode_enabled"] is True


def test_a_deleted_conversation_is_told_by_its_id_alone(stage: World, customer: Customer, told: Told) -> None:
    conversation = stage.write(customer, on="messenger", text="Hi")
    stage.delete_conversation(conversation)
    deleted = told()[-1].json
    assert (deleted["topic"], deleted["data"]["item"]) == (
        "conversation.deleted",
        {"type": "conversation", "id": conversation},
    )


def test_contacts(stage: World, customer: Customer, told: Told) -> None:
    lead = stage.add_contact(customer, "lead", name="Jennifer", phone="+353871234567")
    assert topics(told()) == ["contact.lead.created"]
    stage.edit_contact(lead, phone="+353871234568")
    assert topics(told()) == ["contact.lead.updated"]
    stage.edit_contact(lead, phone="+353871234568")
    assert topics(told()) == []
    stage.edit_contact(lead, email="jen@example.com")
    assert topics(told()) == ["contact.lead.updated", "contact.lead.added_email"]
    stage.edit_contact(lead, email="jenny@example.com")
    assert topics(told()) == ["contact.lead.updated", "contact.email.updated"]
    (user,) = [c for c in stage.contact_ids(customer) if c != lead]
    stage.merge(lead, user)
    merged = told()[-1].json
    assert (merged["topic"], merged["data"]["item"]["id"]) == ("contact.merged", user)
    assert merged["data"]["item"]["merged_from"] == {"type": "contact", "id": lead}


def test_tags_of_contacts(stage: World, customer: Customer, api: httpx.Client, told: Told) -> None:
    (user,) = stage.contact_ids(customer)
    tag = api.post("/tags", json={"name": "VIP"}).json()["id"]
    api.post(f"/contacts/{user}/tags", json={"id": tag})
    api.delete(f"/contacts/{user}/tags/{tag}")
    tagged, untagged = told()
    assert [tagged.json["topic"], untagged.json["topic"]] == ["contact.user.tag.created", "contact.user.tag.deleted"]
    item = tagged.json["data"]["item"]
    assert (item["type"], item["tag"]["name"], item["contact"]["id"]) == ("contact_tag", "VIP", user)


def test_a_tag_of_a_conversation_names_the_tag_and_the_conversation(
    stage: World, customer: Customer, told: Told
) -> None:
    conversation = stage.write(customer, on="messenger", text="Hi")
    told()
    stage.teammate_tag(conversation, AGENT, "urgent")
    (tagged,) = told()
    item = tagged.json["data"]["item"]
    assert (item["id"], [tag["name"] for tag in item["tags_added"]["tags"]]) == (conversation, ["urgent"])


PICTURE = File("a.png", "image/png", b"\x89PNG\r\n\x1a\n")
PAPER = File("a.pdf", "application/pdf", b"%PDF")


@pytest.mark.parametrize(
    ("version", "source", "body"),
    [
        ("2.16", "Hi & bye\n[Image]\n[Attachment]", "Look: here (https://a.example)\n[Image]"),
        ("2.15", "Hi & bye\n[Image]\n[Attachment]", "Look: here (https://a.example)\n[Image]"),
        ("2.14", "<p>Hi &amp; bye</p>", '<p>Look: <a href="https://a.example">here</a></p><img src="x">'),
        ("2.12", "<p>Hi &amp; bye</p>", '<p>Look: <a href="https://a.example">here</a></p><img src="x">'),
    ],
)
def test_bodies_are_plain_text_from_2_15_on(
    sandbox: Sandbox,
    stage: World,
    customer: Customer,
    api: httpx.Client,
    receiver: WebhookReceiver,
    version: str,
    source: str,
    body: str,
) -> None:
    sandbox.subscribe(
        "intercom",
        receiver.url,
        version=version,
        topics=["conversation.user.created", "conversation.admin.replied"],
    )
    conversation = stage.write(customer, on="messenger", text="Hi & bye", attachments=[PICTURE, PAPER])
    api.post(
        f"/conversations/{conversation}/reply",
        json={
            "type": "admin",
            "message_type": "comment",
            "admin_id": AGENT,
            "body": '<p>Look: <a href="https://a.example">here</a></p><img src="x">',
        },
    )
    assert sandbox.settle_webhooks()
    created, replied = (received.json["data"]["item"] for received in receiver.posts)
    assert created["source"]["body"] == source
    assert len(created["source"]["attachments"]) == 2
    (part,) = replied["conversation_parts"]["conversation_parts"]
    assert part["body"] == body
    assert part.get("app_package_code") == (None if version == "2.12" else stage.reachline.package_code)
    assert ("channel" in replied) == (version == "2.16")


def test_a_subscription_hears_its_topics_alone(
    sandbox: Sandbox, stage: World, customer: Customer, receiver: WebhookReceiver
) -> None:
    for number, wanted in enumerate((["conversation.admin.noted"], ["conversation.admin.closed"], [])):
        sandbox.subscribe("intercom", f"{receiver.url}/{number}", topics=wanted)
    conversation = stage.write(customer, on="messenger", text="Hi")
    stage.teammate_note(conversation, AGENT, "Hm")
    stage.teammate_close(conversation, AGENT)
    assert sandbox.settle_webhooks()
    assert {(r.path, r.json["topic"]) for r in receiver.posts} == {
        ("/0", "conversation.admin.noted"),
        ("/1", "conversation.admin.closed"),
    }


def test_the_bridges_own_notes_are_told_after_what_caused_them(
    sandbox: Sandbox, stage: World, customer: Customer, told: Told
) -> None:
    stage.settings.note_delay_s = 0.0
    conversation = stage.write(customer, on="whatsapp", text="Hi")
    stage.advance(90_000)
    told()
    stage.teammate_reply(conversation, AGENT, "Too late")
    assert topics(told()) == ["conversation.admin.replied", "conversation.admin.noted"]
