"""The sentences of the template picker. No widgets."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from desktop.domain.content.template import ButtonKind, Category, Filled, HeaderKind, Problem, Slot, SlotKind, Template
from desktop.domain.direct_reach import DirectSituation
from desktop.domain.forecast import Forecast, Reply
from desktop.domain.model.warning import SEVERITY, Verdict, WarningCode
from desktop.domain.reach import Certainty
from desktop.domain.window.window import WindowState
from desktop.text.catalog import strip_isolates
from desktop.text.forecast.reach import MAY_NOT_ARRIVE, WONT_ARRIVE
from desktop.text.forecast.warnings import warning_texts
from desktop.text.formats import listed, time_left
from desktop.text.names import channel_name, place
from desktop.text.reasons.describe import describe
from desktop.text.screens import templates as texts
from desktop.ui.templates.form.filling import Filling, Source

_SOURCES = {
    Source.CONTACT: texts.FROM_CONTACT,
    Source.CHANGED: texts.CHANGED,
    Source.COMPOSER: texts.YOUR_DRAFT,
    Source.JOINED: texts.YOUR_DRAFT_JOINED,
}
_MAX_NAMED = 3
_REMAINING_SHOWN_FROM = 20


def source_name(source: Source) -> str:
    """Return the source of a value, "" if it needs no mention."""
    return _SOURCES[source]() if source in _SOURCES else ""


def button_label(kind: ButtonKind, text: str) -> str:
    return text or (texts.COPY_CODE() if kind is ButtonKind.COPY_CODE else texts.BUTTON())


def slot_label(template: Template, slot: Slot) -> str:
    """Return a label such as `Text · order_id` or `Button “Track” · end of its link`."""
    if slot.kind is SlotKind.MEDIA:
        return texts.LINK_FIELD(kind=_media_kind(template))
    if slot.kind is SlotKind.FILE_NAME:
        return texts.FILE_NAME()
    if slot.button is not None:
        field = texts.CODE_FIELD if slot.kind is SlotKind.CODE else texts.LINK_END_FIELD
        return field(button=_button_of(template, slot.button))
    if slot.key in template.unseen_blanks:
        return texts.UNSEEN_FIELD(name=slot.name)
    return (texts.HEADER_FIELD if _is_in_header(template, slot) else texts.TEXT_FIELD)(name=slot.name)


def slot_name(template: Template, slot: Slot) -> str:
    """Return a name for use within a sentence, such as `order_id`, `Text 2` or `Button “Track”`."""
    if slot.kind is SlotKind.TEXT and not slot.name.isdecimal():
        return slot.name
    if slot.kind is SlotKind.TEXT:
        return (texts.HEADER_NUMBER if _is_in_header(template, slot) else texts.TEXT_NUMBER)(name=slot.name)
    if slot.button is not None:
        return texts.BUTTON_NAME(button=_button_of(template, slot.button))
    return texts.FILE_NAME() if slot.kind is SlotKind.FILE_NAME else _media_kind(template)


def _media_kind(template: Template) -> str:
    return texts.MEDIA[template.header.kind if template.header is not None else HeaderKind.DOCUMENT]()


def _button_of(template: Template, index: int) -> str:
    button = template.buttons[index]
    return button_label(button.kind, button.text)


def _is_in_header(template: Template, slot: Slot) -> bool:
    return not template.shared_blanks and slot.key.startswith("header.")


def remaining_text(left: int | None) -> str:
    """Return `9 characters left` shortly before a limit; "" otherwise. Beyond it, the problem has the number."""
    return texts.CHARACTERS_LEFT(left) if left is not None and 0 <= left <= _REMAINING_SHOWN_FROM else ""


def obstacle(filling: Filling, *, blocked: str = "") -> str:
    """Return why the template cannot be sent; "" if it can. blocked: why the forecast blocks it."""
    general = [describe(p.reason) for p in filling.filled.problems if not p.key]
    if filling.template.not_sendable_reason:
        return describe(filling.template.not_sendable_reason)
    missing = filling.missing()
    if missing:
        names = listed(slot_name(filling.template, slot) for slot in missing[:_MAX_NAMED])
        more = len(missing) - _MAX_NAMED
        return texts.FILL_IN_MORE(more, names=names) if more > 0 else texts.FILL_IN(names=names)
    problem = first_problem(filling.filled.problems)
    if problem is not None:
        slot = next(s for s in filling.slots if s.key == problem.key)
        return texts.FIELD_PROBLEM(field=slot_label(filling.template, slot), problem=describe(problem.reason))
    return general[0] if general else blocked


def first_problem(problems: Iterable[Problem]) -> Problem | None:
    """Return the first problem that belongs to a slot."""
    return next((p for p in problems if p.key), None)


def forecast_text(s: DirectSituation, forecast: Forecast, now: datetime) -> str:
    """Return where it arrives and how it affects the window. Never says that it is free: WhatsApp's prices change."""
    where = place(s.route.channel)
    if not forecast.reaches:
        return WONT_ARRIVE(place=where)
    is_certain = all(r.certainty is Certainty.SURE for r in forecast.reaches)
    arrives = texts.SHOULD_ARRIVE if is_certain else MAY_NOT_ARRIVE
    return " ".join((arrives(place=where), _window_sentence(s, now), texts.NOTE_AND_COST()))


def _window_sentence(s: DirectSituation, now: datetime) -> str:
    channel = channel_name(s.route.channel)
    state = s.window.state(now) if s.capabilities.needs_window or s.window.exists else WindowState.NONE
    left = s.window.left(now)
    if state in (WindowState.OPEN, WindowState.CLOSING) and left is not None:
        return texts.WINDOW_OPEN(channel=channel, left=time_left(left, after_preposition=True))
    return (texts.WINDOW_UNKNOWN if state is WindowState.UNKNOWN else texts.WINDOW_CLOSED)(channel=channel)


def consent_question(
    codes: Iterable[WarningCode], s: DirectSituation, forecast: Forecast, name: str, now: datetime, reply: Reply
) -> str:
    """Return the warnings that the agent is asked to accept, one a line; "" for none."""
    warnings = warning_texts(codes, forecast, s, name, now, reply)
    return "\n".join(warning.paragraph for warning in warnings)


def remarks(template: Template, forecast: Forecast) -> str:
    """Return hints that do not keep the template from being sent."""
    hints = []
    if template.category is Category.MARKETING:
        hints.append(texts.MARKETING())
    if template.quality in texts.QUALITY:
        hints.append(texts.QUALITY[template.quality]())
    if WarningCode.QUEUED_OFFLINE in forecast.warnings:
        hints.append(texts.OFFLINE())
    if WarningCode.EARLIER_REPLY_UNCONFIRMED in forecast.warnings:
        hints.append(texts.EARLIER_UNCONFIRMED())
    return " ".join(hints)


def blocked_reason(forecast: Forecast) -> str:
    """Return why the forecast blocks sending; "" if it does not. Empty slots are reported at their fields."""
    codes = {w for w in forecast.warnings if SEVERITY[w] is Verdict.BLOCKED} - {WarningCode.UNRESOLVED_PLACEHOLDER}
    if WarningCode.SIGNED_OUT in codes:
        return texts.SIGNED_OUT()
    return texts.BLOCKED() if codes else ""


def confirm_label(codes: Iterable[WarningCode]) -> str:
    return texts.SEND_AGAIN() if WarningCode.SAME_TEMPLATE_JUST_SENT in set(codes) else texts.SEND_ANYWAY()


def accessible_text(filled: Filled) -> str:
    """Return the preview as text for a screen reader."""
    template, header = filled.template, filled.template.header
    parts = [filled.header]
    if header is not None and header.is_media:
        parts.append(texts.MEDIA[header.kind]())
    parts += [filled.body, template.footer]
    parts += [texts.BUTTON_OF(name=button_label(b.kind, b.text)) for b in template.buttons]
    return strip_isolates(texts.PREVIEW_OF(text="\n".join(filter(None, parts))))
