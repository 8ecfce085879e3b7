"""Octopods' refusals, by codes that mean something else in each family (article 14824171), and its late failures, by
the network's codes or by the words of articles 14823960, 14824155 and 14823962 (all read 2026-11-22)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from desktop.channels.octopods import wire
from desktop.channels.shared import meta_codes, twilio_codes
from desktop.channels.shared.caller import Fault, header_pause_s, kind_of_status
from desktop.channels.shared.http import Answer
from desktop.channels.shared.loose_json import ident, number, read, text
from desktop.channels.shared.meta_codes import from_description
from desktop.domain.model.facts import ChannelKind
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

# Behind an SMS channel stands Twilio.
_LATE = {ChannelKind.WHATSAPP: meta_codes.trouble_of, ChannelKind.SMS: twilio_codes.trouble_of}
# Searched in the reason, lower-case, where it has no code that we know: Octopods' words and the titles of Meta's codes.
_WORDS = (
    ("24 hours", Trouble.WINDOW_CLOSED),
    ("24-hour", Trouble.WINDOW_CLOSED),
    ("re-engagement", Trouble.WINDOW_CLOSED),
    ("whatsapp user", Trouble.UNREACHABLE),
    ("not on whatsapp", Trouble.UNREACHABLE),
    ("message undeliverable", Trouble.UNREACHABLE),
    ("unsubscribed", Trouble.OPTED_OUT),
    ("stopped receiving marketing", Trouble.OPTED_OUT),
    ("chose not to deliver", Trouble.POLICY),
    ("part of an experiment", Trouble.POLICY),
    ("phone number is missing", Trouble.BAD_ADDRESS),
    ("invalid phone number", Trouble.BAD_ADDRESS),
    ("origin sending channel", Trouble.SENDER),
    ("template is paused", Trouble.TEMPLATE_UNAVAILABLE),
    ("template is disabled", Trouble.TEMPLATE_UNAVAILABLE),
    ("template does not exist", Trouble.TEMPLATE_UNAVAILABLE),
)


def late(family: ChannelKind, code: str, said: str) -> tuple[Trouble, str]:
    """Trouble and code of a message that failed after it was taken. One shape tells a code, the other only words."""
    trouble_of, known = _LATE[family], number(code)
    told = trouble_of(known, said) if known is not None else None
    if told is not None:
        return told, code
    trouble, found = from_description(said, trouble_of)
    if trouble is Trouble.UNKNOWN:
        trouble = next((t for words, t in _WORDS if words in said.casefold()), trouble)
    return trouble, code or found


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
