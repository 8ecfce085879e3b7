"""What is special about a reply on a direct route, from Send to the note that tells the team.

Runs on the store's thread. Order, claim and states are those of every reply (see `steps`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from desktop.domain.content.template import Filled, Template, fill
from desktop.domain.content.whatsapp_marks import text_on
from desktop.domain.contrary import ContraryFact, ContrarySource
from desktop.domain.direct import DirectSent, Route
from desktop.domain.history.direct_notes import refer_to_note
from desktop.domain.model.channel import ChannelKey
from desktop.domain.model.formatting import STYLES
from desktop.domain.model.outgoing import OutboxReason
from desktop.domain.model.reason import NO_REASON, Reason, make_reason
from desktop.engine.accounts.translation.notes import queue_due_notes
from desktop.engine.changes import Changes
from desktop.engine.outbox import new_conversation
from desktop.engine.outbox.recheck import RuntimeState
from desktop.engine.sync.contrary import kind_of
from desktop.engine.sync.ingest import refresh_conversation, refresh_customers
from desktop.ports import Accepted, DirectMessage, DirectTemplate, OutgoingFile, ProviderErrorKind
from desktop.ports.reasons import ProviderReason
from desktop.store import contacts, settings
from desktop.store.core.database import Database
from desktop.store.evidence import contrary_facts
from desktop.store.history import translations
from desktop.store.outgoing import begun_matching, direct_messages, new_conversations, outbox, templates
from desktop.text.team_notes import direct_message_ending, direct_message_note


class LookUpFailure(StrEnum):
    """Why a reply was not found at the channel's provider."""

    NOT_THERE = "not_there"
    NOT_REACHED = "not_reached"
    CANNOT_TELL = "cannot_tell"


_NOT_FOUND = {
    LookUpFailure.NOT_THERE: OutboxReason.REPLY_NOT_FOUND,
    LookUpFailure.NOT_REACHED: OutboxReason.PROVIDER_NOT_REACHED,
    LookUpFailure.CANNOT_TELL: OutboxReason.PROVIDER_CANNOT_TELL,
}


def unconfirmed_reason(route: Route | None, failure: LookUpFailure) -> Reason:
    """What is known of a reply that may have left and was not found."""
    return make_reason(_NOT_FOUND[failure], provider=provider_name(route))


def provider_name(route: Route | None) -> str:
    """The name of the provider that gets a reply. route: None through Intercom."""
    return "Intercom" if route is None else route.key.provider.display_name


def find_obstacle(
    db: Database, reply: outbox.OutgoingReply, files: Sequence[OutgoingFile], state: RuntimeState
) -> Reason:
    """Why the reply cannot be sent on its direct route at all, whatever the agent accepts; `NO_REASON` if it can, or
    goes through Intercom.
    """
    if reply.route is None:
        return NO_REASON
    able = state.capabilities.get(reply.route.key)
    if able is None:
        return make_reason(OutboxReason.ACCOUNT_NOT_CONNECTED, provider=provider_name(reply.route))
    if len(files) > 1:
        return make_reason(OutboxReason.SEVERAL_FILES)
    if reply.template is None:
        return NO_REASON if able.sends_free_text else make_reason(ProviderReason.ONLY_TEMPLATES)
    if not able.has_templates:
        return make_reason(ProviderReason.NO_TEMPLATES)
    return _template_obstacle(db, reply.route.key, reply.template)


def _template_obstacle(db: Database, key: ChannelKey, filled: Filled) -> Reason:
    listed, known_at = templates.load(db, key)
    chosen = _find_listed(listed, filled.template)
    if known_at is not None and chosen is None:
        return make_reason(OutboxReason.TEMPLATE_GONE)
    if chosen is not None and _content(chosen) != _content(filled.template):
        return make_reason(OutboxReason.TEMPLATE_CHANGED)
    problems = fill(chosen or filled.template, filled.values).problems
    return problems[0].reason if problems else NO_REASON


def _find_listed(listed: tuple[Template, ...], chosen: Template) -> Template | None:
    """Names are not unique; name and language are. The ids of one provider are, too."""
    same = (chosen.id, chosen.name, chosen.language)
    return next((t for t in listed if (t.id, t.name, t.language) == same), None)


def _content(template: Template) -> tuple[object, ...]:
    """What the customer sees, before its blanks are filled."""
    return template.header, template.body, template.footer, template.buttons


def direct_message(
    db: Database, reply: outbox.OutgoingReply, files: Sequence[OutgoingFile], route: Route, claimed_at: datetime | None
) -> DirectMessage | DirectTemplate:
    """The message for the adapter. Call it after `find_obstacle` found nothing. claimed_at: None where it is to be
    found rather than to be sent.
    """
    reference, opens = "", new_conversation.opening(db, reply)
    if claimed_at is not None and opens is None:
        # As `record_accepted` will date it.
        ending = direct_message_ending(route, reply.lost_at or claimed_at, reply.text, reply.file_names)
        reference = str(refer_to_note(reply.conversation_id, reply.draft_id, ending))
    if reply.template is None:
        text = text_on(route.channel, reply.text, reply.spans)
        file, spans = files[0] if files else None, reply.spans if text == reply.text else ()
        return DirectMessage(reply.draft_id, route.to, text, file, "", reference, spans, opens)
    # Adapters ask for the template's state first where our list is old.
    newest = _find_listed(templates.load(db, route.key)[0], reply.template.template)
    filled = reply.template if newest is None else fill(newest, reply.template.values)
    return DirectTemplate(reply.draft_id, route.to, filled, reference, opens)


def record_accepted(
    db: Database,
    reply: outbox.OutgoingReply,
    route: Route,
    accepted: Accepted,
    now: datetime,
    *,
    follows: bool,
    reason: Reason = NO_REASON,
) -> Changes:
    """Store the accepted message and queue the note for the team, in the caller's transaction.

    reply: as it was loaded before it moved to ACCEPTED.
    follows: the provider will report what becomes of it.
    """
    is_opening = new_conversations.is_placeholder(reply.conversation_id)
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
        reason=reason,
        remark=accepted.remark,
        provider_address=accepted.address if accepted.address != route.to else "",
        spans=tuple(s for s in reply.spans if s.kind in STYLES),
        is_first=is_opening or new_conversations.begun_by_follow_up(db, reply.draft_id) is not None,
    )
    direct_messages.save(db, sent)
    if is_opening:
        # Shown as pending until the provider's conversation is here, which tells the team by itself.
        concerned = begun_matching.match_all(db, now) | {contacts.resolve_customer(db, reply.customer_id)}
        return refresh_customers(db, concerned, now)
    translations.keep_sent(db, reply.draft_id, sent.entry)
    outbox.finish(db, reply.draft_id)
    _queue_note(db, reply, sent, now)
    queue_due_notes(db, now)
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
            direct_message_note(sent),
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


def _teammate_name(db: Database, author_id: str) -> str:
    account = settings.account(db)
    people = [*settings.teammates(db), *([account.teammate] if account is not None else [])]
    return next((t.name for t in people if t.id == author_id), "")
