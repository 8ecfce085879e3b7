"""Maps envelopes to facts with the providers' own mappings. Pure functions; no body is too odd for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from desktop.channels.intercom.conversations import map_conversation
from desktop.channels.intercom.values import NotReadable, ident
from desktop.channels.shared.loose_json import as_time, get_field
from desktop.channels.team.envelope import Envelope, EnvelopeKind, open_sealed
from desktop.channels.team.sealed import KeyRing
from desktop.channels.telegram import update
from desktop.channels.twilio import callback
from desktop.channels.whatsapp import webhook
from desktop.domain.model.channel import ChannelKey, Provider
from desktop.domain.model.facts import ChannelKind
from desktop.ports.team import (
    ConversationChanged,
    ConversationRead,
    ConversationUpdated,
    DeliveryReported,
    MessageChangeReported,
    MessageReported,
    ReactionReported,
    TeamFact,
)

Facts = tuple[TeamFact, ...]


def open_facts(sealed: bytes, keys: KeyRing) -> Facts:
    """The facts that a message of the stream holds. Raises NotSealed."""
    return map_envelope(open_sealed(sealed, keys))


def map_envelope(envelope: Envelope) -> Facts:
    """The facts of an envelope; none where its body is nothing that its provider documents."""
    return _MAPPINGS[envelope.kind](envelope)


def _conversation(envelope: Envelope) -> Facts:
    try:
        found = map_conversation(envelope.body)
    except NotReadable:
        return ()
    return (ConversationUpdated(replace(found, is_partial=True), envelope.is_plain),)


def _changed(envelope: Envelope) -> Facts:
    conversation_id, at = ident(get_field(envelope.body, "id")), as_time(get_field(envelope.body, "updated_at"))
    return (ConversationChanged(conversation_id, at),) if conversation_id and at else ()


def _read(envelope: Envelope) -> Facts:
    conversation_id, at = ident(get_field(envelope.body, "id")), as_time(get_field(envelope.body, "at"))
    return (ConversationRead(conversation_id, at),) if conversation_id and at else ()


def _whatsapp(envelope: Envelope) -> Facts:
    sender = envelope.sender or webhook.phone_number_id(envelope.body)
    key = ChannelKey(Provider.WHATSAPP, ChannelKind.WHATSAPP, sender)
    return (
        *(DeliveryReported(key, fact) for fact in webhook.deliveries(envelope.body)),
        *(MessageReported(key, told) for told in webhook.messages(envelope.body)),
        *(MessageChangeReported(key, told) for told in webhook.changes(envelope.body)),
        *(ReactionReported(key, told) for told in webhook.reactions(envelope.body)),
    )


def _twilio(envelope: Envelope) -> Facts:
    sender = envelope.sender or callback.our_address(envelope.body)
    key = ChannelKey(Provider.TWILIO, callback.channel(envelope.body), sender)
    if (fact := callback.delivery(envelope.body, envelope.received_at)) is not None:
        return (DeliveryReported(key, fact),)
    told = callback.message(envelope.body, envelope.received_at)
    return (MessageReported(key, told),) if told is not None else ()


def _telegram(envelope: Envelope) -> Facts:
    key = ChannelKey(Provider.TELEGRAM, ChannelKind.TELEGRAM, envelope.sender)
    if (reaction := update.reaction(envelope.body)) is not None:
        return (ReactionReported(key, reaction),)
    if (change := update.change(envelope.body)) is not None:
        return (MessageChangeReported(key, change),)
    told = update.message(envelope.body)
    return (MessageReported(key, told),) if told is not None else ()


_MAPPINGS: Mapping[EnvelopeKind, Callable[[Envelope], Facts]] = {
    EnvelopeKind.CONVERSATION: _conversation,
    EnvelopeKind.CHANGED: _changed,
    EnvelopeKind.READ: _read,
    EnvelopeKind.WHATSAPP: _whatsapp,
    EnvelopeKind.TWILIO: _twilio,
    EnvelopeKind.TELEGRAM: _telegram,
}
