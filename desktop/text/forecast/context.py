"""What the sentences of a forecast are about."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import takewhile

from desktop.domain.contrary import BLOCKS_CHANNEL, ContraryFact
from desktop.domain.delivery import DID_NOT_ARRIVE
from desktop.domain.direct_reach import DirectSituation
from desktop.domain.forecast import Forecast, Reply, RouteSituation
from desktop.domain.history.thread import Author, Message
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.frozen import frozen
from desktop.domain.model.warning import WarningCode
from desktop.domain.origin import Transport
from desktop.domain.reach import Situation
from desktop.domain.window.window import Window
from desktop.text.names import channel_label, first_name, place


@frozen
class ForecastContext:
    """A forecast with everything that its sentences name.

    situation: in the conversation, also for a direct route. name: what to call the customer. direct: the situation on
    a direct route; None for a reply through Intercom.
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
    def label(self) -> str:
        """The channel's short name."""
        return channel_label(self.channel)

    @property
    def place(self) -> str:
        """A phrase such as `on WhatsApp`."""
        return place(self.channel)

    @property
    def window(self) -> Window:
        return self.direct.window if self.direct is not None else self.situation.window

    @property
    def left(self) -> timedelta | None:
        """The time left in the window that the reply needs; None without one."""
        direct = self.direct
        if direct is not None and (not direct.capabilities.needs_window or self.reply.template):
            return None
        return self.window.left(self.now)

    @property
    def is_native(self) -> bool:
        """Whether it is on a channel of Intercom's own, so that nothing reaches the Messenger."""
        mapping = self.situation.mapping
        return mapping is not None and mapping.transport is Transport.NATIVE

    @property
    def is_weak(self) -> bool:
        """Whether it is not certain that the conversation mirrors the chat."""
        return WarningCode.MAPPING_WEAK in self.forecast.warnings

    @property
    def by_email(self) -> bool:
        return self.situation.unmapped is not None and self.situation.unmapped.channel is ChannelKind.EMAIL

    @property
    def moved_to(self) -> ChannelKind:
        """The channel where the conversation is now, according to Intercom."""
        return self.forecast.reaches[-1].channel if self.forecast.reaches else ChannelKind.UNKNOWN

    @property
    def may_reach_channel(self) -> bool:
        """Whether the channel is among the places, with whatever certainty."""
        return self.channel in {r.channel for r in self.forecast.reaches}

    @property
    def reaches_messenger(self) -> bool:
        return ChannelKind.MESSENGER in {r.channel for r in self.forecast.reaches}

    @property
    def newest_elsewhere(self) -> ChannelKind | None:
        """The channel of the customer's newest message in any conversation; None if that is not known."""
        return _channel_of(self.situation.newest_anywhere)

    @property
    def newest_here(self) -> ChannelKind | None:
        """The channel of the customer's newest message in this conversation; None if that is not known."""
        return _channel_of(self.situation.newest_here)

    @property
    def is_newest_here(self) -> bool:
        """Whether the customer's newest message is one of this conversation."""
        newest = self.situation.newest_anywhere
        return newest is None or newest.entry.conversation_id == self.situation.conversation_id

    @property
    def quotes_newest(self) -> bool:
        """Whether the reply, or one since, quotes the customer's newest message in this conversation."""
        return quotes_newest(self.situation, self.reply.text)

    @property
    def refused(self) -> tuple[ContraryFact, ...]:
        """The contrary facts behind a warning, those that block the channel first, then the newest."""
        ids = {i for w in self.forecast.warned if w.code is WarningCode.CHANNEL_REFUSED_LATELY for i in w.ids}
        known = self.direct.contrary if self.direct is not None else self.situation.contrary
        return tuple(
            sorted((f for f in known if f.id in ids), key=lambda f: (f.kind in BLOCKS_CHANNEL, f.at), reverse=True)
        )


def make_context(
    forecast: Forecast, situation: RouteSituation, customer_name: str, now: datetime, reply: Reply
) -> ForecastContext:
    """Return the context of a forecast on any route. customer_name: as the list shows it, "" if there is none."""
    name = first_name(customer_name)
    if isinstance(situation, DirectSituation):
        return ForecastContext(forecast, situation.conversation, name, now, reply, situation)
    return ForecastContext(forecast, situation, name, now, reply)


def quotes_newest(situation: Situation, reply: str) -> bool:
    """Whether a reply, or one since that may have arrived, quotes the customer's newest message in the conversation."""
    newest = situation.newest_here
    if newest is None:
        return False
    since = takewhile(lambda m: m.key != newest.key, reversed(situation.messages))
    ours = (m for m in since if m.author is Author.TEAMMATE and m.entry.conversation_id == newest.entry.conversation_id)
    arrived = (m.entry.text for m in ours if all(a.arrival not in DID_NOT_ARRIVE for a in m.arrived))
    return any(has_quote(text, newest.entry.text) for text in (reply, *arrived))


def has_quote(reply: str, quoted: str) -> bool:
    """Whether every line of a text stands in the reply behind the mark of a quotation."""
    lines = quoted.strip().splitlines()
    return bool(lines) and {f"> {line}".rstrip() for line in lines} <= {line.rstrip() for line in reply.splitlines()}


def _channel_of(message: Message | None) -> ChannelKind | None:
    if message is None or message.origin is None or not message.origin.is_known:
        return None
    return message.origin.channel
