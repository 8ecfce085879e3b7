"""What is special about a message that begins a conversation, from Send until Intercom's conversation is known.

Runs on the store's thread. Order, claim and states are those of every reply (see `steps`).

Colleagues see every conversation that is begun here:

- By email or in the Messenger, the message is Intercom's own, and has a conversation at once.
- By Octopods, Octopods begins it with the message, mirrors the customer's answers into it, and shows the message in the
  Messenger as well. It makes the contact where Intercom has none, so none is made here before: its own search would not
  find that one for minutes, and there would be two.
- By an account of ours at the channel's provider, a person who has a conversation gets no other: a note in the newest
  one tells of the message, and the Messenger shows nothing. For anybody else the text is posted to Intercom first, as a
  message of the teammate, and then sent on the channel in that conversation. A note on the contact would not do: it is
  in no inbox, and nobody could answer there. Who was never in the Messenger does not see the copy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from desktop.domain.contrary import ContraryFact, ContraryKind, ContrarySource
from desktop.domain.direct import DirectRoute, DirectSent, Route
from desktop.domain.forecast import Forecast
from desktop.domain.forecast.new_conversation import Beginning, Recipient, forecast_new_conversation
from desktop.domain.history.thread import Thread, assemble_thread
from desktop.domain.identity.customer import email_key, number_key
from desktop.domain.identity.number_check import NumberKind, check_number
from desktop.domain.identity.phone import Match, aliases
from desktop.domain.model.channel import Capabilities, ChannelKey
from desktop.domain.model.facts import Contact
from desktop.domain.model.outgoing import Event, OutboxReason, State
from desktop.domain.model.reason import Reason, make_reason
from desktop.engine.sync.thread_loader import load_thread
from desktop.engine.views import THREAD_PAGE
from desktop.ports import NewConversation, Opening
from desktop.store import contacts, conversations, customers, settings
from desktop.store.core.database import Database
from desktop.store.evidence import contrary_facts, provider_messages
from desktop.store.outgoing import direct_messages, new_conversations, outbox
from desktop.store.outgoing.new_conversations import BegunConversation
from desktop.store.outgoing.outbox import OutgoingReply

CONTACT_PAUSE = timedelta(seconds=5)
CONTACT_READY_WITHIN = timedelta(minutes=2)
"""A contact that was just made may be unknown to other calls "for a moment" (Intercom reference, 8.5)."""


# --- whom ------------------------------------------------------------------------------------------------------------


def address_key(address: str, region: str = "") -> str:
    """A key for an email or a number as somebody typed it; "" for what is neither."""
    email = email_key(address)
    return email or number_key(check_number(address, region).e164)


def known_contacts(db: Database, address: str) -> tuple[Contact, ...]:
    """Intercom's contacts with this email or number, in whatever form, that are stored here; newest change first."""
    region = settings.phone_region(db)
    key = address_key(address, region)
    found = [c for i in customers.with_address(db, key) if (c := contacts.load(db, i)) is not None]
    real = [c for c in found if not c.id.startswith(conversations.STAND_IN)]
    return tuple(sorted(real, key=_newest_first))


def _newest_first(contact: Contact) -> tuple[float, str]:
    return (-contact.updated_at.timestamp() if contact.updated_at is not None else 0.0, contact.id)


def load_recipient(
    db: Database,
    contact: Contact,
    address: str,
    now: datetime,
    *,
    conversation_id: str = "",
    is_signed_in: bool = True,
    is_clock_known: bool = True,
) -> Recipient:
    """All that is known here of somebody. contact: as stored, or one with the address alone and no id.

    address: that was typed; "" where the contact was chosen, and then the contact's number counts.
    """
    workspace = replace(settings.load(db), signed_in=is_signed_in)
    region = settings.phone_region(db)
    thread = _thread(db, contact, now)
    number = None
    # In the form that Intercom has it: the bridge finds the contact by that alone.
    known = contact.phone if contact.id and address_key(contact.phone, region) else address or contact.phone
    if known and not email_key(known):
        number = check_number(known, region)
    newest = max(thread.chats, key=lambda c: c.conversation.updated_at, default=None)
    return Recipient(
        contact,
        thread,
        workspace,
        number,
        _similar(db, number.digits) if number is not None and number.kind is not NumberKind.INVALID else (),
        conversation_id or (newest.id if newest is not None else ""),
        is_clock_known,
    )


def _thread(db: Database, contact: Contact, now: datetime) -> Thread:
    workspace = settings.load(db)
    if contact.id and contacts.load(db, contact.id) is not None:
        return load_thread(db, contacts.customer_of(db, contact.id), workspace, now, THREAD_PAGE)
    facts, solved = contrary_facts.of_customer(db, "", (contact,), now)
    listed = provider_messages.of_people(db, (contact,))
    return assemble_thread((), (contact,), workspace, (), listed, facts, solved, now)


def _similar(db: Database, digits: str) -> tuple[str, ...]:
    """Names of contacts with a number that may be the same and need not be (Argentina's 9)."""
    forms = [form for form, match in aliases(digits).items() if match is Match.MAYBE]
    found = [
        c for form in forms for i in customers.with_address(db, number_key(f"+{form}")) if (c := contacts.load(db, i))
    ]
    return tuple(dict.fromkeys(c.name.strip() or c.phone for c in found))


# --- forecast --------------------------------------------------------------------------------------------------------


def forecast(
    db: Database,
    reply: OutgoingReply,
    now: datetime,
    capabilities: Mapping[ChannelKey, Capabilities],
    *,
    is_offline: bool,
    is_signed_in: bool,
    is_clock_known: bool,
) -> Forecast | None:
    """Forecast a message that begins a conversation, by the newest stored facts; None for one that begins none."""
    begun = new_conversations.load(db, reply.draft_id)
    if begun is None:
        return None
    contact = _contact(db, begun)
    recipient = load_recipient(
        db,
        contact if not contact.id.startswith(new_conversations.STAND_IN) else replace(contact, id=""),
        contact.email if begun.channel == "email" else contact.phone,
        now,
        is_signed_in=is_signed_in,
        is_clock_known=is_clock_known,
    )
    if begun.then_route is not None:
        # It was decided at Send that the person has none, and the copy at Intercom is not there yet.
        recipient = replace(recipient, conversation_id="")
    route, template = reply.route or begun.then_route, reply.template or begun.then_template
    direct = None if route is None else DirectRoute(route, capabilities.get(route.key, Capabilities()))
    beginning = Beginning(
        begun.channel,
        direct,
        reply.text,
        begun.subject,
        template.template if template is not None else None,
        reply.draft_id,
        is_offline,
    )
    return forecast_new_conversation(recipient, beginning, now)


def _contact(db: Database, begun: BegunConversation) -> Contact:
    contact_id = contacts.current_id(db, begun.contact_id)
    return contacts.load(db, contact_id) or Contact(contact_id)


# --- sending ---------------------------------------------------------------------------------------------------------


def queue(db: Database, reply: OutgoingReply, begun: BegunConversation) -> None:
    """Store a message that begins a conversation."""
    new_conversations.insert(db, begun)
    outbox.insert(db, reply, ())


def message(db: Database, reply: OutgoingReply) -> NewConversation | None:
    """The message for Intercom; None for a reply that begins no conversation there."""
    begun = new_conversations.load(db, reply.draft_id)
    if begun is None or not new_conversations.is_placeholder(reply.conversation_id):
        return None
    contact = _contact(db, begun)
    return NewConversation(
        reply.draft_id, contact.id, contact.role, reply.author_id, reply.text, begun.channel == "email", begun.subject
    )


def opening(db: Database, reply: OutgoingReply) -> Opening | None:
    """The conversation that the provider of a direct message is to begin; None for none."""
    if not new_conversations.is_placeholder(reply.conversation_id):
        return None
    begun = new_conversations.load(db, reply.draft_id)
    return Opening(reply.author_id, _contact(db, begun).name if begun is not None else "")


def is_contact_not_ready(db: Database, reply: OutgoingReply, now: datetime) -> bool:
    """Whether Intercom may not know the contact because it was made a moment ago."""
    begun = new_conversations.load(db, reply.draft_id)
    return begun is not None and now - begun.begun_at < CONTACT_READY_WITHIN


def record_failed(
    db: Database, sent: DirectSent, kind: ContraryKind | None, reason: Reason, now: datetime
) -> frozenset[str]:
    """Show a message as refused whose provider reports a failure before there is any conversation to show it in.

    What was accepted stays so: a copy of it takes its place, which can be sent again.
    """
    reply, begun = outbox.load(db, sent.draft_id), new_conversations.load(db, sent.draft_id)
    if reply is None or begun is None or reply.state is not State.ACCEPTED or begun.conversation_id:
        return frozenset()
    copy_id = f"{sent.draft_id}-failed"
    copy = replace(
        reply, draft_id=copy_id, conversation_id=new_conversations.placeholder_of(copy_id), state=State.QUEUED
    )
    outbox.insert(db, copy, ())
    new_conversations.insert(db, replace(begun, draft_id=copy_id))
    outbox.claim(db, copy_id, now)
    outbox.apply_event(db, copy_id, Event.REFUSED, reason)
    outbox.finish(db, sent.draft_id)
    new_conversations.remove(db, sent.draft_id)
    direct_messages.remove(db, sent.draft_id)
    if kind is not None:
        contrary_facts.save(db, _failure(sent, kind))
    return frozenset({contacts.resolve_customer(db, reply.customer_id)})


def _failure(sent: DirectSent, kind: ContraryKind) -> ContraryFact:
    route: Route = sent.route
    return ContraryFact(
        kind,
        route.channel,
        sent.sent_at,
        ContrarySource.REFUSAL,
        sent.draft_id,
        "",
        route.our_address,
        route.to,
        route.key,
    )


def not_found_reason() -> Reason:
    """What is known of a message that may have begun a conversation, which is not at Intercom."""
    return make_reason(OutboxReason.CONVERSATION_NOT_FOUND)
