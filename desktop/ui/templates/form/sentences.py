"""Sentences of the template picker: what a blank is, what keeps it from being sent, where it arrives. No widgets."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from desktop.domain.content.template import ButtonKind, Category, Filled, HeaderKind, Problem, Slot, SlotKind, Template
from desktop.domain.direct_reach import DirectSituation
from desktop.domain.forecast import Forecast, Reply
from desktop.domain.model.warning import SEVERITY, Verdict, WarningCode
from desktop.domain.window.window import WindowState
from desktop.ui.templates.form.filling import Filling, Source
from desktop.ui.wording import words
from desktop.ui.wording.forecast import warnings_told

MEDIA_WORDS = {
    HeaderKind.TEXT: "Headline",
    HeaderKind.IMAGE: "Picture",
    HeaderKind.VIDEO: "Video",
    HeaderKind.DOCUMENT: "Document",
}
SOURCE_WORDS = {
    Source.EXPECTED: "",
    Source.CONTACT: "from the contact",
    Source.CHANGED: "changed by hand",
    Source.HAND: "",
    Source.COMPOSER: "your text",
    Source.JOINED: "your text; its line breaks became spaces",
}
MARKETING = "WhatsApp may decide not to deliver marketing messages; it then says so afterwards (131049)."
COST = "WhatsApp may charge for it."
_MOST_NAMED = 3
_ROOM_TOLD_FROM = 20


def button_words(kind: ButtonKind, text: str) -> str:
    return text or ("Copy code" if kind is ButtonKind.COPY_CODE else "Button")


def slot_words(template: Template, slot: Slot) -> str:
    """What a blank is: `Text · order_id`, `Button “Track” · end of its link`."""
    if slot.kind is SlotKind.MEDIA:
        kind = template.header.kind if template.header is not None else HeaderKind.DOCUMENT
        return f"{MEDIA_WORDS[kind]} · link beginning with https://"
    if slot.kind is SlotKind.FILE_NAME:
        return "File name"
    if slot.button is not None:
        button = template.buttons[slot.button]
        what = "code to copy" if slot.kind is SlotKind.CODE else "end of its link"
        return f"Button “{button_words(button.kind, button.text)}” · {what}"
    if slot.key in template.unseen_blanks:
        return f"{slot.name} · not shown in the text"
    if template.shared_blanks or not slot.key.startswith("header."):
        return f"Text · {slot.name}"
    return f"Headline · {slot.name}"


def slot_short(template: Template, slot: Slot) -> str:
    """The same inside a sentence: `order_id`, `Text 2`, `Button “Track”`."""
    if slot.kind is SlotKind.TEXT and not slot.name.isdecimal():
        return slot.name
    place = slot_words(template, slot).split(" · ")[0]
    return f"{place} {slot.name}" if slot.kind is SlotKind.TEXT else place


def room_words(left: int | None) -> str:
    """Told shortly before a limit; beyond it the problem says how much is too much."""
    return f"{left} left" if left is not None and 0 <= left <= _ROOM_TOLD_FROM else ""


def hindrance(filling: Filling, *, blocked: str = "") -> str:
    """Why it cannot be sent, in one sentence; "" if it can. blocked: what the forecast forbids."""
    whole = [p.sentence for p in filling.filled.problems if not p.key]
    if filling.template.not_sendable_reason:
        return filling.template.not_sendable_reason
    missing = filling.missing()
    if missing:
        named = ", ".join(slot_short(filling.template, slot) for slot in missing[:_MOST_NAMED])
        more = f" and {len(missing) - _MOST_NAMED} more" if len(missing) > _MOST_NAMED else ""
        return f"Still to fill in: {named}{more}."
    wrong = first_problem(filling.filled.problems)
    if wrong is not None:
        slot = next(s for s in filling.slots if s.key == wrong.key)
        return f"{slot_words(filling.template, slot)}: {wrong.sentence}"
    return whole[0] if whole else blocked


def first_problem(problems: Iterable[Problem]) -> Problem | None:
    """The first one that belongs to a blank."""
    return next((p for p in problems if p.key), None)


def forecast_words(s: DirectSituation, judged: Forecast, now: datetime) -> str:
    """Where it arrives and what that does to the window. Never that it costs nothing: WhatsApp's prices change."""
    channel = words.channel(s.route.channel)
    if not judged.reaches:
        return f"Does not arrive {words.place(s.route.channel)}."
    return f"Arrives {words.place(s.route.channel)}. {_window_words(s, channel, now)} Colleagues see a note. {COST}"


def _window_words(s: DirectSituation, channel: str, now: datetime) -> str:
    state = s.window.state(now) if s.capabilities.needs_window or s.window.exists else WindowState.NONE
    left = s.window.left(now)
    if state in (WindowState.OPEN, WindowState.CLOSING) and left is not None:
        told = words.seconds_span(left) if left < timedelta(hours=1) else words.span(left)
        return f"The {channel} window is open for {told} more; this does not make it longer."
    if state is WindowState.UNKNOWN:
        return f"It opens no {channel} window; only the customer's answer does."
    return "The window stays closed until they answer."


def consent_words(
    codes: Iterable[WarningCode], s: DirectSituation, judged: Forecast, name: str, now: datetime, reply: Reply
) -> str:
    """What the agent is asked to accept."""
    told = warnings_told(codes, judged, s, name, now, reply)
    return "\n".join(f"{title}. {text}" for title, text in told)


def remarks(template: Template, judged: Forecast) -> str:
    """What else is worth knowing before Send, without stopping it."""
    told = []
    if template.category is Category.MARKETING:
        told.append(MARKETING)
    if template.quality in ("yellow", "red"):
        told.append(f"WhatsApp rates this template's quality {template.quality}, and may pause it.")
    if WarningCode.QUEUED_OFFLINE in judged.warnings:
        told.append("You are offline: it waits here and is judged again before it goes.")
    if WarningCode.EARLIER_REPLY_UNCONFIRMED in judged.warnings:
        told.append("Whether your earlier reply arrived is not known yet.")
    return " ".join(told)


def blocked_words(judged: Forecast) -> str:
    """Why the forecast forbids it, "" if it does not. Blanks are told where they stand."""
    codes = {w for w in judged.warnings if SEVERITY[w] is Verdict.BLOCKED} - {WarningCode.UNRESOLVED_PLACEHOLDER}
    if WarningCode.SIGNED_OUT in codes:
        return "Signed out of Intercom: nothing can be sent."
    return "This cannot be sent at the moment." if codes else ""


def send_again_words(codes: Iterable[WarningCode]) -> str:
    return "Send it again" if WarningCode.SAME_TEMPLATE_JUST_SENT in set(codes) else "Send anyway"


def spoken(filled: Filled) -> str:
    """The preview for a screen reader."""
    template, header = filled.template, filled.template.header
    parts = [filled.header]
    if header is not None and header.is_media:
        parts.append(MEDIA_WORDS[header.kind])
    parts += [filled.body, template.footer]
    parts += [f"Button {button_words(b.kind, b.text)}" for b in template.buttons]
    return ". ".join(part for part in parts if part)
