"""Decides which conversations mirror the same chat and so share its window.

A bridge continues in one conversation while that is open, and begins another one only after it was closed. So two
conversations that were open at the same time, or written to in turns, mirror different chats.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from desktop.domain.contrary import address_key
from desktop.domain.identity.customer import number_key
from desktop.domain.mapping import ChannelMapping, Unmapped
from desktop.domain.model.facts import ChannelKind, Conversation, ConversationState, Entry, MessageKey, Role
from desktop.domain.model.workspace import Workspace
from desktop.domain.origin import Origin, Transport
from desktop.domain.window.window import WindowKey

_CLOSES = frozenset({"close"})
_REOPENS = frozenset({"open", "assign_and_reopen", "note_and_reopen"})


@dataclass(frozen=True, slots=True)
class WindowKeys:
    """The window keys of one customer's conversations, by conversation id.

    possibly_same_chat: conversations that may or may not mirror the same chat, by each other's id.
    several: channels on which these conversations show that the bridge has more than one number.
    """

    keys: Mapping[str, WindowKey]
    possibly_same_chat: Mapping[str, frozenset[str]]
    several: frozenset[ChannelKind]


@dataclass(frozen=True, slots=True)
class _Chat:
    """A bridged conversation with what distinguishes its chat. business, customer: addresses, "" where unknown."""

    conversation: Conversation
    mapping: ChannelMapping
    business: str
    customer: str
    tags: frozenset[str]
    channel_times: frozenset[datetime]
    has_stored_addresses: bool


def find_window_keys(
    conversations: Iterable[Conversation],
    mappings: Mapping[str, ChannelMapping | Unmapped],
    origins: Mapping[MessageKey, Origin],
    workspace: Workspace,
) -> WindowKeys:
    """Find the keys for the conversations of one customer, in any order."""
    keys: dict[str, WindowKey] = {}
    bridged: dict[ChannelKind, list[_Chat]] = {}
    for conversation in sorted(conversations, key=lambda c: (c.created_at, c.id)):
        mapping = mappings[conversation.id]
        if isinstance(mapping, Unmapped):
            keys[conversation.id] = WindowKey(mapping.channel)
        elif not mapping.is_known:
            keys[conversation.id] = WindowKey(ChannelKind.UNKNOWN)
        elif mapping.transport is Transport.NATIVE:
            customer = normalize_address(mapping.customer_address) or "contact:" + next(
                iter(conversation.contact_ids), ""
            )
            keys[conversation.id] = WindowKey(mapping.channel, "", customer, Transport.NATIVE)
        else:
            bridged.setdefault(mapping.channel, []).append(_chat(conversation, mapping, origins, workspace))
    possibly_same_chat: dict[str, frozenset[str]] = {}
    several = set()
    for channel, chats in bridged.items():
        plan = _KeyPlan(channel, chats, workspace)
        keys |= plan.keys
        possibly_same_chat |= plan.possibly_same_chat
        if plan.shows_several_numbers:
            several.add(channel)
    return WindowKeys(keys, possibly_same_chat, frozenset(several))


def normalize_address(address: str | None) -> str:
    """`+digits` for a number in any spelling; other addresses trimmed and case-folded; "" for none."""
    digits = number_key(address or "")
    return f"+{digits}" if digits else address_key(address or "")


def _chat(
    conversation: Conversation, mapping: ChannelMapping, origins: Mapping[MessageKey, Origin], workspace: Workspace
) -> _Chat:
    tags = {t.key for t in conversation.tags} | {t.strip().casefold() for e in conversation.entries for t in e.tags}
    times = [
        e.sent_at
        for e in conversation.entries
        if (found := origins.get(e.key)) is not None and found.is_sure and found.channel is mapping.channel
    ]
    entries = conversation.entries
    stored = any(e.line_hint for e in entries) and any(e.customer_hint for e in entries)
    return _Chat(
        conversation,
        mapping,
        "" if mapping.one_of_several else normalize_address(mapping.business_address),
        normalize_address(mapping.customer_address),
        frozenset(t for t in tags if workspace.bridge_tags.get(t) is mapping.channel),
        frozenset(times),
        stored,
    )


class _KeyPlan:
    """The keys of one channel's bridged chats. chats: oldest first."""

    def __init__(self, channel: ChannelKind, chats: list[_Chat], workspace: Workspace) -> None:
        self._chats = chats
        pairs = [(a, b) for n, a in enumerate(chats) for b in chats[n + 1 :]]
        self._different_pairs = {
            frozenset((a.conversation.id, b.conversation.id)) for a, b in pairs if _are_different_chats(a, b)
        }
        numbers = {c.business for c in chats if c.business}
        tags = [c.tags for c in chats if c.tags]
        self.shows_several_numbers = (
            bool(self._different_pairs)
            or len(numbers) > 1
            or any(one.isdisjoint(other) for one in tags for other in tags)
            or any(c.mapping.one_of_several for c in chats)
        )
        self._has_several_numbers = self.shows_several_numbers or channel in workspace.several_numbers
        only_number = "" if self._has_several_numbers else next(iter(numbers), "")
        self.keys = {c.conversation.id: self._key(channel, c, only_number) for c in chats}
        self.possibly_same_chat = {c.conversation.id: self._possibly_same_chat(c) for c in chats}

    def _key(self, channel: ChannelKind, chat: _Chat, only_number: str) -> WindowKey:
        business, customer, name = chat.business or only_number, self._customer_address(chat), chat.conversation.id
        has_own_window = self._has_lookalike(chat) or not customer or (self._has_several_numbers and not business)
        return WindowKey(
            channel, business, customer, "" if business else Transport.BRIDGE, name if has_own_window else ""
        )

    def _customer_address(self, chat: _Chat) -> str:
        """The customer's address. Today's is taken for older messages too, unless something speaks against it."""
        if any(e.customer_hint for e in chat.conversation.entries):
            return chat.customer
        others = {c.customer for c in self._chats if any(e.customer_hint for e in c.conversation.entries)}
        speaks_against = bool(others - {chat.customer}) or self._has_lookalike(chat)
        return "" if speaks_against else chat.customer

    def _has_lookalike(self, chat: _Chat) -> bool:
        """Whether another chat looks like the same one and surely is not."""
        return any(
            frozenset((chat.conversation.id, other.conversation.id)) in self._different_pairs for other in self._chats
        )

    def _possibly_same_chat(self, chat: _Chat) -> frozenset[str]:
        if not self.keys[chat.conversation.id].conversation_id:
            return frozenset()
        return frozenset(
            other.conversation.id
            for other in self._chats
            if other is not chat
            and frozenset((chat.conversation.id, other.conversation.id)) not in self._different_pairs
            and _may_be_same_chat(chat, other)
            and not (chat.tags and other.tags and chat.tags.isdisjoint(other.tags))
        )


def _may_be_same_chat(one: _Chat, other: _Chat) -> bool:
    """Whether the known addresses do not distinguish the two."""
    return not (one.business and other.business and one.business != other.business) and not (
        one.customer and other.customer and one.customer != other.customer
    )


def _are_different_chats(older: _Chat, newer: _Chat) -> bool:
    if not _may_be_same_chat(older, newer) or (older.has_stored_addresses and newer.has_stored_addresses):
        return False
    began = newer.conversation.created_at
    if _was_open(older.conversation, began, older.channel_times):
        return True
    first_in_newer = min(newer.channel_times, default=None)
    return first_in_newer is not None and any(at > first_in_newer for at in older.channel_times)


def _was_open(conversation: Conversation, then: datetime, channel_times: frozenset[datetime]) -> bool:
    """Whether it was open just before `then`, by its parts. Reopening by a Messenger message does not count."""
    if conversation.state is ConversationState.CLOSED and all(e.event not in _CLOSES for e in conversation.entries):
        # Closed without a part that shows when.
        return False
    is_open = True
    for entry in sorted(conversation.entries, key=lambda e: e.order):
        if entry.sent_at >= then:
            break
        if entry.event in _CLOSES:
            is_open = False
        elif entry.event in _REOPENS and _reopens(entry, channel_times):
            is_open = True
    return is_open


def _reopens(entry: Entry, channel_times: frozenset[datetime]) -> bool:
    return entry.role is not Role.CUSTOMER or entry.sent_at in channel_times
