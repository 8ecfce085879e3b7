"""Octopods' refusals, by codes that mean something else in each family (article 14824171), and its late failures, by
the network's codes or by the words of articles 14823960, 14824155 and 14823962 (all read 2026-11-22)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from desktop.channels.octopods import wire
from desktop.channels.shared import meta_codes, twilio_codes
from desktop.channels.shared.http import Answer
from desktop.channels.shared.loose_json import ident, number, read, text
from desktop.channels.shared.meta_codes import from_description
from desktop.channels.shared.provider_client import Fault, header_pause_s, kind_of_status
from desktop.domain.model.facts import ChannelKind
from desktop.ports import ProviderErrorKind

FAMILIES: Mapping[ChannelKind, Mapping[int, ProviderErrorKind]] = {
    ChannelKind.WHATSAPP: {
        1: ProviderErrorKind.MALFORMED,
        2: ProviderErrorKind.MALFORMED,
        3: ProviderErrorKind.TEMPLATE_UNAVAILABLE,
        4: ProviderErrorKind.TEMPLATE_INVALID,
        5: ProviderErrorKind.BAD_ADDRESS,
        6: ProviderErrorKind.SIGNED_OUT,
        8: ProviderErrorKind.FILE,
        9: ProviderErrorKind.TEMPLATE_INVALID,
        10: ProviderErrorKind.MALFORMED,
    },
    ChannelKind.SMS: {
        1: ProviderErrorKind.MALFORMED,
        2: ProviderErrorKind.REJECTED,
        3: ProviderErrorKind.BAD_ADDRESS,
        5: ProviderErrorKind.SIGNED_OUT,
    },
}

# Behind an SMS channel stands Twilio.
_LATE = {ChannelKind.WHATSAPP: meta_codes.error_of, ChannelKind.SMS: twilio_codes.error_of}
# Searched in the reason, lower-case, where it has no code that we know: Octopods' words and the titles of Meta's codes.
_WORDS = (
    ("24 hours", ProviderErrorKind.WINDOW_CLOSED),
    ("24-hour", ProviderErrorKind.WINDOW_CLOSED),
    ("re-engagement", ProviderErrorKind.WINDOW_CLOSED),
    ("whatsapp user", ProviderErrorKind.UNREACHABLE),
    ("not on whatsapp", ProviderErrorKind.UNREACHABLE),
    ("message undeliverable", ProviderErrorKind.UNREACHABLE),
    ("unsubscribed", ProviderErrorKind.OPTED_OUT),
    ("stopped receiving marketing", ProviderErrorKind.OPTED_OUT),
    ("chose not to deliver", ProviderErrorKind.POLICY),
    ("part of an experiment", ProviderErrorKind.POLICY),
    ("phone number is missing", ProviderErrorKind.BAD_ADDRESS),
    ("invalid phone number", ProviderErrorKind.BAD_ADDRESS),
    ("origin sending channel", ProviderErrorKind.SENDER),
    ("template is paused", ProviderErrorKind.TEMPLATE_UNAVAILABLE),
    ("template is disabled", ProviderErrorKind.TEMPLATE_UNAVAILABLE),
    ("template does not exist", ProviderErrorKind.TEMPLATE_UNAVAILABLE),
)


def late(family: ChannelKind, code: str, said: str) -> tuple[ProviderErrorKind, str]:
    """Trouble and code of a message that failed after it was taken. One shape tells a code, the other only words."""
    error_of, known = _LATE[family], number(code)
    told = error_of(known, said) if known is not None else None
    if told is not None:
        return told, code
    error, found = from_description(said, error_of)
    if error is ProviderErrorKind.UNKNOWN:
        error = next((t for words, t in _WORDS if words in said.casefold()), error)
    return error, code or found


def classifier(family: ChannelKind) -> Callable[[Answer, Any], Fault]:
    """What a refusal of this family means: by its code, or by the status where it has none."""
    codes = FAMILIES[family]

    def classify(answer: Answer, content: Any) -> Fault:
        error = read(content, wire.Error)
        code = number(error.error_code)
        kind = kind_of_status(answer.status)
        if answer.status == 400 and code is not None:
            kind = codes.get(code, ProviderErrorKind.UNKNOWN)
        if "deprecated_api_key" in text(error.error).casefold():
            kind = ProviderErrorKind.SIGNED_OUT
        return Fault(
            kind,
            code=ident(error.error_code),
            message=text(error.error),
            request_id=ident(error.request_id),
            pause_s=header_pause_s(answer),
        )

    return classify
