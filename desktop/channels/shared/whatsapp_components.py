"""WhatsApp's template components, in Meta's form, as several providers pass them on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from desktop.channels.shared.loose_json import items, text, word
from desktop.domain.content.template import Button, ButtonKind, Category, Header, HeaderKind, Status

# Every word that Meta's pages and clients show (read 2026-11-22); whatever else comes is not sendable.
STATUS = {
    "approved": Status.APPROVED,
    "pending": Status.PENDING,
    "in_appeal": Status.PENDING,
    "rejected": Status.REJECTED,
    "paused": Status.PAUSED,
    "disabled": Status.DISABLED,
    "archived": Status.DISABLED,
    "locked": Status.DISABLED,
    "deleted": Status.DELETED,
    "pending_deletion": Status.DELETED,
}
_BUTTONS = {
    "quick_reply": ButtonKind.QUICK_REPLY,
    "url": ButtonKind.URL,
    "copy_code": ButtonKind.COPY_CODE,
    "phone_number": ButtonKind.PLAIN,
    "voice_call": ButtonKind.PLAIN,
    "request_contact_info": ButtonKind.PLAIN,
    "spm": ButtonKind.PLAIN,
}
_SENDABLE_PARTS = frozenset({"header", "body", "footer", "buttons"})


@dataclass(slots=True)
class Parts:
    """What components say. unsendable: the first thing in them that cannot be sent from here, as a sentence."""

    header: Header | None = None
    body: str = ""
    footer: str = ""
    buttons: list[Button] = field(default_factory=list)
    examples: dict[str, str] = field(default_factory=dict)
    unsendable: str = ""

    def cannot(self, what: str) -> None:
        self.unsendable = self.unsendable or f"Templates with {what} cannot be sent from here."


def status(value: object) -> Status:
    return STATUS.get(word(value), Status.OTHER)


def category(value: object) -> Category:
    try:
        return Category(word(value))
    except ValueError:
        return Category.UNKNOWN


def parts(components: object) -> Parts:
    found = Parts()
    for raw in items(components):
        if isinstance(raw, dict):
            _take(found, word(raw.get("type")), raw)
    return found


def _take(found: Parts, kind: str, raw: Mapping[str, Any]) -> None:
    if kind not in _SENDABLE_PARTS:
        found.cannot(f"a {kind.replace('_', ' ') or 'nameless part'}")
    elif kind == "body":
        found.body = text(raw.get("text"))
        found.examples |= _examples("body", raw.get("example"))
    elif kind == "footer":
        found.footer = text(raw.get("text"))
    elif kind == "buttons":
        for button in items(raw.get("buttons")):
            _take_button(found, button if isinstance(button, dict) else {})
    else:
        _take_header(found, raw)


def _take_header(found: Parts, raw: Mapping[str, Any]) -> None:
    form = word(raw.get("format")) or "text"
    try:
        found.header = Header(HeaderKind(form), text(raw.get("text")) if form == "text" else "")
    except ValueError:
        found.cannot(f"a {form} header")
        return
    if form == "text":
        found.examples |= _examples("header", raw.get("example"))


def _take_button(found: Parts, raw: Mapping[str, Any]) -> None:
    form = word(raw.get("type"))
    kind = _BUTTONS.get(form, ButtonKind.PLAIN)
    if form not in _BUTTONS:
        found.cannot(f"a {form.replace('_', ' ')} button")
    url = text(raw.get("url")) if kind is ButtonKind.URL else ""
    shown = next((text(e) for e in items(raw.get("example"))), "")
    if "{{" in url and shown:
        # The example is the whole address, the value only its end.
        found.examples[f"button.{len(found.buttons)}"] = shown.removeprefix(url[: url.index("{{")])
    found.buttons.append(Button(kind, text(raw.get("text")), url))


def _examples(place: str, raw: object) -> dict[str, str]:
    """`body_text: [["Jennifer", "A-1042"]]`, `header_text: ["A-1042"]`, or named ones with their names."""
    if not isinstance(raw, dict):
        return {}
    return dict(_named(place, raw.get(f"{place}_text_named_params"))) | dict(_numbered(place, raw.get(f"{place}_text")))


def _named(place: str, raw: object) -> Iterator[tuple[str, str]]:
    for pair in items(raw):
        if isinstance(pair, dict) and text(pair.get("param_name")):
            yield f"{place}.{text(pair['param_name'])}", text(pair.get("example"))


def _numbered(place: str, raw: object) -> Iterator[tuple[str, str]]:
    values = items(raw)
    if values and isinstance(values[0], list):
        values = values[0]
    for number, value in enumerate(values, 1):
        yield f"{place}.{number}", text(value)
