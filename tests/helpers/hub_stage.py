"""A hub for tests: a broker that runs from what `reachline hub init` wrote, and copies of the hub beside it."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from broker import SERVER
from nats.js import JetStreamContext

from desktop.channels.team import subjects
from desktop.channels.team.connection import Connection, connect
from desktop.channels.team.envelope import Envelope, open_sealed
from desktop.channels.team.invitation import Invitation
from desktop.channels.team.nkeys import NKey
from desktop.channels.team.sealed import KeyRing, new_key
from desktop.hub import config as names
from desktop.hub.config import CONFIG_FILE, Config, Folder
from desktop.hub.polling.intercom import PollIntervals
from desktop.hub.serve import Hub, listen
from desktop.hub.setup import broker_files, invitations
from desktop.system.clock import ServerClock

PATIENCE_S = 15.0
FAST = PollIntervals(fast_s=0.05, safety_s=0.05)
SECRETS = {
    names.INTERCOM_CLIENT_SECRET: "intercom-client-secret",
    names.META_APP_SECRET: "meta-app-secret",
    names.META_VERIFY_TOKEN: "meta-verify-token",
    names.TWILIO_AUTH_TOKEN: "twilio-auth-token",
    names.TELEGRAM_BOTS: "4242:bot-token webhook-secret",
}
BOT, BOT_SECRET = "4242", "webhook-secret"
PUBLIC_URL = "https://hub.example.com"


def needs_broker() -> None:
    """Skip a test where there is no broker for a hub; on Windows there may be one for desktops."""
    if os.name != "posix":
        pytest.skip("a hub and its broker run on Linux")
    if not SERVER.exists():
        pytest.skip("nats-server is not installed")


class StoredFact(msgspec.Struct, frozen=True):
    subject: str
    envelope: Envelope


class HubBroker:
    """A broker in a folder that `init` wrote. folder: of a hub for the workspace `first`."""

    def __init__(self, path: Path, *, workspace: str = "first", web_port: int = 0) -> None:
        self.port = free_port()
        self.path = path
        self.folder = Folder(path, {})
        wanted = invitations.NewHub(
            workspace, ("localhost",), port=self.port, websocket_port=web_port, public_url=PUBLIC_URL
        )
        invitations.create(self.folder, wanted, ServerClock())
        self._process: subprocess.Popen[bytes] | None = None
        self._workspaces = 0

    def start(self) -> None:
        """Start it, and wait until it listens."""
        with (self.path / "broker.log").open("ab") as log:
            command = [str(SERVER), "-c", str(self.path / broker_files.BROKER_FILE), "--addr", "127.0.0.1"]
            self._process = subprocess.Popen(command, stdout=log, stderr=log)
        until = time.monotonic() + PATIENCE_S
        while not listens(self.port):
            assert time.monotonic() < until, (self.path / "broker.log").read_text()
            assert self._process.poll() is None, (self.path / "broker.log").read_text()
            time.sleep(0.01)

    def kill(self) -> None:
        """At once."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def new_folder(self, **config: Any) -> Folder:
        """The folder of a hub for a workspace that no other test has used."""
        self._workspaces += 1
        path = self.path.with_name(f"{self.path.name}-{self._workspaces}")
        path.mkdir()
        folder = Folder(path, {})
        shutil.copy(self.path / broker_files.CA, path)
        folder.write_secret(names.HUB_SEED, self.folder.secret(names.HUB_SEED))
        folder.write_secret(names.WORKSPACE_KEYS, new_key().hex())
        # The broker sets aside what each stream may hold.
        changes = {"workspace": f"w{self._workspaces}", "keep_bytes": 5_000_000} | config
        made = msgspec.structs.replace(self.folder.config(), **changes)
        write_config(folder, made)
        return folder

    @property
    def stored(self) -> bytes:
        """Everything that it wrote to the disk."""
        files = (self.path / broker_files.STORE_FOLDER).rglob("*")
        return b"".join(file.read_bytes() for file in files if file.is_file())


def write_config(folder: Folder, config: Config) -> None:
    lines = [f"{name} = {json.dumps(value)}" for name, value in msgspec.structs.asdict(config).items()]
    folder.write(CONFIG_FILE, "\n".join(lines))


def give_secrets(folder: Folder, **secrets: str) -> None:
    for name, secret in (SECRETS | secrets).items():
        folder.write_secret(name, secret)


class HubCopy:
    """One copy of the hub on this loop, with an HTTP client for its web server."""

    def __init__(self, hub: Hub, folder: Folder, http: httpx.AsyncClient) -> None:
        self.hub = hub
        self.folder = folder
        self.workspace_id = folder.config().workspace
        self.http = http

    @property
    def keys(self) -> KeyRing:
        return KeyRing(*self.folder.workspace_keys())

    async def facts(self) -> list[StoredFact]:
        """Everything in the stream, in order."""
        # Another connection would take longer than the whole of the reading.
        connection = self.hub.broker._connection
        assert connection is not None
        return await read_facts(connection.client.jetstream(), self.workspace_id, self.keys)

    def count(self, name: str, **labels: str) -> float:
        """A number of its metrics; 0 for one that was never counted."""
        inner = ",".join(f'{label}="{value}"' for label, value in labels.items())
        line = f"reachline_hub_{name}" + (f"{{{inner}}}" if inner else "")
        found = [row for row in self.hub.metrics.text().decode().splitlines() if row.rpartition(" ")[0] == line]
        return float(found[0].rpartition(" ")[2]) if found else 0.0


async def read_facts(js: JetStreamContext, workspace_id: str, keys: KeyRing) -> list[StoredFact]:
    name = subjects.stream(workspace_id)
    state = (await js.stream_info(name)).state
    found = []
    for number in range(state.first_seq, state.last_seq + 1) if state.messages else ():
        message = await js.get_msg(name, number)
        envelope = open_sealed(message.data or b"", keys)
        found.append(StoredFact(str(message.subject), envelope))
    return found


@asynccontextmanager
async def hub_connection(folder: Folder) -> AsyncIterator[tuple[Connection, JetStreamContext]]:
    """As the hub connects."""
    async with desk_connection(folder.own_invitation()) as connection:
        yield connection, connection.client.jetstream()


@asynccontextmanager
async def desk_connection(invitation: Invitation) -> AsyncIterator[Connection]:
    connection = await connect(invitation, NKey(invitation.seed))
    try:
        yield connection
    finally:
        await connection.close()


@asynccontextmanager
async def running_hub(folder: Folder, **options: Any) -> AsyncIterator[HubCopy]:
    """A copy of the hub that runs until the context ends. It has the broker when the context begins."""
    hub = Hub(folder, ServerClock(), **({"intervals": FAST, "state_every_s": 0.1} | options))
    ending, started = asyncio.Event(), asyncio.Event()
    with listen("127.0.0.1:0") as listening:
        task = asyncio.create_task(hub.run(listening, ending, started.set))
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        try:
            async with asyncio.timeout(PATIENCE_S):
                await asyncio.wait((task, asyncio.create_task(started.wait())), return_when=asyncio.FIRST_COMPLETED)
            await until(lambda: hub.broker.is_ready)
            async with httpx.AsyncClient(base_url=url, timeout=PATIENCE_S) as http:
                yield HubCopy(hub, folder, http)
        finally:
            ending.set()
            await task


async def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds. What it is about is asked again and again: it cannot say so itself."""
    async with asyncio.timeout(PATIENCE_S):
        while not holds():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


def started_hub_broker(path: Path) -> Iterator[HubBroker]:
    """Started, and ended at the end."""
    broker = HubBroker(path)
    broker.start()
    yield broker
    broker.kill()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def listens(port: int) -> bool:
    with socket.socket() as trying:
        return trying.connect_ex(("127.0.0.1", port)) == 0
