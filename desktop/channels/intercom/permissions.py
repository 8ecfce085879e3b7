"""Intercom's permissions: by the names its Developer Hub gives them, and what does not work without each.

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
"""Not Intercom's word: which permission macros take is documented nowhere."""

PLACE = "Developer Hub > your app > Authentication"

WITHOUT = {
    READ_ADMINS: "you could not choose who you are, and replies need a teammate's name",
    READ_CONVERSATIONS: "no conversation could be shown",
    READ_CONTACTS: "nobody's phone numbers and e-mail addresses would be known",
}
ONLY_WRITING_TELLS = (WRITE_CONVERSATIONS, WRITE_TAGS)


async def ask(name: str, question: Callable[[], Awaitable[Any]]) -> Permission:
    """Whether a harmless question is answered. Raises ProviderError for what has nothing to do with permissions."""
    try:
        await question()
    except ProviderError as error:
        if error.kind is ProviderErrorKind.FORBIDDEN:
            return Permission(name, False, _sentence(name))
        if error.kind in (ProviderErrorKind.REJECTED, ProviderErrorKind.GONE):
            # The question itself was not understood, say by another version: that tells nothing of permissions.
            return Permission(name, None)
        raise
    return Permission(name, True)


def _sentence(name: str) -> str:
    if name == MACROS:
        return (
            "Intercom does not let this token read macros, so there are none in the composer. It does not say which "
            f"permission that takes; look through the app's permissions ({PLACE})."
        )
    return (
        f'The permission "{name}" is missing: {WITHOUT[name]}. Switch it on in Intercom ({PLACE}) and check again, '
        "with the token copied anew if it shows another."
    )
