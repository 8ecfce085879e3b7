"""Learns a bridge's code, tags, numbers and delays from the conversations of one workspace.

Each conversation is reduced to a few signs once; what is learnt follows from counts of signs, never from the archive.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import field, replace
from datetime import datetime, timedelta

from desktop.domain.bridge.notice import NoticeKind, find_idle_notes
from desktop.domain.bridge.tagging import is_in_time, is_ruled_out, mirrors_surely_nothing
from desktop.domain.contrary import ContraryFact
from desktop.domain.history.contrary import OF_WHOLE_ACCOUNTS
from desktop.domain.history.thread import Thread, assemble_thread
from desktop.domain.model.facts import Contact, Conversation
from desktop.domain.model.frozen import frozen
from desktop.domain.model.workspace import Tagging, Workspace
from desktop.domain.window.window import WINDOW_LENGTH

MIN_PARTS, MIN_CUSTOMERS, MIN_SHARE = 3, 2, 0.8
ESTABLISHED_FROM = 20
"""With so many bridged conversations, all tagged in time, an untagged one is taken for the Messenger's."""

DELAY_RETENTION = timedelta(days=7)
MAX_IMPLIED_DELAY = timedelta(minutes=30)
"""A longer delay implied by a notice casts doubt on its chat's opener and is not learnt."""


@frozen
class ConversationSigns:
    """What one conversation shows of the bridge.

    customer: its customer's id. has_page: begun on a web page. is_tagged: has a tag in time that may be the bridge's.
    lost_tag: had one before. taggers: admins who put a channel's tag on it in time although it surely mirrors nothing.
    codes: how many customers' messages have each package code.
    has_attributes: the bridge wrote attributes on its contact.
    """

    conversation_id: str
    customer: str
    created_at: datetime
    has_page: bool = False
    is_tagged: bool = False
    lost_tag: bool = False
    taggers: frozenset[str] = frozenset()
    codes: Mapping[str, int] = field(default_factory=dict)
    has_attributes: bool = False


def read_signs(
    conversation: Conversation, customer: str, contact: Contact | None, workspace: Workspace
) -> ConversationSigns:
    """The signs of one conversation. workspace: its settings only, so that signs do not depend on what is learnt."""
    tags = [t for t in conversation.tags if t.key in workspace.bridge_tags and is_in_time(t, conversation, workspace)]
    codes = Counter(e.app_code for e in conversation.entries if e.is_customer_message and e.app_code is not None)
    surely_not = mirrors_surely_nothing(conversation)
    return ConversationSigns(
        conversation.id,
        customer,
        conversation.created_at,
        has_page=conversation.page_url is not None,
        is_tagged=any(not is_ruled_out(t, workspace) for t in tags),
        lost_tag=any(name.strip().casefold() in workspace.bridge_tags for name in conversation.removed_tags),
        taggers=frozenset(t.applied_by for t in tags if t.applied_by and t.applied_at is not None and surely_not),
        codes=dict(codes),
        has_attributes=contact is not None and bool(contact.bridge_attributes),
    )


@frozen
class CodeCount:
    """Counts of one package code over all customers' messages.

    tagged_parts: in conversations with a bridge's tag. tagged_customers: different customers of these, at most two.
    web_conversations: with the code, begun on a web page.
    """

    code: str
    parts: int
    tagged_parts: int
    tagged_customers: int
    web_conversations: int


def count_codes(signs: Iterable[ConversationSigns]) -> tuple[CodeCount, ...]:
    """Count the codes of conversations that are all in memory; the store keeps the same counts up to date."""
    parts: Counter[str] = Counter()
    tagged: Counter[str] = Counter()
    web: Counter[str] = Counter()
    customers: dict[str, set[str]] = {}
    for sign in signs:
        for code, count in sign.codes.items():
            parts[code] += count
            web[code] += sign.has_page
            if sign.is_tagged:
                tagged[code] += count
                customers.setdefault(code, set()).add(sign.customer)
    return tuple(
        CodeCount(code, parts[code], tagged[code], min(len(customers.get(code, ())), MIN_CUSTOMERS), web[code])
        for code in sorted(parts)
    )


def learn_code(counts: Iterable[CodeCount], workspace: Workspace) -> str | None:
    """The bridge's code as far as tags show it, the first in the alphabet of several; None while nothing does.

    Octopods does not publish its code, so it counts as learnt until a person confirms it. A second code must be named
    by a person.
    """
    not_the_bridge = workspace.own_codes | workspace.other_codes
    fitting = [
        c
        for c in counts
        if c.code not in not_the_bridge
        and c.tagged_parts >= MIN_PARTS
        and c.tagged_customers >= MIN_CUSTOMERS
        and c.tagged_parts >= MIN_SHARE * c.parts
        and c.web_conversations == 0
    ]
    best = min(fitting, key=lambda c: (-c.tagged_parts, c.code), default=None)
    return None if best is None else best.code


@frozen
class TaggingCount:
    """Conversations with a bridge's code. untagged: without a tag in time, and without a removed one."""

    bridged: int
    untagged: int


def count_tagging(signs: Iterable[ConversationSigns], bridge_codes: frozenset[str]) -> TaggingCount:
    """Count the bridged conversations, and those of them without a tag."""
    bridged = [s for s in signs if bridge_codes & s.codes.keys()]
    return TaggingCount(len(bridged), sum(not s.is_tagged and not s.lost_tag for s in bridged))


def learn_tagging(count: TaggingCount) -> Tagging:
    """Whether the bridge tags its conversations, by these counts."""
    if count.untagged:
        return Tagging.PARTIAL
    return Tagging.ESTABLISHED if count.bridged >= ESTABLISHED_FROM else Tagging.UNKNOWN


def shows_bridge(sign: ConversationSigns, workspace: Workspace) -> bool:
    """Whether this conversation is any evidence that the workspace has a bridge."""
    unknown_codes = sign.codes.keys() - workspace.own_codes - workspace.other_codes
    return (sign.is_tagged and not sign.has_page) or sign.has_attributes or bool(unknown_codes)


@frozen
class BridgeDelay:
    """How long a message took from the channel to Intercom. at: when it arrived in Intercom."""

    at: datetime
    delay: timedelta


def find_bridge_delays(thread: Thread, workspace: Workspace) -> tuple[BridgeDelay, ...]:
    """Delays of the bridge that this thread shows.

    Measured where the channel's provider lists the same message; implied where the bridge reports that a window had
    expired while ours was still open: then the customer's message came in earlier than it was posted.
    """
    found = []
    for message in thread.loaded:
        listed, entry = message.provider_message, message.entry
        # Without our address it was matched less surely: too little to measure by.
        is_measured = listed is not None and bool(listed.business_address)
        if (
            listed is not None
            and is_measured
            and entry.is_customer_message
            and entry.app_code in workspace.bridge_codes
        ):
            found.append(BridgeDelay(entry.sent_at, entry.sent_at - listed.sent_at))
    for chat in thread.chats:
        length = WINDOW_LENGTH.get(chat.window.key.channel)
        if length is None or chat.mapping is None or not chat.mapping.is_sure:
            continue
        channel = chat.window.key.channel
        sure = [m for m in chat.messages if m.origin is not None and m.origin.is_sure and m.origin.channel is channel]
        for message in chat.messages:
            notice = message.notice
            if notice is None or not notice.is_matched or notice.kind is not NoticeKind.WINDOW_CLOSED:
                continue
            sent_at = message.entry.sent_at
            opened = max((m.entry.sent_at for m in sure if m.entry.sent_at <= sent_at), default=None)
            if opened is None:
                continue
            implied = opened + length - sent_at
            if timedelta(0) < implied <= MAX_IMPLIED_DELAY:
                found.append(BridgeDelay(sent_at, implied))
    return tuple(found)


def longest_delay(delays: Iterable[BridgeDelay], now: datetime) -> timedelta:
    """The longest delay of the last seven days."""
    return max((d.delay for d in delays if now - d.at <= DELAY_RETENTION), default=timedelta(0))


def learn_from(
    conversations: Iterable[Conversation],
    customer_of: Mapping[str, str],
    contact_of: Mapping[str, Contact],
    settings: Workspace,
    *,
    is_settled: bool,
) -> Workspace:
    """Learn everything about the bridge from conversations that are all in memory.

    customer_of, contact_of: by conversation id. settings: what a person stated; its codes outrank learnt ones.
    is_settled: these are all conversations, so that what none of them shows does not exist.
    """
    conversations = list(conversations)
    signs = [read_signs(c, customer_of.get(c.id, c.id), contact_of.get(c.id), settings) for c in conversations]
    found = settings
    if not settings.bridge_codes:
        code = learn_code(count_codes(signs), settings)
        codes = frozenset() if code is None else frozenset({code})
        found = replace(found, bridge_codes=codes, unconfirmed_codes=codes)
    if not settings.bridge_taggers:
        found = replace(found, other_taggers=found.other_taggers.union(*(s.taggers for s in signs)))
    signs = [read_signs(c, customer_of.get(c.id, c.id), contact_of.get(c.id), found) for c in conversations]
    return replace(
        found,
        tagging=learn_tagging(count_tagging(signs, found.bridge_codes)),
        bridge_expected=not is_settled or any(shows_bridge(s, found) for s in signs),
        idle_notes=found.idle_notes.union(*(find_idle_notes(c, found) for c in conversations)),
    )


def assemble_threads(
    conversations: Iterable[Conversation],
    contacts: Iterable[Contact],
    customer_of: Mapping[str, str],
    workspace: Workspace,
    now: datetime,
) -> tuple[dict[str, Thread], Workspace]:
    """Assemble the thread of every customer, and add to the workspace what all of them show of numbers and delays.

    Facts that concern a whole account count in every thread. customer_of: by conversation id.
    """
    by_customer: dict[str, list[Conversation]] = {}
    for conversation in conversations:
        by_customer.setdefault(customer_of[conversation.id], []).append(conversation)
    contacts_by_id = {old: c for c in contacts for old in (c.id, *c.merged_ids)}
    of_customer = {
        customer: {
            contacts_by_id[i].id: contacts_by_id[i]
            for c in own_conversations
            for i in _contact_ids(c)
            if i in contacts_by_id
        }
        for customer, own_conversations in by_customer.items()
    }

    def assembled(premise: Workspace, facts: Iterable[ContraryFact] = ()) -> dict[str, Thread]:
        return {
            customer: assemble_thread(
                own_conversations, of_customer[customer].values(), premise, contrary=facts, now=now
            )
            for customer, own_conversations in by_customer.items()
        }

    threads = assembled(workspace)
    of_accounts = tuple(f for t in threads.values() for f in t.contrary if f.kind in OF_WHOLE_ACCOUNTS)
    delays = [d for t in threads.values() for d in find_bridge_delays(t, workspace)]
    learnt = replace(
        workspace,
        bridge_delay=max(workspace.bridge_delay, longest_delay(delays, now)),
        several_numbers=workspace.several_numbers.union(*(t.several_numbers for t in threads.values())),
    )
    return (threads if learnt == workspace and not of_accounts else assembled(learnt, of_accounts)), learnt


def _contact_ids(conversation: Conversation) -> list[str]:
    return [*conversation.contact_ids, *(e.author_id for e in conversation.entries)]
