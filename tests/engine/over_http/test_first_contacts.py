"""A crowd to write to first: no contact twice, nobody reached who opted out, and each forecast true on the screens.

Twenty-five people, and two thousand with `--whole`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest
from direct_stage import DirectStage, open_direct_stage

from desktop.domain.content.template import Filled, fill, list_slots
from desktop.domain.direct import DirectRoute
from desktop.domain.forecast import Forecast
from desktop.domain.forecast.new_conversation import Beginning, forecast_new_conversation
from desktop.domain.identity.customer import number_key
from desktop.domain.identity.phone import aliases
from desktop.domain.model.channel import ChannelKey, Provider
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.warning import Verdict, acknowledge
from desktop.domain.reach import Certainty
from desktop.engine.commands import Done, NeedsConsent, StartConversation
from desktop.engine.views import RecipientView

pytestmark = pytest.mark.slow
PARTS, CROWD, BATCH = 80, 25, 13
"""Each part is a world of its own: what one more person costs grows with those that are there."""
PLANS = ("+35386", "+4915112", "+55319", "+5255", "+549115", "+4479460")
KINDS = (
    *("number", "number", "nobody", "absent", "user", "lead", "twice", "other form", "merged"),
    *("stopped", "unsubscribed", "talking", "talked", "messenger"),
)
ROUTES = {
    ("", ChannelKind.MESSENGER),
    ("", ChannelKind.EMAIL),
    (Provider.WHATSAPP, ChannelKind.WHATSAPP),
    (Provider.DIALOG360, ChannelKind.WHATSAPP),
    (Provider.OCTOPODS, ChannelKind.WHATSAPP),
    (Provider.OCTOPODS, ChannelKind.SMS),
    (Provider.TWILIO, ChannelKind.WHATSAPP),
    (Provider.TWILIO, ChannelKind.SMS),
}
SCREENS = (ChannelKind.WHATSAPP, ChannelKind.SMS, ChannelKind.TELEGRAM, ChannelKind.MESSENGER, ChannelKind.EMAIL)


@dataclass
class Person:
    """customer_id: "" for a number that nobody has. email: "" for none. sends: of each message, its draft id, its text,
    the forecast that the agent saw, and whether it was queued."""

    kind: str
    phone: str
    email: str = ""
    customer_id: str = ""
    contact_count: int = 0
    sends: list[tuple[str, str, Forecast, bool]] = field(default_factory=list)


def people(stage: DirectStage, rng: Random, count: int) -> Iterator[Person]:
    """Persons of every kind, with what Intercom has of them."""
    world = stage.sandbox.world
    for n in range(count):
        kind = KINDS[n % len(KINDS)]
        plan = rng.choice(PLANS)
        # Unique, and long enough for each country's plan.
        phone = f"{plan}{n:07d}"[: len(plan) + 7] if plan != "+5255" else f"{plan}{n + 10_000_000:08d}"
        person = Person(kind, phone)
        if kind == "nobody":
            yield person
            continue
        person.email = f"p{n}@example.com" if kind in ("user", "unsubscribed", "messenger", "merged") else ""
        known = {"user": "user", "unsubscribed": "user", "messenger": "user", "lead": "lead"}.get(kind)
        customer = world.add_customer(
            f"Person {n}",
            phone=phone,
            email=person.email or None,
            known_as=known,  # type: ignore[arg-type]
            on_whatsapp=kind != "absent",
        )
        person.customer_id = customer.id
        prepare(stage, rng, person)
        person.contact_count = len(world.contact_ids(customer))
        yield person


def prepare(stage: DirectStage, rng: Random, person: Person) -> None:
    world, customer = stage.sandbox.world, stage.sandbox.world.customers[person.customer_id]
    match person.kind:
        case "twice":
            for role in ("lead", "user"):
                world.add_contact(customer, role, name=customer.name, phone=person.phone)  # type: ignore[arg-type]
        case "other form":
            forms = [f"+{form}" for form in aliases(person.phone[1:])]
            world.add_contact(customer, "lead", name=customer.name, phone=(forms or [person.phone])[0])
        case "merged":
            lead = world.add_contact(customer, "lead", name=customer.name, phone=person.phone)
            user = world.add_contact(customer, "user", name=customer.name, email=person.email)
            world.merge(lead, user)
        case "stopped":
            world.write(customer, "sms", "Where is it?")
            world.write(customer, "sms", rng.choice(("STOP", "Stop", " unsubscribe ")))
        case "unsubscribed":
            world.edit_contact(world.contact_ids(customer)[0], unsubscribed_from_emails=True)
        case "talking" | "talked":
            world.write(customer, rng.choice(("whatsapp", "sms")), "Where is it?")
        case "messenger":
            world.write(customer, "messenger", "Where is it?")


def spelling(rng: Random, phone: str) -> str:
    """The number as somebody types it: another form of it, with 00, or with spaces."""
    forms = [phone, *(f"+{form}" for form, match in aliases(phone[1:]).items() if match.name == "ALIAS")]
    chosen = rng.choice(forms)
    return rng.choice((chosen, f"00{chosen[1:]}", f"{chosen[:4]} {chosen[4:8]}-{chosen[8:]}"))


class Agent:
    """Writes to persons as an agent would, who accepts warnings now and then."""

    def __init__(self, stage: DirectStage, rng: Random) -> None:
        self._stage, self._rng = stage, rng
        self._templates: dict[ChannelKey, Filled] = {}
        self._count = 0
        # How many messages were queued, by provider (Intercom's is "") and channel.
        self.queued: Counter[tuple[str, ChannelKind]] = Counter()

    async def write_to(self, person: Person) -> None:
        stage, rng = self._stage, self._rng
        by_email = bool(person.email) and rng.random() < 0.3
        address = person.email if by_email else spelling(rng, person.phone)
        view = await stage.engine.recipients.open("", address)
        assert not view.error
        channel, direct = self._choose(view)
        self._count += 1
        text, template = f"Message {self._count}", None
        if direct is not None and channel is ChannelKind.WHATSAPP:
            template = await self._template(direct.route.key)
            text = template.text
        beginning = Beginning(
            channel, direct, text, "Your order", None if template is None else template.template, f"d{self._count}"
        )
        forecast = forecast_new_conversation(view.recipient, beginning, stage.clock.now())
        command = StartConversation(
            f"d{self._count}",
            channel,
            text,
            view.recipient.contact.id,
            view.address,
            route=None if direct is None else direct.route,
            subject="Your order",
            template=template,
        )
        answer = await stage.engine.command_handler.do(command)
        if isinstance(answer, NeedsConsent) and answer.forecast.verdict < Verdict.BLOCKED and rng.random() < 0.7:
            command = StartConversation(
                **{name: getattr(command, name) for name in command.__struct_fields__ if name != "acknowledged"},
                acknowledged=acknowledge(answer.warned),
            )
            answer = await stage.engine.command_handler.do(command)
        if rng.random() < 0.2:
            # A second press of the same button.
            await stage.engine.command_handler.do(command)
        if isinstance(answer, Done):
            self.queued[_route_of(channel, direct)] += 1
        person.sends.append((command.draft_id, text, forecast, isinstance(answer, Done)))

    def _choose(self, view: RecipientView) -> tuple[ChannelKind, DirectRoute | None]:
        contact = view.recipient.contact
        options: list[tuple[ChannelKind, DirectRoute | None]] = [
            (d.route.channel, d)
            for d in view.direct_routes
            if d.capabilities.has_templates or d.route.channel is not ChannelKind.WHATSAPP
        ]
        options += [(ChannelKind.EMAIL, None)] if contact.email else []
        options += [(ChannelKind.MESSENGER, None)] if contact.id and contact.role == "user" else []
        # So that few people are enough for every route.
        fresh = [(channel, d) for channel, d in options if _route_of(channel, d) not in self.queued]
        return self._rng.choice(fresh or options)

    async def _template(self, key: ChannelKey) -> Filled:
        if key not in self._templates:
            language = "" if key.provider is Provider.OCTOPODS else "en"
            self._templates[key] = await self._stage.filled(key, language=language)
        template = self._templates[key].template
        [slot] = list_slots(template)
        return fill(template, {slot.key: f"N{self._count}"})


def _route_of(channel: ChannelKind, direct: DirectRoute | None) -> tuple[str, ChannelKind]:
    return "" if direct is None else direct.route.key.provider, channel


def shown(stage: DirectStage, person: Person) -> dict[ChannelKind, Counter[str]]:
    """Our texts on the person's screens."""
    found: dict[ChannelKind, Counter[str]] = {channel: Counter() for channel in SCREENS}
    if not person.customer_id:
        return found
    screens = stage.sandbox.world.screens(person.customer_id)
    for channel in ("whatsapp", "sms", "telegram"):
        for chat in screens[channel].values():
            found[ChannelKind(channel)].update(i["text"] for i in chat if i["who"] == "business")
    for conversation in screens["messenger"]:
        found[ChannelKind.MESSENGER].update(i["text"] for i in conversation["items"] if i["who"] == "business")
    found[ChannelKind.EMAIL].update(i["text"] for i in screens["email"] if i["who"] == "business")
    return found


def lies(stage: DirectStage, person: Person, waiting: set[str]) -> Iterator[str]:
    """What a forecast said of a message that the person's screens do not show, or the other way round. waiting: draft
    ids of messages that visibly wait for the agent.
    """
    on = shown(stage, person)
    for draft_id, text, forecast, is_queued in person.sends:
        promised = {r.channel: r.certainty for r in forecast.reaches}
        for channel in SCREENS:
            count, certainty = on[channel][text], promised.get(channel)
            if count > 1:
                yield f"{person.kind}: {text!r} {count} times on {channel}"
            if count and (certainty is None or not is_queued):
                yield f"{person.kind}: {text!r} is on {channel}, where it was not to be"
            if is_queued and draft_id not in waiting and certainty is Certainty.SURE and not count:
                yield f"{person.kind}: {text!r} is not on {channel}, where it surely was to be"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    metafunc.parametrize("part", range(PARTS if metafunc.config.getoption("whole") else 1))


async def test_a_crowd_is_written_to_first(
    tmp_path: Path, record_property: Callable[[str, object], None], part: int
) -> None:
    rng = Random(part)
    async with open_direct_stage(tmp_path / "cache.db", every_account=True) as stage:
        with stage.sandbox.lock:
            crowd = list(people(stage, rng, CROWD))
            stage.sandbox.world.settings.search_lag_s = 90.0
            # The clock stands still while a batch is written to, and nobody could wait for a pause to end.
            for limit in ("octopods_calls_per_10s", "rate_limit_per_10s", "workspace_rate_limit_per_10s"):
                setattr(stage.sandbox.world.settings, limit, 10_000_000)
        # Some have talked long ago, and the sync has seen what they said.
        stage.clock.advance(100.0)
        while await stage.engine.poller.run_once():
            pass
        agent = Agent(stage, rng)
        for first in range(0, len(crowd), BATCH):
            batch = crowd[first : first + BATCH]
            for person in batch:
                for _ in range(rng.choice((1, 1, 2))):
                    await agent.write_to(person)
                    if rng.random() < 0.5:
                        await stage.run_outbox()
            await stage.run_outbox()
            await stage.check_deliveries(rng.choice((3.0, 30.0, 120.0)))
            await stage.engine.poller.run_once()
            await stage.run_outbox()
        for _ in range(3):
            await stage.check_deliveries(60.0)
            await stage.engine.poller.run_once()
            await stage.run_outbox()
        waiting = {w.pending.draft_id.partition("-")[0] for w in await stage.engine.queries.waiting_replies()}
        with stage.sandbox.lock:
            found = [lie for person in crowd for lie in lies(stage, person, waiting)]
            assert not found, "\n".join(found)
            for person in crowd:
                on = shown(stage, person)
                assert person.kind != "stopped" or not on[ChannelKind.SMS]
                assert person.kind != "unsubscribed" or not on[ChannelKind.EMAIL]
            alive = [c for c in stage.sandbox.world.workspace.contacts.values() if c.merged_into is None]
            by_number = Counter(number_key(c.phone) for c in alive if c.phone)
            most = {number_key(p.phone): max(p.contact_count, 1) for p in crowd}
            assert {key: n for key, n in by_number.items() if n > most.get(key, 1)} == {}
            by_email = Counter(c.email for c in alive if c.email)
            assert [email for email, n in by_email.items() if n > 1] == []
        queued = sum(is_queued for person in crowd for *_, is_queued in person.sends)
        reached = sum(sum(map(Counter.total, shown(stage, person).values())) > 0 for person in crowd)
        for (provider, channel), count in agent.queued.items():
            record_property(f"first messages: {provider or 'intercom'} {channel}", count)
        assert part > 0 or agent.queued.keys() == ROUTES
        assert queued > len(crowd) / 2
        assert reached > len(crowd) / 3
