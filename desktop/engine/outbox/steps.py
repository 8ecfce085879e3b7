"""Sending: the steps of a reply from Send to a provider's answer, each one transaction on the store's thread.

One discipline for what goes through Intercom and past it; `engine.direct_sending` has what is special about the latter.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
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
from desktop.engine.outbox.recheck import RuntimeState, Words, forecast_reply
from desktop.engine.sync.ingest import Facts, store_facts
from desktop.ports import (
    Accepted,
    ConversationReply,
    DirectMessage,
    DirectTemplate,
    NotSent,
    OutcomeUnknown,
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
"""While a provider names no longer one."""


@dataclass(frozen=True, slots=True)
class Step:
    """What a step did: the answer for whoever asked, and what changed."""

    answer: Answer
    changes: Changes = field(default_factory=Changes)


def save_draft(db: Database, command: SaveDraft) -> Step:
    """A late save of a draft that was already sent must not bring it back."""
    if outbox.load(db, command.draft_id) is not None:
        return Step(Done())
    if command.text or command.files:
        draft = drafts.Draft(
            command.draft_id,
            command.customer_id,
            command.conversation_id,
            command.text,
            command.files,
            command.internal,
            command.seen_upto,
        )
        drafts.save(db, draft)
    else:
        drafts.remove(db, command.draft_id)
    whose = changes_for(db, command.conversation_id, command.customer_id)
    return Step(Done(), Changes(threads=whose.threads))


def queue_reply(db: Database, command: SendReply | SendDirect, runtime_state: RuntimeState) -> Step:
    """Send was pressed: judge, then queue and drop the draft, or leave everything as it is."""
    if outbox.load(db, command.draft_id) is not None:
        return Step(Done())
    account = settings.account(db)
    if account is None:
        return Step(Failed("Reachline has not reached Intercom yet, so it does not know in whose name to send."))
    seen_upto = _seen_upto(db, command)
    words = _pressed(command, account.teammate.id, seen_upto)
    objection = _objection(db, words, runtime_state, command.acknowledged)
    if objection is not None:
        return Step(objection)
    whose = changes_for(db, command.conversation_id, command.customer_id)
    row = outbox.OutgoingReply(
        command.draft_id,
        conversations.customer_of(db, command.conversation_id) or command.customer_id,
        command.conversation_id,
        words.author_id,
        words.text,
        (),
        words.internal,
        seen_upto,
        runtime_state.now,
        acknowledged=command.acknowledged,
        route=words.route,
        template=words.template,
    )
    drafts.remove(db, command.draft_id)
    outbox.insert(db, row, command.files)
    return Step(Done(), whose)


def _seen_upto(db: Database, command: SendReply | SendDirect) -> int:
    """What the agent could not see was not considered: of a reply that nobody says that of, nothing was seen."""
    return max(command.seen_upto or 0, drafts.seen_upto(db, command.draft_id) or 0)


def _pressed(command: SendReply | SendDirect, author_id: str, seen_upto: int) -> Words:
    words = Words(command.draft_id, command.conversation_id, author_id, command.text, command.files)
    if isinstance(command, SendReply):
        return replace(words, internal=command.internal, seen_upto=seen_upto)
    text = command.text if command.template is None else command.template.text
    return replace(words, text=text, seen_upto=seen_upto, route=command.route, template=command.template)


def _objection(db: Database, words: Words, runtime_state: RuntimeState, acknowledged: Acknowledgement) -> Answer | None:
    obstacle = direct_steps.find_obstacle(db, words, runtime_state)
    if obstacle:
        return Failed(obstacle)
    forecast = forecast_reply(db, words, runtime_state)
    if forecast is None:
        return Failed(GONE)
    if forecast.verdict is Verdict.BLOCKED:
        if WarningCode.UNRESOLVED_PLACEHOLDER in forecast.warnings:
            return Failed(f"Fill in {find_placeholder(words.text)} first.")
        if WarningCode.EMPTY_TEXT in forecast.warnings:
            return Failed(NOTHING_TO_SEND)
        return Failed("Intercom does not let Reachline in any more. Sign in again first.")
    warned = forecast.unacknowledged(acknowledged)
    return NeedsConsent(forecast, warned) if warned else None


def resolve_pending(db: Database, command: ResolvePending, runtime_state: RuntimeState) -> Step:
    """The agent's word on a reply that waits, is held, refused or unconfirmed."""
    outbox.forget_cancelled(db, runtime_state.now)
    row = outbox.load(db, command.draft_id)
    if row is None:
        return Step(Failed(TAKEN_BACK_LONG_AGO))
    whose = changes_for(db, row.conversation_id, row.customer_id) | Changes(undecided=True)
    if command.arrived:
        if row.state is not State.UNCONFIRMED:
            return Step(Failed("This reply is not waiting to be confirmed any more."))
        outbox.apply_event(db, row.draft_id, Event.FOUND_AT_PROVIDER)
        if row.route is not None:
            said = direct_steps.CONFIRMED_BY_TEAMMATE
            whose |= direct_steps.record_accepted(
                db, row, row.route, Accepted(""), runtime_state.now, follows=False, sentence=said
            )
        outbox.finish(db, row.draft_id)
        return Step(Done(), whose)
    if command.cancel:
        if row.state in (State.SENDING, State.ACCEPTED):
            return Step(Failed("This reply is already on its way and cannot be taken back."))
        if row.state is not State.CANCELLED:
            outbox.cancel(db, row.draft_id, runtime_state.now)
        return Step(Done(), whose)
    return _send_again(db, row, command, runtime_state, whose) if command.send else Step(Done())


def _send_again(
    db: Database, row: outbox.OutgoingReply, command: ResolvePending, runtime_state: RuntimeState, whose: Changes
) -> Step:
    events = {
        State.HELD: Event.RELEASE,
        State.REFUSED: Event.SEND_AGAIN,
        State.UNCONFIRMED: Event.SEND_AGAIN,
    }
    if row.state is State.QUEUED and not (row.tries or row.reason):
        return Step(Done())
    if row.state is State.QUEUED:
        outbox.acknowledge(db, row.draft_id, command.acknowledged)
        outbox.set_reason(db, row.draft_id, "")
        if runtime_state.is_offline:
            return Step(Done(SENT_WHEN_ONLINE), whose)
        return Step(Done(SENT_AFTER_EARLIER if outbox.is_behind(db, row.draft_id) else TRYING_NOW), whose)
    if row.state not in events:
        return Step(Failed("This reply cannot be sent again."))
    accepted = row.acknowledged | command.acknowledged
    objection = _objection(db, _words(db, row), runtime_state, accepted)
    if objection is not None:
        return Step(objection)
    outbox.apply_event(db, row.draft_id, events[row.state])
    outbox.acknowledge(db, row.draft_id, command.acknowledged)
    return Step(Done(), whose)


def edit_pending(db: Database, command: EditPending, now: datetime, new_draft_id: str) -> Step:
    """Its words and files become a draft of their own. The reply itself stays as one that was taken back: if an earlier
    try of it turns up after all, the same words are not sent again (`found.accept_if_found`)."""
    outbox.forget_cancelled(db, now)
    row = outbox.load(db, command.draft_id)
    kept = files.load(db, command.draft_id)
    if row is None or (row.state is State.CANCELLED and not row.text and not kept):
        return Step(Failed(TAKEN_BACK_LONG_AGO))
    if row.state in (State.SENDING, State.ACCEPTED):
        return Step(Failed("This reply is already on its way and cannot be edited."))
    if row.template is not None:
        return Step(Failed(direct_steps.USE_THE_PICKER))
    if drafts.in_conversation(db, row.conversation_id, row.internal):
        return Step(Failed(DRAFT_IN_THE_WAY))
    if row.state is not State.CANCELLED:
        outbox.cancel(db, row.draft_id, now)
    draft = drafts.Draft(
        new_draft_id, row.customer_id, row.conversation_id, row.text, kept, row.internal, row.seen_upto
    )
    drafts.save(db, draft)
    return Step(Done(), changes_for(db, row.conversation_id, row.customer_id) | Changes(undecided=True))


@dataclass(frozen=True, slots=True)
class Claim:
    """out: what to send now, after this is committed; None if it was held or is not ours to take.

    route: past Intercom, the way it goes.
    """

    out: ConversationReply | DirectMessage | DirectTemplate | None
    changes: Changes
    route: Route | None = None


def claim(db: Database, draft_id: str, runtime_state: RuntimeState) -> Claim:
    """Judge once more by the newest facts, then take the reply for sending or hold it for the agent. One that is there
    already, from an earlier try, is accepted instead."""
    row = outbox.load(db, draft_id)
    if row is None or row.state is not State.QUEUED:
        return Claim(None, Changes())
    whose = changes_for(db, row.conversation_id, row.customer_id)
    if reply_matching.accept_if_found(db, draft_id, runtime_state.now):
        return Claim(None, whose)
    words = _words(db, row)
    obstacle = direct_steps.find_obstacle(db, words, runtime_state)
    if obstacle:
        return Claim(None, hold_reply(db, draft_id, obstacle))
    forecast = forecast_reply(db, words, runtime_state)
    if forecast is None:
        return Claim(None, hold_reply(db, draft_id, GONE))
    blocked = forecast.verdict is Verdict.BLOCKED
    warned = forecast.warned if blocked else forecast.unacknowledged(row.acknowledged)
    # A note about what went past Intercom is no answer to anybody: it is true whatever happened since.
    if warned and not row.note_of:
        return Claim(None, hold_reply(db, draft_id, WORSE, warned))
    if not outbox.claim(db, draft_id, runtime_state.now):
        return Claim(None, Changes())
    if row.route is not None:
        return Claim(direct_steps.direct_message(db, words, row.route), whose, row.route)
    out = ConversationReply(draft_id, row.conversation_id, row.author_id, row.text, words.files, row.internal)
    return Claim(out, whose)


def record_outcome(
    db: Database, draft_id: str, outcome: SendOutcome, now: datetime, *, follows: bool = False
) -> Changes:
    """Write the provider's answer down; with an acceptance, all that follows from it in the same transaction.

    follows: past Intercom, the provider will tell what becomes of it.
    """
    row = outbox.load(db, draft_id)
    if row is None or row.state is not State.SENDING:
        return Changes()
    undecided = isinstance(outcome, Refused | OutcomeUnknown)
    changes = changes_for(db, row.conversation_id, row.customer_id) | Changes(undecided=undecided)
    match outcome:
        case Accepted() if row.route is not None:
            outbox.apply_event(db, draft_id, Event.ACCEPTED)
            changes |= direct_steps.record_accepted(db, row, row.route, outcome, now, follows=follows)
        case Accepted(entry_id, conversation):
            outbox.apply_event(db, draft_id, Event.ACCEPTED)
            outbox.set_entry_id(db, draft_id, entry_id)
            if conversation is not None:
                changes |= store_facts(db, Facts((conversation,)), now)
        case Refused(error, sentence):
            outbox.apply_event(db, draft_id, Event.REFUSED, sentence)
            if row.route is not None:
                changes |= direct_steps.record_refused(db, row, row.route, error, now)
        case NotSent(sentence, retry_after_s):
            outbox.apply_event(db, draft_id, Event.NOT_SENT)
            named = timedelta(seconds=min(retry_after_s, outbox.LONGEST_PAUSE.total_seconds()))
            pause = max(named, min(named * 2 ** min(row.tries, 10), LONGEST_PAUSE))
            outbox.postpone(db, draft_id, now + pause, sentence)
        case OutcomeUnknown(reason):
            log.info("reply %s: %s", draft_id, reason)
            outbox.apply_event(
                db, draft_id, Event.ANSWER_LOST, LOST if row.route is None else direct_steps.lost_sentence(row.route)
            )
    return changes


def record_found(db: Database, draft_id: str, remote_id: str, now: datetime, *, follows: bool) -> Changes:
    """The channel's provider has this reply, of which nobody knew whether it left, under this name. Changes nothing if
    the agent decided meanwhile, or if that is the name of another message of ours."""
    row = outbox.load(db, draft_id)
    if row is None or row.route is None or row.state not in (State.UNCONFIRMED, State.QUEUED):
        return Changes()
    if direct_messages.is_known(db, row.route.key, remote_id):
        return Changes()
    if row.state is State.QUEUED:
        outbox.claim(db, draft_id, now)
    outbox.apply_event(db, draft_id, Event.FOUND_AT_PROVIDER if row.state is State.UNCONFIRMED else Event.ACCEPTED)
    changes = direct_steps.record_accepted(db, row, row.route, Accepted(remote_id), now, follows=follows)
    return changes | changes_for(db, row.conversation_id, row.customer_id) | Changes(undecided=True)


def recover_interrupted(db: Database, now: datetime, under_way: frozenset[str] = frozenset()) -> Changes:
    """What is marked as being sent, and is not among the drafts that really are, may have left."""
    outbox.forget_cancelled(db, now)
    changes = Changes()
    for row in outbox.recover(db, INTERRUPTED, under_way):
        changes |= changes_for(db, row.conversation_id, row.customer_id) | Changes(undecided=True)
    return changes


def hold_reply(db: Database, draft_id: str, reason: str, warned: Iterable[ForecastWarning] = ()) -> Changes:
    """Leave a queued reply to the agent: things got worse, or the newest facts cannot be had."""
    row = outbox.load(db, draft_id)
    if row is None or row.state is not State.QUEUED:
        return Changes()
    outbox.apply_event(db, draft_id, Event.HOLD, reason, warned)
    return changes_for(db, row.conversation_id, row.customer_id) | Changes(undecided=True)


def save_reason(db: Database, draft_id: str, reason: str) -> Changes:
    """Say why it waits, or what is known of it."""
    row = outbox.load(db, draft_id)
    if row is None or not outbox.set_reason(db, draft_id, reason):
        return Changes()
    return Changes(threads=changes_for(db, row.conversation_id, row.customer_id).threads)


def changes_for(db: Database, conversation_id: str, customer_id: str) -> Changes:
    """Whoever the conversation belongs to by now; while it is not here, whom the agent meant."""
    whose = conversations.customer_of(db, conversation_id) or contacts.resolve_customer(db, customer_id)
    return Changes(customers=frozenset({whose}), threads=frozenset({whose}))


def _words(db: Database, row: outbox.OutgoingReply) -> Words:
    return Words(
        row.draft_id,
        row.conversation_id,
        row.author_id,
        row.text,
        files.load(db, row.draft_id),
        row.internal,
        row.seen_upto,
        row.route,
        row.template,
    )
