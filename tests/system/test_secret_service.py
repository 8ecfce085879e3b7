"""Secrets in a real Secret Service: GNOME Keyring on a D-Bus session of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = str(Path(__file__).parents[2])

pytestmark = [
    pytest.mark.posix("the Secret Service is Linux's"),
    pytest.mark.skipif(
        not (shutil.which("gnome-keyring-daemon") and shutil.which("dbus-run-session")),
        reason="gnome-keyring-daemon and dbus-run-session are not both installed",
    ),
]

SESSION = """\
printf test | gnome-keyring-daemon --foreground --unlock --components=secrets >/dev/null 2>&1 &
daemon=$!
"$0" "$1"
status=$?
kill $daemon
exit $status
"""

PROGRAM = """\
import asyncio, json, time
import keyring, secretstorage
from desktop.engine.accounts.tokens import TokenStore
from desktop.ports.machine import SecretsUnavailable
from desktop.system.secrets import KeyringSecrets

def collection():
    with_bus = secretstorage.dbus_init()
    return secretstorage.get_default_collection(with_bus)

def wait_for_daemon():
    until = time.monotonic() + 20
    while True:
        try:
            if not collection().is_locked():
                return
        except secretstorage.exceptions.SecretStorageException:
            pass
        assert time.monotonic() < until, "the daemon never came"
        time.sleep(0.02)

async def main():
    wait_for_daemon()
    found = {"backend": type(keyring.get_keyring()).__module__}
    secrets = KeyringSecrets("Reachline test")
    store = TokenStore(secrets)
    await store.open()
    found["keeps"] = store.keeps
    await store.write("ws:cache", "ab" * 32)
    await store.write("ws:intercom", "tok \\u00e9")
    again = KeyringSecrets("Reachline test")
    found["read"] = [await again.read("ws:cache"), await again.read("ws:intercom"), await again.read("other")]
    await store.forget("ws:intercom")
    await store.forget("ws:intercom")
    found["after forgetting"] = await again.read("ws:intercom")
    collection().lock()
    beats = 0
    async def beat():
        nonlocal beats
        while True:
            await asyncio.sleep(0.005)
            beats += 1
    beating = asyncio.create_task(beat())
    # Nobody is there to answer a prompt.
    store = TokenStore(secrets)
    opening = asyncio.create_task(store.open())
    await asyncio.wait({opening}, timeout=2)
    found["loop went on"] = beats > 0
    store.give_up()
    await opening
    found["keeps while locked"] = store.keeps
    found["problem"] = store.problem.value
    beating.cancel()
    print(json.dumps(found))

asyncio.run(main())
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    home = tmp_path_factory.mktemp("home")
    program = home / "program.py"
    program.write_text(PROGRAM)
    runtime = home / "run"
    runtime.mkdir(mode=0o700)
    own = {"HOME": str(home), "XDG_RUNTIME_DIR": str(runtime), "XDG_DATA_HOME": str(home / "data"), "PYTHONPATH": ROOT}
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("DBUS_", "DISPLAY", "XDG_"))}
    ended = subprocess.run(
        ["dbus-run-session", "--", "sh", "-c", SESSION, sys.executable, str(program)],
        capture_output=True,
        text=True,
        timeout=90,
        env=inherited | own,
    )
    assert ended.returncode == 0, ended.stderr
    answer: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return answer


def test_it_is_the_secret_service_that_keeps_them(found):
    assert found["backend"] == "keyring.backends.SecretService"
    assert found["keeps"] is True
    assert found["read"] == ["ab" * 32, "tok é", None]
    assert found["after forgetting"] is None


def test_locked_it_holds_up_nothing_and_keeps_nothing(found):
    assert found["loop went on"] is True
    assert found["keeps while locked"] is False
    assert found["problem"] == "locked"
