"""Secrets: tokens in the system's keyring, never in a file of ours."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import keyring
from keyring.errors import KeyringError, PasswordDeleteError

Found = TypeVar("Found")


class SecretsUnavailable(Exception):
    """The system has no keyring, or would not open it. Never holds a secret."""


class KeyringSecrets:
    """Implements `ports.Secrets`. Every call may raise SecretsUnavailable.

    One thread of its own asks the keyring, since a prompt may wait for the user for minutes; a call that is cancelled
    meanwhile leaves the prompt where it is.
    """

    def __init__(self, service: str = "Reachline") -> None:
        self._service = service
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="keyring")

    async def read(self, name: str) -> str | None:
        return await self._ask(lambda: keyring.get_password(self._service, name))

    async def write(self, name: str, secret: str) -> None:
        await self._ask(lambda: keyring.set_password(self._service, name, secret))

    async def forget(self, name: str) -> None:
        """Forgetting what is not kept is no error."""
        await self._ask(lambda: self._delete(name))

    def close(self) -> None:
        """Stops taking calls; does not wait for a prompt that is open."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _delete(self, name: str) -> None:
        try:
            keyring.delete_password(self._service, name)
        except PasswordDeleteError:
            if keyring.get_password(self._service, name) is not None:
                raise

    async def _ask(self, call: Callable[[], Found]) -> Found:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, call)
        except (KeyringError, RuntimeError, OSError) as error:
            # Backends raise RuntimeError and OSError of their own when D-Bus or the system's store is away.
            raise SecretsUnavailable(f"the keyring of this system cannot be used ({type(error).__name__})") from None


class MemorySecrets:
    """Implements `ports.Secrets` for a process's lifetime: the demo, and systems without a keyring."""

    def __init__(self) -> None:
        self._kept: dict[str, str] = {}

    async def read(self, name: str) -> str | None:
        return self._kept.get(name)

    async def write(self, name: str, secret: str) -> None:
        self._kept[name] = secret

    async def forget(self, name: str) -> None:
        self._kept.pop(name, None)

    def __repr__(self) -> str:
        return f"MemorySecrets({len(self._kept)})"
