"""POST /conversations/last/reply over HTTP: which conversation `last` stands for."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from desktop.sandbox.server import Sandbox
from desktop.sandbox.world import AGENT

MEI = {"email": "mei@example.com", "external_id": "crm-7"}


@pytest.fixture(autouse=True)
def standing_clock(sandbox: Sandbox) -> None:
    with sandbox.lock:
        sandbox.world.clock.run(0)


@pytest.fixture
def mei(sandbox: Sandbox, api: httpx.Client) -> tuple[str, list[str]]:
    """A user's contact id and the ids of their two conversations, the older one first and a minute apart."""
    contact = api.post("/contacts", json={"role": "user", **MEI}).json()["id"]
    conversations = []
    for text in ("first", "second"):
        made = api.post("/conversations", json={"from": {"type": "user", "id": contact}, "body": text}).json()
        conversations.append(made["conversation_id"])
        with sandbox.lock:
            sandbox.world.clock.advance(60)
    return contact, conversations


def reply(api: httpx.Client, body: dict[str, Any], conversation_id: str = "last") -> httpx.Response:
    return api.post(f"/conversations/{conversation_id}/reply", json={"message_type": "comment", "body": "Hi", **body})


def last_part(response: httpx.Response) -> tuple[str, str, str]:
    """Conversation, and type and id of the author of its newest part."""
    assert response.status_code == 200
    answer = response.json()
    author = answer["conversation_parts"]["conversation_parts"][-1]["author"]
    return answer["id"], author["type"], author["id"]


def test_last_is_the_contacts_most_recently_updated_conversation(
    sandbox: Sandbox, api: httpx.Client, mei: tuple[str, list[str]]
) -> None:
    contact, (older, newer) = mei
    as_contact = {"type": "user", "intercom_user_id": contact}
    assert last_part(reply(api, as_contact)) == (newer, "user", contact)
    with sandbox.lock:
        sandbox.world.clock.advance(60)
    reply(api, {"type": "admin", "admin_id": AGENT}, older)
    assert last_part(reply(api, as_contact)) == (older, "user", contact)


@pytest.mark.parametrize("name", [{"email": "Mei@example.com"}, {"user_id": "crm-7"}])
def test_the_contact_may_be_named_by_email_or_external_id(
    api: httpx.Client, mei: tuple[str, list[str]], name: dict[str, str]
) -> None:
    contact, (_, newer) = mei
    assert last_part(reply(api, {"type": "user", **name})) == (newer, "user", contact)


def test_a_teammate_names_the_contact_too(api: httpx.Client, mei: tuple[str, list[str]]) -> None:
    contact, (_, newer) = mei
    answer = reply(api, {"type": "admin", "admin_id": AGENT, "intercom_user_id": contact})
    assert last_part(answer) == (newer, "admin", AGENT)
    unnamed = reply(api, {"type": "admin", "admin_id": AGENT})
    assert (unnamed.status_code, unnamed.json()["errors"][0]["code"]) == (404, "not_found")


def test_replies_to_last_count_for_the_conversation_they_reach(
    sandbox: Sandbox, api: httpx.Client, mei: tuple[str, list[str]]
) -> None:
    contact, (_, newer) = mei
    with sandbox.lock:
        sandbox.world.settings.replies_per_conversation_per_10s = 1
    assert reply(api, {"type": "admin", "admin_id": AGENT, "intercom_user_id": contact}).status_code == 200
    assert reply(api, {"type": "admin", "admin_id": AGENT}, newer).status_code == 400


def test_a_contact_without_conversations_has_no_last_conversation(
    api: httpx.Client, mei: tuple[str, list[str]]
) -> None:
    quiet = api.post("/contacts", json={"role": "lead", "email": "quiet@example.com"}).json()["id"]
    for name in ({"intercom_user_id": quiet}, {"email": "nobody@example.com"}, {"user_id": "crm-8"}):
        response = reply(api, {"type": "user", **name})
        assert (response.status_code, response.json()["errors"][0]["code"]) == (404, "not_found")
    assert api.get("/conversations/last").status_code == 404


def test_an_email_of_two_users_is_a_conflict(sandbox: Sandbox, api: httpx.Client, mei: tuple[str, list[str]]) -> None:
    with sandbox.lock:
        sandbox.world.add_customer("Mei Chen", email="mei@example.com", known_as="user")
    response = reply(api, {"type": "user", "email": "mei@example.com"})
    assert (response.status_code, response.json()["errors"][0]["code"]) == (409, "conflict")
