"""The team's translation account: its key is in the keyring alone, and goes with it."""

from __future__ import annotations

import json
import logging

import pytest
from fake_keyrings import FakeKeyring
from program_starts import Starts, connect_workspace

from desktop.domain.content.translation import TranslationService
from desktop.engine.accounts.accounts import Accounts
from desktop.engine.accounts.tokens import secret_names
from desktop.engine.accounts.views import AccountsChange, Refusal
from desktop.ports import WorkspaceConfig
from desktop.ports.translation import Formality, TranslationAccount, TranslationConfig, TranslationReason
from desktop.sandbox.server import Sandbox

DEEPL = TranslationConfig(TranslationService.DEEPL, "EN-GB", ("DE", "EN-GB"), formality=Formality.MORE)


async def test_an_account_is_tested_kept_opened_again_and_deleted(
    accounts: Accounts,
    token: str,
    sandbox: Sandbox,
    start: Starts,
    ring: FakeKeyring,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    workspace = await connect_workspace(accounts, token)
    here, key = workspace.workspace_id, str(sandbox.urls["deepl"]["free_key"])
    heard: list[AccountsChange] = []
    accounts.subscribe(heard.append)
    wrong = await accounts.try_translation(here, DEEPL, "99999999-2222:fx")
    assert isinstance(wrong, Refusal)
    assert wrong.reason.code == TranslationReason.KEY_REFUSED
    none = await accounts.try_translation(here, DEEPL, "")
    assert isinstance(none, Refusal)
    assert (none.reason.code, none.field) == (TranslationReason.KEY_GONE, "secret")
    tested = await accounts.try_translation(here, DEEPL, f" {key} ")
    assert isinstance(tested, TranslationAccount)
    assert ("DE" in tested.languages, tested.limit, heard) == (True, 500_000, [])

    saved = await accounts.save_translation(here, DEEPL, key)
    assert isinstance(saved, WorkspaceConfig)
    assert (saved.translation, [c.translation for c in heard]) == (DEEPL, [True])
    written = (start.folder / "profile.json").read_text()
    assert json.loads(written)["workspaces"][0]["translation"]["language"] == "EN-GB"
    assert key not in written + caplog.text
    assert list(ring.passwords.values()).count(key) == 1
    # Another language, without the key in hand; signing in again keeps the account.
    other = TranslationConfig(TranslationService.DEEPL, "DE", ("DE",))
    assert isinstance(await accounts.save_translation(here, other, ""), WorkspaceConfig)
    await connect_workspace(accounts, token)

    again = await start()
    (kept,) = again.profile.workspaces
    assert kept.translation == other
    assert f"{here}:translation" in secret_names(kept)
    translator = await again.open_translation(kept)
    assert translator is not None
    assert not isinstance(translator, Refusal)
    assert (await translator.translate(["شكرا جزيلا"], "DE"))[0].text == "Vielen Dank"
    await translator.aclose()

    removed = await again.remove_translation(here)
    assert isinstance(removed, WorkspaceConfig)
    assert removed.translation is None
    assert key not in ring.passwords.values()
    assert await again.open_translation(removed) is None


async def test_a_server_without_a_key_and_what_a_newer_version_wrote(
    accounts: Accounts, token: str, sandbox: Sandbox, start: Starts
) -> None:
    workspace = await connect_workspace(accounts, token)
    address = str(sandbox.urls["libretranslate"]["base_url"])
    libre = TranslationConfig(TranslationService.LIBRETRANSLATE, "en", ("de", "en"), address, has_key=False)
    assert isinstance(await accounts.try_translation(workspace.workspace_id, libre, ""), TranslationAccount)
    saved = await accounts.save_translation(workspace.workspace_id, libre, "")
    assert isinstance(saved, WorkspaceConfig)
    translator = await accounts.open_translation(saved)
    assert translator is not None
    assert not isinstance(translator, Refusal)
    await translator.aclose()
    file = start.folder / "profile.json"
    stored = json.loads(file.read_text())
    stored["workspaces"][0]["translation"]["service"] = "of next year"
    file.write_text(json.dumps(stored))
    (kept,) = (await start()).profile.workspaces
    assert (kept.workspace_id, kept.translation) == (workspace.workspace_id, None)
