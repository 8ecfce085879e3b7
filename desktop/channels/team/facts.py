"""Maps envelopes to facts with the providers' own mappings. Pure functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from desktop.channels.intercom.conversations import map_conversation
from desktop.channels.intercom.values import NotReadable, ident
from desktop.channels.shared.loose_json import as_time, get_field
from desktop.channels.team.envelope import Envelope, EnvelopeKind
from desktop.ports.team import ConversationChanged, ConversationTold, TeamFact

Facts = tuple[TeamFact, ...]


def map_envelope(envelope: Envelope) -> Facts:
    """The facts of an envelope; none where its body is nothing that its provider documents."""
    return _MAPPINGS[envelope.kind](envelope)


def _conversation(envelope: Envelope) -> Facts:
    try:
        found = map_conversation(envelope.body)
    except NotReadable:
        return ()
    return (ConversationTold(replace(found, is_partial=True), envelope.is_plain),)


def _changed(envelope: Envelope) -> Facts:
    conversation_id, at = ident(get_field(envelope.body, "id")), as_time(get_field(envelope.body, "updated_at"))
    return (ConversationChanged(conversation_id, at),) if conversation_id and at else ()


_MAPPINGS: Mapping[EnvelopeKind, Callable[[Envelope], Facts]] = {
    EnvelopeKind.CONVERSATION: _conversation,
    EnvelopeKind.CHANGED: _changed,
}
