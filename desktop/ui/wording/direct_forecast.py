"""The sentences of a forecast on a direct route: it reaches one channel or nothing, and its account has limits."""

from __future__ import annotations

from desktop.domain.content.files import MAX_FILES, direct_file_route
from desktop.domain.direct_reach import NEVER_ENDS, DirectSituation
from desktop.domain.forecast import Reply, refused_file
from desktop.domain.model.warning import WarningCode
from desktop.domain.window.window import WindowState
from desktop.text.files import file_refusal
from desktop.text.formats import at_time
from desktop.ui.wording import words
from desktop.ui.wording.reach_sentences import ForecastContext, doubt_text, refusal, refusal_title, remaining_text

# These replace the sentences for a reply through Intercom. Fields: see `direct_fields`.
DIRECT_ADDED_SENTENCES = {
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


def direct_sentence(context: ForecastContext, direct: DirectSituation) -> str:
    """Return where the message arrives."""
    codes, able = context.forecast.warnings, direct.capabilities
    if WarningCode.WINDOW_UNKNOWN in codes:
        hint = " A template needs no open window." if able.has_templates else ""
        return f"Not certain: {_doubt_text(context, direct)}{hint}"
    if WarningCode.WINDOW_CLOSED in codes:
        hint = " Send a template." if able.has_templates else ""
        return f"{_closed_text(context, direct)}: free text will not arrive.{hint}"
    if WarningCode.CHANNEL_REFUSED_LATELY in codes:
        return f"{refusal_title(context)}. {refusal(context)}"
    sender = f", from {direct.route.our_address}" if direct.route.our_address else ""
    text = f"Arrives {words.place(context.channel)} only{sender}; colleagues see a note"
    if context.reply.template:
        return f"{text}. It opens no window." if able.needs_window else text
    left = direct.window.left(context.now) if able.needs_window else None
    return text if left is None else f"{text} · {remaining_text(left)} left"


def is_relevant(code: WarningCode, context: ForecastContext) -> bool:
    """Whether to report a warning: the limit of a caption is irrelevant for an account that sends no files."""
    if code is not WarningCode.TEXT_TOO_LONG or context.direct is None:
        return True
    able = context.direct.capabilities
    return not context.reply.attachments or able.max_file_bytes > 0 or len(context.reply.text) > able.max_text


def direct_fields(context: ForecastContext, direct: DirectSituation) -> dict[str, str]:
    """Return the fields that differ from those of a reply through Intercom."""
    able, files = direct.capabilities, context.reply.attachments
    beside_file = bool(files) and able.max_file_bytes > 0
    doubt = _doubt_text(context, direct)
    return {
        "place": words.place(context.channel),
        "provider": direct.route.key.provider.display_name,
        "window_reason": _window_reason(context, direct),
        "doubt": doubt[:1].upper() + doubt[1:],
        "limit": f"{able.max_caption if beside_file else able.max_text:,}",
        "beside": " beside a file" if beside_file else "",
        "these_files": "this file" if len(files) == 1 else "these files",
        "file_fact": _file_sentence(context.reply, direct),
    }


def _closed_text(context: ForecastContext, direct: DirectSituation) -> str:
    """Return for example `Jennifer's WhatsApp window closed 2 h ago`."""
    window, subject = direct.window, f"{context.name}'s {words.channel(context.channel)} window"
    if window.state(context.now) is WindowState.NEVER:
        return f"{subject} never opened"
    return (
        f"{subject} is closed"
        if window.closes_at is None
        else f"{subject} closed {words.ago(window.closes_at, context.now)}"
    )


def _window_reason(context: ForecastContext, direct: DirectSituation) -> str:
    opened_at, channel = direct.window.opened_at, words.channel(context.channel)
    if direct.window.was_cut_short and direct.window.closes_at is not None:
        return f"{channel} was reported closed {at_time(direct.window.closes_at, context.now)}."
    if opened_at is None:
        return f"We know of no {channel} message from {context.name} to this number, so the window never opened."
    last = f"{context.name}'s last {channel} message to this number was {words.ago(opened_at, context.now)}"
    return f"{last}, and free text is let through for 24 h only."


def _doubt_text(context: ForecastContext, direct: DirectSituation) -> str:
    doubt = direct.window.doubt
    if doubt is not None and doubt.until == NEVER_ENDS:
        return f"Reachline cannot see what {context.name} writes to this number."
    return doubt_text(context)


def _file_sentence(reply: Reply, direct: DirectSituation) -> str:
    """Return why this account does not accept the files."""
    provider = direct.route.key.provider
    route = direct_file_route(provider)
    if MAX_FILES[route] and len(reply.attachments) > MAX_FILES[route]:
        return f"{provider.display_name} takes one file at a time."
    refused = refused_file(reply.attachments, route, has_text=bool(reply.text))
    return file_refusal(*refused, provider.display_name) if refused is not None else "A file may not arrive."
