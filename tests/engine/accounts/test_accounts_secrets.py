"""No token gets out while accounts are connected: not into files, logs, errors or the command line."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import traceback
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from fake_keyrings import FakeKeyring, use_fake_keyring

from desktop.app.connect import Hosts, LiveConnector
from desktop.domain.model.channel import Provider
from desktop.domain.model.facts import ChannelKind
from desktop.engine.accounts.accounts import Accounts
from desktop.engine.accounts.views import Refusal, TriedIntercom
from desktop.ports import Account, ChannelConfig, InvalidValue, ProviderError, Teammate, WorkspaceConfig
from desktop.system.clock import ServerClock
from desktop.system.profile import JsonProfileBook
from desktop.system.secrets import KeyringSecrets

pytestmark = pytest.mark.slow

SECRET = "c2VjcmV0LW9mLWplbm5pZmVyLW9ubHk"
BOT = f"110201543:{SECRET}"
TWILIO = {"account_sid": "AC" + "0" * 32}
CHANNELS = [
    (ChannelConfig(Provider.OCTOPODS, ChannelKind.WHATSAPP, "+35315550100"), SECRET),
    (ChannelConfig(Provider.OCTOPODS, ChannelKind.SMS, "+35315550100"), SECRET),
    (ChannelConfig(Provider.WHATSAPP, ChannelKind.WHATSAPP, "1", ids={"account_id": "2"}), SECRET),
    (ChannelConfig(Provider.DIALOG360, ChannelKind.WHATSAPP, "+35315550100"), SECRET),
    (ChannelConfig(Provider.TWILIO, ChannelKind.WHATSAPP, "+35315550100", ids=TWILIO), SECRET),
    (ChannelConfig(Provider.TWILIO, ChannelKind.SMS, "+35315550100", ids=TWILIO), SECRET),
    (ChannelConfig(Provider.TELEGRAM, ChannelKind.TELEGRAM, "110201543"), BOT),
]


def quoting(status: int) -> bytes:
    """A refusal that repeats what it was asked with, in every provider's shape at once."""
    words = f"Bad token {SECRET} (Bearer {SECRET})"
    body = {
        "errors": [{"code": "some_code", "message": words}],
        "error": {"message": words, "code": 100, "error_data": {"details": words}},
        "meta": {"developer_message": words, "http_code": status},
        "message": words,
        "description": words,
        "code": 20003,
        "error_code": status,
        "ok": False,
    }
    content = json.dumps(body).encode()
    return f"HTTP/1.1 {status} No\r\nContent-Length: {len(content)}\r\n\r\n".encode() + content


FAILURES = {
    **{f"{status} with the token in it": quoting(status) for status in (400, 401, 403, 404, 422, 500)},
    "nonsense": b"\x00\x01 what?\r\n\r\n",
    "broken off": b"",
    "half an answer": b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n{",
    "a redirect": b"HTTP/1.1 301 Moved\r\nLocation: http://elsewhere.example/\r\nContent-Length: 0\r\n\r\n",
    "no JSON": b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n<ok>",
    "overloaded": b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n",
}


class NoPauses(ServerClock):
    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)


@asynccontextmanager
async def serving(answer: bytes) -> AsyncIterator[str]:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(answer)
        except (OSError, asyncio.IncompleteReadError):
            pass
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@pytest.fixture
def ring() -> Iterator[FakeKeyring]:
    with use_fake_keyring() as ring:
        yield ring


@pytest.fixture(autouse=True)
def all_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("httpx", "httpcore", "keyring", "asyncio"):
        caplog.set_level(logging.DEBUG, logger=name)


def connector_on(url: str) -> LiveConnector:
    return LiveConnector(Hosts({"US": url, "EU": url}, url, url, url, url, url, url), NoPauses())


def whole_story(error: BaseException | None) -> str:
    """Everything that an error and what led to it could show, values of variables included."""
    told = []
    while error is not None:
        told += traceback.TracebackException.from_exception(error, capture_locals=False).format()
        told.append(repr(error) + repr(error.args) + repr(vars(error)))
        request = getattr(error, "_request", None)
        told.append(repr(dict(request.headers)) if request is not None else "")
        error = error.__cause__ or error.__context__
    return "".join(told)


@pytest.mark.parametrize("answer", FAILURES.values(), ids=FAILURES)
async def test_no_failure_shows_a_token(answer: bytes, tmp_path: Path, ring: FakeKeyring, caplog: Any) -> None:
    async with serving(answer) as url:
        connector = connector_on(url)
        accounts = Accounts(JsonProfileBook(tmp_path), KeyringSecrets("Test"), connector)
        await accounts.load()
        said = [await accounts.try_intercom(SECRET)]
        said += [await accounts.try_channel(config, secret) for config, secret in CHANNELS]
        errors: list[BaseException] = []
        try:
            await connector.gateway(SECRET)
        except ProviderError as trouble:
            errors.append(trouble)
        for config, secret in CHANNELS:
            channel = connector.channel(config, secret)
            try:
                await channel.check()
            except ProviderError as trouble:
                errors.append(trouble)
            await channel.aclose()
    # An SMS key at Octopods can only be checked by a refusal.
    assert sum(isinstance(answer, Refusal) for answer in said) >= len(CHANNELS) - 1
    assert len(errors) >= len(CHANNELS) - 1
    for shown in (*map(repr, said), *map(whole_story, errors), caplog.text, *sys.argv):
        assert SECRET not in shown


def files_below(folder: Path) -> list[str]:
    return [path.read_text() for path in folder.rglob("*") if path.is_file()]


async def test_what_is_kept_holds_no_token(tmp_path: Path, ring: FakeKeyring, caplog: Any) -> None:
    accounts = Accounts(JsonProfileBook(tmp_path), KeyringSecrets("Test"), connector_on("http://127.0.0.1:9"))
    await accounts.load()
    tried = TriedIntercom(Account("ws1", "Acme", Teammate("1", "Olga")))
    assert isinstance(await accounts.add_workspace(SECRET, tried), WorkspaceConfig)
    for config, secret in CHANNELS:
        assert isinstance(await accounts.add_channel("ws1", config, secret), WorkspaceConfig)
    assert len(ring.passwords) == len(CHANNELS) + 1
    assert all(SECRET in kept for kept in ring.passwords.values())
    assert not any(SECRET in name for name in ring.names())
    (written,) = files_below(tmp_path)
    assert "Acme" in written
    assert SECRET not in written
    assert SECRET not in repr(accounts.profile) + repr(vars(accounts)) + caplog.text


@pytest.mark.parametrize("way", ["locked", "refuses_delete"])
async def test_a_keyring_that_refuses_shows_no_token(tmp_path: Path, ring: FakeKeyring, caplog: Any, way: str) -> None:
    accounts = Accounts(JsonProfileBook(tmp_path), KeyringSecrets("Test"), connector_on("http://127.0.0.1:9"))
    await accounts.load()
    tried = TriedIntercom(Account("ws1", "Acme", Teammate("1", "Olga")))
    await accounts.add_workspace(SECRET, tried)
    setattr(ring, way, True)
    said = [await accounts.add_channel("ws1", config, secret) for config, secret in CHANNELS]
    said += [await accounts.remove_channel("ws1", config) for config, _ in CHANNELS]
    assert any(isinstance(answer, Refusal) for answer in said)
    assert SECRET not in repr(said) + caplog.text


@pytest.mark.parametrize("secret", [f"{SECRET} {SECRET}", f"{SECRET}é", f"{SECRET}\n{SECRET}"])
def test_what_can_be_no_token_is_not_quoted(secret: str) -> None:
    connector = connector_on("http://127.0.0.1:9")
    for config, _ in CHANNELS:
        with pytest.raises(InvalidValue, match="token_form") as refused:
            connector.channel(config, secret)
        assert SECRET not in whole_story(refused.value)
