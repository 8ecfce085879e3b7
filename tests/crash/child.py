"""A Reachline without screens, to be killed: a nursery that forks one for each line of its input.

Input: one JSON object per line: `base_url`, `token`, `db`, `seed`, `texts` as [draft id, contact id, conversation id,
text], and `insist`: send again whatever was looked for in vain.
Output: `pid N` at birth; `saved D` and `sent D` for a draft and a reply that the engine answered for; `sending D` when
a reply leaves; `settled` when nothing is left that can be done without the agent; `dead` when it is gone, however it
went.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from pathlib import Path
from random import Random

from desktop.channels.intercom.channel import IntercomGateway
from desktop.channels.shared.http import Token
from desktop.domain.model.outgoing import State
from desktop.domain.model.warning import acknowledge
from desktop.engine.commands import Done, ResolvePending, SaveDraft, SendReply
from desktop.engine.engine import Engine
from desktop.engine.views import ConnectionState
from desktop.ports import ConversationReply, SendOutcome
from desktop.store.core.database import Database, Store
from desktop.store.outgoing import outbox
from desktop.system.clock import ServerClock

HASTE = 50.0
"""Seconds of the play per second: the sandbox's clock runs as fast."""
BEGAN_S = time.time()


class HastyClock(ServerClock):
    """A `ServerClock` for which everything takes a fiftieth of the time."""

    def __init__(self) -> None:
        super().__init__(lambda: BEGAN_S + (time.time() - BEGAN_S) * HASTE, lambda: time.monotonic() * HASTE)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / HASTE)


class TellingTrunk(IntercomGateway):
    """Says when a reply leaves, so that a killer can be on time."""

    async def send(self, out: ConversationReply) -> SendOutcome:
        tell("sending", out.draft_id)
        return await super().send(out)


def tell(*words: object) -> None:
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


async def live(job: dict) -> None:
    clock = HastyClock()
    gateway = TellingTrunk(job["base_url"], Token(job["token"]), clock)
    store = await Store.open(Path(job["db"]))
    engine = Engine(gateway, store, clock, Random(job["seed"]))
    await engine.start()
    while engine.queries.connection().state is not ConnectionState.ONLINE:
        await clock.sleep(0.25)
    for reply in await engine.queries.undecided() if job["insist"] else ():
        again = ResolvePending(reply.pending.draft_id, send=True, acknowledged=acknowledge(reply.pending.warned))
        await engine.command_handler.do(again)
    for draft_id, customer_id, conversation_id, text in job["texts"]:
        await engine.command_handler.do(SaveDraft(draft_id, customer_id, conversation_id, text))
        tell("saved", draft_id)
        # Refused as long as the conversation is not here yet.
        while (
            await engine.command_handler.do(SendReply(draft_id, customer_id, conversation_id, text, seen_upto=10**6))
            != Done()
        ):
            await clock.sleep(0.25)
        tell("sent", draft_id)
    while not await store.read(is_settled):
        await clock.sleep(0.25)
    tell("settled")
    await engine.stop()


def is_settled(db: Database) -> bool:
    """Nothing is under way, and what is unconfirmed was looked for."""
    rows = [row for _, row in outbox.in_states(db, list(State))]
    looked_for = all("not to be found" in r.reason for r in rows if r.state is State.UNCONFIRMED)
    held_up = {r.conversation_id for r in rows if r.state in (State.UNCONFIRMED, State.HELD)}
    moving = (State.QUEUED, State.SENDING, State.ACCEPTED)
    return looked_for and not any(r.state in moving and r.conversation_id not in held_up for r in rows)


def main() -> None:
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            tell("pid", os.getpid())
            asyncio.run(live(json.loads(line)))
            os._exit(0)
        os.waitpid(pid, 0)
        tell("dead")


if __name__ == "__main__":
    main()
