"""The rows of the message list: messages, notes, events, pending replies and separators."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import Enum, auto

from desktop.domain.history.thread import Author, Message
from desktop.domain.model.facts import ChannelKind, EntryKind
from desktop.domain.model.outgoing import State
from desktop.engine.views import PendingReply, ThreadView
from desktop.ui.thread.pending_reply import DescribePending, OutgoingText

_MAX_CLOCK_DIFFERENCE = timedelta(seconds=5)


class EntryType(Enum):
    """The type of a row; determines its layout."""

    OLDER = auto()
    DAY = auto()
    RULE = auto()
    MESSAGE = auto()
    NOTE = auto()
    EVENT = auto()
    PENDING = auto()


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One row. Which fields are set depends on the type.

    key: never changes. revision: increases when the row looks different; not part of equality.
    count: OLDER: number of messages not shown. day, today: DAY: its day and the present one.
    description: PENDING: the text about its state. channel, title: RULE: of the conversation that follows.
    """

    key: str
    type: EntryType
    conversation_id: str = ""
    message: Message | None = None
    pending: PendingReply | None = None
    description: OutgoingText | None = None
    count: int = 0
    day: date | None = None
    today: date | None = None
    channel: ChannelKind = ChannelKind.UNKNOWN
    title: str = ""
    revision: int = field(default=0, compare=False)

    @property
    def is_from_customer(self) -> bool:
        """Whether the customer wrote it, or may have."""
        if self.message is None:
            return False
        return self.message.author is Author.CUSTOMER or self.message.may_be_from_customer

    @property
    def text(self) -> str:
        """The text that can be selected and copied."""
        if self.message is not None and self.type is not EntryType.EVENT:
            return self.message.entry.text
        return self.pending.text if self.pending is not None else ""


_TYPES = {
    EntryKind.MESSAGE: EntryType.MESSAGE,
    EntryKind.NOTE: EntryType.NOTE,
    EntryKind.EVENT: EntryType.EVENT,
    # An unknown kind has a text or files too, which are shown.
    EntryKind.UNKNOWN: EntryType.MESSAGE,
}


def build_entries(view: ThreadView, now: datetime, limit: int, describe: DescribePending) -> list[TimelineEntry]:
    """Return the newest `limit` messages in time order, then the pending replies, with separators between them.

    Days are local. Pending replies that have waited may repeat an earlier day. Keys are unique.
    """
    messages: Sequence[Message] = view.thread.messages
    shown = _move_notes_behind_replies(messages[max(0, len(messages) - limit) :])
    today = now.astimezone().date()
    rows: list[TimelineEntry] = []
    if len(messages) > len(shown):
        rows.append(TimelineEntry("older", EntryType.OLDER, count=len(messages) - len(shown)))
    conversations = {chat.id: (chat.window.key.channel, chat.conversation.title) for chat in view.thread.chats}
    day: date | None = None
    conversation_id: str | None = None
    for row, at in _content(shown, view, now, describe):
        local = at.astimezone().date()
        if local != day:
            day = local
            rows.append(TimelineEntry(f"day {day}", EntryType.DAY, day=day, today=today))
        if row.conversation_id != conversation_id:
            conversation_id = row.conversation_id
            channel, title = conversations.get(conversation_id, (ChannelKind.UNKNOWN, ""))
            rows.append(TimelineEntry(f"rule {row.key}", EntryType.RULE, conversation_id, channel=channel, title=title))
        rows.append(row)
    return _with_unique_keys(rows)


def _with_unique_keys(rows: list[TimelineEntry]) -> list[TimelineEntry]:
    """Number repeated keys, for example of a day that appears twice."""
    used: set[str] = set()
    for index, row in enumerate(rows):
        key, number = row.key, 1
        while key in used:
            number += 1
            key = f"{row.key} #{number}"
        used.add(key)
        if number > 1:
            rows[index] = replace(row, key=key)
    return rows


def _content(
    shown: Sequence[Message], view: ThreadView, now: datetime, describe: DescribePending
) -> Iterator[tuple[TimelineEntry, datetime]]:
    for message in shown:
        entry = message.entry
        key = f"{entry.conversation_id}/{entry.id}"
        yield TimelineEntry(key, _TYPES[entry.kind], entry.conversation_id, message=message), entry.sent_at
    for pending in sorted(view.pending_replies, key=lambda p: (p.queued_at, p.draft_id)):
        if pending.state is not State.CANCELLED:
            key = f"pending {pending.draft_id}"
            description = describe(pending, view, now)
            yield (
                TimelineEntry(
                    key, EntryType.PENDING, pending.conversation_id, pending=pending, description=description
                ),
                pending.queued_at,
            )


def _move_notes_behind_replies(messages: Sequence[Message]) -> list[Message]:
    """Move a reply on a direct route before the note about it.

    Intercom's times are whole seconds of another clock, so the note may seem older than the reply.
    """
    ordered: list[Message] = []
    for message in messages:
        index = len(ordered)
        while message.direct is not None and index and _is_note_about(ordered[index - 1], message):
            index -= 1
        ordered.insert(index, message)
    return ordered


def _is_note_about(note: Message, direct: Message) -> bool:
    is_close = direct.entry.sent_at - note.entry.sent_at < _MAX_CLOCK_DIFFERENCE
    return note.entry.kind is EntryKind.NOTE and is_close and _normalized_text(direct) in _normalized_text(note)


def _normalized_text(message: Message) -> str:
    return " ".join(message.entry.text.split())


def looks_same(a: TimelineEntry, b: TimelineEntry) -> bool:
    """Return whether both look the same. Ignores attachments' URLs, which are signed anew at each load."""
    return a == b or _without_urls(a) == _without_urls(b)


def _without_urls(row: TimelineEntry) -> TimelineEntry:
    if row.message is None or not row.message.entry.attachments:
        return row
    entry = row.message.entry
    files = tuple(replace(file, url="") for file in entry.attachments)
    return replace(row, message=replace(row.message, entry=replace(entry, attachments=files)))
