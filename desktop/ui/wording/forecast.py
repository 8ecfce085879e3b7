"""Forecast words: one sentence for the forecast line, a title and two sentences for every warning. No widgets."""

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
from desktop.ui.wording.direct_forecast import DIRECT_ADDED, DIRECT_WARNINGS, about_direct, direct_fields, worth_saying
from desktop.ui.wording.places import (
    Telling,
    about_place,
    assumption,
    doubt_words,
    mapping_reason,
    only_here,
    refusal,
    refusal_outcome,
    refusal_title,
    said_from,
    said_where,
    unknown_reach,
    window_reason,
)
from desktop.ui.wording.warnings import ADDED, TOLD_BY_PLACE, WARNINGS


def sentence(forecast: Forecast, situation: RouteSituation, customer_name: str, now: datetime, reply: Reply) -> str:
    """What the forecast line says: where the reply arrives, then whatever else the forecast warns of. One line."""
    told = _telling(forecast, situation, customer_name, now, reply)
    if WarningCode.SIGNED_OUT in forecast.warnings:
        return ADDED[WarningCode.SIGNED_OUT]
    place = f"A note for your team. {told.name} will not see it." if reply.internal else _place(told)
    fields, table = _fields(told), ADDED if told.direct is None else ADDED | DIRECT_ADDED
    added = [table[code].format_map(fields) for code in _spoken(told) if code not in TOLD_BY_PLACE]
    if added and not place.endswith("."):
        place += "."
    blocked = forecast.verdict is Verdict.BLOCKED
    return " ".join([*added, place] if blocked else [place, *added])


def warning_title(
    code: WarningCode, forecast: Forecast, situation: RouteSituation, customer_name: str, now: datetime, reply: Reply
) -> str:
    told = _telling(forecast, situation, customer_name, now, reply)
    return _row(code, told)[0].format_map(_fields(told))


def warning_text(
    code: WarningCode, forecast: Forecast, situation: RouteSituation, customer_name: str, now: datetime, reply: Reply
) -> str:
    """Two short sentences: what will happen, why."""
    told = _telling(forecast, situation, customer_name, now, reply)
    fields = _fields(told)
    _, what, why = _row(code, told)
    return f"{what.format_map(fields)} {why.format_map(fields)}"


def warnings_told(
    codes: Iterable[WarningCode],
    forecast: Forecast,
    situation: RouteSituation,
    customer_name: str,
    now: datetime,
    reply: Reply,
) -> list[tuple[str, str]]:
    """(title, text) for each of the codes, in their order, without saying anything twice."""
    said = list(codes)
    if WarningCode.WINDOW_CLOSED in said and WarningCode.MESSENGER_REPLY_DID_NOT_REOPEN in said:
        # Why the window is closed already names the message that did not count.
        said.remove(WarningCode.MESSENGER_REPLY_DID_NOT_REOPEN)
    told = _telling(forecast, situation, customer_name, now, reply)
    return [
        (
            warning_title(code, forecast, situation, customer_name, now, reply),
            warning_text(code, forecast, situation, customer_name, now, reply),
        )
        for code in said
        if worth_saying(code, told) or len(said) == 1
    ]


def _telling(forecast: Forecast, situation: RouteSituation, customer_name: str, now: datetime, reply: Reply) -> Telling:
    name = words.first_name(customer_name)
    if isinstance(situation, DirectSituation):
        return Telling(forecast, situation.conversation, name, now, reply, situation)
    return Telling(forecast, situation, name, now, reply)


def _place(told: Telling) -> str:
    return about_place(told) if told.direct is None else about_direct(told, told.direct)


def _spoken(told: Telling) -> list[WarningCode]:
    return [code for code in told.forecast.warnings if worth_saying(code, told)]


def _row(code: WarningCode, told: Telling) -> tuple[str, str, str]:
    return WARNINGS[code] if told.direct is None else DIRECT_WARNINGS.get(code, WARNINGS[code])


def _fields(told: Telling) -> dict[str, str]:
    """Every word the sentences leave open; what we do not know has its own honest wording."""
    s, reply, now = told.situation, told.reply, told.now
    channel, elsewhere = told.channel, s.newest_anywhere
    ours = s.newest_reply.entry if s.newest_reply is not None else None
    left, limit = told.window.left(now), MAX_TEXT.get(channel)
    doubt, used_at = doubt_words(told), reply.template_used_at
    known = {
        "name": told.name,
        "channel": "the channel" if channel is ChannelKind.UNKNOWN else words.channel(channel),
        "place": words.place(channel),
        "left": "a while" if left is None else words.span(left),
        "opened_ago": "at a time we do not know"
        if told.window.opened_at is None
        else words.ago(told.window.opened_at, now),
        "window_reason": window_reason(told),
        "doubt": doubt[:1].upper() + doubt[1:],
        "not_arrive": "Probably will not arrive" if told.is_native or told.is_weak else "Will not arrive",
        "will_see": only_here(told, "will"),
        "may_see": only_here(told, "may"),
        "here_from": said_from(s.newest_here),
        "here_ago": told.ago(s.newest_here),
        "elsewhere": said_where(elsewhere),
        "elsewhere_from": said_from(elsewhere),
        "elsewhere_ago": told.ago(elsewhere),
        "teammate": (ours.author_name.strip() if ours is not None else "") or "A teammate",
        "reply_ago": told.ago(s.newest_reply),
        "template_ago": "at a time we do not know" if used_at is None else words.ago(used_at, now),
        "length": f"{len(reply.text):,}",
        "limit": "fewer" if limit is None else f"{limit:,}",
        "file_refusal": _file_refusal(reply, channel),
        "placeholder": find_placeholder(reply.text) or "a placeholder",
        "mapping_reason": mapping_reason(told),
        "moved_place": words.place(told.moved_to),
        "assumption": assumption(told),
        "refused_title": refusal_title(told),
        "refused_outcome": refusal_outcome(told),
        "refusal": refusal(told),
        "reach_reason": unknown_reach(told),
    }
    return known if told.direct is None else known | direct_fields(told, told.direct)


def _file_refusal(reply: Reply, channel: ChannelKind) -> str:
    route = bridge_file_route(channel)
    refused = refused_file(reply.attachments, route) if route is not None else None
    return file_refusal(*refused, words.channel(channel)) if refused is not None else "A file may not arrive."
