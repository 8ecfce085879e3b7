"""The machine: what it keeps for us and what it shows."""

from __future__ import annotations

from enum import Enum
from typing import Protocol


class KeyringProblem(Enum):
    """LOCKED: it stayed locked, or the user or the system did not let us in. SILENT: no answer was waited for."""

    MISSING = "missing"
    LOCKED = "locked"
    BROKEN = "broken"
    SILENT = "silent"


class SecretsUnavailable(Exception):
    """The system has no keyring, or would not open it. Never holds a secret."""

    def __init__(self, text: str = "", problem: KeyringProblem = KeyringProblem.BROKEN) -> None:
        super().__init__(text)
        self.problem = problem


class Secrets(Protocol):
    """Tokens, outside the program. A prompt of the system may take minutes; any call may raise SecretsUnavailable."""

    async def read(self, name: str) -> str | None: ...

    async def write(self, name: str, secret: str) -> None: ...

    async def forget(self, name: str) -> None:
        """Forgetting what is not kept is no error."""
        ...


class Notifier(Protocol):
    """Notices of the desktop. Never raises; does nothing where the system has none."""

    async def show(self, title: str, text: str, *, customer_id: str) -> None: ...
