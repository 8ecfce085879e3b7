"""Intercom, as far as the hub hears of it: signed webhooks at a steady rate, through a load balancer.

A webhook that is not answered with 200 is sent again until it is, to another copy first. Intercom itself repeats once,
after a minute; what it gives up, the hub's polling finds.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
import time
from collections.abc import Callable, Sequence

import httpx

CONVERSATIONS = 200
LENGTH = 400
"""Of a message's text."""

RETRY_S = 0.25


class Provider:
    """ports: of the hub's copies that live, as a load balancer knows them. told: messages that were answered with 200.
    answer_s: how long each webhook took.
    """

    def __init__(self, secret: str, workspace_id: str, ports: Callable[[], Sequence[int]]) -> None:
        self._secret = secret.encode()
        self._workspace_id = workspace_id
        self._ports = ports
        self._turns = itertools.count()
        self._client = httpx.AsyncClient(timeout=5.0, limits=httpx.Limits(max_connections=100))
        self.told = 0
        self.repeated = 0
        self.answer_s: list[float] = []

    async def send(self, count: int, rate: float, at: dict[int, Callable[[], object]] | None = None) -> None:
        """Send so many messages, each at its time. at: called before the message of this number."""
        began = time.monotonic()
        sending = []
        for number in range(count):
            await asyncio.sleep(max(0.0, began + number / rate - time.monotonic()))
            if at is not None and number in at:
                sending.append(asyncio.ensure_future(at[number]()))  # type: ignore[arg-type]
            sending.append(asyncio.create_task(self._send(self.told + number)))
        await asyncio.gather(*sending)
        self.told += count

    async def _send(self, number: int) -> None:
        body = json.dumps(self._notification(number)).encode()
        signature = "sha1=" + hmac.new(self._secret, body, hashlib.sha1).hexdigest()
        headers = {"X-Hub-Signature": signature, "Content-Type": "application/json"}
        began = time.monotonic()
        while True:
            ports = self._ports()
            if ports:
                url = f"http://127.0.0.1:{ports[next(self._turns) % len(ports)]}/webhooks/intercom"
                try:
                    answer = await self._client.post(url, content=body, headers=headers)
                    if answer.status_code == 200:
                        break
                except httpx.TransportError:
                    pass
            self.repeated += 1
            await asyncio.sleep(RETRY_S)
        self.answer_s.append(time.monotonic() - began)

    def _notification(self, number: int) -> dict[str, object]:
        now = time.time()
        text = f"{number} {now:.6f} ".ljust(LENGTH, "x")
        part = {
            "type": "conversation_part",
            "id": str(number),
            "part_type": "comment",
            "body": text,
            "created_at": int(now),
            "author": {"type": "user", "id": f"customer-{number % CONVERSATIONS}"},
        }
        item = {
            "type": "conversation",
            "id": str(number % CONVERSATIONS),
            "created_at": int(now),
            "updated_at": int(now),
            "state": "open",
            "conversation_parts": {"type": "conversation_part.list", "conversation_parts": [part], "total_count": 1},
        }
        return {
            "type": "notification_event",
            "id": f"notif_{number}",
            "topic": "conversation.user.replied",
            "app_id": self._workspace_id,
            "created_at": int(now),
            "data": {"type": "notification_event_data", "item": item},
        }

    async def aclose(self) -> None:
        """End the connections."""
        await self._client.aclose()
