"""What a scheduled reply waits for, and what else than the forecast holds it at its time.

When its time has come a scheduled reply enters the queue, and is claimed as any other: after its conversation was read,
by the whole forecast of that moment, against what the agent had seen and accepted when they scheduled it. So whatever
the customer or a colleague wrote since then holds it, and so does a warning that the agent has not accepted.

A reply for *when they write again* expects one message: the first one that the customer surely wrote after it was
scheduled, on the channel that was named, or in the conversation where none was. The agent decided to answer that one
whatever it says, so it alone counts as accepted. Everything else holds the reply as before: a second message, also one
that came together with the first; what the customer wrote earlier on another channel; a colleague's answer; a window
that this message did not open.

Beyond that the agent is asked about a reply that is late, and about one whose conversation somebody else has closed.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from desktop.domain.forecast import BACKFILL_AFTER, NEWEST_MESSAGES
from desktop.domain.history.thread import Author, Message
from desktop.domain.model.facts import ChannelKind, ConversationState
from desktop.domain.model.outgoing import OutboxReason, Schedule
from desktop.domain.model.reason import NO_REASON, Reason, join_reasons, make_reason
from desktop.domain.model.workspace import Workspace
from desktop.engine.sync.thread_loader import load_thread
from desktop.store import conversations, entries, settings
from desktop.store.core.database import Database
from desktop.store.outgoing.outbox import OutgoingReply

LATE_AFTER = timedelta(minutes=15)
"""The agent chose the time, so it is a part of what they decided. A restart, a short sleep or a short outage changes
nothing about it; after a longer one "good morning" may be wrong."""

_CLOSINGS = ("close", "closed")
"""Intercom's words for the event (`part_type`)."""


def find_awaited(db: Database, reply: OutgoingReply, now: datetime) -> Message | None:
    """The message that the reply waits for; None while it has not come."""
    customer_id, schedule = conversations.customer_of(db, reply.conversation_id), reply.schedule
    if customer_id is None or schedule is None:
        return None
    workspace = settings.load(db)
    thread = load_thread(db, customer_id, workspace, now, NEWEST_MESSAGES, {reply.conversation_id})
    later = sorted((m for m in thread.loaded if m.entry.arrival > schedule.last_arrival), key=lambda m: m.entry.arrival)
    return next((m for m in later if _is_awaited(m, reply, schedule, workspace)), None)


def _is_awaited(message: Message, reply: OutgoingReply, schedule: Schedule, workspace: Workspace) -> bool:
    is_backfill = reply.queued_at - message.entry.sent_at > BACKFILL_AFTER
    if message.author is not Author.CUSTOMER or message.origin is None or is_backfill:
        return False
    if schedule.awaits is ChannelKind.UNKNOWN:
        return message.entry.conversation_id == reply.conversation_id
    # The bridge's line about a reaction or an edit opens no window.
    is_message = message.entry.is_first or not workspace.is_non_message(message.entry.text)
    return message.origin.is_sure and message.origin.channel is schedule.awaits and is_message


def is_past(schedule: Schedule, now: datetime) -> bool:
    """Whether the time that somebody chooses has passed already."""
    return schedule.at is not None and schedule.at <= now


def left_to_wait_for(reply: OutgoingReply, now: datetime) -> Schedule | None:
    """What the reply would wait for if it was scheduled again as it was; None where that has come."""
    schedule = reply.schedule
    return None if schedule is None or is_past(schedule, now) else Schedule(schedule.at, schedule.awaits)


def is_early(reply: OutgoingReply, now: datetime) -> bool:
    """Whether a queued reply is not due after all: the clock was ahead when it was queued."""
    return reply.schedule is not None and reply.schedule.at is not None and now < reply.schedule.at


def reason_to_ask(db: Database, reply: OutgoingReply, now: datetime) -> Reason:
    """Why the agent has to be asked about a reply that is due, whatever its forecast; `NO_REASON` for nothing."""
    schedule = reply.schedule
    if schedule is None or schedule.at is None:
        return NO_REASON
    late = NO_REASON
    if now - schedule.at > LATE_AFTER:
        # It is queued at once when it is due, also without a connection.
        was_running = reply.queued_at - schedule.at <= LATE_AFTER
        late = make_reason(
            OutboxReason.DELAYED if was_running else OutboxReason.MISSED_TIME, at=schedule.at.isoformat()
        )
    closed = make_reason(OutboxReason.CLOSED_SINCE) if _was_closed_by_others(db, reply, schedule) else NO_REASON
    return join_reasons(late, closed)


def _was_closed_by_others(db: Database, reply: OutgoingReply, schedule: Schedule) -> bool:
    """An agent may schedule a reply and close the conversation until then; if somebody else closed it, they thought
    that it was finished.
    """
    conversation = conversations.load_without_entries(db, reply.conversation_id)
    if reply.internal or conversation is None or conversation.state is not ConversationState.CLOSED:
        return False
    since = entries.known_after(db, reply.conversation_id, schedule.last_answer)
    closings = [e for e in since if e.event in _CLOSINGS]
    return bool(closings) and closings[-1].author_id != reply.author_id
