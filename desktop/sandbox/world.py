"""The whole stage in one object: customers, their phones, the bridge, Intercom, and one clock for all.

Pure and deterministic: no threads, no network, and time stands still until it is moved.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Literal

from . import html_text, messenger, networks, screens
from .bridge import Bridge
from .clock import Clock
from .intercom import writes
from .intercom.api import Intercom, ProcessedReply
from .intercom.state import Admin, App, Author, Part, Team, Workspace
from .messenger import Client
from .people import Customer, File, Line, PhoneChannel
from .screens import Json
from .settings import Settings
from .templates import Catalogue
from .traffic import Directory, Traffic, network_address

START = 1_790_000_000.0
Channel = Literal["whatsapp", "sms", "telegram", "messenger", "email"]

AGENT, COLLEAGUE, OWNER = "7001", "7002", "7003"
REACHLINE = App("Reachline", "sandbox-token-of-reachline", "reachline-private-h4v8")
BRIDGE = App("Octopods", "sandbox-token-of-the-bridge", "octopods-bridge-x1y2")
_TAGS: dict[PhoneChannel, str] = {"whatsapp": "whatsapp", "sms": "twilio", "telegram": "telegram"}


class World:
    """Everything that exists. `now` is the clock's first instant in Unix seconds; `dice` decides on faults.

    Ids of admins, customers, conversations and parts are strings. Customers may be named by object or id.
    """

    def __init__(self, seed: int = 0, now: float | None = None, settings: Settings | None = None) -> None:
        self.seed = seed
        self.dice = random.Random(f"faults of {seed}")
        self.settings = settings or Settings()
        self.clock = Clock(START if now is None else now)
        self.customers: dict[str, Customer] = {}
        self.lines: dict[str, Line] = {}
        self.reachline, self.bridge_app = REACHLINE, BRIDGE
        self.workspace = ws = Workspace(self.clock, self.settings)
        ws.admins = {
            AGENT: Admin(AGENT, "Sam Byrne", "sam@shop.example.com", team_ids=[501]),
            COLLEAGUE: Admin(COLLEAGUE, "Priya Nair", "priya@shop.example.com", team_ids=[501, 502]),
            OWNER: Admin(OWNER, "Lukas Brandt", "lukas@shop.example.com", "Head of support", [502]),
        }
        ws.teams = {
            "501": Team("501", "Deliveries", [AGENT, COLLEAGUE]),
            "502": Team("502", "Refunds", [COLLEAGUE, OWNER]),
        }
        self.intercom = Intercom(ws)
        self.traffic = Traffic(self.clock, self.settings, Directory())
        self.templates = Catalogue()
        self.bridge = Bridge(ws, BRIDGE, OWNER, self.traffic)
        ws.on_part.append(lambda c, p: messenger.deliver_mail(ws, c, p, self.customers))
        self.add_line("whatsapp", "+35315550100")
        self.add_line("telegram", "@HarbourParcelsBot")
        self.add_line("sms", "+35315550199")

    # Time.

    @property
    def now(self) -> float:
        """Unix seconds."""
        return self.clock.now()

    def advance(self, seconds: float) -> None:
        """Let time pass; what was due happens at its own instant, in order."""
        self.clock.advance(seconds)

    # Cast.

    def add_line(self, channel: PhoneChannel, address: str, tag: str | None = None) -> Line:
        """A business address; the first of a channel is that channel's default and has its name as id."""
        count = sum(line.channel == channel for line in self.lines.values())
        line_id = channel if count == 0 else f"{channel}-{count + 1}"
        line = Line(line_id, channel, address, tag or _TAGS[channel])
        self.lines[line.id] = line
        return line

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
    ) -> Customer:
        """A person; `known_as` puts her into Intercom beforehand, with this name, phone and e-mail.

        bsuid: her WhatsApp user id, e.g. `US.13491208655302741918`; without `phone` her only address there.
        """
        customer = Customer(f"c{len(self.customers) + 1}", name, phone, email, telegram_id)
        customer.bsuid, customer.on_whatsapp = bsuid, on_whatsapp
        self.traffic.directory.add(customer)
        self.customers[customer.id] = customer
        if known_as is not None:
            contact = writes.new_contact(self.workspace, known_as, name=name, email=email or "", phone=phone)
            self.workspace.claim(contact, customer.id)
        return customer

    def contact_ids(self, customer: Customer | str) -> list[str]:
        """Her living contacts in Intercom, oldest first."""
        known = self.workspace.of_customer.get(self._customer(customer).id, ())
        return [c for c in known if self.workspace.contacts[c].merged_into is None]

    def conversation_ids(self, customer: Customer | str) -> list[str]:
        """All her conversations, oldest first, e-mail and phone channels included."""
        return [c.id for c in messenger.conversations_of(self.workspace, self._customer(customer))]

    # What she does.

    def write(
        self,
        customer: Customer | str,
        on: Channel = "whatsapp",
        text: str = "",
        *,
        conversation_id: str | None = None,
        line: Line | str | None = None,
        client: Client = "web",
        attachments: Sequence[File] = (),
        new_conversation: bool = False,
    ) -> str | None:
        """She writes; gives the id of the conversation it went to, None while the bridge still holds it.

        line: whatsapp, sms and telegram only; the channel's default when None.
        conversation_id: messenger and email only; any conversation of hers. Without it the Messenger goes on
            in the newest one (a new one with `new_conversation`), and an e-mail starts a new one.
        client: which Messenger she uses.
        """
        if not text.strip() and not attachments:
            raise ValueError("a message needs words or attachments")
        self.clock.run_due()
        who, ws = self._customer(customer), self.workspace
        files = ws.keep(tuple(attachments))
        if on == "messenger":
            return messenger.write(
                ws,
                who,
                text,
                files,
                conversation_id=conversation_id,
                client=client,
                new_conversation=new_conversation,
            )
        if on == "email":
            return messenger.write_mail(ws, who, text, files, conversation_id=conversation_id)
        to = self._line(on, line)
        who.address_on(to)
        self.traffic.receive(who, to, text, files)
        went: list[str] = []
        self.clock.after(self.settings.bridge_delay_s, lambda: went.append(self.bridge.receive(to, who, text, files)))
        return went[0] if went else None

    def call(self, customer: Customer | str, line: Line | str | None = None) -> None:
        """She rings the WhatsApp number: opens the window and leaves no trace in Intercom."""
        self.clock.run_due()
        networks.open_window(self._customer(customer), self._line("whatsapp", line), self.now)

    def block(self, customer: Customer | str, line: Line | str) -> None:
        self.traffic.block(self._customer(customer), self._any_line(line), blocked=True)

    def unblock(self, customer: Customer | str, line: Line | str) -> None:
        self.traffic.block(self._customer(customer), self._any_line(line), blocked=False)

    def send_template(self, customer: Customer | str, text: str, line: Line | str | None = None) -> str | None:
        """An approved WhatsApp template from outside Intercom: needs no window and opens none.

        Gives why it did not arrive (`ignored`: she has blocked the number, which WhatsApp tells nobody), else None.
        """
        self.clock.run_due()
        who, to = self._customer(customer), self._line("whatsapp", line)
        address = network_address(who, to)
        sent = self.traffic.send(to, address, text, route="outside", kind="template")
        return sent.bound_to_fail or ("ignored" if to.id in who.blocked else None)

    # What colleagues do in Intercom's own inbox: no package code.

    def teammate_reply(self, conversation_id: str, admin_id: str, text: str, attachments: Sequence[File] = ()) -> str:
        """Gives the id of the new part, as all of these do."""
        body = html_text.from_text(text)
        return self._inbox(writes.reply, conversation_id, admin_id, body, attachments).id

    def teammate_note(self, conversation_id: str, admin_id: str, text: str, attachments: Sequence[File] = ()) -> str:
        body = html_text.from_text(text)
        return self._inbox(writes.note, conversation_id, admin_id, body, attachments).id

    def teammate_close(self, conversation_id: str, admin_id: str, text: str = "") -> str:
        """`text` is a last word that she reads in the Messenger; the bridge does not forward it."""
        return self._inbox(writes.close, conversation_id, admin_id, html_text.from_text(text)).id

    def teammate_open(self, conversation_id: str, admin_id: str) -> str:
        return self._inbox(writes.reopen, conversation_id, admin_id).id

    def teammate_snooze(self, conversation_id: str, admin_id: str, until: float) -> str:
        return self._inbox(writes.snooze, conversation_id, admin_id, int(until)).id

    def teammate_assign(self, conversation_id: str, admin_id: str, assignee_id: str | None, text: str = "") -> str:
        """To an admin or a team by id; None takes the assigned teammate off."""
        kind = "team" if assignee_id in self.workspace.teams else "admin"
        assignee = ("nobody_admin", None) if assignee_id is None else (kind, assignee_id)
        body = html_text.from_text(text)
        return self._inbox(writes.assign, conversation_id, admin_id, assignee, body).id

    def teammate_tag(self, conversation_id: str, admin_id: str, name: str) -> None:
        ws = self.workspace
        writes.tag(ws, ws.conversation(conversation_id), ws.tag(name), ws.admin(admin_id).id)

    def bot_reply(self, conversation_id: str, text: str) -> str:
        self.clock.run_due()
        conversation = self.workspace.conversation(conversation_id)
        return writes.reply(self.workspace, conversation, writes.OPERATOR, html_text.from_text(text)).id

    def _inbox(self, action: Callable[..., Part], conversation_id: str, admin_id: str, *rest: object) -> Part:
        self.clock.run_due()
        conversation = self.workspace.conversation(conversation_id)
        author = Author("admin", self.workspace.admin(admin_id).id)
        return action(self.workspace, conversation, author, *rest)

    # What happens to records.

    def redact(self, part_id: str) -> None:
        conversation, part = self.workspace.part(part_id)
        writes.redact(self.workspace, conversation, part)

    def merge(self, lead_id: str, into_id: str) -> None:
        ws = self.workspace
        writes.merge(ws, ws.contact(lead_id), ws.contact(into_id))

    def delete_conversation(self, conversation_id: str) -> None:
        writes.delete_conversation(self.workspace, self.workspace.conversation(conversation_id))

    # What can be seen.

    def screens(self, customer: Customer | str) -> Json:
        """Everything on her screens, as JSON; see `screens.of`."""
        self.clock.run_due()
        return screens.of(self.workspace, self._customer(customer), self.lines)

    def delivery(self, part_id: str) -> dict[str, bool]:
        """Channel word -> whether this part is shown to her there now; all five words are always there."""
        self.clock.run_due()
        return screens.delivery(self.workspace, part_id, self.customers, self.lines)

    def texts(self, customer: Customer | str) -> dict[str, Counter[str]]:
        """How often each text stands on her screens; see `screens.texts`."""
        self.clock.run_due()
        return screens.texts(self.workspace, self._customer(customer))

    def processed_replies(self) -> list[ProcessedReply]:
        """Every admin's comment made through the API, in the order it was processed, whatever was answered."""
        return list(self.intercom.processed)

    # Names to things.

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
        found = self._any_line(channel if line is None else line)
        if found.channel != channel:
            raise ValueError(f"{found.id} is no {channel} line")
        return found
