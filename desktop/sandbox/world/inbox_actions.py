"""Actions of teammates, bots and other apps: in Intercom's inbox (no package code), on the phone, by import."""

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
    """Methods that create a part return its id."""

    def teammate_reply(self, conversation_id: str, admin_id: str, text: str, attachments: Sequence[File] = ()) -> str:
        body = html_text.from_text(text)
        return self._inbox(mutations.reply, conversation_id, admin_id, body, attachments).id

    def teammate_note(self, conversation_id: str, admin_id: str, text: str, attachments: Sequence[File] = ()) -> str:
        body = html_text.from_text(text)
        return self._inbox(mutations.note, conversation_id, admin_id, body, attachments).id

    def teammate_close(self, conversation_id: str, admin_id: str, text: str = "") -> str:
        """text: shown to the customer; the bridge forwards it with `settings.relay_close_texts`."""
        return self._inbox(mutations.close, conversation_id, admin_id, html_text.from_text(text)).id

    def teammate_open(self, conversation_id: str, admin_id: str) -> str:
        return self._inbox(mutations.reopen, conversation_id, admin_id).id

    def teammate_snooze(self, conversation_id: str, admin_id: str, until: float) -> str:
        return self._inbox(mutations.snooze, conversation_id, admin_id, int(until)).id

    def teammate_assign(self, conversation_id: str, admin_id: str, assignee_id: str | None, text: str = "") -> str:
        """assignee_id: of an admin or a team; None removes the assigned teammate."""
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
        """Rename a tag everywhere. bridge_follows: bridges keep applying it; otherwise they create `name` again."""
        tag_id = self.workspace.ensure_tag(name)
        self.workspace.tags[tag_id] = new_name
        for bridge in self.bridges.values():
            if bridge_follows:
                bridge.tag_ids[name] = tag_id

    def edit_contact(self, contact_id: str, **fields: Any) -> None:
        """Change any of `_CONTACT_FIELDS`, as a teammate or a bounced mail does."""
        unknown = set(fields) - _CONTACT_FIELDS
        if unknown:
            raise ValueError(f"a contact has no {', '.join(sorted(unknown))}")
        mutations.update_contact(self.workspace, self.workspace.contact(contact_id), **fields)

    def bot_reply(self, conversation_id: str, text: str, *, from_ai: bool = False) -> str:
        """Reply as a workflow; with `from_ai` as Fin."""
        self.clock.run_due()
        conversation = self.workspace.conversation(conversation_id)
        body = html_text.from_text(text)
        return mutations.reply(self.workspace, conversation, mutations.OPERATOR, body, from_ai=from_ai).id

    def start(self, customer: Customer | str, text: str, delivered_as: str = "admin_initiated") -> str:
        """Start a Messenger conversation by the business. Returns its id.

        delivered_as: `admin_initiated`, `operator_initiated` (a bot), `automated` (a series) or `campaigns_initiated`.
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

    # Outside Intercom.

    def send_template(self, customer: Customer | str, text: str, line: Line | str | None = None) -> str | None:
        """Send an approved WhatsApp template outside Intercom; it needs no window and opens none.

        Returns why it did not arrive, else None. `ignored`: the number is blocked, which WhatsApp tells nobody.
        """
        self.clock.run_due()
        who, to = self._customer(customer), self._line("whatsapp", line)
        sent = self.traffic.send(to, network_address(who, to), text, route="outside", kind="template")
        bridge = self._bridge_of(to)
        if bridge is not None and sent.failure_reason is None:
            bridge.note_sent_template(to, who.address_on(to))
        return sent.failure_reason or ("ignored" if to.id in who.blocked else None)

    def phone_reply(self, customer: Customer | str, text: str, line: Line | str | None = None) -> None:
        """Reply in the WhatsApp Business App, which shares the number with the bridge."""
        self.clock.run_due()
        who, to = self._customer(customer), self._line("whatsapp", line)
        sent = self.traffic.send(to, network_address(who, to), text, route="app", kind="app")
        bridge = self._bridge_of(to)
        if bridge is not None and sent.failure_reason is None and to.id not in who.blocked:
            bridge.post_phone_reply(who.chat(to)[-1], to, who.address_on(to))

    def move_channel(self, conversation_id: str, channel: Literal["messenger"] | PhoneChannel) -> None:
        """Continue a conversation on another channel: a native one in the Messenger, or in its own channel again.

        A Messenger conversation that is continued on WhatsApp goes to Intercom's first native line there.
        """
        self.clock.run_due()
        conversation = self.workspace.conversation(conversation_id)
        if channel != "messenger" and conversation.id not in self.native.chats_by_conversation:
            owner = self.workspace.contacts[conversation.contact_ids[0]].customer_id
            self.native.adopt(conversation, self._any_line(f"intercom-{channel}"), self._customer(owner or ""))
        messenger.move(self.workspace, conversation, channel)

    # Other apps.

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
        """Write a notice that no event caused: the text of `kind`, else `text`.

        author: None for the admin that the first bridge acts as. code: package code of the app that writes.
        """
        self.clock.run_due()
        conversation = self.workspace.conversation(conversation_id)
        body = html_text.from_text(text if kind is None else notices.text(kind, language))
        by = author or Author("admin", self.bridge.acts_as)
        self.clock.call_later(
            delay_s,
            lambda: mutations.add_part(self.workspace, conversation, part_type, by, body, code=code),
        )

    def import_message(self, app: App, conversation_id: str, text: str, created_at: int | None = None) -> str:
        """Post a message in the name of the conversation's contact, with the importer's package code."""
        self.clock.run_due()
        ws = self.workspace
        conversation = ws.conversation(conversation_id)
        contact = ws.contact(conversation.contact_ids[0])
        body = html_text.from_text(text)
        return mutations.contact_reply(ws, conversation, contact, body, code=app.package_code, created_at=created_at).id

    def odd_conversation(self, customer: Customer | str, source_type: str, text: str) -> str:
        """Start a conversation by the customer on a channel that is not simulated, such as `phone_call`."""
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
        """Add a part of any type by any author (`Author("", "")`: blank), as future answers may contain."""
        self.clock.run_due()
        conversation = self.workspace.conversation(conversation_id)
        body = html_text.from_text(text)
        return mutations.add_part(self.workspace, conversation, part_type, author, body, code=code).id
