"""Accounts where the keyring or the disk refuses, and where the keyring lets one wait."""

from __future__ import annotations

import asyncio
import json

import pytest
from program_starts import connect_telegram, connect_workspace

from desktop.engine.accounts.views import Refusal, TriedIntercom
from desktop.ports import Profile, ProviderErrorKind, WorkspaceConfig
from desktop.system.profile import NAME
from desktop.text.reasons.describe import describe


async def test_without_a_keyring_nothing_is_kept(start, token, sandbox, ring):
    ring.locked = True
    accounts = await start()
    assert not accounts.keeps_secrets
    assert "asks for your tokens each time it starts" in describe(accounts.keyring_error)
    workspace = await connect_workspace(accounts, token)
    await connect_telegram(accounts, workspace, sandbox)
    assert [line.ok async for line in accounts.check_all()] == [True, True]
    assert not start.folder.exists()
    assert ring.passwords == {}
    assert (await start()).profile == Profile()
    assert await accounts.remove_workspace(workspace.workspace_id) == Profile()
    assert start.wiped == ["sbx7pt3q"]


async def test_a_profile_of_a_day_with_a_keyring_is_left_alone_without_one(accounts, start, token, sandbox, ring):
    workspace = await connect_workspace(accounts, token)
    telegram = await connect_telegram(accounts, workspace, sandbox)
    written = (start.folder / NAME).read_bytes()
    ring.locked = True
    later = await start()
    assert later.profile == accounts.profile
    refused = await later.open_gateway(later.profile.workspaces[0])
    assert isinstance(refused, Refusal)
    assert refused.kind is ProviderErrorKind.SIGNED_OUT
    await connect_workspace(later, token)
    # Its token of that day lies in the keyring still, where nobody can take it out.
    assert isinstance(await later.remove_channel(workspace.workspace_id, telegram), Refusal)
    assert (start.folder / NAME).read_bytes() == written


async def test_a_keyring_that_locks_later_is_told_each_time(accounts, token, sandbox, ring, start):
    workspace = await connect_workspace(accounts, token)
    telegram = await connect_telegram(accounts, workspace, sandbox)
    before = accounts.profile
    tried = await accounts.try_intercom(token)
    assert isinstance(tried, TriedIntercom)
    ring.locked = True
    answers = [
        await accounts.add_workspace(token, tried),
        await accounts.add_channel(workspace.workspace_id, telegram, "x"),
        await accounts.open_gateway(workspace),
        await accounts.open_channel(workspace.workspace_id, telegram),
        await accounts.remove_channel(workspace.workspace_id, telegram),
    ]
    for answer in answers:
        assert isinstance(answer, Refusal)
        assert "Unlock the password store" in describe(answer.reason)
        assert answer.kind is None
    assert accounts.profile == before


async def test_a_prompt_of_the_keyring_holds_up_nobody_else(accounts, token, ring):
    tried = await accounts.try_intercom(token)
    assert isinstance(tried, TriedIntercom)
    ring.gate.clear()
    adding = asyncio.create_task(accounts.add_workspace(token, tried))
    # While the prompt is open the loop goes on, and so does the network.
    assert isinstance(await accounts.try_intercom(token), TriedIntercom)
    assert not adding.done()
    ring.gate.set()
    assert isinstance(await adding, WorkspaceConfig)
    assert ring.names() == {"sbx7pt3q:intercom"}


@pytest.mark.posix("refuses by the rights of a file")
async def test_a_disk_that_refuses_leaves_neither_account_nor_token(start, token, sandbox, ring):
    start.folder.parent.mkdir(exist_ok=True)
    start.folder.touch()
    accounts = await start()
    assert "couldn't read your saved accounts" in describe(accounts.profile_error)
    tried = await accounts.try_intercom(token)
    assert isinstance(tried, TriedIntercom)
    refused = await accounts.add_workspace(token, tried)
    assert isinstance(refused, Refusal)
    assert "couldn't be saved" in describe(refused.reason)
    assert (accounts.profile, ring.passwords) == (Profile(), {})


async def test_a_profile_that_makes_no_sense_is_told_and_started_anew(start, token):
    start.folder.mkdir(parents=True)
    (start.folder / NAME).write_text("{")
    accounts = await start()
    assert "profile-unreadable-1.json" in describe(accounts.profile_error)
    await connect_workspace(accounts, token)
    assert json.loads((start.folder / NAME).read_text())["current"] == "sbx7pt3q"
