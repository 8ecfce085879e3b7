"""Twilio's Message and Media resources as JSON."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from desktop.sandbox.model.people import Line
from desktop.sandbox.model.traffic import Message, Reason

Json = dict[str, Any]
ACCOUNT_SID = "AC" + "5a" * 16
ACCOUNT_PATH = f"/2010-04-01/Accounts/{ACCOUNT_SID}"
_GSM = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_PAIRS = set("^{}\\[~]|€\f")
_WHATSAPP: dict[Reason, int] = {"window": 63016, "nobody": 63024, "blocked": 63033, "stopped": 63032}
_SMS: dict[Reason, int] = {"nobody": 30005, "blocked": 30004, "stopped": 21610}


def sid(message: Message) -> str:
    return ("MM" if message.files else "SM") + message.hash("twilio")


def media_sid(message: Message, number: int) -> str:
    return "ME" + f"{number:02d}" + message.hash("twilio media")[2:]


def address(line: Line, number: str) -> str:
    """The address in `To` and `From`, with a prefix for WhatsApp."""
    return f"whatsapp:{number}" if line.channel == "whatsapp" else number


def addresses(message: Message) -> tuple[str, str]:
    """From and To."""
    business = address(message.line, message.line.address)
    customer = address(message.line, message.to)
    return (customer, business) if message.is_inbound else (business, customer)


def status(message: Message) -> str:
    if message.state == "accepted":
        return "queued"
    if message.state == "failed":
        return "failed" if message.failure_reason in ("window", "nobody") else "undelivered"
    return message.state


def error_code(message: Message) -> int | None:
    """Twilio's error code; None until the failure is known."""
    if message.state != "failed":
        return None
    table = _WHATSAPP if message.line.channel == "whatsapp" else _SMS
    return table.get(message.failure_reason or "nobody", 30008) if message.code is None else message.code


def sent_at(message: Message) -> float | None:
    """Twilio's DateSent; None while the message is queued."""
    return message.at if message.is_inbound else next((at for state, at in message.states if state != "accepted"), None)


def message_json(message: Message) -> Json:
    own, (sender, to) = sid(message), addresses(message)
    uri = f"{ACCOUNT_PATH}/Messages/{own}.json"
    priced = message.line.channel == "sms" and message.state in ("delivered", "received")
    return {
        "sid": own,
        "account_sid": ACCOUNT_SID,
        "api_version": "2010-04-01",
        "body": message.text,
        "direction": "inbound" if message.is_inbound else "outbound-api",
        "status": status(message),
        "from": sender,
        "to": to,
        "messaging_service_sid": message.labels.get("messaging_service_sid"),
        "num_media": str(len(message.files)),
        "num_segments": str(segments(message.text)) if message.line.channel == "sms" else "1",
        "date_created": _date(message.at),
        "date_sent": _date(sent_at(message)),
        "date_updated": _date(message.states[-1][1]),
        "error_code": error_code(message),
        "error_message": None,
        "price": "-0.00750" if priced else None,
        "price_unit": "USD" if priced else None,
        "subresource_uris": {"media": f"{ACCOUNT_PATH}/Messages/{own}/Media.json"},
        "uri": uri,
    }


def media_json(message: Message, number: int) -> Json:
    own = media_sid(message, number)
    return {
        "sid": own,
        "account_sid": ACCOUNT_SID,
        "parent_sid": sid(message),
        "content_type": message.files[number].content_type,
        "date_created": _date(message.at),
        "date_updated": _date(message.at),
        "uri": f"{ACCOUNT_PATH}/Messages/{sid(message)}/Media/{own}.json",
    }


def segments(text: str) -> int:
    """Number of SMS segments: 160 or 153 GSM characters, else 70 or 67 UTF-16 units (GSM 03.38)."""
    if all(letter in _GSM or letter in _GSM_PAIRS for letter in text):
        units, alone, joined = len(text) + sum(letter in _GSM_PAIRS for letter in text), 160, 153
    else:
        units, alone, joined = len(text.encode("utf-16-le")) // 2, 70, 67
    return 1 if units <= alone else -(-units // joined)


def _date(instant: float | None) -> str | None:
    return None if instant is None else format_datetime(datetime.fromtimestamp(int(instant), UTC))
