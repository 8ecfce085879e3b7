"""Webhooks as the four providers send them, signed by the providers' rules, not with the hub's code."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any
from urllib.parse import urlencode

import msgspec
from hub_stage import BOT, BOT_SECRET, PUBLIC_URL, SECRETS
from twilio.request_validator import RequestValidator

Json = dict[str, Any]
BEGAN = 1_790_000_000
PHONE, PHONE_DIGITS, TEXT, NAME = "+353871234567", "353871234567", "Where is my parcel", "Jennifer Okafor"


class Webhook(msgspec.Struct, frozen=True):
    """A request to the hub. signature: the name of the header that holds it."""

    path: str
    body: bytes
    headers: dict[str, str]
    signature: str


def intercom(topic: str, item: Any, workspace_id: str, *, secret: str = "") -> Webhook:
    body = {
        "type": "notification_event",
        "id": "notif_1",
        "topic": topic,
        "app_id": workspace_id,
        "created_at": BEGAN,
        "delivery_attempts": 1,
        "data": {"type": "notification_event_data", "item": item},
    }
    return raw_intercom(json.dumps(body).encode(), secret)


def raw_intercom(body: bytes, secret: str = "") -> Webhook:
    key = (secret or SECRETS["intercom_client_secret"]).encode()
    header = "sha1=" + hmac.new(key, body, hashlib.sha1).hexdigest()
    return _json("/webhooks/intercom", body, "X-Hub-Signature", header)


def conversation(*parts: Json, id: str = "215471234500001", at: int = BEGAN, **more: Any) -> Json:
    """As Intercom tells of one, with the new parts."""
    return {
        "type": "conversation",
        "id": id,
        "created_at": BEGAN,
        "updated_at": at,
        "state": "open",
        "open": True,
        "read": False,
        "source": {"type": "conversation", "id": "1", "body": TEXT, "author": author()},
        "contacts": {"type": "contact.list", "contacts": [{"type": "contact", "id": "c1"}]},
        "conversation_parts": {"type": "conversation_part.list", "conversation_parts": [*parts], "total_count": 1},
    } | more


def part(number: int = 1, body: str = TEXT, at: int = BEGAN, **more: Any) -> Json:
    return {
        "type": "conversation_part",
        "id": str(45763812690 + number),
        "part_type": "comment",
        "body": body,
        "created_at": at,
        "updated_at": at,
        "author": author(),
        "attachments": [],
    } | more


def author() -> Json:
    return {"type": "lead", "id": "c1", "name": NAME, "email": "jennifer@example.com"}


def meta(payload: Any, *, secret: str = "") -> Webhook:
    return raw_meta(json.dumps(payload).encode(), secret)


def raw_meta(body: bytes, secret: str = "") -> Webhook:
    key = (secret or SECRETS["meta_app_secret"]).encode()
    header = "sha256=" + hmac.new(key, body, hashlib.sha256).hexdigest()
    return _json("/webhooks/meta", body, "X-Hub-Signature-256", header)


def whatsapp(
    *, statuses: list[Json] | None = None, messages: list[Json] | None = None, number: str = "5550001"
) -> Json:
    """A payload of Meta's for a number of ours."""
    value: Json = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "15550001111", "phone_number_id": number},
    }
    value |= {"statuses": statuses} if statuses else {}
    value |= (
        {"messages": messages, "contacts": [{"profile": {"name": NAME}, "wa_id": PHONE_DIGITS}]} if messages else {}
    )
    change = {"field": "messages", "value": value}
    return {"object": "whatsapp_business_account", "entry": [{"id": "9", "changes": [change]}]}


def whatsapp_status(id: str = "wamid.1", status: str = "read") -> Json:
    return {"id": id, "status": status, "timestamp": str(BEGAN), "recipient_id": PHONE_DIGITS}


def whatsapp_message(id: str = "wamid.2", body: str = TEXT) -> Json:
    return {"from": PHONE_DIGITS, "id": id, "timestamp": str(BEGAN), "type": "text", "text": {"body": body}}


def twilio(parameters: dict[str, str], *, token: str = "", query: str = "") -> Webhook:
    path = "/webhooks/twilio" + query
    validator = RequestValidator(token or SECRETS["twilio_auth_token"])
    header = validator.compute_signature(PUBLIC_URL + path, parameters)
    headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": header}
    return Webhook(path, urlencode(parameters).encode(), headers, "X-Twilio-Signature")


def twilio_status(status: str = "delivered", **more: str) -> dict[str, str]:
    addresses = {"From": "whatsapp:+15550001111", "To": f"whatsapp:{PHONE}"}
    return {"MessageSid": "SM1", "MessageStatus": status, "AccountSid": "AC1"} | addresses | more


def twilio_message(**more: str) -> dict[str, str]:
    addresses = {"To": "whatsapp:+15550001111", "From": f"whatsapp:{PHONE}"}
    return {"MessageSid": "SM2", "SmsStatus": "received", "Body": TEXT, "ProfileName": NAME} | addresses | more


def telegram(update: Any, *, bot: str = BOT, secret: str = BOT_SECRET) -> Webhook:
    return raw_telegram(json.dumps(update).encode(), bot, secret)


def raw_telegram(body: bytes, bot: str = BOT, secret: str = BOT_SECRET) -> Webhook:
    return _json(f"/webhooks/telegram/{bot}", body, "X-Telegram-Bot-Api-Secret-Token", secret)


def telegram_update(number: int = 1) -> Json:
    person = {"id": 9001, "is_bot": False, "first_name": NAME}
    chat = {"id": 9001, "type": "private", "first_name": NAME}
    message = {"message_id": 5, "date": BEGAN, "chat": chat, "from": person, "text": TEXT}
    return {"update_id": number, "message": message}


def _json(path: str, body: bytes, signature: str, header: str) -> Webhook:
    return Webhook(path, body, {"Content-Type": "application/json", signature: header}, signature)


def good(workspace_id: str) -> dict[str, Webhook]:
    """One good webhook of each provider."""
    return {
        "intercom": intercom("conversation.user.replied", conversation(part()), workspace_id),
        "meta": meta(whatsapp(messages=[whatsapp_message()])),
        "twilio": twilio(twilio_message()),
        "telegram": telegram(telegram_update()),
    }
