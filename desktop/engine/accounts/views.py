"""What the wizard, the accounts page and the doctor show, as frozen data. Holds no secret."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from desktop.domain.model.channel import ChannelKey
from desktop.domain.model.reason import NO_REASON, Reason
from desktop.ports import Account, ChannelConfig, Permission, Profile, ProviderErrorKind


@dataclass(frozen=True, slots=True)
class Refusal:
    """A check or change that failed. reason: what happened and the next step, for people.

    kind: of a provider's refusal. field: what was typed in wrong, as `InvalidValue.field`; "" for anything else.
    """

    reason: Reason
    kind: ProviderErrorKind | None = None
    field: str = ""


@dataclass(frozen=True, slots=True)
class TriedIntercom:
    """A token that was accepted. permissions: asked for one by one; those that only a write would show have None."""

    account: Account
    permissions: tuple[Permission, ...] = ()


@dataclass(frozen=True, slots=True)
class TriedChannel:
    """A channel account that answered.

    config: with the name and address that the provider returned.
    remarks: what people should read, e.g. that a connector receives this bot's messages.
    """

    config: ChannelConfig
    remarks: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Checked:
    """One line of the doctor.

    what: "Intercom · Acme", "Telegram · @acme_bot".
    reason: its state, or what to do.
    """

    what: str
    ok: bool
    reason: Reason
    key: ChannelKey | None = None


@dataclass(frozen=True, slots=True)
class ChannelView:
    """A connected channel account and how its last use ended. error: `NO_REASON` when all is well."""

    config: ChannelConfig
    key: ChannelKey
    error: Reason = NO_REASON
    checked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AccountsChange:
    """The profile has changed.

    workspace_id: the workspace concerned.
    channels: its channel accounts that were added, removed or given another token.
    token: it has another Intercom token.
    """

    profile: Profile
    workspace_id: str
    channels: frozenset[ChannelKey] = frozenset()
    token: bool = False
