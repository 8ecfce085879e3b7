"""Direct sending: what is special about a reply past Intercom, from Send to the note that tells the team.

Runs on the store's thread. Order, claim and states are those of every reply (`engine.sending`).
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum

from desktop.domain.content.template import Filled, Template, fill
from desktop.domain.contrary import ContraryFact, ContrarySource
from desktop.domain.direct import DirectSent, Route
from desktop.domain.model.channel import ChannelKey
from desktop.domain.model.facts import ChannelKind
from desktop.engine.changes import Changes
from desktop.engine.outbox.recheck import RuntimeState, Words
from desktop.engine.sync.contrary import kind_of
from desktop.engine.sync.ingest import refresh_customers
from desktop.ports import Accepted, DirectMessage, DirectTemplate, ProviderErrorKind
from desktop.store import conversations, settings, templates
from desktop.store.core.database import Database
from desktop.store.evidence import contrary_facts
from desktop.store.outgoing import direct_messages, outbox

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


class Asked(StrEnum):
    """How a look for a reply ended, when it was not found."""

    NOT_THERE = "not_there"
    NOT_REACHED = "not_reached"
    CANNOT_TELL = "cannot_tell"


def lost_sentence(route: Route) -> str:
    return f"The answer got lost, so it is not known whether {route.key.provider.display_name} took this. Asking."


def unconfirmed_sentence(route: Route, answer: Asked) -> str:
    """What is known of a reply that may have left and was not found."""
    provider = route.key.provider.display_name
    match answer:
        case Asked.NOT_THERE:
            return (
                f"We don't know whether this reached {provider}, and it is not to be found there. "
                "Look before sending it again."
            )
        case Asked.NOT_REACHED:
            return (
                f"We don't know whether this reached {provider}, and {provider} could not be asked. "
                "Reachline looks again when it can be reached."
            )
        case Asked.CANNOT_TELL:
            return (
                f"We don't know whether this went out, and {provider} cannot be asked what it sent. "
                "Find out from the customer before sending it again."
            )


def find_obstacle(db: Database, words: Words, runtime_state: RuntimeState) -> str:
    """Why this cannot go past Intercom at all, whatever the agent accepts; "" if it can, or goes through Intercom."""
    if words.route is None:
        return ""
    account = words.route.key.provider.display_name
    able = runtime_state.capabilities.get(words.route.key)
    if able is None:
        return NOT_CONNECTED.format(account=account)
    if len(words.files) > 1:
        return ONE_FILE
    if words.template is None:
        return "" if able.sends_free_text else NO_FREE_TEXT.format(account=account)
    if not able.has_templates:
        return NO_TEMPLATES.format(account=account)
    return _why_not(db, words.route.key, words.template)


def _why_not(db: Database, key: ChannelKey, filled: Filled) -> str:
    listed, known_at = templates.load(db, key)
    meant = _listed(listed, filled.template)
    if known_at is not None and meant is None:
        return GONE
    if meant is not None and _content(meant) != _content(filled.template):
        return CHANGED
    problems = fill(meant or filled.template, filled.values).problems
    return problems[0].sentence if problems else ""


def _listed(listed: tuple[Template, ...], meant: Template) -> Template | None:
    """Names are not unique: name and language are; ids of one provider are, too."""
    same = (meant.id, meant.name, meant.language)
    return next((t for t in listed if (t.id, t.name, t.language) == same), None)


def _content(template: Template) -> tuple[object, ...]:
    """What the customer sees, before its blanks are filled."""
    return template.header, template.body, template.footer, template.buttons


def direct_message(db: Database, words: Words, route: Route) -> DirectMessage | DirectTemplate:
    """After `obstacle` found none."""
    if words.template is None:
        return DirectMessage(words.draft_id, route.to, words.text, words.files[0] if words.files else None)
    # Adapters ask for a template's state first where our knowledge is old.
    newest = _listed(templates.load(db, route.key)[0], words.template.template)
    filled = words.template if newest is None else fill(newest, words.template.values)
    return DirectTemplate(words.draft_id, route.to, filled)


def record_accepted(
    db: Database,
    row: outbox.OutgoingReply,
    route: Route,
    accepted: Accepted,
    now: datetime,
    *,
    follows: bool,
    sentence: str = "",
) -> Changes:
    """The provider has it: keep the message, and queue the note for the team; all in the caller's transaction.

    row: as it was loaded before it moved to ACCEPTED. follows: the provider will tell what becomes of it.
    """
    sent = DirectSent(
        row.draft_id,
        accepted.entry_id,
        row.conversation_id,
        route,
        row.text,
        row.lost_at or row.claimed_at or now,
        row.author_id,
        _name(db, row.author_id),
        row.template.template.name if row.template is not None else "",
        row.template.template.id if row.template is not None else "",
        row.file_names,
        final=not follows or not accepted.entry_id,
        sentence=sentence,
        remark=accepted.remark,
        provider_address=accepted.address if accepted.address != route.to else "",
    )
    direct_messages.save(db, sent)
    outbox.finish(db, row.draft_id)
    _queue_note(db, row, sent, now)
    whose = conversations.customer_of(db, row.conversation_id)
    return refresh_customers(db, () if whose is None else (whose,), now) | Changes(templates=bool(sent.template_id))


def _queue_note(db: Database, row: outbox.OutgoingReply, sent: DirectSent, now: datetime) -> None:
    """Under an id that follows from the message's, so that there is one note whatever happens in between."""
    note_id = f"{row.draft_id}-note"
    if outbox.load(db, note_id) is None:
        note = outbox.OutgoingReply(
            note_id,
            row.customer_id,
            row.conversation_id,
            row.author_id,
            note_text(sent),
            (),
            True,
            0,
            now,
            note_of=row.draft_id,
        )
        outbox.insert(db, note, ())


def record_refused(
    db: Database, row: outbox.OutgoingReply, route: Route, error: ProviderErrorKind, now: datetime
) -> Changes:
    """Keep what the provider's refusal says of this route, if anything."""
    kind = kind_of(error, route.channel)
    if kind is None:
        return Changes()
    fact = ContraryFact(
        kind,
        route.channel,
        row.claimed_at or now,
        ContrarySource.REFUSAL,
        row.draft_id,
        row.conversation_id,
        route.our_address,
        route.to,
        route.key,
    )
    contrary_facts.save(db, fact)
    whose = conversations.customer_of(db, row.conversation_id)
    return refresh_customers(db, () if whose is None else (whose,), now)


def note_text(sent: DirectSent) -> str:
    """What colleagues read in Intercom, in English like Intercom's own events."""
    route = sent.route
    channel = _SHOWN.get(route.channel, route.channel.value)
    by = f", by {sent.author_name}" if sent.author_name else ""
    at = f"{sent.sent_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    what = f"template {sent.template}" if sent.template else "message"
    ours = f" Our sender: {route.our_address or route.key.sender}."
    files = f"File: {', '.join(sent.file_names)}" if sent.file_names else ""
    # Taken is not arrived: colleagues read this for good, whatever becomes of it.
    provider = route.key.provider.display_name
    head = f"{provider} took this {channel} {what} for {route.to}{by}, {at}, past this conversation.{ours}"
    return "\n\n".join(filter(None, (head, sent.text, files, sent.sentence, sent.remark)))


def _name(db: Database, author_id: str) -> str:
    account = settings.account(db)
    known = [*settings.teammates(db), *([account.teammate] if account is not None else [])]
    return next((t.name for t in known if t.id == author_id), "")
