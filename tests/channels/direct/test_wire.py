"""Every channel: answers that no provider would give, but proxies, hotels and bugs do."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from desktop.channels.shared import http
from desktop.domain.content.template import Status, Template
from desktop.ports import DirectMessage, DirectTemplate, OutcomeUnknown, ProviderErrorKind
from desktop.sandbox.model.settings import Fault
from desktop.text.reasons.describe import describe

NONSENSE = (b"<html>Hotel</html>", b"", b"{}", b"[]", b"null", b'"ok"', b'{"id": "1"', b"[" * 100_000, b"\xff\xfe")


@pytest.fixture
def by_the_book(connect, account, provider):
    """An adapter that talks to `provider`, which answers as each test says."""
    return connect(account, base_url=provider.base_url, content_base_url=provider.base_url, patience_s=5.0)


@pytest.fixture
def out(account, complete, way):
    """To somebody whose address is good; nobody looks it up here."""
    to = "9001" if account.word == "telegram" else "+353871234567"
    template = Template("594", "still_there", "en", "Hello", Status.APPROVED, known_at=datetime.now(UTC))
    return DirectMessage("d-1", to, "Hello") if way == "text" else DirectTemplate("d-1", to, complete(template))


async def test_a_check_whose_answer_says_nothing(account, by_the_book, provider, trouble_of):
    for body in NONSENSE:
        if (account.kind, body) == ("octopods-whatsapp", b"[]"):
            continue  # an account without templates
        provider.restart().answers(200, body)
        assert (await trouble_of(by_the_book.check())).kind is ProviderErrorKind.BAD_ANSWER, body


async def test_a_check_is_repeated_while_the_provider_has_a_problem(stage, account, channel):
    stage.settings.fail_next += [Fault("*", ".", "status", status=503, html=True), Fault("*", ".", "drop_before")]
    began = stage.now()
    assert (await channel.check()).address == account.line.address
    assert stage.settings.fail_next == []
    assert 1 < (stage.now() - began).total_seconds() < 3, "0.5 s, then 1 s"


async def test_a_check_that_nobody_answers(stage, channel, trouble_of):
    stage.sandbox.unplug()
    found = await trouble_of(channel.check())
    assert found.kind is ProviderErrorKind.OFFLINE
    assert describe(found.reason).endswith("Check your network connection.")


async def test_a_good_answer_that_does_not_say_what_was_taken(by_the_book, provider, out, send):
    """It may have been sent."""
    odd = [{"ok": False}, {"ok": True, "result": {}}, {"ok": True, "result": True}, {"messages": [{}]}, {"sid": None}]
    for body in (*NONSENSE, *(json.dumps(o).encode() for o in odd)):
        asked = len(provider.requests)
        provider.restart().answers(200, body)
        assert isinstance(await send(by_the_book, out), OutcomeUnknown), body
        assert len(provider.requests) == asked + 1


async def test_what_is_no_http(by_the_book, provider, out, send):
    provider.talks_nonsense()
    assert isinstance(await send(by_the_book, out), OutcomeUnknown)
    assert len(provider.requests) == 1


async def test_an_endless_answer(by_the_book, provider, out, send, monkeypatch):
    monkeypatch.setattr(http, "MAX_RESPONSE_BYTES", 1000)
    provider.answers(200, {"id": "x" * 2000})
    assert await send(by_the_book, out) == OutcomeUnknown("AnswerTooLarge")


async def test_a_redirect_is_not_followed_with_a_message(by_the_book, provider, out, send):
    provider.answers(307, b"", headers={"Location": f"{provider.base_url}/elsewhere"})
    assert await send(by_the_book, out) == OutcomeUnknown("HTTP 307")
    assert len(provider.requests) == 1


async def test_a_pause_in_the_header_is_kept(account, by_the_book, provider, out, send):
    """Telegram names its pause in the body alone."""
    provider.answers(429, b"<html>Slow down</html>", headers={"Retry-After": "7"})
    assert (await send(by_the_book, out)).retry_after_s == (7.0 if account.word != "telegram" else 10.0)
