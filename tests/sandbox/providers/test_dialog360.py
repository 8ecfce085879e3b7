"""360dialog's proxy, called by `pywa` with a transport that replaces path and header."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from pywa import WhatsApp
from pywa.types.templates import BodyText, TemplateLanguage

from desktop.sandbox.model.people import Customer
from desktop.sandbox.model.settings import Provoked
from desktop.sandbox.server import Sandbox
from desktop.sandbox.world import World

PHONE = "+353871234567"
TEXT = {"messaging_product": "whatsapp", "to": PHONE, "type": "text", "text": {"body": "Hi"}}


class ProxyTransport(httpx.HTTPTransport):
    """Removes version and phone number id from Meta's paths."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        path = re.sub(r"/v\d+\.\d+(/\d+)?(?=/messages)", "", request.url.path)
        request.url = request.url.copy_with(path=path)
        return super().handle_request(request)


@pytest.fixture
def http(sandbox: Sandbox, stage: World) -> Iterator[httpx.Client]:
    urls = sandbox.urls["dialog360"]
    with httpx.Client(base_url=urls["base_url"], headers={"D360-API-KEY": urls["api_key"]}, verify=False) as client:
        yield client


def screen(world: World, customer: Customer) -> list[dict[str, Any]]:
    return list(world.screens(customer)["whatsapp"]["whatsapp"])


def test_metas_client_sends_through_the_proxy(sandbox: Sandbox, stage: World, customer: Customer) -> None:
    urls = sandbox.urls["dialog360"]
    headers = {"D360-API-KEY": urls["api_key"]}
    with httpx.Client(transport=ProxyTransport(), base_url=f"{urls['base_url']}/v26.0", headers=headers) as session:
        client = WhatsApp(phone_id="1", token="unused", session=session)
        client.api._session.base_url = f"{urls['base_url']}/v26.0"
        client.send_template(
            to=PHONE, name="we_have_news", language=TemplateLanguage.ENGLISH, params=[BodyText.params("Jen")]
        )
        stage.write(customer, text="Yes?")
        client.send_message(to=PHONE, text="Good news")
    assert [i["text"].split(",")[0] for i in screen(stage, customer)] == ["Hi Jen", "Yes?", "Good news"]


def test_the_health_status_names_the_number(http: httpx.Client, sandbox: Sandbox) -> None:
    answer = http.get("/health_status").json()
    assert answer["id"] == sandbox.urls["graph"]["phone_number_id"]
    assert answer["health_status"]["can_send_message"] == "AVAILABLE"
    more = http.get("/health_status", params={"fields": "health_status,display_phone_number,quality_rating"}).json()
    assert more["display_phone_number"] == "+353 1555 0100"
    assert http.get("/v1/configs/webhook").json()["url"].startswith("https://bridge.example.com")


def test_templates_in_the_proxys_format(http: httpx.Client, stage: World) -> None:
    found: list[dict[str, Any]] = []
    while True:
        page = http.get("/v1/configs/templates", params={"limit": 1000, "offset": len(found)}).json()
        found += page["waba_templates"]
        if len(found) >= page["total"]:
            break
        assert page["count"] == page["limit"] == 5
    assert [t["name"] for t in found] == [t.name for t in stage.templates.all]
    assert {t["status"] for t in found} == {"approved", "paused", "rejected", "pending"}
    assert ["quality_score" in t for t in found].count(False) == 1
    filters = json.dumps({"business_templates.status": "paused"})
    paused = http.get("/v1/configs/templates", params={"filters": filters}).json()
    assert [t["name"] for t in paused["waba_templates"]] == ["winter_sale"]


def test_invalid_keys_in_both_spellings(http: httpx.Client, stage: World) -> None:
    bad = {"D360-API-KEY": "x"}
    answer = http.get("/health_status", headers=bad)
    text = "Invalid api_key or token expired"
    assert answer.status_code == 401
    assert answer.json() == {"meta": {"success": False, "httpCode": 401, "developerMessage": text}}
    stage.settings.dialog360_snake_case = True
    answer = http.post("/messages", headers=bad, json=TEXT)
    assert answer.json() == {"meta": {"success": False, "http_code": 401, "developer_message": text}}


def test_errors_of_both_kinds(http: httpx.Client, stage: World, customer: Customer) -> None:
    stage.settings.provoked += [
        Provoked("dialog360", 400, path="/messages", text="Rate limit reached"),
        Provoked("dialog360", 131031, path="/messages"),
        Provoked("dialog360", 131049, later=True),
    ]
    limited = http.post("/messages", json=TEXT)
    assert (limited.status_code, limited.json()["meta"]["developerMessage"]) == (400, "Rate limit reached")
    locked = http.post("/messages", json=TEXT)
    assert (locked.status_code, locked.json()["error"]["code"]) == (403, 131031)
    stage.write(customer, text="Hello?")
    assert http.post("/messages", json=TEXT).status_code == 200
    stage.advance(5)
    assert [i["text"] for i in screen(stage, customer)] == ["Hello?"]
    stage.settings.graph_window = "at_once"
    stage.advance(90_000)
    assert http.post("/messages", json=TEXT).json()["error"]["code"] == 131047
    assert http.get("/nowhere").json()["meta"]["httpCode"] == 404


def test_media_are_downloaded_from_the_proxys_host(
    http: httpx.Client, sandbox: Sandbox, stage: World, customer: Customer
) -> None:
    stage.write(customer, text="Hello?")
    file = {"file": ("label.png", b"\x89PNG\r\n\x1a\n--not\r\n-a-boundary", "image/png")}
    media_id = http.post("/media", data={"messaging_product": "whatsapp"}, files=file).json()["id"]
    described = http.get(f"/{media_id}").json()
    assert described["url"].startswith("https://lookaside.fbsbx.com/whatsapp_business/attachments/")
    own = described["url"].replace("https://lookaside.fbsbx.com", sandbox.urls["dialog360"]["base_url"])
    assert http.get(own).content == file["file"][1]
    image = {"messaging_product": "whatsapp", "to": PHONE, "type": "image", "image": {"id": media_id}}
    assert http.post("/messages", json=image).status_code == 200
    assert screen(stage, customer)[-1]["attachments"][0]["name"] == "label.png"
