"""Actions of customers: write, call, react, edit, delete, block, open the Messenger, change the number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from desktop.sandbox.intercom import messenger, mutations
from desktop.sandbox.intercom.messenger import Client
from desktop.sandbox.model import networks
from desktop.sandbox.model.people import Customer, File, Line, ScreenItem
from desktop.sandbox.world.base import WorldBase

Channel = Literal["whatsapp", "sms", "telegram", "facebook", "instagram", "messenger", "email"]


class CustomerActions(WorldBase):
    """Methods take customers and lines as object or id."""

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
        """The customer writes. Returns the conversation id, or None while the bridge has not posted the message.

        line: phone channels only; None for the channel's default.
        conversation_id: messenger and email only; one of theirs. Without it the Messenger continues the newest one
            (a new one with `new_conversation`), and an e-mail starts a new one.
        client: the Messenger they use.
        """
        if not text.strip() and not attachments:
            raise ValueError("a message needs words or attachments")
        self.clock.run_due()
        who, ws = self._customer(customer), self.workspace
        files = ws.add_files(tuple(attachments))
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
        bridge = self._bridge_of(to)
        return self.native.receive(to, who, text, files) if bridge is None else bridge.receive(to, who, text, files)

    def look(self, customer: Customer | str, client: Client = "web") -> None:
        """The customer opens the Messenger without writing."""
        self.clock.run_due()
        messenger.open_messenger(self.workspace, self._customer(customer), client)

    def call(self, customer: Customer | str, line: Line | str | None = None) -> None:
        """The customer calls the WhatsApp number, which opens the window and leaves no trace in Intercom."""
        self.clock.run_due()
        who, to = self._customer(customer), self._line("whatsapp", line)
        networks.open_window(who, to, self.now)
        who.chat(to).append(ScreenItem("customer", "", self.now, "call"))

    def block(self, customer: Customer | str, line: Line | str) -> None:
        self._set_blocked(self._customer(customer), self._any_line(line), blocked=True)

    def unblock(self, customer: Customer | str, line: Line | str) -> None:
        self._set_blocked(self._customer(customer), self._any_line(line), blocked=False)

    def _set_blocked(self, who: Customer, line: Line, *, blocked: bool) -> None:
        if (line.id in who.blocked) == blocked:
            return
        self.traffic.block(who, line, blocked=blocked)
        who.chat(line).append(ScreenItem("customer", "", self.now, "blocked" if blocked else "unblocked"))

    # Events in a chat. Intercom's native channels do not report them.

    def react(self, customer: Customer | str, emoji: str, line: Line | str = "whatsapp") -> str | None:
        """React to the newest message in the chat. Returns the conversation that the bridge posts it to, if it does."""
        who, to, chat = self._chat(customer, line)
        newest = next(item for item in reversed(chat) if not item.is_action and item.kind != "reaction")
        chat.append(ScreenItem("customer", emoji, self.now, "reaction"))
        self.traffic.react(who, to, newest.text, emoji)
        if self.settings.reaction_opens_window:
            networks.open_window(who, to, self.now)
        bridge = self._bridge_of(to)
        return None if bridge is None else bridge.post_event(to, who, "reaction", new=emoji, old=newest.text)

    def edit(self, customer: Customer | str, text: str, line: Line | str = "whatsapp") -> str | None:
        """Edit the customer's newest message in the chat; opens no window."""
        who, to, chat = self._chat(customer, line)
        item = self._newest_message(chat)
        self.traffic.change(who, to, item.text, text)
        item.text, item.kind = text, "edited"
        bridge = self._bridge_of(to)
        return None if bridge is None else bridge.post_event(to, who, "edit", new=text)

    def unsend(self, customer: Customer | str, line: Line | str = "whatsapp") -> str | None:
        """Delete the customer's newest message in the chat; Intercom keeps it."""
        who, to, chat = self._chat(customer, line)
        item = self._newest_message(chat)
        self.traffic.change(who, to, item.text, None)
        chat.remove(item)
        bridge = self._bridge_of(to)
        return None if bridge is None else bridge.post_event(to, who, "deletion")

    def _chat(self, customer: Customer | str, line: Line | str) -> tuple[Customer, Line, list[ScreenItem]]:
        self.clock.run_due()
        who, to = self._customer(customer), self._any_line(line)
        chat = who.chat(to)
        if all(item.is_action for item in chat):
            raise ValueError(f"{who.name} has no chat with {to.id}")
        return who, to, chat

    def _newest_message(self, chat: list[ScreenItem]) -> ScreenItem:
        item = next(
            (i for i in reversed(chat) if i.who == "customer" and i.kind != "reaction" and not i.is_action), None
        )
        if item is None:
            raise ValueError("there is no message of the customer's")
        return item

    # Addresses.

    def change_number(
        self,
        customer: Customer | str,
        phone: str,
        *,
        old_number_goes_to: Customer | str | None = None,
        announce: bool = False,
        bridge_follows: bool = False,
    ) -> None:
        """Give the customer a new number, without open windows. Their phone keeps its chats.

        old_number_goes_to: the customer who has the old number afterwards; None for nobody.
        announce: the bridge posts "... changed their phone number" in the chat of the old number.
        bridge_follows: the bridge continues the old chat under the new number and edits the contact's phone.
            Without it the new number is a new chat, with the contact that has it or a new lead.
        """
        self.clock.run_due()
        who, old = self._customer(customer), self._address(self._customer(customer))
        new_owner = None if old_number_goes_to is None else self._customer(old_number_goes_to)
        bridged = [n for n in self.lines.values() if n.channel in ("whatsapp", "sms") and not n.is_native]
        lines = [n for n in bridged if (n.id, old) in self.bridges[n.carrier].chats]
        self._set_phone(who, phone)
        if new_owner is not None:
            self._set_phone(new_owner, old)
        for line in lines:
            bridge = self.bridges[line.carrier]
            if announce and line.channel == "whatsapp":
                bridge.post_event(line, who, "new_number", address=old, name=who.name)
            if bridge_follows:
                bridge.change_address(line, old, phone)

    def _set_phone(self, customer: Customer, phone: str) -> None:
        self.traffic.directory.remove(customer)
        before, customer.phone = customer.phone, phone
        try:
            self.traffic.directory.add(customer)
        except ValueError:
            customer.phone = before
            self.traffic.directory.add(customer)
            raise
        for line in self.lines.values():
            if line.channel == "whatsapp":
                customer.window_opened.pop(line.id, None)

    def set_on_whatsapp(self, customer: Customer | str, on_whatsapp: bool) -> None:
        """The customer installs or removes WhatsApp."""
        who = self._customer(customer)
        self.traffic.directory.remove(who)
        who.on_whatsapp = on_whatsapp
        self.traffic.directory.add(who)

    # Several people.

    def join(self, customer: Customer | str, conversation_id: str) -> None:
        """Add the customer to a conversation of others, which becomes a group."""
        self.clock.run_due()
        ws, contact = self.workspace, messenger.contact_of(self.workspace, self._customer(customer))
        conversation = ws.conversation(conversation_id)
        if contact.id not in conversation.contact_ids:
            ws.before_change(conversation)
            conversation.contact_ids.append(contact.id)
            ws.conversations_by_contact[contact.id].append(conversation.id)
            mutations.add_part(ws, conversation, "participant_added", mutations.author_of(contact))
