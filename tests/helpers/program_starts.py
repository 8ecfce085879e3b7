"""Accounts of successive starts of the program on one profile."""

from __future__ import annotations

from pathlib import Path

from desktop.app.connect import Hosts, LiveConnector
from desktop.domain.model.channel import Provider
from desktop.domain.model.facts import ChannelKind
from desktop.engine.accounts.accounts import Accounts
from desktop.engine.accounts.views import TriedChannel, TriedIntercom
from desktop.ports import ChannelConfig, WorkspaceConfig
from desktop.sandbox.server import Sandbox
from desktop.system.clock import ServerClock
from desktop.system.profile import JsonProfileBook
from desktop.system.secrets import KeyringSecrets

TELEGRAM = ChannelConfig(Provider.TELEGRAM, ChannelKind.TELEGRAM, "")


class Starts:
    """Creates `Accounts` as each start of the program does.

    wiped: ids of the workspaces whose cache was deleted. disk_refuses: deleting raises PermissionError.
    """

    def __init__(self, folder: Path, sandbox: Sandbox) -> None:
        self.folder = folder
        self.connector = LiveConnector(Hosts.of_sandbox(sandbox.urls), ServerClock())
        self.wiped: list[str] = []
        self.disk_refuses = False
        self._open: list[KeyringSecrets] = []

    async def __call__(self) -> Accounts:
        secrets = KeyringSecrets("Test")
        self._open.append(secrets)
        accounts = Accounts(JsonProfileBook(self.folder), secrets, self.connector, self._wipe)
        await accounts.load()
        return accounts

    async def _wipe(self, workspace_id: str) -> None:
        if self.disk_refuses:
            raise PermissionError(13, "Permission denied")
        self.wiped.append(workspace_id)

    def close(self) -> None:
        for secrets in self._open:
            secrets.close()


async def connect_workspace(accounts: Accounts, token: str) -> WorkspaceConfig:
    tried = await accounts.try_intercom(token)
    assert isinstance(tried, TriedIntercom)
    workspace = await accounts.add_workspace(token, tried)
    assert isinstance(workspace, WorkspaceConfig)
    return workspace


async def connect_telegram(accounts: Accounts, workspace: WorkspaceConfig, sandbox: Sandbox) -> ChannelConfig:
    secret = sandbox.urls["telegram"]["token"]
    tried = await accounts.try_channel(TELEGRAM, secret)
    assert isinstance(tried, TriedChannel)
    assert isinstance(await accounts.add_channel(workspace.workspace_id, tried.config, secret), WorkspaceConfig)
    return tried.config
