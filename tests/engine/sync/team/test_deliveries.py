"""What the channels' providers report, as the feed tells it, also before the message is known that it is about."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest
from database import open_in_memory
from reasons import said

from desktop.domain.delivery import Delivery
from desktop.domain.direct import DirectSent, Route
from desktop.domain.model.channel import ChannelKey, Provider
from desktop.domain.model.facts import ChannelKind, Contact, Tag
from desktop.engine.sync.team.team_facts import store_team_facts
from desktop.ports import ChannelMessage, DeliveryFact, MessageChange, ProviderErrorKind
from desktop.ports.team import DeliveryReported, MessageChangeReported, MessageReported
from desktop.store.core.columns import fetch_all
from desktop.store.evidence import provider_messages, unmatched_deliveries
from desktop.store.outgoing import direct_messages

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
PHONE = "+353871234567"
OURS = "+35315550100"
KEY = ChannelKey(Provider.WHATSAPP, ChannelKind.WHATSAPP, "1065")


@pytest.fixture
async def desk(open_desk, kit):
    world = await open_desk()
    world.gateway.put(kit.whatsapp("v1", "c1", kit.START - HOUR))
    world.gateway.contacts["c1"] = Contact("c1", name="Jennifer", phone=PHONE)
    await world.sync()
    return world


def sent(at):
    return DirectSent("d1", "wamid.1", "v1", Route(KEY, PHONE, OURS), "Directly", at)


def report(delivery, at=None, *, remote_id="wamid.1", **more):
    is_final = delivery in (Delivery.READ, Delivery.FAILED)
    return DeliveryReported(KEY, DeliveryFact(remote_id, delivery, is_final, at, **more))


def take(world, *facts):
    return world.store.write(store_team_facts, facts, None, world.clock.now())


async def test_reports_reach_the_thread_of_whoever_sent_it(desk, kit, tools, team):
    await desk.store.write(direct_messages.save, sent(kit.START))
    await tools.go_live(desk)
    team.tell(report(Delivery.DELIVERED, kit.START + MINUTE), report(Delivery.READ, kit.START + 2 * MINUTE))

    async def is_read():
        [message] = [m for m in (await desk.view()).thread.messages if m.direct is not None]
        return message.direct.delivery is Delivery.READ

    await kit.eventually(is_read)


@pytest.mark.parametrize("order", [*permutations(range(4))])
def test_reports_may_come_before_the_message_and_in_any_order(kit, order):
    db = open_in_memory()
    now = kit.START + HOUR
    steps = [
        lambda: store_team_facts(db, [report(Delivery.SENT, kit.START)], None, now),
        lambda: store_team_facts(db, [report(Delivery.READ, kit.START + 2 * MINUTE)], None, now),
        lambda: store_team_facts(db, [report(Delivery.DELIVERED, kit.START + MINUTE)], None, now),
        lambda: direct_messages.save(db, sent(kit.START)),
    ]
    for step in order:
        steps[step]()
    stored = direct_messages.load(db, "d1")
    assert (stored.delivery, stored.delivery_at, stored.final) == (Delivery.READ, kit.START + 2 * MINUTE, True)


async def test_a_failure_says_what_it_says_of_the_chat(desk, kit):
    failed = report(Delivery.FAILED, kit.START, kind=ProviderErrorKind.UNREACHABLE, reason=said("Not on WhatsApp."))
    await take(desk, failed)
    await desk.store.write(direct_messages.save, sent(kit.START))
    changes = await take(desk, failed)
    assert not changes.changes
    await desk.sync()
    [fact] = (await desk.view()).thread.contrary
    assert (fact.about, fact.account) == ("d1", KEY)


async def test_a_message_in_is_evidence_beside_intercoms_copy(desk, kit, tools, team):
    await tools.go_live(desk)
    at = kit.START - MINUTE
    team.tell(MessageReported(KEY, ChannelMessage("wamid.9", True, OURS, PHONE, at, "Hi")))

    async def stored():
        return await desk.store.read(lambda db: provider_messages.of_people(db, [Contact("c1", phone=PHONE)]))

    async def is_stored():
        return bool(await stored())

    await kit.eventually(is_stored)
    [message] = await stored()
    assert (message.remote_id, message.from_customer, message.sent_at) == ("wamid.9", True, at)


async def test_a_first_message_is_told_before_the_customer_is_known_and_kept_for_them(desk, kit, tools, team):
    await tools.go_live(desk)
    bot = ChannelKey(Provider.TELEGRAM, ChannelKind.TELEGRAM, "7012")

    first = ChannelMessage("9001:1", True, "", "9001", kit.START - MINUTE, "Hi")
    team.tell(MessageReported(bot, first), MessageChangeReported(bot, MessageChange("9001:1", "Hi!", kit.START)))
    await desk.rest()
    assert await desk.store.read(fetch_all, "SELECT 1 FROM provider_messages") == []
    desk.gateway.contacts["c2"] = Contact("c2", name="Mei", bridge_attributes={"octopods_telegram_user_id": "9001"})
    desk.gateway.put(replace(kit.whatsapp("v2", "c2", kit.START), tags=(Tag("telegram", kit.START, "814"),)))
    team.tell(tools.newest(desk.gateway, "v2"))
    await desk.rest()
    await desk.sync()
    team.beat(tools.HUB)

    async def is_placed():
        [message] = (await desk.engine.queries.thread("c2")).thread.messages
        return (message.provider_message is not None, message.edited_to) == (True, "Hi!")

    await kit.eventually(is_placed)
    # Of somebody who stays unknown, nothing is kept.
    team.tell(MessageReported(bot, replace(first, customer_address="9002", remote_id="9002:1")))
    await tools.pass_time(desk, 601)
    team.beat(tools.HUB)
    await kit.eventually(lambda: not desk.engine.team._unplaced._received_at_s)
    assert len(await desk.store.read(fetch_all, "SELECT 1 FROM provider_messages")) == 1


@pytest.mark.parametrize("is_report_first", [True, False])
async def test_a_report_on_a_listed_message_is_kept_with_it(desk, kit, is_report_first):
    listed = MessageReported(KEY, ChannelMessage("wamid.1", False, OURS, PHONE, kit.START, "Hi", made_by_api=True))
    facts = [report(Delivery.DELIVERED, kit.START + MINUTE), listed]
    for fact in facts if is_report_first else facts[::-1]:
        await take(desk, fact)
    await take(desk, report(Delivery.SENT, kit.START))
    [stored] = await desk.store.read(lambda db: provider_messages.of_people(db, [Contact("c1", phone=PHONE)]))
    assert (stored.delivery, stored.delivery_at) == (Delivery.DELIVERED, kit.START + MINUTE)


async def test_what_is_never_known_is_forgotten_after_a_day(desk):
    await take(desk, report(Delivery.SENT, remote_id="wamid.2"))
    await desk.clock.advance(timedelta(days=1, minutes=1).total_seconds())
    await take(desk, report(Delivery.SENT, remote_id="wamid.3"))
    assert await desk.store.write(unmatched_deliveries.take, KEY, "wamid.2") is None
    assert await desk.store.write(unmatched_deliveries.take, KEY, "wamid.3") is not None
    assert await desk.store.write(unmatched_deliveries.take, KEY, "wamid.3") is None
