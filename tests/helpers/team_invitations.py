"""Invitations to a team, as an admin hands them out, that lead to no server."""

from __future__ import annotations

import base64

from broker import make_certificates

from desktop.channels.team import invitation
from desktop.channels.team.invitation import Invitation
from desktop.channels.team.nkeys import new_seed

AGENT = "anna"
_SEED, _KEY = new_seed(), bytes(range(32))
SECRETS = (_SEED, base64.b64encode(_KEY).decode())


def make_line(workspace_id: str, *, agent: str = AGENT, seed: str = _SEED, ca: str | None = None) -> str:
    """The line. ca: None for a good certificate of the team's own."""
    return invitation.write(
        Invitation(
            ("tls://127.0.0.1:1",), workspace_id, agent, seed, _KEY, make_certificates().ca if ca is None else ca
        )
    )
