"""Between Octopods' JSON and our words: templates, what is sent, what became of it. Pure functions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from desktop.channels.octopods import errors, wire
from desktop.channels.shared import whatsapp_components
from desktop.channels.shared.loose_json import field, ident, items, read, text, when, whole, word
from desktop.domain.content.template import ButtonKind, Filled, SlotKind, Status, Template, slots
from desktop.domain.delivery import Delivery
from desktop.domain.identity.customer import phone_key
from desktop.domain.model.facts import ChannelKind
from desktop.ports import Accepted, DeliveryFact, ProviderErrorKind

Json = dict[str, Any]

MAX_SMS = 1600
MAX_PHONE_DIGITS = 15
LAG = timedelta(hours=3)
"""How often Octopods fetches the templates from WhatsApp (article 14823463)."""

_STATUS = {
    "accepted": Status.APPROVED,
    "pending": Status.PENDING,
    "under_review": Status.PENDING,
    "rejected": Status.REJECTED,
    "needs_modification": Status.REJECTED,
    "deleted": Status.DELETED,
}
_DELIVERY = {
    "unknown": Delivery.ACCEPTED,
    "sent": Delivery.SENT,
    "delivered": Delivery.DELIVERED,
    "read": Delivery.READ,
    "failed": Delivery.FAILED,
}
Words = Callable[[ProviderErrorKind, str, str], str]
"""The sentence for a trouble with its code and the provider's own text."""


# --- templates -----------------------------------------------------------------------------------------------------


def listed(content: object) -> list[Any]:
    return items(content, "templates", "data")


def lacks_status(raw: object) -> bool:
    return not text(read(raw, wire.Template).template_status)


def template_id(raw: object) -> str:
    return ident(read(raw, wire.Template).template_id)


def template(raw: object, accepted_ids: Collection[str], known_at: datetime) -> Template | None:
    """accepted_ids: of templates that were listed as accepted, for answers without a status. None: it has no id."""
    found = read(raw, wire.Template)
    if not ident(found.template_id):
        return None
    parts = whatsapp_components.parts(found.template_components)
    if any(b.kind is ButtonKind.COPY_CODE for b in parts.buttons):
        parts.cannot("a code to copy")
    state = word(found.template_status) or ("accepted" if ident(found.template_id) in accepted_ids else "")
    return Template(
        id=ident(found.template_id),
        name=text(found.template_name),
        language=text(found.template_language),
        body=parts.body or text(found.template_body),
        status=_STATUS.get(state, Status.OTHER),
        header=parts.header,
        footer=parts.footer,
        buttons=tuple(parts.buttons),
        examples=parts.examples,
        sender=ident(found.account_phone_number),
        unsendable=parts.unsendable,
        known_at=known_at,
        lag=LAG,
    )


# --- what is sent --------------------------------------------------------------------------------------------------


def phone(to: str) -> str:
    """`+E.164`, "" for what is no full number."""
    digits = phone_key(to)
    return f"+{digits}" if digits and len(digits) <= MAX_PHONE_DIGITS else ""


def template_body(filled: Filled, to: str) -> Json:
    """Values of the body alone go as a list; as soon as another part has some, every part is named."""
    places: dict[str, list[str]] = {"header": [], "body": [], "footer": [], "buttons": []}
    for slot in slots(filled.template):
        value = whole(filled.values.get(slot.key, ""))
        if slot.button is not None:
            places["buttons"].append(value)
        elif slot.kind is not SlotKind.MEDIA:
            places[slot.key.partition(".")[0]].append(value)
    only_body = not (places["header"] or places["buttons"])
    values: Json = {}
    if not only_body:
        values = {"message_variables": places}
    elif places["body"]:
        values = {"message_variables": places["body"]}
    return {
        "destination_phone": to,
        **values,
        **({"header_attachment_url": whole(filled.media)} if filled.media else {}),
    }


def accepted(content: object) -> Accepted | None:
    """None for an answer that names no message."""
    message_id = ident(field(content, "message_id"))
    return Accepted(message_id) if message_id else None


# --- what became of it ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SentLine:
    """A line of the sent list. ids: every name it has, which may be WhatsApp's alone (then not `has_own_id`).

    text: None where the list does not show it.
    """

    ids: tuple[str, ...]
    phone: str
    at: datetime | None
    text: str | None
    raw: object
    has_own_id: bool = True


def sent_lines(content: object) -> Iterator[SentLine]:
    for raw in items(content, "messages", "data"):
        found = _flat(raw)
        ids = tuple(i for i in (ident(found.message_id), ident(found.channel_message_id)) if i)
        if ids:
            number = ident(found.phone_number) or ident(found.user_phone_number)
            shown = text(found.message_content)
            at, own = when(found.created_at) or when(found.sent_at), bool(ident(found.message_id))
            yield SentLine(ids, phone_key(number), at, shown or None, raw, own)


def delivery(raw: object, remote_id: str, channel: ChannelKind, words: Words) -> DeliveryFact | None:
    """None for a state that we do not know."""
    found = _flat(raw)
    reached = _DELIVERY.get(word(found.status))
    if reached is None:
        return None
    times = (found.read_at, found.delivered_at, found.last_updated, found.sent_at)
    at = next((t for t in map(when, times) if t is not None), None)
    if reached is not Delivery.FAILED:
        # What was delivered on WhatsApp may still be read.
        final = reached is Delivery.READ or (reached is Delivery.DELIVERED and channel is not ChannelKind.WHATSAPP)
        return DeliveryFact(remote_id, reached, final, at)
    code, said = _reason(found)
    error, code = errors.late(channel, code, said)
    return DeliveryFact(remote_id, reached, True, at, error, words(error, code, said))


def _flat(raw: object) -> wire.Message:
    """The state lies on top, or with the provider's id in an object of its own."""
    found = read(raw, wire.Message)
    inner = found.message_status
    if isinstance(inner, dict):
        nested = read(inner, wire.Message)
        found.status = found.status or text(inner.get("message_status")) or nested.status
        found.channel_message_id = found.channel_message_id or nested.channel_message_id
        found.failure_reason = found.failure_reason or nested.failure_reason
    elif inner and not found.status:
        found.status = text(inner)
    return found


def channel_id(raw: object) -> str:
    """WhatsApp's id of a message, "" where the answer does not tell."""
    return ident(_flat(raw).channel_message_id)


def _reason(found: wire.Message) -> tuple[str, str]:
    """Code and words."""
    reason = found.failure_reason
    if isinstance(reason, dict):
        return ident(reason.get("code")), text(reason.get("title"))
    return "", text(reason) or text(found.status_message)
