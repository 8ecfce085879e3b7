"""Reads what the broker keeps: by direct gets, which leave nothing behind there and need no consumer.

A consumer of a desktop's could deliver in another's name, and the library's ordered one begins at the first message
again after an early reset (nats.py 2.16).
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec
from nats import errors
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.js.api import StreamInfo
from nats.js.errors import NotFoundError
from nats.js.manager import JetStreamManager

from desktop.channels.team.connection import STEP_TIMEOUT_S, Connection
from desktop.ports.team import FeedCursor

BATCH = 200
"""Messages that are asked for at once."""

MAX_REPLAY = 50_000
"""Facts that are read after a long sleep; beyond that, a search brings what changed at less cost."""

OVERLAP = 32
"""Facts up to the cursor that are read again after each connect. A broker that was killed may have told facts that it
had not written yet; it gives their numbers to others."""

MESSAGE_ID_HEADER = "Nats-Msg-Id"

_STATUS_HEADER = "Status"
_NOT_FOUND = "404"
_EPOCH = datetime.fromtimestamp(0, UTC)


class Stored(msgspec.Struct, frozen=True):
    """A message of a stream. message_id: by which the broker knows a repeated one; "" for none."""

    sequence: int
    data: bytes
    message_id: str = ""


class Extent(msgspec.Struct, frozen=True):
    """Which messages a stream has. first: the oldest that is left. last: the newest; 0 if there never was one."""

    created_us: int
    first: int
    last: int

    def start(self, cursor: FeedCursor) -> tuple[int, bool]:
        """The first sequence to read after a cursor, and whether facts are lost to it."""
        oldest, wanted = max(self.first, self.last + 1 - MAX_REPLAY), cursor.sequence + 1
        if cursor.stream_created_us != self.created_us:
            return oldest, True
        if cursor.sequence > self.last:
            # The broker lost its newest messages, and gives their numbers to others.
            return max(oldest, self.last + 1 - OVERLAP), True
        return max(oldest, wanted), oldest > wanted


class Stream:
    """One of the broker's streams, over one connection. Every method raises ProviderError."""

    def __init__(self, connection: Connection, name: str) -> None:
        self.connection = connection
        self._name = name
        self._manager = JetStreamManager(connection.client, timeout=STEP_TIMEOUT_S)
        self._inbox = connection.client.new_inbox()
        self._subscription: Subscription | None = None
        self._answers: dict[str, Msg] = {}
        self._expected = 0
        self._arrived = asyncio.Event()

    async def extent(self) -> Extent:
        """Which messages it has now."""
        return _extent(await self.connection.ask(self._manager.stream_info(self._name)))

    async def subjects(self) -> tuple[Extent, list[str]]:
        """The subjects of all messages it has now."""
        info = await self.connection.ask(self._manager.stream_info(self._name, subjects_filter=">"))
        return _extent(info), sorted(info.state.subjects or {})

    async def read(self, first: int, last: int) -> list[Stored]:
        """The messages between two sequences, both included; those that are gone are left out."""
        numbers = range(first, last + 1)
        answers = await self.connection.ask(self._get([b'{"seq":%d}' % n for n in numbers]))
        found = []
        for number, answer in zip(numbers, answers, strict=True):
            if not is_missing(answer):
                found.append(Stored(number, answer.data, (answer.headers or {}).get(MESSAGE_ID_HEADER, "")))
            elif stored := await self.connection.ask(self._from_leader(number)):
                found.append(stored)
        return found

    async def last_of(self, subjects: Sequence[str]) -> list[bytes]:
        """The newest message under each subject; those that are gone are left out."""
        questions = [msgspec.json.encode({"last_by_subj": subject}) for subject in subjects]
        return [a.data for a in await self.connection.ask(self._get(questions)) if not is_missing(a)]

    async def _get(self, questions: Sequence[bytes]) -> list[Msg]:
        """Ask all at once, over one subscription: the library's request would set up a timer for each."""
        if self._subscription is None:
            self._subscription = await self.connection.client.subscribe(f"{self._inbox}.*", cb=self._on_answer)
        self._answers.clear()
        self._expected = len(questions)
        for number, question in enumerate(questions):
            await self.connection.client.publish(
                f"$JS.API.DIRECT.GET.{self._name}", question, reply=f"{self._inbox}.{number}"
            )
        while (so_far := len(self._answers)) < self._expected:
            self._arrived.clear()
            try:
                await asyncio.wait_for(self._arrived.wait(), STEP_TIMEOUT_S)
            except TimeoutError:
                # On a slow line the last ones may take longer than a step.
                if len(self._answers) == so_far:
                    raise errors.TimeoutError from None
        return [self._answers[str(number)] for number in range(len(questions))]

    async def _on_answer(self, message: Msg) -> None:
        self._answers[message.subject.rpartition(".")[2]] = message
        if len(self._answers) >= self._expected:
            self._arrived.set()

    async def _from_leader(self, number: int) -> Stored | None:
        """Any copy of the stream answers direct gets, also one that is a little behind."""
        try:
            found = await self._manager.get_msg(self._name, number)
        except NotFoundError:
            return None
        return Stored(number, found.data or b"", (found.headers or {}).get(MESSAGE_ID_HEADER, ""))


def _extent(info: StreamInfo) -> Extent:
    created = (info.created or _EPOCH) - _EPOCH
    return Extent(created // timedelta(microseconds=1), info.state.first_seq, info.state.last_seq)


def is_missing(answer: Msg) -> bool:
    """Whether a direct get found nothing."""
    return not answer.data and (answer.headers or {}).get(_STATUS_HEADER) == _NOT_FOUND
