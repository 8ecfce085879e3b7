"""Secrets are kept in the keyring that the system offers, and in nothing else."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.chainer import ChainerBackend
from keyring.backends.fail import Keyring as NoKeyring
from keyring.errors import KeyringLocked, PasswordDeleteError

from desktop.ports.machine import KeyringProblem
from desktop.system.secrets import KeyringSecrets, MemorySecrets, SecretsUnavailable

SECRET = "sEcReT-1234"
ROOT = str(Path(__file__).parents[2])


class FakeKeyring(KeyringBackend):
    """Keeps what it is given, and notes on which thread; `locked` and `stubborn` make it refuse."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()
        self.passwords: dict[tuple[str, str], str] = {}
        self.threads: set[str] = set()
        self.locked = False
        self.stubborn = False
        self.odd: Exception | None = None
        self.asked = threading.Event()
        self.answers: threading.Event | None = None

    def get_password(self, service, username):
        self.threads.add(threading.current_thread().name)
        self.asked.set()
        if self.answers is not None:
            self.answers.wait()
        if self.odd is not None:
            raise self.odd
        if self.locked:
            raise KeyringLocked(f"locked while {SECRET} was asked for")
        return self.passwords.get((service, username))

    def set_password(self, service, username, password):
        if self.locked:
            raise KeyringLocked(f"locked while writing {password}")
        self.passwords[service, username] = password

    def delete_password(self, service, username):
        if self.stubborn or (service, username) not in self.passwords:
            raise PasswordDeleteError("no")
        del self.passwords[service, username]


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


async def test_a_long_secret_takes_entries_that_every_system_can_hold(ring, secrets):
    for length in (5_000, 1_201, 1_200):
        # Each in place of the one before.
        long = "".join(chr(97 + n % 26) for n in range(length))
        await secrets.write("team", long)
        assert await secrets.read("team") == long
        assert max(len(entry.encode("utf-16-le")) for entry in ring.passwords.values()) <= 2_560
    assert len(ring.passwords) == 1


async def test_a_long_secret_is_forgotten_whole(ring, secrets):
    await secrets.write("team", "x" * 5_000)
    await secrets.forget("team")
    assert ring.passwords == {}
    await secrets.write("team", "x" * 5_000)
    ring.passwords.pop(next(key for key in ring.passwords if key[1] != "team"))
    assert await secrets.read("team") is None


async def test_the_keyring_is_asked_on_a_thread_of_its_own(ring, secrets):
    await secrets.read("token")
    assert all(name.startswith("keyring") for name in ring.threads)


async def test_a_locked_keyring_is_told_without_the_secret(ring, secrets):
    ring.locked = True
    for call in (lambda: secrets.read("token"), lambda: secrets.write("token", SECRET)):
        with pytest.raises(SecretsUnavailable) as caught:
            await call()
        assert SECRET not in str(caught.value)
        assert caught.value.__context__ is None
        assert caught.value.problem is KeyringProblem.LOCKED


async def test_a_secret_that_stays_is_not_called_forgotten(ring, secrets):
    await secrets.write("token", SECRET)
    ring.stubborn = True
    with pytest.raises(SecretsUnavailable):
        await secrets.forget("token")


async def test_a_system_without_a_keyring(secrets):
    keyring.set_keyring(NoKeyring())
    with pytest.raises(SecretsUnavailable) as caught:
        await secrets.read("token")
    assert caught.value.problem is KeyringProblem.MISSING


async def test_an_odd_error_of_a_backend_is_told_and_the_next_call_is_answered(ring, secrets):
    ring.odd = KeyError(SECRET)
    with pytest.raises(SecretsUnavailable) as caught:
        await secrets.read("token")
    assert SECRET not in str(caught.value)
    assert caught.value.__context__ is None
    assert caught.value.problem is KeyringProblem.BROKEN
    ring.odd = None
    assert await secrets.read("token") is None


@pytest.mark.parametrize("priority", [-1, 0.5])
async def test_a_backend_that_keeps_nothing_or_keeps_it_in_the_open_is_none(ring, secrets, monkeypatch, priority):
    monkeypatch.setattr(FakeKeyring, "priority", priority)
    with pytest.raises(SecretsUnavailable):
        await secrets.write("token", SECRET)
    assert ring.passwords == {}


@pytest.mark.parametrize(
    ("priorities", "is_kept"),
    [((5, 0.5), False), ((0.5, 5), False), ((0.5,), False), ((), False), ((5, 4), True)],
)
async def test_a_chain_is_as_safe_as_its_weakest_backend(ring, secrets, monkeypatch, priorities, is_kept):
    members = [type(f"Member{n}", (FakeKeyring,), {"priority": p})() for n, p in enumerate(priorities)]
    # With none of them the library itself gives the chain a priority that is not recommended.
    monkeypatch.setattr(ChainerBackend, "backends", members)
    keyring.set_keyring(ChainerBackend())
    if is_kept:
        await secrets.write("token", SECRET)
        assert await secrets.read("token") == SECRET
    else:
        with pytest.raises(SecretsUnavailable) as caught:
            await secrets.write("token", SECRET)
        assert caught.value.problem is KeyringProblem.MISSING
        assert [member.passwords for member in members] == [{}] * len(members)


async def test_a_prompt_that_stays_open_holds_up_nothing(ring, secrets):
    ring.answers = threading.Event()
    asked = asyncio.create_task(secrets.read("token"))
    # The loop goes on, and a caller may give up while the prompt is open.
    await asyncio.to_thread(ring.asked.wait, 10)
    assert not asked.done()
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    ring.answers.set()
    assert await secrets.read("token") is None


def test_the_program_ends_while_a_prompt_is_open(tmp_path):
    program = tmp_path / "waits.py"
    program.write_text(
        "import asyncio, threading, keyring\n"
        "from keyring.backend import KeyringBackend\n"
        "from desktop.system.secrets import KeyringSecrets\n"
        "asked = threading.Event()\n"
        "class Prompt(KeyringBackend):\n"
        "    priority = 1\n"
        "    def get_password(self, service, username):\n"
        "        asked.set()\n"
        "        threading.Event().wait()\n"
        "    def set_password(self, service, username, password): ...\n"
        "    def delete_password(self, service, username): ...\n"
        "keyring.set_keyring(Prompt())\n"
        "async def main():\n"
        "    secrets = KeyringSecrets()\n"
        "    reading = asyncio.create_task(secrets.read('token'))\n"
        "    await asyncio.to_thread(asked.wait)\n"
        "    reading.cancel()\n"
        "    secrets.close()\n"
        "    print('ended')\n"
        "asyncio.run(main())\n"
    )
    ended = subprocess.run(
        [sys.executable, program], capture_output=True, text=True, timeout=60, env=os.environ | {"PYTHONPATH": ROOT}
    )
    assert (ended.stdout, ended.returncode) == ("ended\n", 0)
