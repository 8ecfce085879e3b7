"""Judge: what would happen to a reply by the newest stored facts. Runs on the store's thread."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from desktop.domain.facts import Attachment
from desktop.domain.forecast import Forecast, Reply, forecast
from desktop.domain.reach import situation
from desktop.engine.ingest import thread_of
from desktop.ports import OutgoingFile
from desktop.store import conversations, outbox
from desktop.store import workspace as settings
from desktop.store.database import Connection


@dataclass(frozen=True, slots=True)
class Standing:
    """What only the running program knows: the time, and how the connection is."""

    now: datetime
    is_offline: bool = False
    is_signed_in: bool = True


@dataclass(frozen=True, slots=True)
class Words:
    """What is to be judged. begun_at: when the draft began, None for a fresh one."""

    draft_id: str
    conversation_id: str
    author_id: str
    text: str
    files: tuple[OutgoingFile, ...] = ()
    internal: bool = False
    begun_at: datetime | None = None


def judge(db: Connection, words: Words, standing: Standing) -> Forecast | None:
    """None if the conversation is not (or no longer) here."""
    customer_id = conversations.customer_of(db, words.conversation_id)
    if customer_id is None:
        return None
    workspace = replace(settings.load(db), signed_in=standing.is_signed_in)
    reply = Reply(
        words.text,
        tuple(Attachment(f.name, "", f.content_type, len(f.data)) for f in words.files),
        internal=words.internal,
        begun_at=words.begun_at,
        author_id=words.author_id,
        offline=standing.is_offline,
        earlier_unconfirmed=outbox.has_earlier_unconfirmed(db, words.conversation_id, words.draft_id),
    )
    return forecast(
        situation(thread_of(db, customer_id, workspace), words.conversation_id, workspace), reply, standing.now
    )
