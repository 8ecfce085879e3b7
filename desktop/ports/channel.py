"""Channels that are written to directly, past Intercom."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from desktop.domain.content.template import Filled, Template
from desktop.domain.delivery import Delivery
from desktop.domain.model.channel import Capabilities, ChannelKey
from desktop.ports.errors import ProviderErrorKind
from desktop.ports.sending import OutgoingFile, SendOutcome


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
    kind: ProviderErrorKind | None = None
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class ChannelMessage:
    """A message as the channel itself has it: evidence beside Intercom's.

    sent_at: the provider's time, in whole seconds. delivery: of ours; None for the customer's.
    made_by_api: one of ours that some program sent; False for what nobody tells.
    """

    remote_id: str
    from_customer: bool
    business_address: str
    customer_address: str
    sent_at: datetime
    text: str = ""
    delivery: DeliveryFact | None = None
    made_by_api: bool = False


@dataclass(frozen=True, slots=True)
class MessageList:
    """Newest first. complete: every message of the time asked for is here, as far as the provider keeps them; an
    absence proves nothing otherwise."""

    messages: tuple[ChannelMessage, ...]
    complete: bool


class Channel(Protocol):
    """One account on one channel. Reads raise `ProviderError`; sends never raise for the wire and never repeat.

    What an account cannot do (`capabilities`) is answered by nothing: no templates, no status, a refusal.
    """

    @property
    def key(self) -> ChannelKey: ...

    @property
    def capabilities(self) -> Capabilities: ...

    async def check(self) -> ChannelAccount:
        """Whose credential it is; changes nothing at the provider."""
        ...

    async def templates(self) -> Sequence[Template]:
        """Also those that cannot be sent now; each says why not."""
        ...

    async def send_text(self, out: DirectMessage) -> SendOutcome: ...

    async def send_template(self, out: DirectTemplate) -> SendOutcome: ...

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
