"""What one customer's thread adds to the reports, and whether the customer is still to be reached."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import StrEnum

from desktop.domain.history.customer_row import exchanged_messages, missed_channel, newest_reply
from desktop.domain.history.thread import Author, Chat, Message, Thread
from desktop.domain.model.facts import ChannelKind, ConversationState
from desktop.domain.model.frozen import frozen
from desktop.domain.window.keys import CLOSES, REOPENS


class ReportKind(StrEnum):
    """`MESSENGER_ONLY`: a reply of ours reached the Messenger only. `WINDOW_CLOSED`: a window closed while the customer
    waited in its chat. `MESSENGER_ANSWER`: the customer wrote in the Messenger, in a conversation that mirrors another
    channel.
    """

    MESSENGER_ONLY = "messenger_only"
    WINDOW_CLOSED = "window_closed"
    MESSENGER_ANSWER = "messenger_answer"


TO_DO = (ReportKind.MESSENGER_ONLY, ReportKind.WINDOW_CLOSED)
"""Kinds after which somebody is to be reached."""


@frozen
class ReportEvent:
    """entry_id: of the reply, of the message that the customer waited with, or of the customer's answer.

    at: when that was sent; of a window, when it closes, which may be still to come.
    channel: the one that was missed, whose window it is, or that the conversation mirrors.
    """

    kind: ReportKind
    conversation_id: str
    entry_id: str
    at: datetime
    channel: ChannelKind


def known_since(thread: Thread) -> datetime | None:
    """`find_events` finds all that is newer than this; None for all there ever was."""
    return thread.messages[0].entry.sent_at if thread.older_count and thread.messages else None


def find_events(thread: Thread) -> tuple[ReportEvent, ...]:
    """Events in no order, each once. It depends on no clock: windows that are open are among them, with the time when
    they will close if nobody answers.
    """
    messages, since = exchanged_messages(thread), known_since(thread)
    found = (*_of_messages(messages), *_of_windows(thread, messages))
    return tuple(e for e in found if since is None or e.at > since)


def answered_at(thread: Thread) -> datetime | None:
    """When our newest reply was sent; None before the first."""
    reply = newest_reply(exchanged_messages(thread))
    return reply.entry.sent_at if reply is not None else None


def find_unreached(thread: Thread, events: Iterable[ReportEvent]) -> tuple[ReportEvent, ...]:
    """Of each kind in `TO_DO` the newest event since which no reply reached the customer; at most one of each.

    events: at least all since our newest reply.
    """
    reply = newest_reply(exchanged_messages(thread))
    channel = missed_channel(reply) if reply is not None else None
    found = [] if reply is None or channel is None else [_event(ReportKind.MESSENGER_ONLY, reply, channel)]
    closed = [e for e in events if e.kind is ReportKind.WINDOW_CLOSED and (reply is None or e.at > reply.entry.sent_at)]
    return (*found, *([max(closed, key=lambda e: (e.at, e.entry_id))] if closed else ()))


def _event(kind: ReportKind, message: Message, channel: ChannelKind, at: datetime | None = None) -> ReportEvent:
    entry = message.entry
    return ReportEvent(kind, entry.conversation_id, entry.id, entry.sent_at if at is None else at, channel)


def _of_messages(messages: Iterable[Message]) -> Iterator[ReportEvent]:
    for message in messages:
        if message.unseen_on is not None:
            yield _event(ReportKind.MESSENGER_ANSWER, message, message.unseen_on)
        elif message.author in (Author.TEAMMATE, Author.BOT) and (channel := missed_channel(message)) is not None:
            yield _event(ReportKind.MESSENGER_ONLY, message, channel)


def _of_windows(thread: Thread, messages: list[Message]) -> Iterator[ReportEvent]:
    times = [m.entry.sent_at for m in messages]
    for key, at in thread.closings:
        before = bisect_right(times, at)
        newest = messages[before - 1] if before else None
        if newest is None or not newest.may_be_from_customer:
            continue
        chat = thread.chat(newest.entry.conversation_id)
        if chat.window.key == key and not _was_closed(chat, newest, at):
            yield _event(ReportKind.WINDOW_CLOSED, newest, key.channel, at)


def _was_closed(chat: Chat, message: Message, at: datetime) -> bool:
    """Whether the team had closed the conversation after this message, or may have: not every answer shows when."""
    changes = [
        m.entry for m in chat.messages if m.entry.event in CLOSES | REOPENS and m.entry.order > message.entry.order
    ]
    known = [e for e in changes if e.sent_at <= at]
    if known:
        return known[-1].event in CLOSES
    return chat.conversation.state is ConversationState.CLOSED and not changes
