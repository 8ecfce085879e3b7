"""Classifies refusals by their text, for codes that a provider uses for many reasons."""

from __future__ import annotations

import re

from desktop.ports import ProviderErrorKind

# Searched in this order, in any case. The texts are Meta's and Twilio's own ("Error codes", "Error and warning
# dictionary") and those that public clients of theirs report; all read 2026-11-22.
_RULES = tuple(
    (re.compile(pattern, re.IGNORECASE), error)
    for pattern, error in (
        (r"does not exist, cannot be loaded|unsupported (get|post) request", ProviderErrorKind.GONE),
        (r"re-engagement|24[ -]hours?\b|outside (of )?the allowed window", ProviderErrorKind.WINDOW_CLOSED),
        (r"unsubscribed|opted[ -]out|blocked by (the )?user", ProviderErrorKind.OPTED_OUT),
        (r"rate limit|too many (requests|messages)", ProviderErrorKind.THROTTLED),
        (r"parameter.?name|number of (localizable_)?param|localizable_params", ProviderErrorKind.TEMPLATE_INVALID),
        (r"\b(template|components?|header|buttons?|carousel)\b", ProviderErrorKind.TEMPLATE_INVALID),
        (
            r"\b(media|mime|sticker|attachment)\b|\bfile (must|type|size|with)\b|unsupported file",
            ProviderErrorKind.FILE,
        ),
        (
            r"too long|at most \d+ char|exceed\w* .*\b(limit|length|size)\b|maximum (body )?length",
            ProviderErrorKind.TOO_LARGE,
        ),
        (r"unsupported (message )?type|message type", ProviderErrorKind.REJECTED),
        (r"not (yet )?verified|unverified|trial\b|permission|not authori[sz]ed", ProviderErrorKind.FORBIDDEN),
        (r"suspended|payment|unpaid|billing", ProviderErrorKind.BILLING),
        (r"'?\bfrom\b'? (phone )?number|sender|messaging service", ProviderErrorKind.SENDER),
        (
            r"\brecipient|\bwa_id\b|['\"(\[]to['\")\]]|\b(invalid|missing) (phone )?number",
            ProviderErrorKind.BAD_ADDRESS,
        ),
        (r"phone number (is )?(not |in)valid", ProviderErrorKind.BAD_ADDRESS),
    )
)


def kind_of_text(message: str) -> ProviderErrorKind | None:
    """The kind of the first pattern that the message matches; None where none does."""
    return next((error for pattern, error in _RULES if pattern.search(message)), None)
