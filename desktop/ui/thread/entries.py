"""Timeline entries: a thread as the rows the middle pane shows: messages, notes, events, echoes and what parts them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import Enum, auto

from desktop.domain.model.facts import ChannelKind, EntryKind
from desktop.domain.model.outgoing import State
from desktop.domain.thread import Author, Message
from desktop.engine.views import PendingReply, ThreadView
from desktop.ui.wording.pending_reply import DescribePending, OutgoingText

_CLOCKS_DIFFER = timedelta(seconds=5)


class EntryType(Enum):
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

    key: the same over the row's whole life. revision: grows whenever the row looks different; not part of equality.
    count: of an OLDER row, the messages not shown. day, today: of a DAY row; `today` is the day it is read on.
    told: of an PENDING row. channel, title: of a RULE row, where the messages below it were exchanged.
    """

    key: str
    type: EntryType
    conversation_id: str = ""
    message: Message | None = None
    pending: PendingReply | None = None
    told: OutgoingText | None = None
    count: int = 0
    day: date | None = None
    today: date | None = None
    channel: ChannelKind = ChannelKind.UNKNOWN
    title: str = ""
    revision: int = field(default=0, compare=False)

    @property
    def is_from_customer(self) -> bool:
        """The customer's, or words that may be theirs."""
        if self.message is None:
            return False
        return self.message.author is Author.CUSTOMER or self.message.may_be_from_customer

    @property
    def text(self) -> str:
        """The words a reader may select and copy."""
        if self.message is not None and self.type is not EntryType.EVENT:
            return self.message.entry.text
        return self.pending.text if self.pending is not None else ""


_TYPES = {
    EntryKind.MESSAGE: EntryType.MESSAGE,
    EntryKind.NOTE: EntryType.NOTE,
    EntryKind.EVENT: EntryType.EVENT,
    # Whatever it is, it has words or files, and they are shown.
    EntryKind.UNKNOWN: EntryType.MESSAGE,
}


def entries_of(view: ThreadView, now: datetime, limit: int, tell: DescribePending) -> list[TimelineEntry]:
    """The newest `limit` messages in time order, echoes last, with separators between. Days are local days: the echoes
    begin earlier days again where they have waited. No key is there twice."""
    held: Sequence[Message] = view.thread.messages
    shown = _notes_behind(held[max(0, len(held) - limit) :])
    today = now.astimezone().date()
    rows: list[TimelineEntry] = []
    if len(held) > len(shown):
        rows.append(TimelineEntry("older", EntryType.OLDER, count=len(held) - len(shown)))
    places = {chat.id: (chat.window.key.channel, chat.conversation.title) for chat in view.thread.chats}
    day: date | None = None
    conversation_id: str | None = None
    for row, at in _content(shown, view, now, tell):
        local = at.astimezone().date()
        if local != day:
            day = local
            rows.append(TimelineEntry(f"day {day}", EntryType.DAY, day=day, today=today))
        if row.conversation_id != conversation_id:
            conversation_id = row.conversation_id
            channel, title = places.get(conversation_id, (ChannelKind.UNKNOWN, ""))
            rows.append(TimelineEntry(f"rule {row.key}", EntryType.RULE, conversation_id, channel=channel, title=title))
        rows.append(row)
    return _with_own_keys(rows)


def _with_own_keys(rows: list[TimelineEntry]) -> list[TimelineEntry]:
    """A key that was there before gets a number, so that the second of a day keeps its own over the row's life."""
    taken: set[str] = set()
    for at, row in enumerate(rows):
        key, number = row.key, 1
        while key in taken:
            number += 1
            key = f"{row.key} #{number}"
        taken.add(key)
        if number > 1:
            rows[at] = replace(row, key=key)
    return rows


def _content(
    shown: Sequence[Message], view: ThreadView, now: datetime, tell: DescribePending
) -> Iterator[tuple[TimelineEntry, datetime]]:
    for message in shown:
        entry = message.entry
        key = f"{entry.conversation_id}/{entry.id}"
        yield TimelineEntry(key, _TYPES[entry.kind], entry.conversation_id, message=message), entry.sent_at
    for pending in sorted(view.pending_replies, key=lambda e: (e.queued_at, e.draft_id)):
        if pending.state is not State.CANCELLED:
            key = f"echo {pending.draft_id}"
            told = tell(pending, view, now)
            yield (
                TimelineEntry(key, EntryType.PENDING, pending.conversation_id, pending=pending, told=told),
                pending.queued_at,
            )


def _notes_behind(messages: Sequence[Message]) -> list[Message]:
    """What went past Intercom before the note that tells of it: Intercom knows whole seconds of a clock that is not
    ours, so that the times alone may put the note first."""
    ordered: list[Message] = []
    for message in messages:
        at = len(ordered)
        while message.direct is not None and at and _tells_of(ordered[at - 1], message):
            at -= 1
        ordered.insert(at, message)
    return ordered


def _tells_of(note: Message, direct: Message) -> bool:
    close = direct.entry.sent_at - note.entry.sent_at < _CLOCKS_DIFFER
    return note.entry.kind is EntryKind.NOTE and close and _plain(direct) in _plain(note)


def _plain(message: Message) -> str:
    return " ".join(message.entry.text.split())


def looks_same(a: TimelineEntry, b: TimelineEntry) -> bool:
    """Whether both look the same on screen: files' addresses are signed anew at every reading and are not seen."""
    return a == b or _without_addresses(a) == _without_addresses(b)


def _without_addresses(row: TimelineEntry) -> TimelineEntry:
    if row.message is None or not row.message.entry.attachments:
        return row
    entry = row.message.entry
    files = tuple(replace(file, url="") for file in entry.attachments)
    return replace(row, message=replace(row.message, entry=replace(entry, attachments=files)))
