"""The outbox's worker: when it steps, how long it pauses, and how it looks for what may have left."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest
from reasons import said

from desktop.domain.direct import Route
from desktop.domain.model.channel import Capabilities, ChannelKey, Provider
from desktop.domain.model.facts import ChannelKind, Role
from desktop.domain.model.outgoing import OutboxReason, State
from desktop.domain.model.reason import NO_REASON, make_reason
from desktop.domain.model.warning import WarningCode
from desktop.engine.commands import Done, ResolvePending, SendDirect, SendReply
from desktop.engine.outbox.recheck import RuntimeState
from desktop.engine.views import ConnectionState
from desktop.ports import (
    Accepted,
    ChannelConfig,
    DirectMessage,
    DirectTemplate,
    NotSent,
    OutcomeUnknown,
    ProviderError,
    ProviderErrorKind,
    Refused,
    SendOutcome,
)
from desktop.ports.reasons import MachineReason
from desktop.store import forget
from desktop.store.core.errors import DiskFull
from desktop.store.outgoing import outbox

HOUR = timedelta(hours=1)
KEY = ChannelKey(Provider.TWILIO, ChannelKind.SMS, "+35315550100")
ROUTE = Route(KEY, "+353871234567", "+35315550100")
ALL = frozenset((code, "") for code in WarningCode)
CANNOT_BE_REACHED = make_reason(OutboxReason.PROVIDER_NOT_REACHED, provider="Twilio")
LOOKED_IN_VAIN = make_reason(OutboxReason.REPLY_NOT_FOUND, provider="Twilio")
NOBODY_TELLS = make_reason(OutboxReason.PROVIDER_CANNOT_TELL, provider="Twilio")


@dataclass
class Account:
    """A channel account in memory. answers: of the next looks, the last one for all that come after; an exception is
    raised."""

    key: ChannelKey = KEY
    capabilities: Capabilities = field(
        default_factory=lambda: Capabilities(sends_free_text=True, can_look_up_sent=True, max_text=1600)
    )
    outcomes: list[SendOutcome] = field(default_factory=list)
    answers: list[str | ProviderError | None] = field(default_factory=lambda: [None])
    sent: list[str] = field(default_factory=list)
    looks: list[datetime] = field(default_factory=list)

    async def send_text(self, out: DirectMessage) -> SendOutcome:
        self.sent.append(out.text)
        return self.outcomes.pop(0) if self.outcomes else Accepted(f"SM{len(self.sent)}")

    async def look_up_sent(
        self, out: DirectMessage | DirectTemplate, since: datetime, known_ids: Collection[str]
    ) -> str | None:
        self.looks.append(since)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, ProviderError):
            raise answer
        return answer

    async def aclose(self) -> None:
        pass


OFFLINE = ProviderError(ProviderErrorKind.OFFLINE, said("No network."))


def reply(text="It ships today.", draft_id="d1", conversation_id="v1", **more):
    return SendReply(draft_id, "c1", conversation_id, text, **{"seen_upto": 9, **more})


def past_intercom(text="It ships today.", draft_id="d1"):
    return SendDirect(draft_id, "c1", "v1", ROUTE, text, acknowledged=ALL, seen_upto=9)


@pytest.fixture
async def talking(world, kit):
    world.gateway.put(kit.messenger("v1", "c1", kit.START - HOUR))
    await world.sync()
    return world


@pytest.fixture
async def account(talking):
    made = Account()
    talking.engine.channels.add(ChannelConfig(Provider.TWILIO, ChannelKind.SMS, KEY.sender), made)
    return made


async def turns(world):
    """What goes on by itself goes as far as it can without time passing."""
    for _ in range(10):
        await world.store.read(lambda db: None)
        await world.store.write(lambda db: None)
        for _ in range(20):
            await asyncio.sleep(0)


async def row(world, draft_id="d1"):
    return await world.store.read(outbox.load, draft_id)


async def lost(world, account):
    """A direct message was sent, and its answer got lost; nobody looked for it yet."""
    account.outcomes = [OutcomeUnknown("ReadTimeout")]
    assert await world.engine.command_handler.do(past_intercom()) == Done()
    assert await world.engine.outbox.step()
    assert (await row(world)).state is State.UNCONFIRMED
    await turns(world)


async def passes(world, seconds):
    await world.clock.advance(seconds)
    await turns(world)


# --- after an answer ---


@pytest.mark.parametrize(
    ("outcome", "pauses_s"),
    [
        (None, []),
        (Refused(ProviderErrorKind.REJECTED, said("No.")), []),
        (NotSent(said("Busy."), 5), []),
        (Accepted(""), [1.0]),
        (OutcomeUnknown("ReadTimeout"), [1.0]),
    ],
    ids=["taken and told", "refused", "never left", "taken and not told", "lost"],
)
async def test_a_reply_is_looked_for_only_where_something_is_not_known(talking, outcome, pauses_s):
    talking.gateway.outcomes = [] if outcome is None else [outcome]
    await talking.engine.command_handler.do(reply())
    assert await talking.engine.outbox.step()
    await turns(talking)
    assert talking.clock.pauses_s == pauses_s


@pytest.mark.parametrize(
    ("outcome", "pauses_s"),
    [
        (Accepted("SM1"), []),
        (Refused(ProviderErrorKind.REJECTED, said("No.")), []),
        (NotSent(said("Busy."), 5), []),
        (OutcomeUnknown("ReadTimeout"), [1.0]),
    ],
)
async def test_a_direct_message_is_looked_for_only_where_its_answer_got_lost(talking, account, outcome, pauses_s):
    account.outcomes = [outcome]
    await talking.engine.command_handler.do(past_intercom())
    assert await talking.engine.outbox.step()
    await turns(talking)
    assert talking.clock.pauses_s == pauses_s
    assert account.looks == []


async def test_answers_asked_for_before_a_reply_was_taken_by_intercom_do_not_count(talking, account):
    """Intercom's older answer may come after the newer one, and both name the same second."""
    outdated = []
    talking.engine.outbox._reader.invalidate = outdated.append
    talking.gateway.outcomes = [NotSent(said("Busy."), 0)]
    await talking.engine.command_handler.do(past_intercom(draft_id="d0", text="Past Intercom."))
    await talking.engine.outbox.step()
    await talking.engine.command_handler.do(reply(acknowledged=ALL))
    await talking.engine.outbox.step()
    assert outdated == []
    while await talking.engine.outbox.step():
        pass
    assert outdated == ["v1", "v1"], "the reply, and the note about the direct message"


async def test_what_became_of_a_direct_message_is_asked_soon_after_it_was_taken(talking, account):
    wake_event = talking.engine.delivery_tracking._wake_event
    wake_event.clear()
    account.outcomes = [Refused(ProviderErrorKind.REJECTED, said("No.")), Accepted("SM1")]
    await talking.engine.command_handler.do(past_intercom())
    await talking.engine.outbox.step()
    assert not wake_event.is_set()
    await talking.engine.command_handler.do(ResolvePending("d1", send=True))
    await talking.engine.outbox.step()
    assert wake_event.is_set()


async def test_nothing_is_followed_of_what_went_through_intercom(talking):
    wake_event = talking.engine.delivery_tracking._wake_event
    wake_event.clear()
    await talking.engine.command_handler.do(reply())
    await talking.engine.outbox.step()
    assert (len(talking.gateway.sent), wake_event.is_set()) == (1, False)


@pytest.mark.parametrize("follows", [True, False])
async def test_a_message_is_followed_where_the_provider_tells(talking, account, follows):
    account.capabilities = replace(account.capabilities, reports_status=follows)
    await talking.engine.command_handler.do(past_intercom())
    await talking.engine.outbox.step()
    [final] = await talking.store.read(lambda db: db.execute("SELECT is_final FROM direct_messages").fetchone())
    assert bool(final) == (not follows)


# --- looks at Intercom ---


async def test_a_look_that_finds_nothing_says_so_only_if_the_last_one_could_ask(talking):
    talking.gateway.outcomes = [OutcomeUnknown("ReadTimeout")]
    await talking.engine.command_handler.do(reply())
    await talking.engine.outbox.step()
    await turns(talking)
    for pause_s in (1, 4):
        await passes(talking, pause_s)
    talking.gateway.failures = {"conversation": OFFLINE}
    await passes(talking, 10)
    assert (await row(talking)).reason == make_reason(OutboxReason.PROVIDER_NOT_REACHED, provider="Intercom")
    # With the connection back the next step begins to look anew, once.
    talking.gateway.failures = {}
    assert not await talking.engine.outbox.step()
    await turns(talking)
    assert talking.clock.pauses_s == [1.0]
    assert not await talking.engine.outbox.step()
    await turns(talking)
    assert talking.clock.pauses_s == [1.0]
    for pause_s in (1, 4, 10):
        await passes(talking, pause_s)
    assert (await row(talking)).reason == make_reason(OutboxReason.REPLY_NOT_FOUND, provider="Intercom")
    assert not await talking.engine.outbox.step()
    await turns(talking)
    assert talking.clock.pauses_s == []


async def test_a_reply_that_is_found_ends_the_looks_and_wakes_the_worker(talking, kit):
    talking.gateway.outcomes = [OutcomeUnknown("ReadTimeout")]
    await talking.engine.command_handler.do(reply())
    await talking.engine.outbox.step()
    await turns(talking)
    await passes(talking, 1)
    talking.engine.outbox._wake_event.clear()
    talking.gateway.write("v1", "It ships today.", role=Role.TEAMMATE, app_code=kit.OURS)
    asked = len(talking.gateway.called("conversation"))
    await passes(talking, 4)
    assert talking.engine.outbox._wake_event.is_set()
    await passes(talking, 10)
    assert len(talking.gateway.called("conversation")) == asked + 1
    assert (await row(talking)).is_done


# --- looks at a channel's provider ---


async def test_a_lost_message_is_looked_for_three_times_and_then_left_to_the_agent(talking, account):
    await lost(talking, account)
    for n, pause_s in enumerate((1, 4, 10), 1):
        assert talking.clock.pauses_s == [pause_s]
        await passes(talking, pause_s)
        assert len(account.looks) == n
        assert ((await row(talking)).reason == LOOKED_IN_VAIN) == (n == 3)
    assert talking.clock.pauses_s == []
    assert set(account.looks) == {(await row(talking)).lost_at}
    await passes(talking, 600)
    assert (len(account.looks), account.sent) == (3, ["It ships today."])


async def test_a_provider_that_cannot_be_reached_is_asked_every_minute_until_it_can(talking, account):
    account.answers = [OFFLINE]
    await lost(talking, account)
    for pause_s in (1, 4, 10):
        assert (await row(talking)).reason == make_reason(OutboxReason.ANSWER_LOST, provider="Twilio")
        await passes(talking, pause_s)
    for n in range(3):
        assert (await row(talking)).reason == CANNOT_BE_REACHED
        assert (talking.clock.pauses_s, len(account.looks)) == ([60.0], 3 + n)
        await passes(talking, 60)
    account.answers = [None]
    await passes(talking, 60)
    assert (await row(talking)).reason == LOOKED_IN_VAIN
    assert talking.clock.pauses_s == []
    assert account.sent == ["It ships today."]


async def test_an_account_that_was_removed_is_asked_when_it_is_back(talking, account):
    await lost(talking, account)
    await talking.engine.channels.remove(KEY)
    for pause_s in (1, 4, 10):
        await passes(talking, pause_s)
    assert (await row(talking)).reason == CANNOT_BE_REACHED


async def test_a_provider_that_tells_nothing_is_given_up_at_once(talking, account):
    account.capabilities = replace(account.capabilities, can_look_up_sent=False)
    await lost(talking, account)
    await passes(talking, 1)
    assert ((await row(talking)).reason, talking.clock.pauses_s, account.looks) == (NOBODY_TELLS, [], [])


@pytest.mark.parametrize("word", ["arrived", "cancel", "send"])
async def test_once_the_agent_has_decided_the_provider_is_not_asked_any_more(talking, account, word):
    await lost(talking, account)
    await talking.engine.command_handler.do(ResolvePending("d1", **{word: True}, acknowledged=ALL))
    await passes(talking, 1)
    assert (account.looks, talking.clock.pauses_s) == ([], [])


@pytest.mark.parametrize("is_direct", [True, False])
async def test_nobody_looks_for_what_was_forgotten(talking, account, caplog, is_direct):
    if is_direct:
        await lost(talking, account)
    else:
        talking.gateway.outcomes = [OutcomeUnknown("ReadTimeout")]
        await talking.engine.command_handler.do(reply())
        await talking.engine.outbox.step()
        await turns(talking)
    await talking.store.write(forget.forget_customer, "c1")
    await passes(talking, 1)
    assert (talking.clock.pauses_s, account.looks) == ([], [])
    assert "broke" not in caplog.text


async def test_a_lost_message_that_the_provider_has_is_found_and_told_once(talking, account):
    account.answers = [None, "SM7"]
    await lost(talking, account)
    talking.engine.delivery_tracking._wake_event.clear()
    talking.engine.outbox._wake_event.clear()
    for pause_s in (1, 4):
        await passes(talking, pause_s)
    assert (await row(talking)).state is State.ACCEPTED
    assert (await row(talking, "d1-note")).state is State.QUEUED
    assert talking.engine.delivery_tracking._wake_event.is_set()
    assert talking.engine.outbox._wake_event.is_set()
    await passes(talking, 600)
    assert (len(account.looks), account.sent) == (2, ["It ships today."])


# --- what may have left is sent again ---


async def test_what_may_have_left_is_never_sent_again_while_its_provider_cannot_be_asked(talking, account):
    account.answers = [OFFLINE]
    await lost(talking, account)
    assert await talking.engine.command_handler.do(ResolvePending("d1", send=True, acknowledged=ALL)) == Done()
    for _ in range(4):
        assert await talking.engine.outbox.step()
        assert not await talking.engine.outbox.step()
        assert ((await row(talking)).state, (await row(talking)).reason) == (State.QUEUED, CANNOT_BE_REACHED)
        await talking.clock.advance(14.75)
        assert not await talking.engine.outbox.step()
        await talking.clock.advance(0.25)
    assert account.sent == ["It ships today."]
    account.answers = ["SM1"]
    assert await talking.engine.outbox.step()
    assert ((await row(talking)).state, account.sent) == (State.ACCEPTED, ["It ships today."])


async def test_what_the_provider_has_is_not_sent_again_and_what_it_has_not_is(talking, account):
    await lost(talking, account)
    assert await talking.engine.command_handler.do(ResolvePending("d1", send=True, acknowledged=ALL)) == Done()
    assert await talking.engine.outbox.step()
    assert account.looks == [(await row(talking)).lost_at]
    assert account.sent == ["It ships today."] * 2
    assert (await row(talking)).state is State.ACCEPTED


async def test_a_first_try_asks_nobody_and_goes_out(talking, account):
    account.answers = [OFFLINE]
    await talking.engine.command_handler.do(past_intercom())
    assert await talking.engine.outbox.step()
    assert (account.looks, account.sent) == ([], ["It ships today."])


async def test_what_may_have_left_on_an_account_that_is_gone_is_held_at_once(talking, account):
    await lost(talking, account)
    assert await talking.engine.command_handler.do(ResolvePending("d1", send=True, acknowledged=ALL)) == Done()
    await talking.engine.channels.remove(KEY)
    assert await talking.engine.outbox.step()
    assert ((await row(talking)).state, account.sent) == (State.HELD, ["It ships today."])


# --- pauses ---


@pytest.mark.parametrize(("retry_after_s", "pause_s"), [(None, 15), (40, 40)])
async def test_a_conversation_that_cannot_be_read_is_left_alone_and_no_other(talking, kit, retry_after_s, pause_s):
    talking.gateway.put(kit.messenger("v2", "c2", kit.START - HOUR))
    await talking.sync()
    talking.gateway.failures = {
        "conversation v1": ProviderError(ProviderErrorKind.BUSY, said("Busy."), retry_after_s=retry_after_s)
    }
    await talking.engine.command_handler.do(reply())
    await talking.engine.command_handler.do(reply(draft_id="d2", conversation_id="v2"))
    assert await talking.engine.outbox.step()
    assert await talking.engine.outbox._pause_s() == pause_s
    assert await talking.engine.outbox.step()
    assert [o.draft_id for o in talking.gateway.sent] == ["d2"]
    talking.gateway.failures = {}
    await talking.clock.advance(pause_s - 0.25)
    assert await talking.engine.outbox._pause_s() == 0.25
    assert not await talking.engine.outbox.step()
    await talking.clock.advance(0.25)
    assert await talking.engine.outbox._pause_s() == 0.0
    assert await talking.engine.outbox.step()
    assert [o.draft_id for o in talking.gateway.sent] == ["d2", "d1"]
    assert await talking.engine.outbox._pause_s() is None


async def test_the_pause_is_the_shortest_of_all(talking, kit):
    assert await talking.engine.outbox._pause_s() is None
    talking.gateway.outcomes = [NotSent(said("Busy."), 30)]
    await talking.engine.command_handler.do(reply())
    await talking.engine.outbox.step()
    assert await talking.engine.outbox._pause_s() == 30.0
    talking.engine.outbox._paused_until_s = {"v2": 20.0, "v3": 40.0}
    assert await talking.engine.outbox._pause_s() == 20.0
    talking.engine.outbox._paused_until_s = {"v2": 40.0}
    assert await talking.engine.outbox._pause_s() == 30.0
    await talking.clock.advance(10)
    assert await talking.engine.outbox._pause_s() == 20.0
    talking.engine.outbox._paused_until_s = {"v2": 5.0}
    assert await talking.engine.outbox._pause_s() == 0.0


async def test_to_be_woken_ends_all_pauses_for_conversations(talking):
    talking.gateway.failures = {"conversation v1": ProviderError(ProviderErrorKind.BUSY, said("Busy."))}
    await talking.engine.command_handler.do(reply())
    await talking.engine.outbox.step()
    assert not await talking.engine.outbox.step()
    talking.engine.outbox._wake_event.clear()
    talking.gateway.failures = {}
    talking.engine.outbox.wake()
    assert talking.engine.outbox._wake_event.is_set()
    assert await talking.engine.outbox.step()
    assert len(talking.gateway.sent) == 1


@pytest.mark.parametrize(
    ("trouble", "is_held", "is_caught_up"),
    [
        (ProviderErrorKind.FORBIDDEN, True, True),
        (ProviderErrorKind.REJECTED, True, True),
        (ProviderErrorKind.TOO_LARGE, True, True),
        (ProviderErrorKind.MERGED, True, True),
        (ProviderErrorKind.BUSY, False, True),
        (ProviderErrorKind.TIMED_OUT, False, True),
        (ProviderErrorKind.OFFLINE, False, False),
        (ProviderErrorKind.THROTTLED, False, False),
        (ProviderErrorKind.SIGNED_OUT, False, False),
    ],
)
async def test_what_a_conversation_that_cannot_be_read_means(talking, trouble, is_held, is_caught_up):
    checked = []
    talking.engine.outbox._check_connection = lambda: checked.append(True)
    talking.gateway.failures = {"conversation v1": ProviderError(trouble, said("In words."), retry_after_s=7)}
    await talking.engine.command_handler.do(reply())
    assert await talking.engine.outbox.step()
    stored = await row(talking)
    assert (stored.state, stored.reason) == (State.HELD if is_held else State.QUEUED, said("In words."))
    assert talking.engine.outbox._connection.is_caught_up == is_caught_up
    assert bool(checked) == (not is_caught_up)
    waits = {"v1": 7.0} if is_caught_up and not is_held else {}
    assert talking.engine.outbox._paused_until_s == waits


async def test_what_broke_is_left_alone_for_fifteen_seconds_and_looked_for(talking, caplog):
    async def broken(out, upload=None):
        raise ZeroDivisionError("a bug")

    talking.gateway.send = broken
    await talking.engine.command_handler.do(reply())
    assert await talking.engine.outbox.step()
    assert talking.engine.outbox._paused_until_s == {"v1": 15.0}
    assert talking.engine.outbox._needs_recovery
    assert "deliver d1 broke" in caplog.text
    assert (await row(talking)).state is State.UNCONFIRMED


async def test_at_the_end_nothing_is_started_any_more(talking):
    await talking.engine.command_handler.do(reply())
    await talking.engine.tasks.aclose()
    assert not await talking.engine.outbox.step()
    assert (talking.gateway.sent, (await row(talking)).state) == ([], State.QUEUED)


async def test_a_reply_that_went_well_leaves_nothing_to_be_settled(talking):
    await talking.engine.command_handler.do(reply())
    assert await talking.engine.outbox.step()
    assert not talking.engine.outbox._needs_recovery
    assert talking.engine.outbox._paused_until_s == {}
    assert talking.engine.outbox._idle.is_set()


# --- the run of the program ---


async def test_by_what_a_claim_is_judged(talking, account):
    runtime_state = talking.engine.outbox.runtime_state()
    expected = RuntimeState(
        talking.clock.now(), is_clock_known=True, is_signed_in=True, capabilities={KEY: account.capabilities}
    )
    assert runtime_state == expected
    talking.clock.is_known = False
    talking.engine.outbox._connection.set_broken(ProviderError(ProviderErrorKind.SIGNED_OUT, said("Sign in.")), None)
    runtime_state = talking.engine.outbox.runtime_state()
    assert (runtime_state.is_clock_known, runtime_state.is_signed_in, runtime_state.is_offline) == (False, False, False)


async def test_the_conversation_is_read_in_the_foreground(talking):
    asked = []
    read = talking.gateway.conversation

    async def watched(conversation_id, *, background=True):
        asked.append((conversation_id, background))
        return await read(conversation_id, background=background)

    talking.gateway.conversation = watched
    talking.gateway.outcomes = [OutcomeUnknown("ReadTimeout")]
    await talking.engine.command_handler.do(reply())
    await talking.engine.outbox.step()
    await turns(talking)
    await passes(talking, 1)
    assert asked == [("v1", False), ("v1", False)]


async def test_a_drain_claims_nothing_more_and_waits_for_nothing_that_is_not_under_way(talking):
    await talking.engine.command_handler.do(reply())
    await talking.engine.outbox.drain(5)
    assert not await talking.engine.outbox.step()
    assert (await row(talking)).state is State.QUEUED
    # The worker ends by itself.
    await asyncio.wait_for(talking.engine.outbox.run(), 5)


async def test_the_worker_sends_all_that_is_due_and_sleeps_until_the_next_pause_ends(talking, kit):
    talking.gateway.put(kit.messenger("v2", "c2", kit.START - HOUR))
    await talking.sync()
    talking.gateway.outcomes = [NotSent(said("Busy."), 30)]
    await talking.engine.command_handler.do(reply())
    await talking.engine.command_handler.do(reply(draft_id="d2", conversation_id="v2"))
    talking.engine.outbox._wake_event.clear()
    running = asyncio.ensure_future(talking.engine.outbox.run())
    await kit.eventually(lambda: talking.clock.pauses_s == [30.0])
    # The second one may be under way while the worker sleeps already.
    await kit.eventually(lambda: [o.draft_id for o in talking.gateway.sent] == ["d1", "d2"])
    await talking.clock.advance(30)
    await kit.eventually(lambda: len(talking.gateway.sent) == 3)
    await turns(talking)
    # Nothing is due any more, and a new reply wakes it.
    await talking.engine.command_handler.do(reply("And this.", "d3"))
    await kit.eventually(lambda: len(talking.gateway.sent) == 4)
    await turns(talking)
    assert not running.done()
    await talking.engine.outbox.drain(5)
    await asyncio.wait_for(running, 5)


async def test_a_drain_waits_for_the_send_under_way_and_no_longer_than_told(talking, kit):
    talking.gateway.gate.clear()
    await talking.engine.command_handler.do(reply())
    step = asyncio.ensure_future(talking.engine.outbox.step())
    await kit.eventually(lambda: "send d1" in talking.gateway.calls)
    for ends in (lambda: talking.clock.advance(5), lambda: asyncio.sleep(0, talking.gateway.gate.set())):
        drain = asyncio.ensure_future(talking.engine.outbox.drain(5))
        await kit.eventually(lambda: talking.clock.pauses_s == [5.0])
        assert not drain.done()
        await ends()
        await asyncio.wait_for(drain, 5)
    assert await step
    assert (await row(talking)).state is State.ACCEPTED


async def test_a_full_disk_stops_the_worker_for_fifteen_seconds_and_not_for_good(talking, kit, caplog):
    start_next = talking.engine.outbox._start_next
    broken = [DiskFull(MachineReason.DISK_FULL)]

    async def once_broken():
        if broken:
            raise broken.pop()
        return await start_next()

    talking.engine.outbox._start_next = once_broken
    await talking.engine.command_handler.do(reply())
    talking.engine.outbox._wake_event.clear()
    running = asyncio.ensure_future(talking.engine.outbox.run())
    await kit.eventually(lambda: talking.clock.pauses_s == [15.0])
    assert "the outbox waits: DiskFull" in caplog.text
    assert talking.gateway.sent == []
    assert talking.engine.queries.connection().reason == make_reason(MachineReason.DISK_FULL)
    await talking.clock.advance(15)
    await kit.eventually(lambda: len(talking.gateway.sent) == 1)
    await turns(talking)
    await talking.engine.outbox.drain(5)
    await asyncio.wait_for(running, 5)


@pytest.fixture
async def slow(talking, kit):
    """Three conversations of different customers, in the first of which nothing is answered until `gate` is set."""
    gate, send = asyncio.Event(), talking.gateway.send

    async def slowly(out, upload=None):
        if out.conversation_id == "v1":
            await gate.wait()
        return await send(out)

    talking.gateway.send = slowly
    for n in (2, 3):
        talking.gateway.put(kit.messenger(f"v{n}", f"c{n}", kit.START - HOUR))
    await talking.sync()
    running = asyncio.ensure_future(talking.engine.outbox.run())
    yield gate
    gate.set()
    running.cancel()


async def test_a_slow_conversation_holds_no_other_one_and_keeps_its_own_order(talking, slow, kit):
    for draft_id, conversation_id in (("d1", "v1"), ("d2", "v1"), ("d3", "v2"), ("d4", "v3"), ("d5", "v2")):
        await talking.engine.command_handler.do(reply(draft_id, draft_id, conversation_id))
    await kit.eventually(lambda: len(talking.gateway.sent) == 3)
    assert [out.text for out in talking.gateway.sent if out.conversation_id == "v2"] == ["d3", "d5"]
    await turns(talking)
    assert [(await row(talking, draft_id)).state for draft_id in ("d1", "d2")] == [State.SENDING, State.QUEUED]
    slow.set()
    await kit.eventually(
        lambda: [out.text for out in talking.gateway.sent if out.conversation_id == "v1"] == ["d1", "d2"]
    )


async def test_what_is_being_sent_is_not_taken_for_lost_when_another_reply_breaks(talking, slow, kit):
    async def is_being_sent() -> bool:
        return (await row(talking, "d1")).state is State.SENDING

    async def is_said() -> bool:
        return (await row(talking, "d2")).reason.code == OutboxReason.SENDING_BROKE

    await talking.engine.command_handler.do(reply("d1", "d1", "v1"))
    await kit.eventually(is_being_sent)
    talking.gateway.failures["conversations_of"] = RuntimeError("a bug")
    await talking.engine.command_handler.do(reply("d2", "d2", "v2"))
    await kit.eventually(is_said)
    talking.gateway.failures.clear()
    # The worker sleeps until it may try again.
    await kit.eventually(lambda: 15 in talking.clock.pauses_s)
    await talking.clock.advance(15)
    await kit.eventually(lambda: [out.text for out in talking.gateway.sent] == ["d2"])
    assert (await row(talking, "d1")).state is State.SENDING
    slow.set()
    await kit.eventually(lambda: [out.text for out in talking.gateway.sent] == ["d2", "d1"])


@pytest.mark.parametrize("others_answer", [False, True])
async def test_where_nothing_answers_a_waiting_reply_it_is_offline_and_says_why(talking, others_answer):
    """Known by the very first call that got no answer; but not while others do."""
    connection = talking.engine.queries.connection

    async def unanswered(conversation_id, *, background=True):
        await talking.clock.advance(4)
        if others_answer:
            talking.engine._connection.record_answer()
        await talking.clock.advance(4)
        raise ProviderError(ProviderErrorKind.TIMED_OUT, said("Intercom did not answer in time."))

    talking.gateway.conversation = unanswered
    await talking.clock.advance(1)
    await talking.engine.command_handler.do(reply())
    assert await talking.engine.outbox.step()
    assert (await row(talking)).reason == said("Intercom did not answer in time.")
    assert connection().state is (ConnectionState.ONLINE if others_answer else ConnectionState.OFFLINE)
    assert talking.engine.poller._alarm.is_woken is not others_answer


async def test_a_401_on_a_reply_is_signed_out(talking):
    talking.gateway.outcomes = [Refused(ProviderErrorKind.SIGNED_OUT, said("Intercom no longer accepts the token."))]
    await talking.engine.command_handler.do(reply())
    assert await talking.engine.outbox.step()
    assert (await row(talking)).state is State.REFUSED
    view = talking.engine.queries.connection()
    assert (view.state, view.reason) == (ConnectionState.SIGNED_OUT, said("Intercom no longer accepts the token."))


@pytest.mark.parametrize("name", ["outbox", "delivery_tracking", "retention", "open_conversation"])
async def test_a_worker_that_meets_an_unexpected_error_begins_again_and_says_so(talking, kit, monkeypatch, name):
    """A bug, or an OSError that nobody foresaw: once, and then never again."""
    worker = getattr(talking.engine, name)
    run, began = worker.run, []

    async def once_broken():
        began.append(talking.clock.monotonic())
        if len(began) == 1:
            raise OSError("read-only file system")
        await run()

    monkeypatch.setattr(worker, "run", once_broken)
    await talking.engine.start()
    await kit.eventually(lambda: talking.engine.queries.connection().reason.code == MachineReason.BROKE)
    assert len(began) == 1
    await talking.clock.advance(15)
    await kit.eventually(lambda: len(began) == 2)
    await talking.engine.command_handler.do(reply())
    await kit.eventually(lambda: len(talking.gateway.sent) == 1)
    for _ in range(6):
        await talking.clock.advance(13)
        await turns(talking)
    assert talking.engine.queries.connection().reason == NO_REASON


async def test_at_a_start_all_that_may_have_left_is_looked_for(talking, account, kit):
    await lost(talking, account)
    talking.gateway.put(kit.messenger("v2", "c2", kit.START - HOUR))
    await talking.sync()
    talking.gateway.outcomes = [OutcomeUnknown("ReadTimeout")]
    await talking.engine.command_handler.do(reply(draft_id="d2", conversation_id="v2"))
    await talking.engine.outbox.step()
    await turns(talking)
    await passes(talking, 600)
    for pause_s in (4, 10):
        await passes(talking, pause_s)
    assert talking.clock.pauses_s == []
    talking.told.clear()
    await talking.engine.outbox.recover()
    await turns(talking)
    assert talking.clock.pauses_s == [1.0, 1.0]
