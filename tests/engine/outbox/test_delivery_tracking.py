"""What becomes of direct messages: asked for ever more seldom, within a budget, for a day, and over a restart."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from reasons import said

from desktop.domain.delivery import Delivery
from desktop.domain.direct import DirectSent, Route
from desktop.domain.model.channel import Capabilities, ChannelKey, Provider
from desktop.domain.model.facts import ChannelKind
from desktop.engine.changes import Changes, Feed
from desktop.engine.channels import Channels
from desktop.engine.outbox.delivery_tracking import ASK_AFTER_S, BUDGET_PAUSE_S, DeliveryTracking
from desktop.engine.sync.ingest import Facts, store_facts
from desktop.engine.tasks import Tasks
from desktop.ports import ChannelConfig, DeliveryFact, ProviderError, ProviderErrorKind
from desktop.store.core.database import Store
from desktop.store.outgoing import direct_messages
from tests.helpers.database import create_database

pytestmark = pytest.mark.slow

KEY = ChannelKey(Provider.TWILIO, ChannelKind.SMS, "+35315550199")
DAY_S = 86_400.0


@dataclass
class Teller:
    """An account that tells what a test wrote into it; nothing else of a channel is asked here."""

    clock: object
    told: dict[str, DeliveryFact | Exception | None] = field(default_factory=dict)
    tells: bool = True
    asked: list[tuple[str, float]] = field(default_factory=list)
    key: ChannelKey = KEY

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(sends_free_text=True, reports_status=self.tells)

    async def status(self, remote_id: str) -> DeliveryFact | None:
        self.asked.append((remote_id, self.clock.monotonic()))
        answer = self.told.get(remote_id)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def aclose(self) -> None:
        pass


class Follow:
    """Following on a real store, and a clock that a test moves from one turn to the next."""

    def __init__(self, store: Store, clock: object, kit: object) -> None:
        self.store = store
        self.clock = clock
        self.kit = kit
        self.teller = Teller(clock)
        self.told: list[Changes] = []
        self.begin()

    def begin(self) -> None:
        feed = Feed()
        feed.subscribe(self.told.append)
        self.channels = Channels(
            self.clock, feed, [(ChannelConfig(KEY.provider, KEY.channel, KEY.sender), self.teller)]
        )
        self.following = DeliveryTracking(self.store, self.clock, feed, Tasks(), self.channels)

    async def sent(self, draft_id: str, at_s: float = 0.0) -> None:
        at = self.kit.START + timedelta(seconds=at_s)
        message = DirectSent(draft_id, f"r-{draft_id}", "v1", Route(KEY, "+353871234567"), "Hello", at)
        await self.store.write(direct_messages.save, message)

    async def until(self, seconds: float) -> None:
        """Lets time pass up to this many seconds after the start, turn by turn."""
        while True:
            pause_s = await self.following.step()
            left_s = seconds - self.clock.monotonic()
            if pause_s is None or pause_s > left_s:
                await self.clock.advance(left_s)
                return
            await self.clock.advance(pause_s)

    async def message(self, draft_id: str = "d1") -> DirectSent:
        found = await self.store.read(direct_messages.load, draft_id)
        assert found is not None
        return found

    def turns(self) -> list[float]:
        return [at for _, at in self.teller.asked]


@pytest.fixture
async def follow(tmp_path, clock, kit):
    store = await Store.open(create_database(tmp_path / "reachline.db"))
    await store.write(direct_conversation, kit)
    yield Follow(store, clock, kit)
    await store.close()


def direct_conversation(db, kit):
    return store_facts(db, Facts((kit.whatsapp("v1", "c1", kit.START - timedelta(hours=1)),)))


async def test_it_is_asked_for_ever_more_seldom_and_no_longer_than_a_day(follow):
    await follow.sent("d1")
    await follow.until(3 * DAY_S)
    assert follow.turns() == list(ASK_AFTER_S)
    message = await follow.message()
    assert (message.final, message.delivery) == (True, Delivery.ACCEPTED), "nobody told, and nobody asks any more"
    assert await follow.following.step() is None


async def test_what_is_final_is_not_asked_for_again_and_its_reader_is_told(follow):
    await follow.sent("d1")
    follow.teller.told["r-d1"] = DeliveryFact("r-d1", Delivery.SENT, final=False)
    await follow.until(3)
    follow.told.clear()
    follow.teller.told["r-d1"] = DeliveryFact(
        "r-d1", Delivery.FAILED, final=True, kind=ProviderErrorKind.OPTED_OUT, reason=said("They sent STOP.")
    )
    await follow.until(DAY_S)
    assert follow.turns() == [2, 5]
    message = await follow.message()
    assert (message.delivery, message.final, message.reason) == (Delivery.FAILED, True, said("They sent STOP."))
    [changes] = follow.told
    assert changes.threads == changes.customers != frozenset()
    assert not changes.undecided, "a message that failed is shown where it stands"


async def test_a_restart_asks_soon_and_goes_on_where_it_was(follow):
    await follow.sent("d1")
    await follow.until(100)
    follow.teller.asked.clear()
    follow.begin()
    await follow.until(1000)
    assert follow.turns() == [100, 300, 900]


async def test_an_account_that_turns_out_to_tell_nothing_is_believed(follow):
    await follow.sent("d1")
    await follow.until(3)
    follow.teller.tells = False
    await follow.until(DAY_S)
    assert follow.turns() == [2]
    assert (await follow.message()).final


async def test_an_account_that_is_not_connected_is_waited_for(follow):
    await follow.sent("d1")
    follow.begin()
    await follow.channels.remove(KEY)
    assert await follow.following.step() is None
    assert not (await follow.message()).final
    follow.channels.add(ChannelConfig(KEY.provider, KEY.channel, KEY.sender), follow.teller)
    await follow.until(2)
    assert follow.turns() == [2]


async def test_many_messages_share_the_budget_of_their_account_newest_first(follow):
    at_most, within_s = Provider.TWILIO.poll_budget
    for n in range(at_most + 3):
        await follow.sent(f"d{n:02}", at_s=n / 1000)
    await follow.clock.advance(4)
    assert await follow.following.step() == 0.0
    assert len(follow.teller.asked) == at_most
    assert {r for r, _ in follow.teller.asked} == {f"r-d{n:02}" for n in range(3, at_most + 3)}
    for pause_s in (await follow.following.step(), await follow.following.step()):
        assert 0 < pause_s <= BUDGET_PAUSE_S
    assert len(follow.teller.asked) == at_most
    await follow.until(4 + within_s + BUDGET_PAUSE_S)
    assert {f"r-d{n:02}" for n in range(3)} <= {r for r, _ in follow.teller.asked}


@pytest.mark.parametrize(("pause_s", "turns"), [(40.0, [2, 42, 60]), (None, [2, 5, 15, 60])])
async def test_trouble_in_asking_is_no_news_and_its_pause_is_kept(follow, pause_s, turns):
    await follow.sent("d1")
    follow.teller.told["r-d1"] = ProviderError(ProviderErrorKind.THROTTLED, said("Slow down."), retry_after_s=pause_s)
    await follow.until(3)
    follow.teller.told.clear()
    await follow.until(100)
    assert follow.turns() == turns
    assert (await follow.message()).delivery is Delivery.ACCEPTED
    assert follow.told == []


async def test_one_answer_that_breaks_the_program_leaves_the_others_alone(follow, caplog):
    for draft_id in ("d1", "d2"):
        await follow.sent(draft_id)
    follow.teller.told = {"r-d1": RuntimeError("a bug"), "r-d2": DeliveryFact("r-d2", Delivery.DELIVERED, final=True)}
    await follow.until(6)
    assert (await follow.message("d2")).delivery is Delivery.DELIVERED
    assert [r for r, _ in follow.teller.asked].count("r-d1") == 2
    assert "task status of d1 broke" in caplog.text


async def test_it_runs_on_its_own_and_a_message_need_not_wait_for_the_pause(follow, kit):
    task = asyncio.create_task(follow.following.run())
    await asyncio.sleep(0)
    await follow.sent("d1")
    follow.following.wake()

    def asked(times: int) -> Callable[[], bool]:
        return lambda: len(follow.teller.asked) >= times

    async def sleeps() -> bool:
        return bool(follow.clock.pauses_s)

    await kit.eventually(sleeps)
    await follow.clock.advance(2)
    await kit.eventually(asked(1))
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert follow.turns() == [2]
