"""Where a message on a direct route arrives, for the forecast line: on one channel or nowhere."""

from __future__ import annotations

from desktop.domain.direct_reach import DirectSituation
from desktop.domain.model.warning import WarningCode
from desktop.domain.window.window import WindowState
from desktop.text.catalog import Text
from desktop.text.forecast import reasons
from desktop.text.forecast.context import ForecastContext
from desktop.text.forecast.reach import MAY_NOT_ARRIVE, WONT_ARRIVE
from desktop.text.formats import ago, at_time, time_left

# Translators: the line above the composer. Keep these short. {place}: "on WhatsApp"; {left}: "3 h 12 min".
_ARRIVES = Text("Arrives {place} only.")
_ARRIVES_LEFT = Text("Arrives {place} only · {left} left.")
# Translators: of a template, which WhatsApp accepts first and may still not deliver.
_SHOULD_ARRIVE = Text("Should arrive {place} only.")
_TEAM_SEES_NOTE = Text("Your team sees a note in Intercom.")
_NO_WINDOW_OPENED = Text("A template doesn't open the 24-hour window.")
_TEMPLATE_NEEDS_NONE = Text("A template doesn't need an open window.")
# Translators: {channel}: "WhatsApp"; {ago}: "2 h ago"; {when}: "at 14:02".
_CLOSED = Text("Won't arrive: {channel} closed {ago}.")
_REPORTED_CLOSED = Text("Won't arrive: {channel} was reported closed {when}.")
_IS_CLOSED = Text("Won't arrive: {channel} is closed.")
_NEVER_OPENED = Text("Won't arrive: no {channel} message from {name} to this number is known.")


def direct_text(context: ForecastContext, direct: DirectSituation) -> tuple[str, str]:
    """Return where the message arrives, and an explanation that may be left out."""
    codes, able = context.forecast.warnings, direct.capabilities
    hint = _TEMPLATE_NEEDS_NONE() if able.has_templates else ""
    if WarningCode.WINDOW_CLOSED in codes:
        return _closed(context), hint
    if WarningCode.CHANNEL_REFUSED_LATELY in codes:
        head = MAY_NOT_ARRIVE if context.may_reach_channel else WONT_ARRIVE
        return f"{head(place=context.place)} {reasons.refusal(context)}", ""
    if WarningCode.WINDOW_UNKNOWN in codes:
        return f"{MAY_NOT_ARRIVE(place=context.place)} {reasons.doubt(context)}", hint
    if context.reply.template and able.needs_window:
        return f"{_SHOULD_ARRIVE(place=context.place)} {_NO_WINDOW_OPENED()}", _TEAM_SEES_NOTE()
    if context.left is None:
        return _ARRIVES(place=context.place), _TEAM_SEES_NOTE()
    return _ARRIVES_LEFT(place=context.place, left=time_left(context.left)), ""


def _closed(context: ForecastContext) -> str:
    window, now = context.window, context.now
    if window.state(now) is WindowState.NEVER:
        return _NEVER_OPENED(name=context.name, channel=context.label)
    if window.closes_at is None:
        return _IS_CLOSED(channel=context.label)
    if window.was_cut_short:
        return _REPORTED_CLOSED(channel=context.label, when=at_time(window.closes_at, now))
    return _CLOSED(channel=context.label, ago=ago(window.closes_at, now))
