"""The hub's folder: what `serve` needs to know, and its secrets, each in a file that nobody else may read."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

import msgspec

from desktop.channels.shared.exchange import Token
from desktop.channels.team import nkeys
from desktop.channels.team.invitation import Invitation
from desktop.channels.team.sealed import KEY_BYTES
from desktop.channels.team.subjects import is_token
from desktop.ports import InvalidValue
from desktop.system.paths import make_private, make_private_file
from desktop.text.terminal import hub as texts

CONFIG_FILE = "hub.toml"
SECRETS_FOLDER = "secrets"
DESKS_FILE = "agents.json"
HUB = "hub"
"""The hub's own name on the broker; no desktop may have it."""

ENVIRONMENT_PREFIX = "REACHLINE_HUB_"

HUB_SEED, WORKSPACE_KEYS = "hub_nkey_seed", "workspace_keys"
INTERCOM_TOKEN, INTERCOM_CLIENT_SECRET = "intercom_token", "intercom_client_secret"
META_APP_SECRET, META_VERIFY_TOKEN = "meta_app_secret", "meta_verify_token"
TWILIO_AUTH_TOKEN, TELEGRAM_BOTS = "twilio_auth_token", "telegram_bots"
PROVIDER_SECRETS = (
    INTERCOM_TOKEN,
    INTERCOM_CLIENT_SECRET,
    META_APP_SECRET,
    META_VERIFY_TOKEN,
    TWILIO_AUTH_TOKEN,
    TELEGRAM_BOTS,
)
"""What the administrator fills in; a provider whose secret is empty has no webhook here."""

_BOT_TOKEN = re.compile(r"([0-9]{1,20}):[A-Za-z0-9_-]+")
_WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


class ConfigProblem(Exception):
    """The hub's folder is not as it must be. The text is a sentence for the administrator, without any secret."""


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `hub.toml` holds.

    workspace: Intercom's id of it. broker: where the hub finds the broker. servers: where the desktops find it.
    ca: certificates (PEM) that are trusted beside the system's, a file in the folder. listen: `HOST:PORT` for webhooks.
    public_url: that the providers call, without a path; Twilio signs it. replicas: of each fact in a cluster.
    keep_days, keep_bytes: how long and how much the broker keeps. intercom_url: "" finds the workspace's region.
    """

    workspace: str
    broker: tuple[str, ...]
    servers: tuple[str, ...]
    ca: str = ""
    listen: str = "127.0.0.1:8200"
    public_url: str = ""
    replicas: int = 1
    keep_days: float = 7
    keep_bytes: int = 2_000_000_000
    intercom_url: str = ""
    telegram_url: str = "https://api.telegram.org"
    webhooks_are_plain: bool = True


class Bot(msgspec.Struct, frozen=True):
    """A Telegram bot. webhook_secret: of its webhook; "" where the hub asks for its updates."""

    id: str
    token: Token
    webhook_secret: str = ""

    def __repr__(self) -> str:
        """Without the secret."""
        return f"Bot({self.id})"


class Folder:
    """The files of one hub. Methods raise ConfigProblem, and OSError where a file cannot be written."""

    def __init__(self, path: Path, environment: Mapping[str, str] = os.environ) -> None:
        self.path = path
        self._environment = environment

    def config(self) -> Config:
        """What `hub.toml` says."""
        file = self.path / CONFIG_FILE
        try:
            found = msgspec.toml.decode(file.read_bytes(), type=Config)
        except OSError as error:
            raise ConfigProblem(texts.UNREADABLE_FILE(file=str(file), reason=error.strerror or "")) from None
        except (msgspec.DecodeError, ValueError) as error:
            raise ConfigProblem(texts.WRONG_CONFIG(file=str(file), problem=str(error))) from None
        if not is_token(found.workspace) or not found.broker:
            raise ConfigProblem(texts.WRONG_CONFIG(file=str(file), problem="workspace, broker"))
        return found

    def ca(self, config: Config) -> str:
        """The certificates that are trusted beside the system's; "" for none."""
        return self._read(self.path / config.ca).strip() if config.ca else ""

    # --- secrets ---------------------------------------------------------------------------------------------------

    def secret(self, name: str) -> str:
        """A secret: an environment variable, or else its file; "" where there is neither."""
        given = self._environment.get(ENVIRONMENT_PREFIX + name.upper())
        if given is not None:
            return given.strip()
        file = self.path / SECRETS_FOLDER / name
        if not file.exists():
            return ""
        if os.name == "posix" and file.stat().st_mode & 0o077:
            raise ConfigProblem(texts.OPEN_SECRET(file=str(file)))
        return self._read(file).strip()

    def write_secret(self, name: str, value: str) -> None:
        """Write a secret into its file, for this user alone."""
        make_private(self.path / SECRETS_FOLDER)
        _replace(self.path / SECRETS_FOLDER / name, value + "\n" if value else "")

    def hub_key(self) -> nkeys.NKey:
        """The hub's own key on the broker."""
        try:
            return nkeys.NKey(self.secret(HUB_SEED))
        except nkeys.NotAnNKey:
            raise ConfigProblem(texts.WRONG_SECRET(name=HUB_SEED)) from None

    def own_invitation(self) -> Invitation:
        """With which the hub itself connects to the broker."""
        config = self.config()
        key = self.workspace_keys()[0]
        self.hub_key()
        return Invitation(config.broker, config.workspace, HUB, self.secret(HUB_SEED), key, self.ca(config))

    def workspace_keys(self) -> tuple[bytes, ...]:
        """The workspace's keys, oldest first."""
        try:
            keys = tuple(bytes.fromhex(line) for line in self.secret(WORKSPACE_KEYS).split())
        except ValueError:
            keys = ()
        if not keys or any(len(key) != KEY_BYTES for key in keys):
            raise ConfigProblem(texts.WRONG_SECRET(name=WORKSPACE_KEYS))
        return keys

    def token(self, name: str) -> Token | None:
        """A token; None where it is empty."""
        secret = self.secret(name)
        try:
            return Token(secret) if secret else None
        except InvalidValue:
            raise ConfigProblem(texts.WRONG_SECRET(name=name)) from None

    def bots(self) -> tuple[Bot, ...]:
        """The Telegram bots: a line for each, its token and, where it has a webhook, that one's secret."""
        found = []
        for line in self.secret(TELEGRAM_BOTS).splitlines():
            token, _, secret = line.strip().partition(" ")
            form = _BOT_TOKEN.fullmatch(token)
            if form is None or (secret and not _WEBHOOK_SECRET.fullmatch(secret.strip())):
                raise ConfigProblem(texts.WRONG_SECRET(name=TELEGRAM_BOTS))
            found.append(Bot(form[1], Token(token), secret.strip()))
        return tuple(found)

    # --- desktops --------------------------------------------------------------------------------------------------

    def desks(self) -> dict[str, str]:
        """The invited desktops: their names and public keys."""
        file = self.path / DESKS_FILE
        if not file.exists():
            return {}
        try:
            return msgspec.json.decode(self._read(file), type=dict[str, str])
        except msgspec.DecodeError as error:
            raise ConfigProblem(texts.WRONG_CONFIG(file=str(file), problem=str(error))) from None

    def write_desks(self, desks: Mapping[str, str]) -> None:
        """Public keys: no secret, but nobody else's to change."""
        _replace(self.path / DESKS_FILE, msgspec.json.format(msgspec.json.encode(desks)).decode() + "\n")

    def write(self, name: str, text: str) -> None:
        """Write a file in the folder, for this user alone."""
        _replace(self.path / name, text)

    def _read(self, file: Path) -> str:
        try:
            return file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or type(error).__name__
            raise ConfigProblem(texts.UNREADABLE_FILE(file=str(file), reason=reason)) from None


def _replace(file: Path, text: str) -> None:
    """Whole or not at all: the broker may read it at any time."""
    written = file.with_name(f".{file.name}.new")
    make_private_file(written)
    written.write_text(text, encoding="utf-8")
    written.replace(file)
