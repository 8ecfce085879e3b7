"""Intercom's permissions by the names in its Developer Hub.

Names: developers.intercom.com, "OAuth Scopes", read 2026-11-22; an app of one's own shows the same check boxes.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from desktop.domain.model.reason import Reason, join_reasons, make_reason
from desktop.ports import Permission, ProviderError, ProviderErrorKind
from desktop.ports.reasons import ProviderReason

READ_ADMINS = "Read admins"
READ_CONVERSATIONS = "Read conversations"
READ_CONTACTS = "Read and list users and companies"
READ_ONE_CONTACT = "Read one user and one company"
WRITE_CONVERSATIONS = "Write conversations"
WRITE_CONTACTS = "Write users and companies"
READ_TAGS = "Read tags"
WRITE_TAGS = "Write tags"
MACROS = "Macros"
"""Not Intercom's name: which permission macros need is not documented."""

_MISSING = {
    READ_ADMINS: ProviderReason.NO_READ_ADMINS,
    READ_CONVERSATIONS: ProviderReason.NO_READ_CONVERSATIONS,
    READ_CONTACTS: ProviderReason.NO_READ_CONTACTS,
    READ_TAGS: ProviderReason.NO_READ_TAGS,
    MACROS: ProviderReason.NO_MACROS,
}
NOT_TESTABLE = (WRITE_CONVERSATIONS, WRITE_TAGS)


async def test_permission(name: str, read: Callable[[], Awaitable[Any]]) -> Permission:
    """Whether a read that needs the permission is allowed. Raises ProviderError for any other failure."""
    try:
        await read()
    except ProviderError as error:
        if error.kind is ProviderErrorKind.FORBIDDEN:
            return Permission(name, False, _reason(name))
        if error.kind in (ProviderErrorKind.REJECTED, ProviderErrorKind.GONE):
            # The request was not understood, for example by another API version: the permission stays unknown.
            return Permission(name, None)
        raise
    return Permission(name, True)


def _reason(name: str) -> Reason:
    missing = make_reason(_MISSING[name])
    if name == MACROS:
        return missing
    return join_reasons(missing, make_reason(ProviderReason.TURN_PERMISSION_ON))
