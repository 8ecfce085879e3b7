"""The WhatsApp templates of the business, and how they are rendered.

Stored in Meta's format ("Message templates", read November 2026); Twilio, 360dialog and Octopods convert them to
theirs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, Literal

from desktop.sandbox.model.people import Button, File

Json = dict[str, Any]
_PLACEHOLDER = re.compile(r"\{\{\s*(\w+)\s*\}\}")
CREATED_AT = 1_788_000_000  # of all templates, Unix seconds


@dataclass(slots=True)
class Template:
    """A template in one language.

    components: as in Meta's `GET /{waba-id}/message_templates`.
    number: index in the catalogue, from which each provider derives its id.
    """

    number: int
    name: str
    language: str
    category: str
    components: list[Json]
    status: str = "APPROVED"
    quality: str = "GREEN"
    parameter_format: Literal["POSITIONAL", "NAMED"] = "POSITIONAL"
    rejected_reason: str = "NONE"

    @property
    def id(self) -> str:
        """Meta's id."""
        return str(594_425_479_261_500 + self.number)

    def component(self, kind: str) -> Json | None:
        return next((c for c in self.components if c["type"] == kind), None)

    def text(self, kind: str) -> str:
        return str((self.component(kind) or {}).get("text", ""))

    @property
    def header_format(self) -> str:
        """TEXT, IMAGE, VIDEO, DOCUMENT, LOCATION; "" without a header."""
        return str((self.component("HEADER") or {}).get("format", ""))

    @property
    def buttons(self) -> list[Json]:
        return list((self.component("BUTTONS") or {}).get("buttons", ()))

    def placeholders(self, kind: str) -> list[str]:
        return placeholders(self.text(kind))


@dataclass(frozen=True, slots=True)
class TemplateValues:
    """Values for a template's placeholders.

    header: text, or the file of a media header. urls: button index -> URL suffix, or the code to copy.
    """

    body: Mapping[str, str] = field(default_factory=dict)
    header: str | File | None = None
    urls: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RenderedMessage:
    """A message as the phone shows it."""

    text: str
    files: tuple[File, ...]
    buttons: tuple[Button, ...]


def placeholders(text: str) -> list[str]:
    """Unique names (or numbers) of the placeholders in order of appearance."""
    return list(dict.fromkeys(_PLACEHOLDER.findall(text)))


def fill_placeholders(text: str, values: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)


def render(template: Template, values: TemplateValues) -> RenderedMessage:
    """Render a template: text header, body and footer are lines of one text, a media header is an attachment."""
    lines: list[str] = []
    files: tuple[File, ...] = ()
    if isinstance(values.header, File):
        files = (values.header,)
    elif template.header_format == "TEXT":
        header = template.text("HEADER")
        lines.append(fill_placeholders(header, dict.fromkeys(placeholders(header), values.header or "")))
    elif values.header:
        lines.append(values.header)
    lines.append(fill_placeholders(template.text("BODY"), values.body))
    if template.text("FOOTER"):
        lines.append(template.text("FOOTER"))
    buttons = tuple(_button(button, values.urls.get(place, "")) for place, button in enumerate(template.buttons))
    return RenderedMessage("\n".join(lines), files, buttons)


def _button(button: Json, value: str) -> Button:
    """value: URL suffix, or the code to copy."""
    label = str(button.get("text", "Copy code"))
    if button["type"] == "URL":
        return Button(label, _PLACEHOLDER.sub(lambda _: value, button["url"]))
    return Button(label, value if button["type"] == "COPY_CODE" else "")


def is_refused_value(value: str) -> bool:
    """Whether Meta refuses a value with 132018: line breaks, tabs, or more than four spaces in a row."""
    return re.search(r"[\n\r\t]| {5}", value) is not None


class TemplateCatalogue:
    """All templates of the account in order of creation.

    language, translate: of the world; what is in English is made in its language.
    """

    def __init__(self, language: str = "en", translate: Callable[[str], str] = str) -> None:
        self.all: list[Template] = []
        # A copy for each sandbox, because tests and the control API change templates.
        for entry in deepcopy(_ENTRIES):
            if entry["language"].startswith("en"):
                _translate(entry["components"], translate)
                if not language.startswith("en"):
                    entry["language"] = language.replace("-", "_")
            if self.find(entry["name"], entry["language"]) is None:
                self.add(**entry)

    def add(self, name: str, language: str, category: str, components: list[Json], **more: Any) -> Template:
        template = Template(len(self.all) + 1, name, language, category, components, **more)
        if self.find(name, language) is not None:
            raise ValueError(f"there is a template {name} in {language} already")
        self.all.append(template)
        return template

    def find(self, name: str, language: str) -> Template | None:
        return next((t for t in self.all if (t.name, t.language) == (name, language)), None)

    def change(self, name: str, language: str, **changes: str) -> Template:
        """Set `status`, `quality`, `category` or `rejected_reason`. Raises ValueError for anything else."""
        template = self.find(name, language)
        if template is None:
            raise ValueError(f"no template {name} in {language}")
        for attribute, value in changes.items():
            if attribute not in ("status", "quality", "category", "rejected_reason"):
                raise ValueError(f"{attribute} of a template does not change")
            setattr(template, attribute, value)
        return template


def _translate(components: list[Json], translate: Callable[[str], str]) -> None:
    """Translate all texts but the footer, which is the shop's name."""
    for component in components:
        for part in (component, *component.get("buttons", ())):
            if "text" in part and component["type"] != "FOOTER":
                part["text"] = translate(part["text"])


def _body(text: str, *examples: str) -> Json:
    component: Json = {"type": "BODY", "text": text}
    names = placeholders(text)
    if names and not names[0].isdecimal():
        pairs = zip(names, examples, strict=True)
        component["example"] = {"body_text_named_params": [{"param_name": n, "example": e} for n, e in pairs]}
    elif names:
        component["example"] = {"body_text": [list(examples)]}
    return component


def _quick(text: str) -> Json:
    return {"type": "QUICK_REPLY", "text": text}


_FOOTER: Json = {"type": "FOOTER", "text": "Harbour Parcels"}
_PICTURE = "https://files.example.com/parcel.png"
_PAPER = "https://files.example.com/invoice.pdf"
_TRACK: Json = {
    "type": "URL",
    "text": "Track",
    "url": "https://parcels.example.com/t/{{1}}",
    "example": ["https://parcels.example.com/t/A-1042"],
}

_ENTRIES: tuple[dict[str, Any], ...] = (
    {
        "name": "order_update",
        "language": "en_US",
        "category": "UTILITY",
        "parameter_format": "NAMED",
        "components": [
            {"type": "HEADER", "format": "IMAGE", "example": {"header_handle": [_PICTURE]}},
            _body("Hi {{first_name}}, order {{order_id}} has shipped.", "Jennifer", "A-1042"),
            _FOOTER,
            {"type": "BUTTONS", "buttons": [_TRACK, _quick("Stop")]},
        ],
    },
    {
        "name": "order_shipped",
        "language": "en",
        "category": "UTILITY",
        "components": [
            {
                "type": "HEADER",
                "format": "TEXT",
                "text": "About order {{1}}",
                "example": {"header_text": ["A-1042"]},
            },
            _body("Hi {{1}}, your order {{2}} has shipped and should arrive by {{3}}.", "Jennifer", "A-1042", "18:00"),
            _FOOTER,
        ],
    },
    {
        "name": "we_have_news",
        "language": "en",
        "category": "UTILITY",
        "components": [_body("Hi {{1}}, we have news about your request. Please answer to go on.", "Jennifer")],
    },
    {
        "name": "we_have_news",
        "language": "de",
        "category": "UTILITY",
        "components": [_body("Hallo {{1}}, es gibt Neues zu Ihrer Anfrage. Bitte antworten Sie.", "Jennifer")],
    },
    {
        "name": "still_there",
        "language": "en_US",
        "category": "UTILITY",
        "components": [
            _body("Is your question still open?"),
            {"type": "BUTTONS", "buttons": [_quick("Yes"), _quick("No, thank you")]},
        ],
    },
    {
        "name": "your_invoice",
        "language": "en",
        "category": "UTILITY",
        "components": [
            {"type": "HEADER", "format": "DOCUMENT", "example": {"header_handle": [_PAPER]}},
            _body("Here is the invoice for order {{1}}.", "A-1042"),
        ],
    },
    {
        "name": "pick_up",
        "language": "en",
        "category": "UTILITY",
        "components": [{"type": "HEADER", "format": "LOCATION"}, _body("Hi {{1}}, collect it here.", "Jennifer")],
    },
    {
        "name": "thank_you_code",
        "language": "en",
        "category": "MARKETING",
        "quality": "YELLOW",
        "components": [
            _body("Thank you, {{1}}! Here is a small present.", "Jennifer"),
            {"type": "BUTTONS", "buttons": [{"type": "COPY_CODE", "example": ["THANKS10"]}]},
        ],
    },
    {
        "name": "sign_in",
        "language": "en",
        "category": "AUTHENTICATION",
        "components": [
            {"type": "BODY", "text": "{{1}} is your code.", "example": {"body_text": [["123456"]]}},
            {
                "type": "BUTTONS",
                "buttons": [
                    {
                        "type": "URL",
                        "text": "Copy code",
                        "url": "https://www.whatsapp.com/otp/code/?otp_type=COPY_CODE&code=otp{{1}}",
                        "example": ["https://www.whatsapp.com/otp/code/?otp_type=COPY_CODE&code=otp123456"],
                    }
                ],
            },
        ],
    },
    {
        "name": "winter_sale",
        "language": "en",
        "category": "MARKETING",
        "status": "PAUSED",
        "quality": "RED",
        "components": [_body("{{1}}, everything is cheaper this week.", "Jennifer")],
    },
    {
        "name": "spring_sale",
        "language": "en",
        "category": "MARKETING",
        "status": "REJECTED",
        "rejected_reason": "PROMOTIONAL",
        "components": [_body("Everything must go!")],
    },
    {
        "name": "new_opening_hours",
        "language": "en",
        "category": "UTILITY",
        "status": "PENDING",
        "quality": "UNKNOWN",
        "components": [_body("We are open until {{1}} from now on.", "21:00")],
    },
)
