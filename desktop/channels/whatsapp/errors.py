"""Classifies Meta's refusals, and those of 360dialog's own layer."""

from __future__ import annotations

import re
from typing import Any

from desktop.channels.shared.exchange import HttpResponse
from desktop.channels.shared.loose_json import as_id, as_list, as_number, as_struct, as_text, get_field, parse
from desktop.channels.shared.meta_codes import kind_of_code
from desktop.channels.shared.provider_client import Fault, header_pause_s, kind_of_status
from desktop.channels.whatsapp import wire
from desktop.ports import ProviderErrorKind

PAIR_PAUSE_S = 6.0
"""131056: one message in six seconds to one customer, beyond a burst of 45."""

BURST_PAUSE_S = 5.0

# Codes of requests that were surely not processed, with the pause after which they may be sent again.
_RETRY_AFTER_S = {130429: BURST_PAUSE_S, 131056: PAIR_PAUSE_S}


def classify(answer: HttpResponse, content: Any) -> Fault:
    """Classify by the code, since texts change and the status says little; by the text for codes of many reasons."""
    raw = get_field(content, "error")
    if not isinstance(raw, dict):
        return Fault(kind_of_status(answer.status), pause_s=header_pause_s(answer))
    error = as_struct(raw, wire.Error)
    code = as_number(error.code)
    retry_after_s = _RETRY_AFTER_S.get(code) if code is not None else None
    return Fault(
        _kind(code, error, answer.status),
        code=as_id(error.code),
        message=as_text(get_field(error.error_data, "details"))
        or as_text(error.error_user_msg)
        or as_text(error.message),
        request_id=as_id(error.fbtrace_id),
        retry_after_s=retry_after_s,
        pause_s=_budget_pause_s(answer) or header_pause_s(answer) if code in (4, 80007) else None,
    )


def classify_360dialog(answer: HttpResponse, content: Any) -> Fault:
    """Classify a refusal of 360dialog. Its own layer says little beyond the status, and a limit is a 400 with a text of
    its own; Meta's errors pass through."""
    meta = get_field(content, "meta")
    if not isinstance(meta, dict):
        return classify(answer, content)
    message = as_text(meta.get("developerMessage")) or as_text(meta.get("developer_message"))
    if answer.status != 400:
        return Fault(kind_of_status(answer.status), message=message, pause_s=header_pause_s(answer))
    if re.search(r"\b(rate|limits?|too many)\b", message, re.IGNORECASE):
        return Fault(ProviderErrorKind.THROTTLED, message=message, retry_after_s=BURST_PAUSE_S)
    if re.search(r"\b(paid|unpaid|payment|balance|billing|invoice)\b", message, re.IGNORECASE):
        return Fault(ProviderErrorKind.BILLING, message=message)
    if re.search(r"\b(disabled|suspended|blocked)\b", message, re.IGNORECASE):
        return Fault(ProviderErrorKind.SENDER, message=message)
    return Fault(ProviderErrorKind.REJECTED, message=message)


def _kind(code: int | None, error: wire.Error, status: int) -> ProviderErrorKind:
    if code == 100 and as_number(error.error_subcode) == 33:
        return ProviderErrorKind.GONE
    messages = (as_text(get_field(error.error_data, "details")), as_text(error.error_user_msg), as_text(error.message))
    known = kind_of_code(code, " ".join(messages)) if code is not None else None
    if known is not None:
        return known
    if error.is_transient is True or status in (401, 408, 429) or status >= 500:
        return ProviderErrorKind.BUSY if error.is_transient is True else kind_of_status(status)
    return ProviderErrorKind.UNKNOWN


def _budget_pause_s(answer: HttpResponse) -> float | None:
    """Seconds until the budget is restored, by the usage header, which counts minutes; None without it."""
    try:
        usage = parse(answer.headers.get("x-business-use-case-usage", "").encode())
    except (ValueError, RecursionError):
        return None
    lists = usage.values() if isinstance(usage, dict) else ()
    minutes = [
        as_number(get_field(use, "estimated_time_to_regain_access")) or 0 for uses in lists for use in as_list(uses)
    ]
    return max(minutes) * 60.0 if any(minutes) else None
