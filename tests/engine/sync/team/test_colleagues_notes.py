"""What became of a colleague's direct message shows at its note, in whatever order both are heard of."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest
from reasons import said

from desktop.domain.delivery import Arrival, Delivery
from desktop.domain.direct import DirectSent, Route
from desktop.domain.history.direct_notes import refer_to_note
from desktop.domain.model.channel import ChannelKey, Provider
from desktop.domain.model.facts import ChannelKind, Contact, EntryKind, Role
from desktop.engine.sync.team.team_facts import store_team_facts
from desktop.ports import DeliveryFact, ProviderErrorKind
from desktop.ports.team import ConversationUpdated, DeliveryReported
from desktop.store import forget, retention
from desktop.store.evidence import unmatched_deliveries
from desktop.store.outgoing import direct_messages
from desktop.text.team_notes import direct_message_ending, direct_message_note

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
PHONE, OURS = "+353871234567", "+35315550100"
KEY = ChannelKey(Provider.WHATSAPP, ChannelKind.WHATSAPP, "1065")


@pytest.fixture
async def desk(open_desk, kit):
    world = await open_desk()
    world.gateway.put(kit.whatsapp("v1", "c1", kit.START - HOUR))
    world.gateway.contacts["c1"] = Contact("c1", name="Jennifer", phone=PHONE)
    await world.sync()
    return world


def sent(at, **more):
    message = DirectSent("d1", "wamid.1", "v1", Route(KEY, PHONE, OURS), "Directly", at, author_name="Bob")
    return replace(message, **more)


def report(message, delivery, **more):
    ending = direct_message_ending(message.route, message.sent_at, message.text, message.file_names)
    reference = str(refer_to_note(message.conversation_id, message.draft_id, ending))
    is_final = delivery in (Delivery.READ, Delivery.FAILED)
    return DeliveryReported(
        KEY, DeliveryFact(message.remote_id, delivery, is_final, message.sent_at, reference=reference, **more)
    )


def write_note(world, message):
    """A colleague's desktop writes it. Returns what is told of it."""
    text = direct_message_note(message)
    world.gateway.write("v1", text, role=Role.TEAMMATE, kind=EntryKind.NOTE, author_id="7002")
    now = world.gateway.conversations["v1"]
    return ConversationUpdated(replace(now, entries=now.entries[-1:], is_partial=True))


def take(world, *facts):
    return world.store.write(store_team_facts, facts, None, world.clock.now())


async def shown(world):
    messages = (await world.view()).thread.messages
    return [m.told_of.arrival if m.told_of else None for m in messages if m.entry.kind is EntryKind.NOTE]


@pytest.mark.parametrize("order", [*permutations(range(4))])
async def test_the_most_that_was_reported_shows_in_any_order(desk, kit, order):
    message = sent(kit.START)
    facts = [
        write_note(desk, message),
        *(report(message, d) for d in (Delivery.SENT, Delivery.DELIVERED, Delivery.READ)),
    ]
    for place in order:
        await take(desk, facts[place])
    assert await shown(desk) == [Arrival.READ]


async def test_a_report_changes_the_thread_of_whoever_reads_it(desk, kit):
    message = sent(kit.START)
    await take(desk, write_note(desk, message))
    assert await shown(desk) == [None]
    assert (await take(desk, report(message, Delivery.READ))).changes.threads == {"c1"}
    assert not (await take(desk, report(message, Delivery.DELIVERED))).changes.threads


async def test_a_failure_shows_with_its_reason(desk, kit):
    message = sent(kit.START)
    why = said("Not on WhatsApp.")
    failed = report(message, Delivery.FAILED, kind=ProviderErrorKind.UNREACHABLE, reason=why)
    await take(desk, write_note(desk, message), failed)
    [arrival] = [m.told_of for m in (await desk.view()).thread.messages if m.told_of is not None]
    assert (arrival.arrival, arrival.reason) == (Arrival.FAILED, why)


async def test_two_messages_in_the_same_words_within_one_minute_are_not_told_apart(desk, kit):
    first, second = sent(kit.START), sent(kit.START + timedelta(seconds=20), draft_id="d2", remote_id="wamid.2")
    await take(desk, write_note(desk, first), write_note(desk, second))
    await take(desk, report(first, Delivery.READ), report(second, Delivery.SENT))
    assert await shown(desk) == [None, None]
    third = sent(kit.START + MINUTE, draft_id="d3", remote_id="wamid.3")
    await take(desk, write_note(desk, third), report(third, Delivery.DELIVERED))
    assert await shown(desk) == [None, None, Arrival.DELIVERED]


async def test_on_the_computer_that_sent_it_the_message_has_the_report_and_not_the_note(desk, kit):
    message = sent(kit.START)
    await take(desk, report(message, Delivery.SENT))
    await desk.store.write(direct_messages.save, message)
    await take(desk, write_note(desk, message), report(message, Delivery.READ))
    [direct] = [m.direct for m in (await desk.view()).thread.messages if m.direct is not None]
    assert direct.delivery is Delivery.READ
    assert await shown(desk) == [None]


async def test_reports_are_kept_as_long_as_messages_and_a_day_where_the_conversation_is_not_known(desk, kit):
    known, unknown = sent(kit.START), sent(kit.START, conversation_id="v9", remote_id="wamid.9")
    await take(desk, write_note(desk, known), report(known, Delivery.READ), report(unknown, Delivery.READ))
    await desk.clock.advance(timedelta(days=2).total_seconds())
    await desk.store.write(retention.wipe_batch, desk.clock.now())
    assert await shown(desk) == [Arrival.READ]
    assert await desk.store.write(unmatched_deliveries.take, KEY, "wamid.9") is None
    await desk.clock.advance(timedelta(days=90).total_seconds())
    while await desk.store.write(retention.wipe_batch, desk.clock.now()):
        pass
    assert await desk.store.write(unmatched_deliveries.take, KEY, "wamid.1") is None


async def test_reports_on_a_forgotten_customer_are_forgotten(desk, kit):
    message = sent(kit.START)
    await take(desk, write_note(desk, message), report(message, Delivery.READ))
    await desk.store.write(forget.forget_customer, "c1")
    assert await desk.store.write(unmatched_deliveries.take, KEY, "wamid.1") is None
