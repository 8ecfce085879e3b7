"""Ports: the few places where the world differs, in domain words. Adapters live in `channels` and `system`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from desktop.domain.channel import Abilities, ChannelKey
from desktop.domain.delivery import Delivery
from desktop.domain.facts import Contact, Conversation
from desktop.domain.template import Filled, Template

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

    # Of channels that are written to directly; `desktop.channels.words` has the sentence and next step of each.
    WINDOW_CLOSED = "window_closed"
    UNREACHABLE = "unreachable"
    OPTED_OUT = "opted_out"
    BAD_ADDRESS = "bad_address"
    TEMPLATE_INVALID = "template_invalid"
    TEMPLATE_UNAVAILABLE = "template_unavailable"
    PAIR_THROTTLED = "pair_throttled"
    POLICY = "policy"
    BILLING = "billing"
    SENDER = "sender"
    FILE = "file"
    EXPIRED = "expired"
    TAKEN = "taken"
    MALFORMED = "malformed"
    UNKNOWN = "unknown"


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
    address: the customer's as this provider writes it, "" where it does not tell. WhatsApp knows some numbers under an
        older form (Brazil, Mexico): the pair is worth keeping.
    remark: what the agent should know although it was taken, "" for nothing.
    """

    entry_id: str
    conversation: Conversation | None = None
    address: str = ""
    remark: str = ""


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


# --- channels that are written to directly -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ChannelAccount:
    """What a credential opens. address: our sender as customers see it (`+E.164`, `@bot`), "" where nobody tells.

    remarks: sentences the agent should read, e.g. that somebody else receives this bot's messages.
    """

    name: str
    address: str = ""
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DirectMessage:
    """Free text, a file, or a file with text beside it, past Intercom. draft_id: ours, minted with the draft.

    to: the customer's address: `+E.164`, a WhatsApp user id (`US.1349…`) or a Telegram chat id.
    reply_to: remote id of the message it quotes, "" for none.
    """

    draft_id: str
    to: str
    text: str
    file: OutgoingFile | None = None
    reply_to: str = ""


@dataclass(frozen=True, slots=True)
class DirectTemplate:
    """A filled template, past Intercom. draft_id, to: as of `DirectMessage`."""

    draft_id: str
    to: str
    filled: Filled


@dataclass(frozen=True, slots=True)
class DeliveryFact:
    """What a provider says became of a message of ours. final: nothing more is to be expected.

    trouble, sentence: why it failed, and what to do.
    """

    remote_id: str
    delivery: Delivery
    final: bool
    at: datetime | None = None
    trouble: Trouble | None = None
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file at the provider. size_bytes: None where it does not say."""

    id: str
    content_type: str = ""
    name: str = ""
    size_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class ChannelMessage:
    """A message as the channel itself has it: evidence beside Intercom's.

    sent_at: the provider's time, in whole seconds. delivery: of ours; None for the customer's.
    made_by_api: one of ours that some program sent; False for what nobody tells.
    unsupported: the provider's word for a kind that we cannot show, "" for those we can.
    """

    remote_id: str
    from_customer: bool
    business_address: str
    customer_address: str
    sent_at: datetime
    text: str = ""
    file_count: int = 0
    files: tuple[RemoteFile, ...] = ()
    delivery: DeliveryFact | None = None
    made_by_api: bool = False
    edited: bool = False
    unsupported: str = ""


@dataclass(frozen=True, slots=True)
class MessageList:
    """Newest first. complete: every message of the time asked for is here, as far as the provider keeps them; an
    absence proves nothing otherwise."""

    messages: tuple[ChannelMessage, ...]
    complete: bool


class Channel(Protocol):
    """One account on one channel. Reads raise `ChannelTrouble`; sends never raise for the wire and never repeat.

    What an account cannot do (`abilities`) is answered by nothing: no templates, no status, a refusal.
    """

    @property
    def key(self) -> ChannelKey: ...

    @property
    def abilities(self) -> Abilities: ...

    async def check(self) -> ChannelAccount:
        """Whose credential it is; changes nothing at the provider."""
        ...

    async def templates(self) -> Sequence[Template]:
        """Also those that cannot be sent now; each says why not."""
        ...

    async def send_text(self, out: DirectMessage) -> Outcome: ...

    async def send_template(self, out: DirectTemplate) -> Outcome: ...

    async def look_up_sent(
        self, out: DirectMessage | DirectTemplate, since: datetime, known_ids: Collection[str]
    ) -> str | None:
        """Remote id of a message whose answer was lost. since: when its bytes left. known_ids: of other messages of
        ours, which are never taken for it. None: not found, which proves nothing."""
        ...

    async def status(self, remote_id: str) -> DeliveryFact | None:
        """None where nobody tells."""
        ...

    async def messages(self, since: datetime, customer: str = "") -> MessageList:
        """Both directions of this sender. customer: only hers, by her address."""
        ...

    async def aclose(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Received:
    """Messages handed over once. cursor: for the next call, which makes the provider forget these: keep them first.

    reachable: customers who just started or blocked us, by address.
    """

    messages: tuple[ChannelMessage, ...]
    cursor: str
    reachable: Mapping[str, bool] = field(default_factory=dict)


class Receiver(Protocol):
    """A channel that hands each message over once, to one program only."""

    async def receive(self, cursor: str, wait: timedelta) -> Received:
        """Waits up to `wait` for something new. cursor: "" for the first call. Raises ChannelTrouble, TAKEN when
        another program receives: then it must be left to that."""
        ...


# --- the machine -------------------------------------------------------------------------------------------------


class Secrets(Protocol):
    """Tokens, outside the program. A prompt of the system may take minutes."""

    async def read(self, name: str) -> str | None: ...

    async def write(self, name: str, secret: str) -> None: ...

    async def forget(self, name: str) -> None: ...


class Notifier(Protocol):
    """Notices of the desktop. Never raises; does nothing where the system has none."""

    async def show(self, title: str, text: str, *, customer_id: str) -> None: ...
