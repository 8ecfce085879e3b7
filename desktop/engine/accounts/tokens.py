"""The tokens of all accounts: in the keyring, or in memory alone where the system has none."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection

from desktop.ports import ChannelConfig, WorkspaceConfig
from desktop.ports.machine import KeyringProblem, Secrets, SecretsUnavailable

log = logging.getLogger(__name__)

PROBE = "probe"
"""A name under which nothing is stored: reading it shows whether the keyring works, and may open its prompt."""


class TokenStore:
    """Reads and writes tokens on the loop's thread. A prompt of the system may hold up one call for minutes."""

    def __init__(self, secrets: Secrets) -> None:
        self._secrets = secrets
        self._in_memory: dict[str, str] | None = None
        self._out_of_reach: frozenset[str] = frozenset()
        self._given_up = asyncio.Event()
        self.problem: KeyringProblem | None = None
        """Why tokens are not kept; None where they are."""

    @property
    def keeps(self) -> bool:
        """Whether tokens are in the keyring, and not in memory alone."""
        return self._in_memory is None

    async def open(self) -> None:
        """Make a first call to the keyring, after which `keeps` is known."""
        asking = asyncio.ensure_future(self._secrets.read(PROBE))
        waiting = asyncio.ensure_future(self._given_up.wait())
        try:
            await asyncio.wait({asking, waiting}, return_when=asyncio.FIRST_COMPLETED)
            if not asking.done():
                raise SecretsUnavailable("nobody waits for its answer", KeyringProblem.SILENT)
            asking.result()
        except SecretsUnavailable as unavailable:
            log.info("tokens stay in memory: %s", unavailable)
            self._in_memory, self.problem = {}, unavailable.problem
        else:
            self._in_memory = self.problem = None
        finally:
            for each in (asking, waiting):
                each.cancel()

    def give_up(self) -> None:
        """End the waiting of `open`, as if there were no keyring."""
        self._given_up.set()

    def mark_unreachable(self, names: Collection[str]) -> None:
        """Tokens that an earlier start stored in the keyring, which cannot be deleted while that cannot be used."""
        self._out_of_reach = frozenset(names)

    async def read(self, name: str) -> str | None:
        """Raises SecretsUnavailable."""
        return await self._secrets.read(name) if self._in_memory is None else self._in_memory.get(name)

    async def write(self, name: str, token: str) -> None:
        """Raises SecretsUnavailable."""
        if self._in_memory is None:
            await self._secrets.write(name, token)
        else:
            self._in_memory[name] = token

    async def forget(self, name: str) -> None:
        """Raises SecretsUnavailable where the token may still be in the keyring."""
        if self._in_memory is None:
            await self._secrets.forget(name)
        elif name in self._out_of_reach:
            raise SecretsUnavailable("the keyring of this system cannot be used")
        else:
            self._in_memory.pop(name, None)


def intercom_name(workspace_id: str) -> str:
    """The name of the workspace's Intercom token."""
    return f"{workspace_id}:intercom"


def channel_name(workspace_id: str, config: ChannelConfig) -> str:
    """The name of the channel account's token."""
    return f"{workspace_id}:{config.secret_name}"


def cache_name(workspace_id: str) -> str:
    """The name of the key that the workspace's cache is encrypted with."""
    return f"{workspace_id}:cache"


def team_name(workspace_id: str) -> str:
    """The name of the invitation to the workspace's team."""
    return f"{workspace_id}:team"


def translation_name(workspace_id: str) -> str:
    """The name of the key of the workspace's translation account."""
    return f"{workspace_id}:translation"


def secret_names(workspace: WorkspaceConfig) -> tuple[str, ...]:
    """The name of every secret of one workspace. Intercom's late, so that a workspace half deleted can still be opened;
    the cache's key last, since replies that were not sent are lost with it.
    """
    ident = workspace.workspace_id
    team = (team_name(ident),) if workspace.team else ()
    translation = (translation_name(ident),) if workspace.translation is not None else ()
    channels = (channel_name(ident, c) for c in workspace.channels)
    return (*channels, *translation, *team, intercom_name(ident), cache_name(ident))
