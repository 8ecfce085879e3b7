"""Classifies Telegram's refusals, which have a status and a sentence but no codes (Bot API 10.1, 2026-06-11)."""

from __future__ import annotations

from typing import Any

from desktop.channels.shared.exchange import HttpResponse
from desktop.channels.shared.loose_json import as_number, as_struct, as_text, get_field
from desktop.channels.shared.provider_client import Fault, kind_of_status
from desktop.channels.telegram import wire
from desktop.ports import ProviderErrorKind

# Searched in the description, lower-case, in this order.
_PHRASES = (
    ("bot was blocked", ProviderErrorKind.OPTED_OUT),
    ("bot was kicked", ProviderErrorKind.OPTED_OUT),
    ("user is deactivated", ProviderErrorKind.UNREACHABLE),
    ("can't initiate conversation", ProviderErrorKind.UNREACHABLE),
    ("chat not found", ProviderErrorKind.UNREACHABLE),
    ("peer_id_invalid", ProviderErrorKind.UNREACHABLE),
    ("is too long", ProviderErrorKind.TOO_LARGE),
    ("is too big", ProviderErrorKind.FILE),
    ("wrong file", ProviderErrorKind.FILE),
    ("photo_", ProviderErrorKind.FILE),
    ("image_process_failed", ProviderErrorKind.FILE),
    ("file must be non-empty", ProviderErrorKind.FILE),
)
# A token of the wrong form is answered like a method that does not exist.
_STATUSES = {
    404: ProviderErrorKind.SIGNED_OUT,
    413: ProviderErrorKind.FILE,
    429: ProviderErrorKind.PAIR_THROTTLED,
}


def classify(answer: HttpResponse, content: Any) -> Fault:
    """What a refusal means; an answer that is not Telegram's own goes by its status."""
    if not isinstance(content, dict) or content.get("ok") is not False:
        return Fault(kind_of_status(answer.status))
    error = as_struct(content, wire.Error)
    status, message = answer.status, as_text(error.description)
    pause_s = as_number(get_field(error.parameters, "retry_after"))
    named = (kind for words, kind in _PHRASES if words in message.casefold() and status in (400, 403))
    return Fault(
        next(named, None) or _STATUSES.get(status) or kind_of_status(status),
        code=as_text(error.error_code) or str(status),
        message=message.partition(": ")[2] or message,
        pause_s=None if pause_s is None else float(pause_s),
    )
