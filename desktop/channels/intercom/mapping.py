"""From Intercom's answers to our facts: pure functions, one odd piece never costs its neighbours."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from msgspec import UNSET

from desktop.channels.intercom import html, part_types, wire
from desktop.channels.intercom.values import assignee, flag, ident, label, name, words_in
from desktop.channels.shared import loose_json
from desktop.channels.shared.loose_json import number, text, when, word
from desktop.domain.model.facts import Attachment, Contact, Conversation, ConversationState, Entry, EntryKind, Role, Tag
from desktop.ports import SearchHit

BRIDGE_PREFIX = "octopods_"
PART_CAP = 500
"""The single-conversation answer holds the newest 500 parts (Intercom API 2.16)."""

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
    """The answer is not what was asked for at all: no object, or one without an id."""


def conversation(raw: object) -> Conversation:
    """A conversation with its first message and its parts, in the order of the answer.

    Without `created_at`, the earliest time in the answer stands for it, and `updated_at` where there is no other.
    Raises NotReadable only for what has no id.
    """
    found = loose_json.read(raw, wire.Conversation)
    if not ident(found.id):
        raise NotReadable("a conversation needs an id")
    source = loose_json.read(found.source, wire.Source)
    parts = loose_json.items(found.conversation_parts, "conversation_parts", "data")
    created, updated = _span(found, parts)
    contact_ids = _contact_ids(found, source)
    entries = [*_first(found, source, created, contact_ids), *_parts(ident(found.id), parts, created, contact_ids)]
    return Conversation(
        id=ident(found.id),
        created_at=created,
        updated_at=updated,
        state=_state(found),
        title=label(text(found.title)) or label(_plain(source.subject)),
        born_on=word(source.type),
        initial_channel=word(loose_json.read(found.channel, wire.Channel).initial) or None,
        current_channel=word(loose_json.read(found.channel, wire.Channel).current) or None,
        delivered_as=word(source.delivered_as),
        page_url=_page(source.url) or _page(loose_json.read(found.first_contact_reply, wire.FirstReply).url),
        tags=_conversation_tags(found.tags),
        contact_ids=contact_ids,
        assignee_id=assignee(found.admin_assignee_id),
        team_id=assignee(found.team_assignee_id),
        snoozed_until=when(found.snoozed_until),
        read=flag(found.read, default=True),
        entries=tuple(_distinct(entries)),
        unseen_before=_unseen_before(found, entries, len(parts), updated),
    )


def search_hit(raw: object) -> SearchHit:
    """A conversation as search lists it: its entries are left out, because a list holds the first message only."""
    found = conversation(raw)
    count = _counted(loose_json.read(raw, wire.Conversation))
    return SearchHit(replace(found, entries=(), unseen_before=found.updated_at), count)


def contact(raw: object) -> Contact:
    """Raises NotReadable for what has no id."""
    found = loose_json.read(raw, wire.Contact)
    if not ident(found.id):
        raise NotReadable("a contact needs an id")
    given = found.custom_attributes if isinstance(found.custom_attributes, dict) else {}
    attributes = {text(key): _attribute(value) for key, value in given.items() if value not in (None, "")}
    place = loose_json.read(found.location, wire.Location)
    seen, ios, android = (when(t) for t in (found.last_seen_at, found.ios_last_seen_at, found.android_last_seen_at))
    email_fails = flag(found.has_hard_bounced) or flag(found.marked_email_as_spam)
    in_browser = bool(text(found.browser)) and seen not in (ios, android)
    return Contact(
        id=ident(found.id),
        role=word(found.role) or "user",
        name=name(found.name),
        email=name(found.email),
        phone=text(found.phone).strip(),
        takes_email=bool(name(found.email)) and not flag(found.unsubscribed_from_emails) and not email_fails,
        email_fails=email_fails,
        bridge_attributes={k.lower(): v for k, v in attributes.items() if k.lower().startswith(BRIDGE_PREFIX)},
        attributes={k: v for k, v in attributes.items() if not k.lower().startswith(BRIDGE_PREFIX)},
        messenger_seen_at=max((t for t in (seen, ios, android) if t is not None), default=None),
        ios_seen_at=ios,
        android_seen_at=android,
        web_seen_at=seen if in_browser else None,
        location=", ".join(filter(None, (name(p) for p in (place.city, place.region, place.country)))),
        updated_at=when(found.updated_at),
        merged_ids=_merged(found.merge_history),
    )


# --- entries -------------------------------------------------------------------------------------------------------


def _first(
    found: wire.Conversation, source: wire.Source, created: datetime, contact_ids: tuple[str, ...]
) -> list[Entry]:
    """The first message. No answer says which app made it, so its code is never reported."""
    if not isinstance(found.source, dict) or not found.source:
        return []
    author = loose_json.read(source.author, wire.Author)
    words, files = _content(source.body, source.attachments)
    redacted = flag(source.redacted)
    words = words or _plain(source.subject)
    is_message = bool(words or files or redacted)
    return [
        Entry(
            id=f"source:{ident(found.id)}",
            conversation_id=ident(found.id),
            sent_at=created,
            role=_role(author, contact_ids)
            if word(author.type)
            else _STARTERS.get(word(source.delivered_as), _role(author, contact_ids)),
            kind=EntryKind.MESSAGE if is_message else EntryKind.EVENT,
            event="source",
            author_id=ident(author.id),
            author_name=name(author.name),
            text=words,
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
    """A part without a time takes that of the part before it (they come oldest first): never later than the truth, so
    that it cannot hold a window open."""
    entries = []
    last_seen = created
    for raw in parts:
        if isinstance(raw, dict):
            entry = _part(conversation_id, loose_json.read(raw, wire.Part), raw, last_seen, contact_ids)
            last_seen = entry.sent_at
        else:
            entry = _unsupported(conversation_id, raw, last_seen)
        entries.append(entry)
    return entries


def _part(
    conversation_id: str, part: wire.Part, raw: object, fallback: datetime, contact_ids: tuple[str, ...]
) -> Entry:
    author = loose_json.read(part.author, wire.Author)
    words, files = _content(part.body, part.attachments)
    redacted = flag(part.redacted)
    kind_word = word(part.part_type)
    code_reported = part.app_package_code is not UNSET
    return Entry(
        id=ident(part.id) or _made_up_id(raw),
        conversation_id=conversation_id,
        sent_at=when(part.created_at) or fallback,
        role=_role(author, contact_ids),
        kind=part_types.kind_of(kind_word, bool(words or files or redacted)),
        event=kind_word or "unsupported",
        author_id=ident(author.id),
        author_name=name(author.name),
        text=words or _offered(part.metadata),
        attachments=() if redacted else files,
        app_code=text(part.app_package_code).strip() or None if code_reported else None,
        app_code_reported=code_reported,
        by_email=bool(part.email_message_metadata),
        tags=_tags(part.tags),
        redacted=redacted,
    )


def _unsupported(conversation_id: str, raw: object, fallback: datetime) -> Entry:
    """A part that is not even an object: its text stays visible and may be anybody's."""
    return Entry(
        id=_made_up_id(raw),
        conversation_id=conversation_id,
        sent_at=fallback,
        role=Role.UNKNOWN,
        kind=EntryKind.UNKNOWN if words_in(raw).strip() else EntryKind.EVENT,
        event="unsupported",
        text=words_in(raw),
        app_code_reported=False,
    )


def _role(author: wire.Author, contact_ids: tuple[str, ...]) -> Role:
    """An author of a type that is not listed is the customer only if the conversation names them as a contact."""
    kind = word(author.type)
    if kind in _AUTHORS:
        return _AUTHORS[kind]
    return Role.CUSTOMER if ident(author.id) and ident(author.id) in contact_ids else Role.UNKNOWN


def _content(body: object, attachments: object) -> tuple[str, tuple[Attachment, ...]]:
    words, pictures = html.from_body(body) if isinstance(body, str) else (words_in(body), ())
    return words, (*_files(attachments), *pictures)


def _files(raw: object) -> list[Attachment]:
    listed = [raw] if isinstance(raw, dict) and "url" in raw else loose_json.items(raw, "attachments", "data")
    uploads = [loose_json.read(u, wire.Upload) if isinstance(u, dict) else wire.Upload(url=text(u)) for u in listed]
    return [
        Attachment(
            name=text(u.name).strip() or html.file_name(text(u.url)) or "file",
            url=text(u.url).strip(),
            content_type=text(u.content_type).strip(),
            size_bytes=number(u.filesize),
            width_px=number(u.width),
            height_px=number(u.height),
        )
        for u in uploads
        if text(u.name).strip() or text(u.url).strip()
    ]


def _offered(metadata: object) -> str:
    """The buttons of a quick reply that has no words of its own."""
    options = loose_json.items(metadata, "quick_reply_options")
    return " / ".join(filter(None, (text(o.get("text")).strip() for o in options if isinstance(o, dict))))


def _made_up_id(raw: object) -> str:
    """A name for a part without id that is the same at the next reading."""
    return f"unnamed:{hashlib.sha256(words_in(raw).encode()).hexdigest()[:16]}"


def _distinct(entries: Iterable[Entry]) -> Iterable[Entry]:
    """Each entry once. Two different ones under one id are both kept, because one of them would hide the other."""
    taken: dict[str, list[Entry]] = {}
    for entry in entries:
        same = taken.setdefault(entry.id, [])
        if entry not in same:
            same.append(entry)
            yield entry if len(same) == 1 else replace(entry, id=f"{entry.id}~{len(same)}")


# --- pieces of a conversation --------------------------------------------------------------------------------------


def _span(found: wire.Conversation, parts: Sequence[object]) -> tuple[datetime, datetime]:
    """Begin and last change; whichever is missing is taken from what else the answer dates."""
    dated = [when(loose_json.read(p, wire.Part).created_at) for p in parts if isinstance(p, dict)]
    times = [t for t in dated if t is not None]
    updated = when(found.updated_at)
    created = when(found.created_at) or min(times, default=updated or _NEVER)
    return created, updated or max(times, default=created)


def _state(found: wire.Conversation) -> ConversationState:
    """`state` decides; `open` may be true of a snoozed conversation."""
    try:
        return ConversationState(word(found.state))
    except ValueError:
        return ConversationState.OPEN if flag(found.open, default=True) else ConversationState.CLOSED


def _counted(found: wire.Conversation) -> int | None:
    statistics = loose_json.read(found.statistics, wire.Statistics)
    given = [number(statistics.count_conversation_parts)]
    if isinstance(found.conversation_parts, dict):
        given.append(number(found.conversation_parts.get("total_count")))
    return max((n for n in given if n is not None), default=None)


def _unseen_before(found: wire.Conversation, entries: list[Entry], held: int, updated: datetime) -> datetime | None:
    """Search answers hold no parts. A full answer without a count may have been cut off."""
    count = _counted(found)
    if held == 0:
        parts_given = isinstance(found.conversation_parts, dict | list) or count == 0
        return None if parts_given and not count else updated
    if (count is None and held < PART_CAP) or (count is not None and count <= held):
        return None
    return min(e.sent_at for e in entries if not e.is_first)


def _contact_ids(found: wire.Conversation, source: wire.Source) -> tuple[str, ...]:
    """The conversation's people; where the answer names none, the customer who began it."""
    listed = loose_json.items(found.contacts, "contacts", "data")
    ids = [ident(c.get("id")) if isinstance(c, dict) else ident(c) for c in listed]
    author = loose_json.read(source.author, wire.Author)
    if not any(ids) and _AUTHORS.get(word(author.type)) is Role.CUSTOMER:
        ids = [ident(author.id)]
    return tuple(dict.fromkeys(i for i in ids if i))


def _tags(raw: object) -> tuple[str, ...]:
    names = [t.get("name") if isinstance(t, dict) else t for t in loose_json.items(raw, "tags", "data")]
    return tuple(filter(None, (name(n) for n in names)))


def _conversation_tags(raw: object) -> tuple[Tag, ...]:
    found = []
    for tag in loose_json.items(raw, "tags", "data"):
        named = name(tag.get("name")) if isinstance(tag, dict) else name(tag)
        if named:
            by = tag.get("applied_by") if isinstance(tag, dict) else None
            at = when(tag.get("applied_at")) if isinstance(tag, dict) else None
            found.append(Tag(named, at, ident(by.get("id")) if isinstance(by, dict) else ident(by)))
    return tuple(found)


def _page(url: object) -> str | None:
    address = text(url).strip()
    return address if address.casefold().startswith(("http://", "https://")) else None


def _plain(subject: object) -> str:
    return html.from_body(subject)[0] if isinstance(subject, str) else ""


def _attribute(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else text(value) or words_in(value)


def _merged(history: object) -> tuple[str, ...]:
    entries = loose_json.items(history, "data", "merge_history")
    return tuple(filter(None, (ident(m.get("source_contact_id")) for m in entries if isinstance(m, dict))))
