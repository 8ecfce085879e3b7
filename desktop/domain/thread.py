"""Thread: all talk with one customer, merged over conversations, with origin, mapping, window and arrivals decided."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from desktop.domain.delivery import ArrivedAt, arrivals
from desktop.domain.direct import DirectSent
from desktop.domain.facts import ChannelKind, Contact, Conversation, Entry, EntryKind, Role
from desktop.domain.mapping import Mapping, find_mapping
from desktop.domain.notice import Notice, recognise, tie
from desktop.domain.origin import Origin, find_origin, raised
from desktop.domain.window import Sighting, Window, WindowKey, WindowState, find_window
from desktop.domain.workspace import Workspace


class Author(StrEnum):
    """Who really wrote: a bridge's own words are told apart from the teammate's in whose name they stand."""

    CUSTOMER = "customer"
    TEAMMATE = "teammate"
    BOT = "bot"
    BRIDGE = "bridge"


@dataclass(frozen=True, slots=True)
class Message:
    """An entry with what we decided about it.

    origin: for a customer's message, else None.
    arrived: for our messages, one per place; empty for notes and events.
    notice: what the bridge said about this reply.
    unseen_on: a customer's message that her mapped channel does not show (typed in the Messenger); else None.
    direct: for a message of ours that went past Intercom, how it went; else None.
    """

    entry: Entry
    author: Author
    origin: Origin | None = None
    arrived: tuple[ArrivedAt, ...] = ()
    notice: Notice | None = None
    unseen_on: ChannelKind | None = None
    direct: DirectSent | None = None

    @property
    def id(self) -> str:
        return self.entry.id

    @property
    def key(self) -> tuple[str, str]:
        """(conversation id, entry id): part ids alone are not unique."""
        return (self.entry.conversation_id, self.entry.id)


@dataclass(frozen=True, slots=True)
class Chat:
    """A conversation of the thread with its mapping, its window and its messages in time order."""

    conversation: Conversation
    mapping: Mapping | None
    window: Window
    messages: tuple[Message, ...]

    @property
    def id(self) -> str:
        return self.conversation.id

    @property
    def newest_from_customer(self) -> Message | None:
        return next((m for m in reversed(self.messages) if m.entry.is_customer_message), None)

    @property
    def newest_from_us(self) -> Message | None:
        ours = (Author.TEAMMATE, Author.BOT)
        return next(
            (m for m in reversed(self.messages) if m.author in ours and m.entry.kind is EntryKind.MESSAGE),
            None,
        )


@dataclass(frozen=True, slots=True)
class Thread:
    """All talk with one customer. chats: newest activity first. messages: time order over all conversations."""

    chats: tuple[Chat, ...]
    messages: tuple[Message, ...]
    contacts: tuple[Contact, ...] = ()

    def chat(self, conversation_id: str) -> Chat:
        """Raises KeyError for a conversation that is not hers."""
        for chat in self.chats:
            if chat.id == conversation_id:
                return chat
        raise KeyError(conversation_id)

    @property
    def newest_from_customer(self) -> Message | None:
        return next((m for m in reversed(self.messages) if m.entry.is_customer_message), None)

    @property
    def windows(self) -> tuple[Window, ...]:
        """Every window of a channel that has one, once, the newest chat's first."""
        seen: dict[WindowKey, Window] = {}
        for chat in self.chats:
            if chat.window.exists:
                seen.setdefault(chat.window.key, chat.window)
        return tuple(seen.values())


MessageKey = tuple[str, str]
"""(conversation id, entry id)."""


@dataclass(frozen=True, slots=True)
class _Findings:
    """What is decided about all conversations before any single chat can be put together."""

    held: tuple[Conversation, ...]
    workspace: Workspace
    origins: MappingOf[MessageKey, Origin]
    mappings: MappingOf[str, Mapping | None]
    direct: tuple[DirectSent, ...] = ()

    def key(self, conversation: Conversation) -> WindowKey:
        mapping = self.mappings[conversation.id]
        if mapping is None:
            native = ChannelKind.EMAIL if conversation.born_on == "email" else ChannelKind.MESSENGER
            return WindowKey(native)
        if not mapping.is_known:
            return WindowKey(ChannelKind.UNKNOWN)
        return WindowKey(mapping.channel, mapping.business_address, mapping.customer_address)


def assemble(
    conversations: Iterable[Conversation],
    contacts: Iterable[Contact],
    workspace: Workspace,
    stored_origins: MappingOf[MessageKey, Origin] | None = None,
    direct: Iterable[DirectSent] = (),
) -> Thread:
    """One customer's thread from everything we hold about her; the order of the arguments does not matter.

    stored_origins: earlier findings by (conversation id, entry id); they are only ever raised.
    direct: what went out past Intercom; what belongs to none of `conversations` is left out.
    """
    known = sorted(contacts, key=lambda c: c.id)
    people = {old: c for c in known for old in c.merged_ids} | {c.id: c for c in known}
    held = tuple(sorted(conversations, key=lambda c: (c.updated_at, c.id), reverse=True))
    findings = _Findings(
        held,
        workspace,
        _origins(held, people, workspace, stored_origins or {}),
        {c.id: find_mapping(c, people, workspace) for c in held},
        tuple(direct),
    )
    histories: dict[WindowKey, _WindowHistory] = {}
    for conversation in held:
        key = findings.key(conversation)
        if key not in histories:
            histories[key] = _WindowHistory(key, findings)
    chats = tuple(_chat(c, histories[findings.key(c)], findings) for c in held)
    messages = sorted((m for chat in chats for m in chat.messages), key=lambda m: m.entry.order)
    return Thread(chats, tuple(messages), tuple(known))


def _origins(
    held: Iterable[Conversation],
    people: MappingOf[str, Contact],
    workspace: Workspace,
    stored: MappingOf[MessageKey, Origin],
) -> dict[MessageKey, Origin]:
    found = {}
    for conversation in held:
        owner = next((people[c] for c in conversation.contact_ids if c in people), None)
        for entry in conversation.entries:
            if entry.is_customer_message:
                author = people.get(entry.author_id, owner)
                fresh = find_origin(entry, conversation, author, workspace)
                found[conversation.id, entry.id] = raised(stored.get((conversation.id, entry.id)), fresh)
    return found


class _WindowHistory:
    """One window now and at earlier instants, as far as today's knowledge tells."""

    def __init__(self, key: WindowKey, findings: _Findings) -> None:
        self._key = key
        self._workspace = findings.workspace
        self._gaps: list[datetime] = []
        sightings: list[Sighting] = []
        for conversation in findings.held:
            mapping = findings.mappings[conversation.id]
            mirrors = findings.key(conversation) == key
            may_mirror = mapping is not None and not mapping.is_known
            unread = mapping is None and not conversation.entries and conversation.page_url is None
            if conversation.unseen_before is not None and (mirrors or may_mirror or unread):
                self._gaps.append(conversation.unseen_before)
            if mirrors or may_mirror:
                sightings += self._sightings(conversation, mirrors, findings)
        sightings.sort(key=lambda s: (s.at, s.message_id))
        self._certain = [s for s in sightings if s.certain]
        self._uncertain = [s for s in sightings if not s.certain]
        self.window = self._as_of(None)

    def _sightings(self, conversation: Conversation, mirrors: bool, findings: _Findings) -> Iterable[Sighting]:
        for entry in conversation.entries:
            origin = findings.origins.get((conversation.id, entry.id))
            if origin is None:
                continue
            certain = mirrors and origin.is_known and origin.channel is self._key.channel
            if certain or not origin.is_known:
                yield Sighting(entry.id, entry.sent_at, certain)

    def state_at(self, then: datetime) -> WindowState:
        return self._as_of(then).state(then)

    def _as_of(self, then: datetime | None) -> Window:
        newest = [_newest(kind, then) for kind in (self._certain, self._uncertain)]
        sightings = [s for s in newest if s is not None]
        workspace = self._workspace
        return find_window(self._key, sightings, self._gaps, workspace.margin, workspace.closing_threshold)


def _newest(sightings: list[Sighting], then: datetime | None) -> Sighting | None:
    """The newest of `sightings` (oldest first) no later than `then`."""
    upto = len(sightings) if then is None else bisect_right(sightings, then, key=lambda s: s.at)
    return sightings[upto - 1] if upto else None


def _chat(conversation: Conversation, history: _WindowHistory, findings: _Findings) -> Chat:
    mapping, workspace = findings.mappings[conversation.id], findings.workspace
    entries = sorted(conversation.entries, key=lambda e: e.order)
    states = {
        e.id: history.state_at(e.sent_at)
        for e in entries
        if e.role is not Role.CUSTOMER and e.kind is EntryKind.MESSAGE
    }
    doomed = frozenset(i for i, state in states.items() if state in (WindowState.CLOSED, WindowState.NEVER))
    notices = tie(entries, workspace, doomed)
    messages = []
    for entry in entries:
        author = _author(entry, workspace)
        origin = findings.origins.get((conversation.id, entry.id))
        if origin is not None:
            messages.append(Message(entry, author, origin, unseen_on=_unseen_on(origin, mapping)))
        elif entry.id in states and author is not Author.BRIDGE:
            notice = notices.get(entry.id)
            arrived = arrivals(entry, conversation, mapping, states[entry.id], notice, workspace)
            messages.append(Message(entry, author, arrived=arrived, notice=notice))
        else:
            messages.append(Message(entry, author))
    past_intercom = [d for d in findings.direct if d.conversation_id == conversation.id]
    messages += [Message(d.entry, Author.TEAMMATE, arrived=(d.arrived,), direct=d) for d in past_intercom]
    messages.sort(key=lambda m: m.entry.order)
    return Chat(conversation, mapping, history.window, tuple(messages))


def _author(entry: Entry, workspace: Workspace) -> Author:
    if entry.role is Role.CUSTOMER:
        return Author.CUSTOMER
    if (entry.app_code is not None and entry.app_code in workspace.bridge_codes) or recognise(entry, workspace):
        return Author.BRIDGE
    return Author.BOT if entry.role is Role.BOT else Author.TEAMMATE


def _unseen_on(origin: Origin, mapping: Mapping | None) -> ChannelKind | None:
    """Her words typed in the Messenger or by mail never reach the chat that their conversation mirrors
    (Octopods, article 4261089)."""
    elsewhere = (ChannelKind.MESSENGER, ChannelKind.EMAIL)
    if mapping is None or not mapping.is_known or not origin.is_known or origin.channel not in elsewhere:
        return None
    return mapping.channel
