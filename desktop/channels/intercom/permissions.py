"""Intercom's permissions by the names in its Developer Hub, and what does not work without each.

Names: developers.intercom.com, "OAuth Scopes", read 2026-11-22; an app of one's own shows the same check boxes.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from desktop.ports import Permission, ProviderError, ProviderErrorKind

READ_ADMINS = "Read admins"
READ_CONVERSATIONS = "Read conversations"
READ_CONTACTS = "Read and list users and companies"
READ_ONE_CONTACT = "Read one user and one company"
WRITE_CONVERSATIONS = "Write conversations"
WRITE_TAGS = "Write tags"
MACROS = "Macros"
"""Not Intercom's name: which permission macros need is not documented."""

DEVELOPER_HUB = "Developer Hub > your app > Authentication"

CONSEQUENCES = {
    READ_ADMINS: "you could not choose who you are, and replies need a teammate's name",
    READ_CONVERSATIONS: "no conversation could be shown",
    READ_CONTACTS: "nobody's phone numbers and e-mail addresses would be known",
}
NOT_TESTABLE = (WRITE_CONVERSATIONS, WRITE_TAGS)


async def test_permission(name: str, read: Callable[[], Awaitable[Any]]) -> Permission:
    """Whether a read that needs the permission is allowed. Raises ProviderError for any other failure."""
    try:
        await read()
    except ProviderError as error:
        if error.kind is ProviderErrorKind.FORBIDDEN:
            return Permission(name, False, _sentence(name))
        if error.kind in (ProviderErrorKind.REJECTED, ProviderErrorKind.GONE):
            # The request was not understood, for example by another API version: the permission stays unknown.
            return Permission(name, None)
        raise
    return Permission(name, True)


def _sentence(name: str) -> str:
    if name == MACROS:
        return (
            "Intercom does not let this token read macros, so there are none in the composer. It does not say which "
            f"permission that takes; look through the app's permissions ({DEVELOPER_HUB})."
        )
    return (
        f'The permission "{name}" is missing: {CONSEQUENCES[name]}. Switch it on in Intercom ({DEVELOPER_HUB}) '
        "and check again, with the token copied anew if it shows another."
    )
