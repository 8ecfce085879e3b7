"""Forecast words, the half about the place: where a reply through Intercom arrives, how sure that is, and why not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from desktop.domain.contrary import BLOCKS_CHANNEL, ContraryFact
from desktop.domain.direct_reach import DirectSituation
from desktop.domain.forecast import Forecast, Reply
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.warning import WarningCode
from desktop.domain.origin import Transport
from desktop.domain.reach import Certainty, Situation
from desktop.domain.thread import Message
from desktop.domain.window.window import Window
from desktop.text.contrary import contrary_sentence
from desktop.text.reasons import sentence
from desktop.text.times import at_time
from desktop.ui.wording import words
from desktop.ui.wording.thread import was_cut_short


@dataclass(frozen=True, slots=True)
class Telling:
    """What all of these sentences speak about.

    name: what to call the customer. direct: how things stand on a way past Intercom; None for a reply through it.
    """

    forecast: Forecast
    situation: Situation
    name: str
    now: datetime
    reply: Reply
    direct: DirectSituation | None = None

    @property
    def channel(self) -> ChannelKind:
        """That of the direct route, or of the chat that the conversation mirrors, or what it is on itself."""
        if self.direct is not None:
            return self.direct.route.channel
        mapping, own = self.situation.mapping, self.situation.unmapped
        if mapping is not None:
            return mapping.display_channel
        return own.channel if own is not None else ChannelKind.UNKNOWN

    @property
    def window(self) -> Window:
        return self.direct.window if self.direct is not None else self.situation.window

    @property
    def is_native(self) -> bool:
        mapping = self.situation.mapping
        return mapping is not None and mapping.transport is Transport.NATIVE

    @property
    def is_weak(self) -> bool:
        return WarningCode.MAPPING_WEAK in self.forecast.warnings

    @property
    def by_email(self) -> bool:
        return self.situation.unmapped is not None and self.situation.unmapped.channel is ChannelKind.EMAIL

    @property
    def moved_to(self) -> ChannelKind:
        """Where Intercom says the conversation is now."""
        return self.forecast.reaches[-1].channel if self.forecast.reaches else ChannelKind.UNKNOWN

    @property
    def refused(self) -> tuple[ContraryFact, ...]:
        """The facts that a warning of a refusal rests on: those that surely keep it away first, then the newest."""
        ids = {i for w in self.forecast.warned if w.code is WarningCode.CHANNEL_REFUSED_LATELY for i in w.ids}
        known = self.direct.contrary if self.direct is not None else self.situation.contrary
        return tuple(
            sorted((f for f in known if f.id in ids), key=lambda f: (f.kind in BLOCKS_CHANNEL, f.at), reverse=True)
        )

    def ago(self, message: Message | None) -> str:
        return "at a time we do not know" if message is None else words.ago(message.entry.sent_at, self.now)


def about_place(told: Telling) -> str:
    """The half about where it arrives. The order is that of certainty: what surely keeps it away comes first."""
    codes = told.forecast.warnings
    if WarningCode.CONVERSATION_MOVED in codes:
        return _moved(told)
    if WarningCode.MAPPING_UNKNOWN in codes:
        return "Reaches the Messenger. Whether it reaches another channel isn't known."
    if WarningCode.RELAY_REFUSED in codes:
        why = f"The bridge does not forward replies made here to {words.channel(told.channel)}"
        return f"{_only_messenger(told)} {why}."
    if WarningCode.WINDOW_UNKNOWN in codes:
        surely = "" if told.is_native else "Surely in the Messenger. "
        return f"{surely}Not certain {words.place(told.channel)}: {doubt_words(told)}"
    if WarningCode.WINDOW_CLOSED in codes:
        return f"{_only_messenger(told)} {window_reason(told)}"
    if WarningCode.CHANNEL_REFUSED_LATELY in codes:
        return f"{_refused(told)} {refusal(told)}"
    if WarningCode.REACH_UNKNOWN in codes:
        return unknown_reach(told)
    if WarningCode.CUSTOMER_IS_ELSEWHERE in codes:
        return _elsewhere(told)
    return _arrives(told)


def _moved(told: Telling) -> str:
    """Of a conversation on a channel of Intercom's own that Intercom now shows on another."""
    if told.moved_to is ChannelKind.UNKNOWN:
        return f"This conversation is no longer on {words.channel(told.channel)}. Where a reply arrives isn't known."
    to = words.channel(told.moved_to)
    return f"This conversation moved to {to}. A reply may no longer arrive {words.place(told.channel)}."


def _refused(told: Telling) -> str:
    channel, reached = told.channel, {r.channel for r in told.forecast.reaches}
    if channel in reached:
        surely = "Reaches the Messenger; may not arrive" if ChannelKind.MESSENGER in reached else "May not arrive"
        return f"{surely} {words.place(channel)}."
    return "Messenger only." if ChannelKind.MESSENGER in reached else f"Doesn't arrive {words.place(channel)}."


def refusal_title(told: Telling) -> str:
    is_reached = told.channel in {r.channel for r in told.forecast.reaches}
    return f"May not arrive {words.place(told.channel)}" if is_reached else f"Won't arrive {words.place(told.channel)}"


def refusal_outcome(told: Telling) -> str:
    reached = {r.channel for r in told.forecast.reaches}
    if ChannelKind.MESSENGER not in reached:
        return f"{told.name} may not see this at all."
    verb = "may" if told.channel in reached else "will"
    return f"{told.name} {verb} see this only in the Messenger."


def refusal(told: Telling) -> str:
    """Who said what and when; of several the newest."""
    fact = next(iter(told.refused), None)
    if fact is None:
        return f"Messages to {told.name} failed lately."
    return contrary_sentence(fact, told.situation.messages, told.name, told.now)


def unknown_reach(told: Telling) -> str:
    """Of a conversation of which nothing is known, or a phone call."""
    if told.channel is ChannelKind.PHONE:
        return f"This was a phone call: {told.name} may not see a written reply."
    return "Intercom doesn't say where a reply in this conversation arrives."


def mapping_reason(told: Telling) -> str:
    """What speaks for the chat that the conversation mirrors, or may mirror."""
    mapping = told.situation.mapping
    return sentence(mapping.reason) if mapping is not None else "Nothing tells which channel this is."


def assumption(told: Telling) -> str:
    """Why a conversation is taken for the Messenger's own without being sure of it."""
    own = told.situation.unmapped
    return sentence(own.reason) if own is not None else "Nothing speaks for another channel."


def _only_messenger(told: Telling) -> str:
    if told.is_native:
        return f"Probably does not arrive {words.place(told.channel)}."
    if told.is_weak:
        return f"Surely in the Messenger, probably not {words.place(told.channel)}."
    return "Only the Messenger."


def window_reason(told: Telling) -> str:
    """Why the window is closed: the customer's last message there, and the one that did not count."""
    window, here = told.window, told.situation.newest_here
    name, channel = told.name, words.channel(told.channel)
    if was_cut_short(window) and window.closes_at is not None:
        return f"{channel} was reported closed {at_time(window.closes_at, told.now)}."
    if window.opened_at is None:
        said = f"We know of no {channel} message from {name}, so the window never opened"
    else:
        said = f"{name}'s last {channel} message was {words.ago(window.opened_at, told.now)}"
    if WarningCode.MESSENGER_REPLY_DID_NOT_REOPEN in told.forecast.warnings and here is not None:
        return f"{said}; the one {told.ago(here)} came {said_from(here)} and doesn't count."
    return f"{said}." if window.opened_at is None else f"{said}, and replies are let through for 24 h only."


def doubt_words(told: Telling) -> str:
    doubt, channel = told.window.doubt, words.channel(told.channel)
    if doubt is not None and doubt.message_id is None:
        return f"older messages from {told.name} are not here, and one of them may have opened the window."
    return f"a newer message from {told.name} may have come from {channel}; we cannot tell."


def _elsewhere(told: Telling) -> str:
    newest = told.situation.newest_anywhere
    here = "by email" if told.by_email else "in the Messenger"
    copy = ", perhaps with a copy by email" if _may_copy(told) else ""
    wrote = f"{told.name} wrote {said_where(newest)} {told.ago(newest)}, in another conversation."
    return f"{wrote} A reply here is seen only {here}{copy}."


def _arrives(told: Telling) -> str:
    """Nothing keeps it away: the places, how sure, and the time left."""
    reaches = told.forecast.reaches
    sure = [words.place(r.channel) for r in reaches if r.certainty is not Certainty.UNCERTAIN]
    if not sure:
        return "Not known where this arrives."
    said = " and ".join(sure)
    if told.is_weak:
        channel = words.channel(told.channel)
        said = f"Arrives {said}. Not certain {words.place(told.channel)}: this may not be {told.name}'s {channel} chat"
    elif any(r.certainty is Certainty.UNPROVEN for r in reaches):
        said = f"Should arrive {said}; not proven yet that the bridge forwards replies made here"
    else:
        said = f"Arrives {said}" + (", perhaps also by email" if _may_copy(told) else "")
    left = told.window.left(told.now)
    return said if left is None else f"{said} · {left_words(left)} left"


def _may_copy(told: Telling) -> bool:
    reaches = told.forecast.reaches
    return any(r.channel is ChannelKind.EMAIL and r.certainty is Certainty.UNCERTAIN for r in reaches)


def left_words(left: timedelta) -> str:
    return words.seconds_span(left) if left < timedelta(hours=1) else words.span(left)


def said_from(message: Message | None) -> str:
    """`from the Messenger`, `from WhatsApp`, `by email`."""
    if message is None or message.origin is None or not message.origin.is_known:
        return "from a place we do not know"
    channel = message.origin.channel
    if channel in (ChannelKind.EMAIL, ChannelKind.SMS, ChannelKind.PHONE):
        return words.place(channel)
    return "from the Messenger" if channel is ChannelKind.MESSENGER else f"from {words.channel(channel)}"


def said_where(message: Message | None) -> str:
    """`on WhatsApp`, `in the Messenger`, `elsewhere`."""
    if message is None or message.origin is None or not message.origin.is_known:
        return "elsewhere"
    return words.place(message.origin.channel)


def only_here(told: Telling, verb: str) -> str:
    """verb: `will` or `may`."""
    if told.is_native:
        return f"{told.name} {'will probably' if verb == 'will' else verb} not see this at all."
    if told.is_weak and verb == "will":
        verb = "will probably"
    here = ChannelKind.EMAIL if told.by_email else ChannelKind.MESSENGER
    return f"{told.name} {verb} see this only {words.place(here)}."
