"""The channel bridge between the customers' phones and Intercom, as Octopods' articles describe it.

Sources: docs.octopods.io "How contacts work in Intercom", "How conversations are created", "Intercom Inbox
integration", "Cross-channel communication" (read November 2026). What they leave open is a setting.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

from desktop.sandbox.bridge.delays import Delays
from desktop.sandbox.intercom import mutations
from desktop.sandbox.intercom.records import App, Author, Contact, Conversation, LineChat, Part, Workspace
from desktop.sandbox.model import html_text, notices, numbers
from desktop.sandbox.model.people import Customer, File, Line, ScreenItem
from desktop.sandbox.model.traffic import Message, Reason, Traffic, network_address

_PART_TYPES_WITH_TEXT = ("close", "assignment", "assign_and_reopen")


class Bridge:
    """Posts customers' messages to Intercom, forwards teammates' replies, and notes what it could not forward.

    chats: (line id, customer's address) -> chat.
    chats_by_conversation: conversation id -> chat; an entry stays when the chat has moved on to a newer conversation.
    app: its token, and the package code of all parts that it creates.
    acts_as: id of the admin who applies its tags and writes its notes.
    tag_ids: tag name -> id, for tags that were renamed in the workspace and are still applied.
    """

    def __init__(self, ws: Workspace, app: App, acts_as: str, traffic: Traffic, dice: random.Random) -> None:
        self._ws = ws
        self.app = app
        self.acts_as = acts_as
        self._traffic = traffic
        self.delays = Delays(ws.clock, ws.settings, dice)
        self.chats: dict[tuple[str, str], LineChat] = {}
        self.chats_by_conversation: dict[str, LineChat] = {}
        self.tag_ids: dict[str, str] = {}
        self._last_note_at: dict[str, float] = {}
        self._is_writing = False
        ws.on_part.append(self._forward)
        ws.on_merge.append(self._relink)

    # From a phone to Intercom.

    def receive(
        self, line: Line, customer: Customer, text: str, files: Sequence[File] = (), *, address: str | None = None
    ) -> str | None:
        """Post the customer's message when it is due. Returns the conversation id, or None while the post is pending.

        address: the chat's address, if it is not the customer's current one.
        """
        chat = address or customer.address_on(line)
        posted_to: list[str] = []
        due, received = self.delays.schedule_post((line.id, chat)), self._ws.now()
        self._ws.clock.call_at(due, lambda: posted_to.append(self._post(line, chat, customer, text, files, received)))
        return posted_to[0] if posted_to else None

    def post_event(
        self, line: Line, customer: Customer, kind: notices.Kind, *, address: str | None = None, **fields: str
    ) -> str | None:
        """Post a reaction, edit, deletion or new number as a message of the customer, if the settings say so."""
        if not self._ws.settings.bridge_event_lines:
            return None
        text = notices.text(kind, self._ws.settings.notice_language, **fields)
        return self.receive(line, customer, text, address=address)

    def _post(
        self, line: Line, address: str, customer: Customer, text: str, files: Sequence[File], received: int
    ) -> str:
        contact = self._contact(line, customer, address)
        self._write_attributes(line, address, contact)
        link = self.chats[line.id, address]
        body = html_text.from_text(text)
        conversation = self._open_conversation(link)
        if conversation is None:
            conversation = mutations.new_conversation(self._ws, contact, body, files)
            self._map(conversation, link, customer)
        else:
            conversation.writers.add(customer.id)
            at = received if self._ws.settings.bridge_backdates else None
            code = self.app.package_code
            mutations.contact_reply(self._ws, conversation, contact, body, files, code=code, created_at=at)
        return conversation.id

    def open_conversation(
        self, line: Line, customer: Customer, author: Author, body: str, *, called: str = "", name: str = ""
    ) -> Conversation:
        """Create a conversation for a message sent outside Intercom; the chat's later messages continue in it.

        called: the customer's number as the sender wrote it. name: of a contact that has to be made.
        """
        address = customer.address_on(line)
        contact = self._contact(line, customer, address, called, name)
        self._write_attributes(line, address, contact)
        conversation = mutations.new_conversation(self._ws, contact, body, started_by=author)
        self._map(conversation, self.chats[line.id, address], customer)
        return conversation

    def _map(self, conversation: Conversation, link: LineChat, customer: Customer) -> None:
        link.conversation_id = conversation.id
        conversation.writers.add(customer.id)
        self.chats_by_conversation[conversation.id] = link
        if self._ws.settings.tags:
            self._ws.clock.call_later(self._ws.settings.tag_delay_s, lambda: self._tag(conversation, link.line.tag))

    def _tag(self, conversation: Conversation, name: str) -> None:
        if conversation.id in self._ws.conversations:
            mutations.tag(self._ws, conversation, self.tag_ids.get(name) or self._ws.ensure_tag(name), self.acts_as)

    def _contact(self, line: Line, customer: Customer, address: str, called: str = "", name: str = "") -> Contact:
        """The chat's contact, else a match in Intercom, else a new lead. called, name: as in `open_conversation`."""
        link = self.chats.get((line.id, address))
        if link is not None:
            return self._ws.merge_target(self._ws.contacts[link.contact_id])
        contact = (self._match(line, called) if called else None) or self._match(line, address)
        if contact is None:
            phone = (called or address) if _is_phone(line, address) else None
            contact = mutations.new_contact(self._ws, "lead", name=name or customer.name, phone=phone)
        self._ws.assign_customer(contact, customer.id)
        self.chats[line.id, address] = LineChat(line, address, contact.id)
        return contact

    def _match(self, line: Line, address: str) -> Contact | None:
        """The most recently updated contact with the number; other addresses are matched by a custom attribute."""
        if _is_phone(line, address):
            found = self._ws.contacts_with_phone(address)
        else:
            name = _user_attribute(line)
            found = [
                c
                for c in self._ws.contacts.values()
                if c.merged_into is None and c.custom_attributes.get(name) == address
            ]
        return max(found, key=lambda c: c.updated_at, default=None)

    def _write_attributes(self, line: Line, address: str, contact: Contact) -> None:
        wanted = self._ws.settings.bridge_attributes
        attributes = {} if wanted == "none" else {"octopods_channel": line.tag}
        if wanted == "all":
            if not _is_phone(line, address):
                attributes[_user_attribute(line)] = address
            if line.channel in ("whatsapp", "sms"):
                attributes[f"octopods_{line.tag}_account_phone"] = line.address
        mutations.update_contact(self._ws, contact, custom_attributes=attributes)

    def _open_conversation(self, link: LineChat) -> Conversation | None:
        """The chat's conversation; None without one, or when it was closed longer ago than the buffer."""
        conversation = self._ws.conversations.get(link.conversation_id)
        buffer_s = self._ws.settings.new_conversation_after_s
        if conversation is None or buffer_s is None or conversation.closed_at is None:
            return conversation
        return conversation if self._ws.clock.now() - conversation.closed_at < buffer_s else None

    def _relink(self, lead: Contact, into: Contact) -> None:
        for link in self.chats.values():
            if link.contact_id == lead.id:
                link.contact_id = into.id

    def change_address(self, line: Line, old: str, new: str) -> None:
        """Continue a chat and its contact under the customer's new number."""
        link = self.chats.pop((line.id, old), None)
        if link is not None:
            link.address = new
            self.chats[line.id, new] = link
            contact = self._ws.merge_target(self._ws.contacts[link.contact_id])
            mutations.update_contact(self._ws, contact, phone=new)

    # From Intercom to a phone.

    def is_forwarded(self, author_type: str, code: str | None) -> bool:
        """Whether replies by this author type and app are forwarded. code: None for replies typed in the inbox."""
        settings = self._ws.settings
        if author_type not in ("admin", "team", "bot") or (author_type == "bot" and not settings.relay_bot_replies):
            return False
        return code is None or (code != self.app.package_code and settings.relay_api_replies)

    def _forward(self, conversation: Conversation, part: Part) -> None:
        """Forward replies of teammates and bots; never notes, never the bridge's own parts."""
        link = self.chats_by_conversation.get(conversation.id)
        if (
            link is None
            or self._is_writing
            or not part.has_content
            or not self.is_forwarded(part.author.type, part.package_code)
        ):
            return
        beside_a_change = part.part_type in _PART_TYPES_WITH_TEXT and self._ws.settings.relay_close_texts
        if part.part_type == "comment" or beside_a_change:
            self._ws.clock.call_at(self.delays.next_send_time(), lambda: self._send(conversation, part, link))

    def _send(self, conversation: Conversation, part: Part, link: LineChat) -> None:
        customer = self._traffic.directory.find(link.line.channel, link.address)
        to = link.address if customer is None else network_address(customer, link.line)
        text = html_text.to_text(part.body)
        fail: tuple[Reason, None] | None = ("provoked", None) if self._ws.settings.bridge_trouble else None
        sent = self._traffic.send(link.line, to, text, part.files, route="bridge", part_id=part.id, fail=fail)
        note_text = self._failure_text(sent)
        if note_text is None:
            return
        settings, now = self._ws.settings, self._ws.clock.now()
        if now - self._last_note_at.get(conversation.id, -settings.note_pause_s) < settings.note_pause_s:
            return
        self._last_note_at[conversation.id] = now
        delay_s = settings.note_delays_s.pop(0) if settings.note_delays_s else settings.note_delay_s
        self._ws.clock.call_later(delay_s, lambda: self._note(conversation, note_text))

    def _failure_text(self, sent: Message) -> str | None:
        """Text of the note about a message that will fail; None if the bridge does not report it."""
        settings = self._ws.settings
        reported: dict[str, tuple[bool, notices.Kind, str]] = {
            "window": (settings.report_window, "window", settings.note_text),
            "blocked": (settings.report_blocked, "blocked", settings.blocked_note_text),
            "stopped": (settings.report_stopped, "stopped", settings.stopped_note_text),
            "nobody": (settings.report_nobody, "nobody", notices.text("nobody")),
        }
        if settings.bridge_trouble:
            return notices.text(settings.bridge_trouble, settings.notice_language)
        is_reported, kind, english = reported.get(sent.failure_reason or "", (False, "failed", ""))
        if not is_reported:
            return None
        language = settings.notice_language
        return english if language == "en" else notices.text(kind, language)

    def note_sent_template(self, line: Line, address: str) -> None:
        """Note a template sent outside Intercom, if the settings say so."""
        link = self.chats.get((line.id, address))
        conversation = self._ws.conversations.get(link.conversation_id) if link else None
        if conversation is not None and self._ws.settings.report_templates:
            self._note(conversation, notices.text("template_sent", self._ws.settings.notice_language))

    def post_phone_reply(self, item: ScreenItem, line: Line, address: str) -> None:
        """Post a reply typed in the WhatsApp Business App to Intercom, if the settings say so."""
        link = self.chats.get((line.id, address))
        conversation = self._ws.conversations.get(link.conversation_id) if link else None
        if conversation is None or not self._ws.settings.coexistence_echo:
            return
        author, body = Author("admin", self.acts_as), html_text.from_text(item.text)
        item.part_id = self._write(mutations.reply, conversation, author, body, code=self.app.package_code).id

    def _note(self, conversation: Conversation, text: str) -> None:
        if conversation.id not in self._ws.conversations:
            return
        settings, body = self._ws.settings, html_text.from_text(text)
        admin = settings.note_admin_id or self.acts_as
        author = Author("admin", admin) if settings.note_author == "admin" else mutations.OPERATOR
        code = {"bridge": self.app.package_code, "none": None}.get(settings.note_code, settings.note_code)
        if settings.note_part_type == "comment":
            self._write(mutations.reply, conversation, author, body, code=code)
        else:
            self._write(mutations.note, conversation, author, body, code=code, part_type=settings.note_part_type)

    def _write(self, action: Callable[..., Part], *details: Any, **more: Any) -> Part:
        self._is_writing = True
        try:
            return action(self._ws, *details, **more)
        finally:
            self._is_writing = False


def _is_phone(line: Line, address: str) -> bool:
    return line.channel in ("whatsapp", "sms") and not numbers.is_bsuid(address)


def _user_attribute(line: Line) -> str:
    """Name of the custom attribute that holds the address of a customer without a number on this line."""
    return f"octopods_{line.tag}_user_id"
