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

    def add(self, kind: str, content: Json) -> Json | None:
        """Add an update. Returns it, or None for a kind that is not allowed."""
        if (kind in _ON_REQUEST) if self._allowed is None else (kind not in self._allowed):
            return None
        update = {"update_id": _FIRST_ID + self._made, kind: content}
        self._waiting.append((self._clock.now(), update))
        self._made += 1
        return update

    def allow(self, kinds: Sequence[str]) -> None:
        """Set the kinds of later updates; an empty list means the default ones."""
        self._allowed = frozenset(kinds) or None

    def get(self, offset: int, limit: int) -> list[Json]:
        """Confirm updates before `offset` and return the next ones; a negative offset counts from the end."""
        self._forget_old()
        if offset < 0:
            self._waiting = self._waiting[offset:]
        elif offset:
            self._waiting = [(at, update) for at, update in self._waiting if update["update_id"] >= offset]
        return [update for _, update in self._waiting[:limit]]

    def waiting(self) -> list[Json]:
        """All unconfirmed updates, oldest first."""
        self._forget_old()
        return [update for _, update in self._waiting]

    def confirm(self, update_id: int) -> None:
        """Confirm one update alone, as a webhook's receipt does."""
        self._waiting = [(at, update) for at, update in self._waiting if update["update_id"] != update_id]

    @property
    def allowed(self) -> list[str]:
        """The kinds that were asked for; empty for the default ones."""
        return sorted(self._allowed or ())

    def _forget_old(self) -> None:
        oldest = self._clock.now() - DAY_S
        self._waiting = [(at, update) for at, update in self._waiting if at >= oldest]

    def clear(self) -> None:
        self._waiting.clear()
