"""Reach: the places where a reply in one conversation would arrive, and how sure that is.

One function per row of the reach table: a plain Messenger or e-mail conversation, a mapped one, one that may be mapped,
and a channel of Intercom's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from desktop.domain.facts import ChannelKind
from desktop.domain.mapping import Mapping
from desktop.domain.origin import Transport
from desktop.domain.thread import Message, Thread
from desktop.domain.warning import WarningCode
from desktop.domain.window import Window, WindowState
from desktop.domain.workspace import Relay, Workspace

RECENT = timedelta(hours=24)


class Sureness(StrEnum):
    """`SURE`: by the rules. `UNPROVEN`: if the bridge forwards our replies at all. `UNCERTAIN`: may or may not."""

    SURE = "sure"
    UNPROVEN = "unproven"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True, slots=True)
class Reach:
    """One place where the reply would arrive."""

    channel: ChannelKind
    sureness: Sureness = Sureness.SURE


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything about a conversation that a forecast needs; facts only, asked about at an instant.

    newest_here, newest_anywhere: the customer's newest message in this conversation and over the whole thread.
    newest_reply: our newest reply here. email_copy: Intercom may mail her what she leaves unread in the Messenger.
    """

    conversation_id: str
    mapping: Mapping | None
    window: Window
    relay: Relay
    by_email: bool = False
    newest_here: Message | None = None
    newest_anywhere: Message | None = None
    newest_reply: Message | None = None
    email_copy: bool = False
    signed_in: bool = True


def situation(thread: Thread, conversation_id: str, workspace: Workspace) -> Situation:
    """How things stand for a reply in one of the thread's conversations. Raises KeyError if it is not hers."""
    chat = thread.chat(conversation_id)
    owners = [c for c in thread.contacts if c.id in chat.conversation.contact_ids]
    return Situation(
        conversation_id,
        chat.mapping,
        chat.window,
        workspace.relay_of(chat.mapping.channel) if chat.mapping else Relay.PROVEN,
        by_email=chat.conversation.born_on == "email",
        newest_here=chat.newest_from_customer,
        newest_anywhere=thread.newest_from_customer,
        newest_reply=chat.newest_from_us,
        email_copy=any(c.takes_email for c in owners),
        signed_in=workspace.signed_in,
    )


def reach_of(s: Situation, now: datetime) -> tuple[tuple[Reach, ...], list[WarningCode]]:
    """Where a reply sent at `now` would arrive, the channel before the Messenger, and what to warn of."""
    if s.mapping is None:
        return _own_conversation(s)
    if s.mapping.transport is Transport.NATIVE:
        return _native(s, now)
    if not s.mapping.is_known:
        uncertain = Reach(ChannelKind.UNKNOWN, Sureness.UNCERTAIN)
        return (uncertain, Reach(ChannelKind.MESSENGER)), [WarningCode.MAPPING_UNKNOWN]
    return _mapped(s, s.mapping, now)


def _own_conversation(s: Situation) -> tuple[tuple[Reach, ...], list[WarningCode]]:
    """Intercom's own: the Messenger, or e-mail."""
    here = ChannelKind.EMAIL if s.by_email else ChannelKind.MESSENGER
    reaches = [Reach(here)]
    if not s.by_email and s.email_copy:
        reaches.append(Reach(ChannelKind.EMAIL, Sureness.UNCERTAIN))
    return tuple(reaches), [WarningCode.CUSTOMER_IS_ELSEWHERE] if _is_elsewhere(s, here) else []


def _is_elsewhere(s: Situation, here: ChannelKind) -> bool:
    newest = s.newest_anywhere
    if newest is None or newest.origin is None or newest.entry.conversation_id == s.conversation_id:
        return False
    return newest.origin.is_known and newest.origin.channel is not here


def _native(s: Situation, now: datetime) -> tuple[tuple[Reach, ...], list[WarningCode]]:
    """A channel of Intercom's own. What the API does outside the window is not documented, so nothing is sure then."""
    channel = s.window.key.channel
    state = s.window.state(now)
    if state.lets_replies_through:
        return (Reach(channel),), [WarningCode.CLOSING_SOON] if state is WindowState.CLOSING else []
    if state is WindowState.UNKNOWN:
        return (Reach(channel, Sureness.UNCERTAIN),), [WarningCode.WINDOW_UNKNOWN]
    return (), [WarningCode.WINDOW_CLOSED]


def _mapped(s: Situation, mapping: Mapping, now: datetime) -> tuple[tuple[Reach, ...], list[WarningCode]]:
    """A bridged chat: the Messenger always has a copy; the channel while its window is open and the bridge relays."""
    messenger = Reach(ChannelKind.MESSENGER)
    doubtful = () if mapping.is_certain else (Reach(mapping.channel, Sureness.UNCERTAIN),)
    weak = [] if mapping.is_certain else [WarningCode.MAPPING_WEAK]
    if s.relay is Relay.REFUSED:
        return (*doubtful, messenger), [WarningCode.RELAY_REFUSED, *weak]
    state = s.window.state(now)
    if state is WindowState.UNKNOWN:
        return (Reach(mapping.channel, Sureness.UNCERTAIN), messenger), [WarningCode.WINDOW_UNKNOWN, *weak]
    if not state.lets_replies_through:
        warnings = [WarningCode.WINDOW_CLOSED, *weak]
        if _wrote_elsewhere(s, mapping) and s.newest_here is not None and now - s.newest_here.entry.sent_at < RECENT:
            warnings.append(WarningCode.MESSENGER_REPLY_DID_NOT_REOPEN)
        return (*doubtful, messenger), warnings
    warnings = list(weak)
    if state is WindowState.CLOSING:
        warnings.append(WarningCode.CLOSING_SOON)
    if s.relay is Relay.UNPROVEN:
        warnings.append(WarningCode.RELAY_UNPROVEN)
    if _wrote_elsewhere(s, mapping):
        warnings.append(WarningCode.CUSTOMER_WORDS_MISSING_ON_CHANNEL)
    sureness = Sureness.UNPROVEN if s.relay is Relay.UNPROVEN else Sureness.SURE
    return (*(doubtful or (Reach(mapping.channel, sureness),)), messenger), warnings


def _wrote_elsewhere(s: Situation, mapping: Mapping) -> bool:
    """Her newest message in this conversation surely came from the Messenger or by e-mail, not from the channel."""
    origin = s.newest_here.origin if s.newest_here is not None else None
    return (
        origin is not None
        and origin.is_known
        and origin.channel in (ChannelKind.MESSENGER, ChannelKind.EMAIL)
        and origin.channel is not mapping.channel
    )
