"""Decides where a reply in one conversation would arrive, and with which certainty.

`REACH_RULES` is the table of the reach rules (section 4) in its order: the first rule that applies gives the places,
and the warnings of all rules that apply are added.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property

from desktop.domain.contrary import (
    BLOCKS_CHANNEL,
    NO_RECOVERY,
    WARNS,
    ContraryFact,
    ContraryKind,
    RecoverySignals,
    has_ended,
    is_same_address,
)
from desktop.domain.history.thread import Message, Thread
from desktop.domain.mapping import ChannelMapping, Unmapped
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.frozen import frozen
from desktop.domain.model.warning import ForecastWarning, WarningCode
from desktop.domain.model.workspace import Relay, Workspace
from desktop.domain.origin import NATIVE_CHANNELS, Transport
from desktop.domain.window.keys import normalize_address
from desktop.domain.window.window import WINDOW_LENGTH, Window, WindowState

RECENT_WITHIN = timedelta(hours=24)
ELSEWHERE_WITHIN = timedelta(days=30)

INTERCOM_CHANNELS = {"messenger": ChannelKind.MESSENGER, "email": ChannelKind.EMAIL}
"""Intercom's words (`channel.current`) for conversations that it keeps itself, on no other provider's channel."""


class Certainty(StrEnum):
    """`SURE`: by the rules. `UNPROVEN`: if the bridge forwards API replies at all. `UNCERTAIN`: it may or may not."""

    SURE = "sure"
    UNPROVEN = "unproven"
    UNCERTAIN = "uncertain"


@frozen
class Reach:
    """One place where a reply would arrive."""

    channel: ChannelKind
    certainty: Certainty = Certainty.SURE


@dataclass(frozen=True)
class Situation:
    """Everything about a conversation that a forecast needs, independent of the instant it is made for.

    mapping, own: as in `thread.Chat`. current_channel: Intercom's channel word of the conversation now, "" if unknown.
    newest_here, newest_anywhere: the customer's newest message in this conversation and over the whole thread.
    anywhere_is_possibly_mapped: the newest one over the whole thread is in a conversation that may mirror another chat.
    newest_reply: our newest reply here.
    email_copy: Intercom may mail what is left unread in the Messenger. email_fails: mail to the address bounces.
    contrary, standing: as in `thread.Chat`. phone_only: the chat is this contact's by a shared phone number alone.
    is_clock_known: some server has told the time.
    """

    conversation_id: str
    mapping: ChannelMapping | None
    unmapped: Unmapped | None
    window: Window
    relay: Relay
    current_channel: str = ""
    newest_here: Message | None = None
    newest_anywhere: Message | None = None
    anywhere_is_possibly_mapped: bool = False
    newest_reply: Message | None = None
    messages: tuple[Message, ...] = ()
    email_copy: bool = False
    email_fails: bool = False
    contrary: tuple[ContraryFact, ...] = ()
    recovery: RecoverySignals = NO_RECOVERY
    phone_only: bool = False
    signed_in: bool = True
    is_clock_known: bool = True


def find_situation(
    thread: Thread, conversation_id: str, workspace: Workspace, *, is_clock_known: bool = True
) -> Situation:
    """Collect the facts for a forecast in one of the thread's conversations. Raises KeyError for any other one."""
    chat = thread.chat(conversation_id)
    owners = [c for c in thread.contacts if c.id in chat.conversation.contact_ids]
    newest = thread.newest_from_customer
    newest_mapping = thread.chat(newest.entry.conversation_id).mapping if newest is not None else None
    return Situation(
        conversation_id,
        chat.mapping,
        chat.unmapped,
        chat.window,
        workspace.relay_of(chat.mapping.channel) if chat.mapping else Relay.PROVEN,
        current_channel=chat.conversation.current_channel or "",
        newest_here=chat.newest_from_customer,
        newest_anywhere=newest,
        anywhere_is_possibly_mapped=newest_mapping is not None and not newest_mapping.is_known,
        newest_reply=chat.newest_from_us,
        messages=thread.loaded,
        email_copy=any(c.takes_email for c in owners),
        email_fails=any(c.email_fails for c in owners),
        contrary=chat.contrary,
        recovery=chat.recovery,
        phone_only=_is_joined_by_phone_alone(thread, conversation_id),
        signed_in=workspace.signed_in,
        is_clock_known=is_clock_known,
    )


class Situations(Mapping[str, Situation]):
    """The situations in all the thread's conversations, by id; each is found when it is first asked for."""

    def __init__(self, thread: Thread, workspace: Workspace, *, is_clock_known: bool = True) -> None:
        self._thread, self._workspace, self._is_clock_known = thread, workspace, is_clock_known
        self._found: dict[str, Situation] = {}

    def __getitem__(self, conversation_id: str) -> Situation:
        if conversation_id not in self._found:
            self._found[conversation_id] = find_situation(
                self._thread, conversation_id, self._workspace, is_clock_known=self._is_clock_known
            )
        return self._found[conversation_id]

    def __iter__(self) -> Iterator[str]:
        return (chat.id for chat in self._thread.chats)

    def __len__(self) -> int:
        return len(self._thread.chats)


def _is_joined_by_phone_alone(thread: Thread, conversation_id: str) -> bool:
    """Whether only a phone number assigns the chat: where several contacts have it, the bridge assumes one person."""
    chat = thread.chat(conversation_id)
    if chat.mapping is None or not chat.mapping.is_known or chat.mapping.transport is not Transport.BRIDGE:
        return False
    address = chat.window.key.customer_address
    owners = [c for c in thread.contacts if c.id in chat.conversation.contact_ids]
    sharing = [c for c in thread.contacts if normalize_address(c.phone) == address]
    changed = any(c.phone and normalize_address(c.phone) != address for c in owners)
    return bool(address) and address.startswith("+") and (len(sharing) > 1 or changed)


class Conditions:
    """The conditions that reach rules test: a situation at one instant."""

    def __init__(self, s: Situation, now: datetime) -> None:
        self.situation = s
        self.now = now
        state = s.window.state(now)
        if not s.is_clock_known and state not in (WindowState.NONE, WindowState.NEVER):
            state = WindowState.UNKNOWN
        self.state = state
        mapping = s.mapping
        self.is_native = mapping is not None and mapping.transport is Transport.NATIVE
        bridged = mapping is not None and not self.is_native
        self.is_mapped = bridged and mapping is not None and mapping.is_sure
        self.is_weakly_mapped = bridged and mapping is not None and mapping.is_weak
        self.is_possibly_mapped = bridged and mapping is not None and not mapping.is_known
        self.window_allows_replies = state.allows_replies
        self.window_is_closed = state in (WindowState.CLOSED, WindowState.NEVER)

    @property
    def channel(self) -> ChannelKind:
        """The channel of the mapping; UNKNOWN without one."""
        return self.situation.mapping.channel if self.situation.mapping is not None else ChannelKind.UNKNOWN

    @property
    def current(self) -> Reach:
        """The channel that Intercom names now; a window that it may have is not visible."""
        channel = (INTERCOM_CHANNELS | NATIVE_CHANNELS).get(self.situation.current_channel, ChannelKind.UNKNOWN)
        is_uncertain = channel in WINDOW_LENGTH or channel is ChannelKind.UNKNOWN
        return Reach(channel, Certainty.UNCERTAIN if is_uncertain else Certainty.SURE)

    @property
    def has_moved(self) -> bool:
        """Whether Intercom now names another channel than the conversation began on."""
        current = self.situation.current_channel
        if self.is_unmapped_on(*INTERCOM_CHANNELS.values()):
            return INTERCOM_CHANNELS.get(current, self.initial_channel) is not self.initial_channel
        return self.is_native and bool(current) and NATIVE_CHANNELS.get(current) is not self.channel

    @property
    def initial_channel(self) -> ChannelKind:
        """The channel that the conversation began on."""
        return self.situation.unmapped.channel if self.situation.unmapped is not None else self.channel

    def is_unmapped_on(self, *channels: ChannelKind) -> bool:
        """Whether the conversation mirrors nothing and is on one of these channels."""
        return self.situation.unmapped is not None and self.situation.unmapped.channel in channels

    @cached_property
    def contrary(self) -> tuple[ContraryFact, ...]:
        """Contrary facts that nothing has ended; EXPIRED is part of the window's state already."""
        facts = (f for f in self.situation.contrary if f.kind is not ContraryKind.EXPIRED)
        return tuple(f for f in facts if not has_ended(f, self.situation.recovery, self.now))

    @property
    def active_refusals(self) -> tuple[ContraryFact, ...]:
        """Contrary facts of weight `warn` that nothing has ended."""
        return tuple(f for f in self.contrary if f.kind in WARNS)

    @property
    def last_wrote_elsewhere(self) -> bool:
        """The customer's newest message here surely came from the Messenger or by mail, not from the channel."""
        origin = self.situation.newest_here.origin if self.situation.newest_here is not None else None
        elsewhere = (ChannelKind.MESSENGER, ChannelKind.EMAIL)
        return origin is not None and origin.is_known and origin.channel in elsewhere

    @property
    def newest_message_is_recent(self) -> bool:
        """Whether the customer's newest message here is younger than 24 hours."""
        newest = self.situation.newest_here
        return newest is not None and self.now - newest.entry.sent_at < RECENT_WITHIN

    @property
    def newer_message_elsewhere(self) -> Message | None:
        """The customer's newest message of the last 30 days, if it came from another channel than this one."""
        newest, unmapped = self.situation.newest_anywhere, self.situation.unmapped
        if newest is None or newest.origin is None or unmapped is None:
            return None
        is_here = newest.entry.conversation_id == self.situation.conversation_id
        if is_here or self.now - newest.entry.sent_at > ELSEWHERE_WITHIN:
            return None
        if not newest.origin.is_known:
            return newest if self.situation.anywhere_is_possibly_mapped else None
        return newest if newest.origin.channel is not unmapped.channel else None


def is_about_chat(fact: ContraryFact, window: Window) -> bool:
    """Whether a contrary fact is surely about the chat of this window: a direct route may have another number than one
    that is not known."""
    return fact.account is None or is_same_address(fact.business_address, window.key.business_address)


Places = tuple[Reach, ...]
Warnings = list[ForecastWarning]


@frozen
class ReachRule:
    """One rule of the table, named after its row there. reaches: called for the first rule that applies only."""

    name: str
    applies: Callable[[Conditions], bool]
    reaches: Callable[[Conditions], Places]
    warnings: Callable[[Conditions], Warnings]


_MESSENGER = Reach(ChannelKind.MESSENGER)


def _uncertain(channel: ChannelKind) -> Reach:
    return Reach(channel, Certainty.UNCERTAIN)


def _warn(code: WarningCode, *ids: str | None) -> ForecastWarning:
    return ForecastWarning(code, frozenset(i for i in ids if i))


def _native_places(c: Conditions) -> Places:
    if c.window_allows_replies:
        return (Reach(c.channel),)
    return () if c.window_is_closed else (_uncertain(c.channel),)


def _native_warnings(c: Conditions) -> Warnings:
    if c.window_is_closed:
        return [_window_closed_warning(c)]
    if c.state is WindowState.UNKNOWN:
        return [_window_unknown_warning(c)]
    return _closing_warnings(c)


def _window_closed_warning(c: Conditions) -> ForecastWarning:
    return _warn(WarningCode.WINDOW_CLOSED, c.situation.window.opened_by, c.situation.window.expired_by)


def _window_unknown_warning(c: Conditions) -> ForecastWarning:
    doubt = c.situation.window.doubt
    return _warn(WarningCode.WINDOW_UNKNOWN, doubt.message_id if doubt is not None else None)


def _closing_warnings(c: Conditions) -> Warnings:
    return [_warn(WarningCode.CLOSING_SOON)] if c.state is WindowState.CLOSING else []


def _closed_warnings(c: Conditions) -> Warnings:
    warnings = [_window_closed_warning(c)]
    newest = c.situation.newest_here
    if c.last_wrote_elsewhere and c.newest_message_is_recent and newest is not None:
        warnings.append(_warn(WarningCode.MESSENGER_REPLY_DID_NOT_REOPEN, newest.id))
    return warnings


def _refused_places(c: Conditions) -> Places:
    blocked = any(f.kind in BLOCKS_CHANNEL and is_about_chat(f, c.situation.window) for f in c.active_refusals)
    messenger = () if c.is_native else (_MESSENGER,)
    return messenger if blocked else (_uncertain(c.channel), *messenger)


def _weak_warnings(c: Conditions) -> Warnings:
    return [_warn(WarningCode.MAPPING_WEAK), *([_window_closed_warning(c)] if c.window_is_closed else [])]


def _uncertain_and_messenger(c: Conditions) -> Places:
    return (_uncertain(c.channel), _MESSENGER)


def _elsewhere_warnings(c: Conditions) -> Warnings:
    newest = c.newer_message_elsewhere
    return [] if newest is None else [_warn(WarningCode.CUSTOMER_IS_ELSEWHERE, newest.id)]


def _messenger_warnings(c: Conditions) -> Warnings:
    assumed = c.situation.unmapped is not None and not c.situation.unmapped.is_sure
    return [*([_warn(WarningCode.MESSENGER_ASSUMED)] if assumed else []), *_elsewhere_warnings(c)]


def _email_places(c: Conditions) -> Places:
    return (_uncertain(ChannelKind.EMAIL) if c.situation.email_fails else Reach(ChannelKind.EMAIL),)


def _email_warnings(c: Conditions) -> Warnings:
    return [*([_warn(WarningCode.EMAIL_MAY_NOT_ARRIVE)] if c.situation.email_fails else []), *_elsewhere_warnings(c)]


def _open_with(relay: Relay) -> Callable[[Conditions], bool]:
    return lambda c: c.is_mapped and c.window_allows_replies and c.situation.relay is relay


def _no_warnings(c: Conditions) -> Warnings:
    return []


def _messenger_only(c: Conditions) -> Places:
    return (_MESSENGER,)


REACH_RULES = (
    ReachRule(
        "1: moved to another channel",
        lambda c: c.has_moved,
        lambda c: (_uncertain(c.initial_channel), c.current),
        lambda c: [_warn(WarningCode.CONVERSATION_MOVED)],
    ),
    ReachRule(
        "6: native, refused lately",
        lambda c: c.is_native and not c.window_is_closed and bool(c.active_refusals),
        _refused_places,
        _no_warnings,
    ),
    ReachRule("2: native", lambda c: c.is_native and not c.has_moved, _native_places, _native_warnings),
    ReachRule(
        "3: possibly mapped",
        lambda c: c.is_possibly_mapped,
        lambda c: (_uncertain(ChannelKind.UNKNOWN), _MESSENGER),
        lambda c: [_warn(WarningCode.MAPPING_UNKNOWN)],
    ),
    ReachRule(
        "4: relay refused",
        lambda c: (c.is_mapped or c.is_weakly_mapped) and c.situation.relay is Relay.REFUSED,
        _messenger_only,
        lambda c: [_warn(WarningCode.RELAY_REFUSED)],
    ),
    ReachRule("5: window closed", lambda c: c.is_mapped and c.window_is_closed, _messenger_only, _closed_warnings),
    ReachRule(
        "6: refused lately",
        lambda c: (c.is_mapped or c.is_native) and bool(c.active_refusals),
        _refused_places,
        lambda c: [_warn(WarningCode.CHANNEL_REFUSED_LATELY, *(f.id for f in c.active_refusals))],
    ),
    ReachRule("7: weakly mapped", lambda c: c.is_weakly_mapped, _uncertain_and_messenger, _weak_warnings),
    ReachRule(
        "8: window unknown",
        lambda c: c.is_mapped and c.state is WindowState.UNKNOWN,
        _uncertain_and_messenger,
        lambda c: [_window_unknown_warning(c)],
    ),
    ReachRule(
        "9: open, forwarding proven",
        _open_with(Relay.PROVEN),
        lambda c: (Reach(c.channel), _MESSENGER),
        _closing_warnings,
    ),
    ReachRule(
        "10: open, forwarding unproven",
        _open_with(Relay.UNPROVEN),
        lambda c: (Reach(c.channel, Certainty.UNPROVEN), _MESSENGER),
        lambda c: [_warn(WarningCode.RELAY_UNPROVEN), *_closing_warnings(c)],
    ),
    ReachRule(
        "11: open, newest message from the Messenger or by e-mail",
        lambda c: (
            c.is_mapped
            and c.window_allows_replies
            and c.last_wrote_elsewhere
            and c.situation.relay is not Relay.REFUSED
        ),
        _messenger_only,
        lambda c: [_warn(WarningCode.CUSTOMER_WORDS_MISSING_ON_CHANNEL)],
    ),
    ReachRule(
        "12: plain Messenger", lambda c: c.is_unmapped_on(ChannelKind.MESSENGER), _messenger_only, _messenger_warnings
    ),
    ReachRule("13: e-mail", lambda c: c.is_unmapped_on(ChannelKind.EMAIL), _email_places, _email_warnings),
    ReachRule(
        "14: phone call, or nothing known",
        lambda c: c.is_unmapped_on(ChannelKind.PHONE, ChannelKind.UNKNOWN),
        lambda c: (_uncertain(ChannelKind.UNKNOWN),),
        lambda c: [_warn(WarningCode.REACH_UNKNOWN)],
    ),
)


def find_reach(s: Situation, now: datetime) -> tuple[Places, Warnings]:
    """Where a reply sent at `now` would arrive, the channel before the Messenger, and the warnings."""
    conditions = Conditions(s, now)
    applicable = [rule for rule in REACH_RULES if rule.applies(conditions)]
    places = applicable[0].reaches(conditions)
    if s.email_copy and not conditions.is_native and _MESSENGER in places:
        places = (*places, _uncertain(ChannelKind.EMAIL))
    warnings = [w for rule in applicable for w in rule.warnings(conditions)]
    if any(f.kind is ContraryKind.TEMPORARY for f in conditions.contrary):
        warnings.append(_warn(WarningCode.CHANNEL_BUSY_LATELY))
    if s.phone_only and s.newest_reply is None:
        warnings.append(_warn(WarningCode.IDENTITY_BY_PHONE_ONLY))
    return places, warnings
