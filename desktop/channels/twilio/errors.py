"""What Twilio's refusals and late failures mean."""

from __future__ import annotations

from typing import Any

from desktop.channels.shared.caller import Fault, header_pause_s, kind_of_status
from desktop.channels.shared.http import Answer
from desktop.channels.shared.loose_json import ident, number, read, text
from desktop.channels.shared.twilio_codes import trouble_of
from desktop.channels.twilio import wire
from desktop.ports import Trouble


def judge(answer: Answer, content: Any) -> Fault:
    """What a refusal means; by its code, or by its status where it has none that we know."""
    fault = read(content, wire.Fault)
    code = number(fault.code)
    trouble = trouble_of(code, f"{text(fault.message)} {text(fault.detail)}") if code is not None else None
    if trouble is None:
        trouble = kind_of_status(answer.status)
        if trouble is Trouble.REJECTED and code is not None:
            trouble = Trouble.UNKNOWN
    return Fault(
        trouble,
        code=ident(fault.code),
        said=text(fault.message) or text(fault.detail),
        request_id=str(answer.headers.get("Twilio-Request-Id", "")),
        pause_s=header_pause_s(answer),
    )


def late(error_code: object, said: str = "") -> tuple[Trouble, str]:
    """Trouble and code of a message that failed after it was taken; often the code is all there is."""
    code = number(error_code)
    if code is None:
        return Trouble.UNKNOWN, ""
    return trouble_of(code, said) or Trouble.UNKNOWN, str(code)
