"""Text for screen readers about a timeline row: author, origin, text, time and where it arrived."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from desktop.domain.content.translation import Translation
from desktop.domain.delivery import DID_NOT_ARRIVE, ChannelArrival
from desktop.domain.direct import Route
from desktop.domain.history.thread import Author, Message
from desktop.engine.views import PendingReply
from desktop.text.formats import day_heading, listed, short_moment, shorten
from desktop.text.names import origin_badge, place
from desktop.text.reasons.describe import describe
from desktop.text.thread import arrivals, events, messages
from desktop.text.thread import screen_reader as texts
from desktop.text.thread import translation as translation_texts
from desktop.ui.thread.entries import EntryType, TimelineEntry
from desktop.ui.thread.layout.file_chips import MAX_FILES
from desktop.ui.thread.pending_reply import OutgoingText

_LONGEST_ARRIVAL = 300


def accessible_text(row: TimelineEntry, now: datetime) -> str:
    """Return the row as sentences."""
    return texts.accessible_sentences(_parts(row, now))


def arrival_text(message: Message) -> str:
    """Return what is spoken when a message arrives in the thread on the screen: who wrote, where, and the beginning."""
    return shorten(texts.accessible_sentences([_who_and_text(message)]), _LONGEST_ARRIVAL)


def _parts(row: TimelineEntry, now: datetime) -> Iterable[str]:
    if row.message is not None and row.type is EntryType.EVENT:
        return _event(row.message, row.assignee, now)
    if row.message is not None:
        return [*_MESSAGE_PARTS[row.type](row.message, now), _actions(row.description)]
    if row.pending is not None:
        return _pending(row.pending, row.description)
    if row.type is EntryType.OLDER:
        return [texts.LOADING_EARLIER(row.count)]
    if row.type is EntryType.NEW:
        return [messages.NEW_MESSAGES()]
    if row.day is not None and row.today is not None:
        return [day_heading(row.day, row.today)]
    return [texts.CONVERSATION(conversation=messages.channel_and_title(row.channel, row.title))]


def _message(message: Message, now: datetime) -> list[str]:
    entry, notice = message.entry, message.notice
    parts = [_who_and_text(message)]
    if entry.text.strip():
        parts += _files(message)
    if change := messages.customer_change(message):
        parts.append(change)
    if message.translation is not None and message.translation.is_shown:
        parts.append(_other_language(message.translation))
    parts.append(short_moment(entry.sent_at, now))
    if message.unseen_on is not None:
        parts.append(messages.not_shown_on(message.unseen_on))
    for at in message.arrived:
        parts += _arrival(at, message)
    if message.reaction:
        parts.append(messages.reaction_tooltip(message.reaction))
    if message.own_reaction and message.origin is not None:
        parts.append(messages.own_reaction_tooltip(message.own_reaction, message.origin.channel))
    if message.unconfirmed_reaction is not None:
        parts += [messages.unconfirmed_reaction(message.unconfirmed_reaction), messages.unconfirmed_tooltip()]
    if notice is not None and not notice.is_matched:
        parts.append(arrivals.ambiguous_notice(notice))
    return parts


def _other_language(shown: Translation) -> str:
    text = shown.source_text if shown.is_ours else shown.translated_text
    return translation_texts.SPOKEN(made_by=translation_texts.made_by(shown), translation=text)


def _who_and_text(message: Message) -> str:
    who, contents, direct = messages.author(message), _contents(message), message.direct
    if direct is not None:
        where = place(direct.route.channel)
        if direct.template:
            return texts.TEMPLATE_SENT_DIRECTLY(who=who, template=direct.template, place=where, text=contents)
        return texts.SENT_DIRECTLY(who=who, place=where, text=contents)
    if message.origin is not None:
        return texts.FROM_ORIGIN(who=who, origin=origin_badge(message.origin), text=contents)
    if message.may_be_from_customer and message.author is not Author.UNKNOWN:
        return texts.FROM_ORIGIN(who=who, origin=messages.unknown_label(message), text=contents)
    return texts.FROM(who=who, text=contents)


def _arrival(at: ChannelArrival, message: Message) -> list[str]:
    if message.direct is not None:
        # Sighted people read in the tooltip how much a status on a direct route means.
        return [arrivals.arrival(at), describe(at.reason)]
    said = arrivals.arrival_through_intercom(at)
    return [said, describe(at.reason)] if at.arrival in DID_NOT_ARRIVE else [said]


def _note(message: Message, now: datetime) -> list[str]:
    heading, contents = messages.note_heading(message), _contents(message)
    if message.author is Author.BRIDGE:
        first = texts.FROM(who=heading, text=contents)
    else:
        first = texts.NOTE(heading=heading, who=messages.author(message), text=contents)
    at = message.told_of
    told_of = [] if at is None else [arrivals.arrival(at), describe(at.reason)]
    return [first, short_moment(message.entry.sent_at, now), *told_of]


def _event(message: Message, assignee: str, now: datetime) -> list[str]:
    return [events.event_line(message.entry, assignee), short_moment(message.entry.sent_at, now)]


def _pending(pending: PendingReply, description: OutgoingText | None) -> list[str]:
    contents = pending.text.strip() or listed(pending.file_names)
    if pending.route is not None:
        first = _direct(pending.route, pending.template, contents)
    else:
        first = (texts.YOUR_NOTE if pending.internal else texts.YOUR_REPLY)(text=contents)
    if description is None:
        return [first]
    return [first, description.headline, description.why, _actions(description)]


def _actions(description: OutgoingText | None) -> str:
    labels = listed(label for _, label in description.actions) if description is not None else ""
    return texts.ACTIONS(actions=labels) if labels else ""


def _direct(route: Route, template: str, contents: str) -> str:
    if template:
        return texts.YOUR_TEMPLATE(template=template, place=place(route.channel), text=contents)
    return texts.YOUR_DIRECT_REPLY(place=place(route.channel), text=contents)


def _contents(message: Message) -> str:
    return message.entry.text.strip() or listed(_files(message)) or messages.empty_message_text(message.entry)


def _files(message: Message) -> list[str]:
    files = message.entry.attachments
    said = [texts.FILE(kind=messages.attachment_kind(a), name=a.name) for a in files[:MAX_FILES]]
    return [*said, texts.MORE_FILES(len(files) - MAX_FILES)] if len(files) > MAX_FILES else said


_MESSAGE_PARTS = {EntryType.MESSAGE: _message, EntryType.NOTE: _note}
