"""Reach: the places where a reply in one conversation would arrive, and how sure that is.

`ROWS` is the table of the reach rules in its order: the first row that matches gives the places, and the warnings of
all rows that match are added.
"""

from __future__ import annotations

from collections.abc import Callable
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
)
from desktop.domain.mapping import Mapping, Unmapped
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.warning import ForecastWarning, WarningCode
from desktop.domain.model.workspace import Relay, Workspace
from desktop.domain.origin import NATIVE_CHANNELS, Transport
from desktop.domain.thread import Message, Thread
from desktop.domain.window.keys import normal
from desktop.domain.window.window import WINDOW_LENGTH, Window, WindowState

RECENT = timedelta(hours=24)
ELSEWHERE_WITHIN = timedelta(days=30)

OWN_WORDS = {"messenger": ChannelKind.MESSENGER, "email": ChannelKind.EMAIL}
"""Intercom's words (`channel.current`) for where it keeps a conversation itself, no channel of others'."""


class Certainty(StrEnum):
    """`SURE`: by the rules. `UNPROVEN`: if the bridge forwards our replies at all. `UNCERTAIN`: may or may not."""

    SURE = "sure"
    UNPROVEN = "unproven"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True, slots=True)
class Reach:
    """One place where the reply would arrive."""

    channel: ChannelKind
    certainty: Certainty = Certainty.SURE


@dataclass(frozen=True)
class Situation:
    """Everything about a conversation that a forecast needs; facts only, asked about at an instant.

    mapping, own: as in `thread.Chat`. current_channel: Intercom's channel word of the conversation now, "" if unknown.
    newest_here, newest_anywhere: the customer's newest message in this conversation and over the whole thread.
    anywhere_is_possibly_mapped: that the newest one over the whole thread stands in a chat that may mirror another.
    newest_reply: our newest reply here. since_seen: what the agent may not have seen, see `Unseen`.
    email_copy: Intercom may mail what is left unread in the Messenger. email_fails: mail to the address bounces.
    contrary, standing: as in `thread.Chat`. phone_only: the chat is this contact's by a shared phone number alone.
    is_clock_known: some server has told the time.
    """

    conversation_id: str
    mapping: Mapping | None
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
    """How things stand for a reply in one of the thread's conversations. Raises KeyError if it is somebody else's."""
    chat = thread.chat(conversation_id)
    owners = [c for c in thread.contacts if c.id in chat.conversation.contact_ids]
    newest = thread.newest_from_customer
    elsewhere = thread.chat(newest.entry.conversation_id).mapping if newest is not None else None
    return Situation(
        conversation_id,
        chat.mapping,
        chat.unmapped,
        chat.window,
        workspace.relay_of(chat.mapping.channel) if chat.mapping else Relay.PROVEN,
        current_channel=chat.conversation.current_channel or "",
        newest_here=chat.newest_from_customer,
        newest_anywhere=newest,
        anywhere_is_possibly_mapped=elsewhere is not None and not elsewhere.is_known,
        newest_reply=chat.newest_from_us,
        messages=thread.messages,
        email_copy=any(c.takes_email for c in owners),
        email_fails=any(c.email_fails for c in owners),
        contrary=chat.contrary,
        recovery=chat.recovery,
        phone_only=_is_joined_by_phone_alone(thread, conversation_id),
        signed_in=workspace.signed_in,
        is_clock_known=is_clock_known,
    )


def _is_joined_by_phone_alone(thread: Thread, conversation_id: str) -> bool:
    """A bridge finds contacts by phone: where several here have the number, it assumes that they are one person."""
    chat = thread.chat(conversation_id)
    if chat.mapping is None or not chat.mapping.is_known or chat.mapping.transport is not Transport.BRIDGE:
        return False
    theirs = chat.window.key.customer_address
    owners = [c for c in thread.contacts if c.id in chat.conversation.contact_ids]
    sharing = [c for c in thread.contacts if normal(c.phone) == theirs]
    changed = any(c.phone and normal(c.phone) != theirs for c in owners)
    return bool(theirs) and theirs.startswith("+") and (len(sharing) > 1 or changed)


class Case:
    """A situation at one instant, in the words of the table."""

    def __init__(self, s: Situation, now: datetime) -> None:
        self.s = s
        self.now = now
        state = s.window.state(now)
        if not s.is_clock_known and state not in (WindowState.NONE, WindowState.NEVER):
            state = WindowState.UNKNOWN
        self.state = state
        mapping = s.mapping
        self.is_native = mapping is not None and mapping.transport is Transport.NATIVE
        bridged = mapping is not None and not self.is_native
        self.is_mapped = bridged and mapping is not None and mapping.is_sure
        self.is_weak = bridged and mapping is not None and mapping.is_weak
        self.is_possible = bridged and mapping is not None and not mapping.is_known
        self.lets_through = state.allows_replies
        self.is_shut = state in (WindowState.CLOSED, WindowState.NEVER)

    @property
    def channel(self) -> ChannelKind:
        return self.s.mapping.channel if self.s.mapping is not None else ChannelKind.UNKNOWN

    @property
    def current(self) -> Reach:
        """Where the conversation is now, in Intercom's word; nobody shows us a window that came with the move."""
        channel = (OWN_WORDS | NATIVE_CHANNELS).get(self.s.current_channel, ChannelKind.UNKNOWN)
        is_uncertain = channel in WINDOW_LENGTH or channel is ChannelKind.UNKNOWN
        return Reach(channel, Certainty.UNCERTAIN if is_uncertain else Certainty.SURE)

    @property
    def has_moved(self) -> bool:
        if self.own(*OWN_WORDS.values()):
            return OWN_WORDS.get(self.s.current_channel, self.began_on) is not self.began_on
        return self.is_native and bool(self.s.current_channel) and self.s.current_channel != self._native_word()

    @property
    def began_on(self) -> ChannelKind:
        return self.s.unmapped.channel if self.s.unmapped is not None else self.channel

    def _native_word(self) -> str:
        return next((word for word, channel in NATIVE_CHANNELS.items() if channel is self.channel), "")

    def own(self, *channels: ChannelKind) -> bool:
        return self.s.unmapped is not None and self.s.unmapped.channel in channels

    @cached_property
    def contrary(self) -> tuple[ContraryFact, ...]:
        """Facts that nothing has ended yet; one that expired the window is in the window's state already."""
        facts = (f for f in self.s.contrary if f.kind is not ContraryKind.EXPIRED)
        return tuple(f for f in facts if not has_ended(f, self.s.recovery, self.now))

    @property
    def refused(self) -> tuple[ContraryFact, ...]:
        return tuple(f for f in self.contrary if f.kind in WARNS)

    @property
    def wrote_elsewhere_last(self) -> bool:
        """The customer's newest message here surely came from the Messenger or by mail, not from the channel."""
        origin = self.s.newest_here.origin if self.s.newest_here is not None else None
        elsewhere = (ChannelKind.MESSENGER, ChannelKind.EMAIL)
        return origin is not None and origin.is_known and origin.channel in elsewhere

    @property
    def newest_is_recent(self) -> bool:
        newest = self.s.newest_here
        return newest is not None and self.now - newest.entry.sent_at < RECENT

    @property
    def is_elsewhere(self) -> Message | None:
        """The customer's newest message, where it came from another channel than this conversation is on."""
        newest, own = self.s.newest_anywhere, self.s.unmapped
        if newest is None or newest.origin is None or own is None:
            return None
        if newest.entry.conversation_id == self.s.conversation_id or self.now - newest.entry.sent_at > ELSEWHERE_WITHIN:
            return None
        unknown = not newest.origin.is_known
        away = self.s.anywhere_is_possibly_mapped if unknown else newest.origin.channel is not own.channel
        return newest if away else None


Places = tuple[Reach, ...]
Warnings = list[ForecastWarning]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table. reaches: asked only of the first row that matches."""

    name: str
    applies: Callable[[Case], bool]
    reaches: Callable[[Case], Places]
    warnings: Callable[[Case], Warnings]


_MESSENGER = Reach(ChannelKind.MESSENGER)


def _uncertain(channel: ChannelKind) -> Reach:
    return Reach(channel, Certainty.UNCERTAIN)


def _warn(code: WarningCode, *ids: str | None) -> ForecastWarning:
    return ForecastWarning(code, frozenset(i for i in ids if i))


def _native_places(c: Case) -> Places:
    if c.lets_through:
        return (Reach(c.channel),)
    return () if c.is_shut else (_uncertain(c.channel),)


def _native_warnings(c: Case) -> Warnings:
    if c.is_shut:
        return [_warn(WarningCode.WINDOW_CLOSED, c.s.window.opened_by, c.s.window.expired_by)]
    if c.state is WindowState.UNKNOWN:
        return [_window_unknown(c)]
    return _closing(c)


def _window_unknown(c: Case) -> ForecastWarning:
    doubt = c.s.window.doubt
    return _warn(WarningCode.WINDOW_UNKNOWN, doubt.message_id if doubt is not None else None)


def _closing(c: Case) -> Warnings:
    return [_warn(WarningCode.CLOSING_SOON)] if c.state is WindowState.CLOSING else []


def _closed_warnings(c: Case) -> Warnings:
    found = [_warn(WarningCode.WINDOW_CLOSED, c.s.window.opened_by, c.s.window.expired_by)]
    newest = c.s.newest_here
    if c.wrote_elsewhere_last and c.newest_is_recent and newest is not None:
        found.append(_warn(WarningCode.MESSENGER_REPLY_DID_NOT_REOPEN, newest.id))
    return found


def _refused_places(c: Case) -> Places:
    blocked = any(f.kind in BLOCKS_CHANNEL for f in c.refused)
    messenger = () if c.is_native else (_MESSENGER,)
    return messenger if blocked else (_uncertain(c.channel), *messenger)


def _weak_warnings(c: Case) -> Warnings:
    found = [_warn(WarningCode.MAPPING_WEAK)]
    if c.is_shut:
        found.append(_warn(WarningCode.WINDOW_CLOSED, c.s.window.opened_by, c.s.window.expired_by))
    return found


def _unknown_window_places(c: Case) -> Places:
    return (_uncertain(c.channel), _MESSENGER)


def _elsewhere(c: Case) -> Warnings:
    newest = c.is_elsewhere
    return [] if newest is None else [_warn(WarningCode.CUSTOMER_IS_ELSEWHERE, newest.id)]


def _messenger_warnings(c: Case) -> Warnings:
    assumed = c.s.unmapped is not None and not c.s.unmapped.is_sure
    return [*([_warn(WarningCode.MESSENGER_ASSUMED)] if assumed else []), *_elsewhere(c)]


def _mail_places(c: Case) -> Places:
    return (_uncertain(ChannelKind.EMAIL) if c.s.email_fails else Reach(ChannelKind.EMAIL),)


def _mail_warnings(c: Case) -> Warnings:
    return [*([_warn(WarningCode.EMAIL_MAY_NOT_ARRIVE)] if c.s.email_fails else []), *_elsewhere(c)]


def _open_and(relay: Relay) -> Callable[[Case], bool]:
    return lambda c: c.is_mapped and c.lets_through and c.s.relay is relay


def _nothing(c: Case) -> Warnings:
    return []


def _only_messenger(c: Case) -> Places:
    return (_MESSENGER,)


ROWS = (
    Row(
        "moved to another channel",
        lambda c: c.has_moved,
        lambda c: (_uncertain(c.began_on), c.current),
        lambda c: [_warn(WarningCode.CONVERSATION_MOVED)],
    ),
    Row(
        "native, refused lately",
        lambda c: c.is_native and not c.is_shut and bool(c.refused),
        _refused_places,
        _nothing,
    ),
    Row("native", lambda c: c.is_native and not c.has_moved, _native_places, _native_warnings),
    Row(
        "possibly mapped",
        lambda c: c.is_possible,
        lambda c: (_uncertain(ChannelKind.UNKNOWN), _MESSENGER),
        lambda c: [_warn(WarningCode.MAPPING_UNKNOWN)],
    ),
    Row(
        "relay refused",
        lambda c: (c.is_mapped or c.is_weak) and c.s.relay is Relay.REFUSED,
        _only_messenger,
        lambda c: [_warn(WarningCode.RELAY_REFUSED)],
    ),
    Row("window closed", lambda c: c.is_mapped and c.is_shut, _only_messenger, _closed_warnings),
    Row(
        "refused lately",
        lambda c: (c.is_mapped or c.is_native) and bool(c.refused),
        _refused_places,
        lambda c: [_warn(WarningCode.CHANNEL_REFUSED_LATELY, *(f.id for f in c.refused))],
    ),
    Row("weakly mapped", lambda c: c.is_weak, lambda c: (_uncertain(c.channel), _MESSENGER), _weak_warnings),
    Row(
        "window unknown",
        lambda c: c.is_mapped and c.state is WindowState.UNKNOWN,
        _unknown_window_places,
        lambda c: [_window_unknown(c)],
    ),
    Row(
        "open, forwarding proven",
        _open_and(Relay.PROVEN),
        lambda c: (Reach(c.channel), _MESSENGER),
        _closing,
    ),
    Row(
        "open, forwarding unproven",
        _open_and(Relay.UNPROVEN),
        lambda c: (Reach(c.channel, Certainty.UNPROVEN), _MESSENGER),
        lambda c: [_warn(WarningCode.RELAY_UNPROVEN), *_closing(c)],
    ),
    Row(
        "open, last words from the Messenger or by mail",
        lambda c: c.is_mapped and c.lets_through and c.wrote_elsewhere_last and c.s.relay is not Relay.REFUSED,
        _only_messenger,
        lambda c: [_warn(WarningCode.CUSTOMER_WORDS_MISSING_ON_CHANNEL)],
    ),
    Row("the Messenger's own", lambda c: c.own(ChannelKind.MESSENGER), _only_messenger, _messenger_warnings),
    Row("e-mail", lambda c: c.own(ChannelKind.EMAIL), _mail_places, _mail_warnings),
    Row(
        "phone call, or nothing known",
        lambda c: c.own(ChannelKind.PHONE, ChannelKind.UNKNOWN),
        lambda c: (_uncertain(ChannelKind.UNKNOWN),),
        lambda c: [_warn(WarningCode.REACH_UNKNOWN)],
    ),
)


def reach_of(s: Situation, now: datetime) -> tuple[Places, Warnings]:
    """Where a reply sent at `now` would arrive, the channel before the Messenger, and what to warn of."""
    case = Case(s, now)
    matching = [row for row in ROWS if row.applies(case)]
    places = matching[0].reaches(case)
    if s.email_copy and not case.is_native and _MESSENGER in places:
        places = (*places, _uncertain(ChannelKind.EMAIL))
    warnings = [w for row in matching for w in row.warnings(case)]
    if any(f.kind is ContraryKind.TEMPORARY for f in case.contrary):
        warnings.append(_warn(WarningCode.CHANNEL_BUSY_LATELY))
    if s.phone_only and s.newest_reply is None:
        warnings.append(_warn(WarningCode.IDENTITY_BY_PHONE_ONLY))
    return places, warnings
