"""Forecast a reply by the newest stored facts, at Send and again before it leaves. Runs on the store's thread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from datetime import datetime

from desktop.domain.content.picture_size import picture_size
from desktop.domain.direct import DirectRoute
from desktop.domain.direct_reach import find_direct_situation
from desktop.domain.forecast import Forecast, Reply, RouteSituation, compute_forecast, compute_scheduled_forecast
from desktop.domain.model.channel import Capabilities, ChannelKey
from desktop.domain.model.facts import Attachment
from desktop.domain.model.frozen import frozen
from desktop.domain.model.outgoing import State
from desktop.domain.reach import find_situation
from desktop.engine.outbox import new_conversation
from desktop.engine.sync.thread_loader import load_thread
from desktop.engine.views import THREAD_PAGE
from desktop.ports import OutgoingFile
from desktop.store import conversations, settings
from desktop.store.core.database import Database
from desktop.store.outgoing import direct_messages, new_conversations, outbox


@frozen
class RuntimeState:
    """What only the running program knows at this moment.

    is_clock_known: whether a server has told the time.
    abilities: of the channel accounts that are connected.
    """

    now: datetime
    is_clock_known: bool = True
    is_offline: bool = False
    is_signed_in: bool = True
    capabilities: Mapping[ChannelKey, Capabilities] = field(default_factory=dict)


def forecast_reply(
    db: Database, reply: outbox.OutgoingReply, state: RuntimeState, files: Sequence[OutgoingFile] = ()
) -> Forecast | None:
    """Forecast a reply with its files: for now, or, while it is scheduled, for its time. Returns None if its
    conversation is not stored here (any more).

    For a direct route whose account is not connected the forecast promises nothing: ask `direct_steps.find_obstacle`
    first.
    """
    if new_conversations.is_placeholder(reply.conversation_id):
        return new_conversation.forecast(
            db,
            reply,
            state.now,
            state.capabilities,
            is_offline=state.is_offline,
            is_signed_in=state.is_signed_in,
            is_clock_known=state.is_clock_known,
        )
    customer_id = conversations.customer_of(db, reply.conversation_id)
    if customer_id is None:
        return None
    workspace = replace(settings.load(db), signed_in=state.is_signed_in)
    premises = Reply(
        reply.text,
        tuple(_attachment(f) for f in files),
        internal=reply.internal,
        draft_id=reply.draft_id,
        seen_upto=reply.seen_upto,
        author_id=reply.author_id,
        offline=state.is_offline,
        earlier_unconfirmed=outbox.has_earlier_unconfirmed(db, reply.conversation_id, reply.draft_id),
        spans=reply.spans,
    )
    thread = load_thread(db, customer_id, workspace, state.now, THREAD_PAGE, {reply.conversation_id})
    here = find_situation(thread, reply.conversation_id, workspace, is_clock_known=state.is_clock_known)
    if reply.template is not None:
        template = reply.template.template
        used_at = direct_messages.templates_used_with(db, customer_id).get(template.id)
        premises = replace(premises, template=template.name, template_used_at=used_at)
    situation: RouteSituation = here
    if reply.route is not None:
        direct_route = DirectRoute(reply.route, state.capabilities.get(reply.route.key, Capabilities()))
        situation = find_direct_situation(thread, direct_route, here)
    if reply.schedule is not None and reply.state is State.SCHEDULED:
        return compute_scheduled_forecast(situation, premises, reply.schedule, state.now)
    return compute_forecast(situation, premises, state.now)


def _attachment(file: OutgoingFile) -> Attachment:
    """Some channels limit the size of a picture in pixels."""
    width_px, height_px = picture_size(file.data) or (None, None)
    return Attachment(file.name, "", file.content_type, len(file.data), width_px, height_px)
