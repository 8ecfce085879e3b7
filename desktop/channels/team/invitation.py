"""The one line by which a desktop joins its team. It holds secrets: it is kept in the keyring alone, never shown."""

from __future__ import annotations

import base64
import binascii
import re

import msgspec

from desktop.channels.team.sealed import KEY_BYTES
from desktop.channels.team.subjects import is_token

PREFIX = "reachline-team:"
_SEED = re.compile(r"SU[A-Z2-7]{56}")
_SERVER = re.compile(r"(tls|wss)://[^\s/?#@]+(:\d{1,5})?")


class NotAnInvitation(Exception):
    """The line is no invitation, or was cut when it was copied."""


class Invitation(msgspec.Struct, frozen=True):
    """servers: `tls://HOST:PORT` or `wss://HOST:PORT`, of one cluster. desk: the desktop's name in the team. seed: of
    its NKey. key: the workspace's first key. ca: certificates (PEM) that are trusted beside the system's; "" for none.
    """

    servers: tuple[str, ...]
    workspace_id: str
    desk: str = msgspec.field(name="agent")
    seed: str = msgspec.field(name="s")
    key: bytes = msgspec.field(name="k")
    ca: str = ""

    def __repr__(self) -> str:
        """Without the secrets."""
        return f"Invitation({self.workspace_id}, {self.desk})"


def write(invitation: Invitation) -> str:
    """The line."""
    return PREFIX + base64.urlsafe_b64encode(msgspec.json.encode(invitation)).rstrip(b"=").decode()


def read(line: str) -> Invitation:
    """Raises NotAnInvitation. White space that a mail program put in is left out."""
    text = "".join(line.split())
    if not text.startswith(PREFIX):
        raise NotAnInvitation
    coded = text.removeprefix(PREFIX)
    try:
        raw = base64.b64decode(coded + "=" * (-len(coded) % 4), altchars=b"-_", validate=True)
        found = msgspec.json.decode(raw, type=Invitation)
    except (binascii.Error, msgspec.DecodeError, ValueError):
        raise NotAnInvitation from None
    well_formed = (
        bool(found.servers)
        and all(_SERVER.fullmatch(server) for server in found.servers)
        and is_token(found.workspace_id)
        and is_token(found.desk)
        and _SEED.fullmatch(found.seed) is not None
        and len(found.key) == KEY_BYTES
    )
    if not well_formed:
        raise NotAnInvitation
    return found
