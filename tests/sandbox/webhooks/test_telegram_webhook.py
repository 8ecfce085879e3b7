"""Telegram's webhook as python-telegram-bot sets and reads it: the secret, the order, repetition, WebhookInfo."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from typing import Any

import pytest
from starlette.responses import Response
from telegram import Bot, Update
from telegram.error import BadRequest, Conflict
from telegram.request import HTTPXRequest
from webhook_receiver import WebhookReceiver

from desktop.sandbox.model.people import Customer
from desktop.sandbox.model.settings import DeliveryFault
from desktop.sandbox.server import Sandbox
from desktop.sandbox.world import World

SECRET = "a-Secret_1"


@pytest.fixture
async def bot(sandbox: Sandbox, stage: World) -> AsyncIterator[Bot]:
    """The bot, which no connector has."""
    stage.settings.telegram_webhook = ""
    url = sandbox.urls["telegram"]["base_url"]
    # Without certificates, which take a quarter of a second to load.
    plain = [HTTPXRequest(httpx_kwargs={"verify": False}) for _ in range(2)]
    async with Bot(
        sandbox.urls["telegram"]["token"], base_url=url + "/bot", request=plain[0], get_updates_request=plain[1]
    ) as client:
        yield client


def texts(receiver: WebhookReceiver) -> list[str]:
    return [post.json["message"]["text"] for post in receiver.posts]


async def test_updates_come_with_the_secret_and_in_order(
    sandbox: Sandbox, stage: World, customer: Customer, receiver: WebhookReceiver, bot: Bot
) -> None:
    stage.write(customer, on="telegram", text="Before")
    assert await bot.set_webhook(receiver.url + "/telegram", secret_token=SECRET, max_connections=3)
    for number in range(5):
        stage.write(customer, on="telegram", text=f"Nr {number}")
    stage.block(customer, "telegram")
    assert sandbox.settle_webhooks()
    updates = [Update.de_json(post.json, bot) for post in receiver.posts]
    assert [u.update_id for u in updates] == sorted(u.update_id for u in updates)
    assert [u.message.text for u in updates[:-1]] == ["Before", *(f"Nr {number}" for number in range(5))]
    assert updates[-1].my_chat_member.new_chat_member.status == "kicked"
    assert {post.headers["x-telegram-bot-api-secret-token"] for post in receiver.posts} == {SECRET}
    info = await bot.get_webhook_info()
    assert (info.url, info.pending_update_count, info.max_connections) == (receiver.url + "/telegram", 0, 3)
    assert info.last_error_date is None


async def test_without_a_secret_there_is_no_header(
    sandbox: Sandbox, stage: World, customer: Customer, receiver: WebhookReceiver, bot: Bot
) -> None:
    await bot.set_webhook(receiver.url)
    stage.write(customer, on="telegram", text="Hi")
    assert sandbox.settle_webhooks()
    assert "x-telegram-bot-api-secret-token" not in receiver.posts[0].headers


async def test_a_failed_update_holds_up_the_others_until_it_is_received(
    sandbox: Sandbox, stage: World, customer: Customer, receiver: WebhookReceiver, bot: Bot
) -> None:
    await bot.set_webhook(receiver.url)
    receiver.answers += [500, 403]
    for text in ("one", "two"):
        stage.write(customer, on="telegram", text=text)
    assert sandbox.settle_webhooks()
    assert texts(receiver) == ["one"]
    info = await bot.get_webhook_info()
    assert (info.pending_update_count, info.last_error_message) == (
        2,
        "Wrong response from the webhook: 500 Internal Server Error",
    )
    assert info.last_error_date.timestamp() == int(stage.now)
    for seconds in (1, 2):
        stage.advance(seconds)
        assert sandbox.settle_webhooks()
    assert texts(receiver) == ["one", "one", "one", "two"]
    assert (await bot.get_webhook_info()).pending_update_count == 0


async def test_the_pauses_grow_to_a_minute_and_follow_retry_after(
    sandbox: Sandbox, stage: World, customer: Customer, receiver: WebhookReceiver, bot: Bot
) -> None:
    await bot.set_webhook(receiver.url)
    receiver.answers += [Response("", 429, headers={"Retry-After": "90"}), *[500] * 9]
    start = int(stage.now)
    stage.write(customer, on="telegram", text="one")
    for _ in range(500):
        assert sandbox.settle_webhooks()
        stage.advance(1)
    with sandbox.lock:
        (entry,) = sandbox.webhooks.log("telegram-1")
    times = [int(attempt["at"]) - start for attempt in entry["attempts"]]
    pauses = [later - earlier for earlier, later in itertools.pairwise(times)]
    assert pauses == [90, 2, 4, 8, 16, 32, 60, 60, 60, 60]
    assert entry["state"] == "delivered"


async def test_updates_older_than_a_day_are_gone(
    sandbox: Sandbox, stage: World, customer: Customer, receiver: WebhookReceiver, bot: Bot
) -> None:
    await bot.set_webhook(receiver.url)
    receiver.unplug()
    stage.write(customer, on="telegram", text="one")
    assert sandbox.settle_webhooks()
    assert (await bot.get_webhook_info()).last_error_message == "Connection refused"
    stage.advance(86_401)
    assert sandbox.settle_webhooks()
    receiver.plug_in()
    stage.write(customer, on="telegram", text="two")
    stage.advance(60)
    assert sandbox.settle_webhooks()
    assert texts(receiver) == ["two"]


async def test_polling_is_a_conflict_until_the_webhook_is_deleted(
    sandbox: Sandbox, stage: World, customer: Customer, receiver: WebhookReceiver, bot: Bot
) -> None:
    await bot.set_webhook(receiver.url)
    with pytest.raises(Conflict, match="webhook is active"):
        await bot.get_updates()
    receiver.unplug()
    stage.write(customer, on="telegram", text="one")
    assert sandbox.settle_webhooks()
    await bot.delete_webhook()
    receiver.plug_in()
    stage.advance(60)
    assert sandbox.settle_webhooks()
    assert receiver.posts == []
    assert [update.message.text for update in await bot.get_updates()] == ["one"]


async def test_another_webhook_takes_over_and_pending_updates_can_be_dropped(
    sandbox: Sandbox, stage: World, customer: Customer, receiver: WebhookReceiver, bot: Bot
) -> None:
    await bot.set_webhook(receiver.url + "/old")
    receiver.unplug()
    for text in ("one", "two"):
        stage.write(customer, on="telegram", text=text)
    assert sandbox.settle_webhooks()
    receiver.plug_in()
    await bot.set_webhook(receiver.url + "/new")
    assert sandbox.settle_webhooks()
    assert (texts(receiver), {post.path for post in receiver.posts}) == (["one", "two"], {"/new"})
    receiver.unplug()
    stage.write(customer, on="telegram", text="three")
    assert sandbox.settle_webhooks()
    await bot.set_webhook(receiver.url + "/new", drop_pending_updates=True)
    receiver.plug_in()
    stage.write(customer, on="telegram", text="four")
    stage.advance(60)
    assert sandbox.settle_webhooks()
    assert texts(receiver)[2:] == ["four"]
    with sandbox.lock:
        ended = [found["ended"] for found in sandbox.webhooks.describe()]
    assert ended == ["replaced", "replaced", ""]


async def test_allowed_updates_are_kept(
    sandbox: Sandbox, stage: World, customer: Customer, receiver: WebhookReceiver, bot: Bot
) -> None:
    await bot.set_webhook(receiver.url, allowed_updates=["message"])
    stage.write(customer, on="telegram", text="one")
    stage.block(customer, "telegram")
    assert sandbox.settle_webhooks()
    assert texts(receiver) == ["one"]
    assert (await bot.get_webhook_info()).allowed_updates == ("message",)


@pytest.mark.parametrize(
    ("options", "words"),
    [({"secret_token": "no spaces"}, "unallowed characters"), ({"secret_token": "x" * 257}, "unallowed characters")],
)
async def test_impossible_secrets_are_refused(bot: Bot, options: dict[str, Any], words: str) -> None:
    with pytest.raises(BadRequest, match=words):
        await bot.set_webhook("http://127.0.0.1:9/", **options)
    assert (await bot.get_webhook_info()).url == ""


async def test_an_address_elsewhere_is_a_connectors(
    sandbox: Sandbox, stage: World, customer: Customer, bot: Bot
) -> None:
    await bot.set_webhook("https://hub.example.com/telegram")
    stage.write(customer, on="telegram", text="one")
    assert sandbox.settle_webhooks()
    assert sandbox.webhooks.subscriptions == {}


async def test_a_connector_can_take_the_bot_over(
    sandbox: Sandbox, stage: World, customer: Customer, receiver: WebhookReceiver, bot: Bot
) -> None:
    await bot.set_webhook(receiver.url, secret_token=SECRET)
    stage.settings.telegram_webhook = "https://bridge.example.com/telegram"
    stage.write(customer, on="telegram", text="for the connector")
    stage.settings.telegram_webhook = ""
    stage.write(customer, on="telegram", text="for getUpdates")
    assert sandbox.settle_webhooks()
    assert receiver.posts == []
    assert [update.message.text for update in await bot.get_updates()] == ["for getUpdates"]


async def test_faults_of_updates(
    sandbox: Sandbox, stage: World, customer: Customer, receiver: WebhookReceiver, bot: Bot
) -> None:
    await bot.set_webhook(receiver.url)
    stage.settings.fail_deliveries += [
        DeliveryFault("telegram", "lose", "message"),
        DeliveryFault("telegram", "ignore_answer", "message"),
        DeliveryFault("telegram", "double", "message"),
        DeliveryFault("telegram", "reorder", "message"),
    ]
    for text in ("lost", "repeated", "doubled", "later", "sooner"):
        stage.write(customer, on="telegram", text=text)
    assert sandbox.settle_webhooks()
    stage.advance(1)
    assert sandbox.settle_webhooks()
    assert texts(receiver) == ["repeated", "repeated", "doubled", "doubled", "sooner", "later"]
    assert (await bot.get_webhook_info()).pending_update_count == 0
