"""What Intercom's answers mean: JSON out of a good one, plain words out of a refusal."""

from __future__ import annotations

import re
from typing import Any

from desktop.channels.intercom import wire
from desktop.channels.intercom.values import ident, text
from desktop.channels.shared import loose_json
from desktop.channels.shared.http import Answer
from desktop.ports import ProviderError, ProviderErrorKind

# Not a 429 and without headers: a brake on replies that no page documents (seen by a migration connector).
REPLY_BRAKE = "too many recent replies"
REPLY_BRAKE_PAUSE_S = 15.0
BRAKED = "Intercom asks for a pause: too many recent replies to this conversation."
MOST_FILES = 10
"""In one reply (Intercom reference, 8.1). How large they may be is not published."""

_BY_STATUS = {
    401: ProviderErrorKind.SIGNED_OUT,
    403: ProviderErrorKind.FORBIDDEN,
    404: ProviderErrorKind.GONE,
    408: ProviderErrorKind.TIMED_OUT,
    410: ProviderErrorKind.MERGED,
    413: ProviderErrorKind.TOO_LARGE,
    429: ProviderErrorKind.THROTTLED,
}


async def content(answer: Answer) -> Any:
    """The JSON of a good answer. Raises ProviderError for a refusal and for what is no JSON."""
    if not answer.is_success:
        raise error_of(answer)
    try:
        return await loose_json.parsed(answer.body)
    except (ValueError, RecursionError):
        pass
    # Raised outside: the parser's error remembers the whole answer.
    raise ProviderError(
        ProviderErrorKind.BAD_ANSWER, "Intercom's answer could not be read.", request_id=_header_id(answer)
    )


def error_of(answer: Answer, needs: str = "") -> ProviderError:
    """A refusal in plain words. needs: the permission that this call takes, in Intercom's words."""
    fault, request_id = _fault(answer)
    kind = _kind(answer.status, fault)
    return ProviderError(
        kind,
        BRAKED if is_reply_brake(answer) else _about_content(kind, fault) or _sentence(kind, _said(fault), needs),
        request_id=request_id,
        retry_after_s=REPLY_BRAKE_PAUSE_S if is_reply_brake(answer) else None,
        merged_into=_canonical(answer) if kind is ProviderErrorKind.MERGED else "",
    )


def is_reply_brake(answer: Answer) -> bool:
    return answer.status in (400, 422) and REPLY_BRAKE in text(_fault(answer)[0].message).casefold()


def _kind(status: int, fault: wire.Fault) -> ProviderErrorKind:
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if status >= 500:
        return ProviderErrorKind.BUSY
    if status < 400:
        return ProviderErrorKind.BAD_ANSWER
    return ProviderErrorKind.THROTTLED if REPLY_BRAKE in text(fault.message).casefold() else ProviderErrorKind.REJECTED


def _sentence(kind: ProviderErrorKind, said: str, needs: str) -> str:
    match kind:
        case ProviderErrorKind.SIGNED_OUT:
            return "Intercom no longer accepts the token. Please enter a new one."
        case ProviderErrorKind.FORBIDDEN:
            permission = f' The token may lack the permission "{needs}".' if needs else ""
            return f"Intercom does not allow this{said}.{permission}"
        case ProviderErrorKind.GONE:
            return f"Intercom does not have this any more, or the token may not see it{said}."
        case ProviderErrorKind.MERGED:
            return "Intercom has merged this contact into another."
        case ProviderErrorKind.TOO_LARGE:
            return "This is too large for Intercom. Leave a file out or make it smaller, and send it again."
        case ProviderErrorKind.THROTTLED:
            return "Intercom asks for a pause: too many requests."
        case ProviderErrorKind.BUSY:
            return "Intercom has a problem of its own at the moment."
        case ProviderErrorKind.TIMED_OUT:
            return "Intercom did not answer in time."
        case ProviderErrorKind.REJECTED:
            return f"Intercom refused this{said}."
        case _:
            return "Intercom's answer could not be read."


def _about_content(kind: ProviderErrorKind, fault: wire.Fault) -> str:
    """What is wrong with the words or files of a refused reply; "" where it is not about these, as far as we can tell.

    No list of Intercom's messages is published, so its own words are always shown as well.
    """
    if kind is not ProviderErrorKind.REJECTED:
        return ""
    about, said = text(fault.message).casefold(), _said(fault)
    if "attachment_urls" in about:
        return f"Intercom takes only pictures by their address, and no files beside them{said}. Attach them as files."
    if "attachment" in about:
        return f"Intercom refused the files{said}. At most {MOST_FILES} go in one reply; leave some out."
    if re.search(r"too long|maximum length|too many characters", about):
        return f"The text is too long for Intercom{said}. Shorten it, or send it in two parts."
    return ""


def _said(fault: wire.Fault) -> str:
    """Intercom's own words, short and on one line."""
    words = " ".join((text(fault.message) or text(fault.code)).split())
    shown = words if len(words) <= 200 else words[:199] + "…"
    return f": {shown.rstrip('.')}" if shown else ""


def _fault(answer: Answer) -> tuple[wire.Fault, str]:
    """The first error of the list and the request id. Message status calls use a flat form; proxies answer HTML."""
    raw = loose_json.parse_small(answer.body)
    if not isinstance(raw, dict):
        return wire.Fault(), _header_id(answer)
    errors = loose_json.items(raw.get("errors"))
    request_id = ident(raw.get("request_id")) or _header_id(answer)
    return loose_json.read(errors[0] if errors else raw, wire.Fault), request_id


def _header_id(answer: Answer) -> str:
    return str(answer.headers.get("X-Request-Id", ""))


def _canonical(answer: Answer) -> str:
    """`Link: </contacts/{id}>; rel="canonical"` names the contact that lives on (API 2.16)."""
    found = re.search(r"/contacts/([^/>?\s]+)>", answer.headers.get("Link", ""))
    return str(found.group(1)) if found else ""
