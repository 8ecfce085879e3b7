"""Scheduled replies through sequences of kills, sleeps, outages, clocks that are wrong, and messages.

Each is on the customer's screens at most once, never before its time, and never after something spoke against it that
the agent has not accepted; until then it is visibly waiting. `judge` knows only the world and what the agent did.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime
from itertools import count, product
from random import Random

import pytest
from crashable_program import CRASHES, Crash, CrashableProgram, CustomerChat

from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.outgoing import Schedule, State
from desktop.domain.model.warning import acknowledge
from desktop.engine.commands import Done, ResolvePending, SendReply, SetBridgeCodes
from desktop.ports import ProviderError
from desktop.sandbox.world import BRIDGE, COLLEAGUE

pytestmark = pytest.mark.slow

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0
DUE_IN, LATE = 2 * HOUR, 15 * MINUTE
NUMBERS = count()
LONGEST_DELAY = 2 * MINUTE
"""What a step takes at most by the world's clock, with looks for lost replies."""


class Scheduled:
    """One reply, and what the judge has to know of it.

    due_at: of the world's clock; None while it waits for the customer. spoilt_at: since when something speaks against
    it. is_closed: a colleague has closed the conversation. is_answered: the agent has decided on it.
    """

    def __init__(self, program: CrashableProgram, chat: CustomerChat, draft_id: str, *, awaits: bool) -> None:
        self.program, self.chat, self.draft_id, self.awaits = program, chat, draft_id, awaits
        self.text = f"Scheduled reply {draft_id}"
        self.due_at: float | None = None if awaits else program.world.now + DUE_IN
        self.closes_at = program.world.now + DAY
        self.spoilt_at: float | None = None
        self.is_answered = self.is_closed = False
        self.seen_at: float | None = None

    async def schedule(self) -> None:
        at = datetime.fromtimestamp(self.due_at, UTC) if self.due_at is not None else None
        schedule = Schedule(at, ChannelKind.WHATSAPP if self.awaits else None)
        view = await self.program.engine.queries.thread(self.chat.customer_id)
        command = SendReply(
            self.draft_id,
            self.chat.customer_id,
            self.chat.conversation_id,
            self.text,
            seen_upto=view.newest_arrival,
            schedule=schedule,
        )
        assert await self.program.engine.command_handler.do(command) == Done()

    def customer_writes(self, on: str) -> None:
        world = self.program.world
        text, conversation_id = f"Message {next(NUMBERS)}", self.chat.conversation_id
        world.write(self.chat.sandbox_customer_id, on, text, conversation_id=conversation_id)
        # Which opens the conversation again.
        self.is_closed = False
        if on == "whatsapp":
            self.closes_at = world.now + DAY
        if self.awaits and on == "whatsapp" and self.due_at is None:
            self.due_at = world.now
        else:
            self.spoil()

    def spoil(self) -> None:
        if self.seen_at is None and self.spoilt_at is None:
            self.spoilt_at = self.program.world.now

    def look(self) -> None:
        """Look at the screens: when it first stands there, and whether it may."""
        now = self.program.world.now
        shown = [texts.count(self.text) for texts in self.program.screens(self.chat)]
        assert max(shown) <= 1
        if not any(shown) or self.seen_at is not None:
            return
        self.seen_at = now
        if not self.is_answered:
            due_at = self.due_at if self.due_at is not None else float("inf")
            assert now >= due_at, "sent before its time"
            assert now <= due_at + LATE + LONGEST_DELAY, "sent late without asking"
            assert self.spoilt_at is None or self.spoilt_at >= now, "sent although something spoke against it"
            assert not self.is_closed, "sent although a colleague had closed the conversation"
            assert shown == [1, 1], "sent to the Messenger alone without asking"

    async def judge(self) -> None:
        """Compare what the agent sees with the screens."""
        self.look()
        errors = await self.program.find_errors(self.chat, {self.draft_id: self.text})
        assert not errors


async def runs(play: Scheduled) -> None:
    """The program does what it can."""
    program = play.program
    try:
        with suppress(ProviderError):
            await program.engine.poller.run_once()
        for _ in range(2):
            await program.engine.outbox.step()
    except Crash:
        await restarts(play, 0.0)
    play.look()
    await program.finish_lookups()


async def restarts(play: Scheduled, closed_s: float) -> None:
    program = play.program
    program.store.crash_point = None
    await program.clean_up_crash()
    program.world.advance(closed_s)
    await program.start()


async def passes(play: Scheduled, seconds: float, *, awake: bool) -> None:
    """awake: the program runs meanwhile, with its looks at the clock; else the computer sleeps."""
    program = play.program
    # The program looks every 30 s; most of these looks find nothing to do.
    until = program.world.now + seconds
    due_at = play.due_at
    if awake and due_at is not None and program.world.now < due_at < until:
        program.world.advance(due_at - program.world.now)
        await runs(play)
    program.world.advance(max(until - program.world.now, 0.0))
    await runs(play)


async def crashes(play: Scheduled, point: str) -> None:
    """Crash at the next time that this point is reached, within the next two hours."""
    play.program.store.crash_point = point
    await passes(play, DUE_IN, awake=True)
    play.program.store.crash_point = None


async def is_offline(play: Scheduled, seconds: float) -> None:
    play.program.api.read_fails = lambda: True
    await passes(play, seconds, awake=True)
    play.program.api.read_fails = lambda: False
    await runs(play)


async def clock_is_ahead(play: Scheduled, seconds: float) -> None:
    play.program.clock.ahead_s = seconds
    await play.program.engine.outbox.step()
    await play.program.finish_lookups()
    await runs(play)


async def something_is_written(play: Scheduled, on: str) -> None:
    play.customer_writes(on)
    await runs(play)


async def colleague_answers(play: Scheduled) -> None:
    world = play.program.world
    world.teammate_reply(play.chat.conversation_id, COLLEAGUE, f"Answer {next(NUMBERS)}")
    play.spoil()
    await runs(play)


async def colleague_closes(play: Scheduled) -> None:
    play.program.world.teammate_close(play.chat.conversation_id, COLLEAGUE)
    play.is_closed = play.seen_at is None
    await runs(play)


EVENTS: dict[str, Callable[[Scheduled], Awaitable[None]]] = {
    "half an hour": lambda p: passes(p, HOUR / 2, awake=True),
    "until due": lambda p: passes(p, DUE_IN, awake=True),
    "sleep": lambda p: passes(p, DUE_IN + HOUR, awake=False),
    "short sleep": lambda p: passes(p, DUE_IN + 5 * MINUTE, awake=False),
    "closed": lambda p: restarts(p, DUE_IN + HOUR),
    "restart": lambda p: restarts(p, 10.0),
    "offline": lambda p: is_offline(p, DUE_IN + HOUR),
    "clock ahead": lambda p: clock_is_ahead(p, 10 * HOUR),
    "window closes": lambda p: passes(p, max(p.closes_at - p.program.world.now, 60.0), awake=False),
    "whatsapp": lambda p: something_is_written(p, "whatsapp"),
    "messenger": lambda p: something_is_written(p, "messenger"),
    "colleague": colleague_answers,
    "closed by colleague": colleague_closes,
    **{point: (lambda p, point=point: crashes(p, point)) for point in (*CRASHES, "crash_after_queue")},
}


async def decide(play: Scheduled) -> None:
    """The agent sends what waits for them, against all warnings."""
    program = play.program
    for _ in range(4):
        reply = await program.load_reply(play.draft_id)
        if reply.is_done or play.seen_at is not None:
            break
        play.is_answered = True
        if reply.state in (State.SCHEDULED, State.HELD, State.UNCONFIRMED, State.REFUSED):
            command = ResolvePending(play.draft_id, send=True, acknowledged=acknowledge(reply.warned))
            answer = await program.engine.command_handler.do(command)
            if answer != Done():
                accepted = acknowledge((*reply.warned, *answer.warned))
                again = ResolvePending(play.draft_id, send=True, acknowledged=accepted)
                assert await program.engine.command_handler.do(again) == Done()
        program.world.advance(60)
        await runs(play)
        await play.judge()
    assert play.text in program.screens(play.chat)[1]


@pytest.fixture
async def running(program):
    await program.start()
    await program.engine.command_handler.do(SetBridgeCodes(frozenset({BRIDGE.package_code})))
    yield program
    await program.engine.stop()


async def test_short_sequences_and_random_long_ones(running, seed, amount, record_property):
    """With `--whole` the seeds together play every sequence of two, by both kinds of schedules."""
    rng, found = Random(seed), Counter()
    pairs = [*product(EVENTS, repeat=2)]
    each_alone = [((event, "until due"), False) for event in EVENTS]
    whole = [(pair, awaits) for pair in pairs[seed::24] for awaits in (False, True)]
    long = [(rng.choices([*EVENTS], k=rng.randint(3, 6)), number % 2 == 0) for number in range(amount(8, 24))]
    for number, (sequence, awaits) in enumerate([*amount(each_alone, whole), *long]):
        play = Scheduled(running, await running.new_chat(), f"d{number}", awaits=awaits)
        await play.schedule()
        try:
            for event in sequence:
                await EVENTS[event](play)
                await play.judge()
            found[(await running.load_reply(play.draft_id)).state] += 1
            await decide(play)
        except AssertionError as error:
            raise AssertionError(f"{'awaits' if play.awaits else 'timed'}: {sequence}") from error
    # Neither all sent nor none.
    assert {State.ACCEPTED, State.HELD, State.SCHEDULED} <= found.keys(), found
    record_property("scheduled replies: sequences played", found.total())
