"""What the wizard, the accounts page and the doctor show, as frozen data. Holds no secret."""

from __future__ import annotations

from datetime import datetime

import msgspec

from desktop.domain.content.translation import OwnText, TranslationService
from desktop.domain.model.channel import ChannelKey
from desktop.domain.model.reason import NO_REASON, Reason
from desktop.ports import Account, ChannelConfig, Permission, Profile, ProviderErrorKind


class Refusal(msgspec.Struct, frozen=True):
    """A check or change that failed. reason: what happened and the next step, for people.

    kind: of a provider's refusal. field: what was typed in wrong, as `InvalidValue.field`; "" for anything else.
    """

    reason: Reason
    kind: ProviderErrorKind | None = None
    field: str = ""


class TriedIntercom(msgspec.Struct, frozen=True):
    """A token that was accepted. permissions: asked for one by one; those that only a write would show have None."""

    account: Account
    permissions: tuple[Permission, ...] = ()


class TriedChannel(msgspec.Struct, frozen=True):
    """A channel account that answered.

    config: with the name and address that the provider returned.
    remarks: what people should read, e.g. that a connector receives this bot's messages.
    """

    config: ChannelConfig
    remarks: tuple[Reason, ...] = ()


class Checked(msgspec.Struct, frozen=True):
    """One line of the doctor.

    what: "Intercom · Acme", "Telegram · @acme_bot".
    reason: its state, or what to do.
    """

    what: str
    ok: bool
    reason: Reason
    key: ChannelKey | None = None


class ChannelView(msgspec.Struct, frozen=True):
    """A connected channel account and how its last use ended. error: `NO_REASON` when all is well."""

    config: ChannelConfig
    key: ChannelKey
    error: Reason = NO_REASON
    checked_at: datetime | None = None


class AccountsChange(msgspec.Struct, frozen=True):
    """The profile has changed.

    workspace_id: the workspace concerned.
    channels: its channel accounts that were added, removed or given another token.
    token: it has another Intercom token.
    team: this computer joined or left its team.
    translation: it has another translation account, or none any more.
    """

    profile: Profile
    workspace_id: str
    channels: frozenset[ChannelKey] = frozenset()
    token: bool = False
    team: bool = False
    translation: bool = False


class TranslationView(msgspec.Struct, frozen=True):
    """The translation account in use. host: where texts are sent to. language: of the agent. languages: all into which
    the service translates.
    """

    service: TranslationService
    host: str
    language: str
    languages: tuple[str, ...]


class TranslatedDraft(msgspec.Struct, frozen=True):
    """text: the translation of what the agent wrote, which is `own`."""

    text: str
    own: OwnText
