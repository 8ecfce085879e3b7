"""Learning: from totals that do not grow with the archive, in force at once, and taken back with its evidence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from msgspec import structs
from reasons import said

from desktop.domain.contrary import ContraryKind
from desktop.domain.model.facts import ChannelKind, Contact, Conversation, Entry, EntryKind, Role, Tag
from desktop.domain.model.workspace import Tagging
from desktop.domain.window.window import WindowState
from desktop.engine import commands as c
from desktop.engine.sync import learning
from desktop.engine.sync.ingest import Facts, store_facts
from desktop.ports import ProviderError, ProviderErrorKind
from desktop.store import settings
from desktop.store.core.database import Database
from desktop.store.evidence import contrary_facts
from tests.helpers.every_customer import every_customer

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def message(conversation_id: str, ident: str, at: datetime, app_code: str) -> Entry:
    author = conversation_id.replace("v", "c")
    return Entry(
        ident, conversation_id, at, Role.CUSTOMER, EntryKind.MESSAGE, author_id=author, text=ident, app_code=app_code
    )


def bridged(kit, number: int, parts: int = 2, *, is_tagged: bool = True, every: timedelta = MINUTE) -> Conversation:
    """A chat of customer `c<number>` with `parts` messages under the bridge's code after the first."""
    name = f"v{number}"
    first = kit.whatsapp(name, f"c{number}", kit.START - 2 * HOUR)
    more = tuple(message(name, f"{number}{n:04}", kit.START - HOUR + n * every, kit.BRIDGE) for n in range(parts))
    return replace(first, entries=(*first.entries, *more), tags=first.tags if is_tagged else ())


def at_web(conversation: Conversation) -> Conversation:
    return replace(conversation, tags=(), page_url="https://shop.example/")


def put(world, *conversations: Conversation):
    """Stored as the reader would, and learnt from."""

    def work(db: Database) -> None:
        store_facts(db, Facts(conversations), world.clock.now())
        learning.learn_workspace(db, world.clock.now())

    return world.store.write(work)


async def workspace(world):
    return await world.store.read(settings.load)


# --- codes -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parts", "is_learnt"),
    [((2, 1), True), ((1, 1), False), ((9,), False)],
    ids=["three parts of two customers", "two parts", "one customer"],
)
async def test_how_many_examples_teach_a_code(world, kit, parts, is_learnt):
    await put(world, *(bridged(kit, n, count) for n, count in enumerate(parts)))
    assert bool((await workspace(world)).bridge_codes) == is_learnt


async def test_a_code_in_a_conversation_with_a_page_is_unlearnt_and_all_is_decided_again(world, kit):
    await put(world, bridged(kit, 1), bridged(kit, 2))
    assert (await workspace(world)).unconfirmed_codes == {kit.BRIDGE}
    await put(world, at_web(bridged(kit, 3)))
    assert (await workspace(world)).bridge_codes == frozenset()


async def test_forgetting_customers_takes_no_knowledge_along(world, kit):
    await put(world, bridged(kit, 1), bridged(kit, 2))
    await world.engine.command_handler.do(c.ForgetCustomer("c1"))
    await put(world)
    assert (await workspace(world)).bridge_codes == {kit.BRIDGE}


async def test_a_code_that_a_person_says_is_no_bridge_is_not_learnt(world, kit):
    await put(world, bridged(kit, 1), bridged(kit, 2))
    assert await world.engine.command_handler.do(c.SetOtherCodes(frozenset({kit.BRIDGE}))) == c.Done()
    assert (await workspace(world)).bridge_codes == frozenset()
    assert await world.engine.command_handler.do(c.SetOtherCodes(frozenset())) == c.Done()
    assert (await workspace(world)).bridge_codes == {kit.BRIDGE}


async def test_a_chosen_code_is_confirmed(world, kit):
    await put(world, bridged(kit, 1), bridged(kit, 2))
    await world.engine.command_handler.do(c.SetBridgeCodes(frozenset({kit.BRIDGE})))
    held = await workspace(world)
    assert (held.bridge_codes, held.unconfirmed_codes) == ({kit.BRIDGE}, frozenset())


# --- tags --------------------------------------------------------------------------------------------------------


async def test_tagging_is_established_by_twenty_and_ended_by_one_without(world, kit):
    await world.engine.command_handler.do(c.SetBridgeCodes(frozenset({kit.BRIDGE})))
    await put(world, *(bridged(kit, n, 1) for n in range(19)))
    assert (await workspace(world)).tagging is Tagging.UNKNOWN
    await put(world, bridged(kit, 19, 1))
    assert (await workspace(world)).tagging is Tagging.ESTABLISHED
    await put(world, bridged(kit, 20, 1, is_tagged=False))
    assert (await workspace(world)).tagging is Tagging.PARTIAL


async def test_who_tagged_what_no_bridge_began_is_ruled_out_everywhere_until_a_person_names_the_taggers(world, kit):
    def kind(view):
        return view.thread.chat("v1").mapping.display_channel

    await put(world, kit.whatsapp("v1", "c1", kit.START - HOUR))
    assert kind(await world.view()) is ChannelKind.WHATSAPP
    by_hand = replace(kit.messenger("v2", "c2", kit.START - HOUR), tags=(Tag("whatsapp", kit.START - HOUR, "814"),))
    await put(world, by_hand)
    assert (await workspace(world)).other_taggers == {"814"}
    assert kind(await world.view()) is ChannelKind.UNKNOWN
    await world.engine.command_handler.do(c.SetBridgeTaggers(frozenset({"814"})))
    assert kind(await world.view()) is ChannelKind.WHATSAPP
    await world.engine.command_handler.do(c.SetBridgeTaggers(frozenset()))
    assert kind(await world.view()) is ChannelKind.UNKNOWN


# --- what a person says takes effect at once -----------------------------------------------------------------------


async def listed(world) -> dict[str, ChannelKind]:
    return {row.customer_id: row.last_channel for row in await every_customer(world.engine.queries)}


async def test_the_only_channel_of_the_bridge_gives_every_untagged_message_its_channel(world, kit):
    await world.engine.command_handler.do(c.SetBridgeCodes(frozenset({kit.BRIDGE})))
    await put(world, bridged(kit, 1, is_tagged=False), bridged(kit, 2, is_tagged=False))
    assert await listed(world) == {"c1": ChannelKind.UNKNOWN, "c2": ChannelKind.UNKNOWN}
    await world.engine.command_handler.do(c.SetBridgeChannels(frozenset({ChannelKind.TELEGRAM})))
    assert await listed(world) == {"c1": ChannelKind.TELEGRAM, "c2": ChannelKind.TELEGRAM}
    await world.engine.command_handler.do(c.SetBridgeChannels(None))
    assert await listed(world) == {"c1": ChannelKind.UNKNOWN, "c2": ChannelKind.UNKNOWN}


async def test_a_word_on_one_message_sets_that_message_and_can_be_taken_back(world, kit):
    await world.engine.command_handler.do(c.SetBridgeCodes(frozenset({kit.BRIDGE})))
    await put(world, bridged(kit, 1, 1, is_tagged=False))
    said = c.SetMessageChannel("v1", "10000", ChannelKind.SMS)
    assert await world.engine.command_handler.do(said) == c.Done()
    assert await listed(world) == {"c1": ChannelKind.SMS}
    assert (await workspace(world)).message_channels == {("v1", "10000"): ChannelKind.SMS}
    world.told.clear()
    assert await world.engine.command_handler.do(said) == c.Done()
    assert world.told == []
    await world.engine.command_handler.do(structs.replace(said, channel=None))
    assert await listed(world) == {"c1": ChannelKind.UNKNOWN}


@pytest.mark.parametrize(
    "change",
    [
        lambda db: settings.save(db, "margin_s", timedelta(minutes=5).total_seconds()),
        lambda db: settings.save(db, "row_margin_s", timedelta(minutes=5).total_seconds()),
        lambda db: settings.save(db, "closing_threshold_s", timedelta(minutes=5).total_seconds()),
        lambda db: settings.save(db, "tag_delay_s", timedelta(minutes=1).total_seconds()),
        lambda db: settings.save(db, "bridge_codes_chosen", frozenset({"x"})),
        lambda db: settings.save(db, "other_codes", frozenset({"x"})),
        lambda db: settings.add_own_codes(db, frozenset({"x"})),
        lambda db: settings.save(db, "bridge_channels", frozenset()),
        lambda db: settings.save(db, "bridge_taggers", frozenset({"1"})),
        lambda db: settings.add_other_taggers(db, frozenset({"1"})),
        lambda db: settings.save(db, "notice_authors", frozenset({"1"})),
        lambda db: settings.save(db, "notice_patterns", ("x",)),
        lambda db: settings.save(db, "success_patterns", ("x",)),
        lambda db: settings.save(db, "non_message_patterns", ("x",)),
        lambda db: settings.save(db, "tagging", Tagging.ESTABLISHED),
        lambda db: settings.save(db, "bridge_expected", False),
        lambda db: db.execute("INSERT INTO bridge_delays VALUES (0, 300000000)"),
        lambda db: db.execute("INSERT INTO several_numbers VALUES ('whatsapp', 'c1')"),
    ],
)
async def test_whatever_decisions_depend_on_is_part_of_the_premise(world, change):
    before = await world.store.read(settings.decision_fingerprint)
    await world.store.write(change)
    assert await world.store.read(settings.decision_fingerprint) != before


async def test_a_delay_below_the_margin_changes_no_premise(world):
    before = await world.store.read(settings.decision_fingerprint)
    await world.store.write(lambda db: db.execute("INSERT INTO bridge_delays VALUES (0, 119000000)"))
    assert await world.store.read(settings.decision_fingerprint) == before


async def test_a_margin_is_in_the_list_after_the_next_round(world, kit):
    world.gateway.put(kit.whatsapp("v1", "c1", kit.START - HOUR))
    await world.sync()
    closes_at = (await world.only_row()).window.closes_at
    await world.store.write(settings.save, "margin_s", 600.0)
    await world.sync()
    assert closes_at - (await world.only_row()).window.closes_at == timedelta(minutes=8)


async def test_what_was_decided_by_other_rules_is_decided_again_without_the_network(world, kit):
    world.gateway.put(kit.whatsapp("v1", "c1", kit.START - HOUR))
    await world.sync()
    await world.store.write(settings.save, "decided_by", "older rules")
    await world.store.write(
        lambda db: db.execute("UPDATE customer_rows SET details = json_remove(details, '$.window')")
    )
    world.gateway.failures["account"] = ProviderError(ProviderErrorKind.OFFLINE, said("No network."))
    world.told.clear()
    await world.engine.start()
    await kit.eventually(lambda: any(ch.settings for ch in world.told))
    assert (await world.only_row()).window.state(world.clock.now()) is WindowState.OPEN


# --- delays and numbers --------------------------------------------------------------------------------------------


async def test_a_notice_of_an_expired_window_teaches_the_delay_for_seven_days(world, kit):
    """The customer wrote when our clock says, but the bridge was five minutes late, as its own notice shows."""
    await world.engine.command_handler.do(c.SetBridgeCodes(frozenset({kit.BRIDGE})))
    began = kit.START - 24 * HOUR
    first = kit.whatsapp("v1", "c1", began)
    reply = Entry(
        "8", "v1", began + 24 * HOUR - 5 * MINUTE, Role.TEAMMATE, EntryKind.MESSAGE, text="Hi", author_id="7001"
    )
    note = Entry(
        "9", "v1", reply.sent_at + timedelta(seconds=20), Role.TEAMMATE, EntryKind.NOTE, event="note",
        text="Not delivered: the 24-hour window has expired", app_code=kit.BRIDGE,
    )  # fmt: skip
    await put(world, replace(first, entries=(*first.entries, reply, note), updated_at=note.sent_at))
    assert (await workspace(world)).bridge_delay == timedelta(minutes=5)
    await world.clock.advance(7 * 24 * 3600)
    await put(world)
    assert (await workspace(world)).bridge_delay == timedelta(0)


async def test_two_chats_open_at_once_show_several_numbers_until_one_is_gone(world, kit):
    await world.engine.command_handler.do(c.SetBridgeCodes(frozenset({kit.BRIDGE})))
    chats = [
        replace(
            bridged(kit, n),
            contact_ids=("c1",),
            entries=tuple(replace(e, author_id="c1") for e in bridged(kit, n).entries),
        )
        for n in (1, 2)
    ]
    await put(world, *chats)
    assert (await workspace(world)).several_numbers == {ChannelKind.WHATSAPP}
    await world.store.write(lambda db: store_facts(db, Facts(deleted=("v2",)), world.clock.now()))
    assert (await workspace(world)).several_numbers == frozenset()


# --- notes and contrary facts ------------------------------------------------------------------------------------


def failed_reply(kit, number: int, text: str) -> Conversation:
    """Our reply in a chat and, half a minute later, a note of the bridge."""
    chat = bridged(kit, number)
    reply = Entry(
        f"{number}8000", chat.id, kit.START - 10 * MINUTE, Role.TEAMMATE, EntryKind.MESSAGE, text="It ships.",
        author_id="7001", app_code=kit.OURS,
    )  # fmt: skip
    note = Entry(
        f"{number}9000", chat.id, reply.sent_at + MINUTE / 2, Role.TEAMMATE, EntryKind.NOTE, event="note", text=text,
        author_id="7001", app_code=kit.BRIDGE,
    )  # fmt: skip
    return replace(chat, entries=(*chat.entries, reply, note), updated_at=note.sent_at)


async def kinds(world, customer_id: str = "c1") -> list[ContraryKind]:
    return [fact.kind for fact in (await world.view(customer_id)).thread.contrary]


async def test_a_note_that_also_comes_without_any_reply_is_no_failure_anywhere(world, kit):
    await world.engine.command_handler.do(c.SetBridgeCodes(frozenset({kit.BRIDGE})))
    await put(world, failed_reply(kit, 1, "Chat synced for +353 87 123 4567"))
    assert await kinds(world) == [ContraryKind.UNKNOWN]
    other = bridged(kit, 2)
    idle = Entry(
        "29000", "v2", kit.START, Role.TEAMMATE, EntryKind.NOTE, event="note", text="Chat synced for +353 87 999 9999",
        author_id="7001", app_code=kit.BRIDGE,
    )  # fmt: skip
    world.told.clear()
    changes = await world.store.write(
        lambda db: store_facts(
            db, Facts((replace(other, entries=(*other.entries, idle), updated_at=kit.START),)), kit.START
        )
    )
    assert {"c1", "c2"} <= changes.threads
    assert await kinds(world) == []


async def test_what_the_bridge_reported_outlives_a_restart_and_its_own_words(world, kit, tmp_path):
    await world.engine.command_handler.do(c.SetBridgeCodes(frozenset({kit.BRIDGE})))
    await put(world, failed_reply(kit, 1, "Nachricht konnte nicht gesendet werden, sagt der Anbieter"))
    assert await kinds(world) == [ContraryKind.UNKNOWN]
    await world.store.write(lambda db: db.execute("UPDATE entry_rows SET text = '', wiped = 1"))
    await world.store.close()
    again = await kit.build(tmp_path / "reachline.db", world.clock, world.gateway)
    assert [f.kind for f in (await again.view()).thread.contrary] == [ContraryKind.UNKNOWN]
    await again.store.close()


async def test_what_a_person_calls_solved_is_gone_until_they_take_it_back(world, kit):
    await world.engine.command_handler.do(c.SetBridgeCodes(frozenset({kit.BRIDGE})))
    await put(world, failed_reply(kit, 1, "The customer has blocked this business"))
    [fact] = (await world.view()).thread.contrary
    assert await world.engine.command_handler.do(c.MarkSolved(fact.id)) == c.Done()
    assert (await world.view()).thread.contrary == ()
    assert await world.engine.command_handler.do(c.MarkSolved(fact.id, solved=False)) == c.Done()
    assert (await world.view()).thread.contrary == (fact,)
    assert isinstance(await world.engine.command_handler.do(c.MarkSolved("nothing")), c.Failed)


async def test_a_report_that_is_withdrawn_is_no_longer_believed(world, kit):
    """The code was not the bridge's after all, so its note was nobody's report."""
    await world.engine.command_handler.do(c.SetBridgeCodes(frozenset({kit.BRIDGE})))
    await put(world, failed_reply(kit, 1, "Message could not be sent"))
    assert len(await kinds(world)) == 1
    await world.engine.command_handler.do(c.SetBridgeCodes(frozenset({"another"})))
    assert await kinds(world) == []
    assert await world.store.read(lambda db: len(contrary_facts.about_notes(db))) == 1


# --- deciding again beside everything else ----------------------------------------------------------------------------


async def test_what_a_round_leaves_of_a_large_workspace_is_decided_beside_it(world, kit, monkeypatch):
    monkeypatch.setattr(learning, "AT_ONCE", 4)
    monkeypatch.setattr(learning, "BATCH", 2)
    await put(world, *(bridged(kit, n, 1) for n in range(10, 20)))
    await world.store.write(settings.save, "bridge_codes_chosen", frozenset({kit.BRIDGE}))
    world.told.clear()
    await world.engine.decisions.refresh()
    assert len({c for changes in world.told for c in changes.threads}) == 4
    # A stop in between goes on from there, with other settings from the beginning.
    await world.engine.decisions.refresh()
    assert len({c for changes in world.told for c in changes.threads}) == 8
    assert await world.store.read(settings.decided_fingerprint) == ""
    await world.engine.start()

    async def is_decided() -> bool:
        return await world.store.read(settings.decided_fingerprint) == await world.store.read(
            settings.decision_fingerprint
        )

    await kit.eventually(is_decided)
    assert len({c for changes in world.told for c in changes.threads}) == 10


async def test_settings_that_come_back_on_the_way_are_decided_by_again(world, kit, monkeypatch):
    monkeypatch.setattr(learning, "AT_ONCE", 4)
    await put(world, *(bridged(kit, n, 1) for n in range(10, 20)))

    async def choose(code: str) -> None:
        await world.store.write(settings.save, "bridge_codes_chosen", frozenset({code}))

    await choose(kit.BRIDGE)
    for _ in range(4):
        await world.engine.decisions.refresh()
    before = await listed(world)
    await choose("another")
    await world.engine.decisions.refresh()
    assert await listed(world) != before
    await choose(kit.BRIDGE)
    for _ in range(4):
        await world.engine.decisions.refresh()
    assert await listed(world) == before
    assert await world.store.read(settings.decided_fingerprint)


# --- a poll reads no archive -----------------------------------------------------------------------------------------


class StepCounter:
    """A progress handler for every step. (The counters of `trace_v2` add up over the life of the statements that the
    search index keeps.)"""

    def __init__(self) -> None:
        self.taken = 0

    def __call__(self) -> bool:
        self.taken += 1
        return False


def steps_of(work: Callable[[Database], object]) -> Callable[[Database], int]:
    """Steps of SQLite's virtual machine that `work` takes: as many for equal work, and more for each row it reads."""

    def counted(db: Database) -> int:
        counter = StepCounter()
        db.set_progress_handler(counter, 1)
        try:
            work(db)
        finally:
            db.set_progress_handler(None)
        return counter.taken

    return counted


async def test_a_poll_takes_as_many_steps_however_many_messages_there_are(world, kit):
    def poll(db: Database) -> None:
        learning.learn_workspace(db, world.clock.now())
        learning._outdated(db, learning.AT_ONCE)
        learning.code_histogram(db, settings.load(db))

    await world.engine.command_handler.do(c.SetBridgeCodes(frozenset({kit.BRIDGE})))
    await put(world, bridged(kit, 1, 3), bridged(kit, 2, 3))
    await world.store.write(lambda db: settings.save(db, "decided_by", settings.decision_fingerprint(db)))
    few = await world.store.write(steps_of(poll))
    await put(world, *(bridged(kit, n, 40) for n in range(3, 18)))
    await world.store.write(lambda db: settings.save(db, "decided_by", settings.decision_fingerprint(db)))
    many = await world.store.write(steps_of(poll))
    counted = await world.store.read(lambda db: db.execute("SELECT count(*) FROM entries").fetchone())
    assert counted == (17 + 6 + 600,)
    assert many <= few + 20, "a hundred times the messages may differ only in how long the numbers are"
    archive = steps_of(lambda db: db.execute("SELECT count(*) FROM entries WHERE app_code = 'x'").fetchall())
    assert await world.store.read(archive) > 600, "the counter sees rows that are read"


async def steps_of_a_round(world) -> int:
    counter, store = StepCounter(), world.store
    for run in (store.read, store.write):
        await run(lambda db: db.set_progress_handler(counter, 1))
    try:
        await world.engine.poller.run_once()
    finally:
        for run in (store.read, store.write):
            await run(lambda db: db.set_progress_handler(None))
    return counter.taken


@pytest.mark.parametrize("is_news", [False, True], ids=["nothing new", "one new message"])
async def test_a_whole_round_takes_as_many_steps_however_many_messages_others_have(world, kit, is_news):
    async def with_parts(parts: int) -> int:
        for number in (2, 3):
            others = bridged(kit, number, parts, every=timedelta(seconds=1))
            world.gateway.put(replace(others, updated_at=world.clock.now()))
        await world.clock.advance(120)
        for _ in range(3):
            await world.sync()
        [stored] = await world.store.read(lambda db: db.execute("SELECT count(*) FROM entries").fetchone())
        assert stored > 2 * parts
        if is_news:
            world.gateway.write("v1", "Hello", app_code=kit.BRIDGE)
        return await steps_of_a_round(world)

    world.gateway.put(bridged(kit, 1, 3))
    few, many = await with_parts(20), await with_parts(1_000)
    # The conversation that is written in has one message more itself.
    assert many < few * 1.15


async def test_an_untagged_conversation_is_decided_again_two_minutes_after_it_began(world, kit):
    await world.engine.command_handler.do(c.SetBridgeCodes(frozenset({kit.BRIDGE})))
    await put(world, *(bridged(kit, n, 1) for n in range(10, 30)))
    world.gateway.put(bridged(kit, 10, 1))
    await world.sync()
    fresh = replace(kit.messenger("v1", "c1", world.clock.now()), page_url=None)
    world.gateway.put(fresh)
    world.gateway.contacts["c1"] = Contact("c1", name="Ann")
    await world.sync()
    assert (await listed(world))["c1"] is ChannelKind.UNKNOWN
    await world.clock.advance(130)
    await world.sync()
    assert (await listed(world))["c1"] is ChannelKind.MESSENGER
