"""Feed and tasks: changes are told in order; what runs beside the screen is owned, reported and ended."""

from __future__ import annotations

import asyncio
import inspect

import pytest

from desktop.engine.changes import Changes, Feed
from desktop.engine.tasks import RESTART_PAUSE_S, Alarm, Tasks, in_parallel, run_periodically, wait_for_wake


def test_changes_add_up():
    both = Changes(customers=frozenset("a")) | Changes(threads=frozenset("b"), connection=True)
    assert both == Changes(frozenset("a"), frozenset("b"), connection=True)
    assert not Changes()
    assert all([both, Changes(progress=True), Changes(settings=True)])


def test_listeners_are_told_in_order_until_they_leave():
    feed, told = Feed(), []
    leave = feed.subscribe(lambda c: told.append(("first", c)))
    feed.subscribe(lambda c: told.append(("second", c)))
    news = Changes(connection=True)
    feed.publish(news)
    feed.publish(Changes())
    assert told == [("first", news), ("second", news)]
    leave()
    leave()
    feed.publish(news)
    assert told[2:] == [("second", news)]


async def test_a_listener_may_leave_while_it_is_told():
    feed, told = Feed(), []

    def once(changes):
        told.append(changes)
        leave()

    leave = feed.subscribe(once)
    feed.publish(Changes(progress=True))
    feed.publish(Changes(progress=True))
    assert len(told) == 1


async def test_a_broken_task_is_logged_and_reported_and_calls_nobody(caplog):
    reported, called = [], []

    async def broken():
        raise ZeroDivisionError

    tasks = Tasks(lambda name, error: reported.append((name, type(error))))
    await tasks.start(broken(), "a name", called.append)
    assert (reported, called) == ([("a name", ZeroDivisionError)], [])
    assert "task a name broke" in caplog.text


async def test_closing_cancels_what_runs_and_starts_nothing_more():
    tasks, ended, called = Tasks(), [], []

    async def endless():
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(True)

    async def quick():
        return 1

    tasks.start(endless(), "endless", called.append)
    await asyncio.sleep(0)
    await tasks.aclose()
    assert (ended, called) == ([True], [])
    assert tasks.start(quick(), "late") is None


async def test_work_that_is_cancelled_before_its_first_step_is_not_left_behind():
    async def work():
        await asyncio.Event().wait()

    tasks, never_begun = Tasks(), work()
    tasks.start(never_begun, "cancelled at once")
    await tasks.aclose()
    assert inspect.getcoroutinestate(never_begun) == inspect.CORO_CLOSED


async def test_the_first_trouble_ends_the_others_and_comes_out_as_it_is():
    done, ended = [], []

    async def work(n):
        if n == 2:
            raise LookupError(n)
        try:
            await asyncio.Event().wait() if n == 1 else None
            done.append(n)
        except asyncio.CancelledError:
            ended.append(n)
            raise

    with pytest.raises(LookupError):
        await in_parallel(work, [0, 1, 2, 3, 4, 5], 2)
    assert (done, ended) == ([0], [1])


async def test_everything_is_worked_on_once_and_not_too_much_at_a_time():
    running, most, done = [0], [0], []

    async def work(n):
        running[0] += 1
        most[0] = max(most[0], running[0])
        await asyncio.sleep(0)
        running[0] -= 1
        done.append(n)

    await in_parallel(work, range(20), 3)
    assert (sorted(done), most) == (list(range(20)), [3])


async def test_a_rest_ends_with_the_bell_or_with_time(clock, kit):
    wake_event = asyncio.Event()
    resting = asyncio.ensure_future(wait_for_wake(clock, 10, wake_event))
    await kit.eventually(lambda: clock.pauses_s == [10])
    await clock.advance(10)
    assert await resting is False
    resting = asyncio.ensure_future(wait_for_wake(clock, None, wake_event))
    await asyncio.sleep(0)
    wake_event.set()
    assert await resting is True
    assert not wake_event.is_set()


async def test_a_step_says_when_its_next_turn_is_and_waking_makes_it_sooner(clock, kit):
    wake_event, pauses_s, turns = asyncio.Event(), [10, None, 20], []

    async def step() -> float | None:
        turns.append(clock.monotonic())
        return pauses_s[len(turns) - 1]

    running = asyncio.ensure_future(run_periodically(step, clock, wake_event))
    await kit.eventually(lambda: clock.pauses_s == [10])
    await clock.advance(10)
    await kit.eventually(lambda: len(turns) == 2)
    assert (turns[1] - turns[0], clock.pauses_s) == (10, [])
    wake_event.set()
    await kit.eventually(lambda: clock.pauses_s == [20])
    assert len(turns) == 3
    running.cancel()


async def test_what_goes_on_for_ever_begins_again_after_a_pause_until_it_ends_well(clock, kit):
    told, ends = [], [OSError("no mark"), ValueError("a bug"), None]

    async def run() -> None:
        if (end := ends.pop(0)) is not None:
            raise end

    tasks = Tasks()
    tasks.keep_running(run, "worker", clock, lambda name, broken: told.append((name, type(broken))))
    await kit.eventually(lambda: len(told) == 1)
    assert clock.pauses_s == [RESTART_PAUSE_S]
    await clock.advance(RESTART_PAUSE_S)
    await kit.eventually(lambda: len(told) == 2)
    await clock.advance(RESTART_PAUSE_S)
    await kit.eventually(lambda: ends == [])
    assert told == [("worker", OSError), ("worker", ValueError)]
    await tasks.aclose()


# --- pauses that others shorten ---


class Waiting:
    """An alarm that somebody waits for, and when it rang."""

    def __init__(self, clock, seconds):
        self.alarm, self.rang_s = Alarm(clock), None
        self._clock = clock
        self._task = asyncio.ensure_future(self._wait(seconds))

    async def _wait(self, seconds):
        await self.alarm.wait(seconds)
        self.rang_s = self._clock.monotonic()

    async def settle(self):
        for _ in range(20):
            await asyncio.sleep(0)


async def test_an_alarm_rings_after_its_time_and_not_before(clock):
    waiting = Waiting(clock, 10)
    await waiting.settle()
    await clock.advance(9.9)
    assert waiting.rang_s is None
    await clock.advance(0.1)
    assert waiting.rang_s == 10


async def test_an_alarm_is_woken_and_shortened_and_never_made_longer(clock):
    waiting = Waiting(clock, 10)
    await waiting.settle()
    waiting.alarm.ring_within(3)
    waiting.alarm.ring_within(7)
    await waiting.settle()
    await clock.advance(2.9)
    assert waiting.rang_s is None
    await clock.advance(0.2)
    assert waiting.rang_s == 3
    woken = Waiting(clock, None)
    await woken.settle()
    woken.alarm.wake()
    await woken.settle()
    assert woken.rang_s == clock.monotonic()


async def test_what_was_asked_for_before_the_pause_holds_for_the_next_one(clock):
    alarm = Alarm(clock)
    alarm.wake()
    await alarm.wait(1000)
    assert clock.monotonic() == 0
    alarm.ring_within(2)
    waiting = asyncio.ensure_future(alarm.wait(1000))
    for _ in range(20):
        await asyncio.sleep(0)
    await clock.advance(2)
    await waiting
    assert clock.monotonic() == 2
