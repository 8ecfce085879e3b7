"""The contents of a sealed fact: a provider's JSON with its source. The format that hub and desktops share."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec

from desktop.channels.team.sealed import KeyRing, NotSealed

MAX_BYTES = 64 * 1024
"""Of a sealed fact; of a larger one only the id is published."""


class EnvelopeKind(StrEnum):
    """CONVERSATION: `body` is Intercom's conversation with its new parts. CHANGED: `body` is `{"id", "updated_at"}`.
    READ: a customer read the conversation; `body` is `{"id", "at"}`.
    WHATSAPP: the `value` of a change in Meta's webhook. TWILIO: the parameters of Twilio's callback.
    TELEGRAM: an update of the Bot API.
    """

    CONVERSATION = "conversation"
    CHANGED = "changed"
    READ = "read"
    WHATSAPP = "whatsapp"
    TWILIO = "twilio"
    TELEGRAM = "telegram"


class Envelope(msgspec.Struct, frozen=True):
    """body: as the provider sent it. is_plain: its texts lost their formatting. sender: ours at the channel's provider,
    as in `ChannelKey`; "" for Intercom. received_at: by the hub's clock; the time of what comes without one of its own
    (Twilio's callbacks).
    """

    kind: EnvelopeKind
    body: Any
    is_plain: bool = False
    sender: str = ""
    received_at: datetime | None = None


def seal(envelope: Envelope, keys: KeyRing) -> bytes | None:
    """The bytes for the broker; None where they would be more than `MAX_BYTES`."""
    sealed = keys.seal(msgspec.json.encode(envelope))
    return sealed if len(sealed) <= MAX_BYTES else None


def open_sealed(sealed: bytes, keys: KeyRing) -> Envelope:
    """Open what `seal` made. Raises NotSealed, also for contents that no version of ours wrote."""
    try:
        return msgspec.json.decode(keys.open(sealed), type=Envelope)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise NotSealed from None
