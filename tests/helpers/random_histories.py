"""Random histories in which every reply is forecast, and the forecast compared with the sandbox's screens."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from random import Random
from typing import Any

from history_actions import HistoryActions, Tally
from stored_facts import over_the_wire
from world_kinds import KINDS, Kind, settings_of

from desktop.channels.intercom.contacts import map_contact
from desktop.channels.intercom.conversations import map_conversation
from desktop.domain.forecast import Forecast, Reply, compute_forecast
from desktop.domain.history.thread import Chat, Thread
from desktop.domain.learning.bridge import assemble_threads, learn_from
from desktop.domain.model.facts import ChannelKind, Contact, Conversation
from desktop.domain.model.warning import Verdict
from desktop.domain.reach import Certainty, find_situation
from desktop.domain.window.window import WINDOW_LENGTH, WindowState
from desktop.sandbox.world import AGENT, START, World
from desktop.sandbox.world.background import populate

HOUR = 3600.0
JUDGED = (ChannelKind.WHATSAPP, ChannelKind.SMS, ChannelKind.TELEGRAM, ChannelKind.MESSENGER, ChannelKind.EMAIL)
PHONE_CHANNELS = ("whatsapp", "sms", "telegram")
MINE = "the customer"


@dataclass(frozen=True)
class Background:
    """Conversations of other customers. customer_of, contact_of: by conversation id."""

    conversations: tuple[Conversation, ...]
    customer_of: dict[str, str]
    contact_of: dict[str, Contact]


@lru_cache(maxsize=256)
def background_of(kind_name: str, variant: int) -> Background:
    """Conversations of other customers in a world of this kind, read at the start of the history."""
    kind = next(k for k in KINDS if k.name == kind_name)
    rng = Random(variant)
    world = World(now=START, settings=settings_of(kind, rng))
    kind.prepare(world, Random(variant))
    if kind.background:
        populate(world, kind.background, rng)
    conversations, customer_of, contact_of = [], {}, {}
    for customer in world.customers:
        for raw in [world.intercom.get_conversation(c) for c in world.conversation_ids(customer)]:
            conversation = map_conversation(over_the_wire(raw))
            conversation = replace(conversation, id=f"b{conversation.id}")
            conversations.append(conversation)
            customer_of[conversation.id] = customer
            if conversation.contact_ids:
                answer = world.intercom.get_contact(conversation.contact_ids[0])
                contact_of[conversation.id] = map_contact(over_the_wire(answer))
    return Background(tuple(conversations), customer_of, contact_of)


class History(HistoryActions):
    """A random history with checks of origins, windows and replies.

    shows_two: whether the newest thread showed that there are two numbers.
    """

    shows_two = False

    def play(self, steps: int) -> None:
        ordinary = [
            self.customer_writes,
            self.customer_writes,
            self.customer_writes,
            self.pass_time,
            self.pass_time,
            self.we_reply,
        ]
        special = [getattr(self, f"act_{name}") for name in self.kind.acts]
        for _ in range(steps):
            action = self.rng.choice(special) if special and self.rng.random() < 0.4 else self.rng.choice(ordinary)
            action()
            self.observe()
        self.we_reply()

    def we_reply(self) -> None:
        conversation = self.choose_conversation()
        if conversation is None:
            return
        prediction, thread = self.forecast_for(conversation)
        chat = thread.chat(conversation)
        truth = self.world.truth(conversation)
        self.check_origins(thread)
        self.check_window(chat, truth)
        opened_at = chat.window.opened_at.timestamp() if chat.window.opened_at is not None else None
        text = f"<p>answer {self.rng.randrange(10**6)}</p>"
        delivered = self.send(conversation, text)
        if self.world.settings.relay_delay_s == 0:
            assert {k: delivered.get(k, False) for k in PHONE_CHANNELS} == {
                k: truth["delivery"].get(k, False) for k in PHONE_CHANNELS
            }
        self.check_reply(conversation, prediction, delivered, truth, chat, opened_at)

    def send(self, conversation: str, text: str) -> dict[str, bool]:
        body = {"type": "admin", "message_type": "comment", "admin_id": AGENT, "body": text}
        answer = self.world.intercom.reply(conversation, body, self.world.reachline)
        parts = answer["conversation_parts"]["conversation_parts"]
        part = next(p["id"] for p in reversed(parts) if p.get("body") == text)
        return self.world.delivery(part)

    def forecast_for(self, conversation: str) -> tuple[Forecast, Thread]:
        conversations, contacts = self.installation.read(self.customer)
        others = background_of(self.kind.name, self.variant)
        customer_of = others.customer_of | {c.id: MINE for c in conversations}
        people = {c.id: c for c in contacts}
        contact_of = others.contact_of | {
            c.id: people[c.contact_ids[0]] for c in conversations if c.contact_ids and c.contact_ids[0] in people
        }
        learnt = learn_from(
            [*others.conversations, *conversations],
            customer_of,
            contact_of,
            self.settings,
            is_settled=self.kind.settled,
        )
        now = self.installation.now
        threads, workspace = assemble_threads(conversations, contacts, {c.id: MINE for c in conversations}, learnt, now)
        thread = threads[MINE]
        self.shows_two = bool(thread.several_numbers)
        prediction = compute_forecast(find_situation(thread, conversation, workspace), Reply("answer"), now)
        return prediction, thread

    def count(self, what: str) -> None:
        self.tally.counts[f"{self.kind.name}: {what}"] += 1

    def report_lie(self, what: str, *details: object) -> None:
        self.count(f"LIE: {what}")
        self.tally.lies.append(f"history {self.seed} ({self.kind.name}): {what}: " + " | ".join(map(str, details)))

    def check_origins(self, thread: Thread) -> None:
        for message in thread.messages:
            truth = self.true_channels.get(message.id)
            if truth is None or message.origin is None or not message.origin.is_sure:
                continue
            if message.origin.channel.value == truth:
                self.count("origin true")
            else:
                self.report_lie("false origin", message.id, message.origin, truth)

    def check_window(self, chat: Chat, truth: dict[str, Any]) -> None:
        if chat.mapping is None or not chat.mapping.is_sure or not chat.window.exists:
            return
        if chat.window.state(self.installation.now) not in (WindowState.OPEN, WindowState.CLOSING):
            return
        lines = [n for n in truth["lines"] if n["channel"] == chat.mapping.channel.value]
        if any(n["why"] != "window" for n in lines):
            self.count("window true")
        elif lines and (cause := self.find_cause(chat, lines[0])) is not None:
            self.count(f"unforeseeable window: {cause}")
        elif lines and self.world.settings.notice_language != "en" and chat.contrary:
            # The report is understood only as "a failure": the reply gets a warning, the countdown stays.
            self.count("window reported in words of unknown kind")
        elif lines:
            self.report_lie("false open window", chat.window, lines)

    def check_reply(
        self,
        conversation: str,
        prediction: Forecast,
        delivered: dict[str, bool],
        truth: dict[str, Any],
        chat: Chat,
        opened_at: float | None,
    ) -> None:
        certainty = {r.channel: r.certainty for r in prediction.reaches}
        mirrored = {n["channel"]: n for n in truth["lines"]}
        anything = certainty.get(ChannelKind.UNKNOWN) is Certainty.UNCERTAIN
        for channel in JUDGED:
            promised, arrived = certainty.get(channel), delivered.get(channel.value, False)
            if promised is Certainty.SURE and not arrived:
                cause = self.find_cause(chat, mirrored.get(channel.value))
                if cause is None:
                    self.report_lie(
                        "false reach",
                        channel,
                        prediction,
                        delivered,
                        mirrored,
                        chat.mapping or chat.unmapped,
                        chat.window,
                    )
                else:
                    self.count(f"unforeseeable reach: {cause}")
            elif promised is Certainty.SURE:
                self.count("reach true")
        line = next((n for n in truth["lines"]), None)
        if line is not None:
            channel = ChannelKind(line["channel"])
            predicted = certainty.get(channel) or (Certainty.UNCERTAIN if anything else None)
            if not line["arrives"] and prediction.verdict is Verdict.CLEAR and predicted is None:
                self.report_lie("silent Messenger-only reply", channel, prediction, line, chat.mapping or chat.unmapped)
            if line["arrives"]:
                self.count("truly reached")
                if predicted in (None, Certainty.UNCERTAIN):
                    self.count("needless doubt")
                    if self._is_within_margin(channel, opened_at):
                        self.count("closed early by the margin")
                    else:
                        self.count("doubted")
                        self.count(f"needless: {','.join(prediction.warnings)}")
        elif chat.unmapped is not None or chat.mapping is not None:
            is_messenger = truth["delivery"].get("messenger")
            if is_messenger and chat.conversation.born_on == "conversation":
                self.count("Messenger chats")
                about_reach = [
                    w for w in prediction.warned if w.severity >= Verdict.WARN and w.code != "customer_is_elsewhere"
                ]
                if about_reach:
                    self.count("Messenger chats warned of")

    def _is_within_margin(self, channel: ChannelKind, opened_at: float | None) -> bool:
        """Whether the reply was sent within the margin by which windows close early, because the bridge posts late."""
        length = WINDOW_LENGTH.get(channel)
        return (
            length is not None and opened_at is not None and self.world.now >= opened_at + length.total_seconds() - 1000
        )

    def find_cause(self, chat: Chat, line: dict[str, Any] | None) -> str | None:
        """Why a wrong claim could not be avoided, verified by undoing the cause in the world; None if it could."""
        if line is None:
            return None
        customer, phone_line = self.customer, self.world.lines[line["line"]]
        if line["why"] == "window" and self.kind.name == "two numbers, one tag" and not self.shows_two:
            # A report about one number ends with a message to the other, as long as both look like one number.
            pass
        elif self.was_reported(chat, line):
            return None
        if line["why"] in ("ignored", "blocked"):
            self.world.unblock(customer, phone_line)
            is_verified = self.world.truth(chat.id)["delivery"].get(line["channel"], False)
            self.world.block(customer, phone_line)
            return "a block that nobody told of" if is_verified else None
        if line["why"] == "nobody" and customer.phone is not None and not self.was_announced(chat):
            old_number, old_windows = customer.phone, dict(customer.window_opened)
            self.world.change_number(customer, line["address"])
            customer.window_opened.update(old_windows)
            is_verified = self.world.truth(chat.id)["lines"][0]["why"] in (None, "window", "ignored", "blocked")
            self.world.change_number(customer, old_number)
            customer.window_opened.update(old_windows)
            return "a new number that nobody told of" if is_verified else None
        if line["why"] == "stopped":
            customer.stopped.discard(phone_line.id)
            is_verified = self.world.truth(chat.id)["delivery"].get(line["channel"], False)
            customer.stopped.add(phone_line.id)
            is_read = any(m.entry.text == "STOP" and self._is_newest_sms(m.entry.sent_at) for m in chat.messages)
            return "a STOP that had not come in yet" if is_verified and not is_read else None
        if line["why"] == "trouble":
            old_trouble = self.world.settings.bridge_trouble
            self.world.settings.bridge_trouble = ""
            is_verified = self.world.truth(chat.id)["delivery"].get(line["channel"], False)
            self.world.settings.bridge_trouble = old_trouble
            return "trouble of the bridge that nobody told of" if is_verified else None
        if line["why"] == "window" and chat.window.opened_at is not None:
            posted = chat.window.opened_at.timestamp()
            received = customer.window_opened.get(phone_line.id)
            customer.window_opened[phone_line.id] = posted
            is_verified = self.world.truth(chat.id)["delivery"].get(line["channel"], False)
            if received is None:
                del customer.window_opened[phone_line.id]
            else:
                customer.window_opened[phone_line.id] = received
            if not is_verified:
                return None
            if self.kind.name == "two numbers, one tag" and not self.shows_two:
                return "a second number that nothing showed"
            if received is None:
                return None if self.was_announced(chat) else "a new number that nobody told of"
            return "a delay that was never seen" if received < posted else None
        return None

    def _is_newest_sms(self, at: datetime) -> bool:
        """Whether the customer wrote no newer SMS."""
        newest = max((i.at for i in self.customer.chats.get("sms", []) if i.who == "customer"), default=0.0)
        return at.timestamp() >= int(newest)

    def was_announced(self, chat: Chat) -> bool:
        """Whether the bridge announced a new number here after the window was opened."""
        opened = chat.window.opened_at
        lines = (m for m in chat.messages if self.settings.is_new_number(m.entry.text))
        return any(opened is None or m.entry.sent_at >= opened for m in lines)

    def was_reported(self, chat: Chat, line: dict[str, Any]) -> bool:
        """Whether the bridge noted a failure here after the customer's last message on this line."""
        code, now = self.world.bridge_app.package_code, self.installation.now
        messages_at = [
            m.entry.sent_at
            for m in chat.messages
            if self.true_channels.get(m.id) == line["channel"]
            or (m.entry.is_customer_message and m.entry.app_code == code)
        ]
        since = max(messages_at, default=chat.conversation.created_at)
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
