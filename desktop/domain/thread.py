"""Thread: all talk with one customer, merged over conversations, with origin, mapping, window and arrivals decided."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass
from enum import StrEnum

from desktop.domain.delivery import ArrivedAt, arrivals
from desktop.domain.direct import DirectSent
from desktop.domain.evidence import MessageKey, Row, Rows, confirmed
from desktop.domain.facts import ChannelKind, Contact, Conversation, Entry, EntryKind, Role
from desktop.domain.mapping import Mapping, find_mapping
from desktop.domain.notice import Notice, recognise, tie
from desktop.domain.origin import Origin, find_origin, raised
from desktop.domain.window import Window, WindowKey, WindowState
from desktop.domain.window_history import Findings, WindowHistory, listed_windows
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
    row: the same message as the channel's provider lists it, with its exact time; None where it is not known to.
    """

    entry: Entry
    author: Author
    origin: Origin | None = None
    arrived: tuple[ArrivedAt, ...] = ()
    notice: Notice | None = None
    unseen_on: ChannelKind | None = None
    direct: DirectSent | None = None
    row: Row | None = None

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
    """All talk with one customer. chats: newest activity first. messages: time order over all conversations.

    listed_windows: of numbers of ours that no chat here mirrors, as far as their provider lists what she wrote there.
    """

    chats: tuple[Chat, ...]
    messages: tuple[Message, ...]
    contacts: tuple[Contact, ...] = ()
    listed_windows: tuple[Window, ...] = ()

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


def assemble(
    conversations: Iterable[Conversation],
    contacts: Iterable[Contact],
    workspace: Workspace,
    stored_origins: MappingOf[MessageKey, Origin] | None = None,
    direct: Iterable[DirectSent] = (),
    rows: Iterable[Row] = (),
) -> Thread:
    """One customer's thread from everything we hold about her; the order of the arguments does not matter.

    stored_origins: earlier findings by (conversation id, entry id); they are only ever raised.
    direct: what went out past Intercom; what belongs to none of `conversations` is left out.
    rows: what the channels' own providers list of her. Without any, nothing is different.
    """
    known = sorted(contacts, key=lambda c: c.id)
    people = {old: c for c in known for old in c.merged_ids} | {c.id: c for c in known}
    held = tuple(sorted(conversations, key=lambda c: (c.updated_at, c.id), reverse=True))
    past_intercom = tuple(direct)
    findings = Findings(
        held,
        workspace,
        _origins(held, people, workspace, stored_origins or {}),
        {c.id: find_mapping(c, people, workspace) for c in held},
        past_intercom,
        Rows(rows, past_intercom),
    )
    histories: dict[WindowKey, WindowHistory] = {}
    for conversation in held:
        key = findings.key(conversation)
        if key not in histories:
            histories[key] = WindowHistory(key, findings)
    chats = tuple(_chat(c, histories[findings.key(c)], findings) for c in held)
    messages = sorted((m for chat in chats for m in chat.messages), key=lambda m: m.entry.order)
    return Thread(chats, tuple(messages), tuple(known), listed_windows(findings, histories))


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


def _chat(conversation: Conversation, history: WindowHistory, findings: Findings) -> Chat:
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
        row = history.tied.get((conversation.id, entry.id))
        if origin is not None:
            messages.append(Message(entry, author, origin, unseen_on=_unseen_on(origin, mapping), row=row))
        elif entry.id in states and author is not Author.BRIDGE:
            notice = notices.get(entry.id)
            arrived = arrivals(entry, conversation, mapping, states[entry.id], notice, workspace)
            arrived = confirmed(arrived, row)
            messages.append(Message(entry, author, arrived=arrived, notice=notice, row=row))
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
