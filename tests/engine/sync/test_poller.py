"""Sync: what is asked of Intercom, what is kept, and what each trouble leads to."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from reasons import said

from desktop.channels.intercom.api import FIRST_READ_TIMEOUT_S
from desktop.domain.model.facts import ChannelKind, Client, Contact, ConversationState, EntryKind, Role, Tag
from desktop.domain.model.reason import NO_REASON, make_reason
from desktop.domain.search.query import SearchQuery
from desktop.domain.window.window import WindowState
from desktop.engine.commands import CancelFirstSync, Done, FocusCustomer, SendReply, SyncNow
from desktop.engine.views import ConnectionState, Progress
from desktop.ports import ClockOffset, ProviderError, ProviderErrorKind
from desktop.ports.reasons import MachineReason
from desktop.store import settings
from desktop.text.reasons.describe import describe
from tests.helpers.every_customer import every_customer

HOUR = timedelta(hours=1)


async def test_the_first_round_reads_everything_recent(world, kit):
    for n in range(8):
        world.gateway.put(kit.whatsapp(f"v{n}", f"c{n}", kit.START - n * HOUR))
    await world.sync()
    rows = await every_customer(world.engine.queries)
    assert [r.customer_id for r in rows] == [f"c{n}" for n in range(8)]
    assert world.engine.queries.connection().state is ConnectionState.ONLINE
    assert world.gateway.most_at_once <= 3


async def test_a_new_store_begins_with_the_most_recent_conversations(tmp_path, clock, kit):
    gateway = kit.FakeGateway(clock)
    for n in range(9):
        gateway.put(kit.messenger(f"v{n}", f"c{n}", kit.START - timedelta(days=3 * n)))
    world = await kit.build(tmp_path / "few.db", clock, gateway)
    world.engine.poller._first_sync = 4
    await world.sync()
    assert {r.customer_id for r in await every_customer(world.engine.queries)} == {"c0", "c1", "c2", "c3"}
    await world.store.close()


async def test_progress_counts_up_and_ends(world, kit):
    for n in range(5):
        world.gateway.put(kit.whatsapp(f"v{n}", f"c{n}", kit.START - n * HOUR))
    seen = []
    world.engine.feed.subscribe(lambda c: seen.append(world.engine.queries.progress()) if c.progress else None)
    await world.sync()
    assert seen[0] == Progress(0, None)
    assert seen[1:-1] == [Progress(n, 5) for n in range(6)]
    assert seen[-1] is None


async def test_the_first_sync_can_be_cancelled(world, kit):
    for n in range(30):
        world.gateway.put(kit.whatsapp(f"v{n}", f"c{n}", kit.START - n * HOUR))

    def stop_after_five(changes):
        progress = world.engine.queries.progress()
        if progress is not None and progress.done == 5:
            world.engine.command_handler.submit(CancelFirstSync())
            world.engine.poller.cancel_first_sync()

    world.engine.feed.subscribe(stop_after_five)
    await world.sync()
    assert 5 <= len(world.gateway.called("conversation")) < 15
    assert world.engine.queries.progress() is None
    world.gateway.write("v29", "still there?")
    await world.sync()
    assert "v29" in world.gateway.called("conversation")


async def test_only_what_changed_is_read_again(world, kit):
    for n in range(5):
        world.gateway.put(kit.whatsapp(f"v{n}", f"c{n}", kit.START - n * HOUR))
    await world.sync()
    world.gateway.calls.clear()
    await world.sync()
    assert world.gateway.called("conversation") == []
    await world.clock.advance(60)
    world.gateway.write("v3", "Hello again", app_code=kit.BRIDGE)
    await world.sync()
    assert world.gateway.called("conversation") == ["v3"]
    assert (await every_customer(world.engine.queries))[0].last_text == "Hello again"


async def test_an_index_that_lags_loses_nothing(world, kit):
    """A change that search shows only after a newer one was seen lies behind the high-water mark."""
    world.gateway.put(kit.whatsapp("v1", "c1", kit.START - HOUR))
    await world.sync()
    await world.clock.advance(100)
    world.gateway.put(kit.whatsapp("v2", "c2", world.clock.now()))
    await world.sync()
    late = kit.whatsapp("v3", "c3", world.clock.now() - timedelta(seconds=90))
    world.gateway.put(late)
    await world.sync()
    assert {r.customer_id for r in await every_customer(world.engine.queries)} == {"c1", "c2", "c3"}


async def test_a_change_that_is_dated_years_ahead_hides_none_that_come_after_it(world, kit):
    world.gateway.put(kit.whatsapp("v1", "c1", kit.START - HOUR))
    await world.sync()
    far = kit.START + timedelta(days=3650)
    world.gateway.put(replace(kit.whatsapp("v2", "c2", kit.START), updated_at=far))
    await world.sync()
    await world.clock.advance(60)
    world.gateway.put(kit.whatsapp("v3", "c3", world.clock.now()))
    await world.sync()
    assert {r.customer_id for r in await every_customer(world.engine.queries)} == {"c1", "c2", "c3"}


async def test_the_look_back_widens_every_ten_minutes(world, kit):
    world.gateway.put(kit.whatsapp("v1", "c1", kit.START))
    await world.sync()
    await world.sync()
    world.gateway.put(kit.whatsapp("v2", "c2", kit.START - timedelta(minutes=30)))
    await world.sync()
    assert len(await every_customer(world.engine.queries)) == 1
    await world.clock.advance(601)
    await world.sync()
    assert len(await every_customer(world.engine.queries)) == 2


async def test_a_listed_change_that_was_read_meanwhile_is_not_read_twice(world, kit):
    world.gateway.put(kit.whatsapp("v1", "c1", kit.START - HOUR))
    await world.sync()
    await world.clock.advance(5)
    world.gateway.write("v1", "news", app_code=kit.BRIDGE)
    await world.engine.open_conversation.read("v1")
    world.gateway.calls.clear()
    await world.sync()
    assert world.gateway.called("conversation") == []


@pytest.mark.parametrize(
    "change",
    [
        lambda c: replace(c, state=ConversationState.CLOSED),
        lambda c: replace(c, tags=(Tag("telegram"),)),
    ],
    ids=["state", "tags"],
)
async def test_a_difference_without_a_new_time_is_noticed(world, kit, change):
    world.gateway.put(kit.whatsapp("v1", "c1", kit.START))
    await world.sync()
    world.gateway.conversations["v1"] = change(world.gateway.conversations["v1"])
    world.gateway.calls.clear()
    await world.sync()
    await world.sync()
    assert world.gateway.called("conversation") == ["v1"]


async def test_parts_that_are_counted_but_do_not_move_the_time_are_noticed(world, kit):
    world.gateway.put(kit.whatsapp("v1", "c1", kit.START))
    await world.sync()
    world.gateway.write("v1", "imported", at=kit.START - HOUR)
    await world.sync()
    assert [m.entry.text for m in (await world.view()).thread.messages] == ["imported", "Hi"]


async def test_other_conversations_and_contacts_are_found(world, kit):
    """The customer wrote on WhatsApp as a lead; a user with the same phone has an old Messenger conversation."""
    world.engine.poller._first_sync = 1
    world.gateway.put(kit.whatsapp("v1", "c1", kit.START))
    world.gateway.put(kit.messenger("old", "c2", kit.START - timedelta(days=300)))
    world.gateway.contacts["c1"] = Contact("c1", "lead", "Jen", phone="+353 87 123 4567")
    world.gateway.contacts["c2"] = Contact("c2", "user", "Jennifer Okafor", phone="+353 87 123 4567")
    await world.sync()
    row = await world.only_row()
    assert row.name == "Jennifer Okafor"
    assert {c.id for c in (await world.view(row.customer_id)).thread.chats} == {"v1", "old"}


async def test_a_merged_contact_is_followed(world, kit):
    world.gateway.put(kit.whatsapp("v1", "lead", kit.START))
    world.gateway.contacts["user"] = Contact("user", "user", "Jennifer")
    world.gateway.failures["contact lead"] = ProviderError(
        ProviderErrorKind.MERGED, said("Merged."), merged_into="user"
    )
    await world.sync()
    row = await world.only_row()
    assert row.name == "Jennifer"
    world.gateway.put(kit.messenger("v2", "user", kit.START + timedelta(seconds=1)))
    await world.sync()
    assert len((await world.view((await world.only_row()).customer_id)).thread.chats) == 2


async def test_a_contact_merged_in_a_circle_ends(world, kit):
    world.gateway.put(kit.whatsapp("v1", "a", kit.START))
    world.gateway.failures["contact a"] = ProviderError(ProviderErrorKind.MERGED, said("Merged."), merged_into="b")
    world.gateway.failures["contact b"] = ProviderError(ProviderErrorKind.MERGED, said("Merged."), merged_into="a")
    await world.sync()
    assert (await world.only_row()).last_text == "Hi"


async def test_contacts_are_read_again_after_a_day_when_something_happened(world, kit):
    world.gateway.put(kit.whatsapp("v1", "c1", kit.START))
    await world.sync()
    world.gateway.calls.clear()
    await world.clock.advance(25 * 3600)
    await world.sync()
    assert world.gateway.called("contact") == []
    world.gateway.write("v1", "Back again", app_code=kit.BRIDGE)
    world.gateway.contacts["c1"] = Contact("c1", name="New Name")
    await world.sync()
    assert world.gateway.called("contact") == ["c1"]
    assert (await world.only_row()).name == "New Name"


async def test_the_client_is_sampled_when_a_message_arrives(world, kit):
    world.gateway.put(kit.messenger("v1", "c1", kit.START - HOUR))
    await world.sync()
    await world.clock.advance(30)
    world.gateway.contacts["c1"] = Contact("c1", name="Jen", ios_seen_at=world.clock.now())
    world.gateway.write("v1", "from my phone")
    await world.sync()
    newest = (await world.view()).thread.messages[-1]
    assert newest.origin.client is Client.IOS
    # The customer turns to a computer: what was seen stays.
    world.gateway.contacts["c1"] = Contact("c1", name="Jen", web_seen_at=world.clock.now() + timedelta(minutes=5))
    await world.clock.advance(300)
    world.gateway.write("v1", "from my computer")
    await world.sync()
    by_text = {m.entry.text: m.origin.client for m in (await world.view()).thread.messages}
    assert by_text["from my phone"] is Client.IOS


async def test_old_messages_are_not_sampled(world, kit):
    world.gateway.put(kit.messenger("v1", "c1", kit.START - HOUR))
    world.gateway.contacts["c1"] = Contact("c1", name="Jen", ios_seen_at=kit.START)
    await world.sync()
    assert world.gateway.called("contact") == ["c1"]


async def test_bridge_codes_are_learnt_and_messages_classified_anew(world, kit):
    in_time = (Tag("whatsapp", kit.START - 2 * HOUR, "814"),)
    for n in (1, 3):
        world.gateway.put(replace(kit.whatsapp(f"v{n}", f"c{n}", kit.START - 2 * HOUR), tags=in_time))
        world.gateway.write(f"v{n}", "on WhatsApp", app_code=kit.BRIDGE, at=kit.START - HOUR)
        world.gateway.write(f"v{n}", "and again", app_code=kit.BRIDGE, at=kit.START - HOUR)
    world.gateway.put(replace(kit.whatsapp("v2", "c2", kit.START - 2 * HOUR), tags=()))
    world.gateway.write("v2", "untagged", app_code=kit.BRIDGE, at=kit.START - HOUR)
    await world.sync()
    workspace = await world.engine.queries.workspace()
    assert workspace.workspace.bridge_codes == {kit.BRIDGE}
    assert workspace.workspace.unconfirmed_codes == {kit.BRIDGE}
    assert workspace.code_histogram == ((kit.BRIDGE, 4),)
    chat = (await world.view()).thread.chat("v1")
    assert chat.messages[-1].origin.channel is ChannelKind.WHATSAPP
    assert chat.window.state(world.clock.now()) is WindowState.OPEN
    # Stored, not only worked out for this view: the list knows too.
    rows = {r.customer_id: r for r in await every_customer(world.engine.queries)}
    assert rows["c1"].window.opened_at == kit.START - HOUR


@pytest.mark.parametrize(("age_s", "is_named"), [(30, True), (150, False)])
async def test_what_the_bridge_has_on_the_contact_is_kept_with_a_message_that_just_arrived(world, kit, age_s, is_named):
    await world.store.write(settings.save, "bridge_codes_chosen", frozenset({kit.BRIDGE}))
    world.gateway.put(replace(kit.whatsapp("v1", "c1", kit.START - HOUR), tags=()))
    world.gateway.contacts["c1"] = Contact(
        "c1",
        name="Jen",
        phone="+353871234567",
        bridge_attributes={"octopods_channel": "whatsapp", "octopods_whatsapp_account_phone": "+35315550100"},
    )
    await world.sync()
    await world.clock.advance(300)
    world.gateway.write("v1", "from WhatsApp", app_code=kit.BRIDGE, at=world.clock.now() - timedelta(seconds=age_s))
    await world.sync()
    entry = (await world.view()).thread.messages[-1].entry
    named = (entry.line_hint, entry.customer_hint, entry.attribute_hint)
    assert named == (
        ("+35315550100", "+353871234567", ChannelKind.WHATSAPP) if is_named else ("", "", ChannelKind.UNKNOWN)
    )


async def test_a_cancelled_first_sync_proves_no_bridge_away(world, kit):
    for n in range(40):
        world.gateway.put(kit.messenger(f"v{n}", f"c{n}", kit.START - n * HOUR))
    world.engine.feed.subscribe(lambda changes: world.engine.poller.cancel_first_sync() if changes.progress else None)
    await world.sync()
    assert (await world.engine.queries.workspace()).workspace.bridge_expected


async def test_no_bridge_is_believed_once_the_first_sync_has_ended_without_one(world, kit):
    assert (await world.engine.queries.workspace()).workspace.bridge_expected
    world.gateway.put(kit.messenger("v1", "c1", kit.START))
    await world.sync()
    assert not (await world.engine.queries.workspace()).workspace.bridge_expected
    world.gateway.put(kit.whatsapp("v2", "c2", kit.START))
    await world.clock.advance(60)
    await world.sync()
    assert (await world.engine.queries.workspace()).workspace.bridge_expected


async def test_words_of_an_unknown_author_or_kind_wait_in_the_list(world, kit):
    world.gateway.put(kit.messenger("v1", "c1", kit.START - HOUR))
    world.gateway.write("v1", "Hello, how can we help?", role=Role.TEAMMATE)
    await world.sync()
    assert not (await world.only_row()).waits
    await world.clock.advance(60)
    world.gateway.write("v1", "Posted by something new", role=Role.UNKNOWN, kind=EntryKind.UNKNOWN)
    await world.sync()
    row = await world.only_row()
    assert (row.last_text, row.last_from_us, row.waits) == ("Posted by something new", False, True)


async def test_the_time_that_a_server_told_is_kept_for_the_next_run(world, kit, tmp_path):
    world.gateway.put(kit.messenger("v1", "c1", kit.START))
    told = ClockOffset(timedelta(hours=-3), kit.START)
    world.clock.offset = told
    await world.sync()
    # Half a minute later there is nothing that is worth a write.
    world.clock.offset = ClockOffset(timedelta(hours=-3), kit.START + timedelta(seconds=30))
    await world.sync()
    assert await world.store.read(settings.clock_offset) == told
    world.clock.offset = ClockOffset(timedelta(hours=-3), kit.START + timedelta(seconds=60))
    await world.sync()
    recalled: list[ClockOffset] = []
    world.clock.restore_offset = recalled.append
    await world.engine.start()
    assert recalled == [world.clock.offset]


# --- trouble ---


@pytest.mark.parametrize("trouble", list(ProviderErrorKind))
async def test_one_conversation_in_trouble_does_not_stop_the_others(world, kit, trouble):
    for n in range(3):
        world.gateway.put(kit.whatsapp(f"v{n}", f"c{n}", kit.START - n * HOUR))
    world.gateway.failures["conversation v0"] = ProviderError(trouble, said("No."))
    of_the_connection = trouble in (
        ProviderErrorKind.SIGNED_OUT,
        ProviderErrorKind.THROTTLED,
        ProviderErrorKind.OFFLINE,
    )
    if of_the_connection:
        with pytest.raises(ProviderError):
            await world.sync()
    else:
        await world.sync()
        held = {r.customer_id for r in await every_customer(world.engine.queries)}
        assert {"c1", "c2"} <= held
    # Once it can be read, it is.
    world.gateway.failures.clear()
    await world.clock.advance(60)
    await world.sync()
    held = {r.customer_id for r in await every_customer(world.engine.queries) if r.last_text}
    assert held == {"c0", "c1", "c2"}


@pytest.mark.parametrize(
    ("trouble", "state"),
    [
        (ProviderErrorKind.SIGNED_OUT, ConnectionState.SIGNED_OUT),
        (ProviderErrorKind.THROTTLED, ConnectionState.THROTTLED),
        (ProviderErrorKind.BUSY, ConnectionState.OFFLINE),
        (ProviderErrorKind.OFFLINE, ConnectionState.OFFLINE),
        (ProviderErrorKind.TIMED_OUT, ConnectionState.OFFLINE),
    ],
)
async def test_trouble_of_the_connection_is_said_and_keeps_what_is_stored(world, kit, trouble, state):
    world.gateway.put(kit.whatsapp("v1", "c1", kit.START))
    await world.sync()
    world.gateway.failures["changed_since"] = ProviderError(trouble, said("What happened and what to do."))
    await world.engine.start()
    connection = world.engine.queries.connection
    await kit.eventually(lambda: connection().state is state)
    assert connection().reason == said("What happened and what to do.")
    assert (connection().next_try_at is None) == (trouble is ProviderErrorKind.SIGNED_OUT)
    assert (await world.only_row()).last_text == "Hi"
    # It comes back by itself after the pause, or when the agent asks for it.
    world.gateway.failures.clear()
    if trouble is ProviderErrorKind.SIGNED_OUT:
        await world.engine.command_handler.do(SyncNow())
    else:
        await kit.eventually(lambda: world.clock.pauses_s != [])
        await world.clock.advance(10)
    await kit.eventually(lambda: connection().state is ConnectionState.ONLINE)


@pytest.mark.parametrize("trouble", ["forbidden", "gone", "rejected", "too_large", "bad_answer"])
async def test_a_search_that_is_refused_is_not_offline(world, kit, trouble):
    world.gateway.put(kit.messenger("v1", "c1", kit.START))
    await world.sync()
    synced_at = world.engine.queries.connection().last_sync_at
    await world.clock.advance(60)
    world.gateway.failures["changed_since"] = ProviderError(ProviderErrorKind(trouble), said("Ask for the permission."))
    await world.engine.start()
    connection = world.engine.queries.connection
    await kit.eventually(lambda: bool(connection().reason))
    view = connection()
    assert (view.state, view.next_try_at, view.last_sync_at) == (ConnectionState.ONLINE, None, synced_at)
    assert describe(view.reason).startswith("Intercom doesn't allow the search for new messages")
    assert ("Ask for the permission." in describe(view.reason)) == (trouble != "gone")
    # Queued replies go on: their own conversation is read before.
    assert await world.engine.command_handler.do(SendReply("d1", "c1", "v1", "It ships today.", seen_upto=1)) == Done()
    await kit.eventually(lambda: len(world.gateway.sent) == 1)
    world.gateway.failures.clear()
    await kit.eventually(lambda: world.clock.pauses_s != [])
    await world.clock.advance(13)
    await kit.eventually(lambda: connection().reason == NO_REASON)


@pytest.mark.parametrize("trouble", [ProviderErrorKind.FORBIDDEN, ProviderErrorKind.GONE])
async def test_an_account_that_is_refused_is_not_offline(world, kit, trouble):
    world.gateway.put(kit.messenger("v1", "c1", kit.START))
    await world.sync()
    world.gateway.failures["account"] = ProviderError(trouble, said("Ask for the permission."))
    await world.clock.advance(3601)
    await world.engine.start()
    connection = world.engine.queries.connection
    await kit.eventually(lambda: bool(connection().reason))
    assert (connection().state, connection().reason) == (ConnectionState.ONLINE, said("Ask for the permission."))
    assert await world.engine.command_handler.do(SendReply("d1", "c1", "v1", "It ships today.", seen_upto=1)) == Done()
    await kit.eventually(lambda: len(world.gateway.sent) == 1)
    # Where everything is refused, it is a hotel's network that answers.
    world.gateway.failures["changed_since"] = ProviderError(trouble, said("Sign in to the network."))
    world.engine.poller.wake()
    await kit.eventually(lambda: connection().state is ConnectionState.OFFLINE)


async def test_a_search_that_is_refused_from_the_start_ends_no_first_sync(world, kit):
    world.gateway.put(kit.messenger("v1", "c1", kit.START))
    world.gateway.failures["newest"] = ProviderError(ProviderErrorKind.GONE, said("Not here."))
    await world.sync()
    assert world.engine.queries.connection().state is ConnectionState.ONLINE
    assert await every_customer(world.engine.queries) == ()
    assert not await world.store.read(settings.first_sync_done)
    world.gateway.failures.clear()
    await world.sync()
    assert (await world.only_row()).customer_id == "c1"
    assert await world.store.read(settings.first_sync_done)


async def test_a_search_that_fails_because_nothing_answers_is_offline(world, kit):
    world.gateway.put(kit.messenger("v1", "c1", kit.START))
    await world.sync()
    world.gateway.failures["changed_since"] = ProviderError(ProviderErrorKind.GONE, said("Not here."))
    world.gateway.failures["account"] = ProviderError(ProviderErrorKind.OFFLINE, said("No network."))
    await world.engine.start()
    await kit.eventually(lambda: world.engine.queries.connection().state is ConnectionState.OFFLINE)
    assert world.engine.queries.connection().reason == said("No network.")


async def test_a_silent_server_is_known_within_fifteen_seconds_though_nobody_does_anything(world, kit):
    """The longest rest between two rounds, and then the time until an unanswered call is given up."""
    world.gateway.put(kit.messenger("v1", "c1", kit.START))
    await world.engine.start()
    rests_s = []
    for _ in range(300):
        await kit.eventually(lambda: world.engine.queries.connection().state is ConnectionState.ONLINE)
        await kit.eventually(lambda: world.clock.pauses_s != [])
        rests_s.append(world.clock.pauses_s[0])
        rounds = len(world.gateway.called("changed_since"))
        await world.clock.advance(rests_s[-1])
        await kit.eventually(lambda rounds=rounds: len(world.gateway.called("changed_since")) > rounds)
    assert max(rests_s) + FIRST_READ_TIMEOUT_S < 15
    assert len(set(rests_s)) == len(rests_s)


async def test_pauses_grow_and_a_named_pause_is_kept(world, kit):
    world.gateway.failures["account"] = ProviderError(ProviderErrorKind.BUSY, said("Busy."))
    await world.engine.start()
    pauses = []
    for _ in range(4):
        tries = len(world.gateway.called("account"))
        await kit.eventually(lambda: world.clock.pauses_s != [])
        pauses.append(world.clock.pauses_s[0])
        await world.clock.advance(pauses[-1])
        await kit.eventually(lambda tries=tries: len(world.gateway.called("account")) > tries)
    assert pauses == sorted(pauses)
    assert pauses[-1] > 3 * pauses[0]
    await kit.eventually(lambda: world.clock.pauses_s != [])
    world.gateway.failures["account"] = ProviderError(ProviderErrorKind.THROTTLED, said("Wait."), retry_after_s=900)
    await world.engine.command_handler.do(SyncNow())
    await kit.eventually(lambda: world.engine.queries.connection().state is ConnectionState.THROTTLED)
    assert world.engine.queries.connection().next_try_at >= world.clock.now() + timedelta(seconds=900)


async def test_a_bug_in_a_round_does_not_end_the_polling(world, kit, caplog):
    world.gateway.failures["account"] = ZeroDivisionError("a bug")
    await world.engine.start()
    await kit.eventually(lambda: world.engine.queries.connection().state is ConnectionState.OFFLINE)
    assert "sync round broke" in caplog.text
    world.gateway.failures.clear()
    await world.engine.command_handler.do(SyncNow())
    await kit.eventually(lambda: world.engine.queries.connection().state is ConnectionState.ONLINE)


async def test_a_server_that_only_fails_ends_the_round(world, kit):
    for n in range(20):
        world.gateway.put(kit.whatsapp(f"v{n}", f"c{n}", kit.START - n * HOUR))
    world.gateway.failures["conversation"] = ProviderError(ProviderErrorKind.BUSY, said("Busy."))
    with pytest.raises(ProviderError):
        await world.sync()
    assert len(world.gateway.called("conversation")) < 8


async def test_a_stop_in_the_middle_of_the_first_sync_loses_no_conversation(world, tmp_path, clock, kit):
    for n in range(6):
        world.gateway.put(kit.whatsapp(f"v{n}", f"c{n}", kit.START - n * HOUR))
    world.gateway.failures["conversation v3"] = ProviderError(ProviderErrorKind.OFFLINE, said("The network is gone."))
    with pytest.raises(ProviderError):
        await world.sync()
    world.gateway.failures.clear()
    again = await kit.build(tmp_path / "reachline.db", clock, world.gateway)
    await again.sync()
    assert len(await every_customer(again.engine.queries)) == 6
    await again.store.close()


async def test_a_conversation_that_is_gone_is_removed_with_its_words(world, kit):
    world.gateway.put(kit.whatsapp("v1", "c1", kit.START, "a secret"))
    world.gateway.put(kit.messenger("v2", "c1", kit.START - HOUR))
    await world.sync()
    del world.gateway.conversations["v1"]
    await world.engine.open_conversation.read("v1")
    assert [c.id for c in (await world.view()).thread.chats] == ["v2"]
    assert (await world.only_row()).last_text == "Hello"
    assert (await world.engine.queries.search(SearchQuery(words=("secret",)))).messages == ()


# --- focus ---


async def test_the_open_conversation_is_read_every_few_seconds_and_slower_when_hidden(world, kit):
    world.gateway.put(kit.messenger("v1", "c1", kit.START - HOUR))
    await world.sync()
    await world.engine.start()
    await kit.eventually(lambda: world.engine.queries.connection().state is ConnectionState.ONLINE)
    queries = lambda: len(world.gateway.called("conversation"))  # noqa: E731
    before = queries()
    await world.engine.command_handler.do(FocusCustomer("c1"))
    await kit.eventually(lambda: queries() == before + 1)
    world.gateway.write("v1", "are you there?")
    await kit.eventually(lambda: len(world.clock.pauses_s) == 2)
    assert 4 <= world.clock.pauses_s[0] <= 6
    await world.clock.advance(6)

    async def arrived() -> bool:
        return (await world.only_row()).last_text == "are you there?"

    await kit.eventually(arrived)
    await kit.eventually(lambda: len(world.clock.pauses_s) == 2)
    await world.engine.command_handler.do(FocusCustomer("c1", visible=False))
    await world.clock.advance(6)
    await kit.eventually(lambda: any(24 <= p <= 36 for p in world.clock.pauses_s))
    await world.engine.command_handler.do(FocusCustomer(None))


async def test_an_agent_takes_few_requests_and_sees_a_new_message_soon(world, kit):
    """Five minutes with a thread open, in steps after which everybody sleeps again."""
    world.gateway.put(kit.messenger("v1", "c1", kit.START - HOUR))
    for n in range(2, 6):
        world.gateway.put(kit.messenger(f"v{n}", f"c{n}", kit.START - n * HOUR))

    async def pass_s(seconds: float) -> None:
        await world.clock.advance(seconds)
        await kit.eventually(lambda: len(world.clock.pauses_s) == 2)

    await world.sync()
    await world.engine.start()
    await kit.eventually(lambda: world.engine.queries.connection().state is ConnectionState.ONLINE)
    await world.engine.command_handler.do(FocusCustomer("c1"))
    await pass_s(30)
    world.gateway.calls.clear()
    for _ in range(300):
        await pass_s(1)
    assert 5 * 14 <= len(world.gateway.calls) <= 5 * 18
    ages_s = []
    for n in range(20):
        await pass_s(0.3 * n)
        world.gateway.write("v1", f"words {n}")
        written_s = world.clock.monotonic()
        while (await every_customer(world.engine.queries))[0].last_text != f"words {n}":
            await pass_s(0.1)
            assert world.clock.monotonic() - written_s < 60
        ages_s.append(world.clock.monotonic() - written_s)
    assert max(ages_s) <= 6


async def test_nothing_new_is_told_to_nobody(world, kit):
    world.gateway.put(kit.messenger("v1", "c1", kit.START - HOUR))
    await world.sync()
    world.told.clear()
    await world.engine.open_conversation.read("v1")
    assert world.told == []


@pytest.mark.parametrize(
    "trouble", [ProviderErrorKind.OFFLINE, ProviderErrorKind.SIGNED_OUT, ProviderErrorKind.THROTTLED]
)
async def test_trouble_while_reading_the_open_conversation_starts_a_round(world, kit, trouble):
    world.gateway.put(kit.messenger("v1", "c1", kit.START - HOUR))
    await world.engine.start()
    await kit.eventually(lambda: world.engine.queries.connection().state is ConnectionState.ONLINE)
    await kit.eventually(lambda: world.clock.pauses_s != [])
    broken = ProviderError(trouble, said("Broken."))
    world.gateway.failures = {"conversation": broken, "changed_since": broken}
    await world.engine.command_handler.do(FocusCustomer("c1"))
    await kit.eventually(lambda: world.engine.queries.connection().reason == said("Broken."))
    assert (await world.only_row()).last_text == "Hello"


async def test_a_bug_while_reading_the_open_conversation_does_not_end_the_reading(world, kit, caplog):
    world.gateway.put(kit.messenger("v1", "c1", kit.START - HOUR))
    await world.sync()
    world.gateway.failures["conversation"] = ZeroDivisionError("a bug")
    await world.engine.open_conversation.read("v1")
    assert "reading the open conversation broke" in caplog.text


@pytest.mark.parametrize("method", ["teammates", "macros"])
async def test_what_is_only_nice_to_have_does_not_stop_the_sync(world, kit, method):
    world.gateway.put(kit.messenger("v1", "c1", kit.START - HOUR))
    world.gateway.failures[method] = ProviderError(ProviderErrorKind.FORBIDDEN, said("The token lacks a permission."))
    await world.sync()
    assert (await world.only_row()).last_text == "Hello"
    world.gateway.failures[method] = ProviderError(ProviderErrorKind.OFFLINE, said("No network."))
    await world.clock.advance(3700)
    with pytest.raises(ProviderError):
        await world.sync()


@pytest.mark.parametrize("method", ["contact", "contacts_with", "conversations_of"])
@pytest.mark.parametrize(
    "trouble",
    [ProviderErrorKind.FORBIDDEN, ProviderErrorKind.GONE, ProviderErrorKind.BAD_ANSWER, ProviderErrorKind.BUSY],
)
async def test_contacts_that_cannot_be_read_cost_no_message(world, kit, method, trouble):
    world.gateway.put(kit.messenger("v1", "c1", kit.START))
    world.gateway.contacts["c1"] = Contact("c1", phone="+353871234567", email="jen@example.com")
    world.gateway.failures[method] = ProviderError(trouble, said("No."))
    await world.sync()
    row = await world.only_row()
    assert row.last_text == "Hello"
    assert row.name == ("Jennifer" if method == "contact" else "jen@example.com")
    # It is not asked for again and again.
    world.gateway.calls.clear()
    await world.sync()
    assert world.gateway.called("contact") == []


@pytest.mark.parametrize("method", ["contact", "contacts_with", "conversations_of"])
async def test_a_lost_connection_while_reading_contacts_ends_the_round_and_is_made_up_for(world, kit, method):
    world.gateway.put(kit.messenger("v1", "c1", kit.START - HOUR))
    world.gateway.contacts["c1"] = Contact("c1", name="Jen", phone="+353871234567")
    world.gateway.failures[method] = ProviderError(ProviderErrorKind.OFFLINE, said("No network."))
    with pytest.raises(ProviderError):
        await world.sync()
    world.gateway.failures.clear()
    world.gateway.calls.clear()
    await world.sync()
    assert (await world.only_row()).name == "Jen"
    assert world.gateway.called("conversations_of") == ["c1"]


async def test_an_answer_older_than_the_search_result_is_read_again_later(world, kit):
    """The search already shows the customer's message, the conversation's own answer does not yet."""
    world.gateway.put(kit.messenger("v1", "c1", kit.START - HOUR))
    await world.sync()
    await world.clock.advance(60)
    stale = world.gateway.conversations["v1"]
    world.gateway.write("v1", "new words")
    current, asked = world.gateway.conversation, []

    async def lagging(conversation_id, *, background=True):
        asked.append(conversation_id)
        return stale if len(asked) == 1 else await current(conversation_id, background=background)

    world.gateway.conversation = lagging
    await world.sync()
    assert (await world.only_row()).last_text == "Hello"
    await world.clock.advance(11)
    await world.sync()
    assert (await world.only_row()).last_text == "new words"


async def test_a_full_disk_ends_the_round_with_its_sentence(world, kit):
    world.gateway.put(kit.messenger("v1", "c1", kit.START - HOUR))
    await world.sync()
    pages = await world.store.read(lambda db: db.pragma("page_count"))
    await world.store.write(lambda db: db.pragma("max_page_count", pages))
    await world.clock.advance(60)
    world.gateway.write("v1", "long " * 100_000)
    await world.engine.start()
    await kit.eventually(lambda: world.engine.queries.connection().reason == make_reason(MachineReason.DISK_FULL))
    assert (await world.only_row()).last_text == "Hello"
