"""Maps Twilio's callbacks: the parameters of a message's status, and of a customer's message (Twilio, "Messaging
webhooks", read 2026-11-22). Pure functions.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from desktop.channels.shared.error_reasons import failure_reason
from desktop.channels.shared.loose_json import as_id, as_text, as_word, get_field
from desktop.channels.twilio import mapping
from desktop.domain.model.channel import Provider
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.reason import Reason
from desktop.ports import ChannelMessage, DeliveryFact, ProviderErrorKind

_RECEIVED = frozenset({"received", "receiving"})


def channel(parameters: object) -> ChannelKind:
    """The channel that it is about, by the form of its addresses."""
    addresses = (as_id(get_field(parameters, name)) for name in ("From", "To"))
    on_whatsapp = any(address.startswith(mapping.WHATSAPP_PREFIX) for address in addresses)
    return ChannelKind.WHATSAPP if on_whatsapp else ChannelKind.SMS


def delivery(parameters: object, received_at: datetime | None) -> DeliveryFact | None:
    """What became of a message of ours; None for anything else. received_at: a callback has no time of its own."""
    return None if _is_inbound(parameters) else mapping.delivery(_as_record(parameters, received_at), _describe)


def message(parameters: object, received_at: datetime | None) -> ChannelMessage | None:
    """What a customer wrote; None for anything else, and where nobody knows when. received_at: as in `delivery`."""
    return mapping.message(_as_record(parameters, received_at), _describe) if _is_inbound(parameters) else None


def our_address(parameters: object) -> str:
    """The address of ours that it is about; "" if not reported."""
    return mapping.plain_address(get_field(parameters, "To" if _is_inbound(parameters) else "From"))


def _is_inbound(parameters: object) -> bool:
    status = as_word(_status(parameters))
    return status in _RECEIVED or (not status and get_field(parameters, "Body") is not None)


def _status(parameters: object) -> str:
    return as_text(get_field(parameters, "MessageStatus")) or as_text(get_field(parameters, "SmsStatus"))


def _as_record(parameters: object, received_at: datetime | None) -> dict[str, Any]:
    """The parameters under the names of the Messages resource."""
    at = received_at.isoformat() if received_at else None
    return {
        "sid": get_field(parameters, "MessageSid") or get_field(parameters, "SmsSid"),
        "direction": "inbound" if _is_inbound(parameters) else "outbound-api",
        "status": _status(parameters),
        "from": get_field(parameters, "From"),
        "to": get_field(parameters, "To"),
        "body": get_field(parameters, "Body"),
        "date_sent": at,
        "date_updated": at,
        "error_code": get_field(parameters, "ErrorCode"),
        "error_message": get_field(parameters, "ErrorMessage"),
    }


def _describe(kind: ProviderErrorKind, code: str, message: str) -> Reason:
    return failure_reason(kind, Provider.TWILIO.display_name, code=code, message=message)
