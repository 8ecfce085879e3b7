"""Lanes: forty-eight hours of a thread as marks and a bar per channel, to see why a window is as it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from desktop.domain.delivery import Arrival
from desktop.domain.model.facts import ChannelKind, EntryKind
from desktop.domain.thread import Author, Message, Thread
from desktop.domain.window.window import Window

SPAN = timedelta(hours=48)
_ROOM_AFTER = timedelta(hours=2)


class MarkKind(Enum):
    """Told apart by shape: a disc, a square, an empty square where nobody confirmed it, a cross."""

    HERS = auto()
    OURS = auto()
    UNPROVEN = auto()
    LOST = auto()


_OURS = {
    Arrival.FAILED: MarkKind.LOST,
    Arrival.NOT_EXPECTED: MarkKind.LOST,
    Arrival.EXPECTED: MarkKind.UNPROVEN,
    Arrival.UNKNOWN: MarkKind.UNPROVEN,
}

_ONLY_TAKEN = (Arrival.ACCEPTED, Arrival.SENT)
"""Past Intercom no more than a promise; of the Messenger, Intercom itself shows what it took."""


@dataclass(frozen=True, slots=True)
class Mark:
    at: datetime
    kind: MarkKind


@dataclass(frozen=True, slots=True)
class Lane:
    """bar: from when to when the window was or is open, cut to the chart; None where the channel has none to show."""

    channel: ChannelKind
    marks: tuple[Mark, ...]
    bar: tuple[datetime, datetime] | None = None


@dataclass(frozen=True, slots=True)
class Lanes:
    start: datetime
    end: datetime
    now: datetime
    lanes: tuple[Lane, ...]

    def share(self, at: datetime) -> float:
        """0.0 at the start, 1.0 at the end of the chart."""
        return (at - self.start) / (self.end - self.start)


def lanes_of(thread: Thread, window: Window, now: datetime) -> Lanes:
    """The window's channel first. The chart reaches a little past now, or past the end of an open window."""
    end = max(now, window.closes_at or now) + _ROOM_AFTER
    start = end - SPAN
    marks: dict[ChannelKind, list[Mark]] = {window.key.channel: []}
    for message in thread.messages:
        if start <= message.entry.sent_at <= end:
            for channel, mark in _marks(message):
                marks.setdefault(channel, []).append(mark)
    order = list(ChannelKind)
    channels = sorted(marks, key=lambda c: (c is not window.key.channel, order.index(c)))
    bar = _bar(window, start, end)
    return Lanes(
        start,
        end,
        now,
        tuple(Lane(c, tuple(marks[c]), bar if c is window.key.channel else None) for c in channels),
    )


def _bar(window: Window, start: datetime, end: datetime) -> tuple[datetime, datetime] | None:
    if window.opened_at is None or window.closes_at is None or window.closes_at <= start:
        return None
    return max(window.opened_at, start), min(window.closes_at, end)


def _marks(message: Message) -> Iterator[tuple[ChannelKind, Mark]]:
    entry = message.entry
    if entry.kind not in (EntryKind.MESSAGE, EntryKind.UNKNOWN):
        return
    if message.author is Author.CUSTOMER or message.may_be_from_customer:
        known = message.origin is not None and message.origin.is_known
        channel = message.origin.channel if message.origin is not None and known else ChannelKind.UNKNOWN
        yield channel, Mark(entry.sent_at, MarkKind.HERS)
    for place in message.arrived:
        unproven = message.direct is not None and place.arrival in _ONLY_TAKEN
        kind = MarkKind.UNPROVEN if unproven else _OURS.get(place.arrival, MarkKind.OURS)
        yield place.channel, Mark(entry.sent_at, kind)
