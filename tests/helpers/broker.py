"""A broker for tests: an installed `nats-server` on loopback, with TLS, NKeys and the product's permissions."""

from __future__ import annotations

import json
import os
import shutil
import signal
import ssl
import subprocess
import time
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from nats.aio.client import Client
from nats.js.api import KeyValueConfig, RePublish, StreamConfig

from desktop.channels.team import permissions, signals, subjects
from desktop.channels.team.envelope import Envelope, EnvelopeKind, seal
from desktop.channels.team.invitation import Invitation
from desktop.channels.team.live import LiveFact, write_live
from desktop.channels.team.nkeys import NKey, new_seed
from desktop.channels.team.sealed import KeyRing, new_key
from desktop.channels.team.transport import StreamTransport
from desktop.ports.team import FeedCursor, HubState

# Debian's is in no ordinary user's path.
SERVER = Path(shutil.which("nats-server") or ("/usr/sbin/nats-server" if os.name == "posix" else "nats-server"))
HUB = "hub"
BEHIND_PROXY = "team.example.test"
"""A host that only a proxy can find; the certificate holds for it."""

AGENTS = ("anna", "ben", "chris")
START_S = 10.0


class Certificates(msgspec.Struct, frozen=True):
    """ca: in PEM, as an invitation has it."""

    ca: str
    certificate: str
    key: str


@cache
def make_certificates() -> Certificates:
    """An authority, and a certificate for loopback."""
    ca_key, ca_name = ec.generate_private_key(ec.SECP256R1()), _name("Test authority")
    ca = _certificate(ca_name, ca_name, ca_key.public_key(), is_ca=True).sign(ca_key, hashes.SHA256())
    key = ec.generate_private_key(ec.SECP256R1())
    names = x509.SubjectAlternativeName(
        [x509.DNSName("localhost"), x509.DNSName(BEHIND_PROXY), x509.IPAddress(ip_address("127.0.0.1"))]
    )
    unsigned = _certificate(_name("broker"), ca_name, key.public_key(), is_ca=False)
    for extension in (names, x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key())):
        unsigned = unsigned.add_extension(extension, critical=False)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return Certificates(_pem(ca), _pem(unsigned.sign(ca_key, hashes.SHA256())), secret.decode())


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, *, is_ca: bool
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
        # From Python 3.13 on, a certificate without these is not trusted by default.
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(x509.KeyUsage(not is_ca, *[False] * 4, is_ca, is_ca, False, False), critical=True)
    )


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


class Broker:
    """A broker with its own folder. port, web_port: for TLS and for websockets with TLS; kept over a restart."""

    def __init__(self, folder: Path, workspaces: Iterable[str]) -> None:
        self.folder = folder
        self.certificates = make_certificates()
        self.seeds = {(workspace, who): new_seed() for workspace in workspaces for who in (HUB, *AGENTS)}
        self.port = self.web_port = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._free = iter(dict.fromkeys(workspace for workspace, _ in self.seeds))
        (folder / "certificate.pem").write_text(self.certificates.certificate)
        (folder / "key.pem").write_text(self.certificates.key)

    def next_workspace(self) -> str:
        """One that no other test has used."""
        return next(self._free)

    def start(self) -> None:
        """Start it, and wait until it listens."""
        self.write_config()
        ports = self.folder / "ports"
        ports.mkdir(exist_ok=True)
        for old in ports.iterdir():
            old.unlink()
        log = (self.folder / "log").open("ab")
        command = [str(SERVER), "-c", str(self.folder / "broker.conf"), "--ports_file_dir", str(ports)]
        self._process = subprocess.Popen(command, stdout=log, stderr=log)
        log.close()
        found = self._ports(ports)
        self.port, self.web_port = self._port(found["nats"]), self._port(found["websocket"])

    def _ports(self, folder: Path) -> dict[str, list[str]]:
        until = time.monotonic() + START_S
        while time.monotonic() < until:
            for file in folder.glob("*.ports"):
                with suppress(ValueError):
                    found: dict[str, list[str]] = json.loads(file.read_text())
                    return found
            assert self._process is not None
            assert self._process.poll() is None, (self.folder / "log").read_text()
            time.sleep(0.01)
        raise AssertionError((self.folder / "log").read_text())

    @staticmethod
    def _port(urls: Sequence[str]) -> int:
        return int(urls[0].rpartition(":")[2])

    def write_config(self) -> None:
        """Write what the broker reads when it starts and when it is told to read again."""
        users = [self._user(workspace, who, seed) for (workspace, who), seed in self.seeds.items()]
        tls = {
            "cert_file": str(self.folder / "certificate.pem"),
            "key_file": str(self.folder / "key.pem"),
        }
        config = {
            "host": "127.0.0.1",
            "port": self.port or -1,
            "max_payload": 1_048_576,
            "jetstream": {"store_dir": str(self.folder / "store"), "max_mem": 64_000_000, "max_file": 512_000_000},
            "tls": tls,
            "websocket": {"host": "127.0.0.1", "port": self.web_port or -1, "tls": tls},
            "authorization": {"users": users},
        }
        (self.folder / "broker.conf").write_text(json.dumps(config, indent=1))

    @staticmethod
    def _user(workspace: str, who: str, seed: str) -> dict[str, Any]:
        user: dict[str, Any] = {"nkey": NKey(seed).public}
        if who == HUB:
            return user
        allowed = permissions.of_desk(workspace, who)
        return user | {"permissions": {"publish": list(allowed.publish), "subscribe": list(allowed.subscribe)}}

    def revoke(self, workspace: str, desk: str) -> None:
        """Take a desktop out, and have the broker read its configuration again."""
        del self.seeds[(workspace, desk)]
        self.write_config()
        assert self._process is not None
        self._process.send_signal(signal.SIGHUP)

    def kill(self) -> None:
        """As a machine's trouble does: at once."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def pause(self) -> None:
        """It answers nothing from now on, and keeps its connections."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)


class Workspace:
    """One workspace on a broker, seen from the hub."""

    def __init__(self, broker: Broker, client: Client, workspace_id: str) -> None:
        self.broker = broker
        self.id = workspace_id
        self.key = new_key()
        self.keys = KeyRing(self.key)
        self.client = client
        self.js = client.jetstream()

    async def prepare(self) -> None:
        """Make the stream and the buckets, as the hub does."""
        await self.make_stream()
        learned, keys = subjects.learned_bucket(self.id), subjects.keys_bucket(self.id)
        republish = RePublish(f"$KV.{learned}.>", subjects.learned_live(self.id))
        await self.js.create_key_value(KeyValueConfig(learned, direct=True, republish=republish))
        await self.js.create_key_value(KeyValueConfig(keys, direct=True))

    async def make_stream(self, **more: Any) -> None:
        config = StreamConfig(subjects.stream(self.id), subjects=[subjects.all_facts(self.id)], allow_direct=True)
        await self.js.add_stream(config.evolve(**more))

    def take_keys(self, earlier: Workspace) -> None:
        """After a restart of the broker, the workspace has the keys that it had."""
        self.key, self.keys = earlier.key, earlier.keys

    def invitation(self, desk: str, *, web: bool = False, ca: str | None = None) -> Invitation:
        server = f"wss://localhost:{self.broker.web_port}" if web else f"tls://localhost:{self.broker.port}"
        ca = self.broker.certificates.ca if ca is None else ca
        return Invitation((server,), self.id, desk, self.broker.seeds[(self.id, desk)], self.key, ca)

    async def cursor(self) -> FeedCursor:
        """Where the stream is now."""
        info = await self.js.stream_info(subjects.stream(self.id))
        assert info.created is not None
        since_epoch = info.created - datetime.fromtimestamp(0, UTC)
        return FeedCursor(since_epoch // timedelta(microseconds=1), info.state.last_seq)

    async def tell(self, number: int, *, message_id: str | None = None) -> int:
        """Publish that a conversation changed; its id is the number. Returns the fact's sequence."""
        fact = await self.store_change(number, message_id or f"changed:{number}")
        await self.tell_live(fact)
        return fact.sequence

    async def publish(self, envelope: Envelope, conversation_id: int, message_id: str) -> int:
        sealed = seal(envelope, self.keys)
        assert sealed is not None
        fact = await self.store(sealed, conversation_id, message_id)
        await self.tell_live(fact)
        return fact.sequence

    async def store_change(self, number: int, message_id: str = "") -> LiveFact:
        """As `tell`, but the desktops are not told."""
        sealed = seal(
            Envelope(EnvelopeKind.CHANGED, {"id": str(number), "updated_at": 1_790_000_000 + number}), self.keys
        )
        assert sealed is not None
        return await self.store(sealed, number, message_id)

    async def store(self, sealed: bytes, conversation_id: int, message_id: str = "") -> LiveFact:
        """What the hub does before it tells the desktops."""
        subject = subjects.conversation_fact(self.id, str(conversation_id))
        headers = {"Nats-Msg-Id": message_id} if message_id else None
        ack = await self.js.publish(subject, sealed, headers=headers)
        return LiveFact(ack.seq, sealed, message_id)

    async def tell_live(self, *facts: LiveFact) -> None:
        """In one message, as the hub does."""
        await self.client.publish(subjects.live(self.id), write_live(facts))

    async def tell_state(self) -> None:
        """Where the stream is now, as the hub says every few seconds."""
        state = signals.write_hub_state(HubState(1, newest=await self.cursor()))
        await self.client.publish(subjects.hub_state(self.id), state)


@asynccontextmanager
async def opened(broker: Broker, workspace_id: str, *, is_new: bool = True) -> AsyncIterator[Workspace]:
    """A workspace with its stream and buckets, seen from the hub. is_new: they have to be made."""
    client = await raw_client(broker, NKey(broker.seeds[(workspace_id, HUB)]), "_INBOX")
    try:
        workspace = Workspace(broker, client, workspace_id)
        if is_new:
            await workspace.prepare()
        yield workspace
    finally:
        await client.close()


async def raw_client(broker: Broker, key: NKey, inbox_prefix: str, errors: list[Exception] | None = None) -> Client:
    """The library's own client, for what the product's would never do."""
    client = Client()
    client._public_nkey = key.public
    # Its own transport makes asyncio log a warning at the end.
    client._transport = StreamTransport()

    async def on_error(error: Exception) -> None:
        if errors is not None:
            errors.append(error)

    context = ssl.create_default_context(cadata=broker.certificates.ca)
    await client.connect(
        f"tls://localhost:{broker.port}",
        tls=context,
        signature_cb=key.sign,
        inbox_prefix=inbox_prefix,
        error_cb=on_error,
        allow_reconnect=False,
    )
    return client


def started_broker(folder: Path, workspaces: Sequence[str]) -> Iterator[Broker]:
    """Started, and ended at the end."""
    broker = Broker(folder, workspaces)
    broker.start()
    yield broker
    broker.kill()
