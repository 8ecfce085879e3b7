"""Text for screen readers about a timeline row: author, origin, text, time and where it arrived."""

from __future__ import annotations

from collections.abc import Iterable

from desktop.domain.direct import Route
from desktop.domain.history.thread import Author, Message
from desktop.engine.views import PendingReply
from desktop.text.reasons.describe import describe
from desktop.ui.thread.entries import EntryType, TimelineEntry
from desktop.ui.wording import thread, words
from desktop.ui.wording.pending_reply import OutgoingText


def accessible_text(row: TimelineEntry) -> str:
    """Return the row as sentences."""
    if row.message is not None:
        return _SPEAKERS[row.type](row.message)
    if row.pending is not None:
        return _pending(row.pending, row.description)
    if row.type is EntryType.OLDER:
        return f"{thread.older(row.count)} are not shown. Press Enter to show them."
    if row.day is not None and row.today is not None:
        return thread.day(row.day, row.today)
    return f"Conversation: {thread.rule(row.channel, row.title)}"


def _message(message: Message) -> str:
    entry = message.entry
    origin = f"on {words.origin_badge(message.origin)}" if message.origin is not None else ""
    if message.origin is None and message.may_be_from_customer:
        origin = "" if message.author is Author.UNKNOWN else f"({thread.unknown_label(message)})"
    if message.direct is not None:
        origin = _past_intercom(message.direct.route, message.direct.template)
    parts = [f"{thread.author(message)} {origin}".strip(), _contents(message), _time(message)]
    if message.unseen_on is not None:
        parts.append(thread.not_shown_on(message.unseen_on))
    for at in message.arrived:
        parts.append(thread.arrival(at))
        # Sighted people read in the tooltip how much a status on a direct route means.
        if at.arrival in thread.DID_NOT_ARRIVE or message.direct is not None:
            parts.append(describe(at.reason))
    if message.notice is not None and not message.notice.is_matched:
        parts.append(thread.ambiguous_notice(message.notice))
    files = thread.files_or_empty_text(entry) if entry.text.strip() and entry.attachments else ""
    return _sentences([*parts[:2], files, *parts[2:]])


def _note(message: Message) -> str:
    heading = thread.BRIDGE_HEADING if message.author is Author.BRIDGE else thread.NOTE_HEADING
    return _sentences([f"{heading} by {thread.author(message)}", _contents(message), _time(message)])


def _event(message: Message) -> str:
    return _sentences([thread.event_line(message.entry), _time(message)])


def _pending(pending: PendingReply, description: OutgoingText | None) -> str:
    kind = "Your note" if pending.internal else "Your reply"
    if pending.route is not None:
        kind = f"{kind} {_past_intercom(pending.route, pending.template)}"
    contents = pending.text.strip() or ", ".join(pending.file_names)
    if description is None:
        return _sentences([kind, contents])
    choices = ", ".join(word for _, word in description.actions)
    return _sentences([kind, contents, description.headline, description.why, f"You can: {choices}" if choices else ""])


def _past_intercom(route: Route, template: str) -> str:
    """Return for example `on WhatsApp, past Intercom. Template order_update`."""
    named = f". {thread.template(template)}" if template else ""
    return f"{words.place(route.channel)}, {thread.PAST_INTERCOM}{named}"


def _contents(message: Message) -> str:
    return message.entry.text.strip() or thread.files_or_empty_text(message.entry)


def _time(message: Message) -> str:
    return thread.full_time(message.entry.sent_at)


def _sentences(parts: Iterable[str]) -> str:
    return ". ".join(part.strip().rstrip(".") for part in parts if part.strip()) + "."


_SPEAKERS = {EntryType.MESSAGE: _message, EntryType.NOTE: _note, EntryType.EVENT: _event}
