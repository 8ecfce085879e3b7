"""Webhooks over real HTTP: what comes into the feed, and what is refused."""

from __future__ import annotations

import signed_webhooks as webhooks
from hub_stage import BOT, PUBLIC_URL, SECRETS, HubCopy, hub_connection, read_facts, until
from nats.aio.msg import Msg
from signed_webhooks import Webhook

from desktop.channels.team import subjects
from desktop.channels.team.envelope import MAX_BYTES, EnvelopeKind, open_sealed
from desktop.channels.team.live import LiveFact, read_live

PROVIDERS = ("intercom", "meta", "twilio", "telegram")


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


async def test_the_desktops_are_told_several_facts_at_once_and_the_first_without_waiting(hub: HubCopy) -> None:
    told: list[list[LiveFact]] = []
    async with hub_connection(hub.folder) as (connection, js):

        async def hear(message: Msg) -> None:
            told.append(read_live(message.data))

        await connection.subscribe(subjects.live(hub.workspace_id), hear)
        await connection.client.flush()
        parts = [webhooks.part(number, at=webhooks.BEGAN + number) for number in range(5)]
        items = [webhooks.conversation(part, at=webhooks.BEGAN + number) for number, part in enumerate(parts)]
        for item in items:
            await post(hub, webhooks.intercom("conversation.user.replied", item, hub.workspace_id))
        # A provider's second attempt is told again: the first one's copy may have ended before it could.
        await post(hub, webhooks.intercom("conversation.user.replied", items[0], hub.workspace_id))
        await until(lambda: sum(map(len, told)) == 6)
        found = await read_facts(js, hub.workspace_id, hub.keys)
    assert len(told[0]) == 1
    assert len(told) < 6
    *facts, again = [fact for some in told for fact in some]
    assert again.sequence == 1
    assert [fact.sequence for fact in facts] == [1, 2, 3, 4, 5]
    assert [fact.updated_at for fact in facts] == [webhooks.BEGAN + number for number in range(5)]
    assert {fact.conversation_id for fact in facts} == {items[0]["id"]}
    assert [open_sealed(fact.data, hub.keys) for fact in facts] == [fact.envelope for fact in found]


async def test_what_is_told_by_its_id_alone_is_a_change(hub: HubCopy) -> None:
    told = {
        "conversation.deleted": {"type": "conversation", "id": "77"},
        "conversation_part.redacted": {"type": "conversation_part", "id": "1", "conversation_id": "78"},
        "conversation_part.tag.created": {"type": "tag", "id": "1", "conversation": {"id": "79"}},
    }
    for topic, item in told.items():
        await post(hub, webhooks.intercom(topic, item, hub.workspace_id))
    envelopes = [fact.envelope for fact in await hub.facts()]
    assert {envelope.kind for envelope in envelopes} == {EnvelopeKind.CHANGED}
    assert [envelope.body for envelope in envelopes] == [
        {"id": number, "updated_at": webhooks.BEGAN} for number in ("77", "78", "79")
    ]


async def test_that_a_customer_read_a_conversation_is_told_with_the_time(hub: HubCopy) -> None:
    await post(hub, webhooks.intercom("conversation.read", webhooks.conversation(), hub.workspace_id))
    [fact] = await hub.facts()
    body = {"id": webhooks.conversation()["id"], "at": webhooks.BEGAN}
    assert (fact.envelope.kind, fact.envelope.body) == (EnvelopeKind.READ, body)


async def test_what_desktops_do_not_need_is_taken_and_left_out(hub: HubCopy) -> None:
    topics = ("ping", "contact.merged", "admin.away_mode_updated", "conversation_part.tag.created")
    for topic in topics:
        status, _ = await post(hub, webhooks.intercom(topic, {"type": topic, "id": "1"}, hub.workspace_id))
        assert status == 200
    assert await hub.facts() == []
    assert hub.count("webhooks_ignored_total", provider="intercom") == len(topics)


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
