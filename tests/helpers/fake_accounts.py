"""Accounts with prepared answers and a profile in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace

from reasons import said

from desktop.domain.model.reason import NO_REASON
from desktop.engine.accounts.views import AccountsChange, Checked, Refusal, TriedChannel, TriedIntercom
from desktop.ports import Account, ChannelConfig, Permission, Profile, Teammate, WorkspaceConfig
from desktop.ports.translation import TranslationAccount, TranslationConfig

OWNER = Teammate("91", "Maria Lind")
TRIED = TriedIntercom(
    Account("w1", "Shop", OWNER, "EU", "https://inbox/{conversation_id}"),
    (
        Permission("Read conversations", True),
        Permission("Read teammates", False, said("Teammates cannot be listed. Allow “Read admins” for your app.")),
        Permission("Reply", None, said("Intercom tells only when a reply is sent.")),
    ),
)


class FakeAccounts:
    """Records all calls.

    tried, channel: results of the checks. refused: result of every change, if set.
    """

    def __init__(self) -> None:
        self.keeps_secrets = True
        self.keyring_error = self.profile_error = NO_REASON
        self.profile = Profile()
        self.tried: TriedIntercom | Refusal = TRIED
        self.channel: TriedChannel | Refusal | None = None
        self.refused: Refusal | None = None
        self.checked: tuple[Checked, ...] = ()
        self.calls: list[tuple[object, ...]] = []
        self._listeners: list[Callable[[AccountsChange], None]] = []

    def subscribe(self, listener: Callable[[AccountsChange], None]) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    async def try_intercom(self, token: str) -> TriedIntercom | Refusal:
        self.calls.append(("try_intercom", token))
        return self.tried

    async def add_workspace(self, token: str, tried: TriedIntercom) -> WorkspaceConfig | Refusal:
        self.calls.append(("add_workspace", token))
        account = tried.account
        found = WorkspaceConfig(account.workspace_id, account.workspace_name, account.region, account.teammate.name)
        others = tuple(w for w in self.profile.workspaces if w.workspace_id != found.workspace_id)
        return self._changed(Profile((*others, found), found.workspace_id), found.workspace_id) or found

    async def choose_workspace(self, workspace_id: str) -> Profile | Refusal:
        self.calls.append(("choose_workspace", workspace_id))
        return self._changed(replace(self.profile, current=workspace_id), workspace_id) or self.profile

    async def remove_workspace(self, workspace_id: str) -> Profile | Refusal:
        self.calls.append(("remove_workspace", workspace_id))
        left = tuple(w for w in self.profile.workspaces if w.workspace_id != workspace_id)
        return self._changed(replace(self.profile, workspaces=left), workspace_id) or self.profile

    async def try_channel(self, config: ChannelConfig, secret: str) -> TriedChannel | Refusal:
        self.calls.append(("try_channel", config, secret))
        return self.channel or TriedChannel(replace(config, name="Shop", address=config.sender))

    async def add_channel(self, workspace_id: str, config: ChannelConfig, secret: str) -> WorkspaceConfig | Refusal:
        self.calls.append(("add_channel", workspace_id, config, secret))
        return self._with_channels(workspace_id, (*self._of(workspace_id).channels, config))

    async def remove_channel(self, workspace_id: str, config: ChannelConfig) -> WorkspaceConfig | Refusal:
        self.calls.append(("remove_channel", workspace_id, config))
        return self._with_channels(workspace_id, tuple(c for c in self._of(workspace_id).channels if c != config))

    async def join_team(self, workspace_id: str, line: str) -> WorkspaceConfig | Refusal:
        self.calls.append(("join_team", workspace_id, line))
        return self._with_team(workspace_id, "maria")

    async def leave_team(self, workspace_id: str) -> WorkspaceConfig | Refusal:
        self.calls.append(("leave_team", workspace_id))
        return self._with_team(workspace_id, "")

    async def try_translation(
        self, workspace_id: str, config: TranslationConfig, key: str
    ) -> TranslationAccount | Refusal:
        self.calls.append(("try_translation", config, key))
        return self.refused or TranslationAccount("api.deepl.com", ("DE", "EN-GB", "ES", "PT-BR"), 1200, 500_000)

    async def save_translation(
        self, workspace_id: str, config: TranslationConfig, key: str
    ) -> WorkspaceConfig | Refusal:
        self.calls.append(("save_translation", config, key))
        return self._with(replace(self._of(workspace_id), translation=config))

    async def remove_translation(self, workspace_id: str) -> WorkspaceConfig | Refusal:
        self.calls.append(("remove_translation", workspace_id))
        return self._with(replace(self._of(workspace_id), translation=None))

    async def check_all(self) -> AsyncIterator[Checked]:
        for line in self.checked:
            yield line

    def _of(self, workspace_id: str) -> WorkspaceConfig:
        return next(w for w in self.profile.workspaces if w.workspace_id == workspace_id)

    def _with_channels(self, workspace_id: str, channels: tuple[ChannelConfig, ...]) -> WorkspaceConfig | Refusal:
        return self._with(replace(self._of(workspace_id), channels=channels))

    def _with_team(self, workspace_id: str, agent: str) -> WorkspaceConfig | Refusal:
        return self._with(replace(self._of(workspace_id), team=agent))

    def _with(self, now: WorkspaceConfig) -> WorkspaceConfig | Refusal:
        others = (w for w in self.profile.workspaces if w.workspace_id != now.workspace_id)
        return self._changed(replace(self.profile, workspaces=(*others, now)), now.workspace_id) or now

    def _changed(self, profile: Profile, workspace_id: str) -> Refusal | None:
        if self.refused is None:
            self.profile = profile
            for listener in tuple(self._listeners):
                listener(AccountsChange(profile, workspace_id))
        return self.refused
