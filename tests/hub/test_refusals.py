"""Webhooks that are refused, over real HTTP, and what they may take of the hub."""

from __future__ import annotations

import asyncio
import json
from base64 import b64encode

import httpx
import pytest
import signed_webhooks as webhooks
from hub_stage import HubBroker, HubCopy, give_secrets, running_hub, until
from signed_webhooks import Webhook
from starlette.requests import Request

from desktop.hub.webhooks.bodies import MAX_BODY_BYTES, Bodies, BodyRefused

PROVIDERS = ("intercom", "meta", "twilio", "telegram")
WITHOUT_BODY_SIGNED = ("telegram",)


async def post(hub: HubCopy, webhook: Webhook, **headers: str) -> tuple[int, str]:
    answer = await hub.http.post(webhook.path, content=webhook.body, headers=webhook.headers | headers)
    return answer.status_code, answer.text


# --- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_unsigned_wrongly_signed_and_forged_webhooks_are_refused(hub: HubCopy, provider: str) -> None:
    good = webhooks.good(hub.workspace_id)[provider]
    without = {name: value for name, value in good.headers.items() if name != good.signature}
    signatures = (b"", b"sha1=", b"sha256=" + 64 * b"0", good.headers[good.signature][:-1].encode(), b"\xe9")
    named = good.signature.encode()
    answers = [
        await hub.http.post(good.path, content=good.body, headers=[*httpx.Headers(without).raw, *wrong])
        for wrong in ([], *([(named, signature)] for signature in signatures))
    ]
    if provider not in WITHOUT_BODY_SIGNED:
        answers.append(await hub.http.post(good.path, content=good.body + b" ", headers=good.headers))
    assert {(answer.status_code, answer.text) for answer in answers} == {(401, "signature")}
    assert await hub.facts() == []
    assert hub.count("webhooks_refused_total", provider=provider, reason="signature") == len(answers)


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_an_oversized_webhook_is_refused(hub: HubCopy, provider: str) -> None:
    good = webhooks.good(hub.workspace_id)[provider]
    answer = await hub.http.post(good.path, content=b"x" * (MAX_BODY_BYTES + 1), headers=good.headers)
    assert (answer.status_code, answer.text) == (413, "too_large")

    async def pieces() -> object:
        # Without a length: what comes is counted.
        for _ in range(20):
            yield b"x" * 100_000

    assert hub.hub.bodies.held_bytes == 0
    chunked = await hub.http.post(good.path, content=pieces(), headers=good.headers)  # type: ignore[arg-type]
    assert (chunked.status_code, chunked.text) == (413, "too_large")
    assert await hub.facts() == []


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_a_slow_body_is_given_up(hub: HubCopy, provider: str) -> None:
    good = webhooks.good(hub.workspace_id)[provider]
    host, port = str(hub.http.base_url.host), hub.http.base_url.port
    reader, writer = await asyncio.open_connection(host, port)
    head = f"POST {good.path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {len(good.body)}\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in good.headers.items())
    writer.write(head.encode() + b"\r\n" + good.body[:10])
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    assert answer.startswith(b"HTTP/1.1 408")
    assert await hub.facts() == []
    assert hub.hub.bodies.held_bytes == 0


NONSENSE = {
    "intercom": [
        *map(webhooks.raw_intercom, (b"", b"no JSON", b"[]", b"{}", b'"text"', b"\xff", b"[" * 100_000)),
        webhooks.intercom("conversation.user.replied", {"type": "conversation"}, ""),
        webhooks.intercom("conversation.user.replied", {"type": "conversation", "id": "a.b>"}, ""),
    ],
    "meta": [*map(webhooks.raw_meta, (b"", b"no JSON", b"[]", b"{}", b'{"object":"page"}', b"\xff"))],
    "telegram": [*map(webhooks.raw_telegram, (b"", b"no JSON", b"[]", b"{}", b'{"update_id":"x"}', b"\xff"))],
    "twilio": [
        webhooks.twilio({}),
        webhooks.twilio({"MessageSid": "SM1"}),
        webhooks.twilio({"MessageStatus": "sent", "From": "whatsapp:+15550001111"}),
    ],
}


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_signed_nonsense_is_refused(hub: HubCopy, provider: str) -> None:
    answers = {webhook.body[:40]: await post(hub, webhook) for webhook in NONSENSE[provider]}
    assert answers == dict.fromkeys(answers, (400, "unreadable"))
    assert await hub.facts() == []


async def test_twilio_s_parameters_are_a_form(hub: HubCopy) -> None:
    """Signed as Twilio signs an empty form, with JSON in it."""
    webhook = webhooks.twilio({})
    answer = await hub.http.post(
        webhook.path, content=b"{}", headers=webhook.headers | {"Content-Type": "application/json"}
    )
    assert (answer.status_code, answer.text) == (400, "unreadable")


async def test_half_an_emoji_is_told(hub: HubCopy) -> None:
    """Python reads it, and no encoder takes it."""
    body = json.dumps(webhooks.conversation(webhooks.part(body="cut \ud83d")))
    item = json.loads(body)
    assert (await post(hub, webhooks.intercom("conversation.user.replied", item, hub.workspace_id)))[0] == 200
    [fact] = await hub.facts()
    assert fact.envelope.body["conversation_parts"]["conversation_parts"][0]["body"] == "cut \ufffd"


async def test_providers_that_are_not_set_up_have_no_webhook(hub_broker: HubBroker) -> None:
    async with running_hub(hub_broker.new_folder()) as hub:
        for webhook in webhooks.good(hub.workspace_id).values():
            assert await post(hub, webhook) == (404, "not_set_up")
        assert (await hub.http.get("/webhooks/meta")).status_code == 404
        assert (await hub.http.post("/webhooks/telegram/1")).status_code == 404
        assert (await hub.http.post("/webhooks/other")).status_code == 404


async def test_an_empty_secret_lets_nobody_in(hub_broker: HubBroker) -> None:
    folder = hub_broker.new_folder()
    give_secrets(folder, intercom_client_secret="", telegram_bots="")
    async with running_hub(folder) as hub:
        assert (await post(hub, webhooks.raw_intercom(b"{}", secret="x")))[0] == 404
        assert (await post(hub, webhooks.raw_telegram(b"{}", secret="")))[0] == 404
        assert (await post(hub, webhooks.meta(webhooks.whatsapp(statuses=[webhooks.whatsapp_status()]))))[0] == 200


# --- without a broker -------------------------------------------------------------------------------------------------


async def test_without_a_broker_providers_are_asked_to_come_again(own_broker: HubBroker) -> None:
    folder = own_broker.new_folder()
    give_secrets(folder)
    async with running_hub(folder) as hub:
        good = webhooks.good(hub.workspace_id)
        assert (await hub.http.get("/readyz")).status_code == 200
        own_broker.kill()
        assert {await post(hub, webhook) for webhook in good.values()} == {(503, "no_broker")}
        assert (await hub.http.get("/readyz")).status_code == 503
        assert (await hub.http.get("/healthz")).status_code == 200
        own_broker.start()
        await until(lambda: hub.hub.broker.is_ready)
        assert {(await post(hub, webhook))[0] for webhook in good.values()} == {200}
        assert len(await hub.facts()) == len(good)


# --- memory -----------------------------------------------------------------------------------------------------------


def request_of(*pieces: bytes) -> Request:
    waiting = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]

    async def receive() -> dict[str, object]:
        if waiting:
            return waiting.pop(0)
        return await asyncio.Event().wait()  # type: ignore[return-value]

    return Request({"type": "http", "method": "POST", "path": "/", "headers": []}, receive)


async def test_all_bodies_together_are_bounded() -> None:
    bodies = Bodies(timeout_s=30, max_held_bytes=2_500_000)

    async def read(size: int) -> None:
        async with bodies.read(request_of(b"x" * size)):
            raise AssertionError("it never ends")

    waiting = [asyncio.create_task(read(900_000)) for _ in range(2)]
    await until(lambda: bodies.held_bytes == 1_800_000)
    with pytest.raises(BodyRefused) as refusal:
        await read(900_000)
    assert (refusal.value.status, refusal.value.reason) == (503, "busy")
    assert bodies.held_bytes == 1_800_000
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    assert bodies.held_bytes == 0


async def test_two_hundred_slow_senders_leave_nothing_behind(hub: HubCopy) -> None:
    host, port = str(hub.http.base_url.host), hub.http.base_url.port

    async def send() -> bytes:
        reader, writer = await asyncio.open_connection(host, port)
        writer.write(b"POST /webhooks/intercom HTTP/1.1\r\nHost: h\r\nContent-Length: 900000\r\n\r\n" + b"x" * 100_000)
        answer = await reader.read()
        writer.close()
        return answer

    answers = await asyncio.gather(*(send() for _ in range(200)))
    assert {answer[:12] for answer in answers} == {b"HTTP/1.1 408"}
    assert hub.hub.bodies.held_bytes == 0


def test_signatures_are_compared_as_the_providers_describe_them() -> None:
    """Values that were worked out by hand once, so that a wrong helper and a wrong hub do not agree."""
    from desktop.hub.webhooks import signatures

    assert signatures.is_intercoms("key", b"The quick brown fox jumps over the lazy dog", "sha1=" + FOX_SHA1)
    assert signatures.is_metas("key", b"The quick brown fox jumps over the lazy dog", "sha256=" + FOX_SHA256)
    assert b64encode(bytes.fromhex(FOX_SHA1)).decode() == "3nybhbi3iqa8ino29wqQcBydtNk="
    assert signatures.is_twilios(
        "key", "The quick brown fox jumps over the lazy dog", [], "3nybhbi3iqa8ino29wqQcBydtNk="
    )


# The well-known test of HMAC with the key "key".
FOX_SHA1 = "de7c9b85b8b78aa6bc8a7a36f70a90701c9db4d9"
FOX_SHA256 = "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8"
