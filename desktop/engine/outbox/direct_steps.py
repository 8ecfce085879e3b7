"""What is special about a reply on a direct route, from Send to the note that tells the team.

Runs on the store's thread. Order, claim and states are those of every reply (see `steps`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum

from desktop.domain.content.template import Filled, Template, fill
from desktop.domain.contrary import ContraryFact, ContrarySource
from desktop.domain.direct import DirectSent, Route
from desktop.domain.model.channel import ChannelKey
from desktop.domain.model.facts import ChannelKind
from desktop.engine.changes import Changes
from desktop.engine.outbox.recheck import RuntimeState
from desktop.engine.sync.contrary import kind_of
from desktop.engine.sync.ingest import refresh_conversation
from desktop.ports import Accepted, DirectMessage, DirectTemplate, OutgoingFile, ProviderErrorKind
from desktop.store import settings, templates
from desktop.store.core.database import Database
from desktop.store.evidence import contrary_facts
from desktop.store.outgoing import direct_messages, outbox
from desktop.text.names import channel_name

NOT_CONNECTED = (
    "The {account} account this was meant for is not connected any more. Connect it again, or take this back."
)
ONE_FILE = "Past Intercom, only one file goes with a message. Take the others out."
NO_FREE_TEXT = "This {account} account sends templates only. Choose a template."
NO_TEMPLATES = "This {account} account has no templates. Write free text instead."
GONE = "This template is not in the account's list any more. Choose another."
CHANGED = "This template was changed since it was filled in. Take this back and choose the template again."
USE_THE_PICKER = "A template cannot be edited here. Take it back and choose it again with “Send template…”."
CONFIRMED_BY_TEAMMATE = "The answer got lost; a teammate says that it arrived."

_SHOWN = {ChannelKind.WHATSAPP: "WhatsApp", ChannelKind.TELEGRAM: "Telegram", ChannelKind.SMS: "SMS"}


class LookUpFailure(StrEnum):
    """Why a reply was not found at the channel's provider."""

    NOT_THERE = "not_there"
    NOT_REACHED = "not_reached"
    CANNOT_TELL = "cannot_tell"


def lost_sentence(route: Route) -> str:
    """What the agent reads while the channel's provider is asked for a reply whose answer got lost."""
    return f"The answer got lost, so it is not known whether {route.key.provider.display_name} took this. Asking."


def unconfirmed_sentence(route: Route, failure: LookUpFailure) -> str:
    """What is known of a reply that may have left and was not found."""
    provider = route.key.provider.display_name
    match failure:
        case LookUpFailure.NOT_THERE:
            return (
                f"We don't know whether this reached {provider}, and it is not to be found there. "
                "Look before sending it again."
            )
        case LookUpFailure.NOT_REACHED:
            return (
                f"We don't know whether this reached {provider}, and {provider} could not be asked. "
                "Reachline looks again when it can be reached."
            )
        case LookUpFailure.CANNOT_TELL:
            return (
                f"We don't know whether this went out, and {provider} cannot be asked what it sent. "
                "Find out from the customer before sending it again."
            )


def find_obstacle(db: Database, reply: outbox.OutgoingReply, files: Sequence[OutgoingFile], state: RuntimeState) -> str:
    """Why the reply cannot be sent on its direct route at all, whatever the agent accepts; "" if it can, or goes
    through Intercom.
    """
    if reply.route is None:
        return ""
    account = reply.route.key.provider.display_name
    able = state.capabilities.get(reply.route.key)
    if able is None:
        return NOT_CONNECTED.format(account=account)
    if len(files) > 1:
        return ONE_FILE
    if reply.template is None:
        return "" if able.sends_free_text else NO_FREE_TEXT.format(account=account)
    if not able.has_templates:
        return NO_TEMPLATES.format(account=account)
    return _template_obstacle(db, reply.route.key, reply.template)


def _template_obstacle(db: Database, key: ChannelKey, filled: Filled) -> str:
    listed, known_at = templates.load(db, key)
    chosen = _find_listed(listed, filled.template)
    if known_at is not None and chosen is None:
        return GONE
    if chosen is not None and _content(chosen) != _content(filled.template):
        return CHANGED
    problems = fill(chosen or filled.template, filled.values).problems
    return problems[0].sentence if problems else ""


def _find_listed(listed: tuple[Template, ...], chosen: Template) -> Template | None:
    """Names are not unique; name and language are. The ids of one provider are, too."""
    same = (chosen.id, chosen.name, chosen.language)
    return next((t for t in listed if (t.id, t.name, t.language) == same), None)


def _content(template: Template) -> tuple[object, ...]:
    """What the customer sees, before its blanks are filled."""
    return template.header, template.body, template.footer, template.buttons


def direct_message(
    db: Database, reply: outbox.OutgoingReply, files: Sequence[OutgoingFile], route: Route
) -> DirectMessage | DirectTemplate:
    """The message for the adapter. Call it after `find_obstacle` found nothing."""
    if reply.template is None:
        return DirectMessage(reply.draft_id, route.to, reply.text, files[0] if files else None)
    # Adapters ask for the template's state first where our list is old.
    newest = _find_listed(templates.load(db, route.key)[0], reply.template.template)
    filled = reply.template if newest is None else fill(newest, reply.template.values)
    return DirectTemplate(reply.draft_id, route.to, filled)


def record_accepted(
    db: Database,
    reply: outbox.OutgoingReply,
    route: Route,
    accepted: Accepted,
    now: datetime,
    *,
    follows: bool,
    sentence: str = "",
) -> Changes:
    """Store the accepted message and queue the note for the team, in the caller's transaction.

    reply: as it was loaded before it moved to ACCEPTED.
    follows: the provider will report what becomes of it.
    """
    sent = DirectSent(
        reply.draft_id,
        accepted.entry_id,
        reply.conversation_id,
        route,
        reply.text,
        reply.lost_at or reply.claimed_at or now,
        reply.author_id,
        _teammate_name(db, reply.author_id),
        reply.template.template.name if reply.template is not None else "",
        reply.template.template.id if reply.template is not None else "",
        reply.file_names,
        final=not follows or not accepted.entry_id,
        sentence=sentence,
        remark=accepted.remark,
        provider_address=accepted.address if accepted.address != route.to else "",
    )
    direct_messages.save(db, sent)
    outbox.finish(db, reply.draft_id)
    _queue_note(db, reply, sent, now)
    return refresh_conversation(db, reply.conversation_id, now) | Changes(templates=bool(sent.template_id))


def _queue_note(db: Database, reply: outbox.OutgoingReply, sent: DirectSent, now: datetime) -> None:
    """The note's id follows from the message's, so that there is one note whatever happens in between."""
    note_id = f"{reply.draft_id}-note"
    if outbox.load(db, note_id) is None:
        note = outbox.OutgoingReply(
            note_id,
            reply.customer_id,
            reply.conversation_id,
            reply.author_id,
            note_text(sent),
            (),
            True,
            0,
            now,
            note_of=reply.draft_id,
        )
        outbox.insert(db, note, ())


def record_refused(
    db: Database, reply: outbox.OutgoingReply, route: Route, error: ProviderErrorKind, now: datetime
) -> Changes:
    """Store what the provider's refusal says of this route, if anything."""
    kind = kind_of(error, route.channel)
    if kind is None:
        return Changes()
    fact = ContraryFact(
        kind,
        route.channel,
        reply.claimed_at or now,
        ContrarySource.REFUSAL,
        reply.draft_id,
        reply.conversation_id,
        route.our_address,
        route.to,
        route.key,
    )
    contrary_facts.save(db, fact)
    return refresh_conversation(db, reply.conversation_id, now)


def note_text(sent: DirectSent) -> str:
    """What colleagues read in Intercom, in English like Intercom's own events."""
    route = sent.route
    channel = _SHOWN.get(route.channel) or channel_name(route.channel)
    by = f", by {sent.author_name}" if sent.author_name else ""
    at = f"{sent.sent_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    what = f"template {sent.template}" if sent.template else "message"
    sender = f" Our sender: {route.our_address or route.key.sender}."
    files = f"File: {', '.join(sent.file_names)}" if sent.file_names else ""
    # Accepted is not delivered, and the note stays, whatever becomes of the message.
    provider = route.key.provider.display_name
    head = f"{provider} took this {channel} {what} for {route.to}{by}, {at}, past this conversation.{sender}"
    return "\n\n".join(filter(None, (head, sent.text, files, sent.sentence, sent.remark)))


def _teammate_name(db: Database, author_id: str) -> str:
    account = settings.account(db)
    people = [*settings.teammates(db), *([account.teammate] if account is not None else [])]
    return next((t.name for t in people if t.id == author_id), "")
