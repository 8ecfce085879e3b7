"""Window history: each window of a thread now and at earlier instants, from Intercom's entries and providers' rows."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import accumulate

from desktop.domain.bridge.notice import Notice, is_reply
from desktop.domain.contrary import ContraryFact, ContraryKind
from desktop.domain.direct import DirectSent
from desktop.domain.history.provider_messages import (
    ProviderMessage,
    ProviderMessages,
    match_inbound,
    match_outbound,
    pair,
)
from desktop.domain.mapping import Mapping, Unmapped
from desktop.domain.model.facts import Conversation, Entry, MessageKey
from desktop.domain.model.reason import ReasonCode, make_reason
from desktop.domain.model.workspace import Workspace
from desktop.domain.origin import Origin, Transport
from desktop.domain.window.keys import WindowKeys
from desktop.domain.window.window import Doubt, Expiry, OpenerCandidate, Window, WindowKey, WindowState, find_window

_NEVER_ENDS = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ThreadAnalysis:
    """What is decided about all conversations before any single chat can be put together.

    notices: the bridge's, by conversation. contrary: every contrary fact about this customer.
    """

    held: tuple[Conversation, ...]
    workspace: Workspace
    origins: MappingOf[MessageKey, Origin]
    mappings: MappingOf[str, Mapping | Unmapped]
    keys: WindowKeys
    direct: tuple[DirectSent, ...]
    provider_messages: ProviderMessages
    notices: MappingOf[str, tuple[Notice, ...]]
    contrary: tuple[ContraryFact, ...]

    def mapping(self, conversation: Conversation) -> Mapping | None:
        found = self.mappings[conversation.id]
        return found if isinstance(found, Mapping) else None

    def key(self, conversation: Conversation) -> WindowKey:
        return self.keys.keys[conversation.id]


class WindowHistory:
    """One window now and at earlier instants, as far as today's knowledge tells.

    tied: messages of its chats, in either direction, with the rows in which the channel's provider lists them.
    sure_times: when the customer surely wrote over this chat, oldest first.
    """

    def __init__(self, key: WindowKey, findings: ThreadAnalysis) -> None:
        self._key = key
        self._workspace = findings.workspace
        self._gaps: list[datetime] = []
        sure: list[Entry] = []
        unsure: list[tuple[Entry, ReasonCode]] = []
        relatives: set[str] = set()
        for conversation in findings.held:
            mirrors = findings.key(conversation) == key
            if mirrors:
                relatives |= findings.keys.maybe_same.get(conversation.id, frozenset())
            mapping = findings.mapping(conversation)
            may_mirror = mapping is not None and not mapping.is_known and key.transport != Transport.NATIVE
            unread = mapping is None and not conversation.entries and conversation.page_url is None
            if conversation.unseen_before is not None and (mirrors or may_mirror or unread):
                self._gaps.append(conversation.unseen_before)
            if mirrors:
                self._sort(conversation, findings, sure, unsure)
            elif may_mirror:
                unsure += [(e, ReasonCode.MAY_BE_FROM_CHANNEL) for e in _possibly_here(conversation, findings)]
        for conversation in findings.held:
            if conversation.id in relatives:
                unsure += [(e, ReasonCode.OTHER_NUMBER_POSSIBLE) for e in self._opening(conversation, findings)]
        provider_messages = findings.provider_messages.inbound(pair(key))
        self.tied = match_inbound(sure, [e for e, _ in unsure], provider_messages)
        certain = [*self._sightings(((e, ReasonCode.MAY_BE_FROM_CHANNEL) for e in sure), certain=True)]
        listed = self._listed(provider_messages)
        self.sure_times = sorted(s.at for s in [*certain, *listed])
        self._certain = self._longest_so_far([*certain, *listed])
        self._uncertain = self._longest_so_far(self._sightings(unsure, certain=False))
        self._expiries = self._expired(findings)
        self.tied |= match_outbound(_forwarded(key, findings), findings.provider_messages.outbound(key))
        self.window = self._as_of(None)

    def _sort(
        self,
        conversation: Conversation,
        findings: ThreadAnalysis,
        sure: list[Entry],
        unsure: list[tuple[Entry, ReasonCode]],
    ) -> None:
        """The customer's messages in this conversation that came, or may have come, from this channel."""
        opening = self._opening(conversation, findings)
        mapping = findings.mapping(conversation)
        if mapping is not None and mapping.address_changed:
            unsure += [(e, ReasonCode.NUMBER_CHANGED) for e in opening]
        else:
            sure += opening
        opens = {e.id for e in opening}
        for entry in conversation.entries:
            if entry.id in opens:
                continue
            origin = findings.origins.get(entry.key)
            if entry.may_be_customer_message or (origin is not None and self._may_be_from_here(origin)):
                is_line = origin is not None and origin.is_sure and origin.channel is self._key.channel
                unsure.append((entry, ReasonCode.REACTION if is_line else ReasonCode.MAY_BE_FROM_CHANNEL))

    def _opening(self, conversation: Conversation, findings: ThreadAnalysis) -> list[Entry]:
        """Messages that surely came from this channel, and from the number that the customer has now.

        A bridge's line about a reaction or an edit is none; as the first of a conversation it would speak of nothing,
        so only a line about a new number can stand there.
        """
        found: list[Entry] = []
        for entry in sorted(conversation.entries, key=lambda e: e.order):
            origin = findings.origins.get(entry.key)
            if origin is None or not origin.is_sure or origin.channel is not self._key.channel:
                continue
            is_line = self._workspace.is_new_number if entry.is_first else self._workspace.is_non_message
            if origin.transport is not Transport.BRIDGE or not is_line(entry.text):
                found.append(entry)
            elif self._workspace.is_new_number(entry.text):
                found.clear()
        return found

    def _may_be_from_here(self, origin: Origin) -> bool:
        """Not known at all, weakly this channel, or a line of the bridge that opens nothing although it is sure."""
        return not origin.is_known or origin.channel is self._key.channel

    def _sightings(self, entries: Iterable[tuple[Entry, ReasonCode]], *, certain: bool) -> list[OpenerCandidate]:
        """Of what no row stands for."""
        return [
            OpenerCandidate(e.id, e.sent_at, certain, self._margin_of(e), reason)
            for e, reason in entries
            if e.key not in self.tied
        ]

    def _margin_of(self, entry: Entry) -> timedelta | None:
        """Intercom's own channel is not late: what it reports is the provider's time."""
        return self._workspace.margin if self._key.transport == Transport.NATIVE else None

    def _listed(self, provider_messages: Iterable[ProviderMessage]) -> list[OpenerCandidate]:
        """Every row opens the window, whether or not Intercom shows the message by now."""
        names = {row.id: entry_id for (_, entry_id), row in self.tied.items()}
        margin = self._workspace.row_margin
        return [
            OpenerCandidate(names.get(row.id, row.id), row.sent_at, certain=True, margin=margin)
            for row in provider_messages
        ]

    def _longest_so_far(self, sightings: list[OpenerCandidate]) -> tuple[list[datetime], list[OpenerCandidate]]:
        """Instants in order and, for each, that of the sightings up to then whose window is open longest."""
        ordered = sorted(sightings, key=lambda s: (s.at, s.message_id))
        return [s.at for s in ordered], list(accumulate(ordered, self._longer))

    def _longer(self, one: OpenerCandidate, other: OpenerCandidate) -> OpenerCandidate:
        return max(one, other, key=lambda s: s.open_until(self._workspace.bridge_margin))

    def _expired(self, findings: ThreadAnalysis) -> list[Expiry]:
        """Words that this very window had expired, oldest first."""
        found = [
            Expiry(fact.at, fact.id)
            for fact in findings.contrary
            if fact.kind is ContraryKind.EXPIRED and speaks_of(fact, self._key, findings)
        ]
        return sorted(found, key=lambda e: (e.at, e.id))

    def state_at(self, then: datetime) -> WindowState:
        return self._as_of(then).state(then)

    def _as_of(self, then: datetime | None) -> Window:
        sightings = [*_upto(self._certain, then), *_upto(self._uncertain, then)]
        workspace = self._workspace
        upto = len(self._expiries) if then is None else bisect_left(self._expiries, then, key=lambda e: e.at)
        expiry = self._expiries[upto - 1] if upto else None
        return find_window(
            self._key, sightings, self._gaps, workspace.bridge_margin, workspace.closing_threshold, expiry
        )


def speaks_of(fact: ContraryFact, key: WindowKey, findings: ThreadAnalysis) -> bool:
    """Whether a contrary fact is about the chat of this key: by its conversation, else by both addresses."""
    if fact.channel is not key.channel:
        return False
    if fact.conversation_id in findings.keys.keys and fact.account is None:
        return findings.keys.keys[fact.conversation_id] == key
    if key.conversation_id or not (fact.business_address and fact.customer_address):
        return False
    return (fact.business_address, fact.customer_address) == (key.business_address, key.customer_address)


def _possibly_here(conversation: Conversation, findings: ThreadAnalysis) -> Iterator[Entry]:
    """The customer's words of which nobody knows where they came from, in a conversation that may mirror any chat."""
    for entry in conversation.entries:
        origin = findings.origins.get(entry.key)
        if entry.may_be_customer_message or (origin is not None and not origin.is_known):
            yield entry


def _upto(history: tuple[list[datetime], list[OpenerCandidate]], then: datetime | None) -> list[OpenerCandidate]:
    """The one of `history` that counts at `then`, if any."""
    instants, longest = history
    upto = len(instants) if then is None else bisect_right(instants, then)
    return longest[upto - 1 : upto]


def _forwarded(key: WindowKey, findings: ThreadAnalysis) -> Iterator[Entry]:
    """What a bridge may have forwarded to this chat."""
    for conversation in findings.held:
        mapping = findings.mapping(conversation)
        if mapping is None or mapping.transport is not Transport.BRIDGE or findings.key(conversation) != key:
            continue
        yield from (e for e in conversation.entries if is_reply(e, findings.workspace))


def listed_windows(findings: ThreadAnalysis, histories: MappingOf[WindowKey, WindowHistory]) -> tuple[Window, ...]:
    """Windows of numbers of ours that no chat mirrors, as far as their provider lists what the customer wrote there."""
    workspace = findings.workspace
    mirrored = {pair(key) for key in histories}
    found = []
    for chat in findings.provider_messages.pairs:
        provider_messages = findings.provider_messages.inbound(chat)
        key = WindowKey(chat[0], f"+{chat[1]}", f"+{chat[2]}")
        opened = (OpenerCandidate(row.id, row.sent_at, certain=True) for row in provider_messages)
        window = find_window(key, opened, (), workspace.row_margin, workspace.closing_threshold)
        if chat not in mirrored and window.exists:
            found.append(replace(window, doubt=Doubt(_NEVER_ENDS, make_reason(ReasonCode.LISTED_ONLY))))
    return tuple(found)
