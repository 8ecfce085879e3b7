"""The demo's cast stands where its scenes need it, and random worlds are plausible and repeatable."""

from __future__ import annotations

import unicodedata

import pytest

from desktop.sandbox.model.people import Customer
from desktop.sandbox.world import AGENT, World, sample_data

HOUR, DAY = 3600, 86_400


@pytest.fixture(scope="module")
def stage() -> tuple[World, dict[str, Customer]]:
    world = World()
    sample_data.add_tags_and_macros(world)
    began = world.now
    cast = sample_data.story(world)
    assert world.now == began + sample_data.duration_s(0, demo_story=True)
    return world, cast


def conversations(stage: tuple[World, dict[str, Customer]], who: str) -> list[dict]:
    world, cast = stage
    return [world.intercom.get_conversation(i) for i in world.conversation_ids(cast[who])]


def left(stage: tuple[World, dict[str, Customer]], who: str) -> float:
    world, cast = stage
    return cast[who].window_opened["whatsapp"] + DAY - world.now


def tags(conversation: dict) -> list[str]:
    return [t["name"] for t in conversation["tags"]["tags"]]


def test_the_four_leads(stage: tuple[World, dict[str, Customer]]) -> None:
    world, cast = stage
    earlier, mapped = conversations(stage, "jennifer")
    assert (earlier["state"], tags(earlier), tags(mapped)) == ("closed", [], ["whatsapp"])
    assert earlier["source"]["url"] is not None
    (contact,) = world.contact_ids(cast["jennifer"])
    assert world.intercom.get_contact(contact)["role"] == "user"
    assert 20 * HOUR < left(stage, "jennifer") < 22 * HOUR
    assert tags(conversations(stage, "tomas")[0]) == ["telegram"]
    assert tags(conversations(stage, "mei")[0]) == ["twilio"]
    plain, newer = conversations(stage, "anna")
    assert (tags(plain), tags(newer)) == ([], ["whatsapp"])
    assert newer["updated_at"] > plain["updated_at"]


def test_the_windows_are_closed_closing_and_shared(stage: tuple[World, dict[str, Customer]]) -> None:
    assert left(stage, "lerato") < 0
    assert 0 < left(stage, "priyanka") < HOUR
    assert len([c for c in conversations(stage, "liam") if tags(c) == ["whatsapp"]]) == 2
    (chloe,) = conversations(stage, "chloe")
    reopened = [p for p in chloe["conversation_parts"]["conversation_parts"] if p["part_type"] == "open"]
    assert [bool(p["app_package_code"]) for p in reopened] == [True, False]
    assert all(p["body"] for p in reopened)


def test_the_crowd_has_other_scripts_long_texts_and_files(stage: tuple[World, dict[str, Customer]]) -> None:
    world, cast = stage
    (omar,) = conversations(stage, "omar")
    assert unicodedata.bidirectional(omar["source"]["body"].removeprefix("<p>")[0]) == "AL"
    (ingrid,) = conversations(stage, "ingrid")
    assert len(ingrid["source"]["body"]) > 800
    (diego,) = conversations(stage, "diego")
    assert [a["content_type"] for a in diego["source"]["attachments"]] == ["image/jpeg", "application/pdf"]
    (yuki,) = conversations(stage, "yuki")
    assert yuki["source"]["type"] == "email"
    (jonas,) = conversations(stage, "jonas")
    assert (jonas["admin_assignee_id"], jonas["team_assignee_id"]) == (0, 0)
    (fatima,) = conversations(stage, "fatima")
    assert fatima["state"] == "snoozed"
    assert fatima["snoozed_until"] > world.now
    assert len(cast) == 14


def test_another_language_reaches_all_but_names_and_those_who_write_their_own() -> None:
    world = World(language="pt-BR", translate=str.upper)
    sample_data.add_tags_and_macros(world)
    cast = sample_data.story(world)
    jennifer, chloe = (next(iter(world.texts(cast[who])["messenger"])) for who in ("jennifer", "chloe"))
    assert (jennifer, chloe) == ("DO YOU SHIP TO NORTHERN IRELAND?", "Bonjour, le carton était vide !")
    assert (cast["jennifer"].language, cast["chloe"].language) == ("pt-BR", "fr")
    shipped = world.templates.find("order_shipped", "pt_BR")
    assert shipped is not None
    assert (shipped.text("HEADER"), shipped.text("FOOTER")) == ("ABOUT ORDER {{1}}", "Harbour Parcels")
    assert world.templates.find("we_have_news", "de") is not None
    macro = world.workspace.macros["313"]
    assert macro.body_text.startswith('HELLO {{USER.NAME|FALLBACK:"THERE"}},')
    assert [team.name for team in world.workspace.teams.values()] == ["DELIVERIES", "REFUNDS"]
    assert list(world.workspace.tags.values())[:4] == ["whatsapp", "telegram", "twilio", "URGENT"]
    plain = World()
    sample_data.add_tags_and_macros(plain)
    assert plain.workspace.macros["313"].body == (
        '<p>Hello <attribute key="user.name" default="there"/>,</p><p>your refund is on its way to '
        '<attribute key="user.email" default="your account"/>.</p>'
    )
    assert "label &amp; the damage" in plain.workspace.macros["312"].body


def test_nothing_of_the_story_is_still_to_come_but_the_snooze(stage: tuple[World, dict[str, Customer]]) -> None:
    world, _ = stage
    newest = max(c.updated_at for c in world.workspace.conversations.values())
    assert newest <= world.now


def test_random_worlds_repeat_by_seed_and_fill_every_channel() -> None:
    worlds = []
    for number in (5, 5, 6):
        world = World(number)
        sample_data.add_random_customers(world, 40, 400)
        assert world.now == World().now + sample_data.duration_s(40, demo_story=False)
        worlds.append([world.intercom.get_conversation(c) for c in world.workspace.conversations])
    assert worlds[0] == worlds[1]
    assert worlds[0] != worlds[2]
    names = {t for c in worlds[0] for t in tags(c)}
    assert names == {"whatsapp", "telegram", "twilio"}
    kinds = {c["source"]["type"] for c in worlds[0]}
    assert kinds == {"conversation", "email"}
    sources = len(worlds[0])
    words = sum(
        p["part_type"] in ("comment", "open") for c in worlds[0] for p in c["conversation_parts"]["conversation_parts"]
    )
    assert sources + words == 400


def test_an_empty_world_can_be_populated_with_people_alone() -> None:
    world = World()
    sample_data.add_random_customers(world, 3, 0)
    assert len(world.customers) == 3
    assert world.workspace.conversations == {}
    assert world.workspace.admins[AGENT].name == "Sam Byrne"
