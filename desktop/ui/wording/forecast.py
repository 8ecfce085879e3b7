"""The texts of a forecast: one line for the composer, a title and two sentences for each warning. No widgets."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from desktop.domain.content.files import bridge_file_route
from desktop.domain.direct_reach import DirectSituation
from desktop.domain.forecast import MAX_TEXT, Forecast, Reply, RouteSituation, refused_file
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.outgoing import find_placeholder
from desktop.domain.model.warning import Verdict, WarningCode
from desktop.text.files import file_refusal
from desktop.ui.wording import words
from desktop.ui.wording.direct_forecast import (
    DIRECT_ADDED_SENTENCES,
    DIRECT_WARNINGS,
    direct_fields,
    direct_sentence,
    is_relevant,
)
from desktop.ui.wording.reach_sentences import (
    ForecastContext,
    assumption,
    doubt_text,
    mapping_reason,
    origin_phrase,
    place_phrase,
    reach_sentence,
    refusal,
    refusal_effect,
    refusal_title,
    unknown_reach,
    visibility_sentence,
    window_reason,
)
from desktop.ui.wording.warnings import ADDED_SENTENCES, COVERED_BY_REACH, WARNINGS


def sentence(forecast: Forecast, situation: RouteSituation, customer_name: str, now: datetime, reply: Reply) -> str:
    """Return the forecast line: where the reply arrives, then all other warnings."""
    context = _context(forecast, situation, customer_name, now, reply)
    if WarningCode.SIGNED_OUT in forecast.warnings:
        return ADDED_SENTENCES[WarningCode.SIGNED_OUT]
    place = f"A note for your team. {context.name} will not see it." if reply.internal else _reach_sentence(context)
    fields, table = (
        _fields(context),
        ADDED_SENTENCES if context.direct is None else ADDED_SENTENCES | DIRECT_ADDED_SENTENCES,
    )
    added = [table[code].format_map(fields) for code in _reported_codes(context) if code not in COVERED_BY_REACH]
    if added and not place.endswith("."):
        place += "."
    blocked = forecast.verdict is Verdict.BLOCKED
    return " ".join([*added, place] if blocked else [place, *added])


def warning_title(
    code: WarningCode, forecast: Forecast, situation: RouteSituation, customer_name: str, now: datetime, reply: Reply
) -> str:
    context = _context(forecast, situation, customer_name, now, reply)
    return _table_row(code, context)[0].format_map(_fields(context))


def warning_text(
    code: WarningCode, forecast: Forecast, situation: RouteSituation, customer_name: str, now: datetime, reply: Reply
) -> str:
    """Return two short sentences: what will happen, and why."""
    context = _context(forecast, situation, customer_name, now, reply)
    fields = _fields(context)
    _, what, why = _table_row(code, context)
    return f"{what.format_map(fields)} {why.format_map(fields)}"


def warning_texts(
    codes: Iterable[WarningCode],
    forecast: Forecast,
    situation: RouteSituation,
    customer_name: str,
    now: datetime,
    reply: Reply,
) -> list[tuple[str, str]]:
    """Return title and text for each code, in order, leaving out what another one already says."""
    reported = list(codes)
    if WarningCode.WINDOW_CLOSED in reported and WarningCode.MESSENGER_REPLY_DID_NOT_REOPEN in reported:
        # The reason for the closed window already mentions the message that does not count.
        reported.remove(WarningCode.MESSENGER_REPLY_DID_NOT_REOPEN)
    context = _context(forecast, situation, customer_name, now, reply)
    return [
        (
            warning_title(code, forecast, situation, customer_name, now, reply),
            warning_text(code, forecast, situation, customer_name, now, reply),
        )
        for code in reported
        if is_relevant(code, context) or len(reported) == 1
    ]


def _context(
    forecast: Forecast, situation: RouteSituation, customer_name: str, now: datetime, reply: Reply
) -> ForecastContext:
    name = words.first_name(customer_name)
    if isinstance(situation, DirectSituation):
        return ForecastContext(forecast, situation.conversation, name, now, reply, situation)
    return ForecastContext(forecast, situation, name, now, reply)


def _reach_sentence(context: ForecastContext) -> str:
    return reach_sentence(context) if context.direct is None else direct_sentence(context, context.direct)


def _reported_codes(context: ForecastContext) -> list[WarningCode]:
    return [code for code in context.forecast.warnings if is_relevant(code, context)]


def _table_row(code: WarningCode, context: ForecastContext) -> tuple[str, str, str]:
    return WARNINGS[code] if context.direct is None else DIRECT_WARNINGS.get(code, WARNINGS[code])


def _fields(context: ForecastContext) -> dict[str, str]:
    """Return the values of all placeholders; an unknown value has a phrase that says so."""
    s, reply, now = context.situation, context.reply, context.now
    channel, elsewhere = context.channel, s.newest_anywhere
    ours = s.newest_reply.entry if s.newest_reply is not None else None
    left, limit = context.window.left(now), MAX_TEXT.get(channel)
    doubt, used_at = doubt_text(context), reply.template_used_at
    known = {
        "name": context.name,
        "channel": "the channel" if channel is ChannelKind.UNKNOWN else words.channel(channel),
        "place": words.place(channel),
        "left": "a while" if left is None else words.span(left),
        "opened_ago": "at a time we do not know"
        if context.window.opened_at is None
        else words.ago(context.window.opened_at, now),
        "window_reason": window_reason(context),
        "doubt": doubt[:1].upper() + doubt[1:],
        "not_arrive": "Probably will not arrive" if context.is_native or context.is_weak else "Will not arrive",
        "will_see": visibility_sentence(context, "will"),
        "may_see": visibility_sentence(context, "may"),
        "here_from": origin_phrase(s.newest_here),
        "here_ago": context.ago(s.newest_here),
        "elsewhere": place_phrase(elsewhere),
        "elsewhere_from": origin_phrase(elsewhere),
        "elsewhere_ago": context.ago(elsewhere),
        "teammate": (ours.author_name.strip() if ours is not None else "") or "A teammate",
        "reply_ago": context.ago(s.newest_reply),
        "template_ago": "at a time we do not know" if used_at is None else words.ago(used_at, now),
        "length": f"{len(reply.text):,}",
        "limit": "fewer" if limit is None else f"{limit:,}",
        "file_refusal": _file_refusal(reply, channel),
        "placeholder": find_placeholder(reply.text) or "a placeholder",
        "mapping_reason": mapping_reason(context),
        "moved_place": words.place(context.moved_to),
        "assumption": assumption(context),
        "refused_title": refusal_title(context),
        "refused_outcome": refusal_effect(context),
        "refusal": refusal(context),
        "reach_reason": unknown_reach(context),
    }
    return known if context.direct is None else known | direct_fields(context, context.direct)


def _file_refusal(reply: Reply, channel: ChannelKind) -> str:
    route = bridge_file_route(channel)
    refused = refused_file(reply.attachments, route) if route is not None else None
    return file_refusal(*refused, words.channel(channel)) if refused is not None else "A file may not arrive."
