"""Whatever happens in whatever order: each event calls once at most, and what still waits has called."""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.domain.model.facts import Role
from desktop.engine.notifications.model import NotificationKind, NotificationNews
from desktop.store import settings as stored_settings

STEPS = st.sampled_from(
    ["write c1", "write c2", "answer c1", "look", "sync", "second", "minute", "hour", "sleep", "jump", "restart"]
)


async def play(kit, path: Path, steps: list[str]) -> None:
    clock = kit.FakeClock()
    gateway = kit.FakeGateway(clock)
    ahead = [timedelta(0)]
    true_now = clock.now
    clock.now = lambda: true_now() + ahead[0]
    for number, contact_id in (("100", "c1"), ("200", "c2")):
        gateway.conversations[number] = kit.whatsapp(number, contact_id, kit.START - timedelta(hours=30))
        gateway.write(number, "Yes.", role=Role.TEAMMATE, at=kit.START - timedelta(hours=29))
    news: list[NotificationNews] = []

    async def start():
        world = await kit.build(path, clock, gateway)
        await world.store.write(stored_settings.save, "bridge_codes_chosen", [kit.BRIDGE])
        world.engine.notifications.listen(world.engine.feed)
        world.engine.notifications.subscribe(news.append)
        return world

    async def sync() -> None:
        # The first answer of a server corrects the clock.
        ahead[0] = timedelta(0)
        await world.sync()

    world = await start()
    await world.engine.notifications.step()
    await sync()
    await world.engine.notifications.step()
    number, waiting = 0, dict[str, str]()
    for step in [*steps, *["look", "sync"] * 2, "look"]:
        match step.split():
            case ["write", contact_id]:
                number += 1
                conversation_id = {"c1": "100", "c2": "200"}[contact_id]
                old = gateway.conversations[conversation_id]
                gateway.conversations[conversation_id] = replace(old, read=False)
                gateway.write(conversation_id, f"text {number}", app_code=kit.BRIDGE, at=true_now())
                waiting[contact_id] = f"text {number}"
                await clock.advance(1)
            case ["answer", contact_id]:
                gateway.write("100", "Yes.", role=Role.TEAMMATE, at=true_now())
                waiting.pop(contact_id, None)
                await clock.advance(1)
            case ["look"]:
                await world.engine.notifications.step()
            case ["sync"]:
                await sync()
            case ["second"]:
                await clock.advance(1)
            case ["minute"]:
                await clock.advance(60)
            case ["hour"]:
                await clock.advance(3600)
            case ["sleep"]:
                await clock.advance(23 * 3600 + 40 * 60)
            case ["jump"]:
                ahead[0] = timedelta(hours=25)
            case ["restart"]:
                await world.engine.tasks.aclose()
                await world.store.close()
                world = await start()
    await world.engine.tasks.aclose()
    await world.store.close()

    shown = [event for each in news for event in each.shown]
    messages = Counter(event.text for event in shown if event.kind is NotificationKind.MESSAGE)
    assert not [text for text, times in messages.items() if times > 1]
    closings = Counter(
        (event.customer_id, event.closes_at) for event in shown if event.kind is NotificationKind.WINDOW_CLOSING
    )
    assert not [window for window, times in closings.items() if times > 3]
    # Nobody who waits was passed over: by name, or counted.
    summaries = [event for event in shown if event.kind is NotificationKind.SUMMARY]
    for contact_id, text in waiting.items():
        assert text in messages or summaries, contact_id


@settings(max_examples=10)
@given(steps=st.lists(STEPS, min_size=3, max_size=12))
def test_any_order_of_events_calls_each_once(kit, steps: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(play(kit, Path(folder) / "reachline.db", steps))
