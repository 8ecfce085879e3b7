"""Random histories: a customer writes, colleagues answer, time passes, and every reply of ours is forecast first.

The sandbox judges: what its screens show after the send is compared with what the forecast said before it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

import msgspec

from desktop.channels.intercom import mapping
from desktop.domain.facts import ChannelKind
from desktop.domain.forecast import Forecast, Reply, forecast
from desktop.domain.reach import Sureness, situation
from desktop.domain.thread import assemble
from desktop.domain.window import WINDOW_LENGTH
from desktop.domain.workspace import Relay, Workspace, code_histogram, learn_codes
from desktop.sandbox.settings import Settings
from desktop.sandbox.world import AGENT, COLLEAGUE, World

HOUR = 3600.0
JUDGED = (ChannelKind.WHATSAPP, ChannelKind.SMS, ChannelKind.TELEGRAM, ChannelKind.MESSENGER, ChannelKind.EMAIL)


@dataclass
class Tally:
    """counts: judged places by how the forecast fared. lies: what must not happen, each in words."""

    counts: Counter[str] = field(default_factory=Counter)
    lies: list[str] = field(default_factory=list)


@dataclass
class Stage:
    """One world with one customer, and what its workspace is told beforehand.

    strict: the bridge posts at once and windows close without margin, so that the forecast must be exact.
    """

    rng: Random
    strict: bool
    tally: Tally

    def __post_init__(self) -> None:
        rng = self.rng
        self.tags = rng.random() < 0.8
        self.world = World(
            now=1_790_000_000.0 + rng.randrange(0, 7 * 86400),
            settings=Settings(
                relay_api_replies=rng.random() < 0.6,
                bridge_delay_s=0.0 if self.strict else rng.choice([0.0, 1.0, 20.0, 90.0]),
                note_delay_s=rng.choice([0.0, 2.0]),
                new_conversation_after_s=rng.choice([None, HOUR, 12 * HOUR]),
                tags=self.tags,
            ),
        )
        self.customer = self.world.add_customer(
            "Jennifer Okafor",
            phone="+353871234567",
            email="jennifer@example.com",
            telegram_id=9001,
            known_as=rng.choice([None, "user", "lead"]),  # type: ignore[arg-type]
        )
        truly = Relay.PROVEN if self.world.settings.relay_api_replies else Relay.REFUSED
        relay = rng.choice([truly, truly, Relay.UNPROVEN])
        self.relay = dict.fromkeys((ChannelKind.WHATSAPP, ChannelKind.SMS, ChannelKind.TELEGRAM), relay)
        self.code_given = not self.tags or rng.random() < 0.5
        self.under_way_until = 0.0
        # Without tags only the contact tells the channel, and it can tell one: see the reason of `mapping_weak`.
        phones = ["whatsapp", "whatsapp", "whatsapp", "sms", "telegram"]
        self.on = [*(phones if self.tags else [rng.choice(phones)]), "messenger", "messenger", "messenger", "email"]

    def play(self, steps: int) -> None:
        for _ in range(steps):
            self.rng.choices(
                [self.she_writes, self.time_passes, self.we_reply, self.colleague_acts], weights=[5, 4, 4, 1]
            )[0]()
        self.we_reply()

    def she_writes(self) -> None:
        rng, world = self.rng, self.world
        on = rng.choice(self.on)
        hers = world.conversation_ids(self.customer)
        more: dict[str, object] = {}
        if on in ("messenger", "email"):
            if hers and rng.random() < 0.7:
                more["conversation_id"] = rng.choice(hers)
            elif on == "messenger":
                more["new_conversation"] = True
            if on == "messenger":
                more["client"] = rng.choice(["web", "ios", "android"])
        if on in ("whatsapp", "sms", "telegram"):
            self.under_way_until = world.now + world.settings.bridge_delay_s
        world.write(self.customer, on=on, text=f"words {rng.randrange(10**6)}", **more)  # type: ignore[arg-type]

    def time_passes(self) -> None:
        hours = self.rng.choice([0.01, 0.5, 3, 11, 23, 23.96, 23.99, 24, 24.01, 30, 50])
        self.world.advance(hours * HOUR if self.rng.random() < 0.8 else self.rng.uniform(0, 26 * HOUR))

    def colleague_acts(self) -> None:
        hers = self.world.conversation_ids(self.customer)
        if not hers:
            return
        conversation = self.rng.choice(hers)
        act = self.rng.choice(["reply", "note", "close"])
        if act == "reply":
            self.world.teammate_reply(conversation, COLLEAGUE, "from the inbox")
        elif act == "note":
            self.world.teammate_note(conversation, COLLEAGUE, "she called about the 24 h thing")
        else:
            self.world.teammate_close(conversation, COLLEAGUE)

    def we_reply(self) -> None:
        hers = self.world.conversation_ids(self.customer)
        if not hers:
            return
        conversation = self.rng.choice(hers)
        said, opened_at = self.forecast_for(conversation, hers)
        text = f"<p>answer {self.rng.randrange(10**6)}</p>"
        body = {"type": "admin", "message_type": "comment", "admin_id": AGENT, "body": text}
        sent_at = self.world.now
        answer = self.world.intercom.reply(conversation, body, self.world.reachline)
        part = next(p["id"] for p in reversed(answer["conversation_parts"]["conversation_parts"]) if p["body"] == text)
        self.judge(said, self.world.delivery(part), sent_at, opened_at)

    def forecast_for(self, conversation: str, hers: list[str]) -> tuple[Forecast, datetime | None]:
        intercom = self.world.intercom
        held = [mapping.conversation(_over_the_wire(intercom.get_conversation(c))) for c in hers]
        contacts = [
            mapping.contact(_over_the_wire(intercom.get_contact(c))) for c in self.world.contact_ids(self.customer)
        ]
        margin = timedelta(0) if self.strict else timedelta(seconds=120)
        workspace = Workspace(own_codes=frozenset({self.world.reachline.package_code}), relay=self.relay, margin=margin)
        codes = learn_codes(code_histogram(held, workspace))
        if self.code_given:
            codes = frozenset({self.world.bridge_app.package_code})
        workspace = Workspace(bridge_codes=codes, own_codes=workspace.own_codes, relay=self.relay, margin=margin)
        thread = assemble(held, contacts, workspace)
        now = datetime.fromtimestamp(self.world.now, UTC)
        return (
            forecast(situation(thread, conversation, workspace), Reply("answer"), now),
            thread.chat(conversation).window.opened_at,
        )

    def judge(self, said: Forecast, seen: dict[str, bool], sent_at: float, opened_at: datetime | None) -> None:
        sureness = {r.channel: r.sureness for r in said.reaches}
        anything_uncertain = sureness.get(ChannelKind.UNKNOWN) is Sureness.UNCERTAIN
        for channel in JUDGED:
            promised, arrived = sureness.get(channel), seen[channel.value]
            if promised is Sureness.SURE:
                verdict = "came true" if arrived else "LIE: promised, did not arrive"
            elif promised is Sureness.UNPROVEN:
                verdict = "said unproven"
            elif promised is Sureness.UNCERTAIN or (anything_uncertain and arrived):
                verdict = "said unknown"
            elif not arrived:
                verdict = "came true"
            elif sent_at < self.under_way_until:
                verdict = "her message was still with the bridge"
            elif self._inside_margin(channel, sent_at, opened_at):
                verdict = "closed early by the margin"
            else:
                verdict = "LIE: not foretold, arrived"
            self.tally.counts[verdict] += 1
            if verdict.startswith("LIE"):
                self.tally.lies.append(f"{verdict}: {channel}, {said}, {seen}")

    def _inside_margin(self, channel: ChannelKind, sent_at: float, opened_at: datetime | None) -> bool:
        """Sent in the last moments that we give away, because the bridge posts later than WhatsApp counts."""
        if self.strict or opened_at is None or channel not in WINDOW_LENGTH:
            return False
        deadline = (opened_at + WINDOW_LENGTH[channel]).timestamp()
        return deadline - 120 <= sent_at < deadline


def _over_the_wire(answer: object) -> object:
    return msgspec.json.decode(msgspec.json.encode(answer))


def play(seeds: range) -> Tally:
    tally = Tally()
    for seed in seeds:
        rng = Random(seed)
        before = len(tally.lies)
        Stage(rng, strict=seed % 2 == 0, tally=tally).play(steps=rng.randint(3, 10))
        tally.lies[before:] = [f"history {seed}: {lie}" for lie in tally.lies[before:]]
        tally.counts["histories"] += 1
    return tally
