"""Classifies Octopods' refusals, by codes that differ between its APIs (article 14824171), and late failures, by the
network's codes or the phrases of articles 14823960, 14824155 and 14823962 (all read 2026-11-22)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from desktop.channels.octopods import wire
from desktop.channels.shared import meta_codes, twilio_codes
from desktop.channels.shared.exchange import HttpResponse
from desktop.channels.shared.loose_json import as_id, as_number, as_struct, as_text
from desktop.channels.shared.meta_codes import kind_of_description
from desktop.channels.shared.provider_client import Fault, header_pause_s, kind_of_status
from desktop.domain.model.facts import ChannelKind
from desktop.ports import ProviderErrorKind

CODES: Mapping[ChannelKind, Mapping[int, ProviderErrorKind]] = {
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

# An SMS channel of Octopods is one of Twilio's.
_LATE = {ChannelKind.WHATSAPP: meta_codes.kind_of_code, ChannelKind.SMS: twilio_codes.kind_of_code}
# Searched in the lower-cased reason where it has no known code: Octopods' phrases and the titles of Meta's codes.
_PHRASES = (
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


def kind_of_late_failure(family: ChannelKind, code: str, message: str) -> tuple[ProviderErrorKind, str]:
    """Kind and code of a failure after acceptance. One shape of the answer has a code, the other only words."""
    kind_of_code, number = _LATE[family], as_number(code)
    kind = kind_of_code(number, message) if number is not None else None
    if kind is not None:
        return kind, code
    kind, found = kind_of_description(message, kind_of_code)
    if kind is ProviderErrorKind.UNKNOWN:
        kind = next((k for words, k in _PHRASES if words in message.casefold()), kind)
    return kind, code or found


def classifier_for(family: ChannelKind) -> Callable[[HttpResponse, Any], Fault]:
    """Make the classifier of one API's refusals: by the code, or by the status where there is none."""
    codes = CODES[family]

    def classify(answer: HttpResponse, content: Any) -> Fault:
        error = as_struct(content, wire.Error)
        code = as_number(error.error_code)
        kind = kind_of_status(answer.status)
        if answer.status == 400 and code is not None:
            kind = codes.get(code, ProviderErrorKind.UNKNOWN)
        if "deprecated_api_key" in as_text(error.error).casefold():
            kind = ProviderErrorKind.SIGNED_OUT
        return Fault(
            kind,
            code=as_id(error.error_code),
            message=as_text(error.error),
            request_id=as_id(error.request_id),
            pause_s=header_pause_s(answer),
        )

    return classify
