"""Customers' reactions, from their phones over the providers' webhooks and the team's feed to the message."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from direct_stage import DirectStage, open_direct_stage
from webhook_receiver import WebhookReceiver

from desktop.channels.team.facts import map_envelope
from desktop.domain.delivery import Arrival
from desktop.domain.history.reactions import find_reaction_route
from desktop.domain.history.thread import Message
from desktop.domain.learning.bridge import find_bridge_delays
from desktop.domain.model.channel import Provider
from desktop.domain.model.command_reason import CommandReason
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.reason import Reason, make_reason
from desktop.domain.window.window import WindowState
from desktop.engine.commands import Answer, Done, Failed, SendDirect, SendReaction
from desktop.engine.sync.team.team_facts import store_team_facts
from desktop.engine.views import ThreadView
from desktop.hub.facts import read_fact, telegram_fact, whatsapp_facts
from desktop.sandbox.model.settings import Provoked
from desktop.store.core.columns import fetch_all
from desktop.store.evidence import provider_messages
from desktop.store.forget import forget_customer
from desktop.text.reasons.describe import describe
from desktop.text.thread.messages import customer_change
from desktop.ui.thread.entries import thread_content
from tests.helpers.every_customer import every_customer

pytestmark = pytest.mark.slow


@pytest_asyncio.fixture
async def stage(tmp_path: Path) -> AsyncIterator[DirectStage]:
    async with open_direct_stage(tmp_path / "cache.db") as made:
        yield made


async def take_in(stage: DirectStage, facts: list) -> None:
    """What the hub made of webhooks, as a desktop takes it from the feed."""
    assert stage.store is not None
    for fact in facts:
        await stage.store.write(store_team_facts, map_envelope(fact.envelope), None, stage.clock.now())


async def views(stage: DirectStage) -> list[ThreadView]:
    """One for each customer: nobody knows that the one on Telegram is the same."""
    rows = await every_customer(stage.engine.queries)
    found = [await stage.engine.queries.thread(row.customer_id) for row in rows]
    return [view for view in found if view is not None]


async def send(stage: DirectStage, draft_id: str, provider: Provider) -> None:
    view, route = next(
        (v, r.route) for v in await views(stage) for r in v.direct_routes if r.route.key.provider is provider
    )
    chat = view.thread.chats[0].id
    command = SendDirect(draft_id, view.customer_id, chat, route, "It ships today.", seen_upto=view.newest_arrival)
    assert await stage.engine.command_handler.do(command) == Done()


async def reactions(stage: DirectStage) -> dict[str, str]:
    found = [m for view in await views(stage) for m in view.thread.messages if m.direct is not None]
    return {m.direct.draft_id: m.reaction for m in found if m.direct is not None}


def react(stage: DirectStage, emoji: str, line: str) -> None:
    with stage.sandbox.lock:
        stage.sandbox.world.react(stage.customer_id, emoji, line)


async def test_reactions_on_whatsapp_and_telegram_are_shown_at_the_message(stage: DirectStage) -> None:
    stage.customer_writes("telegram", "Hi there")
    await stage.engine.poller.run_once()
    with WebhookReceiver() as receiver:
        stage.sandbox.subscribe("meta", f"{receiver.url}/meta")
        bot = stage.sandbox.urls["telegram"]["token"].partition(":")[0]
        kinds = ["message", "message_reaction"]
        stage.sandbox.subscribe("telegram", f"{receiver.url}/telegram", allowed_updates=kinds)
        for draft_id, provider in (("d1", Provider.WHATSAPP), ("d2", Provider.TELEGRAM)):
            await send(stage, draft_id, provider)
        await stage.run_outbox()
        stage.sandbox.settle_webhooks()
        receiver.forget()

        async def told() -> list:
            stage.sandbox.settle_webhooks()
            posts, facts = list(receiver.posts), []
            receiver.forget()
            for post in posts:
                is_meta = post.path == "/meta"
                facts += whatsapp_facts("w", post.json) if is_meta else [telegram_fact("w", bot, post.json)]
            return facts

        windows = [c.window.closes_at for view in await views(stage) for c in view.thread.chats]
        for line in ("whatsapp", "telegram"):
            react(stage, "👍", line)
        await take_in(stage, await told())
        assert await reactions(stage) == {"d1": "👍", "d2": "👍"}
        react(stage, "❤️", "whatsapp")
        newest = await told()
        react(stage, "", "telegram")
        await take_in(stage, [*newest, *await told()])
        assert await reactions(stage) == {"d1": "❤️", "d2": ""}
        # What is told again changes nothing, and none of it opened a window.
        await take_in(stage, newest)
        assert await reactions(stage) == {"d1": "❤️", "d2": ""}
        assert [c.window.closes_at for view in await views(stage) for c in view.thread.chats] == windows


async def test_a_reaction_that_the_bridge_posts_is_shown_at_its_message_and_only_there(stage: DirectStage) -> None:
    await stage.reply("d1", "It ships today.")
    await stage.run_outbox()
    await stage.engine.poller.run_once()
    react(stage, "👍", "whatsapp")
    await stage.engine.poller.run_once()
    view = await stage.view()
    shown = [c for c in thread_content(view, stage.clock.now(), lambda *_: None) if hasattr(c, "entry")]
    reacted = {c.entry.text: c.reaction for c in shown}
    assert reacted["It ships today."] == "👍"
    assert not any("Reacted" in text for text in reacted)
    # It stays a doubt about the window, as before.
    assert any("Reacted" in m.entry.text for m in view.thread.messages)
    stage.clock.advance(24 * 3600 + 60)
    assert (await stage.view()).thread.chats[0].window.state(stage.clock.now()) in (
        WindowState.UNKNOWN,
        WindowState.CLOSED,
    )
    assert stage.store is not None
    assert await stage.store.read(fetch_all, "SELECT 1 FROM reactions") == []


async def tell(stage: DirectStage, receiver: WebhookReceiver) -> None:
    stage.sandbox.settle_webhooks()
    await take_in(stage, [f for post in receiver.posts for f in whatsapp_facts("w", post.json)])
    receiver.forget()


def reactions_on_phone(stage: DirectStage) -> list[str]:
    with stage.sandbox.lock:
        chat = stage.sandbox.world.customers[stage.customer_id].chats["whatsapp"]
        return [item.text for item in chat if item.who == "business" and item.kind == "reaction"]


async def test_a_reaction_is_sent_once_to_the_message_and_shown_as_accepted(stage: DirectStage) -> None:
    with WebhookReceiver() as receiver:
        stage.sandbox.subscribe("meta", f"{receiver.url}/meta")
        stage.customer_writes("whatsapp", "It came, thank you!")
        await stage.engine.poller.run_once()
        before = await stage.view()
        await tell(stage, receiver)
        view = await stage.view()
        earlier, newest = view.thread.messages[0], view.thread.messages[-1]
        windows = [c.window.state(stage.clock.now()) for c in view.thread.chats]
        react_to = stage.engine.command_handler.do

        def to_newest(emoji: str) -> SendReaction:
            return SendReaction(*newest.key, emoji)

        async def shown() -> tuple[str, str | None]:
            message = (await stage.view()).thread.messages[-1]
            return message.own_reaction, message.unconfirmed_reaction

        def reason(answer: Answer) -> str:
            assert isinstance(answer, Failed)
            return answer.reason.code

        # Before the account told its id of the message, and for one that it never told, nothing is sent.
        assert isinstance(find_reaction_route(before.thread.messages[-1], before.direct_routes), Reason)
        assert reason(await react_to(SendReaction(*earlier.key, "👍"))) == CommandReason.REACTION_ID_UNKNOWN
        assert reason(await react_to(SendReaction("gone", "gone", "👍"))) == CommandReason.MESSAGE_GONE
        assert reason(await react_to(to_newest("🦄"))) == CommandReason.REACTION_NOT_TAKEN
        assert reactions_on_phone(stage) == []

        for emoji in ("👍", "❤️", ""):
            assert await react_to(to_newest(emoji)) == Done()
            assert await shown() == (emoji, None)
            assert reactions_on_phone(stage) == ([emoji] if emoji else [])

        # Refused: as it was. Answer lost: it may have been sent, and only the agent repeats it.
        assert await react_to(to_newest("🙏")) == Done()
        stage.sandbox.world.settings.provoked.append(Provoked("graph", 131009, "/messages"))
        assert isinstance(await react_to(to_newest("😢")), Failed)
        assert (await shown(), reactions_on_phone(stage)) == (("🙏", None), ["🙏"])
        stage.add_fault("POST", "/messages", "drop_after")
        assert reason(await react_to(to_newest("😂"))) == CommandReason.REACTION_UNCONFIRMED
        assert (await shown(), reactions_on_phone(stage)) == (("🙏", "😂"), ["😂"])
        await stage.restart()
        assert await shown() == ("🙏", "😂")
        react_to = stage.engine.command_handler.do
        assert await react_to(to_newest("👍")) == Done()
        assert await shown() == ("👍", None)

        # It opened no window, and once that is closed nothing is sent.
        view = await stage.view()
        assert [c.window.state(stage.clock.now()) for c in view.thread.chats] == windows
        stage.clock.advance(24 * 3600 + 60)
        assert reason(await react_to(to_newest("❤️"))) == CommandReason.REACTION_WINDOW_CLOSED
        assert (await shown(), reactions_on_phone(stage)) == (("👍", None), ["👍"])


async def test_edits_and_deletions_that_whatsapp_tells_are_shown_at_the_message(stage: DirectStage) -> None:
    with WebhookReceiver() as receiver:
        stage.sandbox.subscribe("meta", f"{receiver.url}/meta")
        stage.customer_writes("whatsapp", "At 9, please")
        world = stage.sandbox.world

        async def shown() -> tuple[str, str | None, bool]:
            await tell(stage, receiver)
            message = next(m for m in (await stage.view()).thread.messages if m.entry.text == "At 9, please")
            return customer_change(message), message.edited_to, message.is_deleted

        await stage.engine.poller.run_once()
        assert await shown() == ("", None, False)
        with stage.sandbox.lock:
            world.edit(stage.customer_id, "At 10, please")
        assert await shown() == ("", None, False), "Meta tells of numbers in the Business app alone"
        world.settings.whatsapp_business_app = True
        with stage.sandbox.lock:
            world.edit(stage.customer_id, "At 11, please")
        edited = ("Edited on WhatsApp: “At 11, please” Intercom still has the text above.", "At 11, please", False)
        assert await shown() == edited
        await stage.engine.poller.run_once()
        closes = [c.window.closes_at for c in (await stage.view()).thread.chats]

        async def react_to(emoji: str) -> Answer:
            message = next(m for m in (await stage.view()).thread.messages if m.entry.text == "At 9, please")
            return await stage.engine.command_handler.do(SendReaction(*message.key, emoji))

        # It is still the same message to the provider, until it is deleted.
        assert await react_to("👍") == Done()
        assert (reactions_on_phone(stage), await shown()) == (["👍"], edited)
        with stage.sandbox.lock:
            world.unsend(stage.customer_id)
        assert await shown() == ("Deleted by the customer on WhatsApp. Intercom still has it.", None, True)
        assert [c.window.closes_at for c in (await stage.view()).thread.chats] == closes
        assert await react_to("❤️") == Failed(make_reason(CommandReason.MESSAGE_GONE))
        assert stage.store is not None
        await stage.store.write(provider_messages.prune, stage.clock.now() + timedelta(days=1))
        assert await stage.store.read(fetch_all, "SELECT 1 FROM message_changes") == []


async def test_telegrams_edits_are_shown_and_reactions_sent_where_the_hub_is_told_of_the_bots_messages(
    stage: DirectStage,
) -> None:
    bot = stage.sandbox.urls["telegram"]["token"].partition(":")[0]
    world, react_to = stage.sandbox.world, stage.engine.command_handler.do
    with WebhookReceiver() as receiver:
        stage.customer_writes("telegram", "Hi there")
        await stage.engine.poller.run_once()
        kinds = ["message", "edited_message", "message_reaction"]
        stage.sandbox.subscribe("telegram", f"{receiver.url}/telegram", allowed_updates=kinds)
        stage.customer_writes("telegram", "At 9, please")
        stage.clock.advance(20)
        await stage.engine.poller.run_once()

        async def shown(text: str = "At 9, please") -> Message:
            stage.sandbox.settle_webhooks()
            await take_in(stage, [telegram_fact("w", bot, post.json) for post in receiver.posts])
            receiver.forget()
            return next(m for v in await views(stage) for m in v.thread.messages if m.entry.text == text)

        def on_phone() -> list[str]:
            with stage.sandbox.lock:
                chat = world.customers[stage.customer_id].chats["telegram"]
                return [item.text for item in chat if item.who == "business" and item.kind == "reaction"]

        def edit(text: str) -> None:
            with stage.sandbox.lock:
                world.edit(stage.customer_id, text, "telegram")

        # Of what was written before the hub was told, and of what another person wrote, the id isn't known.
        message, earlier = await shown(), await shown("Hi there")
        assert message.provider_message is not None
        assert (message.provider_message.customer_address, earlier.provider_message) == ("9001", None)
        assert isinstance(await react_to(SendReaction(*earlier.key, "👍")), Failed)
        for emoji in ("👍", "❤️", ""):
            assert await react_to(SendReaction(*message.key, emoji)) == Done()
            assert ((await shown()).own_reaction, on_phone()) == (emoji, [emoji.replace("\ufe0f", "")] if emoji else [])
        assert isinstance(await react_to(SendReaction(*message.key, "😂")), Failed), "not among Telegram's own"

        # Told with its text as it was, a message is not shown as edited.
        edit("At 9, please")
        assert customer_change(await shown()) == ""
        edit("At 10, please")
        assert customer_change(await shown()) == (
            "Edited on Telegram: “At 10, please” Intercom still has the text above."
        )
        with stage.sandbox.lock:
            world.unsend(stage.customer_id, "telegram")
        assert (await shown()).is_deleted is False, "Telegram tells nobody"
        assert find_bridge_delays((await views(stage))[0].thread, (await views(stage))[0].workspace) == ()

        # Nothing of it is left once the customer is forgotten.
        assert stage.store is not None
        for row in await every_customer(stage.engine.queries):
            await stage.store.write(forget_customer, row.customer_id)
        for table in ("provider_messages", "message_changes"):
            assert await stage.store.read(fetch_all, f"SELECT 1 FROM {table}") == []


async def test_what_a_customer_read_in_the_messenger_is_shown_at_the_message(stage: DirectStage) -> None:
    with WebhookReceiver() as receiver:
        stage.sandbox.subscribe("intercom", f"{receiver.url}/intercom", topics=["conversation.read"])

        async def reply_and_look(draft_id: str) -> None:
            assert await stage.reply(draft_id, f"Reply {draft_id}") == Done()
            await stage.run_outbox()
            stage.clock.advance(60)

        async def take_in_reads() -> dict[str, tuple[Arrival, str]]:
            stage.sandbox.settle_webhooks()
            posts = [post.json for post in receiver.posts]
            receiver.forget()
            await take_in(stage, [read_fact("w", told["data"]["item"], told["created_at"]) for told in posts])
            thread = (await stage.view()).thread
            assert [c.window.closes_at for c in thread.chats] == closes
            shown = {m.entry.text: m.arrived[-1] for m in thread.messages if m.arrived}
            assert {a.channel for a in shown.values()} == {ChannelKind.MESSENGER}
            return {text: (a.arrival, describe(a.reason)) for text, a in shown.items()}

        closes = [c.window.closes_at for c in (await stage.view()).thread.chats]
        await reply_and_look("d1")
        assert {arrival for arrival, _ in (await take_in_reads()).values()} == {Arrival.ACCEPTED}
        with stage.sandbox.lock:
            stage.sandbox.world.look(stage.customer_id)
        stage.clock.advance(60)
        await reply_and_look("d2")
        shown = await take_in_reads()
        assert (shown["Reply d1"][0], shown["Reply d2"][0]) == (Arrival.READ, Arrival.ACCEPTED)
        assert shown["Reply d1"][1].startswith("Intercom")
        # Kept, and an older time changes nothing.
        await stage.restart()
        chat = (await stage.view()).thread.chats[0].id
        await take_in(stage, [read_fact("w", {"id": chat}, 1), read_fact("w", {"id": "gone"}, 1)])
        assert (await take_in_reads())["Reply d1"] == shown["Reply d1"]
