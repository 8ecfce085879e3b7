"""Outbox: sends queued replies, through Intercom or past it, each at most once, in order within its conversation."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from itertools import chain, repeat

from desktop.domain.direct import Route
from desktop.domain.model.outgoing import State
from desktop.engine.changes import Feed
from desktop.engine.connection_monitor import CONNECTION_ERRORS, ConnectionMonitor
from desktop.engine.outbox import direct_steps, steps
from desktop.engine.outbox.customer_search import CustomerSearch
from desktop.engine.outbox.delivery_tracking import DeliveryTracking
from desktop.engine.outbox.direct_route import DirectSender
from desktop.engine.outbox.direct_steps import Asked
from desktop.engine.outbox.recheck import RuntimeState
from desktop.engine.sync.reader import Reader
from desktop.engine.tasks import Tasks, wait_for_wake
from desktop.ports import (
    Accepted,
    Clock,
    ConversationGateway,
    ConversationReply,
    DirectMessage,
    DirectTemplate,
    OutcomeUnknown,
    ProviderError,
    ProviderErrorKind,
    Refused,
    SendOutcome,
)
from desktop.store.core.database import Store
from desktop.store.core.errors import KnownError
from desktop.store.outgoing import outbox
from desktop.store.outgoing.outbox import OutgoingReply

log = logging.getLogger(__name__)

AT_ONCE = 8
"""Conversations with a reply on its way: a slow one keeps none of the others waiting."""
LOOK_UP_PAUSES_S = (1.0, 4.0, 10.0)
"""Before each look for an unconfirmed reply: three within about 15 s (Intercom reference, 8.6)."""
LOOK_AGAIN_S = 60.0
"""Between looks at a channel's provider that could not be reached; no sync tells when it is back."""
PAUSE_S = 15.0
BROKE = "Something in Reachline broke while this was being sent. It is tried again in a moment; the log says more."
FINAL = frozenset(
    {
        ProviderErrorKind.FORBIDDEN,
        ProviderErrorKind.REJECTED,
        ProviderErrorKind.TOO_LARGE,
        ProviderErrorKind.GONE,
        ProviderErrorKind.MERGED,
    }
)
"""Troubles in reading a conversation that waiting does not cure."""
NOT_FOUND = (
    "We don't know whether this reached Intercom, and it is not to be found there. Look before sending it again."
)
NOT_ASKED = (
    "We don't know whether this reached Intercom, and Intercom could not be asked. "
    "Reachline looks again when the connection is back."
)


class Outbox:
    """Claims on disk before the first byte leaves; what may have left is never sent again by the program.

    Of several Reachlines on one database one sends for all (`store.sending_lock`). After an outage, and at the start,
    nothing goes out before a sync round has ended well: each reply is then judged by what happened meanwhile.
    Replies in different conversations go out beside each other.
    check_connection: called when a call met trouble that every other would meet.
    """

    def __init__(
        self,
        gateway: ConversationGateway,
        store: Store,
        clock: Clock,
        feed: Feed,
        tasks: Tasks,
        connection: ConnectionMonitor,
        reader: Reader,
        customer_search: CustomerSearch,
        check_connection: Callable[[], None],
        direct: DirectSender,
        delivery_tracking: DeliveryTracking,
    ) -> None:
        self._gateway = gateway
        self._store = store
        self._clock = clock
        self._feed = feed
        self._tasks = tasks
        self._connection = connection
        self._reader = reader
        self._customer_search = customer_search
        self._check_connection = check_connection
        self._direct = direct
        self._delivery_tracking = delivery_tracking
        self._wake_event = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        # Conversation id -> draft id of the reply that is on its way there.
        self._under_way: dict[str, str] = {}
        self._draining = False
        # Something is marked as being sent that is not: from before a start, or an answer that was not written down.
        self._may_be_unsettled = True
        # By draft id: unconfirmed replies that Intercom could not be asked about.
        self._not_asked: dict[str, OutgoingReply] = {}
        # Conversation id -> monotonic seconds until which it is left alone because it could not be read.
        self._left_alone: dict[str, float] = {}

    def wake(self) -> None:
        """There is something to send, or reason to hope that what failed will work now."""
        self._left_alone.clear()
        self._wake_event.set()

    async def recover(self) -> None:
        """Replies that are marked as being sent and are not, from before a stop, may have left. Those that another
        living Reachline is sending are left alone."""
        if not await self._store.may_send():
            return
        under_way = frozenset(self._under_way.values())
        self._feed.publish(await self._store.write(steps.recover_interrupted, self._clock.now(), under_way))
        self._may_be_unsettled = False
        for row in await self._store.read(outbox.unconfirmed):
            self._look_up_later(row)

    async def run(self) -> None:
        while not self._draining:
            try:
                if self._begin(await self._choose()) is None:
                    await wait_for_wake(self._clock, await self._pause_s(), self._wake_event)
            except KnownError as cause:
                # The disk is full or the like: what is queued stays queued.
                log.warning("the outbox waits: %s", type(cause).__name__)
                self._connection.report_failure("outbox", cause.sentence)
                # That woke us.
                self._wake_event.clear()
                await wait_for_wake(self._clock, PAUSE_S, self._wake_event)

    async def step(self) -> bool:
        """One turn of `run`, to its end; False if there is nothing to send, or this is not the time or the one to."""
        task = self._begin(await self._choose())
        if task is not None:
            await task
        return task is not None

    async def _choose(self) -> OutgoingReply | None:
        """The reply whose turn it is."""
        if len(self._under_way) >= AT_ONCE or not await self._store.may_send():
            return None
        if self._may_be_unsettled:
            await self.recover()
        if not self._connection.is_caught_up:
            return None
        for unasked in self._not_asked.values():
            self._look_up_later(unasked)
        self._not_asked.clear()
        now_s = self._clock.monotonic()
        self._left_alone = {c: until for c, until in self._left_alone.items() if until > now_s}
        elsewhere = frozenset((*self._left_alone, *self._under_way))
        return await self._store.read(outbox.next_due, self._clock.now(), elsewhere)

    def _begin(self, row: OutgoingReply | None) -> asyncio.Task[None] | None:
        if row is None or self._draining:
            return None
        task = self._tasks.start(self._carry(row), f"deliver {row.draft_id}")
        if task is not None:
            self._under_way[row.conversation_id] = row.draft_id
            self._idle.clear()
        return task

    async def _carry(self, row: OutgoingReply) -> None:
        error = BROKE
        try:
            await self._fetch_judge_claim_send(row)
            error = ""
        except KnownError as cause:
            log.warning("reply %s: %s", row.draft_id, type(cause).__name__)
            error = cause.sentence
        finally:
            if error:
                self._may_be_unsettled = True
                # Without a pause, what broke would break for ever.
                self._left_alone[row.conversation_id] = self._clock.monotonic() + PAUSE_S
                self._tasks.start(self._explain(row, error), f"explain {row.draft_id}")
            del self._under_way[row.conversation_id]
            if not self._under_way:
                self._idle.set()
            self._wake_event.set()

    async def _explain(self, row: OutgoingReply, reason: str) -> None:
        self._feed.publish(await self._store.write(steps.save_reason, row.draft_id, reason))

    async def drain(self, timeout_s: float) -> None:
        """Claim nothing more, and wait for the sends that are under way, but no longer than this."""
        self._draining = True
        self._wake_event.set()
        await wait_for_wake(self._clock, timeout_s, self._idle)

    async def _pause_s(self) -> float | None:
        now = self._clock.now()
        due_at = await self._store.read(outbox.next_due_at, now)
        pauses = [until - self._clock.monotonic() for until in self._left_alone.values()]
        pauses += [(due_at - now).total_seconds()] if due_at is not None else []
        return max(min(pauses), 0.0) if pauses else None

    async def _fetch_judge_claim_send(self, row: OutgoingReply) -> None:
        try:
            await self._reader.conversation(row.conversation_id, background=False)
        except ProviderError as error:
            await self._could_not_read(row, error)
            return
        await self._customer_search.read_changed(row.conversation_id)
        if row.route is not None and not await self._is_surely_not_there(row, row.route):
            return
        claim = await self._store.write(steps.claim, row.draft_id, self.runtime_state())
        self._feed.publish(claim.changes)
        if claim.out is not None:
            await self._send(claim.out, row, claim.route)

    def runtime_state(self) -> RuntimeState:
        """For judging at this moment; a claim is only made right after the conversation could be read."""
        return RuntimeState(
            self._clock.now(),
            is_clock_known=self._clock.is_known,
            is_signed_in=self._connection.is_signed_in,
            capabilities=self._direct.capabilities(),
        )

    async def _send(
        self, out: ConversationReply | DirectMessage | DirectTemplate, row: OutgoingReply, route: Route | None
    ) -> None:
        """Whatever breaks or ends this, the claimed row is settled: as unknown if no answer came."""
        outcome: SendOutcome = OutcomeUnknown("Reachline ended before the answer came")
        try:
            if isinstance(out, ConversationReply):
                outcome = await self._gateway.send(out)
                if isinstance(outcome, Refused):
                    self._connection.signed_out(ProviderError(outcome.kind, outcome.sentence))
            elif route is not None:
                outcome = await self._direct.send(route.key, out)
        finally:
            log.info("reply %s: %s", out.draft_id, type(outcome).__name__)
            if isinstance(outcome, Accepted) and route is None:
                self._reader.invalidate(row.conversation_id)
            follows = route is not None and self._direct.follows(route.key)
            now = self._clock.now()
            self._feed.publish(
                await self._store.write(steps.record_outcome, out.draft_id, outcome, now, follows=follows)
            )
        if isinstance(outcome, OutcomeUnknown) or (
            isinstance(outcome, Accepted) and await self._is_unseen(out.draft_id)
        ):
            self._look_up_later(row)
        if isinstance(outcome, Accepted) and route is not None:
            self._delivery_tracking.wake()

    async def _could_not_read(self, row: OutgoingReply, error: ProviderError) -> None:
        log.info("reply %s waits: %s", row.draft_id, error.kind)
        if error.kind in FINAL:
            self._feed.publish(await self._store.write(steps.hold_reply, row.draft_id, error.sentence))
            return
        if error.kind in CONNECTION_ERRORS or self._connection.is_offline:
            self._connection.mark_doubtful()
            self._check_connection()
        else:
            self._left_alone[row.conversation_id] = self._clock.monotonic() + (error.retry_after_s or PAUSE_S)
        await self._explain(row, error.sentence)

    def _look_up_later(self, row: OutgoingReply) -> None:
        route = row.route
        looking = self.look_up(row) if route is None else self.look_up_direct(row, route)
        self._tasks.start(looking, f"look up {row.draft_id}")

    async def look_up(self, row: OutgoingReply) -> None:
        """Look for a reply at Intercom: reading its conversation ties it to its entry (`store.found.match`)."""
        draft_id, asked = row.draft_id, False
        for pause_s in LOOK_UP_PAUSES_S:
            await self._clock.sleep(pause_s)
            try:
                await self._reader.conversation(row.conversation_id, background=False)
                asked = True
            except ProviderError as error:
                log.info("looking for reply %s: %s", draft_id, error.kind)
                asked = False
            if not await self._is_unseen(draft_id):
                self.wake()
                return
        if not asked:
            self._not_asked[draft_id] = row
        await self._explain(row, NOT_FOUND if asked else NOT_ASKED)

    async def look_up_direct(self, row: OutgoingReply, route: Route) -> None:
        """Look for an unconfirmed reply at its channel's provider, for as long as that can be asked and was not."""
        for tries, pause_s in enumerate(chain(LOOK_UP_PAUSES_S, repeat(LOOK_AGAIN_S)), 1):
            await self._clock.sleep(pause_s)
            newest = await self._store.read(outbox.load, row.draft_id)
            if newest is None or newest.state is not State.UNCONFIRMED:
                return
            answer = await self._direct.look_up(newest, route, newest.lost_at)
            if not isinstance(answer, Asked):
                await self._found_direct(newest, route, answer)
                return
            if answer is not Asked.CANNOT_TELL and tries < len(LOOK_UP_PAUSES_S):
                continue
            await self._explain(row, direct_steps.unconfirmed_sentence(route, answer))
            if answer is not Asked.NOT_REACHED:
                return

    async def _is_surely_not_there(self, row: OutgoingReply, route: Route) -> bool:
        """Of what may have left and is sent again, the provider is asked once more before, where it can be."""
        lost_at = await self._store.read(outbox.lost_direct_at, row)
        if lost_at is None:
            return True
        answer = await self._direct.look_up(row, route, lost_at)
        if not isinstance(answer, Asked):
            await self._found_direct(row, route, answer)
            return False
        if answer is Asked.NOT_REACHED and route.key in self._direct.capabilities():
            self._left_alone[row.conversation_id] = self._clock.monotonic() + PAUSE_S
            await self._explain(row, direct_steps.unconfirmed_sentence(route, answer))
            return False
        return True

    async def _found_direct(self, row: OutgoingReply, route: Route, remote_id: str) -> None:
        follows = self._direct.follows(route.key)
        now = self._clock.now()
        changes = await self._store.write(steps.record_found, row.draft_id, remote_id, now, follows=follows)
        self._feed.publish(changes)
        self._delivery_tracking.wake()
        self.wake()

    async def _is_unseen(self, draft_id: str) -> bool:
        row = await self._store.read(outbox.load, draft_id)
        return row is not None and row.state in (State.UNCONFIRMED, State.ACCEPTED) and not row.is_done
