"""The data of the window chart: 48 hours of a thread as markers for messages and a bar for the open window."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import Enum, auto

import msgspec

from desktop.domain.delivery import Arrival
from desktop.domain.history.thread import Author, Message, Thread
from desktop.domain.model.facts import ChannelKind, EntryKind
from desktop.domain.window.window import Window

SPAN = timedelta(hours=48)
_MARGIN_AFTER = timedelta(hours=2)


class MarkerKind(Enum):
    """Each kind has a shape of its own: disc, square, empty square, cross."""

    CUSTOMER = auto()
    REPLY = auto()
    UNCONFIRMED_REPLY = auto()
    FAILED_REPLY = auto()


_MARKER_KINDS = {
    Arrival.FAILED: MarkerKind.FAILED_REPLY,
    Arrival.NOT_EXPECTED: MarkerKind.FAILED_REPLY,
    Arrival.EXPECTED: MarkerKind.UNCONFIRMED_REPLY,
    Arrival.UNKNOWN: MarkerKind.UNCONFIRMED_REPLY,
}

_UNCONFIRMED_ON_DIRECT_ROUTE = (Arrival.ACCEPTED, Arrival.SENT)
"""A provider that accepted a direct reply has not shown it yet; Intercom shows in the Messenger what it accepted."""


class Marker(msgspec.Struct, frozen=True):
    """One message on one channel."""

    at: datetime
    kind: MarkerKind


class ChartRow(msgspec.Struct, frozen=True):
    """The row of one channel. bar: start and end of the open window, clipped to the chart; None for no window."""

    channel: ChannelKind
    markers: tuple[Marker, ...]
    bar: tuple[datetime, datetime] | None = None


class ChartData(msgspec.Struct, frozen=True):
    """The rows of the chart with its time range."""

    start: datetime
    end: datetime
    now: datetime
    rows: tuple[ChartRow, ...]

    def position(self, at: datetime) -> float:
        """Return the horizontal position: 0.0 at the start, 1.0 at the end of the chart."""
        return (at - self.start) / (self.end - self.start)


def build_chart(thread: Thread, window: Window, now: datetime) -> ChartData:
    """Return rows with the window's channel first. The chart ends two hours after now or after the open window."""
    end = max(now, window.closes_at or now) + _MARGIN_AFTER
    start = end - SPAN
    markers: dict[ChannelKind, list[Marker]] = {window.key.channel: []}
    for message in thread.loaded:
        if start <= message.entry.sent_at <= end:
            for channel, mark in _markers(message):
                markers.setdefault(channel, []).append(mark)
    order = list(ChannelKind)
    channels = sorted(markers, key=lambda c: (c is not window.key.channel, order.index(c)))
    bar = _bar(window, start, end)
    rows = tuple(ChartRow(c, tuple(markers[c]), bar if c is window.key.channel else None) for c in channels)
    return ChartData(start, end, now, rows)


def _bar(window: Window, start: datetime, end: datetime) -> tuple[datetime, datetime] | None:
    if window.opened_at is None or window.closes_at is None or window.closes_at <= start:
        return None
    return max(window.opened_at, start), min(window.closes_at, end)


def _markers(message: Message) -> Iterator[tuple[ChannelKind, Marker]]:
    entry = message.entry
    if entry.kind not in (EntryKind.MESSAGE, EntryKind.UNKNOWN):
        return
    if message.author is Author.CUSTOMER or message.may_be_from_customer:
        origin = message.origin
        channel = origin.channel if origin is not None and origin.is_known else ChannelKind.UNKNOWN
        yield channel, Marker(entry.sent_at, MarkerKind.CUSTOMER)
    for place in message.arrived:
        is_unconfirmed = message.direct is not None and place.arrival in _UNCONFIRMED_ON_DIRECT_ROUTE
        kind = MarkerKind.UNCONFIRMED_REPLY if is_unconfirmed else _MARKER_KINDS.get(place.arrival, MarkerKind.REPLY)
        yield place.channel, Marker(entry.sent_at, kind)
