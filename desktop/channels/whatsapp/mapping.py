"""Between Meta's JSON and our words: templates, what is sent, what became of it. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from desktop.channels.shared import whatsapp_components
from desktop.channels.shared.loose_json import field, file_name, ident, items, number, read, text, when, whole, word
from desktop.channels.shared.meta_codes import from_description
from desktop.channels.whatsapp import wire
from desktop.domain.content.files import FilePlan
from desktop.domain.content.template import Category, Filled, HeaderKind, Slot, SlotKind, Status, Template, slots
from desktop.domain.delivery import Delivery
from desktop.domain.identity.customer import phone_key
from desktop.ports import (
    Accepted,
    ChannelAccount,
    DeliveryFact,
    DirectMessage,
    DirectTemplate,
    ProviderErrorKind,
)

Json = dict[str, Any]

MAX_TEXT = 4096
MAX_CAPTION = 1024
MAX_PHONE_DIGITS = 15
_USER_ID = re.compile(r"[A-Za-z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}")
_DELIVERY = {
    "accepted": Delivery.ACCEPTED,
    "sent": Delivery.SENT,
    "delivered": Delivery.DELIVERED,
    "read": Delivery.READ,
    "failed": Delivery.FAILED,
    "error": Delivery.FAILED,
}
_HELD = {
    "held_for_quality_assessment": "WhatsApp holds it back while it assesses the template; it may be dropped later.",
    "paused": "WhatsApp holds it back because the template is paused; it may be dropped later.",
}


# --- what is read --------------------------------------------------------------------------------------------------


def account(raw: object) -> ChannelAccount | None:
    """None for what is no number."""
    found = read(raw, wire.Number)
    if not ident(found.id):
        return None
    remarks = []
    if word(found.quality_rating) in ("yellow", "red"):
        remarks.append(f"WhatsApp rates this number's quality {word(found.quality_rating)}.")
    if found.is_on_biz_app is True:
        remarks.append(
            "This number is also in use in the WhatsApp Business app; replies typed there are not seen here."
        )
    can_send = word(field(found.health_status, "can_send_message"))
    if can_send in ("limited", "blocked"):
        remarks.append(f"WhatsApp says that sending from this number is {can_send}.")
    digits = "".join(c for c in text(found.display_phone_number) if c.isdecimal() and c.isascii())
    return ChannelAccount(text(found.verified_name).strip(), f"+{digits}" if digits else "", tuple(remarks))


def template(raw: object, known_at: datetime) -> Template | None:
    """None for what has no name."""
    found = read(raw, wire.Template)
    if not text(found.name):
        return None
    parts = whatsapp_components.parts(found.components)
    if parts.header is not None and parts.header.kind is HeaderKind.DOCUMENT:
        parts.header = replace(parts.header, takes_name=True)
    category = whatsapp_components.category(found.category)
    if category is Category.AUTHENTICATION:
        parts.unsendable = "Log-in codes are sent by the system that makes them, not from here."
    return Template(
        id=ident(found.external_id) or ident(found.id),
        name=text(found.name),
        language=text(found.language),
        body=parts.body,
        status=whatsapp_components.status(found.status),
        category=category,
        header=parts.header,
        footer=parts.footer,
        buttons=tuple(parts.buttons),
        examples=parts.examples,
        quality=word(field(found.quality_score, "score")),
        rejected_because="" if word(found.rejected_reason) == "none" else text(found.rejected_reason),
        unsendable=parts.unsendable,
        known_at=known_at,
    )


def status_now(raw: object) -> Status:
    return whatsapp_components.status(field(raw, "status"))


def accepted(content: object) -> Accepted | None:
    """None for an answer without a message's id."""
    message = read(next(iter(items(content, "messages")), None), wire.SentMessage)
    contact = read(next(iter(items(content, "contacts")), None), wire.SentTo)
    if not ident(message.id):
        return None
    phone = ident(contact.wa_id).lstrip("+")
    return Accepted(
        ident(message.id),
        address=f"+{phone}" if phone else ident(contact.user_id),
        remark=_HELD.get(word(message.message_status), ""),
    )


def delivery(
    content: object, message_id: str, words: Callable[[ProviderErrorKind, str, str], str]
) -> DeliveryFact | None:
    """The furthest of a message's events; None where the list does not speak of it.

    words: the sentence for a trouble with its code and the provider's own text.
    """
    listed = [raw for raw in items(content, "data") if text(field(raw, "message_id")) == message_id]
    events = [read(e, wire.HistoryEvent) for raw in listed for e in items(field(raw, "events"), "data")]
    known = [(_DELIVERY[word(e.delivery_status)], e) for e in events if word(e.delivery_status) in _DELIVERY]
    if not known:
        return None
    reached, event = max(known, key=lambda pair: pair[0])
    at = when(event.timestamp) or when(event.occurrence_timestamp)
    if reached is not Delivery.FAILED:
        return DeliveryFact(message_id, reached, reached is Delivery.READ, at)
    said = text(event.error_description)
    error, code = from_description(said)
    return DeliveryFact(message_id, reached, True, at, error, words(error, code, said))


# --- what is sent --------------------------------------------------------------------------------------------------


def recipient(to: str) -> Json | None:
    """Whom it is for; None for what is no address. A number without `+` would get our own country's code."""
    to = to.strip()
    if _USER_ID.fullmatch(to):
        return {"recipient": to}
    digits = phone_key(to)
    return {"to": f"+{digits}"} if digits and len(digits) <= MAX_PHONE_DIGITS else None


def message_body(out: DirectMessage, whom: Json, plan: FilePlan | None = None, file_id: str = "") -> Json:
    """plan, file_id: of the file that was uploaded; None and "" without one."""
    words = whole(out.text)
    if plan is None or plan.form is None:
        content: Json = {"type": "text", "text": {"body": words, "preview_url": False}}
    else:
        kind = plan.form.value
        shown: Json = {"id": file_id} | ({"caption": words} if words else {})
        content = {"type": kind, kind: shown | ({"filename": plan.name} if kind == "document" else {})}
    quoted = {"context": {"message_id": out.reply_to}} if out.reply_to else {}
    return _envelope(out.draft_id, whom) | quoted | content


def template_body(out: DirectTemplate, whom: Json) -> Json:
    """Only parts that take values are listed."""
    template, values = out.filled.template, out.filled.values
    places: dict[str, list[Json]] = {"header": [], "body": []}
    buttons: list[Json] = []
    for slot in slots(template):
        value = whole(values.get(slot.key, ""))
        if slot.button is not None:
            buttons.append(_button(slot, value))
        elif slot.kind is SlotKind.MEDIA:
            places["header"].append(_media(out.filled))
        elif slot.kind is SlotKind.FILE_NAME:
            continue
        else:
            # Each part of a template may have names or numbers, and some lists leave its format out.
            named = {} if slot.name.isdecimal() else {"parameter_name": slot.name}
            places[slot.key.partition(".")[0]].append({"type": "text", **named, "text": value})
    listed = [{"type": place, "parameters": given} for place, given in places.items() if given] + buttons
    content: Json = {"name": template.name, "language": {"code": template.language}}
    return _envelope(out.draft_id, whom) | {
        "type": "template",
        "template": content | ({"components": listed} if listed else {}),
    }


def _envelope(draft_id: str, whom: Json) -> Json:
    tag = {"biz_opaque_callback_data": draft_id}
    return {"messaging_product": "whatsapp", "recipient_type": "individual", **whom, **tag}


def _button(slot: Slot, value: str) -> Json:
    sub_type, parameter = "url", {"type": "text", "text": value}
    if slot.kind is SlotKind.CODE:
        sub_type, parameter = "copy_code", {"type": "coupon_code", "coupon_code": value}
    return {"type": "button", "sub_type": sub_type, "index": str(slot.button), "parameters": [parameter]}


def _media(filled: Filled) -> Json:
    kind = filled.template.header.kind.value if filled.template.header is not None else "document"
    media = whole(filled.media)
    given: Json = {"id": media} if number(media) is not None else {"link": media}
    if filled.file_name:
        given["filename"] = file_name(filled.file_name)
    return {"type": kind, kind: given}
