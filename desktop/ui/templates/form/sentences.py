"""The sentences of the template picker. No widgets."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from desktop.domain.content.template import ButtonKind, Category, Filled, HeaderKind, Problem, Slot, SlotKind, Template
from desktop.domain.direct_reach import DirectSituation
from desktop.domain.forecast import Forecast, Reply
from desktop.domain.model.warning import SEVERITY, Verdict, WarningCode
from desktop.domain.window.window import WindowState
from desktop.text.forecast.warnings import warning_texts
from desktop.text.reasons.describe import describe
from desktop.ui.templates.form.filling import Filling, Source
from desktop.ui.wording import words

MEDIA_NAMES = {
    HeaderKind.TEXT: "Headline",
    HeaderKind.IMAGE: "Picture",
    HeaderKind.VIDEO: "Video",
    HeaderKind.DOCUMENT: "Document",
}
SOURCE_NAMES = {
    Source.UNTOUCHED: "",
    Source.CONTACT: "from the contact",
    Source.CHANGED: "changed by hand",
    Source.TYPED: "",
    Source.COMPOSER: "your text",
    Source.JOINED: "your text; its line breaks became spaces",
}
MARKETING = "WhatsApp may decide not to deliver marketing messages; it then says so afterwards (131049)."
COST = "WhatsApp may charge for it."
_MAX_NAMED = 3
_REMAINING_SHOWN_FROM = 20


def button_label(kind: ButtonKind, text: str) -> str:
    return text or ("Copy code" if kind is ButtonKind.COPY_CODE else "Button")


def slot_label(template: Template, slot: Slot) -> str:
    """Return a label such as `Text · order_id` or `Button “Track” · end of its link`."""
    if slot.kind is SlotKind.MEDIA:
        kind = template.header.kind if template.header is not None else HeaderKind.DOCUMENT
        return f"{MEDIA_NAMES[kind]} · link beginning with https://"
    if slot.kind is SlotKind.FILE_NAME:
        return "File name"
    if slot.button is not None:
        button = template.buttons[slot.button]
        part = "code to copy" if slot.kind is SlotKind.CODE else "end of its link"
        return f"Button “{button_label(button.kind, button.text)}” · {part}"
    if slot.key in template.unseen_blanks:
        return f"{slot.name} · not shown in the text"
    if template.shared_blanks or not slot.key.startswith("header."):
        return f"Text · {slot.name}"
    return f"Headline · {slot.name}"


def slot_name(template: Template, slot: Slot) -> str:
    """Return a name for use within a sentence, such as `order_id`, `Text 2` or `Button “Track”`."""
    if slot.kind is SlotKind.TEXT and not slot.name.isdecimal():
        return slot.name
    place = slot_label(template, slot).split(" · ")[0]
    return f"{place} {slot.name}" if slot.kind is SlotKind.TEXT else place


def remaining_text(left: int | None) -> str:
    """Return `9 left` shortly before a limit; "" otherwise. Beyond it, the problem has the number."""
    return f"{left} left" if left is not None and 0 <= left <= _REMAINING_SHOWN_FROM else ""


def obstacle(filling: Filling, *, blocked: str = "") -> str:
    """Return why the template cannot be sent; "" if it can. blocked: why the forecast blocks it."""
    general = [describe(p.reason) for p in filling.filled.problems if not p.key]
    if filling.template.not_sendable_reason:
        return describe(filling.template.not_sendable_reason)
    missing = filling.missing()
    if missing:
        names = ", ".join(slot_name(filling.template, slot) for slot in missing[:_MAX_NAMED])
        more = f" and {len(missing) - _MAX_NAMED} more" if len(missing) > _MAX_NAMED else ""
        return f"Still to fill in: {names}{more}."
    problem = first_problem(filling.filled.problems)
    if problem is not None:
        slot = next(s for s in filling.slots if s.key == problem.key)
        return f"{slot_label(filling.template, slot)}: {describe(problem.reason)}"
    return general[0] if general else blocked


def first_problem(problems: Iterable[Problem]) -> Problem | None:
    """Return the first problem that belongs to a slot."""
    return next((p for p in problems if p.key), None)


def forecast_text(s: DirectSituation, forecast: Forecast, now: datetime) -> str:
    """Return where it arrives and how it affects the window. Never says that it is free: WhatsApp's prices change."""
    channel = words.channel(s.route.channel)
    if not forecast.reaches:
        return f"Does not arrive {words.place(s.route.channel)}."
    return f"Arrives {words.place(s.route.channel)}. {_window_sentence(s, channel, now)} Colleagues see a note. {COST}"


def _window_sentence(s: DirectSituation, channel: str, now: datetime) -> str:
    state = s.window.state(now) if s.capabilities.needs_window or s.window.exists else WindowState.NONE
    left = s.window.left(now)
    if state in (WindowState.OPEN, WindowState.CLOSING) and left is not None:
        span = words.seconds_span(left) if left < timedelta(hours=1) else words.span(left)
        return f"The {channel} window is open for {span} more; this does not make it longer."
    if state is WindowState.UNKNOWN:
        return f"It opens no {channel} window; only the customer's answer does."
    return "The window stays closed until they answer."


def consent_question(
    codes: Iterable[WarningCode], s: DirectSituation, forecast: Forecast, name: str, now: datetime, reply: Reply
) -> str:
    """Return the warnings that the agent is asked to accept, one a line; "" for none."""
    warnings = warning_texts(codes, forecast, s, name, now, reply)
    return "\n".join(f"{title}. {text}" for title, text in warnings)


def remarks(template: Template, forecast: Forecast) -> str:
    """Return hints that do not keep the template from being sent."""
    hints = []
    if template.category is Category.MARKETING:
        hints.append(MARKETING)
    if template.quality in ("yellow", "red"):
        hints.append(f"WhatsApp rates this template's quality {template.quality}, and may pause it.")
    if WarningCode.QUEUED_OFFLINE in forecast.warnings:
        hints.append("You are offline: it waits here and is judged again before it goes.")
    if WarningCode.EARLIER_REPLY_UNCONFIRMED in forecast.warnings:
        hints.append("Whether your earlier reply arrived is not known yet.")
    return " ".join(hints)


def blocked_reason(forecast: Forecast) -> str:
    """Return why the forecast blocks sending; "" if it does not. Empty slots are reported at their fields."""
    codes = {w for w in forecast.warnings if SEVERITY[w] is Verdict.BLOCKED} - {WarningCode.UNRESOLVED_PLACEHOLDER}
    if WarningCode.SIGNED_OUT in codes:
        return "Signed out of Intercom: nothing can be sent."
    return "This cannot be sent at the moment." if codes else ""


def confirm_label(codes: Iterable[WarningCode]) -> str:
    return "Send it again" if WarningCode.SAME_TEMPLATE_JUST_SENT in set(codes) else "Send anyway"


def accessible_text(filled: Filled) -> str:
    """Return the preview as text for a screen reader."""
    template, header = filled.template, filled.template.header
    parts = [filled.header]
    if header is not None and header.is_media:
        parts.append(MEDIA_NAMES[header.kind])
    parts += [filled.body, template.footer]
    parts += [f"Button {button_label(b.kind, b.text)}" for b in template.buttons]
    return ". ".join(part for part in parts if part)
