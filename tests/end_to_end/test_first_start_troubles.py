"""What goes wrong at the first start: each trouble in its sentence, where it stands, and the way on."""

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
    WELCOME,
    WHO,
    ProgramDriver,
    come_to_the_token,
    token_of,
)

from desktop.app.connect import Hosts
from desktop.sandbox.model.settings import Fault
from desktop.sandbox.server import Sandbox

Play = Callable[..., list[str]]

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("whole app")]


def strike(person: ProgramDriver, path: str, **fault: Any) -> None:
    with person.sandbox.lock:
        person.sandbox.world.settings.fail_next.append(Fault("*", path, **fault))


async def refused(person: ProgramDriver, words: str, name: str) -> None:
    """The sentence stands under the field, which has kept its text and the keyboard."""
    await person.sees(words)
    field = person.wizard.intercom.field
    assert words in field.status.text
    assert field.secret
    assert field.edit.hasFocus()
    assert not person.wizard.next.isEnabled()
    person.picture(name)


def test_a_wrong_token_is_refused_in_place_and_corrected(play: Play) -> None:
    async def scenario(person: ProgramDriver) -> None:
        await come_to_the_token(person)
        person.enter()
        await person.sees("Paste the access token first.")
        person.type("dG9rOmZvdW5k")
        person.enter()
        await refused(person, "Intercom does not accept this token", "token-refused")
        person.field("Access token").selectAll()
        person.paste("tok€n")
        person.enter()
        await refused(person, "Copy the access token again", "token-impossible")
        person.field("Access token").selectAll()
        person.paste(token_of(person))
        person.enter()
        await person.sees("The token belongs to Lukas Brandt.")
        person.enter()
        await person.sees_page(WHO)

    assert play(scenario) == []


def test_a_missing_permission_is_named_with_what_will_not_work(play: Play) -> None:
    async def scenario(person: ProgramDriver) -> None:
        await come_to_the_token(person)
        strike(person, "/macros", action="status", status=403, times=None)
        person.paste(token_of(person))
        person.enter()
        await person.sees("The token belongs to Lukas Brandt.")
        missing = next(p for p in person.wizard.intercom.tried.permissions if p.allowed is False)
        assert missing.name in person.screen()
        assert missing.sentence in person.screen()
        assert "shows at first use" in person.screen()
        person.picture("permission-missing")
        assert person.wizard.next.isEnabled()

    assert play(scenario) == []


def test_no_network_and_then_there_is_one(play: Play) -> None:
    async def scenario(person: ProgramDriver) -> None:
        await come_to_the_token(person)
        await asyncio.to_thread(person.sandbox.unplug)
        person.paste(token_of(person))
        person.enter()
        await refused(person, "Intercom cannot be reached. Check the network connection.", "no-network")
        await asyncio.to_thread(person.sandbox.plug_in)
        person.enter()
        await person.sees("The token belongs to Lukas Brandt.")

    assert play(scenario) == []


def test_a_slow_answer_can_be_cancelled(play: Play) -> None:
    async def scenario(person: ProgramDriver) -> None:
        await come_to_the_token(person)
        strike(person, "/me$", action="delay", seconds=3.0)
        person.paste(token_of(person))
        person.enter()
        await person.sees("Asking Intercom whose token this is…")
        person.picture("asking")
        assert not person.wizard.next.isEnabled()
        person.click("Cancel")
        assert "Asking Intercom" not in person.screen()
        assert person.wizard.intercom.field.secret == token_of(person)
        assert person.wizard.intercom.field.edit.hasFocus()
        person.enter()
        await person.sees("The token belongs to Lukas Brandt.")

    assert play(scenario) == []


def test_a_keyring_that_is_locked_keeps_nothing_half(play: Play, ring: FakeKeyring) -> None:
    async def scenario(person: ProgramDriver) -> None:
        await come_to_the_token(person)
        person.paste(token_of(person))
        person.enter()
        await person.sees("The token belongs to Lukas Brandt.")
        ring.locked = True
        person.enter()
        await person.sees("The keyring did not take the token")
        person.picture("keyring-locked")
        assert person.program.accounts.profile.workspaces == ()
        ring.locked = False
        person.click("Connect")
        await person.sees_page(WHO)

    assert play(scenario) == []


def test_a_keyring_that_waits_for_its_prompt_is_waited_for(play: Play, ring: FakeKeyring) -> None:
    async def scenario(person: ProgramDriver) -> None:
        await come_to_the_token(person)
        person.paste(token_of(person))
        person.enter()
        await person.sees("The token belongs to Lukas Brandt.")
        ring.gate.clear()
        person.enter()
        await person.sees("Connecting Harbour Parcels…")
        person.picture("keyring-prompt")
        assert not person.wizard.next.isEnabled()
        ring.gate.set()
        await person.sees_page(WHO)

    assert play(scenario) == []


def test_a_locked_keyring_is_said_at_once(play: Play, ring: FakeKeyring, tmp_path: Path) -> None:
    async def scenario(person: ProgramDriver) -> None:
        await person.sees_page(WELCOME)
        await person.sees("did not let Reachline in, so Reachline keeps nothing")
        person.picture("no-keyring")
        person.enter()
        await person.sees("kept in memory only")
        person.paste(token_of(person))
        person.enter()
        await person.sees("The token belongs to Lukas Brandt.")
        person.enter()
        await person.sees_page(WHO)

    ring.locked = True
    assert play(scenario) == []
    assert [file for file in tmp_path.rglob("*") if file.is_file()] == []


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        ("certificate", "this computer does not trust the certificate"),
        ("sign-in page", "something in between answers in its place"),
        ("proxy", "This network's proxy wants a sign-in"),
        ("dead proxy", "the proxy that this computer is told to use does not answer"),
    ],
)
def test_networks_that_stand_in_between_are_told_apart(
    play: Play, sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trouble: str, words: str
) -> None:
    async def scenario(person: ProgramDriver) -> None:
        await come_to_the_token(person)
        person.paste(token_of(person))
        person.enter()
        await refused(person, words, f"network-{trouble}")

    real = Hosts.of_sandbox(sandbox.urls)
    root = real.intercom["US"]
    with foreign_certificate(tmp_path) as foreign, proxy_with_sign_in() as proxy:
        address = {"certificate": foreign, "sign-in page": root.replace("http:", "https:")}
        if "proxy" in trouble:
            # Nothing listens on port 9 of this computer.
            monkeypatch.setenv("https_proxy", proxy if trouble == "proxy" else "http://127.0.0.1:9")
        hosts = replace(real, intercom={"US": address.get(trouble, "https://intercom.invalid")})
        assert play(scenario, hosts) == []
