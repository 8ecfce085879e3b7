"""What is known of the user's Intercom workspaces and channel accounts, and how adapters for them are made.

Nothing here holds a secret: tokens are passed as plain arguments between the screen, `Secrets` and a `Connector`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Protocol

from desktop.domain.model.channel import Provider
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.frozen import frozen
from desktop.domain.model.reason import NO_REASON, Reason
from desktop.ports.channel import Channel
from desktop.ports.conversation_gateway import ConversationGateway
from desktop.ports.team import TeamFeed
from desktop.ports.translation import TranslationConfig, Translator


@frozen
class ChannelConfig:
    """One channel account, without its secret.

    sender: ours at the provider, as in `ChannelKey`: `+E.164`, phone number id, Messaging Service, bot id.
    name, address: as the provider reported them last; address is `+E.164` or `@bot`, "" if not reported.
    ids: what else the provider needs, by the names that `desktop.engine.accounts.forms` gives them.
    carries_bridge: a person said that the bridge uses this very number, so that its window is that of mirrored chats.
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
        """The name of its token in the `Secrets` of one workspace."""
        return f"{self.provider}:{self.channel}:{self.sender}"


@frozen
class WorkspaceConfig:
    """One Intercom workspace, without its token, its team's invitation and the key of its translation account.

    region: Intercom's word (US, EU, AU), "" if not reported. team: this computer's name in the team, "" without one.
    translation: the account that translates; None for none.
    """

    workspace_id: str
    name: str
    region: str = ""
    owner: str = ""
    channels: tuple[ChannelConfig, ...] = ()
    team: str = ""
    translation: TranslationConfig | None = None


@frozen
class TeamInvitation:
    """What an invitation to a team says beside its secrets. desk: this computer's name in the team."""

    workspace_id: str
    desk: str


@frozen
class Profile:
    """Everything that is stored between two starts. current: the workspace to open, "" for none."""

    workspaces: tuple[WorkspaceConfig, ...] = ()
    current: str = ""


@frozen
class Permission:
    """Whether a token may do something. allowed: None if only a write would show it. reason: what to do if not."""

    name: str
    allowed: bool | None
    reason: Reason = NO_REASON


class ProfileUnreadable(Exception):
    """The stored profile is invalid; its file was renamed, not deleted. kept_as: its new name."""

    def __init__(self, kept_as: str) -> None:
        super().__init__(kept_as)
        self.kept_as = kept_as


class ProfileStore(Protocol):
    """Stores the profile. `load` may raise ProfileUnreadable; both raise OSError for failures of the disk."""

    async def load(self) -> Profile:
        """Load the profile; an empty one at the first start."""
        ...

    async def save(self, profile: Profile) -> None:
        """Store the profile instead of the earlier one."""
        ...


class Connector(Protocol):
    """Makes the adapters; the only component that knows hosts."""

    async def gateway(self, token: str, region: str = "") -> ConversationGateway:
        """Make the gateway for a token. region: "" to find it by asking. Raises ProviderError, and InvalidValue for
        an impossible token."""
        ...

    async def permissions(self, gateway: ConversationGateway) -> Sequence[Permission]:
        """Test the token's permissions one by one with reads. Raises ProviderError for failures of the connection."""
        ...

    def channel(self, config: ChannelConfig, secret: str) -> Channel:
        """Make the adapter of a channel account. Raises InvalidValue."""
        ...

    def read_invitation(self, line: str) -> TeamInvitation:
        """Read the line by which a computer joins a team. Raises InvalidValue."""
        ...

    async def team(self, line: str) -> TeamFeed:
        """Make the connection to the team of an invitation, without connecting yet. Raises InvalidValue."""
        ...

    def translator(self, config: TranslationConfig, key: str) -> Translator:
        """Make the adapter of a translation account. key: "" for none. Raises InvalidValue."""
        ...
