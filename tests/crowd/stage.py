"""The broker, the hub's copies and the desktops of one run, each a process of its own."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from desktop.channels.team import nkeys
from desktop.channels.team.invitation import Invitation
from desktop.hub import config as names
from desktop.hub.config import Folder
from desktop.hub.setup import broker_files, invitations
from desktop.system.clock import ServerClock
from tests.bench.measure import cpu_ms_of

REPOSITORY = Path(__file__).parents[2]
WORKSPACE = "crowd"
CLIENT_SECRET = "client secret of the crowd"
LINE_BYTES = 64 * 1024 * 1024
LOOPBACK = "127.0.0.1"


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


class Brokers:
    """One server, or a cluster of three on one machine."""

    def __init__(self, folder: Folder, ports: Sequence[int], *, is_encrypted: bool) -> None:
        self._folder = folder
        self.ports = ports
        self._is_encrypted = is_encrypted
        self._routes = [free_port() for _ in ports]
        self._processes: dict[int, Process] = {}

    async def start(self, number: int = 0) -> None:
        """Start one server, and wait until it takes connections."""
        path = self._write(number)
        log = (self._folder.path / f"broker-{number}.log").open("ab")
        program = broker_files.PROGRAM
        self._processes[number] = await asyncio.create_subprocess_exec(program, "-c", str(path), stdout=log, stderr=log)
        log.close()
        await _until_open(self.ports[number])

    async def kill(self, number: int = 0) -> None:
        """As trouble does: at once (SIGKILL)."""
        process = self._processes.pop(number)
        process.kill()
        await process.wait()

    async def end(self) -> None:
        """End all."""
        for number in tuple(self._processes):
            await self.kill(number)

    @property
    def cpu_s(self) -> float:
        """CPU time of those that live."""
        return sum(cpu_ms_of(process.pid) for process in self._processes.values()) / 1000

    def _write(self, number: int) -> Path:
        """What `reachline hub init` wrote, with this server's own ports and folder."""
        folder = self._folder.path
        text = (folder / broker_files.BROKER_FILE).read_text()
        own = folder / f"server-{number}"
        text = text.replace(f"0.0.0.0:{self.ports[0]}", f"{LOOPBACK}:{self.ports[number]}")
        text = text.replace(f"/{broker_files.STORE_FOLDER}", f"/{own.name}")
        text = text.replace(f"/{broker_files.PID_FILE}", f"/{own.name}.pid")
        text = text.replace('server_name: "reachline"', f'server_name: "{own.name}"')
        if not self._is_encrypted:
            text = "\n".join(line for line in text.splitlines() if not line.startswith("tls {"))
        if len(self.ports) > 1:
            routes = [f"nats-route://{LOOPBACK}:{port}" for port in self._routes]
            listen = f"{LOOPBACK}:{self._routes[number]}"
            text += f'\ncluster {{ name: crowd, listen: "{listen}", routes: {json.dumps(routes)} }}\n'
        path = folder / f"{own.name}.conf"
        path.write_text(text)
        return path


class Hubs:
    """Copies of `reachline hub serve`."""

    def __init__(self, folder: Folder, environment: dict[str, str]) -> None:
        self._folder = folder
        self._environment = environment
        self._processes: dict[int, Process] = {}
        self.ports: list[int] = []

    async def start(self) -> None:
        """Start one more copy, and wait until it is ready."""
        port, number = free_port(), len(self.ports)
        self.ports.append(port)
        log = (self._folder.path / f"hub-{number}.log").open("ab")
        command = ("-m", "desktop", "hub", "serve", "--folder", str(self._folder.path))
        self._processes[number] = await asyncio.create_subprocess_exec(
            sys.executable,
            *command,
            "--listen",
            f"{LOOPBACK}:{port}",
            cwd=REPOSITORY,
            env=os.environ | self._environment,
            stdout=log,
            stderr=log,
        )
        log.close()
        await _until_open(port)

    @property
    def cpu_s(self) -> float:
        """CPU time of those that live."""
        return sum(cpu_ms_of(process.pid) for process in self._processes.values()) / 1000

    @property
    def living(self) -> list[int]:
        """The ports of those that live."""
        return [self.ports[number] for number in self._processes]

    async def kill(self, number: int) -> None:
        """At once (SIGKILL)."""
        process = self._processes.pop(number)
        process.kill()
        await process.wait()

    async def end(self) -> None:
        """End all."""
        for number in tuple(self._processes):
            await self.kill(number)


class Crowd:
    """The desktops, in several processes."""

    def __init__(self) -> None:
        self._processes: list[Process] = []
        self._counts: list[int] = []

    async def start(self, invited: Sequence[Invitation], processes: int, seed: int) -> None:
        """Start all, and wait until each has connected."""
        for number in range(processes):
            share = invited[number::processes]
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.crowd.desks", cwd=REPOSITORY, stdin=PIPE, stdout=PIPE, limit=LINE_BYTES
            )
            self._processes.append(process)
            self._counts.append(len(share))
            first = {"seed": seed + number, "invitations": msgspec.to_builtins(share)}
            await _write(process, first)
        for process in self._processes:
            await _read(process)

    async def sleep(self, part: float) -> int:
        """Send this part of the desktops to sleep. Returns how many."""
        return await self._each("sleep", part)

    async def wake(self, part: float) -> int:
        """Wake those again."""
        return await self._each("wake", part)

    async def _each(self, what: str, part: float) -> int:
        shares = [range(round(count * part)) for count in self._counts]
        for process, share in zip(self._processes, shares, strict=True):
            await _write(process, {"do": what, "desks": list(share)})
        for process in self._processes:
            await _read(process)
        return sum(map(len, shares))

    async def report(self, told: int) -> Report:
        """What all have by now, of so many messages told."""
        for process in self._processes:
            await _write(process, {"do": "report", "told": told})
        answers = [await _read(process) for process in self._processes]
        late_ms: Counter[int] = Counter()
        for answer in answers:
            late_ms.update({int(ms): count for ms, count in answer["late_ms"].items()})
        summed = {key: sum(answer[key] for answer in answers) for key in ("missing", "whole", "heard_again", "gaps")}
        return Report(**summed, late_ms=late_ms, cpu_s=sum(answer["cpu_s"] for answer in answers))

    async def end(self) -> None:
        """End all."""
        for process in self._processes:
            if process.returncode is None:
                process.send_signal(signal.SIGKILL)
                await process.wait()


class Report(msgspec.Struct, frozen=True):
    """missing: messages that a desktop should have and has not, summed over all. whole: desktops that have all.

    heard_again: told a second time, which a store takes once. late_ms: deliveries by their milliseconds.
    """

    missing: int
    whole: int
    heard_again: int
    gaps: int
    late_ms: Counter[int]
    cpu_s: float

    def late(self, share: float) -> int:
        """Milliseconds within which this share of the deliveries came."""
        wanted = share * self.late_ms.total()
        seen = 0
        for ms in sorted(self.late_ms):
            seen += self.late_ms[ms]
            if seen >= wanted:
                return ms
        return 0


def make_hub_folder(
    path: Path, servers: int, desks: int, *, is_encrypted: bool, workspace: str = WORKSPACE
) -> tuple[Folder, list[Invitation]]:
    """As `reachline hub init` and `reachline hub invite` make it, without asking a broker after each desktop."""
    folder, clock = Folder(path), ServerClock()
    port = free_port()
    ports = [port, *(free_port() for _ in range(servers - 1))]
    scheme = "tls" if is_encrypted else "nats"
    addresses = tuple(f"{scheme}://{LOOPBACK}:{each}" for each in ports)
    wanted = invitations.NewHub(
        workspace=workspace,
        servers=(LOOPBACK,),
        broker=addresses[0],
        port=port,
        websocket_port=0,
        listen=f"{LOOPBACK}:0",
        public_url="",
        certificate=None,
        key=None,
        ca=None,
        syncs_always=False,
    )
    invitations.create(folder, wanted, clock)
    config = folder.path / names.CONFIG_FILE
    listed = json.dumps(list(addresses))
    lines = [
        f"broker = {listed}"
        if line.startswith("broker =")
        else f"replicas = {servers}"
        if line.startswith("replicas")
        else line
        for line in config.read_text().splitlines()
    ]
    config.write_text("\n".join(lines))
    seeds = {f"desk-{number}": nkeys.new_seed() for number in range(desks)}
    public = {name: nkeys.NKey(seed).public for name, seed in seeds.items()}
    folder.write_desks(public)
    folder.write(broker_files.DESKS_FILE, broker_files.desks_conf(workspace, folder.hub_key().public, public))
    root, *_ = folder.workspace_keys()
    ca = folder.ca(folder.config())
    return folder, [Invitation(addresses, workspace, name, seed, root, ca) for name, seed in seeds.items()]


async def count_stored(folder: Folder) -> int:
    """How many messages the broker's stream holds."""
    broker = invitations.make_broker(folder, ServerClock())
    try:
        await broker.open()
        return (await broker.usage()).count
    finally:
        await broker.aclose()


async def _until_open(port: int) -> None:
    while True:
        try:
            _, writer = await asyncio.open_connection(LOOPBACK, port)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            return


async def _write(process: Process, command: Any) -> None:
    assert process.stdin is not None
    process.stdin.write(json.dumps(command).encode() + b"\n")
    await process.stdin.drain()


async def _read(process: Process) -> Any:
    assert process.stdout is not None
    line = await process.stdout.readline()
    assert line, "a process of desktops ended"
    return json.loads(line)
