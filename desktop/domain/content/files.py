"""Which files each route takes, in which form, and why it refuses others.

Sources, read 2026-11-22: Meta, "Media" (types and sizes); Bot API 10.1, `sendPhoto`, `sendVoice` and `sendDocument`;
Intercom API 2.16, replies. Not verified: that Meta's upload refuses all types but the listed ones, and that plain text
is accepted with any ending. What a bridge does with a file is not published: on routes through one, only what its
channel cannot take is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum

from desktop.domain.content.file_types import UNKNOWN_TYPE, ending_of, type_of, with_ending
from desktop.domain.content.picture_size import picture_size
from desktop.domain.model.channel import Provider
from desktop.domain.model.facts import ChannelKind
from desktop.domain.model.frozen import frozen

MB = 1_000_000
MAX_NAME = 240
"""In code points, with the ending kept. No provider publishes a limit; file systems take 255 bytes."""


class FileRoute(StrEnum):
    """A route that a file can take. `INTERCOM` is Intercom's own Messenger; the bridge's channels lie behind it."""

    INTERCOM = "intercom"
    BRIDGE_WHATSAPP = "bridge_whatsapp"
    BRIDGE_TELEGRAM = "bridge_telegram"
    BRIDGE_SMS = "bridge_sms"
    WHATSAPP_CLOUD = "whatsapp_cloud"
    DIALOG360 = "360dialog"
    TELEGRAM = "telegram"
    NO_FILES = "no_files"


class FileForm(StrEnum):
    """How the customer sees it. `FILE`: whatever the route makes of it."""

    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"
    VOICE = "voice"
    DOCUMENT = "document"
    PHOTO = "photo"
    FILE = "file"


class FileProblem(StrEnum):
    """Why a route refuses a file.

    `NO_FILES`: the route takes none from here. `NO_ENDING`: neither name nor type say what it is.
    """

    NO_FILES = "no_files"
    EMPTY = "empty"
    NO_ENDING = "no_ending"
    KIND_NOT_TAKEN = "kind_not_taken"
    TOO_MANY_BYTES = "too_many_bytes"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_LONG_AND_NARROW = "too_long_and_narrow"


@frozen
class FileFacts:
    """A file before it is sent. content_type: as given by its source. None: unknown."""

    name: str
    content_type: str = ""
    size_bytes: int | None = None
    width_px: int | None = None
    height_px: int | None = None


@frozen
class FileRefusal:
    """Why a route refuses a file.

    limit: bytes, pixels of width and height together, or the ratio of the sides; 0 for none. found: of the file, in the
    same unit. content_type: of the file. form: what the limit is for, None for the route.
    """

    problem: FileProblem
    content_type: str = ""
    limit: int = 0
    found: int = 0
    form: FileForm | None = None


@frozen
class FilePlan:
    """How a file goes on a route. refusal: why it does not; None if it does.

    content_type, name: given to the provider. max_caption: of the text beside it, in code points; None if unknown.
    """

    form: FileForm | None
    content_type: str
    name: str
    max_caption: int | None = None
    refusal: FileRefusal | None = None

    @property
    def is_taken(self) -> bool:
        """Whether the route takes the file."""
        return self.refusal is None


@frozen
class _Rule:
    """A form that a route takes. types: None for all. max_bytes, max_caption: None if unpublished; 0: no text.

    max_pixels: width and height together. max_ratio: of the larger side to the smaller. Both need a known size.
    sent_as: the type that the provider is given instead of the file's own.
    """

    form: FileForm
    types: frozenset[str] | None = None
    max_bytes: int | None = None
    max_caption: int | None = None
    max_pixels: int = 0
    max_ratio: int = 0
    sent_as: str = ""


_OFFICE = "application/vnd.openxmlformats-officedocument"
_PICTURES = frozenset({"image/jpeg", "image/png"})
_VIDEOS = frozenset({"video/mp4", "video/3gpp"})
_SOUNDS = frozenset({"audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"})
_DOCUMENTS = frozenset(
    {
        "application/pdf",
        "text/plain",
        "application/msword",
        "application/vnd.ms-excel",
        "application/vnd.ms-powerpoint",
        f"{_OFFICE}.wordprocessingml.document",
        f"{_OFFICE}.spreadsheetml.sheet",
        f"{_OFFICE}.presentationml.presentation",
    }
)
# Plain text with a type of its own; the file name is enough to open it.
_PLAIN = frozenset({"text/csv", "text/tab-separated-values", "text/markdown", "text/calendar", "text/vcard"})

_WHATSAPP = (
    _Rule(FileForm.IMAGE, _PICTURES, 5 * MB, 1024),
    _Rule(FileForm.VIDEO, _VIDEOS, 16 * MB, 1024),
    _Rule(FileForm.AUDIO, _SOUNDS, 16 * MB, 0),
    # Also a picture, video or sound that is too large for its own form, or has text that the form does not take.
    _Rule(FileForm.DOCUMENT, _DOCUMENTS | _PICTURES | _VIDEOS | _SOUNDS | {"image/webp"}, 100 * MB, 1024),
    _Rule(FileForm.DOCUMENT, _PLAIN, 100 * MB, 1024, sent_as="text/plain"),
)
_RULES: Mapping[FileRoute, tuple[_Rule, ...]] = {
    FileRoute.INTERCOM: (_Rule(FileForm.FILE),),
    FileRoute.BRIDGE_WHATSAPP: (
        _Rule(FileForm.IMAGE, _PICTURES, 5 * MB),
        _Rule(FileForm.VIDEO, _VIDEOS, 16 * MB),
        _Rule(FileForm.AUDIO, _SOUNDS, 16 * MB),
        _Rule(FileForm.DOCUMENT, _DOCUMENTS, 100 * MB),
    ),
    FileRoute.BRIDGE_TELEGRAM: (
        _Rule(FileForm.PHOTO, _PICTURES, 10 * MB, max_pixels=10_000, max_ratio=20),
        _Rule(FileForm.DOCUMENT, None, 50 * MB),
    ),
    # Twilio, "Accepted content types for media": 5 MB for the whole message.
    FileRoute.BRIDGE_SMS: (_Rule(FileForm.FILE, None, 5 * MB),),
    FileRoute.WHATSAPP_CLOUD: _WHATSAPP,
    FileRoute.DIALOG360: _WHATSAPP,
    FileRoute.TELEGRAM: (
        _Rule(FileForm.PHOTO, _PICTURES, 10 * MB, 1024, max_pixels=10_000, max_ratio=20),
        _Rule(FileForm.VOICE, frozenset({"audio/ogg"}), 50 * MB, 1024),
        _Rule(FileForm.DOCUMENT, None, 50 * MB, 1024),
    ),
    # Twilio fetches files from a public address, which we cannot offer; Octopods takes none with free text.
    FileRoute.NO_FILES: (),
}
_BRIDGES = frozenset({FileRoute.BRIDGE_WHATSAPP, FileRoute.BRIDGE_TELEGRAM, FileRoute.BRIDGE_SMS})
"""On these routes the bridge chooses the form: a picture goes as a picture or not at all."""

MAX_FILES: Mapping[FileRoute, int] = {
    # Of one reply (Intercom API 2.16, `attachment_files`); every other route has one file to a message.
    FileRoute.INTERCOM: 10,
    FileRoute.BRIDGE_WHATSAPP: 10,
    FileRoute.BRIDGE_TELEGRAM: 10,
    FileRoute.BRIDGE_SMS: 10,
    FileRoute.WHATSAPP_CLOUD: 1,
    FileRoute.DIALOG360: 1,
    FileRoute.TELEGRAM: 1,
    FileRoute.NO_FILES: 0,
}


def direct_file_route(provider: Provider) -> FileRoute:
    """The route of a direct account; a provider that is not named here takes text alone."""
    return {
        Provider.WHATSAPP: FileRoute.WHATSAPP_CLOUD,
        Provider.DIALOG360: FileRoute.DIALOG360,
        Provider.TELEGRAM: FileRoute.TELEGRAM,
    }.get(provider, FileRoute.NO_FILES)


def bridge_file_route(channel: ChannelKind) -> FileRoute | None:
    """The route through the bridge to a mirrored chat; None for a channel of unknown limits."""
    return {
        ChannelKind.WHATSAPP: FileRoute.BRIDGE_WHATSAPP,
        ChannelKind.TELEGRAM: FileRoute.BRIDGE_TELEGRAM,
        ChannelKind.SMS: FileRoute.BRIDGE_SMS,
    }.get(channel)


def largest_bytes(route: FileRoute) -> int:
    """The largest file of any form; 0 if none is taken or no limit is published."""
    return max((rule.max_bytes or 0 for rule in _RULES[route]), default=0)


def size_limit(route: FileRoute, content_type: str) -> int | None:
    """The most bytes of a file in the form that is meant for its type; 0 if the route takes none, None if no limit is
    published.
    """
    rules = [rule for rule in _RULES[route] if rule.types is None or content_type in rule.types]
    return rules[0].max_bytes if rules else 0


def inspect_file(name: str, content_type: str, data: bytes) -> FileFacts:
    """The facts of a file by its contents; its size in pixels if it is a picture."""
    width, height = picture_size(data) or (None, None)
    return FileFacts(name, content_type, len(data), width, height)


def plan_file(route: FileRoute, file: FileFacts, *, has_text: bool = False) -> FilePlan:
    """How a file goes on a route, or why it does not. has_text: there is text beside it.

    What is unknown of the file (`None`) is no reason to refuse it; a picture of unknown size goes as a document where
    pixels are limited and a document is possible.
    """
    content_type = type_of(file.name, file.content_type)
    plan = FilePlan(None, content_type, _provider_file_name(file.name, content_type))
    rules = _RULES[route]
    if not rules:
        return replace(plan, refusal=FileRefusal(FileProblem.NO_FILES, content_type))
    if file.size_bytes == 0 and route is not FileRoute.INTERCOM:
        return replace(plan, refusal=FileRefusal(FileProblem.EMPTY, content_type))
    is_unnamed = content_type == UNKNOWN_TYPE and not ending_of(file.name)
    problem = FileProblem.NO_ENDING if is_unnamed else FileProblem.KIND_NOT_TAKEN
    refusal = FileRefusal(problem, content_type)
    for rule in rules:
        if rule.types is not None and content_type not in rule.types:
            continue
        found = _problem(rule, file, content_type, is_strict=route in _BRIDGES)
        if found is None and not (has_text and rule.max_caption == 0):
            sent_as = rule.sent_as or content_type
            return replace(plan, form=rule.form, content_type=sent_as, max_caption=rule.max_caption)
        refusal = found or refusal
        if route in _BRIDGES:
            break
    return replace(plan, refusal=refusal)


def _problem(rule: _Rule, file: FileFacts, content_type: str, *, is_strict: bool) -> FileRefusal | None:
    """Why a file does not fit a rule of its type. is_strict: no other form could take a picture of unknown size."""
    size = file.size_bytes
    if rule.max_bytes is not None and size is not None and size > rule.max_bytes:
        return FileRefusal(FileProblem.TOO_MANY_BYTES, content_type, rule.max_bytes, size, rule.form)
    if not rule.max_pixels:
        return None
    if file.width_px is None or file.height_px is None:
        return None if is_strict else FileRefusal(FileProblem.TOO_MANY_PIXELS, content_type, rule.max_pixels)
    small, large = sorted((max(file.width_px, 1), max(file.height_px, 1)))
    if small + large > rule.max_pixels:
        found = small + large
        return FileRefusal(FileProblem.TOO_MANY_PIXELS, content_type, rule.max_pixels, found, rule.form)
    if large > rule.max_ratio * small:
        found = -(-large // small)
        return FileRefusal(FileProblem.TOO_LONG_AND_NARROW, content_type, rule.max_ratio, found, rule.form)
    return None


def _provider_file_name(name: str, content_type: str) -> str:
    """A name on one line, with an ending if the type has one, and of bounded length."""
    plain = "".join(c for c in name if c.isprintable()).strip() or "file"
    named = with_ending(plain, content_type)
    ending = ending_of(named)
    suffix = f".{ending}" if ending else ""
    return named if len(named) <= MAX_NAME else named[: MAX_NAME - len(suffix)].rstrip(". ") + suffix
