"""Window keys: which conversations mirror one and the same chat, so that they share its window.

A bridge goes on in one conversation as long as that is open, and begins another one only after it was closed. So two
conversations of one chat that were open at the same time, or written to in turns, are surely two chats.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from desktop.domain.contrary import address_key
from desktop.domain.identity.customer import number_key
from desktop.domain.mapping import Mapping as ChatMapping
from desktop.domain.mapping import Unmapped
from desktop.domain.model.facts import ChannelKind, Conversation, ConversationState, Entry, MessageKey, Role
from desktop.domain.model.workspace import Workspace
from desktop.domain.origin import Origin, Transport
from desktop.domain.window.window import WindowKey

_CLOSES = frozenset({"close"})
_REOPENS = frozenset({"open", "assign_and_reopen", "note_and_reopen"})


@dataclass(frozen=True, slots=True)
class WindowKeys:
    """keys: of each conversation. maybe_same: conversations that may mirror the same chat and may not, by each other's
    id. several: channels on which these conversations show that the bridge has more than one number."""

    keys: Mapping[str, WindowKey]
    maybe_same: Mapping[str, frozenset[str]]
    several: frozenset[ChannelKind]


@dataclass(frozen=True, slots=True)
class _Chat:
    """A bridged conversation with what tells its chat from others. ours, theirs: `+digits` or id, "" for not known."""

    conversation: Conversation
    mapping: ChatMapping
    ours: str
    theirs: str
    tags: frozenset[str]
    channel_times: frozenset[datetime]
    both_were_stored: bool


def find_window_keys(
    held: Iterable[Conversation],
    mappings: Mapping[str, ChatMapping | Unmapped],
    origins: Mapping[MessageKey, Origin],
    workspace: Workspace,
) -> WindowKeys:
    """Keys for the conversations of one customer; their order does not matter."""
    keys: dict[str, WindowKey] = {}
    bridged: dict[ChannelKind, list[_Chat]] = {}
    for conversation in sorted(held, key=lambda c: (c.created_at, c.id)):
        mapping = mappings[conversation.id]
        if isinstance(mapping, Unmapped):
            keys[conversation.id] = WindowKey(mapping.channel)
        elif not mapping.is_known:
            keys[conversation.id] = WindowKey(ChannelKind.UNKNOWN)
        elif mapping.transport is Transport.NATIVE:
            customer = normal(mapping.customer_address) or "contact:" + next(iter(conversation.contact_ids), "")
            keys[conversation.id] = WindowKey(mapping.channel, "", customer, Transport.NATIVE)
        else:
            bridged.setdefault(mapping.channel, []).append(_chat(conversation, mapping, origins, workspace))
    maybe_same: dict[str, frozenset[str]] = {}
    several = set()
    for channel, chats in bridged.items():
        plan = _Plan(channel, chats, workspace)
        keys |= plan.keys
        maybe_same |= plan.maybe_same
        if plan.shows_several:
            several.add(channel)
    return WindowKeys(keys, maybe_same, frozenset(several))


def normal(address: str | None) -> str:
    """`+digits` for a number, whatever its spelling; other addresses trimmed and case-folded; "" for none."""
    digits = number_key(address or "")
    return f"+{digits}" if digits else address_key(address or "")


def _chat(
    conversation: Conversation, mapping: ChatMapping, origins: Mapping[MessageKey, Origin], workspace: Workspace
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
        "" if mapping.one_of_several else normal(mapping.business_address),
        normal(mapping.customer_address),
        frozenset(t for t in tags if workspace.bridge_tags.get(t) is mapping.channel),
        frozenset(times),
        stored,
    )


class _Plan:
    """The keys of one channel's bridged chats, oldest first."""

    def __init__(self, channel: ChannelKind, chats: list[_Chat], workspace: Workspace) -> None:
        self._chats = chats
        pairs = [(a, b) for n, a in enumerate(chats) for b in chats[n + 1 :]]
        self._distinct = {frozenset((a.conversation.id, b.conversation.id)) for a, b in pairs if _are_two(a, b)}
        numbers = {c.ours for c in chats if c.ours}
        tags = [c.tags for c in chats if c.tags]
        self.shows_several = (
            bool(self._distinct)
            or len(numbers) > 1
            or any(one.isdisjoint(other) for one in tags for other in tags)
            or any(c.mapping.one_of_several for c in chats)
        )
        self._several = self.shows_several or channel in workspace.several_numbers
        only = "" if self._several else next(iter(numbers), "")
        self.keys = {c.conversation.id: self._key(channel, c, only) for c in chats}
        self.maybe_same = {c.conversation.id: self._maybe_same(c) for c in chats}

    def _key(self, channel: ChannelKind, chat: _Chat, only: str) -> WindowKey:
        ours, theirs, name = chat.ours or only, self._customer(chat), chat.conversation.id
        is_apart = self._collides(chat) or not theirs or (self._several and not ours)
        return WindowKey(channel, ours, theirs, "" if ours else Transport.BRIDGE, name if is_apart else "")

    def _customer(self, chat: _Chat) -> str:
        """Today's address is that of older messages too, unless something speaks against it."""
        if any(e.customer_hint for e in chat.conversation.entries):
            return chat.theirs
        others = {c.theirs for c in self._chats if any(e.customer_hint for e in c.conversation.entries)}
        speaks_against = bool(others - {chat.theirs}) or self._collides(chat)
        return "" if speaks_against else chat.theirs

    def _collides(self, chat: _Chat) -> bool:
        """Whether another chat seems to be the same one and surely is not."""
        return any(frozenset((chat.conversation.id, other.conversation.id)) in self._distinct for other in self._chats)

    def _maybe_same(self, chat: _Chat) -> frozenset[str]:
        if not self.keys[chat.conversation.id].conversation_id:
            return frozenset()
        return frozenset(
            other.conversation.id
            for other in self._chats
            if other is not chat
            and frozenset((chat.conversation.id, other.conversation.id)) not in self._distinct
            and _look_alike(chat, other)
            and not (chat.tags and other.tags and chat.tags.isdisjoint(other.tags))
        )


def _look_alike(one: _Chat, other: _Chat) -> bool:
    """Nothing that is known of the addresses tells the two apart."""
    return not (one.ours and other.ours and one.ours != other.ours) and not (
        one.theirs and other.theirs and one.theirs != other.theirs
    )


def _are_two(older: _Chat, newer: _Chat) -> bool:
    if not _look_alike(older, newer) or (older.both_were_stored and newer.both_were_stored):
        return False
    began = newer.conversation.created_at
    if _was_open(older.conversation, began, older.channel_times):
        return True
    first_in_newer = min(newer.channel_times, default=None)
    return first_in_newer is not None and any(at > first_in_newer for at in older.channel_times)


def _was_open(conversation: Conversation, then: datetime, channel_times: frozenset[datetime]) -> bool:
    """Whether it was open just before `then`, by its parts. A reopening by words from the Messenger does not count."""
    if conversation.state is ConversationState.CLOSED and all(e.event not in _CLOSES for e in conversation.entries):
        # Closed without a part that says when.
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
