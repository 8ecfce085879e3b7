"""Answers of the channel providers validated against their published descriptions, which are not copied.

Known defects of the descriptions, which the sandbox does not follow: Meta's has two enums of delivery states (their
union counts), no CONNECTED among a number's states, and made-up HTTP codes; Twilio's describes no error at all;
Telegram's describes no envelope.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from desktop.sandbox.model.people import Customer
from desktop.sandbox.server import Sandbox
from desktop.sandbox.world import World
from desktop.sandbox.world.sample_files import make_pdf, make_png

CONTRACTS = Path(__file__).parents[3].parent / "shared" / "contracts"
META, TELEGRAM = CONTRACTS / "meta_business_messaging_v23.0.yaml", CONTRACTS / "telegram_bot_api.json"
TWILIO = tuple(CONTRACTS / f"twilio_{n}.yaml" for n in ("api_v2010", "content_v1", "content_v2"))
PHONE = "+353871234567"
ACCOUNT = "/2010-04-01/Accounts/{AccountSid}"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not all(p.exists() for p in (META, TELEGRAM, *TWILIO)), reason="the descriptions are not beside the project"
    ),
]


def to_json_schema(node: Any) -> Any:
    """Convert OpenAPI 3.0 to JSON Schema: `nullable` becomes a null alternative; Meta's two state enums are united."""
    if isinstance(node, list):
        return [to_json_schema(item) for item in node]
    if not isinstance(node, dict):
        return node
    kept = {k: to_json_schema(v) for k, v in node.items() if k not in ("nullable", "example", "discriminator")}
    if {"SENT", "DELIVERED", "READ"} <= set(map(str, kept.get("enum", ()))):
        kept["enum"] = ["ACCEPTED", "SENT", "DELIVERED", "READ", "FAILED", "ERROR", "DELETED"]
    if "UNLINKED" in kept.get("enum", ()):
        kept["enum"] = [*kept["enum"], "CONNECTED"]
    return {"anyOf": [kept, {"type": "null"}]} if node.get("nullable") is True else kept


@cache
def description(path: Path) -> dict[str, Any]:
    yaml = pytest.importorskip("yaml")
    raw = yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return {"paths": raw["paths"], "components": {"schemas": to_json_schema(raw["components"]["schemas"])}}


def check(where: Path, path: str, verb: str, response: httpx.Response) -> Any:
    """Validate an answer against its schema. Returns its JSON."""
    answers = description(where)["paths"][path][verb]["responses"]
    schema = answers[str(response.status_code)]["content"]["application/json"]["schema"]
    whole = {**to_json_schema(schema), "components": description(where)["components"]}
    Draft202012Validator(whole).validate(response.json())
    return response.json()


def test_meta(sandbox: Sandbox, stage: World, customer: Customer) -> None:
    urls = sandbox.urls["graph"]
    root, headers = f"{urls['base_url']}/v23.0", {"Authorization": f"Bearer {urls['token']}"}
    number, waba = f"/{urls['phone_number_id']}", f"/{urls['waba_id']}"
    stage.write(customer, text="Hi")
    with httpx.Client(base_url=root, headers=headers) as http:
        fields = "id,display_phone_number,verified_name,quality_rating,throughput,platform_type,status"
        check(META, "/{Version}/{Phone-Number-ID}", "get", http.get(number, params={"fields": fields}))
        check(
            META,
            "/{Version}/{WABA-ID}/phone_numbers",
            "get",
            http.get(f"{waba}/phone_numbers", params={"fields": fields}),
        )
        check(META, "/{Version}/{WABA-ID}/message_templates", "get", http.get(f"{waba}/message_templates"))
        check(META, "/{Version}/{TEMPLATE_ID}", "get", http.get(f"/{stage.templates.all[0].id}"))
        text = {"messaging_product": "whatsapp", "to": PHONE, "type": "text", "text": {"body": "Hi"}}
        inner = {"name": "still_there", "language": {"code": "en_US"}}
        template = {"messaging_product": "whatsapp", "to": PHONE, "type": "template", "template": inner}
        for body in (text, template):
            sent = check(
                META, "/{Version}/{Phone-Number-ID}/messages", "post", http.post(f"{number}/messages", json=body)
            )
        stage.advance(60)
        query = {
            "message_id": sent["messages"][0]["id"],
            "fields": "id,message_id,events{id,delivery_status,timestamp}",
        }
        history = http.get(f"{number}/message_history", params=query)
        (entry,) = check(META, "/{Version}/{Phone-Number-ID}/message_history", "get", history)["data"]
        assert [e["delivery_status"] for e in entry["events"]["data"]] == ["SENT", "DELIVERED", "READ"]
        events = http.get(f"/{entry['id']}/events")
        check(META, "/{Version}/{Message-History-ID}/events", "get", events)
        upload = {
            "files": {"file": ("a.pdf", make_pdf().data, "application/pdf")},
            "data": {"messaging_product": "whatsapp"},
        }
        media = check(META, "/{Version}/{Phone-Number-ID}/media", "post", http.post(f"{number}/media", **upload))
        check(META, "/{Version}/{Media-ID}", "get", http.get(f"/{media['id']}"))


def test_twilio(sandbox: Sandbox, stage: World, customer: Customer) -> None:
    urls, (v2010, v1, v2) = sandbox.urls["twilio"], TWILIO
    account = f"/2010-04-01/Accounts/{urls['account_sid']}"
    stage.write(customer, text="Look", line="whatsapp-2", attachments=[make_png(9, 9)])
    with httpx.Client(base_url=urls["base_url"], auth=(urls["account_sid"], urls["auth_token"])) as http:
        form = {"To": PHONE, "From": "+35315550199", "Body": "Hi"}
        sent = check(v2010, ACCOUNT + "/Messages.json", "post", http.post(f"{account}/Messages.json", data=form))
        for pause in (0, 1.5, 1, 60):
            stage.advance(pause)
            one = http.get(f"{account}/Messages/{sent['sid']}.json")
            check(v2010, ACCOUNT + "/Messages/{Sid}.json", "get", one)
        listed = check(v2010, ACCOUNT + "/Messages.json", "get", http.get(f"{account}/Messages.json"))
        message = next(m for m in listed["messages"] if m["num_media"] == "1")
        media = http.get(f"{account}/Messages/{message['sid']}/Media.json")
        check(v2010, ACCOUNT + "/Messages/{MessageSid}/Media.json", "get", media)
        check(v2010, "/2010-04-01/Accounts/{Sid}.json", "get", http.get(f"{account}.json"))
        numbers = http.get(f"{account}/IncomingPhoneNumbers.json")
        check(v2010, ACCOUNT + "/IncomingPhoneNumbers.json", "get", numbers)
        contents = check(v2, "/v2/ContentAndApprovals", "get", http.get("/v2/ContentAndApprovals"))["contents"]
        check(v1, "/v1/ContentAndApprovals", "get", http.get("/v1/ContentAndApprovals"))
        check(v1, "/v1/Content", "get", http.get("/v1/Content"))
        for entry in contents:
            check(v1, "/v1/Content/{Sid}", "get", http.get(f"/v1/Content/{entry['sid']}"))
            approval = http.get(f"/v1/Content/{entry['sid']}/ApprovalRequests")
            check(v1, "/v1/Content/{Sid}/ApprovalRequests", "get", approval)


@cache
def telegram() -> dict[str, Any]:
    return dict(json.loads(TELEGRAM.read_text(encoding="utf-8")))


SIMPLE = {"Integer": int, "String": str, "Boolean": bool, "Float": (int, float)}


def is_of_type(value: Any, kind: str) -> bool:
    """Whether a value is of a Telegram type, without missing or unknown fields."""
    if kind.startswith("Array of "):
        return isinstance(value, list) and all(is_of_type(item, kind.removeprefix("Array of ")) for item in value)
    if kind in SIMPLE:
        return isinstance(value, SIMPLE[kind]) and (kind == "Boolean" or not isinstance(value, bool))
    known = telegram()["types"].get(kind)
    if known is None or not isinstance(value, dict):
        return kind == "True" and value is True
    if "subtypes" in known:
        return any(is_of_type(value, subtype) for subtype in known["subtypes"])
    fields = {field["name"]: field for field in known.get("fields", ())}
    required = {name for name, field in fields.items() if field["required"]}
    return required <= value.keys() <= fields.keys() and all(
        any(is_of_type(value[name], t) for t in fields[name]["types"]) for name in value
    )


def test_telegram(sandbox: Sandbox, stage: World, customer: Customer) -> None:
    urls = sandbox.urls["telegram"]
    with httpx.Client(base_url=f"{urls['base_url']}/bot{urls['token']}") as http:

        def call(method: str, **given: Any) -> Any:
            answer = http.post(f"/{method}", **given).json()
            assert answer["ok"], answer
            returns = telegram()["methods"][method]["returns"]
            assert any(is_of_type(answer["result"], kind) for kind in returns), answer["result"]
            return answer["result"]

        call("getWebhookInfo")
        stage.settings.telegram_webhook = ""
        call("getMe")
        call("getWebhookInfo")
        stage.write(customer, "telegram", "Hi")
        stage.write(customer, "telegram", "Look", attachments=[make_png(9, 9)])
        stage.write(customer, "telegram", "", attachments=[make_pdf()])
        stage.block(customer, "telegram")
        stage.unblock(customer, "telegram")
        updates = call("getUpdates")
        assert len(updates) == 5
        sent = call("sendMessage", json={"chat_id": 9001, "text": "Hello"})
        call("sendMessage", json={"chat_id": 9001, "text": "x", "reply_parameters": {"message_id": sent["message_id"]}})
        call("sendPhoto", data={"chat_id": 9001}, files={"photo": ("a.png", make_png(9, 9).data, "image/png")})
        call("sendVoice", data={"chat_id": 9001}, files={"voice": ("a.ogg", b"OggS", "audio/ogg")})
        call("sendDocument", data={"chat_id": 9001}, files={"document": ("a.pdf", make_pdf().data, "application/pdf")})
        call("getFile", json={"file_id": updates[2]["message"]["document"]["file_id"]})
        call("deleteWebhook")


def test_wrong_answers_are_detected(sandbox: Sandbox, stage: World) -> None:
    """Conversion and checker must not accept everything."""
    sid = sandbox.urls["twilio"]["account_sid"]
    with pytest.raises(ValidationError, match="sleeping"):
        check(TWILIO[0], ACCOUNT + "/Messages/{Sid}.json", "get", httpx.Response(200, json={"status": "sleeping"}))
    history = {"data": [{"id": sid, "message_id": 7, "events": {"data": []}}]}
    with pytest.raises(ValidationError):
        check(META, "/{Version}/{Phone-Number-ID}/message_history", "get", httpx.Response(200, json=history))
    assert is_of_type({"id": 1, "is_bot": True, "first_name": "x"}, "User")
    assert not is_of_type({"id": 1, "is_bot": True}, "User")
    assert not is_of_type({"id": "1", "is_bot": True, "first_name": "x"}, "User")
    assert not is_of_type({"id": 1, "is_bot": True, "first_name": "x", "colour": "red"}, "User")
