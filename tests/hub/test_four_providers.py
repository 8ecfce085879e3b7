"""From a customer's phone in the sandbox, over webhooks, the hub and the broker, to an invited desktop."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
from hub_stage import BOT_SECRET, PUBLIC_URL, HubBroker, give_secrets, needs_broker, running_hub, until
from listening_desk import ListeningDesk

from desktop.channels.team import invitation
from desktop.domain.delivery import Delivery
from desktop.domain.model.channel import Provider
from desktop.hub.setup import invitations
from desktop.ports.team import ConversationUpdated, DeliveryReported, MessageReported, TeamFact
from desktop.sandbox.intercom.records import WORKSPACE_ID
from desktop.sandbox.providers.telegram.bot import TOKEN
from desktop.sandbox.server import Sandbox
from desktop.sandbox.webhooks.intercom import CLIENT_SECRET
from desktop.system.clock import ServerClock


async def test_one_customer_s_messages_reach_a_desktop_by_all_four_providers(tmp_path: Path) -> None:
    needs_broker()
    broker = HubBroker(tmp_path / "broker", workspace=WORKSPACE_ID)
    broker.start()
    try:
        with Sandbox.start() as sandbox:
            await check(broker, sandbox)
    finally:
        broker.kill()


async def check(broker: HubBroker, sandbox: Sandbox) -> None:
    urls = sandbox.urls
    with sandbox.lock:
        sandbox.world.settings.telegram_webhook = ""
        sandbox.world.add_line("whatsapp", "+35315550101", "twilio_whatsapp")
        jennifer = sandbox.world.add_customer("Jennifer Okafor", phone="+353871234567", telegram_id=9001)
    give_secrets(
        broker.folder,
        intercom_client_secret=CLIENT_SECRET,
        meta_app_secret=urls["graph"]["app_secret"],
        meta_verify_token=urls["graph"]["verify_token"],
        twilio_auth_token=urls["twilio"]["auth_token"],
        telegram_bots=f"{TOKEN} {BOT_SECRET}",
    )
    line, _ = await invitations.invite(broker.folder, "anna", ServerClock())
    async with running_hub(broker.folder) as hub, ListeningDesk(invitation.read(line)) as anna:
        base = str(hub.http.base_url).rstrip("/") + "/webhooks"
        subscribe = sandbox.subscribe
        await asyncio.to_thread(subscribe, "intercom", f"{base}/intercom")
        await asyncio.to_thread(subscribe, "meta", f"{base}/meta")
        await asyncio.to_thread(subscribe, "twilio", f"{base}/twilio", public_url=f"{PUBLIC_URL}/webhooks/twilio")
        bot = TOKEN.partition(":")[0]
        await asyncio.to_thread(subscribe, "telegram", f"{base}/telegram/{bot}", secret_token=BOT_SECRET)
        with sandbox.lock:
            for on, at in (("whatsapp", "whatsapp"), ("whatsapp", "whatsapp-2"), ("telegram", "telegram")):
                sandbox.world.write(jennifer, on, f"By {at}", line=at)
            sandbox.world.write(jennifer, "messenger", "By the Messenger")
        sent = await send_whatsapp(sandbox)
        assert await asyncio.to_thread(sandbox.settle_webhooks)

        def facts() -> list[TeamFact]:
            return [fact for batch in anna.batches for fact in batch.facts]

        def messages() -> set[tuple[Provider, str]]:
            return {(fact.key.provider, fact.message.text) for fact in facts() if isinstance(fact, MessageReported)}

        def states() -> set[Delivery]:
            reports = (fact.fact for fact in facts() if isinstance(fact, DeliveryReported))
            return {report.delivery for report in reports if report.remote_id == sent}

        def told() -> set[str]:
            found = (fact.conversation for fact in facts() if isinstance(fact, ConversationUpdated))
            return {entry.text for conversation in found for entry in conversation.entries}

        expected = {
            (Provider.WHATSAPP, "By whatsapp"),
            (Provider.TWILIO, "By whatsapp-2"),
            (Provider.TELEGRAM, "By telegram"),
        }
        await until(lambda: messages() >= expected)
        await until(lambda: {text for _, text in expected} | {"By the Messenger"} <= told())
        await until(lambda: Delivery.DELIVERED in states())
        for provider in ("intercom", "meta", "twilio", "telegram"):
            for reason in ("signature", "unreadable", "no_broker"):
                assert hub.count("webhooks_refused_total", provider=provider, reason=reason) == 0


async def send_whatsapp(sandbox: Sandbox) -> str:
    """By Meta's API, whose reports come by webhook alone. Returns the message's id."""
    graph = sandbox.urls["graph"]
    async with httpx.AsyncClient(base_url=graph["base_url"], trust_env=False) as api:
        answer = await api.post(
            f"/{graph['version']}/{graph['phone_number_id']}/messages",
            headers={"Authorization": f"Bearer {graph['token']}"},
            json={"messaging_product": "whatsapp", "to": "+353871234567", "type": "text", "text": {"body": "Hello"}},
        )
    assert answer.is_success, answer.text
    return str(answer.json()["messages"][0]["id"])
