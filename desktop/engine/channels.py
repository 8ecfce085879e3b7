"""The connected channel accounts, the result of their last use, and the budget of background calls."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from desktop.domain.direct import DirectRoute, Route
from desktop.domain.direct_reach import find_addresses
from desktop.domain.history.thread import Thread
from desktop.domain.model.channel import Capabilities, ChannelKey
from desktop.domain.model.reason import NO_REASON, Reason
from desktop.engine.accounts.views import ChannelView
from desktop.engine.changes import Changes, Feed
from desktop.ports import Channel, ChannelConfig, Clock


@dataclass(slots=True)
class _Account:
    config: ChannelConfig
    channel: Channel
    error: Reason = NO_REASON
    checked_at: datetime | None = None
    called_at_s: deque[float] = field(default_factory=deque)


class Channels:
    """The connected channel accounts of one workspace, on the loop's thread. Owns them: `remove` and `aclose` close
    them.
    """

    def __init__(self, clock: Clock, feed: Feed, accounts: Iterable[tuple[ChannelConfig, Channel]] = ()) -> None:
        self._clock = clock
        self._feed = feed
        self._accounts: dict[ChannelKey, _Account] = {}
        self._replaced: list[Channel] = []
        for config, channel in accounts:
            self._accounts[channel.key] = _Account(config, channel)

    def add(self, config: ChannelConfig, channel: Channel) -> None:
        """Replaces an account with the same key. The old one is closed only by `aclose`: it may be sending."""
        old = self._accounts.get(channel.key)
        if old is not None and old.channel is not channel:
            self._replaced.append(old.channel)
        calls = old.called_at_s if old is not None else deque()
        self._accounts[channel.key] = _Account(config, channel, called_at_s=calls)
        self._feed.publish(Changes(accounts=True))

    async def remove(self, key: ChannelKey) -> None:
        """Closes the account; does nothing if there is none."""
        removed = self._accounts.pop(key, None)
        if removed is not None:
            self._feed.publish(Changes(accounts=True))
            await removed.channel.aclose()

    def get(self, key: ChannelKey) -> Channel | None:
        """None for an account that is not connected."""
        account = self._accounts.get(key)
        return None if account is None else account.channel

    def all(self) -> tuple[tuple[ChannelConfig, Channel], ...]:
        """In the order they were added."""
        return tuple((a.config, a.channel) for a in self._accounts.values())

    def keys_with(self, has_ability: Callable[[Capabilities], bool]) -> tuple[ChannelKey, ...]:
        """The keys of the accounts whose capabilities fulfil the condition, in the order they were added."""
        return tuple(channel.key for _, channel in self.all() if has_ability(channel.capabilities))

    def wake_on_change(self, wake_event: asyncio.Event, keys: Callable[[], tuple[ChannelKey, ...]]) -> None:
        """Set the event whenever `keys` has another answer after an account was added or removed."""
        known = keys()

        def on_change(changes: Changes) -> None:
            nonlocal known
            if changes.accounts and keys() != known:
                known = keys()
                wake_event.set()

        self._feed.subscribe(on_change)

    def direct_routes(self, thread: Thread) -> tuple[DirectRoute, ...]:
        """One route for each account that can send anything and each of the customer's addresses on its channel; the
        address of the newest mirrored chat comes first.
        """
        return tuple(
            DirectRoute(
                Route(channel.key, address.to, config.address, config.carries_bridge),
                channel.capabilities,
                config.name,
                address.contact_ids,
                address.owner,
            )
            for config, channel in self.all()
            if channel.capabilities.sends_free_text or channel.capabilities.has_templates
            for address in find_addresses(thread, channel.key.channel)
        )

    def views(self) -> tuple[ChannelView, ...]:
        """The accounts as the settings show them, in the order they were added."""
        return tuple(ChannelView(a.config, key, a.error, a.checked_at) for key, a in self._accounts.items())

    def record_use(self, key: ChannelKey, error: Reason = NO_REASON) -> None:
        """Record how the last use of an account ended. error: `NO_REASON` if all was well."""
        account = self._accounts.get(key)
        if account is None:
            return
        is_news = account.error != error or account.checked_at is None
        account.error, account.checked_at = error, self._clock.now()
        if is_news:
            self._feed.publish(Changes(accounts=True))

    # --- budget --------------------------------------------------------------------------------------------------

    def reserve_calls(self, key: ChannelKey, calls: int = 1) -> bool:
        """Count background calls against the account's budget; False, and nothing is counted, if they do not fit into
        it.

        What the agent waits for is always sent, and counted by `count_calls`.
        """
        account = self._accounts.get(key)
        if account is None:
            return False
        at_most, within_s = key.provider.poll_budget
        now_s = self._clock.monotonic()
        while account.called_at_s and now_s - account.called_at_s[0] >= within_s:
            account.called_at_s.popleft()
        if len(account.called_at_s) + calls > at_most:
            return False
        self.count_calls(key, calls)
        return True

    def count_calls(self, key: ChannelKey, calls: int = 1) -> None:
        """Count calls that the agent caused against the budget of background calls."""
        account = self._accounts.get(key)
        if account is not None:
            account.called_at_s.extend([self._clock.monotonic()] * calls)

    async def aclose(self) -> None:
        """Close all accounts, those that were replaced included."""
        for channel in [*self._replaced, *(a.channel for a in self._accounts.values())]:
            await channel.aclose()
        self._replaced.clear()
        self._accounts.clear()
