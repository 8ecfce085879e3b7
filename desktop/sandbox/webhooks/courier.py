"""Delivers notifications over HTTP: when they are due by the sandbox's clock, and faults on the way."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from dataclasses import replace

import httpx

from desktop.sandbox.model.settings import DeliveryFault, use_up
from desktop.sandbox.webhooks.subscriptions import Attempt, Delivery, Outcome, Request, Subscription
from desktop.sandbox.world import World


class Courier:
    """Sends what is posted. `run` runs on the server's loop; nothing happens until something is posted.

    Times between attempts are the sandbox's, so that a standing clock keeps a notification until it is advanced.
    """

    def __init__(self, world: World, lock: threading.RLock) -> None:
        self._world = world
        self._lock = lock
        self._loop: asyncio.AbstractEventLoop | None = None
        self._client: httpx.AsyncClient | None = None
        self._woken = asyncio.Event()
        self._finished = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._under_way = 0
        self._waiting: dict[Subscription, None] = {}  # in order: subscriptions with notifications to send now

    # Under the lock, in any thread.

    def post(self, subscription: Subscription, delivery: Delivery) -> None:
        """Send the notification now, unless a fault says otherwise. Hold the lock."""
        subscription.log.append(delivery)
        fault = self._take_fault(subscription, delivery.topic)
        match None if fault is None else fault.action:
            case "lose":
                delivery.state = "lost"
                subscription.settle(delivery)
                return
            case "late" if fault is not None:
                self._world.clock.call_later(fault.seconds, lambda: self._enqueue(subscription, delivery))
                return
            case "reorder":
                subscription.held.append(delivery)
                return
            case "ignore_answer":
                delivery.ignored_answers = 1
        self._enqueue(subscription, delivery)
        if fault is not None and fault.action == "double":
            copy = replace(delivery, attempts=[], is_copy=True)
            subscription.log.append(copy)
            self._enqueue(subscription, copy)
        held, subscription.held = subscription.held, []
        for earlier in held:
            self._enqueue(subscription, earlier)

    def end(self, subscription: Subscription, reason: str) -> None:
        """Send nothing more to the subscription. Hold the lock."""
        subscription.ended = subscription.ended or reason
        for delivery in (*subscription.ready, *subscription.held):
            delivery.state = "given_up"
        subscription.ready.clear()
        subscription.held.clear()

    def _take_fault(self, subscription: Subscription, topic: str) -> DeliveryFault | None:
        waiting = self._world.settings.fail_deliveries
        for fault in waiting:
            fits = fault.fits(subscription.provider, topic)
            if fits and (fault.chance >= 1 or self._world.dice.random() < fault.chance):
                use_up(waiting, fault)
                return fault
        return None

    def _enqueue(self, subscription: Subscription, delivery: Delivery, *, first: bool = False) -> None:
        if subscription.ended:
            delivery.state = "given_up"
            return
        (subscription.ready.appendleft if first else subscription.ready.append)(delivery)
        self._waiting[subscription] = None
        self._wake()

    def _wake(self) -> None:
        if self._loop is not None:
            # The loop may have ended already.
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._woken.set)

    # On the server's loop.

    async def run(self) -> None:
        """Send until cancelled."""
        self._loop = asyncio.get_running_loop()
        self._woken.set()
        try:
            while True:
                await self._woken.wait()
                self._woken.clear()
                with self._lock:
                    due = list(self._take_due())
                for subscription, delivery, request in due:
                    task = asyncio.create_task(self._attempt(subscription, delivery, request))
                    self._tasks.add(task)
                    task.add_done_callback(self._tasks.discard)
                self._finished.set()
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            if self._client is not None:
                await self._client.aclose()

    def _take_due(self) -> Iterator[tuple[Subscription, Delivery, Request]]:
        now = self._world.now
        for subscription in list(self._waiting):
            while subscription.ready and self._is_open(subscription, now):
                delivery = subscription.ready.popleft()
                if not subscription.is_wanted(delivery, now):
                    delivery.state = "given_up"
                    subscription.settle(delivery)
                    continue
                subscription.in_flight += 1
                self._under_way += 1
                delivery.attempts.append(Attempt(now))
                request = subscription.request(delivery)
                delivery.attempts[-1].url = request.url
                yield subscription, delivery, request
            if not subscription.ready:
                del self._waiting[subscription]

    def _is_open(self, subscription: Subscription, now: float) -> bool:
        most = 1 if subscription.in_order else max(1, int(self._world.settings.webhook_connections))
        return subscription.in_flight < most and now >= subscription.closed_until

    async def _attempt(self, subscription: Subscription, delivery: Delivery, request: Request) -> None:
        outcome = await self.send(request)
        with self._lock:
            subscription.in_flight -= 1
            self._under_way -= 1
            self._judge(subscription, delivery, outcome)
        self._woken.set()

    def _judge(self, subscription: Subscription, delivery: Delivery, outcome: Outcome) -> None:
        attempt = delivery.attempts[-1]
        if delivery.ignored_answers and outcome.status is not None:
            delivery.ignored_answers -= 1
            outcome = Outcome(error="timeout")
        attempt.outcome = outcome
        if subscription.accepts(outcome):
            delivery.state = "delivered"
            subscription.on_receipt(delivery)
            subscription.settle(delivery)
            return
        again_at = subscription.next_attempt(delivery, outcome, attempt.at)
        if subscription.ended:
            self.end(subscription, subscription.ended)
        if again_at is None or subscription.ended:
            delivery.state = "given_up"
            subscription.settle(delivery)
        elif subscription.in_order:
            subscription.closed_until = max(subscription.closed_until, again_at)
            self._enqueue(subscription, delivery, first=True)
        else:
            self._world.clock.call_at(again_at, lambda: self._enqueue(subscription, delivery))
        if subscription.closed_until > self._world.now:
            self._world.clock.call_at(subscription.closed_until, self._wake)

    async def send(self, request: Request) -> Outcome:
        """Send one request. Never raises."""
        if self._client is None:
            # Subscribers on this computer have certificates that nobody signed.
            self._client = httpx.AsyncClient(verify=False, trust_env=False)
        try:
            async with asyncio.timeout(self._world.settings.webhook_timeout_s):
                answer = await self._client.request(
                    request.method, request.url, headers=request.headers, content=request.body, timeout=None
                )
        except TimeoutError:
            return Outcome(error="timeout")
        except (httpx.ConnectError, httpx.InvalidURL):
            return Outcome(error="connect")
        except httpx.HTTPError:
            return Outcome(error="closed")
        wait = answer.headers.get("retry-after", "")
        retry_after_s = float(wait) if wait.isdecimal() else None
        return Outcome(answer.status_code, "", answer.reason_phrase, retry_after_s, answer.content)

    async def settle(self, timeout_s: float) -> bool:
        """Wait until nothing is under way or due by the sandbox's clock. Returns False after so much real time."""
        try:
            async with asyncio.timeout(timeout_s):
                while True:
                    self._finished.clear()
                    with self._lock:
                        self._world.clock.run_due()
                        now = self._world.now
                        busy = self._under_way or any(now >= s.closed_until for s in self._waiting)
                    if not busy:
                        return True
                    await self._finished.wait()
        except TimeoutError:
            return False
