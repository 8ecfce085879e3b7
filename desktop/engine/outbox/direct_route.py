"""Direct sender: hands claimed replies to the channel accounts, and asks them for those whose answer got lost."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from desktop.domain.direct import Route
from desktop.domain.model.channel import Capabilities, ChannelKey
from desktop.engine.channels import Channels
from desktop.engine.outbox.direct_steps import Asked, direct_message
from desktop.engine.outbox.recheck import Words
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
OF_THE_ACCOUNT = frozenset(
    {
        ProviderErrorKind.SIGNED_OUT,
        ProviderErrorKind.FORBIDDEN,
        ProviderErrorKind.SENDER,
        ProviderErrorKind.BILLING,
        ProviderErrorKind.POLICY,
        ProviderErrorKind.THROTTLED,
    }
)
"""Refusals that would meet every customer, not this one."""
CLOCKS_DIFFER = timedelta(hours=1)
"""Adapters look a little before the moment a message left, and no clock is exact."""


class DirectSender:
    """Loop's thread. Never repeats a send; each is asked for by one claim."""

    def __init__(self, channels: Channels, store: Store) -> None:
        self._channels = channels
        self._store = store

    def capabilities(self) -> Mapping[ChannelKey, Capabilities]:
        """Of the accounts that are connected now."""
        return {channel.key: channel.capabilities for _, channel in self._channels.all()}

    def follows(self, key: ChannelKey) -> bool:
        """Whether the provider tells what becomes of a message."""
        channel = self._channels.get(key)
        return channel is not None and channel.capabilities.reports_status

    async def send(self, key: ChannelKey, out: DirectMessage | DirectTemplate) -> SendOutcome:
        channel = self._channels.get(key)
        if channel is None:
            # Removed since the claim; the next one says so.
            return NotSent("This account is not connected any more.", GONE_PAUSE_S)
        self._channels.count_calls(key)
        sending = channel.send_template(out) if isinstance(out, DirectTemplate) else channel.send_text(out)
        outcome = await sending
        match outcome:
            case Accepted():
                self._channels.record_use(key)
            case Refused(error, sentence) if error in OF_THE_ACCOUNT:
                self._channels.record_use(key, sentence)
            case NotSent(sentence):
                self._channels.record_use(key, sentence)
            case Refused() | OutcomeUnknown():
                pass
        return outcome

    async def look_up(self, row: OutgoingReply, route: Route, since: datetime | None) -> str | Asked:
        """The provider's name of a reply that may have left. It is never taken for another message of ours.

        since: when its bytes may have left.
        """
        key = route.key
        channel = self._channels.get(key)
        if channel is None:
            return Asked.NOT_REACHED
        if not channel.capabilities.can_look_up_sent or since is None:
            return Asked.CANNOT_TELL
        out, known_ids = await self._store.read(_to_look_up, row, route, since)
        self._channels.count_calls(key)
        try:
            return await channel.look_up_sent(out, since, known_ids) or Asked.NOT_THERE
        except ProviderError:
            return Asked.NOT_REACHED


def _to_look_up(
    db: Database, row: OutgoingReply, route: Route, since: datetime
) -> tuple[DirectMessage | DirectTemplate, frozenset[str]]:
    words = Words(
        row.draft_id,
        row.conversation_id,
        row.author_id,
        row.text,
        files.load(db, row.draft_id),
        route=route,
        template=row.template,
    )
    return direct_message(db, words, route), direct_messages.remote_ids(db, route.key, since - CLOCKS_DIFFER)
