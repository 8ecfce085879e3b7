"""The channel bridge between the customers' phones and Intercom, as Octopods' articles describe it.

Sources: docs.octopods.io "How contacts work in Intercom", "How conversations are created", "Intercom Inbox
integration", "Cross-channel communication" (read November 2026). What they leave open is a setting.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from . import html_text, numbers
from .intercom import writes
from .intercom.state import App, Author, Contact, Conversation, Part, Workspace
from .people import Customer, File, Line
from .traffic import Traffic, network_address


@dataclass(slots=True)
class Link:
    """One channel chat as the bridge remembers it."""

    line: Line
    address: str
    contact_id: str
    conversation_id: str = ""


class Bridge:
    """Posts what customers write, forwards what teammates answer, and notes what it could not forward.

    links: (line id, customer's address) -> Link.
    mapped: conversation id -> its chat; a conversation stays mapped when the chat has moved on to a newer one.
    acts_as: the admin whose name is on tags and notes.
    """

    def __init__(self, ws: Workspace, app: App, acts_as: str, traffic: Traffic) -> None:
        self._ws = ws
        self._app = app
        self._acts_as = acts_as
        self._traffic = traffic
        self.links: dict[tuple[str, str], Link] = {}
        self.mapped: dict[str, Link] = {}
        ws.on_part.append(self._forward)
        ws.on_merge.append(self._relink)

    # From a phone to Intercom.

    def receive(self, line: Line, customer: Customer, text: str, files: Sequence[File]) -> str:
        """Post her message; gives the id of the conversation it went to."""
        address = customer.address_on(line)
        contact = self._contact(line, customer, address)
        self._describe(line, address, contact)
        link = self.links[line.id, address]
        body = html_text.from_text(text)
        conversation = self._current(link)
        if conversation is not None:
            code = self._app.package_code
            writes.contact_reply(self._ws, conversation, contact, body, files, code=code)
            return conversation.id
        conversation = writes.new_conversation(self._ws, contact, body, files)
        self._map(conversation, link)
        return conversation.id

    def open(self, line: Line, customer: Customer, author: Author, body: str) -> Conversation:
        """A conversation that begins with what the business sent her past Intercom; later messages go on in it."""
        address = customer.address_on(line)
        contact = self._contact(line, customer, address)
        self._describe(line, address, contact)
        conversation = writes.new_conversation(self._ws, contact, body, started_by=author)
        self._map(conversation, self.links[line.id, address])
        return conversation

    def _map(self, conversation: Conversation, link: Link) -> None:
        link.conversation_id = conversation.id
        self.mapped[conversation.id] = link
        if self._ws.settings.tags:
            writes.tag(self._ws, conversation, self._ws.tag(link.line.tag), self._acts_as)

    def _contact(self, line: Line, customer: Customer, address: str) -> Contact:
        """The one linked before, else a match in Intercom, else a new lead."""
        link = self.links.get((line.id, address))
        if link is not None:
            return self._ws.survivor(self._ws.contacts[link.contact_id])
        contact = self._match(line, address)
        if contact is None:
            phone = None if line.channel == "telegram" or numbers.is_bsuid(address) else address
            contact = writes.new_contact(self._ws, "lead", name=customer.name, phone=phone)
        self._ws.claim(contact, customer.id)
        self.links[line.id, address] = Link(line, address, contact.id)
        return contact

    def _match(self, line: Line, address: str) -> Contact | None:
        """Latest updated of several with the number; Telegram goes by its own attribute."""
        if line.channel == "telegram":
            found = [
                c
                for c in self._ws.contacts.values()
                if c.merged_into is None and c.custom_attributes.get("octopods_telegram_user_id") == address
            ]
        else:
            found = self._ws.with_phone(address)
        return max(found, key=lambda c: c.updated_at, default=None)

    def _describe(self, line: Line, address: str, contact: Contact) -> None:
        attributes = {"octopods_channel": line.tag}
        if line.channel == "telegram":
            attributes["octopods_telegram_user_id"] = address
        else:
            attributes[f"octopods_{line.tag}_account_phone"] = line.address
        writes.update_contact(self._ws, contact, custom_attributes=attributes)

    def _current(self, link: Link) -> Conversation | None:
        """The conversation to go on in; None when there is none, or its close is longer ago than the buffer."""
        conversation = self._ws.conversations.get(link.conversation_id)
        buffer_s = self._ws.settings.new_conversation_after_s
        if conversation is None or buffer_s is None or conversation.closed_at is None:
            return conversation
        return conversation if self._ws.clock.now() - conversation.closed_at < buffer_s else None

    def _relink(self, lead: Contact, into: Contact) -> None:
        for link in self.links.values():
            if link.contact_id == lead.id:
                link.contact_id = into.id

    # From Intercom to a phone.

    def _forward(self, conversation: Conversation, part: Part) -> None:
        link = self.mapped.get(conversation.id)
        if link is None or not self._is_mine_to_forward(part):
            return
        customer = self._traffic.directory.find(link.line.channel, link.address)
        if customer is None:
            return
        text, to = html_text.to_text(part.body), network_address(customer, link.line)
        sent = self._traffic.send(link.line, to, text, part.files, route="bridge", part_id=part.id)
        settings = self._ws.settings
        words = {
            "window": settings.note_text,
            "blocked": settings.blocked_note_text,
            "stopped": settings.stopped_note_text,
        }.get(sent.bound_to_fail or "")
        if words is not None:
            self._ws.clock.after(settings.note_delay_s, lambda: self._report(conversation, words))

    def _is_mine_to_forward(self, part: Part) -> bool:
        """Answers of teammates and bots only, never notes, never its own parts."""
        if part.part_type != "comment" or part.author.is_contact or not part.has_words:
            return False
        if part.package_code is None:
            return True
        return part.package_code != self._app.package_code and self._ws.settings.relay_api_replies

    def _report(self, conversation: Conversation, words: str) -> None:
        if conversation.id not in self._ws.conversations:
            return
        settings, body = self._ws.settings, html_text.from_text(words)
        author = Author("admin", self._acts_as) if settings.note_author == "admin" else writes.OPERATOR
        post = writes.note if settings.note_part_type == "note" else writes.reply
        post(self._ws, conversation, author, body, code=self._app.package_code)
