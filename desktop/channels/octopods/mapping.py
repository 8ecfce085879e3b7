"""Maps Octopods' JSON: templates, the body of a send, the sent list and delivery states. Pure functions."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import Any

from desktop.channels.octopods import errors, wire
from desktop.channels.shared import whatsapp_components
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
from desktop.domain.content.template import ButtonKind, Filled, SlotKind, Status, Template, Unsendable, list_slots
from desktop.domain.delivery import Delivery
from desktop.domain.identity.customer import phone_key
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.frozen import frozen
from desktop.ports import Accepted, DeliveryFact, Opening

Json = dict[str, Any]

MAX_SMS = 1600
TEMPLATE_LAG = timedelta(hours=3)
"""Octopods fetches the templates from WhatsApp this often (article 14823463)."""

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


# --- templates -----------------------------------------------------------------------------------------------------


def listed(content: object) -> list[Any]:
    """The templates of an answer, unmapped."""
    return as_list(content, "templates", "data")


def lacks_status(raw: object) -> bool:
    """Whether a listed template has no status."""
    return not as_text(as_struct(raw, wire.Template).template_status)


def template_id(raw: object) -> str:
    """The id of a listed template; "" for none."""
    return as_id(as_struct(raw, wire.Template).template_id)


def template(raw: object, accepted_ids: Collection[str], known_at: datetime) -> Template | None:
    """Map a template; None for one without an id. accepted_ids: of those listed as accepted, for answers without a
    status."""
    found = as_struct(raw, wire.Template)
    if not as_id(found.template_id):
        return None
    parts = whatsapp_components.read_components(found.template_components)
    if any(b.kind is ButtonKind.COPY_CODE for b in parts.buttons):
        parts.mark_unsendable(Unsendable.COPY_CODE)
    state = as_word(found.template_status) or ("accepted" if as_id(found.template_id) in accepted_ids else "")
    return Template(
        id=as_id(found.template_id),
        name=as_text(found.template_name),
        language=as_text(found.template_language),
        body=parts.body or as_text(found.template_body),
        status=_STATUS.get(state, Status.OTHER),
        header=parts.header,
        footer=parts.footer,
        buttons=tuple(parts.buttons),
        examples=parts.examples,
        sender=as_id(found.account_phone_number),
        unsendable=parts.unsendable,
        known_at=known_at,
        lag=TEMPLATE_LAG,
    )


# --- what is sent --------------------------------------------------------------------------------------------------


def template_body(filled: Filled, to: str) -> Json:
    """The body of a send. Values of the template's body alone go as a list; with others, every part is named."""
    places: dict[str, list[str]] = {"header": [], "body": [], "footer": [], "buttons": []}
    for slot in list_slots(filled.template):
        value = replace_surrogates(filled.values.get(slot.key, ""))
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
        **({"header_attachment_url": replace_surrogates(filled.media)} if filled.media else {}),
    }


def opening(opens: Opening | None) -> Json:
    """What has Octopods begin a conversation at Intercom with the message (article 14824154)."""
    if opens is None:
        return {}
    name = replace_surrogates(opens.name).strip()
    return {
        "open_intercom_conversation": True,
        "intercom_teammate_id": opens.author_id,
        **({"destination_user_name": name} if name else {}),
    }


def accepted(content: object) -> Accepted | None:
    """Read the answer to a send; None if it names no message."""
    message_id = as_id(get_field(content, "message_id"))
    return Accepted(message_id) if message_id else None


# --- what became of it ---------------------------------------------------------------------------------------------


@frozen
class SentMessage:
    """A message in the sent list.

    ids: all its ids; WhatsApp's alone where not `has_own_id`. text: None where the list does not show it.
    """

    ids: tuple[str, ...]
    phone: str
    at: datetime | None
    text: str | None
    raw: object
    has_own_id: bool = True


def sent_messages(content: object) -> Iterator[SentMessage]:
    """The messages of the sent list that have an id, in its order."""
    for raw in as_list(content, "messages", "data"):
        found = _flattened(raw)
        ids = tuple(i for i in (as_id(found.message_id), as_id(found.channel_message_id)) if i)
        if ids:
            number = as_id(found.phone_number) or as_id(found.user_phone_number)
            shown = as_text(found.message_content)
            at, own = as_time(found.created_at) or as_time(found.sent_at), bool(as_id(found.message_id))
            yield SentMessage(ids, phone_key(number), at, shown or None, raw, own)


def delivery(raw: object, remote_id: str, channel: ChannelKind, describe: DescribeFailure) -> DeliveryFact | None:
    """Read a delivery state; None for an unknown one."""
    found = _flattened(raw)
    delivery_state = _DELIVERY.get(as_word(found.status))
    if delivery_state is None:
        return None
    times = (found.read_at, found.delivered_at, found.last_updated, found.sent_at)
    at = next((t for t in map(as_time, times) if t is not None), None)
    if delivery_state is not Delivery.FAILED:
        # A message delivered on WhatsApp may still be read.
        final = delivery_state is Delivery.READ or (
            delivery_state is Delivery.DELIVERED and channel is not ChannelKind.WHATSAPP
        )
        return DeliveryFact(remote_id, delivery_state, final, at)
    code, message = _failure_reason(found)
    kind, code = errors.kind_of_late_failure(channel, code, message)
    return DeliveryFact(remote_id, delivery_state, True, at, kind, describe(kind, code, message))


def _flattened(raw: object) -> wire.Message:
    """Read a message whose state is at the top level or, with the provider's id, in a nested object."""
    found = as_struct(raw, wire.Message)
    inner = found.message_status
    if isinstance(inner, dict):
        nested = as_struct(inner, wire.Message)
        found.status = found.status or as_text(inner.get("message_status")) or nested.status
        found.channel_message_id = found.channel_message_id or nested.channel_message_id
        found.failure_reason = found.failure_reason or nested.failure_reason
    elif inner and not found.status:
        found.status = as_text(inner)
    return found


def channel_id(raw: object) -> str:
    """WhatsApp's id of a message; "" where the answer has none."""
    return as_id(_flattened(raw).channel_message_id)


def _failure_reason(found: wire.Message) -> tuple[str, str]:
    """Code and message of a failure; the code is "" in one of the two shapes."""
    reason = found.failure_reason
    if isinstance(reason, dict):
        return as_id(reason.get("code")), as_text(reason.get("title"))
    return "", as_text(reason) or as_text(found.status_message)
