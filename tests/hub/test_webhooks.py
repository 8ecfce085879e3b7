"""Webhooks over real HTTP: what comes into the feed, and what is refused."""

from __future__ import annotations

import asyncio
import json
from base64 import b64encode

import httpx
import pytest
import signed_webhooks as webhooks
from hub_stage import BOT, PUBLIC_URL, SECRETS, HubBroker, HubCopy, give_secrets, running_hub, until
from signed_webhooks import Webhook
from starlette.requests import Request

from desktop.channels.team.envelope import MAX_BYTES, EnvelopeKind
from desktop.hub.webhooks.bodies import MAX_BODY_BYTES, Bodies, BodyRefused

PROVIDERS = ("intercom", "meta", "twilio", "telegram")
WITHOUT_BODY_SIGNED = ("telegram",)


async def post(hub: HubCopy, webhook: Webhook, **headers: str) -> tuple[int, str]:
    answer = await hub.http.post(webhook.path, content=webhook.body, headers=webhook.headers | headers)
    return answer.status_code, answer.text


# --- what is told -----------------------------------------------------------------------------------------------------


async def test_a_good_webhook_of_each_provider_is_in_the_feed_when_it_is_answered(hub: HubCopy) -> None:
    for webhook in webhooks.good(hub.workspace_id).values():
        status, _ = await post(hub, webhook)
        assert status == 200
    facts = await hub.facts()
    digest = hub.keys.digest("+15550001111")
    assert [fact.subject.removeprefix(f"rl.{hub.workspace_id}.fact.") for fact in facts] == [
        "conv.215471234500001",
        "message.whatsapp.5550001",
        f"message.twilio.{digest}",
        f"message.telegram.{BOT}",
    ]
    kinds = [EnvelopeKind.CONVERSATION, EnvelopeKind.WHATSAPP, EnvelopeKind.TWILIO, EnvelopeKind.TELEGRAM]
    assert [fact.envelope.kind for fact in facts] == kinds
    assert [fact.envelope.sender for fact in facts] == ["", "5550001", "+15550001111", BOT]
    assert all(fact.envelope.received_at is not None for fact in facts)


async def test_a_webhook_that_comes_again_is_told_once(hub: HubCopy) -> None:
    for webhook in webhooks.good(hub.workspace_id).values():
        answers = [await post(hub, webhook) for _ in range(3)]
        assert {status for status, _ in answers} == {200}
    assert len(await hub.facts()) == len(PROVIDERS)
    assert hub.count("facts_duplicate_total", source="webhook") == 2 * len(PROVIDERS)


async def test_each_new_part_is_a_fact_of_its_own_with_the_conversation_around_it(hub: HubCopy) -> None:
    item = webhooks.conversation(webhooks.part(1), webhooks.part(2), state="closed")
    await post(hub, webhooks.intercom("conversation.admin.replied", item, hub.workspace_id))
    bodies = [fact.envelope.body for fact in await hub.facts()]
    assert [body["conversation_parts"]["conversation_parts"] for body in bodies] == [
        [webhooks.part(1)],
        [webhooks.part(2)],
    ]
    assert {body["state"] for body in bodies} == {"closed"}
    assert all(fact.envelope.is_plain for fact in await hub.facts())


async def test_an_edited_part_is_told_again(hub: HubCopy) -> None:
    for at in (0, 60):
        edited = webhooks.part(updated_at=webhooks.BEGAN + at, redacted=bool(at))
        item = webhooks.conversation(edited, at=webhooks.BEGAN + at)
        await post(hub, webhooks.intercom("conversation.user.replied", item, hub.workspace_id))
    assert len(await hub.facts()) == 2


async def test_a_conversation_without_parts_tells_its_state(hub: HubCopy) -> None:
    item = webhooks.conversation(at=webhooks.BEGAN + 5)
    await post(hub, webhooks.intercom("conversation.user.created", item, hub.workspace_id))
    [fact] = await hub.facts()
    assert fact.envelope.body["source"]["body"] == webhooks.TEXT
    assert fact.headers["Reachline-Updated-At"] == str(webhooks.BEGAN + 5)


@pytest.mark.parametrize(
    ("topic", "item"),
    [
        ("conversation.deleted", {"type": "conversation", "id": "77"}),
        ("conversation_part.redacted", {"type": "conversation_part", "id": "1", "conversation_id": "77"}),
        ("conversation_part.tag.created", {"type": "tag", "id": "1", "conversation": {"id": "77"}}),
    ],
)
async def test_what_is_told_by_its_id_alone_is_a_change(hub: HubCopy, topic: str, item: webhooks.Json) -> None:
    await post(hub, webhooks.intercom(topic, item, hub.workspace_id))
    [fact] = await hub.facts()
    assert fact.envelope.kind is EnvelopeKind.CHANGED
    assert fact.envelope.body == {"id": "77", "updated_at": webhooks.BEGAN}


@pytest.mark.parametrize(
    "topic", ["ping", "contact.merged", "admin.away_mode_updated", "conversation_part.tag.created"]
)
async def test_what_desktops_do_not_need_is_taken_and_left_out(hub: HubCopy, topic: str) -> None:
    status, _ = await post(hub, webhooks.intercom(topic, {"type": topic, "id": "1"}, hub.workspace_id))
    assert status == 200
    assert await hub.facts() == []
    assert hub.count("webhooks_ignored_total", provider="intercom") == 1


async def test_another_workspace_of_the_same_app_is_left_out(hub: HubCopy) -> None:
    item = webhooks.conversation(webhooks.part())
    status, _ = await post(hub, webhooks.intercom("conversation.user.replied", item, "another"))
    assert status == 200
    assert await hub.facts() == []
    assert hub.hub.copies.webhooks_at is None


async def test_a_message_too_large_for_the_feed_is_told_by_its_id(hub: HubCopy) -> None:
    item = webhooks.conversation(webhooks.part(body="x" * (MAX_BYTES + 1)))
    status, _ = await post(hub, webhooks.intercom("conversation.user.replied", item, hub.workspace_id))
    assert status == 200
    [fact] = await hub.facts()
    assert fact.envelope.kind is EnvelopeKind.CHANGED
    assert fact.envelope.body == {"id": item["id"], "updated_at": webhooks.BEGAN}


async def test_meta_s_batch_is_told_piece_by_piece(hub: HubCopy) -> None:
    states = [webhooks.whatsapp_status("wamid.1", word) for word in ("sent", "delivered", "read")]
    messages = [webhooks.whatsapp_message("wamid.2"), webhooks.whatsapp_message("wamid.3")]
    status, _ = await post(hub, webhooks.meta(webhooks.whatsapp(statuses=states, messages=messages)))
    assert status == 200
    facts = await hub.facts()
    told = [s for fact in facts for s in fact.envelope.body.get("statuses", ())]
    assert sorted(one["status"] for one in told) == ["delivered", "read", "sent"]
    assert sorted(fact.subject.split(".")[3] for fact in facts) == ["delivery"] * 3 + ["message"] * 2
    assert all("metadata" in fact.envelope.body for fact in facts)


async def test_what_meta_tells_of_other_things_is_left_out(hub: HubCopy) -> None:
    payload = webhooks.whatsapp(statuses=[webhooks.whatsapp_status()])
    payload["entry"][0]["changes"][0]["field"] = "account_update"
    status, _ = await post(hub, webhooks.meta(payload))
    assert status == 200
    assert await hub.facts() == []


async def test_meta_s_question_is_answered_with_its_challenge(hub: HubCopy) -> None:
    asked = {"hub.mode": "subscribe", "hub.challenge": "1158201444"}
    good = await hub.http.get("/webhooks/meta", params=asked | {"hub.verify_token": SECRETS["meta_verify_token"]})
    assert (good.status_code, good.text) == (200, "1158201444")
    assert good.headers["Content-Type"].startswith("text/plain")
    wrong = await hub.http.get("/webhooks/meta", params=asked | {"hub.verify_token": "wrong"})
    assert (wrong.status_code, wrong.text) == (401, "verify_token")


async def test_intercom_s_question_whether_the_address_answers(hub: HubCopy) -> None:
    answer = await hub.http.head("/webhooks/intercom")
    assert answer.status_code == 200


async def test_each_state_of_a_message_at_twilio_is_told_and_each_number_has_its_subject(hub: HubCopy) -> None:
    for word in ("sent", "delivered", "read"):
        assert (await post(hub, webhooks.twilio(webhooks.twilio_status(word))))[0] == 200
    await post(hub, webhooks.twilio(webhooks.twilio_status("sent", From="MYSHOP", MessageSid="SM9")))
    await post(hub, webhooks.twilio({"MessageSid": "SM8", "MessageStatus": "queued", "MessagingServiceSid": "MG1"}))
    facts = await hub.facts()
    assert [fact.envelope.sender for fact in facts] == ["+15550001111"] * 3 + ["MYSHOP", "MG1"]
    assert all(".fact.delivery.twilio." in fact.subject for fact in facts)


async def test_twilio_s_address_has_its_query_and_at_times_a_port(hub: HubCopy) -> None:
    from twilio.request_validator import RequestValidator

    with_query = webhooks.twilio(webhooks.twilio_status(), query="?account=a%20b&x=1")
    assert (await post(hub, with_query))[0] == 200
    plain = webhooks.twilio(webhooks.twilio_status())
    validator = RequestValidator(SECRETS["twilio_auth_token"])
    signed = validator.compute_signature(f"{PUBLIC_URL}:443{plain.path}", webhooks.twilio_status())
    assert (await post(hub, plain, **{"X-Twilio-Signature": signed}))[0] == 200
    assert (await post(hub, plain, Host="hub.example.com"))[0] == 200


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
async def test_an_oversized_webhook_is_refused_before_it_is_read(hub: HubCopy, provider: str) -> None:
    good = webhooks.good(hub.workspace_id)[provider]
    answer = await hub.http.post(good.path, content=b"x" * (MAX_BODY_BYTES + 1), headers=good.headers)
    assert (answer.status_code, answer.text) == (413, "too_large")

    async def pieces() -> object:
        # Without a length: what comes is counted.
        for _ in range(20):
            yield b"x" * 100_000

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


@pytest.mark.parametrize(
    "webhook",
    [
        *(webhooks.raw_intercom(body) for body in (b"", b"no JSON", b"[]", b"{}", b'"text"', b"\xff", b"[" * 100_000)),
        *(webhooks.raw_meta(body) for body in (b"", b"no JSON", b"[]", b"{}", b'{"object":"page"}', b"\xff")),
        *(webhooks.raw_telegram(body) for body in (b"", b"no JSON", b"[]", b"{}", b'{"update_id":"x"}', b"\xff")),
        webhooks.twilio({}),
        webhooks.twilio({"MessageSid": "SM1"}),
        webhooks.twilio({"MessageStatus": "sent", "From": "whatsapp:+15550001111"}),
        webhooks.intercom("conversation.user.replied", {"type": "conversation"}, "w"),
        webhooks.intercom("conversation.user.replied", {"type": "conversation", "id": "a.b>"}, "w"),
    ],
    ids=lambda webhook: f"{webhook.path[10:]} {webhook.body[:12]!r}",
)
async def test_signed_nonsense_is_refused(hub: HubCopy, webhook: Webhook) -> None:
    body = webhook.body.replace(b'"app_id": "w"', b'"app_id": ""')
    resigned = webhooks.raw_intercom(body) if webhook.path.endswith("intercom") else webhook
    assert await post(hub, resigned) == (400, "unreadable")
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
