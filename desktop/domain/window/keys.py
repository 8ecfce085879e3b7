"""Decides which conversations mirror the same chat and so share its window.

A bridge continues in one conversation while that is open, and begins another one only after it was closed. So two
conversations that were open at the same time, or written to in turns, mirror different chats.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import accumulate

from desktop.domain.contrary import address_key
from desktop.domain.identity.customer import number_key
from desktop.domain.mapping import ChannelMapping, Unmapped
from desktop.domain.model.facts import ChannelKind, Conversation, ConversationState, Entry, MessageKey, Role
from desktop.domain.model.frozen import frozen
from desktop.domain.model.workspace import Workspace
from desktop.domain.origin import Origin, Transport
from desktop.domain.window.window import WindowKey

CLOSES = frozenset({"close"})
REOPENS = frozenset({"open", "assign_and_reopen", "note_and_reopen"})

_EVER, _NEVER = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


@frozen
class WindowKeys:
    """The window keys of one customer's conversations, by conversation id.

    possibly_same_chat: conversations that may or may not mirror the same chat, by each other's id.
    several: channels on which these conversations show that the bridge has more than one number.
    bridged: what distinguishes the chats that a bridge mirrors.
    """

    keys: Mapping[str, WindowKey]
    possibly_same_chat: Mapping[str, frozenset[str]]
    several: frozenset[ChannelKind]
    bridged: Mapping[str, BridgedChat]


@frozen
class BridgedChat:
    """A bridged conversation with what distinguishes its chat. business, customer: addresses, "" where unknown."""

    conversation: Conversation
    mapping: ChannelMapping
    business: str
    customer: str
    tags: frozenset[str]
    channel_times: frozenset[datetime]
    has_stored_addresses: bool
    has_stored_customer: bool

    @property
    def begun_at(self) -> datetime:
        """When the conversation or its first message from the channel came in, the earlier one."""
        return min([self.conversation.created_at, *self.channel_times])

    @property
    def active_upto(self) -> datetime:
        """Another conversation that began later surely did not begin while this one was open or written to."""
        ends = (end for _, end in _open_spans(self))
        return max([self.conversation.created_at, *self.channel_times, *ends])


def find_window_keys(
    conversations: Iterable[Conversation],
    mappings: Mapping[str, ChannelMapping | Unmapped],
    origins: Mapping[MessageKey, Origin],
    workspace: Workspace,
) -> WindowKeys:
    """Find the keys for the conversations of one customer, in any order."""
    keys: dict[str, WindowKey] = {}
    bridged: dict[ChannelKind, list[BridgedChat]] = {}
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
            bridged.setdefault(mapping.channel, []).append(_read_chat(conversation, mapping, origins, workspace))
    possibly_same_chat: dict[str, frozenset[str]] = {}
    several = set()
    for channel, chats in bridged.items():
        plan = _KeyPlan(channel, chats, workspace)
        keys |= plan.keys
        possibly_same_chat |= plan.possibly_same_chat
        if plan.shows_several_numbers:
            several.add(channel)
    by_id = {c.conversation.id: c for chats in bridged.values() for c in chats}
    return WindowKeys(keys, possibly_same_chat, frozenset(several), by_id)


def normalize_address(address: str | None) -> str:
    """`+digits` for a number in any spelling; other addresses trimmed and case-folded; "" for none."""
    digits = number_key(address or "")
    return f"+{digits}" if digits else address_key(address or "")


def _read_chat(
    conversation: Conversation, mapping: ChannelMapping, origins: Mapping[MessageKey, Origin], workspace: Workspace
) -> BridgedChat:
    tags = {t.key for t in conversation.tags} | {t.strip().casefold() for e in conversation.entries for t in e.tags}
    times = [
        e.sent_at
        for e in conversation.entries
        if (found := origins.get(e.key)) is not None and found.is_sure and found.channel is mapping.channel
    ]
    entries = conversation.entries
    has_stored_line, has_stored_customer = any(e.line_hint for e in entries), any(e.customer_hint for e in entries)
    return BridgedChat(
        conversation,
        mapping,
        "" if mapping.one_of_several else normalize_address(mapping.business_address),
        normalize_address(mapping.customer_address),
        frozenset(t for t in tags if workspace.bridge_tags.get(t) is mapping.channel),
        frozenset(times),
        has_stored_line and has_stored_customer,
        has_stored_customer,
    )


class _KeyPlan:
    """The keys of one channel's bridged chats. chats: oldest first."""

    def __init__(self, channel: ChannelKind, chats: list[BridgedChat], workspace: Workspace) -> None:
        self._chats = chats
        self._different = _find_different_chats(chats)
        self._stored_addresses = {c.customer for c in chats if c.has_stored_customer}
        numbers = {c.business for c in chats if c.business}
        tags = {c.tags for c in chats if c.tags}
        self.shows_several_numbers = (
            any(self._different.values())
            or len(numbers) > 1
            or any(one.isdisjoint(other) for one in tags for other in tags)
            or any(c.mapping.one_of_several for c in chats)
        )
        self._has_several_numbers = self.shows_several_numbers or channel in workspace.several_numbers
        only_number = "" if self._has_several_numbers else next(iter(numbers), "")
        self.keys = {c.conversation.id: self._key(channel, c, only_number) for c in chats}
        self.possibly_same_chat = {c.conversation.id: self._possibly_same_chat(c) for c in chats}

    def _key(self, channel: ChannelKind, chat: BridgedChat, only_number: str) -> WindowKey:
        business, customer, name = chat.business or only_number, self._customer_address(chat), chat.conversation.id
        has_own_window = self._has_lookalike(chat) or not customer or (self._has_several_numbers and not business)
        return WindowKey(
            channel, business, customer, "" if business else Transport.BRIDGE, name if has_own_window else ""
        )

    def _customer_address(self, chat: BridgedChat) -> str:
        """The customer's address. Today's is taken for older messages too, unless something speaks against it."""
        if chat.has_stored_customer:
            return chat.customer
        speaks_against = bool(self._stored_addresses - {chat.customer}) or self._has_lookalike(chat)
        return "" if speaks_against else chat.customer

    def _has_lookalike(self, chat: BridgedChat) -> bool:
        """Whether another chat looks like the same one and surely is not."""
        return bool(self._different[chat.conversation.id])

    def _possibly_same_chat(self, chat: BridgedChat) -> frozenset[str]:
        if not self.keys[chat.conversation.id].conversation_id:
            return frozenset()
        return frozenset(
            other.conversation.id
            for other in self._chats
            if other is not chat
            and other.conversation.id not in self._different[chat.conversation.id]
            and _may_be_same_chat(chat, other)
            and not (chat.tags and other.tags and chat.tags.isdisjoint(other.tags))
        )


def _may_be_same_chat(one: BridgedChat, other: BridgedChat) -> bool:
    """Whether the known addresses do not distinguish the two."""
    return not (one.business and other.business and one.business != other.business) and not (
        one.customer and other.customer and one.customer != other.customer
    )


def _find_different_chats(chats: list[BridgedChat]) -> Mapping[str, set[str]]:
    """For each conversation, by id, those that mirror another chat although their addresses don't tell: one began while
    the other was open, or they were written to in turns. chats: oldest first.
    """
    found: dict[str, set[str]] = {c.conversation.id: set() for c in chats}
    begun_at = [c.conversation.created_at for c in chats]
    first_at = [min(c.channel_times, default=_NEVER) for c in chats]
    # The earliest from each place on, so that most chats need no look at all newer ones.
    earliest_at = [*accumulate(reversed(first_at), min)][::-1]
    for place, older in enumerate(chats):
        newest_at = max(older.channel_times, default=None)
        newer = {n for start, end in _open_spans(older) for n in _between(begun_at, start, end) if n > place}
        for n in range(place + 1, len(chats)):
            if newest_at is None or earliest_at[n] >= newest_at:
                break
            if first_at[n] < newest_at:
                newer.add(n)
        for n in newer:
            other = chats[n]
            if _may_be_same_chat(older, other) and not (older.has_stored_addresses and other.has_stored_addresses):
                found[older.conversation.id].add(other.conversation.id)
                found[other.conversation.id].add(older.conversation.id)
    return found


def _between(instants: list[datetime], start: datetime, end: datetime) -> range:
    """Places of the instants after `start` and not after `end`. instants: in order."""
    return range(bisect_right(instants, start), bisect_right(instants, end))


def _open_spans(chat: BridgedChat) -> Iterator[tuple[datetime, datetime]]:
    """When the conversation was open, by its parts. Reopening by a Messenger message does not count."""
    conversation = chat.conversation
    if conversation.state is ConversationState.CLOSED and all(e.event not in CLOSES for e in conversation.entries):
        # Closed without a part that shows when.
        return
    opened_at: datetime | None = _EVER
    for entry in sorted((e for e in conversation.entries if e.event in CLOSES | REOPENS), key=lambda e: e.order):
        if entry.event in CLOSES and opened_at is not None:
            yield opened_at, entry.sent_at
            opened_at = None
        elif entry.event in REOPENS and opened_at is None and _reopens(entry, chat.channel_times):
            opened_at = entry.sent_at
    if opened_at is not None:
        yield opened_at, _NEVER


def _reopens(entry: Entry, channel_times: frozenset[datetime]) -> bool:
    return entry.role is not Role.CUSTOMER or entry.sent_at in channel_times
