"""Sends queued replies, through Intercom and on direct routes, each at most once, in order within its conversation."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import chain, repeat

from desktop.domain.direct import Route
from desktop.domain.model.outgoing import OutboxReason, State
from desktop.domain.model.reason import NO_REASON, Reason, make_reason
from desktop.engine.changes import Changes, Feed
from desktop.engine.outbox import direct_steps, new_conversation, schedule_steps, steps
from desktop.engine.outbox.delivery_tracking import DeliveryTracking
from desktop.engine.outbox.direct_sender import DirectSender
from desktop.engine.outbox.direct_steps import LookUpFailure
from desktop.engine.outbox.pre_send_refresh import PreSendRefresh
from desktop.engine.outbox.recheck import RuntimeState
from desktop.engine.outbox.upload import Upload
from desktop.engine.sync.connection_monitor import CONNECTION_ERRORS, ConnectionMonitor
from desktop.engine.sync.reader import Reader
from desktop.engine.tasks import Tasks, wait_for_wake
from desktop.engine.views import UploadView
from desktop.ports import (
    Accepted,
    Clock,
    ConversationGateway,
    ConversationReply,
    DirectMessage,
    DirectTemplate,
    NewConversation,
    NotSent,
    OutcomeUnknown,
    ProviderError,
    ProviderErrorKind,
    Refused,
    SendOutcome,
)
from desktop.store.core.database import Store
from desktop.store.core.errors import KnownError
from desktop.store.outgoing import new_conversations, outbox
from desktop.store.outgoing.outbox import OutgoingReply

log = logging.getLogger(__name__)

MAX_PARALLEL = 8
"""Conversations with a reply under way: a slow one holds up none of the others."""
LOOK_UP_PAUSES_S = (1.0, 4.0, 10.0)
"""Before each look for an unconfirmed reply: three within about 15 s (Intercom reference, 8.6)."""
LOOK_AGAIN_S = 60.0
"""Between looks at a channel's provider that could not be reached; no sync reports when it is back."""
PAUSE_S = 15.0
LOOK_EVERY_S = 30.0
"""While a reply is scheduled: a timer does not count the time that the computer sleeps."""
PERMANENT_ERRORS = frozenset(
    {
        ProviderErrorKind.FORBIDDEN,
        ProviderErrorKind.REJECTED,
        ProviderErrorKind.TOO_LARGE,
        ProviderErrorKind.GONE,
        ProviderErrorKind.MERGED,
    }
)
"""Errors in reading a conversation that waiting does not cure."""


class Outbox:
    """Claims a reply on disk before the first byte leaves; what may have left is never sent again by the program.

    Of several desktops on one database one sends for all (`store.core.sending_lock`). After an outage, and at the
    start, nothing is sent before a sync round has ended well: each reply is then checked against what happened
    meanwhile. Replies in different conversations are sent in parallel.
    check_connection: called when a call met an error that every other call would meet.
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
        pre_send_refresh: PreSendRefresh,
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
        self._pre_send_refresh = pre_send_refresh
        self._check_connection = check_connection
        self._direct = direct
        self._delivery_tracking = delivery_tracking
        self._wake_event = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        # Conversation id -> draft id of the reply that is being sent there.
        self._under_way: dict[str, str] = {}
        # By draft id.
        self._uploads: dict[str, Upload] = {}
        self._draining = False
        # Replies may be marked as being sent that are not: from before the start, or their outcome was not stored.
        self._needs_recovery = True
        # By draft id: unconfirmed replies that Intercom could not be asked about.
        self._to_look_up_again: dict[str, OutgoingReply] = {}
        # Conversation id -> monotonic seconds until which nothing is sent there, because it could not be read.
        self._paused_until_s: dict[str, float] = {}
        # Messages may have come in that a scheduled reply waits for; and whether there is such a reply.
        self._is_message_new = True
        self._has_awaiting = False

    def wake(self) -> None:
        """Look for something to send; what failed may work now."""
        self._paused_until_s.clear()
        self._wake_event.set()

    def look_for_messages(self) -> None:
        """Messages have come in; a scheduled reply may wait for one of them."""
        self._is_message_new = True
        if self._has_awaiting:
            self._wake_event.set()

    async def recover(self) -> None:
        """Make unconfirmed the replies that are marked as being sent since before the start. Those that another living
        process is sending stay as they are.
        """
        if not await self._store.may_send():
            return
        under_way = frozenset(self._under_way.values())
        self._feed.publish(await self._store.write(steps.recover_interrupted, self._clock.now(), under_way))
        self._needs_recovery = False
        for reply in await self._store.read(outbox.unconfirmed):
            self._start_look_up(reply)

    async def run(self) -> None:
        """Send until `drain` is called, pausing while nothing is due."""
        while not self._draining:
            try:
                if await self._start_next() is None:
                    await wait_for_wake(self._clock, await self._pause_s(), self._wake_event)
            except KnownError as cause:
                # The disk is full or the like: what is queued stays queued.
                log.warning("the outbox waits: %s", type(cause).__name__)
                self._connection.report_failure("outbox", cause.reason)
                # Reporting the failure has set the event.
                self._wake_event.clear()
                await wait_for_wake(self._clock, PAUSE_S, self._wake_event)

    async def step(self) -> bool:
        """One turn of `run`, to its end; False if there is nothing to send now, or another process sends."""
        task = await self._start_next()
        if task is not None:
            await task
        return task is not None

    async def _start_next(self) -> asyncio.Task[None] | None:
        """Start the delivery of the reply whose turn it is; None if there is none, or this is not the time."""
        if len(self._under_way) >= MAX_PARALLEL or not await self._store.may_send():
            return None
        if self._needs_recovery:
            await self.recover()
        await self._queue_due()
        if not self._connection.is_caught_up:
            return None
        for unasked in self._to_look_up_again.values():
            self._start_look_up(unasked)
        self._to_look_up_again.clear()
        now_s = self._clock.monotonic()
        self._paused_until_s = {c: until for c, until in self._paused_until_s.items() if until > now_s}
        elsewhere = frozenset((*self._paused_until_s, *self._under_way))
        reply = await self._store.read(outbox.next_due, self._clock.now(), elsewhere)
        if reply is None or self._draining:
            return None
        task = self._tasks.start(self._deliver(reply), f"deliver {reply.draft_id}")
        if task is not None:
            self._under_way[reply.conversation_id] = reply.draft_id
            self._idle.clear()
        return task

    async def _queue_due(self) -> None:
        """Queue what is due, also without a connection, so that it is shown as waiting."""
        is_message_new, self._is_message_new = self._is_message_new, False
        now = self._clock.now()
        try:
            look = self._store.read(schedule_steps.look, now, is_message_new=is_message_new)
            has_due, self._has_awaiting = await look
            if has_due:
                queue = self._store.write(schedule_steps.queue_due, now, is_message_new=is_message_new)
                self._feed.publish(await queue)
        except BaseException:
            self._is_message_new |= is_message_new
            raise

    async def _deliver(self, reply: OutgoingReply) -> None:
        async with self._delivery(reply.draft_id, reply.conversation_id):
            # A conversation that is to be begun cannot be read; its forecast is by what is stored of the customer.
            if not new_conversations.is_placeholder(reply.conversation_id):
                try:
                    await self._reader.conversation(reply.conversation_id, background=False)
                except ProviderError as error:
                    await self._could_not_read(reply, error)
                    return
                await self._pre_send_refresh.read_changed(reply.conversation_id)
            if reply.route is not None and not await self._is_absent_at_provider(reply, reply.route):
                return
            claim = await self._store.write(steps.claim, reply.draft_id, self.runtime_state())
            self._feed.publish(claim.changes)
            if claim.message is not None:
                await self._send(claim.message, reply, claim)

    @asynccontextmanager
    async def _delivery(self, draft_id: str, conversation_id: str) -> AsyncIterator[None]:
        """Whatever ends a delivery, let the next one of its conversation begin, and say what broke it."""
        error = make_reason(OutboxReason.SENDING_BROKE)
        try:
            yield
            error = NO_REASON
        except KnownError as cause:
            log.warning("reply %s: %s", draft_id, type(cause).__name__)
            error = cause.reason
        finally:
            if error:
                self._needs_recovery = True
                # Without a pause, the same failure would repeat at once.
                self._paused_until_s[conversation_id] = self._clock.monotonic() + PAUSE_S
                self._tasks.start(self._save_reason(draft_id, error), f"explain {draft_id}")
            del self._under_way[conversation_id]
            if not self._under_way:
                self._idle.set()
            self._wake_event.set()

    async def _save_reason(self, draft_id: str, reason: Reason) -> None:
        self._feed.publish(await self._store.write(steps.save_reason, draft_id, reason))

    async def drain(self, timeout_s: float) -> None:
        """Claim nothing more, and wait for the sends that are under way, but no longer than this."""
        self._draining = True
        self._wake_event.set()
        await wait_for_wake(self._clock, timeout_s, self._idle)

    async def _pause_s(self) -> float | None:
        now = self._clock.now()
        due_at = await self._store.read(outbox.next_due_at, now)
        pauses = [until - self._clock.monotonic() for until in self._paused_until_s.values()]
        pauses += [(due_at - now).total_seconds()] if due_at is not None else []
        scheduled_at = await self._store.read(outbox.next_scheduled_at)
        if scheduled_at is not None:
            # One that is due and still there is for another process to queue.
            left_s = (scheduled_at - now).total_seconds()
            pauses.append(left_s if 0 < left_s < LOOK_EVERY_S else LOOK_EVERY_S)
        return max(min(pauses), 0.0) if pauses else None

    def runtime_state(self) -> RuntimeState:
        """The state at this moment. Not offline: a claim is only made right after the conversation could be read."""
        return RuntimeState(
            self._clock.now(),
            is_clock_known=self._clock.is_known,
            is_signed_in=self._connection.is_signed_in,
            capabilities=self._direct.capabilities(),
        )

    async def _send(
        self,
        message: ConversationReply | NewConversation | DirectMessage | DirectTemplate,
        reply: OutgoingReply,
        claim: steps.Claim,
    ) -> None:
        """Whatever fails or ends this, the outcome of the claimed reply is stored: as unknown if no answer came."""
        outcome: SendOutcome = OutcomeUnknown("Reachline ended before the answer came")
        route, upload = claim.route, None
        try:
            if isinstance(message, ConversationReply):
                upload = self._follow_upload(message, claim.changes)
                outcome = await self._gateway.send(message, upload)
            elif isinstance(message, NewConversation):
                outcome = await self._gateway.begin(message)
            elif route is not None:
                outcome = await self._direct.send(route.key, message)
            if isinstance(outcome, Refused) and route is None:
                self._connection.check_signed_out(ProviderError(outcome.kind, outcome.reason))
        finally:
            log.info("reply %s: %s", reply.draft_id, type(outcome).__name__)
            if isinstance(outcome, Accepted) and route is None:
                self._reader.invalidate(reply.conversation_id)
            try:
                await self._record_outcome(reply.draft_id, outcome, route, upload)
            finally:
                if upload is not None:
                    del self._uploads[reply.draft_id]
                    upload.finished.set()
        if isinstance(outcome, Accepted) and outcome.conversation_id:
            await self._read_begun(outcome.conversation_id)
        elif isinstance(outcome, OutcomeUnknown) or (
            isinstance(outcome, Accepted) and await self._is_unseen(reply.draft_id)
        ):
            self._start_look_up(reply)
        if isinstance(outcome, Accepted) and route is not None:
            self._delivery_tracking.wake()

    async def _read_begun(self, conversation_id: str) -> None:
        """Read a conversation that was just begun; the next sync does where this fails."""
        try:
            await self._reader.conversation(conversation_id, background=False)
        except ProviderError as error:
            log.info("new conversation %s not readable yet: %s", conversation_id, error.kind)
            self._check_connection()

    def _follow_upload(self, message: ConversationReply, changes: Changes) -> Upload | None:
        """changes: of the thread that shows the reply. Returns None without files."""
        if not message.files:
            return None
        shown = Changes(threads=changes.threads)
        upload = self._uploads[message.draft_id] = Upload(self._clock, lambda: self._feed.publish(shown))
        self._tasks.start(upload.follow(), f"follow {message.draft_id}")
        return upload

    async def _record_outcome(
        self, draft_id: str, outcome: SendOutcome, route: Route | None, upload: Upload | None
    ) -> None:
        now = self._clock.now()
        if upload is not None and upload.is_stopped and isinstance(outcome, NotSent):
            changes = await self._store.write(steps.record_stopped, draft_id, now)
            upload.is_cancelled = True
        else:
            follows = route is not None and self._direct.follows(route.key)
            changes = await self._store.write(steps.record_outcome, draft_id, outcome, now, follows=follows)
        self._feed.publish(changes)

    def upload(self, draft_id: str) -> UploadView | None:
        """How far the request of a reply is; None where there is nothing to show."""
        upload = self._uploads.get(draft_id)
        return None if upload is None else upload.view

    async def stop_upload(self, draft_id: str) -> bool:
        """Stop and cancel a reply whose last piece has not left yet; nothing else is changed. Returns False if the
        network ended it at the same moment, so that it may have been sent.
        """
        upload = self._uploads.get(draft_id)
        if upload is None or not upload.stop():
            return True
        await upload.finished.wait()
        return upload.is_cancelled

    async def _could_not_read(self, reply: OutgoingReply, error: ProviderError) -> None:
        log.info("reply %s waits: %s", reply.draft_id, error.kind)
        if error.kind in PERMANENT_ERRORS:
            self._feed.publish(await self._store.write(steps.hold_reply, reply.draft_id, error.reason))
            return
        if error.kind in CONNECTION_ERRORS or self._connection.is_offline:
            self._connection.mark_doubtful()
            self._check_connection()
        else:
            self._paused_until_s[reply.conversation_id] = self._clock.monotonic() + (error.retry_after_s or PAUSE_S)
        await self._save_reason(reply.draft_id, error.reason)

    def _start_look_up(self, reply: OutgoingReply) -> None:
        route = reply.route
        if new_conversations.is_placeholder(reply.conversation_id):
            looking = self.look_up_begun(reply)
        else:
            looking = self.look_up(reply) if route is None else self.look_up_direct(reply, route)
        self._tasks.start(looking, f"look up {reply.draft_id}")

    async def look_up(self, reply: OutgoingReply) -> None:
        """Look for a reply at Intercom: reading its conversation matches it with its entry (`reply_matching.match`)."""
        draft_id, asked = reply.draft_id, False
        for pause_s in LOOK_UP_PAUSES_S:
            await self._clock.sleep(pause_s)
            try:
                await self._reader.conversation(reply.conversation_id, background=False)
                asked = True
            except ProviderError as error:
                log.info("looking for reply %s: %s", draft_id, error.kind)
                asked = False
            if not await self._is_unseen(draft_id):
                self.wake()
                return
        if not asked:
            self._to_look_up_again[draft_id] = reply
        failure = LookUpFailure.NOT_THERE if asked else LookUpFailure.NOT_REACHED
        await self._save_reason(reply.draft_id, direct_steps.unconfirmed_reason(None, failure))

    async def look_up_begun(self, reply: OutgoingReply) -> None:
        """Look for the conversation that a message has begun, or may have: a sync stores it (`begun_matching`)."""
        newest = await self._store.read(outbox.load, reply.draft_id)
        if newest is not None and newest.state is State.UNCONFIRMED and reply.route is not None:
            await self.look_up_direct(reply, reply.route)
        for pause_s in LOOK_UP_PAUSES_S:
            await self._clock.sleep(pause_s)
            await self._pre_send_refresh.read_changed(reply.conversation_id)
            if not await self._is_unseen(reply.draft_id):
                self.wake()
                return
            self._check_connection()
        newest = await self._store.read(outbox.load, reply.draft_id)
        if newest is not None and newest.state is State.UNCONFIRMED and reply.route is None:
            await self._save_reason(reply.draft_id, new_conversation.not_found_reason())

    async def look_up_direct(self, reply: OutgoingReply, route: Route) -> None:
        """Look for an unconfirmed reply at its channel's provider until that has answered."""
        for tries, pause_s in enumerate(chain(LOOK_UP_PAUSES_S, repeat(LOOK_AGAIN_S)), 1):
            await self._clock.sleep(pause_s)
            newest = await self._store.read(outbox.load, reply.draft_id)
            if newest is None or newest.state is not State.UNCONFIRMED:
                return
            answer = await self._direct.look_up(newest, route, newest.lost_at)
            if not isinstance(answer, LookUpFailure):
                await self._record_found(newest, route, answer)
                return
            if answer is not LookUpFailure.CANNOT_TELL and tries < len(LOOK_UP_PAUSES_S):
                continue
            await self._save_reason(reply.draft_id, direct_steps.unconfirmed_reason(route, answer))
            if answer is not LookUpFailure.NOT_REACHED:
                return

    async def _is_absent_at_provider(self, reply: OutgoingReply, route: Route) -> bool:
        """Ask the provider, where it can be asked, once more before sending again what may have left."""
        lost_at = await self._store.read(outbox.lost_direct_at, reply)
        if lost_at is None:
            return True
        answer = await self._direct.look_up(reply, route, lost_at)
        if not isinstance(answer, LookUpFailure):
            await self._record_found(reply, route, answer)
            return False
        if answer is LookUpFailure.NOT_REACHED and route.key in self._direct.capabilities():
            self._paused_until_s[reply.conversation_id] = self._clock.monotonic() + PAUSE_S
            await self._save_reason(reply.draft_id, direct_steps.unconfirmed_reason(route, answer))
            return False
        return True

    async def _record_found(self, reply: OutgoingReply, route: Route, remote_id: str) -> None:
        follows = self._direct.follows(route.key)
        now = self._clock.now()
        changes = await self._store.write(steps.record_found, reply.draft_id, remote_id, now, follows=follows)
        self._feed.publish(changes)
        self._delivery_tracking.wake()
        self.wake()

    async def _is_unseen(self, draft_id: str) -> bool:
        reply = await self._store.read(outbox.load, draft_id)
        return reply is not None and reply.state in (State.UNCONFIRMED, State.ACCEPTED) and not reply.is_done
