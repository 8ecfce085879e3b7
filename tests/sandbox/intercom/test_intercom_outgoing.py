"""`POST /messages` over HTTP: what it needs, and that there is a conversation at once only where one is asked for."""

from __future__ import annotations

from typing import Any

import httpx

from desktop.sandbox.server import Sandbox
from desktop.sandbox.world import AGENT


def send(api: httpx.Client, contact_id: str, **fields: Any) -> httpx.Response:
    message = {"message_type": "in_app", "from": {"type": "admin", "id": AGENT}, "body": "<p>We found it.</p>"}
    return api.post("/messages", json=message | {"to": {"type": "user", "id": contact_id}} | fields)


def code(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["errors"][0]["code"]


def test_a_message_is_a_conversation_once_it_is_answered_or_at_once(api: httpx.Client, sandbox: Sandbox) -> None:
    with sandbox.lock:
        world = sandbox.world
        mei = world.add_customer("Mei", email="mei@example.com", phone="+353861112223", known_as="user")
        [contact_id] = world.contact_ids(mei)
    answer = send(api, contact_id).json()
    assert (answer["type"], answer["message_type"], "conversation_id" in answer) == ("admin_message", "inapp", False)
    assert api.get("/conversations").json()["total_count"] == 0
    with sandbox.lock:
        [shown] = world.screens(mei)["messenger"]
        assert [i["text"] for i in shown["items"]] == ["We found it."]
    assert api.get(f"/conversations/{shown['conversation_id']}").status_code == 404
    with sandbox.lock:
        assert world.write(mei, "messenger", "Thank you!") == shown["conversation_id"]
    assert api.get(f"/conversations/{shown['conversation_id']}").json()["source"]["delivered_as"] == "admin_initiated"
    mail = {"message_type": "email", "subject": "Your parcel", "template": "plain"}
    begun = send(api, contact_id, create_conversation_without_contact_reply=True, **mail).json()
    assert begun["id"] != begun["conversation_id"]
    assert api.get(f"/conversations/{begun['conversation_id']}").json()["source"]["subject"] == "Your parcel"
    with sandbox.lock:
        assert [i["text"] for i in world.screens(mei)["email"]] == ["We found it."]
        world.edit_contact(contact_id, unsubscribed_from_emails=True)
    assert code(send(api, contact_id, **mail)) == (403, "action_forbidden")
    assert code(send(api, contact_id, **mail | {"subject": ""})) == (422, "parameter_not_found")
    assert code(send(api, contact_id, body="")) == (422, "parameter_not_found")
    assert code(send(api, contact_id, to={"type": "lead", "id": contact_id})) == (404, "not_found")
    assert code(send(api, contact_id, message_type="fax")) == (400, "parameter_invalid")
    with sandbox.lock:
        world.settings.contact_lag_s = 5.0
    new = api.post("/contacts", json={"role": "user", "email": "new@example.com"}).json()["id"]
    assert code(send(api, new)) == (404, "not_found")
