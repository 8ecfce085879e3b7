"""Updates that wait for the one who polls: confirmed by offset, forgotten after a day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from desktop.sandbox.model.clock import DAY_S, Clock

Json = dict[str, Any]
_ON_REQUEST = {"message_reaction", "message_reaction_count", "chat_member"}
_FIRST_ID = 7001


class Updates:
    """The queue of one bot. An update is kept for 24 hours of the sandbox's clock, unless it is confirmed before."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._waiting: list[tuple[float, Json]] = []
        self._made = 0
        self._allowed: frozenset[str] | None = None

    def add(self, kind: str, content: Json) -> None:
        if (kind in _ON_REQUEST) if self._allowed is None else (kind not in self._allowed):
            return
        self._waiting.append((self._clock.now(), {"update_id": _FIRST_ID + self._made, kind: content}))
        self._made += 1

    def allow(self, kinds: Sequence[str]) -> None:
        """Holds for later updates until it is said anew; an empty list means the usual ones."""
        self._allowed = frozenset(kinds) or None

    def get(self, offset: int, limit: int) -> list[Json]:
        """Confirm everything before `offset`, and look at what is left; a negative offset counts from the end."""
        oldest = self._clock.now() - DAY_S
        self._waiting = [(at, update) for at, update in self._waiting if at >= oldest]
        if offset < 0:
            self._waiting = self._waiting[offset:]
        elif offset:
            self._waiting = [(at, update) for at, update in self._waiting if update["update_id"] >= offset]
        return [update for _, update in self._waiting[:limit]]

    def clear(self) -> None:
        self._waiting.clear()

    def __len__(self) -> int:
        return len(self._waiting)
