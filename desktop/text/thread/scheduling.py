"""Replies that are sent later: when, what is expected of that moment, and the list of all of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from desktop.domain.forecast import Forecast, Reply, RouteSituation
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.outgoing import Schedule
from desktop.domain.model.warning import WarningCode
from desktop.text.catalog import Plural, Text
from desktop.text.forecast.warnings import WarningText, warning_texts
from desktop.text.formats import at_time, coming_moment
from desktop.text.names import channel_label, channel_name, first_name, place

# --- when -------------------------------------------------------------------------------------------------------------

SEND_LATER = Text("Send later")
SEND_LATER_TOOLTIP = Text("Send later ({key})")
# Translators: choices of a menu, and what stands after "Scheduled for". {channel}: "WhatsApp". {place}: "on WhatsApp".
BEFORE_CLOSING = Text("Just before {channel} closes ({time})")
WHEN_THEY_WRITE = Text("When they write again")
WHEN_THEY_WRITE_ON = Text("When they write again {place}")
DATE_AND_TIME = Text("Date and time…")
SEND_AT = Text("Send on")
SCHEDULE = Text("Schedule", "button")
# Translators: a choice of the menu with a remark. {choice}: "Tomorrow at 09:00". {channel}: "WhatsApp".
CLOSED_BY_THEN = Text("{choice}   ·   {channel} closed by then")

# Translators: headlines of a reply. {when}: "Tue 09:00" or "09:00". {name}: the customer.
SCHEDULED_FOR = Text("Scheduled for {when}")
SCHEDULED_ON_MESSAGE = Text("Sent when {name} writes again")
SCHEDULED_ON_MESSAGE_ON = Text("Sent when {name} writes again {place}")
NOT_SENT_IN_TIME = Text("Not sent at the scheduled time")
# Translators: {problem}: the title of a warning such as "New message from Jennifer".
WILL_ASK = Text("We'll ask you before it's sent: {problem}.")
SENT_DESPITE = Text("You chose to send it despite this: {problem}.")
CHECKED_AGAIN = Text("We'll check it again then.")
CHANGE_TIME = Text("Change time")

# Translators: a button above Send, of a scheduled reply that is being edited. {headline}: "Scheduled for Tue 09:00".
REMOVE_TIME = Text("{headline}. Remove this time")
REMOVE_TIME_TOOLTIP = Text("Remove this time, so that Send sends it now")

# --- before it is scheduled -------------------------------------------------------------------------------------------

# Translators: {place}: "on WhatsApp"; {when}: "at 14:02" or "on 21 November at 14:02".
WILL_BE_CLOSED = Text("{channel} will be closed by then")
_CLOSES_BEFORE = Text("{channel} closes {closes}, and this is sent {when}.")
_ONLY_MESSENGER = Text("Unless {name} writes {place} before, they'll see it only in the Messenger.")
_NOT_AT_ALL = Text("Unless {name} writes {place} before, they won't see it at all.")
YOUR_REPLY_FOR = Text("Your reply, scheduled for {when}")
YOUR_REPLY_ON_MESSAGE = Text("Your reply, sent when {name} writes again")
SCHEDULE_ANYWAY = Text("Schedule anyway")
SCHEDULE_DOES = Text("Sends nothing yet. It's checked again at that time.")

# --- done -------------------------------------------------------------------------------------------------------------

WAS_SCHEDULED_FOR = Text("Reply scheduled for {when}.")
WAS_SCHEDULED_ON_MESSAGE = Text("Your reply is sent when {name} writes again.")
WAS_SCHEDULED_ON_MESSAGE_ON = Text("Your reply is sent when {name} writes again {place}.")
CANCELLED = Text("Scheduled reply cancelled.")
RESTORED = Text("Scheduled again.")

# Translators: beside the thread of the reply.
DECIDE_HERE = Text("There's a warning for that time. Choose the time again here to see it.")

# --- the list ---------------------------------------------------------------------------------------------------------

SCHEDULED_REPLIES = Text("Scheduled replies")
COUNT = Plural("{count} scheduled", "{count} scheduled")
COUNT_NAME = Plural("{count} reply scheduled", "{count} replies scheduled")
COUNT_TOOLTIP = Text("Replies that are sent later. Click to see them. ({key})")
NOTHING_SCHEDULED = Text("No replies are scheduled.")
NOTHING_SCHEDULED_ABOUT = Text("To send a reply later, click the arrow beside Send.")
OPEN = Text("Open", "verb, on a button")
SEND_NOW = Text("Send now")
CANCEL_REPLY = Text("Cancel reply")
CLOSE_LIST = Text("Close", "close the window")
ONLY_WHILE_RUNNING = Text("Replies are sent only while Reachline is running. What was due meanwhile waits for you.")
# Translators: a row of the list. {when}: "Tue 09:00", or "When they write again". {name}: the customer.
ROW = Text("{when}   ·   {name}")
ROW_NAME = Text("{when}, {name}: {text}")
NOTE_ROW = Text("Note: {text}")


def when(schedule: Schedule, now: datetime) -> str:
    """Return such as `Tue 09:00`, or what the reply waits for."""
    if schedule.at is not None:
        return coming_moment(schedule.at, now)
    return when_they_write(schedule.awaits)


def when_they_write(channel: ChannelKind | None) -> str:
    """channel: `UNKNOWN` for any."""
    if channel is None or channel is ChannelKind.UNKNOWN:
        return WHEN_THEY_WRITE()
    return WHEN_THEY_WRITE_ON(place=place(channel))


def headline(schedule: Schedule, customer_name: str, now: datetime) -> str:
    """Return the headline of a scheduled reply."""
    if schedule.at is not None:
        return SCHEDULED_FOR(when=coming_moment(schedule.at, now))
    name = first_name(customer_name)
    if schedule.awaits is None or schedule.awaits is ChannelKind.UNKNOWN:
        return SCHEDULED_ON_MESSAGE(name=name)
    return SCHEDULED_ON_MESSAGE_ON(name=name, place=place(schedule.awaits))


def was_scheduled(schedule: Schedule, customer_name: str, now: datetime) -> str:
    """Return the sentence that says so."""
    if schedule.at is not None:
        return WAS_SCHEDULED_FOR(when=coming_moment(schedule.at, now))
    name = first_name(customer_name)
    if schedule.awaits is None or schedule.awaits is ChannelKind.UNKNOWN:
        return WAS_SCHEDULED_ON_MESSAGE(name=name)
    return WAS_SCHEDULED_ON_MESSAGE_ON(name=name, place=place(schedule.awaits))


def your_reply(schedule: Schedule, customer_name: str, now: datetime) -> str:
    """Return the heading above the text of a reply that is to be scheduled."""
    if schedule.at is not None:
        return YOUR_REPLY_FOR(when=coming_moment(schedule.at, now))
    return YOUR_REPLY_ON_MESSAGE(name=first_name(customer_name))


def scheduled_warning_texts(
    codes: Iterable[WarningCode],
    forecast: Forecast,
    situation: RouteSituation,
    customer_name: str,
    now: datetime,
    reply: Reply,
    schedule: Schedule | None,
) -> list[WarningText]:
    """As `warning_texts`, but a window that only closes before the reply is sent is said to do so. forecast: of the
    time of the schedule; None for a reply that is sent now.
    """
    reported, at, window = list(codes), schedule.at if schedule is not None else None, situation.window
    is_open = window.closes_at is not None and now < window.closes_at
    if at is None or window.closes_at is None or not is_open or WarningCode.WINDOW_CLOSED not in reported:
        return warning_texts(reported, forecast, situation, customer_name, now, reply)
    channel, name, where = window.key.channel, first_name(customer_name), place(window.key.channel)
    others = [c for c in reported if c not in (WarningCode.WINDOW_CLOSED, WarningCode.MESSENGER_REPLY_DID_NOT_REOPEN)]
    seen = (_ONLY_MESSENGER if forecast.reaches else _NOT_AT_ALL)(name=name, place=where)
    closes = _CLOSES_BEFORE(
        channel=channel_label(channel), closes=at_time(window.closes_at, now), when=at_time(at, now)
    )
    first = WarningText(WILL_BE_CLOSED(channel=channel_name(channel)), f"{closes} {seen}")
    more = warning_texts(others, forecast, situation, customer_name, now, reply) if others else []
    return [first, *more]
