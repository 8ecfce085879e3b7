"""Forecast words of a message past Intercom: it reaches one channel or nothing, and its account has limits."""

from __future__ import annotations

from desktop.domain.content.files import MAX_FILES, direct_file_route
from desktop.domain.direct_reach import NEVER_ENDS, DirectSituation
from desktop.domain.forecast import Reply, refused_file
from desktop.domain.model.warning import WarningCode
from desktop.domain.window.window import WindowState
from desktop.text.files import file_refusal
from desktop.text.times import at_time
from desktop.ui.wording import words
from desktop.ui.wording.places import Telling, doubt_words, left_words, refusal, refusal_title
from desktop.ui.wording.thread import was_cut_short

# Instead of what is said of a reply through Intercom. Fields: see `direct_fields`.
DIRECT_ADDED = {
    WarningCode.TEXT_TOO_LONG: "Too long{beside}: {length} of {limit} characters.",
    WarningCode.ATTACHMENT_REFUSED: "{file_fact}",
}

DIRECT_WARNINGS = {
    WarningCode.WINDOW_CLOSED: (
        "Free text will not arrive {place}",
        "{name} will not see this anywhere.",
        "{window_reason}",
    ),
    WarningCode.WINDOW_UNKNOWN: (
        "Not certain to arrive {place}",
        "{name} may not see this at all.",
        "{doubt}",
    ),
    WarningCode.TEXT_TOO_LONG: (
        "Too long for {channel}",
        "{provider} may refuse it, and then {name} gets nothing.",
        "It takes {limit} characters{beside}, and this has {length}.",
    ),
    WarningCode.ATTACHMENT_REFUSED: (
        "Not with {these_files}",
        "{provider} refuses it, and then {name} gets nothing.",
        "{file_fact}",
    ),
}


def about_direct(told: Telling, direct: DirectSituation) -> str:
    """The half about where it arrives."""
    codes, able = told.forecast.warnings, direct.capabilities
    if WarningCode.WINDOW_UNKNOWN in codes:
        other = " A template needs no open window." if able.has_templates else ""
        return f"Not certain: {_doubt(told, direct)}{other}"
    if WarningCode.WINDOW_CLOSED in codes:
        other = " Send a template." if able.has_templates else ""
        return f"{_closed(told, direct)}: free text will not arrive.{other}"
    if WarningCode.CHANNEL_REFUSED_LATELY in codes:
        return f"{refusal_title(told)}. {refusal(told)}"
    sender = f", from {direct.route.our_address}" if direct.route.our_address else ""
    said = f"Arrives {words.place(told.channel)} only{sender}; colleagues see a note"
    if told.reply.template:
        return f"{said}. It opens no window." if able.needs_window else said
    left = direct.window.left(told.now) if able.needs_window else None
    return said if left is None else f"{said} · {left_words(left)} left"


def worth_saying(code: WarningCode, told: Telling) -> bool:
    """Where an account sends no files at all, how long a text beside them may be is no news."""
    if code is not WarningCode.TEXT_TOO_LONG or told.direct is None:
        return True
    able = told.direct.capabilities
    return not told.reply.attachments or able.max_file_bytes > 0 or len(told.reply.text) > able.max_text


def direct_fields(told: Telling, direct: DirectSituation) -> dict[str, str]:
    """Where these sentences need other words than those of a reply through Intercom."""
    able, files = direct.capabilities, told.reply.attachments
    beside_file = bool(files) and able.max_file_bytes > 0
    doubt = _doubt(told, direct)
    return {
        "place": words.place(told.channel),
        "provider": direct.route.key.provider.display_name,
        "window_reason": _window_reason(told, direct),
        "doubt": doubt[:1].upper() + doubt[1:],
        "limit": f"{able.max_caption if beside_file else able.max_text:,}",
        "beside": " beside a file" if beside_file else "",
        "these_files": "this file" if len(files) == 1 else "these files",
        "file_fact": _file_fact(told.reply, direct),
    }


def _closed(told: Telling, direct: DirectSituation) -> str:
    """`Jennifer's WhatsApp window closed 2 h ago`."""
    window, whose = direct.window, f"{told.name}'s {words.channel(told.channel)} window"
    if window.state(told.now) is WindowState.NEVER:
        return f"{whose} never opened"
    return (
        f"{whose} is closed" if window.closes_at is None else f"{whose} closed {words.ago(window.closes_at, told.now)}"
    )


def _window_reason(told: Telling, direct: DirectSituation) -> str:
    opened_at, channel = direct.window.opened_at, words.channel(told.channel)
    if was_cut_short(direct.window) and direct.window.closes_at is not None:
        return f"{channel} was reported closed {at_time(direct.window.closes_at, told.now)}."
    if opened_at is None:
        return f"We know of no {channel} message from {told.name} to this number, so the window never opened."
    last = f"{told.name}'s last {channel} message to this number was {words.ago(opened_at, told.now)}"
    return f"{last}, and free text is let through for 24 h only."


def _doubt(told: Telling, direct: DirectSituation) -> str:
    doubt = direct.window.doubt
    if doubt is not None and doubt.until == NEVER_ENDS:
        return f"Reachline cannot see what {told.name} writes to this number."
    return doubt_words(told)


def _file_fact(reply: Reply, direct: DirectSituation) -> str:
    """Why this account does not take the files."""
    provider = direct.route.key.provider
    route = direct_file_route(provider, direct.route.channel)
    if MAX_FILES[route] and len(reply.attachments) > MAX_FILES[route]:
        return f"{provider.display_name} takes one file at a time."
    refused = refused_file(reply.attachments, route, has_text=bool(reply.text))
    return file_refusal(*refused, provider.display_name) if refused is not None else "A file may not arrive."
