"""Maps the entries of Intercom's conversations: the first message and the parts. One odd value costs no other.

The answers are less regular than their description (API 2.16, 2026-08-21): ids come as numbers and as text, `null`
stands where objects are promised and `{}` where `null` is. So scalars are accepted in any form, and nested objects
stay raw until they are read, so that one odd field does not spoil its neighbours.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any

import msgspec
from msgspec import UNSET

from desktop.channels.intercom import html, part_types
from desktop.channels.intercom.values import flag, ident, name, plain_text, text_in
from desktop.channels.shared import loose_json
from desktop.channels.shared.loose_json import Scalar, as_number, as_text, as_time, as_word, get_field
from desktop.domain.model.facts import ASSIGNED_TO_NOBODY, Attachment, Entry, EntryKind, Role
from desktop.domain.model.formatting import Spans

_AUTHOR_ROLES = {
    "user": Role.CUSTOMER,
    "lead": Role.CUSTOMER,
    "contact": Role.CUSTOMER,
    "visitor": Role.CUSTOMER,
    "admin": Role.TEAMMATE,
    "team": Role.TEAMMATE,
    "bot": Role.BOT,
    "operator": Role.BOT,
    "fin": Role.BOT,
}
# Who wrote a first message that names no author (Intercom API 2.16, `source.delivered_as`).
_STARTERS = {
    "customer_initiated": Role.CUSTOMER,
    "admin_initiated": Role.TEAMMATE,
    "operator_initiated": Role.BOT,
    "automated": Role.BOT,
    "campaigns_initiated": Role.BOT,
}


class SourceJson(msgspec.Struct):
    """The first message. It has no package code, tags or time of its own in any version."""

    type: Scalar = None
    delivered_as: Scalar = None
    subject: Any = None
    body: Any = None
    url: Scalar = None
    author: Any = None
    attachments: Any = None
    redacted: Scalar = None
    email_message_metadata: Any = None


class PartJson(msgspec.Struct):
    """`app_package_code` is UNSET where the answer does not speak of it (API before 2.13)."""

    id: Scalar = None
    part_type: Scalar = None
    body: Any = None
    created_at: Scalar = None
    author: Any = None
    attachments: Any = None
    redacted: Scalar = None
    tags: Any = None
    metadata: Any = None
    email_message_metadata: Any = None
    app_package_code: Scalar | msgspec.UnsetType = msgspec.UNSET
    assigned_to: Any = None


class AuthorJson(msgspec.Struct):
    type: Scalar = None
    id: Scalar = None
    name: Scalar = None


class StoredPart(msgspec.Struct):
    """Stands in the list of parts for one that is stored as the answer has it."""

    created_at: datetime


class PartWithFingerprint(msgspec.Struct):
    """A part as JSON, with the fingerprint of that."""

    data: bytes
    fingerprint: int


_DECODER = msgspec.json.Decoder(PartJson)


def first_entry_id(conversation_id: str) -> str:
    """The id of a conversation's first message, which has none of its own among its parts."""
    return f"source:{conversation_id}"


def map_first_message(
    conversation_id: str, raw: object, created: datetime, contact_ids: tuple[str, ...]
) -> list[Entry]:
    """The first message. No answer says which app made it, so its code is never reported."""
    if not isinstance(raw, dict) or not raw:
        return []
    source = loose_json.as_struct(raw, SourceJson)
    body, files, spans = _content(source.body, source.attachments)
    redacted = flag(source.redacted)
    author_type, author_id, author_name = _author(source.author)
    role = _role(author_type, author_id, contact_ids)
    body = body or plain_text(source.subject)
    is_message = bool(body or files or redacted)
    return [
        Entry(
            id=first_entry_id(conversation_id),
            conversation_id=conversation_id,
            sent_at=created,
            role=role if author_type else _STARTERS.get(as_word(source.delivered_as), role),
            kind=EntryKind.MESSAGE if is_message else EntryKind.EVENT,
            event="source",
            author_id=author_id,
            author_name=author_name,
            text=body,
            attachments=() if redacted else files,
            app_code_reported=False,
            by_email=bool(source.email_message_metadata),
            is_first=True,
            redacted=redacted,
            formatting=spans,
        )
    ]


def map_parts(
    conversation_id: str, parts: Sequence[object], created: datetime, contact_ids: tuple[str, ...]
) -> list[Entry]:
    """Map the parts, oldest first, without those that are stored. A part without a time takes that of the part before
    it: never later than the truth, so that it cannot keep a window open."""
    entries = []
    last_seen = created
    for part in parts:
        if isinstance(part, StoredPart):
            last_seen = part.created_at
            continue
        raw, fingerprint = part, 0
        if isinstance(part, PartWithFingerprint):
            raw, fingerprint = _parsed(part.data), part.fingerprint
        if isinstance(raw, dict | PartJson):
            entry = _part(conversation_id, raw, last_seen, contact_ids, fingerprint)
            last_seen = entry.sent_at
        else:
            entry = _unsupported(conversation_id, raw, last_seen)
        entries.append(entry)
    return entries


def _parsed(data: bytes) -> object:
    """A part, as plain values where it has an odd field or no id: then all of it makes its id."""
    try:
        part = _DECODER.decode(data)
    except (msgspec.MsgspecError, UnicodeError):
        return loose_json.parse_checked(data)
    return part if ident(part.id) else loose_json.parse_checked(data)


def _part(
    conversation_id: str, raw: object, fallback: datetime, contact_ids: tuple[str, ...], fingerprint: int
) -> Entry:
    part = raw if isinstance(raw, PartJson) else loose_json.as_struct(raw, PartJson)
    author_type, author_id, author_name = _author(part.author)
    body, files, spans = _content(part.body, part.attachments)
    redacted = flag(part.redacted)
    part_type = as_word(part.part_type)
    code_reported = part.app_package_code is not UNSET
    return Entry(
        id=ident(part.id) or _fallback_id(raw),
        conversation_id=conversation_id,
        sent_at=as_time(part.created_at) or fallback,
        role=_role(author_type, author_id, contact_ids),
        kind=part_types.kind_of(part_type, bool(body or files or redacted)),
        event=part_type or "unsupported",
        author_id=author_id,
        author_name=author_name,
        text=body or _quick_reply_options(part.metadata),
        attachments=() if redacted else files,
        app_code=as_text(part.app_package_code).strip() or None if code_reported else None,
        app_code_reported=code_reported,
        by_email=bool(part.email_message_metadata),
        tags=_tags(part.tags),
        redacted=redacted,
        fingerprint=fingerprint,
        assigned_to=_assignee(part.assigned_to) if part.assigned_to else "",
        formatting=spans,
    )


def _unsupported(conversation_id: str, raw: object, fallback: datetime) -> Entry:
    """An entry for a part that is no object: its text stays visible and may be anybody's."""
    return Entry(
        id=_fallback_id(raw),
        conversation_id=conversation_id,
        sent_at=fallback,
        role=Role.UNKNOWN,
        kind=EntryKind.UNKNOWN if text_in(raw).strip() else EntryKind.EVENT,
        event="unsupported",
        text=text_in(raw),
        app_code_reported=False,
    )


def is_customer(author: object) -> bool:
    """Whether the author's type says that the customer wrote."""
    return _AUTHOR_ROLES.get(as_word(get_field(author, "type"))) is Role.CUSTOMER


def _author(raw: object) -> tuple[str, str, str]:
    """An author's type, id and name."""
    author = loose_json.as_struct(raw, AuthorJson)
    return _read_author(author.type, author.id, author.name)


@lru_cache(maxsize=1_000, typed=True)
def _read_author(author_type: Scalar, author_id: Scalar, author_name: Scalar) -> tuple[str, str, str]:
    """Cached: a conversation has few authors."""
    return as_word(author_type), ident(author_id), name(author_name)


def _role(author_type: str, author_id: str, contact_ids: tuple[str, ...]) -> Role:
    """An author of a type that is not listed is the customer only if the conversation names them as a contact."""
    return _AUTHOR_ROLES.get(author_type, Role.CUSTOMER if author_id in contact_ids else Role.UNKNOWN)


def _content(body: object, attachments: object) -> tuple[str, tuple[Attachment, ...], Spans]:
    text, pictures, spans = html.read_body(body) if isinstance(body, str) else (text_in(body), (), ())
    return text, (*_files(attachments), *pictures) if attachments else pictures, spans


def _files(raw: object) -> list[Attachment]:
    listed = [raw] if isinstance(raw, dict) and "url" in raw else loose_json.as_list(raw, "attachments", "data")
    uploads = [u if isinstance(u, dict) else {"url": u} for u in listed]
    return [
        Attachment(
            name=as_text(u.get("name")).strip() or html.file_name(as_text(u.get("url"))) or "file",
            url=as_text(u.get("url")).strip(),
            content_type=as_text(u.get("content_type")).strip(),
            size_bytes=as_number(u.get("filesize")),
            width_px=as_number(u.get("width")),
            height_px=as_number(u.get("height")),
        )
        for u in uploads
        if as_text(u.get("name")).strip() or as_text(u.get("url")).strip()
    ]


def _quick_reply_options(metadata: object) -> str:
    """The options of a quick reply that has no text of its own."""
    options = loose_json.as_list(metadata, "quick_reply_options")
    return " / ".join(filter(None, (as_text(o.get("text")).strip() for o in options if isinstance(o, dict))))


def _fallback_id(raw: object) -> str:
    """An id for a part without one, the same at every reading."""
    return f"unnamed:{hashlib.sha256(text_in(raw).encode()).hexdigest()[:16]}"


def drop_repeated(entries: Iterable[Entry]) -> Iterable[Entry]:
    """Drop repeated entries. Two different ones under one id are both kept, the second under a new id."""
    taken: dict[str, list[Entry]] = {}
    for entry in entries:
        same = taken.setdefault(entry.id, [])
        if entry not in same:
            same.append(entry)
            yield entry if len(same) == 1 else replace(entry, id=f"{entry.id}~{len(same)}")


def _assignee(raw: object) -> str:
    """As `Entry.assigned_to` has it. Types (API 2.16): `admin`, `team`, `bot`, and `nobody_admin` or `nobody_team`
    with no id."""
    assignee = loose_json.as_struct(raw, AuthorJson)
    kind, assignee_id, _ = _read_author(assignee.type, assignee.id, None)
    if kind.startswith("nobody"):
        return ASSIGNED_TO_NOBODY
    return f"{'team' if kind == 'team' else 'teammate'}:{assignee_id}" if kind and assignee_id else ""


def _tags(raw: object) -> tuple[str, ...]:
    tags = loose_json.as_list(raw, "tags", "data")
    return tuple(filter(None, (name(t.get("name") if isinstance(t, dict) else t) for t in tags))) if tags else ()
