"""Computes each window of a thread now and at earlier instants, from Intercom's entries and providers' messages."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import accumulate

from desktop.domain.bridge.notice import Notice, is_reply
from desktop.domain.contrary import ContraryFact, ContraryKind
from desktop.domain.direct import DirectSent
from desktop.domain.history.provider_messages import (
    ProviderMessage,
    ProviderMessages,
    address_pair,
    match_inbound,
    match_outbound,
)
from desktop.domain.mapping import ChannelMapping, Unmapped
from desktop.domain.model.facts import Conversation, Entry, MessageKey, in_order
from desktop.domain.model.frozen import frozen
from desktop.domain.model.reason import ReasonCode, make_reason
from desktop.domain.model.workspace import Workspace
from desktop.domain.origin import Origin, Transport
from desktop.domain.window.keys import WindowKeys
from desktop.domain.window.window import (
    WINDOW_LENGTH,
    Doubt,
    Expiry,
    OpenerCandidate,
    Window,
    WindowKey,
    WindowState,
    find_window,
)

Span = tuple[datetime, datetime]
"""Both ends are included."""

_NEVER_ENDS = datetime.max.replace(tzinfo=UTC)
_INSTANT = timedelta(microseconds=1)


@frozen
class ThreadAnalysis:
    """What is decided about all conversations of a customer before the single chats are assembled.

    notices: the bridge's, by conversation id. contrary: every contrary fact about this customer.
    """

    conversations: tuple[Conversation, ...]
    workspace: Workspace
    origins: Mapping[MessageKey, Origin]
    mappings: Mapping[str, ChannelMapping | Unmapped]
    keys: WindowKeys
    direct: tuple[DirectSent, ...]
    provider_messages: ProviderMessages
    notices: Mapping[str, tuple[Notice, ...]]
    contrary: tuple[ContraryFact, ...]

    def mapping(self, conversation: Conversation) -> ChannelMapping | None:
        """The channel chat of a conversation; None if it mirrors none."""
        found = self.mappings[conversation.id]
        return found if isinstance(found, ChannelMapping) else None

    def key(self, conversation: Conversation) -> WindowKey:
        """The window key of a conversation."""
        return self.keys.keys[conversation.id]


class WindowHistory:
    """One window now and at earlier instants, by what is known today.

    matches: messages of its chats, in either direction, with the same messages as the channel's provider lists them.
    sure_times: when the customer surely wrote in this chat, oldest first.
    """

    def __init__(self, key: WindowKey, analysis: ThreadAnalysis) -> None:
        self._key = key
        self._workspace = analysis.workspace
        self._gaps: list[datetime] = []
        sure: list[Entry] = []
        uncertain: list[tuple[Entry, ReasonCode]] = []
        possibly_same: set[str] = set()
        for conversation in analysis.conversations:
            mirrors = analysis.key(conversation) == key
            if mirrors:
                possibly_same |= analysis.keys.possibly_same_chat.get(conversation.id, frozenset())
            mapping = analysis.mapping(conversation)
            may_mirror = mapping is not None and not mapping.is_known and key.transport != Transport.NATIVE
            is_unread = mapping is None and not conversation.entries and conversation.page_url is None
            if conversation.unseen_before is not None and (mirrors or may_mirror or is_unread):
                self._gaps.append(conversation.unseen_before)
            if mirrors:
                self._classify_messages(conversation, analysis, sure, uncertain)
            elif may_mirror:
                uncertain += [
                    (e, ReasonCode.MAY_BE_FROM_CHANNEL) for e in _messages_of_unknown_origin(conversation, analysis)
                ]
        for conversation in analysis.conversations:
            if conversation.id in possibly_same:
                uncertain += [
                    (e, ReasonCode.OTHER_NUMBER_POSSIBLE) for e in self._opening_messages(conversation, analysis)
                ]
        provider_messages = analysis.provider_messages.inbound(address_pair(key))
        self.matches = match_inbound(sure, [e for e, _ in uncertain], provider_messages)
        certain = [*self._candidates(((e, ReasonCode.MAY_BE_FROM_CHANNEL) for e in sure), certain=True)]
        listed = self._provider_candidates(provider_messages)
        self.sure_times = sorted(s.at for s in [*certain, *listed])
        self._certain = self._longest_open([*certain, *listed])
        self._uncertain = self._longest_open(self._candidates(uncertain, certain=False))
        self._expiries = self._find_expiries(analysis)
        self.matches |= match_inbound(sure, (), analysis.provider_messages.inbound_without_number(key))
        self.matches |= match_outbound(_forwarded_replies(key, analysis), analysis.provider_messages.outbound(key))
        self.window = self._window_at(None)

    def _classify_messages(
        self,
        conversation: Conversation,
        analysis: ThreadAnalysis,
        sure: list[Entry],
        uncertain: list[tuple[Entry, ReasonCode]],
    ) -> None:
        """Add the customer's messages that came from this channel to `sure`, and those that may have to `uncertain`."""
        opening = self._opening_messages(conversation, analysis)
        mapping = analysis.mapping(conversation)
        if mapping is not None and mapping.address_changed:
            uncertain += [(e, ReasonCode.NUMBER_CHANGED) for e in opening]
        else:
            sure += opening
        opens = {e.id for e in opening}
        for entry in conversation.entries:
            if entry.id in opens:
                continue
            origin = analysis.origins.get(entry.key)
            if entry.may_be_customer_message or (origin is not None and self._may_be_from_channel(origin)):
                is_bridge_line = origin is not None and origin.is_sure and origin.channel is self._key.channel
                uncertain.append((entry, ReasonCode.REACTION if is_bridge_line else ReasonCode.MAY_BE_FROM_CHANNEL))

    def _opening_messages(self, conversation: Conversation, analysis: ThreadAnalysis) -> list[Entry]:
        """Messages that surely came from this channel, and from the customer's present number.

        A bridge's line about a reaction or an edit is not one. At the start of a conversation such a line would refer
        to nothing, so only a line about a new number is recognized there.
        """
        found: list[Entry] = []
        for entry in in_order(conversation.entries):
            origin = analysis.origins.get(entry.key)
            if origin is None or not origin.is_sure or origin.channel is not self._key.channel:
                continue
            is_bridge_line = self._workspace.is_new_number if entry.is_first else self._workspace.is_non_message
            if origin.transport is not Transport.BRIDGE or not is_bridge_line(entry.text):
                found.append(entry)
            elif self._workspace.is_new_number(entry.text):
                found.clear()
        return found

    def _may_be_from_channel(self, origin: Origin) -> bool:
        """Whether the origin is unknown, weakly this channel, or a sure line of the bridge that opens nothing."""
        return not origin.is_known or origin.channel is self._key.channel

    def _candidates(self, entries: Iterable[tuple[Entry, ReasonCode]], *, certain: bool) -> list[OpenerCandidate]:
        """Candidates for entries that no provider message matches."""
        return [
            OpenerCandidate(e.id, e.sent_at, certain, self._margin_of(e), reason)
            for e, reason in entries
            if e.key not in self.matches
        ]

    def _margin_of(self, entry: Entry) -> timedelta | None:
        """The margin of an entry; Intercom's own channel reports the provider's time without delay."""
        return self._workspace.margin if self._key.transport == Transport.NATIVE else None

    def _provider_candidates(self, provider_messages: Iterable[ProviderMessage]) -> list[OpenerCandidate]:
        """Candidates for provider messages: each opens the window, whether or not Intercom shows it yet."""
        names = {row.id: entry_id for (_, entry_id), row in self.matches.items()}
        margin = self._workspace.row_margin
        return [
            OpenerCandidate(names.get(row.id, row.id), row.sent_at, certain=True, margin=margin)
            for row in provider_messages
        ]

    def _longest_open(self, candidates: list[OpenerCandidate]) -> tuple[list[datetime], list[OpenerCandidate]]:
        """Instants in order and, for each, the candidate up to then that keeps the window open longest."""
        ordered = sorted(candidates, key=lambda s: (s.at, s.message_id))
        return [s.at for s in ordered], list(accumulate(ordered, self._longer_open))

    def _longer_open(self, one: OpenerCandidate, other: OpenerCandidate) -> OpenerCandidate:
        return max(one, other, key=lambda s: s.sort_key(self._workspace.bridge_margin))

    def _find_expiries(self, analysis: ThreadAnalysis) -> list[Expiry]:
        """Reports that this window had expired, oldest first."""
        found = [
            Expiry(fact.at, fact.id)
            for fact in analysis.contrary
            if fact.kind is ContraryKind.EXPIRED and concerns_chat(fact, self._key, analysis)
        ]
        return sorted(found, key=lambda e: (e.at, e.id))

    def state_at(self, then: datetime) -> WindowState:
        """The state of the window at an earlier instant."""
        return self._window_at(then).state(then)

    def closings(self, within: Collection[Span] | None) -> tuple[datetime, ...]:
        """When the window closed, or will if nobody writes, oldest first; not where something unseen may have kept it
        open. within: spans of time that are looked at; None for all.
        """
        length = WINDOW_LENGTH.get(self._key.channel)
        if length is None:
            return ()
        instants, openers = self._certain
        found: set[datetime] = set()
        for number, opener in enumerate(openers):
            end = opener.sort_key(self._workspace.bridge_margin)[0] + length
            reported = bisect_left(self._expiries, instants[number], key=lambda e: e.at)
            if reported < len(self._expiries):
                end = min(end, self._expiries[reported].at)
            if number + 1 < len(instants) and instants[number + 1] < end:
                continue
            if within is None or any(since <= end <= upto for since, upto in within):
                found.add(end)
        return tuple(sorted(end for end in found if self.state_at(end + _INSTANT) is WindowState.CLOSED))

    def _window_at(self, then: datetime | None) -> Window:
        candidates = [*_candidate_at(self._certain, then), *_candidate_at(self._uncertain, then)]
        workspace = self._workspace
        upto = len(self._expiries) if then is None else bisect_left(self._expiries, then, key=lambda e: e.at)
        expiry = self._expiries[upto - 1] if upto else None
        return find_window(
            self._key, candidates, self._gaps, workspace.bridge_margin, workspace.closing_threshold, expiry
        )


def concerns_chat(fact: ContraryFact, key: WindowKey, analysis: ThreadAnalysis) -> bool:
    """Whether a contrary fact concerns the chat of this key: by its conversation, else by both addresses."""
    if fact.channel is not key.channel:
        return False
    if fact.conversation_id in analysis.keys.keys and fact.account is None:
        return analysis.keys.keys[fact.conversation_id] == key
    if key.conversation_id or not (fact.business_address and fact.customer_address):
        return False
    return (fact.business_address, fact.customer_address) == (key.business_address, key.customer_address)


def _messages_of_unknown_origin(conversation: Conversation, analysis: ThreadAnalysis) -> Iterator[Entry]:
    """The customer's messages of unknown origin in a conversation that may mirror any chat."""
    for entry in conversation.entries:
        origin = analysis.origins.get(entry.key)
        if entry.may_be_customer_message or (origin is not None and not origin.is_known):
            yield entry


def _candidate_at(
    history: tuple[list[datetime], list[OpenerCandidate]], then: datetime | None
) -> list[OpenerCandidate]:
    """The candidate of `history` that counts at `then`, in a list of one or none."""
    instants, longest = history
    upto = len(instants) if then is None else bisect_right(instants, then)
    return longest[upto - 1 : upto]


def _forwarded_replies(key: WindowKey, analysis: ThreadAnalysis) -> Iterator[Entry]:
    """Replies that a bridge may have forwarded to this chat."""
    for conversation in analysis.conversations:
        mapping = analysis.mapping(conversation)
        if mapping is None or mapping.transport is not Transport.BRIDGE or analysis.key(conversation) != key:
            continue
        yield from (e for e in conversation.entries if is_reply(e, analysis.workspace))


def find_listed_windows(analysis: ThreadAnalysis, histories: Mapping[WindowKey, WindowHistory]) -> tuple[Window, ...]:
    """Windows of our numbers that no chat mirrors, by what their provider lists of the customer."""
    workspace = analysis.workspace
    mirrored = {address_pair(key) for key in histories}
    found = []
    for chat in analysis.provider_messages.pairs:
        provider_messages = analysis.provider_messages.inbound(chat)
        key = WindowKey(chat[0], f"+{chat[1]}", f"+{chat[2]}")
        opened = (OpenerCandidate(row.id, row.sent_at, certain=True) for row in provider_messages)
        window = find_window(key, opened, (), workspace.row_margin, workspace.closing_threshold)
        if chat not in mirrored and window.exists:
            found.append(replace(window, doubt=Doubt(_NEVER_ENDS, make_reason(ReasonCode.LISTED_ONLY))))
    return tuple(found)
