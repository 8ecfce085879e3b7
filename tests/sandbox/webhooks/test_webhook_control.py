"""Another process subscribes, watches and ends webhooks over the control API."""

from __future__ import annotations

import threading
from typing import Any

import httpx
import pytest
from webhook_receiver import NEVER, WebhookReceiver

from desktop.sandbox.server import Sandbox


@pytest.fixture
def customer_id(control: httpx.Client) -> str:
    control.post("/clock", json={"rate": 0})
    body = {"name": "Jennifer Okafor", "phone": "+353871234567", "telegram_id": 9001}
    return str(control.post("/customers", json=body).json()["id"])


def subscribe(control: httpx.Client, **body: Any) -> Any:
    answer = control.post("/webhooks", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def settle(control: httpx.Client) -> None:
    assert control.post("/webhooks/settle", json={"timeout_s": 30}).json() == {"settled": True}


def test_one_message_reaches_the_subscribers_of_all_providers(
    control: httpx.Client, customer_id: str, receiver: WebhookReceiver
) -> None:
    control.post("/settings", json={"telegram_webhook": ""})
    control.post("/lines", json={"channel": "whatsapp", "address": "+35315550101", "tag": "twilio_whatsapp"})
    for number in range(3):
        subscribe(
            control,
            provider="intercom",
            address=f"{receiver.url}/intercom{number}",
            topics=["conversation.user.created"],
        )
    subscribe(control, provider="meta", address=receiver.url + "/meta")
    subscribe(control, provider="twilio", address=receiver.url + "/twilio", kinds=["incoming"])
    subscribe(control, provider="telegram", address=receiver.url + "/telegram", secret_token="s")
    receiver.forget()
    for on, line in (("whatsapp", "whatsapp"), ("whatsapp", "whatsapp-2"), ("telegram", "telegram")):
        control.post("/write", json={"customer": customer_id, "on": on, "line": line, "text": "Hi"})
    settle(control)
    paths = [post.path for post in receiver.posts]
    assert {path: paths.count(path) for path in sorted(set(paths))} == {
        "/intercom0": 3,
        "/intercom1": 3,
        "/intercom2": 3,
        "/meta": 1,
        "/telegram": 1,
        "/twilio": 1,
    }
    found = control.get("/webhooks").json()["subscriptions"]
    assert [s["provider"] for s in found] == ["intercom"] * 3 + ["meta", "twilio", "telegram"]
    assert [s["delivered"] for s in found] == [3, 3, 3, 1, 1, 1]
    assert "secret" not in str(found)


def test_a_subscription_is_watched_pinged_and_ended(
    control: httpx.Client, customer_id: str, receiver: WebhookReceiver
) -> None:
    made = subscribe(control, provider="intercom", address=receiver.url, topics=[], version="2.12")
    assert (made["id"], made["topics"], made["version"], made["ended"]) == ("intercom-1", [], "2.12", "")
    receiver.answers += [200, 503]
    control.post(f"/webhooks/{made['id']}/ping")
    control.post(f"/webhooks/{made['id']}/ping")
    settle(control)
    first, second = control.get(f"/webhooks/{made['id']}").json()["notifications"]
    assert (first["state"], second["state"]) == ("delivered", "waiting")
    assert [attempt["status"] for attempt in second["attempts"]] == [503]
    assert control.delete(f"/webhooks/{made['id']}").status_code == 200
    assert control.get("/webhooks").json()["subscriptions"][0]["ended"] == "removed"
    control.post("/clock", json={"advance_s": 60})
    settle(control)
    assert len(receiver.posts) == 2


def test_ending_telegrams_deletes_the_webhook(
    control: httpx.Client, customer_id: str, receiver: WebhookReceiver
) -> None:
    made = subscribe(control, provider="telegram", address=receiver.url, max_connections=2)
    assert control.get("/state").json()["settings"]["telegram_webhook"] == receiver.url
    control.delete(f"/webhooks/{made['id']}")
    assert control.get("/state").json()["settings"]["telegram_webhook"] == ""


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"provider": "mail", "address": "http://127.0.0.1:9/"}, "provider must be one of"),
        ({"provider": "intercom"}, "address"),
        ({"provider": "intercom", "address": 7}, "7 is no web address"),
        ({"provider": "intercom", "address": "http://localhost.example/"}, "no web address on this computer"),
        ({"provider": "intercom", "address": "http://127.0.0.1:9/", "secret": 7}, "secret cannot be 7"),
        ({"provider": "intercom", "address": "http://127.0.0.1:9/", "secret": ["x"]}, "secret cannot be ['x']"),
        ({"provider": "intercom", "address": "http://127.0.0.1:9/", "topics": "ping"}, "topics cannot be 'ping'"),
        ({"provider": "twilio", "address": "http://127.0.0.1:9/", "kinds": [7]}, "kinds cannot be [7]"),
        ({"provider": "intercom", "address": "http://127.0.0.1:9/", "version": "9.9"}, "9.9 does not exist"),
        ({"provider": "intercom", "address": "http://127.0.0.1:9/\x00"}, "HEAD with connect"),
        ({"provider": "twilio", "address": "http://127.0.0.1:9/", "fallback": "http://["}, "no web address"),
        ({"provider": "telegram", "address": "http://127.0.0.1:9/", "secret_token": "ä"}, "unallowed characters"),
        ({"provider": "telegram", "address": "http://127.0.0.1:9/", "allowed_updates": 7}, "array of strings"),
        ({"provider": "meta", "address": "http://127.0.0.1:9/", "colour": "red"}, "colour"),
        ([], "mapping"),
        ("x", "mapping"),
    ],
)
def test_invalid_subscriptions_are_explained(control: httpx.Client, body: Any, words: str) -> None:
    answer = control.post("/webhooks", json=body)
    assert (answer.status_code, words in answer.json()["error"]) == (400, True), answer.text
    assert control.get("/webhooks").json() == {"subscriptions": []}


def test_unknown_subscriptions_and_bad_waits_are_400(control: httpx.Client) -> None:
    assert control.get("/webhooks/none").status_code == 400
    assert control.delete("/webhooks/none").status_code == 400
    assert control.post("/webhooks/none/ping").status_code == 400
    assert control.post("/webhooks/settle", json={"timeout_s": "soon"}).status_code == 400
    assert control.post("/webhooks/settle", json=[]).status_code == 400
    assert httpx.post(f"{control.base_url}webhooks", json={}).status_code == 401


def test_waiting_ends_after_its_time(control: httpx.Client, customer_id: str, receiver: WebhookReceiver) -> None:
    made = subscribe(control, provider="intercom", address=receiver.url)
    receiver.answers.append(NEVER)
    control.post(f"/webhooks/{made['id']}/ping")
    assert control.post("/webhooks/settle", json={"timeout_s": 0.01}).json() == {"settled": False}


def test_a_slow_subscriber_does_not_keep_the_sandbox_from_stopping(receiver: WebhookReceiver) -> None:
    before = set(threading.enumerate())
    with Sandbox.start() as sandbox:
        made = sandbox.subscribe("intercom", receiver.url)
        receiver.answers.append(NEVER)
        with sandbox.lock:
            sandbox.webhooks.ping(made)
        receiver.wait_for(2)
    # Threads of other tests may end meanwhile.
    assert set(threading.enumerate()) <= before
