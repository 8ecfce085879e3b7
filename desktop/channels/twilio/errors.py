"""What Twilio's refusals and late failures mean."""

from __future__ import annotations

from typing import Any

from desktop.channels.shared.caller import Fault, header_pause_s, kind_of_status
from desktop.channels.shared.http import Answer
from desktop.channels.shared.loose_json import ident, number, read, text
from desktop.channels.shared.twilio_codes import error_of
from desktop.channels.twilio import wire
from desktop.ports import ProviderErrorKind


def judge(answer: Answer, content: Any) -> Fault:
    """What a refusal means; by its code, or by its status where it has none that we know."""
    fault = read(content, wire.Fault)
    code = number(fault.code)
    error = error_of(code, f"{text(fault.message)} {text(fault.detail)}") if code is not None else None
    if error is None:
        error = kind_of_status(answer.status)
        if error is ProviderErrorKind.REJECTED and code is not None:
            error = ProviderErrorKind.UNKNOWN
    return Fault(
        error,
        code=ident(fault.code),
        said=text(fault.message) or text(fault.detail),
        request_id=str(answer.headers.get("Twilio-Request-Id", "")),
        pause_s=header_pause_s(answer),
    )


def late(error_code: object, said: str = "") -> tuple[ProviderErrorKind, str]:
    """Trouble and code of a message that failed after it was taken; often the code is all there is."""
    code = number(error_code)
    if code is None:
        return ProviderErrorKind.UNKNOWN, ""
    return error_of(code, said) or ProviderErrorKind.UNKNOWN, str(code)
