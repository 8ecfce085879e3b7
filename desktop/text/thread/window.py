"""The time left of a window, on the countdown and under its chart."""

from __future__ import annotations

from datetime import datetime, timedelta

from desktop.domain.window.window import Window, WindowState
from desktop.text.catalog import Text
from desktop.text.formats import ago, at_time, seconds_span, span, time_left, whole_words
from desktop.text.names import channel_label, channel_name, first_name, place
from desktop.text.reasons.describe import describe

COUNTDOWN_TIP = Text("Messages and open window of the last 48 hours")

# Translators: on the countdown; keep them short. {left}: "3 h 12 min". {ago}: "2 h ago".
_LEFT = Text("{channel} · {left} left")
_CLOSED_AGO = Text("{channel} closed {ago}")
_CLOSED = Text("{channel} closed")
_NEVER = Text("{channel} not open yet")
_UNKNOWN = Text("{channel} may be closed")

# Translators: {name}: the customer. {place}: "on WhatsApp". {ago}, {closed_ago}: "2 h ago". {left}: "3 h 12 min".
_NO_LIMIT = Text("{channel} has no time limit for replies.")
_NEVER_WROTE = Text("No message from {name} {place} is known. Replies can't arrive there until they write.")
_CANNOT_TELL = Text("We don't know whether {channel} is open.")
_REPORTED_CLOSED = Text("{channel} was reported closed {when}.")
_CLOSED_FOR_ALL_WE_SEE = Text("{channel} is closed, as far as we know.")
_OPEN = Text("{name} last wrote {place} {ago}. Replies can arrive there for another {left}.")
_CLOSED_SINCE = Text(
    "{name} last wrote {place} {ago}. Closed {closed_ago}. Messages elsewhere don't extend the 24-hour window."
)
# Translators: {margin}: "2 min".
_CLOSED_EARLY = Text(
    "{name} last wrote {place} {ago}. Closed {closed_ago} (counted {margin} early to be safe). "
    "Messages elsewhere don't extend the 24-hour window."
)

# Translators: legend of the chart, beside the shape of each mark.
LEGEND_CUSTOMER = Text("From the customer")
LEGEND_REPLY = Text("From your team")
LEGEND_UNCONFIRMED = Text("From your team, not confirmed")
LEGEND_FAILED = Text("Didn't arrive")
LEGEND_OPEN = Text("Window open")
# Translators: the legend for screen readers.
ACCESSIBLE_LEGEND = Text(
    "Circle: from the customer. Square: from your team. Empty square: from your team, not confirmed. "
    "Cross: didn't arrive. Bar: window open."
)
NOW = Text("now", "a point on a time axis")


def countdown(window: Window, now: datetime) -> str:
    """Return for example `WhatsApp · 3 h 12 min left` or `WhatsApp closed 2 h ago`; "" without a window."""
    channel, state, left = channel_label(window.key.channel), window.state(now), window.left(now)
    if state is WindowState.NONE:
        return ""
    if state in (WindowState.OPEN, WindowState.CLOSING) and left is not None:
        return _LEFT(channel=channel, left=time_left(left))
    if state is WindowState.NEVER:
        return _NEVER(channel=channel)
    if state is WindowState.UNKNOWN:
        return _UNKNOWN(channel=channel)
    if window.closes_at is None:
        return _CLOSED(channel=channel)
    return _CLOSED_AGO(channel=channel, ago=ago(window.closes_at, now))


def accessible_countdown(window: Window, now: datetime) -> str:
    """Return the countdown for a screen reader, without seconds."""
    with whole_words():
        return countdown(window, now)


def window_explanation(window: Window, customer_name: str, now: datetime) -> str:
    """Return the sentences that explain the countdown."""
    kind, name, state = window.key.channel, first_name(customer_name), window.state(now)
    channel, where = channel_name(kind), place(kind)
    if state is WindowState.NONE:
        return _NO_LIMIT(channel=channel_label(kind))
    if state is WindowState.NEVER:
        return _NEVER_WROTE(name=name, place=where)
    if state is WindowState.UNKNOWN and window.doubt is not None:
        return f"{_CANNOT_TELL(channel=channel)} {describe(window.doubt.reason)}"
    if state is WindowState.CLOSED and window.was_cut_short and window.closes_at is not None:
        return _REPORTED_CLOSED(channel=channel, when=at_time(window.closes_at, now))
    if window.opened_at is None or window.closes_at is None:
        return _CLOSED_FOR_ALL_WE_SEE(channel=channel)
    wrote_ago = ago(window.opened_at, now)
    if state in (WindowState.OPEN, WindowState.CLOSING):
        return _OPEN(name=name, place=where, ago=wrote_ago, left=span(window.closes_at - now))
    closed_ago, margin = ago(window.closes_at, now), window.margin
    if not margin:
        return _CLOSED_SINCE(name=name, place=where, ago=wrote_ago, closed_ago=closed_ago)
    return _CLOSED_EARLY(name=name, place=where, ago=wrote_ago, closed_ago=closed_ago, margin=margin_text(margin))


def margin_text(margin: timedelta) -> str:
    """Return for example `2 min` or `1 min 30 s`."""
    return seconds_span(margin) if margin % timedelta(minutes=1) else span(margin, after_preposition=True)
