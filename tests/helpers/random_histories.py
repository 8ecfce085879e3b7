"""Random histories: a customer writes, colleagues act, time passes, and every reply of ours is forecast first.

The sandbox judges: what its screens show after the send is compared with what the forecast said before it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache
from random import Random
from typing import Any

from stored_facts import TemplateEditor, over_the_wire
from world_kinds import KINDS, Kind, settings_of

from desktop.channels.intercom import mapping as intercom
from desktop.domain.forecast import Forecast, Reply, compute_forecast
from desktop.domain.learning.bridge import assemble_threads, learn_from
from desktop.domain.model.facts import ChannelKind, Contact, Conversation
from desktop.domain.model.warning import Verdict
from desktop.domain.model.workspace import Relay, Workspace
from desktop.domain.reach import Certainty, find_situation
from desktop.domain.thread import Chat, Thread
from desktop.domain.window.window import WINDOW_LENGTH, WindowState
from desktop.sandbox.intercom.records import App, Author
from desktop.sandbox.model.people import Line
from desktop.sandbox.world import AGENT, COLLEAGUE, START, World
from desktop.sandbox.world.background import populate

HOUR = 3600.0
JUDGED = (ChannelKind.WHATSAPP, ChannelKind.SMS, ChannelKind.TELEGRAM, ChannelKind.MESSENGER, ChannelKind.EMAIL)
PHONE_CHANNELS = ("whatsapp", "sms", "telegram")
MINE = "the customer"


@dataclass
class Tally:
    """counts: judged claims by how they fared, `kind of world: what`. lies: what must not happen, each in words."""

    counts: Counter[str] = field(default_factory=Counter)
    lies: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Background:
    conversations: tuple[Conversation, ...]
    customer_of: dict[str, str]
    contact_of: dict[str, Contact]


@lru_cache(maxsize=256)
def background_of(kind_name: str, variant: int) -> Background:
    """Conversations of other customers in such a world, read at the start of the history."""
    kind = next(k for k in KINDS if k.name == kind_name)
    rng = Random(variant)
    world = World(now=START, settings=settings_of(kind, rng))
    kind.prepare(world, Random(variant))
    if kind.background:
        populate(world, kind.background, rng)
    conversations, customer_of, contact_of = [], {}, {}
    for customer in world.customers:
        for raw in [world.intercom.get_conversation(c) for c in world.conversation_ids(customer)]:
            found = intercom.conversation(over_the_wire(raw))
            found = replace(found, id=f"b{found.id}")
            conversations.append(found)
            customer_of[found.id] = customer
            if found.contact_ids:
                answer = world.intercom.get_contact(found.contact_ids[0])
                contact_of[found.id] = intercom.contact(over_the_wire(answer))
    return Background(tuple(conversations), customer_of, contact_of)


class History:
    """One world with one customer. trueness: entry id -> the channel it truly came from."""

    def __init__(self, seed: int, tally: Tally, kind: Kind | None = None) -> None:
        self.seed, self.tally = seed, tally
        self.rng = rng = Random(seed)
        self.kind = kind or KINDS[seed % len(KINDS)]
        self.variant = rng.randrange(4)
        drawn = settings_of(self.kind, Random(self.variant))
        self.world = World(seed=seed, now=START + rng.randrange(0, 86400), settings=drawn)
        self.kind.prepare(self.world, Random(self.variant))
        self.customer = self.world.add_customer(
            "Jennifer Okafor",
            phone="+353871234567",
            email="jennifer@example.com",
            telegram_id=9001,
            known_as=rng.choice([None, "user", "lead"]),
        )
        truly = Relay.PROVEN if drawn.relay_api_replies else Relay.REFUSED
        relay = truly if self.kind.relay is not None else rng.choice([truly, truly, Relay.UNPROVEN])
        self.settings = Workspace(
            own_codes=frozenset({self.world.reachline.package_code}),
            bridge_codes=frozenset({self.world.bridge_app.package_code}) if self.kind.code_known else frozenset(),
            relay=dict.fromkeys((ChannelKind.WHATSAPP, ChannelKind.SMS, ChannelKind.TELEGRAM), relay),
            bridge_channels=self.kind.confirmed,
        )
        self.desk = TemplateEditor(self.world, self.settings)
        self.truth: dict[str, str] = {}
        self.blocked_at: dict[str, float] = {}
        self.shows_two = False

    # --- what happens --------------------------------------------------------------------------------------------

    def play(self, steps: int) -> None:
        ordinary = [self.writes, self.writes, self.writes, self.time_passes, self.time_passes, self.we_reply]
        special = [getattr(self, f"act_{name}") for name in self.kind.acts]
        for _ in range(steps):
            happens = self.rng.choice(special) if special and self.rng.random() < 0.4 else self.rng.choice(ordinary)
            happens()
            self.observe()
        self.we_reply()

    def observe(self) -> None:
        """The desk polls; what it sees first after each step is what just happened."""
        if self.world.conversation_ids(self.customer):
            self.desk.read(self.customer)

    def writes(self) -> None:
        """On some channel; mostly minutes after whatever was before, so that one channel does not look like another."""
        if self.rng.random() < 0.85:
            self.world.advance(self.rng.uniform(150, 900))
        on = self.rng.choice(self.kind.channels)
        if on in PHONE_CHANNELS:
            self.writes_on_phone(on)
            return
        theirs = self.world.conversation_ids(self.customer)
        more: dict[str, Any] = {}
        if theirs and self.rng.random() < 0.7:
            more["conversation_id"] = self.rng.choice(theirs)
        elif on == "messenger":
            more["new_conversation"] = True
        if on == "messenger":
            more["client"] = self.rng.choice(["web", "ios", "android"])
        record_use = self.world.write(self.customer, on=on, text=self.words(), **more)  # type: ignore[arg-type]
        self.note_truth(record_use, on)

    def writes_on_phone(self, on: str, line: Line | None = None) -> None:
        lines = [n for n in self.world.lines.values() if n.channel == on and not n.is_native]
        chosen = line or self.rng.choice(lines)
        # People write several short messages in a row on a phone.
        for number in range(self.rng.choice([2, 2, 3, 3, 4]) if self.rng.random() < 0.97 else 1):
            if number:
                self.world.advance(self.rng.uniform(3, 40))
                self.observe()
            record_use = self.world.write(self.customer, on=on, text=self.words(), line=chosen)  # type: ignore[arg-type]
            self.note_truth(record_use, on)

    def note_truth(self, conversation_id: str | None, on: str) -> None:
        if conversation_id is None:
            return
        entries = intercom.conversation(over_the_wire(self.world.intercom.get_conversation(conversation_id))).entries
        newest = next((e for e in reversed(entries) if e.is_customer_message), None)
        if newest is not None:
            self.truth.setdefault(newest.id, on)

    def words(self) -> str:
        return f"words {self.rng.randrange(10**6)}"

    def time_passes(self) -> None:
        hours = self.rng.choice([0.01, 0.2, 0.5, 3, 11, 23, 23.96, 23.99, 24, 24.01, 30, 50])
        self.world.advance(hours * HOUR if self.rng.random() < 0.8 else self.rng.uniform(0, 26 * HOUR))

    def any_conversation(self) -> str | None:
        theirs = self.world.conversation_ids(self.customer)
        return self.rng.choice(theirs) if theirs else None

    def act_colleague(self) -> None:
        if (conversation := self.any_conversation()) is not None:
            if self.rng.random() < 0.6:
                self.world.teammate_reply(conversation, COLLEAGUE, "from the inbox")
            else:
                self.world.teammate_note(conversation, COLLEAGUE, "called about the 24 h thing, failed to send")

    def act_bot(self) -> None:
        if (conversation := self.any_conversation()) is not None:
            self.world.bot_reply(conversation, "an automatic answer")

    def act_close(self) -> None:
        if (conversation := self.any_conversation()) is not None:
            self.world.teammate_close(conversation, COLLEAGUE, self.rng.choice(["", "Goodbye"]))

    def act_reopen(self) -> None:
        if (conversation := self.any_conversation()) is not None:
            self.world.teammate_open(conversation, COLLEAGUE)

    def act_hand_tag(self) -> None:
        if (conversation := self.any_conversation()) is not None:
            tag = self.rng.choice(["whatsapp", "telegram", "whatsapp"])
            self.world.teammate_tag(conversation, COLLEAGUE, tag)

    def act_untag(self) -> None:
        if (conversation := self.any_conversation()) is not None:
            self.world.teammate_untag(conversation, COLLEAGUE, "whatsapp")

    def act_native(self) -> None:
        line = next(n for n in self.world.lines.values() if n.is_native)
        record_use = self.world.write(self.customer, on="whatsapp", text=self.words(), line=line)
        self.note_truth(record_use, "whatsapp")

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
        record_use = self.world.write(self.customer, on="sms", text=word)
        self.note_truth(record_use, "sms")

    def with_a_phone_chat(self) -> bool:
        return any(i.who == "customer" and i.kind != "reaction" for i in self.customer.chats.get("whatsapp", []))

    def act_react(self) -> None:
        if self.with_a_phone_chat():
            self.note_truth(self.world.react(self.customer, "👍"), "whatsapp")

    def act_edit(self) -> None:
        if self.with_a_phone_chat():
            self.note_truth(self.world.edit(self.customer, "other words"), "whatsapp")

    def act_unsend(self) -> None:
        if self.with_a_phone_chat():
            self.note_truth(self.world.unsend(self.customer), "whatsapp")

    def act_idle_note(self) -> None:
        if (conversation := self.any_conversation()) is not None:
            self.world.notice(conversation, "disconnected", code=self.world.bridge_app.package_code)

    def act_template_note(self) -> None:
        if (conversation := self.any_conversation()) is not None:
            language = self.world.settings.notice_language
            code = self.world.bridge_app.package_code
            self.world.notice(conversation, "template_sent", language=language, code=code)

    def act_odd_author(self) -> None:
        if (conversation := self.any_conversation()) is not None:
            author = Author(self.rng.choice(["system", "anonymous", "", "operator"]), "z9")
            self.world.odd_part(conversation, "comment", author, "Our office is closed today")

    def act_odd_part(self) -> None:
        if (conversation := self.any_conversation()) is not None:
            contact = self.world.workspace.conversation(conversation).contact_ids[0]
            code = self.rng.choice([None, self.world.bridge_app.package_code])
            self.world.odd_part(conversation, "voice_transcript", Author("lead", contact), "words", code=code)

    def act_odd_conversation(self) -> None:
        self.world.odd_conversation(self.customer, self.rng.choice(["phone_call", "fax"]), "words")

    def act_import_message(self) -> None:
        if (conversation := self.any_conversation()) is not None:
            part = self.world.import_message(App("Importer", "t", "importer-z3"), conversation, "imported")
            self.truth[part] = "nowhere"

    def act_merge(self) -> None:
        contacts = [self.world.workspace.contacts[c] for c in self.world.contact_ids(self.customer)]
        leads, users = [c for c in contacts if c.role == "lead"], [c for c in contacts if c.role == "user"]
        if leads and users:
            self.world.merge(leads[0].id, users[0].id)

    def act_call(self) -> None:
        self.world.call(self.customer)

    def act_trouble(self) -> None:
        self.world.settings.bridge_trouble = self.rng.choice(["", "account", "failed"])  # type: ignore[assignment]

    # --- the forecast and its judge ------------------------------------------------------------------------------

    def we_reply(self) -> None:
        conversation = self.any_conversation()
        if conversation is None:
            return
        said, thread = self.forecast_for(conversation)
        chat = thread.chat(conversation)
        true = self.world.truth(conversation)
        self.judge_origins(thread)
        self.judge_window(chat, true)
        opened_at = chat.window.opened_at.timestamp() if chat.window.opened_at is not None else None
        text = f"<p>answer {self.rng.randrange(10**6)}</p>"
        seen = self.send(conversation, text)
        if self.world.settings.relay_delay_s == 0:
            assert {k: seen.get(k, False) for k in PHONE_CHANNELS} == {
                k: true["delivery"].get(k, False) for k in PHONE_CHANNELS
            }
        self.judge_reply(conversation, said, seen, true, chat, opened_at)

    def send(self, conversation: str, text: str) -> dict[str, bool]:
        body = {"type": "admin", "message_type": "comment", "admin_id": AGENT, "body": text}
        answer = self.world.intercom.reply(conversation, body, self.world.reachline)
        parts = answer["conversation_parts"]["conversation_parts"]
        part = next(p["id"] for p in reversed(parts) if p.get("body") == text)
        return self.world.delivery(part)

    def forecast_for(self, conversation: str) -> tuple[Forecast, Thread]:
        held, contacts = self.desk.read(self.customer)
        others = background_of(self.kind.name, self.variant)
        customer_of = others.customer_of | {c.id: MINE for c in held}
        people = {c.id: c for c in contacts}
        contact_of = others.contact_of | {
            c.id: people[c.contact_ids[0]] for c in held if c.contact_ids and c.contact_ids[0] in people
        }
        learnt = learn_from(
            [*others.conversations, *held], customer_of, contact_of, self.settings, is_settled=self.kind.settled
        )
        now = self.desk.now
        threads, workspace = assemble_threads(held, contacts, {c.id: MINE for c in held}, learnt, now)
        thread = threads[MINE]
        self.shows_two = bool(thread.several_numbers)
        said = compute_forecast(find_situation(thread, conversation, workspace), Reply("answer"), now)
        return said, thread

    def count(self, what: str) -> None:
        self.tally.counts[f"{self.kind.name}: {what}"] += 1

    def lie(self, what: str, *details: object) -> None:
        self.count(f"LIE: {what}")
        self.tally.lies.append(f"history {self.seed} ({self.kind.name}): {what}: " + " | ".join(map(str, details)))

    def judge_origins(self, thread: Thread) -> None:
        for message in thread.messages:
            truth = self.truth.get(message.id)
            if truth is None or message.origin is None or not message.origin.is_sure:
                continue
            if message.origin.channel.value == truth:
                self.count("origin true")
            else:
                self.lie("false origin", message.id, message.origin, truth)

    def judge_window(self, chat: Chat, true: dict[str, Any]) -> None:
        if chat.mapping is None or not chat.mapping.is_sure or not chat.window.exists:
            return
        if chat.window.state(self.desk.now) not in (WindowState.OPEN, WindowState.CLOSING):
            return
        lines = [n for n in true["lines"] if n["channel"] == chat.mapping.channel.value]
        if any(n["why"] != "window" for n in lines):
            self.count("window true")
        elif lines and (cause := self.cause(chat, lines[0])) is not None:
            self.count(f"unforeseeable window: {cause}")
        elif lines and self.world.settings.notice_language != "en" and chat.contrary:
            # Reported in words of which only "a failure" is understood: the reply is warned of, the countdown stays.
            self.count("window reported in words of unknown kind")
        elif lines:
            self.lie("false open window", chat.window, lines)

    def judge_reply(
        self,
        conversation: str,
        said: Forecast,
        seen: dict[str, bool],
        true: dict[str, Any],
        chat: Chat,
        opened_at: float | None,
    ) -> None:
        certainty = {r.channel: r.certainty for r in said.reaches}
        mirrored = {n["channel"]: n for n in true["lines"]}
        anything = certainty.get(ChannelKind.UNKNOWN) is Certainty.UNCERTAIN
        for channel in JUDGED:
            promised, arrived = certainty.get(channel), seen.get(channel.value, False)
            if promised is Certainty.SURE and not arrived:
                cause = self.cause(chat, mirrored.get(channel.value))
                if cause is None:
                    self.lie("false reach", channel, said, seen, mirrored, chat.mapping or chat.unmapped, chat.window)
                else:
                    self.count(f"unforeseeable reach: {cause}")
            elif promised is Certainty.SURE:
                self.count("reach true")
        line = next((n for n in true["lines"]), None)
        if line is not None:
            channel = ChannelKind(line["channel"])
            told = certainty.get(channel) or (Certainty.UNCERTAIN if anything else None)
            if not line["arrives"] and said.verdict is Verdict.CLEAR and told is None:
                self.lie("silent Messenger-only reply", channel, said, line, chat.mapping or chat.unmapped)
            if line["arrives"]:
                self.count("truly reached")
                if told in (None, Certainty.UNCERTAIN):
                    self.count("needless doubt")
                    if self._is_given_away(channel, opened_at):
                        self.count("closed early by the margin")
                    else:
                        self.count("doubted")
                        self.count(f"needless: {','.join(said.warnings)}")
        elif chat.unmapped is not None or chat.mapping is not None:
            is_messenger = true["delivery"].get("messenger")
            if is_messenger and chat.conversation.born_on == "conversation":
                self.count("Messenger chats")
                about_reach = [
                    w for w in said.warned if w.severity >= Verdict.WARN and w.code != "customer_is_elsewhere"
                ]
                if about_reach:
                    self.count("Messenger chats warned of")

    def _is_given_away(self, channel: ChannelKind, opened_at: float | None) -> bool:
        """Sent in the last moments that we give away, because the bridge posts later than WhatsApp counts."""
        length = WINDOW_LENGTH.get(channel)
        return (
            length is not None and opened_at is not None and self.world.now >= opened_at + length.total_seconds() - 1000
        )

    def cause(self, chat: Chat, line: dict[str, Any] | None) -> str | None:
        """Why nobody could have known, proved by taking the trace out of the world; None for a lie."""
        if line is None:
            return None
        customer, the_line = self.customer, self.world.lines[line["line"]]
        if line["why"] == "window" and self.kind.name == "two numbers, one tag" and not self.shows_two:
            # What was reported of one number is over with words to the other one, as long as both look like one.
            pass
        elif self.was_reported(chat, line):
            return None
        if line["why"] in ("ignored", "blocked"):
            self.world.unblock(customer, the_line)
            proved = self.world.truth(chat.id)["delivery"].get(line["channel"], False)
            self.world.block(customer, the_line)
            return "a block that nobody told of" if proved else None
        if line["why"] == "nobody" and customer.phone is not None and not self.was_announced(chat):
            held_number, held_windows = customer.phone, dict(customer.window_opened)
            self.world.change_number(customer, line["address"])
            customer.window_opened.update(held_windows)
            proved = self.world.truth(chat.id)["lines"][0]["why"] in (None, "window", "ignored", "blocked")
            self.world.change_number(customer, held_number)
            customer.window_opened.update(held_windows)
            return "a new number that nobody told of" if proved else None
        if line["why"] == "stopped":
            customer.stopped.discard(the_line.id)
            proved = self.world.truth(chat.id)["delivery"].get(line["channel"], False)
            customer.stopped.add(the_line.id)
            seen = any(m.entry.text == "STOP" and self._is_newest_word(m.entry.sent_at) for m in chat.messages)
            return "a STOP that had not come in yet" if proved and not seen else None
        if line["why"] == "trouble":
            held = self.world.settings.bridge_trouble
            self.world.settings.bridge_trouble = ""
            proved = self.world.truth(chat.id)["delivery"].get(line["channel"], False)
            self.world.settings.bridge_trouble = held
            return "trouble of the bridge that nobody told of" if proved else None
        if line["why"] == "window" and chat.window.opened_at is not None:
            posted = chat.window.opened_at.timestamp()
            received = customer.window_opened.get(the_line.id)
            customer.window_opened[the_line.id] = posted
            proved = self.world.truth(chat.id)["delivery"].get(line["channel"], False)
            if received is None:
                del customer.window_opened[the_line.id]
            else:
                customer.window_opened[the_line.id] = received
            if not proved:
                return None
            if self.kind.name == "two numbers, one tag" and not self.shows_two:
                return "a second number that nothing showed"
            if received is None:
                return None if self.was_announced(chat) else "a new number that nobody told of"
            return "a delay that was never seen" if received < posted else None
        return None

    def _is_newest_word(self, at: datetime) -> bool:
        """Whether nothing that the customer wrote to the text message number is newer."""
        newest = max((i.at for i in self.customer.chats.get("sms", []) if i.who == "customer"), default=0.0)
        return at.timestamp() >= int(newest)

    def was_announced(self, chat: Chat) -> bool:
        """Whether the bridge's line about a new number stands here, newer than what opened the window."""
        opened = chat.window.opened_at
        lines = (m for m in chat.messages if self.settings.is_new_number(m.entry.text))
        return any(opened is None or m.entry.sent_at >= opened for m in lines)

    def was_reported(self, chat: Chat, line: dict[str, Any]) -> bool:
        """Whether the bridge noted a failure here after the customer's last words on this line."""
        code, now = self.world.bridge_app.package_code, self.desk.now
        words = [
            m.entry.sent_at
            for m in chat.messages
            if self.truth.get(m.id) == line["channel"] or (m.entry.is_customer_message and m.entry.app_code == code)
        ]
        since = max(words, default=chat.conversation.created_at)
        is_known_kind = self.world.settings.notice_language == "en" and line["why"] in ("blocked", "ignored", "stopped")
        return any(
            m.entry.app_code == code
            and m.entry.kind.value == "note"
            and m.entry.sent_at > since
            and (is_known_kind or now - m.entry.sent_at < timedelta(hours=24))
            for m in chat.messages
        )


def play(seeds: range, kind: Kind | None = None) -> Tally:
    tally = Tally()
    for seed in seeds:
        history = History(seed, tally, kind)
        history.play(steps=Random(seed).randint(3, 12))
        tally.counts["histories"] += 1
    return tally
