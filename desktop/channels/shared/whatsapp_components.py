"""Reads WhatsApp template components in Meta's form, which several providers pass on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from desktop.channels.shared.loose_json import as_list, as_text, as_word
from desktop.domain.content.template import Button, ButtonKind, Category, Header, HeaderKind, Status, Unsendable
from desktop.domain.model.reason import NO_REASON, Reason, make_reason

# Every status that Meta's pages and clients show (read 2026-11-22); a template in any other cannot be sent.
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
class Components:
    """The components of one template. unsendable: about the first one that cannot be sent from here."""

    header: Header | None = None
    body: str = ""
    footer: str = ""
    buttons: list[Button] = field(default_factory=list)
    examples: dict[str, str] = field(default_factory=dict)
    unsendable: Reason = NO_REASON

    def mark_unsendable(self, code: Unsendable, **params: str) -> None:
        """Note what cannot be sent; the first note stays."""
        self.unsendable = self.unsendable or make_reason(code, **params)


def spoken(word: str) -> str:
    """A provider's word for a kind of thing, for people; "?" where it has none."""
    return word.replace("_", " ") or "?"


def read_status(value: object) -> Status:
    """The status of a template; OTHER for an unknown one."""
    return STATUS.get(as_word(value), Status.OTHER)


def read_category(value: object) -> Category:
    """The category of a template; UNKNOWN for an unknown one."""
    try:
        return Category(as_word(value))
    except ValueError:
        return Category.UNKNOWN


def read_components(components: object) -> Components:
    """Read a template's components."""
    found = Components()
    for raw in as_list(components):
        if isinstance(raw, dict):
            _read_component(found, as_word(raw.get("type")), raw)
    return found


def _read_component(found: Components, kind: str, raw: Mapping[str, Any]) -> None:
    if kind not in _SENDABLE_PARTS:
        found.mark_unsendable(Unsendable.PART, part=spoken(kind))
    elif kind == "body":
        found.body = as_text(raw.get("text"))
        found.examples |= _examples("body", raw.get("example"))
    elif kind == "footer":
        found.footer = as_text(raw.get("text"))
    elif kind == "buttons":
        for button in as_list(raw.get("buttons")):
            _read_button(found, button if isinstance(button, dict) else {})
    else:
        _read_header(found, raw)


def _read_header(found: Components, raw: Mapping[str, Any]) -> None:
    form = as_word(raw.get("format")) or "text"
    try:
        found.header = Header(HeaderKind(form), as_text(raw.get("text")) if form == "text" else "")
    except ValueError:
        found.mark_unsendable(Unsendable.HEADER, kind=spoken(form))
        return
    if form == "text":
        found.examples |= _examples("header", raw.get("example"))


def _read_button(found: Components, raw: Mapping[str, Any]) -> None:
    form = as_word(raw.get("type"))
    kind = _BUTTONS.get(form, ButtonKind.PLAIN)
    if form not in _BUTTONS:
        found.mark_unsendable(Unsendable.BUTTON, kind=spoken(form))
    url = as_text(raw.get("url")) if kind is ButtonKind.URL else ""
    shown = next((as_text(e) for e in as_list(raw.get("example"))), "")
    if "{{" in url and shown:
        # The example is the whole address, the value only its end.
        found.examples[f"button.{len(found.buttons)}"] = shown.removeprefix(url[: url.index("{{")])
    found.buttons.append(Button(kind, as_text(raw.get("text")), url))


def _examples(place: str, raw: object) -> dict[str, str]:
    """`body_text: [["Jennifer", "A-1042"]]`, `header_text: ["A-1042"]`, or named ones with their names."""
    if not isinstance(raw, dict):
        return {}
    return dict(_named(place, raw.get(f"{place}_text_named_params"))) | dict(_numbered(place, raw.get(f"{place}_text")))


def _named(place: str, raw: object) -> Iterator[tuple[str, str]]:
    for pair in as_list(raw):
        if isinstance(pair, dict) and as_text(pair.get("param_name")):
            yield f"{place}.{as_text(pair['param_name'])}", as_text(pair.get("example"))


def _numbered(place: str, raw: object) -> Iterator[tuple[str, str]]:
    values = as_list(raw)
    if values and isinstance(values[0], list):
        values = values[0]
    for number, value in enumerate(values, 1):
        yield f"{place}.{number}", as_text(value)
