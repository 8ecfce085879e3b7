"""The Cloud API, called by `pywa`, and by plain HTTP for what it does not support."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from pywa import WhatsApp
from pywa.errors import ReEngagementMessage, WhatsAppError
from pywa.types.others import Pagination
from pywa.types.templates import (
    BodyText,
    HeaderImage,
    QuickReplyButton,
    TemplateLanguage,
    URLButton,
)

from desktop.sandbox.model.people import Customer
from desktop.sandbox.model.settings import Provoked
from desktop.sandbox.providers.graph.errors import CODES
from desktop.sandbox.server import Sandbox
from desktop.sandbox.world import World

PHONE = "+353871234567"
DAY = 86_400


@pytest.fixture
def wa(sandbox: Sandbox, stage: World) -> Iterator[WhatsApp]:
    urls = sandbox.urls["graph"]
    with httpx.Client(base_url=f"{urls['base_url']}/{urls['version']}", timeout=10, verify=False) as session:
        client = WhatsApp(phone_id=urls["phone_number_id"], token=urls["token"], waba_id=urls["waba_id"])
        client.api._session.close()
        session.headers["Authorization"] = f"Bearer {urls['token']}"
        client.api._session = session
        yield client


@pytest.fixture
def http(sandbox: Sandbox, stage: World) -> Iterator[httpx.Client]:
    urls = sandbox.urls["graph"]
    headers = {"Authorization": f"Bearer {urls['token']}"}
    with httpx.Client(base_url=f"{urls['base_url']}/{urls['version']}", headers=headers, verify=False) as client:
        yield client


@pytest.fixture
def phone_id(sandbox: Sandbox) -> str:
    return str(sandbox.urls["graph"]["phone_number_id"])


def text(to: str, words: str = "Hi") -> dict[str, Any]:
    return {"messaging_product": "whatsapp", "to": to, "type": "text", "text": {"body": words}}


def template(name: str, language: str, *components: dict[str, Any], **to: str) -> dict[str, Any]:
    inner = {"name": name, "language": {"code": language}, "components": list(components)}
    return {"messaging_product": "whatsapp", "type": "template", "template": inner, **(to or {"to": PHONE})}


def values(kind: str, *texts: str, **named: str) -> dict[str, Any]:
    plain = [{"type": "text", "text": t} for t in texts]
    return {
        "type": kind,
        "parameters": plain + [{"type": "text", "parameter_name": n, "text": t} for n, t in named.items()],
    }


def code(response: httpx.Response) -> tuple[int, int]:
    return response.status_code, response.json()["error"]["code"]


def phone_screen(world: World, customer: Customer, line: str = "whatsapp") -> list[dict[str, Any]]:
    return list(world.screens(customer)["whatsapp"][line])


def test_the_number_and_its_account(wa: WhatsApp) -> None:
    number = wa.get_business_phone_number()
    assert (number.display_phone_number, number.verified_name) == ("+353 1555 0100", "Harbour Parcels")
    assert (number.quality_rating, number.status, number.platform_type) == ("GREEN", "CONNECTED", "CLOUD_API")
    assert [n.id for n in wa.get_business_phone_numbers()] == [number.id]


def test_templates_are_paged(wa: WhatsApp, stage: World) -> None:
    found, after = [], None
    while True:
        page = wa.get_templates(pagination=Pagination(limit=4, after=after) if after else Pagination(limit=4))
        assert page.total_count == len(stage.templates.all)
        found += [(t.name, t.language) for t in page]
        if not page.has_next:
            break
        after = page.after
    assert found == [(t.name, t.language) for t in stage.templates.all]
    assert ("we_have_news", "en") in found
    assert ("we_have_news", "de") in found


def test_a_list_of_templates_is_filtered_and_its_next_page_can_be_followed(
    http: httpx.Client, sandbox: Sandbox
) -> None:
    waba = sandbox.urls["graph"]["waba_id"]
    page = http.get(f"/{waba}/message_templates", params={"fields": "id,name,status,language", "limit": 2}).json()
    assert set(page["data"][0]) == {"id", "name", "status", "language"}
    second = httpx.get(page["paging"]["next"]).json()
    assert {t["id"] for t in page["data"]}.isdisjoint(t["id"] for t in second["data"])
    paused = http.get(f"/{waba}/message_templates", params={"status": "PAUSED"}).json()
    assert [t["name"] for t in paused["data"]] == ["winter_sale"]
    assert "next" not in paused["paging"]
    wrong = http.get(f"/{waba}/message_templates", params={"fields": "id,colour"})
    assert code(wrong) == (400, 100)
    assert "colour" in wrong.json()["error"]["message"]


def test_text_inside_the_window_arrives_at_once(wa: WhatsApp, stage: World, customer: Customer) -> None:
    stage.write(customer, text="Hello?")
    sent = wa.send_message(to=PHONE, text="Hi Jennifer")
    assert sent.id.startswith("wamid.")
    assert [(i["who"], i["text"]) for i in phone_screen(stage, customer)] == [
        ("customer", "Hello?"),
        ("business", "Hi Jennifer"),
    ]


def test_text_outside_the_window_is_accepted_and_fails_later(
    http: httpx.Client, phone_id: str, stage: World, customer: Customer
) -> None:
    stage.write(customer, text="Hello?")
    stage.advance(DAY)
    response = http.post(f"/{phone_id}/messages", json=text(PHONE))
    assert response.status_code == 200
    wamid = response.json()["messages"][0]["id"]
    assert history(http, phone_id, wamid) == []
    stage.advance(5)
    (failure,) = history(http, phone_id, wamid)
    assert failure["delivery_status"] == "FAILED"
    assert "131047" in failure["error_description"]
    assert [i["who"] for i in phone_screen(stage, customer)] == ["customer"]


def history(http: httpx.Client, phone_id: str, wamid: str) -> list[dict[str, Any]]:
    fields = "id,message_id,events{id,delivery_status,timestamp,error_description}"
    (entry,) = http.get(f"/{phone_id}/message_history", params={"message_id": wamid, "fields": fields}).json()["data"]
    assert entry["message_id"] == wamid
    return list(entry["events"]["data"])


def test_modes_of_the_window(wa: WhatsApp, stage: World, customer: Customer) -> None:
    stage.settings.graph_window = "at_once"
    with pytest.raises(ReEngagementMessage):
        wa.send_message(to=PHONE, text="Too late")
    stage.write(customer, text="Hello?")
    wa.send_message(to=PHONE, text="In time")
    stage.settings.graph_window = "known_issue"
    wa.send_message(to=PHONE, text="Lost by mistake")
    stage.settings.graph_window = "later"
    wa.send_message(to=PHONE, text="Again")
    stage.advance(5)
    assert [i["text"] for i in phone_screen(stage, customer)] == ["Hello?", "In time", "Again"]


def test_statuses_advance_on_the_clock(http: httpx.Client, phone_id: str, stage: World, customer: Customer) -> None:
    stage.write(customer, text="Hello?")
    wamid = http.post(f"/{phone_id}/messages", json=text(PHONE)).json()["messages"][0]["id"]
    seen = []
    for pause in (1.5, 1, 30):
        stage.advance(pause)
        seen.append([e["delivery_status"] for e in history(http, phone_id, wamid)])
    assert seen == [["SENT"], ["SENT", "DELIVERED"], ["SENT", "DELIVERED", "READ"]]
    stage.block(customer, "whatsapp")
    blocked = http.post(f"/{phone_id}/messages", json=text(PHONE)).json()["messages"][0]["id"]
    stage.advance(3600)
    assert [e["delivery_status"] for e in history(http, phone_id, blocked)] == ["SENT"]


def test_message_history_in_its_four_modes(http: httpx.Client, phone_id: str, stage: World, customer: Customer) -> None:
    stage.write(customer, text="Hello?")
    wamid = http.post(f"/{phone_id}/messages", json=text(PHONE)).json()["messages"][0]["id"]
    stage.advance(2)
    path, query = f"/{phone_id}/message_history", {"message_id": wamid}
    entry = http.get(path, params=query).json()["data"][0]
    edges = http.get(f"/{entry['id']}/events", params={"status_filter": "SENT"}).json()["data"]
    assert [e["node"]["delivery_status"] for e in edges] == ["SENT"]
    stage.settings.graph_history = "empty"
    assert http.get(path, params=query).json() == {"data": []}
    stage.settings.graph_history = "denied"
    assert code(http.get(path, params=query)) == (403, 10)
    stage.settings.graph_history = "absent"
    assert code(http.get(path, params=query)) == (400, 100)


def test_a_template_needs_no_window_and_opens_none_but_its_answer_does(
    wa: WhatsApp, stage: World, customer: Customer
) -> None:
    wa.send_template(
        to=PHONE,
        name="order_update",
        language=TemplateLanguage.ENGLISH_US,
        params=[
            HeaderImage.params(image="https://files.example.com/parcel.png"),
            BodyText.params(first_name="Jennifer", order_id="A-1042"),
            URLButton.params(url_variable="A-1042", index=0),
            QuickReplyButton.params(callback_data="stop", index=1),
        ],
    )
    (item,) = phone_screen(stage, customer)
    assert item["kind"] == "template"
    assert item["text"] == "Hi Jennifer, order A-1042 has shipped.\nHarbour Parcels"
    assert item["buttons"] == ["Track", "Stop"]
    assert item["opens"] == ["https://parcels.example.com/t/A-1042", ""]
    assert [a["name"] for a in item["attachments"]] == ["parcel.png"]
    wa.send_message(to=PHONE, text="Still closed")
    conversation = stage.write(customer, text="Thank you!")
    wa.send_message(to=PHONE, text="Now open")
    assert [i["text"] for i in phone_screen(stage, customer)][1:] == ["Thank you!", "Now open"]
    assert conversation is not None
    assert stage.intercom.get_conversation(conversation)["source"]["body"] == "<p>Thank you!</p>"


def test_positional_parameters_and_text_headers(wa: WhatsApp, stage: World, customer: Customer) -> None:
    wa.send_template(
        to=PHONE, name="we_have_news", language=TemplateLanguage.GERMAN, params=[BodyText.params("Jennifer")]
    )
    assert phone_screen(stage, customer)[-1]["text"].startswith("Hallo Jennifer, es gibt Neues")


def test_without_a_plus_the_message_goes_to_another_number(
    http: httpx.Client, phone_id: str, stage: World, customer: Customer
) -> None:
    stage.write(customer, text="Hello?")
    answer = http.post(f"/{phone_id}/messages", json=text("353871234567")).json()
    assert answer["contacts"] == [{"input": "353871234567", "wa_id": "353353871234567"}]
    stage.advance(5)
    assert [i["text"] for i in phone_screen(stage, customer)] == ["Hello?"]
    (event,) = history(http, phone_id, answer["messages"][0]["id"])
    assert "131026" in event["error_description"]
    answer = http.post(f"/{phone_id}/messages", json=text("+353 (87) 123-4567")).json()
    assert answer["contacts"][0]["wa_id"] == "353871234567"
    assert len(phone_screen(stage, customer)) == 2


@pytest.mark.parametrize(
    ("stored", "wa_id"),
    [("+5531987654321", "553187654321"), ("+5511987654321", "5511987654321"), ("+525512345678", "5215512345678")],
)
def test_brazil_and_mexico_have_ids_of_their_own(
    http: httpx.Client, phone_id: str, stage: World, stored: str, wa_id: str
) -> None:
    customer = stage.add_customer("Marisol", phone=stored)
    stage.write(customer, text="Hola")
    for to in (stored, f"+{wa_id}"):
        answer = http.post(f"/{phone_id}/messages", json=text(to)).json()
        assert answer["contacts"] == [{"input": to, "wa_id": wa_id}]
    assert len(phone_screen(stage, customer)) == 3


def test_a_customer_without_a_number_is_reached_by_user_id(
    wa: WhatsApp, http: httpx.Client, phone_id: str, stage: World
) -> None:
    user_id = "US.13491208655302741918"
    customer = stage.add_customer("Nia", bsuid=user_id)
    conversation = stage.write(customer, text="Hi")
    assert conversation is not None
    body = {k: v for k, v in text("").items() if k != "to"} | {"recipient": user_id}
    answer = http.post(f"/{phone_id}/messages", json=body).json()
    assert answer["contacts"] == [{"input": user_id, "user_id": user_id}]
    stage.teammate_reply(conversation, "7001", "From the inbox")
    assert [i["text"] for i in phone_screen(stage, customer)] == ["Hi", "Hi", "From the inbox"]
    button = {"type": "button", "sub_type": "url", "index": "0", "parameters": [{"type": "text", "text": "123456"}]}
    refused = template("sign_in", "en", values("body", "123456"), button, recipient=user_id)
    assert code(http.post(f"/{phone_id}/messages", json=refused)) == (400, 131062)
    both = http.post(f"/{phone_id}/messages", json={**body, "to": PHONE}).json()["contacts"][0]
    assert both == {"input": PHONE, "wa_id": "353871234567", "user_id": user_id}


def test_media_are_uploaded_sent_and_described(wa: WhatsApp, stage: World, customer: Customer) -> None:
    stage.write(customer, text="Hello?")
    media = wa.upload_media(b"%PDF-1.4", mime_type="application/pdf", filename="invoice.pdf")
    wa.send_document(to=PHONE, document=media.id, filename="invoice-1042.pdf", caption="Here it is")
    item = phone_screen(stage, customer)[-1]
    assert (item["text"], item["attachments"][0]["name"]) == ("Here it is", "invoice-1042.pdf")
    described = wa.get_media_url(media.id)
    assert (int(described.file_size), described.mime_type) == (8, "application/pdf")
    assert wa.get_media_bytes(described.url) == b"%PDF-1.4"


def test_too_many_messages_to_one_user(http: httpx.Client, phone_id: str, stage: World, customer: Customer) -> None:
    stage.settings.pair_limit = 3
    answers = [http.post(f"/{phone_id}/messages", json=text(PHONE)) for _ in range(4)]
    assert [a.status_code for a in answers] == [200, 200, 200, 400]
    assert code(answers[-1]) == (400, 131056)
    assert http.post(f"/{phone_id}/messages", json=text("+4915112345678")).status_code == 200
    stage.advance(6)
    assert http.post(f"/{phone_id}/messages", json=text(PHONE)).status_code == 200


HEADER = {"type": "header", "parameters": [{"type": "image", "image": {"link": "https://example.com/a.png"}}]}
BUTTON = {"type": "button", "sub_type": "url", "index": "0", "parameters": [{"type": "text", "text": "A-1"}]}
CODE = {
    "type": "button", "sub_type": "copy_code", "index": "0",
    "parameters": [{"type": "coupon_code", "coupon_code": "WINTER24"}],
}  # fmt: skip
NAMED = values("body", first_name="J", order_id="A-1")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (template("nothing_like_it", "en"), (404, 132001)),
        (template("order_update", "en", HEADER, NAMED, BUTTON), (404, 132001)),
        (template("winter_sale", "en", values("body", "J")), (400, 132015)),
        (template("new_opening_hours", "en", values("body", "9")), (404, 132001)),
        (template("we_have_news", "en"), (400, 132000)),
        (template("we_have_news", "en", values("body", "J", "K")), (400, 132000)),
        (template("we_have_news", "en", values("body", name="J")), (400, 132012)),
        (template("we_have_news", "en", values("body", "a\nb")), (400, 132018)),
        (template("we_have_news", "en", values("body", "a     b")), (400, 132018)),
        (template("we_have_news", "en", values("body", "J" * 1024)), (400, 132005)),
        (template("we_have_news", "en", values("header", "J"), values("body", "J")), (400, 132018)),
        (template("order_update", "en_US", HEADER, values("body", "J", "A"), BUTTON), (400, 100)),
        (template("order_update", "en_US", NAMED, BUTTON), (400, 132012)),
        (template("order_update", "en_US", values("header", "text"), NAMED, BUTTON), (400, 132012)),
        (template("order_update", "en_US", HEADER, NAMED), (400, 131008)),
        (template("order_update", "en_US", HEADER, NAMED, BUTTON | {"sub_type": "quick_reply"}), (400, 132018)),
        (template("thank_you_code", "en", values("body", "J"), BUTTON | {"sub_type": "copy_code"}), (400, 132018)),
        (template("thank_you_code", "en", values("body", "J"), CODE | {"sub_type": "url"}), (400, 132018)),
        (text("+35315550100"), (400, 131021)),
        (text(""), (400, 100)),
        (text(PHONE, ""), (400, 100)),
        (text(PHONE, "x" * 4097), (400, 100)),
        ({**text(PHONE), "type": "hologram"}, (400, 131051)),
        ({**text(PHONE), "type": "image", "image": {"id": "1"}}, (400, 131009)),
        ({"to": PHONE}, (400, 100)),
    ],
)
def test_immediate_refusals(
    http: httpx.Client, phone_id: str, stage: World, customer: Customer, body: dict[str, Any], expected: tuple[int, int]
) -> None:
    assert code(http.post(f"/{phone_id}/messages", json=body)) == expected
    assert phone_screen(stage, customer) == []


def test_a_code_to_copy(http: httpx.Client, phone_id: str, stage: World, customer: Customer) -> None:
    body = template("thank_you_code", "en", values("body", "Jen"), CODE)
    assert http.post(f"/{phone_id}/messages", json=body).status_code == 200
    (item,) = phone_screen(stage, customer)
    assert (item["buttons"], item["opens"]) == (["Copy code"], ["WINTER24"])


def test_a_template_can_be_paused_between_two_sends(http: httpx.Client, phone_id: str, stage: World) -> None:
    send = template("we_have_news", "en", values("body", "J"))
    assert http.post(f"/{phone_id}/messages", json=send).json()["messages"][0]["message_status"] == "accepted"
    stage.templates.change("we_have_news", "en", status="DISABLED", quality="RED")
    assert code(http.post(f"/{phone_id}/messages", json=send)) == (400, 132016)
    node = http.get(f"/{stage.templates.all[2].id}", params={"fields": "status,quality_score"}).json()
    assert (node["status"], node["quality_score"]["score"]) == ("DISABLED", "RED")


def test_invalid_tokens_and_unknown_objects(http: httpx.Client, sandbox: Sandbox, stage: World) -> None:
    stranger = http.get("/me", headers={"Authorization": "Bearer x"})
    assert code(stranger) == (401, 190)
    gone = http.get("/1")
    assert code(gone) == (400, 100)
    assert gone.json()["error"]["error_subcode"] == 33
    assert code(http.post("/1/messages", json={})) == (400, 100)
    assert gone.headers["facebook-api-version"] == "v26.0"
    assert "x-business-use-case-usage" in gone.headers
    stage.settings.graph_token_expired = True
    expired = http.get("/1")
    assert (code(expired), expired.json()["error"]["error_subcode"]) == ((401, 190), 463)


def test_every_listed_error_can_be_provoked_at_once_and_later(
    wa: WhatsApp, http: httpx.Client, phone_id: str, stage: World, customer: Customer
) -> None:
    stage.settings.pair_limit = 1000
    stage.write(customer, text="Hello?")
    for wanted, (status, _, _) in CODES.items():
        stage.settings.provoked.append(Provoked("graph", wanted, path="/messages$"))
        assert code(http.post(f"/{phone_id}/messages", json=text(PHONE))) == (status, wanted)
        stage.settings.provoked.append(Provoked("graph", wanted, later=True))
        wamid = http.post(f"/{phone_id}/messages", json=text(PHONE)).json()["messages"][0]["id"]
        stage.advance(3)
        (event,) = history(http, phone_id, wamid)
        assert f"({wanted})" in event["error_description"]
    stage.settings.provoked.append(Provoked("graph", 131026))
    with pytest.raises(WhatsAppError) as refused:
        wa.send_message(to=PHONE, text="Hi")
    assert refused.value.code == 131026
    assert len(phone_screen(stage, customer)) == 1
