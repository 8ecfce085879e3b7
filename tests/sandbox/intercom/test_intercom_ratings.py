"""Ratings over HTTP: how a conversation shows them, and how search finds them and the first channel."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from desktop.sandbox.intercom import ratings
from desktop.sandbox.intercom.errors import IntercomError
from desktop.sandbox.server import Sandbox
from desktop.sandbox.world import AGENT, COLLEAGUE, World

START = 2_000_000_000


@pytest.fixture
def rated(sandbox: Sandbox) -> list[str]:
    """Five conversations: 2 of 5 for Sam, 5 of 5 for Priya, asked for in vain, never asked for, an email.

    They are asked for at START and rated at START + 60, all by Jennifer.
    """
    with sandbox.lock:
        world = sandbox.world
        world.clock.run(0)
        world.clock.move_to(START)
        jennifer = world.add_customer("Jennifer Okafor", email="jennifer@example.com", known_as="user")
        ids = [str(world.write(jennifer, "messenger", str(n), new_conversation=True)) for n in range(4)]
        ids.append(str(world.write(jennifer, "email", "By mail")))
        world.teammate_assign(ids[0], AGENT, AGENT)
        world.teammate_assign(ids[1], AGENT, COLLEAGUE)
        for conversation in ids[:3]:
            ratings.request(world.workspace, world.workspace.conversation(conversation))
        world.advance(60)
        ratings.rate(world.workspace, world.workspace.conversation(ids[0]), 2, "Took days")
        ratings.rate(world.workspace, world.workspace.conversation(ids[1]), 5)
    return ids


def find(api: httpx.Client, field: str, operator: str, value: Any) -> httpx.Response:
    body = {"query": {"field": field, "operator": operator, "value": value}}
    return api.post("/conversations/search", json=body)


@pytest.mark.parametrize(
    ("field", "operator", "value", "expected"),
    [
        ("conversation_rating.score", "=", 2, [0]),
        ("conversation_rating.score", "=", "5", [1]),
        ("conversation_rating.score", ">", 2, [1]),
        ("conversation_rating.score", "<", 5, [0]),
        ("conversation_rating.score", "IN", [1, 2], [0]),
        ("conversation_rating.score", "NIN", [1, 2], [1, 2, 3, 4]),
        ("conversation_rating.score", "!=", 2, [1, 2, 3, 4]),
        ("conversation_rating.score", "!=", None, [0, 1]),
        ("conversation_rating.requested_at", "=", START, [0, 1, 2]),
        ("conversation_rating.replied_at", ">", START + 59, [0, 1]),
        ("conversation_rating.replied_at", ">", START + 60, []),
        ("conversation_rating.remark", "~", "days", [0]),
        ("conversation_rating.remark", "^", "took", [0]),
        ("conversation_rating.admin_d", "=", COLLEAGUE, [1]),
        ("channel_initiated", "=", "email", [4]),
        ("channel_initiated", "IN", ["messenger"], [0, 1, 2, 3]),
        ("channel_initiated", "$", "mail", [4]),
    ],
)
def test_search(
    api: httpx.Client, rated: list[str], field: str, operator: str, value: Any, expected: list[int]
) -> None:
    answer = find(api, field, operator, value).json()
    assert sorted(c["id"] for c in answer["conversations"]) == [rated[i] for i in expected]


@pytest.mark.parametrize(
    ("field", "operator", "value", "wrong"),
    [
        ("conversation_rating.score", "~", 2, "operator"),
        ("conversation_rating.score", "=", "two", "value"),
        ("conversation_rating.score", "IN", 2, "value"),
        ("conversation_rating.remark", ">", "a", "operator"),
        ("conversation_rating.replied_at", "$", 1, "operator"),
        ("channel_initiated", "<", "email", "operator"),
    ],
)
def test_invalid_searches_are_refused(
    api: httpx.Client, rated: list[str], field: str, operator: str, value: Any, wrong: str
) -> None:
    response = find(api, field, operator, value)
    (error,) = response.json()["errors"]
    assert (response.status_code, error["code"], error["field"]) == (400, "parameter_invalid", wrong)


def test_a_rating_is_shown_once_it_has_a_score(api: httpx.Client, rated: list[str]) -> None:
    shown = [api.get(f"/conversations/{c}").json() for c in rated]
    assert shown[0]["conversation_rating"] == {
        "rating": 2,
        "remark": "Took days",
        "created_at": START,
        "updated_at": START + 60,
        "contact": shown[0]["contacts"]["contacts"][0],
        "teammate": {"type": "admin", "id": AGENT},
    }
    assert [c["conversation_rating"] for c in shown[2:]] == [None, None, None]
    part = shown[0]["conversation_parts"]["conversation_parts"][-1]
    assert (part["part_type"], part["body"], part["author"]["type"]) == ("conversation_rating_changed", None, "user")


def test_a_rating_is_from_1_to_5_and_follows_a_request(world: World) -> None:
    jennifer = world.add_customer("Jennifer", phone="+353871234567")
    conversation = world.workspace.conversation(str(world.write(jennifer, "messenger", "Hi")))
    with pytest.raises(IntercomError):
        ratings.rate(world.workspace, conversation, 3)
    ratings.request(world.workspace, conversation)
    for score in (0, 6):
        with pytest.raises(IntercomError):
            ratings.rate(world.workspace, conversation, score)
    assert world.intercom.get_conversation(conversation.id)["conversation_rating"] is None
