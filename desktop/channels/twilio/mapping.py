"""Maps Twilio's answers: messages, delivery states, templates. Pure functions."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from desktop.channels.shared import whatsapp_components
from desktop.channels.shared.addresses import WHATSAPP_USER_ID, to_e164
from desktop.channels.shared.loose_json import (
    as_id,
    as_list,
    as_struct,
    as_text,
    as_time,
    as_word,
    get_field,
    replace_surrogates,
)
from desktop.channels.shared.provider_client import DescribeFailure
from desktop.channels.shared.whatsapp_components import spoken
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
    Unsendable,
    list_slots,
    name_in_link,
)
from desktop.domain.delivery import Delivery
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.reason import NO_REASON, Reason, make_reason
from desktop.ports import Accepted, ChannelMessage, DeliveryFact, DirectTemplate, ProviderErrorKind
from desktop.ports.reasons import ProviderReason

MAX_TEXT = 1600
VALIDITY_S = 600
"""Twilio drops a message that is still queued after this long (30036), so that it does not go out hours later."""

WHATSAPP_PREFIX = "whatsapp:"
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
# Content types of WhatsApp templates that need no more than the values of their blanks.
_SENDABLE = frozenset(
    {"twilio/text", "twilio/media", "twilio/quick-reply", "twilio/call-to-action", "twilio/card", "whatsapp/card"}
)
_BUTTONS = {"quick_reply": ButtonKind.QUICK_REPLY, "url": ButtonKind.URL}


# --- addresses -----------------------------------------------------------------------------------------------------


def address(channel: ChannelKind, plain: str) -> str:
    """An address in Twilio's form: `+15557654321`, `whatsapp:+15557654321`, `whatsapp:US.1349`; "" for no address."""
    plain = plain.strip()
    if channel is ChannelKind.WHATSAPP and WHATSAPP_USER_ID.fullmatch(plain):
        return WHATSAPP_PREFIX + plain
    number = to_e164(plain)
    return WHATSAPP_PREFIX + number if number and channel is ChannelKind.WHATSAPP else number


def plain_address(written: object) -> str:
    """An address of Twilio's without its channel prefix."""
    return as_id(written).removeprefix(WHATSAPP_PREFIX)


# --- messages ------------------------------------------------------------------------------------------------------


def accepted(content: object) -> Accepted | None:
    """Read the answer to a send; None if it names no message."""
    found = as_struct(content, wire.Message)
    return Accepted(as_id(found.sid), address=plain_address(found.to)) if as_id(found.sid) else None


def message(raw: object, describe: DescribeFailure) -> ChannelMessage | None:
    """Map a message; None for one without an id or a time."""
    found = as_struct(raw, wire.Message)
    inbound = as_word(found.direction) == "inbound"
    sent_at, accepted_at = as_time(found.date_sent), as_time(found.date_created)
    # An outbound message counts from its acceptance: one that failed is dated anew, and the customer may have written
    # in between.
    sent_at = (sent_at or accepted_at) if inbound else (accepted_at or sent_at)
    if not as_id(found.sid) or sent_at is None:
        return None
    business, customer = (found.to, found.sender) if inbound else (found.sender, found.to)
    return ChannelMessage(
        remote_id=as_id(found.sid),
        from_customer=inbound,
        business_address=plain_address(business),
        customer_address=plain_address(customer),
        sent_at=sent_at,
        text=as_text(found.body),
        delivery=None if inbound else delivery(raw, describe),
        made_by_api=as_word(found.direction) == "outbound_api",
    )


def delivery(raw: object, describe: DescribeFailure) -> DeliveryFact | None:
    """Read a delivery state; None for an unknown one, and for an inbound message."""
    found = as_struct(raw, wire.Message)
    delivery_state = _DELIVERY.get(as_word(found.status))
    if delivery_state is None or not as_id(found.sid):
        return None
    at = as_time(found.date_updated) or as_time(found.date_sent)
    if delivery_state is not Delivery.FAILED:
        # A message delivered on WhatsApp may still be read.
        final = delivery_state is Delivery.READ or (
            delivery_state is Delivery.DELIVERED and not as_id(found.to).startswith(WHATSAPP_PREFIX)
        )
        return DeliveryFact(as_id(found.sid), delivery_state, final, at)
    message = as_text(found.error_message)
    kind, code = errors.kind_of_late_failure(found.error_code, message)
    reason = describe(kind, code, message)
    if not code and as_word(found.status) == "canceled":
        kind = ProviderErrorKind.REJECTED
        reason = describe(kind, code, message) if message else make_reason(ProviderReason.CANCELLED)
    return DeliveryFact(as_id(found.sid), delivery_state, True, at, kind, reason)


def created_at(raw: object) -> datetime | None:
    """When Twilio accepted a message."""
    return as_time(as_struct(raw, wire.Message).date_created)


# --- templates -----------------------------------------------------------------------------------------------------


def template(raw: object, known_at: datetime) -> Template | None:
    """Map a content template; None for one without an id. Its blanks are numbered over the whole content."""
    found = as_struct(raw, wire.Content)
    if not as_id(found.sid):
        return None
    approval = as_struct(found.approval_requests, wire.Approval)
    kind, content = _rendering(found.types, as_text(approval.content_type))
    variables = found.variables if isinstance(found.variables, dict) else {}
    buttons = tuple(_button(action) for action in as_list(get_field(content, "actions")))
    header = _header(content)
    body = as_text(get_field(content, "body")) or as_text(get_field(content, "title"))
    footer = as_text(get_field(content, "footer")) or as_text(get_field(content, "subtitle"))
    shown = " ".join([body, *(b.url for b in buttons), header.text + header.link if header else ""])
    seen = set(re.findall(r"\{\{\s*(\w+)\s*\}\}", shown))
    category = whatsapp_components.read_category(approval.category)
    return Template(
        id=as_id(found.sid),
        name=as_text(approval.name) or as_text(found.friendly_name),
        language=as_text(found.language),
        body=body,
        status=_status(approval.status),
        category=category,
        header=header,
        footer=footer,
        buttons=buttons,
        shared_blanks=True,
        unseen_blanks=tuple(key for key in map(str, variables) if key not in seen),
        examples={str(key): as_text(value) for key, value in variables.items()},
        rejected_because=as_text(approval.rejection_reason),
        unsendable=_unsendable(kind, category),
        known_at=known_at,
    )


def template_values(out: DirectTemplate) -> str:
    """The values of all blanks as JSON, "" without blanks. One that is left out would get the template's sample."""
    values = out.filled.values
    given = {slot.key: replace_surrogates(values.get(slot.key, "")) for slot in list_slots(out.filled.template)}
    return json.dumps(given, ensure_ascii=False) if given else ""


def _status(value: object) -> Status:
    return Status.PENDING if as_word(value) == "received" else whatsapp_components.read_status(value)


def _rendering(types: object, approved: str) -> tuple[str, Mapping[str, Any]]:
    """Kind and content of the approved rendering, else of the first; a content may have several."""
    renderings = {k: v for k, v in types.items() if isinstance(v, dict)} if isinstance(types, dict) else {}
    kind = approved if approved in renderings else next(iter(renderings), "")
    return kind, renderings.get(kind, {})


def _header(content: Mapping[str, Any]) -> Header | None:
    """The header. The kind of its file is not reported; the link's file name is all there is."""
    media = content.get("media")
    link = as_text(next(iter(as_list(media)), "") if isinstance(media, list) else media)
    if link:
        return Header(_file_kind(link), link=link)
    text = as_text(content.get("header_text"))
    return Header(HeaderKind.TEXT, text) if text else None


def _file_kind(link: str) -> HeaderKind:
    """The kind of file by the name in its link; an image where the link has none."""
    name = name_in_link(link)
    kind = type_of(name).partition("/")[0] if name else "image"
    return {"image": HeaderKind.IMAGE, "video": HeaderKind.VIDEO}.get(kind, HeaderKind.DOCUMENT)


def _button(action: object) -> Button:
    """A button. Codes and phone numbers are part of the content, so they need no value."""
    kind = _BUTTONS.get(as_word(get_field(action, "type")), ButtonKind.PLAIN)
    return Button(
        kind, as_text(get_field(action, "title")), as_text(get_field(action, "url")) if kind is ButtonKind.URL else ""
    )


def _unsendable(kind: str, category: Category) -> Reason:
    if category is Category.AUTHENTICATION or kind == "whatsapp/authentication":
        return make_reason(Unsendable.SIGN_IN_CODE)
    return NO_REASON if kind in _SENDABLE else make_reason(Unsendable.KIND, kind=spoken(kind))
