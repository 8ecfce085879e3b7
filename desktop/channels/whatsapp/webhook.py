"""Maps what Meta's webhook tells: the `value` of a change in the field `messages` (Cloud API, "Webhooks", read
2026-11-22). Pure functions.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from desktop.channels.shared.error_reasons import failure_reason
from desktop.channels.shared.loose_json import (
    Scalar,
    as_id,
    as_list,
    as_number,
    as_struct,
    as_text,
    as_time,
    as_word,
    get_field,
)
from desktop.channels.shared.meta_codes import kind_of_code
from desktop.channels.whatsapp import wire
from desktop.channels.whatsapp.mapping import DELIVERY
from desktop.domain.delivery import Delivery
from desktop.domain.model.channel import Provider
from desktop.ports import ChannelMessage, DeliveryFact, MessageChange, ProviderErrorKind, ReactionFact

# A voice message that was played was opened.
_STATES: Mapping[str, Delivery] = DELIVERY | {"played": Delivery.READ}

# The customer did something, but wrote nothing: none of these opens a window (`reach-rules`, 2).
_NO_MESSAGES = frozenset({"reaction", "edit", "revoke", "system", ""})

_MAX_EMOJI = 40

# Where each type of message has its text.
_TEXTS = (
    ("text", "body"),
    ("button", "text"),
    ("interactive", "button_reply", "title"),
    ("interactive", "list_reply", "title"),
    ("image", "caption"),
    ("video", "caption"),
    ("document", "caption"),
)


class _Status(msgspec.Struct):
    id: Scalar = None
    status: Scalar = None
    timestamp: Scalar = None
    errors: Any = None
    biz_opaque_callback_data: Scalar = None


class _Message(msgspec.Struct, rename={"sender": "from"}):
    """`from` is left out for customers who hide their number."""

    id: Scalar = None
    sender: Scalar = None
    from_user_id: Scalar = None
    group_id: Scalar = None
    timestamp: Scalar = None
    type: Scalar = None


def deliveries(value: object) -> list[DeliveryFact]:
    """What became of messages of ours."""
    return [fact for raw in as_list(get_field(value, "statuses")) if (fact := _delivery(raw)) is not None]


def messages(value: object) -> list[ChannelMessage]:
    """What customers wrote."""
    digits = _digits(get_field(value, "metadata", "display_phone_number"))
    ours = f"+{digits}" if digits else ""
    return [told for raw in as_list(get_field(value, "messages")) if (told := _message(raw, ours)) is not None]


def reactions(value: object) -> list[ReactionFact]:
    """How customers reacted to messages of ours ("Reaction messages webhook reference", read 2026-11-30)."""
    return [told for raw in as_list(get_field(value, "messages")) if (told := _reaction(raw)) is not None]


def changes(value: object) -> list[MessageChange]:
    """Which messages customers edited or deleted ("Edit messages" and "Revoke messages webhook reference", read
    2026-11-30): told of numbers in the WhatsApp Business app alone.
    """
    return [told for raw in as_list(get_field(value, "messages")) if (told := _change(raw)) is not None]


def phone_number_id(value: object) -> str:
    """Ours that it is about; "" if not reported."""
    return as_id(get_field(value, "metadata", "phone_number_id"))


def _delivery(raw: object) -> DeliveryFact | None:
    found = as_struct(raw, _Status)
    state, message_id, at = _STATES.get(as_word(found.status)), as_id(found.id), as_time(found.timestamp)
    if state is None or not message_id:
        return None
    reference = as_text(found.biz_opaque_callback_data)
    if state is not Delivery.FAILED:
        return DeliveryFact(message_id, state, state is Delivery.READ, at, reference=reference)
    error = as_struct(next(iter(as_list(found.errors)), None), wire.Error)
    code = as_number(error.code)
    said = as_text(get_field(error.error_data, "details")) or as_text(error.message)
    kind = (kind_of_code(code, said) if code is not None else None) or ProviderErrorKind.UNKNOWN
    reason = failure_reason(kind, Provider.WHATSAPP.display_name, code=as_id(error.code), message=said)
    return DeliveryFact(message_id, state, True, at, kind, reason, reference)


def _message(raw: object, ours: str) -> ChannelMessage | None:
    found = as_struct(raw, _Message)
    digits = _digits(found.sender)
    customer = f"+{digits}" if digits else as_id(found.from_user_id)
    at, message_id = as_time(found.timestamp), as_id(found.id)
    if as_word(found.type) in _NO_MESSAGES or as_id(found.group_id) or not (customer and message_id) or at is None:
        return None
    return ChannelMessage(message_id, True, ours, customer, at, _text(raw))


def _text(raw: object) -> str:
    return next(filter(None, (as_text(get_field(raw, *path)) for path in _TEXTS)), "")


def _change(raw: object) -> MessageChange | None:
    found = as_struct(raw, _Message)
    kind, at = as_word(found.type), as_time(found.timestamp)
    message_id = as_id(get_field(raw, kind, "original_message_id"))
    if kind not in ("edit", "revoke") or as_id(found.group_id) or not message_id or at is None:
        return None
    return MessageChange(message_id, None if kind == "revoke" else _text(get_field(raw, "edit", "message")), at)


def _reaction(raw: object) -> ReactionFact | None:
    found = as_struct(raw, _Message)
    message_id, at = as_id(get_field(raw, "reaction", "message_id")), as_time(found.timestamp)
    if as_word(found.type) != "reaction" or as_id(found.group_id) or not message_id or at is None:
        return None
    # Without an emoji it was taken back.
    return ReactionFact(message_id, as_text(get_field(raw, "reaction", "emoji")).strip()[:_MAX_EMOJI], at)


def _digits(number: object) -> str:
    return "".join(c for c in as_text(number) if c.isdecimal() and c.isascii())
