"""What she sent, as the channels themselves have it: Telegram's updates, Twilio's files; and Twilio's services."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from desktop.domain.delivery import Delivery
from desktop.ports import Accepted, ProviderErrorKind
from desktop.sandbox.world.sample_files import picture

AT_ONCE = timedelta(0)


@pytest.fixture
def bot(stage):
    """Nobody else receives."""
    account = stage.account("telegram")
    stage.settings.telegram_webhook = ""
    return account


def writes_with_file(stage, account, customer, text):
    with stage.lock:
        stage.world.write(customer, account.line.channel, text, line=account.line, attachments=[picture(80, 40)])
    return picture(80, 40).data


async def test_messages_are_handed_over_once_and_in_order(stage, bot, connect):
    channel = connect(bot)
    cursor = (await channel.receive("", AT_ONCE)).cursor
    hers, others = stage.person(bot), stage.person(bot)
    first = await channel.receive(cursor, AT_ONCE)
    texts = [f"Hello from {who.name.split()[1]}" for who in (hers, others)]
    assert [m.text for m in first.messages] == texts
    assert [m.customer_address for m in first.messages] == [bot.address(hers), bot.address(others)]
    assert all(m.from_customer and m.business_address == channel.key.sender for m in first.messages)
    again = await channel.receive(cursor, AT_ONCE)
    assert [m.remote_id for m in again.messages] == [m.remote_id for m in first.messages], "not forgotten before"
    assert (await channel.receive(first.cursor, AT_ONCE)).messages == ()
    assert (await channel.receive(cursor, AT_ONCE)).messages == (), "and now it is"


async def test_waiting_ends_with_a_message(stage, bot, connect):
    channel, customer = connect(bot), stage.person(bot)
    cursor = (await channel.receive("", AT_ONCE)).cursor
    waiting = asyncio.create_task(channel.receive(cursor, timedelta(seconds=30)))
    await asyncio.sleep(0)
    stage.writes(bot, customer, "at last")
    assert [m.text for m in (await waiting).messages] == ["at last"]


async def test_a_file_of_hers_on_telegram(stage, bot, connect):
    channel, customer = connect(bot), stage.person(bot)
    cursor = (await channel.receive("", AT_ONCE)).cursor
    data = writes_with_file(stage, bot, customer, "Look")
    (message,) = (await channel.receive(cursor, AT_ONCE)).messages
    (file,) = message.files
    assert (message.text, message.file_count, file.size_bytes) == ("Look", 1, len(data))
    assert await channel.file_content(file.id) == data


async def test_an_answer_quotes_her_message(stage, bot, connect):
    channel, customer = connect(bot), stage.person(bot)
    (message,) = [
        m for m in (await channel.receive("", AT_ONCE)).messages if m.customer_address == bot.address(customer)
    ]
    outcome = await channel.send_text(bot.message(customer, "Yes", reply_to=message.remote_id))
    assert isinstance(outcome, Accepted)
    gone = await channel.send_text(bot.message(customer, "Yes again", reply_to="1:999999"))
    assert isinstance(gone, Accepted), "a quoted message that is gone keeps nothing back"


async def test_a_connectors_webhook_is_left_alone(stage, connect, trouble_of):
    account = stage.account("telegram")
    channel, customer = connect(account), stage.person(account)
    found = await trouble_of(channel.receive("", AT_ONCE))
    assert found.kind is ProviderErrorKind.TAKEN
    assert found.sentence.endswith("Receiving is left to it; sending still works.")
    assert stage.settings.telegram_webhook == "https://bridge.example.com/telegram"
    assert isinstance(await channel.send_text(account.message(customer)), Accepted)


async def test_of_two_receivers_the_first_gives_way(stage, bot, connect, trouble_of):
    first, second = connect(bot), connect(bot)
    cursor = (await first.receive("", AT_ONCE)).cursor
    waiting = asyncio.create_task(trouble_of(first.receive(cursor, timedelta(seconds=30))))
    while not waiting.done():
        await second.receive(cursor, AT_ONCE)
    assert (await waiting).kind is ProviderErrorKind.TAKEN


@pytest.mark.ours("twilio-whatsapp", "twilio-sms")
async def test_a_file_of_hers_at_twilio(stage, account, channel):
    customer, since = stage.person(account), stage.now() - timedelta(minutes=5)
    data = writes_with_file(stage, account, customer, "Look")
    message = (await channel.messages(since, account.address(customer))).messages[0]
    assert (message.text, message.file_count) == ("Look", 1)
    (file,) = await channel.files(message.remote_id)
    assert file.content_type == "image/png"
    assert await channel.file_content(message.remote_id, file.id) == data


@pytest.mark.ours("twilio-whatsapp", "twilio-sms")
async def test_a_messaging_service_sends_and_lists_nothing(stage, account, connect, way, send, eventually):
    service = account.urls["twilio"]["messaging_service_sid"]
    channel, customer = connect(account, sender=service), stage.person(account)
    assert (await channel.check()).address == "", "customers see one of its numbers"
    out = await account.written(channel, customer, way)
    since = stage.now()
    accepted = await send(channel, out)
    assert isinstance(accepted, Accepted)
    assert len(stage.screen(account, customer)) == 1
    stage.advance(60)
    assert (await channel.status(accepted.entry_id)).delivery >= Delivery.DELIVERED
    assert await channel.look_up_sent(out, since, ()) == accepted.entry_id
    assert await channel.look_up_sent(out, since, {accepted.entry_id}) is None
    assert not channel.capabilities.lists_messages
    assert not (await channel.messages(since)).complete
