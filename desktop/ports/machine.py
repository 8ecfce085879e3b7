"""The port for the machine's keyring."""

from __future__ import annotations

from enum import Enum
from typing import Protocol


class KeyringProblem(Enum):
    """LOCKED: it stayed locked, or the user or the system denied access. SILENT: it did not answer in time."""

    MISSING = "missing"
    LOCKED = "locked"
    BROKEN = "broken"
    SILENT = "silent"


class SecretsUnavailable(Exception):
    """The system has no keyring, or did not open it. Never contains a secret."""

    def __init__(self, text: str = "", problem: KeyringProblem = KeyringProblem.BROKEN) -> None:
        super().__init__(text)
        self.problem = problem


class Secrets(Protocol):
    """Tokens stored outside the program. A system prompt may take minutes; any call may raise SecretsUnavailable."""

    async def read(self, name: str) -> str | None:
        """Return a secret; None if it is not stored."""
        ...

    async def write(self, name: str, secret: str) -> None:
        """Store a secret instead of an earlier one of this name."""
        ...

    async def forget(self, name: str) -> None:
        """Delete a secret; deleting one that is not stored is no error."""
        ...
