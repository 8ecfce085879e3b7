"""Queue of a bot's updates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from desktop.sandbox.model.clock import DAY_S, Clock

Json = dict[str, Any]
_ON_REQUEST = {"message_reaction", "message_reaction_count", "chat_member"}
_FIRST_ID = 7001


class Updates:
    """Keeps updates until they are confirmed, at most 24 hours of the sandbox's clock."""

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
        """Set the kinds of later updates; an empty list means the default ones."""
        self._allowed = frozenset(kinds) or None

    def get(self, offset: int, limit: int) -> list[Json]:
        """Confirm updates before `offset` and return the next ones; a negative offset counts from the end."""
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
