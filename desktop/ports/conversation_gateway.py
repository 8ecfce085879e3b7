"""The port for Intercom, where conversations are stored."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from desktop.domain.model.facts import Contact, Conversation, Priority
from desktop.domain.model.frozen import frozen
from desktop.ports.contact_gateway import ContactGateway
from desktop.ports.sending import (
    ConversationReply,
    NewConversation,
    NotSent,
    OutcomeUnknown,
    Refused,
    SendOutcome,
    Upload,
)


@frozen
class Teammate:
    """A teammate of the workspace, by the id of an admin. team_ids: the teams they are in."""

    id: str
    name: str
    email: str = ""
    team_ids: tuple[str, ...] = ()


@frozen
class Team:
    """A team of the workspace. teammate_ids: who is in it."""

    id: str
    name: str
    teammate_ids: tuple[str, ...] = ()


@frozen
class WorkspaceTag:
    """A tag that the workspace has. Names are unique in any case."""

    id: str
    name: str

    @property
    def key(self) -> str:
        """For comparing, as `domain.model.facts.Tag.key`."""
        return self.name.strip().casefold()


@frozen
class Account:
    """The owner of a token and the workspace it opens. inbox_url: where Intercom's own inbox shows a conversation, with
    `{conversation_id}` in it."""

    workspace_id: str
    workspace_name: str
    teammate: Teammate
    region: str = ""
    inbox_url: str = ""


@frozen
class SearchHit:
    """A conversation as search lists it, without entries. entry_count: parts as the provider counts them, or None."""

    conversation: Conversation
    entry_count: int | None


@frozen
class SearchPage:
    """A page of search results. cursor: opaque, for the next page; None on the last one. total: over all pages."""

    hits: tuple[SearchHit, ...]
    cursor: str | None
    total: int


@frozen
class FirstMessages:
    """What the first message of a conversation must have: every word, as a whole. begun_since, begun_before: of the
    conversation; None for any time. states: of the conversation; empty for any.
    """

    words: tuple[str, ...]
    begun_since: datetime | None = None
    begun_before: datetime | None = None
    states: tuple[str, ...] = ()


@frozen
class StoredAnswer:
    """Fingerprints of what is stored of a conversation: of its newest answer, and of single entries. Empty: nothing is.

    updated_at: the conversation's in the stored answer.
    """

    updated_at: datetime | None = None
    fingerprint: int = 0
    entries: frozenset[int] = frozenset()


@frozen
class Macro:
    """A saved reply. text: plain, with `{{…}}` where something must be filled in."""

    id: str
    name: str
    text: str


@frozen
class DownloadedFile:
    """The bytes of an attachment. content_type: as its server says; "" if it does not."""

    data: bytes
    content_type: str = ""


class StateChange(StrEnum):
    """A change of a conversation other than a reply. Answered with the whole conversation."""

    CLOSE = "close"
    OPEN = "open"
    SNOOZE = "snooze"
    ASSIGN = "assign"
    ASSIGN_TEAM = "assign_team"
    MARK_READ = "mark_read"


class ConversationGateway(ContactGateway, Protocol):
    """Intercom as the engine needs it. Reads and changes raise `ProviderError`; `send` never raises for the wire.

    `background=True` marks calls that must leave room in the rate budget for the agent's own.
    """

    async def account(self) -> Account:
        """The account of the token."""
        ...

    async def teammates(self) -> Sequence[Teammate]:
        """Every teammate of the workspace."""
        ...

    async def teams(self) -> Sequence[Team]:
        """Every team of the workspace."""
        ...

    async def tags(self) -> Sequence[WorkspaceTag]:
        """Every tag of the workspace."""
        ...

    async def macros(self) -> Sequence[Macro]:
        """Every macro that the token may read."""
        ...

    async def changed_since(self, since: datetime, cursor: str | None = None) -> SearchPage:
        """Conversations whose `updated_at` is at or after `since`, oldest first. The index may lag and repeat."""
        ...

    async def newest(
        self, since: datetime, upto: datetime | None, cursor: str | None = None, *, assignee_id: str = ""
    ) -> SearchPage:
        """Conversations whose `updated_at` is at or after `since` and at or before `upto` (None: now), newest first.
        assignee_id: only those assigned to this teammate.
        """
        ...

    async def conversations_of(
        self, contact_ids: Sequence[str], cursor: str | None = None, *, background: bool = True
    ) -> SearchPage:
        """Every conversation of these contacts, newest first."""
        ...

    async def conversation(self, conversation_id: str, *, background: bool = True) -> Conversation:
        """The present state of one conversation, with at most the newest 500 entries (`unseen_before` marks a gap)."""
        ...

    async def conversation_if_changed(
        self, conversation_id: str, stored: StoredAnswer, *, background: bool = True
    ) -> Conversation | None:
        """As `conversation`, without the entries that are stored; None if the whole answer is. What a provider signs
        anew in each answer, the addresses of files, is no difference.
        """
        ...

    async def contact(self, contact_id: str, *, background: bool = True) -> Contact:
        """A contact; a merged one gives the contact that remains."""
        ...

    async def contacts_by_id(self, contact_ids: Sequence[str]) -> Sequence[Contact]:
        """Those of at most 50 contacts that the index has. It lags by minutes and has no merged ones."""
        ...

    async def contacts_with(self, *, phones: Sequence[str] = (), emails: Sequence[str] = ()) -> Sequence[Contact]:
        """Contacts that have one of these phones or e-mails. The index may lack a new contact for minutes."""
        ...

    async def find_by_first_message(self, wanted: FirstMessages, cursor: str | None = None) -> SearchPage:
        """Conversations by their first message, which they hold, newest change first; other messages are not searched.

        For the agent, who waits: broad searches take Intercom many seconds.
        """
        ...

    async def find_contacts(
        self, *, phones: Sequence[str] = (), phone_part: str = "", email_part: str = "", name_part: str = ""
    ) -> Sequence[Contact]:
        """At most 50 contacts with one of these phones, or with these parts of a phone as it is stored, of an email or
        of a name. For the agent, who waits."""
        ...

    async def create_contact(
        self, *, phone: str = "", email: str = "", name: str = ""
    ) -> Contact | Refused | NotSent | OutcomeUnknown:
        """Create a contact: a user for an email, of which Intercom keeps one, and a lead for a number. Where it has
        such a user already, that one. Never raises for the wire."""
        ...

    async def attachment(self, url: str, max_bytes: int) -> DownloadedFile:
        """Fetch a file from one of the provider's own hosts; nothing else is ever asked, and no redirect followed.

        Raises ProviderError: FORBIDDEN for another host's address, GONE where the address has expired, TOO_LARGE for
        more than `max_bytes`, of which the rest is not read.
        """
        ...

    async def send(self, out: ConversationReply, upload: Upload | None = None) -> SendOutcome:
        """Send a reply or note. One that `upload` stops ends as `NotSent`."""
        ...

    async def begin(self, out: NewConversation) -> SendOutcome:
        """Begin a conversation, which colleagues see at once. Never raises for the wire."""
        ...

    async def change(
        self,
        conversation_id: str,
        change: StateChange,
        author_id: str,
        *,
        value: str = "",
        until: datetime | None = None,
    ) -> Conversation:
        """Change a conversation. value: with ASSIGN, the teammate's id ("" = nobody), with ASSIGN_TEAM the team's
        ("" = none). until: with SNOOZE.
        """
        ...

    async def create_tag(self, name: str) -> WorkspaceTag:
        """Create a tag of the workspace; the one of this name if there is one."""
        ...

    async def tag(self, conversation_id: str, tag_id: str, author_id: str) -> None:
        """Put a tag on a conversation, which may have it."""
        ...

    async def untag(self, conversation_id: str, tag_id: str, author_id: str) -> None:
        """Take a tag off a conversation, which may not have it."""
        ...

    async def set_priority(self, conversation_id: str, priority: Priority, author_id: str) -> None:
        """Change a conversation's priority. Intercom takes that in a preview of its API alone, which may refuse it."""
        ...

    async def aclose(self) -> None:
        """Close the connections; the gateway is not used afterwards."""
        ...
