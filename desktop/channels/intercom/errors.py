"""What Intercom's refusals mean, and the reason for each."""

from __future__ import annotations

import re
from typing import Any

from desktop.channels.intercom import permissions
from desktop.channels.shared import loose_json
from desktop.channels.shared.error_reasons import quote
from desktop.channels.shared.exchange import HttpResponse
from desktop.channels.shared.loose_json import as_id, as_text
from desktop.channels.shared.provider_client import Fault, kind_of_status
from desktop.domain.model.reason import Reason, join_reasons, make_reason
from desktop.ports import ProviderErrorKind
from desktop.ports.reasons import ProviderReason

# Not a 429 and without headers: a limit on replies that no page documents (seen by a migration connector).
REPLY_LIMIT = "too many recent replies"
REPLY_LIMIT_PAUSE_S = 15.0
PROVIDER = "Intercom"
MAX_FILES = 10
"""In one reply (Intercom reference, 8.1). How large they may be is not published."""

_SHARED = frozenset(
    {
        ProviderErrorKind.MERGED,
        ProviderErrorKind.THROTTLED,
        ProviderErrorKind.BUSY,
        ProviderErrorKind.OFFLINE,
        ProviderErrorKind.TIMED_OUT,
    }
)
"""Kinds whose reason is the one that all providers have."""


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
        merged_into=_merged_into(answer) if kind is ProviderErrorKind.MERGED else _existing_id(answer, message),
    )


def describe(fault: Fault, needs: str = "") -> Reason:
    """The reason for a refusal. needs: the permission that this call takes, in Intercom's words."""
    said = quote(PROVIDER, fault.message)
    match fault.kind:
        case ProviderErrorKind.SIGNED_OUT:
            return make_reason(ProviderReason.INTERCOM_SIGNED_OUT)
        case ProviderErrorKind.FORBIDDEN if needs:
            return join_reasons(make_reason(ProviderReason.INTERCOM_NEEDS_PERMISSION, permission=needs), said)
        case ProviderErrorKind.FORBIDDEN:
            return join_reasons(make_reason(ProviderReason.INTERCOM_FORBIDDEN), said)
        case ProviderErrorKind.GONE:
            return join_reasons(make_reason(ProviderReason.INTERCOM_GONE), said)
        case ProviderErrorKind.TOO_LARGE:
            return make_reason(ProviderReason.INTERCOM_TOO_LARGE)
        case ProviderErrorKind.THROTTLED if fault.retry_after_s is not None:
            return make_reason(ProviderReason.INTERCOM_TOO_MANY_REPLIES)
        case ProviderErrorKind.REJECTED:
            return join_reasons(_about_content(fault.message.casefold()), said)
        case _ if fault.kind in _SHARED:
            return make_reason(fault.kind, provider=PROVIDER)
    return make_reason(ProviderErrorKind.BAD_ANSWER, provider=PROVIDER)


def describe_priority(fault: Fault) -> Reason:
    """The reason for a refused priority, which takes a preview of Intercom's API."""
    if fault.kind is ProviderErrorKind.REJECTED:
        return join_reasons(make_reason(ProviderReason.INTERCOM_PRIORITY), quote(PROVIDER, fault.message))
    return describe(fault, needs=permissions.WRITE_CONVERSATIONS)


def describe_contact(fault: Fault) -> Reason:
    """The reason for a refused change of a contact."""
    if fault.kind is ProviderErrorKind.REJECTED:
        exists = "already exists" in fault.message.casefold()
        code = ProviderReason.INTERCOM_CONTACT_EXISTS if exists else ProviderReason.INTERCOM_CONTACT_REFUSED
        return join_reasons(make_reason(code), quote(PROVIDER, fault.message))
    return describe(fault, needs=permissions.WRITE_CONTACTS)


def _about_content(message: str) -> Reason:
    """What is wrong with the text or files of a refused reply, as far as we can tell.

    No list of Intercom's messages is published, so its own words are always shown as well.
    """
    if "attachment_urls" in message:
        return make_reason(ProviderReason.INTERCOM_FILE_LINKS)
    if "attachment" in message:
        return make_reason(ProviderReason.INTERCOM_FILES, limit=MAX_FILES)
    if re.search(r"too long|maximum length|too many characters", message):
        return make_reason(ProviderReason.INTERCOM_TEXT_TOO_LONG)
    return make_reason(ProviderReason.INTERCOM_REJECTED)


def _existing_id(answer: HttpResponse, message: str) -> str:
    """A conflict over a contact names the one that is there: `A contact matching those details already exists with
    id=...` ("Error codes", read 2026-11-30)."""
    found = re.search(r"\bid=([0-9A-Za-z]+)", message) if answer.status == 409 else None
    return found.group(1) if found else ""


def _merged_into(answer: HttpResponse) -> str:
    """`Link: </contacts/{id}>; rel="canonical"` names the contact that lives on (API 2.16)."""
    found = re.search(r"/contacts/([^/>?\s]+)>", answer.headers.get("Link", ""))
    return str(found.group(1)) if found else ""
