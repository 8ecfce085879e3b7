"""The search above the customer list: its filters, its results and what it says when nothing is found."""

from __future__ import annotations

from datetime import datetime

from desktop.domain.model.facts import ConversationState, EntryKind, Role
from desktop.domain.search.folding import Range
from desktop.domain.search.query import FilterName, FilterProblem
from desktop.text.catalog import Plural, Text, strip_isolates
from desktop.text.formats import ago, whole_words
from desktop.text.locale import number
from desktop.text.names import display_name

FIELD = Text("Search customers and messages")
# Translators: in the empty search field.
PLACEHOLDER = Text("Search", "in an empty field")
RESULTS = Text("Search results")

# --- filters ---------------------------------------------------------------------------------------------------------

FILTERS = Text("Search filters")
# Translators: what each filter of the search is for. The words that are typed, such as "from:", stay English.
FILTER_NAMES = {
    FilterName.FROM: Text("Sender"),
    FilterName.ON: Text("Channel", "of a message"),
    FilterName.AFTER: Text("On this day or later"),
    FilterName.BEFORE: Text("Before this day"),
    FilterName.HAS: Text("With a file"),
    FilterName.TAG: Text("Tag of the conversation"),
    FilterName.IS: Text("State of the conversation"),
}
# Translators: an entry of the menu of filters, such as "Sender (from:)". {typed}: what can be typed instead.
FILTER_ENTRY = Text("{name} ({typed})")
FROM_ME = Text("Me", "sender of a message")
FROM_OTHER = Text("Name…")
OTHER_DAY = Text("Another day…")
DAYS = {
    "today": Text("Today", "as a filter"),
    "yesterday": Text("Yesterday", "as a filter"),
    "7d": Text("7 days ago"),
    "30d": Text("30 days ago"),
    "1y": Text("1 year ago"),
}
STATES = {
    ConversationState.OPEN: Text("Open", "state of a conversation"),
    ConversationState.SNOOZED: Text("Snoozed", "state of a conversation"),
    ConversationState.CLOSED: Text("Closed", "state of a conversation"),
}
# Translators: under the search field. {value}: what was typed. The words after "Try" are typed in English.
_NO_DAY = Text("“{value}” isn't a date. Try 2026-11-30, yesterday or 7d (7 days ago).")
_NO_CHANNEL = Text("“{value}” isn't a channel. Try whatsapp, telegram, sms, messenger or email.")
_NO_STATE = Text("“{value}” isn't a state. Try open, closed or snoozed.")
_NO_CONTENT = Text("“{value}” can't be searched for. Try has:file.")
_PROBLEMS = {
    FilterName.AFTER: _NO_DAY,
    FilterName.BEFORE: _NO_DAY,
    FilterName.ON: _NO_CHANNEL,
    FilterName.IS: _NO_STATE,
    FilterName.HAS: _NO_CONTENT,
}
CONTINUE_TYPING = Text("Type the rest of the filter.")

# --- in a conversation -----------------------------------------------------------------------------------------------

OLDER_MATCH = Text("Older match")
NEWER_MATCH = Text("Newer match")
# Translators: which of the messages that were found is on the screen, such as "3 of 17".
_POSITION = Text("{number} of {count}")


def position(at: int, count: int, has_more: bool) -> str:
    """at: from 1. has_more: there are more than `count`."""
    return _POSITION(number=number(at), count=_MORE_THAN(count=number(count)) if has_more else number(count))


# --- results ---------------------------------------------------------------------------------------------------------

CUSTOMERS = Text("Customers", "heading of search results")
MESSAGES = Text("Messages", "heading of search results")
_MORE_THAN = Text("{count}+")
# Translators: a heading of search results for screen readers, such as "Messages: 12".
HEADING = Text("{heading}: {count}")
_SHOW_CUSTOMERS = Plural("Show {count} customer", "Show all {count} customers")
_SHOW_NEWEST_CUSTOMERS = Plural("Show the {count} best match", "Show the {count} best matches")
CUT_OFF = Text("Only the newest messages were checked.")
SEARCH_ALL = Text("Check all messages on this computer")
NEWEST_ONLY = Text("Narrow the search to find older messages.")
_NOTHING = Text("No customers or messages match “{search}”.")
_NO_MESSAGES = Text("No messages match “{search}”.")
WHAT_TO_TRY = Text("Check the spelling, search for less, or remove a filter.")
# Translators: a field of a customer that was found, such as "plan: Plus". {label}: the attribute's name.
_ATTRIBUTE = Text("{label}: {value}")
# Translators: a message that was found. {author}: who of the team wrote it.
_MESSAGE_BY = Text("{author}: {text}")
_NOTE_BY = Text("Note by {author}: {text}")
_TEAM = Text("Team", "author of a message")
# Translators: heading of what Intercom found that is not on this computer.
IN_INTERCOM = Text("In Intercom")
SEARCH_INTERCOM = Text("Search older conversations in Intercom")
MORE_FROM_INTERCOM = Text("Show more from Intercom")
WHAT_INTERCOM_FINDS = Text(
    "Intercom searches only the first message of a conversation, for complete terms, and contacts by phone or email."
)
NOT_AT_INTERCOM = Text(
    "Intercom can't search by sender, channel or file. Remove these filters to search older conversations there."
)
# Translators: shown while the search has filters only, such as is:snoozed.
NO_TEXT_FOR_INTERCOM = Text("Enter some text, too, to search older conversations in Intercom.")
NOTHING_ELSEWHERE = Text("Intercom found nothing else.")
_SEARCHING = Text("Searching Intercom…")
# Translators: {count} of {total} conversations were found so far.
_SEARCHING_ON = Text("Searching Intercom… {count} of {total} so far.")
CANCEL = Text("Cancel")
LOADING = Text("Loading from Intercom…")
NO_CONVERSATIONS = Text("This contact has no conversations yet.")
NOT_IN_INTERCOM = Text("This conversation can't be shown. It was deleted in Intercom, or its data was deleted here.")

_ACCESSIBLE_CUSTOMER = Text("Customer {name}. {detail}")
_ACCESSIBLE_MESSAGE = Text("{name}, {ago}. {text}")
_COUNTS = Text("Customers: {customers}. Messages: {messages}.")


def problem(found: FilterProblem) -> str:
    """Return what is wrong with a filter."""
    return _PROBLEMS[found.name](value=found.value)


def count(found: int, *, has_more: bool) -> str:
    """Return how many were found, such as `12` or `100+`."""
    return _MORE_THAN(count=number(found)) if has_more else number(found)


def show_customers(shown: int, found: int) -> str:
    """Return the label of the action that shows more customers. shown: how many it shows."""
    return _SHOW_CUSTOMERS(shown) if shown == found else _SHOW_NEWEST_CUSTOMERS(shown)


def nothing_found(search: str, *, has_filters: bool) -> str:
    """Return that nothing was found."""
    return (_NO_MESSAGES if has_filters else _NOTHING)(search=search.strip())


def searching(so_far: int, total: int) -> str:
    """Return that Intercom is being searched. total: 0 while it is not known."""
    return _SEARCHING_ON(count=number(so_far), total=number(total)) if total else _SEARCHING()


def counts(customers: str, messages: str) -> str:
    """Return how much was found, for screen readers."""
    return _COUNTS(customers=customers, messages=messages)


def attribute(label: str, value: str) -> str:
    """Return a field of a customer with its name."""
    return _ATTRIBUTE(label=label, value=value)


def message_line(role: Role, kind: EntryKind, author: str, text: str) -> str:
    """Return what a message says, with its author where that is one of us."""
    if role is Role.CUSTOMER:
        return text
    return (_NOTE_BY if kind is EntryKind.NOTE else _MESSAGE_BY)(author=author or _TEAM(), text=text)


def shifted(ranges: tuple[Range, ...], part: str, whole: str) -> tuple[Range, ...]:
    """Return where ranges of a part are in the whole sentence."""
    at = whole.rfind(part)
    return tuple((start + at, end + at) for start, end in ranges) if at >= 0 else ()


def accessible_customer(name: str, detail: str) -> str:
    """Return a found customer for screen readers."""
    return strip_isolates(_ACCESSIBLE_CUSTOMER(name=display_name(name), detail=detail))


def accessible_message(name: str, sent_at: datetime, now: datetime, text: str) -> str:
    """Return a found message for screen readers."""
    with whole_words():
        age = ago(sent_at, now)
    return strip_isolates(_ACCESSIBLE_MESSAGE(name=display_name(name), ago=age, text=text))
