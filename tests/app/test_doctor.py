"""The doctor lists every account with its check, in words, without a secret; its status says whether all is well."""

from __future__ import annotations

import asyncio
import json
import logging

import pytest
from team_invitations import SECRETS, make_line

from desktop.__main__ import main
from desktop.app import connect
from desktop.app.connect import sandbox_channels
from desktop.engine.accounts.accounts import Accounts
from desktop.engine.accounts.views import Refusal
from desktop.sandbox.model.settings import Fault, Provoked

LINE = make_line("sbx7pt3q")
LINES = (
    "[OK] Password store: It works. Tokens are kept there.",
    "[OK] Intercom · Harbour Parcels: The token of Lukas Brandt can read everything Reachline needs.",
    "[OK] WhatsApp · +35315550100: Connected as Harbour Parcels.",
    "[OK] Octopods WhatsApp · +35315550100: Connected as Octopods.",
    "[OK] Twilio SMS · +35315550199: Connected as Harbour Parcels.",
    "[OK] Team · Harbour Parcels: This computer isn't in a team.",
)


@pytest.fixture
def arguments(urls_file, tmp_path) -> list[str]:
    return ["doctor", "--profile", str(tmp_path / "profile"), "--sandbox-urls", str(urls_file)]


@pytest.fixture
def connected(home, served) -> None:
    """Everything that the sandbox has."""

    async def connect() -> None:
        context = home()
        accounts = Accounts(context.book, context.secrets, context.connector)
        await accounts.load()
        token = served.urls["intercom"]["token"]
        workspace = await accounts.add_workspace(token, await accounts.try_intercom(token))
        for config, secret in await sandbox_channels(context.connector, served.urls):
            await accounts.add_channel(workspace.workspace_id, config, secret)
        context.secrets.close()

    asyncio.run(connect())


def secrets_of(urls: dict) -> list[str]:
    names = ("token", "waba_key", "channel_key", "workspace_key", "api_key", "auth_token", "key_secret")
    return [value for part in urls.values() if isinstance(part, dict) for n in names if (value := part.get(n))]


def test_all_is_well(connected, arguments, served, capsys, caplog):
    caplog.set_level(logging.DEBUG)
    assert main(arguments) == 0
    said = capsys.readouterr()
    assert said.out.splitlines()[0].startswith("Reachline 0.1.0, Python 3.")
    assert all(line in said.out.splitlines() for line in LINES)
    assert "[OK] Telegram · @HarbourParcelsBot" in said.out
    assert "Another program receives this bot's messages" in said.out
    for secret in secrets_of(served.urls):
        assert secret not in said.out + said.err + caplog.text


def test_each_account_that_is_not_well_says_why_and_the_others_are_asked_all_the_same(
    connected, arguments, served, capsys
):
    with served.lock:
        settings = served.world.settings
        settings.fail_next.append(Fault("GET", "/admins$", "status", status=403))
        settings.provoked.append(Provoked("graph", 190))
        settings.provoked.append(Provoked("telegram", 401))
    assert main(arguments) == 1
    lines = capsys.readouterr().out.splitlines()
    troubles = [line for line in lines if line.startswith("[Problem]")]
    assert [line.split(":")[0] for line in troubles] == [
        "[Problem] Intercom · Harbour Parcels",
        "[Problem] WhatsApp · +35315550100",
        "[Problem] Telegram · @HarbourParcelsBot",
    ]
    assert "“Read admins” is missing" in troubles[0]
    assert "doesn't accept this key or token" in troubles[1]
    assert LINES[3] in lines


def test_a_team_whose_server_does_not_answer(connected, home, arguments, capsys, caplog):
    caplog.set_level(logging.DEBUG)

    async def join() -> None:
        context = home()
        accounts = Accounts(context.book, context.secrets, context.connector)
        (workspace,) = (await accounts.load()).workspaces
        assert not isinstance(await accounts.join_team(workspace.workspace_id, LINE), Refusal)
        context.secrets.close()

    asyncio.run(join())
    assert main(arguments) == 1
    said = capsys.readouterr()
    (line,) = [line for line in said.out.splitlines() if "Team ·" in line]
    assert line.startswith("[Problem] Team · Harbour Parcels: ")
    assert "127.0.0.1" in line
    assert not any(secret in said.out + said.err + caplog.text for secret in (*SECRETS, LINE))


def test_a_token_that_is_gone(connected, arguments, ring, capsys):
    gone = next(key for key in ring.passwords if key[1].endswith(":intercom"))
    del ring.passwords[gone]
    assert main(arguments) == 1
    assert "The token of Harbour Parcels is no longer in the system's password store" in capsys.readouterr().out


def test_nothing_connected_yet_is_well_and_makes_nothing(arguments, ring, tmp_path, capsys):
    assert main(arguments) == 0
    assert "No account is connected" in capsys.readouterr().out
    assert not (tmp_path / "profile").exists()


def test_no_keyring_is_not_well(arguments, ring, capsys):
    ring.locked = True
    assert main(arguments) == 1
    assert "is locked or didn't let Reachline in" in capsys.readouterr().out


def test_a_profile_that_makes_no_sense(arguments, ring, tmp_path, capsys):
    (tmp_path / "profile").mkdir()
    (tmp_path / "profile" / "profile.json").write_text("[]")
    assert main(arguments) == 1
    assert "profile-unreadable-1.json" in capsys.readouterr().out


@pytest.mark.parametrize("written", [None, "", "{}", "[]", json.dumps({"intercom": 5}), "[" * 100_000])
def test_a_file_that_names_no_sandbox(tmp_path, ring, written, capsys, monkeypatch):
    # For one that is still starting.
    monkeypatch.setattr(connect, "SANDBOX_START_S", 0.2)
    file = tmp_path / "wrong.json"
    if written is not None:
        file.write_text(written)
    assert main(["doctor", "--sandbox-urls", str(file)]) == 2
    said = capsys.readouterr()
    assert (said.out, "wrong.json" in said.err) == ("", True)
