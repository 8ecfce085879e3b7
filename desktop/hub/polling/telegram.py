"""Asks Telegram for the updates of bots that have no webhook. Telegram hands them to one program alone."""

from __future__ import annotations

import logging

from desktop.channels.shared.loose_json import as_id, as_list, as_number, get_field
from desktop.channels.telegram import mapping
from desktop.channels.telegram.api import TelegramApi
from desktop.hub.broker import BrokerUnavailable, Publisher
from desktop.hub.facts import Unreadable, telegram_fact
from desktop.hub.metrics import Metrics
from desktop.ports import Clock, ProviderError

log = logging.getLogger(__name__)

SOURCE = "poller"
LONG_POLL_S = 20
PAUSE_S = 5.0
ELSEWHERE_PAUSE_S = 300.0
"""Between two looks at a bot whose updates another program gets."""


class TelegramPoller:
    """One bot's updates. Telegram forgets them once they are confirmed, which is after the broker has them."""

    def __init__(
        self,
        workspace_id: str,
        bot: str,
        api: TelegramApi,
        publisher: Publisher,
        clock: Clock,
        metrics: Metrics,
        long_poll_s: int = LONG_POLL_S,
    ) -> None:
        self._workspace_id = workspace_id
        self._bot = bot
        self._api = api
        self._publisher = publisher
        self._clock = clock
        self._metrics = metrics
        self._long_poll_s = long_poll_s
        # 0 asks from the oldest that Telegram still has.
        self._offset = 0

    async def run(self) -> None:
        """Ask until cancelled."""
        while True:
            pause_s = 0.0
            try:
                if not await self.poll():
                    pause_s = ELSEWHERE_PAUSE_S
            except ProviderError as error:
                self._metrics.poll_failures.labels("telegram", error.kind.value).inc()
                log.warning("poll failed", extra={"bot": self._bot, "kind": error.kind.value})
                pause_s = error.retry_after_s or PAUSE_S
            except BrokerUnavailable:
                self._metrics.poll_failures.labels("telegram", "no_broker").inc()
                pause_s = PAUSE_S
            await self._clock.sleep(pause_s)

    async def poll(self) -> bool:
        """Publish what came; False where another program gets the bot's updates.

        Raises ProviderError and BrokerUnavailable.
        """
        if self._offset == 0 and as_id(get_field(mapping.result(await self._api.webhook()), "url")):
            return False
        updates = as_list(mapping.result(await self._api.updates(self._offset, self._long_poll_s)))
        for update in updates:
            try:
                await self._publisher.publish(telegram_fact(self._workspace_id, self._bot, update), SOURCE)
            except Unreadable:
                continue
            self._offset = (as_number(get_field(update, "update_id")) or 0) + 1
        return True
