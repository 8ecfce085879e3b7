"""Accounts against the sandbox over HTTP: connected, checked, forgotten."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest
from msgspec import structs
from program_starts import TELEGRAM, connect_telegram, connect_workspace

from desktop.app.connect import sandbox_channels
from desktop.domain.model.channel import Provider
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.reason import make_reason
from desktop.engine.accounts.profile_edits import channel_key
from desktop.engine.accounts.views import AccountsChange, Refusal, TriedChannel, TriedIntercom
from desktop.ports import ChannelConfig, Profile, ProviderErrorKind, WorkspaceConfig
from desktop.ports.reasons import ProviderReason
from desktop.sandbox.model.settings import Fault
from desktop.sandbox.server import Sandbox
from desktop.text.reasons.describe import describe


def fail(sandbox: Sandbox, *faults: Fault) -> None:
    with sandbox.lock:
        sandbox.world.settings.fail_next.extend(faults)


# --- connecting ------------------------------------------------------------------------------------------------------


async def test_trying_a_token_tells_whose_it_is_and_keeps_nothing(accounts, token, ring, start):
    tried = await accounts.try_intercom(f"  {token}\n")
    assert isinstance(tried, TriedIntercom)
    assert (tried.account.workspace_name, tried.account.teammate.name) == ("Harbour Parcels", "Lukas Brandt")
    allowed = {p.name: p.allowed for p in tried.permissions}
    assert allowed["Read conversations"] is True
    assert allowed["Write conversations"] is None
    assert (ring.passwords, accounts.profile, start.folder.exists()) == ({}, Profile(), False)


async def test_what_was_connected_is_there_at_the_next_start(accounts, token, sandbox, ring, start):
    workspace = await connect_workspace(accounts, token)
    telegram = await connect_telegram(accounts, workspace, sandbox)
    assert ring.names() == {"sbx7pt3q:intercom", f"sbx7pt3q:telegram:telegram:{telegram.sender}"}

    again = await start()
    assert again.profile == accounts.profile
    assert again.profile.current == "sbx7pt3q"
    (kept,) = again.profile.workspaces
    assert (kept.name, kept.region, kept.owner, kept.channels) == ("Harbour Parcels", "US", "Lukas Brandt", (telegram,))
    gateway = await again.open_gateway(kept)
    assert not isinstance(gateway, Refusal)
    assert (await gateway.account()).workspace_id == "sbx7pt3q"
    await gateway.aclose()
    opened, closed = await again.open_channels(kept)
    assert [channel.key for _, channel in opened] == [channel_key(telegram)]
    assert closed == ()
    for _, channel in opened:
        await channel.aclose()


async def test_a_workspace_connected_again_keeps_its_channels(accounts, token, sandbox, ring):
    workspace = await connect_workspace(accounts, token)
    telegram = await connect_telegram(accounts, workspace, sandbox)
    heard: list[AccountsChange] = []
    accounts.subscribe(heard.append)
    assert (await connect_workspace(accounts, token)).channels == (telegram,)
    assert len(accounts.profile.workspaces) == 1
    assert [(change.workspace_id, change.token) for change in heard] == [("sbx7pt3q", True)]


async def test_a_channel_is_named_as_its_provider_names_it(accounts, sandbox):
    secret = sandbox.urls["telegram"]["token"]
    tried = await accounts.try_channel(TELEGRAM, secret)
    assert isinstance(tried, TriedChannel)
    assert (tried.config.sender, tried.config.address) == (secret.partition(":")[0], "@HarbourParcelsBot")
    assert tried.remarks[0] == make_reason(ProviderReason.BOT_READ_ELSEWHERE)


async def test_every_kind_of_channel_can_be_connected_and_is_checked(accounts, token, sandbox, start):
    workspace = await connect_workspace(accounts, token)
    for config, secret in await sandbox_channels(start.connector, sandbox.urls):
        tried = await accounts.try_channel(config, secret)
        assert isinstance(tried, TriedChannel)
        assert tried.config == config
        await accounts.add_channel(workspace.workspace_id, tried.config, secret)
    lines = [line async for line in accounts.check_all()]
    assert [line.what for line in lines] == [
        "Intercom · Harbour Parcels",
        "WhatsApp · +35315550100",
        "Octopods WhatsApp · +35315550100",
        "Twilio SMS · +35315550199",
        "Telegram · @HarbourParcelsBot",
    ]
    assert all(line.ok for line in lines)


async def test_a_number_is_kept_without_the_spaces_it_was_typed_with(accounts, sandbox):
    typed = ChannelConfig(Provider.OCTOPODS, ChannelKind.WHATSAPP, " +353 1 555 0100 ")
    tried = await accounts.try_channel(typed, sandbox.urls["octopods"]["waba_key"])
    assert isinstance(tried, TriedChannel)
    assert tried.config.sender == "+35315550100"


@pytest.mark.parametrize(
    ("provider", "sender", "ids", "word"),
    [
        (Provider.OCTOPODS, "0155501", {}, "country code"),
        (Provider.DIALOG360, "", {}, "country code"),
        (Provider.WHATSAPP, "+35315550100", {"account_id": "1"}, "phone number ID"),
        (Provider.WHATSAPP, "106540352242922", {"account_id": "Harbour"}, "business account ID"),
        (Provider.WHATSAPP, "106540352242922", {"account_id": "1", "version": "latest"}, "v26.0"),
        (Provider.TWILIO, "+35315550199", {"account_sid": "SK" + "0" * 32}, "starts with AC"),
        (Provider.TWILIO, "+35315550199", {"account_sid": "AC" + "0" * 32, "user": "me"}, "starts with SK"),
        (Provider.TWILIO, "MG12", {"account_sid": "AC" + "0" * 32}, "starts with MG"),
        (Provider.TELEGRAM, "", {}, "bot's token"),
    ],
)
async def test_what_cannot_be_right_is_said_before_anybody_is_asked(accounts, provider, sender, ids, word):
    refused = await accounts.try_channel(ChannelConfig(provider, ChannelKind.WHATSAPP, sender, ids=ids), "secret")
    assert isinstance(refused, Refusal)
    assert word.casefold() in describe(refused.reason).casefold()
    assert describe(refused.reason).endswith(".")


@pytest.mark.parametrize("secret", ["", "   ", "two words", "tökén", "zero​width"])
async def test_what_no_header_can_carry_is_refused_in_words(accounts, secret):
    for answer in (await accounts.try_intercom(secret), await accounts.try_channel(TELEGRAM, secret)):
        assert isinstance(answer, Refusal)
        assert describe(answer.reason).startswith("This can't be a token")
        assert not secret.strip() or secret not in describe(answer.reason)


async def test_a_wrong_token_says_where_the_right_one_is(accounts):
    refused = await accounts.try_intercom("wrong")
    assert isinstance(refused, Refusal)
    assert refused.kind is ProviderErrorKind.SIGNED_OUT
    assert "Developer Hub > your app > Configure > Authentication" in describe(refused.reason)


@pytest.mark.parametrize(
    ("path", "name", "loss"),
    [
        ("/admins$", "Read admins", "who you are"),
        ("/conversations/search$", "Read conversations", "no conversation"),
        ("/contacts/search$", "Read and list users and companies", "phone numbers"),
        ("/tags$", "Read tags", "tags can't be chosen"),
        ("/macros$", "Macros", "none in the composer"),
    ],
)
async def test_a_missing_permission_is_named_with_what_it_costs(accounts, token, sandbox, path, name, loss):
    workspace = await connect_workspace(accounts, token)
    fail(sandbox, Fault("*", path, "status", status=403))
    tried = await accounts.try_intercom(token)
    assert isinstance(tried, TriedIntercom)
    (missing,) = [p for p in tried.permissions if p.allowed is False]
    assert missing.name == name
    assert loss in describe(missing.reason)
    assert "Developer Hub > your app > Configure > Authentication" in describe(missing.reason)

    fail(sandbox, Fault("*", path, "status", status=403))
    (line,) = [line async for line in accounts.check_all()]
    assert (line.what, line.ok, describe(line.reason)) == (
        f"Intercom · {workspace.name}",
        False,
        describe(missing.reason),
    )


async def test_a_question_that_is_not_understood_tells_nothing_of_permissions(accounts, token, sandbox):
    fail(sandbox, Fault("*", "/macros$", "status", status=404))
    tried = await accounts.try_intercom(token)
    assert isinstance(tried, TriedIntercom)
    assert {p.name: p.allowed for p in tried.permissions}["Macros"] is None


# --- forgetting ------------------------------------------------------------------------------------------------------


async def test_removing_a_channel_forgets_its_token(accounts, token, sandbox, ring):
    workspace = await connect_workspace(accounts, token)
    telegram = await connect_telegram(accounts, workspace, sandbox)
    heard: list[AccountsChange] = []
    accounts.subscribe(heard.append)
    left = await accounts.remove_channel(workspace.workspace_id, telegram)
    assert isinstance(left, WorkspaceConfig)
    assert left.channels == ()
    assert ring.names() == {"sbx7pt3q:intercom"}
    assert heard[0].channels == {channel_key(telegram)}


async def test_removing_a_workspace_forgets_all_its_tokens_and_its_cache(accounts, token, sandbox, ring, start):
    workspace = await connect_workspace(accounts, token)
    await connect_telegram(accounts, workspace, sandbox)
    assert await accounts.remove_workspace(workspace.workspace_id) == Profile()
    assert (ring.passwords, start.wiped) == ({}, ["sbx7pt3q"])
    assert (await start()).profile == Profile()


async def test_an_account_stays_where_the_keyring_holds_on_to_its_token(accounts, token, sandbox, ring, start):
    workspace = await connect_workspace(accounts, token)
    telegram = await connect_telegram(accounts, workspace, sandbox)
    ring.refuses_delete = True
    for refused in (
        await accounts.remove_channel(workspace.workspace_id, telegram),
        await accounts.remove_workspace(workspace.workspace_id),
    ):
        assert isinstance(refused, Refusal)
        assert "stays connected" in describe(refused.reason)
        assert "Unlock the password store" in describe(refused.reason)
    assert accounts.profile.workspaces[0].channels == (telegram,)
    assert start.wiped == []


async def test_a_cache_that_cannot_be_deleted_is_told(token, start):
    accounts = await start()
    workspace = await connect_workspace(accounts, token)
    start.disk_refuses = True
    refused = await accounts.remove_workspace(workspace.workspace_id)
    assert isinstance(refused, Refusal)
    assert "Permission denied" in describe(refused.reason)
    assert accounts.profile == Profile()


async def test_the_next_workspace_is_current_when_the_current_one_goes(accounts, token):
    first = await connect_workspace(accounts, token)
    other = replace(first, workspace_id="other", name="Other")
    tried = await accounts.try_intercom(token)
    assert isinstance(tried, TriedIntercom)
    account = replace(tried.account, workspace_id="other", workspace_name="Other")
    await accounts.add_workspace(token, structs.replace(tried, account=account))
    assert accounts.profile == Profile((first, other), "other")
    chosen = await accounts.choose_workspace(first.workspace_id)
    assert isinstance(chosen, Profile)
    assert chosen.current == first.workspace_id
    left = await accounts.remove_workspace(first.workspace_id)
    assert left == Profile((other,), "other")
    assert isinstance(await accounts.choose_workspace(first.workspace_id), Refusal)


# --- a token that is gone, another workspace's token -----------------------------------------------------------------


async def test_a_token_that_is_gone_has_to_be_entered_again(accounts, token, sandbox, ring):
    workspace = await connect_workspace(accounts, token)
    await connect_telegram(accounts, workspace, sandbox)
    ring.passwords.clear()
    refused = await accounts.open_gateway(accounts.profile.workspaces[0])
    assert isinstance(refused, Refusal)
    assert refused.kind is ProviderErrorKind.SIGNED_OUT
    assert "Harbour Parcels" in describe(refused.reason)
    opened, closed = await accounts.open_channels(accounts.profile.workspaces[0])
    assert opened == ()
    assert [(line.what, line.ok) for line in closed] == [("Telegram · @HarbourParcelsBot", False)]
    assert [line.ok async for line in accounts.check_all()] == [False, False]


async def test_a_token_that_opens_another_workspace_is_not_called_well(accounts, token, ring):
    await connect_workspace(accounts, token)
    workspace = replace(accounts.profile.workspaces[0], workspace_id="other", name="Other")
    ring.passwords["Test", "other:intercom"] = token
    accounts.profile = Profile((workspace,), "other")
    (line,) = [line async for line in accounts.check_all()]
    assert not line.ok
    assert "another workspace, Harbour Parcels" in describe(line.reason)


async def test_two_changes_at_once_are_both_kept(accounts, token, sandbox, start):
    workspace = await connect_workspace(accounts, token)
    found = await sandbox_channels(start.connector, sandbox.urls)
    await asyncio.gather(*(accounts.add_channel(workspace.workspace_id, c, secret) for c, secret in found))
    assert set(map(channel_key, (await start()).profile.workspaces[0].channels)) == {channel_key(c) for c, _ in found}


async def test_whoever_listens_hears_of_every_change_until_they_stop(accounts, token):
    heard: list[AccountsChange] = []
    stop: Callable[[], None] = accounts.subscribe(heard.append)
    workspace = await connect_workspace(accounts, token)
    stop()
    stop()
    await accounts.remove_workspace(workspace.workspace_id)
    assert [change.profile.current for change in heard] == ["sbx7pt3q"]
