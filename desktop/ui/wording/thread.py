"""Texts of the customer list and the thread: times, arrivals, events, and accessible texts."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache

from desktop.domain.bridge.notice import Notice
from desktop.domain.delivery import Arrival, ChannelArrival
from desktop.domain.direct import DirectRoute, Route
from desktop.domain.history.thread import Author, Chat, Message
from desktop.domain.model.channel import Provider
from desktop.domain.model.facts import Attachment, ChannelKind, Entry
from desktop.domain.origin import Origin
from desktop.domain.window.window import WINDOW_LENGTH, Window, WindowState
from desktop.engine.views import CustomerRow, ListView
from desktop.text import names
from desktop.text.formats import at_time
from desktop.text.reasons.describe import describe
from desktop.ui.wording import words

VIEW_NAMES = {
    ListView.CLOSING_SOON: "Closing soon",
    ListView.MINE: "Mine",
    ListView.UNASSIGNED: "Unassigned",
    ListView.ALL: "All",
    ListView.MESSENGER_ONLY: "Messenger-only replies",
}

EMPTY_VIEW_SENTENCES = {
    ListView.CLOSING_SOON: "No windows close in the next {closing_within}.",
    ListView.MINE: "No open conversation is assigned to you.",
    ListView.UNASSIGNED: "Every open conversation has somebody who looks after it.",
    ListView.ALL: "No customers yet. They appear as soon as the first conversations have been read.",
    ListView.MESSENGER_ONLY: "Every newest reply reached its channel, as far as we know.",
}

# Never "sent" or "delivered" for a state that no provider has confirmed.
ARRIVAL_NAMES = {
    Arrival.EXPECTED: "expected",
    Arrival.NOT_EXPECTED: "not expected to arrive",
    Arrival.UNKNOWN: "not proven",
    Arrival.ACCEPTED: "accepted",
    Arrival.SENT: "sent",
    Arrival.FAILED: "did not arrive",
    Arrival.DELIVERED: "delivered",
    Arrival.READ: "read",
}
DID_NOT_ARRIVE = (Arrival.FAILED, Arrival.NOT_EXPECTED)

EVENT_SENTENCES = {
    "assignment": "{who} changed the assignment",
    "assign_and_reopen": "{who} assigned and reopened the conversation",
    "assign_and_unsnooze": "{who} assigned the conversation and ended its snooze",
    "default_assignment": "Assigned by Intercom",
    "close": "{who} closed the conversation",
    "closed": "{who} closed the conversation",
    "open": "{who} reopened the conversation",
    "opened": "{who} reopened the conversation",
    "snoozed": "{who} snoozed the conversation",
    "unsnoozed": "The snooze ended",
    "timer_unsnooze": "The snooze ended",
    "participant_added": "{who} added somebody to the conversation",
    "participant_removed": "{who} took somebody out of the conversation",
    "conversation_tags_updated": "{who} changed the tags",
    "conversation_rating_changed": "The conversation was rated",
    "away_mode_assignment": "Reassigned, because the assignee is away",
}

PAST_INTERCOM = "past Intercom"
DIRECT_ROUTES = "Can be written to directly"

NO_NAME = "No name"
NOTHING_CHOSEN = "Choose a customer to see everything said with them, on every channel."
SHOW_ALL = "Show all of it ({count} characters)"
WIPED = "Too long ago: these words are kept on this computer no longer. Intercom still has them."
REDACTED = "Deleted in Intercom."
NOTE_HEADING = "Note"
BRIDGE_HEADING = "Bridge notice"
UNKNOWN_SENDER, UNKNOWN_KIND = "Unknown sender", "Unknown kind of message"
COPY_MESSAGE, COPY_SELECTION, COPY_LINK, QUOTE = "Copy message", "Copy selection", "Copy link", "Quote in reply"
COPY_NUMBER = "Copy {number}"
CHANGE_CHANNEL, CHANNEL_BACK = "Change channel", "Not set by hand"
OPEN_IN_INBOX = "Open in the Intercom inbox"
SEARCH_CUSTOMERS = "Search customers"


def display_name(name: str) -> str:
    return name.strip() or NO_NAME


def is_right_to_left(text: str) -> bool:
    """Whether the first character with a direction is right-to-left."""
    for letter in text:
        direction = unicodedata.bidirectional(letter)
        if direction in ("L", "R", "AL"):
            return direction != "L"
    return False


def initials(name: str) -> str:
    """Return up to two letters; "?" for a name without any."""
    letters = [word[0].upper() for word in name.split() if word[0].isalnum()]
    return "".join((letters[0], letters[-1]) if len(letters) > 1 else letters) or "?"


# --- times: cached, because a thread is laid out again for every width ------------------------------------------------


@lru_cache(maxsize=4096)
def clock_time(at: datetime) -> str:
    """Return the local time of day."""
    return at.astimezone().strftime("%H:%M")


@lru_cache(maxsize=4096)
def full_time(at: datetime) -> str:
    """Return local date and time, for tooltips and screen readers."""
    local = at.astimezone()
    return f"{local:%A} {local.day} {local:%B %Y}, {local:%H:%M:%S}"


def day(subject: date, today: date) -> str:
    if subject == today:
        return "Today"
    if subject == today - timedelta(days=1):
        return "Yesterday"
    return f"{subject:%A} {subject.day} {subject:%B}" + ("" if subject.year == today.year else f" {subject.year}")


def short_age(then: datetime, now: datetime) -> str:
    """Return `now`, `5 min`, `3 h`, then a weekday or date, for the customer list."""
    age = now - then
    if age < timedelta(minutes=1):
        return "now"
    if age < timedelta(hours=1):
        return f"{age // timedelta(minutes=1)} min"
    if age < timedelta(hours=24):
        return f"{age // timedelta(hours=1)} h"
    local = then.astimezone()
    if age < timedelta(days=6):
        return f"{local:%a}"
    return f"{local.day} {local:%b}" if local.year == now.astimezone().year else f"{local.day} {local:%b %Y}"


# --- customers -----------------------------------------------------------------------------------------------------


def last_line(row: CustomerRow) -> str:
    text = " ".join(row.last_text.split()) or "No text"
    # Not "you": a colleague may have written it.
    return f"Team: {text}" if row.last_from_us else text


def empty_view(view: ListView, search: str, closing_within: timedelta) -> str:
    if search.strip():
        return f"Nobody here matches “{search}”."
    return EMPTY_VIEW_SENTENCES[view].format(closing_within=words.span(closing_within))


def accessible_row_text(row: CustomerRow, now: datetime, marks: Iterable[str]) -> str:
    """Return a row's text for screen readers. marks: the texts of its icons."""
    parts = [display_name(row.name)]
    if row.unread:
        parts.append("unread")
    parts += [words.channel(row.last_channel), last_line(row), words.ago(row.last_at, now)]
    if row.window is not None and row.waits:
        parts.append(accessible_window_text(row.window, now))
    return ", ".join([*parts, *marks])


def accessible_window_text(window: Window, now: datetime) -> str:
    """Return the countdown for a screen reader, without seconds."""
    left = window.left(now)
    if window.state(now) in (WindowState.OPEN, WindowState.CLOSING) and left is not None:
        return f"{words.channel(window.key.channel)} open for {words.span(left)}"
    return words.countdown(window, now)


# --- messages ------------------------------------------------------------------------------------------------------


def older(count: int) -> str:
    return f"{count:,} older messages" if count != 1 else "1 older message"


def newer(count: int) -> str:
    return f"{count} new"


def rule(channel: ChannelKind, title: str) -> str:
    return " · ".join(part for part in (words.channel(channel), title.strip()) if part)


def event_line(entry: Entry) -> str:
    who = entry.author_name.strip() or "Intercom"
    known = EVENT_SENTENCES.get(entry.event)
    line = known.format(who=who) if known else f"{who}: {entry.event.replace('_', ' ') or 'something happened'}"
    return f"{line}: {' '.join(entry.text.split())}" if entry.text.strip() else line


def not_shown_on(channel: ChannelKind) -> str:
    name = words.channel(channel)
    window = " Doesn't extend the 24-hour window." if channel in WINDOW_LENGTH else ""
    return f"Not shown on {name}.{window}"


def origin_tooltip(origin: Origin) -> str:
    """Return the tooltip of an origin badge, which says how certain the origin is."""
    sure = f"{origin.confidence} % sure"
    if not origin.is_known and origin.channel is not ChannelKind.UNKNOWN:
        return f"Perhaps {words.channel(origin.channel)}, but only {sure}. {describe(origin.reason)}"
    return f"{describe(origin.reason)} {sure[:1].upper()}{sure[1:]}."


def unknown_label(message: Message) -> str:
    """Return the label of a message of an unknown author or kind, which may be the customer's."""
    return UNKNOWN_SENDER if message.author is Author.UNKNOWN else UNKNOWN_KIND


def unknown_tooltip(message: Message) -> str:
    """Return the tooltip of `unknown_label`."""
    if message.author is Author.UNKNOWN:
        return "Intercom doesn't say who wrote this. It may be the customer, and it doesn't open the 24-hour window."
    word = message.entry.event.replace("_", " ")
    return f"Intercom calls this “{word}”. It may be a message, and it doesn't open the 24-hour window."


def ambiguous_notice(notice: Notice) -> str:
    """Return the notice shown under each reply that a failure report may be about."""
    return f"Octopods reported a failure for one of {len(notice.candidates)} replies: “{notice.text.strip()}”"


def arrival(at: ChannelArrival) -> str:
    return f"{words.channel(at.channel)} {ARRIVAL_NAMES[at.arrival]}"


def only_reached_channel(arrived: tuple[ChannelArrival, ...]) -> ChannelKind | None:
    """Return the only channel that was reached after others failed; None if none failed."""
    reached = [a.channel for a in arrived if a.arrival not in DID_NOT_ARRIVE]
    return reached[0] if len(reached) == 1 and len(arrived) > 1 else None


def only_on(channel: ChannelKind) -> str:
    return f"{words.channel(channel)} only"


def missing_sentence(at: ChannelArrival, *, quoted: bool) -> str:
    """Return why a reply did not reach a channel. quoted: the reason is the bridge's own text."""
    return describe(at.reason) if quoted else f"Not on {words.channel(at.channel)}. {describe(at.reason)}"


# --- direct routes -------------------------------------------------------------------------------------------------


def template(name: str) -> str:
    return f"Template {name}"


def direct_arrival(at: ChannelArrival) -> str:
    """Return for example `WhatsApp · accepted`; always in words, since a tick alone says more than is known."""
    return f"{words.channel(at.channel)} · {ARRIVAL_NAMES[at.arrival]}"


def direct_route_tooltip(route: Route) -> str:
    """Return the tooltip of a direct message: provider, addresses, and what colleagues see of it."""
    sender = f" from {_isolated(route.our_address)}" if route.our_address else ""
    to = f" to {_isolated(route.to)}"
    note = "Intercom shows colleagues a note about it, not the message itself."
    return f"Through {route.key.provider.display_name}{sender}{to}. {note}"


def direct_route(subject: DirectRoute) -> str:
    """Return for example `WhatsApp via Meta`, `Telegram via @acme_bot` or `Viber`."""
    provider = subject.route.key.provider
    via = {Provider.WHATSAPP: "Meta", Provider.TELEGRAM: subject.route.our_address or "a bot"}.get(
        provider, provider.display_name
    )
    templates_only = "" if subject.capabilities.sends_free_text else " (templates only)"
    channel = words.channel(subject.route.channel)
    return f"{channel}{templates_only}" if via == channel else f"{channel} via {via}{templates_only}"


def direct_routes(known: Iterable[DirectRoute]) -> str:
    """Return one line for all routes; "" for none. Two addresses of the customer on one account are listed once."""
    names = ", ".join(dict.fromkeys(direct_route(w) for w in known))
    return f"{DIRECT_ROUTES}: {names}" if names else ""


def _isolated(address: str) -> str:
    """Return the address in a left-to-right isolate, for text in any direction."""
    return f"\u2066{address}\u2069"


# --- message contents ----------------------------------------------------------------------------------------------


def empty_message_text(entry: Entry) -> str:
    """Return what is known of a message that has neither text nor files."""
    if entry.redacted:
        return REDACTED
    if entry.wiped:
        return WIPED
    return f"Nothing here that we can show (Intercom calls it “{entry.event.replace('_', ' ')}”)."


def size(size_bytes: int | None) -> str:
    if size_bytes is None:
        return "size unknown"
    if size_bytes < 1000:
        return f"{size_bytes} bytes"
    if size_bytes < 1_000_000:
        return f"{size_bytes / 1000:.0f} kB"
    return f"{size_bytes / 1_000_000:.1f} MB"


def attachment_kind(file: Attachment) -> str:
    kind = file.content_type.partition("/")[0]
    return {"image": "Picture", "audio": "Voice or sound", "video": "Video"}.get(kind, "File")


def author(message: Message) -> str:
    if message.author is Author.BRIDGE:
        return "The bridge"
    fallback = {Author.CUSTOMER: "Customer", Author.UNKNOWN: UNKNOWN_SENDER}.get(message.author, "Teammate")
    return message.entry.author_name.strip() or fallback


def files_or_empty_text(entry: Entry) -> str:
    return ", ".join(f"{attachment_kind(a)} {a.name}" for a in entry.attachments) or empty_message_text(entry)


# --- header --------------------------------------------------------------------------------------------------------


def conversation_label(chat: Chat) -> str:
    """Return the conversation's subject, or else its start date."""
    title = chat.conversation.title.strip()
    began = chat.conversation.created_at.astimezone()
    return title or f"Conversation of {began.day} {began:%B}"


def conversation_status(chat: Chat, assignee: str) -> str:
    """Return for example `open · Maria Lind`."""
    return f"{names.STATES[chat.conversation.state]().lower()} · {assignee}"


def was_cut_short(window: Window) -> bool:
    """Whether the window was reported closed before its time was over."""
    if not window.expired_by or window.closes_at is None:
        return False
    if window.opened_at is None:
        return True
    return window.closes_at < window.opened_at + WINDOW_LENGTH[window.key.channel] - timedelta(minutes=30)


def window_explanation(window: Window, name: str, now: datetime) -> str:
    """Return one or two sentences under the window chart that explain the countdown."""
    customer, channel = words.first_name(name), words.channel(window.key.channel)
    state = window.state(now)
    if state is WindowState.NONE:
        return f"{channel} has no time limit for replies."
    if state is WindowState.NEVER:
        return (
            f"{customer} has never written {words.place(window.key.channel)}, so free-form replies cannot arrive there."
        )
    if state is WindowState.UNKNOWN and window.doubt is not None:
        return f"We cannot tell whether {channel} is open. {describe(window.doubt.reason)}"
    if state is WindowState.CLOSED and was_cut_short(window) and window.closes_at is not None:
        return f"{channel} was reported closed {at_time(window.closes_at, now)}."
    if window.opened_at is None or window.closes_at is None:
        return f"{channel} is closed, by what we can see."
    wrote = f"{customer} last wrote {words.place(window.key.channel)} {words.ago(window.opened_at, now)}"
    if state in (WindowState.OPEN, WindowState.CLOSING):
        return f"{wrote}. Replies can arrive there for another {words.span(window.closes_at - now)}."
    return (
        f"{wrote}. Its 24 hours ended {words.ago(window.closes_at, now)}, a little early on purpose. "
        "What was written anywhere else does not count."
    )
