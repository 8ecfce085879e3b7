"""One suite for every channel that is written to directly: how checks and sends end, and that no token gets out."""

from __future__ import annotations

import gc
import json
import logging
import socket
import traceback
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from desktop.channels import http
from desktop.channels.http import LearningClock, Token
from desktop.channels.octopods.channel import OctopodsChannel
from desktop.channels.telegram.channel import TelegramChannel
from desktop.channels.twilio.channel import TwilioChannel
from desktop.channels.whatsapp.channel import Dialog360Channel, WhatsAppCloudChannel
from desktop.channels.words import WORDS, sentence
from desktop.domain.facts import ChannelKind
from desktop.domain.template import Status, Template, fill
from desktop.ports import (
    Accepted,
    Channel,
    ChannelTrouble,
    DirectMessage,
    DirectTemplate,
    NotSent,
    Outcome,
    Refused,
    Trouble,
    Unknown,
)

Json = dict[str, Any]
SECRET = "Zm9yLWplbm5pZmVyLW9ubHk"
JENNIFER = "+353871234567"
WORDS_OF_HERS = "Is the parcel there yet?"


@dataclass(frozen=True)
class Case:
    """One adapter and its provider's answers. make: from base URL, clock and read time-out."""

    name: str
    make: Callable[[str, LearningClock, float], Channel]
    secret: str
    account: Any
    shown: tuple[str, str]
    bad_credential: tuple[int, Json]
    taken: tuple[int, Json]
    taken_id: str
    refusal: tuple[int, Json, Trouble]
    throttled: Json
    retry_after_s: float
    throttled_headers: dict[str, str] = field(default_factory=dict)
    to: str = JENNIFER
    stranger: str = "0871234567"
    # A 2xx that is JSON, and does not say what was taken.
    empty: tuple[Any, ...] = ({}, [], None, "ok")
    # Good answers to a check that say nothing about the account.
    silent_checks: tuple[bytes, ...] = (b"<html>Hotel</html>", b"", b"{}", b"[]", b"null", b"[" * 100_000)


def meta_error(code: int, message: str = "Something", details: str = "") -> Json:
    error: Json = {"message": f"(#{code}) {message}", "type": "OAuthException", "code": code, "fbtrace_id": "A1"}
    return {"error": error | ({"error_data": {"details": details}} if details else {})}


META_TAKEN = {
    "messaging_product": "whatsapp",
    "contacts": [{"input": JENNIFER, "wa_id": "353871234567"}],
    "messages": [{"id": "wamid.HBgL1"}],
}

CASES = [
    Case(
        "whatsapp",
        lambda url, clock, patience: WhatsAppCloudChannel(
            Token(SECRET), clock, "106540352242922", "102290129340398", base_url=url, read_timeout_s=patience
        ),
        SECRET,
        account={"id": "106540352242922", "display_phone_number": "+1 555-000-1111", "verified_name": "Demo"},
        shown=("Demo", "+15550001111"),
        bad_credential=(401, meta_error(190, f"Malformed access token {SECRET}")),
        taken=(200, META_TAKEN),
        taken_id="wamid.HBgL1",
        refusal=(400, meta_error(131047, "Re-engagement message", "More than 24 hours"), Trouble.WINDOW_CLOSED),
        throttled=meta_error(130429, "Rate limit hit"),
        retry_after_s=5.0,
    ),
    Case(
        "360dialog",
        lambda url, clock, patience: Dialog360Channel(
            Token(SECRET), clock, "+15550001111", base_url=url, read_timeout_s=patience
        ),
        SECRET,
        account={"id": "106540352242922", "display_phone_number": "15550001111", "verified_name": "Demo"},
        shown=("Demo", "+15550001111"),
        bad_credential=(401, {"meta": {"http_code": 401, "developer_message": f"Invalid api_key {SECRET}"}}),
        taken=(200, META_TAKEN),
        taken_id="wamid.HBgL1",
        refusal=(400, meta_error(131026, "Message undeliverable"), Trouble.UNREACHABLE),
        throttled={"meta": {"httpCode": 429, "developerMessage": "slow down"}},
        retry_after_s=7.0,
        throttled_headers={"Retry-After": "7"},
    ),
    *(
        Case(
            f"twilio-{channel}",
            lambda url, clock, patience, channel=channel: TwilioChannel(
                Token(SECRET),
                clock,
                channel,
                "AC0123",
                "+15550001111",
                base_url=url,
                content_base_url=url,
                read_timeout_s=patience,
            ),
            SECRET,
            account={"messages": [], "friendly_name": "Demo", "status": "active"},
            shown=("Demo", "+15550001111"),
            bad_credential=(401, {"code": 20003, "message": f"Authenticate {SECRET}", "status": 401}),
            taken=(201, {"sid": "SM3f0c", "status": "queued", "to": f"{prefix}{JENNIFER}"}),
            taken_id="SM3f0c",
            refusal=(400, {"code": 21610, "message": "Unsubscribed recipient", "status": 400}, Trouble.OPTED_OUT),
            throttled={"code": 20429, "message": "Too Many Requests", "status": 429},
            retry_after_s=10.0,
        )
        for channel, prefix in ((ChannelKind.WHATSAPP, "whatsapp:"), (ChannelKind.SMS, ""))
    ),
    Case(
        "telegram",
        lambda url, clock, patience: TelegramChannel(
            Token(f"42:{SECRET}"), clock, base_url=url, read_timeout_s=patience
        ),
        SECRET,
        account={"ok": True, "result": {"id": 42, "is_bot": True, "first_name": "Demo", "username": "demo_bot"}},
        shown=("Demo", "@demo_bot"),
        bad_credential=(401, {"ok": False, "error_code": 401, "description": f"Unauthorized 42:{SECRET}"}),
        taken=(200, {"ok": True, "result": {"message_id": 6, "chat": {"id": 9001, "type": "private"}}}),
        taken_id="9001:6",
        refusal=(
            403,
            {"ok": False, "error_code": 403, "description": "Forbidden: bot was blocked by the user"},
            Trouble.OPTED_OUT,
        ),
        throttled={"ok": False, "error_code": 429, "description": "Too Many", "parameters": {"retry_after": 3}},
        retry_after_s=3.0,
        to="9001",
        stranger="@jennifer",
        empty=({}, [], None, "ok", {"ok": False}, {"ok": True, "result": {}}, {"ok": True, "result": True}),
    ),
    Case(
        "octopods-whatsapp",
        lambda url, clock, patience: OctopodsChannel(
            Token(SECRET), clock, ChannelKind.WHATSAPP, "+15550001111", base_url=url, read_timeout_s=patience
        ),
        SECRET,
        account=[{"template_id": 1, "template_name": "x", "account_phone_number": "+15550001111"}],
        shown=("Octopods", "+15550001111"),
        bad_credential=(401, {"request_id": "r", "error": f"No key {SECRET}"}),
        taken=(201, {"request_id": "r", "message_id": 77, "message_status_url": "https://…/77"}),
        taken_id="77",
        refusal=(400, {"request_id": "r", "error_code": 5, "error": "Invalid Phone number"}, Trouble.BAD_ADDRESS),
        throttled={},
        retry_after_s=10.0,
        # An empty list is an account without templates.
        silent_checks=(b"<html>Hotel</html>", b"", b"{}", b"null", b"[" * 100_000),
    ),
    Case(
        "octopods-sms",
        lambda url, clock, patience: OctopodsChannel(
            Token(SECRET), clock, ChannelKind.SMS, "+15550001111", base_url=url, read_timeout_s=patience
        ),
        SECRET,
        account={"message_id": 0, "status": "UNKNOWN"},
        shown=("Octopods SMS", "+15550001111"),
        bad_credential=(400, {"error_code": 5, "error": f"DEPRECATED_API_KEY {SECRET}"}),
        taken=(201, {"request_id": "r", "message_id": 78}),
        taken_id="78",
        refusal=(400, {"request_id": "r", "error_code": 3, "error": "Invalid Phone number"}, Trouble.BAD_ADDRESS),
        throttled={},
        retry_after_s=10.0,
    ),
]

NAMES = {"whatsapp": "WhatsApp", "360dialog": "360dialog", "twilio": "Twilio", "telegram": "Telegram"}
"""As sentences name each provider."""


def ways() -> list[Any]:
    """Each way of each adapter to put words before a customer."""
    listed = []
    for case in CASES:
        abilities = case.make("http://127.0.0.1:1", _NoClock(), 1.0).abilities
        listed += [pytest.param(case, "text", id=f"{case.name}-text")] if abilities.sends_free_text else []
        listed += [pytest.param(case, "template", id=f"{case.name}-template")] if abilities.has_templates else []
    return listed


class _NoClock:
    """For adapters that are only looked at."""


each_case = pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
each_way = pytest.mark.parametrize(("case", "way"), ways())


@pytest.fixture
def opened() -> list[Channel]:
    return []


@pytest.fixture
async def make(opened, provider, clock) -> AsyncIterator[Callable[..., Channel]]:
    """`make(case)`: an adapter that talks to `provider`, or to `url`."""

    def one(case: Case, url: str = "", patience_s: float = 30.0) -> Channel:
        opened.append(case.make(url or provider.base_url, clock, patience_s))
        return opened[-1]

    yield one
    for channel in opened:
        await channel.aclose()


@pytest.fixture
def send(clock) -> Callable[..., Any]:
    template = Template("594425479261596", "order_update", "en", "Hi {{1}}!", Status.APPROVED, known_at=clock.now())

    async def one(channel: Channel, case: Case, way: str, to: str = "") -> Outcome:
        if way == "text":
            return await channel.send_text(DirectMessage("d-1", to or case.to, WORDS_OF_HERS))
        filled = fill(template, {"body.1": WORDS_OF_HERS})
        return await channel.send_template(DirectTemplate("d-1", to or case.to, filled))

    return one


def nobody() -> str:
    """An address that was free a moment ago and refuses connections."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return f"http://127.0.0.1:{taken.getsockname()[1]}"


async def trouble_of(call: Any) -> ChannelTrouble:
    with pytest.raises(ChannelTrouble) as caught:
        await call
    return caught.value


# --- the credential ------------------------------------------------------------------------------------------------


@each_case
async def test_a_good_credential_says_whose_it_is(case, make, provider):
    provider.answers(200, case.account)
    found = await make(case).check()
    assert (found.name, found.address) == case.shown


@each_case
async def test_a_bad_credential_is_told_at_once(case, make, provider):
    provider.answers(*case.bad_credential)
    found = await trouble_of(make(case).check())
    assert found.trouble is Trouble.SIGNED_OUT
    assert "credential" in found.sentence
    assert "settings" in found.sentence
    assert len(provider.requests) == 1


@each_case
async def test_a_check_that_nobody_answers(case, make, clock):
    found = await trouble_of(make(case, nobody()).check())
    assert found.trouble is Trouble.OFFLINE
    assert len(clock.pauses_s) == 2


@each_case
async def test_a_check_is_repeated_while_the_provider_has_a_problem(case, make, provider, clock):
    provider.answers(503, b"<html>Later</html>").hangs_up().answers(200, case.account)
    assert (await make(case).check()).name == case.shown[0]
    assert len(clock.pauses_s) == 2
    assert clock.pauses_s == sorted(clock.pauses_s)


@each_case
@pytest.mark.parametrize("number", range(6))
async def test_a_check_whose_answer_says_nothing(case, make, provider, number):
    provider.answers(200, case.silent_checks[number % len(case.silent_checks)])
    assert (await trouble_of(make(case).check())).trouble is Trouble.BAD_ANSWER


# --- sending -------------------------------------------------------------------------------------------------------


@each_way
async def test_accepted(case, way, make, provider, send):
    provider.answers(*case.taken)
    outcome = await send(make(case), case, way)
    assert isinstance(outcome, Accepted)
    assert outcome.entry_id == case.taken_id
    assert len(provider.requests) == 1
    line, headers, body = provider.requests[0]
    assert line.startswith("POST ")
    assert int(headers["content-length"]) == len(body)


@each_way
async def test_refused(case, way, make, provider, send):
    status, body, trouble = case.refusal
    provider.answers(status, body)
    outcome = await send(make(case), case, way)
    assert isinstance(outcome, Refused)
    assert outcome.trouble is trouble
    assert outcome.sentence.endswith(WORDS[trouble][1].format(provider=NAMES.get(case.name.split("-")[0], "Octopods")))
    assert len(provider.requests) == 1


@each_way
async def test_never_left(case, way, make, send):
    outcome = await send(make(case, nobody()), case, way)
    assert isinstance(outcome, NotSent)
    assert outcome.retry_after_s > 0


@each_way
@pytest.mark.parametrize("failure", ["hangs_up", "talks_nonsense"])
async def test_lost(case, way, make, provider, send, failure):
    getattr(provider, failure)()
    outcome = await send(make(case), case, way)
    assert isinstance(outcome, Unknown)
    assert len(provider.requests) == 1


@each_way
async def test_lost_in_the_middle_of_a_good_answer(case, way, make, provider, send):
    provider.answers(*case.taken, cut=20)
    assert isinstance(await send(make(case), case, way), Unknown)
    assert len(provider.requests) == 1


@each_way
async def test_unknown_when_the_provider_stays_silent(case, way, make, provider, send):
    provider.stays_silent()
    assert await send(make(case, patience_s=0.2), case, way) == Unknown("ReadTimeout")
    assert len(provider.requests) == 1


@each_way
async def test_a_pause_is_asked_for(case, way, make, provider, send, clock):
    provider.answers(429, case.throttled, headers=case.throttled_headers)
    outcome = await send(make(case), case, way)
    assert isinstance(outcome, NotSent)
    assert outcome.retry_after_s == case.retry_after_s
    assert (len(provider.requests), clock.pauses_s) == (1, [])


@each_way
@pytest.mark.parametrize("status", [302, 408, 500, 502, 504])
async def test_unknown_for_what_settles_nothing(case, way, make, provider, send, status):
    provider.answers(status, b"<html>?</html>", headers={"Location": "http://127.0.0.1:1/elsewhere"})
    assert await send(make(case), case, way) == Unknown(f"HTTP {status}")
    assert len(provider.requests) == 1


@each_way
@pytest.mark.parametrize("body", [b"", b"<html></html>", b'{"id": "1"', b"[" * 100_000])
async def test_unknown_when_a_good_answer_cannot_be_read(case, way, make, provider, send, body):
    provider.answers(200, body)
    assert isinstance(await send(make(case), case, way), Unknown)
    assert len(provider.requests) == 1


@each_way
async def test_unknown_when_a_good_answer_does_not_say_what_was_taken(case, way, make, provider, send):
    for body in case.empty:
        provider.answers(200, body)
    channel = make(case)
    assert {type(await send(channel, case, way)) for _ in case.empty} == {Unknown}
    assert len(provider.requests) == len(case.empty)


@each_way
async def test_unknown_when_the_answer_is_endless(case, way, make, provider, send, monkeypatch):
    monkeypatch.setattr(http, "LARGEST_ANSWER_BYTES", 1000)
    provider.answers(200, {"id": "x" * 2000})
    assert await send(make(case), case, way) == Unknown("AnswerTooLarge")


@each_way
async def test_what_is_no_address_is_not_sent_to(case, way, make, provider, send):
    channel = make(case)
    for to in (case.stranger, "Jennifer", "+", ""):
        outcome = await send(channel, case, way, to or " ")
        assert isinstance(outcome, Refused)
        assert outcome.trouble is Trouble.BAD_ADDRESS
    assert provider.requests == []


@each_way
async def test_no_outcome_holds_words_of_the_message(case, way, make, provider, send):
    provider.hangs_up()
    assert WORDS_OF_HERS not in repr(await send(make(case), case, way))


@each_case
async def test_what_is_too_long_is_not_sent(case, make, provider):
    channel = make(case)
    if channel.abilities.sends_free_text:
        outcome = await channel.send_text(DirectMessage("d-1", case.to, "x" * (channel.abilities.max_text + 1)))
        assert (type(outcome), outcome.trouble) == (Refused, Trouble.TOO_LARGE)
    assert provider.requests == []


@each_case
async def test_what_it_cannot_do_is_answered_by_nothing(case, make, provider, clock, send):
    channel = make(case)
    abilities = channel.abilities
    if not abilities.has_templates:
        assert list(await channel.templates()) == []
        assert isinstance(await send(channel, case, "template"), Refused)
    if not abilities.sends_free_text:
        assert isinstance(await send(channel, case, "text"), Refused)
    if not abilities.reports_status:
        assert await channel.status("x") is None
    if not abilities.lists_messages:
        assert not (await channel.messages(clock.now())).complete
    if not abilities.can_look_up_sent:
        message = DirectMessage("d-1", case.to, WORDS_OF_HERS)
        assert await channel.look_up_sent(message, clock.now(), ()) is None
    assert provider.requests == []


# --- secrets -------------------------------------------------------------------------------------------------------


@each_case
async def test_no_token_gets_out(case, make, provider, send, caplog):
    """Every way of failing, at DEBUG, with libraries that log all they can and a provider that quotes the token."""
    channels = [make(case, patience_s=0.2), make(case, nobody())]
    for library in ("httpx", "httpcore", "desktop"):
        logging.getLogger(library).setLevel(logging.DEBUG)
    provider.answers(*case.bad_credential).answers(400, {"error": {"message": case.secret, "code": 135000}})
    provider.answers(500, case.secret.encode()).hangs_up().talks_nonsense().stays_silent()
    told = [repr(channels), str(vars(channels[0]))]
    with caplog.at_level(logging.DEBUG):
        for channel in channels:
            for way in ("text", "template"):
                told += [repr(await send(channel, case, way)) for _ in range(3)]
            for _ in range(4):
                trouble = await trouble_of(channel.check())
                told += [repr(trouble), trouble.sentence, "".join(traceback.format_exception(trouble))]
                assert trouble.__cause__ is None
                assert trouble.__context__ is None
    gc.collect()
    for library in ("httpx", "httpcore", "desktop"):
        logging.getLogger(library).setLevel(logging.NOTSET)
    assert len(provider.requests) > 5
    assert caplog.records
    assert case.secret not in caplog.text + "".join(told)
    assert case.secret not in json.dumps([str(r.args) for r in caplog.records])


# --- sentences -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("trouble", list(Trouble))
def test_every_trouble_has_a_sentence_and_a_next_step(trouble):
    what, next_step = WORDS[trouble]
    assert what.endswith(".")
    assert next_step.endswith(".")
    found = sentence(trouble, "WhatsApp", code="131047")
    assert "{" not in found
    assert "(code 131047)" in found
    assert found.endswith(next_step.format(provider="WhatsApp"))


def test_the_providers_words_are_quoted_short_and_on_one_line():
    found = sentence(Trouble.UNKNOWN, "WhatsApp", said="No.\nReally " + "x" * 300, code="7")
    assert "“No. Really x" in found
    assert "\n" not in found
    assert len(found) < 400
