"""A program without windows, to be killed; this process forks one for each line of its input.

Input: one JSON object per line: `base_url`, `token`, `db`, `seed`, `texts` as [draft id, contact id, conversation id,
text], and `resend`: whether to send again what was looked up in vain.
Output: `pid N` at the start; `saved D` and `sent D` for drafts and replies that the engine confirmed; `sending D` when
a request starts; `settled` when nothing is left to do without the agent; `dead` when the process has ended.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from datetime import timedelta
from pathlib import Path
from random import Random

from desktop.channels.intercom.channel import IntercomGateway
from desktop.channels.shared.exchange import Token
from desktop.domain.model.outgoing import OutboxReason, Schedule, State
from desktop.domain.model.warning import acknowledge
from desktop.engine.commands import Done, ResolvePending, SaveDraft, SendReply
from desktop.engine.engine import Engine
from desktop.engine.views import ConnectionState
from desktop.ports import ConversationReply, SendOutcome, Upload
from desktop.store.core.database import Database, Store
from desktop.store.outgoing import outbox
from desktop.system.clock import ServerClock

SPEED = 50.0
"""Simulated seconds per second; the sandbox's clock has the same rate."""
STARTED_S = time.time()


class FastClock(ServerClock):
    """A clock that runs `SPEED` times as fast."""

    def __init__(self) -> None:
        super().__init__(lambda: STARTED_S + (time.time() - STARTED_S) * SPEED, lambda: time.monotonic() * SPEED)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / SPEED)


class ReportingGateway(IntercomGateway):
    """Reports the start of each request, so that the test can kill the process in time."""

    async def send(self, out: ConversationReply, upload: Upload | None = None) -> SendOutcome:
        report("sending", out.draft_id)
        return await super().send(out, upload)


def report(*words: object) -> None:
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


async def run(job: dict) -> None:
    clock = FastClock()
    gateway = ReportingGateway(job["base_url"], Token(job["token"]), clock)
    store = await Store.open(Path(job["db"]))
    engine = Engine(gateway, store, clock, Random(job["seed"]))
    await engine.start()
    while engine.queries.connection().state is not ConnectionState.ONLINE:
        await clock.sleep(0.25)
    for reply in await engine.queries.undecided() if job["resend"] else ():
        again = ResolvePending(reply.pending.draft_id, send=True, acknowledged=acknowledge(reply.pending.warned))
        await engine.command_handler.do(again)
    for draft_id, customer_id, conversation_id, text in job["texts"]:
        await engine.command_handler.do(SaveDraft(draft_id, customer_id, conversation_id, text))
        report("saved", draft_id)
        # Refused until the conversation has been read.
        while (
            await engine.command_handler.do(send_command(draft_id, customer_id, conversation_id, text, clock)) != Done()
        ):
            await clock.sleep(0.25)
        report("sent", draft_id)
    while not await store.read(is_settled):
        await clock.sleep(0.25)
    report("settled")
    await engine.stop()


def send_command(draft_id: str, customer_id: str, conversation_id: str, text: str, clock: FastClock) -> SendReply:
    """Every third reply is scheduled for a few seconds later; the time of one that is stored already does not count."""
    is_scheduled = draft_id.endswith(("1", "4", "7"))
    schedule = Schedule(clock.now() + timedelta(seconds=6)) if is_scheduled else None
    return SendReply(draft_id, customer_id, conversation_id, text, seen_upto=10**6, schedule=schedule)


def is_settled(db: Database) -> bool:
    """Whether nothing is being sent and all unconfirmed replies were looked up."""
    rows = [row for _, row in outbox.in_states(db, list(State))]
    is_looked_up = all(r.reason.code == OutboxReason.REPLY_NOT_FOUND for r in rows if r.state is State.UNCONFIRMED)
    blocked = {r.conversation_id for r in rows if r.state in (State.UNCONFIRMED, State.HELD)}
    active_states = (State.SCHEDULED, State.QUEUED, State.SENDING, State.ACCEPTED)
    return is_looked_up and not any(r.state in active_states and r.conversation_id not in blocked for r in rows)


def main() -> None:
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            report("pid", os.getpid())
            asyncio.run(run(json.loads(line)))
            os._exit(0)
        os.waitpid(pid, 0)
        report("dead")


if __name__ == "__main__":
    main()
