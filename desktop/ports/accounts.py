"""Accounts: what is known of the user's Intercom workspaces and channel accounts, and how they are reached.

Nothing here holds a secret: tokens travel as plain arguments between the screen, `Secrets` and a `Connector`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from desktop.domain.model.channel import Provider
from desktop.domain.model.facts import ChannelKind
from desktop.ports.channel import Channel
from desktop.ports.conversation_gateway import ConversationGateway


@dataclass(frozen=True, slots=True)
class ChannelConfig:
    """One channel account, without its secret.

    sender: ours at the provider, as in `ChannelKey`: `+E.164`, phone number id, Messaging Service, bot id.
    name, address: as the provider called it when it was checked last; address is `+E.164` or `@bot`, "" if not told.
    ids: what else the provider needs, by the names that `desktop.engine.accounts.forms` gives them.
    carries_bridge: a person said that the bridge uses this very number, so that its window is the mirrored chats'.
    """

    provider: Provider
    channel: ChannelKind
    sender: str
    name: str = ""
    address: str = ""
    ids: Mapping[str, str] = field(default_factory=dict)
    carries_bridge: bool = False

    @property
    def secret_name(self) -> str:
        """Of its token among the `Secrets` of one workspace."""
        return f"{self.provider}:{self.channel}:{self.sender}"


@dataclass(frozen=True, slots=True)
class WorkspaceConfig:
    """One Intercom workspace, without its token. region: Intercom's word (US, EU, AU), "" if not told."""

    workspace_id: str
    name: str
    region: str = ""
    owner: str = ""
    channels: tuple[ChannelConfig, ...] = ()


@dataclass(frozen=True, slots=True)
class Profile:
    """Everything remembered between two starts. current: the workspace to open, "" for none."""

    workspaces: tuple[WorkspaceConfig, ...] = ()
    current: str = ""


@dataclass(frozen=True, slots=True)
class Permission:
    """Whether a token may do something. allowed None: only a write would tell. sentence: what to do if it may not."""

    name: str
    allowed: bool | None
    sentence: str = ""


class ProfileUnreadable(Exception):
    """What is kept makes no sense; it was put aside, not lost. sentence: for the agent, with its new name."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class ProfileStore(Protocol):
    """Where the profile is kept. `load` may raise ProfileUnreadable; both raise OSError where the disk is to blame."""

    async def load(self) -> Profile: ...

    async def save(self, profile: Profile) -> None: ...


class Connector(Protocol):
    """Makes the adapters. The only place that knows hosts."""

    async def gateway(self, token: str, region: str = "") -> ConversationGateway:
        """region: "" finds it, by asking. Raises ProviderError, and ValueError for what can be no token."""
        ...

    async def permissions(self, gateway: ConversationGateway) -> Sequence[Permission]:
        """Asked for harmlessly, one by one. Raises ProviderError for trouble of the connection alone."""
        ...

    def channel(self, config: ChannelConfig, secret: str) -> Channel:
        """Raises ValueError with a sentence for values that cannot be right."""
        ...
