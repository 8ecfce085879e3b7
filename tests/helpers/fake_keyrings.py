"""A keyring in memory that can refuse or block; tests never use the real one."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import keyring
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError


class FakeKeyring(KeyringBackend):
    """locked: refuses everything. refuses_delete: deletes nothing. gate: every call waits until it is set."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()
        self.passwords: dict[tuple[str, str], str] = {}
        self.locked = False
        self.refuses_delete = False
        self.gate = threading.Event()
        self.gate.set()

    def names(self) -> set[str]:
        return {name for _, name in self.passwords}

    def get_password(self, service: str, username: str) -> str | None:
        self._check_access()
        return self.passwords.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._check_access()
        self.passwords[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._check_access()
        if self.refuses_delete or (service, username) not in self.passwords:
            raise PasswordDeleteError("no")
        del self.passwords[service, username]

    def _check_access(self) -> None:
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
