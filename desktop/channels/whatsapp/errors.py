"""Meta's error codes in the words we share with every provider (Meta, "Error codes", read 2026-11-22)."""

from __future__ import annotations

import re
from typing import Any

from desktop.channels.caller import Fault, header_pause_s, kind_of_status
from desktop.channels.http import Answer
from desktop.channels.lenient import field, ident, items, number, parse, read, text
from desktop.channels.whatsapp import wire
from desktop.ports import Trouble

PAIR_PAUSE_S = 6.0
"""131056: one message in six seconds to one customer, beyond a burst of 45."""

BURST_PAUSE_S = 5.0

CODES = {
    **dict.fromkeys((0, 190), Trouble.SIGNED_OUT),
    **dict.fromkeys((3, 10, 131005, *range(200, 300)), Trouble.FORBIDDEN),
    **dict.fromkeys((4, 80007, 130429, 132069), Trouble.THROTTLED),
    131056: Trouble.PAIR_THROTTLED,
    **dict.fromkeys((131047, 470), Trouble.WINDOW_CLOSED),
    131026: Trouble.UNREACHABLE,
    131050: Trouble.OPTED_OUT,
    **dict.fromkeys((131021, 131062), Trouble.BAD_ADDRESS),
    **dict.fromkeys((132000, 132001, 132005, 132007, 132008, 132012, 132018), Trouble.TEMPLATE_INVALID),
    **dict.fromkeys((132015, 132016, 132068), Trouble.TEMPLATE_UNAVAILABLE),
    **dict.fromkeys((368, 130472, 130497, 131031, 131048, 131049, 131063, 131064), Trouble.POLICY),
    131042: Trouble.BILLING,
    **dict.fromkeys((131030, 131037, 131045, 133010, 133016), Trouble.SENDER),
    **dict.fromkeys((131052, 131053), Trouble.FILE),
    33: Trouble.GONE,
    **dict.fromkeys((1, 2, 131000, 131016, 131057, 133004), Trouble.BUSY),
    **dict.fromkeys((100, 131008, 131009, 131051, 134100, 134101, 134102), Trouble.MALFORMED),
    137000: Trouble.REJECTED,
}

# What is surely not processed and may be sent once more after so many seconds.
_SAFE = {130429: BURST_PAUSE_S, 131056: PAIR_PAUSE_S}


def judge(answer: Answer, content: Any) -> Fault:
    """What a refusal means. Keyed on the code: texts change, and the status says little."""
    raw = field(content, "error")
    if not isinstance(raw, dict):
        return Fault(kind_of_status(answer.status), pause_s=header_pause_s(answer))
    fault = read(raw, wire.Fault)
    code = number(fault.code)
    safe = _SAFE.get(code) if code is not None else None
    return Fault(
        _trouble(code, fault, answer.status),
        code=ident(fault.code),
        said=text(field(fault.error_data, "details")) or text(fault.error_user_msg) or text(fault.message),
        request_id=ident(fault.fbtrace_id),
        retry_after_s=safe,
        pause_s=_regained_s(answer) or header_pause_s(answer) if code in (4, 80007) else None,
    )


def judge_360dialog(answer: Answer, content: Any) -> Fault:
    """Its own layer says little beyond the status, and a limit is a 400 told apart only by its text; Meta's errors
    pass through."""
    meta = field(content, "meta")
    if not isinstance(meta, dict):
        return judge(answer, content)
    said = text(meta.get("developerMessage")) or text(meta.get("developer_message"))
    if answer.status != 400:
        return Fault(kind_of_status(answer.status), said=said, pause_s=header_pause_s(answer))
    if re.search(r"\b(rate|limits?|too many)\b", said, re.IGNORECASE):
        return Fault(Trouble.THROTTLED, said=said, retry_after_s=BURST_PAUSE_S)
    if re.search(r"\b(paid|unpaid|payment|balance|billing|invoice)\b", said, re.IGNORECASE):
        return Fault(Trouble.BILLING, said=said)
    if re.search(r"\b(disabled|suspended|blocked)\b", said, re.IGNORECASE):
        return Fault(Trouble.SENDER, said=said)
    return Fault(Trouble.REJECTED, said=said)


def from_description(said: str) -> tuple[Trouble, str]:
    """Trouble and code of a late failure, which comes as a text only: `(#131047) Re-engagement message`."""
    for found in re.findall(r"(?<!\d)\d{3,6}(?!\d)", said):
        if int(found) in CODES and int(found) > 300:
            return CODES[int(found)], found
    return Trouble.UNKNOWN, ""


def _trouble(code: int | None, fault: wire.Fault, status: int) -> Trouble:
    if code == 100 and number(fault.error_subcode) == 33:
        return Trouble.GONE
    if code in CODES:
        return CODES[code]
    if fault.is_transient is True or status in (401, 408, 429) or status >= 500:
        return Trouble.BUSY if fault.is_transient is True else kind_of_status(status)
    return Trouble.UNKNOWN


def _regained_s(answer: Answer) -> float | None:
    """Seconds until the budget is back, as the usage header tells in minutes; None where it does not."""
    try:
        usage = parse(answer.headers.get("x-business-use-case-usage", "").encode())
    except (ValueError, RecursionError):
        return None
    lists = usage.values() if isinstance(usage, dict) else ()
    minutes = [number(field(use, "estimated_time_to_regain_access")) or 0 for uses in lists for use in items(uses)]
    return max(minutes) * 60.0 if any(minutes) else None
