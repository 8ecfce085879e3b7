"""Random actions of a customer, colleagues and time in a sandbox world."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Any

from stored_facts import PollingInstallation, over_the_wire
from world_kinds import KINDS, Kind, settings_of

from desktop.channels.intercom.conversations import map_conversation
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.workspace import Relay, Workspace
from desktop.sandbox.intercom.records import App, Author
from desktop.sandbox.model.people import Line
from desktop.sandbox.world import COLLEAGUE, START, World

HOUR = 3600.0
JUDGED = (ChannelKind.WHATSAPP, ChannelKind.SMS, ChannelKind.TELEGRAM, ChannelKind.MESSENGER, ChannelKind.EMAIL)
PHONE_CHANNELS = ("whatsapp", "sms", "telegram")
MINE = "the customer"


@dataclass
class Tally:
    """counts: checked claims by result, as `kind of world: result`. lies: descriptions of wrong claims."""

    counts: Counter[str] = field(default_factory=Counter)
    lies: list[str] = field(default_factory=list)


class HistoryActions:
    """A world with one customer, and random actions in it. Methods `act_…` are the additional actions of some kinds.

    true_channels: entry id -> the channel that the customer wrote on.
    """

    def __init__(self, seed: int, tally: Tally, kind: Kind | None = None) -> None:
        self.seed, self.tally = seed, tally
        self.rng = rng = Random(seed)
        self.kind = kind or KINDS[seed % len(KINDS)]
        self.variant = rng.randrange(4)
        settings = settings_of(self.kind, Random(self.variant))
        self.world = World(seed=seed, now=START + rng.randrange(0, 86400), settings=settings)
        self.kind.prepare(self.world, Random(self.variant))
        self.customer = self.world.add_customer(
            "Jennifer Okafor",
            phone="+353871234567",
            email="jennifer@example.com",
            telegram_id=9001,
            known_as=rng.choice([None, "user", "lead"]),
        )
        true_relay = Relay.PROVEN if settings.relay_api_replies else Relay.REFUSED
        relay = true_relay if self.kind.relay is not None else rng.choice([true_relay, true_relay, Relay.UNPROVEN])
        self.settings = Workspace(
            own_codes=frozenset({self.world.reachline.package_code}),
            bridge_codes=frozenset({self.world.bridge_app.package_code}) if self.kind.code_known else frozenset(),
            relay=dict.fromkeys((ChannelKind.WHATSAPP, ChannelKind.SMS, ChannelKind.TELEGRAM), relay),
            bridge_channels=self.kind.confirmed,
        )
        self.installation = PollingInstallation(self.world, self.settings)
        self.true_channels: dict[str, str] = {}
        self.blocked_at: dict[str, float] = {}

    def observe(self) -> None:
        """Poll the installation, so that it sees each step separately."""
        if self.world.conversation_ids(self.customer):
            self.installation.read(self.customer)

    def customer_writes(self) -> None:
        """Write on a random channel, mostly minutes after the previous action, so that evidence is not ambiguous."""
        if self.rng.random() < 0.85:
            self.world.advance(self.rng.uniform(150, 900))
        on = self.rng.choice(self.kind.channels)
        if on in PHONE_CHANNELS:
            self.customer_writes_on_phone(on)
            return
        conversation_ids = self.world.conversation_ids(self.customer)
        more: dict[str, Any] = {}
        if conversation_ids and self.rng.random() < 0.7:
            more["conversation_id"] = self.rng.choice(conversation_ids)
        elif on == "messenger":
            more["new_conversation"] = True
        if on == "messenger":
            more["client"] = self.rng.choice(["web", "ios", "android"])
        written_to = self.world.write(self.customer, on=on, text=self.random_text(), **more)  # type: ignore[arg-type]
        self.record_channel(written_to, on)

    def customer_writes_on_phone(self, on: str, line: Line | None = None) -> None:
        lines = [n for n in self.world.lines.values() if n.channel == on and not n.is_native]
        chosen = line or self.rng.choice(lines)
        # People often write several short messages in a row on a phone.
        for number in range(self.rng.choice([2, 2, 3, 3, 4]) if self.rng.random() < 0.97 else 1):
            if number:
                self.world.advance(self.rng.uniform(3, 40))
                self.observe()
            written_to = self.world.write(self.customer, on=on, text=self.random_text(), line=chosen)  # type: ignore[arg-type]
            self.record_channel(written_to, on)

    def record_channel(self, conversation_id: str | None, on: str) -> None:
        if conversation_id is None:
            return
        entries = map_conversation(over_the_wire(self.world.intercom.get_conversation(conversation_id))).entries
        newest = next((e for e in reversed(entries) if e.is_customer_message), None)
        if newest is not None:
            self.true_channels.setdefault(newest.id, on)

    def random_text(self) -> str:
        return f"words {self.rng.randrange(10**6)}"

    def pass_time(self) -> None:
        hours = self.rng.choice([0.01, 0.2, 0.5, 3, 11, 23, 23.96, 23.99, 24, 24.01, 30, 50])
        self.world.advance(hours * HOUR if self.rng.random() < 0.8 else self.rng.uniform(0, 26 * HOUR))

    def choose_conversation(self) -> str | None:
        conversation_ids = self.world.conversation_ids(self.customer)
        return self.rng.choice(conversation_ids) if conversation_ids else None

    def act_colleague(self) -> None:
        if (conversation := self.choose_conversation()) is not None:
            if self.rng.random() < 0.6:
                self.world.teammate_reply(conversation, COLLEAGUE, "from the inbox")
            else:
                self.world.teammate_note(conversation, COLLEAGUE, "called about the 24 h thing, failed to send")

    def act_bot(self) -> None:
        if (conversation := self.choose_conversation()) is not None:
            self.world.bot_reply(conversation, "an automatic answer")

    def act_close(self) -> None:
        if (conversation := self.choose_conversation()) is not None:
            self.world.teammate_close(conversation, COLLEAGUE, self.rng.choice(["", "Goodbye"]))

    def act_reopen(self) -> None:
        if (conversation := self.choose_conversation()) is not None:
            self.world.teammate_open(conversation, COLLEAGUE)

    def act_hand_tag(self) -> None:
        if (conversation := self.choose_conversation()) is not None:
            tag = self.rng.choice(["whatsapp", "telegram", "whatsapp"])
            self.world.teammate_tag(conversation, COLLEAGUE, tag)

    def act_untag(self) -> None:
        if (conversation := self.choose_conversation()) is not None:
            self.world.teammate_untag(conversation, COLLEAGUE, "whatsapp")

    def act_native(self) -> None:
        line = next(n for n in self.world.lines.values() if n.is_native)
        written_to = self.world.write(self.customer, on="whatsapp", text=self.random_text(), line=line)
        self.record_channel(written_to, "whatsapp")

    def act_move(self) -> None:
        natives = [
            c for c in self.world.conversation_ids(self.customer) if c in self.world.native.chats_by_conversation
        ]
        if natives:
            self.world.move_channel(self.rng.choice(natives), self.rng.choice(["messenger", "whatsapp"]))

    def act_change_number(self) -> None:
        phone = f"+35386{self.rng.randrange(10**6, 10**7)}"
        self.world.change_number(
            self.customer, phone, announce=self.rng.random() < 0.5, bridge_follows=self.rng.random() < 0.3
        )

    def act_edit_phone(self) -> None:
        contacts = self.world.contact_ids(self.customer)
        if contacts:
            self.world.edit_contact(self.rng.choice(contacts), phone=self.customer.phone)

    def act_block(self) -> None:
        line = self.rng.choice([n for n in self.world.lines.values() if n.channel in ("whatsapp", "telegram")])
        self.world.block(self.customer, line)
        self.blocked_at.setdefault(line.id, self.world.now)

    def act_unblock(self) -> None:
        for line_id in self.blocked_at:
            self.world.unblock(self.customer, line_id)
        self.blocked_at.clear()

    def act_stop(self) -> None:
        word = self.rng.choice(["STOP", "START"])
        written_to = self.world.write(self.customer, on="sms", text=word)
        self.record_channel(written_to, "sms")

    def has_phone_message(self) -> bool:
        return any(i.who == "customer" and i.kind != "reaction" for i in self.customer.chats.get("whatsapp", []))

    def act_react(self) -> None:
        if self.has_phone_message():
            self.record_channel(self.world.react(self.customer, "👍"), "whatsapp")

    def act_edit(self) -> None:
        if self.has_phone_message():
            self.record_channel(self.world.edit(self.customer, "other words"), "whatsapp")

    def act_unsend(self) -> None:
        if self.has_phone_message():
            self.record_channel(self.world.unsend(self.customer), "whatsapp")

    def act_idle_note(self) -> None:
        if (conversation := self.choose_conversation()) is not None:
            self.world.notice(conversation, "disconnected", code=self.world.bridge_app.package_code)

    def act_template_note(self) -> None:
        if (conversation := self.choose_conversation()) is not None:
            language = self.world.settings.notice_language
            code = self.world.bridge_app.package_code
            self.world.notice(conversation, "template_sent", language=language, code=code)

    def act_odd_author(self) -> None:
        if (conversation := self.choose_conversation()) is not None:
            author = Author(self.rng.choice(["system", "anonymous", "", "operator"]), "z9")
            self.world.odd_part(conversation, "comment", author, "Our office is closed today")

    def act_odd_part(self) -> None:
        if (conversation := self.choose_conversation()) is not None:
            contact = self.world.workspace.conversation(conversation).contact_ids[0]
            code = self.rng.choice([None, self.world.bridge_app.package_code])
            self.world.odd_part(conversation, "voice_transcript", Author("lead", contact), "words", code=code)

    def act_odd_conversation(self) -> None:
        self.world.odd_conversation(self.customer, self.rng.choice(["phone_call", "fax"]), "words")

    def act_import_message(self) -> None:
        if (conversation := self.choose_conversation()) is not None:
            part = self.world.import_message(App("Importer", "t", "importer-z3"), conversation, "imported")
            self.true_channels[part] = "nowhere"

    def act_merge(self) -> None:
        contacts = [self.world.workspace.contacts[c] for c in self.world.contact_ids(self.customer)]
        leads, users = [c for c in contacts if c.role == "lead"], [c for c in contacts if c.role == "user"]
        if leads and users:
            self.world.merge(leads[0].id, users[0].id)

    def act_call(self) -> None:
        self.world.call(self.customer)

    def act_trouble(self) -> None:
        self.world.settings.bridge_trouble = self.rng.choice(["", "account", "failed"])  # type: ignore[assignment]
