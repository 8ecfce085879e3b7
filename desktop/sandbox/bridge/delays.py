"""When a bridge posts and sends messages: delays, outages, and the order within a chat."""

from __future__ import annotations

import random

from desktop.sandbox.model.clock import Clock
from desktop.sandbox.model.settings import Settings

CATCH_UP_S = 60.0  # after an outage, if the order is not kept


class Delays:
    """Computes the due times of a bridge's posts and sends from the settings.

    outage_until: end of the current outage, Unix seconds; posts and sends due before it are moved to it.
    dice: draws from the ranges in the settings.
    """

    def __init__(self, clock: Clock, settings: Settings, dice: random.Random) -> None:
        self._clock = clock
        self._settings = settings
        self._dice = dice
        self._last: dict[tuple[str, str], float] = {}
        self.outage_until = 0.0

    def schedule_post(self, chat: tuple[str, str]) -> float:
        """Due time of the post of a message that arrives now. Call once for each message of the chat."""
        settings = self._settings
        if settings.bridge_delays_s:
            delay_s = settings.bridge_delays_s.pop(0)
        elif settings.bridge_delay_max_s > settings.bridge_delay_s:
            delay_s = self._dice.uniform(settings.bridge_delay_s, settings.bridge_delay_max_s)
        else:
            delay_s = settings.bridge_delay_s
        due = self._clock.now() + delay_s
        if due < self.outage_until:
            due = self.outage_until + (0.0 if settings.bridge_keeps_order else self._dice.uniform(0.0, CATCH_UP_S))
        if settings.bridge_keeps_order:
            due = self._last[chat] = max(due, self._last.get(chat, 0.0))
        return due

    def next_send_time(self) -> float:
        """Due time of the send of a reply made now."""
        return max(self._clock.now() + self._settings.relay_delay_s, self.outage_until)
