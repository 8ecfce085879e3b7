"""Answers validated against the published description of Intercom 2.16, kept beside the project and never copied.

Known ways in which real answers, and so the sandbox's, differ from the description: they carry keys that no schema
lists, which is allowed everywhere. A `nullable` beside a reference is read as making that place nullable.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from desktop.sandbox.intercom import ratings
from desktop.sandbox.server import Sandbox
from desktop.sandbox.world import AGENT

DESCRIPTION = Path(__file__).parents[3].parent / "shared" / "contracts" / "intercom-openapi-2.16.yaml"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not DESCRIPTION.exists(), reason="the published description is not beside the project"),
]


def to_json_schema(node: Any) -> Any:
    """Convert OpenAPI 3.0 to JSON Schema: `nullable` becomes a null alternative."""
    if isinstance(node, list):
        return [to_json_schema(item) for item in node]
    if not isinstance(node, dict):
        return node
    kept = {k: to_json_schema(v) for k, v in node.items() if k not in ("nullable", "example", "discriminator")}
    return {"anyOf": [kept, {"type": "null"}]} if node.get("nullable") is True else kept


@cache
def description() -> dict[str, Any]:
    yaml = pytest.importorskip("yaml")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    raw = yaml.load(DESCRIPTION.read_text(encoding="utf-8"), Loader=loader)
    return {"paths": raw["paths"], "components": {"schemas": to_json_schema(raw["components"]["schemas"])}}


def check(path: str, verb: str, response: httpx.Response) -> None:
    """Validate an answer against its schema in the description."""
    answers = description()["paths"][path][verb]["responses"]
    assert str(response.status_code) in answers, f"{verb} {path} does not describe {response.status_code}"
    schema = answers[str(response.status_code)]["content"]["application/json"]["schema"]
    whole = {**to_json_schema(schema), "components": description()["components"]}
    Draft202012Validator(whole).validate(response.json())


@pytest.fixture
def sandbox() -> Any:
    with Sandbox.start(seed=3, customers=15, messages=120, demo_story=True) as served:
        yield served


def test_reading(api: httpx.Client) -> None:
    for path in ("/me", "/admins", "/teams", "/tags", "/macros", "/contacts", "/conversations"):
        check(path, "get", api.get(path))
    check("/admins/{admin_id}", "get", api.get("/admins/7001"))
    check("/teams/{team_id}", "get", api.get("/teams/501"))
    query = {"query": {"field": "created_at", "operator": ">", "value": 1}, "pagination": {"per_page": 150}}
    contacts = api.post("/contacts/search", json=query)
    check("/contacts/search", "post", contacts)
    conversations = api.post("/conversations/search", json=query)
    check("/conversations/search", "post", conversations)
    assert conversations.json()["total_count"] > 30
    for contact in contacts.json()["data"]:
        check("/contacts/{contact_id}", "get", api.get(f"/contacts/{contact['id']}"))
    kinds = set()
    for conversation in conversations.json()["conversations"]:
        response = api.get(f"/conversations/{conversation['id']}")
        check("/conversations/{conversation_id}", "get", response)
        kinds |= {p["part_type"] for p in response.json()["conversation_parts"]["conversation_parts"]}
    assert kinds >= {"comment", "note", "open", "close", "assignment", "snoozed"}


def test_writing(api: httpx.Client) -> None:
    lead = api.post("/contacts", json={"role": "lead", "name": "Mei", "phone": "+6591234567"})
    check("/contacts", "post", lead)
    check("/contacts/{contact_id}", "put", api.put(f"/contacts/{lead.json()['id']}", json={"name": "Mei Lin"}))
    made = api.post("/conversations", json={"from": {"type": "lead", "id": lead.json()["id"]}, "body": "Hi"})
    check("/conversations", "post", made)
    path = f"/conversations/{made.json()['conversation_id']}"
    reply: dict[str, Any] = {"type": "admin", "message_type": "comment", "admin_id": AGENT, "body": "<p>Hello</p>"}
    reply["attachment_files"] = [{"name": "a.txt", "content_type": "text/plain", "data": "aGk="}]
    answered = api.post(f"{path}/reply", json=reply)
    check("/conversations/{conversation_id}/reply", "post", answered)
    by_contact = {"type": "user", "message_type": "comment", "intercom_user_id": lead.json()["id"], "body": "More"}
    for body in (by_contact, by_contact | {"intercom_user_id": "1"}):
        last = api.post("/conversations/last/reply", json=body)
        check("/conversations/{conversation_id}/reply", "post", last)
    for change in (
        {"message_type": "assignment", "type": "admin", "admin_id": AGENT, "assignee_id": "7002"},
        {"message_type": "assignment", "type": "admin", "admin_id": AGENT, "assignee_id": "0"},
        {"message_type": "snoozed", "admin_id": AGENT, "snoozed_until": 4_000_000_000},
        {"message_type": "open", "admin_id": AGENT},
        {"message_type": "close", "type": "admin", "admin_id": AGENT},
    ):
        check("/conversations/{conversation_id}/parts", "post", api.post(f"{path}/parts", json=change))
    tag = api.get("/tags").json()["data"][0]["id"]
    tagged = api.post(f"{path}/tags", json={"id": tag, "admin_id": AGENT})
    check("/conversations/{conversation_id}/tags", "post", tagged)
    untagged = api.request("DELETE", f"{path}/tags/{tag}", json={"admin_id": AGENT})
    check("/conversations/{conversation_id}/tags/{tag_id}", "delete", untagged)
    updated = api.put(path, json={"read": True, "custom_attributes": {"Topic": "Delivery"}})
    check("/conversations/{conversation_id}", "put", updated)
    part = answered.json()["conversation_parts"]["conversation_parts"][-1]["id"]
    redaction = {"type": "conversation_part", "conversation_id": path.rpartition("/")[2], "conversation_part_id": part}
    check("/conversations/redact", "post", api.post("/conversations/redact", json=redaction))


def test_ratings(sandbox: Sandbox, api: httpx.Client) -> None:
    with sandbox.lock:
        ws = sandbox.world.workspace
        conversation = next(iter(ws.conversations.values()))
        ratings.request(ws, conversation)
        ratings.rate(ws, conversation, 4)
    check("/conversations/{conversation_id}", "get", api.get(f"/conversations/{conversation.id}"))
    query = {"query": {"field": "conversation_rating.score", "operator": "=", "value": 4}}
    found = api.post("/conversations/search", json=query)
    check("/conversations/search", "post", found)
    assert found.json()["conversations"][0]["conversation_rating"]["rating"] == 4


def test_tags_and_notes(api: httpx.Client) -> None:
    contact = f"/contacts/{api.post('/contacts', json={'role': 'lead'}).json()['id']}"
    made = api.post("/tags", json={"name": "VIP", "users": [{"id": contact.rpartition("/")[2]}]})
    check("/tags", "post", made)
    check("/tags", "post", api.post("/tags", json={"test": "invalid"}))
    tag = made.json()["id"]
    check("/contacts/{contact_id}/tags", "post", api.post(f"{contact}/tags", json={"id": tag}))
    check("/contacts/{contact_id}/tags", "post", api.post(f"{contact}/tags", json={"id": "1"}))
    check("/contacts/{contact_id}/notes", "post", api.post(f"{contact}/notes", json={"body": "Hi"}))
    noted = api.post(f"{contact}/notes", json={"body": "Hi", "admin_id": AGENT})
    check("/contacts/{contact_id}/notes", "post", noted)
    check("/contacts/{contact_id}/notes", "post", api.post(f"{contact}/notes", json={"body": "Hi", "admin_id": 1}))
    check("/contacts/{contact_id}", "get", api.get(contact))
    for person in (contact, "/contacts/1"):
        check("/contacts/{contact_id}/tags", "get", api.get(f"{person}/tags"))
        check("/contacts/{contact_id}/notes", "get", api.get(f"{person}/notes"))
    for note in (noted.json()["id"], "1"):
        check("/notes/{note_id}", "get", api.get(f"/notes/{note}"))
    for _ in range(2):
        untagged = api.delete(f"{contact}/tags/{tag}")
        check("/contacts/{contact_id}/tags/{tag_id}", "delete", untagged)
    check("/tags/{tag_id}", "get", api.get(f"/tags/{tag}"))
    assert api.delete(f"/tags/{tag}").status_code == 200
    check("/tags/{tag_id}", "get", api.get(f"/tags/{tag}"))
    check("/tags/{tag_id}", "delete", api.delete(f"/tags/{tag}"))


def test_away_mode(api: httpx.Client) -> None:
    away = {"away_mode_enabled": True, "away_mode_reassign": True, "away_status_reason_id": 12301}
    for admin in (AGENT, "1"):
        check("/admins/{admin_id}/away", "put", api.put(f"/admins/{admin}/away", json=away))
    check("/admins/{admin_id}", "get", api.get(f"/admins/{AGENT}"))
    check("/away_status_reasons", "get", api.get("/away_status_reasons"))


def test_merging(api: httpx.Client) -> None:
    lead = api.post("/contacts", json={"role": "lead", "phone": "+6591234567"}).json()["id"]
    user = api.post("/contacts", json={"role": "user", "email": "mei@example.com"}).json()["id"]
    pair = {"from": lead, "into": user}
    check("/contacts/merge", "post", api.post("/contacts/merge", json=pair))
    path = "/contacts/merge?include_merge_history=true"
    check("/contacts/merge", "post", api.post(path, json=pair | {"skip_duplicate_validation": True}))
    check("/contacts/{contact_id}", "get", api.get(f"/contacts/{user}?include_merge_history=true"))
    check("/contacts/{contact_id}", "get", api.get(f"/contacts/{lead}"))
    check("/contacts/{id}/merge_history", "get", api.get(f"/contacts/{user}/merge_history"))
    check("/contacts/{id}/merge_history", "get", api.get(f"/contacts/{lead}/merge_history"))


def test_refusals(api: httpx.Client) -> None:
    check("/conversations/{conversation_id}", "get", api.get("/conversations/1"))
    check("/contacts/{contact_id}", "get", api.get("/contacts/1", headers={"Authorization": "Bearer x"}))
    stranger = {"Authorization": "Bearer x"}
    check("/tags", "get", api.get("/tags", headers=stranger))
    check("/conversations/{conversation_id}/reply", "post", api.post("/conversations/1/reply", json={}))


def test_wrong_answers_are_detected(api: httpx.Client) -> None:
    """The conversion must not make the schemas accept everything."""
    response = api.get("/conversations")
    body = response.json()
    body["conversations"][0]["state"] = "sleeping"
    wrong = httpx.Response(200, json=body)
    with pytest.raises(ValidationError, match="sleeping"):
        check("/conversations", "get", wrong)
