"""Intercom over HTTP: authentication, versions, limits, headers, downloads."""

from __future__ import annotations

import json
import uuid
from email.utils import parsedate_to_datetime

import httpx
import pytest

from desktop.sandbox.model.people import Customer, File
from desktop.sandbox.server import Sandbox
from desktop.sandbox.world import AGENT, World


@pytest.fixture
def world(sandbox: Sandbox) -> World:
    """The world with a standing clock, so that rate limit windows and links do not expire."""
    with sandbox.lock:
        sandbox.world.clock.run(0)
    return sandbox.world


@pytest.fixture
def conversation(world: World, jennifer: Customer) -> str:
    return str(world.write(jennifer, text="Hi"))


def problem(response: httpx.Response) -> tuple[int, str]:
    body = response.json()
    assert body["type"] == "error.list"
    assert body["request_id"] == response.headers["X-Request-Id"]
    uuid.UUID(body["request_id"])
    return response.status_code, body["errors"][0]["code"]


@pytest.mark.parametrize(
    ("authorization", "code"),
    [
        (None, "missing_authorization"),
        ("Basic abc", "missing_authorization"),
        ("Bearer", "missing_authorization"),
        ("Bearer wrong", "unauthorized"),
    ],
)
def test_bad_credentials_are_401_without_rate_headers(sandbox: Sandbox, authorization: str | None, code: str) -> None:
    headers = {"Authorization": authorization} if authorization else {}
    response = httpx.get(sandbox.urls["intercom"]["base_url"] + "/me", headers=headers)
    assert problem(response) == (401, code)
    assert not [h for h in response.headers if h.startswith("x-ratelimit")]


def test_rate_limit_counts_per_token_and_ten_seconds(sandbox: Sandbox, world: World, api: httpx.Client) -> None:
    world.settings.rate_limit_per_10s = 3
    world.advance(10 - world.now % 10)
    left = []
    for _ in range(3):
        response = api.get("/me")
        assert response.status_code == 200
        left.append(response.headers["X-RateLimit-Remaining"])
    assert left == ["2", "1", "0"]
    response = api.get("/me")
    assert problem(response) == (429, "rate_limit_exceeded")
    assert response.json()["errors"][0]["message"] == "Exceeded rate limit of 3 in 10_seconds"
    assert response.headers["X-RateLimit-Limit"] == "3"
    assert int(response.headers["X-RateLimit-Reset"]) == world.now + 10
    assert parsedate_to_datetime(response.headers["Date"]).timestamp() == world.now
    other = {"Authorization": f"Bearer {sandbox.urls['bridge']['token']}"}
    assert api.get("/me", headers=other).status_code == 200
    world.advance(10)
    assert api.get("/me").status_code == 200


def test_a_refused_reply_is_not_created(world: World, api: httpx.Client, conversation: str) -> None:
    world.settings.rate_limit_per_10s = 0
    body = {"type": "admin", "message_type": "comment", "admin_id": AGENT, "body": "Hi"}
    assert api.post(f"/conversations/{conversation}/reply", json=body).status_code == 429
    assert world.intercom.parts(conversation) == []


@pytest.mark.parametrize("version", ["9.9", "2.17", "latest"])
def test_unknown_versions_are_refused(api: httpx.Client, version: str) -> None:
    response = api.get("/me", headers={"Intercom-Version": version})
    assert problem(response) == (400, "intercom_version_invalid")


def test_the_preview_alone_takes_a_priority(api: httpx.Client, world: World, conversation: str) -> None:
    path, preview = f"/conversations/{conversation}", {"Intercom-Version": "Preview"}
    assert api.put(path, json={"priority": "high", "admin_id": AGENT}).json()["priority"] == "none"
    answer = api.put(path, json={"priority": "high", "admin_id": AGENT}, headers=preview)
    assert answer.json()["priority"] == api.get(path).json()["priority"] == "high"
    refused = api.put(path, json={"priority": "highest", "admin_id": AGENT}, headers=preview)
    assert problem(refused) == (400, "parameter_invalid")
    assert api.put(path, json={"priority": "low"}, headers=preview).status_code == 404
    world.settings.accepts_priority = False
    refused = api.put(path, json={"priority": "low", "admin_id": AGENT}, headers=preview)
    assert problem(refused) == (400, "parameter_invalid")
    assert api.get(path).json()["priority"] == "high"


def test_a_conversation_is_marked_read_and_never_unread(api: httpx.Client, conversation: str) -> None:
    for read in (True, False):
        assert api.put(f"/conversations/{conversation}", json={"read": read}).json()["read"]


def test_without_a_version_header_an_older_version_answers(
    sandbox: Sandbox, api: httpx.Client, world: World, jennifer: Customer, conversation: str
) -> None:
    world.write(jennifer, text="More")
    token = {"Authorization": api.headers["Authorization"]}
    root = sandbox.urls["intercom"]["base_url"]
    old = httpx.get(f"{root}/conversations/{conversation}", headers=token).json()
    (part,) = old["conversation_parts"]["conversation_parts"]
    assert not {"app_package_code", "email_message_metadata", "state", "tags", "metadata"} & set(part)
    assert "channel" not in old
    assert (old["admin_assignee_id"], old["priority"]) == (None, "not_priority")
    assert problem(httpx.get(f"{root}/macros", headers=token)) == (400, "intercom_version_invalid")
    newer = api.get(f"/conversations/{conversation}", headers={"Intercom-Version": "2.13"}).json()
    assert newer["conversation_parts"]["conversation_parts"][0]["app_package_code"] is not None
    assert newer["admin_assignee_id"] is None
    newest = api.get(f"/conversations/{conversation}").json()
    assert (newest["admin_assignee_id"], newest["priority"]) == (0, "none")
    listed = httpx.get(f"{root}/conversations", headers=token).json()
    assert listed["conversations"][0]["team_assignee_id"] is None


def test_merged_contacts_were_404_before_2_16(api: httpx.Client, world: World) -> None:
    mei = world.add_customer("Mei", phone="+6591234567", known_as="lead")
    (lead,) = world.contact_ids(mei)
    user = api.post("/contacts", json={"role": "user", "email": "m@example.com", "owner_id": 7001}).json()
    assert user["owner_id"] == "7001"
    world.merge(lead, user["id"])
    response = api.get(f"/contacts/{lead}")
    assert problem(response) == (410, "contact_merged")
    assert response.headers["Link"] == f'</contacts/{user["id"]}>; rel="canonical"'
    older = {"Intercom-Version": "2.15"}
    assert problem(api.get(f"/contacts/{lead}", headers=older)) == (404, "not_found")
    assert api.get(f"/contacts/{user['id']}", headers=older).json()["owner_id"] == 7001


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/nothing"), ("GET", "/"), ("DELETE", "/me"), ("PATCH", "/conversations/1"), ("GET", "/me/")],
)
def test_unknown_paths_and_methods_are_404(api: httpx.Client, method: str, path: str) -> None:
    assert problem(api.request(method, path)) == (404, "not_found")


def test_accept_must_allow_json(api: httpx.Client) -> None:
    assert problem(api.get("/me", headers={"Accept": "text/html"})) == (406, "not_acceptable")
    assert api.get("/me", headers={"Accept": "application/json"}).status_code == 200


@pytest.mark.parametrize("content", [b"{", b"[1]", b"\xff\xfe", b'"words"'])
def test_bodies_must_be_json_objects(api: httpx.Client, content: bytes) -> None:
    assert problem(api.post("/conversations/search", content=content)) == (400, "bad_request")


def test_attachments_download_for_half_an_hour(api: httpx.Client, world: World, jennifer: Customer) -> None:
    conversation = world.write(jennifer, text="Look", attachments=[File("a b.png", "image/png", b"picture")])
    url = api.get(f"/conversations/{conversation}").json()["source"]["attachments"][0]["url"]
    response = httpx.get(url)
    assert (response.content, response.headers["Content-Type"]) == (b"picture", "image/png")
    assert httpx.get(url.replace("expires=1", "expires=2")).status_code == 403
    assert httpx.get(url.partition("?")[0]).status_code == 403
    world.advance(1799)
    assert httpx.get(url).status_code == 200
    world.advance(1)
    assert httpx.get(url).status_code == 403
    fresh = api.get(f"/conversations/{conversation}").json()["source"]["attachments"][0]["url"]
    assert httpx.get(fresh).content == b"picture"


def test_an_attachment_can_be_sent_again_by_its_url(api: httpx.Client, world: World, jennifer: Customer) -> None:
    conversation = world.write(jennifer, text="Look", attachments=[File("a.png", "image/png", b"picture")])
    url = api.get(f"/conversations/{conversation}").json()["source"]["attachments"][0]["url"]
    body = {"type": "admin", "message_type": "comment", "admin_id": AGENT, "body": "Is it this?"}
    answer = api.post(f"/conversations/{conversation}/reply", json=body | {"attachment_urls": [url]}).json()
    part = answer["conversation_parts"]["conversation_parts"][-1]
    assert httpx.get(part["attachments"][0]["url"]).content == b"picture"


def test_tags_are_removed_by_a_delete_with_a_body(api: httpx.Client, conversation: str) -> None:
    tag = api.get(f"/conversations/{conversation}").json()["tags"]["tags"][0]
    path = f"/conversations/{conversation}/tags/{tag['id']}"
    assert problem(api.delete(path)) == (404, "admin_not_found")
    assert api.request("DELETE", path, json={"admin_id": AGENT}).json()["name"] == "whatsapp"
    assert api.get(f"/conversations/{conversation}").json()["tags"]["tags"] == []


def test_http_answers_equal_those_in_process(api: httpx.Client, world: World, conversation: str) -> None:
    assert api.get(f"/conversations/{conversation}").json() == json.loads(
        json.dumps(world.intercom.get_conversation(conversation))
    )
    query = {"query": {"field": "id", "operator": "=", "value": conversation}}
    assert api.post("/conversations/search", json=query).json() == world.intercom.search_conversations(query)
