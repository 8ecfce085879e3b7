"""Sends claimed replies by the channel accounts, and looks for those whose answer got lost."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from desktop.domain.direct import Route
from desktop.domain.model.channel import Capabilities, ChannelKey
from desktop.domain.model.outgoing import OutboxReason
from desktop.domain.model.reason import make_reason
from desktop.engine.channels import Channels
from desktop.engine.outbox.direct_steps import LookUpFailure, direct_message
from desktop.ports import (
    Accepted,
    DirectMessage,
    DirectTemplate,
    NotSent,
    OutcomeUnknown,
    ProviderError,
    ProviderErrorKind,
    Refused,
    SendOutcome,
)
from desktop.store.core.database import Database, Store
from desktop.store.outgoing import direct_messages, files
from desktop.store.outgoing.outbox import OutgoingReply

GONE_PAUSE_S = 5.0
ACCOUNT_ERRORS = frozenset(
    {
        ProviderErrorKind.SIGNED_OUT,
        ProviderErrorKind.FORBIDDEN,
        ProviderErrorKind.SENDER,
        ProviderErrorKind.BILLING,
        ProviderErrorKind.POLICY,
        ProviderErrorKind.THROTTLED,
    }
)
"""Refusals that any customer's message would meet."""
CLOCKS_DIFFER = timedelta(hours=1)
"""Adapters look a little before the moment a message left, and no clock is exact."""


class DirectSender:
    """Sends direct messages, on the loop's thread. Never repeats a send: each is asked for by one claim."""

    def __init__(self, channels: Channels, store: Store) -> None:
        self._channels = channels
        self._store = store

    def capabilities(self) -> Mapping[ChannelKey, Capabilities]:
        """The abilities of the accounts that are connected now."""
        return {channel.key: channel.capabilities for _, channel in self._channels.all()}

    def follows(self, key: ChannelKey) -> bool:
        """Whether the provider reports what becomes of a message."""
        channel = self._channels.get(key)
        return channel is not None and channel.capabilities.reports_status

    async def send(self, key: ChannelKey, message: DirectMessage | DirectTemplate) -> SendOutcome:
        """Hand the message to the account's adapter, and record how the account is. Never raises ProviderError."""
        channel = self._channels.get(key)
        if channel is None:
            # Removed since the claim; the next claim reports it.
            return NotSent(
                make_reason(OutboxReason.ACCOUNT_NOT_CONNECTED, provider=key.provider.display_name), GONE_PAUSE_S
            )
        self._channels.count_calls(key)
        if isinstance(message, DirectTemplate):
            outcome = await channel.send_template(message)
        else:
            outcome = await channel.send_text(message)
        match outcome:
            case Accepted():
                self._channels.record_use(key)
            case Refused(error, reason) if error in ACCOUNT_ERRORS:
                self._channels.record_use(key, reason)
            case NotSent(reason):
                self._channels.record_use(key, reason)
            case Refused() | OutcomeUnknown():
                pass
        return outcome

    async def look_up(self, reply: OutgoingReply, route: Route, since: datetime | None) -> str | LookUpFailure:
        """Return the provider's name of a reply that may have left. It is never taken for another message of ours.

        since: when its bytes may have left; None if nobody knows.
        """
        key = route.key
        channel = self._channels.get(key)
        if channel is None:
            return LookUpFailure.NOT_REACHED
        if not channel.capabilities.can_look_up_sent or since is None:
            return LookUpFailure.CANNOT_TELL
        message, known_ids = await self._store.read(_message_to_look_up, reply, route, since)
        self._channels.count_calls(key)
        try:
            return await channel.look_up_sent(message, since, known_ids) or LookUpFailure.NOT_THERE
        except ProviderError:
            return LookUpFailure.NOT_REACHED


def _message_to_look_up(
    db: Database, reply: OutgoingReply, route: Route, since: datetime
) -> tuple[DirectMessage | DirectTemplate, frozenset[str]]:
    """The message as it may have left, and the provider's names of all our messages since then."""
    message = direct_message(db, reply, files.load(db, reply.draft_id), route, None)
    return message, direct_messages.remote_ids(db, route.key, since - CLOCKS_DIFFER)
