"""Maps Meta's JSON: the account, templates, the body of a send, delivery states. Pure functions."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from desktop.channels.shared import whatsapp_components
from desktop.channels.shared.addresses import WHATSAPP_USER_ID, to_e164
from desktop.channels.shared.loose_json import (
    as_id,
    as_list,
    as_number,
    as_struct,
    as_text,
    as_time,
    as_word,
    get_field,
    replace_surrogates,
    safe_file_name,
)
from desktop.channels.shared.meta_codes import kind_of_description
from desktop.channels.shared.provider_client import DescribeFailure
from desktop.channels.whatsapp import wire
from desktop.domain.content.files import FilePlan
from desktop.domain.content.template import (
    Category,
    Filled,
    HeaderKind,
    Slot,
    SlotKind,
    Status,
    Template,
    Unsendable,
    list_slots,
)
from desktop.domain.delivery import Delivery
from desktop.domain.model.reason import NO_REASON, make_reason
from desktop.ports import (
    Accepted,
    ChannelAccount,
    DeliveryFact,
    DirectMessage,
    DirectTemplate,
)
from desktop.ports.reasons import ProviderReason

Json = dict[str, Any]

MAX_TEXT = 4096
MAX_CAPTION = 1024
DELIVERY = {
    "accepted": Delivery.ACCEPTED,
    "sent": Delivery.SENT,
    "delivered": Delivery.DELIVERED,
    "read": Delivery.READ,
    "failed": Delivery.FAILED,
    "error": Delivery.FAILED,
}
_REMARKS = {
    "held_for_quality_assessment": make_reason(ProviderReason.DELAYED_BY_ASSESSMENT),
    "paused": make_reason(ProviderReason.DELAYED_BY_PAUSE),
}
_POOR_QUALITIES = {"yellow": ProviderReason.QUALITY_MEDIUM, "red": ProviderReason.QUALITY_LOW}
_SENDING_LIMITS = {"limited": ProviderReason.SENDING_LIMITED, "blocked": ProviderReason.SENDING_BLOCKED}


# --- what is read --------------------------------------------------------------------------------------------------


def account(raw: object) -> ChannelAccount | None:
    """Map a number; None for an answer that is none."""
    found = as_struct(raw, wire.Number)
    if not as_id(found.id):
        return None
    remarks = []
    if (quality := as_word(found.quality_rating)) in _POOR_QUALITIES:
        remarks.append(make_reason(_POOR_QUALITIES[quality]))
    if found.is_on_biz_app is True:
        remarks.append(make_reason(ProviderReason.IN_BUSINESS_APP))
    can_send = as_word(get_field(found.health_status, "can_send_message"))
    if can_send in _SENDING_LIMITS:
        remarks.append(make_reason(_SENDING_LIMITS[can_send]))
    digits = "".join(c for c in as_text(found.display_phone_number) if c.isdecimal() and c.isascii())
    return ChannelAccount(as_text(found.verified_name).strip(), f"+{digits}" if digits else "", tuple(remarks))


def template(raw: object, known_at: datetime) -> Template | None:
    """Map a template; None for one without a name."""
    found = as_struct(raw, wire.Template)
    if not as_text(found.name):
        return None
    parts = whatsapp_components.read_components(found.components)
    if parts.header is not None and parts.header.kind is HeaderKind.DOCUMENT:
        parts.header = replace(parts.header, takes_name=True)
    category = whatsapp_components.read_category(found.category)
    if category is Category.AUTHENTICATION:
        parts.unsendable = make_reason(Unsendable.SIGN_IN_CODE)
    return Template(
        id=as_id(found.external_id) or as_id(found.id),
        name=as_text(found.name),
        language=as_text(found.language),
        body=parts.body,
        status=whatsapp_components.read_status(found.status),
        category=category,
        header=parts.header,
        footer=parts.footer,
        buttons=tuple(parts.buttons),
        examples=parts.examples,
        quality=as_word(get_field(found.quality_score, "score")),
        rejected_because="" if as_word(found.rejected_reason) == "none" else as_text(found.rejected_reason),
        unsendable=parts.unsendable,
        known_at=known_at,
    )


def status_now(raw: object) -> Status:
    """A template's present status."""
    return whatsapp_components.read_status(get_field(raw, "status"))


def accepted(content: object) -> Accepted | None:
    """Read the answer to a send; None if it names no message."""
    message = as_struct(next(iter(as_list(content, "messages")), None), wire.SentMessage)
    contact = as_struct(next(iter(as_list(content, "contacts")), None), wire.SentTo)
    if not as_id(message.id):
        return None
    phone = as_id(contact.wa_id).lstrip("+")
    return Accepted(
        as_id(message.id),
        address=f"+{phone}" if phone else as_id(contact.user_id),
        remark=_REMARKS.get(as_word(message.message_status), NO_REASON),
    )


def delivery(content: object, message_id: str, describe: DescribeFailure) -> DeliveryFact | None:
    """The furthest of a message's events; None where the list has none of it."""
    listed = [raw for raw in as_list(content, "data") if as_text(get_field(raw, "message_id")) == message_id]
    events = [as_struct(e, wire.HistoryEvent) for raw in listed for e in as_list(get_field(raw, "events"), "data")]
    known = [(DELIVERY[as_word(e.delivery_status)], e) for e in events if as_word(e.delivery_status) in DELIVERY]
    if not known:
        return None
    delivery_state, event = max(known, key=lambda pair: pair[0])
    at = as_time(event.timestamp) or as_time(event.occurrence_timestamp)
    if delivery_state is not Delivery.FAILED:
        return DeliveryFact(message_id, delivery_state, delivery_state is Delivery.READ, at)
    description = as_text(event.error_description)
    kind, code = kind_of_description(description)
    return DeliveryFact(message_id, delivery_state, True, at, kind, describe(kind, code, description))


# --- what is sent --------------------------------------------------------------------------------------------------


def recipient(to: str) -> Json | None:
    """The recipient field; None for what is no address. Meta adds our own country's code to a number without `+`."""
    to = to.strip()
    if WHATSAPP_USER_ID.fullmatch(to):
        return {"recipient": to}
    number = to_e164(to)
    return {"to": number} if number else None


def message_body(out: DirectMessage, recipient_field: Json, plan: FilePlan | None = None, file_id: str = "") -> Json:
    """The body of a text or file message. plan, file_id: of the uploaded file; None and "" without one."""
    text = replace_surrogates(out.text)
    if plan is None or plan.form is None:
        content: Json = {"type": "text", "text": {"body": text, "preview_url": False}}
    else:
        kind = plan.form.value
        shown: Json = {"id": file_id} | ({"caption": text} if text else {})
        if kind == "document":
            shown |= {"filename": plan.name}
        elif plan.content_type == "audio/ogg":
            # Shown as a voice message. Of what is in an Ogg file, Meta takes Opus alone.
            shown |= {"voice": True}
        content = {"type": kind, kind: shown}
    context = {"context": {"message_id": out.reply_to}} if out.reply_to else {}
    return _envelope(out, recipient_field) | context | content


def reaction_body(recipient_field: Json, message_id: str, emoji: str) -> Json:
    """The body of a reaction; without an emoji it removes ours (Meta, "Reaction messages")."""
    reaction = {"message_id": message_id, "emoji": emoji}
    common = {"messaging_product": "whatsapp", "recipient_type": "individual", **recipient_field}
    return {**common, "type": "reaction", "reaction": reaction}


def template_body(out: DirectTemplate, recipient_field: Json) -> Json:
    """The body of a template message; only components with values are listed."""
    template, values = out.filled.template, out.filled.values
    places: dict[str, list[Json]] = {"header": [], "body": []}
    buttons: list[Json] = []
    for slot in list_slots(template):
        value = replace_surrogates(values.get(slot.key, ""))
        if slot.button is not None:
            buttons.append(_button(slot, value))
        elif slot.kind is SlotKind.MEDIA:
            places["header"].append(_media(out.filled))
        elif slot.kind is SlotKind.FILE_NAME:
            continue
        else:
            # Each component may have named or numbered blanks, and some lists leave out which.
            named = {} if slot.name.isdecimal() else {"parameter_name": slot.name}
            places[slot.key.partition(".")[0]].append({"type": "text", **named, "text": value})
    listed = [{"type": place, "parameters": given} for place, given in places.items() if given] + buttons
    content: Json = {"name": template.name, "language": {"code": template.language}}
    return _envelope(out, recipient_field) | {
        "type": "template",
        "template": content | ({"components": listed} if listed else {}),
    }


def _envelope(out: DirectMessage | DirectTemplate, recipient_field: Json) -> Json:
    tag = {"biz_opaque_callback_data": out.reference or out.draft_id}
    return {"messaging_product": "whatsapp", "recipient_type": "individual", **recipient_field, **tag}


def _button(slot: Slot, value: str) -> Json:
    sub_type, parameter = "url", {"type": "text", "text": value}
    if slot.kind is SlotKind.CODE:
        sub_type, parameter = "copy_code", {"type": "coupon_code", "coupon_code": value}
    return {"type": "button", "sub_type": sub_type, "index": str(slot.button), "parameters": [parameter]}


def _media(filled: Filled) -> Json:
    kind = filled.template.header.kind.value if filled.template.header is not None else "document"
    media = replace_surrogates(filled.media)
    given: Json = {"id": media} if as_number(media) is not None else {"link": media}
    if filled.file_name:
        given["filename"] = safe_file_name(filled.file_name)
    return {"type": kind, kind: given}
