"""The ports for the machine: its keyring, its notifications, its dictionaries."""

from __future__ import annotations

from collections.abc import Callable, Collection
from enum import Enum
from typing import Protocol

from desktop.domain.model.frozen import frozen


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


@frozen
class DesktopNotification:
    """What the system shows. Every text is plain: what looks like markup in it is shown as it is.

    key: a later one with the same key takes its place. actions: names with what stands on their buttons.
    """

    key: str
    title: str
    body: str
    actions: tuple[tuple[str, str], ...] = ()
    is_urgent: bool = False


OPENED, DISMISSED = "opened", "dismissed"
"""Reported beside the names of actions: the notification was clicked, or closed by the agent."""


class Notifier(Protocol):
    """The system's notifications. No call raises."""

    async def is_available(self) -> bool:
        """Whether the system shows notifications of this program."""
        ...

    async def is_do_not_disturb(self) -> bool:
        """Whether the system holds notifications back at the moment, as far as it tells."""
        ...

    async def show(self, notification: DesktopNotification, on_action: Callable[[str], None]) -> bool:
        """Show it; False where the system shows none. on_action: called on the loop's thread with what the agent did:
        the name of an action, `OPENED` or `DISMISSED`.
        """
        ...

    async def withdraw(self, key: str) -> None:
        """Take it away, if it is still there."""
        ...

    async def aclose(self) -> None:
        """Take all away and let the system go."""
        ...


class LoginItem(Protocol):
    """Whether the program starts when the agent signs in to the computer. Any call may raise OSError."""

    def is_enabled(self) -> bool: ...

    def set_enabled(self, is_enabled: bool) -> None: ...


class SpellChecker(Protocol):
    """Dictionaries and what they know. Languages as in `de`, `pt`. Answers come later, on the loop's thread."""

    @property
    def languages(self) -> tuple[str, ...]:
        """Those with a dictionary here; none where nothing can be checked."""
        ...

    @property
    def is_broken(self) -> bool:
        """Whether it has failed so often that it is not tried any more."""
        ...

    def check(self, language: str, words: Collection[str], then: Callable[[frozenset[str] | None], None]) -> None:
        """Find the misspelt ones; None if that failed."""
        ...

    def suggest(self, language: str, word: str, then: Callable[[tuple[str, ...]], None]) -> None:
        """Find what may have been meant, best first; nothing if that failed."""
        ...

    def close(self) -> None:
        """Stop; what was asked is not answered any more."""
        ...
