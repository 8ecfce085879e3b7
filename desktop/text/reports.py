"""The reports: Messenger-only replies, windows that closed, answers in the Messenger, and whom to reach."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from desktop.domain.history.report_events import ReportEvent, ReportKind
from desktop.domain.model.facts import ChannelKind
from desktop.text.catalog import Plural, Text
from desktop.text.formats import ago, day_and_month
from desktop.text.locale import number
from desktop.text.names import channel_label

REPORTS = Text("Reports")
# Translators: a list of the reports.
REPORT_LIST = Text("Reports", "list of pages")
CLOSE = Text("Close", "close the window")
EXPORT = Text("Export as CSV…")
EXPORT_TITLE = Text("Export a report")
EXPORTED = Text("Exported: {file}")
NOT_EXPORTED = Text("Not exported: {reason}")
# Translators: kind of file, in a dialog.
CSV_FILES = Text("CSV files (*.csv)")

# Translators: names of the pages. {count} is a number.
TO_DO = Text("To do")
TO_DO_COUNT = Text("To do ({count})")
TITLES = {
    ReportKind.MESSENGER_ONLY: Text("Messenger-only replies"),
    ReportKind.WINDOW_CLOSED: Text("Windows that closed"),
    ReportKind.MESSENGER_ANSWER: Text("Customer answers in the Messenger"),
}
TO_DO_ABOUT = Text(
    "Customers whom no reply has reached since. They leave this list when a reply reaches them, or when you mark "
    "them as done."
)
ABOUT = {
    ReportKind.MESSENGER_ONLY: Text(
        "Replies in WhatsApp, Telegram and similar conversations that reached the Messenger only."
    ),
    ReportKind.WINDOW_CLOSED: Text(
        "Windows that closed while the customer was waiting for a reply. After that, only a template reaches them "
        "there."
    ),
    ReportKind.MESSENGER_ANSWER: Text(
        "Messages that customers wrote in the Messenger, in a conversation from another channel. They don't extend the "
        "24-hour window."
    ),
}
# Translators: above a chart.
TOTALS = {
    ReportKind.MESSENGER_ONLY: Plural("{count} reply in 30 days", "{count} replies in 30 days"),
    ReportKind.WINDOW_CLOSED: Plural("{count} window in 30 days", "{count} windows in 30 days"),
    ReportKind.MESSENGER_ANSWER: Plural("{count} answer in 30 days", "{count} answers in 30 days"),
}
NOTHING = {
    ReportKind.MESSENGER_ONLY: Text("No reply reached the Messenger only."),
    ReportKind.WINDOW_CLOSED: Text("No window closed on a waiting customer."),
    ReportKind.MESSENGER_ANSWER: Text("No customer answered in the Messenger instead."),
}
NOTHING_ABOUT = Text("In the last 30 days, in the conversations on this computer.")
NOTHING_TO_DO = Text("Nobody is waiting to be reached")
NOTHING_TO_DO_ABOUT = Text(
    "Customers appear here when a reply reaches the Messenger only, or when a window closes on them."
)
NOT_COMPLETE = Text("Not all conversations of these days are on this computer yet. The numbers can still grow.")
# Translators: {count} customers are in the list, of more.
MORE_TO_DO = Plural("{count} more customer follows.", "{count} more customers follow.")

OPEN = Text("Open")
MARK_DONE = Text("Mark as done")
MARKED_DONE = Plural("{count} customer marked as done.", "{count} customers marked as done.")
UNDO = Text("Undo")
UNDONE = Text("Undone.")
# Translators: rows of a list, below the customer's name. {ago}: "3 h ago".
_ROW_MESSENGER_ONLY = Text("The reply reached the Messenger, not {channel} · {ago}")
_ROW_WINDOW_CLOSED = Text("{channel} closed while they waited · {ago}")

AS_TABLE = Text("Show as a table")
AS_CHART = Text("Show as a chart")
# Translators: headings of a table.
DAY = Text("Day")
TOTAL = Text("Total")
# Translators: {day}: "21 November". {details}: "WhatsApp 3".
_DAY_TOOLTIP = Text("{day}: {details}")
_CHANNEL_COUNT = Text("{channel} {count}")
# Translators: for screen readers. {title}: name of the report; {total}: "12 replies in 30 days".
CHART = Text("{title}: {total}. The table has the numbers of each day.")
# Translators: on a line in a chart.
TEXTS_SET = Text("Texts set")
OPEN_TEXTS = Text("Customer texts…")
NO_TEXTS_SET = Text(
    "Set a welcome message and a notice in Intercom that ask customers to answer on WhatsApp, then compare here."
)
# Translators: {before}, {after}: numbers such as "12.5".
_BEFORE_AND_AFTER = Text("Before the texts were set on {day}: {before} a week. Since then: {after} a week.")
_TOO_EARLY = Text("Before the texts were set on {day}: {before} a week. It is too early for a number since then.")

# Columns of the file.
COLUMN_TIME = Text("Time")
COLUMN_REPORT = Text("Report")
COLUMN_CHANNEL = Text("Channel")
COLUMN_CUSTOMER = Text("Customer")
COLUMN_CONVERSATION = Text("Conversation", "column of a table")
COLUMN_TO_DO = Text("To do")
YES = Text("Yes", "in a table")
NO = Text("No", "in a table")


def to_do_line(event: ReportEvent, now: datetime) -> str:
    """Return what happened to a customer who is to be reached, and how long ago."""
    row = _ROW_WINDOW_CLOSED if event.kind is ReportKind.WINDOW_CLOSED else _ROW_MESSENGER_ONLY
    return row(channel=channel_label(event.channel), ago=ago(event.at, now))


def channel_count(channel: ChannelKind, count: int) -> str:
    """Return for example `WhatsApp 12`."""
    return _CHANNEL_COUNT(channel=channel_label(channel), count=count)


def day_tooltip(day: date, details: str) -> str:
    """Return the numbers of one day. details: as of `formats.listed`."""
    return _DAY_TOOLTIP(day=day_and_month(day), details=details)


def before_and_after(set_at: datetime, before: float | None, after: float | None) -> str:
    """Return answers a week before and after the texts were set; None where too little time has passed."""
    day = day_and_month(set_at.astimezone().date())
    shown = number(before or 0.0, 1)
    if after is None:
        return _TOO_EARLY(day=day, before=shown)
    return _BEFORE_AND_AFTER(day=day, before=shown, after=number(after, 1))


def column_titles() -> list[str]:
    """Return the headings of an exported file."""
    columns = (COLUMN_TIME, COLUMN_REPORT, COLUMN_CHANNEL, COLUMN_CUSTOMER, COLUMN_CONVERSATION, COLUMN_TO_DO)
    return [column() for column in columns]


def cells(event: ReportEvent, name: str, is_to_do: bool) -> list[str]:
    """Return the cells of one event in that order; the time in a form that tables sort."""
    time = event.at.astimezone().isoformat(" ", "seconds")
    where = channel_label(event.channel)
    return [time, TITLES[event.kind](), where, name, event.conversation_id, (YES if is_to_do else NO)()]


def totals(counts: Mapping[ChannelKind, Sequence[int]]) -> dict[ChannelKind, int]:
    """Return the sum of each channel, the greatest first."""
    sums = {channel: sum(numbers) for channel, numbers in counts.items()}
    return dict(sorted(sums.items(), key=lambda item: (-item[1], item[0])))
