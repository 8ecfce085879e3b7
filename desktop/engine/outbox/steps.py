"""The steps of a reply from Send to the provider's answer. Each is one transaction on the store's thread.

The same for replies through Intercom and on a direct route; `direct_steps` has what is special about the latter.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import msgspec

from desktop.domain.direct import Route
from desktop.domain.model import formatting
from desktop.domain.model.command_reason import CommandReason
from desktop.domain.model.outgoing import Event, OutboxReason, State, find_placeholder
from desktop.domain.model.reason import NO_REASON, Reason, make_reason
from desktop.domain.model.warning import Acknowledgement, ForecastWarning, Verdict, WarningCode, acknowledge
from desktop.engine.changes import Changes
from desktop.engine.commands import (
    Answer,
    Done,
    EditPending,
    Failed,
    NeedsConsent,
    ResolvePending,
    SaveDraft,
    SendDirect,
    SendReply,
    failed,
)
from desktop.engine.outbox import direct_steps, new_conversation, scheduling
from desktop.engine.outbox.recheck import RuntimeState, forecast_reply
from desktop.engine.sync.ingest import Facts, refresh_customers, store_facts
from desktop.ports import (
    Accepted,
    ConversationReply,
    DirectMessage,
    DirectTemplate,
    NewConversation,
    NotSent,
    OutcomeUnknown,
    OutgoingFile,
    ProviderErrorKind,
    Refused,
    SendOutcome,
)
from desktop.ports.reasons import ProviderReason
from desktop.store import contacts, conversations, settings
from desktop.store.core.database import Database
from desktop.store.outgoing import (
    after_sending,
    begun_matching,
    direct_messages,
    drafts,
    files,
    new_conversations,
    outbox,
    own_texts,
    reply_matching,
)

log = logging.getLogger(__name__)

LONGEST_PAUSE = timedelta(minutes=5)
"""Between two attempts, unless the provider asks for a longer pause."""


class Step(msgspec.Struct, frozen=True):
    """The answer to a command, and the changes to publish."""

    answer: Answer
    changes: Changes = msgspec.field(default_factory=Changes)


def save_draft(db: Database, command: SaveDraft) -> Step:
    """Save or, if it is empty, remove a draft. A late save of one that was already sent changes nothing."""
    if outbox.load(db, command.draft_id) is not None:
        return Step(Done())
    if command.text or command.files:
        drafts.save(db, command)
    else:
        drafts.remove(db, command.draft_id)
    changes = changes_for(db, command.conversation_id, command.customer_id)
    return Step(Done(), Changes(threads=changes.threads))


def queue_reply(db: Database, command: SendReply | SendDirect, state: RuntimeState) -> Step:
    """Queue the reply, or schedule it, and remove its draft; change nothing where the forecast is against it."""
    if outbox.load(db, command.draft_id) is not None:
        return Step(Done())
    account = settings.account(db)
    if account is None:
        return Step(failed(CommandReason.NOT_CONNECTED_YET))
    reply = outbox.OutgoingReply(
        command.draft_id,
        conversations.customer_of(db, command.conversation_id) or command.customer_id,
        command.conversation_id,
        account.teammate.id,
        command.text,
        (),
        False,
        # If it is not known what the agent had seen, nothing counts as seen.
        max(command.seen_upto or 0, drafts.seen_upto(db, command.draft_id) or 0),
        state.now,
        acknowledged=command.acknowledged,
        spans=formatting.normalize(command.text, command.spans),
    )
    if command.schedule is not None:
        if scheduling.is_past(command.schedule, state.now):
            return Step(failed(CommandReason.TIME_IS_PAST))
        reply = replace(reply, state=State.SCHEDULED, schedule=command.schedule)
    if isinstance(command, SendReply):
        reply = replace(reply, internal=command.internal)
    else:
        text = command.text if command.template is None else command.template.text
        reply = replace(reply, text=text, route=command.route, template=command.template)
    objection = find_objection(db, reply, command.files, state, command.acknowledged)
    if objection is not None:
        return Step(objection)
    changes = changes_for(db, command.conversation_id, command.customer_id)
    drafts.remove(db, command.draft_id)
    outbox.insert(db, reply, command.files)
    after_sending.save(db, reply.draft_id, reply.customer_id, reply.conversation_id, command.actions)
    own_texts.save(db, command.draft_id, command.own)
    return Step(Done(), changes)


def find_objection(
    db: Database,
    reply: outbox.OutgoingReply,
    reply_files: Sequence[OutgoingFile],
    state: RuntimeState,
    acknowledged: Acknowledgement,
) -> Answer | None:
    """Why the reply cannot be queued or scheduled, or what the agent has to accept first; None for nothing."""
    obstacle = direct_steps.find_obstacle(db, reply, reply_files, state)
    if obstacle:
        return Failed(obstacle)
    forecast = forecast_reply(db, reply, state, reply_files)
    if forecast is None:
        return failed(CommandReason.CONVERSATION_GONE)
    if forecast.verdict is Verdict.BLOCKED:
        if WarningCode.UNRESOLVED_PLACEHOLDER in forecast.warnings:
            return failed(CommandReason.PLACEHOLDER_LEFT, placeholder=find_placeholder(reply.text))
        if WarningCode.EMPTY_TEXT in forecast.warnings:
            return failed(CommandReason.NOTHING_TO_SEND)
        return failed(ProviderReason.INTERCOM_SIGNED_OUT)
    warned = forecast.unacknowledged(acknowledged)
    return NeedsConsent(forecast, warned) if warned else None


def resolve_pending(db: Database, command: ResolvePending, state: RuntimeState) -> Step:
    """Carry out the agent's decision on a reply that is scheduled, queued, held, refused or unconfirmed."""
    outbox.forget_cancelled(db, state.now)
    reply = outbox.load(db, command.draft_id)
    if reply is None:
        return Step(failed(CommandReason.REPLY_GONE))
    changes = changes_for(db, reply.conversation_id, reply.customer_id) | Changes(undecided=True)
    if command.arrived:
        if reply.state is not State.UNCONFIRMED:
            return Step(failed(CommandReason.NOT_UNCONFIRMED))
        outbox.apply_event(db, reply.draft_id, Event.FOUND_AT_PROVIDER)
        if reply.route is not None:
            provider = direct_steps.provider_name(reply.route)
            reason = make_reason(OutboxReason.CONFIRMED_BY_TEAMMATE, provider=provider)
            changes |= direct_steps.record_accepted(
                db, reply, reply.route, Accepted(""), state.now, follows=False, reason=reason
            )
        outbox.finish(db, reply.draft_id)
        return Step(Done(), changes)
    if command.cancel:
        if reply.state in (State.SENDING, State.ACCEPTED):
            return Step(failed(CommandReason.NOT_CANCELLABLE))
        if reply.state is not State.CANCELLED:
            outbox.cancel(db, reply.draft_id, state.now)
        return Step(Done(), changes)
    return _send_again(db, reply, command, state, changes) if command.send else Step(Done())


def _send_again(
    db: Database, reply: outbox.OutgoingReply, command: ResolvePending, state: RuntimeState, changes: Changes
) -> Step:
    events = {
        State.SCHEDULED: Event.RELEASE,
        State.HELD: Event.RELEASE,
        State.REFUSED: Event.SEND_AGAIN,
        State.UNCONFIRMED: Event.SEND_AGAIN,
    }
    if reply.state is State.QUEUED and not (reply.tries or reply.reason):
        return Step(Done())
    if reply.state is State.QUEUED:
        outbox.acknowledge(db, reply.draft_id, command.acknowledged)
        if reply.schedule is not None:
            outbox.send_unscheduled(db, reply.draft_id, state.now)
        outbox.set_reason(db, reply.draft_id, NO_REASON)
        if state.is_offline:
            done = CommandReason.SENT_WHEN_ONLINE
        elif outbox.is_behind(db, reply.draft_id):
            done = CommandReason.SENT_AFTER_EARLIER
        else:
            done = CommandReason.TRYING_NOW
        return Step(Done(make_reason(done)), changes)
    if reply.state not in events:
        return Step(failed(CommandReason.NOT_SENDABLE_AGAIN))
    accepted = reply.acknowledged | command.acknowledged
    if new_conversations.is_placeholder(reply.conversation_id):
        # What it is held for stands at the message, and no other sheet asks.
        accepted |= acknowledge(reply.warned)
        command = msgspec.structs.replace(command, acknowledged=accepted)
    unscheduled = replace(reply, schedule=None)
    objection = find_objection(db, unscheduled, files.load(db, reply.draft_id), state, accepted)
    if objection is not None:
        return Step(objection)
    outbox.apply_event(db, reply.draft_id, events[reply.state])
    if reply.schedule is not None:
        outbox.send_unscheduled(db, reply.draft_id, state.now)
    outbox.acknowledge(db, reply.draft_id, command.acknowledged)
    return Step(Done(), changes)


def edit_pending(db: Database, command: EditPending, now: datetime, new_draft_id: str) -> Step:
    """Turn the reply's text and files into a draft of their own, which keeps a time that is still to come. The reply
    itself stays as a cancelled one: if an earlier attempt turns up after all, the same text is not sent again
    (`reply_matching.accept_if_found`).
    """
    outbox.forget_cancelled(db, now)
    reply = outbox.load(db, command.draft_id)
    reply_files = files.load(db, command.draft_id)
    if reply is None or (reply.state is State.CANCELLED and not reply.text and not reply_files):
        return Step(failed(CommandReason.REPLY_GONE))
    if reply.state in (State.SENDING, State.ACCEPTED):
        return Step(failed(CommandReason.NOT_EDITABLE))
    if reply.template is not None:
        return Step(failed(CommandReason.TEMPLATE_NOT_EDITABLE))
    if new_conversations.is_placeholder(reply.conversation_id):
        return Step(failed(CommandReason.NEW_NOT_EDITABLE))
    if drafts.in_conversation(db, reply.conversation_id, reply.internal):
        return Step(failed(CommandReason.DRAFT_IN_THE_WAY))
    own = own_texts.load(db, reply.draft_id)
    if reply.state is not State.CANCELLED:
        outbox.cancel(db, reply.draft_id, now)
    draft = drafts.Draft(
        new_draft_id,
        reply.customer_id,
        reply.conversation_id,
        reply.text,
        reply_files,
        reply.internal,
        reply.seen_upto,
        after_sending.load(db, reply.draft_id),
        reply.spans,
        own,
        scheduling.left_to_wait_for(reply, now),
    )
    after_sending.delete(db, reply.draft_id)
    drafts.save(db, draft)
    return Step(Done(), changes_for(db, reply.conversation_id, reply.customer_id) | Changes(undecided=True))


class Claim(msgspec.Struct, frozen=True):
    """message: what to send now that this is committed; None if the reply was held, or cannot be claimed.
    route: the direct route it goes on; None through Intercom.
    """

    message: ConversationReply | NewConversation | DirectMessage | DirectTemplate | None
    changes: Changes
    route: Route | None = None


def claim(db: Database, draft_id: str, state: RuntimeState) -> Claim:
    """Recheck by the newest facts, then claim the reply for sending or hold it for the agent. One that an earlier
    attempt has brought to the provider is accepted instead.
    """
    reply = outbox.load(db, draft_id)
    if reply is None or reply.state is not State.QUEUED:
        return Claim(None, Changes())
    changes = changes_for(db, reply.conversation_id, reply.customer_id)
    if scheduling.is_early(reply, state.now):
        outbox.apply_event(db, draft_id, Event.SCHEDULE)
        return Claim(None, changes)
    if reply_matching.accept_if_found(db, draft_id, state.now):
        return Claim(None, changes)
    reply_files = files.load(db, draft_id)
    obstacle = direct_steps.find_obstacle(db, reply, reply_files, state)
    if obstacle:
        return Claim(None, hold_reply(db, draft_id, obstacle))
    forecast = forecast_reply(db, reply, state, reply_files)
    if forecast is None:
        return Claim(None, hold_reply(db, draft_id, make_reason(CommandReason.CONVERSATION_GONE)))
    blocked = forecast.verdict is Verdict.BLOCKED
    warned = forecast.warned if blocked else forecast.unacknowledged(reply.acknowledged)
    # A note about a direct message answers nobody: it is true whatever happened since.
    if warned and not reply.note_of:
        why = scheduling.reason_to_ask(db, reply, state.now) or make_reason(OutboxReason.FORECAST_WORSE)
        return Claim(None, hold_reply(db, draft_id, why, warned))
    if why := scheduling.reason_to_ask(db, reply, state.now):
        return Claim(None, hold_reply(db, draft_id, why))
    if not outbox.claim(db, draft_id, state.now):
        return Claim(None, Changes())
    if reply.route is not None:
        return Claim(direct_steps.direct_message(db, reply, reply_files, reply.route, state.now), changes, reply.route)
    begins = new_conversation.message(db, reply)
    message = begins or ConversationReply(
        draft_id,
        reply.conversation_id,
        reply.author_id,
        reply.text,
        reply_files,
        reply.internal,
        reply.spans,
        is_forwarded=forecast.may_be_forwarded,
    )
    return Claim(message, changes)


def record_outcome(
    db: Database, draft_id: str, outcome: SendOutcome, now: datetime, *, follows: bool = False
) -> Changes:
    """Store the provider's answer; with an acceptance, all that follows from it in the same transaction.

    follows: for a direct message, the provider will report what becomes of it.
    """
    reply = outbox.load(db, draft_id)
    if reply is None or reply.state is not State.SENDING:
        return Changes()
    undecided = isinstance(outcome, Refused | OutcomeUnknown)
    changes = changes_for(db, reply.conversation_id, reply.customer_id) | Changes(undecided=undecided)
    match outcome:
        case Accepted() if reply.route is not None:
            outbox.apply_event(db, draft_id, Event.ACCEPTED)
            changes |= direct_steps.record_accepted(db, reply, reply.route, outcome, now, follows=follows)
        case Accepted(conversation_id=conversation_id) if conversation_id:
            outbox.apply_event(db, draft_id, Event.ACCEPTED)
            changes |= refresh_customers(db, begun_matching.record_begun(db, reply, conversation_id, now), now)
        case Refused(ProviderErrorKind.GONE) if new_conversation.is_contact_not_ready(db, reply, now):
            outbox.apply_event(db, draft_id, Event.NOT_SENT)
            reason = make_reason(OutboxReason.CONTACT_NOT_READY)
            outbox.postpone(db, draft_id, now + new_conversation.CONTACT_PAUSE, reason)
        case Accepted(entry_id, conversation):
            outbox.apply_event(db, draft_id, Event.ACCEPTED)
            outbox.set_entry_id(db, draft_id, entry_id)
            if conversation is not None:
                changes |= store_facts(db, Facts((conversation,)), now)
        case Refused(error, reason):
            outbox.apply_event(db, draft_id, Event.REFUSED, reason)
            if reply.route is not None:
                changes |= direct_steps.record_refused(db, reply, reply.route, error, now)
        case NotSent(reason, retry_after_s):
            outbox.apply_event(db, draft_id, Event.NOT_SENT)
            named = timedelta(seconds=min(retry_after_s, outbox.LONGEST_PAUSE.total_seconds()))
            pause = max(named, min(named * 2 ** min(reply.tries, 10), LONGEST_PAUSE))
            outbox.postpone(db, draft_id, now + pause, reason)
        case OutcomeUnknown(detail):
            log.info("reply %s: %s", draft_id, detail)
            provider = direct_steps.provider_name(reply.route)
            outbox.apply_event(
                db, draft_id, Event.ANSWER_LOST, make_reason(OutboxReason.ANSWER_LOST, provider=provider)
            )
    return changes


def record_stopped(db: Database, draft_id: str, now: datetime) -> Changes:
    """Cancel a claimed reply whose request was stopped before its last piece left: nobody can have processed it."""
    reply = outbox.load(db, draft_id)
    if reply is None or reply.state is not State.SENDING:
        return Changes()
    outbox.apply_event(db, draft_id, Event.NOT_SENT)
    outbox.cancel(db, draft_id, now)
    return changes_for(db, reply.conversation_id, reply.customer_id)


def record_found(db: Database, draft_id: str, remote_id: str, now: datetime, *, follows: bool) -> Changes:
    """Store that the channel's provider has this reply, of which nobody knew whether it left, under this name. Changes
    nothing if the agent decided meanwhile, or if that is the name of another message of ours.
    """
    reply = outbox.load(db, draft_id)
    if reply is None or reply.route is None or reply.state not in (State.UNCONFIRMED, State.QUEUED):
        return Changes()
    if direct_messages.is_known(db, reply.route.key, remote_id):
        return Changes()
    if reply.state is State.QUEUED:
        outbox.claim(db, draft_id, now)
    outbox.apply_event(db, draft_id, Event.FOUND_AT_PROVIDER if reply.state is State.UNCONFIRMED else Event.ACCEPTED)
    changes = direct_steps.record_accepted(db, reply, reply.route, Accepted(remote_id), now, follows=follows)
    return changes | changes_for(db, reply.conversation_id, reply.customer_id) | Changes(undecided=True)


def recover_interrupted(db: Database, now: datetime, under_way: frozenset[str] = frozenset()) -> Changes:
    """Make unconfirmed what is marked as being sent and is not under way: it may have left."""
    outbox.forget_cancelled(db, now)
    changes = Changes()
    for reply in outbox.recover(db, make_reason(OutboxReason.INTERRUPTED), under_way):
        changes |= changes_for(db, reply.conversation_id, reply.customer_id) | Changes(undecided=True)
    return changes


def hold_reply(db: Database, draft_id: str, reason: Reason, warned: Iterable[ForecastWarning] = ()) -> Changes:
    """Leave a queued reply to the agent: the forecast got worse, or the newest facts cannot be read."""
    reply = outbox.load(db, draft_id)
    if reply is None or reply.state is not State.QUEUED:
        return Changes()
    outbox.apply_event(db, draft_id, Event.HOLD, reason, warned)
    return changes_for(db, reply.conversation_id, reply.customer_id) | Changes(undecided=True)


def save_reason(db: Database, draft_id: str, reason: Reason) -> Changes:
    """Store why a reply waits, or what is known of it."""
    reply = outbox.load(db, draft_id)
    if reply is None or not outbox.set_reason(db, draft_id, reason):
        return Changes()
    return Changes(threads=changes_for(db, reply.conversation_id, reply.customer_id).threads)


def changes_for(db: Database, conversation_id: str, customer_id: str) -> Changes:
    """Changes of the conversation's customer; while the conversation is not stored, of the customer the agent meant."""
    concerned = frozenset(
        {conversations.customer_of(db, conversation_id) or contacts.resolve_customer(db, customer_id)}
    )
    return Changes(customers=concerned, threads=concerned)
