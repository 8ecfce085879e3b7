"""When a bridge gets round to a message: its own slowness, its outages, and the order within a chat."""

from __future__ import annotations

import random

from desktop.sandbox.model.clock import Clock
from desktop.sandbox.model.settings import Settings

CATCH_UP_S = 60.0  # after an outage, where the order is lost


class Delays:
    """outage_until: until when (Unix seconds) the bridge neither posts nor sends; what was due then comes at its end.

    dice: decide where the settings leave a range.
    """

    def __init__(self, clock: Clock, settings: Settings, dice: random.Random) -> None:
        self._clock = clock
        self._settings = settings
        self._dice = dice
        self._last: dict[tuple[str, str], float] = {}
        self.outage_until = 0.0

    def schedule_post(self, chat: tuple[str, str]) -> float:
        """The instant at which a message that arrives now is posted; each call is one message of that chat."""
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
        """The instant at which a reply made now goes out to its channel."""
        return max(self._clock.now() + self._settings.relay_delay_s, self.outage_until)
