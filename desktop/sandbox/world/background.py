"""Background conversations of other customers, for an app that learns from what is usual in a workspace."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial

from desktop.sandbox.intercom import messenger
from desktop.sandbox.model.clock import DAY_S
from desktop.sandbox.model.people import Customer, Line
from desktop.sandbox.world import World
from desktop.sandbox.world.base import AGENT, COLLEAGUE
from desktop.sandbox.world.phrases import ANSWERS, FIRST_NAMES, LAST_NAMES, QUESTIONS

_FIRST_PHONE = 353_860_000_000
_MAX_EVENTS = 4  # per conversation


def populate(world: World, count: int, dice: random.Random, days: float = 3.0) -> None:
    """Add `count` conversations, each of a new customer, spread over the `days` before now.

    Six in ten come by phone over the world's WhatsApp and SMS lines (bridged and native), the others from the web
    Messenger, the mobile Messenger and by mail. Tags, attributes, delays, rules and codes are the world's. Most are
    answered within three hours; a third of the customers write again (not by mail), and a few of those who came by
    phone do so in the Messenger. Call it before anything else happens: the ledger is in the order of the calls.
    """
    now, settings = world.now, world.settings
    schedules = settings.bridge_delays_s, settings.note_delays_s
    settings.bridge_delays_s, settings.note_delays_s = [], []
    lines = [line for line in world.lines.values() if line.channel in ("whatsapp", "sms")]
    events: list[tuple[float, int, Callable[[], object]]] = []
    for number in range(count):
        start = now - dice.uniform(600.0, days * DAY_S)
        events += _conversation(world, dice, dice.choice(lines), start, number)
    try:
        with world.clock.rewound_to(now - days * DAY_S):
            for instant, _, act in sorted(events, key=lambda e: e[:2]):
                if instant < now:
                    world.clock.move_to(instant)
                    act()
    finally:
        settings.bridge_delays_s, settings.note_delays_s = schedules


def _conversation(
    world: World, dice: random.Random, line: Line, start: float, number: int
) -> list[tuple[float, int, Callable[[], object]]]:
    who = world.add_customer(
        f"{dice.choice(FIRST_NAMES)} {dice.choice(LAST_NAMES)}",
        phone=f"+{_FIRST_PHONE + len(world.customers)}",
        email=f"person{len(world.customers)}@example.com",
    )
    kind, chance = dice.random(), dice.random()
    order = f"#{dice.randrange(1000, 9999)}"
    ask, again = (dice.choice(QUESTIONS).format(order=order) for _ in range(2))
    if kind < 0.6:
        write = partial(world.write, who, line.channel, line=line)
        again_by = (
            partial(world.write, who, "messenger", client="ios") if chance > 0.95 and not line.is_native else write
        )
    elif kind < 0.95:
        write = again_by = partial(world.write, who, "messenger", client="web" if kind < 0.8 else "ios")
    else:
        write = again_by = partial(world.write, who, "email")
    answered = start + dice.uniform(60.0, 3 * 3600.0)
    answer = dice.choice(ANSWERS).format(name=who.name.split()[0], order=order)
    place = number * _MAX_EVENTS
    events: list[tuple[float, int, Callable[[], object]]] = [(start, place, partial(write, text=ask))]
    if chance > 0.1:
        events.append((answered, place + 1, partial(_answer, world, who, dice.choice((AGENT, COLLEAGUE)), answer)))
    if chance > 0.65 and kind < 0.95:
        events.append((answered + dice.uniform(30.0, 7200.0), place + 2, partial(again_by, text=again)))
    return events


def _answer(world: World, who: Customer, admin_id: str, text: str) -> None:
    """Reply in the newest conversation; no effect while the bridge has not posted the customer's message."""
    known = messenger.conversations_of(world.workspace, who)
    if known:
        world.teammate_reply(known[-1].id, admin_id, text)
