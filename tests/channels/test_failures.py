"""Each way a read or a change can fail: which trouble, in which words, repeated how often."""

from __future__ import annotations

import asyncio
import gc
import logging
import pickle
import time
import traceback

import pytest

from desktop.channels.intercom import api
from desktop.channels.intercom.channel import IntercomGateway
from desktop.channels.shared import http
from desktop.channels.shared.exchange import Token
from desktop.ports import (
    ConversationReply,
    InvalidValue,
    NotSent,
    OutcomeUnknown,
    ProviderError,
    ProviderErrorKind,
    StateChange,
)
from desktop.text.reasons.describe import describe


async def trouble_of(call) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        await call
    return caught.value


@pytest.mark.parametrize(
    ("status", "trouble", "words"),
    [
        (400, ProviderErrorKind.REJECTED, "Intercom refused this. Intercom says: “It will not do”."),
        (401, ProviderErrorKind.SIGNED_OUT, "no longer accepts your access token"),
        (403, ProviderErrorKind.FORBIDDEN, "“Read conversations”"),
        (404, ProviderErrorKind.GONE, "no longer has this"),
        (406, ProviderErrorKind.REJECTED, "It will not do"),
        (409, ProviderErrorKind.REJECTED, "It will not do"),
        (413, ProviderErrorKind.TOO_LARGE, "too large"),
        (422, ProviderErrorKind.REJECTED, "It will not do"),
        (302, ProviderErrorKind.BAD_ANSWER, "couldn't read the response from Intercom"),
    ],
)
async def test_refusals_are_told_at_once(provider, gateway, clock, status, trouble, words):
    provider.fails(status, "It will not do.", headers={"Location": "http://127.0.0.1:1/elsewhere"})
    found = await trouble_of(gateway.conversation("1"))
    assert (found.kind, found.request_id) == (trouble, "r-1")
    assert words in describe(found.reason)
    assert (len(provider.requests), clock.pauses_s) == (1, [])


@pytest.mark.parametrize(
    ("status", "trouble"),
    [(408, ProviderErrorKind.TIMED_OUT), (500, ProviderErrorKind.BUSY), (503, ProviderErrorKind.BUSY)],
)
async def test_passing_trouble_is_sat_out_and_then_told(provider, gateway, clock, status, trouble):
    provider.fails(status, "Later")
    assert (await trouble_of(gateway.conversation("1"))).kind is trouble
    assert len(provider.requests) == len(clock.pauses_s) + 1 > 1
    assert clock.pauses_s == sorted(clock.pauses_s)


async def test_passing_trouble_that_passes_is_not_told(provider, gateway, answers):
    provider.fails(500, "Later").hangs_up().answers(200, answers.conversation())
    assert (await gateway.conversation("1")).id == "215471234500001"
    assert len(provider.requests) == 3


async def test_an_html_page_instead_of_an_error_list(provider, gateway):
    provider.answers(403, b"<html>Blocked by the company</html>", headers={"X-Request-Id": "r-9"})
    found = await trouble_of(gateway.conversation("1"))
    assert (found.kind, found.request_id) == (ProviderErrorKind.FORBIDDEN, "r-9")
    assert "html" not in describe(found.reason)


@pytest.mark.parametrize(
    "body",
    [b"<html>Welcome to the hotel's network</html>", b"", b'{"id": "1"', b"[" * 100_000, b"[]", b"{}", b"null"],
)
async def test_an_answer_that_is_no_conversation(provider, gateway, body):
    provider.answers(200, body)
    assert (await trouble_of(gateway.conversation("1"))).kind is ProviderErrorKind.BAD_ANSWER


async def test_a_server_that_accepts_and_never_answers_is_told_at_once(provider, clock, monkeypatch):
    """After the first patience, not after the client's time-out and another try; then it is given more time."""
    monkeypatch.setattr(api, "FIRST_READ_TIMEOUT_S", 0.1)
    monkeypatch.setattr(api, "RETRY_WITHIN_S", 0.05)
    provider.stays_silent()
    gateway = IntercomGateway(provider.base_url, Token("t"), clock, read_timeout_s=30.0, jitter=lambda: 0.5)
    took_s = []
    for _ in range(2):
        began = time.monotonic()
        assert (await trouble_of(gateway.conversation("1"))).kind is ProviderErrorKind.TIMED_OUT
        took_s.append(time.monotonic() - began)
    await gateway.aclose()
    assert len(provider.requests) == 2
    assert 0.1 <= took_s[0] < 15
    assert took_s[1] >= 0.2


def test_it_is_known_within_fifteen_seconds_that_nothing_answers():
    assert api.RETRY_WITHIN_S < api.FIRST_READ_TIMEOUT_S < 15


async def test_a_pause_that_intercom_names_is_kept(provider, gateway, clock, answers):
    provider.fails(429, "Slow down", headers={"Retry-After": "7"}).answers(200, answers.conversation())
    await gateway.conversation("1")
    assert sum(clock.pauses_s) == pytest.approx(8, abs=0.5)


async def test_after_a_429_the_reset_is_waited_for(provider, gateway, clock, answers):
    reset = str(int(clock.now().timestamp()) + 6)
    limits = {"X-RateLimit-Limit": "1667", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset}
    provider.fails(429, "Slow down", headers=limits).answers(200, answers.conversation())
    await gateway.conversation("1")
    assert 4 <= sum(clock.pauses_s) <= 8.5


async def test_a_long_pause_is_told_instead(provider, gateway):
    provider.fails(429, "Slow down", headers={"Retry-After": "90"})
    found = await trouble_of(gateway.conversation("1"))
    assert (found.kind, len(provider.requests)) == (ProviderErrorKind.THROTTLED, 1)
    assert found.retry_after_s == pytest.approx(91)


async def test_a_closed_client_opens_no_connection(provider, gateway):
    await gateway.aclose()
    assert (await trouble_of(gateway.conversation("1"))).kind is ProviderErrorKind.OFFLINE
    reply = ConversationReply("d", "1", "7001", "Hello")
    assert isinstance(await gateway.send(reply), NotSent)
    assert provider.requests == []


@pytest.mark.parametrize("turns", range(0, 12, 2))
async def test_a_request_that_runs_when_the_client_is_closed_leaves_no_connection(provider, gateway, answers, turns):
    provider.answers(200, answers.conversation(), headers={"Connection": "keep-alive"})
    running = asyncio.ensure_future(gateway.conversation("1"))
    for _ in range(turns):
        await asyncio.sleep(0)
    await gateway.aclose()
    await asyncio.gather(running, return_exceptions=True)
    del running
    # One that was left open is told by the garbage collector, as an error.
    gc.collect()


async def test_silence_ends_in_a_time_out(provider, impatient):
    provider.stays_silent()
    assert (await trouble_of(impatient.conversation("1"))).kind is ProviderErrorKind.TIMED_OUT
    assert len(provider.requests) == 2


@pytest.mark.parametrize("failure", ["hangs_up", "talks_nonsense"])
async def test_a_connection_that_breaks(provider, gateway, failure):
    getattr(provider, failure)()
    assert (await trouble_of(gateway.conversation("1"))).kind is ProviderErrorKind.OFFLINE


async def test_an_answer_that_breaks_off(provider, gateway, answers):
    provider.answers(200, answers.conversation(), cut=40)
    assert (await trouble_of(gateway.conversation("1"))).kind is ProviderErrorKind.OFFLINE


async def test_a_change_whose_answer_is_lost_is_told(provider, gateway):
    provider.hangs_up()
    assert (await trouble_of(gateway.change("1", StateChange.CLOSE, "7001"))).kind is ProviderErrorKind.OFFLINE
    assert len(provider.requests) == 1


@pytest.mark.parametrize("call", ["account", "changed"])
async def test_other_answers_that_are_not_what_was_asked_for(provider, gateway, call, clock):
    provider.answers(200, {} if call == "account" else [])
    asked = gateway.account() if call == "account" else gateway.changed_since(clock.now())
    assert (await trouble_of(asked)).kind is ProviderErrorKind.BAD_ANSWER


async def test_a_contact_that_is_none(provider, gateway):
    provider.answers(200, {"type": "contact"})
    assert (await trouble_of(gateway.contact("c1"))).kind is ProviderErrorKind.BAD_ANSWER


async def test_an_answer_packed_in_a_broken_way(provider, gateway):
    provider.answers(200, b"not gzip", headers={"Content-Encoding": "gzip"})
    assert (await trouble_of(gateway.conversation("1"))).kind is ProviderErrorKind.BAD_ANSWER


async def test_nobody_is_there(unreachable):
    gateway = unreachable()
    assert (await trouble_of(gateway.conversation("1"))).kind is ProviderErrorKind.OFFLINE
    await gateway.aclose()


async def test_an_endless_answer_is_not_read(provider, gateway, monkeypatch):
    monkeypatch.setattr(http, "MAX_RESPONSE_BYTES", 1000)
    provider.answers(200, {"id": "x" * 2000})
    assert (await trouble_of(gateway.conversation("1"))).kind is ProviderErrorKind.TOO_LARGE


async def test_changes_are_never_repeated(provider, gateway, clock):
    provider.fails(500, "Later")
    found = await trouble_of(gateway.change("1", StateChange.CLOSE, "7001"))
    assert (found.kind, len(provider.requests), clock.pauses_s) == (ProviderErrorKind.BUSY, 1, [])
    provider.fails(403, "No")
    provider.requests.clear()
    await trouble_of(gateway.change("1", StateChange.MARK_READ, "7001"))
    assert "“Write conversations”" in describe((await trouble_of(gateway.change("1", StateChange.OPEN, "7001"))).reason)


async def test_the_brake_on_replies_is_a_pause_for_changes_too(provider, gateway):
    provider.fails(400, "Too many recent replies to this conversation")
    found = await trouble_of(gateway.change("1", StateChange.CLOSE, "7001"))
    assert (found.kind, found.retry_after_s) == (ProviderErrorKind.THROTTLED, 15)


async def test_merged_contacts_are_followed(provider, gateway, answers):
    for into in ("c2", "c3"):
        provider.fails(410, "merged", headers={"Link": f'</contacts/{into}>; rel="canonical"'})
    provider.answers(200, answers.contact(id="c3"))
    found = await gateway.contact("c1")
    assert (found.id, found.merged_ids) == ("c3", ("c1", "c2"))
    assert [line.split()[1] for line, *_ in provider.requests] == ["/contacts/c1", "/contacts/c2", "/contacts/c3"]


@pytest.mark.parametrize("link", ["", '</contacts/c1>; rel="canonical"', "<https://elsewhere.example/>"])
async def test_a_merge_without_a_goal_is_told(provider, gateway, link):
    provider.fails(410, "merged", headers={"Link": link})
    assert (await trouble_of(gateway.contact("c1"))).kind is ProviderErrorKind.MERGED
    assert len(provider.requests) == 1


async def test_a_chain_of_merges_ends(provider, gateway):
    for number in range(2, 9):
        provider.fails(410, "merged", headers={"Link": f'</contacts/c{number}>; rel="canonical"'})
    found = await trouble_of(gateway.contact("c1"))
    assert (found.kind, found.merged_into, len(provider.requests)) == (ProviderErrorKind.MERGED, "c5", 4)


async def test_ids_cannot_leave_their_place_in_the_path(provider, gateway, answers):
    provider.answers(200, answers.conversation())
    await gateway.conversation("../me?x=1#")
    assert provider.requests[0][0] == "GET /conversations/..%2Fme%3Fx%3D1%23 HTTP/1.1"


async def test_every_request_says_who_asks_and_in_which_version(provider, gateway, answers):
    provider.answers(200, answers.conversation())
    await gateway.conversation("1")
    headers = provider.requests[0][1]
    assert (headers["intercom-version"], headers["accept"]) == ("2.16", "application/json")
    assert headers["authorization"].startswith("Bearer ")
    assert headers["user-agent"].startswith("Reachline/")


class TestToken:
    def test_its_text_shows_nowhere_and_it_cannot_be_pickled(self):
        token = Token(" abc123\n")
        assert token.reveal() == "abc123"
        assert "abc123" not in f"{token} {token!r} {[token]}"
        with pytest.raises(TypeError):
            pickle.dumps(token)

    @pytest.mark.parametrize("secret", ["", "  ", "two words", "töken", "line\nbreak", "nul\0"])
    def test_what_no_header_carries_is_refused_without_being_told(self, secret):
        with pytest.raises(InvalidValue, match="token_form") as caught:
            Token(secret)
        assert not secret.strip() or secret not in str(caught.value)

    async def test_it_appears_in_no_log_and_no_error(self, provider, clock, caplog, unreachable):
        secret = "sEcReT-token-1234567890"
        gateway = IntercomGateway(provider.base_url, Token(secret), clock)
        # Even when somebody turns the libraries' own logs on again.
        for name in (None, "httpx", "httpcore"):
            caplog.set_level(logging.DEBUG, name)
        told = []
        failures = [lambda: provider.fails(401, "Access Token Invalid"), provider.hangs_up, provider.talks_nonsense]
        for fail in failures:
            provider._book.clear()
            fail()
            try:
                await gateway.conversation("1")
            except ProviderError as trouble:
                told.append("".join(traceback.format_exception(trouble)) + repr(trouble))
            told.append(repr(await gateway.send(ConversationReply("d", "1", "7001", "Hello"))))
        await gateway.aclose()
        assert len(told) == 6
        assert all(secret in headers["authorization"] for _, headers, _ in provider.requests)
        logged = " ".join(f"{r.getMessage()} {r.args} {r.exc_text}" for r in caplog.records)
        assert caplog.records
        assert secret not in logged + " ".join(told) + repr(gateway) + repr(vars(gateway))


async def test_a_redirect_takes_the_token_nowhere(provider, gateway):
    provider.answers(307, b"", headers={"Location": f"{provider.base_url}/elsewhere"})
    assert isinstance(await gateway.send(ConversationReply("d", "1", "7001", "Hello")), OutcomeUnknown)
    await trouble_of(gateway.conversation("1"))
    assert len(provider.requests) == 2
