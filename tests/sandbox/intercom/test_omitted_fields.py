"""Answers with omitted fields, and unusual part and author types."""

from __future__ import annotations

import pytest

from desktop.sandbox.intercom.messenger import PAGE_URL
from desktop.sandbox.intercom.records import OPERATOR_ID, Author
from desktop.sandbox.model.people import Customer
from desktop.sandbox.world import AGENT, World


def test_package_codes_can_be_omitted_everywhere(world: World, jennifer: Customer) -> None:
    conversation = str(world.write(jennifer, text="Hi"))
    world.write(jennifer, text="More")
    assert "app_package_code" in world.intercom.parts(conversation)[0]
    world.settings.update({"omit": ["part.app_package_code"]})
    assert "app_package_code" not in world.intercom.parts(conversation)[0]
    (part,) = world.intercom.get_conversation(conversation)["conversation_parts"]["conversation_parts"]
    assert "app_package_code" not in part


def test_fields_of_the_conversation_are_missing_or_null(world: World, jennifer: Customer) -> None:
    conversation = str(world.write(jennifer, "messenger", "Hi"))
    whole = world.intercom.get_conversation(conversation)
    assert whole["source"]["url"] == whole["first_contact_reply"]["url"] == PAGE_URL
    omit = [
        "source.url",
        "first_contact_reply=null",
        "statistics",
        "channel",
        "nothing.of.it",
        "source.author.name=null",
    ]
    world.settings.update({"omit": omit})
    answer = world.intercom.get_conversation(conversation)
    assert "url" not in answer["source"]
    assert answer["first_contact_reply"] is answer["source"]["author"]["name"] is None
    assert {"statistics", "channel"} & set(answer) == set()
    world.settings.update({"omit": []})
    assert world.intercom.get_conversation(conversation) == whole


@pytest.mark.parametrize("kind", ["contact", "visitor", "anonymous"])
def test_customers_may_have_another_author_type(world: World, jennifer: Customer, kind: str) -> None:
    world.settings.update({"contact_author_type": kind})
    conversation = str(world.write(jennifer, text="Hi"))
    world.write(jennifer, text="More")
    world.teammate_reply(conversation, AGENT, "Hello")
    answer = world.intercom.get_conversation(conversation)
    authors = [p["author"]["type"] for p in answer["conversation_parts"]["conversation_parts"]]
    assert [answer["source"]["author"]["type"], *authors] == [kind, kind, "admin"]


@pytest.mark.parametrize(
    ("author", "name"),
    [
        (Author("bot", OPERATOR_ID), "Operator"),
        (Author("operator", OPERATOR_ID), "Operator"),
        (Author("system", "1"), None),
        (Author("", ""), None),
        (Author("visitor", "no such contact"), None),
        (Author("admin", AGENT), "Sam Byrne"),
    ],
)
def test_parts_of_any_type_by_any_author(world: World, jennifer: Customer, author: Author, name: str | None) -> None:
    conversation = str(world.write(jennifer, text="Hi"))
    part_id = world.odd_part(conversation, "voice_note_2030", author, "Listen", code="unknown-app")
    part = world.intercom.parts(conversation)[-1]
    assert (part["id"], part["part_type"], part["body"]) == (part_id, "voice_note_2030", "<p>Listen</p>")
    assert (part["author"]["type"], part["author"]["id"], part["author"]["name"]) == (author.type, author.id, name)
    assert part["app_package_code"] == "unknown-app"
    assert not world.delivery(part_id)["whatsapp"]


def test_a_contacts_part_of_an_unknown_type_is_from_the_customer(world: World, jennifer: Customer) -> None:
    conversation = str(world.write(jennifer, text="Hi"))
    (contact,) = world.contact_ids(jennifer)
    world.odd_part(conversation, "quick_answer", Author("contact", contact), "Yes")
    assert world.intercom.parts(conversation)[-1]["author"]["name"] == "Jennifer Okafor"


def test_only_web_conversations_have_a_page_url(world: World, jennifer: Customer) -> None:
    def urls(conversation_id: str | None) -> tuple[str | None, str | None]:
        answer = world.intercom.get_conversation(str(conversation_id))
        return answer["source"]["url"], answer["first_contact_reply"]["url"]

    assert urls(world.write(jennifer, "messenger", "Web", new_conversation=True)) == (PAGE_URL, PAGE_URL)
    assert urls(world.write(jennifer, "messenger", "iOS", client="ios", new_conversation=True)) == (None, None)
    started = world.start(jennifer, "Can we help?", "operator_initiated")
    assert world.intercom.get_conversation(started)["first_contact_reply"] is None
    assert world.intercom.get_conversation(started)["source"]["delivered_as"] == "operator_initiated"
    world.write(jennifer, "messenger", "Yes", conversation_id=started)
    assert urls(started) == (None, PAGE_URL)
    world.settings.page_urls = False
    assert urls(world.write(jennifer, "messenger", "Web", new_conversation=True)) == (None, None)


def test_a_visit_is_stored_unless_sightings_are_off(world: World, jennifer: Customer) -> None:
    world.look(jennifer, "android")
    (contact,) = world.contact_ids(jennifer)
    assert world.intercom.get_contact(contact)["android_last_seen_at"] == int(world.now)
    world.settings.sightings = False
    world.advance(600)
    world.write(jennifer, "messenger", "Hi", client="ios")
    answer = world.intercom.get_contact(contact)
    assert (answer["ios_last_seen_at"], answer["last_seen_at"]) == (None, int(world.now) - 600)


def test_replies_of_fin_are_marked(world: World, jennifer: Customer) -> None:
    conversation = str(world.write(jennifer, text="Hi"))
    world.bot_reply(conversation, "A workflow")
    world.bot_reply(conversation, "Fin", from_ai=True)
    authors = [p["author"] for p in world.intercom.parts(conversation)]
    assert [(a["type"], a["from_ai_agent"]) for a in authors] == [("bot", False), ("bot", True)]
