"""Our accounts at the sandbox: one sender of every kind, and the stage on which they meet customers."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest

from desktop.channels.octopods.channel import OctopodsChannel
from desktop.channels.shared.exchange import Token
from desktop.channels.telegram.channel import TelegramChannel
from desktop.channels.twilio.channel import TwilioChannel
from desktop.channels.whatsapp.channel import Dialog360Channel, WhatsAppCloudChannel
from desktop.domain.content.template import Filled, HeaderKind, Slot, SlotKind, Template, fill, list_slots
from desktop.domain.model.facts import ChannelKind
from desktop.ports import Channel, DirectMessage, DirectTemplate, OutgoingFile, ProviderError, SendOutcome
from desktop.sandbox.model.people import Customer, Line
from desktop.sandbox.model.settings import Settings
from desktop.sandbox.model.templates import TemplateCatalogue
from desktop.sandbox.model.traffic import Message
from desktop.sandbox.providers.twilio import resources
from desktop.sandbox.server import Sandbox
from desktop.sandbox.world import World
from desktop.sandbox.world.sample_files import make_png
from desktop.system.clock import ServerClock

Json = dict[str, Any]

TEXT = "Is the parcel there yet? 😀 <b>&amp;</b>"
KINDS = (
    "whatsapp", "360dialog", "twilio-whatsapp", "twilio-sms", "telegram", "octopods-whatsapp", "octopods-sms"
)  # fmt: skip
"""One sender of every kind; `pytest_generate_tests` gives them to each test that asks for `ours`."""

FREE_TEXT = tuple(k for k in KINDS if k != "octopods-whatsapp")
TEMPLATES = tuple(k for k in KINDS if k not in ("telegram", "twilio-sms", "octopods-sms"))
WAYS = tuple([(k, "text") for k in FREE_TEXT] + [(k, "template") for k in TEMPLATES])


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "ours(*names): the kinds of senders that this test is about; else all of them")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """`ours`: every kind of sender, or those of the marker. `way`: with it, every way of it to reach a customer."""
    if "ours" not in metafunc.fixturenames:
        return
    marker = metafunc.definition.get_closest_marker("ours")
    kinds = marker.args if marker else KINDS
    if "way" in metafunc.fixturenames:
        pairs = [(kind, way) for kind in kinds for known, way in WAYS if known == kind.partition(":")[0]]
        metafunc.parametrize(("ours", "way"), pairs, ids=["-".join(pair) for pair in pairs])
    else:
        metafunc.parametrize("ours", kinds)


class Account:
    """One sender of ours at the sandbox.

    word: the provider's name in the sandbox's settings. name: as sentences call it. sends: path of a send.
    secret: the credential; other: one of the same form that opens nothing.
    """

    def __init__(self, kind: str, urls: dict[str, Any], lines: dict[str, Line]) -> None:
        provider = kind.partition("-")[0]
        self.kind = kind
        self.urls = urls
        self.word = {"whatsapp": "graph", "360dialog": "dialog360"}.get(provider, provider)
        self.name = {"whatsapp": "WhatsApp", "360dialog": "360dialog"}.get(provider, provider.capitalize())
        self.line = lines[{"twilio-whatsapp": "whatsapp-2"}.get(kind, "sms" if "sms" in kind else "whatsapp")]
        if kind == "telegram":
            self.line = lines["telegram"]
        access = urls[self.word]
        self.secret = {
            "graph": access.get("token"),
            "dialog360": access.get("api_key"),
            "twilio": access.get("auth_token"),
            "telegram": access.get("token"),
            "octopods": access.get("waba_key" if "whatsapp" in kind else "channel_key"),
        }[self.word]
        self.other = self.secret[:-3] + "xyz"
        method = {"twilio": "/Messages.json", "telegram": "/sendMessage"}.get(self.word, "/messages")
        self.sends = f"^/{self.word.replace('dialog360', '360dialog')}/.*{method}$"
        if self.word == "dialog360":
            self.sends = "^/360dialog/messages$"
        self.provoked = f"{method}$"

    @property
    def channel(self) -> ChannelKind:
        return ChannelKind(self.line.channel)

    def make(self, clock: Any, *, secret: str = "", patience_s: float = 30.0, **wrong: str) -> Channel:
        """wrong: ids other than ours, by the names of the sandbox's `urls`; `sender` is our number."""
        access = self.urls[self.word] | wrong
        token, sender = Token(secret or self.secret), wrong.get("sender", self.line.address)
        more: dict[str, Any] = {
            "base_url": access["base_url"], "read_timeout_s": patience_s, "jitter": lambda: 0.5
        }  # fmt: skip
        match self.word:
            case "graph":
                return WhatsAppCloudChannel(token, clock, access["phone_number_id"], access["waba_id"], **more)
            case "dialog360":
                return Dialog360Channel(token, clock, sender, **more)
            case "twilio":
                more |= {"content_base_url": access["content_base_url"], "user": wrong.get("user", "")}
                return TwilioChannel(token, clock, self.channel, access["account_sid"], sender, **more)
            case "telegram":
                return TelegramChannel(token, clock, **more)
        return OctopodsChannel(token, clock, self.channel, sender, **more)

    def address(self, customer: Customer) -> str:
        return customer.address_on(self.line)

    def message(self, customer: Customer, text: str = TEXT, **more: Any) -> DirectMessage:
        return DirectMessage("d-1", self.address(customer), text, **more)

    def template(self, customer: Customer, template: Template) -> DirectTemplate:
        return DirectTemplate("d-1", self.address(customer), _complete(template))

    async def written(self, channel: Channel, customer: Customer, way: str) -> DirectMessage | DirectTemplate:
        """A message to the customer, ready to be sent: free text, or the template `still_there`."""
        if way == "text":
            return self.message(customer)
        return self.template(customer, await self.listed(channel, "still_there"))

    async def listed(self, channel: Channel, name: str) -> Template:
        return next(t for t in await channel.templates() if t.name == name)


def _complete(template: Template) -> Filled:
    """Every blank filled with words that stand nowhere else."""
    return fill(template, {slot.key: _words_for(slot, template) for slot in list_slots(template)})


def _words_for(slot: Slot, template: Template) -> str:
    if slot.kind is SlotKind.MEDIA:
        is_paper = template.header is not None and template.header.kind is HeaderKind.DOCUMENT
        return f"https://files.example.com/{'invoice.pdf' if is_paper else 'parcel.png'}"
    known = {SlotKind.LINK_END: "A-77", SlotKind.CODE: "WINTER24", SlotKind.FILE_NAME: "April 2026.pdf"}
    return known.get(slot.kind, f"value of {slot.key}")


async def _send(channel: Channel, out: DirectMessage | DirectTemplate) -> SendOutcome:
    return await (channel.send_text(out) if isinstance(out, DirectMessage) else channel.send_template(out))


async def _trouble_of(call: Awaitable[Any]) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        await call
    return caught.value


async def _eventually(condition: Callable[[], bool]) -> None:
    """Returns when it has become true; the other side has threads of its own."""
    for _ in range(4000):
        if condition():
            return
        await asyncio.sleep(0.005)
    pytest.fail("it never became true")


class Stage:
    """The providers' side: a sandbox whose clock stands still, with a WhatsApp number at Twilio beside Meta's."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.lock = sandbox.lock
        self.numbers = count(1)
        with self.lock:
            self.world.clock.run(0)
            if "whatsapp-2" not in self.world.lines:
                self.world.add_line("whatsapp", "+35315550101", tag="twilio_whatsapp")
            self.settings = self.world.settings

    @property
    def world(self) -> World:
        return self.sandbox.world

    def reset(self) -> None:
        """Everything but people and what was said; limits per 10 seconds begin anew."""
        with self.lock:
            for setting in dataclasses.fields(Settings):
                setattr(self.settings, setting.name, getattr(Settings(), setting.name))
            self.world.templates = TemplateCatalogue()
            self.world.advance(3600)

    def account(self, kind: str) -> Account:
        """kind: of `KINDS`; Octopods' with `:older` answers in the older of its two shapes."""
        kind, _, shape = kind.partition(":")
        self.settings.octopods_shape = shape or "newer"
        return Account(kind, self.sandbox.urls, self.world.lines)

    def person(self, account: Account, *, wrote_ago_s: float | None = 60.0, **more: Any) -> Customer:
        """Somebody new who wrote to that line so long ago; None: never."""
        number = next(self.numbers)
        named = {"phone": f"+35387{number:07d}", "telegram_id": 900_000 + number} | more
        with self.lock:
            found = self.world.add_customer(f"Jennifer {number}", **named)
        if wrote_ago_s is not None:
            self.writes(account, found, f"Hello from {number}")
            self.advance(wrote_ago_s)
        return found

    def writes(self, account: Account, customer: Customer, text: str) -> None:
        with self.lock:
            self.world.write(customer, account.line.channel, text, line=account.line)

    def advance(self, seconds: float) -> None:
        with self.lock:
            self.world.advance(seconds)

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.world.now, UTC)

    def sent_to(self, customer: Customer) -> list[Message]:
        """The ledger's rows of our messages to the customer."""
        with self.lock:
            return [m for m in self.world.traffic.messages if m.customer is customer and not m.is_inbound]

    def received_from(self, customer: Customer, account: Account) -> tuple[Message, str]:
        """Their newest message, and its name at Meta or Telegram."""
        with self.lock:
            all_messages = self.world.traffic.messages
            message = [m for m in all_messages if m.customer is customer and m.is_inbound][-1]
            wamid = "wamid.HBgL" + message.hash(f"wamid of {self.world.seed}").upper()
        return message, f"{customer.telegram_id}:{message.number}" if account.word == "telegram" else wamid

    def screen(self, account: Account, customer: Customer) -> list[Json]:
        """What the business wrote, on the customer's phone."""
        with self.lock:
            shown = self.world.screens(customer)[account.line.channel][account.line.id]
        return [item for item in shown if item["who"] == "business"]

    def ids(self, account: Account, message: Message) -> tuple[str, ...]:
        """Every name that its provider gives to a message that can be looked up."""
        if account.word == "twilio":
            return (resources.sid(message),)
        return str(840_000 + message.number), "gBGG" + message.hash("channel")[:20]

    def picture(self) -> OutgoingFile:
        return OutgoingFile("parcel.png", "image/png", make_png(60, 40).data)

    def state(self) -> str:
        """All of the providers' state that anybody could see or change."""
        with self.lock:
            world = self.world
            ledger = [(m.number, m.text, m.states, m.labels) for m in world.traffic.messages]
            screens = [world.screens(c) for c in world.customers]
            records = [world.intercom.get_conversation(c) for c in world.workspace.conversations]
            settings = {
                k: v for k, v in dataclasses.asdict(self.settings).items() if k not in ("provoked", "fail_next")
            }
            templates = [dataclasses.asdict(t) for t in world.templates.all]
        return json.dumps([ledger, screens, records, settings, templates], default=str, sort_keys=True)


class StageClock(ServerClock):
    """Real time, except that pauses pass at once, here and at the providers."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self.paused_s = 0.0
        super().__init__(lambda: time.time() + self.paused_s, lambda: time.monotonic() + self.paused_s)

    async def sleep(self, seconds: float) -> None:
        self.paused_s += seconds
        self._stage.advance(seconds)


@pytest.fixture(scope="module")
def served() -> Iterator[Stage]:
    with Sandbox.start() as sandbox:
        yield Stage(sandbox)


@pytest.fixture
def stage(served: Stage) -> Iterator[Stage]:
    served.reset()
    yield served
    served.sandbox.plug_in()


@pytest.fixture
def account(stage: Stage, ours: str) -> Account:
    return stage.account(ours)


@pytest.fixture
async def connect(stage: Stage) -> AsyncIterator[Callable[..., Channel]]:
    """`connect(account, secret=…, patience_s=…, …)`: an adapter of that account, as `Account.make` says."""
    opened: list[Channel] = []

    def one(account: Account, **how: Any) -> Channel:
        opened.append(account.make(StageClock(stage), **how))
        return opened[-1]

    yield one
    for channel in opened:
        await channel.aclose()


@pytest.fixture
async def channel(connect: Callable[..., Channel], account: Account) -> Channel:
    return connect(account)


# Helpers by name, since tests cannot import from here.


@pytest.fixture
def complete() -> Callable[[Template], Filled]:
    return _complete


@pytest.fixture
def send() -> Callable[[Channel, DirectMessage | DirectTemplate], Awaitable[SendOutcome]]:
    return _send


@pytest.fixture
def trouble_of() -> Callable[[Awaitable[Any]], Awaitable[ProviderError]]:
    return _trouble_of


@pytest.fixture
def eventually() -> Callable[[Callable[[], bool]], Awaitable[None]]:
    return _eventually
