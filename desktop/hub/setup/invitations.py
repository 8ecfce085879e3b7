"""Makes a hub's folder, invites desktops into the team and revokes their invitations."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from desktop.channels.team import invitation, nkeys
from desktop.channels.team.connection import connect
from desktop.channels.team.sealed import KeyRing, new_key
from desktop.channels.team.subjects import is_token
from desktop.hub import config as names
from desktop.hub.broker import BROKER_ERRORS, Broker, BrokerUnavailable
from desktop.hub.config import CONFIG_FILE, HUB, Config, ConfigProblem, Folder
from desktop.hub.keys import SharedKeys
from desktop.hub.metrics import Metrics
from desktop.hub.setup import broker_files, certificates
from desktop.ports import Clock, ProviderError, ProviderErrorKind
from desktop.system.paths import make_private
from desktop.text.terminal import hub as texts

TAKES_UP_WITHIN_S, ANSWERS_WITHIN_S = 5.0, 1.0
_TRY_EVERY_S, _TRIES = 0.25, 3


class NewHub(msgspec.Struct, frozen=True):
    """What an administrator decides. servers: the hosts that desktops know the broker by; three make a cluster.

    broker: where the hub itself finds it; "" for this machine, or the hosts of a cluster. certificate, key, ca: files
    (PEM) of the team's own; None makes them. websocket_port: 0 for none.
    """

    workspace: str
    servers: tuple[str, ...]
    broker: str = ""
    port: int = 4222
    websocket_port: int = 8443
    listen: str = "127.0.0.1:8200"
    public_url: str = ""
    certificate: Path | None = None
    key: Path | None = None
    ca: Path | None = None
    syncs_always: bool = False


def create(folder: Folder, wanted: NewHub, clock: Clock) -> None:
    """Write everything that a broker and a hub start from. Raises ConfigProblem, and OSError."""
    path = folder.path.absolute()
    if (path / CONFIG_FILE).exists():
        raise ConfigProblem(texts.ALREADY_A_HUB(folder=str(path)))
    if not is_token(wanted.workspace):
        raise ConfigProblem(texts.NOT_A_WORKSPACE(workspace=wanted.workspace))
    make_private(path)
    seed = nkeys.new_seed()
    _write_certificates(folder, wanted, clock)
    own = ("localhost",) if wanted.certificate is None and len(wanted.servers) == 1 else wanted.servers
    made = Config(
        workspace=wanted.workspace,
        broker=(wanted.broker,) if wanted.broker else tuple(f"tls://{host}:{wanted.port}" for host in own),
        servers=(
            *(f"tls://{host}:{wanted.port}" for host in wanted.servers),
            *(f"wss://{host}:{wanted.websocket_port}" for host in wanted.servers if wanted.websocket_port),
        ),
        ca=broker_files.CA if (path / broker_files.CA).exists() else "",
        listen=wanted.listen,
        public_url=wanted.public_url,
        replicas=3 if len(wanted.servers) >= 3 else 1,
    )
    folder.write(
        broker_files.BROKER_FILE,
        broker_files.broker_conf(path, wanted.port, wanted.websocket_port, syncs_always=wanted.syncs_always),
    )
    if len(wanted.servers) > 1:
        for host in wanted.servers:
            folder.write(f"broker-{host}.conf", broker_files.cluster_conf(path, host, wanted.servers))
    folder.write_secret(names.HUB_SEED, seed)
    folder.write_secret(names.WORKSPACE_KEYS, new_key().hex())
    for name in names.PROVIDER_SECRETS:
        folder.write_secret(name, "")
    _write_desks(folder, made, {})
    # Last: a folder with it is a whole one.
    folder.write(CONFIG_FILE, _toml(made))


async def invite(folder: Folder, name: str, clock: Clock) -> tuple[str, bool]:
    """The line for a new desktop, and whether the broker lets it in already. Raises ConfigProblem, and OSError."""
    config, desks = folder.config(), folder.desks()
    if not is_token(name) or name == HUB:
        raise ConfigProblem(texts.NOT_A_NAME(name=name))
    if name in desks:
        raise ConfigProblem(texts.NAME_TAKEN(name=name))
    if not config.servers:
        raise ConfigProblem(texts.WRONG_CONFIG(file=CONFIG_FILE, problem="servers"))
    seed = nkeys.new_seed()
    desks[name] = nkeys.NKey(seed).public
    root, *newer = folder.workspace_keys()
    _write_desks(folder, config, desks)
    made = invitation.Invitation(config.servers, config.workspace, name, seed, root, folder.ca(config))
    broker_files.reload(folder.path.absolute())
    is_in = await _is_let_in(msgspec.structs.replace(made, servers=config.broker))
    if newer and is_in:
        is_in = await hand_out(folder, clock)
    return invitation.write(made), is_in


async def revoke(folder: Folder, name: str, clock: Clock) -> tuple[bool, bool]:
    """Shut a desktop out, and change the workspace's key for all others.

    Returns whether the broker was told to shut it out, and whether the others have the new key; `serve` hands that out,
    too. Raises ConfigProblem, and OSError.
    """
    config, desks = folder.config(), folder.desks()
    if name not in desks:
        raise ConfigProblem(texts.NOT_INVITED(name=name))
    del desks[name]
    keys = (*folder.workspace_keys(), new_key())
    _write_keys(folder, keys)
    if folder.workspace_keys() != keys:
        raise ConfigProblem(texts.KEYS_IN_ENVIRONMENT(name=names.WORKSPACE_KEYS))
    _write_desks(folder, config, desks)
    is_told = broker_files.reload(folder.path.absolute())
    return is_told, await hand_out(folder, clock, gone=(name,))


async def hand_out(folder: Folder, clock: Clock, gone: Sequence[str] = ()) -> bool:
    """Give the workspace's newer keys to all desktops; False where the broker cannot be reached.

    A broker that is reading its configuration again may hang up once.
    """
    for _ in range(_TRIES):
        if await _hand_out_once(folder, clock, gone):
            return True
        await clock.sleep(_TRY_EVERY_S)
    return False


async def _hand_out_once(folder: Folder, clock: Clock, gone: Sequence[str]) -> bool:
    keys = SharedKeys(folder.config().workspace, folder.hub_key(), folder.workspace_keys())
    broker = make_broker(folder, clock)
    try:
        await broker.open()
        if await keys.refresh(broker):
            # Of whoever revoked an invitation with another copy of the folder.
            _write_keys(folder, keys.keys)
        await keys.hand_out(broker, folder.desks(), gone)
    except (ProviderError, BrokerUnavailable, *BROKER_ERRORS):
        return False
    finally:
        await broker.aclose()
    return True


def make_broker(folder: Folder, clock: Clock) -> Broker:
    """The hub's own connection, not open yet. Raises ConfigProblem."""
    keys = KeyRing(*folder.workspace_keys())
    return Broker(folder.config(), folder.own_invitation(), keys, clock, Metrics())


async def _is_let_in(made: invitation.Invitation) -> bool:
    """Whether the broker knows a new desktop, which it takes a moment to learn: meanwhile it may also hang up."""
    loop = asyncio.get_running_loop()
    began_s = loop.time()
    while True:
        try:
            await (await connect(made, nkeys.NKey(made.seed))).close()
        except ProviderError as error:
            is_there = error.kind is ProviderErrorKind.SIGNED_OUT
            if loop.time() - began_s > (TAKES_UP_WITHIN_S if is_there else ANSWERS_WITHIN_S):
                return False
            await asyncio.sleep(_TRY_EVERY_S)
        else:
            return True


def _write_keys(folder: Folder, keys: Sequence[bytes]) -> None:
    folder.write_secret(names.WORKSPACE_KEYS, "\n".join(key.hex() for key in keys))


def _write_desks(folder: Folder, config: Config, desks: dict[str, str]) -> None:
    folder.write_desks(desks)
    hub = folder.hub_key().public
    folder.write(broker_files.DESKS_FILE, broker_files.desks_conf(config.workspace, hub, desks))


def _write_certificates(folder: Folder, wanted: NewHub, clock: Clock) -> None:
    if wanted.certificate is not None and wanted.key is not None:
        folder.write(broker_files.SERVER_CERTIFICATE, wanted.certificate.read_text(encoding="utf-8"))
        folder.write(broker_files.SERVER_KEY, wanted.key.read_text(encoding="utf-8"))
        if wanted.ca is not None:
            folder.write(broker_files.CA, wanted.ca.read_text(encoding="utf-8"))
        return
    own = urlsplit(wanted.broker).hostname
    hosts = [*wanted.servers, *([own] if own else []), "localhost", "127.0.0.1"]
    made = certificates.make(hosts, clock.now())
    folder.write(broker_files.CA, made.ca)
    folder.write(broker_files.SERVER_CERTIFICATE, made.server)
    folder.write(broker_files.SERVER_KEY, made.server_key)


def _toml(config: Config) -> str:
    def listed(values: Sequence[str]) -> str:
        return msgspec.json.encode(list(values)).decode()

    def quoted(value: str) -> str:
        return msgspec.json.encode(value).decode()

    return f"""\
# Of `reachline hub serve`. Secrets are in {names.SECRETS_FOLDER}/, one a file.

# Intercom's ID of the workspace.
workspace = {quoted(config.workspace)}
# Where the hub finds the broker, and where the desktops find it.
broker = {listed(config.broker)}
servers = {listed(config.servers)}
# What is trusted beside the system's certificates.
ca = {quoted(config.ca)}
# For webhooks. Providers need HTTPS, so a web server stands before it, at public_url.
listen = {quoted(config.listen)}
public_url = {quoted(config.public_url)}
# How many servers of a cluster keep each fact.
replicas = {config.replicas}
# How long and how much the broker keeps.
keep_days = {int(config.keep_days)}
keep_bytes = {config.keep_bytes}
# Whether the app's webhooks are of Intercom's API 2.15 or later, which send plain text.
webhooks_are_plain = true
"""
