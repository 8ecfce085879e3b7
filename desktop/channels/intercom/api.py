"""Intercom's endpoints, one method each, in the wire's terms."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Unpack

from desktop.channels.intercom import errors, permissions
from desktop.channels.shared.exchange import LearningClock, Token
from desktop.channels.shared.provider_client import ClientOptions, Describe, ProviderClient, SendResult, path_segment
from desktop.channels.shared.rate_limit import RateLimiter
from desktop.ports import Upload

Json = dict[str, Any]

VERSION = "2.16"
PREVIEW = "Preview"
"""Changes without notice, so that it is asked for nothing but what no other version does."""

SEARCH_PAGE_SIZE = 50
MAX_PAGE_SIZE = 150
FIRST_READ_TIMEOUT_S = 4.5
RETRY_WITHIN_S = 3.0


class IntercomApi(ProviderClient):
    """One workspace through one token. Methods return parsed JSON and raise ProviderError; `reply` never raises."""

    def __init__(
        self,
        base_url: str,
        token: Token,
        clock: LearningClock,
        *,
        version: str = VERSION,
        **options: Unpack[ClientOptions],
    ) -> None:
        super().__init__(
            "Intercom",
            base_url,
            token,
            clock,
            errors.classify,
            headers={"Intercom-Version": version},
            describe=errors.describe,
            rate_limiter=RateLimiter(clock, options.get("jitter", random.random)),
            first_read_timeout_s=FIRST_READ_TIMEOUT_S,
            retry_within_s=RETRY_WITHIN_S,
            **options,
        )

    async def me(self) -> Any:
        """The admin of the token, with the workspace."""
        return await self.read("/me", describe=_needing(permissions.READ_ADMINS))

    async def admins(self) -> Any:
        """The admins of the workspace."""
        return await self.read("/admins", describe=_needing(permissions.READ_ADMINS))

    async def teams(self) -> Any:
        """The teams of the workspace."""
        return await self.read("/teams", background=True, describe=_needing(permissions.READ_ADMINS))

    async def tags(self) -> Any:
        """The tags of the workspace."""
        return await self.read("/tags", background=True, describe=_needing(permissions.READ_TAGS))

    async def macros(self, cursor: str | None) -> Any:
        """A page of macros. cursor: of the page, None for the first."""
        page = {"per_page": str(MAX_PAGE_SIZE)} | ({"starting_after": cursor} if cursor else {})
        return await self.read("/macros", background=True, params=page)

    async def search_conversations(
        self, query: Json, order: str, cursor: str | None, per_page: int = SEARCH_PAGE_SIZE, *, background: bool = True
    ) -> Any:
        """order: `ascending` or `descending` by `updated_at`."""
        page: Json = {"per_page": per_page} | ({"starting_after": cursor} if cursor else {})
        return await self.read(
            "/conversations/search",
            method="POST",
            background=background,
            describe=_needing(permissions.READ_CONVERSATIONS),
            json={"query": query, "sort": {"field": "updated_at", "order": order}, "pagination": page},
        )

    async def conversation(
        self, conversation_id: str, *, background: bool, parser: Callable[[bytes], Any] | None = None
    ) -> Any:
        """One conversation with its newest parts. parser: as in `read`."""
        return await self.read(
            f"/conversations/{path_segment(conversation_id)}",
            background=background,
            describe=_needing(permissions.READ_CONVERSATIONS),
            parser=parser,
        )

    async def contact(self, contact_id: str, *, background: bool) -> Any:
        """One contact."""
        return await self.read(
            f"/contacts/{path_segment(contact_id)}",
            background=background,
            describe=_needing(permissions.READ_ONE_CONTACT),
        )

    async def search_contacts(
        self, filters: Sequence[Json], cursor: str | None, per_page: int = MAX_PAGE_SIZE, *, background: bool = True
    ) -> Any:
        """A page of the contacts that fit any of `filters`."""
        return await self.read(
            "/contacts/search",
            method="POST",
            background=background,
            describe=_needing(permissions.READ_CONTACTS),
            json={
                "query": {"operator": "OR", "value": list(filters)},
                "pagination": {"per_page": per_page} | ({"starting_after": cursor} if cursor else {}),
            },
        )

    async def data_attributes(self) -> Any:
        """The attributes of contacts."""
        describe = _needing(permissions.READ_CONTACTS)
        return await self.read("/data_attributes", params={"model": "contact"}, background=False, describe=describe)

    async def contact_list(self, contact_id: str, listed: str) -> Any:
        """The first page of one of a contact's lists: `tags`, `companies`, `notes`."""
        path = f"/contacts/{path_segment(contact_id)}/{listed}"
        return await self.read(path, background=False, describe=_needing(permissions.READ_ONE_CONTACT))

    async def update_contact(self, contact_id: str, body: Json) -> Any:
        """Change a contact."""
        path = f"/contacts/{path_segment(contact_id)}"
        return await self.request("PUT", path, describe=errors.describe_contact, json=body)

    async def add_to_contact(self, contact_id: str, listed: str, body: Json) -> Any:
        """Add to one of a contact's lists."""
        path = f"/contacts/{path_segment(contact_id)}/{listed}"
        return await self.request("POST", path, describe=errors.describe_contact, json=body)

    async def remove_from_contact(self, contact_id: str, listed: str, item_id: str) -> Any:
        """Remove from one of a contact's lists."""
        path = f"/contacts/{path_segment(contact_id)}/{listed}/{path_segment(item_id)}"
        return await self.request("DELETE", path, describe=errors.describe_contact)

    async def merge_contacts(self, body: Json) -> Any:
        """Merge a lead into a user."""
        return await self.request("POST", "/contacts/merge", describe=errors.describe_contact, json=body)

    async def find_company(self, name: str) -> Any:
        """The company of this name."""
        describe = _needing(permissions.READ_ONE_CONTACT)
        return await self.read("/companies", params={"name": name}, background=False, describe=describe)

    async def create_company(self, body: Json) -> Any:
        """Create a company, or change the one with this `company_id`."""
        return await self.request("POST", "/companies", describe=errors.describe_contact, json=body)

    async def reply(self, conversation_id: str, body: Json, upload: Upload | None = None) -> SendResult:
        """Send a reply or note, its files in the same request."""
        path = f"/conversations/{path_segment(conversation_id)}/reply"
        return await self.send(path, describe=_needing(permissions.WRITE_CONVERSATIONS), upload=upload, json=body)

    async def start_message(self, body: Json) -> SendResult:
        """Send a message that a teammate starts."""
        return await self.send("/messages", describe=_needing(permissions.WRITE_CONVERSATIONS), json=body)

    async def create_contact(self, body: Json) -> SendResult:
        """Create a contact."""
        return await self.send("/contacts", describe=_needing(permissions.WRITE_CONTACTS), json=body)

    async def change_state(self, conversation_id: str, body: Json) -> Any:
        """Close, open, snooze or assign a conversation."""
        path = f"/conversations/{path_segment(conversation_id)}/parts"
        return await self.request("POST", path, describe=_needing(permissions.WRITE_CONVERSATIONS), json=body)

    async def update_conversation(self, conversation_id: str, body: Json) -> Any:
        """Change fields of a conversation."""
        path = f"/conversations/{path_segment(conversation_id)}"
        return await self.request("PUT", path, describe=_needing(permissions.WRITE_CONVERSATIONS), json=body)

    async def set_priority(self, conversation_id: str, body: Json) -> Any:
        """Change the priority of a conversation, by the one version of the API that takes it."""
        path = f"/conversations/{path_segment(conversation_id)}"
        headers = {"Intercom-Version": PREVIEW}
        return await self.request("PUT", path, describe=errors.describe_priority, headers=headers, json=body)

    async def create_tag(self, name: str) -> Any:
        """Create a tag of the workspace."""
        return await self.request("POST", "/tags", describe=_needing(permissions.WRITE_TAGS), json={"name": name})

    async def tag(self, conversation_id: str, body: Json) -> Any:
        """Put a tag on a conversation."""
        path = f"/conversations/{path_segment(conversation_id)}/tags"
        return await self.request("POST", path, describe=_needing(permissions.WRITE_TAGS), json=body)

    async def untag(self, conversation_id: str, tag_id: str, body: Json) -> Any:
        """Take a tag off a conversation. body: a DELETE with one, as Intercom's description has it."""
        path = f"/conversations/{path_segment(conversation_id)}/tags/{path_segment(tag_id)}"
        return await self.request("DELETE", path, describe=_needing(permissions.WRITE_TAGS), json=body)


def _needing(permission: str) -> Describe:
    """Reasons that name the permission which the call takes."""
    return partial(errors.describe, needs=permission)
