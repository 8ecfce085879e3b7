"""Maps Intercom's answers to the domain's facts. Pure functions; one odd value never costs its neighbours."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from msgspec import UNSET

from desktop.channels.intercom import html, part_types, wire
from desktop.channels.intercom.values import assignee, flag, ident, label, name, text_in
from desktop.channels.shared import loose_json
from desktop.channels.shared.loose_json import as_number, as_text, as_time, as_word
from desktop.domain.model.facts import Attachment, Contact, Conversation, ConversationState, Entry, EntryKind, Role, Tag
from desktop.ports import SearchHit

BRIDGE_PREFIX = "octopods_"
MAX_PARTS = 500
"""The answer for one conversation holds at most its newest 500 parts (Intercom API 2.16)."""

_AUTHORS = {
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
_NEVER = datetime.fromtimestamp(0, UTC)


class NotReadable(ValueError):
    """The answer is not what was asked for: no object, or one without an id."""


def conversation(raw: object) -> Conversation:
    """Map a conversation with its first message and its parts, in the order of the answer.

    Without `created_at`, the earliest time in the answer stands for it, and `updated_at` where there is no other.
    Raises NotReadable for what has no id, and for nothing else.
    """
    found = loose_json.as_struct(raw, wire.Conversation)
    if not ident(found.id):
        raise NotReadable("a conversation needs an id")
    source = loose_json.as_struct(found.source, wire.Source)
    parts = loose_json.as_list(found.conversation_parts, "conversation_parts", "data")
    created, updated = _created_and_updated(found, parts)
    contact_ids = _contact_ids(found, source)
    entries = [*_first(found, source, created, contact_ids), *_parts(ident(found.id), parts, created, contact_ids)]
    return Conversation(
        id=ident(found.id),
        created_at=created,
        updated_at=updated,
        state=_state(found),
        title=label(as_text(found.title)) or label(_plain_text(source.subject)),
        born_on=as_word(source.type),
        initial_channel=as_word(loose_json.as_struct(found.channel, wire.Channel).initial) or None,
        current_channel=as_word(loose_json.as_struct(found.channel, wire.Channel).current) or None,
        delivered_as=as_word(source.delivered_as),
        page_url=_page_url(source.url)
        or _page_url(loose_json.as_struct(found.first_contact_reply, wire.FirstReply).url),
        tags=_conversation_tags(found.tags),
        contact_ids=contact_ids,
        assignee_id=assignee(found.admin_assignee_id),
        team_id=assignee(found.team_assignee_id),
        snoozed_until=as_time(found.snoozed_until),
        read=flag(found.read, default=True),
        entries=tuple(_distinct(entries)),
        unseen_before=_unseen_before(found, entries, len(parts), updated),
    )


def search_hit(raw: object) -> SearchHit:
    """Map a conversation as search lists it. Its entries are left out: a list holds the first message only."""
    found = conversation(raw)
    count = _part_count(loose_json.as_struct(raw, wire.Conversation))
    return SearchHit(replace(found, entries=(), unseen_before=found.updated_at), count)


def contact(raw: object) -> Contact:
    """Map a contact. Raises NotReadable for what has no id."""
    found = loose_json.as_struct(raw, wire.Contact)
    if not ident(found.id):
        raise NotReadable("a contact needs an id")
    given = found.custom_attributes if isinstance(found.custom_attributes, dict) else {}
    attributes = {as_text(key): _attribute(value) for key, value in given.items() if value not in (None, "")}
    place = loose_json.as_struct(found.location, wire.Location)
    seen, ios, android = (as_time(t) for t in (found.last_seen_at, found.ios_last_seen_at, found.android_last_seen_at))
    email_fails = flag(found.has_hard_bounced) or flag(found.marked_email_as_spam)
    in_browser = bool(as_text(found.browser)) and seen not in (ios, android)
    return Contact(
        id=ident(found.id),
        role=as_word(found.role) or "user",
        name=name(found.name),
        email=name(found.email),
        phone=as_text(found.phone).strip(),
        takes_email=bool(name(found.email)) and not flag(found.unsubscribed_from_emails) and not email_fails,
        email_fails=email_fails,
        bridge_attributes={k.lower(): v for k, v in attributes.items() if k.lower().startswith(BRIDGE_PREFIX)},
        attributes={k: v for k, v in attributes.items() if not k.lower().startswith(BRIDGE_PREFIX)},
        messenger_seen_at=max((t for t in (seen, ios, android) if t is not None), default=None),
        ios_seen_at=ios,
        android_seen_at=android,
        web_seen_at=seen if in_browser else None,
        location=", ".join(filter(None, (name(p) for p in (place.city, place.region, place.country)))),
        updated_at=as_time(found.updated_at),
        merged_ids=_merged_ids(found.merge_history),
    )


# --- entries -------------------------------------------------------------------------------------------------------


def _first(
    found: wire.Conversation, source: wire.Source, created: datetime, contact_ids: tuple[str, ...]
) -> list[Entry]:
    """The first message. No answer says which app made it, so its code is never reported."""
    if not isinstance(found.source, dict) or not found.source:
        return []
    author = loose_json.as_struct(source.author, wire.Author)
    body, files = _content(source.body, source.attachments)
    redacted = flag(source.redacted)
    body = body or _plain_text(source.subject)
    is_message = bool(body or files or redacted)
    return [
        Entry(
            id=f"source:{ident(found.id)}",
            conversation_id=ident(found.id),
            sent_at=created,
            role=_role(author, contact_ids)
            if as_word(author.type)
            else _STARTERS.get(as_word(source.delivered_as), _role(author, contact_ids)),
            kind=EntryKind.MESSAGE if is_message else EntryKind.EVENT,
            event="source",
            author_id=ident(author.id),
            author_name=name(author.name),
            text=body,
            attachments=() if redacted else files,
            app_code_reported=False,
            by_email=bool(source.email_message_metadata),
            is_first=True,
            redacted=redacted,
        )
    ]


def _parts(
    conversation_id: str, parts: Sequence[object], created: datetime, contact_ids: tuple[str, ...]
) -> list[Entry]:
    """Map the parts, oldest first. A part without a time takes that of the part before it: never later than the truth,
    so that it cannot keep a window open."""
    entries = []
    last_seen = created
    for raw in parts:
        if isinstance(raw, dict):
            entry = _part(conversation_id, loose_json.as_struct(raw, wire.Part), raw, last_seen, contact_ids)
            last_seen = entry.sent_at
        else:
            entry = _unsupported(conversation_id, raw, last_seen)
        entries.append(entry)
    return entries


def _part(
    conversation_id: str, part: wire.Part, raw: object, fallback: datetime, contact_ids: tuple[str, ...]
) -> Entry:
    author = loose_json.as_struct(part.author, wire.Author)
    body, files = _content(part.body, part.attachments)
    redacted = flag(part.redacted)
    part_type = as_word(part.part_type)
    code_reported = part.app_package_code is not UNSET
    return Entry(
        id=ident(part.id) or _fallback_id(raw),
        conversation_id=conversation_id,
        sent_at=as_time(part.created_at) or fallback,
        role=_role(author, contact_ids),
        kind=part_types.kind_of(part_type, bool(body or files or redacted)),
        event=part_type or "unsupported",
        author_id=ident(author.id),
        author_name=name(author.name),
        text=body or _quick_reply_options(part.metadata),
        attachments=() if redacted else files,
        app_code=as_text(part.app_package_code).strip() or None if code_reported else None,
        app_code_reported=code_reported,
        by_email=bool(part.email_message_metadata),
        tags=_tags(part.tags),
        redacted=redacted,
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


def _role(author: wire.Author, contact_ids: tuple[str, ...]) -> Role:
    """An author of a type that is not listed is the customer only if the conversation names them as a contact."""
    kind = as_word(author.type)
    if kind in _AUTHORS:
        return _AUTHORS[kind]
    return Role.CUSTOMER if ident(author.id) and ident(author.id) in contact_ids else Role.UNKNOWN


def _content(body: object, attachments: object) -> tuple[str, tuple[Attachment, ...]]:
    text, pictures = html.from_body(body) if isinstance(body, str) else (text_in(body), ())
    return text, (*_files(attachments), *pictures)


def _files(raw: object) -> list[Attachment]:
    listed = [raw] if isinstance(raw, dict) and "url" in raw else loose_json.as_list(raw, "attachments", "data")
    uploads = [
        loose_json.as_struct(u, wire.Upload) if isinstance(u, dict) else wire.Upload(url=as_text(u)) for u in listed
    ]
    return [
        Attachment(
            name=as_text(u.name).strip() or html.file_name(as_text(u.url)) or "file",
            url=as_text(u.url).strip(),
            content_type=as_text(u.content_type).strip(),
            size_bytes=as_number(u.filesize),
            width_px=as_number(u.width),
            height_px=as_number(u.height),
        )
        for u in uploads
        if as_text(u.name).strip() or as_text(u.url).strip()
    ]


def _quick_reply_options(metadata: object) -> str:
    """The options of a quick reply that has no text of its own."""
    options = loose_json.as_list(metadata, "quick_reply_options")
    return " / ".join(filter(None, (as_text(o.get("text")).strip() for o in options if isinstance(o, dict))))


def _fallback_id(raw: object) -> str:
    """An id for a part without one, the same at every reading."""
    return f"unnamed:{hashlib.sha256(text_in(raw).encode()).hexdigest()[:16]}"


def _distinct(entries: Iterable[Entry]) -> Iterable[Entry]:
    """Drop repeated entries. Two different ones under one id are both kept, the second under a new id."""
    taken: dict[str, list[Entry]] = {}
    for entry in entries:
        same = taken.setdefault(entry.id, [])
        if entry not in same:
            same.append(entry)
            yield entry if len(same) == 1 else replace(entry, id=f"{entry.id}~{len(same)}")


# --- pieces of a conversation --------------------------------------------------------------------------------------


def _created_and_updated(found: wire.Conversation, parts: Sequence[object]) -> tuple[datetime, datetime]:
    """Creation and last change; whichever is missing is taken from the other dates in the answer."""
    dated = [as_time(loose_json.as_struct(p, wire.Part).created_at) for p in parts if isinstance(p, dict)]
    times = [t for t in dated if t is not None]
    updated = as_time(found.updated_at)
    created = as_time(found.created_at) or min(times, default=updated or _NEVER)
    return created, updated or max(times, default=created)


def _state(found: wire.Conversation) -> ConversationState:
    """`state` decides; `open` may be true of a snoozed conversation."""
    try:
        return ConversationState(as_word(found.state))
    except ValueError:
        return ConversationState.OPEN if flag(found.open, default=True) else ConversationState.CLOSED


def _part_count(found: wire.Conversation) -> int | None:
    statistics = loose_json.as_struct(found.statistics, wire.Statistics)
    given = [as_number(statistics.count_conversation_parts)]
    if isinstance(found.conversation_parts, dict):
        given.append(as_number(found.conversation_parts.get("total_count")))
    return max((n for n in given if n is not None), default=None)


def _unseen_before(
    found: wire.Conversation, entries: list[Entry], part_count: int, updated: datetime
) -> datetime | None:
    """Search answers hold no parts. A full answer without a count may have been cut off."""
    count = _part_count(found)
    if part_count == 0:
        parts_given = isinstance(found.conversation_parts, dict | list) or count == 0
        return None if parts_given and not count else updated
    if (count is None and part_count < MAX_PARTS) or (count is not None and count <= part_count):
        return None
    return min(e.sent_at for e in entries if not e.is_first)


def _contact_ids(found: wire.Conversation, source: wire.Source) -> tuple[str, ...]:
    """The conversation's people; where the answer names none, the customer who began it."""
    listed = loose_json.as_list(found.contacts, "contacts", "data")
    ids = [ident(c.get("id")) if isinstance(c, dict) else ident(c) for c in listed]
    author = loose_json.as_struct(source.author, wire.Author)
    if not any(ids) and _AUTHORS.get(as_word(author.type)) is Role.CUSTOMER:
        ids = [ident(author.id)]
    return tuple(dict.fromkeys(i for i in ids if i))


def _tags(raw: object) -> tuple[str, ...]:
    names = [t.get("name") if isinstance(t, dict) else t for t in loose_json.as_list(raw, "tags", "data")]
    return tuple(filter(None, (name(n) for n in names)))


def _conversation_tags(raw: object) -> tuple[Tag, ...]:
    found = []
    for tag in loose_json.as_list(raw, "tags", "data"):
        named = name(tag.get("name")) if isinstance(tag, dict) else name(tag)
        if named:
            by = tag.get("applied_by") if isinstance(tag, dict) else None
            at = as_time(tag.get("applied_at")) if isinstance(tag, dict) else None
            found.append(Tag(named, at, ident(by.get("id")) if isinstance(by, dict) else ident(by)))
    return tuple(found)


def _page_url(url: object) -> str | None:
    address = as_text(url).strip()
    return address if address.casefold().startswith(("http://", "https://")) else None


def _plain_text(subject: object) -> str:
    return html.from_body(subject)[0] if isinstance(subject, str) else ""


def _attribute(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else as_text(value) or text_in(value)


def _merged_ids(history: object) -> tuple[str, ...]:
    entries = loose_json.as_list(history, "data", "merge_history")
    return tuple(filter(None, (ident(m.get("source_contact_id")) for m in entries if isinstance(m, dict))))
