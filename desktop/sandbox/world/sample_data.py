"""Fill a world with tags and macros, the demo's story, and random customers with random conversations."""

from __future__ import annotations

import html
import random
import re
from dataclasses import replace
from typing import Literal

from desktop.sandbox.intercom.messenger import Client
from desktop.sandbox.intercom.records import Macro
from desktop.sandbox.model.clock import DAY_S
from desktop.sandbox.model.contact_data import DataAttribute
from desktop.sandbox.model.people import Customer
from desktop.sandbox.world import AGENT, COLLEAGUE, OWNER, Channel, World
from desktop.sandbox.world.phrases import ANSWERS, FIRST_NAMES, LAST_NAMES, NOTES, QUESTIONS
from desktop.sandbox.world.sample_files import make_png
from desktop.sandbox.world.story import STORY_S, story

__all__ = ["add_random_customers", "add_tags_and_macros", "duration_s", "story"]

POPULATED_S = 14 * DAY_S
_BRIDGE_TAGS, _TAGS = ("whatsapp", "telegram", "twilio"), ("urgent", "refund", "delivery")
_MACROS = (
    ("Greeting", 'Hi {{user.name|fallback:"there"}}, how can I help?'),
    ("Ask for a photo", "Could you send us a photo of the label & the damage, please?"),
    (
        "Refund on its way",
        'Hello {{user.name|fallback:"there"}},\nyour refund is on its way to {{user.email|fallback:"your account"}}.',
    ),
    ("Order number", "About order {{user.last_order}}:"),
)
_WITH_FALLBACK, _PLACEHOLDER = re.compile(r'\{\{([\w.]+)\|fallback:"(.*?)"\}\}'), re.compile(r"\{\{([\w.]+)\}\}")

_ATTRIBUTES = (
    DataAttribute(1, "plan", options=("Basic", "Plus", "Business"), label="Plan"),
    DataAttribute(2, "orders", "integer", label="Orders"),
    DataAttribute(3, "spent", "float", label="Spent"),
    DataAttribute(4, "newsletter", "boolean", label="Newsletter"),
    DataAttribute(5, "customer_since", "date", label="Customer since"),
    DataAttribute(6, "last_order", label="Last order"),
    DataAttribute(7, "risk_score", "integer", label="Risk score", api_writable=False),
)


def duration_s(customers: int, *, demo_story: bool) -> float:
    """Seconds by which `add_random_customers` and `story` together advance the clock."""
    return (POPULATED_S if customers else 0.0) + (STORY_S if demo_story else 0.0)


def add_tags_and_macros(world: World) -> None:
    """Add the workspace's tags, macros and attributes of contacts."""
    ws = world.workspace
    translate = world.translate
    ws.data_attributes |= {a.name: replace(a, label=translate(a.label)) for a in _ATTRIBUTES}
    for name in (*_BRIDGE_TAGS, *map(translate, _TAGS)):
        ws.ensure_tag(name)
    for number, (name, english) in enumerate(_MACROS, start=1):
        macro_id, text = str(310 + number), translate(english)
        ws.macros[macro_id] = Macro(macro_id, translate(name), _macro_body(text), text, world.now - number * DAY_S)


def _macro_body(text: str) -> str:
    """The HTML of a macro: a paragraph for each line, an element for each attribute."""
    body = "".join(f"<p>{html.escape(line, quote=False)}</p>" for line in text.split("\n"))
    body = _WITH_FALLBACK.sub(r'<attribute key="\1" default="\2"/>', body)
    return _PLACEHOLDER.sub(r'<attribute key="\1"/>', body)


def add_random_customers(world: World, customers: int, messages: int) -> None:
    """Add customers and messages over the next 14 days of the world's clock.

    Deterministic for the same seed, start and numbers.
    """
    rng = random.Random(world.seed)
    begin = world.now
    people = [_person(world, rng, number) for number in range(customers)]
    instants = sorted(rng.uniform(0, POPULATED_S) for _ in range(messages))
    # A few people write most of the messages.
    weights = [1 / (place + 2) for place in range(customers)]
    waiting: dict[str, str] = {}
    for instant in instants:
        world.clock.move_to(begin + instant)
        who = rng.choices(people, weights)[0]
        conversation_id = waiting.pop(who.id, None)
        if conversation_id is not None and rng.random() < 0.75:
            _answer(world, rng, who, conversation_id)
        else:
            written = _ask(world, rng, who)
            if written is not None:
                waiting[who.id] = written
    world.clock.move_to(begin + POPULATED_S)


def _person(world: World, rng: random.Random, number: int) -> Customer:
    name = f"{rng.choice(FIRST_NAMES)} {rng.choice(LAST_NAMES)}"
    email = f"customer{number}@example.com" if rng.random() < 0.5 else None
    known: list[Literal["user", "lead"] | None] = ["user", "lead", None]
    return world.add_customer(
        name,
        phone=f"+35385{number:07d}",
        email=email,
        telegram_id=600_000_000 + number if rng.random() < 0.3 else None,
        known_as=rng.choice(known) if email else None,
    )


def _ask(world: World, rng: random.Random, who: Customer) -> str | None:
    choices: list[Channel] = ["whatsapp", "whatsapp", "whatsapp", "messenger", "sms"]
    if who.telegram_id:
        choices.append("telegram")
    if who.email:
        choices.append("email")
    # Most customers stay on one channel.
    on = rng.choice(choices) if rng.random() < 0.3 else choices[int(who.id[1:]) % len(choices)]
    text = rng.choice(QUESTIONS).format(order=f"#{rng.randrange(1000, 9999)}")
    if on == "messenger":
        clients: list[Client] = ["web", "ios", "android"]
        return world.write(who, on, text, client=rng.choice(clients))
    files = [make_png(rng.randrange(40, 160), 40)] if rng.random() < 0.04 and on != "sms" else []
    return world.write(who, on, text, attachments=files)


def _answer(world: World, rng: random.Random, who: Customer, conversation_id: str) -> None:
    admin = rng.choice((AGENT, AGENT, COLLEAGUE, OWNER))
    first_name = who.name.split()[0]
    if rng.random() < 0.1:
        world.teammate_note(conversation_id, admin, rng.choice(NOTES))
    if rng.random() < 0.3:
        world.teammate_assign(conversation_id, admin, admin)
    text = rng.choice(ANSWERS).format(name=first_name, order=f"#{rng.randrange(1000, 9999)}")
    world.teammate_reply(conversation_id, admin, text)
    if rng.random() < 0.25:
        world.teammate_close(conversation_id, admin)
