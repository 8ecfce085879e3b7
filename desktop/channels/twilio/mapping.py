"""Between Twilio's answers and our words: messages, what became of them, templates. Pure functions."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from desktop.channels.shared import whatsapp_components
from desktop.channels.shared.loose_json import field, ident, items, read, text, when, whole, word
from desktop.channels.twilio import errors, wire
from desktop.domain.content.file_types import type_of
from desktop.domain.content.template import (
    Button,
    ButtonKind,
    Category,
    Header,
    HeaderKind,
    Status,
    Template,
    name_in_link,
    slots,
)
from desktop.domain.delivery import Delivery
from desktop.domain.identity.customer import phone_key
from desktop.domain.model.facts import ChannelKind
from desktop.ports import Accepted, ChannelMessage, DeliveryFact, DirectTemplate, ProviderErrorKind

MAX_TEXT = 1600
MAX_PHONE_DIGITS = 15
VALIDITY_S = 600
"""A reply that still waits after so long is dropped (30036) instead of surfacing hours later."""

WHATSAPP = "whatsapp:"
_USER_ID = re.compile(r"[A-Za-z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}")
_DELIVERY = {
    "accepted": Delivery.ACCEPTED,
    "scheduled": Delivery.ACCEPTED,
    "queued": Delivery.ACCEPTED,
    "sending": Delivery.ACCEPTED,
    "sent": Delivery.SENT,
    "partially_delivered": Delivery.SENT,
    "delivered": Delivery.DELIVERED,
    "read": Delivery.READ,
    "undelivered": Delivery.FAILED,
    "failed": Delivery.FAILED,
    "canceled": Delivery.FAILED,
}
# Content types that a template for WhatsApp can have and that need no more than the values of their blanks.
_SENDABLE = frozenset(
    {"twilio/text", "twilio/media", "twilio/quick-reply", "twilio/call-to-action", "twilio/card", "whatsapp/card"}
)
_BUTTONS = {"quick_reply": ButtonKind.QUICK_REPLY, "url": ButtonKind.URL}
Words = Callable[[ProviderErrorKind, str, str], str]
"""The sentence for a trouble with its code and the provider's own text."""


# --- addresses -----------------------------------------------------------------------------------------------------


def address(channel: ChannelKind, ours: str) -> str:
    """As Twilio writes it: `+15557654321`, `whatsapp:+15557654321`, `whatsapp:US.1349`; "" for what is no address."""
    ours = ours.strip()
    if channel is ChannelKind.WHATSAPP and _USER_ID.fullmatch(ours):
        return WHATSAPP + ours
    digits = phone_key(ours)
    if not digits or len(digits) > MAX_PHONE_DIGITS:
        return ""
    return f"{WHATSAPP if channel is ChannelKind.WHATSAPP else ''}+{digits}"


def plain_address(theirs: object) -> str:
    return ident(theirs).removeprefix(WHATSAPP)


# --- messages ------------------------------------------------------------------------------------------------------


def accepted(content: object) -> Accepted | None:
    """None for an answer that names no message."""
    found = read(content, wire.Message)
    return Accepted(ident(found.sid), address=plain_address(found.to)) if ident(found.sid) else None


def message(raw: object, words: Words) -> ChannelMessage | None:
    """None for what has no id or no time."""
    found = read(raw, wire.Message)
    inbound = word(found.direction) == "inbound"
    sent_at, taken_at = when(found.date_sent), when(found.date_created)
    # Of ours, when it was taken: what failed is dated anew, and the customer may have written in between.
    sent_at = (sent_at or taken_at) if inbound else (taken_at or sent_at)
    if not ident(found.sid) or sent_at is None:
        return None
    ours, hers = (found.to, found.sender) if inbound else (found.sender, found.to)
    return ChannelMessage(
        remote_id=ident(found.sid),
        from_customer=inbound,
        business_address=plain_address(ours),
        customer_address=plain_address(hers),
        sent_at=sent_at,
        text=text(found.body),
        delivery=None if inbound else delivery(raw, words),
        made_by_api=word(found.direction) == "outbound_api",
    )


def delivery(raw: object, words: Words) -> DeliveryFact | None:
    """None for a state that we do not know, and for what she wrote."""
    found = read(raw, wire.Message)
    reached = _DELIVERY.get(word(found.status))
    if reached is None or not ident(found.sid):
        return None
    at = when(found.date_updated) or when(found.date_sent)
    if reached is not Delivery.FAILED:
        # What was delivered on WhatsApp may still be read.
        final = reached is Delivery.READ or (reached is Delivery.DELIVERED and not ident(found.to).startswith(WHATSAPP))
        return DeliveryFact(ident(found.sid), reached, final, at)
    said = text(found.error_message)
    error, code = errors.late(found.error_code, said)
    if not code and word(found.status) == "canceled":
        error, said = ProviderErrorKind.REJECTED, said or "it was cancelled"
    return DeliveryFact(ident(found.sid), reached, True, at, error, words(error, code, said))


def created_at(raw: object) -> datetime | None:
    return when(read(raw, wire.Message).date_created)


# --- templates -----------------------------------------------------------------------------------------------------


def template(raw: object, known_at: datetime) -> Template | None:
    """A content template; None for what has no id. Its blanks are numbered over the whole content."""
    found = read(raw, wire.Content)
    if not ident(found.sid):
        return None
    approval = read(found.approval_requests, wire.Approval)
    kind, content = _rendering(found.types, text(approval.content_type))
    variables = found.variables if isinstance(found.variables, dict) else {}
    buttons = tuple(_button(action) for action in items(field(content, "actions")))
    header = _header(content)
    body = text(field(content, "body")) or text(field(content, "title"))
    footer = text(field(content, "footer")) or text(field(content, "subtitle"))
    shown = " ".join([body, *(b.url for b in buttons), header.text + header.link if header else ""])
    seen = set(re.findall(r"\{\{\s*(\w+)\s*\}\}", shown))
    category = whatsapp_components.category(approval.category)
    return Template(
        id=ident(found.sid),
        name=text(approval.name) or text(found.friendly_name),
        language=text(found.language),
        body=body,
        status=_status(approval.status),
        category=category,
        header=header,
        footer=footer,
        buttons=buttons,
        shared_blanks=True,
        unseen_blanks=tuple(key for key in map(str, variables) if key not in seen),
        examples={str(key): text(value) for key, value in variables.items()},
        rejected_because=text(approval.rejection_reason),
        unsendable=_unsendable(kind, category),
        known_at=known_at,
    )


def template_values(out: DirectTemplate) -> str:
    """Every blank: one that is left out would be filled with the template's sample. "" for a template without."""
    values = out.filled.values
    given = {slot.key: whole(values.get(slot.key, "")) for slot in slots(out.filled.template)}
    return json.dumps(given, ensure_ascii=False) if given else ""


def _status(value: object) -> Status:
    return Status.PENDING if word(value) == "received" else whatsapp_components.status(value)


def _rendering(types: object, approved: str) -> tuple[str, Mapping[str, Any]]:
    """The form that was approved, else the first one; a content may hold several."""
    forms = {k: v for k, v in types.items() if isinstance(v, dict)} if isinstance(types, dict) else {}
    kind = approved if approved in forms else next(iter(forms), "")
    return kind, forms.get(kind, {})


def _header(content: Mapping[str, Any]) -> Header | None:
    """The file's kind is not told; its name is all there is."""
    media = content.get("media")
    link = text(next(iter(items(media)), "") if isinstance(media, list) else media)
    if link:
        return Header(_file_kind(link), link=link)
    words = text(content.get("header_text"))
    return Header(HeaderKind.TEXT, words) if words else None


def _file_kind(link: str) -> HeaderKind:
    """A picture where nothing tells."""
    name = name_in_link(link)
    kind = type_of(name).partition("/")[0] if name else "image"
    return {"image": HeaderKind.IMAGE, "video": HeaderKind.VIDEO}.get(kind, HeaderKind.DOCUMENT)


def _button(action: object) -> Button:
    """Codes and phone numbers stand in the content itself, so they want no value of their own."""
    kind = _BUTTONS.get(word(field(action, "type")), ButtonKind.PLAIN)
    return Button(kind, text(field(action, "title")), text(field(action, "url")) if kind is ButtonKind.URL else "")


def _unsendable(kind: str, category: Category) -> str:
    if category is Category.AUTHENTICATION or kind == "whatsapp/authentication":
        return "Log-in codes are sent by the system that makes them, not from here."
    return "" if kind in _SENDABLE else f"Templates of the kind {kind or 'nobody named'} cannot be sent from here."
