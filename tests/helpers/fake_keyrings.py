"""Keyrings for tests: one that keeps things in memory, refuses or waits when told to; the real one is never asked."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import keyring
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError


class FakeKeyring(KeyringBackend):
    """locked: refuses everything. holds_on: deletes nothing. gate: every call waits until it is set."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}
        self.locked = False
        self.holds_on = False
        self.gate = threading.Event()
        self.gate.set()

    def names(self) -> set[str]:
        return {name for _, name in self.kept}

    def get_password(self, service: str, username: str) -> str | None:
        self._pass()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._pass()
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._pass()
        if self.holds_on or (service, username) not in self.kept:
            raise PasswordDeleteError("no")
        del self.kept[service, username]

    def _pass(self) -> None:
        self.gate.wait()
        if self.locked:
            raise KeyringLocked("locked")


@contextmanager
def use_fake_keyring() -> Iterator[FakeKeyring]:
    before = keyring.get_keyring()
    ring = FakeKeyring()
    keyring.set_keyring(ring)
    try:
        yield ring
    finally:
        ring.gate.set()
        keyring.set_keyring(before)
