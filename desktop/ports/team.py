"""The port for the team's feed: facts that the team's hub publishes, and what each desktop publishes to the others.

A desktop without a team has no feed, and reads everything from the providers. The feed brings the same facts sooner;
each may come twice, late, and in any order.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypeAlias

from desktop.domain.model.channel import ChannelKey
from desktop.domain.model.facts import Conversation
from desktop.domain.model.frozen import frozen
from desktop.domain.model.presence import PresenceState as PresenceState
from desktop.ports.channel import ChannelMessage, DeliveryFact, MessageChange, ReactionFact


@frozen
class FeedCursor:
    """How far the feed is stored here. stream_created_us: identifies the stream, which may be replaced by a new one, in
    microseconds since 1970. sequence: of the last fact that is stored.
    """

    stream_created_us: int
    sequence: int


@frozen
class ConversationUpdated:
    """A conversation's new state, with its new entries alone (`Conversation.is_partial`).

    is_plain: its texts lost their formatting on the way (Intercom's webhooks from version 2.15 on); the next read of
    the conversation brings it.
    """

    conversation: Conversation
    is_plain: bool = False


@frozen
class ConversationChanged:
    """A conversation changed, and its contents are not in the feed because it is too large or gone: read it when it is
    needed.
    """

    conversation_id: str
    at: datetime


@frozen
class ConversationRead:
    """A customer read everything in a conversation, in the Messenger. It opens no window."""

    conversation_id: str
    at: datetime


@frozen
class DeliveryReported:
    """A channel's provider reported what became of a message of ours."""

    key: ChannelKey
    fact: DeliveryFact


@frozen
class MessageReported:
    """A channel's provider reported a message, in or out: evidence beside Intercom's copy."""

    key: ChannelKey
    message: ChannelMessage


@frozen
class ReactionReported:
    """A customer reacted to a message of ours. It opens no window and proves nothing (reach rules, 1)."""

    key: ChannelKey
    fact: ReactionFact


@frozen
class MessageChangeReported:
    """A customer edited or deleted a message of theirs. It opens no window."""

    key: ChannelKey
    change: MessageChange


TeamFact: TypeAlias = (
    ConversationUpdated
    | ConversationChanged
    | ConversationRead
    | DeliveryReported
    | MessageReported
    | ReactionReported
    | MessageChangeReported
)


@frozen
class FeedBatch:
    """Facts in the feed's order; empty where none of the skipped ones could be read.

    cursor: to be stored in the transaction that stores the facts. is_caught_up: nothing older is waiting.
    has_gap: facts before these are lost to this desktop (another stream, or longer away than the feed is kept): only
    a search shows what changed meanwhile.
    """

    facts: tuple[TeamFact, ...]
    cursor: FeedCursor
    is_caught_up: bool = True
    has_gap: bool = False


@frozen
class Presence:
    """A colleague in a conversation; valid for some seconds (`engine` decides how many), then published again.

    desk: the desktop's name in the team. teammate_id, name: of Intercom's teammate at it, as that desktop says.
    """

    desk: str
    conversation_id: str
    state: PresenceState
    teammate_id: str = ""
    name: str = ""


class LearnedKind(StrEnum):
    """BRIDGE_CODE: `about` is the app code of the bridge. RELAY_PROVEN: `about` is the word of a channel whose relay is
    proven, `value` how, or that it is refused. CONTRARY: `about` is the word of a channel and a customer's address,
    `value` begins with the kind of the contrary fact. A newer fact about the same thing ends an older one.
    """

    BRIDGE_CODE = "bridge_code"
    RELAY_PROVEN = "relay_proven"
    CONTRARY = "contrary"


@frozen
class LearnedFact:
    """What one desktop learnt and others may adopt, once they have compared it with their own data.

    desk: the desktop that published it, as the broker knows it. evidence_id: the conversation or message it rests on.
    """

    kind: LearnedKind
    about: str
    value: str
    at: datetime
    evidence_id: str = ""
    desk: str = ""


@frozen
class HubState:
    """Published every few seconds while the team's hub runs. desks: how many desktops the hub counted last.

    webhooks_at: when the last webhook of Intercom came; None if none did. polls: whether a hub polls Intercom.
    spare_calls: how many of the workspace's calls per minute are left for the desktops; None if unknown.
    newest: where the feed's newest fact stands; None if unknown.
    """

    desks: int
    webhooks_at: datetime | None = None
    polls: bool = False
    spare_calls: int | None = None
    newest: FeedCursor | None = None


TeamEvent: TypeAlias = FeedBatch | Presence | LearnedFact | HubState


class TeamFeed(Protocol):
    """One desktop's connection to its team. Loop's thread."""

    @property
    def desk(self) -> str:
        """This desktop's name in the team; what it published itself is not in `events`."""
        ...

    def events(self, since: FeedCursor | None) -> AsyncIterator[TeamEvent]:
        """Connect; yield everything after the cursor, in order, then each new event as it comes. With None, one empty
        batch with the cursor to go on from, then new events only. What the team has learnt comes first: all of it, and
        from the second connection on only if something of it is new.

        Raises ProviderError when the connection breaks (OFFLINE, TIMED_OUT), when it is refused (SIGNED_OUT: the
        invitation was revoked; FORBIDDEN: it holds for less than is needed), and while no hub has been started yet
        (BUSY); iterate again to connect again.
        """
        ...

    async def watch(self, conversation_ids: Collection[str]) -> None:
        """Receive presence for these conversations alone: the open one and those in view."""
        ...

    async def publish_presence(self, conversation_id: str, state: PresenceState, teammate_id: str, name: str) -> None:
        """Publish what the agent does here; lost without an error while there is no connection."""
        ...

    async def publish_learned(self, fact: LearnedFact) -> None:
        """Publish what this desktop learnt; lost without an error while there is no connection."""
        ...

    async def aclose(self) -> None:
        """End the connection; the feed is not used afterwards."""
        ...
