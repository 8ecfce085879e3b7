"""Forecasts a message to somebody who has not written, or not there: number, consent, and where it arrives.

Only what a provider would surely refuse is blocked, and what a person has told us in so many words: after STOP, no text
message begins a conversation from any number of ours.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from desktop.domain.content.template import Category, Template
from desktop.domain.contrary import ContraryKind, address_key, has_ended
from desktop.domain.delivery import Delivery
from desktop.domain.direct import DirectRoute
from desktop.domain.direct_reach import find_direct_situation
from desktop.domain.forecast.reply import Forecast, Reply, compute_forecast
from desktop.domain.history.thread import Chat, Thread
from desktop.domain.identity.customer import WITH_NUMBERS
from desktop.domain.identity.number_check import NumberCheck, NumberKind
from desktop.domain.mapping import Unmapped
from desktop.domain.model.facts import ChannelKind, Contact, ConversationState
from desktop.domain.model.frozen import frozen
from desktop.domain.model.reason import NO_REASON
from desktop.domain.model.warning import ForecastWarning, WarningCode
from desktop.domain.model.workspace import Relay, Workspace
from desktop.domain.reach import Certainty, Reach, Situation
from desktop.domain.window.window import Window, WindowKey

TALKED_WITHIN = timedelta(days=7)
"""An open conversation in which the customer wrote so lately is one that they are in."""

_ARRIVED = (Delivery.DELIVERED, Delivery.READ)


@dataclass(frozen=True)
class Recipient:
    """Whom a conversation is begun with, and all that is known of them here.

    contact: with the address that is written to; its id is "" where Intercom has no such contact yet.
    thread: of the customer; without chats for one who has no conversation here.
    number: of the address, None where it is none. similar: names or numbers of contacts whose number may be the same.
    conversation_id: Intercom's newest of this person, "" where they have none.
    """

    contact: Contact
    thread: Thread
    workspace: Workspace
    number: NumberCheck | None = None
    similar: tuple[str, ...] = ()
    conversation_id: str = ""
    is_clock_known: bool = True

    @property
    def is_known(self) -> bool:
        """Whether Intercom has this contact."""
        return bool(self.contact.id)

    @property
    def has_messenger(self) -> bool:
        """Whether somebody surely opens the Messenger as this contact: a lead may be one that an app has made."""
        return self.is_known and (self.contact.role == "user" or self.contact.messenger_seen_at is not None)


@frozen
class Beginning:
    """What is about to be sent. direct: None through Intercom, in the Messenger or by email.

    text: of a template, with its blanks filled. draft_id: "" for a forecast in advance.
    """

    channel: ChannelKind
    direct: DirectRoute | None = None
    text: str = ""
    subject: str = ""
    template: Template | None = None
    draft_id: str = ""
    is_offline: bool = False

    @property
    def is_opened_by_provider(self) -> bool:
        """Whether the provider puts the conversation into Intercom itself."""
        return self.direct is not None and self.direct.capabilities.opens_conversations


def is_noted(recipient: Recipient, beginning: Beginning) -> bool:
    """Whether colleagues see it by a note in a conversation that is there already, which the customer does not see.

    Otherwise the message itself begins one at Intercom, whose copy stands in the Messenger too.
    """
    is_direct = beginning.direct is not None and not beginning.is_opened_by_provider
    return is_direct and bool(recipient.conversation_id)


def forecast_new_conversation(recipient: Recipient, beginning: Beginning, now: datetime) -> Forecast:
    """What would happen if it were sent at `now`."""
    if beginning.direct is None:
        found = _through_intercom(recipient, beginning, now)
    else:
        found = _directly(recipient, beginning, beginning.direct, now)
    warned = {w.code: w for w in (*found.warned, *_own_warnings(recipient, beginning, now))}
    return replace(found, warned=tuple(sorted(warned.values(), key=lambda w: -w.severity)))


def _through_intercom(recipient: Recipient, beginning: Beginning, now: datetime) -> Forecast:
    contact = recipient.contact
    reply = Reply(beginning.text, draft_id=beginning.draft_id, offline=beginning.is_offline, internal=True)
    # As a note: none of the rules on where a reply arrives, but all on its text and on the connection.
    base = compute_forecast(nowhere(recipient), reply, now)
    if beginning.channel is not ChannelKind.EMAIL:
        copies = [Reach(ChannelKind.EMAIL, Certainty.UNCERTAIN)] if contact.takes_email else []
        return replace(base, reaches=(Reach(ChannelKind.MESSENGER), *copies))
    is_doubtful = contact.email_fails or not recipient.is_known
    certainty = Certainty.UNCERTAIN if is_doubtful else Certainty.SURE
    fails = [ForecastWarning(WarningCode.EMAIL_MAY_NOT_ARRIVE)] if contact.email_fails else []
    return Forecast((Reach(ChannelKind.EMAIL, certainty),), (*base.warned, *fails))


def _directly(recipient: Recipient, beginning: Beginning, direct: DirectRoute, now: datetime) -> Forecast:
    situation = find_direct_situation(recipient.thread, direct, nowhere(recipient))
    name = beginning.template.name if beginning.template is not None else ""
    reply = Reply(beginning.text, draft_id=beginning.draft_id, offline=beginning.is_offline, template=name)
    found = compute_forecast(situation, reply, now)
    if beginning.channel in WITH_NUMBERS and not _was_reached(recipient, direct):
        # Nobody can ask whether a number is on a channel, or in use at all.
        reaches = tuple(replace(r, certainty=Certainty.UNCERTAIN) for r in found.reaches)
        found = replace(found, reaches=reaches)
    if is_noted(recipient, beginning):
        return found
    # As a contact that is made for this message nobody opens the Messenger, until it is merged into one that is used.
    in_messenger = Certainty.SURE if recipient.has_messenger else Certainty.UNCERTAIN
    copies = [Reach(ChannelKind.MESSENGER, in_messenger)]
    copies += [Reach(ChannelKind.EMAIL, Certainty.UNCERTAIN)] if recipient.contact.takes_email else []
    return replace(found, reaches=(*found.reaches, *copies))


def _was_reached(recipient: Recipient, direct: DirectRoute) -> bool:
    """Whether the customer has written from this address on this channel, or a message to it was delivered."""
    thread, channel, to = recipient.thread, direct.route.channel, address_key(direct.route.to)
    for chat in thread.chats:
        newest = chat.newest_from_customer
        is_there = chat.window.key.channel is channel and address_key(chat.window.key.customer_address) == to
        if is_there and newest is not None and newest.origin is not None and newest.origin.channel is channel:
            return True
    listed = (w for w in thread.listed_windows if w.key.channel is channel and w.opened_at is not None)
    if any(address_key(w.key.customer_address) == to for w in listed):
        return True
    sent = (m.direct for m in thread.loaded if m.direct is not None and m.direct.route.channel is channel)
    return any(address_key(d.route.to) == to and d.delivery in _ARRIVED for d in sent)


def nowhere(recipient: Recipient, channel: ChannelKind = ChannelKind.MESSENGER) -> Situation:
    """The situation in a conversation that does not exist yet. channel: that it will be on."""
    return Situation(
        "",
        None,
        Unmapped(channel, 100, NO_REASON),
        Window(WindowKey(channel)),
        Relay.PROVEN,
        signed_in=recipient.workspace.signed_in,
        is_clock_known=recipient.is_clock_known,
    )


def _own_warnings(recipient: Recipient, beginning: Beginning, now: datetime) -> Iterator[ForecastWarning]:
    number, channel, contact = recipient.number, beginning.channel, recipient.contact
    if channel in WITH_NUMBERS and number is not None:
        if number.kind is NumberKind.INVALID:
            yield ForecastWarning(WarningCode.NUMBER_INVALID)
        if number.kind is NumberKind.DOUBTFUL:
            yield ForecastWarning(WarningCode.NUMBER_DOUBTFUL)
        if number.kind is NumberKind.FIXED_LINE and channel is ChannelKind.SMS:
            yield ForecastWarning(WarningCode.FIXED_LINE)
        if recipient.similar and not recipient.is_known:
            yield ForecastWarning(WarningCode.SIMILAR_NUMBER)
    if channel is ChannelKind.TELEGRAM and not _has_telegram_chat(recipient, beginning):
        yield ForecastWarning(WarningCode.NO_CHAT)
    if channel is ChannelKind.EMAIL and not beginning.subject.strip() and beginning.draft_id:
        yield ForecastWarning(WarningCode.NO_SUBJECT)
    yield from _consent_warnings(recipient, beginning, contact, now)
    talking = find_talk(recipient, beginning, now)
    if talking is not None:
        yield ForecastWarning(WarningCode.TALKING_ELSEWHERE, frozenset({talking.id}))


def _consent_warnings(
    recipient: Recipient, beginning: Beginning, contact: Contact, now: datetime
) -> Iterator[ForecastWarning]:
    channel = beginning.channel
    has_unsubscribed = bool(contact.email) and not contact.takes_email and not contact.email_fails
    if channel is ChannelKind.EMAIL and has_unsubscribed:
        yield ForecastWarning(WarningCode.OPTED_OUT)
    if channel is ChannelKind.SMS and beginning.direct is not None:
        recovery = find_direct_situation(recipient.thread, beginning.direct, nowhere(recipient)).recovery
        stopped = [
            fact
            for fact in recipient.thread.contrary
            if fact.kind is ContraryKind.OPTED_OUT
            and fact.channel is ChannelKind.SMS
            and address_key(fact.customer_address) == address_key(beginning.direct.route.to)
            and not has_ended(fact, recovery, now)
        ]
        if stopped:
            yield ForecastWarning(WarningCode.OPTED_OUT, frozenset(f.id for f in stopped))
    if beginning.template is None or beginning.template.category is not Category.MARKETING:
        return
    if has_unsubscribed:
        yield ForecastWarning(WarningCode.UNSUBSCRIBED)
    elif not any(c.mapping is not None and c.mapping.channel is channel for c in recipient.thread.chats):
        yield ForecastWarning(WarningCode.CONSENT_UNKNOWN)


def _has_telegram_chat(recipient: Recipient, beginning: Beginning) -> bool:
    """A bot cannot write first (Bot API 10.1, error 403): the customer has started it, or has written to it."""
    if beginning.direct is None:
        return False
    chats = recipient.thread.chats
    has_written = any(c.mapping is not None and c.mapping.channel is ChannelKind.TELEGRAM for c in chats)
    return has_written or beginning.direct.route.to in recipient.contact.bridge_attributes.values()


def find_talk(recipient: Recipient, beginning: Beginning, now: datetime) -> Chat | None:
    """The conversation where the customer is already, and where a reply arrives without a template: on this channel
    with an open window, or else an open one in which they wrote lately. None if there is none.
    """
    chats = [c for c in recipient.thread.chats if c.newest_from_customer is not None]
    mirrored = (c for c in chats if c.mapping is not None and c.mapping.is_known)
    for chat in mirrored:
        if (
            chat.window.key.channel is beginning.channel
            and chat.window.exists
            and chat.window.state(now).allows_replies
        ):
            return chat
    for chat in chats:
        newest = chat.newest_from_customer
        is_open = chat.conversation.state is not ConversationState.CLOSED
        if is_open and newest is not None and now - newest.entry.sent_at < TALKED_WITHIN:
            return chat
    return None
