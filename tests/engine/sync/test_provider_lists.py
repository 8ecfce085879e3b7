"""Sweeps: how often and how far back an account is asked, what is kept of the answer, and what trouble does."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from listing_channel import FakeChannel
from reasons import said

from desktop.domain.contrary import ContraryKind
from desktop.domain.delivery import Delivery
from desktop.domain.direct import Route
from desktop.domain.learning.relay import RelayProof
from desktop.domain.model.channel import Capabilities, ChannelKey, Provider
from desktop.domain.model.facts import ChannelKind, Contact, Role
from desktop.domain.model.reason import NO_REASON
from desktop.engine.commands import Done, FocusCustomer, ForgetCustomer
from desktop.engine.sync.provider_lists import KEPT, LONGEST_LOOK_BACK, LOOK_BACK, WIDE_EVERY, WIDE_LOOK_BACK
from desktop.ports import ChannelMessage, DeliveryFact, ProviderError, ProviderErrorKind
from desktop.store import settings
from desktop.store.evidence import provider_messages
from desktop.store.outgoing import direct_messages
from tests.helpers.every_customer import every_customer

BUSINESS_NUMBER, CUSTOMER_NUMBER = "+35315550101", "+353871234567"
KEY = ChannelKey(Provider.TWILIO, ChannelKind.WHATSAPP, BUSINESS_NUMBER)
MINUTE = timedelta(minutes=1)
ATTRIBUTES = {"octopods_channel": "twilio_whatsapp", "octopods_twilio_whatsapp_account_phone": BUSINESS_NUMBER}
THROTTLED = ProviderError(ProviderErrorKind.THROTTLED, said("Twilio asks for a pause."), retry_after_s=120)
BROKEN = ProviderError(ProviderErrorKind.SIGNED_OUT, said("Twilio does not take this token any more."))


@pytest.fixture
def channel(world) -> FakeChannel:
    made = FakeChannel(KEY)
    world.engine.channels.add(made.config, made)
    return made


def customer_message(at, text="Order 1042", number=1) -> ChannelMessage:
    return ChannelMessage(f"SM{number}", True, BUSINESS_NUMBER, CUSTOMER_NUMBER, at, text)


def ours(at, text, delivery=Delivery.DELIVERED, number=100) -> ChannelMessage:
    fact = DeliveryFact(f"SM{number}", delivery, False, at)
    return ChannelMessage(
        f"SM{number}", False, BUSINESS_NUMBER, CUSTOMER_NUMBER, at, text, delivery=fact, made_by_api=True
    )


async def jennifer_writes(world, kit, at) -> None:
    """On WhatsApp; by Intercom's clock at that instant."""
    world.gateway.contacts["c1"] = Contact("c1", name="Jennifer", phone=CUSTOMER_NUMBER, bridge_attributes=ATTRIBUTES)
    world.gateway.put(kit.whatsapp("v1", "c1", at, "Order 1042"))
    await world.sync()


async def sweep(world) -> None:
    await world.engine.provider_lists.run_once()


async def test_the_first_sweep_looks_two_days_back_and_the_next_ones_no_further_than_they_must(world, channel):
    await world.sync()
    start = world.clock.now()
    await sweep(world)
    await world.clock.advance(30)
    await sweep(world)
    assert channel.asked == [start - LONGEST_LOOK_BACK, start - LOOK_BACK]
    # Now and then a little further, for deliveries that are told late.
    await world.clock.advance(WIDE_EVERY.total_seconds())
    await sweep(world)
    assert channel.asked[-1] == start + timedelta(seconds=30) - WIDE_LOOK_BACK
    # And after a long pause no further than anything matters.
    await world.clock.advance(timedelta(days=9).total_seconds())
    await sweep(world)
    assert channel.asked[-1] == world.clock.now() - LONGEST_LOOK_BACK


async def test_what_was_not_answered_in_full_is_asked_for_again(world, channel):
    await world.sync()
    channel.complete = False
    await sweep(world)
    await world.clock.advance(60)
    await sweep(world)
    assert channel.asked[-1] == world.clock.now() - LONGEST_LOOK_BACK


async def test_what_was_listed_before_anybody_was_known_is_asked_for_again(world, channel, kit):
    came = world.clock.now() - MINUTE
    channel.rows = [customer_message(came - 4 * MINUTE)]
    await sweep(world)
    await jennifer_writes(world, kit, came)
    await sweep(world)
    assert channel.asked[-1] == world.clock.now() - LONGEST_LOOK_BACK
    assert (await world.only_row()).window.opened_at == came - 4 * MINUTE


async def test_a_restart_goes_on_where_the_last_run_ended(world, channel, kit, tmp_path):
    await world.sync()
    start = world.clock.now()
    await sweep(world)
    await world.engine.stop()
    await world.clock.advance(600)
    again = await kit.build(tmp_path / "reachline.db", world.clock, kit.FakeGateway(world.clock))
    next_time = FakeChannel(KEY)
    again.engine.channels.add(next_time.config, next_time)
    await again.engine.provider_lists.run_once()
    assert next_time.asked == [start - WIDE_LOOK_BACK]
    await again.engine.stop()


async def test_only_accounts_that_list_messages_are_asked_and_only_as_often_as_they_may(world):
    silent = FakeChannel(KEY, capabilities=Capabilities(has_templates=True))
    busy = FakeChannel(replace(KEY, sender="+35315550199"))
    for channel in (silent, busy):
        world.engine.channels.add(channel.config, channel)
    world.engine.channels.count_calls(busy.key, Provider.TWILIO.poll_budget[0] - 1)
    await sweep(world)
    assert (silent.asked, busy.asked) == ([], [])


async def test_an_account_with_many_messages_is_asked_less_often(world, channel):
    channel.rows = [customer_message(world.clock.now(), number=n) for n in range(500)]
    for _ in range(6):
        await sweep(world)
        await world.clock.advance(10)
    # Two calls, then seven that stand for seven pages: no third sweep in this minute.
    assert len(channel.asked) == 2
    await world.clock.advance(60)
    await sweep(world)
    assert len(channel.asked) == 3


async def test_a_row_corrects_the_window_and_the_list_of_customers(world, channel, kit):
    came = world.clock.now() - MINUTE
    await jennifer_writes(world, kit, came)
    plain = (await world.only_row()).window
    channel.rows = [customer_message(came - 4 * MINUTE)]
    world.told.clear()
    await sweep(world)
    window = (await world.only_row()).window
    assert (window.opened_at, plain.opened_at) == (came - 4 * MINUTE, came)
    assert window == (await world.view()).thread.chats[0].window
    assert any("c1" in told.threads for told in world.told)
    world.told.clear()
    await sweep(world)
    assert world.told == []


async def test_nothing_of_anybodys_words_is_kept(world, channel, kit):
    await jennifer_writes(world, kit, world.clock.now())
    channel.rows = [customer_message(world.clock.now(), "a very private matter")]
    await sweep(world)
    held = await world.store.read(lambda db: db.execute("SELECT * FROM provider_messages").fetchall())
    assert len(held) == 1
    assert "private" not in json.dumps(held)


async def test_rows_are_forgotten_after_ninety_days(world, channel, kit):
    await jennifer_writes(world, kit, world.clock.now())
    channel.rows = [customer_message(world.clock.now())]
    await sweep(world)
    assert len(await world.store.read(kept)) == 1
    await world.clock.advance((KEPT + MINUTE).total_seconds())
    await sweep(world)
    assert await world.store.read(kept) == ()


async def test_a_customer_who_was_forgotten_does_not_come_back_with_the_next_sweep(world, channel, kit):
    await jennifer_writes(world, kit, world.clock.now())
    channel.rows = [customer_message(world.clock.now())]
    await sweep(world)
    assert await world.engine.command_handler.do(ForgetCustomer("c1")) == Done()
    await world.clock.advance(60)
    await sweep(world)
    assert await world.store.read(kept) == ()


def kept(db):
    return provider_messages.of_people(db, [Contact("c1", phone=CUSTOMER_NUMBER)])


async def test_an_answer_with_many_customers_is_taken_whole(world, channel, kit):
    came = world.clock.now() - MINUTE
    for number in range(60):
        phone = f"+3538712345{number:02}"
        world.gateway.contacts[f"c{number}"] = Contact(f"c{number}", phone=phone, bridge_attributes=ATTRIBUTES)
        world.gateway.put(kit.whatsapp(f"v{number}", f"c{number}", came))
        row = ChannelMessage(f"SM{number}", True, BUSINESS_NUMBER, phone, came - MINUTE, "Hi")
        channel.rows.append(row)
    await world.sync()
    await sweep(world)
    assert {r.window.opened_at for r in await every_customer(world.engine.queries)} == {came - MINUTE}


async def test_a_reply_of_ours_in_the_channels_list_proves_the_relay_for_everybody(world, channel, kit):
    await jennifer_writes(world, kit, world.clock.now() - MINUTE)
    await world.store.write(settings.add_own_codes, frozenset({kit.OURS}))
    from_us = world.gateway.write("v1", "It ships today.", role=Role.TEAMMATE, app_code=kit.OURS)
    await world.sync()
    channel.rows = [ours(from_us.sent_at, "It ships today.")]
    await sweep(world)
    [proof] = (await world.engine.queries.workspace()).relay_evidence
    assert (proof.proof, proof.about) == (RelayProof.OUTBOUND_ROW, "v1")
    assert any(told.settings for told in world.told)


async def test_what_may_be_a_message_past_intercom_whose_answer_was_lost_proves_nothing(world, channel, kit):
    """Nobody knows yet what became of it, so its name at the provider is not known either."""
    await jennifer_writes(world, kit, world.clock.now() - MINUTE)
    await world.store.write(settings.add_own_codes, frozenset({kit.OURS}))
    from_us = world.gateway.write("v1", "It ships today.", role=Role.TEAMMATE, app_code=kit.OURS)
    await world.sync()
    await world.store.write(_lost_direct)
    channel.rows = [ours(from_us.sent_at, "It ships today.")]
    await sweep(world)
    assert (await world.engine.queries.workspace()).relay_evidence == ()


def _lost_direct(db) -> None:
    route = direct_messages.route_to_json(Route(KEY, CUSTOMER_NUMBER, BUSINESS_NUMBER))
    db.execute(
        "INSERT INTO outbox (draft_id, customer_id, conversation_id, author_id, text, file_names, internal, "
        "seen_upto, queued_at_us, state, route) VALUES ('d1', 'c1', 'v1', '7001', 'It ships today.', '[]', 0, 0, 0, "
        "'unconfirmed', ?)",
        (route,),
    )


# --- trouble ---------------------------------------------------------------------------------------------------------


async def test_trouble_is_said_and_the_account_left_alone_for_a_while(world, channel):
    channel.error = BROKEN
    await sweep(world)
    await sweep(world)
    assert len(channel.asked) == 1
    assert world.engine.queries.accounts()[0].error == BROKEN.reason
    await world.clock.advance(60)
    channel.error = None
    await sweep(world)
    assert len(channel.asked) == 2
    assert world.engine.queries.accounts()[0].error == NO_REASON


async def test_a_pause_that_the_provider_names_is_kept(world, channel):
    channel.error = THROTTLED
    await sweep(world)
    await world.clock.advance(119)
    await sweep(world)
    assert len(channel.asked) == 1
    await world.clock.advance(1)
    await sweep(world)
    assert len(channel.asked) == 2


async def test_pauses_grow_no_longer_than_five_minutes(world, channel):
    channel.error = BROKEN
    for _ in range(12):
        await sweep(world)
        await world.clock.advance(300)
    assert len(channel.asked) == 12


async def test_a_bug_in_one_account_does_not_keep_the_others_from_being_asked(world, channel, caplog):
    channel.error = ZeroDivisionError("a bug")
    other = FakeChannel(replace(KEY, sender="+35315550199"))
    world.engine.channels.add(other.config, other)
    await sweep(world)
    assert len(other.asked) == 1
    assert "sweeping a twilio account broke" in caplog.text


# --- over time -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("visible", "seconds"), [(True, 30), (False, 60)])
async def test_sweeps_come_every_half_minute_and_half_as_often_while_the_window_is_hidden(
    world, channel, kit, visible, seconds
):
    await world.engine.command_handler.do(FocusCustomer(None, visible=visible))
    await world.engine.start()
    await kit.eventually(lambda: len(channel.asked) >= 1)
    began = world.clock.monotonic()
    calls = len(channel.asked) + 4

    async def swept() -> bool:
        if len(channel.asked) < calls:
            await world.clock.advance(1)
        return len(channel.asked) >= calls

    await kit.eventually(swept)
    assert 0.6 * seconds * 3 <= world.clock.monotonic() - began <= 1.4 * seconds * 5


async def test_an_account_connected_later_is_swept_at_once(world, kit):
    await world.engine.start()
    later = FakeChannel(KEY)
    world.engine.channels.add(later.config, later)
    await kit.eventually(lambda: len(later.asked) == 1)


@pytest.mark.parametrize(
    ("trouble", "failure"),
    [
        (ProviderErrorKind.WINDOW_CLOSED, ContraryKind.EXPIRED),
        (ProviderErrorKind.UNREACHABLE, ContraryKind.UNREACHABLE),
        (ProviderErrorKind.POLICY, ContraryKind.ACCOUNT),
        (ProviderErrorKind.THROTTLED, ContraryKind.TEMPORARY),
        (ProviderErrorKind.UNKNOWN, ContraryKind.UNKNOWN),
        (ProviderErrorKind.TEMPLATE_INVALID, None),
        (None, None),
    ],
)
async def test_why_a_listed_message_failed_is_kept_as_a_contrary_fact(world, channel, kit, trouble, failure):
    await jennifer_writes(world, kit, world.clock.now() - MINUTE)
    await world.sync()
    row = ours(world.clock.now(), "It ships today.")
    channel.rows = [replace(row, delivery=DeliveryFact(row.remote_id, Delivery.FAILED, True, kind=trouble))]
    await sweep(world)
    facts = (await world.view()).thread.contrary
    assert [f.kind for f in facts] == ([] if failure is None else [failure])
    stored = await world.store.read(lambda db: db.execute("SELECT kind FROM contrary_facts").fetchall())
    assert [k for (k,) in stored] == [f.kind for f in facts]
