"""Tags and contact notes over HTTP."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from desktop.sandbox.server import Sandbox
from desktop.sandbox.world import AGENT, COLLEAGUE, OWNER

NOW = 2_000_000_000
NOBODY = "6762f2341bb69f9f2193ffff"


@pytest.fixture(autouse=True)
def standing_clock(sandbox: Sandbox) -> None:
    with sandbox.lock:
        sandbox.world.clock.run(0)
        sandbox.world.clock.move_to(NOW)


@pytest.fixture
def contact(api: httpx.Client) -> str:
    return str(api.post("/contacts", json={"role": "lead", "name": "Mei", "phone": "+6591234567"}).json()["id"])


def tag_named(api: httpx.Client, name: str) -> str:
    response = api.post("/tags", json={"name": name})
    assert response.status_code == 200
    return str(response.json()["id"])


def code(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["errors"][0]["code"]


def names(api: httpx.Client) -> list[str]:
    return [t["name"] for t in api.get("/tags").json()["data"]]


def found_by_tag(api: httpx.Client, tag: str) -> list[str]:
    query = {"query": {"field": "tag_id", "operator": "=", "value": tag}}
    return [c["id"] for c in api.post("/contacts/search", json=query).json()["data"]]


def test_tag_names_are_case_insensitive(api: httpx.Client) -> None:
    made = api.post("/tags", json={"name": "VIP"}).json()
    assert made == {"type": "tag", "id": made["id"], "name": "VIP", "users": [], "companies": []}
    assert tag_named(api, "vip") == made["id"]
    assert names(api).count("VIP") == 1
    assert api.get(f"/tags/{made['id']}").json() == {"type": "tag", "id": made["id"], "name": "VIP"}


def test_a_tag_is_renamed_by_its_id(api: httpx.Client) -> None:
    tag, other = tag_named(api, "VIP"), tag_named(api, "Refund")
    assert api.post("/tags", json={"id": tag, "name": "Gold"}).json()["name"] == "Gold"
    assert api.post("/tags", json={"id": int(tag), "name": "gold"}).json()["name"] == "gold"
    assert api.get(f"/tags/{tag}").json()["name"] == "gold"
    assert code(api.post("/tags", json={"id": other, "name": "GOLD"})) == (400, "parameter_invalid")
    assert code(api.post("/tags", json={"id": "1", "name": "New"})) == (404, "not_found")
    assert "New" not in names(api)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"test": "invalid"},
        {"name": ""},
        {"name": 7},
        {"name": "New", "users": "6"},
        {"name": "New", "users": ["6"]},
    ],
)
def test_invalid_tags_are_refused(api: httpx.Client, body: dict[str, Any]) -> None:
    assert code(api.post("/tags", json=body)) == (400, "parameter_invalid")
    assert "New" not in names(api)


def test_several_contacts_are_tagged_and_untagged_at_once(api: httpx.Client, contact: str) -> None:
    other = str(api.post("/contacts", json={"role": "user", "email": "anna@example.com"}).json()["id"])
    answer = api.post("/tags", json={"name": "VIP", "users": [{"id": contact}, {"id": other}]}).json()
    assert answer["users"] == [{"id": contact, "tagged": True}, {"id": other, "tagged": True}]
    assert sorted(found_by_tag(api, answer["id"])) == sorted([contact, other])
    again = api.post("/tags", json={"name": "VIP", "users": [{"id": other, "untag": True}]}).json()
    assert again["users"] == [{"id": other, "tagged": False}]
    assert found_by_tag(api, answer["id"]) == [contact]


@pytest.mark.parametrize("more", [{"users": [{"id": NOBODY}]}, {"companies": [{"company_id": "123"}]}])
def test_a_refused_request_creates_no_tag(api: httpx.Client, contact: str, more: dict[str, Any]) -> None:
    body = {"name": "New", "users": [{"id": contact}]} | more
    assert code(api.post("/tags", json=body)) == (404, "not_found")
    assert "New" not in names(api)
    assert api.get(f"/contacts/{contact}/tags").json()["data"] == []


def test_a_deleted_tag_is_gone_everywhere(sandbox: Sandbox, api: httpx.Client, contact: str) -> None:
    tag = tag_named(api, "VIP")
    api.post(f"/contacts/{contact}/tags", json={"id": tag})
    made = api.post("/conversations", json={"from": {"type": "lead", "id": contact}, "body": "Hi"}).json()
    path = f"/conversations/{made['conversation_id']}"
    api.post(f"{path}/tags", json={"id": tag, "admin_id": AGENT})
    with sandbox.lock:
        sandbox.world.settings.search_lag_s = 60
    response = api.delete(f"/tags/{tag}")
    assert (response.status_code, response.content) == (200, b"")
    assert "X-Request-Id" in response.headers
    assert api.get(path).json()["tags"]["tags"] == []
    assert api.get(f"/contacts/{contact}").json()["tags"]["total_count"] == 0
    assert api.get("/conversations").json()["conversations"][0]["tags"]["tags"] == [], "seen by an index that lags"
    for call in (api.get, api.delete):
        assert code(call(f"/tags/{tag}")) == (404, "not_found")
    assert "VIP" not in names(api)


def test_a_contact_is_tagged_once_by_the_tokens_owner(api: httpx.Client, contact: str) -> None:
    tag = tag_named(api, "VIP")
    expected = {
        "type": "tag",
        "id": tag,
        "name": "VIP",
        "applied_at": NOW,
        "applied_by": {"type": "admin", "id": OWNER},
    }
    assert api.post(f"/contacts/{contact}/tags", json={"id": tag}).json() == expected
    assert api.post(f"/contacts/{contact}/tags", json={"id": int(tag)}).json() == expected
    assert api.get(f"/contacts/{contact}/tags").json() == {"type": "list", "data": [expected]}
    embedded = api.get(f"/contacts/{contact}").json()["tags"]
    assert embedded["data"] == [{"type": "tag", "id": tag, "url": f"/tags/{tag}"}]
    assert found_by_tag(api, tag) == [contact]
    assert api.delete(f"/contacts/{contact}/tags/{tag}").json() == expected
    assert api.get(f"/contacts/{contact}/tags").json()["data"] == []
    assert code(api.delete(f"/contacts/{contact}/tags/{tag}")) == (404, "not_found")


def test_unknown_tags_and_contacts_are_404(api: httpx.Client, contact: str) -> None:
    tag = tag_named(api, "VIP")
    user = api.post("/contacts", json={"role": "user", "phone": "+6591234567"}).json()["id"]
    assert code(api.post(f"/contacts/{contact}/tags", json={"id": "1"})) == (404, "not_found")
    assert code(api.post(f"/contacts/{contact}/tags", json={})) == (404, "not_found")
    api.post("/contacts/merge", json={"from": contact, "into": user})
    for nobody in (NOBODY, contact):
        for answer in (
            api.get(f"/contacts/{nobody}/tags"),
            api.post(f"/contacts/{nobody}/tags", json={"id": tag}),
            api.delete(f"/contacts/{nobody}/tags/{tag}"),
            api.get(f"/contacts/{nobody}/notes"),
            api.post(f"/contacts/{nobody}/notes", json={"body": "Hi"}),
        ):
            assert code(answer) == (404, "not_found")
            assert answer.json()["errors"][0]["message"] == "User Not Found"


def test_a_contact_has_ten_tags_and_notes_and_the_url_of_all(api: httpx.Client, contact: str) -> None:
    for number in range(12):
        api.post(f"/contacts/{contact}/tags", json={"id": tag_named(api, f"Tag {number}")})
        api.post(f"/contacts/{contact}/notes", json={"body": str(number)})
    answer = api.get(f"/contacts/{contact}").json()
    for name in ("tags", "notes"):
        embedded = answer[name]
        assert (len(embedded["data"]), embedded["total_count"], embedded["has_more"]) == (10, 12, True)
        assert len(api.get(embedded["url"]).json()["data"]) == 12


def test_notes_are_written_and_read(sandbox: Sandbox, api: httpx.Client, contact: str) -> None:
    first = api.post(f"/contacts/{contact}/notes", json={"body": "Prefers calls", "admin_id": COLLEAGUE}).json()
    assert (first["type"], first["body"], first["created_at"]) == ("note", "<p>Prefers calls</p>", NOW)
    assert first["contact"] == {"type": "contact", "id": contact}
    assert (first["author"]["type"], first["author"]["id"], first["author"]["name"]) == ("admin", "7002", "Priya Nair")
    with sandbox.lock:
        sandbox.world.clock.advance(60)
    second = api.post(f"/contacts/{contact}/notes", json={"body": "<p>Moved</p>"}).json()
    assert (second["author"]["id"], second["body"]) == (OWNER, "<p>Moved</p>")
    assert api.get(f"/notes/{first['id']}").json() == first
    listed = api.get(f"/contacts/{contact}/notes").json()
    assert [n["id"] for n in listed["data"]] == [second["id"], first["id"]], "the newest first"
    assert listed["total_count"] == 2
    page = api.get(f"/contacts/{contact}/notes", params={"per_page": 1}).json()
    cursor = page["pages"]["next"]["starting_after"]
    rest = api.get(f"/contacts/{contact}/notes", params={"per_page": 1, "starting_after": cursor}).json()
    assert [n["id"] for n in page["data"] + rest["data"]] == [second["id"], first["id"]]


def test_invalid_notes_are_refused(api: httpx.Client, contact: str) -> None:
    path = f"/contacts/{contact}/notes"
    assert code(api.post(path, json={})) == (400, "parameter_invalid")
    assert code(api.post(path, json={"body": 7})) == (400, "type_mismatch")
    unknown = api.post(path, json={"body": "Hi", "admin_id": 123})
    assert code(unknown) == (404, "not_found")
    assert unknown.json()["errors"][0]["message"] == "Resource Not Found"
    assert code(api.get("/notes/1")) == (404, "not_found")
    assert api.get(path).json()["data"] == []


def test_tags_and_notes_move_with_a_merge(api: httpx.Client, contact: str) -> None:
    user = str(api.post("/contacts", json={"role": "user", "phone": "+6591234567"}).json()["id"])
    shared, own = tag_named(api, "VIP"), tag_named(api, "Refund")
    api.post("/tags", json={"name": "VIP", "users": [{"id": contact}, {"id": user}]})
    api.post(f"/contacts/{contact}/tags", json={"id": own})
    note = api.post(f"/contacts/{contact}/notes", json={"body": "Hi"}).json()["id"]
    api.post("/contacts/merge", json={"from": contact, "into": user})
    assert [t["id"] for t in api.get(f"/contacts/{user}/tags").json()["data"]] == [shared, own]
    assert [n["id"] for n in api.get(f"/contacts/{user}/notes").json()["data"]] == [note]
    assert api.get(f"/notes/{note}").json()["contact"]["id"] == user
