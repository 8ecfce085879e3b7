"""Messages that WhatsApp approved in advance, their blanks, and their text with the blanks filled.

Rules: Meta, "Message templates", "Template components" and error codes 132000-132018 (read 2026-11-22).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import field
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import unquote

from desktop.domain.content.file_types import TYPES, ending_of
from desktop.domain.model.facts import Contact
from desktop.domain.model.frozen import frozen
from desktop.domain.model.outgoing import find_placeholder
from desktop.domain.model.reason import NO_REASON, Reason, make_reason

MAX_HEADER = 60
MAX_BODY = 1024
MAX_LINK = 2000
MAX_SPACES = 4
"""Limits in code points, with the blanks filled; more consecutive spaces than `MAX_SPACES` are refused (132018)."""

FRESH_FOR = timedelta(minutes=15)


class Status(StrEnum):
    """Only `APPROVED` can be sent. `OTHER`: an unknown status of the provider."""

    APPROVED = "approved"
    PENDING = "pending"
    REJECTED = "rejected"
    PAUSED = "paused"
    DISABLED = "disabled"
    DELETED = "deleted"
    OTHER = "other"


class Unsendable(StrEnum):
    """Why a template cannot be sent, as a code. In comments: its parameters."""

    NOT_APPROVED_YET = "not_approved_yet"
    REJECTED_BY_WHATSAPP = "rejected_by_whatsapp"
    PAUSED_BY_WHATSAPP = "paused_by_whatsapp"
    DISABLED_BY_WHATSAPP = "disabled_by_whatsapp"
    TEMPLATE_DELETED = "template_deleted"
    APPROVAL_UNKNOWN = "approval_unknown"
    SIGN_IN_CODE = "sign_in_code"
    KIND = "kind"  # {kind}: the provider's word for it
    PART = "part"  # {part}: the provider's word for it
    HEADER = "header"  # {kind}: the provider's word for it
    BUTTON = "button"  # {kind}: the provider's word for it
    COPY_CODE = "copy_code"


_NOT_APPROVED = {
    Status.PENDING: Unsendable.NOT_APPROVED_YET,
    Status.REJECTED: Unsendable.REJECTED_BY_WHATSAPP,
    Status.PAUSED: Unsendable.PAUSED_BY_WHATSAPP,
    Status.DISABLED: Unsendable.DISABLED_BY_WHATSAPP,
    Status.DELETED: Unsendable.TEMPLATE_DELETED,
    Status.OTHER: Unsendable.APPROVAL_UNKNOWN,
}


class Category(StrEnum):
    """WhatsApp's category of a template."""

    MARKETING = "marketing"
    UTILITY = "utility"
    AUTHENTICATION = "authentication"
    UNKNOWN = "unknown"


class HeaderKind(StrEnum):
    """What a header consists of."""

    TEXT = "text"
    IMAGE = "image"
    VIDEO = "video"
    DOCUMENT = "document"


class ButtonKind(StrEnum):
    """`PLAIN` is every kind without a value of ours: phone, call, share contact."""

    QUICK_REPLY = "quick_reply"
    URL = "url"
    COPY_CODE = "copy_code"
    PLAIN = "plain"


@frozen
class Header:
    """The header of a template. text: of a TEXT header.

    link: of a media header whose file belongs to the template; "" when the sender supplies the file.
    takes_name: the provider is given the name under which the customer sees a document of ours.
    """

    kind: HeaderKind
    text: str = ""
    link: str = ""
    takes_name: bool = False

    @property
    def is_media(self) -> bool:
        """Whether it is a file."""
        return self.kind is not HeaderKind.TEXT


@frozen
class Button:
    """A button. url: of a URL button, with its blank at the end if it has one."""

    kind: ButtonKind
    text: str = ""
    url: str = ""


@frozen
class Template:
    """A template as one provider lists it. Names are not unique: name and language together are.

    id: the provider's own. language: "" if unknown. sender: our number, if the template belongs to one.
    shared_blanks: one blank has one value everywhere (Twilio); else header, body and buttons number their own.
    unseen_blanks: blanks that do not appear in the text but need a value (Twilio).
    examples: by slot key.
    unsendable: why it cannot be sent from here whatever its status; `NO_REASON` if it can.
    known_at: when it was listed. lag: how much older the provider's own data may be.
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
    shared_blanks: bool = False
    unseen_blanks: tuple[str, ...] = ()
    examples: Mapping[str, str] = field(default_factory=dict)
    sender: str = ""
    quality: str = ""
    rejected_because: str = ""
    unsendable: Reason = NO_REASON
    known_at: datetime | None = None
    lag: timedelta = timedelta(0)

    @property
    def not_sendable_reason(self) -> Reason:
        """Why it cannot be sent; `NO_REASON` if it can."""
        if self.unsendable:
            return self.unsendable
        return NO_REASON if self.status is Status.APPROVED else make_reason(_NOT_APPROVED[self.status])

    def is_fresh(self, now: datetime) -> bool:
        """Whether the list is recent enough; `lag` does not count, since listing again would not help."""
        return self.known_at is not None and now - self.known_at <= FRESH_FOR


# --- blanks ------------------------------------------------------------------------------------------------------


class SlotKind(StrEnum):
    """What a value may be. `LINK_END` completes a button's address, `MEDIA` is an https link or the provider's id of an
    uploaded file, `FILE_NAME` is the name the customer sees of a document; it may stay empty if the link has one."""

    TEXT = "text"
    LINK_END = "link_end"
    CODE = "code"
    MEDIA = "media"
    FILE_NAME = "file_name"


@frozen
class Slot:
    """A blank to fill. key: `body.1`, `header.media`, `header.name`, `button.0`; the name alone with shared blanks.

    name: as in the template ("" for media, file names and codes). button: its index, counted over all buttons.
    """

    key: str
    kind: SlotKind
    name: str = ""
    example: str = ""
    button: int | None = None


_BLANK = re.compile(r"\{\{\s*(\w+)\s*\}\}", re.ASCII)


def list_slots(template: Template) -> tuple[Slot, ...]:
    """Every blank once, in the order header, body, buttons; numbered blanks of one place by number."""
    found: dict[str, Slot] = {}
    for key, kind, name, button in _blanks(template):
        found.setdefault(key, Slot(key, kind, name, template.examples.get(key, ""), button))
    return tuple(found.values())


def _blanks(template: Template) -> Iterator[tuple[str, SlotKind, str, int | None]]:
    header = template.header
    if header is not None and header.is_media and not header.link:
        yield "header.media", SlotKind.MEDIA, "", None
        if header.kind is HeaderKind.DOCUMENT and header.takes_name:
            yield "header.name", SlotKind.FILE_NAME, "", None
    elif header is not None:
        for name in _blank_names(header.text or header.link):
            yield _slot_key(template, "header", name), SlotKind.TEXT, name, None
    for name in _blank_names(template.body):
        yield _slot_key(template, "body", name), SlotKind.TEXT, name, None
    for index, button in enumerate(template.buttons):
        if button.kind is ButtonKind.COPY_CODE:
            yield f"button.{index}", SlotKind.CODE, "", index
        for name in _blank_names(button.url):
            key = name if template.shared_blanks else f"button.{index}"
            yield key, SlotKind.LINK_END, name, index
    for name in template.unseen_blanks:
        yield name, SlotKind.TEXT, name, None


def _slot_key(template: Template, place: str, name: str) -> str:
    return name if template.shared_blanks else f"{place}.{name}"


def _blank_names(text: str) -> list[str]:
    names = list(dict.fromkeys(_BLANK.findall(text)))
    return sorted(names, key=lambda n: (len(n), n)) if all(n.isdecimal() for n in names) else names


# --- filling -----------------------------------------------------------------------------------------------------


class ProblemCode(StrEnum):
    """What is wrong with a value, as a code. In comments: its parameters."""

    MISSING = "missing"
    LINE_BREAK = "line_break"
    SPACES_IN_A_ROW = "spaces_in_a_row"  # {count}: as many are accepted
    PLACEHOLDER = "placeholder"  # {placeholder}
    SPACE = "space"
    NO_LINK = "no_link"
    NO_PICTURE = "no_picture"
    NO_VIDEO = "no_video"
    NO_DOCUMENT = "no_document"
    NO_FILE_NAME = "no_file_name"
    NO_ENDING = "no_ending"
    HEADER_TOO_LONG = "header_too_long"  # {count}: code points beyond the limit
    BODY_TOO_LONG = "body_too_long"  # {count}: code points beyond the limit
    LINK_TOO_LONG = "link_too_long"  # {count}: code points beyond the limit


@frozen
class Problem:
    """Why a filled template cannot be sent. key: of the slot, "" for the template as a whole.

    reason: with a `ProblemCode`, or why the template cannot be sent whatever its values are.
    """

    key: str
    reason: Reason


@frozen
class Filled:
    """A template with its values, as the customer will see it. A blank without a value stays as in the template.

    values: of its slots only. media: the header's link or file id, "" without one. file_name: with an ending, of a
    document of ours whose provider takes one; else "".
    """

    template: Template
    values: Mapping[str, str]
    header: str
    body: str
    buttons: tuple[Button, ...]
    media: str
    problems: tuple[Problem, ...]
    file_name: str = ""

    @property
    def can_be_sent(self) -> bool:
        """Whether it has no problems."""
        return not self.problems

    @property
    def text(self) -> str:
        """Header, body and footer as one text, for the thread and for a note."""
        return "\n\n".join(filter(None, (self.header, self.body, self.template.footer)))


def fill(template: Template, values: Mapping[str, str]) -> Filled:
    """Fill a template. values: by slot key; others are ignored. Problems come in the order of the slots."""
    blanks = list_slots(template)
    given = {slot.key: values[slot.key] for slot in blanks if slot.key in values}
    header = template.header
    text = _substitute(template, "header", header.text, given) if header is not None else ""
    body = _substitute(template, "body", template.body, given)
    media = ""
    if header is not None and header.is_media:
        media = _substitute(template, "header", header.link, given) or given.get("header.media", "")
    buttons = tuple(
        Button(b.kind, b.text, _substitute(template, f"button.{i}", b.url, given))
        for i, b in enumerate(template.buttons)
    )
    file_name = ""
    if any(slot.kind is SlotKind.FILE_NAME for slot in blanks):
        file_name = given.get("header.name", "").strip() or name_in_link(media)
    found = [why for slot in blanks if (why := _problem(slot, given.get(slot.key, ""), header, file_name, media))]
    found += _length_problems(blanks, text, body, buttons)
    order = [slot.key for slot in blanks] + [""]
    problems = sorted(found, key=lambda p: order.index(p.key))
    if template.not_sendable_reason:
        problems.append(Problem("", template.not_sendable_reason))
    return Filled(template, given, text, body, buttons, media, tuple(problems), file_name)


def _substitute(template: Template, place: str, text: str, values: Mapping[str, str]) -> str:
    def value(blank: re.Match[str]) -> str:
        key = (
            place
            if place.startswith("button.") and not template.shared_blanks
            else _slot_key(template, place, blank[1])
        )
        return values.get(key, "") or blank[0]

    return _BLANK.sub(value, text)


def remaining_length(template: Template, values: Mapping[str, str], slot: Slot) -> int | None:
    """How many code points a value can still grow by; negative if it is too long, None without a limit.

    Blanks without a value count as empty.
    """
    header = template.header.text if template.header is not None else ""
    rooms = []
    for place, text, most in (("header", header, MAX_HEADER), ("body", template.body, MAX_BODY)):
        keys = [_slot_key(template, place, name) for name in _BLANK.findall(text)]
        if slot.key in keys:
            length = len(_BLANK.sub("", text)) + sum(len(values.get(key, "")) for key in keys)
            rooms.append((most - length) // keys.count(slot.key))
    return min(rooms, default=None)


def _problem(slot: Slot, value: str, header: Header | None, file_name: str, media: str) -> Problem | None:
    """The problem with a value, or None. header, file_name, media: of the whole template."""
    found = _file_name_problem(file_name, media) if slot.kind is SlotKind.FILE_NAME else None
    if slot.kind is not SlotKind.FILE_NAME or value.strip():
        found = _value_problem(slot, value, header) or found
    return Problem(slot.key, found) if found is not None else None


def _value_problem(slot: Slot, value: str, header: Header | None) -> Reason | None:
    if not value.strip():
        return make_reason(ProblemCode.MISSING)
    if any(c < " " or c in "\x7f\x85\u2028\u2029" for c in value):
        return make_reason(ProblemCode.LINE_BREAK)
    if " " * (MAX_SPACES + 1) in value:
        return make_reason(ProblemCode.SPACES_IN_A_ROW, count=MAX_SPACES)
    if placeholder := find_placeholder(value):
        return make_reason(ProblemCode.PLACEHOLDER, placeholder=placeholder)
    if slot.kind in (SlotKind.LINK_END, SlotKind.CODE) and " " in value:
        return make_reason(ProblemCode.SPACE)
    if slot.kind is SlotKind.MEDIA and not _is_media(value):
        return make_reason(ProblemCode.NO_LINK)
    if slot.kind is SlotKind.MEDIA and header is not None and _is_other_kind(header.kind, value):
        return make_reason(_OTHER_KIND[header.kind])
    return None


def _file_name_problem(file_name: str, media: str) -> Reason | None:
    """The problem with a file name; none while there is no file."""
    if not media:
        return None
    if not file_name:
        return make_reason(ProblemCode.NO_FILE_NAME)
    return None if ending_of(file_name) in TYPES else make_reason(ProblemCode.NO_ENDING)


def name_in_link(link: str) -> str:
    """The file name at the end of a link's path; "" for one without a known ending."""
    path = re.split(r"[?#]", link)[0].partition("://")[2].partition("/")[2]
    name = "".join(c for c in unquote(path.rpartition("/")[2]) if c.isprintable()).strip()
    return name if ending_of(name) in TYPES else ""


_KINDS = {
    **dict.fromkeys(("image/jpeg", "image/png"), HeaderKind.IMAGE),
    **dict.fromkeys(("video/mp4", "video/3gpp"), HeaderKind.VIDEO),
    **dict.fromkeys(
        (TYPES[ending] for ending in ("pdf", "txt", "doc", "docx", "xls", "xlsx", "ppt", "pptx")),
        HeaderKind.DOCUMENT,
    ),
}
"""Meta, "Media", supported types (read 2026-11-22)."""
_OTHER_KIND = {
    HeaderKind.IMAGE: ProblemCode.NO_PICTURE,
    HeaderKind.VIDEO: ProblemCode.NO_VIDEO,
    HeaderKind.DOCUMENT: ProblemCode.NO_DOCUMENT,
}


def _is_other_kind(wanted: HeaderKind, link: str) -> bool:
    """Whether a link leads to a file of another kind; False if its ending is not known."""
    return _KINDS.get(TYPES.get(ending_of(name_in_link(link)), ""), wanted) is not wanted


def _is_media(value: str) -> bool:
    return bool(re.fullmatch(r"https://[^\s/]+(/\S*)?|[0-9]+", value))


def _length_problems(
    blanks: tuple[Slot, ...], header: str, body: str, buttons: tuple[Button, ...]
) -> Iterator[Problem]:
    """Texts that are too long. Each problem belongs to the only blank that can be shortened, else to the template."""
    for place, text, most, code in (
        ("header.", header, MAX_HEADER, ProblemCode.HEADER_TOO_LONG),
        ("body.", body, MAX_BODY, ProblemCode.BODY_TOO_LONG),
    ):
        if len(text) > most:
            own = [slot.key for slot in blanks if slot.key.startswith(place)]
            reason = make_reason(code, count=len(text) - most)
            yield Problem(own[0] if len(own) == 1 else "", reason)
    for index, button in enumerate(buttons):
        own = [slot.key for slot in blanks if slot.button == index]
        if len(button.url) > MAX_LINK and own:
            yield Problem(own[0], make_reason(ProblemCode.LINK_TOO_LONG, count=len(button.url) - MAX_LINK))


# --- suggestions from the contact ----------------------------------------------------------------------------------

_GREETING = re.compile(
    # WhatsApp's markup for bold, italic and strikethrough may surround the blank.
    r"\b(hi|hello|hey|dear|hola|hallo|bonjour|salut|ciao|ol[aá]|oi)\s+[*_~]*\{\{\s*(\w+)\s*\}\}",
    re.IGNORECASE,
)


def suggestions(template: Template, contact: Contact) -> dict[str, str]:
    """Values by slot key that the contact offers, for the agent to check. A numbered blank gets one only if the text
    greets the customer with it; the meaning of the others is unknown."""
    known = _known_values(contact)
    found = {}
    for slot in list_slots(template):
        if slot.kind is SlotKind.TEXT and (value := known.get(_name_key(slot.name))):
            found[slot.key] = value
    greeting = _GREETING.search(template.body)
    if greeting and greeting[2].isdecimal() and known.get("firstname"):
        found[_slot_key(template, "body", greeting[2])] = known["firstname"]
    return found


def value_of(contact: Contact, name: str) -> str:
    """The contact's value under a name (`first_name`, an attribute), on one line; "" for none."""
    return _known_values(contact).get(_name_key(name), "")


def _known_values(contact: Contact) -> dict[str, str]:
    """The contact's values by name key, each on one line."""
    first, _, last = " ".join(contact.name.split()).partition(" ")
    own = {"firstname": first, "lastname": last, "name": contact.name, "fullname": contact.name}
    own |= {"customername": contact.name, "customerfirstname": first, "email": contact.email, "phone": contact.phone}
    more = {_name_key(name): value for name, value in contact.attributes.items() if not _name_key(name).isdecimal()}
    return {name: " ".join(value.split()) for name, value in (more | own).items() if value.strip()}


def _name_key(name: str) -> str:
    """A key that is equal for `First Name`, `first_name` and `firstName`."""
    return re.sub(r"[\W_]+", "", name).casefold()
