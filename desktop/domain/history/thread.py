"""Assembles the thread of one customer: all conversations, with origins, mappings, windows and arrivals decided."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from functools import cached_property

from desktop.domain.bridge.notice import Notice, find_notices, is_by_bridge, is_reply, match_notices
from desktop.domain.content.translation import Translation
from desktop.domain.contrary import NO_RECOVERY, ContraryFact, RecoverySignals
from desktop.domain.delivery import ChannelArrival, find_arrivals
from desktop.domain.direct import DirectSent
from desktop.domain.history.contrary import collect_facts, find_recovery
from desktop.domain.history.direct_notes import DirectReport, find_reported
from desktop.domain.history.provider_messages import ProviderMessage, ProviderMessages, confirm_arrivals
from desktop.domain.history.windows import Span as Span
from desktop.domain.history.windows import ThreadAnalysis, WindowHistory, find_listed_windows
from desktop.domain.mapping import ChannelMapping, Unmapped, find_mappings, first_known_contact
from desktop.domain.model.facts import ChannelKind, Contact, Conversation, Entry, EntryKind, MessageKey, Role, in_order
from desktop.domain.model.frozen import frozen
from desktop.domain.model.workspace import Workspace
from desktop.domain.origin import Origin, OriginContext, Transport, find_origin
from desktop.domain.window.keys import BridgedChat, find_window_keys
from desktop.domain.window.window import Window, WindowKey, WindowState


class Author(StrEnum):
    """Who really wrote a message: a bridge writes its own under a teammate's name.

    `UNKNOWN`: an undocumented author type; it may be the customer.
    """

    CUSTOMER = "customer"
    TEAMMATE = "teammate"
    BOT = "bot"
    BRIDGE = "bridge"
    UNKNOWN = "unknown"


@frozen
class Message:
    """An entry with what was decided about it.

    origin: of a customer's message, else None.
    arrived: of our messages, one per place; empty for notes and events.
    notice: the bridge's notice about this reply, or one that may be about it (`Notice.is_matched`).
    unseen_on: the mapped channel, for a customer's message that it does not show (typed in the Messenger); else None.
    direct: the direct message that this entry stands for; else None.
    provider_message: the same message as the channel's provider lists it, with its exact time; else None.
    told_of: how far the message got that another computer sent directly and this note tells of; None if not reported.
    translation: into or from another language; None if there is none.
    reaction: the customer's newest emoji at this message, as far as a provider or the bridge told; "" for none.
    own_reaction: the emoji of ours that a provider accepted last; "" for none. unconfirmed_reaction: of ours, whose
        answer is missing, "" for a removal; None if there is none.
    edited_to: the newest text of a message that the customer edited on its channel; None if not known to be edited.
    is_deleted: the customer deleted it there. Intercom changes nothing in either case.
    """

    entry: Entry
    author: Author
    origin: Origin | None = None
    arrived: tuple[ChannelArrival, ...] = ()
    notice: Notice | None = None
    unseen_on: ChannelKind | None = None
    direct: DirectSent | None = None
    provider_message: ProviderMessage | None = None
    told_of: ChannelArrival | None = None
    translation: Translation | None = None
    reaction: str = ""
    own_reaction: str = ""
    unconfirmed_reaction: str | None = None
    edited_to: str | None = None
    is_deleted: bool = False

    @property
    def id(self) -> str:
        """The entry's id."""
        return self.entry.id

    @property
    def key(self) -> MessageKey:
        """The entry's key, unique over all conversations."""
        return self.entry.key

    @property
    def may_be_from_customer(self) -> bool:
        """Whether it is the customer's, or by an unknown author or of an unknown kind, so that it may be."""
        return self.entry.is_customer_message or self.entry.may_be_customer_message


@frozen
class Chat:
    """A conversation of the thread with what it mirrors, its window and its messages in time order.

    messages: those of the conversation that are in `Thread.loaded`.
    mapping: None if it mirrors nothing; then `unmapped` names its channel, and is None otherwise.
    contrary: contrary facts about this chat that nobody marked as solved; `recovery`: what may have ended them.
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
        """The conversation's id."""
        return self.conversation.id

    @property
    def newest_from_customer(self) -> Message | None:
        """The customer's newest message here."""
        return next((m for m in reversed(self.messages) if m.entry.is_customer_message), None)

    @property
    def newest_from_us(self) -> Message | None:
        """Our newest message here, by a teammate or a bot."""
        own_authors = (Author.TEAMMATE, Author.BOT)
        return next(
            (m for m in reversed(self.messages) if m.author in own_authors and m.entry.kind is EntryKind.MESSAGE),
            None,
        )


@dataclass(frozen=True)
class Thread:
    """Everything exchanged with one customer. chats: newest activity first.

    messages: the newest ones, as many as were asked for, by time, over all conversations.
    earlier: of older ones those that are loaded, by time: at least all that decisions rest on (see `key_entries`).
        Where a reply among them arrived may be wrong or left out. older_count: how many there are, loaded or not.
    left_out: how many conversations are not among the chats, because no decision rests on them (see `dormant`).
    left_out_upto: none of these is newer; None if nothing is left out.
    listed_windows: of our numbers that no chat here mirrors, by what their provider lists as received.
    contrary: every contrary fact about this customer that is not marked as solved. several_numbers: channels on which
        these chats show that the bridge has more than one number. bridged: as in `WindowKeys`.
    closings: when which window closed, or will if nobody writes (`WindowHistory.closings`); complete since the oldest
        of `messages`.
    """

    chats: tuple[Chat, ...]
    messages: tuple[Message, ...]
    contacts: tuple[Contact, ...] = ()
    listed_windows: tuple[Window, ...] = ()
    contrary: tuple[ContraryFact, ...] = ()
    several_numbers: frozenset[ChannelKind] = frozenset()
    earlier: tuple[Message, ...] = ()
    older_count: int = 0
    left_out: int = 0
    left_out_upto: datetime | None = None
    bridged: Mapping[str, BridgedChat] = field(default_factory=dict, repr=False, compare=False)
    closings: tuple[tuple[WindowKey, datetime], ...] = field(default=(), repr=False, compare=False)

    @cached_property
    def loaded(self) -> tuple[Message, ...]:
        """`earlier` and `messages`."""
        return self.earlier + self.messages

    def newest(self, count: int) -> Thread:
        """The same with at most so many `messages`; those before them are among `earlier`."""
        before = max(len(self.messages) - count, 0)
        if not before:
            return self
        return replace(
            self,
            messages=self.messages[before:],
            earlier=self.earlier + self.messages[:before],
            older_count=self.older_count + before,
        )

    def chat(self, conversation_id: str) -> Chat:
        """The chat of a conversation. Raises KeyError for one of another customer."""
        return self._chats_by_id[conversation_id]

    @cached_property
    def _chats_by_id(self) -> Mapping[str, Chat]:
        return {chat.id: chat for chat in self.chats}

    @cached_property
    def newest_from_customer(self) -> Message | None:
        """The customer's newest message in any conversation."""
        return next((m for m in reversed(self.loaded) if m.entry.is_customer_message), None)

    @property
    def windows(self) -> tuple[Window, ...]:
        """Every window once, of channels that have windows, the newest chat's first."""
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
    limit: int | None = None,
    arrivals_in: Collection[Span] | None = None,
    reports: Iterable[DirectReport] = (),
) -> Thread:
    """Assemble one customer's thread. The order within each argument does not matter.

    direct: messages sent on direct routes; those of other conversations are left out.
    provider_messages: what the channels' own providers list of this customer.
    contrary: stored contrary facts, also of whole accounts; those that the entries show are added.
    solved: ids of contrary facts that a person marked as solved. now: None for an instant long after everything here.
    limit: of `Thread.messages`; None for none. arrivals_in: spans of time in which it is decided where a reply arrived;
        None for always.
    """
    all_contacts = sorted(contacts, key=lambda c: c.id)
    contacts_by_id = {old: c for c in all_contacts for old in c.merged_ids} | {c.id: c for c in all_contacts}
    all_conversations = tuple(sorted(conversations, key=lambda c: (c.updated_at, c.id), reverse=True))
    sent_directly, listed = tuple(direct), tuple(provider_messages)
    origins = _origins(all_conversations, contacts_by_id, workspace, now)
    mappings = find_mappings(all_conversations, contacts_by_id, workspace, now)
    keys = find_window_keys(all_conversations, mappings, origins, workspace)
    notices = {c.id: find_notices(c, workspace) for c in all_conversations}
    facts = collect_facts(all_conversations, notices, mappings, keys, origins, sent_directly, listed, contrary)
    analysis = ThreadAnalysis(
        all_conversations,
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
    for conversation in all_conversations:
        key = analysis.key(conversation)
        if key not in histories:
            histories[key] = WindowHistory(key, analysis)
    told_of = find_reported((e for c in all_conversations for e in c.entries), reports)
    chats = tuple(_chat(c, histories[analysis.key(c)], analysis, arrivals_in, told_of) for c in all_conversations)
    messages = tuple(heapq.merge(*(chat.messages for chat in chats), key=lambda m: m.entry.order))
    older = 0 if limit is None else max(len(messages) - limit, 0)
    return Thread(
        chats,
        messages[older:],
        tuple(all_contacts),
        find_listed_windows(analysis, histories),
        analysis.contrary,
        keys.several,
        messages[:older],
        older,
        bridged=keys.bridged,
        closings=tuple((key, at) for key, history in histories.items() for at in history.closings(arrivals_in)),
    )


def _origins(
    all_conversations: Iterable[Conversation],
    contacts_by_id: Mapping[str, Contact],
    workspace: Workspace,
    now: datetime | None,
) -> dict[MessageKey, Origin]:
    found = {}
    for conversation in all_conversations:
        owner = first_known_contact(conversation, contacts_by_id)
        contexts: dict[str, OriginContext] = {}
        for entry in conversation.entries:
            if entry.is_customer_message:
                author = contacts_by_id.get(entry.author_id, owner)
                name = author.id if author is not None else ""
                if name not in contexts:
                    contexts[name] = OriginContext(conversation, author, workspace, now)
                found[entry.key] = find_origin(entry, contexts[name])
    return found


def _chat(
    conversation: Conversation,
    history: WindowHistory,
    analysis: ThreadAnalysis,
    arrivals_in: Collection[Span] | None,
    told_of: Mapping[MessageKey, ChannelArrival],
) -> Chat:
    found, workspace = analysis.mappings[conversation.id], analysis.workspace
    mapping = analysis.mapping(conversation)
    notices = match_notices(analysis.notices[conversation.id])
    messages = []
    for entry in in_order(conversation.entries):
        author = _author(entry, workspace)
        origin = analysis.origins.get(entry.key)
        row = history.matches.get(entry.key)
        if origin is not None:
            messages.append(
                Message(entry, author, origin, unseen_on=_invisible_on(origin, mapping), provider_message=row)
            )
        elif is_reply(entry, workspace):
            notice = notices.get(entry.id)
            arrived: tuple[ChannelArrival, ...] = ()
            if arrivals_in is None or any(since <= entry.sent_at <= upto for since, upto in arrivals_in):
                matched_notice = notice if notice is not None and notice.is_matched else None
                is_opening = entry.is_first and _is_bridged(mapping)
                # What a bridge begins a conversation with is a template, or needs no window.
                state = WindowState.NONE if is_opening else history.state_at(entry.sent_at)
                arrived = find_arrivals(entry, conversation, mapping, state, matched_notice, workspace)
                arrived = confirm_arrivals(arrived, row)
            messages.append(Message(entry, author, arrived=arrived, notice=notice, provider_message=row))
        else:
            messages.append(Message(entry, author, told_of=told_of.get(entry.key)))
    here = [d for d in analysis.direct if d.conversation_id == conversation.id]
    if here:
        messages = _with_first_direct(messages, here)
        shown = {m.direct.draft_id for m in messages if m.direct is not None}
        messages += [
            Message(d.entry, Author.TEAMMATE, arrived=(d.arrived,), direct=d) for d in here if d.draft_id not in shown
        ]
        messages.sort(key=lambda m: m.entry.order)
    return Chat(
        conversation,
        mapping,
        found if isinstance(found, Unmapped) else None,
        history.window,
        tuple(messages),
        *find_recovery(history, analysis),
    )


def _is_bridged(mapping: ChannelMapping | None) -> bool:
    """Whether the conversation surely mirrors a chat that a bridge carries."""
    return mapping is not None and mapping.is_sure and mapping.transport is Transport.BRIDGE


def _with_first_direct(messages: list[Message], sent: Iterable[DirectSent]) -> list[Message]:
    """The first message of a conversation that was begun with a direct message is that message, in the Messenger."""
    first = next((d for d in sent if d.is_first), None)
    if first is None:
        return messages
    in_messenger = (ChannelKind.MESSENGER, ChannelKind.EMAIL)
    return [
        replace(m, direct=first, arrived=(first.arrived, *(a for a in m.arrived if a.channel in in_messenger)))
        if m.entry.is_first and m.author is Author.TEAMMATE
        else m
        for m in messages
    ]


_AUTHORS = {Role.CUSTOMER: Author.CUSTOMER, Role.BOT: Author.BOT, Role.UNKNOWN: Author.UNKNOWN}


def _author(entry: Entry, workspace: Workspace) -> Author:
    if is_by_bridge(entry, workspace):
        return Author.BRIDGE
    return _AUTHORS.get(entry.role, Author.TEAMMATE)


def _invisible_on(origin: Origin, mapping: ChannelMapping | None) -> ChannelKind | None:
    """The mapped channel if it does not show a message: those typed in the Messenger or sent by e-mail never reach the
    chat that their conversation mirrors (Octopods, article 4261089)."""
    elsewhere = (ChannelKind.MESSENGER, ChannelKind.EMAIL)
    if mapping is None or not mapping.is_known or not origin.is_known or origin.channel not in elsewhere:
        return None
    return mapping.channel
