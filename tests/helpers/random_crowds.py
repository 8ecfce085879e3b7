"""Random worlds of people with several contacts each, and checks that the store tells them apart.

The sandbox knows the owner of every contact and conversation; our result is read from the store.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import combinations
from random import Random

import apsw
import msgspec

from desktop.channels.intercom.contacts import map_contact
from desktop.channels.intercom.conversations import map_conversation
from desktop.engine.sync.ingest import Facts, store_facts
from desktop.sandbox.intercom import mutations
from desktop.sandbox.model.people import Customer
from desktop.sandbox.model.settings import Settings
from desktop.sandbox.world import COLLEAGUE, World
from desktop.store import contacts, conversations, customers

# Two spellings of one number, as used by WhatsApp, people and other systems, and whether they are surely equal.
FORMS = (
    ("+55319{n:08d}", "+5531{n:08d}", True),
    ("+5255{n:08d}", "+52155{n:08d}", True),
    ("+54911{n:08d}", "+5411{n:08d}", False),
    ("+35387{n:07d}", "00353 87 {n:07d}", True),
    ("+4478{n:08d}", "+44 (0)78{n:08d}", True),
)


@dataclass
class Tally:
    """counts: what was checked. wrong: descriptions of errors."""

    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


@dataclass
class Crowd:
    """A random world. strong, weak: pairs of contacts of one person that must be joined, and that must be suggested."""

    rng: Random
    db: apsw.Connection
    tally: Tally

    def __post_init__(self) -> None:
        rng = self.rng
        self.world = World(
            rng.randrange(10**6),
            now=1_790_000_000.0,
            settings=Settings(new_conversation_after_s=rng.choice([None, 3600.0]), tags=rng.random() < 0.8),
        )
        self.world.add_line("whatsapp", "+35315550101", tag="twilio_whatsapp")
        self.people = [self._person(i) for i in range(rng.randint(3, 7))]
        self.strong: set[frozenset[str]] = set()
        self.weak: set[frozenset[str]] = set()

    def _person(self, number: int) -> Customer:
        rng = self.rng
        name = rng.choice(["Ana Silva", "Mei Tanaka", "Ana Silva", "Jo", "Tomás Rivera"])
        n = 60_000_000 + rng.randrange(10**6) * 10 + number
        first, _, _ = form = rng.choice(FORMS)
        bsuid = f"US.{10**12 + n}" if rng.random() < 0.2 else None
        who = self.world.add_customer(
            name,
            phone=None if bsuid else first.format(n=n % 10**7 if "07d" in first else n),
            email=f"p{n}@example.com" if rng.random() < 0.6 else None,
            telegram_id=n if rng.random() < 0.4 else None,
            known_as=rng.choice([None, "user", "lead"]),
            bsuid=bsuid,
        )
        self._forms = {**getattr(self, "_forms", {}), who.id: (form, n)}
        return who

    def play(self, steps: int) -> None:
        actions = [self.customer_writes, self.add_duplicate, self.merge_contacts, self.pass_time, self.read_all]
        for _ in range(steps):
            self.rng.choices(actions, weights=[6, 2, 1, 2, 2])[0]()
        self.read_all()
        self.check()

    def customer_writes(self) -> None:
        who, rng = self.rng.choice(self.people), self.rng
        routes = ["messenger"]
        routes += ["whatsapp", "whatsapp-2"] if who.phone or who.bsuid else []
        routes += ["sms"] if who.phone else []
        routes += ["telegram"] if who.telegram_id else []
        routes += ["email"] if who.email else []
        route = rng.choice(routes)
        channel, _, second = route.partition("-")
        more = {"line": "whatsapp-2"} if second else {}
        if channel == "messenger" and rng.random() < 0.3:
            more["new_conversation"] = True  # type: ignore[assignment]
        self.world.write(who, on=channel, text=f"said by {who.id} {rng.randrange(10**6)}", **more)  # type: ignore[arg-type]

    def add_duplicate(self) -> None:
        """Add a second contact of the same person, with another spelling of the number or the e-mail in capitals."""
        who = self.rng.choice(self.people)
        if len(self.world.contact_ids(who)) >= 5:
            # What more contacts have in common is not used for joining.
            return
        (_, other, certain), n = self._forms[who.id]
        ws = self.world.workspace
        if who.phone and self.rng.random() < 0.6:
            phone = other.format(n=n % 10**7 if "07d" in other else n)
            twin = mutations.new_contact(ws, "lead", name=who.name, phone=phone)
            same_number = [c for c in self.world.contact_ids(who) if ws.contacts[c].phone == who.phone]
            pairs = self.strong if certain else self.weak
            pairs |= {frozenset((c, twin.id)) for c in same_number}
        elif who.email:
            twin = mutations.new_contact(ws, "lead", name=who.name, email=who.email.upper())
            pairs = {frozenset((c, twin.id)) for c in self.world.contact_ids(who) if ws.contacts[c].email == who.email}
            self.strong |= pairs
        else:
            return
        ws.assign_customer(twin, who.id)
        conversation = mutations.new_conversation(ws, twin, f"<p>said by {who.id} {self.rng.randrange(10**6)}</p>")
        self.tally.counts["second contacts"] += 1
        self.world.teammate_note(conversation.id, COLLEAGUE, "typed in by hand")

    def merge_contacts(self) -> None:
        who, ws = self.rng.choice(self.people), self.world.workspace
        own = [ws.contacts[c] for c in self.world.contact_ids(who)]
        leads, users = [c for c in own if c.role == "lead"], [c for c in own if c.role == "user"]
        if leads and users:
            lead, user = self.rng.choice(leads), self.rng.choice(users)
            self.world.merge(lead.id, user.id)
            self.strong.add(frozenset((lead.id, user.id)))
            self.tally.counts["merges"] += 1

    def pass_time(self) -> None:
        self.world.advance(self.rng.choice([1.0, 60.0, 7200.0]))

    def read_all(self) -> None:
        """Store everything as Intercom answers it, in random order; merges are detected by the old ids."""
        ws, intercom, rng = self.world.workspace, self.world.intercom, self.rng
        found = [map_conversation(_over_the_wire(intercom.get_conversation(c))) for c in ws.conversations]
        people = [
            map_contact(_over_the_wire(intercom.get_contact(c.id)))
            for c in ws.contacts.values()
            if c.merged_into is None
        ]
        rng.shuffle(found)
        rng.shuffle(people)
        half = rng.randrange(len(people) + 1)
        with self.db:
            store_facts(self.db, Facts(contacts=tuple(people[:half])))
            store_facts(self.db, Facts(conversations=tuple(found)))
            store_facts(self.db, Facts(contacts=tuple(people[half:])))
            for old in ws.contacts.values():
                if old.merged_into is not None:
                    customers.merge_contact(self.db, old.id, ws.merge_target(old).id)

    def check(self) -> None:
        ws, tally = self.world.workspace, self.tally
        owners = {c.id: c.customer_id for c in ws.contacts.values()}
        owners_of: dict[str, set[str]] = {}
        for conversation_id, conversation in ws.conversations.items():
            customer = conversations.customer_of(self.db, conversation_id)
            assert customer is not None
            owners_of.setdefault(customer, set()).add(owners[conversation.contact_ids[0]] or "")
            tally.counts["conversations"] += 1
        for customer, people in owners_of.items():
            tally.counts["threads"] += 1
            if len(people) != 1:
                tally.wrong.append(f"customer {customer} holds the words of {sorted(people)}")
        for pair in self.strong:
            tally.counts["strong matches"] += 1
            if len({contacts.customer_of(self.db, c) for c in pair}) != 1:
                tally.wrong.append(f"contacts {sorted(pair)} were not found to be one person")
        for one, other in (sorted(pair) for pair in self.weak):
            customer = contacts.customer_of(self.db, one)
            if customer == contacts.customer_of(self.db, other):
                # Something else joins them: the e-mail address, or a merge.
                tally.counts["weak matches joined by more"] += 1
                continue
            tally.counts["weak matches"] += 1
            now = {contacts.current_id(self.db, c) for c in (one, other)}
            if not any(now == {s.one, s.other} for s in customers.contact_matches_of(self.db, customer) if not s.joins):
                tally.wrong.append(f"contacts {one} and {other} may be one person, and nobody says so")
        for one, other in combinations(sorted({c for c in owners if contacts.load(self.db, c) is not None}), 2):
            if owners[one] != owners[other]:
                tally.counts["pairs of strangers"] += 1


def _over_the_wire(answer: object) -> object:
    return msgspec.json.decode(msgspec.json.encode(answer))
