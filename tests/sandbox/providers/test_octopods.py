"""Octopods' API over HTTP; there is no official client."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from desktop.sandbox.model.people import Customer
from desktop.sandbox.model.settings import Provoked
from desktop.sandbox.server import Sandbox
from desktop.sandbox.world import World

PHONE = "+353871234567"
PICTURE = "https://files.example.com/parcel.png"


def connect(sandbox: Sandbox, key: str) -> httpx.Client:
    urls = sandbox.urls["octopods"]
    return httpx.Client(base_url=urls["base_url"], headers={"X-Octopods-Auth": urls[key]}, verify=False)


@pytest.fixture
def waba(sandbox: Sandbox, stage: World) -> Iterator[httpx.Client]:
    with connect(sandbox, "waba_key") as client:
        yield client


@pytest.fixture
def sms(sandbox: Sandbox, stage: World) -> Iterator[httpx.Client]:
    with connect(sandbox, "channel_key") as client:
        yield client


@pytest.fixture
def ids(waba: httpx.Client) -> dict[str, int]:
    """Template ids by name; the German one of the two with the same name."""
    return {t["template_name"]: t["template_id"] for t in waba.get("/whatsapp/templates").json()}


def send(client: httpx.Client, template_id: int, variables: Any = None, **more: Any) -> httpx.Response:
    body = {"destination_phone": PHONE, **({} if variables is None else {"message_variables": variables}), **more}
    return client.post(f"/whatsapp/templates/{template_id}/messages", json=body)


def whatsapp(world: World, customer: Customer) -> list[dict[str, Any]]:
    return list(world.screens(customer)["whatsapp"]["whatsapp"])


def error(response: httpx.Response) -> tuple[int, int | None]:
    assert response.json()["request_id"]
    return response.status_code, response.json().get("error_code")


def test_templates_and_their_filters(waba: httpx.Client, stage: World) -> None:
    everything = waba.get("/whatsapp/templates").json()
    assert len(everything) == len(stage.templates.all)
    by_name = {t["template_name"]: t for t in everything}
    assert by_name["order_shipped"]["template_body"].startswith("Hi {{1}}")
    assert by_name["order_shipped"]["account_phone_number"] == "+35315550100"
    assert by_name["winter_sale"]["template_status"] == "Accepted", "read from Meta only every three hours"
    names = [t["template_name"] for t in waba.get("/whatsapp/templates", params={"status": "rejected"}).json()]
    assert names == ["spring_sale"]
    german = waba.get("/whatsapp/templates", params={"lang": "de"}).json()
    assert [t["template_name"] for t in german] == ["we_have_news"]
    english = waba.get("/whatsapp/templates", params={"lang": "en", "active": "true"}).json()
    assert len(english) == sum(t.language in ("en", "en_US") and t.status == "APPROVED" for t in stage.templates.all)
    one = waba.get(f"/whatsapp/templates/{german[0]['template_id']}").json()
    assert one == german[0]
    assert error(waba.get("/whatsapp/templates", params={"status": "great"})) == (400, 10)
    assert error(waba.get("/whatsapp/templates/1")) == (400, 3)


@pytest.mark.parametrize("variables", [["Jen"], {"1": "Jen"}, {"body": ["Jen"]}, {"header": [], "body": ["Jen"]}])
def test_every_shape_of_variables(
    waba: httpx.Client, ids: dict[str, int], stage: World, customer: Customer, variables: Any
) -> None:
    sent = send(waba, ids["we_have_news"], variables)
    assert sent.status_code == 201
    assert isinstance(sent.json()["message_id"], int)
    (item,) = whatsapp(stage, customer)
    assert (item["kind"], item["text"].split(",")[0]) == ("template", "Hallo Jen")


def test_headers_and_buttons(waba: httpx.Client, ids: dict[str, int], stage: World, customer: Customer) -> None:
    sections = {"header": [], "body": ["Jen", "A-7"], "footer": [], "buttons": ["A-7"]}
    assert send(waba, ids["order_update"], sections, header_attachment_url=PICTURE).status_code == 201
    full = {"header": ["A-7"], "body": ["Jen", "A-7", "Friday"]}
    assert send(waba, ids["order_shipped"], full).status_code == 201
    first, second = whatsapp(stage, customer)
    assert (first["text"], first["buttons"]) == ("Hi Jen, order A-7 has shipped.\nHarbour Parcels", ["Track", "Stop"])
    assert first["attachments"][0]["name"] == "parcel.png"
    assert second["text"].startswith("About order A-7\nHi Jen, your order A-7")


def test_refusals(waba: httpx.Client, sms: httpx.Client, ids: dict[str, int], stage: World, customer: Customer) -> None:
    news, update, shipped = ids["we_have_news"], ids["order_update"], ids["order_shipped"]
    sections = {"header": [], "body": ["Jen", "A-7"], "buttons": ["A-7"]}
    refusals = [
        (send(waba, news), 1),
        (send(waba, news, "Jen"), 2),
        (send(waba, news, [7]), 2),
        (send(waba, news, ["Jen"], open_intercom_conversation="maybe"), 2),
        (send(waba, 1, ["Jen"]), 3),
        (send(waba, ids["spring_sale"]), 3),
        (send(waba, news, []), 4),
        (send(waba, news, ["Jen"], destination_phone="353871234567"), 5),
        (send(waba, update, sections), 1),
        (send(waba, update, sections, header_attachment_url="https://files.example.com/a.pdf"), 8),
        (send(waba, shipped, ["A-7", "Jen", "A-7", "Friday"]), 9),
        (waba.post(f"/whatsapp/templates/{news}/messages", json={}), 1),
        (waba.post(f"/whatsapp/templates/{news}/messages", content=b"{"), 1),
        (waba.get("/whatsapp/messages"), 1),
        (sms.post("/sms/messages", json={"destination_phone": PHONE, "body": " "}), 2),
        (sms.post("/sms/messages", json={"destination_phone": "087"}), 3),
        (sms.post("/sms/messages", json={"body": "x"}), 1),
    ]
    assert [error(response) for response, _ in refusals] == [(400, code) for _, code in refusals]
    assert whatsapp(stage, customer) == []


def test_keys(waba: httpx.Client, sms: httpx.Client, sandbox: Sandbox, ids: dict[str, int], stage: World) -> None:
    assert sms.get("/whatsapp/templates").status_code == 401
    assert waba.post("/sms/messages", json={}).status_code == 401
    assert waba.get("/whatsapp/templates", headers={"X-Octopods-Auth": "x"}).status_code == 401
    assert waba.post("/whatsapp/interactive", json={}).status_code == 403
    with connect(sandbox, "workspace_key") as workspace:
        assert workspace.post("/sms/messages", json={"destination_phone": PHONE, "body": "Hi"}).status_code == 201
    stage.settings.octopods_key_revoked = True
    assert error(waba.get("/whatsapp/templates")) == (400, 6)
    assert error(sms.get("/sms/messages/1")) == (400, 5)


def test_too_many_calls(waba: httpx.Client, stage: World) -> None:
    stage.settings.octopods_calls_per_10s = 2
    stage.advance(10)
    assert [waba.get("/whatsapp/templates").status_code for _ in range(3)] == [200, 200, 429]
    stage.advance(10)
    assert waba.get("/whatsapp/templates").status_code == 200


def test_status_and_list_in_the_newer_shape(
    waba: httpx.Client, ids: dict[str, int], stage: World, customer: Customer
) -> None:
    message_id = send(waba, ids["still_there"]).json()["message_id"]
    first = waba.get(f"/whatsapp/messages/{message_id}").json()
    assert (first["status"], first["delivered_at"], first["phone_number"]) == ("sent", None, PHONE)
    stage.advance(60)
    assert waba.get(f"/whatsapp/messages/{message_id}").json()["status"] == "read"
    paused = send(waba, ids["winter_sale"], ["Jen"]).json()["message_id"]
    stage.advance(60)
    listed = waba.get("/whatsapp/messages", params={"limit": 5}).json()["messages"]
    assert [(m["message_id"], m["status"]) for m in listed] == [(paused, "failed"), (message_id, "read")]
    assert listed[0]["failure_reason"] == "Template is Paused"
    assert len(whatsapp(stage, customer)) == 1


def test_status_and_list_in_the_older_shape(
    waba: httpx.Client, ids: dict[str, int], stage: World, customer: Customer
) -> None:
    stage.settings.octopods_shape = "older"
    sent = send(waba, ids["still_there"], destination_phone="+4915112345678").json()
    stage.advance(60)
    status = httpx.get(sent["message_status_url"], headers=waba.headers).json()
    assert (status["status"], status["intercom_conversation_id"]) == ("FAILED", "")
    (row,) = waba.get("/whatsapp/messages").json()
    assert row["message_status"]["failure_reason"] == {"code": 1013, "title": "Recipient is not a WhatsApp user."}


def test_an_sms_and_its_status(sms: httpx.Client, stage: World, customer: Customer) -> None:
    sent = sms.post("/sms/messages", json={"destination_phone": PHONE, "body": "Hi Jennifer"}).json()
    stage.advance(60)
    assert sms.get(f"/sms/messages/{sent['message_id']}").json()["status"] == "delivered"
    assert [i["text"] for i in stage.screens(customer)["sms"]["sms"]] == ["Hi Jennifer"]


@pytest.mark.parametrize("shape", ["older", "newer"])
def test_an_sms_to_an_unsubscribed_customer(sms: httpx.Client, stage: World, customer: Customer, shape: str) -> None:
    """Fails later with Twilio's code, which sends for Octopods."""
    stage.settings.octopods_shape = shape
    stage.write(customer, on="sms", text="STOP")
    sent = sms.post("/sms/messages", json={"destination_phone": PHONE, "body": "Hi Jennifer"}).json()
    stage.advance(60)
    status = sms.get(f"/sms/messages/{sent['message_id']}").json()
    assert (status["status"].lower(), status["failure_reason"]) == ("failed", "The message failed with error 21610.")


def test_a_template_changes_nothing_in_intercom_and_opens_no_window(
    waba: httpx.Client, ids: dict[str, int], stage: World, customer: Customer
) -> None:
    conversation = stage.write(customer, text="Hello?")
    stage.advance(90_000)
    before = stage.intercom.get_conversation(conversation)
    send(waba, ids["still_there"])
    assert stage.intercom.get_conversation(conversation) == before
    reply = stage.teammate_reply(conversation, "7001", "Hello?")
    assert stage.delivery(reply)["whatsapp"] is False
    stage.write(customer, text="Yes")
    assert stage.delivery(stage.teammate_reply(conversation, "7001", "Good"))["whatsapp"] is True


def test_a_conversation_opened_with_the_template(
    waba: httpx.Client, ids: dict[str, int], stage: World, customer: Customer
) -> None:
    send(waba, ids["still_there"], open_intercom_conversation=True, intercom_teammate_id="7002")
    (conversation_id,) = stage.conversation_ids(customer)
    source = stage.intercom.get_conversation(conversation_id)["source"]
    assert (source["author"]["type"], source["author"]["id"]) == ("admin", "7002")
    assert source["delivered_as"] == "admin_initiated"
    assert stage.write(customer, text="Yes please") == conversation_id
    assert stage.screens(customer)["messenger"][0]["items"][0]["who"] == "business"


def test_any_error_can_be_provoked(waba: httpx.Client, ids: dict[str, int], stage: World) -> None:
    stage.settings.provoked += [
        Provoked("octopods", 429, path="/whatsapp/templates$"),
        Provoked("octopods", 6),
        Provoked("octopods", 131049, later=True),
    ]
    assert waba.get("/whatsapp/templates").status_code == 429
    assert error(waba.get("/whatsapp/templates")) == (400, 6)
    message_id = send(waba, ids["still_there"]).json()["message_id"]
    stage.advance(5)
    assert waba.get(f"/whatsapp/messages/{message_id}").json()["failure_reason"] == "Meta chose not to deliver"
