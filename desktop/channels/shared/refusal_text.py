"""What a refusal means by its text, for codes that a provider uses for many reasons."""

from __future__ import annotations

import re

from desktop.ports import Trouble

# Searched in this order, in any case. The texts are Meta's and Twilio's own ("Error codes", "Error and warning
# dictionary") and those that public clients of theirs report; all read 2026-11-22.
_RULES = tuple(
    (re.compile(pattern, re.IGNORECASE), trouble)
    for pattern, trouble in (
        (r"does not exist, cannot be loaded|unsupported (get|post) request", Trouble.GONE),
        (r"re-engagement|24[ -]hours?\b|outside (of )?the allowed window", Trouble.WINDOW_CLOSED),
        (r"unsubscribed|opted[ -]out|blocked by (the )?user", Trouble.OPTED_OUT),
        (r"rate limit|too many (requests|messages)", Trouble.THROTTLED),
        (r"parameter.?name|number of (localizable_)?param|localizable_params", Trouble.TEMPLATE_INVALID),
        (r"\b(template|components?|header|buttons?|carousel)\b", Trouble.TEMPLATE_INVALID),
        (r"\b(media|mime|sticker|attachment)\b|\bfile (must|type|size|with)\b|unsupported file", Trouble.FILE),
        (r"too long|at most \d+ char|exceed\w* .*\b(limit|length|size)\b|maximum (body )?length", Trouble.TOO_LARGE),
        (r"unsupported (message )?type|message type", Trouble.REJECTED),
        (r"not (yet )?verified|unverified|trial\b|permission|not authori[sz]ed", Trouble.FORBIDDEN),
        (r"suspended|payment|unpaid|billing", Trouble.BILLING),
        (r"'?\bfrom\b'? (phone )?number|sender|messaging service", Trouble.SENDER),
        (r"\brecipient|\bwa_id\b|['\"(\[]to['\")\]]|\b(invalid|missing) (phone )?number", Trouble.BAD_ADDRESS),
        (r"phone number (is )?(not |in)valid", Trouble.BAD_ADDRESS),
    )
)


def by_text(said: str) -> Trouble | None:
    """None where the text says nothing that we know."""
    return next((trouble for pattern, trouble in _RULES if pattern.search(said)), None)
