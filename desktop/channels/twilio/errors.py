"""Classifies Twilio's refusals and late failures."""

from __future__ import annotations

from typing import Any

from desktop.channels.shared.exchange import HttpResponse
from desktop.channels.shared.loose_json import as_id, as_number, as_struct, as_text
from desktop.channels.shared.provider_client import Fault, header_pause_s, kind_of_status
from desktop.channels.shared.twilio_codes import kind_of_code
from desktop.channels.twilio import wire
from desktop.ports import ProviderErrorKind


def classify(answer: HttpResponse, content: Any) -> Fault:
    """What a refusal means: by its code, or by its status where it has none that we know."""
    error = as_struct(content, wire.Error)
    code, message, detail = as_number(error.code), as_text(error.message), as_text(error.detail)
    kind = kind_of_code(code, f"{message} {detail}") if code is not None else None
    if kind is None:
        kind = kind_of_status(answer.status)
        if kind is ProviderErrorKind.REJECTED and code is not None:
            kind = ProviderErrorKind.UNKNOWN
    return Fault(
        kind,
        code=as_id(error.code),
        message=message or detail,
        request_id=str(answer.headers.get("Twilio-Request-Id", "")),
        pause_s=header_pause_s(answer),
    )


def kind_of_late_failure(error_code: object, message: str = "") -> tuple[ProviderErrorKind, str]:
    """Kind and code of a failure after acceptance; often the code is all there is."""
    code = as_number(error_code)
    if code is None:
        return ProviderErrorKind.UNKNOWN, ""
    return kind_of_code(code, message) or ProviderErrorKind.UNKNOWN, str(code)
