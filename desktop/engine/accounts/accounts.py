"""Checks, stores, opens and removes the workspaces and channel accounts of this user."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import replace

from desktop.domain.model.channel import ChannelKey
from desktop.domain.model.reason import NO_REASON, Reason, join_reasons, make_reason
from desktop.engine.accounts import profile_edits as edits
from desktop.engine.accounts.profile_edits import account_title, channel_key, find_workspace
from desktop.engine.accounts.team_check import check_team
from desktop.engine.accounts.tokens import (
    TokenStore,
    cache_name,
    channel_name,
    intercom_name,
    secret_names,
    team_name,
    translation_name,
)
from desktop.engine.accounts.views import AccountsChange, Checked, Refusal, TriedChannel, TriedIntercom
from desktop.engine.changes import Listeners
from desktop.ports import (
    Account,
    Channel,
    ChannelConfig,
    Connector,
    ConversationGateway,
    InvalidValue,
    Permission,
    Profile,
    ProfileStore,
    ProviderError,
    ProviderErrorKind,
    Secrets,
    WorkspaceConfig,
)
from desktop.ports.accounts import ProfileUnreadable
from desktop.ports.machine import KeyringProblem, SecretsUnavailable
from desktop.ports.reasons import AccountReason, system_says
from desktop.ports.team import TeamFeed
from desktop.ports.translation import TranslationAccount, TranslationConfig, TranslationReason, Translator
from desktop.store.core.errors import KnownError

log = logging.getLogger(__name__)

Opened = tuple[tuple[ChannelConfig, Channel], ...]
UNKNOWN_WORKSPACE = Refusal(make_reason(AccountReason.UNKNOWN_WORKSPACE))
_KEYRING = {
    KeyringProblem.MISSING: AccountReason.KEYRING_MISSING,
    KeyringProblem.LOCKED: AccountReason.KEYRING_LOCKED,
    KeyringProblem.BROKEN: AccountReason.KEYRING_BROKEN,
    KeyringProblem.SILENT: AccountReason.KEYRING_SKIPPED,
}


async def _nothing_to_wipe(workspace_id: str) -> None:
    return None


class Accounts:
    """The accounts of this user, on the loop's thread. What a provider, the keyring or the disk refuses is a `Refusal`.

    wipe_cache: deletes the cache of a workspace that was removed. Raises OSError or the store's KnownError.
    """

    def __init__(
        self,
        book: ProfileStore,
        secrets: Secrets,
        connector: Connector,
        wipe_cache: Callable[[str], Awaitable[None]] = _nothing_to_wipe,
    ) -> None:
        self._book = book
        self._tokens = TokenStore(secrets)
        self._connector = connector
        self._wipe_cache = wipe_cache
        self._saving = asyncio.Lock()
        self._listeners = Listeners[AccountsChange]()
        self.profile = Profile()
        self.profile_error = NO_REASON
        """Why what was stored could not be read; `NO_REASON` where it could."""

    @property
    def keeps_secrets(self) -> bool:
        """False without a usable keyring: tokens live in memory until the program ends, and nothing
        else is stored either.
        """
        return self._tokens.keeps

    @property
    def keyring_error(self) -> Reason:
        """Why secrets are not stored; `NO_REASON` where they are."""
        return make_reason(_KEYRING[self._tokens.problem]) if self._tokens.problem is not None else NO_REASON

    def skip_keyring(self) -> None:
        """End the waiting of `load` for the keyring: nothing is stored then."""
        self._tokens.give_up()

    def subscribe(self, listener: Callable[[AccountsChange], None]) -> Callable[[], None]:
        """Call the listener after each change of the profile is stored. Returns a function that ends that."""
        return self._listeners.subscribe(listener)

    async def load(self) -> Profile:
        """Read the profile. May take minutes: the system's keyring may ask the user to unlock it."""
        try:
            self.profile = await self._book.load()
        except ProfileUnreadable as unreadable:
            log.warning("the profile cannot be read; it is kept as %s", unreadable.kept_as)
            self.profile_error = make_reason(AccountReason.PROFILE_PUT_ASIDE, file=unreadable.kept_as)
        except OSError as error:
            log.warning("the profile cannot be read: %s", type(error).__name__)
            self.profile_error = join_reasons(make_reason(AccountReason.PROFILE_UNREADABLE), system_says(error))
        await self._tokens.open()
        if not self.keeps_secrets:
            self._tokens.mark_unreachable([name for w in self.profile.workspaces for name in secret_names(w)])
        return self.profile

    async def aclose(self) -> None:
        """Waits for a change that is being stored; no listener is called afterwards."""
        async with self._saving:
            self._listeners = Listeners()

    # --- Intercom --------------------------------------------------------------------------------------------------

    async def try_intercom(self, token: str) -> TriedIntercom | Refusal:
        """Find the token's region and workspace, and what it may do. Stores nothing."""
        try:
            gateway = await self._connector.gateway(token)
        except InvalidValue as error:
            return Refusal(join_reasons(error.reason, make_reason(AccountReason.COPY_TOKEN_AGAIN)))
        except ProviderError as provider_error:
            return Refusal(provider_error.reason, provider_error.kind)
        try:
            return TriedIntercom(await gateway.account(), tuple(await self._connector.permissions(gateway)))
        except ProviderError as provider_error:
            return Refusal(provider_error.reason, provider_error.kind)
        finally:
            await gateway.aclose()

    async def add_workspace(self, token: str, tried: TriedIntercom) -> WorkspaceConfig | Refusal:
        """Store the token and the workspace, which becomes the current one. A known workspace gets the new token."""
        account = tried.account
        name = intercom_name(account.workspace_id)
        workspace = WorkspaceConfig(account.workspace_id, account.workspace_name, account.region, account.teammate.name)

        def with_it(profile: Profile) -> Profile:
            return replace(edits.with_workspace(profile, workspace), current=workspace.workspace_id)

        is_new = find_workspace(self.profile, account.workspace_id) is None
        try:
            await self._tokens.write(name, token.strip())
        except SecretsUnavailable:
            return Refusal(make_reason(AccountReason.TOKEN_NOT_SAVED))
        refused = await self._change(with_it, workspace.workspace_id, token=True)
        if refused is not None and is_new:
            await self._forget_quietly(name)
        return refused or find_workspace(self.profile, account.workspace_id) or workspace

    async def remove_workspace(self, workspace_id: str) -> Profile | Refusal:
        """Delete the workspace's tokens, then the workspace, then its cache. It stays where the keyring does not delete
        a token.
        """
        workspace = find_workspace(self.profile, workspace_id)
        if workspace is None:
            return self.profile
        for name in secret_names(workspace):
            try:
                await self._tokens.forget(name)
            except SecretsUnavailable:
                return _refuse(AccountReason.TOKEN_NOT_DELETED, workspace.name or workspace_id)
        refused = await self._change(lambda profile: edits.without_workspace(profile, workspace_id), workspace_id)
        if refused is not None:
            return refused
        try:
            await self._wipe_cache(workspace_id)
        except (KnownError, OSError) as error:
            return Refusal(cache_not_deleted(workspace.name or workspace_id, error))
        return self.profile

    async def choose_workspace(self, workspace_id: str) -> Profile | Refusal:
        """Make it the current one, at this start and the next."""
        if find_workspace(self.profile, workspace_id) is None:
            return UNKNOWN_WORKSPACE
        refused = await self._change(lambda profile: replace(profile, current=workspace_id), workspace_id)
        return refused or self.profile

    async def open_gateway(self, workspace: WorkspaceConfig) -> ConversationGateway | Refusal:
        """Asks only the keyring where the region is known. A Refusal with SIGNED_OUT: the token has to be entered."""
        name = workspace.name or workspace.workspace_id
        token = await self._read_token(intercom_name(workspace.workspace_id), name)
        if isinstance(token, Refusal):
            return token
        try:
            return await self._connector.gateway(token, workspace.region)
        except InvalidValue as error:
            again = make_reason(AccountReason.ENTER_TOKEN_AGAIN, account=name)
            return Refusal(join_reasons(error.reason, again), ProviderErrorKind.SIGNED_OUT)
        except ProviderError as provider_error:
            return Refusal(provider_error.reason, provider_error.kind)

    async def _read_token(self, secret_name: str, title: str) -> str | Refusal:
        """title: of the account, for the refusal where there is no token."""
        try:
            token = await self._tokens.read(secret_name)
        except SecretsUnavailable:
            return _refuse(AccountReason.TOKEN_NOT_GIVEN, title)
        if token is not None:
            return token
        code = AccountReason.TOKEN_GONE if self.keeps_secrets else AccountReason.TOKEN_NEEDED
        needed = make_reason(code, account=title)
        return Refusal(join_reasons(self.keyring_error, needed), ProviderErrorKind.SIGNED_OUT)

    async def cache_key(self, workspace_id: str) -> str | Refusal | None:
        """The key that `save_cache_key` stored; None for none."""
        try:
            return await self._tokens.read(cache_name(workspace_id))
        except SecretsUnavailable:
            return Refusal(make_reason(AccountReason.CACHE_KEY_NOT_GIVEN))

    async def save_cache_key(self, workspace_id: str, secret: str) -> Refusal | None:
        """Store the key and read it back: what is encrypted with a key that is not stored is lost."""
        name = cache_name(workspace_id)
        try:
            await self._tokens.write(name, secret)
            if await self._tokens.read(name) == secret:
                return None
        except SecretsUnavailable:
            pass
        return Refusal(make_reason(AccountReason.CACHE_KEY_NOT_SAVED))

    # --- channels --------------------------------------------------------------------------------------------------

    async def try_channel(self, config: ChannelConfig, secret: str) -> TriedChannel | Refusal:
        """Ask the provider whose credential it is; fills name, address and sender. Stores nothing."""
        try:
            channel = self._connector.channel(config, secret)
        except InvalidValue as error:
            return Refusal(error.reason, field=error.field)
        try:
            found = await channel.check()
        except ProviderError as provider_error:
            return Refusal(provider_error.reason, provider_error.kind)
        finally:
            await channel.aclose()
        address = found.address or config.address
        return TriedChannel(replace(config, sender=channel.key.sender, name=found.name, address=address), found.remarks)

    async def add_channel(self, workspace_id: str, config: ChannelConfig, secret: str) -> WorkspaceConfig | Refusal:
        """Replaces one with the same sender. config: as `try_channel` returned it."""
        existing = find_workspace(self.profile, workspace_id)
        if existing is None:
            return UNKNOWN_WORKSPACE
        key, name = channel_key(config), channel_name(workspace_id, config)
        try:
            await self._tokens.write(name, secret.strip())
        except SecretsUnavailable:
            return Refusal(make_reason(AccountReason.KEY_NOT_SAVED))
        refused = await self._change(
            lambda profile: edits.with_channel(profile, workspace_id, config), workspace_id, key
        )
        now = find_workspace(self.profile, workspace_id)
        if now is None or (refused is not None and key not in map(channel_key, existing.channels)):
            await self._forget_quietly(name)
        return refused or now or UNKNOWN_WORKSPACE

    async def remove_channel(self, workspace_id: str, config: ChannelConfig) -> WorkspaceConfig | Refusal:
        """Delete its token, then the account, which stays where the keyring does not delete the token."""
        try:
            await self._tokens.forget(channel_name(workspace_id, config))
        except SecretsUnavailable:
            return _refuse(AccountReason.TOKEN_NOT_DELETED, account_title(config))
        refused = await self._change(
            lambda profile: edits.without_channel(profile, workspace_id, config), workspace_id, channel_key(config)
        )
        return refused or find_workspace(self.profile, workspace_id) or UNKNOWN_WORKSPACE

    async def open_channels(self, workspace: WorkspaceConfig) -> tuple[Opened, tuple[Checked, ...]]:
        """The accounts that could be opened, and what to do about the others. Asks only the keyring."""
        opened: list[tuple[ChannelConfig, Channel]] = []
        closed: list[Checked] = []
        for config in workspace.channels:
            channel = await self.open_channel(workspace.workspace_id, config)
            if isinstance(channel, Refusal):
                closed.append(Checked(account_title(config), False, channel.reason, channel_key(config)))
            else:
                opened.append((config, channel))
        return tuple(opened), tuple(closed)

    async def open_channel(self, workspace_id: str, config: ChannelConfig) -> Channel | Refusal:
        """Asks only the keyring."""
        secret = await self._read_token(channel_name(workspace_id, config), account_title(config))
        if isinstance(secret, Refusal):
            return secret
        try:
            return self._connector.channel(config, secret)
        except InvalidValue as error:
            return Refusal(error.reason, field=error.field)

    # --- the team --------------------------------------------------------------------------------------------------

    async def join_team(self, workspace_id: str, line: str) -> WorkspaceConfig | Refusal:
        """Store an invitation, in place of an earlier one. Asks nobody whether it still holds."""
        existing = find_workspace(self.profile, workspace_id)
        if existing is None:
            return UNKNOWN_WORKSPACE
        try:
            invitation = self._connector.read_invitation(line)
        except InvalidValue as error:
            return Refusal(error.reason, field=error.field)
        if invitation.workspace_id != workspace_id:
            other = find_workspace(self.profile, invitation.workspace_id)
            name = other.name if other is not None and other.name else invitation.workspace_id
            here = existing.name or workspace_id
            return Refusal(make_reason(AccountReason.INVITATION_OF_OTHER, name=name, here=here))
        try:
            await self._tokens.write(team_name(workspace_id), "".join(line.split()))
        except SecretsUnavailable:
            return Refusal(make_reason(AccountReason.INVITATION_NOT_SAVED))
        refused = await self._change(
            lambda profile: edits.with_team(profile, workspace_id, invitation.desk), workspace_id, team=True
        )
        now = find_workspace(self.profile, workspace_id)
        if now is None or (refused is not None and not existing.team):
            await self._forget_quietly(team_name(workspace_id))
        return refused or now or UNKNOWN_WORKSPACE

    async def leave_team(self, workspace_id: str) -> WorkspaceConfig | Refusal:
        """Delete the invitation, and forget the team, which stays where the keyring does not delete it."""
        try:
            await self._tokens.forget(team_name(workspace_id))
        except SecretsUnavailable:
            return Refusal(make_reason(AccountReason.INVITATION_NOT_DELETED))
        refused = await self._change(
            lambda profile: edits.with_team(profile, workspace_id, ""), workspace_id, team=True
        )
        return refused or find_workspace(self.profile, workspace_id) or UNKNOWN_WORKSPACE

    async def open_team(self, workspace: WorkspaceConfig) -> TeamFeed | Refusal | None:
        """The connection to the workspace's team, None for no team. Asks only the keyring."""
        if not workspace.team:
            return None
        try:
            line = await self._tokens.read(team_name(workspace.workspace_id))
        except SecretsUnavailable:
            return Refusal(make_reason(AccountReason.INVITATION_NOT_GIVEN))
        if line is None:
            return Refusal(make_reason(AccountReason.INVITATION_GONE))
        try:
            return await self._connector.team(line)
        except InvalidValue as error:
            return Refusal(error.reason)

    async def check_team(self, workspace: WorkspaceConfig) -> tuple[bool, Reason]:
        """Whether all is well with the team, or there is none; and its state, or what to do."""
        team = await self.open_team(workspace)
        if team is None:
            return True, make_reason(AccountReason.NO_TEAM)
        return (False, team.reason) if isinstance(team, Refusal) else await check_team(team)

    # --- translation -----------------------------------------------------------------------------------------------

    async def try_translation(
        self, workspace_id: str, config: TranslationConfig, key: str
    ) -> TranslationAccount | Refusal:
        """Test an account with no text of anybody. key: "" for the one that is stored. Stores nothing."""
        secret = await self._translation_key(workspace_id, config, key)
        if isinstance(secret, Refusal):
            return secret
        try:
            translator = self._connector.translator(config, secret)
        except InvalidValue as error:
            return Refusal(error.reason, field=error.field)
        try:
            return await translator.check()
        except ProviderError as provider_error:
            return Refusal(provider_error.reason, provider_error.kind)
        finally:
            await translator.aclose()

    async def save_translation(
        self, workspace_id: str, config: TranslationConfig, key: str
    ) -> WorkspaceConfig | Refusal:
        """Store the account in place of an earlier one. key: "" keeps the one that is stored, or is none."""
        existing, name = find_workspace(self.profile, workspace_id), translation_name(workspace_id)
        if existing is None:
            return UNKNOWN_WORKSPACE
        try:
            if key.strip():
                await self._tokens.write(name, key.strip())
            elif not config.has_key:
                await self._tokens.forget(name)
        except SecretsUnavailable:
            return Refusal(make_reason(TranslationReason.KEY_NOT_SAVED))
        refused = await self._change(
            lambda profile: edits.with_translation(profile, workspace_id, config), workspace_id, translation=True
        )
        now = find_workspace(self.profile, workspace_id)
        if now is None or (refused is not None and existing.translation is None):
            await self._forget_quietly(name)
        return refused or now or UNKNOWN_WORKSPACE

    async def remove_translation(self, workspace_id: str) -> WorkspaceConfig | Refusal:
        """Delete the account's key, then the account, which stays where the keyring does not delete the key."""
        try:
            await self._tokens.forget(translation_name(workspace_id))
        except SecretsUnavailable:
            return Refusal(make_reason(TranslationReason.KEY_NOT_DELETED))
        refused = await self._change(
            lambda profile: edits.with_translation(profile, workspace_id, None), workspace_id, translation=True
        )
        return refused or find_workspace(self.profile, workspace_id) or UNKNOWN_WORKSPACE

    async def open_translation(self, workspace: WorkspaceConfig) -> Translator | Refusal | None:
        """The adapter of the workspace's account, None for no account. Asks only the keyring."""
        if workspace.translation is None:
            return None
        secret = await self._translation_key(workspace.workspace_id, workspace.translation, "")
        if isinstance(secret, Refusal):
            return secret
        try:
            return self._connector.translator(workspace.translation, secret)
        except InvalidValue as error:
            return Refusal(error.reason, field=error.field)

    async def _translation_key(self, workspace_id: str, config: TranslationConfig, key: str) -> str | Refusal:
        if key.strip() or not config.has_key:
            return key.strip()
        gone = Refusal(make_reason(TranslationReason.KEY_GONE, provider=config.service.display_name), field="secret")
        try:
            return await self._tokens.read(translation_name(workspace_id)) or gone
        except SecretsUnavailable:
            return gone

    # --- all of them -----------------------------------------------------------------------------------------------

    async def check_all(self) -> AsyncIterator[Checked]:
        """Check every account in turn, and yield each result as soon as it is known."""
        for workspace in self.profile.workspaces:
            yield await self._check_workspace(workspace)
            for config in workspace.channels:
                yield await self._check_channel(workspace, config)

    async def _check_workspace(self, workspace: WorkspaceConfig) -> Checked:
        title = f"Intercom · {workspace.name or workspace.workspace_id}"
        gateway = await self.open_gateway(workspace)
        if isinstance(gateway, Refusal):
            return Checked(title, False, gateway.reason)
        try:
            account, permissions = await gateway.account(), await self._connector.permissions(gateway)
        except ProviderError as error:
            return Checked(title, False, error.reason)
        finally:
            await gateway.aclose()
        return _checked_workspace(title, workspace, account, permissions)

    async def _check_channel(self, workspace: WorkspaceConfig, config: ChannelConfig) -> Checked:
        title, key = account_title(config), channel_key(config)
        channel = await self.open_channel(workspace.workspace_id, config)
        if isinstance(channel, Refusal):
            return Checked(title, False, channel.reason, key)
        try:
            found = await channel.check()
        except ProviderError as error:
            return Checked(title, False, error.reason, key)
        finally:
            await channel.aclose()
        answers = make_reason(AccountReason.ANSWERS)
        if found.name:
            answers = make_reason(AccountReason.ANSWERS_AS, name=found.name)
        return Checked(title, True, join_reasons(answers, *found.remarks), key)

    # --- keeping ---------------------------------------------------------------------------------------------------

    async def _change(
        self,
        change: Callable[[Profile], Profile],
        workspace_id: str,
        channel: ChannelKey | None = None,
        *,
        token: bool = False,
        team: bool = False,
        translation: bool = False,
    ) -> Refusal | None:
        """One change after the other: the keyring may have held this one for minutes while another was made."""
        async with self._saving:
            changed = change(self.profile)
            if self.keeps_secrets:
                try:
                    await self._book.save(changed)
                except OSError as error:
                    return Refusal(join_reasons(make_reason(AccountReason.NOT_SAVED), system_says(error)))
            self.profile = changed
        concerned = frozenset() if channel is None else frozenset({channel})
        self._listeners.publish(AccountsChange(changed, workspace_id, concerned, token, team, translation))
        return None

    async def _forget_quietly(self, name: str) -> None:
        try:
            await self._tokens.forget(name)
        except SecretsUnavailable:
            log.warning("a token stays in the keyring although its account was not kept")


def cache_not_deleted(name: str, error: KnownError | OSError) -> Reason:
    """The cache of a removed workspace, with this name, could not be deleted."""
    why = error.reason if isinstance(error, KnownError) else system_says(error)
    return join_reasons(make_reason(AccountReason.CACHE_NOT_DELETED, account=name), why)


def _refuse(code: AccountReason, account: str) -> Refusal:
    return Refusal(make_reason(code, account=account))


def _checked_workspace(
    title: str, expected: WorkspaceConfig, account: Account, permissions: Sequence[Permission]
) -> Checked:
    """The result for a token that was accepted."""
    if account.workspace_id != expected.workspace_id:
        name = account.workspace_name or account.workspace_id
        return Checked(title, False, make_reason(AccountReason.OTHER_WORKSPACE, name=name))
    missing = join_reasons(*(p.reason for p in permissions if p.allowed is False))
    if missing:
        return Checked(title, False, missing)
    if name := account.teammate.name:
        return Checked(title, True, make_reason(AccountReason.TOKEN_READS_ALL, name=name))
    return Checked(title, True, make_reason(AccountReason.NAMELESS_TOKEN_READS_ALL))
