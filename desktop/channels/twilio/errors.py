"""What Twilio's refusals and late failures mean."""

from __future__ import annotations

from typing import Any

from desktop.channels.shared.http import Answer
from desktop.channels.shared.loose_json import ident, number, read, text
from desktop.channels.shared.provider_client import Fault, header_pause_s, kind_of_status
from desktop.channels.shared.twilio_codes import error_of
from desktop.channels.twilio import wire
from desktop.ports import ProviderErrorKind


def classify(answer: Answer, content: Any) -> Fault:
    """What a refusal means: by its code, or by its status where it has none that we know."""
    error = read(content, wire.Error)
    code, message, detail = number(error.code), text(error.message), text(error.detail)
    kind = error_of(code, f"{message} {detail}") if code is not None else None
    if kind is None:
        kind = kind_of_status(answer.status)
        if kind is ProviderErrorKind.REJECTED and code is not None:
            kind = ProviderErrorKind.UNKNOWN
    return Fault(
        kind,
        code=ident(error.code),
        message=message or detail,
        request_id=str(answer.headers.get("Twilio-Request-Id", "")),
        pause_s=header_pause_s(answer),
    )


def late(error_code: object, said: str = "") -> tuple[ProviderErrorKind, str]:
    """Trouble and code of a message that failed after it was taken; often the code is all there is."""
    code = number(error_code)
    if code is None:
        return ProviderErrorKind.UNKNOWN, ""
    return error_of(code, said) or ProviderErrorKind.UNKNOWN, str(code)
