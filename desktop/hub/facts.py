"""Turns what a provider says into facts for the feed: where each goes, what names it, and its words, not sealed yet.

What names a fact is the same whether a webhook or a poll brings it, so that the broker takes it once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from desktop.channels.intercom.values import ident
from desktop.channels.shared.addresses import to_e164
from desktop.channels.shared.loose_json import (
    as_id,
    as_list,
    as_number,
    as_time,
    as_word,
    get_field,
    replace_surrogates,
)
from desktop.channels.team import subjects
from desktop.channels.team.envelope import Envelope, EnvelopeKind
from desktop.channels.team.sealed import KeyRing
from desktop.domain.model.channel import Provider

Json = dict[str, Any]

WHATSAPP_FIELD = "messages"
"""The field of Meta's webhooks that holds messages and their states (Cloud API, "Webhooks")."""

_WHATSAPP_PREFIX = "whatsapp:"
_RECEIVED = frozenset({"received", "receiving"})


class Unreadable(ValueError):
    """Signed, and JSON, but nothing that its provider documents."""


class Fact(msgspec.Struct, frozen=True):
    """name: at its provider; equal names are one fact. updated_at: of the conversation, Unix seconds; 0 for others."""

    subject: str
    name: str
    envelope: Envelope
    updated_at: int = 0


# --- Intercom ---------------------------------------------------------------------------------------------------------


def conversation_facts(workspace_id: str, item: object, *, is_plain: bool) -> list[Fact]:
    """One fact for each part that a conversation comes with; one for its state where it comes without.

    Raises Unreadable without an id.
    """
    parts = parts_of(item)
    if not parts:
        return [state_fact(workspace_id, item, is_plain=is_plain)]
    return part_facts(workspace_id, item, parts, is_plain=is_plain)


def part_facts(workspace_id: str, item: object, parts: Sequence[Json], *, is_plain: bool) -> list[Fact]:
    """One fact for each of these parts of a conversation. Raises Unreadable without an id."""
    subject, updated_at = _conversation_subject(workspace_id, item), updated_at_of(item)
    return [
        Fact(subject, part_name(item, part), _conversation(item, [part], is_plain=is_plain), updated_at)
        for part in parts
    ]


def state_fact(workspace_id: str, item: object, *, is_plain: bool) -> Fact:
    """A conversation's state without any part. Raises Unreadable without an id."""
    subject, updated_at = _conversation_subject(workspace_id, item), updated_at_of(item)
    name = f"state:{conversation_id(item)}:{updated_at}"
    return Fact(subject, name, _conversation(item, [], is_plain=is_plain), updated_at)


def changed_fact(workspace_id: str, item: object, at: int) -> Fact:
    """Of a conversation, only that it changed. Raises Unreadable without an id."""
    envelope = Envelope(EnvelopeKind.CHANGED, {"id": conversation_id(item), "updated_at": at})
    return Fact(_conversation_subject(workspace_id, item), f"changed:{conversation_id(item)}:{at}", envelope, at)


def read_fact(workspace_id: str, item: object, at: int) -> Fact:
    """That a customer read a conversation. at: Unix seconds. Raises Unreadable without an id."""
    envelope = Envelope(EnvelopeKind.READ, {"id": conversation_id(item), "at": at})
    return Fact(_conversation_subject(workspace_id, item), f"read:{conversation_id(item)}:{at}", envelope)


def shortened(fact: Fact) -> Fact | None:
    """What is published instead of a fact that is too large; None where no id says where the rest is."""
    if fact.envelope.kind is not EnvelopeKind.CONVERSATION:
        return None
    body = {"id": conversation_id(fact.envelope.body), "updated_at": fact.updated_at}
    return msgspec.structs.replace(fact, envelope=Envelope(EnvelopeKind.CHANGED, body))


def conversation_id(item: object) -> str:
    """The id of a conversation; "" for none."""
    return ident(get_field(item, "id"))


def updated_at_of(item: object) -> int:
    """When a conversation, or a part of one, changed last, in Unix seconds; 0 if it does not say."""
    times = (as_time(get_field(item, name)) for name in ("updated_at", "created_at"))
    return next((int(at.timestamp()) for at in times if at is not None), 0)


def parts_of(item: object) -> list[Json]:
    """The parts that a conversation comes with."""
    listed = as_list(get_field(item, "conversation_parts"), "conversation_parts", "data")
    return [part for part in listed if isinstance(part, dict)]


def part_name(item: object, part: object) -> str:
    """The name of a part's fact; another one once the part was edited."""
    return f"part:{conversation_id(item)}:{ident(get_field(part, 'id'))}:{updated_at_of(part)}"


def _conversation(item: object, parts: list[Json], *, is_plain: bool) -> Envelope:
    given = item if isinstance(item, dict) else {}
    listed = given.get("conversation_parts")
    around = listed if isinstance(listed, dict) else {"type": "conversation_part.list"}
    body = given | {"conversation_parts": around | {"conversation_parts": parts}}
    return Envelope(EnvelopeKind.CONVERSATION, body, is_plain=is_plain)


def _conversation_subject(workspace_id: str, item: object) -> str:
    return subjects.conversation_fact(workspace_id, _token(conversation_id(item)))


# --- the channels' providers ------------------------------------------------------------------------------------------


def whatsapp_facts(workspace_id: str, payload: object) -> Iterator[Fact]:
    """One fact for each message and each report in Meta's webhook; what is about neither is left out.

    Raises Unreadable for what is no webhook of WhatsApp.
    """
    if as_word(get_field(payload, "object")) != "whatsapp_business_account":
        raise Unreadable
    changes = (c for entry in as_list(get_field(payload, "entry")) for c in as_list(get_field(entry, "changes")))
    for change in changes:
        value = get_field(change, "value")
        sender = as_id(get_field(value, "metadata", "phone_number_id"))
        if as_word(get_field(change, "field")) != WHATSAPP_FIELD or not isinstance(value, dict) or not sender:
            continue
        rest = {name: field for name, field in value.items() if name not in ("messages", "statuses")}
        for status in as_list(value.get("statuses")):
            subject = subjects.delivery_fact(workspace_id, Provider.WHATSAPP, _token(sender))
            name = f"whatsapp:{sender}:{as_id(get_field(status, 'id'))}:{as_word(get_field(status, 'status'))}"
            yield Fact(subject, name, _whatsapp(rest | {"statuses": [status]}, sender))
        for message in as_list(value.get("messages")):
            subject = subjects.message_fact(workspace_id, Provider.WHATSAPP, _token(sender))
            name = f"whatsapp:{sender}:{as_id(get_field(message, 'id'))}"
            yield Fact(subject, name, _whatsapp(rest | {"messages": [message]}, sender))


def _whatsapp(value: Json, sender: str) -> Envelope:
    return Envelope(EnvelopeKind.WHATSAPP, value, sender=sender)


def twilio_fact(workspace_id: str, parameters: Mapping[str, str], keys: KeyRing) -> Fact:
    """Twilio's callback for a message of ours or of a customer. keys: our own numbers stand in subjects as digests.

    Raises Unreadable without a message's id, or without a number of ours.
    """
    sid = parameters.get("MessageSid") or parameters.get("SmsSid") or ""
    status = as_word(parameters.get("MessageStatus") or parameters.get("SmsStatus"))
    is_inbound = status in _RECEIVED or (not status and "Body" in parameters)
    address = parameters.get("To" if is_inbound else "From", "").removeprefix(_WHATSAPP_PREFIX).strip()
    # A service's callbacks may come before it has chosen a number.
    sender = to_e164(address) or address or parameters.get("MessagingServiceSid", "")
    if not sid or not sender:
        raise Unreadable
    make_subject = subjects.message_fact if is_inbound else subjects.delivery_fact
    subject = make_subject(workspace_id, Provider.TWILIO, keys.digest(sender))
    name = f"twilio:{sid}" if is_inbound else f"twilio:{sid}:{status}"
    return Fact(subject, name, Envelope(EnvelopeKind.TWILIO, dict(parameters), sender=sender))


def telegram_fact(workspace_id: str, bot: str, update: object) -> Fact:
    """An update of the Bot API. Raises Unreadable without its number."""
    number = as_number(get_field(update, "update_id"))
    if number is None:
        raise Unreadable
    subject = subjects.message_fact(workspace_id, Provider.TELEGRAM, _token(bot))
    return Fact(subject, f"telegram:{bot}:{number}", Envelope(EnvelopeKind.TELEGRAM, update, sender=bot))


def _token(word: str) -> str:
    if not subjects.is_token(word):
        raise Unreadable
    return word


# --- odd values -------------------------------------------------------------------------------------------------------


def encodable(value: object) -> Any:
    """The value without halves of surrogate pairs, which no encoder takes. Raises RecursionError."""
    if isinstance(value, str):
        return replace_surrogates(value)
    if isinstance(value, dict):
        return {replace_surrogates(name): encodable(each) for name, each in value.items()}
    return [encodable(each) for each in value] if isinstance(value, list) else value
