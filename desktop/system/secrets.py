"""Tokens in the system's keyring, never in a file of ours."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, TypeVar

import keyring
from keyring.backend import KeyringBackend
from keyring.backends.chainer import ChainerBackend
from keyring.core import recommended
from keyring.errors import KeyringLocked, NoKeyringError, PasswordDeleteError

from desktop.ports.machine import KeyringProblem, SecretsUnavailable

MAX_CHARACTERS = 1_200
"""Of one entry. Windows keeps 2,560 bytes (wincred.h, CRED_MAX_CREDENTIAL_BLOB_SIZE), and is given UTF-16."""
_IN_PARTS = "reachline-parts:"
"""Begins an entry that says how many others, named `NAME 1` and so on, have the secret."""

T = TypeVar("T")
_Job = tuple[asyncio.AbstractEventLoop, "asyncio.Future[Any]", Callable[[], Any]]


class KeyringSecrets:
    """Implements `ports.Secrets` with the system's keyring. A long secret takes several entries.

    One thread of its own asks the keyring, since a prompt may wait for the user for minutes; a call that is cancelled
    meanwhile leaves the prompt open, and neither `close` nor the end of the program waits for it.
    """

    def __init__(self, service: str = "Reachline") -> None:
        self._service = service
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        # A thread pool's threads would be waited for at the program's end.
        threading.Thread(target=self._work, name="keyring", daemon=True).start()

    async def read(self, name: str) -> str | None:
        return await self._ask(lambda: self._read(name))

    async def write(self, name: str, secret: str) -> None:
        await self._ask(lambda: self._write(name, secret))

    async def forget(self, name: str) -> None:
        await self._ask(lambda: self._forget(name))

    def close(self) -> None:
        """Accept no more calls; those that wait are answered first."""
        self._jobs.put(None)

    def _read(self, name: str) -> str | None:
        entry = keyring.get_password(self._service, name)
        parts = [keyring.get_password(self._service, part) for part in _parts(name, entry)]
        if not parts:
            return entry
        return None if None in parts else "".join(part or "" for part in parts)

    def _write(self, name: str, secret: str) -> None:
        # An end in the middle leaves no entry, rather than one of old and new parts.
        if _parts(name, keyring.get_password(self._service, name)):
            self._forget(name)
        pieces = [secret[at : at + MAX_CHARACTERS] for at in range(0, len(secret), MAX_CHARACTERS)]
        if len(pieces) > 1:
            secret = f"{_IN_PARTS}{len(pieces)}"
            for part, piece in zip(_parts(name, secret), pieces, strict=True):
                keyring.set_password(self._service, part, piece)
        keyring.set_password(self._service, name, secret)

    def _forget(self, name: str) -> None:
        for part in _parts(name, keyring.get_password(self._service, name)):
            self._delete(part)
        self._delete(name)

    def _delete(self, name: str) -> None:
        try:
            keyring.delete_password(self._service, name)
        except PasswordDeleteError:
            if keyring.get_password(self._service, name) is not None:
                raise

    async def _ask(self, call: Callable[[], T]) -> T:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[T] = loop.create_future()
        self._jobs.put((loop, answer, call))
        return await answer

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            loop, answer, call = job
            try:
                found = _call_keyring(call)
            except SecretsUnavailable as error:
                _deliver(loop, answer, answer.set_exception, error)
            else:
                _deliver(loop, answer, answer.set_result, found)


def _parts(name: str, entry: str | None) -> list[str]:
    """The names of the entries that have the secret; none for one that is in its own entry."""
    number = entry.removeprefix(_IN_PARTS) if entry is not None and entry.startswith(_IN_PARTS) else ""
    return [f"{name} {n}" for n in range(1, int(number) + 1)] if number.isdecimal() else []


def _call_keyring(call: Callable[[], T]) -> T:
    try:
        if _is_safe(keyring.get_keyring()):
            return call()
        kind, problem = "no safe one", KeyringProblem.MISSING
    except (KeyringLocked, NoKeyringError) as error:
        kind = type(error).__name__
        problem = KeyringProblem.LOCKED if isinstance(error, KeyringLocked) else KeyringProblem.MISSING
    except BaseException as error:  # noqa: BLE001
        # Like every worker thread, it hands over whatever ends its work: backends let errors of D-Bus and of the
        # system's store through, of classes that only they know.
        kind, problem = type(error).__name__, KeyringProblem.BROKEN
    # Raised outside: a backend's error may hold what it was asked to keep.
    raise SecretsUnavailable(f"the keyring of this system cannot be used ({kind})", problem)


def _is_safe(backend: KeyringBackend) -> bool:
    """Whether a backend keeps secrets. One that the library itself does not recommend drops what it is given, or writes
    it into a file that anybody can read. A chain recommends itself whatever it is made of, and writes to any member
    that accepts it.
    """
    if isinstance(backend, ChainerBackend):
        members = list(backend.backends)
        return bool(members) and all(_is_safe(member) for member in members)
    return recommended(backend)


def _deliver(
    loop: asyncio.AbstractEventLoop, answer: asyncio.Future[Any], set_answer: Callable[[Any], None], value: object
) -> None:
    def set_unless_done() -> None:
        if not answer.done():
            set_answer(value)

    try:
        loop.call_soon_threadsafe(set_unless_done)
    except RuntimeError:
        # The program has ended meanwhile.
        pass


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
