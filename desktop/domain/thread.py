"""Thread: all talk with one customer, merged over conversations, with origin, mapping, window and arrivals decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from desktop.domain.bridge.notice import Notice, find_notices, is_by_bridge, is_reply, match_notices
from desktop.domain.contrary import NO_RECOVERY, ContraryFact, RecoverySignals
from desktop.domain.delivery import ChannelArrival, find_arrivals
from desktop.domain.direct import DirectSent
from desktop.domain.history.contrary import collect_facts, find_recovery
from desktop.domain.history.provider_messages import ProviderMessage, ProviderMessages, confirm_arrivals
from desktop.domain.history.windows import ThreadAnalysis, WindowHistory, find_listed_windows
from desktop.domain.mapping import ChannelMapping, Unmapped, find_mappings, first_known_contact
from desktop.domain.model.facts import ChannelKind, Contact, Conversation, Entry, EntryKind, MessageKey, Role
from desktop.domain.model.workspace import Workspace
from desktop.domain.origin import Origin, OriginContext, find_origin
from desktop.domain.window.keys import find_window_keys
from desktop.domain.window.window import Window, WindowKey


class Author(StrEnum):
    """Who really wrote: a bridge's own words are told apart from the teammate's in whose name they stand.

    `UNKNOWN`: of an author type that nobody documents; it may be the customer.
    """

    CUSTOMER = "customer"
    TEAMMATE = "teammate"
    BOT = "bot"
    BRIDGE = "bridge"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Message:
    """An entry with what we decided about it.

    origin: for a customer's message, else None.
    arrived: for our messages, one per place; empty for notes and events.
    notice: what the bridge said about this reply, or may have said of it (`Notice.is_matched`).
    unseen_on: for a customer's message that the mapped channel does not show (typed in the Messenger); else None.
    direct: for a message of ours on a direct route, how it went; else None.
    row: the same message as the channel's provider lists it, with its exact time; None where it is not known to.
    """

    entry: Entry
    author: Author
    origin: Origin | None = None
    arrived: tuple[ChannelArrival, ...] = ()
    notice: Notice | None = None
    unseen_on: ChannelKind | None = None
    direct: DirectSent | None = None
    provider_message: ProviderMessage | None = None

    @property
    def id(self) -> str:
        return self.entry.id

    @property
    def key(self) -> MessageKey:
        return self.entry.key

    @property
    def may_be_from_customer(self) -> bool:
        """The customer's, or words of an unknown author or kind that may be."""
        return self.entry.is_customer_message or self.entry.may_be_customer_message


@dataclass(frozen=True, slots=True)
class Chat:
    """A conversation of the thread with what it mirrors, its window and its messages in time order.

    mapping: None where it mirrors nothing; then `own` says what it is on. own: None where there is a mapping.
    contrary: contrary facts about this chat that a person has not called solved; `recovery` is what may have ended
        them.
    """

    conversation: Conversation
    mapping: ChannelMapping | None
    unmapped: Unmapped | None
    window: Window
    messages: tuple[Message, ...]
    contrary: tuple[ContraryFact, ...] = ()
    recovery: RecoverySignals = NO_RECOVERY

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

    listed_windows: of numbers of ours that no chat here mirrors, as far as their provider lists what came in there.
    contrary: every contrary fact about this customer that is not solved. several_numbers: channels on which these chats
        show that the bridge has more than one number.
    """

    chats: tuple[Chat, ...]
    messages: tuple[Message, ...]
    contacts: tuple[Contact, ...] = ()
    listed_windows: tuple[Window, ...] = ()
    contrary: tuple[ContraryFact, ...] = ()
    several_numbers: frozenset[ChannelKind] = frozenset()

    def chat(self, conversation_id: str) -> Chat:
        """Raises KeyError for a conversation of somebody else."""
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


def assemble_thread(
    conversations: Iterable[Conversation],
    contacts: Iterable[Contact],
    workspace: Workspace,
    direct: Iterable[DirectSent] = (),
    provider_messages: Iterable[ProviderMessage] = (),
    contrary: Iterable[ContraryFact] = (),
    solved: frozenset[str] = frozenset(),
    now: datetime | None = None,
) -> Thread:
    """One customer's thread from everything we hold about them; the order of the arguments does not matter.

    direct: what went out on direct routes; what belongs to none of `conversations` is left out.
    rows: what the channels' own providers list of this customer.
    contrary: stored contrary facts, also of whole accounts; what the entries themselves say is added.
    solved: ids of contrary facts that a person called solved. now: None for long after everything here.
    """
    known = sorted(contacts, key=lambda c: c.id)
    people = {old: c for c in known for old in c.merged_ids} | {c.id: c for c in known}
    held = tuple(sorted(conversations, key=lambda c: (c.updated_at, c.id), reverse=True))
    sent_directly, listed = tuple(direct), tuple(provider_messages)
    origins = _origins(held, people, workspace, now)
    mappings = find_mappings(held, people, workspace, now)
    keys = find_window_keys(held, mappings, origins, workspace)
    notices = {c.id: find_notices(c, workspace) for c in held}
    facts = collect_facts(held, notices, mappings, keys, origins, sent_directly, listed, contrary)
    findings = ThreadAnalysis(
        held,
        workspace,
        origins,
        mappings,
        keys,
        sent_directly,
        ProviderMessages(listed, sent_directly),
        notices,
        tuple(f for f in facts if f.id not in solved),
    )
    histories: dict[WindowKey, WindowHistory] = {}
    for conversation in held:
        key = findings.key(conversation)
        if key not in histories:
            histories[key] = WindowHistory(key, findings)
    chats = tuple(_chat(c, histories[findings.key(c)], findings) for c in held)
    messages = sorted((m for chat in chats for m in chat.messages), key=lambda m: m.entry.order)
    return Thread(
        chats,
        tuple(messages),
        tuple(known),
        find_listed_windows(findings, histories),
        findings.contrary,
        keys.several,
    )


def _origins(
    held: Iterable[Conversation], people: Mapping[str, Contact], workspace: Workspace, now: datetime | None
) -> dict[MessageKey, Origin]:
    found = {}
    for conversation in held:
        owner = first_known_contact(conversation, people)
        contexts: dict[str, OriginContext] = {}
        for entry in conversation.entries:
            if entry.is_customer_message:
                author = people.get(entry.author_id, owner)
                name = author.id if author is not None else ""
                if name not in contexts:
                    contexts[name] = OriginContext(conversation, author, workspace, now)
                found[entry.key] = find_origin(entry, contexts[name])
    return found


def _chat(conversation: Conversation, history: WindowHistory, findings: ThreadAnalysis) -> Chat:
    found, workspace = findings.mappings[conversation.id], findings.workspace
    mapping = findings.mapping(conversation)
    notices = match_notices(findings.notices[conversation.id])
    messages = []
    for entry in sorted(conversation.entries, key=lambda e: e.order):
        author = _author(entry, workspace)
        origin = findings.origins.get(entry.key)
        row = history.matches.get(entry.key)
        if origin is not None:
            messages.append(Message(entry, author, origin, unseen_on=_unseen_on(origin, mapping), provider_message=row))
        elif is_reply(entry, workspace):
            notice = notices.get(entry.id)
            told = notice if notice is not None and notice.is_matched else None
            arrived = find_arrivals(entry, conversation, mapping, history.state_at(entry.sent_at), told, workspace)
            arrived = confirm_arrivals(arrived, row)
            messages.append(Message(entry, author, arrived=arrived, notice=notice, provider_message=row))
        else:
            messages.append(Message(entry, author))
    here = [d for d in findings.direct if d.conversation_id == conversation.id]
    messages += [Message(d.entry, Author.TEAMMATE, arrived=(d.arrived,), direct=d) for d in here]
    messages.sort(key=lambda m: m.entry.order)
    return Chat(
        conversation,
        mapping,
        found if isinstance(found, Unmapped) else None,
        history.window,
        tuple(messages),
        *find_recovery(history, findings),
    )


_AUTHORS = {Role.CUSTOMER: Author.CUSTOMER, Role.BOT: Author.BOT, Role.UNKNOWN: Author.UNKNOWN}


def _author(entry: Entry, workspace: Workspace) -> Author:
    if is_by_bridge(entry, workspace):
        return Author.BRIDGE
    return _AUTHORS.get(entry.role, Author.TEAMMATE)


def _unseen_on(origin: Origin, mapping: ChannelMapping | None) -> ChannelKind | None:
    """Words typed in the Messenger or by mail never reach the chat that their conversation mirrors
    (Octopods, article 4261089)."""
    elsewhere = (ChannelKind.MESSENGER, ChannelKind.EMAIL)
    if mapping is None or not mapping.is_known or not origin.is_known or origin.channel not in elsewhere:
        return None
    return mapping.channel
