"""Accounts on a sandbox, with a keyring of the test's own and a real profile file."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from fake_keyrings import FakeKeyring, use_fake_keyring
from program_starts import Starts

from desktop.engine.accounts.accounts import Accounts
from desktop.sandbox.server import Sandbox


@pytest.fixture(scope="module")
def served() -> Iterator[Sandbox]:
    with Sandbox.start() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(served: Sandbox) -> Sandbox:
    with served.lock:
        served.world.settings.fail_next.clear()
    return served


@pytest.fixture
def ring() -> Iterator[FakeKeyring]:
    with use_fake_keyring() as ring:
        yield ring


@pytest.fixture
def token(sandbox: Sandbox) -> str:
    return str(sandbox.urls["intercom"]["token"])


@pytest.fixture
def start(tmp_path: Path, sandbox: Sandbox, ring: FakeKeyring) -> Iterator[Starts]:
    """Each call is one start of the program."""
    starts = Starts(tmp_path / "profile", sandbox)
    yield starts
    starts.close()


@pytest.fixture
async def accounts(start: Starts) -> AsyncIterator[Accounts]:
    accounts = await start()
    yield accounts
    await accounts.aclose()
