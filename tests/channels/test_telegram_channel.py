"""Telegram: sending, receiving where nobody else does, and a token that stays below everything that remembers."""

from __future__ import annotations

import json
import logging
import struct
from datetime import UTC, datetime
from pathlib import Path

import pytest

from desktop.channels.shared import system_proxy
from desktop.channels.shared.exchange import Token
from desktop.channels.shared.http import make_download_client
from desktop.channels.shared.system_proxy import find_proxy
from desktop.channels.telegram import mapping
from desktop.channels.telegram.channel import TelegramChannel
from desktop.domain.content.template import Status, Template, fill
from desktop.domain.model.formatting import Span, SpanKind
from desktop.domain.model.reason import make_reason
from desktop.ports import (
    Accepted,
    DirectMessage,
    DirectTemplate,
    InvalidValue,
    NotSent,
    OutcomeUnknown,
    OutgoingFile,
    ProviderError,
    ProviderErrorKind,
    Refused,
)
from desktop.ports.reasons import ProviderReason

T = ProviderErrorKind
TOKEN = "42:AAG-c2VjcmV0_x"
AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
CHAT = {"id": 9001, "type": "private", "first_name": "Jennifer"}
SENT = {"ok": True, "result": {"message_id": 6, "date": 1795338001, "chat": CHAT, "text": "hi"}}
NOBODY_RECEIVES = {"ok": True, "result": {"url": "", "has_custom_certificate": False, "pending_update_count": 0}}
SOMEBODY_RECEIVES = {"ok": True, "result": {"url": "https://connector.example/hook", "pending_update_count": 3}}


def message(**more) -> dict:
    who = {"id": 9001, "is_bot": False, "first_name": "Jennifer"}
    return {"message_id": 5, "date": 1795338000, "from": who, "chat": CHAT} | more


def update(number: int, **more) -> dict:
    return {"update_id": number} | more


def good(result) -> dict:
    return {"ok": True, "result": result}


def fault(code: int, description: str, **parameters) -> dict:
    return {"ok": False, "error_code": code, "description": description} | (
        {"parameters": parameters} if parameters else {}
    )


@pytest.fixture
async def bot(provider, clock):
    channel = TelegramChannel(Token(TOKEN), clock, base_url=provider.base_url, jitter=lambda: 0.5)
    yield channel
    await channel.aclose()


def methods(provider) -> list[str]:
    return [line.split()[1].partition("?")[0].rpartition("/")[2] for line, *_ in provider.requests]


async def trouble_of(call) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        await call
    return caught.value


# --- the token -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("token", ["42", "42:", ":x", "x:y", "42:a/b", "42:a?b", "42:a#b", "٤٢:abc", "42:../getMe"])
def test_what_is_no_token_is_not_tried(clock, token):
    with pytest.raises(InvalidValue, match="token") as caught:
        TelegramChannel(Token(token), clock)
    assert token not in str(caught.value)


def test_the_bots_id_is_public(clock, bot):
    assert bot.key.sender == "42"


async def test_the_token_is_on_the_wire_and_nowhere_else(provider, bot, caplog):
    """The library logs every address at INFO; here it is allowed to."""
    provider.answers(200, SENT)
    for library in ("httpx", "httpcore"):
        logging.getLogger(library).setLevel(logging.DEBUG)
    with caplog.at_level(logging.DEBUG):
        await bot.send_text(DirectMessage("d-1", "9001", "hi"))
    for library in ("httpx", "httpcore"):
        logging.getLogger(library).setLevel(logging.NOTSET)
    assert provider.requests[0][0] == f"POST /bot{TOKEN}/sendMessage HTTP/1.1"
    assert "/bot__token__/sendMessage" in caplog.text
    assert TOKEN not in caplog.text
    assert "c2VjcmV0" not in caplog.text


async def test_the_systems_proxy_is_used(provider, clock, monkeypatch):
    """A transport of one's own makes the library forget it."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("http_proxy", provider.base_url.removeprefix("http://"))
    provider.answers(200, SENT)
    bot = TelegramChannel(Token(TOKEN), clock, base_url="http://telegram.example")
    assert isinstance(await bot.send_text(DirectMessage("d-1", "9001", "hi")), Accepted)
    assert provider.requests[0][0].startswith("POST http://telegram.example/bot42:")
    await bot.aclose()
    provider.requests.clear()
    monkeypatch.setenv("no_proxy", "telegram.example")
    assert find_proxy("http", "telegram.example") is None
    assert find_proxy("http", "127.0.0.1") is None
    monkeypatch.delenv("no_proxy")
    monkeypatch.delenv("http_proxy")
    assert find_proxy("http", "telegram.example") is None


async def test_the_systems_exceptions_from_its_proxy_hold(provider, monkeypatch):
    """Windows and macOS have them in their settings, where the HTTP library does not look."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    proxies = {"http": provider.base_url, "https": provider.base_url}
    monkeypatch.setattr("urllib.request.getproxies", lambda: proxies)
    monkeypatch.setattr("httpx._utils.getproxies", lambda: proxies)
    monkeypatch.setattr(system_proxy, "proxy_bypass", lambda host: host.endswith(".corp.example"))
    for host, is_direct in (("translate.corp.example", True), ("api.example", False)):
        client = make_download_client(f"http://{host}")
        assert (not client._mounts) is is_direct
        await client.aclose()


# --- who it is -----------------------------------------------------------------------------------------------------


async def test_the_check_tells_of_somebody_elses_webhook(provider, bot):
    me = good({"id": 42, "is_bot": True, "first_name": "Demo", "username": "demo_bot"})
    provider.answers(200, me).answers(200, SOMEBODY_RECEIVES).answers(200, me).answers(200, NOBODY_RECEIVES)
    assert (await bot.check()).remarks == (make_reason(ProviderReason.BOT_READ_ELSEWHERE),)
    assert (await bot.check()).remarks == ()
    assert methods(provider) == ["getMe", "getWebhookInfo"] * 2


@pytest.mark.parametrize(("status", "description"), [(401, "Unauthorized"), (404, "Not Found")])
async def test_a_wrong_token(provider, bot, status, description):
    provider.answers(status, fault(status, description))
    assert (await trouble_of(bot.check())).kind is T.SIGNED_OUT


def test_a_webhook_is_never_touched():
    """Whoever set it would go deaf."""
    folder = Path(mapping.__file__).parent
    code = "".join(module.read_text(encoding="utf-8") for module in folder.glob("*.py")).casefold()
    assert "getwebhookinfo" in code
    assert "setwebhook" not in code
    assert "deletewebhook" not in code


# --- sending -------------------------------------------------------------------------------------------------------


async def test_a_text_goes_unmarked_and_as_a_reply_to_what_it_quotes(provider, bot):
    provider.answers(200, SENT)
    out = DirectMessage("d-1", "9001", "1 < 2 & *bold* 😀\ud83d", reply_to="9001:5")
    assert await bot.send_text(out) == Accepted("9001:6", address="9001")
    assert json.loads(provider.requests[0][2]) == {
        "chat_id": 9001,
        "text": "1 < 2 & *bold* 😀\ufffd",
        "reply_parameters": {"message_id": 5, "allow_sending_without_reply": True},
    }


def png(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sIIBBBBB", 13, b"IHDR", width, height, 8, 2, 0, 0, 0)


@pytest.mark.parametrize(
    ("content_type", "data", "method"),
    [
        ("image/png", png(60, 40), "sendPhoto"),
        ("image/png", png(300, 12000), "sendDocument"),
        ("image/png", png(100, 2001), "sendDocument"),
        ("image/png", png(60, 40) + bytes(10_000_000), "sendDocument"),
        ("image/jpeg", b"cut off", "sendDocument"),
        ("image/gif", b"GIF89a", "sendDocument"),
        ("application/pdf", b"%PDF", "sendDocument"),
        ("audio/ogg", b"OggS", "sendVoice"),
    ],
)
async def test_a_file_goes_by_the_method_for_its_type(provider, bot, content_type, data, method):
    provider.answers(200, SENT)
    file = OutgoingFile("parcel.bin", content_type, data)
    out = DirectMessage("d-1", "9001", "Look", file, reply_to="9001:5")
    assert await bot.send_text(out) == Accepted("9001:6", address="9001")
    assert methods(provider) == [method]
    form = provider.requests[0][2]
    assert b'name="chat_id"\r\n\r\n9001' in form
    assert b'name="caption"\r\n\r\nLook' in form
    assert b'{"message_id": 5' in form
    ending = {"image/jpeg": "jpg", "application/pdf": "pdf"}.get(content_type, content_type[-3:])
    assert f'name="{method[4:].lower()}"; filename="parcel.bin.{ending}"'.encode() in form
    assert f"Content-Type: {content_type}".encode() in form


@pytest.mark.parametrize(("text", "size", "trouble"), [("x" * 1025, 1, T.TOO_LARGE), ("", 50_000_001, T.FILE)])
async def test_files_that_are_too_large_are_not_sent(provider, bot, text, size, trouble):
    file = OutgoingFile("a.bin", "image/jpeg", b"\x00" * size)
    outcome = await bot.send_text(DirectMessage("d-1", "9001", text, file))
    assert isinstance(outcome, Refused)
    assert (outcome.kind, provider.requests) == (trouble, [])


async def test_there_are_no_templates(provider, bot):
    filled = fill(Template("1", "x", "en", "Hi", Status.APPROVED), {})
    outcome = await bot.send_template(DirectTemplate("d-1", "9001", filled))
    assert isinstance(outcome, Refused)
    assert (outcome.kind, provider.requests) == (T.TEMPLATE_UNAVAILABLE, [])


@pytest.mark.parametrize("seconds", [1, 3, 900])
async def test_the_pause_is_exactly_what_telegram_says(provider, bot, seconds):
    provider.answers(429, fault(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds))
    outcome = await bot.send_text(DirectMessage("d-1", "9001", "hi"))
    assert isinstance(outcome, NotSent)
    assert outcome.retry_after_s == seconds


def test_a_message_that_telegram_sends_later_has_no_number_yet():
    later = {"ok": True, "result": {"message_id": 0, "chat": CHAT}}
    assert mapping.accepted(later) == Accepted("", address="9001")


async def test_an_answer_that_is_not_ok_settles_nothing(provider, bot):
    provider.answers(200, fault(400, "?"))
    assert isinstance(await bot.send_text(DirectMessage("d-1", "9001", "hi")), OutcomeUnknown)


def test_styles_are_entities_counted_in_utf16_units():
    spans = (Span(SpanKind.BOLD, 2, 11), Span(SpanKind.CODE, 7, 11), Span(SpanKind.LINK, 0, 1, "https://x.example"))
    fields = mapping.text_fields(DirectMessage("d-1", "9001", "\U0001f600 bold code", spans=spans), 9001)
    assert fields["text"] == "\U0001f600 bold code"
    assert fields["entities"] == [
        {"type": "bold", "offset": 3, "length": 5},
        {"type": "code", "offset": 8, "length": 4},
    ]
    assert json.loads(
        mapping.file_fields(DirectMessage("d-1", "9001", "bold", spans=spans[:1]), 9001)["caption_entities"]
    )
