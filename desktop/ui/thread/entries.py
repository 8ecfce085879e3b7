"""The rows of the message list: messages, notes, events, pending replies and separators."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from enum import Enum, auto

import msgspec

from desktop.domain.content.translation import differs_from, is_same_language
from desktop.domain.delivery import ArrivalReason
from desktop.domain.direct import DirectSent
from desktop.domain.history.reactions import find_reactions
from desktop.domain.history.thread import Author, Message
from desktop.domain.model.facts import ChannelKind, EntryKind, MessageKey
from desktop.domain.model.frozen import frozen
from desktop.domain.model.outgoing import State
from desktop.engine.views import PendingReply, ThreadView
from desktop.text.catalog import strip_isolates
from desktop.ui.thread.pending_reply import DescribePending, OutgoingText, send_again_actions

_MOST_LOOKED_AT = 200
"""Messages among which replies that did not arrive are looked for."""
_MAX_CLOCK_DIFFERENCE = timedelta(seconds=5)
_NOTE_WITHIN = timedelta(minutes=10)
"""The note about a direct message is written after it, and later where Intercom can't be reached."""


class EntryType(Enum):
    """The type of a row; determines its layout."""

    OLDER = auto()
    DAY = auto()
    RULE = auto()
    NEW = auto()
    MESSAGE = auto()
    NOTE = auto()
    EVENT = auto()
    PENDING = auto()


@frozen
class TimelineEntry:
    """One row. Which fields are set depends on the type.

    key: never changes.
    count: OLDER: number of messages above it. day, today: DAY: its day and the present one.
    description: PENDING: the text about its state; MESSAGE: what can be done about a reply that did not arrive.
    channel, title: RULE: of the conversation that follows.
    assignee: EVENT: the name of whom it assigned the conversation to; "" if unknown.
    offers_translation: MESSAGE: it seems to be in another language than the agent's, and can be translated.
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
    assignee: str = ""
    offers_translation: bool = False

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


Content = Message | TimelineEntry
"""What rows are built from: a message, or the finished row of a pending reply."""


class RowContext(msgspec.Struct, frozen=True):
    """What rows depend on besides their content. today: local. conversations: by id, channel and subject. new_from: key
    of the row above which the new messages begin; "" for none. assignees: as in `ThreadView`. reads: the language that
    messages can be translated into, "" if none can. writes: the customer's, "" if unknown.
    """

    today: date
    conversations: Mapping[str, tuple[ChannelKind, str]]
    new_from: str = ""
    assignees: Mapping[str, str] = msgspec.field(default_factory=dict)
    reads: str = ""
    writes: str = ""


def older_row(view: ThreadView) -> TimelineEntry | None:
    """Return the row that stands for messages that are not loaded yet; None if all are."""
    return TimelineEntry("older", EntryType.OLDER, count=view.older_count) if view.older_count else None


def row_context(view: ThreadView, now: datetime, new_from: str = "", reads: str = "") -> RowContext:
    """Return what the rows of this view depend on. now: decides which day is today. The rest: as in the result."""
    conversations = {chat.id: (chat.window.key.channel, chat.conversation.title) for chat in view.thread.chats}
    writes = view.language.code if reads else ""
    return RowContext(now.astimezone().date(), conversations, new_from, view.assignees, reads, writes)


def first_new(view: ThreadView) -> str:
    """Return the key of the customer's first message that the agent has not seen; "" for none, and where nothing that
    is loaded stands above it.
    """
    if view.seen_upto is None:
        return ""
    newer = (m for m in view.thread.messages[1:] if m.entry.sent_at > view.seen_upto and m.may_be_from_customer)
    return next((key_of(message) for message in newer), "")


def thread_content(view: ThreadView, now: datetime, describe: DescribePending) -> list[Content]:
    """Return the messages and the pending replies in the order in which they are shown."""
    content: list[Content] = [*_without_folded_notes(_with_reactions(view))]
    failed = _replies_to_send_again(view.thread.messages)
    if failed:
        content = [_with_actions(c) if isinstance(c, Message) and c.key in failed else c for c in content]
    for pending in sorted(view.pending_replies, key=_pending_order):
        if pending.state is not State.CANCELLED:
            key, description = f"pending {pending.draft_id}", describe(pending, view, now)
            content.append(
                TimelineEntry(key, EntryType.PENDING, pending.conversation_id, pending=pending, description=description)
            )
    return content


def _pending_order(pending: PendingReply) -> tuple[bool, bool, datetime, str]:
    """Sort key: what is sent later stands below everything else, by its time."""
    at = pending.schedule.at if pending.state is State.SCHEDULED and pending.schedule is not None else None
    is_scheduled = pending.state is State.SCHEDULED
    return is_scheduled, is_scheduled and at is None, at or pending.queued_at, pending.draft_id


def _replies_to_send_again(messages: Sequence[Message]) -> frozenset[MessageKey]:
    """Replies that did not arrive since the last one that did; earlier ones are out of date."""
    found = set()
    for message in reversed(messages[-_MOST_LOOKED_AT:]):
        if message.author not in (Author.TEAMMATE, Author.BOT) or message.entry.kind is not EntryKind.MESSAGE:
            continue
        if not send_again_actions(message):
            break
        found.add(message.key)
    return frozenset(found)


def _with_actions(message: Message) -> TimelineEntry:
    description = OutgoingText("", actions=send_again_actions(message))
    # Our replies depend on nothing else.
    return replace(_content_row(message, RowContext(date.min, {})), description=description)


def _with_reactions(view: ThreadView) -> Sequence[Message]:
    """The messages, with what the bridge's lines tell of reactions at the messages that they speak of."""
    messages = view.thread.messages
    told = find_reactions(messages, view.workspace)
    if not told.lines:
        return messages
    return [
        m if m.reaction or m.key not in told.emojis else replace(m, reaction=told.emojis[m.key])
        for m in messages
        if m.key not in told.lines
    ]


def key_of(content: Content) -> str:
    """Return the key of its row."""
    return f"{content.entry.conversation_id}/{content.id}" if isinstance(content, Message) else content.key


def build_rows(run: Iterable[Content], context: RowContext, *, after: Content | None) -> list[TimelineEntry]:
    """Return the rows of a part of the content, each with its separators; every row has a key of its own.

    Days are local, and a pending reply that has waited may repeat an earlier one. after: what stands before the part;
    None at the start.
    """
    rows: list[TimelineEntry] = []
    day, conversation_id = (_day(after), _conversation_of(after)) if after is not None else (None, None)
    for content in run:
        row, content_day = _content_row(content, context), _day(content)
        if content_day is not None and content_day != day:
            day = content_day
            rows.append(TimelineEntry(f"day {row.key}", EntryType.DAY, day=day, today=context.today))
        if row.conversation_id != conversation_id:
            conversation_id = row.conversation_id
            # None of a message whose conversation does not exist yet.
            known = context.conversations.get(conversation_id, (ChannelKind.UNKNOWN, ""))
            if conversation_id in context.conversations or row.type is not EntryType.PENDING:
                rule = TimelineEntry(f"rule {row.key}", EntryType.RULE, conversation_id)
                rows.append(replace(rule, channel=known[0], title=known[1]))
        if row.key == context.new_from:
            rows.append(TimelineEntry("new", EntryType.NEW))
        rows.append(row)
    return rows


def _content_row(content: Content, context: RowContext) -> TimelineEntry:
    if not isinstance(content, Message):
        return content
    entry = content.entry
    assignee = context.assignees.get(entry.assigned_to, "") if entry.assigned_to else ""
    return TimelineEntry(
        key_of(content),
        _TYPES[entry.kind],
        entry.conversation_id,
        message=content,
        assignee=assignee,
        offers_translation=bool(context.reads) and is_foreign(content, context.reads, context.writes),
    )


def is_foreign(message: Message, reads: str, writes: str) -> bool:
    """Return whether a customer's message seems to be in another language than the agent's, and isn't translated.

    reads: the agent's language. writes: the customer's as far as it is known, which decides where the text doesn't.
    """
    if not message.may_be_from_customer or message.translation is not None or not message.entry.text.strip():
        return False
    differs = differs_from(message.entry.text, reads)
    return bool(writes) and not is_same_language(writes, reads) if differs is None else differs


def _conversation_of(content: Content) -> str:
    return content.entry.conversation_id if isinstance(content, Message) else content.conversation_id


def _day(content: Content) -> date | None:
    if isinstance(content, Message):
        return content.entry.sent_at.astimezone().date()
    if content.message is not None:
        return _day(content.message)
    pending = content.pending
    if pending is None:
        return None
    if pending.state is not State.SCHEDULED or pending.schedule is None:
        return pending.queued_at.astimezone().date()
    return pending.schedule.at.astimezone().date() if pending.schedule.at is not None else None


def _without_folded_notes(messages: Sequence[Message]) -> list[Message]:
    """Leave out the notes whose contents stand in the bubble of the reply that they are about: the bridge's notices,
    and the team's automatic notes about direct messages.
    """
    folded: set[MessageKey] = set()
    for index, message in enumerate(messages):
        if message.notice is not None and any(a.reason.code == ArrivalReason.NOTICE for a in message.arrived):
            folded.add((message.entry.conversation_id, message.notice.entry_id))
        if message.direct is not None:
            near = (
                *_near(messages, range(index - 1, -1, -1), message),
                *_near(messages, range(index + 1, len(messages)), message),
            )
            note = next((n for n in near if n.entry.key not in folded and _is_note_about(n, message.direct)), None)
            if note is not None:
                folded.add(note.entry.key)
        if message.translation is not None and message.translation.is_ours:
            later = _near(messages, range(index + 1, len(messages)), message)
            own_note = next((n for n in later if _is_note_of_own_text(n, message)), None)
            if own_note is not None:
                folded.add(own_note.entry.key)
    return [message for message in messages if message.entry.key not in folded]


def _near(messages: Sequence[Message], places: Iterable[int], direct: Message) -> Iterator[Message]:
    """Yield the messages at these places until one is too far from the direct message to be the note about it.

    Intercom's times are whole seconds of another clock, so the note may seem older than the message.
    """
    for place in places:
        after = messages[place].entry.sent_at - direct.entry.sent_at
        if not -_MAX_CLOCK_DIFFERENCE <= after <= _NOTE_WITHIN:
            return
        yield messages[place]


def _is_note_about(note: Message, direct: DirectSent) -> bool:
    """Whether it is the note that `text.team_notes` makes, in any language: it names the address, our sender, and ends
    with the text or with the names of the files."""
    entry = note.entry
    if entry.kind is not EntryKind.NOTE or entry.conversation_id != direct.conversation_id:
        return False
    end = ", ".join(direct.file_names) or direct.text
    text, sender = _normalized(entry.text), direct.route.our_address or direct.route.key.sender
    named = all(part in text for part in (direct.route.to, sender, direct.template, _normalized(direct.text)))
    return named and text.endswith(_normalized(end))


def _is_note_of_own_text(note: Message, reply: Message) -> bool:
    """Whether it is the note that `text.team_notes` makes of what was written before it was translated."""
    entry, kept = note.entry, reply.translation
    if kept is None or entry.kind is not EntryKind.NOTE or entry.conversation_id != reply.entry.conversation_id:
        return False
    text = _normalized(entry.text)
    return kept.service.display_name in text and text.endswith(_normalized(kept.source_text))


def _normalized(text: str) -> str:
    return " ".join(strip_isolates(text).split())


def looks_same(a: TimelineEntry, b: TimelineEntry) -> bool:
    """Return whether both look the same. Ignores attachments' URLs, which are signed anew at each load."""
    return a is b or a == b or _without_urls(a) == _without_urls(b)


def _without_urls(row: TimelineEntry) -> TimelineEntry:
    if row.message is None or not row.message.entry.attachments:
        return row
    entry = row.message.entry
    files = tuple(replace(file, url="") for file in entry.attachments)
    return replace(row, message=replace(row.message, entry=replace(entry, attachments=files)))
