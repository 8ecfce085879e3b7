"""Search: operators, limits, paging, sorting, whole days, overlap, lag."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.sandbox.intercom.errors import IntercomError
from desktop.sandbox.model.people import Customer
from desktop.sandbox.world import AGENT, COLLEAGUE, World

DAY = 86_400


def where(field: str, operator: str, value: Any) -> dict[str, Any]:
    return {"field": field, "operator": operator, "value": value}


def find(world: World, query: dict[str, Any], **more: Any) -> list[str]:
    answer = world.intercom.search_conversations({"query": query, **more})
    return [c["id"] for c in answer["conversations"]]


def people(world: World, query: dict[str, Any]) -> list[str]:
    return sorted(c["name"] for c in world.intercom.search_contacts({"query": query})["data"])


@pytest.fixture
def conversations(world: World, jennifer: Customer) -> list[str]:
    """Four conversations, one hour apart: open, assigned and read, closed, with a tag."""
    ids = []
    for number, words in enumerate(("parcel late", "Refund please", "parcel broken", "gift cards")):
        ids.append(str(world.write(jennifer, "messenger", words, new_conversation=True)))
        if number == 1:
            world.teammate_assign(ids[1], AGENT, COLLEAGUE)
            world.intercom.update_conversation(ids[1], {"read": True}, world.reachline)
        if number == 2:
            world.teammate_close(ids[2], AGENT)
        if number == 3:
            world.teammate_tag(ids[3], AGENT, "urgent")
        world.advance(3600)
    return ids


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (where("state", "=", "closed"), [2]),
        (where("state", "!=", "closed"), [0, 1, 3]),
        (where("open", "=", True), [0, 1, 3]),
        (where("open", "=", "false"), [2]),
        (where("read", "=", True), [1]),
        (where("admin_assignee_id", "=", 7002), [1]),
        (where("admin_assignee_id", "=", "7002"), [1]),
        (where("admin_assignee_id", "IN", [0, 7001]), [0, 2, 3]),
        (where("admin_assignee_id", "NIN", [0]), [1]),
        (where("teammate_ids", "=", "7001"), [1, 2]),
        (where("source.body", "=", "parcel"), [0, 2]),
        (where("source.body", "=", "parcel late"), []),
        (where("source.body", "~", "CEL BRO"), [2]),
        (where("source.body", "!~", "parcel"), [1, 3]),
        (where("source.author.email", "$", "@example.com"), [0, 1, 2, 3]),
        (where("source.author.name", "^", "jen"), [0, 1, 2, 3]),
        (where("statistics.count_conversation_parts", ">", 0), [1, 2]),
        (where("statistics.last_close_at", "!=", None), [2]),
        (where("snoozed_until", "=", None), [0, 1, 2, 3]),
        (where("priority", "=", "none"), [0, 1, 2, 3]),
        (where("channel_initiated", "=", "messenger"), [0, 1, 2, 3]),
        (where("channel_initiated", "!=", "email"), [0, 1, 2, 3]),
        (where("statistics.last_closed_by_id", "=", AGENT), [2]),
        (where("ai_agent.resolution_state", "=", "confirmed_resolution"), []),
        (where("ai_agent.rating", ">", 0), []),
    ],
)
def test_operators(world: World, conversations: list[str], query: dict[str, Any], expected: list[int]) -> None:
    assert sorted(find(world, query)) == [conversations[i] for i in expected]


def test_tags_contacts_and_groups(world: World, conversations: list[str], jennifer: Customer) -> None:
    urgent = world.workspace.ensure_tag("urgent")
    assert find(world, where("tag_ids", "IN", [urgent])) == [conversations[3]]
    assert len(find(world, where("tag_ids", "!=", urgent))) == 3
    assert len(find(world, where("contact_ids", "IN", ["x", *world.contact_ids(jennifer)]))) == 4
    either = {"operator": "OR", "value": [where("state", "=", "closed"), where("read", "=", True)]}
    both = {"operator": "AND", "value": [either, where("source.body", "=", "refund")]}
    assert find(world, both) == [conversations[1]]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        (None, "query"),
        ({}, "query"),
        (where("colour", "=", "red"), "field"),
        (where("state", ">", "open"), "operator"),
        (where("contact_ids", "~", "6"), "operator"),
        (where("updated_at", ">", "yesterday"), "value"),
        (where("channel_initiated", ">", "email"), "operator"),
        (where("channel_initiated", "IN", "email"), "value"),
        (where("conversation_rating.score", "~", "5"), "operator"),
        (where("conversation_rating.score", "^", "5"), "operator"),
        (where("conversation_rating.score", "=", "good"), "value"),
        (where("conversation_rating.score", "IN", 5), "value"),
        (where("conversation_rating.remark", "<", "x"), "operator"),
        (where("conversation_rating.requested_at", "~", "17"), "operator"),
        (where("conversation_rating.rating", "=", 5), "field"),
        (where("state", "IN", "open"), "value"),
        ({"field": "state", "operator": "="}, "value"),
        ({"operator": "AND", "value": []}, "value"),
        ({"operator": "AND", "value": [where("id", "=", "1")] * 16}, "value"),
    ],
)
def test_invalid_queries_are_refused(world: World, query: Any, field: str) -> None:
    with pytest.raises(IntercomError) as refusal:
        find(world, query)
    assert (refusal.value.status, refusal.value.field) == (400, field)


def test_groups_nest_two_levels_and_hold_15_filters(world: World, conversations: list[str]) -> None:
    full = {"operator": "OR", "value": [where("state", "=", "open")] * 15}
    assert len(find(world, {"operator": "AND", "value": [full]})) == 3
    with pytest.raises(IntercomError, match="nested 2 levels"):
        find(world, {"operator": "AND", "value": [{"operator": "OR", "value": [full]}]})


@pytest.mark.parametrize("inclusive", [False, True])
def test_greater_than_is_strict_or_inclusive_as_set(world: World, conversations: list[str], inclusive: bool) -> None:
    world.settings.search_gt_inclusive = inclusive
    at = world.intercom.get_conversation(conversations[3])["updated_at"]
    assert find(world, where("updated_at", ">", at)) == ([conversations[3]] if inclusive else [])
    assert find(world, where("updated_at", ">", at - 1)) == [conversations[3]]
    assert find(world, where("updated_at", ">=", str(at))) == [conversations[3]]


def test_sorting(world: World, conversations: list[str]) -> None:
    every = where("updated_at", ">", 0)
    assert find(world, every) == conversations[::-1]
    assert find(world, every, sort={"field": "created_at", "order": "ascending"}) == conversations
    with pytest.raises(IntercomError) as refusal:
        find(world, every, sort={"field": "created_at", "order": "up"})
    assert refusal.value.code == "invalid_sort_order"
    with pytest.raises(IntercomError, match="cannot sort by contact_ids"):
        find(world, every, sort={"field": "contact_ids"})


def test_sorting_by_text_with_missing_values(world: World, conversations: list[str], jennifer: Customer) -> None:
    from_phone = str(world.write(jennifer, "messenger", "Hi", client="ios", new_conversation=True))
    answer = find(world, where("updated_at", ">", 0), sort={"field": "source.url", "order": "ascending"})
    assert answer[0] == from_phone, "an app has no page; text that is absent sorts first"
    assert len(answer) == 5


def test_an_item_that_moves_during_paging_is_repeated_or_skipped(
    world: World, jennifer: Customer, conversations: list[str]
) -> None:
    body: dict[str, Any] = {
        "query": where("updated_at", ">", 0),
        "sort": {"field": "updated_at", "order": "ascending"},
        "pagination": {"per_page": 2},
    }
    first = world.intercom.search_conversations(body)
    world.write(jennifer, "messenger", "moved", conversation_id=conversations[0])
    body["pagination"]["starting_after"] = first["pages"]["next"]["starting_after"]
    second = world.intercom.search_conversations(body)
    body["pagination"]["starting_after"] = second["pages"]["next"]["starting_after"]
    third = world.intercom.search_conversations(body)
    pages = [[c["id"] for c in answer["conversations"]] for answer in (first, second, third)]
    assert pages == [[conversations[0], conversations[1]], [conversations[2], conversations[3]], [conversations[0]]]
    assert [answer["pages"]["page"] for answer in (first, second, third)] == [1, 2, 3]
    assert "next" not in third["pages"]


@pytest.mark.parametrize("pagination", [{"per_page": 0}, {"per_page": 151}, {"starting_after": "!"}])
def test_invalid_paging_is_refused(world: World, pagination: dict[str, Any]) -> None:
    with pytest.raises(IntercomError) as refusal:
        find(world, where("updated_at", ">", 0), pagination=pagination)
    assert refusal.value.status == 400


@given(size=st.integers(1, 150), count=st.integers(0, 12), ascending=st.booleans())
def test_pages_contain_everything_once(size: int, count: int, ascending: bool) -> None:
    world = World()
    jennifer = world.add_customer("Jennifer", phone="+353871234567")
    ids = [world.write(jennifer, "messenger", str(n), new_conversation=True) for n in range(count)]
    body: dict[str, Any] = {
        "query": where("updated_at", ">", 0),
        "sort": {"field": "updated_at", "order": "ascending" if ascending else "descending"},
        "pagination": {"per_page": size},
    }
    found: list[str] = []
    while True:
        answer = world.intercom.search_conversations(body)
        found += [c["id"] for c in answer["conversations"]]
        if "next" not in answer["pages"]:
            break
        body["pagination"]["starting_after"] = answer["pages"]["next"]["starting_after"]
    assert found == (ids if ascending else ids[::-1])


def test_contacts_by_text_phone_and_attribute(world: World) -> None:
    world.add_customer("Anna Kowalska", phone="+48 501 234 567", email="anna@example.com", known_as="user")
    omar = world.add_customer("Omar Haddad", telegram_id=42)
    world.write(omar, on="telegram", text="Hi")
    assert people(world, where("phone", "~", "501 234")) == ["Anna Kowalska"]
    assert people(world, where("phone", "=", "+48501234567")) == [], "search compares the stored text"
    assert people(world, where("email_domain", "=", "example.com")) == ["Anna Kowalska"]
    assert people(world, where("role", "IN", ["lead"])) == ["Omar Haddad"]
    assert people(world, where("custom_attributes.octopods_telegram_user_id", "=", "42")) == ["Omar Haddad"]


@pytest.mark.parametrize("operator", ["IN", "NIN", "~", "^", ">"])
def test_contacts_are_found_by_a_tag_with_equals_alone(world: World, operator: str) -> None:
    with pytest.raises(IntercomError) as refusal:
        people(world, where("tag_id", operator, ["86"]))
    assert (refusal.value.status, refusal.value.field) == (400, "operator")


@pytest.mark.parametrize("field", ["segment_id", "location.city", "android_device", "language_override", "avatar"])
def test_documented_contact_fields_are_known_even_when_empty(world: World, jennifer: Customer, field: str) -> None:
    assert people(world, where(field, "=", "x")) == []
    assert people(world, where(field, "!=", "x")) == ["Jennifer Okafor"]


def test_contact_dates_are_whole_days(world: World) -> None:
    midnight = 1_790_035_200
    assert midnight % DAY == 0
    world.clock.move_to(midnight + 3600)
    world.add_customer("Monday", email="m@example.com", known_as="user")
    world.clock.move_to(midnight + DAY)
    world.add_customer("Tuesday", email="t@example.com", known_as="user")
    noon = midnight + DAY // 2
    assert people(world, where("created_at", "=", noon)) == ["Monday"]
    assert people(world, where("created_at", ">", midnight)) == ["Tuesday"]
    assert people(world, where("created_at", "<", midnight + DAY + 7200)) == ["Monday"]
    with pytest.raises(IntercomError):
        people(world, where("created_at", ">=", noon))


def test_search_lags_behind_and_get_does_not(world: World, jennifer: Customer) -> None:
    old = str(world.write(jennifer, "messenger", "old", new_conversation=True))
    world.settings.search_lag_s = 30
    world.advance(60)
    new = str(world.write(jennifer, "messenger", "new", new_conversation=True))
    world.teammate_close(old, AGENT)
    world.advance(10)
    world.teammate_open(old, AGENT)
    is_open = where("state", "=", "open")
    assert find(world, is_open) == [old]
    assert world.intercom.get_conversation(new)["id"] == new
    world.advance(20)
    assert find(world, is_open) == [new]
    assert find(world, where("state", "=", "closed")) == [old]
    world.advance(10)
    assert sorted(find(world, is_open)) == [old, new]
    mei = world.add_customer("Mei", phone="+6591234567")
    world.write(mei, text="Hi")
    assert people(world, where("phone", "=", "+6591234567")) == []
    world.advance(30)
    assert people(world, where("phone", "=", "+6591234567")) == ["Mei"]
