"""Reads the templates of the channel accounts from their providers, and stores the newest lists."""

from __future__ import annotations

import asyncio
import logging
from random import Random

from desktop.domain.content.template import FRESH_FOR
from desktop.domain.model.channel import ChannelKey
from desktop.domain.model.reason import NO_REASON, Reason, make_reason
from desktop.engine.changes import Changes, Feed
from desktop.engine.channels import Channels
from desktop.engine.tasks import wait_for_wake, with_jitter
from desktop.engine.views import TemplatesView
from desktop.ports import Channel, Clock, ProviderError
from desktop.ports.reasons import AccountReason
from desktop.store.core.database import Database, Store
from desktop.store.core.errors import KnownError
from desktop.store.outgoing import direct_messages
from desktop.store.outgoing import templates as template_lists

log = logging.getLogger(__name__)

EVERY_S = 15 * 60.0


class Templates:
    """`refresh` asks for one account's list, `run` keeps all of them fresh. After an error the earlier list stays."""

    def __init__(self, store: Store, clock: Clock, feed: Feed, channels: Channels, rng: Random) -> None:
        self._store = store
        self._clock = clock
        self._feed = feed
        self._channels = channels
        self._rng = rng
        self._locks: dict[ChannelKey, asyncio.Lock] = {}
        self._ended_at_s: dict[ChannelKey, float] = {}
        self._refreshing: set[ChannelKey] = set()
        self._errors: dict[ChannelKey, Reason] = {}
        self._wake_event = asyncio.Event()
        channels.wake_on_change(self._wake_event, self._keys)

    async def view(self, key: ChannelKey) -> TemplatesView:
        """The templates as the provider last listed them; empty for an account of which nothing is known."""
        view = await self._store.read(_view, key)
        return TemplatesView(
            key, view.templates, view.known_at, view.used, self._errors.get(key, NO_REASON), key in self._refreshing
        )

    async def refresh(self, key: ChannelKey, *, again: bool = False) -> Reason:
        """Ask the provider, unless the list is fresh. again: even then. Returns the error; `NO_REASON` for none.

        One request at a time for each account: a call while one is under way gets that one's result.
        """
        return await self._refresh_once(key, again=again, polling=False)

    async def run(self) -> None:
        """At the start read the lists that are not fresh, then all of them every 15 minutes, as far as the budget
        allows.
        """
        again = False
        while True:
            for key in self._keys():
                try:
                    await self._refresh_once(key, again=again, polling=True)
                except KnownError as cause:
                    log.warning("templates not kept: %s", cause)
                except Exception:
                    log.exception("reading templates broke")
            pause_s = with_jitter(EVERY_S, self._rng) if self._keys() else None
            again = not await wait_for_wake(self._clock, pause_s, self._wake_event)

    async def _refresh_once(self, key: ChannelKey, *, again: bool, polling: bool) -> Reason:
        asked_at_s = self._clock.monotonic()
        lock = self._locks.setdefault(key, asyncio.Lock())
        has_waited = lock.locked()
        async with lock:
            if has_waited and self._ended_at_s.get(key, -1.0) >= asked_at_s:
                return self._errors.get(key, NO_REASON)
            channel = self._channels.get(key)
            if channel is None:
                return make_reason(AccountReason.NO_LONGER_CONNECTED)
            if not again and await self._is_fresh(key):
                return NO_REASON
            if not polling:
                self._channels.count_calls(key)
            elif not self._channels.reserve_calls(key):
                return NO_REASON
            return await self._ask(key, channel)

    async def _ask(self, key: ChannelKey, channel: Channel) -> Reason:
        self._refreshing.add(key)
        self._feed.publish(Changes(templates=True))
        error = NO_REASON
        try:
            templates = await channel.templates()
            await self._store.write(template_lists.save, key, templates, self._clock.now())
        except ProviderError as provider_error:
            log.info("templates of a %s account not readable: %s", key.provider, provider_error.kind)
            error = provider_error.reason
        finally:
            self._refreshing.discard(key)
            self._errors[key] = error
            self._ended_at_s[key] = self._clock.monotonic()
            self._feed.publish(Changes(templates=True))
        self._channels.record_use(key, error)
        return error

    async def _is_fresh(self, key: ChannelKey) -> bool:
        _, known_at = await self._store.read(template_lists.load, key)
        return known_at is not None and abs(self._clock.now() - known_at) <= FRESH_FOR

    def _keys(self) -> tuple[ChannelKey, ...]:
        return self._channels.keys_with(lambda capabilities: capabilities.has_templates)


def _view(db: Database, key: ChannelKey) -> TemplatesView:
    templates, known_at = template_lists.load(db, key)
    return TemplatesView(key, templates, known_at, direct_messages.templates_used(db, key))
