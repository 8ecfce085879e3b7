"""Secrets are kept in the keyring that the system offers, and in nothing else."""

from __future__ import annotations

import threading

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeyring
from keyring.errors import KeyringLocked, PasswordDeleteError

from desktop.system.secrets import KeyringSecrets, MemorySecrets, SecretsUnavailable

SECRET = "sEcReT-1234"


class FakeKeyring(KeyringBackend):
    """Keeps what it is given, and notes on which thread; `locked` and `stubborn` make it refuse."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}
        self.threads: set[str] = set()
        self.locked = False
        self.stubborn = False

    def get_password(self, service, username):
        self.threads.add(threading.current_thread().name)
        if self.locked:
            raise KeyringLocked(f"locked while {SECRET} was asked for")
        return self.kept.get((service, username))

    def set_password(self, service, username, password):
        if self.locked:
            raise KeyringLocked(f"locked while writing {password}")
        self.kept[service, username] = password

    def delete_password(self, service, username):
        if self.stubborn or (service, username) not in self.kept:
            raise PasswordDeleteError("no")
        del self.kept[service, username]


@pytest.fixture
def ring():
    before = keyring.get_keyring()
    fake = FakeKeyring()
    keyring.set_keyring(fake)
    yield fake
    keyring.set_keyring(before)


@pytest.fixture
def secrets(ring):
    secrets = KeyringSecrets("Reachline test")
    yield secrets
    secrets.close()


@pytest.mark.parametrize("kind", ["keyring", "memory"])
async def test_what_is_written_is_read_until_it_is_forgotten(secrets, kind):
    kept = secrets if kind == "keyring" else MemorySecrets()
    assert await kept.read("token") is None
    await kept.write("token", SECRET)
    assert await kept.read("token") == SECRET
    assert await kept.read("other") is None
    await kept.forget("token")
    await kept.forget("token")
    assert await kept.read("token") is None
    await kept.write("token", SECRET)
    assert SECRET not in repr(kept)


async def test_the_keyring_is_asked_on_a_thread_of_its_own(ring, secrets):
    await secrets.read("token")
    assert all(name.startswith("keyring") for name in ring.threads)


async def test_a_locked_keyring_is_told_without_the_secret(ring, secrets):
    ring.locked = True
    for call in (secrets.read("token"), secrets.write("token", SECRET)):
        with pytest.raises(SecretsUnavailable) as caught:
            await call
        assert SECRET not in str(caught.value)
        assert caught.value.__suppress_context__


async def test_a_secret_that_stays_is_not_called_forgotten(ring, secrets):
    await secrets.write("token", SECRET)
    ring.stubborn = True
    with pytest.raises(SecretsUnavailable):
        await secrets.forget("token")


async def test_a_system_without_a_keyring(secrets):
    keyring.set_keyring(NoKeyring())
    with pytest.raises(SecretsUnavailable):
        await secrets.read("token")
