"""Messages between business lines and customers' phones in both directions, with their delivery states.

The bridge and all providers share one ledger. WhatsApp accepts a message first and reports a failure later (Meta,
"Send messages" and error 131047; Twilio, error 63016), so `send` never refuses: it returns a message that may fail.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from desktop.sandbox.model import networks, numbers
from desktop.sandbox.model.clock import Clock
from desktop.sandbox.model.people import Button, Customer, File, Line, PhoneChannel, ScreenItem
from desktop.sandbox.model.settings import Settings

State = Literal["received", "accepted", "sent", "delivered", "read", "failed"]
Reason = Literal["window", "blocked", "stopped", "nobody", "provoked"]
Route = Literal["bridge", "graph", "dialog360", "twilio", "octopods", "telegram", "intercom", "app", "outside"]
# Value of `settings.whatsapp_block` -> what WhatsApp reports of a block: by default nothing (Meta, "Error codes").
_WHATSAPP_BLOCK: dict[str, Literal["ignored", "blocked", "stopped"]] = {
    "ignored": "ignored",
    "131026": "blocked",
    "131050": "stopped",
}
_STOP_WORDS = {"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT"}
_START_WORDS = {"START", "YES", "UNSTOP"}


@dataclass(slots=True, eq=False)
class Message:
    """A message on a line, inbound (`route` None) or outbound.

    states: (state, Unix seconds) in order.
    to: the customer's address as the sender wrote it; inbound, as the network reports it.
    customer: None if nobody has the address.
    failure_reason: set at acceptance; APIs must not show it before `states` has `failed`.
    code: the provider's code of a provoked failure.
    labels: details that a provider keeps with the message.
    """

    number: int
    line: Line
    to: str
    customer: Customer | None
    text: str
    files: Sequence[File]
    at: float
    route: Route | None
    kind: str = "text"
    part_id: str | None = None
    states: list[tuple[State, float]] = field(default_factory=list)
    failure_reason: Reason | None = None
    code: int | None = None
    labels: dict[str, str] = field(default_factory=dict)

    @property
    def is_inbound(self) -> bool:
        return self.route is None

    @property
    def state(self) -> State:
        return self.states[-1][0]

    def hash(self, salt: str) -> str:
        """32 hexadecimal digits for the providers' ids; deterministic, unique for each message."""
        return hashlib.md5(f"{salt}:{self.number}".encode(), usedforsecurity=False).hexdigest()


class Directory:
    """Finds customers by their addresses."""

    def __init__(self) -> None:
        self._people: dict[tuple[PhoneChannel, str], Customer] = {}

    def add(self, customer: Customer) -> None:
        """Raise ValueError if an address belongs to another customer; nothing is added then."""
        keys = self._keys(customer)
        for key in keys:
            if self._people.get(key, customer) is not customer:
                raise ValueError(f"{key[1]} belongs to somebody else")
        self._people.update(dict.fromkeys(keys, customer))

    def remove(self, customer: Customer) -> None:
        """Remove the customer's current addresses."""
        for key in self._keys(customer):
            if self._people.get(key) is customer:
                del self._people[key]

    def _keys(self, customer: Customer) -> list[tuple[PhoneChannel, str]]:
        social = customer.page_scoped_id
        keys: list[tuple[PhoneChannel, str]] = [("facebook", social), ("instagram", social)]
        if customer.telegram_id:
            keys.append(("telegram", str(customer.telegram_id)))
        if customer.phone:
            keys.append(("sms", numbers.wa_id(customer.phone)))
            if customer.on_whatsapp:
                keys.append(("whatsapp", numbers.wa_id(customer.phone)))
                keys.append(("whatsapp", customer.whatsapp_user_id))
        if customer.bsuid:
            keys.append(("whatsapp", customer.bsuid))
        return keys

    def find(self, channel: PhoneChannel, address: str) -> Customer | None:
        """address: number in any of WhatsApp's forms, BSUID, page-scoped id, or Telegram user id."""
        if channel in ("whatsapp", "sms") and not numbers.is_bsuid(address):
            address = numbers.wa_id(address)
        return self._people.get((channel, address))


class Traffic:
    """The ledger of messages, in the order of acceptance.

    on_inbound(message) is called for each message of a customer.
    on_state(message) is called for each state of an outbound message after its acceptance.
    on_block(customer, line, blocked) is called when a customer blocks or unblocks a line.
    on_change(message, text) is called when a customer edits a message of theirs; with None when they delete it.
    on_reaction(message, emoji) is called when a customer reacts to a message; with "" when they take that back.
    """

    def __init__(self, clock: Clock, settings: Settings, directory: Directory) -> None:
        self._clock = clock
        self._settings = settings
        self.directory = directory
        self.messages: list[Message] = []
        self.on_inbound: list[Callable[[Message], None]] = []
        self.on_state: list[Callable[[Message], None]] = []
        self.on_block: list[Callable[[Customer, Line, bool], None]] = []
        self.on_change: list[Callable[[Message, str | None], None]] = []
        self.on_reaction: list[Callable[[Message, str], None]] = []

    def receive(self, customer: Customer, line: Line, text: str, files: Sequence[File]) -> Message:
        """Add a customer's message; it is at once on their phone and at the provider."""
        now = self._clock.now()
        networks.receive(customer, line, text, files, now)
        if line.channel == "sms":
            word = text.strip().upper()
            if word in _STOP_WORDS:
                customer.stopped.add(line.id)
            elif word in _START_WORDS:
                customer.stopped.discard(line.id)
        message = Message(
            len(self.messages) + 1, line, network_address(customer, line), customer, text, files, now, None
        )
        message.states.append(("received", now))
        self.messages.append(message)
        for listener in self.on_inbound:
            listener(message)
        return message

    def change(self, customer: Customer, line: Line, before: str, text: str | None) -> None:
        """Edit or delete the customer's newest message with the text `before`. text: the new one; None deletes it."""
        chat = (m for m in reversed(self.messages) if m.customer is customer and m.line is line and m.is_inbound)
        message = next((m for m in chat if m.labels.get("edited", m.text) == before), None)
        if message is not None:
            if text is not None:
                message.labels["edited"] = text
            for listener in self.on_change:
                listener(message, text)

    def react(self, customer: Customer, line: Line, text: str, emoji: str) -> None:
        """React to the newest message with this text in the customer's chat. emoji: "" takes a reaction back."""
        chat = (m for m in reversed(self.messages) if m.customer is customer and m.line is line and m.text == text)
        message = next(chat, None)
        if message is not None:
            for listener in self.on_reaction:
                listener(message, emoji)

    def show_reaction(self, message: Message, emoji: str) -> bool:
        """Show the business's reaction to a customer's message on their phone, instead of an earlier one. emoji: ""
        removes it. False if nothing can be shown: they have blocked the line.
        """
        customer = message.customer
        if customer is None or message.line.id in customer.blocked:
            return False
        chat, name = customer.chat(message.line), f"reaction to {message.number}"
        chat[:] = [item for item in chat if item.part_id != name]
        if emoji:
            chat.append(ScreenItem("business", emoji, self._clock.now(), "reaction", part_id=name))
        return True

    def block(self, customer: Customer, line: Line, *, blocked: bool) -> None:
        """Block or unblock the line for the customer; no effect if it is so already."""
        if (line.id in customer.blocked) == blocked:
            return
        (customer.blocked.add if blocked else customer.blocked.discard)(line.id)
        for listener in self.on_block:
            listener(customer, line, blocked)

    def send(
        self,
        line: Line,
        to: str,
        text: str,
        files: Sequence[File] = (),
        *,
        route: Route,
        kind: str = "text",
        part_id: str | None = None,
        buttons: Sequence[Button] = (),
        fail: tuple[Reason, int | None] | None = None,
        labels: Mapping[str, str] = MappingProxyType({}),
    ) -> Message:
        """Accept a message. The network's rules are applied now; the states follow with the clock.

        fail: reason and provider's code of a failure that does not depend on the rules.
        """
        now = self._clock.now()
        customer = self.directory.find(line.channel, to)
        message = Message(len(self.messages) + 1, line, to, customer, text, files, now, route, kind, part_id)
        message.labels.update(labels)
        self.messages.append(message)
        message.states.append(("accepted", now))
        refusal = self._deliver_or_refuse(message, buttons) if fail is None else fail[0]
        message.code = fail[1] if fail else None
        if refusal == "ignored":
            self._schedule_state(message, "sent", self._settings.sent_after_s)
        elif refusal is not None:
            message.failure_reason = refusal
            self._schedule_state(message, "failed", self._settings.failed_after_s)
        else:
            self._schedule_delivery(message)
        return message

    def _deliver_or_refuse(self, message: Message, buttons: Sequence[Button]) -> Reason | Literal["ignored"] | None:
        customer, line = message.customer, message.line
        refusal = self.refusal(line, customer, message.at, kind=message.kind)
        if customer is not None and refusal is None:
            networks.deliver(
                customer,
                line,
                message.text,
                message.files,
                message.at,
                kind=message.kind,
                part_id=message.part_id,
                buttons=buttons,
            )
        return refusal

    def refusal(
        self, line: Line, customer: Customer | None, at: float, *, kind: str = "text"
    ) -> Reason | Literal["ignored"] | None:
        """Why a message would not arrive at `at`; None if it would. `ignored`: and the sender is not told."""
        if customer is None:
            return "nobody"
        if line.id in customer.stopped:
            return "stopped"
        settings = self._settings
        refusal = networks.refusal(customer, line, at, kind=kind, human_agent=settings.human_agent_permission)
        if refusal == "ignored" and line.channel == "whatsapp":
            return _WHATSAPP_BLOCK[settings.whatsapp_block]
        return refusal

    def _schedule_delivery(self, message: Message) -> None:
        settings = self._settings
        self._schedule_state(message, "sent", settings.sent_after_s)
        self._schedule_state(message, "delivered", settings.sent_after_s + settings.delivered_after_s)
        if message.line.channel == "whatsapp" and settings.read_receipts:
            waits = settings.sent_after_s + settings.delivered_after_s + settings.read_after_s
            self._schedule_state(message, "read", waits)

    def _schedule_state(self, message: Message, state: State, delay_s: float) -> None:
        def reach() -> None:
            message.states.append((state, self._clock.now()))
            for listener in self.on_state:
                listener(message)

        self._clock.call_later(delay_s, reach)


def network_address(customer: Customer, line: Line) -> str:
    """The customer's address as the network reports it: WhatsApp's form of the number with `+`, a BSUID, ..."""
    if line.channel == "whatsapp" and customer.phone:
        return "+" + numbers.wa_id(customer.phone)
    return customer.address_on(line)


class MessageIds:
    """The ids that one provider gives to messages. id_of: computes the id of a message."""

    def __init__(self, traffic: Traffic, id_of: Callable[[Message], str]) -> None:
        self._traffic = traffic
        self.id_of = id_of
        self._messages: dict[str, Message] = {}
        self._indexed_count = 0

    def find(self, message_id: str) -> Message | None:
        messages = self._traffic.messages
        self._messages.update((self.id_of(message), message) for message in messages[self._indexed_count :])
        self._indexed_count = len(messages)
        return self._messages.get(message_id)
