"""What a server in the middle may try: redirects that would carry tokens, endless and exploding answers, headers."""

from __future__ import annotations

import asyncio
import gzip
import json
import threading
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest
from peak_memory import peak_memory_kb

from desktop.channels.intercom.channel import IntercomGateway
from desktop.channels.octopods.channel import OctopodsChannel
from desktop.channels.shared import http, loose_json
from desktop.channels.shared.exchange import Token
from desktop.channels.telegram.channel import TelegramChannel
from desktop.channels.twilio.channel import TwilioChannel
from desktop.channels.whatsapp.channel import Dialog360Channel, WhatsAppCloudChannel
from desktop.domain.model.facts import ChannelKind
from desktop.ports import (
    Accepted,
    ConversationReply,
    DirectMessage,
    NotSent,
    OutcomeUnknown,
    ProviderError,
    ProviderErrorKind,
)
from desktop.text.reasons.describe import describe

SECRET = "1234:secret_of_ours"
SID = "AC" + "5a" * 16
Call = Callable[[], Awaitable[Any]]
ADAPTERS = ("intercom", "whatsapp", "360dialog", "twilio", "telegram", "octopods")


@pytest.fixture
async def calls(provider, clock, request) -> AsyncIterator[dict[str, tuple[Call, Call]]]:
    """A read and a send of each adapter, with a time-out of 5 s or as the test asks for."""
    timeout_s = getattr(request, "param", 5.0)
    token, how = Token(SECRET), {"base_url": provider.base_url, "jitter": lambda: 0.5, "read_timeout_s": timeout_s}
    gateway = IntercomGateway(provider.base_url, token, clock, jitter=lambda: 0.5, read_timeout_s=timeout_s)
    channels: dict[str, Any] = {
        "whatsapp": WhatsAppCloudChannel(token, clock, "1", "2", **how),
        "360dialog": Dialog360Channel(token, clock, "+35315550100", **how),
        "twilio": TwilioChannel(
            token, clock, ChannelKind.SMS, SID, "+35315550100", content_base_url=provider.base_url, **how
        ),
        "telegram": TelegramChannel(token, clock, **how),
        "octopods": OctopodsChannel(token, clock, ChannelKind.SMS, "+35315550100", **how),
    }
    out = DirectMessage("d-1", "+353871234567", "Hello")
    told: dict[str, tuple[Call, Call]] = {
        "intercom": (gateway.account, lambda: gateway.send(ConversationReply("d-1", "1", "Hello", "7001")))
    }
    for name, channel in channels.items():
        to = DirectMessage("d-1", "900001", "Hello") if name == "telegram" else out
        status = channel.check if name != "octopods" else (lambda c=channel: c.status("1"))
        told[name] = (status, lambda c=channel, m=to: c.send_text(m))
    yield told
    await gateway.aclose()
    for channel in channels.values():
        await channel.aclose()


@pytest.fixture
async def elsewhere() -> AsyncIterator[tuple[str, list[bytes]]]:
    """Another server, and what it was sent."""
    heard: list[bytes] = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.read(65536))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
        writer.close()

    server = await asyncio.start_server(listen, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/here", heard
    server.close()
    await server.wait_closed()


@pytest.mark.slow
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("adapter", ADAPTERS)
async def test_no_redirect_is_followed(adapter, status, provider, calls, elsewhere):
    address, heard = elsewhere
    provider.answers(status, b"", headers={"Location": address})
    for call in calls[adapter]:
        try:
            outcome: Any = await call()
        except ProviderError as trouble:
            outcome = describe(trouble.reason)
        assert SECRET not in str(outcome)
        assert not isinstance(outcome, Accepted)
    assert heard == []
    assert provider.requests


# --- sizes -----------------------------------------------------------------------------------------------------------


def zeros(megabytes: int) -> bytes:
    """That many packed: one block again and again."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 15)
    start = packer.compress(bytes(1_000_000)) + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(bytes(1_000_000)) + packer.flush(zlib.Z_FULL_FLUSH)
    return start + block * (megabytes - 1)


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
async def test_a_decompression_bomb_is_dropped_while_it_unfolds(coding, provider, gateway):
    """1 GB of zeros."""
    bomb = zeros(1000)
    assert len(bomb) < 2_000_000
    if coding == "gzip":
        # The same blocks with gzip's head instead.
        bomb = bytes.fromhex("1f8b08000000000002ff") + bomb[2:]
    provider.answers(200, bomb, headers={"Content-Encoding": coding})
    before = peak_memory_kb()
    with pytest.raises(ProviderError) as caught:
        await gateway.account()
    assert caught.value.kind is ProviderErrorKind.TOO_LARGE
    grown_kb = peak_memory_kb() - before
    assert grown_kb * 1024 < 6 * http.MAX_RESPONSE_BYTES


@pytest.mark.slow
@pytest.mark.parametrize("name", ADAPTERS)
@pytest.mark.parametrize(
    "unfolded", [b"[" + b"[]," * 1_500_000 + b"[]]", b'{"a":"' + b"a" * 16_000_000 + b'"}'], ids=["lists", "letters"]
)
async def test_a_small_answer_that_unfolds_to_much_is_not_parsed(unfolded, name, calls, provider, monkeypatch):
    parsed: list[int] = []
    whole = json.loads
    monkeypatch.setattr(json, "loads", lambda data, **how: parsed.append(len(data)) or whole(data, **how))
    packed = gzip.compress(unfolded)
    assert len(packed) < 20_000
    read, _ = calls[name]
    for status in (200, 403):
        provider.answers(status, packed, headers={"Content-Encoding": "gzip"})
        with pytest.raises(ProviderError):
            await read()
    assert parsed == []


async def test_a_large_answer_is_parsed_beside_the_loop(provider, gateway, monkeypatch):
    parsed_on: dict[bool, threading.Thread] = {}
    whole = loose_json.parse
    monkeypatch.setattr(
        loose_json,
        "parse",
        lambda data: parsed_on.update({len(data) > 65_536: threading.current_thread()}) or whole(data),
    )
    for size in (10, 100_000):
        provider.restart().answers(200, {"type": "admin", "id": "7001", "name": "n" * size, "app": {"id_code": "w"}})
        await gateway.account()
    assert parsed_on[False] is threading.main_thread()
    assert parsed_on[True] is not threading.main_thread()


@pytest.mark.parametrize("coding", ["gzip, gzip", "br", "zstd", "deflate,gzip"])
async def test_what_is_packed_twice_or_oddly_is_not_unpacked(coding, provider, gateway):
    """64 kB packed twice may unfold to 64 GB in one go."""
    provider.answers(200, gzip.compress(gzip.compress(b"{}")), headers={"Content-Encoding": coding})
    with pytest.raises(ProviderError) as caught:
        await gateway.account()
    assert caught.value.kind is ProviderErrorKind.BAD_ANSWER
    assert provider.requests[0][1]["accept-encoding"] == "gzip, deflate"


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Long": "x" * 200_000},
        {f"X-{n}": "x" * 100 for n in range(3_000)},
        {"Set-Cookie": "a=" + "x" * 200_000},
    ],
    ids=["one long", "many", "a cookie"],
)
async def test_endless_headers_are_a_broken_connection(headers, provider, gateway):
    provider.answers(200, {}, headers=headers)
    with pytest.raises(ProviderError) as caught:
        await gateway.account()
    assert caught.value.kind is ProviderErrorKind.OFFLINE


async def test_no_cookie_is_kept(provider, gateway, answers):
    provider.answers(200, answers.conversation(), headers={"Set-Cookie": "followed=1; Path=/"})
    await gateway.conversation("1")
    await gateway.conversation("1")
    assert all("cookie" not in headers for _, headers, _ in provider.requests)


@pytest.mark.parametrize("adapter", ADAPTERS)
async def test_every_client_has_its_time_outs(adapter, provider, calls, monkeypatch):
    asked: list[dict[str, Any]] = []
    real = http.httpx.AsyncHTTPTransport.handle_async_request

    async def handle(transport, request):
        asked.append(request.extensions["timeout"])
        return await real(transport, request)

    monkeypatch.setattr(http.httpx.AsyncHTTPTransport, "handle_async_request", handle)
    provider.answers(403, {})
    for call in calls[adapter]:
        try:
            await call()
        except ProviderError:
            pass
    assert len(asked) >= 2
    assert all(0 < limit <= 60 for limits in asked for limit in limits.values())


@pytest.mark.slow
@pytest.mark.parametrize("adapter", ADAPTERS)
@pytest.mark.parametrize("calls", [0.2], indirect=True)
async def test_an_answer_that_trickles_ends_at_the_deadline_of_the_whole_request(adapter, provider, calls):
    """No byte is ever late, and all of them together take a minute."""
    provider.byte_every_s = 0.05
    provider.answers(200, {"padding": "x" * 1200})
    read, send = calls[adapter]
    async with asyncio.timeout(10):
        with pytest.raises(ProviderError) as caught:
            await read()
        assert caught.value.kind is ProviderErrorKind.TIMED_OUT
        assert isinstance(await send(), OutcomeUnknown)


@pytest.mark.slow
@pytest.mark.parametrize("slowest_bytes_s", [1.0, 1e6])
async def test_a_large_answer_that_keeps_moving_is_given_its_time(slowest_bytes_s, provider, clock, monkeypatch):
    monkeypatch.setattr(http, "MIN_BYTES_PER_S", slowest_bytes_s)
    provider.byte_every_s = 0.02
    provider.answers(200, b"x" * 60)
    client = http.make_read_client(provider.base_url, Token("t"), {}, read_timeout_s=0.25)
    answered = http.send_request(client, clock, "GET", "/")
    if slowest_bytes_s == 1.0:
        assert (await answered).body == b"x" * 60
    else:
        with pytest.raises(httpx.ReadTimeout):
            await answered
    await client.aclose()


# --- times -----------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("asked", ["999999999999", "Fri, 01 Jan 2100 00:00:00 GMT", "1e300", "-5", "nan"])
@pytest.mark.parametrize("adapter", ADAPTERS)
async def test_no_pause_that_is_asked_for_is_longer_than_an_hour(adapter, asked, provider, calls):
    provider.answers(429, {}, headers={"Retry-After": asked, "X-RateLimit-Reset": "99999999999"})
    read, send = calls[adapter]
    with pytest.raises(ProviderError) as caught:
        await read()
    assert caught.value.retry_after_s is None or 0 <= caught.value.retry_after_s <= 3600
    outcome = await send()
    assert isinstance(outcome, NotSent)
    assert 0 <= outcome.retry_after_s <= 3600
