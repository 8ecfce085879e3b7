"""Hundreds of sends with random faults: each text arrives once, in order, and none is reported too early.

Ten thousand with `--whole`.
"""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from crashable_program import AFTER, BEFORE, CRASHES, Crash

from desktop.channels.intercom.channel import IntercomGateway
from desktop.channels.shared.exchange import Token
from desktop.domain.model.outgoing import OutboxReason, State
from desktop.domain.model.warning import acknowledge
from desktop.engine.commands import Done, ResolvePending, SendReply
from desktop.engine.engine import Engine
from desktop.ports import ProviderError
from desktop.sandbox.model.settings import Fault
from desktop.sandbox.server import Sandbox
from desktop.store.core.database import Store
from desktop.system.clock import ServerClock
from tests.helpers.database import create_database

pytestmark = pytest.mark.slow

CHATS, REPLIES = 25, 10
FAULTS = tuple(kind for kind in (*AFTER, *BEFORE) if kind != "accepted")
FAULT_SHARE = 0.25


async def resend_undecided(program, refused):
    # A running lookup may find a reply after it was listed.
    await program.finish_lookups()
    for reply in await program.engine.queries.undecided():
        # Later replies overtake refused ones.
        refused |= {reply.pending.text} if reply.pending.state is State.REFUSED else set()
        again = ResolvePending(reply.pending.draft_id, send=True, acknowledged=acknowledge(reply.pending.warned))
        assert await program.engine.command_handler.do(again) == Done()


async def run_outbox(program, rng):
    """Run the outbox once; the process may crash."""
    program.api.is_blind = False
    program.store.crash_point = rng.choice(CRASHES) if rng.random() < 0.02 else None
    try:
        while await program.engine.outbox.step():
            pass
    except Crash:
        await program.clean_up_crash()
        await program.start()
    await program.finish_lookups()
    program.api.is_blind = False
    program.world.advance(60)
    # After a start or a broken connection the outbox waits for a sync round.
    if not await program.engine.outbox.step():
        await program.engine.poller.run_once()


async def test_hundreds_of_sends(program, record_property, seed):
    rng = Random(seed)
    program.api.script = lambda: rng.choice(FAULTS) if rng.random() < FAULT_SHARE else "accepted"
    program.api.read_fails = lambda: rng.random() < 0.01
    await program.start()
    program.api.read_fails, read_fails = (lambda: False), program.api.read_fails
    chats = [await program.new_chat() for _ in range(CHATS)]
    program.api.read_fails = read_fails
    texts = {chat: {f"d{t}-{n}": f"Reply {t}-{n}" for n in range(REPLIES)} for t, chat in enumerate(chats)}
    errors: Counter[str] = Counter()
    refused: set[str] = set()
    waiting = [(n, chat) for n in range(REPLIES) for chat in chats]
    while waiting or await program.store.read(count_unfinished):
        for n, chat in waiting[: CHATS * 2]:
            [draft_id] = [d for d in texts[chat] if d.endswith(f"-{n}")]
            await program.send(chat, draft_id, texts[chat][draft_id])
        del waiting[: CHATS * 2]
        try:
            await run_outbox(program, rng)
        except ProviderError:
            continue
        await resend_undecided(program, refused)
    for chat in chats:
        errors += await program.find_errors(chat, texts[chat])
        for shown in program.screens(chat):
            assert Counter(shown) == Counter(texts[chat].values())
            assert [t for t in shown if t not in refused] == [t for t in texts[chat].values() if t not in refused]
    await program.engine.stop()
    assert not errors
    report(record_property, CHATS * REPLIES, errors)


def report(record_property, sent, errors):
    record_property("random faults: replies sent", sent)
    for name in ("lost", "doubled", "shown as accepted and not there"):
        record_property(f"random faults: {name}", errors[name])


def count_unfinished(db):
    return db.execute("SELECT count(*) FROM outbox WHERE is_done = 0").fetchone()[0]


class FastClock(ServerClock):
    """Sleeps a hundredth of the time."""

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / 100)


HTTP_CHATS = 30


@pytest.fixture
def short_switch_interval() -> Iterator[None]:
    """Switch threads often, because the sandbox's thread and ours wait for each other."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(0.0002)
    yield
    sys.setswitchinterval(before)


async def test_sends_over_http(tmp_path: Path, amount, record_property, short_switch_interval):
    with Sandbox.start() as sandbox:
        world = sandbox.world
        with sandbox.lock:
            for limit in ("replies_per_conversation_per_10s", "replies_per_10s", "rate_limit_per_10s"):
                setattr(world.settings, limit, 10**9)
            people = [world.add_customer(f"Person {n}", phone=f"+35387{n:07}") for n in range(HTTP_CHATS)]
            chats = [world.write(customer, "whatsapp", "Hello?") for customer in people]
            contacts = [world.contact_ids(customer)[0] for customer in people]
        clock = FastClock()
        address = sandbox.urls["intercom"]
        gateway = IntercomGateway(address["base_url"], Token(address["token"]), clock)
        store = await Store.open(create_database(tmp_path / "reachline.db"))
        engine = Engine(gateway, store, clock, Random(1))
        await engine.poller.run_once()
        actions = ("drop_before", "drop_after", "close_mid_answer", "truncate", "empty", "wrong_type", "status_after")
        with sandbox.lock:
            world.settings.fail_next += [Fault("POST", "/reply$", a, times=None, chance=0.02) for a in actions]
            world.settings.fail_next += [
                Fault("POST", "/reply$", "status", status=status, times=None, chance=0.02) for status in (400, 503)
            ]
        texts = {}
        for n in range(amount(1, 20)):
            for chat, contact in zip(chats, contacts, strict=True):
                texts[f"d{chat}-{n}"] = f"Reply {chat}-{n}"
                sent = SendReply(f"d{chat}-{n}", contact, chat, f"Reply {chat}-{n}", seen_upto=10**6)
                assert await engine.command_handler.do(sent) == Done()
        await engine.outbox.recover()
        while await store.read(count_unfinished):
            while await engine.outbox.step():
                pass
            for reply in await engine.queries.undecided():
                is_looked_up = reply.pending.reason.code == OutboxReason.REPLY_NOT_FOUND
                if reply.pending.state is not State.UNCONFIRMED or is_looked_up:
                    again = ResolvePending(
                        reply.pending.draft_id, send=True, acknowledged=acknowledge(reply.pending.warned)
                    )
                    await engine.command_handler.do(again)
            await clock.sleep(1)
        await engine.stop()
        errors: Counter[str] = Counter()
        for customer, chat in zip(people, chats, strict=True):
            with sandbox.lock:
                screens = world.screens(customer)
            shown = [i["text"] for items in screens["whatsapp"].values() for i in items if i["who"] == "business"]
            wanted = [text for draft_id, text in texts.items() if draft_id.startswith(f"d{chat}-")]
            errors["doubled"] += len(shown) - len(set(shown))
            errors["lost"] += len(set(wanted) - set(shown))
            assert Counter(shown) == Counter(wanted)
        report(record_property, len(texts), errors)
        record_property("random faults: of these over HTTP", len(texts))
