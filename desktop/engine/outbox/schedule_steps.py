"""The steps of a scheduled reply until it is queued. Each is one transaction on the store's thread."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from desktop.domain.model.command_reason import CommandReason
from desktop.domain.model.outgoing import State
from desktop.domain.model.warning import ForecastWarning, WarningCode
from desktop.engine.changes import Changes
from desktop.engine.commands import Done, Reschedule, failed
from desktop.engine.outbox import scheduling
from desktop.engine.outbox.recheck import RuntimeState
from desktop.engine.outbox.steps import Step, changes_for, find_objection
from desktop.store.core.database import Database
from desktop.store.outgoing import files, outbox


def look(db: Database, now: datetime, *, is_message_new: bool) -> tuple[bool, bool]:
    """Whether `queue_due` may have something to do, and whether a reply waits for a message."""
    has_awaiting = outbox.has_awaiting(db)
    return bool(outbox.due(db, now) or (is_message_new and has_awaiting and outbox.awaiting(db))), has_awaiting


def queue_due(db: Database, now: datetime, *, is_message_new: bool) -> Changes:
    """Queue the scheduled replies whose time has come, in the order of their times.

    is_message_new: messages came in since the last call, which a reply may wait for.
    """
    changes = Changes()
    for reply in outbox.due(db, now):
        changes |= _queue(db, reply, now, now if reply.schedule is None else reply.schedule.at or now)
    for reply in outbox.awaiting(db) if is_message_new else ():
        message = scheduling.find_awaited(db, reply, now)
        if message is not None:
            changes |= _queue(db, reply, now, message.entry.sent_at)
            accepted = ForecastWarning(WarningCode.NEWER_CUSTOMER_MESSAGE, frozenset({message.id}))
            outbox.acknowledge(db, reply.draft_id, accepted.acknowledgement)
    return changes


def _queue(db: Database, reply: outbox.OutgoingReply, now: datetime, at: datetime) -> Changes:
    outbox.release_due(db, reply.draft_id, now, at)
    return changes_for(db, reply.conversation_id, reply.customer_id)


def reschedule(db: Database, command: Reschedule, state: RuntimeState) -> Step:
    """Give a reply another time, or undo that one was cancelled. Judged as when it was scheduled."""
    outbox.forget_cancelled(db, state.now)
    reply = outbox.load(db, command.draft_id)
    reply_files = files.load(db, command.draft_id)
    if reply is None or not (reply.text or reply_files or reply.template):
        return Step(failed(CommandReason.REPLY_GONE))
    is_unsent = reply.lost_at is None and not reply.entry_id
    if reply.state not in (State.SCHEDULED, State.HELD, State.CANCELLED) or not is_unsent:
        return Step(failed(CommandReason.NOT_SCHEDULABLE))
    if scheduling.is_past(command.schedule, state.now):
        return Step(failed(CommandReason.TIME_IS_PAST))
    accepted = reply.acknowledged | command.acknowledged
    later = replace(reply, state=State.SCHEDULED, schedule=command.schedule)
    objection = find_objection(db, later, reply_files, state, accepted)
    if objection is not None:
        return Step(objection)
    outbox.schedule(db, reply.draft_id, command.schedule)
    outbox.acknowledge(db, reply.draft_id, command.acknowledged)
    changes = changes_for(db, reply.conversation_id, reply.customer_id)
    return Step(Done(), changes | Changes(undecided=reply.state is State.HELD))
