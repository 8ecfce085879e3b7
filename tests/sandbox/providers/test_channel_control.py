"""The providers from outside: printed URLs and credentials, and settings by the control API."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from desktop.sandbox.server import Sandbox
from desktop.sandbox.world import World

TEXT = {"messaging_product": "whatsapp", "to": "+353871234567", "type": "text", "text": {"body": "Hi"}}


def checks(urls: dict[str, Any]) -> dict[str, int]:
    """HTTP status of a read-only request to each provider with the credentials in `urls`."""
    graph, twilio, d360 = urls["graph"], urls["twilio"], urls["dialog360"]
    octopods, telegram = urls["octopods"], urls["telegram"]
    account = f"{twilio['base_url']}/2010-04-01/Accounts/{twilio['account_sid']}"
    answers = {
        "graph": httpx.get(
            f"{graph['base_url']}/{graph['version']}/{graph['phone_number_id']}",
            headers={"Authorization": f"Bearer {graph['token']}"},
        ),
        "dialog360": httpx.get(f"{d360['base_url']}/health_status", headers={"D360-API-KEY": d360["api_key"]}),
        "twilio": httpx.get(
            f"{account}/Messages.json", params={"PageSize": 1}, auth=(twilio["account_sid"], twilio["auth_token"])
        ),
        "octopods": httpx.get(
            f"{octopods['base_url']}/whatsapp/templates", headers={"X-Octopods-Auth": octopods["waba_key"]}
        ),
        "telegram": httpx.get(f"{telegram['base_url']}/bot{telegram['token']}/getMe"),
    }
    return {name: answer.status_code for name, answer in answers.items()}


def test_the_printed_credentials_are_valid(sandbox: Sandbox) -> None:
    assert set(checks(sandbox.urls).values()) == {200}
    assert sandbox.urls["twilio"]["senders"] == {"sms": "+35315550199"}


def test_no_provider_answers_without_network(sandbox: Sandbox) -> None:
    sandbox.unplug()
    with pytest.raises(httpx.TransportError):
        checks(sandbox.urls)
    sandbox.plug_in()
    assert set(checks(sandbox.urls).values()) == {200}


def test_errors_modes_and_templates_are_set_from_outside(sandbox: Sandbox, control: httpx.Client, stage: World) -> None:
    urls = sandbox.urls["graph"]
    number = f"{urls['base_url']}/{urls['version']}/{urls['phone_number_id']}"
    bearer = {"Authorization": f"Bearer {urls['token']}"}

    def send() -> int:
        answer = httpx.post(f"{number}/messages", json=TEXT, headers=bearer)
        return int(answer.json().get("error", {}).get("code", 0))

    error = {"provider": "graph", "code": 131031, "path": "/messages$"}
    assert control.post("/provoke", json={"errors": [error]}).json()["provoked"][0]["code"] == 131031
    assert control.get("/state").json()["provoked"][0]["provider"] == "graph"
    assert [send(), send()] == [131031, 0]
    assert control.post("/settings", json={"graph_window": "at_once"}).json()["graph_window"] == "at_once"
    assert send() == 131047
    paused = {"name": "still_there", "language": "en_US", "status": "PAUSED"}
    assert control.post("/templates", json=paused).json()["status"] == "PAUSED"
    for path, wrong in (
        ("/provoke", {"errors": [{"provider": "pigeon", "code": 1}]}),
        ("/provoke", {"errors": [{"provider": "graph", "code": 1, "path": "("}]}),
        ("/settings", {"graph_window": "ajar"}),
        ("/settings", {"provoked": []}),
        ("/templates", {"name": "nothing", "language": "en", "status": "PAUSED"}),
        ("/templates", {**paused, "name": "still_there", "components": "x"}),
    ):
        assert control.post(path, json=wrong).status_code == 400, wrong


def test_a_customer_without_a_number_is_added_from_outside(control: httpx.Client, stage: World) -> None:
    body = {"name": "Nia", "bsuid": "US.13491208655302741918"}
    made = control.post("/customers", json=body).json()
    assert made["bsuid"] == body["bsuid"]
    written = control.post("/write", json={"customer": made["id"], "on": "whatsapp", "text": "Hi"}).json()
    contact = stage.intercom.get_conversation(written["conversation_id"])["contacts"]["contacts"][0]
    assert stage.intercom.get_contact(contact["id"])["phone"] is None
    assert control.post("/customers", json=body).status_code == 400, "the id belongs to somebody else"
    assert control.post("/customers", json={"name": "Gran", "phone": "+35315551234", "on_whatsapp": False}).is_success
    answer = control.post("/write", json={"customer": "c3", "on": "whatsapp", "text": "Hi"})
    assert answer.json() == {"error": "Gran has no whatsapp"}


def test_faults_have_the_providers_own_format(sandbox: Sandbox, control: httpx.Client, stage: World) -> None:
    paths = {
        "graph": ("/v26.0/1", lambda b: b["error"]["code"] == 2),
        "dialog360": ("/health_status", lambda b: b["meta"]["httpCode"] == 503),
        "octopods": ("/whatsapp/templates", lambda b: b["error"]),
        "twilio": ("/v1/Content", lambda b: b["status"] == 503),
        "telegram": ("/bot1:x/getMe", lambda b: b["error_code"] == 503),
        "intercom": ("/me", lambda b: b["type"] == "error.list"),
    }
    for provider, (path, speaks) in paths.items():
        fault = {"method": "GET", "path": f"{path}$", "action": "status", "status": 503}
        control.post("/faults", json={"faults": [fault]})
        answer = httpx.get(sandbox.urls[provider]["base_url"] + path)
        assert answer.status_code == 503
        assert speaks(answer.json()), provider
