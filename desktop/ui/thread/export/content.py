"""What an exported thread says, piece by piece, before it gets the form of a page or of plain text. Without Qt, so that
any thread can do it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from datetime import date, datetime
from enum import Enum, auto

from desktop.domain.history.thread import Author, Chat, Message, Thread
from desktop.domain.model.facts import ChannelKind, EntryKind, MessageKey
from desktop.domain.model.frozen import frozen
from desktop.engine.customer.thread_pages import ThreadPage
from desktop.text.formats import clock_time, date_and_time, day_heading
from desktop.text.names import display_name, origin_badge
from desktop.text.screens.details import ADDRESSES, EMAIL, PHONE, contact_heading
from desktop.text.thread import arrivals, events, messages
from desktop.text.thread import export as texts
from desktop.text.thread.pane import conversation_label
from desktop.text.thread.window import countdown, window_explanation


class PieceKind(Enum):
    """What a piece is, for how it looks."""

    DAY = auto()
    CONVERSATION = auto()
    CUSTOMER = auto()
    OURS = auto()
    NOTE = auto()
    EVENT = auto()
    GAP = auto()


@frozen
class FileLine:
    """A file of a message. name: as sent. key, number: of the message, and its place among its files. saved_as: where
    it is beside the export, "" if it is not.
    """

    line: str
    name: str
    key: MessageKey
    number: int
    saved_as: str = ""


@frozen
class Piece:
    """A message or what stands between messages. heading: who and when; facts: origin, arrival, remarks."""

    kind: PieceKind
    heading: str = ""
    text: str = ""
    facts: tuple[str, ...] = ()
    files: tuple[FileLine, ...] = ()


@frozen
class Head:
    """What stands above the messages. blocks: headings with their lines."""

    title: str
    lines: tuple[str, ...]
    blocks: tuple[tuple[str, tuple[str, ...]], ...]
    language: str = "en"
    is_right_to_left: bool = False


@frozen
class Context:
    """saved: names of the files beside the export, by message and number."""

    name: str
    now: datetime
    has_notes: bool
    saved: Mapping[tuple[MessageKey, int], str] = field(default_factory=dict)


def head_of(thread: Thread, context: Context, workspace: str, zone: str, count: int) -> Head:
    """zone: of the times. count: of the messages."""
    name = display_name(context.name)
    notes = texts.NOTES_INTERNAL() if context.has_notes else texts.NOTES_LEFT_OUT()
    lines = (
        texts.EXPORTED(workspace=workspace, time=date_and_time(context.now)),
        texts.TIMES_IN(zone=zone),
        texts.COUNT(count),
        notes,
    )
    contacts = []
    for contact in thread.contacts:
        known = ((PHONE(), contact.phone), (EMAIL(), contact.email))
        fields = (texts.field_line(label, value) for label, value in known if value)
        contacts.append(" · ".join((contact_heading(contact), *fields)))
    windows = []
    for window in (*thread.windows, *thread.listed_windows):
        ours, theirs = window.key.business_address, window.key.customer_address
        addresses = ADDRESSES(ours=ours, customer=theirs) if ours and theirs else ours or theirs
        known_facts = (countdown(window, context.now), addresses, window_explanation(window, name, context.now))
        windows.append(" · ".join(filter(None, known_facts)))
    return Head(
        texts.TITLE(name=name),
        lines,
        ((texts.CONTACTS(), tuple(contacts)), (texts.WINDOWS(), tuple(windows) or (texts.NO_WINDOWS(),))),
    )


def pieces_of(page: ThreadPage, older: Message | None, context: Context) -> Iterator[Piece]:
    """Yield the page from its oldest message on. older: the message before it; its day gets no second
    heading.
    """
    chats = {chat.id: chat for chat in page.thread.chats}
    today = context.now.astimezone().date()
    day, conversation_id = (_day(older), older.entry.conversation_id) if older is not None else (None, "")
    if older is None:
        yield from gaps(page.thread.chats)
    for message in page.messages:
        if message.entry.kind is EntryKind.NOTE and not context.has_notes:
            continue
        if _day(message) != day:
            day = _day(message)
            yield Piece(PieceKind.DAY, day_heading_with_year(day, today))
        if message.entry.conversation_id != conversation_id:
            conversation_id = message.entry.conversation_id
            yield Piece(PieceKind.CONVERSATION, _conversation(chats.get(conversation_id)))
        yield _piece(message, page.assignees, context)


def gaps(chats: Sequence[Chat]) -> Iterator[Piece]:
    """Yield where Intercom has messages that are not stored here."""
    for chat in chats:
        if chat.conversation.unseen_before is not None:
            yield Piece(PieceKind.GAP, texts.MORE_IN_INTERCOM(conversation=_conversation(chat)))


def day_heading_with_year(day: date, today: date) -> str:
    """Return weekday and date, with the year: what is read later must not say "Today"."""
    return day_heading(day, today.replace(year=day.year - 1, month=1, day=1))


def _conversation(chat: Chat | None) -> str:
    if chat is None:
        return messages.channel_and_title(ChannelKind.UNKNOWN, "")
    return messages.channel_and_title(chat.window.key.channel, conversation_label(chat))


def _day(message: Message) -> date:
    return message.entry.sent_at.astimezone().date()


def _piece(message: Message, assignees: Mapping[str, str], context: Context) -> Piece:
    entry = message.entry
    time = clock_time(entry.sent_at)
    if entry.kind is EntryKind.EVENT:
        assignee = assignees.get(entry.assigned_to, "") if entry.assigned_to else ""
        return Piece(PieceKind.EVENT, events.event_line_with_time(entry, assignee))
    who = messages.author(message)
    files = tuple(
        FileLine(
            texts.FILE(name=file.name, details=messages.attachment_details(file)),
            file.name,
            message.key,
            number,
            context.saved.get((message.key, number), ""),
        )
        for number, file in enumerate(entry.attachments)
    )
    text = entry.text if entry.text.strip() or files else messages.empty_message_text(entry)
    if entry.kind is EntryKind.NOTE:
        label = texts.INTERNAL_NOTE() if message.author is not Author.BRIDGE else messages.note_heading(message)
        return Piece(PieceKind.NOTE, f"{time} · {who}", text, (label,), files)
    if message.author is Author.CUSTOMER or message.may_be_from_customer:
        return Piece(PieceKind.CUSTOMER, f"{time} · {who}", text, tuple(_customer_facts(message)), files)
    return Piece(PieceKind.OURS, f"{time} · {who}", text, tuple(_our_facts(message)), files)


def _customer_facts(message: Message) -> Iterator[str]:
    if message.origin is not None:
        yield origin_badge(message.origin)
    else:
        yield messages.unknown_label(message)
    if message.unseen_on is not None:
        yield messages.not_shown_on(message.unseen_on)


def _our_facts(message: Message) -> Iterator[str]:
    if message.direct is not None:
        yield arrivals.direct_route_tooltip(message.direct.route)
        if message.direct.template:
            yield messages.TEMPLATE(template=message.direct.template)
    for at in message.arrived:
        yield arrivals.arrival_through_intercom(at) if message.direct is None else arrivals.arrival(at)
