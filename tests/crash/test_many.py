"""Thousands of sends through random faults: each text once on her screens, in order, nothing claimed too early.

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

from desktop.channels.intercom.channel import IntercomGateway
from desktop.channels.shared.http import Token
from desktop.domain.model.outgoing import State
from desktop.domain.model.warning import acknowledge
from desktop.engine.commands import Done, ResolvePending, SendReply
from desktop.engine.engine import Engine
from desktop.sandbox.model.settings import Fault
from desktop.sandbox.server import Sandbox
from desktop.store.core.database import Store
from desktop.system.clock import ServerClock
from tests.helpers.database import create_database

pytestmark = pytest.mark.slow

TALKS, REPLIES = 100, 10
FAULTS = ("drop_after", "500_after", "truncated", "timed_out", "unseen", "refused", "never_left", "429")
FAULTS += ("500_before", "html_502", "login_page", "drop_before", "brake")
FAULTY = 0.25
DEATHS = ("dies_before_claim", "dies_after_claim", "dies_after_bytes", "dies_before_settle", "dies_after_settle")


async def the_agent_insists(stage, refused):
    # A look that is under way may find a reply after it was listed.
    await stage.quiet()
    for reply in await stage.engine.queries.undecided():
        # What was refused lets the later ones pass.
        refused |= {reply.pending.text} if reply.pending.state is State.REFUSED else set()
        again = ResolvePending(reply.pending.draft_id, send=True, acknowledged=acknowledge(reply.pending.warned))
        assert await stage.engine.command_handler.do(again) == Done()


async def work(stage, kit, rng):
    """One go of the outbox, which may end with the process."""
    stage.api.is_blind = False
    stage.store.dies = rng.choice(DEATHS) if rng.random() < 0.02 else None
    try:
        while await stage.engine.outbox.step():
            pass
    except kit.death:
        await stage.bury()
        await stage.start()
    await stage.quiet()
    stage.api.is_blind = False
    stage.world.advance(60)
    # Does nothing while it is level; after a start or a broken connection the outbox waits for it.
    if not await stage.engine.outbox.step():
        await stage.engine.poller.run_once()


async def test_a_thousand_sends(stage, kit, record_property, seed):
    rng = Random(seed)
    stage.api.script = lambda: rng.choice(FAULTS) if rng.random() < FAULTY else "accepted"
    stage.api.read_trouble = lambda: rng.random() < 0.01
    await stage.start()
    stage.api.read_trouble, trouble = (lambda: False), stage.api.read_trouble
    talks = [await stage.new_talk() for _ in range(TALKS)]
    stage.api.read_trouble = trouble
    texts = {talk: {f"d{t}-{n}": f"Reply {t}-{n}" for n in range(REPLIES)} for t, talk in enumerate(talks)}
    wrong: Counter[str] = Counter()
    refused: set[str] = set()
    waiting = [(n, talk) for n in range(REPLIES) for talk in talks]
    while waiting or await stage.store.read(unsettled):
        for n, talk in waiting[: TALKS * 2]:
            [draft_id] = [d for d in texts[talk] if d.endswith(f"-{n}")]
            await stage.press(talk, draft_id, texts[talk][draft_id])
        del waiting[: TALKS * 2]
        try:
            await work(stage, kit, rng)
        except kit.kind:
            continue
        await the_agent_insists(stage, refused)
    for talk in talks:
        wrong += await stage.judge(talk, texts[talk])
        for shown in stage.screens(talk):
            assert Counter(shown) == Counter(texts[talk].values())
            assert [t for t in shown if t not in refused] == [t for t in texts[talk].values() if t not in refused]
    await stage.engine.stop()
    assert not wrong
    report(record_property, TALKS * REPLIES, wrong)


def report(record_property, sent, wrong):
    record_property("random faults: replies sent", sent)
    for name in ("lost", "doubled", "shown as accepted and not there"):
        record_property(f"random faults: {name}", wrong[name])


def unsettled(db):
    return db.execute("SELECT count(*) FROM outbox WHERE is_done = 0").fetchone()[0]


class HastyClock(ServerClock):
    """Pauses take a hundredth of their time."""

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / 100)


HTTP_TALKS = 50


@pytest.fixture
def quick_turns() -> Iterator[None]:
    """The sandbox's thread and ours wait for each other all the time."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(0.0002)
    yield
    sys.setswitchinterval(before)


async def test_sends_over_http(tmp_path: Path, amount, record_property, quick_turns):
    with Sandbox.start() as sandbox:
        world = sandbox.world
        with sandbox.lock:
            for limit in ("replies_per_conversation_per_10s", "replies_per_10s", "rate_limit_per_10s"):
                setattr(world.settings, limit, 10**9)
            people = [world.add_customer(f"Person {n}", phone=f"+35387{n:07}") for n in range(HTTP_TALKS)]
            talks = [world.write(customer, "whatsapp", "Hello?") for customer in people]
            contacts = [world.contact_ids(customer)[0] for customer in people]
        clock = HastyClock()
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
        for n in range(amount(2, 20)):
            for talk, contact in zip(talks, contacts, strict=True):
                texts[f"d{talk}-{n}"] = f"Reply {talk}-{n}"
                sent = SendReply(f"d{talk}-{n}", contact, talk, f"Reply {talk}-{n}", seen_upto=10**6)
                assert await engine.command_handler.do(sent) == Done()
        await engine.outbox.recover()
        while await store.read(unsettled):
            while await engine.outbox.step():
                pass
            for reply in await engine.queries.undecided():
                if reply.pending.state is not State.UNCONFIRMED or "not to be found" in reply.pending.reason:
                    again = ResolvePending(
                        reply.pending.draft_id, send=True, acknowledged=acknowledge(reply.pending.warned)
                    )
                    await engine.command_handler.do(again)
            await clock.sleep(1)
        await engine.stop()
        wrong: Counter[str] = Counter()
        for customer, talk in zip(people, talks, strict=True):
            with sandbox.lock:
                screens = world.screens(customer)
            shown = [i["text"] for items in screens["whatsapp"].values() for i in items if i["who"] == "business"]
            wanted = [text for draft_id, text in texts.items() if draft_id.startswith(f"d{talk}-")]
            wrong["doubled"] += len(shown) - len(set(shown))
            wrong["lost"] += len(set(wanted) - set(shown))
            assert Counter(shown) == Counter(wanted)
        report(record_property, len(texts), wrong)
        record_property("random faults: of these over HTTP", len(texts))
