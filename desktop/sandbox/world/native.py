"""Intercom's native WhatsApp, SMS, Facebook and Instagram channels, which use no bridge.

Sources: Intercom API, `source.type` and `channel`; the network's window applies to its number as to any other. What
the API does with a reply outside the window is not documented: here it is stored and not delivered.
"""

from __future__ import annotations

from collections.abc import Sequence

from desktop.sandbox.intercom import messenger, mutations
from desktop.sandbox.intercom.records import Contact, Conversation, LineChat, Part, Workspace
from desktop.sandbox.model import html_text, numbers
from desktop.sandbox.model.people import Customer, File, Line
from desktop.sandbox.model.traffic import Traffic, network_address


class NativeChannels:
    """Posts customers' messages on native lines and sends replies to them.

    chats_by_conversation: conversation id -> chat, also while the conversation continues on another channel.
    """

    def __init__(self, ws: Workspace, traffic: Traffic) -> None:
        self._ws = ws
        self._traffic = traffic
        self._chats: dict[tuple[str, str], LineChat] = {}
        self.chats_by_conversation: dict[str, LineChat] = {}
        ws.on_part.append(self._send)

    def receive(self, line: Line, customer: Customer, text: str, files: Sequence[File]) -> str:
        """Post the customer's message and move its conversation back to this channel. Returns the conversation id."""
        address = customer.address_on(line)
        chat = self._chats.get((line.id, address))
        if chat is None:
            chat = LineChat(line, address, self._contact(line, customer, address).id)
            self._chats[line.id, address] = chat
        contact = self._ws.merge_target(self._ws.contacts[chat.contact_id])
        conversation, body = self._ws.conversations.get(chat.conversation_id), html_text.from_text(text)
        if conversation is None:
            conversation = mutations.new_conversation(self._ws, contact, body, files, source_type=line.channel)
            chat.conversation_id = conversation.id
            self.chats_by_conversation[conversation.id] = chat
            conversation.writers.add(customer.id)
        else:
            if conversation.channel != line.channel:
                messenger.move(self._ws, conversation, line.channel)
            conversation.writers.add(customer.id)
            mutations.contact_reply(self._ws, conversation, contact, body, files)
        return conversation.id

    def adopt(self, conversation: Conversation, line: Line, customer: Customer) -> None:
        """Continue a Messenger conversation in the customer's chat on this line; opens no window."""
        address = customer.address_on(line)
        chat = LineChat(line, address, conversation.contact_ids[0], conversation.id)
        self._chats[line.id, address] = self.chats_by_conversation[conversation.id] = chat
        conversation.writers.add(customer.id)

    def _contact(self, line: Line, customer: Customer, address: str) -> Contact:
        has_phone = line.channel in ("whatsapp", "sms") and not numbers.is_bsuid(address)
        known = self._ws.contacts_with_phone(address) if has_phone else []
        contact = max(known, key=lambda c: c.updated_at, default=None)
        if contact is None:
            contact = mutations.new_contact(self._ws, "lead", name=customer.name, phone=address if has_phone else None)
        self._ws.assign_customer(contact, customer.id)
        return contact

    def active_chat(self, conversation: Conversation) -> LineChat | None:
        """The chat that replies go to; None while the conversation continues on another channel."""
        chat = self.chats_by_conversation.get(conversation.id)
        return chat if chat is not None and conversation.channel == chat.line.channel else None

    def _send(self, conversation: Conversation, part: Part) -> None:
        chat = self.active_chat(conversation)
        if chat is None or not messenger.is_shown(part) or part.author.type not in ("admin", "team", "bot"):
            return
        customer = self._traffic.directory.find(chat.line.channel, chat.address)
        to = chat.address if customer is None else network_address(customer, chat.line)
        text = html_text.to_text(part.body)
        self._traffic.send(chat.line, to, text, part.files, route="intercom", part_id=part.id)
