"""The customer list: its views, its rows and what it says when it is empty."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial

from desktop.domain.history.customer_row import CustomerRow
from desktop.domain.model.facts import ChannelKind, Priority
from desktop.domain.model.frozen import frozen
from desktop.domain.model.list_view import AnyView, ListView, TeamListView
from desktop.domain.model.presence import Colleague
from desktop.domain.model.workspace import BRIDGE_TAGS
from desktop.text.catalog import Plural, Text
from desktop.text.formats import ago, coming_moment, listed, shorten, whole_words
from desktop.text.names import channel_label, display_name
from desktop.text.thread.presence import presence_lines
from desktop.text.thread.screen_reader import accessible_sentences
from desktop.text.thread.window import accessible_countdown, countdown

CUSTOMERS = Text("Customers")
# Translators: for screen readers: a customer in the list whose name and message are not here yet.
LOADING = Text("Loading…")

# What an empty list says: a heading, and a sentence below it.

# Translators: {span}: "2 h".
_NO_WINDOW_CLOSES = Text("No windows close in the next {span}")
_EMPTY_TEAM = (
    Text("No open conversations in this team"),
    Text("Conversations that are assigned to the team appear here."),
)
_EMPTY = {
    ListView.CLOSING_SOON: (
        _NO_WINDOW_CLOSES,
        Text("Customers who wait appear here before their WhatsApp window closes."),
    ),
    ListView.MINE: (Text("Nobody in Mine"), Text("Conversations that are assigned to you appear here.")),
    ListView.UNASSIGNED: (
        Text("Every open conversation is assigned"),
        Text("New conversations appear here until somebody takes them."),
    ),
    ListView.MENTIONS: (
        Text("No mentions"),
        Text("Customers appear here when a note in an open or snoozed conversation mentions you."),
    ),
    ListView.OPEN: (Text("No open conversations"), Text("Customers appear here when they write to you.")),
    ListView.SNOOZED: (
        Text("Nobody in Snoozed"),
        Text("Customers whose conversations are snoozed appear here until the conversations open again."),
    ),
    ListView.CLOSED: (
        Text("Nobody in Closed"),
        Text("Customers appear here when all of their conversations are closed."),
    ),
    ListView.ALL: (Text("No customers yet"), Text("They appear here as soon as somebody writes to you in Intercom.")),
    ListView.MESSENGER_ONLY: (
        Text("No Messenger-only replies"),
        Text("Customers appear here when your latest reply to them reached the Messenger only."),
    ),
}
# Translators: below "Nobody in Mine".
SOME_UNASSIGNED = Plural("{count} customer isn't assigned to anybody.", "{count} customers aren't assigned to anybody.")
SHOW_UNASSIGNED = Text("Show unassigned")
# While only unread conversations are shown.
NO_UNREAD = Text("No unread conversations")
NO_UNREAD_ABOUT = Text("Conversations in this view appear here when somebody writes.")
# Translators: a button that shows read conversations too.
SHOW_ALL = Text("Show all")
FIRST_SYNC = Text("Loading your conversations")
LOADED = Text("{done} loaded so far. Customers appear here as they come in.")
LOADED_OF = Text("{done} of {total} loaded. Customers appear here as they come in.")
OFFLINE = Text("You're offline")
OFFLINE_ABOUT = Text("Your customers appear here as soon as Intercom can be reached. We keep trying.")
TRY_NOW = Text("Try now")

# Translators: the last message in a row. {text}: what a teammate wrote.
_TEAM = Text("Team: {text}")
_NO_TEXT = Text("No text")
# Translators: the last message was on {channel}, {ago}: "5 min ago".
_LAST_MESSAGE = Text("{channel}, {ago}")


@frozen
class RowMark:
    """An icon before the last message. icon: name in the icon font. role: of its color in the theme. describe: its
    tooltip, and what screen readers say."""

    is_shown: Callable[[CustomerRow], bool]
    icon: str
    role: str
    describe: Callable[[CustomerRow, datetime], str]


def _has_priority(priority: Priority, row: CustomerRow) -> bool:
    return row.priority is priority


def _plain(text: Text) -> Callable[[CustomerRow, datetime], str]:
    return lambda _row, _now: text()


# Translators: a customer whose conversations are snoozed. {until}: such as "14:02", "Tue 09:00" or "21 Nov, 09:00".
_SNOOZED_UNTIL = Text("Snoozed until {until}")
# Translators: the last message in the row of such a customer. {line}: the message.
_SNOOZED_LINE = Text("Snoozed until {until} · {line}")


def _snoozed_until(row: CustomerRow, now: datetime) -> str:
    return _SNOOZED_UNTIL(until=coming_moment(row.snoozed_until, now)) if row.snoozed_until is not None else ""


# Translators: an icon in a row. Intercom's priorities of a conversation.
_PRIORITIES = {
    Priority.URGENT: ("fa6s.angles-up", "danger", Text("Priority: urgent")),
    Priority.HIGH: ("fa6s.star", "soon", Text("Priority: high")),
    Priority.MEDIUM: ("fa6s.star-half-stroke", "soon", Text("Priority: medium")),
    Priority.LOW: ("fa6s.angle-down", "muted", Text("Priority: low")),
}
ROW_MARKS = (
    RowMark(lambda row: row.messenger_only, "fa6s.eye-slash", "danger", _plain(Text("Latest reply: Messenger only"))),
    RowMark(lambda row: row.snoozed_until is not None, "fa6s.clock", "muted", _snoozed_until),
    *(RowMark(partial(_has_priority, p), icon, role, _plain(text)) for p, (icon, role, text) in _PRIORITIES.items()),
)


def marks_of(row: CustomerRow) -> list[RowMark]:
    """The marks that a row shows, in order."""
    return [mark for mark in ROW_MARKS if mark.is_shown(row)]


_TAGS = Text("Tags: {tags}")
# Translators: after the tags that fit into a row: how many more there are.
MORE_TAGS = Text("+{count}")


def tags_of(row: CustomerRow) -> tuple[str, ...]:
    """The tags that a row shows: those that name its channel say nothing that the channel's icon does not."""
    return tuple(tag for tag in row.tags if tag.strip().casefold() not in BRIDGE_TAGS)


def more_about(row: CustomerRow, now: datetime) -> list[str]:
    """What the marks of a row mean, and its tags, for the tooltip and screen readers."""
    tags = tags_of(row)
    return [*(mark.describe(row, now) for mark in marks_of(row)), *([_TAGS(tags=listed(tags))] if tags else [])]


# Translators: rows for screen readers. {last}: such as "WhatsApp, 5 min ago". {line}: the last message.
_ACCESSIBLE_ROW = Text("{name}. {last}: {line}")
ACCESSIBLE_UNREAD_ROW = Text("{name}, unread. {last}: {line}")
_LONGEST_LINE = 80


def empty_view(view: AnyView, closing_within: str) -> tuple[str, str]:
    """Return what the list of an empty view says: a heading, and the sentence below it."""
    title, text = _EMPTY_TEAM if isinstance(view, TeamListView) else _EMPTY[view]
    return (title(span=closing_within) if view is ListView.CLOSING_SOON else title()), text()


def last_line(row: CustomerRow) -> str:
    """Return the newest message in one line."""
    text = " ".join(row.last_text.split()) or _NO_TEXT()
    # Not "you": a teammate may have written it.
    return _TEAM(text=text) if row.last_from_us else text


def row_line(row: CustomerRow, now: datetime) -> str:
    """Return what a row shows below the name: the newest message, behind the end of a snooze."""
    if row.snoozed_until is None:
        return last_line(row)
    return _SNOOZED_LINE(until=coming_moment(row.snoozed_until, now), line=last_line(row))


def row_tooltip(row: CustomerRow, now: datetime, colleagues: Iterable[Colleague] = ()) -> str:
    """Return name, colleagues who are there, newest message, time left, marks and tags, one a line."""
    last = _channel_and_age(row, now)
    left, more = countdown(row.window, now) if row.window is not None else "", more_about(row, now)
    return "\n".join(line for line in (display_name(row.name), *presence_lines(colleagues), last, left, *more) if line)


def _channel_and_age(row: CustomerRow, now: datetime) -> str:
    age = ago(row.last_at, now)
    is_known = row.last_channel is not ChannelKind.UNKNOWN
    return _LAST_MESSAGE(channel=channel_label(row.last_channel), ago=age) if is_known else age


def accessible_row(row: CustomerRow, now: datetime, colleagues: Iterable[Colleague] = ()) -> str:
    """Return a row's text for screen readers."""
    with whole_words():
        last = _channel_and_age(row, now)
    first = (ACCESSIBLE_UNREAD_ROW if row.unread else _ACCESSIBLE_ROW)(
        name=display_name(row.name),
        last=last,
        line=shorten(last_line(row), _LONGEST_LINE),
    )
    left = accessible_countdown(row.window, now) if row.window is not None and row.waits else ""
    return accessible_sentences((first, *presence_lines(colleagues), left, *more_about(row, now)))


# --- several selected customers ---------------------------------------------------------------------------------------

SELECTED = Plural("{count} selected", "{count} selected")
SELECT_ONE = Text("Clear selection")
# Translators: {does}: what a button does, such as "Close their conversations"; {keys}: such as "E".
DOES_AND_KEYS = Text("{does} ({keys})")
# By the names of the commands.
FOR_ALL_SELECTED = {
    "assign": Text("Assign their conversations"),
    "tag": Text("Tag their conversations"),
    "priority": Text("Mark their conversations as priority, or not"),
    "snooze": Text("Snooze their conversations"),
    "close": Text("Close their conversations"),
    "reopen": Text("Reopen their conversations"),
    "mark_unread": Text("Mark them as unread"),
    "mark_read": Text("Mark them as read"),
}
