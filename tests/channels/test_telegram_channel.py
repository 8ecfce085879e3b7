"""Telegram: sending, receiving where nobody else does, and a token that stays below everything that remembers."""

from __future__ import annotations

import json
import logging
import struct
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.channels.shared import http
from desktop.channels.shared.http import Token
from desktop.channels.telegram import mapping
from desktop.channels.telegram.channel import TelegramChannel
from desktop.domain.content.template import Status, Template, fill
from desktop.ports import (
    Accepted,
    ChannelMessage,
    DirectMessage,
    DirectTemplate,
    NotSent,
    OutcomeUnknown,
    OutgoingFile,
    ProviderError,
    ProviderErrorKind,
    Received,
    Refused,
    RemoteFile,
)

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
    with pytest.raises(ValueError, match="token") as caught:
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
    assert http._proxy("http://telegram.example") is None
    assert http._proxy(provider.base_url) is None
    monkeypatch.delenv("no_proxy")
    monkeypatch.delenv("http_proxy")
    assert http._proxy("http://telegram.example") is None


# --- who it is -----------------------------------------------------------------------------------------------------


async def test_the_check_tells_of_somebody_elses_webhook(provider, bot):
    me = good({"id": 42, "is_bot": True, "first_name": "Demo", "username": "demo_bot"})
    provider.answers(200, me).answers(200, SOMEBODY_RECEIVES).answers(200, me).answers(200, NOBODY_RECEIVES)
    assert (await bot.check()).remarks == (mapping.WEBHOOK_REMARK,)
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


async def test_a_text(provider, bot):
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
    ],
)
async def test_files(provider, bot, content_type, data, method):
    provider.answers(200, SENT)
    file = OutgoingFile("parcel.bin", content_type, data)
    out = DirectMessage("d-1", "9001", "Look", file, reply_to="9001:5")
    assert await bot.send_text(out) == Accepted("9001:6", address="9001")
    assert methods(provider) == [method]
    form = provider.requests[0][2]
    assert b'name="chat_id"\r\n\r\n9001' in form
    assert b'name="caption"\r\n\r\nLook' in form
    assert b'{"message_id": 5' in form
    ending = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "application/pdf": "pdf"}[content_type]
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


# --- receiving -----------------------------------------------------------------------------------------------------


async def test_messages_are_handed_over_once(provider, bot):
    provider.answers(200, NOBODY_RECEIVES)
    provider.answers(200, good([update(7001, message=message(text="hello"))])).answers(200, good([]))
    found = await bot.receive("", timedelta(seconds=30))
    hers = ChannelMessage("9001:5", True, "42", "9001", AT, "hello")
    assert found == Received((hers,), "7002")
    assert await bot.receive(found.cursor, timedelta(minutes=5)) == Received((), "7002")
    assert methods(provider) == ["getWebhookInfo", "getUpdates", "getUpdates"]
    asked = [json.loads(body) for _, _, body in provider.requests[1:]]
    assert asked[0] == {
        "limit": 100,
        "timeout": 30,
        "allowed_updates": ["message", "edited_message", "my_chat_member"],
    }
    assert (asked[1]["offset"], asked[1]["timeout"]) == (7002, 50)


async def test_where_a_webhook_is_set_nothing_is_fetched(provider, bot):
    provider.answers(200, SOMEBODY_RECEIVES)
    for _ in range(2):
        found = await trouble_of(bot.receive("", timedelta(seconds=1)))
        assert found.kind is T.TAKEN
        assert "Receiving is left to it" in found.sentence
    assert methods(provider) == ["getWebhookInfo"] * 2


@pytest.mark.parametrize(
    "description",
    [
        "Conflict: can't use getUpdates method while webhook is active",
        "Conflict: terminated by other getUpdates request",
    ],
)
async def test_another_receiver_is_not_fought(provider, bot, description):
    provider.answers(200, NOBODY_RECEIVES).answers(409, fault(409, description)).answers(200, SOMEBODY_RECEIVES)
    assert (await trouble_of(bot.receive("", timedelta(seconds=1)))).kind is T.TAKEN
    assert methods(provider) == ["getWebhookInfo", "getUpdates"]
    assert (await trouble_of(bot.receive("", timedelta(seconds=1)))).kind is T.TAKEN
    assert methods(provider)[2:] == ["getWebhookInfo"]


async def test_sending_still_works_beside_another_receiver(provider, bot):
    provider.answers(200, SENT)
    assert isinstance(await bot.send_text(DirectMessage("d-1", "9001", "hi")), Accepted)
    assert methods(provider) == ["sendMessage"]


@pytest.mark.parametrize("content", [{"ok": True}, {"ok": True, "result": {}}, [], None])
async def test_answers_that_hold_no_updates(provider, bot, content):
    provider.answers(200, NOBODY_RECEIVES).answers(200, content)
    assert (await trouble_of(bot.receive("", timedelta(seconds=1)))).kind is T.BAD_ANSWER


@pytest.mark.parametrize("content", [{"ok": True}, [], {"ok": False}])
async def test_nothing_is_fetched_while_the_webhook_is_unknown(provider, bot, content):
    provider.answers(200, content)
    assert (await trouble_of(bot.receive("", timedelta(seconds=1)))).kind is T.BAD_ANSWER
    assert methods(provider) == ["getWebhookInfo"]


def received(*updates) -> Received:
    return mapping.received(list(updates), "42", "cursor")


def test_an_edit_is_marked():
    (found,) = received(update(1, edited_message=message(text="new words", edit_date=1795338100))).messages
    assert (found.text, found.edited, found.sent_at) == ("new words", True, AT)


def test_blocking_and_starting_again():
    def member(number: int, state: str, chat=CHAT) -> dict:
        return update(number, my_chat_member={"chat": chat, "date": 1, "new_chat_member": {"status": state}})

    assert received(member(1, "kicked")).reachable == {"9001": False}
    assert received(member(1, "kicked"), member(2, "member")).reachable == {"9001": True}
    assert received(member(1, "kicked", {"id": -5, "type": "group"}), member(2, "restricted")).reachable == {}


def test_groups_and_unknown_updates_are_passed_over_for_good():
    group = message(text="hi all", chat={"id": -100, "type": "supergroup"})
    assert received(update(8, message=group), update(9, poll={})) == Received((), "10")


@pytest.mark.parametrize(
    ("content", "files"),
    [
        (
            {"photo": [{"file_id": "small"}, {"file_id": "large", "file_size": 900}], "caption": "Look"},
            (RemoteFile("large", "image/jpeg", "", 900),),
        ),
        (
            {"document": {"file_id": "d", "file_name": "bill.pdf", "mime_type": "application/pdf", "file_size": 5}},
            (RemoteFile("d", "application/pdf", "bill.pdf", 5),),
        ),
        ({"animation": {"file_id": "a"}, "document": {"file_id": "a"}}, (RemoteFile("a"),)),
        ({"voice": {"file_id": "v", "mime_type": "audio/ogg"}}, (RemoteFile("v", "audio/ogg"),)),
    ],
)
def test_files_of_hers(content, files):
    (found,) = received(update(1, message=message(**content))).messages
    assert (found.files, found.file_count, found.text) == (files, 1, content.get("caption", ""))


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ({"location": {}}, "location"),
        ({"venue": {}, "location": {}}, "venue"),
        ({"contact": {}}, "contact"),
        ({"something_new": {}}, "unknown"),
    ],
)
def test_what_cannot_be_shown_is_named(content, kind):
    (found,) = received(update(1, message=message(**content))).messages
    assert (found.unsupported, found.text) == (kind, "")


odd = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["message", "chat", "id", "type", "photo", "from", "update_id"]), inner)
    ),
    max_leaves=10,
)


@given(odd)
def test_odd_updates_do_no_harm(raw):
    mapping.received(raw, "42", "")
    mapping.message(message() | (raw if isinstance(raw, dict) else {}), "42", edited=False)
    mapping.account(raw, raw)
    mapping.accepted(raw)


async def test_a_file_is_fetched_by_its_path(provider, bot):
    provider.answers(200, good({"file_id": "d", "file_path": "documents/file 1.pdf"})).answers(200, b"%PDF")
    assert await bot.file_content("d") == b"%PDF"
    assert unquote(provider.requests[1][0]) == f"GET /file/bot{TOKEN}/documents/file 1.pdf HTTP/1.1"


async def test_a_file_without_a_path(provider, bot):
    provider.answers(200, good({"file_id": "d"}))
    assert (await trouble_of(bot.file_content("d"))).kind is T.BAD_ANSWER
