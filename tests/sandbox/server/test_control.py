"""The control API offers the world's actions over HTTP."""

from __future__ import annotations

import base64
from typing import Any

import httpx
import pytest

from desktop.sandbox.server import Sandbox


@pytest.fixture
def jennifer(control: httpx.Client) -> str:
    body = {"name": "Jennifer Okafor", "phone": "+353871234567", "email": "j@example.com", "known_as": "user"}
    return control.post("/customers", json=body).json()["id"]


def post(control: httpx.Client, path: str, **body: Any) -> Any:
    response = control.post(path, json=body)
    assert response.status_code == 200, response.text
    return response.json()


def test_a_messenger_answer_after_the_window_from_outside(
    sandbox: Sandbox, control: httpx.Client, jennifer: str
) -> None:
    conversation = post(control, "/write", customer=jennifer, on="whatsapp", text="Hi")["conversation_id"]
    post(control, "/clock", advance_s=25 * 3600)
    written = post(
        control,
        "/write",
        customer=jennifer,
        on="messenger",
        text="Anybody?",
        conversation_id=conversation,
        client="ios",
    )
    assert written == {"conversation_id": conversation}
    reply = post(control, "/teammate", action="reply", conversation_id=conversation, admin_id="7001", text="Sorry!")
    delivery = control.get(f"/deliveries/{reply['part_id']}").json()
    assert [place for place, seen in delivery.items() if seen] == ["messenger"]
    screens = control.get(f"/customers/{jennifer}/screens").json()
    assert [i["text"] for i in screens["whatsapp"]["whatsapp"]] == ["Hi"]
    assert [i["text"] for i in screens["messenger"][0]["items"]] == ["Hi", "Anybody?", "Sorry!"]
    post(control, "/call", customer=jennifer)
    reply = post(control, "/teammate", action="reply", conversation_id=conversation, admin_id="7001", text="You rang?")
    assert control.get(f"/deliveries/{reply['part_id']}").json()["whatsapp"] is True


def test_all_actions_of_teammates(sandbox: Sandbox, control: httpx.Client, api: httpx.Client, jennifer: str) -> None:
    conversation = post(control, "/write", customer=jennifer, on="sms", text="Hi")["conversation_id"]
    here = {"conversation_id": conversation, "admin_id": "7002"}
    now = control.get("/state").json()["clock"]["now"]
    post(control, "/teammate", action="note", text="Between us", **here)
    post(control, "/teammate", action="assign", assignee_id="501", **here)
    post(control, "/teammate", action="assign", assignee_id="7001", **here)
    post(control, "/teammate", action="snooze", until=now + 3600, **here)
    post(control, "/teammate", action="open", **here)
    post(control, "/teammate", action="tag", name="urgent", **here)
    files = [{"name": "a.txt", "content_type": "text/plain", "data": base64.b64encode(b"hello").decode()}]
    post(control, "/teammate", action="reply", text="See file", attachments=files, **here)
    post(control, "/teammate", action="close", **here)
    answer = api.get(f"/conversations/{conversation}").json()
    kinds = [p["part_type"] for p in answer["conversation_parts"]["conversation_parts"]]
    assert kinds == ["note", "assignment", "assignment", "snoozed", "open", "comment", "close"]
    assert (answer["admin_assignee_id"], answer["team_assignee_id"]) == (7001, 501)
    assert [t["name"] for t in answer["tags"]["tags"]] == ["twilio", "urgent"]
    assert {p["app_package_code"] for p in answer["conversation_parts"]["conversation_parts"]} == {None}
    assert control.get(f"/customers/{jennifer}/screens").json()["sms"]["sms"][1]["attachments"][0]["filesize"] == 5


def test_the_clock_moves_forward_only(control: httpx.Client) -> None:
    start = control.get("/state").json()["clock"]
    assert start["rate"] == 1.0
    stopped = post(control, "/clock", rate=0)
    assert post(control, "/clock", advance_s=60)["now"] == stopped["now"] + 60
    assert post(control, "/clock", set="2099-01-01T00:00:00Z")["iso"] == "2099-01-01T00:00:00Z"
    refused = control.post("/clock", json={"set": "2020-01-01T00:00:00Z"})
    assert (refused.status_code, refused.json()) == (400, {"error": "the clock cannot go back"})
    assert post(control, "/clock", rate=60)["rate"] == 60.0


def test_blocking_merging_redacting_deleting(sandbox: Sandbox, control: httpx.Client, api: httpx.Client) -> None:
    mei = post(control, "/customers", name="Mei Lin Chen", phone="+6591234567")["id"]
    conversation = post(control, "/write", customer=mei, on="whatsapp", text="Hello")["conversation_id"]
    post(control, "/block", customer=mei, line="whatsapp")
    assert control.get("/state").json()["customers"][0]["blocked"] == ["whatsapp"]
    post(control, "/unblock", customer=mei, line="whatsapp")
    assert control.get("/state").json()["customers"][0]["blocked"] == []
    user = api.post("/contacts", json={"role": "user", "email": "mei@example.com"}).json()["id"]
    (lead,) = control.get("/state").json()["customers"][0]["contact_ids"]
    post(control, "/merge", lead=lead, user=user)
    gone = api.get(f"/contacts/{lead}")
    assert (gone.status_code, gone.headers["Link"]) == (410, f'</contacts/{user}>; rel="canonical"')
    part = post(control, "/teammate", action="reply", conversation_id=conversation, admin_id="7001", text="Secret")[
        "part_id"
    ]
    post(control, "/redact", part_id=part)
    assert "Secret" not in api.get(f"/conversations/{conversation}").text
    post(control, "/delete", conversation_id=conversation)
    assert api.get(f"/conversations/{conversation}").status_code == 404


def test_settings_lines_and_templates(control: httpx.Client, jennifer: str) -> None:
    assert post(control, "/settings", relay_api_replies=False, note_delay_s=9)["relay_api_replies"] is False
    line = post(control, "/lines", channel="whatsapp", address="+35315550200", tag="twilio_whatsapp")
    assert control.get("/state").json()["lines"][-1] == line
    assert post(control, "/template", customer=jennifer, text="Your parcel has left.") == {"refused": None}
    assert control.get("/state").json()["settings"]["note_delay_s"] == 9


@pytest.mark.parametrize(
    ("path", "body", "words"),
    [
        ("/write", {"customer": "c99", "on": "whatsapp", "text": "x"}, "no customer 'c99'"),
        ("/write", {"on": "whatsapp"}, "customer"),
        ("/call", {"customer": "c99"}, "no customer"),
        ("/settings", {"colour": 1}, "unknown setting 'colour'"),
        ("/settings", {"tags": "yes"}, "setting 'tags' cannot be 'yes'"),
        ("/clock", {"set": "tomorrow"}, "tomorrow"),
        ("/teammate", {"action": "dance"}, "action must be one of"),
        ("/merge", {"lead": "x"}, "user"),
        ("/faults", {"faults": [{"method": "GET"}]}, "missing"),
    ],
)
def test_invalid_requests_are_explained(control: httpx.Client, path: str, body: dict[str, Any], words: str) -> None:
    response = control.post(path, json=body)
    assert response.status_code == 400
    assert words in response.json()["error"]


def test_unknown_things_are_404(control: httpx.Client) -> None:
    assert control.get("/deliveries/1").status_code == 404
    assert control.post("/delete", json={"conversation_id": "1"}).status_code == 404
    assert control.get("/nothing").status_code == 404


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Authorization": ""}, 401),
        ({"Authorization": "Bearer wrong"}, 401),
        ({"Authorization": "Bearer wr\u00f6ng".encode("latin-1")}, 401),
        ({"Origin": "https://page.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Host": "page.example"}, 400),
        ({"Host": "127.0.0.1.page.example:80"}, 400),
    ],
)
def test_requests_without_the_printed_token_are_refused(
    control: httpx.Client, headers: dict[str, Any], status: int
) -> None:
    before = control.get("/state").json()["clock"]["rate"]
    for path in ("/state", "/network", "/clock", "/customers/c1/screens", "/nothing"):
        method = "POST" if path in ("/network", "/clock") else "GET"
        answer = control.request(method, path, content='{"plugged": false, "rate": 99}', headers=headers)
        assert answer.status_code == (404 if path == "/nothing" and status != 400 else status), path
    state = control.get("/state").json()
    assert (state["plugged"], state["clock"]["rate"]) == (True, before)
