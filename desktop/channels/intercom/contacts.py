"""Maps Intercom's contacts. Pure functions."""

from __future__ import annotations

from typing import Any

import msgspec

from desktop.channels.intercom.values import NotReadable, flag, ident, name, text_in
from desktop.channels.shared import loose_json
from desktop.channels.shared.loose_json import Scalar, as_text, as_time, as_word, get_field
from desktop.domain.model.facts import Contact

BRIDGE_PREFIX = "octopods_"


class ContactJson(msgspec.Struct):
    id: Scalar = None
    role: Scalar = None
    name: Scalar = None
    email: Scalar = None
    phone: Scalar = None
    unsubscribed_from_emails: Scalar = None
    has_hard_bounced: Scalar = None
    marked_email_as_spam: Scalar = None
    updated_at: Scalar = None
    last_seen_at: Scalar = None
    ios_last_seen_at: Scalar = None
    android_last_seen_at: Scalar = None
    browser: Scalar = None
    browser_language: Scalar = None
    language_override: Scalar = None
    location: Any = None
    custom_attributes: Any = None
    merge_history: Any = None


def map_contact(raw: object) -> Contact:
    """Map a contact. Raises NotReadable for what has no id."""
    found = loose_json.as_struct(raw, ContactJson)
    if not ident(found.id):
        raise NotReadable("a contact needs an id")
    given = found.custom_attributes if isinstance(found.custom_attributes, dict) else {}
    attributes = {as_text(key): _attribute(value) for key, value in given.items() if value not in (None, "")}
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
        location=", ".join(
            filter(None, (name(get_field(found.location, part)) for part in ("city", "region", "country")))
        ),
        updated_at=as_time(found.updated_at),
        merged_ids=_merged_ids(found.merge_history),
        language=as_text(found.language_override).strip() or as_text(found.browser_language).strip(),
    )


def _attribute(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else as_text(value) or text_in(value)


def _merged_ids(history: object) -> tuple[str, ...]:
    entries = loose_json.as_list(history, "data", "merge_history")
    return tuple(filter(None, (ident(m.get("source_contact_id")) for m in entries if isinstance(m, dict))))
