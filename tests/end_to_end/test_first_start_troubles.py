"""Errors at the first start: each is shown in place with its reason and can be corrected."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from bad_networks import foreign_certificate, proxy_with_sign_in
from fake_keyrings import FakeKeyring
from first_start import (
    WHO,
    ProgramDriver,
    go_to_token_page,
    token_of,
)

from desktop.app.connect import Hosts
from desktop.sandbox.model.settings import Fault
from desktop.sandbox.server import Sandbox
from desktop.text.reasons.describe import describe

Play = Callable[..., list[str]]

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("whole app")]


def add_fault(driver: ProgramDriver, path: str, **fault: Any) -> None:
    with driver.sandbox.lock:
        driver.sandbox.world.settings.fail_next.append(Fault("*", path, **fault))


async def expect_refusal(driver: ProgramDriver, text: str, name: str) -> None:
    """Check that the message is below the field, which keeps text and focus."""
    await driver.wait_for_text(text)
    field = driver.wizard.intercom.field
    assert text in field.status.text
    assert field.secret
    assert field.edit.hasFocus()
    assert not driver.wizard.next.isEnabled()
    driver.save_picture(name)


def test_a_wrong_token_is_refused_in_place_and_corrected(play: Play) -> None:
    async def scenario(driver: ProgramDriver) -> None:
        await go_to_token_page(driver)
        driver.enter()
        await driver.wait_for_text("Paste the access token first.")
        driver.type("dG9rOmZvdW5k")
        driver.enter()
        await expect_refusal(driver, "Intercom doesn't accept this token", "token-refused")
        driver.field("Access token").selectAll()
        driver.paste("tok€n")
        driver.enter()
        await expect_refusal(driver, "Copy the whole access token again", "token-impossible")
        driver.field("Access token").selectAll()
        driver.paste(token_of(driver))
        await driver.wait_for_text("This token belongs to Lukas Brandt.")
        driver.enter()
        await driver.wait_for_page(WHO)

    assert play(scenario) == []


def test_a_missing_permission_is_named_with_what_will_not_work(play: Play) -> None:
    async def scenario(driver: ProgramDriver) -> None:
        await go_to_token_page(driver)
        add_fault(driver, "/macros", action="status", status=403, times=None)
        driver.paste(token_of(driver))
        await driver.wait_for_text("This token belongs to Lukas Brandt.")
        missing = next(p for p in driver.wizard.intercom.tried.permissions if p.allowed is False)
        assert missing.name in driver.visible_text()
        assert describe(missing.reason) in driver.visible_text()
        assert "can't be checked in advance" in driver.visible_text()
        driver.save_picture("permission-missing")
        assert driver.wizard.next.isEnabled()

    assert play(scenario) == []


def test_the_check_can_be_repeated_when_the_network_is_back(play: Play) -> None:
    async def scenario(driver: ProgramDriver) -> None:
        await go_to_token_page(driver)
        await asyncio.to_thread(driver.sandbox.unplug)
        driver.paste(token_of(driver))
        await expect_refusal(driver, "Can't reach Intercom. Check your network connection.", "no-network")
        await asyncio.to_thread(driver.sandbox.plug_in)
        driver.enter()
        await driver.wait_for_text("This token belongs to Lukas Brandt.")

    assert play(scenario) == []


def test_a_slow_answer_can_be_cancelled(play: Play) -> None:
    async def scenario(driver: ProgramDriver) -> None:
        await go_to_token_page(driver)
        add_fault(driver, "/me$", action="delay", seconds=3.0)
        driver.paste(token_of(driver))
        await driver.wait_for_text("Checking the token with Intercom…")
        driver.save_picture("asking")
        assert not driver.wizard.next.isEnabled()
        driver.click("Cancel")
        assert "Checking the token" not in driver.visible_text()
        assert driver.wizard.intercom.field.secret == token_of(driver)
        assert driver.wizard.intercom.field.edit.hasFocus()
        driver.enter()
        await driver.wait_for_text("This token belongs to Lukas Brandt.")

    assert play(scenario) == []


def test_a_locked_keyring_stores_nothing(play: Play, ring: FakeKeyring) -> None:
    async def scenario(driver: ProgramDriver) -> None:
        await go_to_token_page(driver)
        driver.paste(token_of(driver))
        await driver.wait_for_text("This token belongs to Lukas Brandt.")
        ring.locked = True
        driver.enter()
        await driver.wait_for_text("The token couldn't be saved")
        driver.save_picture("keyring-locked")
        assert driver.program.accounts.profile.workspaces == ()
        ring.locked = False
        driver.click("Connect")
        await driver.wait_for_page(WHO)

    assert play(scenario) == []


def test_a_keyring_that_waits_for_its_prompt_is_waited_for(play: Play, ring: FakeKeyring) -> None:
    async def scenario(driver: ProgramDriver) -> None:
        await go_to_token_page(driver)
        driver.paste(token_of(driver))
        await driver.wait_for_text("This token belongs to Lukas Brandt.")
        ring.gate.clear()
        driver.enter()
        await driver.wait_for_text("Connecting to Harbour Parcels…")
        driver.save_picture("keyring-prompt")
        assert not driver.wizard.next.isEnabled()
        ring.gate.set()
        await driver.wait_for_page(WHO)

    assert play(scenario) == []


def test_a_locked_keyring_is_reported_at_once(play: Play, ring: FakeKeyring, tmp_path: Path) -> None:
    async def scenario(driver: ProgramDriver) -> None:
        await driver.wait_for_text("didn't let Reachline in, so nothing is saved")
        driver.save_picture("no-keyring")
        await go_to_token_page(driver)
        await driver.wait_for_text("kept only until you quit Reachline")
        driver.paste(token_of(driver))
        await driver.wait_for_text("This token belongs to Lukas Brandt.")
        driver.enter()
        await driver.wait_for_page(WHO)

    ring.locked = True
    assert play(scenario) == []
    # It has the choice of these tests to end the program with its window.
    assert [file.name for file in tmp_path.rglob("*") if file.is_file()] == ["settings.ini"]


@pytest.mark.parametrize(
    ("obstacle", "text"),
    [
        ("certificate", "this computer doesn't trust the certificate"),
        ("sign-in page", "Something on this network responds in place of Intercom"),
        ("proxy", "This network's proxy needs a sign-in"),
        ("dead proxy", "the proxy set on this computer doesn't respond"),
    ],
)
def test_interfering_networks_are_distinguished(
    play: Play, sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, obstacle: str, text: str
) -> None:
    async def scenario(driver: ProgramDriver) -> None:
        await go_to_token_page(driver)
        driver.paste(token_of(driver))
        await expect_refusal(driver, text, f"network-{obstacle}")

    real = Hosts.of_sandbox(sandbox.urls)
    root = real.intercom["US"]
    with foreign_certificate(tmp_path) as foreign, proxy_with_sign_in() as proxy:
        address = {"certificate": foreign, "sign-in page": root.replace("http:", "https:")}
        if "proxy" in obstacle:
            # Nothing listens on port 9 of this computer.
            monkeypatch.setenv("https_proxy", proxy if obstacle == "proxy" else "http://127.0.0.1:9")
        hosts = replace(real, intercom={"US": address.get(obstacle, "https://intercom.invalid")})
        assert play(scenario, hosts) == []
