"""Begins conversations: from the agent's Send to the outbox."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from desktop.domain.direct import DirectRoute
from desktop.domain.forecast import Forecast
from desktop.domain.forecast.new_conversation import Beginning, Recipient, forecast_new_conversation, is_noted
from desktop.domain.model.channel import Capabilities
from desktop.domain.model.command_reason import CommandReason
from desktop.domain.model.facts import Contact
from desktop.domain.model.reason import Reason
from desktop.domain.model.warning import ForecastWarning, Verdict
from desktop.engine.commands import Answer, Done, Failed, NeedsConsent, SendDirect, StartConversation, failed
from desktop.engine.outbox import direct_steps, new_conversation, steps
from desktop.engine.outbox.recheck import RuntimeState
from desktop.engine.outbox.recipients import Recipients
from desktop.engine.outbox.steps import Step
from desktop.engine.views import RecipientView
from desktop.store import contacts, customers, settings
from desktop.store.core.database import Database, Store
from desktop.store.outgoing import new_conversations, outbox
from desktop.store.outgoing.begun_matching import EVERYTHING_SEEN
from desktop.store.outgoing.new_conversations import STAND_IN, BegunConversation
from desktop.store.outgoing.outbox import OutgoingReply


class Beginnings:
    """Carries out `StartConversation`, one at a time: of two presses, the second finds what the first has stored."""

    def __init__(self, store: Store, recipients: Recipients) -> None:
        self._store = store
        self._recipients = recipients
        self._lock = asyncio.Lock()

    async def start(self, command: StartConversation, state: RuntimeState) -> Step:
        """Queue the message, once its contact is found or made; nothing is sent before that is stored."""
        async with self._lock:
            done = await self._store.read(_already_begun, command.draft_id)
            if done is not None:
                return Step(done)
            if state.is_offline:
                return Step(failed(CommandReason.NEW_NEEDS_CONNECTION))
            view = await self._recipients.open(command.contact_id, command.address)
            if view.error:
                # Whoever is not known here may be known there: a contact could be made twice.
                return Step(Failed(view.error))
            objection = _objection(view.recipient, command, state)
            if objection is not None:
                return Step(objection)
            contact = view.recipient.contact
            if not contact.id and not _beginning(command, state).is_opened_by_provider:
                made = await self._recipients.make(command.address, command.name)
                if isinstance(made, Reason):
                    return Step(Failed(made))
                contact = made
            return await self._store.write(_queue, command, state, view, contact)


def _beginning(command: StartConversation, state: RuntimeState) -> Beginning:
    route = command.route
    direct = None if route is None else DirectRoute(route, state.capabilities.get(route.key, Capabilities()))
    template = command.template.template if command.template is not None else None
    return Beginning(
        command.channel, direct, _text(command), command.subject, template, command.draft_id, state.is_offline
    )


def _text(command: StartConversation) -> str:
    return command.text if command.template is None else command.template.text


def _objection(recipient: Recipient, command: StartConversation, state: RuntimeState) -> Answer | None:
    if not recipient.contact.id and not command.address:
        return failed(CommandReason.NO_RECIPIENT)
    forecast: Forecast = forecast_new_conversation(recipient, _beginning(command, state), state.now)
    blocked: tuple[ForecastWarning, ...] = tuple(w for w in forecast.warned if w.severity is Verdict.BLOCKED)
    warned = blocked or forecast.unacknowledged(command.acknowledged)
    return NeedsConsent(forecast, warned) if warned else None


def _already_begun(db: Database, draft_id: str) -> Done | None:
    reply = outbox.load(db, draft_id)
    return None if reply is None else _done(db, reply.customer_id, reply.conversation_id)


def _done(db: Database, customer_id: str, conversation_id: str) -> Done:
    known = "" if new_conversations.is_placeholder(conversation_id) else conversation_id
    return Done(customer_id=contacts.resolve_customer(db, customer_id), conversation_id=known)


def _queue(
    db: Database, command: StartConversation, state: RuntimeState, view: RecipientView, contact: Contact
) -> Step:
    account = settings.account(db)
    if account is None:
        return Step(failed(CommandReason.NOT_CONNECTED_YET))
    beginning = _beginning(command, state)
    if contact.id and command.route is not None and is_noted(view.recipient, beginning):
        return _queue_in_conversation(db, command, state, view)
    stored = _stored_contact(db, command, contact)
    reply = OutgoingReply(
        command.draft_id,
        contacts.customer_of(db, stored.id),
        new_conversations.placeholder_of(command.draft_id),
        account.teammate.id,
        _text(command),
        (),
        False,
        EVERYTHING_SEEN,
        state.now,
        acknowledged=command.acknowledged,
    )
    begun = BegunConversation(
        command.draft_id, stored.id, command.channel, state.now, _key(db, command), command.subject
    )
    if beginning.is_opened_by_provider:
        reply = replace(reply, route=command.route, template=command.template)
        if stored.id.startswith(STAND_IN) and begun.address:
            new_conversations.save_contact(db, begun.address, state.now)
    elif command.route is not None:
        begun = replace(begun, then_route=command.route, then_template=command.template)
    obstacle = direct_steps.find_obstacle(db, replace(reply, route=command.route, template=command.template), (), state)
    if obstacle:
        return Step(Failed(obstacle))
    new_conversation.queue(db, reply, begun)
    changes = steps.changes_for(db, reply.conversation_id, reply.customer_id)
    return Step(_done(db, reply.customer_id, reply.conversation_id), changes)


def _queue_in_conversation(db: Database, command: StartConversation, state: RuntimeState, view: RecipientView) -> Step:
    """The person has a conversation: the message is an ordinary direct one, and the note about it goes there."""
    assert command.route is not None
    conversation_id = view.recipient.conversation_id
    newest = max((m.entry.arrival for m in view.recipient.thread.loaded), default=0)
    step = steps.queue_reply(
        db,
        SendDirect(
            command.draft_id,
            view.customer_id,
            conversation_id,
            command.route,
            _text(command),
            template=command.template,
            acknowledged=command.acknowledged,
            seen_upto=newest,
        ),
        state,
    )
    if isinstance(step.answer, Done):
        return Step(_done(db, view.customer_id, conversation_id), step.changes)
    return step


def _stored_contact(db: Database, command: StartConversation, contact: Contact) -> Contact:
    """The contact as it is stored; a stand-in for one that the bridge is going to make."""
    if contact.id:
        return contacts.load(db, contacts.current_id(db, contact.id)) or _ensured(db, contact)
    stand_in = replace(contact, id=f"{STAND_IN}{command.draft_id}", name=command.name.strip())
    customers.save(db, stand_in)
    return stand_in


def _ensured(db: Database, contact: Contact) -> Contact:
    customers.save(db, contact)
    return contact


def _key(db: Database, command: StartConversation) -> str:
    return new_conversation.address_key(command.address, settings.phone_region(db)) if command.address else ""
