"""Adds older messages to a thread that is shown, at a cost that depends on how many these are."""

from __future__ import annotations

import heapq
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from operator import attrgetter

from desktop.domain.history.thread import Chat, Message, Thread

_Order = tuple[datetime, str, int, str]
_order = attrgetter("order")


def add_older(shown: Thread, part: Thread, count: int) -> Thread | None:
    """Return `shown` with the `count` messages before its first one, which stay the same objects.

    part: the same customer's thread without a limit, from all conversations that `shown` has, unless they have nothing
        to do with these messages; of each with what decisions rest on, and with everything sent in the time of these
        messages. None where it differs from `shown` in anything else, so that something has changed meanwhile.
    """
    if not _is_same_state(shown, part):
        return None
    first = shown.messages[0].entry.order
    before = [m for m in part.messages if m.entry.order < first]
    added, earlier = before[-count:], before[:-count]
    ids = {chat.id for chat in part.chats}
    others = [m for m in shown.earlier if m.entry.conversation_id not in ids]
    chats = {chat.id: chat for chat in shown.chats}
    for chat in part.chats:
        chats[chat.id] = _extended(chats[chat.id], chat, first) if chat.id in chats else chat
    left_out = shown.left_out - (len(chats) - len(shown.chats))
    return replace(
        shown,
        chats=tuple(sorted(chats.values(), key=lambda c: (c.conversation.updated_at, c.conversation.id), reverse=True)),
        messages=(*added, *shown.messages),
        earlier=tuple(heapq.merge(earlier, others, key=lambda m: m.entry.order)),
        older_count=shown.older_count - len(added),
        left_out=left_out,
        left_out_upto=shown.left_out_upto if left_out else None,
        bridged={**part.bridged, **shown.bridged},
    )


def _is_same_state(shown: Thread, part: Thread) -> bool:
    """Whether both are of the same customer as they were at one time."""
    chats = {chat.id: chat for chat in shown.chats}
    return (
        part.older_count + len(part.messages) == shown.older_count + len(shown.messages)
        and part.contacts == shown.contacts
        and part.contrary == shown.contrary
        and part.several_numbers == shown.several_numbers
        and all(without_messages(c) == without_messages(chats[c.id]) for c in part.chats if c.id in chats)
    )


def without_messages(chat: Chat) -> Chat:
    """A chat with everything that is decided of it."""
    return replace(chat, messages=(), conversation=replace(chat.conversation, entries=()))


def _extended(shown: Chat, part: Chat, first: _Order) -> Chat:
    """With those of the part's messages that come before the first one that is shown."""
    older, held = part.conversation.entries, shown.conversation.entries
    entries = older[: bisect_left(older, first, key=_order)] + held[bisect_left(held, first, key=_order) :]
    messages = part.messages[: _place(part.messages, first)] + shown.messages[_place(shown.messages, first) :]
    return replace(shown, messages=messages, conversation=replace(shown.conversation, entries=entries))


def _place(messages: Sequence[Message], order: _Order) -> int:
    """Where the messages from this order on begin."""
    return bisect_left(messages, order, key=lambda m: m.entry.order)
