"""Forecast words, the half about the place: where a reply through Intercom arrives, how sure that is, and why not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from desktop.domain.direct_reach import DirectSituation
from desktop.domain.facts import ChannelKind
from desktop.domain.forecast import Forecast, Reply
from desktop.domain.origin import Transport
from desktop.domain.reach import Situation, Sureness
from desktop.domain.thread import Message
from desktop.domain.warning import WarningCode
from desktop.domain.window import Window
from desktop.ui import words


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
        """That of the way past Intercom, or the one that the conversation mirrors; the Messenger or e-mail where it
        mirrors none."""
        if self.direct is not None:
            return self.direct.route.channel
        mapping = self.situation.mapping
        if mapping is None:
            return ChannelKind.EMAIL if self.situation.by_email else ChannelKind.MESSENGER
        return mapping.shown_channel

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

    def ago(self, message: Message | None) -> str:
        return "at a time we do not know" if message is None else words.ago(message.entry.sent_at, self.now)


def about_place(told: Telling) -> str:
    """The half about where it arrives. The order is that of certainty: what surely keeps it away comes first."""
    codes = told.forecast.warnings
    if WarningCode.MAPPING_UNKNOWN in codes:
        return "Surely in the Messenger. This may mirror a chat on another channel; nothing tells which."
    if WarningCode.RELAY_REFUSED in codes:
        why = f"The bridge does not forward replies made here to {words.channel(told.channel)}"
        return f"{_only_messenger(told)} {why}."
    if WarningCode.WINDOW_UNKNOWN in codes:
        surely = "" if told.is_native else "Surely in the Messenger. "
        return f"{surely}Not certain {words.place(told.channel)}: {doubt_words(told)}"
    if WarningCode.WINDOW_CLOSED in codes:
        return f"{_only_messenger(told)} {window_reason(told)}"
    if WarningCode.CUSTOMER_IS_ELSEWHERE in codes:
        return _elsewhere(told)
    return _arrives(told)


def _only_messenger(told: Telling) -> str:
    if told.is_native:
        return f"Probably does not arrive {words.place(told.channel)}."
    if told.is_weak:
        return f"Surely in the Messenger, probably not {words.place(told.channel)}."
    return "Only the Messenger."


def window_reason(told: Telling) -> str:
    """Why the window is closed, in one sentence that names her last message there and the one that did not count."""
    window, here = told.window, told.situation.newest_here
    name, channel = told.name, words.channel(told.channel)
    if window.opened_at is None:
        said = f"We know of no {channel} message from {name}, so the window never opened"
    else:
        said = f"{name}'s last {channel} message was {words.ago(window.opened_at, told.now)}"
    if WarningCode.MESSENGER_REPLY_DID_NOT_REOPEN in told.forecast.warnings and here is not None:
        return f"{said}; her message {told.ago(here)} came {said_from(here)} and does not count."
    return f"{said}." if window.opened_at is None else f"{said}, and replies are let through for 24 h only."


def doubt_words(told: Telling) -> str:
    doubt, channel = told.window.doubt, words.channel(told.channel)
    if doubt is not None and doubt.message_id is None:
        return f"older messages from {told.name} are not here, and one of them may have opened the window."
    return f"a newer message from {told.name} may have come from {channel}; we cannot tell."


def _elsewhere(told: Telling) -> str:
    newest = told.situation.newest_anywhere
    here = "by e-mail" if told.situation.by_email else "in the Messenger"
    copy = ", perhaps with a copy by e-mail" if _may_copy(told) else ""
    wrote = f"{told.name} wrote {said_where(newest)} {told.ago(newest)}, in another conversation."
    return f"{wrote} Here she will see it only {here}{copy}."


def _arrives(told: Telling) -> str:
    """Nothing keeps it away: the places, how sure, and the time left."""
    reaches = told.forecast.reaches
    sure = [words.place(r.channel) for r in reaches if r.sureness is not Sureness.UNCERTAIN]
    if not sure:
        return "Not known where this arrives."
    said = " and ".join(sure)
    if told.is_weak:
        channel = words.channel(told.channel)
        said = f"Arrives {said}; {words.place(told.channel)} only if this is {told.name}'s {channel} chat, not certain"
    elif any(r.sureness is Sureness.UNPROVEN for r in reaches):
        said = f"Should arrive {said}; not proven yet that the bridge forwards replies made here"
    else:
        said = f"Arrives {said}" + (", perhaps also by e-mail" if _may_copy(told) else "")
    left = told.window.left(told.now)
    return said if left is None else f"{said} · {left_words(left)} left"


def _may_copy(told: Telling) -> bool:
    reaches = told.forecast.reaches
    return any(r.channel is ChannelKind.EMAIL and r.sureness is Sureness.UNCERTAIN for r in reaches)


def left_words(left: timedelta) -> str:
    return words.clock(left) if left < timedelta(hours=1) else words.span(left)


def said_from(message: Message | None) -> str:
    """`from the Messenger`, `from WhatsApp`, `by e-mail`."""
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
    by_mail = told.situation.by_email and told.situation.mapping is None
    return f"{told.name} {verb} see this only {words.place(ChannelKind.EMAIL if by_mail else ChannelKind.MESSENGER)}."
