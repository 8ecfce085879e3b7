"""What colleagues, bots and apps do: in Intercom's inbox (no package code), on the business phone, by import."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

from desktop.sandbox.intercom import messenger, mutations
from desktop.sandbox.intercom.records import App, Author, Part
from desktop.sandbox.model import html_text, notices
from desktop.sandbox.model.people import Customer, File, Line, PhoneChannel
from desktop.sandbox.model.traffic import network_address
from desktop.sandbox.world.base import OWNER, WorldBase

_CONTACT_FIELDS = {
    "name",
    "email",
    "phone",
    "has_hard_bounced",
    "marked_email_as_spam",
    "unsubscribed_from_emails",
}


class InboxActions(WorldBase):
    """Methods that make a part give its id."""

    def teammate_reply(self, conversation_id: str, admin_id: str, text: str, attachments: Sequence[File] = ()) -> str:
        body = html_text.from_text(text)
        return self._inbox(mutations.reply, conversation_id, admin_id, body, attachments).id

    def teammate_note(self, conversation_id: str, admin_id: str, text: str, attachments: Sequence[File] = ()) -> str:
        body = html_text.from_text(text)
        return self._inbox(mutations.note, conversation_id, admin_id, body, attachments).id

    def teammate_close(self, conversation_id: str, admin_id: str, text: str = "") -> str:
        """`text` is a last word that the customer reads; the bridge forwards it with `settings.relay_close_texts`."""
        return self._inbox(mutations.close, conversation_id, admin_id, html_text.from_text(text)).id

    def teammate_open(self, conversation_id: str, admin_id: str) -> str:
        return self._inbox(mutations.reopen, conversation_id, admin_id).id

    def teammate_snooze(self, conversation_id: str, admin_id: str, until: float) -> str:
        return self._inbox(mutations.snooze, conversation_id, admin_id, int(until)).id

    def teammate_assign(self, conversation_id: str, admin_id: str, assignee_id: str | None, text: str = "") -> str:
        """To an admin or a team by id; None takes the assigned teammate off."""
        kind = "team" if assignee_id in self.workspace.teams else "admin"
        assignee = ("nobody_admin", None) if assignee_id is None else (kind, assignee_id)
        body = html_text.from_text(text)
        return self._inbox(mutations.assign, conversation_id, admin_id, assignee, body).id

    def teammate_tag(self, conversation_id: str, admin_id: str, name: str) -> None:
        ws = self.workspace
        mutations.tag(ws, ws.conversation(conversation_id), ws.ensure_tag(name), ws.admin(admin_id).id)

    def teammate_untag(self, conversation_id: str, admin_id: str, name: str) -> None:
        ws = self.workspace
        ws.admin(admin_id)
        mutations.untag(ws, ws.conversation(conversation_id), ws.ensure_tag(name))

    def rename_tag(self, name: str, new_name: str, *, bridge_follows: bool = True) -> None:
        """In the workspace, everywhere. bridge_follows: bridges go on with it; else they make `name` anew."""
        tag_id = self.workspace.ensure_tag(name)
        self.workspace.tags[tag_id] = new_name
        for bridge in self.bridges.values():
            if bridge_follows:
                bridge.tag_ids[name] = tag_id

    def edit_contact(self, contact_id: str, **fields: Any) -> None:
        """A colleague types another phone into the contact, mail to it bounces: any of `_CONTACT_FIELDS`."""
        unknown = set(fields) - _CONTACT_FIELDS
        if unknown:
            raise ValueError(f"a contact has no {', '.join(sorted(unknown))}")
        mutations.update_contact(self.workspace, self.workspace.contact(contact_id), **fields)

    def bot_reply(self, conversation_id: str, text: str, *, from_ai: bool = False) -> str:
        """A workflow's reply; Fin's with `from_ai`."""
        self.clock.run_due()
        conversation = self.workspace.conversation(conversation_id)
        part = mutations.reply(self.workspace, conversation, mutations.OPERATOR, html_text.from_text(text))
        part.from_ai = from_ai
        return part.id

    def start(self, customer: Customer | str, text: str, delivered_as: str = "admin_initiated") -> str:
        """The business begins a Messenger conversation; gives its id.

        delivered_as: or `operator_initiated` (a bot), `automated` (a series), `campaigns_initiated`.
        """
        self.clock.run_due()
        contact = messenger.contact_of(self.workspace, self._customer(customer))
        author = Author("admin", OWNER) if delivered_as == "admin_initiated" else mutations.OPERATOR
        body = html_text.from_text(text)
        return mutations.new_conversation(
            self.workspace, contact, body, started_by=author, delivered_as=delivered_as
        ).id

    def _inbox(self, action: Callable[..., Part], conversation_id: str, admin_id: str, *rest: object) -> Part:
        self.clock.run_due()
        conversation = self.workspace.conversation(conversation_id)
        author = Author("admin", self.workspace.admin(admin_id).id)
        return action(self.workspace, conversation, author, *rest)

    # Past Intercom.

    def send_template(self, customer: Customer | str, text: str, line: Line | str | None = None) -> str | None:
        """An approved WhatsApp template from outside Intercom: needs no window and opens none.

        Gives why it did not arrive (`ignored`: the number is blocked, which WhatsApp tells nobody), else None.
        """
        self.clock.run_due()
        who, to = self._customer(customer), self._line("whatsapp", line)
        sent = self.traffic.send(to, network_address(who, to), text, route="outside", kind="template")
        bridge = self._bridge_of(to)
        if bridge is not None and sent.failure_reason is None:
            bridge.note_sent_template(to, who.address_on(to))
        return sent.failure_reason or ("ignored" if to.id in who.blocked else None)

    def phone_reply(self, customer: Customer | str, text: str, line: Line | str | None = None) -> None:
        """A teammate types in the phone's WhatsApp Business App, which shares the number with the bridge."""
        self.clock.run_due()
        who, to = self._customer(customer), self._line("whatsapp", line)
        sent = self.traffic.send(to, network_address(who, to), text, route="app", kind="app")
        bridge = self._bridge_of(to)
        if bridge is not None and sent.failure_reason is None and to.id not in who.blocked:
            bridge.post_phone_reply(who.chat(to)[-1], to, who.address_on(to))

    def move_channel(self, conversation_id: str, channel: Literal["messenger"] | PhoneChannel) -> None:
        """A conversation goes on elsewhere: a native one in the Messenger, or in its own channel again.

        A Messenger conversation that is continued on WhatsApp goes to the first line of Intercom's own there.
        """
        self.clock.run_due()
        conversation = self.workspace.conversation(conversation_id)
        if channel != "messenger" and conversation.id not in self.native.chats_by_conversation:
            owner = self.workspace.contacts[conversation.contact_ids[0]].customer_id
            self.native.adopt(conversation, self._any_line(f"intercom-{channel}"), self._customer(owner or ""))
        messenger.move(self.workspace, conversation, channel)

    # What other apps write.

    def notice(
        self,
        conversation_id: str,
        kind: notices.Kind | None = None,
        *,
        text: str = "",
        language: notices.Language = "en",
        part_type: str = "note",
        author: Author | None = None,
        code: str | None = None,
        delay_s: float = 0.0,
    ) -> None:
        """Something writes a notice, whatever happened before: the sentence of that kind, else `text`.

        author: None for the admin that the first bridge acts as. code: of the app that writes; None for none.
        """
        self.clock.run_due()
        conversation = self.workspace.conversation(conversation_id)
        words = text if kind is None else notices.text(kind, language)
        by = author or Author("admin", self.bridge.acts_as)
        self.clock.call_later(
            delay_s,
            lambda: mutations.add_part(
                self.workspace, conversation, part_type, by, html_text.from_text(words), code=code
            ),
        )

    def import_message(self, app: App, conversation_id: str, text: str, created_at: int | None = None) -> str:
        """An importer posts a message in the name of the conversation's contact, under its own code."""
        self.clock.run_due()
        ws = self.workspace
        conversation = ws.conversation(conversation_id)
        contact = ws.contact(conversation.contact_ids[0])
        body = html_text.from_text(text)
        return mutations.contact_reply(ws, conversation, contact, body, code=app.package_code, created_at=created_at).id

    def odd_conversation(self, customer: Customer | str, source_type: str, text: str) -> str:
        """The customer starts a conversation on a channel that is not played here, e.g. `phone_call`; gives its id."""
        self.clock.run_due()
        contact = messenger.contact_of(self.workspace, self._customer(customer))
        body = html_text.from_text(text)
        return mutations.new_conversation(self.workspace, contact, body, source_type=source_type).id

    def odd_part(
        self,
        conversation_id: str,
        part_type: str,
        author: Author,
        text: str = "",
        *,
        code: str | None = None,
    ) -> str:
        """A part of any type by any author (`Author("", "")`: blank), as answers may hold it one day."""
        self.clock.run_due()
        conversation = self.workspace.conversation(conversation_id)
        body = html_text.from_text(text)
        return mutations.add_part(self.workspace, conversation, part_type, author, body, code=code).id
