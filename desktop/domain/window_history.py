"""Window history: each window of a thread now and at earlier instants, from Intercom's entries and providers' rows."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import accumulate

from desktop.domain.direct import DirectSent
from desktop.domain.evidence import ROW_MARGIN, UNLISTED, MessageKey, Row, Rows, pair, tie_inbound, tie_outbound
from desktop.domain.facts import ChannelKind, Conversation, Entry, EntryKind, Role
from desktop.domain.mapping import Mapping
from desktop.domain.origin import Origin, Transport
from desktop.domain.window import Doubt, Sighting, Window, WindowKey, WindowState, find_window
from desktop.domain.workspace import Workspace

_NEVER_ENDS = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Findings:
    """What is decided about all conversations before any single chat can be put together."""

    held: tuple[Conversation, ...]
    workspace: Workspace
    origins: MappingOf[MessageKey, Origin]
    mappings: MappingOf[str, Mapping | None]
    direct: tuple[DirectSent, ...]
    rows: Rows

    def key(self, conversation: Conversation) -> WindowKey:
        mapping = self.mappings[conversation.id]
        if mapping is None:
            native = ChannelKind.EMAIL if conversation.born_on == "email" else ChannelKind.MESSENGER
            return WindowKey(native)
        if not mapping.is_known:
            return WindowKey(ChannelKind.UNKNOWN)
        apart = conversation.id if mapping.one_of_several else ""
        return WindowKey(mapping.channel, mapping.business_address, mapping.customer_address, apart)


class WindowHistory:
    """One window now and at earlier instants, as far as today's knowledge tells.

    tied: messages of its chats, in either direction, with the rows in which the channel's provider lists them.
    """

    def __init__(self, key: WindowKey, findings: Findings) -> None:
        self._key = key
        self._workspace = findings.workspace
        self._gaps: list[datetime] = []
        sure: list[Entry] = []
        unsure: list[Entry] = []
        for conversation in findings.held:
            mapping = findings.mappings[conversation.id]
            mirrors = findings.key(conversation) == key
            may_mirror = mapping is not None and not mapping.is_known
            unread = mapping is None and not conversation.entries and conversation.page_url is None
            if conversation.unseen_before is not None and (mirrors or may_mirror or unread):
                self._gaps.append(conversation.unseen_before)
            if mirrors or may_mirror:
                self._sort(conversation, mirrors, findings, sure, unsure)
        rows = findings.rows.inbound(pair(key))
        self.tied = tie_inbound(sure, unsure, rows)
        self._certain = self._longest_so_far([*self._sightings(sure, certain=True), *self._listed(rows)])
        self._uncertain = self._longest_so_far(self._sightings(unsure, certain=False))
        self.tied |= tie_outbound(_forwarded(key, findings), findings.rows.outbound(key))
        self.window = self._as_of(None)

    def _sort(
        self,
        conversation: Conversation,
        mirrors: bool,
        findings: Findings,
        sure: list[Entry],
        unsure: list[Entry],
    ) -> None:
        """Her messages in this conversation that came, or may have come, from this channel."""
        for entry in conversation.entries:
            origin = findings.origins.get((conversation.id, entry.id))
            if origin is None:
                continue
            if mirrors and origin.is_known and origin.channel is self._key.channel:
                sure.append(entry)
            elif not origin.is_known:
                unsure.append(entry)

    def _sightings(self, entries: Iterable[Entry], *, certain: bool) -> list[Sighting]:
        """Of what no row stands for."""
        return [Sighting(e.id, e.sent_at, certain) for e in entries if (e.conversation_id, e.id) not in self.tied]

    def _listed(self, rows: Iterable[Row]) -> list[Sighting]:
        """Every row opens the window, whether or not Intercom shows the message by now."""
        names = {row.id: entry_id for (_, entry_id), row in self.tied.items()}
        margin = min(ROW_MARGIN, self._workspace.margin)
        return [Sighting(names.get(row.id, row.id), row.sent_at, certain=True, margin=margin) for row in rows]

    def _longest_so_far(self, sightings: list[Sighting]) -> tuple[list[datetime], list[Sighting]]:
        """Instants in order and, for each, that of the sightings up to then whose window is open longest."""
        ordered = sorted(sightings, key=lambda s: (s.at, s.message_id))
        return [s.at for s in ordered], list(accumulate(ordered, self._longer))

    def _longer(self, one: Sighting, other: Sighting) -> Sighting:
        return max(one, other, key=lambda s: s.lasts(self._workspace.margin))

    def state_at(self, then: datetime) -> WindowState:
        return self._as_of(then).state(then)

    def _as_of(self, then: datetime | None) -> Window:
        sightings = [*_upto(self._certain, then), *_upto(self._uncertain, then)]
        workspace = self._workspace
        return find_window(self._key, sightings, self._gaps, workspace.margin, workspace.closing_threshold)


def _upto(history: tuple[list[datetime], list[Sighting]], then: datetime | None) -> list[Sighting]:
    """The one of `history` that counts at `then`, if any."""
    instants, longest = history
    upto = len(instants) if then is None else bisect_right(instants, then)
    return longest[upto - 1 : upto]


def _forwarded(key: WindowKey, findings: Findings) -> Iterator[Entry]:
    """What a bridge may have forwarded to this chat."""
    for conversation in findings.held:
        mapping = findings.mappings[conversation.id]
        if mapping is None or mapping.transport is not Transport.BRIDGE or findings.key(conversation) != key:
            continue
        for entry in conversation.entries:
            is_ours = entry.role is not Role.CUSTOMER and entry.kind is EntryKind.MESSAGE
            if is_ours and entry.app_code not in findings.workspace.bridge_codes:
                yield entry


def listed_windows(findings: Findings, histories: MappingOf[WindowKey, WindowHistory]) -> tuple[Window, ...]:
    workspace = findings.workspace
    mirrored = {pair(key) for key in histories}
    found = []
    for chat in findings.rows.pairs:
        rows = findings.rows.inbound(chat)
        key = WindowKey(chat[0], rows[-1].business_address, rows[-1].customer_address)
        margin = min(ROW_MARGIN, workspace.margin)
        opened = (Sighting(row.id, row.sent_at, certain=True) for row in rows)
        window = find_window(key, opened, (), margin, workspace.closing_threshold)
        if chat not in mirrored and window.exists:
            found.append(replace(window, doubt=Doubt(_NEVER_ENDS, UNLISTED)))
    return tuple(found)
