"""What Meta's refusals mean, and those of 360dialog's own layer."""

from __future__ import annotations

import re
from typing import Any

from desktop.channels.shared.http import Answer
from desktop.channels.shared.loose_json import field, ident, items, number, parse, read, text
from desktop.channels.shared.meta_codes import error_of
from desktop.channels.shared.provider_client import Fault, header_pause_s, kind_of_status
from desktop.channels.whatsapp import wire
from desktop.ports import ProviderErrorKind

PAIR_PAUSE_S = 6.0
"""131056: one message in six seconds to one customer, beyond a burst of 45."""

BURST_PAUSE_S = 5.0

# What is surely not processed and may be sent once more after so many seconds.
_SAFE = {130429: BURST_PAUSE_S, 131056: PAIR_PAUSE_S}


def classify(answer: Answer, content: Any) -> Fault:
    """What a refusal means. By the code, since texts change and the status says little; by the text where a code
    stands for many reasons."""
    raw = field(content, "error")
    if not isinstance(raw, dict):
        return Fault(kind_of_status(answer.status), pause_s=header_pause_s(answer))
    error = read(raw, wire.Error)
    code = number(error.code)
    safe = _SAFE.get(code) if code is not None else None
    return Fault(
        _kind(code, error, answer.status),
        code=ident(error.code),
        message=text(field(error.error_data, "details")) or text(error.error_user_msg) or text(error.message),
        request_id=ident(error.fbtrace_id),
        retry_after_s=safe,
        pause_s=_regained_s(answer) or header_pause_s(answer) if code in (4, 80007) else None,
    )


def classify_360dialog(answer: Answer, content: Any) -> Fault:
    """Its own layer says little beyond the status, and a limit is a 400 told apart only by its text; Meta's errors
    pass through."""
    meta = field(content, "meta")
    if not isinstance(meta, dict):
        return classify(answer, content)
    said = text(meta.get("developerMessage")) or text(meta.get("developer_message"))
    if answer.status != 400:
        return Fault(kind_of_status(answer.status), message=said, pause_s=header_pause_s(answer))
    if re.search(r"\b(rate|limits?|too many)\b", said, re.IGNORECASE):
        return Fault(ProviderErrorKind.THROTTLED, message=said, retry_after_s=BURST_PAUSE_S)
    if re.search(r"\b(paid|unpaid|payment|balance|billing|invoice)\b", said, re.IGNORECASE):
        return Fault(ProviderErrorKind.BILLING, message=said)
    if re.search(r"\b(disabled|suspended|blocked)\b", said, re.IGNORECASE):
        return Fault(ProviderErrorKind.SENDER, message=said)
    return Fault(ProviderErrorKind.REJECTED, message=said)


def _kind(code: int | None, error: wire.Error, status: int) -> ProviderErrorKind:
    if code == 100 and number(error.error_subcode) == 33:
        return ProviderErrorKind.GONE
    said = (text(field(error.error_data, "details")), text(error.error_user_msg), text(error.message))
    known = error_of(code, " ".join(said)) if code is not None else None
    if known is not None:
        return known
    if error.is_transient is True or status in (401, 408, 429) or status >= 500:
        return ProviderErrorKind.BUSY if error.is_transient is True else kind_of_status(status)
    return ProviderErrorKind.UNKNOWN


def _regained_s(answer: Answer) -> float | None:
    """Seconds until the budget is back, as the usage header tells in minutes; None where it does not."""
    try:
        usage = parse(answer.headers.get("x-business-use-case-usage", "").encode())
    except (ValueError, RecursionError):
        return None
    lists = usage.values() if isinstance(usage, dict) else ()
    minutes = [number(field(use, "estimated_time_to_regain_access")) or 0 for uses in lists for use in items(uses)]
    return max(minutes) * 60.0 if any(minutes) else None
