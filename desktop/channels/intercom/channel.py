"""The conversation gateway to Intercom: calls its API, maps answers to facts, and sends replies."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Unpack

from desktop.channels.intercom import html, permissions
from desktop.channels.intercom.answers import read_conversation
from desktop.channels.intercom.api import SEARCH_PAGE_SIZE, VERSION, IntercomApi
from desktop.channels.intercom.contact_calls import MAX_MERGE_HOPS, ContactCalls
from desktop.channels.intercom.contacts import map_contact
from desktop.channels.intercom.conversations import map_conversation, map_found, map_search_hit
from desktop.channels.intercom.entries import first_entry_id
from desktop.channels.intercom.reply_html import to_body
from desktop.channels.intercom.values import NotReadable, ident
from desktop.channels.intercom.workspace import map_account, map_macros, map_tag, map_tags, map_teammates, map_teams
from desktop.channels.shared import loose_json
from desktop.channels.shared.downloads import Downloads
from desktop.channels.shared.exchange import READ_TIMEOUT_S, LearningClock, Token
from desktop.channels.shared.loose_json import as_number, as_text
from desktop.channels.shared.provider_client import ClientOptions, SendResponse
from desktop.domain.content.file_types import type_of
from desktop.domain.model.facts import Contact, Conversation, Entry, EntryKind, Priority, Role
from desktop.domain.model.formatting import without_addresses
from desktop.ports import (
    Accepted,
    Account,
    ConversationReply,
    DownloadedFile,
    FirstMessages,
    Macro,
    NewConversation,
    NotSent,
    OutcomeUnknown,
    Permission,
    ProviderError,
    ProviderErrorKind,
    Refused,
    SearchHit,
    SearchPage,
    SendOutcome,
    StateChange,
    StoredAnswer,
    Team,
    Teammate,
    Upload,
    WorkspaceTag,
)

MAX_CONTACT_PAGES = 20
"""A phone or e-mail of more contacts than these hold belongs to none of them alone."""
FIRST_MESSAGE_FIELD, FIRST_MESSAGE_OPERATOR = "source.body", "="
"""Matches a whole word of a conversation's first message (API 2.16, "Search conversations", read 2026-11-29); parts, or
phrases, cannot be searched."""
FOUND_PAGE_SIZE = 20
"""Broad searches take Intercom many seconds at 100 a page."""
DATE_SLACK = timedelta(seconds=5)
_FILE_HOSTS = re.compile(
    r"(?:[a-z0-9-]+\.)*(?:intercomcdn\.(?:com|eu)|intercomusercontent\.com|intercom-attachments(?:-\d)?\.(?:com|eu))"
)
"""Help article 3894, "Using Intercom with Content Security Policy" (read 2026-11-29): where pictures and files are."""


class IntercomGateway(ContactCalls):
    """Implements `ports.ConversationGateway` for one workspace and one token.

    base_url: of the workspace's region; `regions.find_base_url` finds it.
    clock: learns the server's time from every answer.
    """

    def __init__(
        self,
        base_url: str,
        token: Token,
        clock: LearningClock,
        *,
        version: str = VERSION,
        **options: Unpack[ClientOptions],
    ) -> None:
        self._clock = clock
        super().__init__(IntercomApi(base_url, token, clock, version=version, **options))
        self._downloads = Downloads("Intercom", base_url, _FILE_HOSTS, options.get("read_timeout_s", READ_TIMEOUT_S))

    async def aclose(self) -> None:
        await self._downloads.aclose()
        await self._api.aclose()

    # --- reading ---------------------------------------------------------------------------------------------------

    async def account(self) -> Account:
        return self._mapped(map_account, await self._api.me())

    async def teammates(self) -> Sequence[Teammate]:
        return map_teammates(await self._api.admins())

    async def teams(self) -> Sequence[Team]:
        return map_teams(await self._api.teams())

    async def tags(self) -> Sequence[WorkspaceTag]:
        return map_tags(await self._api.tags())

    async def macros(self) -> Sequence[Macro]:
        found: list[Macro] = []
        cursor: str | None = None
        seen: set[str] = set()
        while True:
            page = await self._api.macros(cursor)
            found += map_macros(page)
            cursor = _next_page(page)
            if cursor is None or cursor in seen:
                return found
            seen.add(cursor)

    async def permissions(self) -> Sequence[Permission]:
        """What the token may do, tested one by one with reads. Raises ProviderError."""
        api = self._api
        any_time = {"field": "updated_at", "operator": ">", "value": 0}
        nobody = {"field": "email", "operator": "=", "value": "nobody@example.invalid"}
        return [
            await permissions.test_permission(permissions.READ_ADMINS, api.admins),
            await permissions.test_permission(
                permissions.READ_CONVERSATIONS,
                lambda: api.search_conversations(any_time, "descending", None, per_page=1),
            ),
            await permissions.test_permission(permissions.READ_CONTACTS, lambda: api.search_contacts([nobody], None)),
            await permissions.test_permission(permissions.READ_TAGS, api.tags),
            await permissions.test_permission(permissions.MACROS, lambda: api.macros(None)),
            *(Permission(name, None) for name in permissions.NOT_TESTABLE),
        ]

    async def changed_since(self, since: datetime, cursor: str | None = None) -> SearchPage:
        # Whether `>` includes the equal second is documented both ways, so the search starts one second earlier.
        query = {"field": "updated_at", "operator": ">", "value": int(since.timestamp()) - 1}
        return self._search_page(await self._api.search_conversations(query, "ascending", cursor))

    async def newest(
        self, since: datetime, upto: datetime | None, cursor: str | None = None, *, assignee_id: str = ""
    ) -> SearchPage:
        filters: list[dict[str, Any]] = [
            {"field": "updated_at", "operator": ">", "value": int(since.timestamp()) - 1},
        ]
        if upto is not None:
            filters.append({"field": "updated_at", "operator": "<", "value": int(upto.timestamp()) + 1})
        if assignee_id:
            filters.append({"field": "admin_assignee_id", "operator": "=", "value": assignee_id})
        query = {"operator": "AND", "value": filters}
        return self._search_page(await self._api.search_conversations(query, "descending", cursor))

    async def conversations_of(
        self, contact_ids: Sequence[str], cursor: str | None = None, *, background: bool = True
    ) -> SearchPage:
        if not contact_ids:
            return SearchPage((), None, 0)
        query = {"field": "contact_ids", "operator": "IN", "value": list(contact_ids)}
        page = await self._api.search_conversations(query, "descending", cursor, background=background)
        return self._search_page(page)

    async def conversation(self, conversation_id: str, *, background: bool = True) -> Conversation:
        return self._mapped(map_conversation, await self._api.conversation(conversation_id, background=background))

    async def conversation_if_changed(
        self, conversation_id: str, stored: StoredAnswer, *, background: bool = True
    ) -> Conversation | None:
        parser = partial(read_conversation, stored=stored)
        found: Conversation | None = await self._api.conversation(conversation_id, background=background, parser=parser)
        return found

    async def attachment(self, url: str, max_bytes: int) -> DownloadedFile:
        return await self._downloads.fetch(url, max_bytes)

    async def contact(self, contact_id: str, *, background: bool = True) -> Contact:
        """Load a contact and follow merges; the ids on the way are in `merged_ids`. Raises MERGED after three hops."""
        passed = [contact_id]
        while True:
            try:
                found = self._mapped(map_contact, await self._api.contact(passed[-1], background=background))
            except ProviderError as error:
                into = error.merged_into
                if not into or into in passed or len(passed) > MAX_MERGE_HOPS:
                    raise
                passed.append(into)
                continue
            merged = dict.fromkeys(i for i in (*found.merged_ids, *passed) if i != found.id)
            return replace(found, merged_ids=tuple(merged))

    async def contacts_by_id(self, contact_ids: Sequence[str]) -> Sequence[Contact]:
        return await self._search_contacts(_filter("id", contact_ids))

    async def contacts_with(self, *, phones: Sequence[str] = (), emails: Sequence[str] = ()) -> Sequence[Contact]:
        return await self._search_contacts([*_filter("phone", phones), *_filter("email", emails)])

    async def find_by_first_message(self, wanted: FirstMessages, cursor: str | None = None) -> SearchPage:
        if not wanted.words:
            return SearchPage((), None, 0)
        filters: list[dict[str, Any]] = [
            {"field": FIRST_MESSAGE_FIELD, "operator": FIRST_MESSAGE_OPERATOR, "value": word} for word in wanted.words
        ]
        if wanted.begun_since is not None:
            since = int(wanted.begun_since.timestamp()) - 1
            filters.append({"field": "created_at", "operator": ">", "value": since})
        if wanted.begun_before is not None:
            filters.append({"field": "created_at", "operator": "<", "value": int(wanted.begun_before.timestamp())})
        if wanted.states:
            filters.append({"field": "state", "operator": "IN", "value": list(wanted.states)})
        query = {"operator": "AND", "value": filters}
        page = await self._api.search_conversations(query, "descending", cursor, FOUND_PAGE_SIZE, background=False)
        return self._search_page(page, map_found)

    async def find_contacts(
        self, *, phones: Sequence[str] = (), phone_part: str = "", email_part: str = "", name_part: str = ""
    ) -> Sequence[Contact]:
        parts = (("phone", phone_part), ("email", email_part), ("name", name_part))
        filters = [*_filter("phone", phones)]
        filters += [{"field": field, "operator": "~", "value": part} for field, part in parts if part]
        if not filters:
            return []
        page = await self._api.search_contacts(filters, None, SEARCH_PAGE_SIZE, background=False)
        return [map_contact(raw) for raw in loose_json.as_list(page, "data", "contacts") if _has_id(raw)]

    async def _search_contacts(self, filters: Sequence[dict[str, Any]]) -> Sequence[Contact]:
        """Contacts that fit any of `filters`."""
        found: list[Contact] = []
        cursor: str | None = None
        for _ in range(MAX_CONTACT_PAGES if filters else 0):
            page = await self._api.search_contacts(filters, cursor)
            found += [map_contact(raw) for raw in loose_json.as_list(page, "data", "contacts") if _has_id(raw)]
            cursor = _next_page(page)
            if cursor is None:
                break
        return found

    # --- changing --------------------------------------------------------------------------------------------------

    async def change(
        self,
        conversation_id: str,
        change: StateChange,
        author_id: str,
        *,
        value: str = "",
        until: datetime | None = None,
    ) -> Conversation:
        """Raises ValueError for SNOOZE without `until`."""
        if change is StateChange.MARK_READ:
            answer = await self._api.update_conversation(conversation_id, {"read": True})
            return self._mapped(map_conversation, answer)
        body: dict[str, Any] = {"type": "admin", "admin_id": author_id}
        match change:
            case StateChange.CLOSE:
                body["message_type"] = "close"
            case StateChange.OPEN:
                body["message_type"] = "open"
            case StateChange.SNOOZE:
                if until is None:
                    raise ValueError("SNOOZE needs `until`")
                body |= {"message_type": "snoozed", "snoozed_until": int(until.timestamp())}
            case StateChange.ASSIGN:
                body |= {"message_type": "assignment", "assignee_id": value or "0"}
            case StateChange.ASSIGN_TEAM:
                body |= {"message_type": "assignment", "type": "team", "assignee_id": value or "0"}
        return self._mapped(map_conversation, await self._api.change_state(conversation_id, body))

    async def create_tag(self, name: str) -> WorkspaceTag:
        return self._mapped(map_tag, await self._api.create_tag(name))

    async def tag(self, conversation_id: str, tag_id: str, author_id: str) -> None:
        await self._api.tag(conversation_id, {"id": tag_id, "admin_id": author_id})

    async def untag(self, conversation_id: str, tag_id: str, author_id: str) -> None:
        await self._api.untag(conversation_id, tag_id, {"admin_id": author_id})

    async def set_priority(self, conversation_id: str, priority: Priority, author_id: str) -> None:
        await self._api.set_priority(conversation_id, {"priority": priority, "admin_id": author_id})

    async def send(self, out: ConversationReply, upload: Upload | None = None) -> SendOutcome:
        began_s = self._clock.monotonic()
        result = await self._api.reply(out.conversation_id, _reply_body(out), upload)
        if not isinstance(result, SendResponse):
            return result
        sent_at = self._clock.now() - timedelta(seconds=self._clock.monotonic() - began_s)
        try:
            found = map_conversation(result.content)
        except NotReadable:
            return OutcomeUnknown(f"HTTP {result.status} with an unreadable answer")
        return Accepted(_own_entry(found, out, sent_at - DATE_SLACK), found)

    async def begin(self, out: NewConversation) -> SendOutcome:
        body: dict[str, Any] = {
            "message_type": "email" if out.by_email else "in_app",
            "from": {"type": "admin", "id": out.author_id},
            "to": {"type": out.role, "id": out.contact_id},
            "body": to_body(out.text),
            # Without it there is none before the contact answers, and no colleague would see what was sent.
            "create_conversation_without_contact_reply": True,
        }
        if out.by_email:
            body |= {"subject": out.subject, "template": "plain"}
        result = await self._api.start_message(body)
        if not isinstance(result, SendResponse):
            return result
        # The id in the answer is the message's, not the conversation's.
        conversation_id = ident(loose_json.get_field(result.content, "conversation_id"))
        if not conversation_id:
            return OutcomeUnknown(f"HTTP {result.status} with an unreadable answer")
        return Accepted(first_entry_id(conversation_id), conversation_id=conversation_id)

    async def create_contact(
        self, *, phone: str = "", email: str = "", name: str = ""
    ) -> Contact | Refused | NotSent | OutcomeUnknown:
        given = {"phone": phone, "email": email, "name": name}
        body = {"role": "user" if email else "lead"} | {key: value for key, value in given.items() if value}
        result = await self._api.create_contact(body)
        if isinstance(result, Refused) and result.existing_id:
            try:
                return await self.contact(result.existing_id, background=False)
            except ProviderError:
                return result
        if not isinstance(result, SendResponse):
            return result
        try:
            return map_contact(result.content)
        except NotReadable:
            return OutcomeUnknown(f"HTTP {result.status} with an unreadable answer")

    # --- answers ---------------------------------------------------------------------------------------------------

    def _unreadable(self) -> ProviderError:
        return self._api.error(ProviderErrorKind.BAD_ANSWER)

    def _search_page(self, page: object, mapper: Callable[[object], SearchHit] = map_search_hit) -> SearchPage:
        if not isinstance(page, dict):
            raise self._unreadable()
        hits = [mapper(raw) for raw in loose_json.as_list(page, "conversations", "data") if _has_id(raw)]
        return SearchPage(tuple(hits), _next_page(page), as_number(page.get("total_count")) or len(hits))


def _has_id(raw: object) -> bool:
    return bool(ident(loose_json.get_field(raw, "id")))


def _filter(field: str, values: Sequence[str]) -> list[dict[str, Any]]:
    """The filter for one of these values; none for no value."""
    if len(values) <= 1:
        return [{"field": field, "operator": "=", "value": value} for value in values]
    return [{"field": field, "operator": "IN", "value": list(values)}]


def _next_page(page: object) -> str | None:
    """The cursor `pages.next.starting_after`. Other answers hold an address, which is not followed."""
    return as_text(loose_json.get_field(page, "pages", "next", "starting_after")) or None


def _reply_body(out: ConversationReply) -> dict[str, Any]:
    """The body of a reply. With files alone it has no `body`: an empty one is refused (seen in a public client)."""
    files = [
        {
            "content_type": type_of(f.name, f.content_type),
            "data": base64.b64encode(f.data).decode("ascii"),
            "name": f.name,
        }
        for f in out.files
    ]
    body = to_body(out.text, out.spans, is_forwarded=out.is_forwarded)
    return {
        "message_type": "note" if out.internal else "comment",
        "type": "admin",
        "admin_id": out.author_id,
        **({"body": body} if body else {}),
        **({"attachment_files": files} if files else {}),
    }


def _own_entry(found: Conversation, out: ConversationReply, not_before: datetime) -> str:
    """Id of the newest entry that may be this reply: same author, kind and text, not before the send; "" for none."""
    candidates = [e for e in found.entries if _may_be(e, out) and e.sent_at >= not_before]
    return max(candidates, key=lambda e: e.order).id if candidates else ""


def _may_be(entry: Entry, out: ConversationReply) -> bool:
    kind = EntryKind.NOTE if out.internal else EntryKind.MESSAGE
    if entry.role is not Role.TEAMMATE or entry.author_id != out.author_id or entry.kind is not kind:
        return False
    text, _, spans = html.read_body(to_body(out.text, out.spans, is_forwarded=out.is_forwarded))
    ours, theirs = without_addresses(text, spans), without_addresses(entry.text, entry.formatting)
    return ours.split() == theirs.split() and bool(entry.attachments) == bool(out.files)
