"""Base of the world: the workspace, its teammates, business lines, bridges, customers and the clock."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any, Literal

from desktop.sandbox.bridge.bridge import Bridge
from desktop.sandbox.intercom import messenger, mutations
from desktop.sandbox.intercom.api import Intercom
from desktop.sandbox.intercom.automations import Rules
from desktop.sandbox.intercom.records import Admin, App, Team, Workspace
from desktop.sandbox.model import numbers
from desktop.sandbox.model.clock import Clock
from desktop.sandbox.model.people import INTERCOM, OCTOPODS, Customer, Line, PhoneChannel
from desktop.sandbox.model.settings import Settings
from desktop.sandbox.model.templates import TemplateCatalogue
from desktop.sandbox.model.traffic import Directory, Traffic
from desktop.sandbox.world.native import NativeChannels

START = 1_790_000_000.0
AGENT, COLLEAGUE, OWNER = "7001", "7002", "7003"
REACHLINE = App("Reachline", "sandbox-token-of-reachline", "reachline-private-h4v8")
BRIDGE = App(OCTOPODS, "sandbox-token-of-the-bridge", "octopods-bridge-x1y2")
_TAGS: dict[PhoneChannel, str] = {
    "whatsapp": "whatsapp",
    "sms": "twilio",
    "telegram": "telegram",
    "facebook": "messenger",
    "instagram": "instagram",
}


class WorldBase:
    """Creates the workspace, three business lines and the first bridge; adds admins, lines, bridges and customers.

    now: the clock's first instant, Unix seconds. bridge_code: package code of the first bridge.
    dice: the random source of faults and delays.
    bridges: by name; `bridge` is the first one.
    language: of the workspace and of customers, unless they have another; as in BCP 47, such as `pt-BR`.
    translate: makes a text in this language from one of the sandbox's own in English.
    translated: every text that a translation service was sent, in order.
    Ids are strings. Methods take customers as object or id.
    """

    def __init__(
        self,
        seed: int = 0,
        now: float | None = None,
        settings: Settings | None = None,
        bridge_code: str = BRIDGE.package_code,
        language: str = "en",
        translate: Callable[[str], str] = str,
    ) -> None:
        self.seed = seed
        self.dice = random.Random(f"faults of {seed}")
        self.language, self.translate = language, translate
        self.settings = settings or Settings()
        self.clock = Clock(START if now is None else now)
        self.customers: dict[str, Customer] = {}
        self.lines: dict[str, Line] = {}
        self.translated: list[str] = []
        self.reachline = REACHLINE
        self.workspace = ws = Workspace(self.clock, self.settings)
        ws.admins = {
            AGENT: Admin(AGENT, "Sam Byrne", "sam@shop.example.com", team_ids=[501]),
            COLLEAGUE: Admin(COLLEAGUE, "Priya Nair", "priya@shop.example.com", team_ids=[501, 502]),
            OWNER: Admin(OWNER, "Lukas Brandt", "lukas@shop.example.com", translate("Head of support"), [502]),
        }
        ws.teams = {
            "501": Team("501", translate("Deliveries"), [AGENT, COLLEAGUE]),
            "502": Team("502", translate("Refunds"), [COLLEAGUE, OWNER]),
        }
        self.intercom = Intercom(ws)
        self.traffic = Traffic(self.clock, self.settings, Directory())
        self.templates = TemplateCatalogue(language, translate)
        self.bridge = Bridge(ws, BRIDGE._replace(package_code=bridge_code), OWNER, self.traffic, self.dice)
        self.bridges = {OCTOPODS: self.bridge}
        self.native = NativeChannels(ws, self.traffic)
        self.rules = Rules(ws)
        ws.on_part.append(lambda c, p: messenger.deliver_mail(ws, c, p, self.customers))
        ws.on_first_message.append(lambda c: messenger.deliver_first_mail(ws, c, self.customers))
        self.add_line("whatsapp", "+35315550100")
        self.add_line("telegram", "@HarbourParcelsBot")
        self.add_line("sms", "+35315550199")

    @property
    def bridge_app(self) -> App:
        """The app of the first bridge."""
        return self.bridge.app

    # Time.

    @property
    def now(self) -> float:
        """Unix seconds."""
        return self.clock.now()

    def advance(self, seconds: float) -> None:
        """Advance the clock; due entries run at their own time, in order."""
        self.clock.advance(seconds)

    # The workspace and its lines.

    def add_admin(self, name: str) -> str:
        """Add a teammate's seat, also one that an app acts as. Returns its id."""
        admin_id = str(7000 + len(self.workspace.admins) + 1)
        self.workspace.admins[admin_id] = Admin(admin_id, name, f"admin{admin_id}@shop.example.com")
        return admin_id

    def add_bridge(self, name: str, package_code: str, acts_as: str = OWNER) -> Bridge:
        """Add a bridge or connector; its lines are added with `carrier=name`."""
        app = App(name, f"sandbox-token-of-{name.lower().replace(' ', '-')}", package_code)
        self.bridges[name] = bridge = Bridge(self.workspace, app, acts_as, self.traffic, self.dice)
        return bridge

    def add_line(self, channel: PhoneChannel, address: str, tag: str | None = None, carrier: str = OCTOPODS) -> Line:
        """Add a business address. The first of a channel is its default and has the channel's name as id.

        carrier: a bridge's name, or `Intercom` for a native channel (`intercom-whatsapp`, ...); not for Telegram.
        """
        if carrier != INTERCOM and carrier not in self.bridges:
            raise ValueError(f"no bridge {carrier!r}")
        if carrier == INTERCOM and channel == "telegram":
            raise ValueError("Intercom has no telegram of its own")
        stem = channel if carrier != INTERCOM else f"intercom-{channel}"
        count = sum(line.channel == channel and line.is_native == (carrier == INTERCOM) for line in self.lines.values())
        line_id = stem if count == 0 else f"{stem}-{count + 1}"
        line = Line(line_id, channel, address, tag or _TAGS[channel], carrier)
        self.lines[line.id] = line
        return line

    def outage(self, seconds: float, carrier: str = OCTOPODS) -> None:
        """Start an outage of the bridge: what it should post and send meanwhile follows at the end."""
        self.bridges[carrier].delays.outage_until = self.now + seconds

    # Customers.

    def add_customer(
        self,
        name: str,
        *,
        phone: str | None = None,
        email: str | None = None,
        telegram_id: int | None = None,
        known_as: Literal["user", "lead"] | None = None,
        bsuid: str | None = None,
        on_whatsapp: bool = True,
        language: str = "",
    ) -> Customer:
        """Add a person; with `known_as` also their contact in Intercom, with this name, phone and e-mail.

        bsuid: their WhatsApp user id, e.g. `US.13491208655302741918`; without `phone` the only address there.
        language: of their browser, "" for the workspace's.
        """
        customer = Customer(f"c{len(self.customers) + 1}", name, phone, email, telegram_id)
        customer.bsuid, customer.on_whatsapp, customer.language = bsuid, on_whatsapp, language or self.language
        self.traffic.directory.add(customer)
        self.customers[customer.id] = customer
        if known_as is not None:
            self.add_contact(customer, known_as, name=name, email=email or "", phone=phone)
        return customer

    def add_contact(self, customer: Customer | str, role: Literal["user", "lead"], **fields: Any) -> str:
        """Add another contact of this customer, such as a duplicate with the same phone. Returns its id."""
        contact = mutations.new_contact(self.workspace, role, **fields)
        self.workspace.assign_customer(contact, self._customer(customer).id)
        return contact.id

    def contact_ids(self, customer: Customer | str) -> list[str]:
        """Ids of the customer's contacts that were not merged away, oldest first."""
        known = self.workspace.contacts_by_customer.get(self._customer(customer).id, ())
        return [c for c in known if self.workspace.contacts[c].merged_into is None]

    def conversation_ids(self, customer: Customer | str) -> list[str]:
        """Ids of all the customer's conversations, oldest first, including e-mail and phone channels."""
        return [c.id for c in messenger.conversations_of(self.workspace, self._customer(customer))]

    # Lookup.

    def _customer(self, customer: Customer | str) -> Customer:
        if isinstance(customer, Customer):
            return customer
        try:
            return self.customers[customer]
        except KeyError:
            raise ValueError(f"no customer {customer!r}") from None

    def _any_line(self, line: Line | str) -> Line:
        if isinstance(line, Line):
            return line
        try:
            return self.lines[line]
        except KeyError:
            raise ValueError(f"no line {line!r}") from None

    def _line(self, channel: PhoneChannel, line: Line | str | None) -> Line:
        """The line with this id. None: the channel's default, a native one if no bridge has the channel."""
        if line is None:
            line = channel if channel in self.lines else f"intercom-{channel}"
        found = self._any_line(line)
        if found.channel != channel:
            raise ValueError(f"{found.id} is no {channel} line")
        return found

    def _bridge_of(self, line: Line) -> Bridge | None:
        """The bridge of a line; None for a native line."""
        return None if line.is_native else self.bridges[line.carrier]

    def _address(self, customer: Customer) -> str:
        """The customer's number as the bridge writes it. Raises ValueError without a phone."""
        if not customer.phone or not numbers.wa_id(customer.phone):
            raise ValueError(f"{customer.name} has no phone")
        return customer.phone
