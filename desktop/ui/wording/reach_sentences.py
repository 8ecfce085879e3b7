"""The part of a forecast about the place: where a reply through Intercom arrives, how certain it is, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from desktop.domain.contrary import BLOCKS_CHANNEL, ContraryFact
from desktop.domain.direct_reach import DirectSituation
from desktop.domain.forecast import Forecast, Reply
from desktop.domain.history.thread import Message
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.warning import WarningCode
from desktop.domain.origin import Transport
from desktop.domain.reach import Certainty, Situation
from desktop.domain.window.window import Window
from desktop.text.formats import at_time
from desktop.text.reasons.contrary import contrary_sentence
from desktop.text.reasons.describe import describe
from desktop.ui.wording import words


@dataclass(frozen=True, slots=True)
class ForecastContext:
    """What the sentences of a forecast are about.

    name: what to call the customer. direct: the situation on a direct route; None for a reply through Intercom.
    """

    forecast: Forecast
    situation: Situation
    name: str
    now: datetime
    reply: Reply
    direct: DirectSituation | None = None

    @property
    def channel(self) -> ChannelKind:
        """The channel of the direct route, or of the mirrored chat, or of the conversation itself."""
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
        """The channel where the conversation is now, according to Intercom."""
        return self.forecast.reaches[-1].channel if self.forecast.reaches else ChannelKind.UNKNOWN

    @property
    def refused(self) -> tuple[ContraryFact, ...]:
        """The contrary facts behind a warning, those that block the channel first, then the newest."""
        ids = {i for w in self.forecast.warned if w.code is WarningCode.CHANNEL_REFUSED_LATELY for i in w.ids}
        known = self.direct.contrary if self.direct is not None else self.situation.contrary
        return tuple(
            sorted((f for f in known if f.id in ids), key=lambda f: (f.kind in BLOCKS_CHANNEL, f.at), reverse=True)
        )

    def ago(self, message: Message | None) -> str:
        return "at a time we do not know" if message is None else words.ago(message.entry.sent_at, self.now)


def reach_sentence(context: ForecastContext) -> str:
    """Return where the reply arrives. The most certain obstacle decides what is said."""
    codes = context.forecast.warnings
    if WarningCode.CONVERSATION_MOVED in codes:
        return _moved_sentence(context)
    if WarningCode.MAPPING_UNKNOWN in codes:
        return "Reaches the Messenger. Whether it reaches another channel isn't known."
    if WarningCode.RELAY_REFUSED in codes:
        why = f"The bridge does not forward replies made here to {words.channel(context.channel)}"
        return f"{_only_messenger(context)} {why}."
    if WarningCode.WINDOW_UNKNOWN in codes:
        surely = "" if context.is_native else "Surely in the Messenger. "
        return f"{surely}Not certain {words.place(context.channel)}: {doubt_text(context)}"
    if WarningCode.WINDOW_CLOSED in codes:
        return f"{_only_messenger(context)} {window_reason(context)}"
    if WarningCode.CHANNEL_REFUSED_LATELY in codes:
        return f"{_refused_sentence(context)} {refusal(context)}"
    if WarningCode.REACH_UNKNOWN in codes:
        return unknown_reach(context)
    if WarningCode.CUSTOMER_IS_ELSEWHERE in codes:
        return _elsewhere_sentence(context)
    return _arrival_sentence(context)


def _moved_sentence(context: ForecastContext) -> str:
    """Return the sentence for a conversation that Intercom now shows on another channel."""
    if context.moved_to is ChannelKind.UNKNOWN:
        return f"This conversation is no longer on {words.channel(context.channel)}. Where a reply arrives isn't known."
    to = words.channel(context.moved_to)
    return f"This conversation moved to {to}. A reply may no longer arrive {words.place(context.channel)}."


def _refused_sentence(context: ForecastContext) -> str:
    channel, reached = context.channel, {r.channel for r in context.forecast.reaches}
    if channel in reached:
        surely = "Reaches the Messenger; may not arrive" if ChannelKind.MESSENGER in reached else "May not arrive"
        return f"{surely} {words.place(channel)}."
    return "Messenger only." if ChannelKind.MESSENGER in reached else f"Doesn't arrive {words.place(channel)}."


def refusal_title(context: ForecastContext) -> str:
    is_reached = context.channel in {r.channel for r in context.forecast.reaches}
    return (
        f"May not arrive {words.place(context.channel)}"
        if is_reached
        else f"Won't arrive {words.place(context.channel)}"
    )


def refusal_effect(context: ForecastContext) -> str:
    reached = {r.channel for r in context.forecast.reaches}
    if ChannelKind.MESSENGER not in reached:
        return f"{context.name} may not see this at all."
    verb = "may" if context.channel in reached else "will"
    return f"{context.name} {verb} see this only in the Messenger."


def refusal(context: ForecastContext) -> str:
    """Return who reported what and when, from the newest contrary fact."""
    fact = next(iter(context.refused), None)
    if fact is None:
        return f"Messages to {context.name} failed lately."
    return contrary_sentence(fact, context.situation.messages, context.name, context.now)


def unknown_reach(context: ForecastContext) -> str:
    """Return the sentence for a phone call, or a conversation whose channel is not known."""
    if context.channel is ChannelKind.PHONE:
        return f"This was a phone call: {context.name} may not see a written reply."
    return "Intercom doesn't say where a reply in this conversation arrives."


def mapping_reason(context: ForecastContext) -> str:
    """Return why the conversation is held to mirror a chat."""
    mapping = context.situation.mapping
    return describe(mapping.reason) if mapping is not None else "Nothing tells which channel this is."


def assumption(context: ForecastContext) -> str:
    """Return why the conversation is held to be a Messenger conversation although that is not certain."""
    own = context.situation.unmapped
    return describe(own.reason) if own is not None else "Nothing speaks for another channel."


def _only_messenger(context: ForecastContext) -> str:
    if context.is_native:
        return f"Probably does not arrive {words.place(context.channel)}."
    if context.is_weak:
        return f"Surely in the Messenger, probably not {words.place(context.channel)}."
    return "Only the Messenger."


def window_reason(context: ForecastContext) -> str:
    """Return why the window is closed: the customer's last message there, and one that does not count."""
    window, here = context.window, context.situation.newest_here
    name, channel = context.name, words.channel(context.channel)
    if window.was_cut_short and window.closes_at is not None:
        return f"{channel} was reported closed {at_time(window.closes_at, context.now)}."
    if window.opened_at is None:
        reason = f"We know of no {channel} message from {name}, so the window never opened"
    else:
        reason = f"{name}'s last {channel} message was {words.ago(window.opened_at, context.now)}"
    if WarningCode.MESSENGER_REPLY_DID_NOT_REOPEN in context.forecast.warnings and here is not None:
        return f"{reason}; the one {context.ago(here)} came {origin_phrase(here)} and doesn't count."
    return f"{reason}." if window.opened_at is None else f"{reason}, and replies are let through for 24 h only."


def doubt_text(context: ForecastContext) -> str:
    doubt, channel = context.window.doubt, words.channel(context.channel)
    if doubt is not None and doubt.message_id is None:
        return f"older messages from {context.name} are not here, and one of them may have opened the window."
    return f"a newer message from {context.name} may have come from {channel}; we cannot tell."


def _elsewhere_sentence(context: ForecastContext) -> str:
    newest = context.situation.newest_anywhere
    here = "by email" if context.by_email else "in the Messenger"
    copy = ", perhaps with a copy by email" if _may_be_copied_by_email(context) else ""
    wrote = f"{context.name} wrote {place_phrase(newest)} {context.ago(newest)}, in another conversation."
    return f"{wrote} A reply here is seen only {here}{copy}."


def _arrival_sentence(context: ForecastContext) -> str:
    """Return the places that the reply reaches, how certain that is, and the time left."""
    reaches = context.forecast.reaches
    sure = [words.place(r.channel) for r in reaches if r.certainty is not Certainty.UNCERTAIN]
    if not sure:
        return "Not known where this arrives."
    text = " and ".join(sure)
    if context.is_weak:
        place, channel = words.place(context.channel), words.channel(context.channel)
        text = f"Arrives {text}. Not certain {place}: this may not be {context.name}'s {channel} chat"
    elif any(r.certainty is Certainty.UNPROVEN for r in reaches):
        text = f"Should arrive {text}; not proven yet that the bridge forwards replies made here"
    else:
        text = f"Arrives {text}" + (", perhaps also by email" if _may_be_copied_by_email(context) else "")
    left = context.window.left(context.now)
    return text if left is None else f"{text} · {remaining_text(left)} left"


def _may_be_copied_by_email(context: ForecastContext) -> bool:
    reaches = context.forecast.reaches
    return any(r.channel is ChannelKind.EMAIL and r.certainty is Certainty.UNCERTAIN for r in reaches)


def remaining_text(left: timedelta) -> str:
    return words.seconds_span(left) if left < timedelta(hours=1) else words.span(left)


def origin_phrase(message: Message | None) -> str:
    """Return for example `from the Messenger`, `from WhatsApp` or `by email`."""
    if message is None or message.origin is None or not message.origin.is_known:
        return "from a place we do not know"
    channel = message.origin.channel
    if channel in (ChannelKind.EMAIL, ChannelKind.SMS, ChannelKind.PHONE):
        return words.place(channel)
    return "from the Messenger" if channel is ChannelKind.MESSENGER else f"from {words.channel(channel)}"


def place_phrase(message: Message | None) -> str:
    """Return for example `on WhatsApp`, `in the Messenger` or `elsewhere`."""
    if message is None or message.origin is None or not message.origin.is_known:
        return "elsewhere"
    return words.place(message.origin.channel)


def visibility_sentence(context: ForecastContext, verb: str) -> str:
    """Return where alone the customer sees the reply. verb: `will` or `may`."""
    if context.is_native:
        return f"{context.name} {'will probably' if verb == 'will' else verb} not see this at all."
    if context.is_weak and verb == "will":
        verb = "will probably"
    here = ChannelKind.EMAIL if context.by_email else ChannelKind.MESSENGER
    return f"{context.name} {verb} see this only {words.place(here)}."
