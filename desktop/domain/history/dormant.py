"""Chooses the old conversations that no decision rests on, so that a customer with many is decided without them.

`assemble_thread` decides the same of the others without these: mapping, window, contrary facts, what may have ended
them. Of another conversation, a decision asks for the newest message of a kind, for what it shows of the bridge's
numbers, or whether both were open at the same time. So a closed conversation is dormant whose kind has newer ones,
unless anything in it counts by itself. What `key_entries` is for entries, this is for conversations.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import field
from datetime import datetime

from desktop.domain.contrary import parse_opt_out_keyword
from desktop.domain.history.key_entries import HUMAN_AGENT_SPAN, WINDOW_SPAN
from desktop.domain.history.thread import Author, Chat, Message, Thread
from desktop.domain.model.facts import ChannelKind, ConversationState, EntryKind
from desktop.domain.model.frozen import frozen
from desktop.domain.model.workspace import Workspace
from desktop.domain.window.keys import BridgedChat
from desktop.domain.window.window import HUMAN_AGENT_UNTIL

Rank = tuple[datetime, *tuple[str | int, ...]]
"""What is newest ranks last."""


@frozen
class BridgedPast:
    """What the dormant chats of one bridged channel have in common with the others there.

    active_upto: until when any of them was open or written to. numbers, customers: the known addresses on both sides.
    """

    active_upto: datetime
    numbers: frozenset[str]
    customers: frozenset[str]


@frozen
class Dormancy:
    """A customer's dormant conversations, and what must stay as it is for them to be dormant.

    ids: of the dormant ones. active_upto: nothing of them is newer. standing_for: ids of those that show what the
        dormant ones would show.
    compared: ids of others that were open or written to in the meantime: each was compared with all the dormant ones.
    shows_bridge: one of the customer's conversations surely mirrors a chat.
    """

    ids: frozenset[str] = frozenset()
    active_upto: datetime | None = None
    standing_for: frozenset[str] = frozenset()
    compared: frozenset[str] = frozenset()
    bridged: Mapping[ChannelKind, BridgedPast] = field(default_factory=dict)
    shows_bridge: bool = False


def find_dormant(thread: Thread, workspace: Workspace, counting: Collection[str]) -> Dormancy:
    """Choose among all the conversations of a customer. counting: ids of those about which anything else is stored."""
    if not thread.loaded:
        return Dormancy()
    counts = {*counting, *(f.conversation_id for f in thread.contrary)}
    bridged = _bridged_by_channel(thread)
    intact = {channel for channel in bridged if _past_of(channel, thread, bridged[channel]) is not None}
    newest_at = thread.loaded[-1].entry.sent_at
    settled = []
    for chat in thread.chats:
        if chat.id in counts or not _is_settled(chat, workspace):
            continue
        mirrored = thread.bridged.get(chat.id)
        if mirrored is None or (mirrored.mapping.channel in intact and mirrored.active_upto < newest_at):
            settled.append(chat)
    representatives = _representatives(settled, thread.bridged, workspace)
    dormant = {c.id for c in settled if _is_old(c, newest_at)} - representatives
    if not dormant:
        return Dormancy()
    past = {}
    for channel in intact:
        chats, found = bridged[channel], _past_of(channel, thread, bridged[channel])
        ends = [c.active_upto for i, c in chats.items() if i in dormant]
        if ends and found is not None:
            past[channel] = BridgedPast(max(ends), *found)
    return Dormancy(
        frozenset(dormant),
        max(_active_upto(c) for c in settled if c.id in dormant),
        frozenset(representatives),
        frozenset(i for channel, p in past.items() for i, c in bridged[channel].items() if c.begun_at <= p.active_upto)
        - dormant,
        past,
        bool(bridged),
    )


def still_holds(dormancy: Dormancy, thread: Thread) -> bool:
    """Whether the dormant conversations are dormant beside those of this thread, which has all others.

    The dormant and the compared ones are as they were; so are the settings and the contacts.
    """
    known = dormancy.ids | dormancy.compared
    bridged = _bridged_by_channel(thread)
    if bool(bridged) is not dormancy.shows_bridge:
        return False
    for channel, past in dormancy.bridged.items():
        chats = bridged.get(channel, {})
        if _past_of(channel, thread, chats) != (past.numbers, past.customers):
            return False
        if any(c.begun_at <= past.active_upto for i, c in chats.items() if i not in known):
            return False
    return True


def _bridged_by_channel(thread: Thread) -> dict[ChannelKind, dict[str, BridgedChat]]:
    """By channel and conversation id."""
    found: dict[ChannelKind, dict[str, BridgedChat]] = {}
    for conversation_id, chat in thread.bridged.items():
        found.setdefault(chat.mapping.channel, {})[conversation_id] = chat
    return found


def _past_of(
    channel: ChannelKind, thread: Thread, chats: Mapping[str, BridgedChat]
) -> tuple[frozenset[str], frozenset[str]] | None:
    """The addresses of all chats on a channel, ours and the customer's; None where it may be several chats at a time:
    then each conversation has to be compared with every other one.
    """
    if channel in thread.several_numbers or any(thread.chat(i).window.key.conversation_id for i in chats):
        return None
    customers = frozenset(c.customer for c in chats.values() if c.has_stored_customer)
    return frozenset(c.business for c in chats.values() if c.business), customers


def _active_upto(chat: Chat) -> datetime:
    return max(chat.conversation.created_at, chat.conversation.updated_at, chat.messages[-1].entry.sent_at)


def _is_old(chat: Chat, newest_at: datetime) -> bool:
    """Whether no message here keeps a window open or in doubt. newest_at: of all messages."""
    span = HUMAN_AGENT_SPAN if chat.window.key.channel in HUMAN_AGENT_UNTIL else WINDOW_SPAN
    return newest_at - _active_upto(chat) > span


def _is_settled(chat: Chat, workspace: Workspace) -> bool:
    """Whether the conversation is over, and nothing in it counts by itself."""
    conversation = chat.conversation
    if conversation.state is not ConversationState.CLOSED or conversation.unseen_before is not None:
        return False
    if not chat.messages:
        return False
    for message in chat.messages:
        if message.direct is not None or workspace.is_new_number(message.entry.text):
            return False
        if chat.window.key.channel is ChannelKind.SMS and parse_opt_out_keyword(message.entry.text) is not None:
            return False
    return True


def _representatives(settled: Iterable[Chat], bridged: Mapping[str, BridgedChat], workspace: Workspace) -> set[str]:
    """Ids of the conversations that stand for all settled ones of their kind: those with the newest message of each
    origin, and the newest ones.
    """
    newest: dict[object, tuple[Rank, str]] = {}
    for chat in settled:
        for what, rank in _ranks(chat, _kind_of(chat, bridged.get(chat.id)), workspace):
            if what not in newest or rank > newest[what][0]:
                newest[what] = (rank, chat.id)
    return {conversation_id for _, conversation_id in newest.values()} | _first_signed(settled)


def _kind_of(chat: Chat, mirrored: BridgedChat | None) -> object:
    """Equal for conversations that mirror the same, by the same evidence."""
    conversation = chat.conversation
    traits = mirrored and (mirrored.tags, mirrored.has_stored_customer, mirrored.has_stored_addresses)
    return chat.mapping, chat.unmapped, chat.window.key, conversation.contact_ids, conversation.read, traits


def _ranks(chat: Chat, kind: object, workspace: Workspace) -> Iterator[tuple[object, Rank]]:
    """What this conversation may be the newest of, with its rank there."""
    conversation = chat.conversation
    yield (kind, "activity"), (conversation.updated_at, conversation.id)
    for tag in conversation.tags:
        yield ("tag", tag.name), (conversation.updated_at, conversation.id)
    for message in chat.messages:
        label = _label_of(message, workspace)
        if label is not None:
            yield (kind, label, "order"), message.entry.order
            # A window's opener is the greatest id of several with the same time.
            yield (kind, label, "id"), (message.entry.sent_at, message.entry.id)


def _label_of(message: Message, workspace: Workspace) -> object:
    """Group messages of which only the newest has to be kept. None: this one need not be kept."""
    is_message = message.entry.kind in (EntryKind.MESSAGE, EntryKind.UNKNOWN)
    if not message.may_be_from_customer and not (is_message and message.author is not Author.BRIDGE):
        return None
    origin = message.origin
    if origin is None:
        return message.author, message.entry.kind
    # The bridge's line about a reaction opens nothing; where it comes first, it is taken for a message.
    is_line = not message.entry.is_first and workspace.is_non_message(message.entry.text)
    return origin.channel, origin.transport, origin.is_sure, origin.is_known, is_line


def _first_signed(chats: Iterable[Chat]) -> set[str]:
    """Where the contact has no name, the first signature names the customer."""
    signed = (m for chat in chats for m in chat.messages if m.author is Author.CUSTOMER and m.entry.author_name.strip())
    first = min(signed, key=lambda m: m.entry.order, default=None)
    return set() if first is None else {first.entry.conversation_id}
