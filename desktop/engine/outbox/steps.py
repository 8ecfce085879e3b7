"""The steps of a reply from Send to the provider's answer. Each is one transaction on the store's thread.

The same for replies through Intercom and on a direct route; `direct_steps` has what is special about the latter.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from desktop.domain.direct import Route
from desktop.domain.model.outgoing import Event, State, find_placeholder
from desktop.domain.model.warning import Acknowledgement, ForecastWarning, Verdict, WarningCode
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
)
from desktop.engine.outbox import direct_steps
from desktop.engine.outbox.recheck import RuntimeState, forecast_reply
from desktop.engine.sync.ingest import Facts, store_facts
from desktop.ports import (
    Accepted,
    ConversationReply,
    DirectMessage,
    DirectTemplate,
    NotSent,
    OutcomeUnknown,
    OutgoingFile,
    Refused,
    SendOutcome,
)
from desktop.store import contacts, conversations, settings
from desktop.store.core.database import Database
from desktop.store.outgoing import direct_messages, drafts, files, outbox, reply_matching

log = logging.getLogger(__name__)

INTERRUPTED = "Reachline ended while this was being sent. It may have gone out."
LOST = "The answer got lost, so it is not known whether Intercom took this. Looking for it there."
WORSE = "Things changed since you pressed Send, so this was held back."
TAKEN_BACK_LONG_AGO = "This reply is no longer here."
DRAFT_IN_THE_WAY = "There is another draft in this conversation. Send it or clear it, then edit this reply."
NOTHING_TO_SEND = "There is nothing to send: this text has no visible characters."
GONE = "This conversation is no longer in Intercom."
TRYING_NOW = "Trying again now."
SENT_WHEN_ONLINE = "Intercom can't be reached at the moment. This reply goes out as soon as it can."
SENT_AFTER_EARLIER = "An earlier reply in this conversation goes first. This one follows."
LONGEST_PAUSE = timedelta(minutes=5)
"""Between two attempts, unless the provider asks for a longer pause."""


@dataclass(frozen=True, slots=True)
class Step:
    """The answer to a command, and the changes to publish."""

    answer: Answer
    changes: Changes = field(default_factory=Changes)


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
    """Queue the reply and remove its draft, or change nothing where the forecast is against it."""
    if outbox.load(db, command.draft_id) is not None:
        return Step(Done())
    account = settings.account(db)
    if account is None:
        return Step(Failed("Reachline has not reached Intercom yet, so it does not know in whose name to send."))
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
    )
    if isinstance(command, SendReply):
        reply = replace(reply, internal=command.internal)
    else:
        text = command.text if command.template is None else command.template.text
        reply = replace(reply, text=text, route=command.route, template=command.template)
    objection = _objection(db, reply, command.files, state, command.acknowledged)
    if objection is not None:
        return Step(objection)
    changes = changes_for(db, command.conversation_id, command.customer_id)
    drafts.remove(db, command.draft_id)
    outbox.insert(db, reply, command.files)
    return Step(Done(), changes)


def _objection(
    db: Database,
    reply: outbox.OutgoingReply,
    reply_files: Sequence[OutgoingFile],
    state: RuntimeState,
    acknowledged: Acknowledgement,
) -> Answer | None:
    """Why the reply cannot be queued, or what the agent has to accept first; None if nothing is against it."""
    obstacle = direct_steps.find_obstacle(db, reply, reply_files, state)
    if obstacle:
        return Failed(obstacle)
    forecast = forecast_reply(db, reply, state, reply_files)
    if forecast is None:
        return Failed(GONE)
    if forecast.verdict is Verdict.BLOCKED:
        if WarningCode.UNRESOLVED_PLACEHOLDER in forecast.warnings:
            return Failed(f"Fill in {find_placeholder(reply.text)} first.")
        if WarningCode.EMPTY_TEXT in forecast.warnings:
            return Failed(NOTHING_TO_SEND)
        return Failed("Intercom does not let Reachline in any more. Sign in again first.")
    warned = forecast.unacknowledged(acknowledged)
    return NeedsConsent(forecast, warned) if warned else None


def resolve_pending(db: Database, command: ResolvePending, state: RuntimeState) -> Step:
    """Carry out the agent's decision on a reply that is queued, held, refused or unconfirmed."""
    outbox.forget_cancelled(db, state.now)
    reply = outbox.load(db, command.draft_id)
    if reply is None:
        return Step(Failed(TAKEN_BACK_LONG_AGO))
    changes = changes_for(db, reply.conversation_id, reply.customer_id) | Changes(undecided=True)
    if command.arrived:
        if reply.state is not State.UNCONFIRMED:
            return Step(Failed("This reply is not waiting to be confirmed any more."))
        outbox.apply_event(db, reply.draft_id, Event.FOUND_AT_PROVIDER)
        if reply.route is not None:
            sentence = direct_steps.CONFIRMED_BY_TEAMMATE
            changes |= direct_steps.record_accepted(
                db, reply, reply.route, Accepted(""), state.now, follows=False, sentence=sentence
            )
        outbox.finish(db, reply.draft_id)
        return Step(Done(), changes)
    if command.cancel:
        if reply.state in (State.SENDING, State.ACCEPTED):
            return Step(Failed("This reply is already on its way and cannot be taken back."))
        if reply.state is not State.CANCELLED:
            outbox.cancel(db, reply.draft_id, state.now)
        return Step(Done(), changes)
    return _send_again(db, reply, command, state, changes) if command.send else Step(Done())


def _send_again(
    db: Database, reply: outbox.OutgoingReply, command: ResolvePending, state: RuntimeState, changes: Changes
) -> Step:
    events = {State.HELD: Event.RELEASE, State.REFUSED: Event.SEND_AGAIN, State.UNCONFIRMED: Event.SEND_AGAIN}
    if reply.state is State.QUEUED and not (reply.tries or reply.reason):
        return Step(Done())
    if reply.state is State.QUEUED:
        outbox.acknowledge(db, reply.draft_id, command.acknowledged)
        outbox.set_reason(db, reply.draft_id, "")
        if state.is_offline:
            return Step(Done(SENT_WHEN_ONLINE), changes)
        return Step(Done(SENT_AFTER_EARLIER if outbox.is_behind(db, reply.draft_id) else TRYING_NOW), changes)
    if reply.state not in events:
        return Step(Failed("This reply cannot be sent again."))
    accepted = reply.acknowledged | command.acknowledged
    objection = _objection(db, reply, files.load(db, reply.draft_id), state, accepted)
    if objection is not None:
        return Step(objection)
    outbox.apply_event(db, reply.draft_id, events[reply.state])
    outbox.acknowledge(db, reply.draft_id, command.acknowledged)
    return Step(Done(), changes)


def edit_pending(db: Database, command: EditPending, now: datetime, new_draft_id: str) -> Step:
    """Turn the reply's text and files into a draft of their own. The reply itself stays as a cancelled one: if an
    earlier attempt turns up after all, the same text is not sent again (`reply_matching.accept_if_found`).
    """
    outbox.forget_cancelled(db, now)
    reply = outbox.load(db, command.draft_id)
    reply_files = files.load(db, command.draft_id)
    if reply is None or (reply.state is State.CANCELLED and not reply.text and not reply_files):
        return Step(Failed(TAKEN_BACK_LONG_AGO))
    if reply.state in (State.SENDING, State.ACCEPTED):
        return Step(Failed("This reply is already on its way and cannot be edited."))
    if reply.template is not None:
        return Step(Failed(direct_steps.USE_THE_PICKER))
    if drafts.in_conversation(db, reply.conversation_id, reply.internal):
        return Step(Failed(DRAFT_IN_THE_WAY))
    if reply.state is not State.CANCELLED:
        outbox.cancel(db, reply.draft_id, now)
    draft = drafts.Draft(
        new_draft_id, reply.customer_id, reply.conversation_id, reply.text, reply_files, reply.internal, reply.seen_upto
    )
    drafts.save(db, draft)
    return Step(Done(), changes_for(db, reply.conversation_id, reply.customer_id) | Changes(undecided=True))


@dataclass(frozen=True, slots=True)
class Claim:
    """message: what to send now that this is committed; None if the reply was held, or cannot be claimed.
    route: the direct route it goes on; None through Intercom.
    """

    message: ConversationReply | DirectMessage | DirectTemplate | None
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
    if reply_matching.accept_if_found(db, draft_id, state.now):
        return Claim(None, changes)
    reply_files = files.load(db, draft_id)
    obstacle = direct_steps.find_obstacle(db, reply, reply_files, state)
    if obstacle:
        return Claim(None, hold_reply(db, draft_id, obstacle))
    forecast = forecast_reply(db, reply, state, reply_files)
    if forecast is None:
        return Claim(None, hold_reply(db, draft_id, GONE))
    blocked = forecast.verdict is Verdict.BLOCKED
    warned = forecast.warned if blocked else forecast.unacknowledged(reply.acknowledged)
    # A note about a direct message answers nobody: it is true whatever happened since.
    if warned and not reply.note_of:
        return Claim(None, hold_reply(db, draft_id, WORSE, warned))
    if not outbox.claim(db, draft_id, state.now):
        return Claim(None, Changes())
    if reply.route is not None:
        return Claim(direct_steps.direct_message(db, reply, reply_files, reply.route), changes, reply.route)
    message = ConversationReply(
        draft_id, reply.conversation_id, reply.author_id, reply.text, reply_files, reply.internal
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
        case Accepted(entry_id, conversation):
            outbox.apply_event(db, draft_id, Event.ACCEPTED)
            outbox.set_entry_id(db, draft_id, entry_id)
            if conversation is not None:
                changes |= store_facts(db, Facts((conversation,)), now)
        case Refused(error, sentence):
            outbox.apply_event(db, draft_id, Event.REFUSED, sentence)
            if reply.route is not None:
                changes |= direct_steps.record_refused(db, reply, reply.route, error, now)
        case NotSent(sentence, retry_after_s):
            outbox.apply_event(db, draft_id, Event.NOT_SENT)
            named = timedelta(seconds=min(retry_after_s, outbox.LONGEST_PAUSE.total_seconds()))
            pause = max(named, min(named * 2 ** min(reply.tries, 10), LONGEST_PAUSE))
            outbox.postpone(db, draft_id, now + pause, sentence)
        case OutcomeUnknown(reason):
            log.info("reply %s: %s", draft_id, reason)
            outbox.apply_event(
                db,
                draft_id,
                Event.ANSWER_LOST,
                LOST if reply.route is None else direct_steps.lost_sentence(reply.route),
            )
    return changes


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
    for reply in outbox.recover(db, INTERRUPTED, under_way):
        changes |= changes_for(db, reply.conversation_id, reply.customer_id) | Changes(undecided=True)
    return changes


def hold_reply(db: Database, draft_id: str, reason: str, warned: Iterable[ForecastWarning] = ()) -> Changes:
    """Leave a queued reply to the agent: the forecast got worse, or the newest facts cannot be read."""
    reply = outbox.load(db, draft_id)
    if reply is None or reply.state is not State.QUEUED:
        return Changes()
    outbox.apply_event(db, draft_id, Event.HOLD, reason, warned)
    return changes_for(db, reply.conversation_id, reply.customer_id) | Changes(undecided=True)


def save_reason(db: Database, draft_id: str, reason: str) -> Changes:
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
