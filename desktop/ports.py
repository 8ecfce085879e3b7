"""Ports: the few places where the world differs, in domain words. Adapters live in `channels` and `system`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from desktop.domain.facts import Contact, Conversation

# --- time --------------------------------------------------------------------------------------------------------


class Clock(Protocol):
    """The only source of time. `now` follows the providers' clocks, not the computer's."""

    def now(self) -> datetime:
        """Timezone-aware UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds that never go back; for pauses and durations."""
        ...

    async def sleep(self, seconds: float) -> None: ...


# --- what can go wrong -------------------------------------------------------------------------------------------


class Trouble(StrEnum):
    """Why a provider could not be asked, or said no; the same words for every provider."""

    SIGNED_OUT = "signed_out"
    FORBIDDEN = "forbidden"
    GONE = "gone"
    MERGED = "merged"
    REJECTED = "rejected"
    THROTTLED = "throttled"
    TOO_LARGE = "too_large"
    BUSY = "busy"
    BAD_ANSWER = "bad_answer"
    OFFLINE = "offline"
    TIMED_OUT = "timed_out"


class ChannelTrouble(Exception):
    """A call to a provider that did not end well.

    sentence: for the agent: what happened and what to do. request_id: the provider's, for its support.
    retry_after_s: when the provider named a pause. merged_into: with MERGED, the id that answers now.
    """

    def __init__(
        self,
        trouble: Trouble,
        sentence: str,
        *,
        request_id: str = "",
        retry_after_s: float | None = None,
        merged_into: str = "",
    ) -> None:
        super().__init__(f"{trouble}: {sentence}" + (f" (request {request_id})" if request_id else ""))
        self.trouble = trouble
        self.sentence = sentence
        self.request_id = request_id
        self.retry_after_s = retry_after_s
        self.merged_into = merged_into


# --- sending -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OutgoingFile:
    name: str
    content_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A reply or note on its way. draft_id: ours, minted with the draft; the outbox's key.

    text: plain text as the agent typed it; the adapter escapes it for its provider.
    """

    draft_id: str
    conversation_id: str
    author_id: str
    text: str
    files: tuple[OutgoingFile, ...] = ()
    internal: bool = False


@dataclass(frozen=True, slots=True)
class Accepted:
    """A provider took it: not *sent*, not *delivered*. entry_id: its name there, "" when the answer does not tell.

    conversation: the provider's answer where it holds the whole conversation, else None.
    """

    entry_id: str
    conversation: Conversation | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """The provider surely did not take it and will not. sentence: why, for the agent."""

    trouble: Trouble
    sentence: str


@dataclass(frozen=True, slots=True)
class NotSent:
    """It surely never left, or was surely not processed: safe to try again after `retry_after_s`."""

    sentence: str
    retry_after_s: float


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may have left. Never repeated by the program. reason: technical, one line, no contents."""

    reason: str


Outcome = Accepted | Refused | NotSent | Unknown


# --- Intercom, the trunk -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Teammate:
    id: str
    name: str
    email: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """Whose token it is and which workspace it opens. inbox_url: where Intercom's own inbox shows a conversation,
    with `{conversation_id}` in it."""

    workspace_id: str
    workspace_name: str
    teammate: Teammate
    region: str = ""
    inbox_url: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """A conversation as search lists it, without entries. entry_count: parts as the provider counts them, or None."""

    conversation: Conversation
    entry_count: int | None


@dataclass(frozen=True, slots=True)
class HeadPage:
    """A page of search results. cursor: opaque, for the next page; None on the last one. total: of all pages."""

    heads: tuple[Head, ...]
    cursor: str | None
    total: int


@dataclass(frozen=True, slots=True)
class Macro:
    """A saved reply. text: plain, with `{{…}}` where something must be filled in."""

    id: str
    name: str
    text: str


class StateChange(StrEnum):
    CLOSE = "close"
    OPEN = "open"
    SNOOZE = "snooze"
    ASSIGN = "assign"
    MARK_READ = "mark_read"


class Trunk(Protocol):
    """Intercom as the engine needs it. Reads and changes raise `ChannelTrouble`; `send` never raises for the wire.

    `background=True` marks calls that must leave room in the rate budget for what the agent does.
    """

    async def account(self) -> Account: ...

    async def teammates(self) -> Sequence[Teammate]: ...

    async def macros(self) -> Sequence[Macro]: ...

    async def changed_since(self, since: datetime, cursor: str | None = None) -> HeadPage:
        """Conversations whose `updated_at` is at or after `since`, oldest first. An index: it may lag and repeat."""
        ...

    async def heads_of(self, contact_ids: Sequence[str], cursor: str | None = None) -> HeadPage:
        """Every conversation of these contacts, newest first."""
        ...

    async def conversation(self, conversation_id: str, *, background: bool = True) -> Conversation:
        """The truth about one conversation; at most the newest 500 entries (`unseen_before` tells of a gap)."""
        ...

    async def contact(self, contact_id: str, *, background: bool = True) -> Contact: ...

    async def contacts_with(self, *, phone: str = "", email: str = "") -> Sequence[Contact]:
        """Contacts that bear this phone or e-mail. An index: a new contact may be missing for minutes."""
        ...

    async def send(self, out: Outgoing) -> Outcome: ...

    async def change(
        self,
        conversation_id: str,
        change: StateChange,
        author_id: str,
        *,
        value: str = "",
        until: datetime | None = None,
    ) -> Conversation:
        """value: with ASSIGN, the teammate's id ("" = nobody). until: with SNOOZE."""
        ...

    async def aclose(self) -> None: ...


# --- the machine -------------------------------------------------------------------------------------------------


class Secrets(Protocol):
    """Tokens, outside the program. A prompt of the system may take minutes."""

    async def read(self, name: str) -> str | None: ...

    async def write(self, name: str, secret: str) -> None: ...

    async def forget(self, name: str) -> None: ...


class Notifier(Protocol):
    """Notices of the desktop. Never raises; does nothing where the system has none."""

    async def show(self, title: str, text: str, *, customer_id: str) -> None: ...
