"""Judge: what would happen to a reply by the newest stored facts. Runs on the store's thread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from desktop.domain.content.picture_size import picture_size
from desktop.domain.content.template import Filled
from desktop.domain.direct import DirectRoute, Route
from desktop.domain.direct_reach import find_direct_situation
from desktop.domain.forecast import Forecast, Reply, forecast
from desktop.domain.model.channel import Capabilities, ChannelKey
from desktop.domain.model.facts import Attachment
from desktop.domain.reach import find_situation
from desktop.engine.sync.ingest import load_thread
from desktop.ports import OutgoingFile
from desktop.store import conversations, settings
from desktop.store.core.database import Database
from desktop.store.outgoing import direct_messages, outbox


@dataclass(frozen=True, slots=True)
class RuntimeState:
    """What only the running program knows: the time and whether a server has told it, how the connection is, and what
    each connected account on a direct route can do."""

    now: datetime
    is_clock_known: bool = True
    is_offline: bool = False
    is_signed_in: bool = True
    capabilities: Mapping[ChannelKey, Capabilities] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Words:
    """What is to be judged.

    seen_upto: the highest `Entry.arrival` that the agent has seen; None counts nothing as newer.
    route, template: of a direct route.
    """

    draft_id: str
    conversation_id: str
    author_id: str
    text: str
    files: tuple[OutgoingFile, ...] = ()
    internal: bool = False
    seen_upto: int | None = None
    route: Route | None = None
    template: Filled | None = None


def forecast_reply(db: Database, words: Words, runtime_state: RuntimeState) -> Forecast | None:
    """None if the conversation is not (or no longer) here. Of a route whose account is not connected nothing is
    promised: ask `direct_sending.obstacle` first."""
    customer_id = conversations.customer_of(db, words.conversation_id)
    if customer_id is None:
        return None
    workspace = replace(settings.load(db), signed_in=runtime_state.is_signed_in)
    reply = Reply(
        words.text,
        tuple(_attachment(f) for f in words.files),
        internal=words.internal,
        draft_id=words.draft_id,
        seen_upto=words.seen_upto,
        author_id=words.author_id,
        offline=runtime_state.is_offline,
        earlier_unconfirmed=outbox.has_earlier_unconfirmed(db, words.conversation_id, words.draft_id),
    )
    thread = load_thread(db, customer_id, workspace, runtime_state.now)
    here = find_situation(thread, words.conversation_id, workspace, is_clock_known=runtime_state.is_clock_known)
    if words.template is not None:
        template = words.template.template
        used_at = direct_messages.templates_used_with(db, customer_id).get(template.id)
        reply = replace(reply, template=template.name, template_used_at=used_at)
    if words.route is None:
        return forecast(here, reply, runtime_state.now)
    direct_route = DirectRoute(words.route, runtime_state.capabilities.get(words.route.key, Capabilities()))
    return forecast(find_direct_situation(thread, direct_route, here), reply, runtime_state.now)


def _attachment(file: OutgoingFile) -> Attachment:
    """With the size of a picture, which some channels limit."""
    width_px, height_px = picture_size(file.data) or (None, None)
    return Attachment(file.name, "", file.content_type, len(file.data), width_px, height_px)
