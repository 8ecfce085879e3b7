"""`reachline hub` as an administrator runs it: processes, signals, what is printed and logged."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import signed_webhooks as webhooks
from broker import SERVER
from hub_stage import (
    HubBroker,
    desk_connection,
    free_port,
    give_secrets,
    hub_connection,
    listens,
    needs_broker,
    read_facts,
)
from nats.js.errors import KeyNotFoundError

from desktop.__main__ import main
from desktop.channels.team import invitation, subjects
from desktop.channels.team.sealed import KeyRing
from desktop.hub.config import Folder
from desktop.hub.polling.election import KEY
from desktop.ports import ProviderError

PATIENCE_S = 20.0
needs_signals = pytest.mark.posix("sends POSIX signals")


@contextmanager
def served(folder: Folder, log: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """A process that serves, and its address."""
    port = free_port()
    command = [sys.executable, "-m", "desktop", "hub", "serve", "--folder", str(folder.path)]
    with log.open("wb") as written:
        process = subprocess.Popen([*command, "--listen", f"127.0.0.1:{port}"], stderr=written)
    try:
        until = time.monotonic() + PATIENCE_S
        while not (listens(port) and is_ready(port)):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < until, log.read_text()
            time.sleep(0.05)
        yield process, f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


def is_ready(port: int) -> bool:
    return httpx.get(f"http://127.0.0.1:{port}/readyz", trust_env=False).status_code == 200


def post(url: str, webhook: webhooks.Webhook) -> int:
    return httpx.post(url + webhook.path, content=webhook.body, headers=webhook.headers, trust_env=False).status_code


@needs_signals
def test_a_hub_that_is_told_to_end_ends_in_order_and_logs_no_text(hub_broker: HubBroker, tmp_path: Path) -> None:
    folder, log = hub_broker.new_folder(), tmp_path / "log"
    give_secrets(folder)
    workspace = folder.config().workspace
    with served(folder, log) as (process, url):
        for webhook in webhooks.good(workspace).values():
            assert post(url, webhook) == 200
        wrong = webhooks.intercom("conversation.user.replied", webhooks.conversation(), workspace, secret="wrong")
        assert post(url, wrong) == 401
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_S) == 0
    first, *lines = log.read_text().splitlines()
    assert first.startswith("Receiving webhooks at 127.0.0.1:")
    records: list[dict[str, Any]] = [json.loads(line) for line in lines]
    assert all({"time", "level", "logger", "message"} <= record.keys() for record in records)
    assert any(record.get("reason") == "signature" for record in records)
    for secret in (webhooks.TEXT, webhooks.PHONE_DIGITS, "Jennifer", "secret", "parcel"):
        assert secret not in log.read_text()


@needs_signals
@pytest.mark.slow
def test_after_kill_9_another_copy_is_elected_and_nothing_is_lost(hub_broker: HubBroker, tmp_path: Path) -> None:
    folder = hub_broker.new_folder()
    give_secrets(folder)
    workspace = folder.config().workspace

    async def elected() -> str:
        async with hub_connection(folder) as (_, js):
            bucket = await js.key_value(subjects.lock_bucket(workspace))
            try:
                return ((await bucket.get(KEY)).value or b"").decode()
            except KeyNotFoundError:
                return ""

    async def facts() -> int:
        async with hub_connection(folder) as (_, js):
            return len(await read_facts(js, workspace, KeyRing(*folder.workspace_keys())))

    with served(folder, tmp_path / "one") as (one, one_url):
        while not (first := asyncio.run(elected())):
            time.sleep(0.1)
        with served(folder, tmp_path / "two") as (_, two_url):
            sent = 0
            for number in range(20):
                item = webhooks.conversation(webhooks.part(number), at=webhooks.BEGAN + number)
                webhook = webhooks.intercom("conversation.user.replied", item, workspace)
                if number == 10:
                    one.kill()
                    killed_at = time.monotonic()
                answers = [post(url, webhook) for url in ((one_url, two_url) if number < 10 else (two_url,))]
                assert set(answers) == {200}
                sent += 1
            while asyncio.run(elected()) in ("", first):
                assert time.monotonic() - killed_at < PATIENCE_S
                time.sleep(0.1)
            assert time.monotonic() - killed_at < 12
            assert asyncio.run(facts()) == sent


@needs_signals
def test_from_nothing_to_an_invited_desktop_by_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    needs_broker()
    folder, port = tmp_path / "reachline-hub", free_port()
    where = ["--folder", str(folder)]
    ports = ["--port", str(port), "--websocket-port", "0"]
    assert main(["hub", "init", str(folder), "--workspace", "abc123", "--server", "localhost", *ports]) == 0
    assert "secrets/intercom_token" in capsys.readouterr().err
    assert main(["hub", "status", *where]) == 1
    assert "doesn't respond" in capsys.readouterr().out
    command = [str(SERVER), "-c", str(folder / "broker.conf"), "--addr", "127.0.0.1"]
    broker = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while not listens(port):
            time.sleep(0.02)
        with served(Folder(folder), tmp_path / "log"):
            assert main(["hub", "invite", "anna", *where]) == 0
            printed = capsys.readouterr()
            line = invitation.read(printed.out)
            assert printed.out.count("\n") == 1
            assert line.seed not in printed.err

            async def joins() -> None:
                async with desk_connection(line) as connection:
                    assert connection.is_open

            asyncio.run(joins())
            assert main(["hub", "status", *where]) == 0
            shown = capsys.readouterr().out
            assert "Invited: anna" in shown
            assert "responds" in shown
            assert "none from Intercom so far" in shown
            assert main(["hub", "revoke", "anna", *where]) == 0
            with pytest.raises(ProviderError, match="signed_out"):
                asyncio.run(joins())
    finally:
        broker.kill()
        broker.wait()


@pytest.mark.parametrize(
    "arguments", [["status"], ["invite", "anna"], ["revoke", "anna"]], ids=lambda arguments: arguments[0]
)
def test_a_folder_that_is_none_is_named(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["hub", *arguments, "--folder", str(tmp_path / "none")]) == 2
    assert "can't be read" in capsys.readouterr().err


def test_what_init_cannot_use_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = str(tmp_path / "hub")
    assert main(["hub", "init", folder, "--workspace", "a b", "--server", "x"]) == 2
    assert "isn't the ID of a workspace" in capsys.readouterr().err
    assert main(["hub", "init", folder, "--workspace", "ab", "--server", "x", "--key", "k.pem"]) == 2
    assert "needed together" in capsys.readouterr().err
    missing = ["--certificate", str(tmp_path / "c.pem"), "--key", str(tmp_path / "k.pem")]
    assert main(["hub", "init", folder, "--workspace", "ab", "--server", "x", *missing]) == 1
    assert "c.pem" in capsys.readouterr().err
    assert not (tmp_path / "hub" / "hub.toml").exists()
