"""Template: a message that WhatsApp approved in advance, its blanks, and what the customer sees once they are filled.

Rules: Meta, "Message templates" and error codes 132000-132018 (read 2026-11-22).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import PurePosixPath

from desktop.domain.facts import Contact
from desktop.domain.outgoing import unresolved_placeholder

MAX_HEADER = 60
MAX_BODY = 1024
MAX_SPACES = 4
"""In code points, with the blanks filled; more spaces than that in a row are refused (132018)."""

FRESH_FOR = timedelta(minutes=15)


class Status(StrEnum):
    """Only `APPROVED` can be sent. `OTHER`: a word of the provider that we do not know."""

    APPROVED = "approved"
    PENDING = "pending"
    REJECTED = "rejected"
    PAUSED = "paused"
    DISABLED = "disabled"
    DELETED = "deleted"
    OTHER = "other"


class Category(StrEnum):
    MARKETING = "marketing"
    UTILITY = "utility"
    AUTHENTICATION = "authentication"
    UNKNOWN = "unknown"


class HeaderKind(StrEnum):
    TEXT = "text"
    IMAGE = "image"
    VIDEO = "video"
    DOCUMENT = "document"


class ButtonKind(StrEnum):
    """`PLAIN` covers every kind that takes no value from us: phone, call, share contact."""

    QUICK_REPLY = "quick_reply"
    URL = "url"
    COPY_CODE = "copy_code"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Header:
    """text: of a TEXT header. link: of a media header whose file the template itself brings; "" when we give it."""

    kind: HeaderKind
    text: str = ""
    link: str = ""

    @property
    def is_media(self) -> bool:
        return self.kind is not HeaderKind.TEXT


@dataclass(frozen=True, slots=True)
class Button:
    """url: of a URL button, with its blank at the end if it has one."""

    kind: ButtonKind
    text: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Template:
    """A template as one provider lists it. Names are not unique: name and language are.

    id: the provider's own. language: "" where the provider does not tell. sender: our number, where it belongs to one.
    named: blanks have names, not numbers.
    shared_blanks: one blank has one value wherever it stands (Twilio); else header, body and buttons count their own.
    unseen_blanks: blanks that stand nowhere in what is shown, but want a value (Twilio).
    examples: by slot key.
    unsendable: why it cannot be sent from here whatever its status, "" if it can.
    known_at: when the provider was asked. lag: how much older its own knowledge may be.
    """

    id: str
    name: str
    language: str
    body: str
    status: Status
    category: Category = Category.UNKNOWN
    header: Header | None = None
    footer: str = ""
    buttons: tuple[Button, ...] = ()
    named: bool = False
    shared_blanks: bool = False
    unseen_blanks: tuple[str, ...] = ()
    examples: Mapping[str, str] = field(default_factory=dict)
    sender: str = ""
    quality: str = ""
    rejected_because: str = ""
    unsendable: str = ""
    known_at: datetime | None = None
    lag: timedelta = timedelta(0)

    @property
    def why_not(self) -> str:
        """Why it cannot be sent, "" if it can."""
        if self.unsendable:
            return self.unsendable
        if self.status is Status.APPROVED:
            return ""
        return "Only approved templates can be sent" + (
            f"; this one is {self.status}." if self.status is not Status.OTHER else "; this one's state is unknown."
        )

    def is_fresh(self, now: datetime) -> bool:
        """Whether the list need not be asked for again; `lag` does not count, since asking would not help."""
        return self.known_at is not None and now - self.known_at <= FRESH_FOR


# --- blanks ------------------------------------------------------------------------------------------------------


class SlotKind(StrEnum):
    """What a value may be. `LINK_END` completes a button's address, `MEDIA` is an https link or the provider's id of an
    uploaded file."""

    TEXT = "text"
    LINK_END = "link_end"
    CODE = "code"
    MEDIA = "media"


@dataclass(frozen=True, slots=True)
class Slot:
    """A blank to fill. key: `body.1`, `header.media`, `button.0`; with shared blanks the blank's own name.

    name: as it stands in the template ("" for media and codes). button: its index, counted over all buttons.
    """

    key: str
    kind: SlotKind
    name: str = ""
    example: str = ""
    button: int | None = None


_BLANK = re.compile(r"\{\{\s*(\w+)\s*\}\}", re.ASCII)


def slots(template: Template) -> tuple[Slot, ...]:
    """Every blank once, in the order header, body, buttons; numbered blanks of one place in the order of numbers."""
    found: dict[str, Slot] = {}
    for key, kind, name, button in _blanks(template):
        found.setdefault(key, Slot(key, kind, name, template.examples.get(key, ""), button))
    return tuple(found.values())


def _blanks(template: Template) -> Iterator[tuple[str, SlotKind, str, int | None]]:
    header = template.header
    if header is not None and header.is_media and not header.link:
        yield "header.media", SlotKind.MEDIA, "", None
    elif header is not None:
        for name in _names(header.text or header.link):
            yield _key(template, "header", name), SlotKind.TEXT, name, None
    for name in _names(template.body):
        yield _key(template, "body", name), SlotKind.TEXT, name, None
    for index, button in enumerate(template.buttons):
        if button.kind is ButtonKind.COPY_CODE:
            yield f"button.{index}", SlotKind.CODE, "", index
        for name in _names(button.url):
            key = name if template.shared_blanks else f"button.{index}"
            yield key, SlotKind.LINK_END, name, index
    for name in template.unseen_blanks:
        yield name, SlotKind.TEXT, name, None


def _key(template: Template, place: str, name: str) -> str:
    return name if template.shared_blanks else f"{place}.{name}"


def _names(text: str) -> list[str]:
    names = list(dict.fromkeys(_BLANK.findall(text)))
    return sorted(names, key=lambda n: (len(n), n)) if all(n.isdecimal() for n in names) else names


# --- filling -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Problem:
    """key: of the slot it speaks of, "" for the template as a whole."""

    key: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Filled:
    """A template with its values, as the customer will see it. A blank without a value stands there as in the template.

    values: of its slots only. media: the header's link or file id, "" without one.
    """

    template: Template
    values: Mapping[str, str]
    header: str
    body: str
    buttons: tuple[Button, ...]
    media: str
    problems: tuple[Problem, ...]

    @property
    def can_be_sent(self) -> bool:
        return not self.problems

    @property
    def text(self) -> str:
        """Header, body and footer as one text, for the thread and for a note."""
        return "\n\n".join(filter(None, (self.header, self.body, self.template.footer)))


def fill(template: Template, values: Mapping[str, str]) -> Filled:
    """values: by slot key; others are left out. Problems are told in the order of the slots, the whole at the end."""
    blanks = slots(template)
    given = {slot.key: values[slot.key] for slot in blanks if slot.key in values}
    header = template.header
    text = _put(template, "header", header.text, given) if header is not None else ""
    body = _put(template, "body", template.body, given)
    media = ""
    if header is not None and header.is_media:
        media = _put(template, "header", header.link, given) or given.get("header.media", "")
    problems = [
        *(Problem(s.key, why) for s in blanks if (why := _problem(s, given.get(s.key, ""), header))),
        *(Problem("", why) for why in _whole(template, text, body)),
    ]
    buttons = tuple(
        Button(b.kind, b.text, _put(template, f"button.{i}", b.url, given)) for i, b in enumerate(template.buttons)
    )
    return Filled(template, given, text, body, buttons, media, tuple(problems))


def _put(template: Template, place: str, text: str, values: Mapping[str, str]) -> str:
    def value(blank: re.Match[str]) -> str:
        key = place if place.startswith("button.") and not template.shared_blanks else _key(template, place, blank[1])
        return values.get(key, "") or blank[0]

    return _BLANK.sub(value, text)


def _problem(slot: Slot, value: str, header: Header | None) -> str:
    """What is wrong with a value, "" if nothing is. header: of the template."""
    if not value.strip():
        return "Fill this in."
    if any(c < " " or c in "\x7f\x85\u2028\u2029" for c in value):
        return "No line breaks or tabs here: WhatsApp refuses them."
    if " " * (MAX_SPACES + 1) in value:
        return f"No more than {MAX_SPACES} spaces in a row: WhatsApp refuses them."
    if unresolved_placeholder(value):
        return f"{unresolved_placeholder(value)} was not filled in."
    if slot.kind in (SlotKind.LINK_END, SlotKind.CODE) and " " in value:
        return "No spaces here: this is part of a link or a code."
    if slot.kind is SlotKind.MEDIA and not _is_media(value):
        return "A public link is needed here, beginning with https://."
    if slot.kind is SlotKind.MEDIA and header is not None:
        return _other_kind(header.kind, value)
    return ""


_ENDINGS = {
    **dict.fromkeys((".jpg", ".jpeg", ".png"), HeaderKind.IMAGE),
    **dict.fromkeys((".mp4", ".3gp"), HeaderKind.VIDEO),
    **dict.fromkeys(
        (".pdf", ".txt", ".doc", ".docx", ".xls", ".xlsx", ".ppt", ".pptx"),
        HeaderKind.DOCUMENT,
    ),
}
"""Meta, "Media", supported types (read 2026-11-22)."""
_KIND_WORDS = {HeaderKind.IMAGE: "a picture", HeaderKind.VIDEO: "a video", HeaderKind.DOCUMENT: "a document"}


def _other_kind(wanted: HeaderKind, link: str) -> str:
    """Only an ending that is known tells; many links have none."""
    path = link.partition("://")[2].partition("?")[0].partition("#")[0].partition("/")[2]
    found = _ENDINGS.get(PurePosixPath(path).suffix.lower(), wanted)
    if found is wanted:
        return ""
    return f"This link leads to {_KIND_WORDS[found]}, and the template takes {_KIND_WORDS[wanted]}."


def _is_media(value: str) -> bool:
    return bool(re.fullmatch(r"https://[^\s/]+(/\S*)?|[0-9]+", value))


def _whole(template: Template, header: str, body: str) -> Iterator[str]:
    if template.why_not:
        yield template.why_not
    if len(header) > MAX_HEADER:
        yield f"The headline is too long by {len(header) - MAX_HEADER}."
    if len(body) > MAX_BODY:
        yield f"The text is too long by {len(body) - MAX_BODY}."


# --- what we already know of her ---------------------------------------------------------------------------------

_GREETED = re.compile(
    # WhatsApp's marks for bold, italic and struck may stand around the blank.
    r"\b(hi|hello|hey|dear|hola|hallo|bonjour|salut|ciao|ol[aá]|oi)\s+[*_~]*\{\{\s*(\w+)\s*\}\}",
    re.IGNORECASE,
)


def suggestions(template: Template, contact: Contact) -> dict[str, str]:
    """Values by slot key that the contact offers, to be seen and changed by the agent. A numbered blank is suggested
    only where the text greets somebody with it; nothing tells what the others mean."""
    known = _known_of(contact)
    found = {}
    for slot in slots(template):
        if slot.kind is SlotKind.TEXT and (value := known.get(_plain(slot.name))):
            found[slot.key] = value
    greeted = _GREETED.search(template.body)
    if greeted and greeted[2].isdecimal() and known.get("firstname"):
        found[_key(template, "body", greeted[2])] = known["firstname"]
    return found


def _known_of(contact: Contact) -> dict[str, str]:
    """By plain name, each value on one line."""
    first, _, last = " ".join(contact.name.split()).partition(" ")
    own = {"firstname": first, "lastname": last, "name": contact.name, "fullname": contact.name}
    own |= {"customername": contact.name, "customerfirstname": first, "email": contact.email, "phone": contact.phone}
    more = {_plain(name): value for name, value in contact.attributes.items() if not _plain(name).isdecimal()}
    return {name: " ".join(value.split()) for name, value in (more | own).items() if value.strip()}


def _plain(name: str) -> str:
    """`First Name`, `first_name` and `firstName` are one name."""
    return re.sub(r"[\W_]+", "", name).casefold()
