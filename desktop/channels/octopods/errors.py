"""Octopods' refusals: codes that mean something else in each family (article 14824171, read 2026-11-22)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from desktop.channels.caller import Fault, header_pause_s, kind_of_status
from desktop.channels.http import Answer
from desktop.channels.lenient import ident, number, read, text
from desktop.channels.octopods import wire
from desktop.domain.facts import ChannelKind
from desktop.ports import Trouble

FAMILIES: Mapping[ChannelKind, Mapping[int, Trouble]] = {
    ChannelKind.WHATSAPP: {
        1: Trouble.MALFORMED,
        2: Trouble.MALFORMED,
        3: Trouble.TEMPLATE_UNAVAILABLE,
        4: Trouble.TEMPLATE_INVALID,
        5: Trouble.BAD_ADDRESS,
        6: Trouble.SIGNED_OUT,
        8: Trouble.FILE,
        9: Trouble.TEMPLATE_INVALID,
        10: Trouble.MALFORMED,
    },
    ChannelKind.SMS: {
        1: Trouble.MALFORMED,
        2: Trouble.REJECTED,
        3: Trouble.BAD_ADDRESS,
        5: Trouble.SIGNED_OUT,
    },
}


def judge(family: ChannelKind) -> Callable[[Answer, Any], Fault]:
    codes = FAMILIES[family]

    def judged(answer: Answer, content: Any) -> Fault:
        fault = read(content, wire.Fault)
        code = number(fault.error_code)
        trouble = kind_of_status(answer.status)
        if answer.status == 400 and code is not None:
            trouble = codes.get(code, Trouble.UNKNOWN)
        if "deprecated_api_key" in text(fault.error).casefold():
            trouble = Trouble.SIGNED_OUT
        return Fault(
            trouble,
            code=ident(fault.error_code),
            said=text(fault.error),
            request_id=ident(fault.request_id),
            pause_s=header_pause_s(answer),
        )

    return judged
