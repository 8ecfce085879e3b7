"""Random histories of a WhatsApp number at Twilio with a late bridge, compared with the sandbox.

Checks windows, deliveries, and whether the relay is proven.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

import msgspec
import pytest

from desktop.channels.intercom.contacts import map_contact
from desktop.channels.intercom.conversations import map_conversation
from desktop.channels.twilio import mapping as twilio
from desktop.domain.delivery import Arrival
from desktop.domain.history.provider_messages import MAX_BRIDGE_DELAY, ProviderMessage
from desktop.domain.history.thread import Thread, assemble_thread
from desktop.domain.learning.relay import find_relay_proofs
from desktop.domain.model.channel import ChannelKey, Provider
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.workspace import Workspace
from desktop.domain.window.window import WindowState
from desktop.engine.sync.provider_lists import row_of
from desktop.sandbox.model import networks
from desktop.sandbox.model.settings import Settings
from desktop.sandbox.providers.twilio import resources
from desktop.sandbox.world import AGENT, COLLEAGUE, World

pytestmark = pytest.mark.slow

NUMBER = "+35315550101"
KEY = ChannelKey(Provider.TWILIO, ChannelKind.WHATSAPP, NUMBER)
ROW_MARGIN = timedelta(seconds=60)
HOUR = 3600.0
HISTORIES, SHARDS = 150, 3
ON_PHONE = (Arrival.DELIVERED, Arrival.READ)


@dataclass
class History:
    """A world with one customer, whose messages the bridge posts up to nine minutes late.

    sent: part id -> (Unix seconds, text) of our replies. lies: wrong claims.
    """

    rng: Random
    counts: Counter[str]
    lies: list[str] = field(default_factory=list)
    sent: dict[str, tuple[float, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        rng = self.rng
        self.world = World(
            now=1_790_000_000.0 + rng.randrange(0, 7 * 86400),
            settings=Settings(
                relay_api_replies=rng.random() < 0.5,
                bridge_delay_s=rng.choice([0.0, 20.0, 200.0, 540.0]),
                read_receipts=rng.random() < 0.5,
                new_conversation_after_s=rng.choice([None, HOUR]),
            ),
        )
        self.line = self.world.add_line("whatsapp", NUMBER, tag="twilio_whatsapp")
        self.jennifer = self.world.add_customer("Jennifer Okafor", phone="+353871234567")
        self.last_text = "hello"

    def play(self, steps: int) -> None:
        for _ in range(steps):
            self.rng.choices([self.customer_writes, self.time_passes, self.we_reply], weights=[4, 5, 4])[0]()
            # Providers use whole seconds: events within one have no order.
            self.world.advance(1)
            self.check_window()
        self.world.advance(HOUR)
        self.check_replies()

    def customer_writes(self) -> None:
        ids = self.world.conversation_ids(self.jennifer)
        if ids and self.rng.random() < 0.3:
            self.world.write(self.jennifer, "messenger", self.random_text(), conversation_id=self.rng.choice(ids))
        else:
            self.world.write(self.jennifer, "whatsapp", self.random_text(), line=self.line)

    def random_text(self) -> str:
        """A random text, sometimes the previous one again."""
        if self.rng.random() < 0.7:
            self.last_text = f"words {self.rng.randrange(10**6)}"
        return self.last_text

    def time_passes(self) -> None:
        hours = self.rng.choice([0.001, 0.01, 0.05, 0.14, 3, 11, 23, 23.9, 23.99, 24, 30])
        self.world.advance(hours * HOUR)

    def we_reply(self) -> None:
        conversation_ids = self.world.conversation_ids(self.jennifer)
        if not conversation_ids:
            return
        conversation, text, by_api = self.rng.choice(conversation_ids), self.random_text(), self.rng.random() < 0.6
        if by_api:
            body = {"type": "admin", "message_type": "comment", "admin_id": AGENT, "body": f"<p>{text}</p>"}
            answer = self.world.intercom.reply(conversation, body, self.world.reachline)
            part = answer["conversation_parts"]["conversation_parts"][-1]["id"]
        else:
            part = self.world.teammate_reply(conversation, COLLEAGUE, text)
        self.sent[part] = (self.world.now, text)

    # --- comparison with the sandbox ---

    def rows(self) -> list[ProviderMessage]:
        raw = (resources.message_json(m) for m in self.world.traffic.messages if m.line.at_twilio)
        return [row_of(KEY, m) for m in (twilio.message(r, lambda *_: "") for r in raw) if m is not None]

    def workspace(self) -> Workspace:
        codes = frozenset({self.world.bridge_app.package_code})
        return Workspace(bridge_codes=codes, own_codes=frozenset({self.world.reachline.package_code}))

    def thread(self, listed: list[ProviderMessage]) -> Thread:
        intercom, conversation_ids = self.world.intercom, self.world.conversation_ids(self.jennifer)
        conversations = [map_conversation(_over_the_wire(intercom.get_conversation(c))) for c in conversation_ids]
        people = [map_contact(_over_the_wire(intercom.get_contact(c))) for c in self.world.contact_ids(self.jennifer)]
        return assemble_thread(conversations, people, self.workspace(), provider_messages=listed)

    def check_window(self) -> None:
        if not self.world.conversation_ids(self.jennifer):
            return
        now = datetime.fromtimestamp(self.world.now, UTC)
        for name, listed in (("with rows", self.rows()), ("without", [])):
            [window] = self.thread(listed).windows
            for then in (now, *(_around(window.closes_at, now))):
                said = window.state(then)
                truly = self._truly_open(then)
                # Twilio uses whole seconds, and windows are open one minute longer than we show.
                if said.allows_replies and not truly:
                    self.counts[f"{name}: LIE"] += 1
                    if listed:
                        self.lies.append(f"said {said} at {then}, closed: {window}")
                elif (
                    listed
                    and said in (WindowState.CLOSED, WindowState.NEVER)
                    and self._truly_open(then + 2 * ROW_MARGIN)
                ):
                    self.lies.append(f"said {said} at {then}, long open: {window}")
                else:
                    self.counts[f"{name}: right"] += 1

    def _truly_open(self, then: datetime) -> bool:
        return networks.window_open(self.jennifer, self.line, then.timestamp())

    def check_replies(self) -> None:
        if not self.world.conversation_ids(self.jennifer):
            return
        listed = self.thread(self.rows())
        for message in listed.messages:
            if message.id not in self.sent or not self._is_alone(message.id):
                continue
            arrival = next(a.arrival for a in message.arrived if a.channel is ChannelKind.WHATSAPP)
            on_phone = self.world.delivery(message.id)["whatsapp"]
            self.counts[f"reply {arrival}"] += 1
            if (arrival in ON_PHONE and not on_phone) or (arrival is Arrival.FAILED and on_phone):
                self.lies.append(f"said {arrival}, on the phone: {on_phone}")
        if find_relay_proofs(listed, self.workspace()):
            self.counts["relay proven"] += 1
            if not self.world.settings.relay_api_replies:
                self.lies.append("the relay was held to be proven and does not exist")

    def _is_alone(self, part: str) -> bool:
        """Whether no other message with the same text was sent near it, which could be confused with it."""
        at, text = self.sent[part]
        others = (self.sent[p] for p in self.sent if p != part)
        return not any(other == text and abs(when - at) <= MAX_BRIDGE_DELAY.total_seconds() for when, other in others)


def _around(closes_at: datetime | None, now: datetime) -> list[datetime]:
    """Times around the closing time that are not in the past."""
    if closes_at is None:
        return []
    steps = (-1, 0, 1)
    return [then for s in steps if (then := closes_at + timedelta(seconds=s)) >= now]


def _over_the_wire(answer: object) -> object:
    return msgspec.json.decode(msgspec.json.encode(answer))


@pytest.mark.parametrize("shard", range(SHARDS))
def test_the_providers_rows_prevent_wrong_windows_with_a_late_bridge(shard: int) -> None:
    counts: Counter[str] = Counter()
    for seed in range(shard * HISTORIES, (shard + 1) * HISTORIES):
        rng = Random(seed)
        history = History(rng, counts)
        history.play(steps=rng.randint(4, 12))
        assert not history.lies, f"history {seed}: {history.lies[:3]}"
    # Without rows, the late bridge must cause wrong windows, or the test proves nothing.
    assert counts["without: LIE"] > 0
    assert counts["with rows: right"] > 1000
    assert min(counts[f"reply {a}"] for a in (Arrival.DELIVERED, Arrival.FAILED)) > 0
    assert counts["relay proven"] > 0
