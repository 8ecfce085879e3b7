"""The port for channels that are written to directly, and the messages and reports that pass through it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from desktop.domain.content.template import Filled, Template
from desktop.domain.delivery import Delivery
from desktop.domain.model.channel import Capabilities, ChannelKey
from desktop.domain.model.formatting import Spans
from desktop.domain.model.frozen import frozen
from desktop.domain.model.reason import NO_REASON, Reason
from desktop.ports.errors import ProviderErrorKind
from desktop.ports.sending import OutgoingFile, SendOutcome


@frozen
class ChannelAccount:
    """The account that a credential opens. address: our sender as customers see it (`+E.164`, `@bot`), "" if unknown.

    remarks: what people should read, for example that another program receives this bot's messages.
    """

    name: str
    address: str = ""
    remarks: tuple[Reason, ...] = ()


@frozen
class Opening:
    """A conversation at Intercom that the provider begins with a message. author_id: the teammate who sends it.

    name: of a contact that has to be made, "" if unknown.
    """

    author_id: str
    name: str = ""


@frozen
class DirectMessage:
    """A text, or a file with or without text, on a direct route. draft_id: our own id of the draft.

    to: the customer's address: `+E.164`, a WhatsApp user id (`US.1349…`) or a Telegram chat id.
    reply_to: remote id of the message that it quotes, "" for none.
    reference: what the provider is to give back with its reports, where it can (`DeliveryFact.reference`).
    spans: formatting that the text does not have in it already, for providers that take it beside the text.
    opens: the conversation at Intercom that it is to begin, where the account can; None for none.
    """

    draft_id: str
    to: str
    text: str
    file: OutgoingFile | None = None
    reply_to: str = ""
    reference: str = ""
    spans: Spans = ()
    opens: Opening | None = None


@frozen
class DirectTemplate:
    """A filled template on a direct route. draft_id, to, reference, opens: as in `DirectMessage`."""

    draft_id: str
    to: str
    filled: Filled
    reference: str = ""
    opens: Opening | None = None


@frozen
class DeliveryFact:
    """A provider's report on an outbound message. final: nothing more is to be expected.

    kind, reason: why it failed, and what to do.
    reference: what the program that sent it gave the provider to give back; "" if not reported. Not ours alone: any
    program may send from this number.
    """

    remote_id: str
    delivery: Delivery
    final: bool
    at: datetime | None = None
    kind: ProviderErrorKind | None = None
    reason: Reason = NO_REASON
    reference: str = ""


@frozen
class ReactionFact:
    """A customer reacted to a message of ours. remote_id: of that message. emoji: "" where they took it back."""

    remote_id: str
    emoji: str
    at: datetime


@frozen
class MessageChange:
    """A customer edited or deleted a message of theirs. remote_id: of that message. text: None where it was deleted."""

    remote_id: str
    text: str | None
    at: datetime


@frozen
class ChannelMessage:
    """A message as the channel's provider lists it: evidence beside Intercom's copy.

    sent_at: the provider's time, in whole seconds. delivery: of outbound messages; None for the customer's.
    made_by_api: an outbound message that some program sent; False if not reported.
    """

    remote_id: str
    from_customer: bool
    business_address: str
    customer_address: str
    sent_at: datetime
    text: str = ""
    delivery: DeliveryFact | None = None
    made_by_api: bool = False


@frozen
class MessageList:
    """Messages, newest first. complete: these are all in the requested period that the provider stores; otherwise a
    missing message proves nothing."""

    messages: tuple[ChannelMessage, ...]
    complete: bool


class Channel(Protocol):
    """One account on one channel. Reads raise `ProviderError`; sends never raise for the wire and are never retried.

    What an account cannot do (`capabilities`) gives an empty result: no templates, no status, a refusal.
    """

    @property
    def key(self) -> ChannelKey:
        """The sender of this account."""
        ...

    @property
    def capabilities(self) -> Capabilities:
        """What the account can do; may change with what the provider answers."""
        ...

    async def check(self) -> ChannelAccount:
        """Check the credential and return its account; changes nothing at the provider."""
        ...

    async def templates(self) -> Sequence[Template]:
        """All templates, also those that cannot be sent now; each says why not."""
        ...

    async def send_text(self, out: DirectMessage) -> SendOutcome:
        """Send a text, or a file with or without text."""
        ...

    async def send_template(self, out: DirectTemplate) -> SendOutcome:
        """Send an approved template with its values."""
        ...

    async def react(self, to: str, remote_id: str, emoji: str) -> SendOutcome:
        """React to the customer's message with this id. to: as in `DirectMessage`. emoji: one of
        `Capabilities.reactions`; "" removes our reaction.
        """
        ...

    async def look_up_sent(
        self, out: DirectMessage | DirectTemplate, since: datetime, known_ids: Collection[str]
    ) -> str | None:
        """The remote id of a message whose answer was lost; None if not found, which proves nothing.

        since: when it was sent. known_ids: of other messages of ours, which are never returned.
        """
        ...

    async def status(self, remote_id: str) -> DeliveryFact | None:
        """The delivery state of a message; None if the provider does not report it."""
        ...

    async def messages(self, since: datetime, customer: str = "") -> MessageList:
        """The messages in both directions. customer: only those with this address."""
        ...

    async def aclose(self) -> None:
        """Close the connections; the channel is not used afterwards."""
        ...
