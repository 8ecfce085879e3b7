"""A customer's row of the list, and the function that builds it from the thread."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from desktop.domain.delivery import Arrival, Delivery
from desktop.domain.history.thread import Author, Chat, Message, Thread
from desktop.domain.model.facts import ChannelKind, Conversation, ConversationState, EntryKind, Priority
from desktop.domain.window.window import Window

MESSAGE_KINDS = (EntryKind.MESSAGE, EntryKind.UNKNOWN)
OWN_CHANNELS = (ChannelKind.MESSENGER, ChannelKind.EMAIL)


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerRow:
    """One line of the customer list.

    last_channel: of the newest message; UNKNOWN if that is not known.
    last_from_us: the newest message is ours; in the list, also a reply that is queued or under way.
    newest_customer_message_at: None if the customer never wrote.
    unread: the provider says that the team has not read the customer's messages; in the list, nor has this agent here.
    waits: the customer wrote last, in a conversation that is open.
    window: of the channel the customer waits on or last used, among those that have a window; None for none.
    messenger_only: as far as we know, our newest reply reached the Messenger only.
    state: open when any of the customer's conversations is.
    assignee_ids, team_ids: of the open conversations; "" stands for nobody, or no team.
    conversation_ids: the conversations that an action on the row concerns: the open ones; else those that are snoozed;
        else the one of the newest message. Newest activity first.
    tags, priority, snoozed_until: of these; the highest priority, the first end of a snooze.
    mentioned_ids: teammates whom a note mentions in a conversation that is not closed.
    """

    customer_id: str
    name: str
    last_at: datetime
    last_text: str = ""
    last_channel: ChannelKind = ChannelKind.UNKNOWN
    last_from_us: bool = False
    newest_customer_message_at: datetime | None = None
    unread: bool = False
    waits: bool = False
    window: Window | None = None
    messenger_only: bool = False
    state: ConversationState = ConversationState.OPEN
    assignee_ids: frozenset[str] = frozenset()
    team_ids: frozenset[str] = frozenset()
    conversation_ids: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    priority: Priority = Priority.NONE
    snoozed_until: datetime | None = None
    mentioned_ids: frozenset[str] = frozenset()


def display_name(thread: Thread) -> str:
    """The best name we know, "" for none: identified people before leads, names before addresses."""
    people = sorted(thread.contacts, key=lambda c: (c.role != "user", c.id))
    names = [p.name for p in people] + [p.email for p in people] + [p.phone for p in people]
    signed = [m.entry.author_name for m in thread.loaded if m.author is Author.CUSTOMER]
    return next((n for n in [*names, *signed] if n.strip()), "")


def build_customer_row(customer_id: str, thread: Thread) -> CustomerRow | None:
    """The row by what the thread says; None for somebody without any conversation."""
    if not thread.chats:
        return None
    messages = exchanged_messages(thread)
    newest, reply = messages[-1] if messages else None, newest_reply(messages)
    customer_message = next((m for m in reversed(thread.loaded) if m.may_be_from_customer), None)
    waits_in = _waits_in(thread, newest)
    current = _current(thread, newest)
    open_ones = [c.conversation for c in thread.chats if c.conversation.state is ConversationState.OPEN]
    return CustomerRow(
        customer_id=customer_id,
        name=display_name(thread),
        last_text=_line(newest),
        last_at=newest.entry.sent_at if newest else max(c.conversation.updated_at for c in thread.chats),
        last_channel=_channel(thread, newest),
        last_from_us=newest is not None and not newest.may_be_from_customer,
        newest_customer_message_at=customer_message.entry.sent_at if customer_message else None,
        unread=any(not c.conversation.read and _is_written_to(c) for c in thread.chats),
        waits=waits_in is not None,
        messenger_only=reply is not None and missed_channel(reply) is not None,
        state=_state(thread),
        assignee_ids=frozenset(c.assignee_id or "" for c in open_ones),
        team_ids=frozenset(c.team_id or "" for c in open_ones),
        conversation_ids=tuple(c.id for c in current),
        tags=tuple(dict.fromkeys(t.name for c in current for t in c.tags)),
        priority=max((c.priority for c in current), key=lambda p: p.rank),
        snoozed_until=min((c.snoozed_until for c in current if c.snoozed_until is not None), default=None),
        window=_window(thread, waits_in),
    )


def exchanged_messages(thread: Thread) -> list[Message]:
    """What both sides wrote, by time. A direct message that failed is not on the customer's side, so it is no
    answer.
    """
    return [
        m for m in thread.loaded if m.entry.kind in MESSAGE_KINDS and m.author is not Author.BRIDGE and not _failed(m)
    ]


def newest_reply(messages: list[Message]) -> Message | None:
    """Our newest reply, by a teammate or a bot."""
    return next((m for m in reversed(messages) if m.author in (Author.TEAMMATE, Author.BOT)), None)


def missed_channel(message: Message) -> ChannelKind | None:
    """The channel that a reply was meant for, where as far as we know it reached the Messenger only; else None."""
    elsewhere = [a for a in message.arrived if a.channel not in OWN_CHANNELS]
    missed = (Arrival.NOT_EXPECTED, Arrival.FAILED)
    return elsewhere[0].channel if elsewhere and all(a.arrival in missed for a in elsewhere) else None


def _is_written_to(chat: Chat) -> bool:
    return any(m.may_be_from_customer for m in chat.messages)


def _failed(message: Message) -> bool:
    return message.direct is not None and message.direct.delivery is Delivery.FAILED


def _line(newest: Message | None) -> str:
    if newest is None:
        return ""
    entry = newest.entry
    return " ".join(entry.text.split()) or ", ".join(a.name for a in entry.attachments)


def _channel(thread: Thread, newest: Message | None) -> ChannelKind:
    if newest is None:
        return ChannelKind.UNKNOWN
    if newest.direct is not None:
        return newest.direct.route.channel
    if newest.origin is not None:
        return newest.origin.channel if newest.origin.is_known else ChannelKind.UNKNOWN
    if newest.may_be_from_customer:
        return ChannelKind.UNKNOWN
    chat = thread.chat(newest.entry.conversation_id)
    return chat.mapping.display_channel if chat.mapping is not None else chat.window.key.channel


def _waits_in(thread: Thread, newest: Message | None) -> Chat | None:
    if newest is None or not newest.may_be_from_customer:
        return None
    chat = thread.chat(newest.entry.conversation_id)
    return chat if chat.conversation.state is ConversationState.OPEN else None


def _state(thread: Thread) -> ConversationState:
    states = {c.conversation.state for c in thread.chats}
    order = (ConversationState.OPEN, ConversationState.SNOOZED, ConversationState.CLOSED)
    return next(s for s in order if s in states)


def _current(thread: Thread, newest: Message | None) -> list[Conversation]:
    state = _state(thread)
    if state is not ConversationState.CLOSED:
        return [c.conversation for c in thread.chats if c.conversation.state is state]
    chat = thread.chats[0] if newest is None else thread.chat(newest.entry.conversation_id)
    return [chat.conversation]


def _window(thread: Thread, waits_in: Chat | None) -> Window | None:
    """Of the chat the customer waits in, else of the windowed channel used last, else of the newest windowed chat."""
    if waits_in is not None and waits_in.window.exists:
        return waits_in.window
    windows = thread.windows
    used = [(w.opened_at, n, w) for n, w in enumerate(windows) if w.opened_at is not None]
    if used:
        return max(used)[2]
    return windows[0] if windows else None
