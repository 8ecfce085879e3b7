"""What Intercom's refusals mean, and the sentence for each."""

from __future__ import annotations

import re
from typing import Any

from desktop.channels.shared import loose_json
from desktop.channels.shared.http import HttpResponse
from desktop.channels.shared.loose_json import as_id, as_text
from desktop.channels.shared.provider_client import Fault, kind_of_status
from desktop.ports import ProviderErrorKind

# Not a 429 and without headers: a limit on replies that no page documents (seen by a migration connector).
REPLY_LIMIT = "too many recent replies"
REPLY_LIMIT_PAUSE_S = 15.0
MAX_FILES = 10
"""In one reply (Intercom reference, 8.1). How large they may be is not published."""


def classify(answer: HttpResponse, content: Any) -> Fault:
    """Reads the first error of the list. Message status calls use a flat form; proxies answer HTML."""
    errors = loose_json.as_list(loose_json.get_field(content, "errors"))
    error = errors[0] if errors else content
    message = as_text(loose_json.get_field(error, "message"))
    is_limit = 400 <= answer.status < 500 and REPLY_LIMIT in message.casefold()
    kind = ProviderErrorKind.MERGED if answer.status == 410 else kind_of_status(answer.status)
    return Fault(
        ProviderErrorKind.THROTTLED if is_limit and kind is ProviderErrorKind.REJECTED else kind,
        message=message or as_text(loose_json.get_field(error, "code")),
        request_id=as_id(loose_json.get_field(content, "request_id")) or str(answer.headers.get("X-Request-Id", "")),
        retry_after_s=REPLY_LIMIT_PAUSE_S if is_limit and answer.status in (400, 422) else None,
        merged_into=_merged_into(answer) if kind is ProviderErrorKind.MERGED else "",
    )


def describe(fault: Fault, needs: str = "") -> str:
    """The sentence for a refusal. needs: the permission that this call takes, in Intercom's words."""
    words = " ".join(fault.message.split())
    quote = f": {(words if len(words) <= 200 else words[:199] + '…').rstrip('.')}" if words else ""
    match fault.kind:
        case ProviderErrorKind.SIGNED_OUT:
            return "Intercom no longer accepts the token. Please enter a new one."
        case ProviderErrorKind.FORBIDDEN:
            permission = f' The token may lack the permission "{needs}".' if needs else ""
            return f"Intercom does not allow this{quote}.{permission}"
        case ProviderErrorKind.GONE:
            return f"Intercom does not have this any more, or the token may not see it{quote}."
        case ProviderErrorKind.MERGED:
            return "Intercom has merged this contact into another."
        case ProviderErrorKind.TOO_LARGE:
            return "This is too large for Intercom. Leave a file out or make it smaller, and send it again."
        case ProviderErrorKind.THROTTLED if fault.retry_after_s is not None:
            return "Intercom asks for a pause: too many recent replies to this conversation."
        case ProviderErrorKind.THROTTLED:
            return "Intercom asks for a pause: too many requests."
        case ProviderErrorKind.BUSY:
            return "Intercom has a problem of its own at the moment."
        case ProviderErrorKind.OFFLINE:
            return "Intercom cannot be reached."
        case ProviderErrorKind.TIMED_OUT:
            return "Intercom did not answer in time."
        case ProviderErrorKind.REJECTED:
            return _about_content(fault.message.casefold(), quote) or f"Intercom refused this{quote}."
        case _:
            return "Intercom's answer could not be read."


def _about_content(message: str, quote: str) -> str:
    """What is wrong with the text or files of a refused reply; "" where it is not about these, as far as we can tell.

    No list of Intercom's messages is published, so its own words are always shown as well.
    """
    if "attachment_urls" in message:
        return f"Intercom takes only pictures by their address, and no files beside them{quote}. Attach them as files."
    if "attachment" in message:
        return f"Intercom refused the files{quote}. At most {MAX_FILES} go in one reply; leave some out."
    if re.search(r"too long|maximum length|too many characters", message):
        return f"The text is too long for Intercom{quote}. Shorten it, or send it in two parts."
    return ""


def _merged_into(answer: HttpResponse) -> str:
    """`Link: </contacts/{id}>; rel="canonical"` names the contact that lives on (API 2.16)."""
    found = re.search(r"/contacts/([^/>?\s]+)>", answer.headers.get("Link", ""))
    return str(found.group(1)) if found else ""
