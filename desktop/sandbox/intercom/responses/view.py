"""JSON of the records in Intercom's answers, version 2.16."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from desktop.sandbox.intercom.records import (
    WORKSPACE_ID,
    Admin,
    Author,
    Contact,
    Conversation,
    Macro,
    Merge,
    Note,
    Part,
    Rating,
    Tagging,
    Team,
    Workspace,
)
from desktop.sandbox.intercom.responses.omitted_fields import omit_fields
from desktop.sandbox.model.html_text import escape_entities, to_text
from desktop.sandbox.model.people import File

Json = dict[str, Any]
MAX_PARTS = 500  # GET /conversations/{id} returns the newest 500 parts and is not paged
_DEVICE_FIELDS = [
    "browser",
    "browser_version",
    "browser_language",
    "os",
    "android_app_name",
    "android_app_version",
    "android_device",
    "android_os_version",
    "android_sdk_version",
    "android_last_seen_at",
    "ios_app_name",
    "ios_app_version",
    "ios_device",
    "ios_os_version",
    "ios_sdk_version",
    "ios_last_seen_at",
]


def conversation(ws: Workspace, record: Conversation, *, plaintext: bool = False) -> Json:
    """A conversation with its newest `MAX_PARTS` parts, oldest first."""
    parts = [part(ws, p, plaintext=plaintext) for p in record.parts[-MAX_PARTS:]]
    return conversation_item(ws, record, plaintext=plaintext) | {
        "conversation_parts": {
            "type": "conversation_part.list",
            "conversation_parts": parts,
            "total_count": len(parts),
        }
    }


def conversation_item(ws: Workspace, record: Conversation, *, plaintext: bool = False) -> Json:
    """A conversation without its parts, as in lists and searches."""
    first_reply = record.first_reply
    answer: Json = {
        "type": "conversation",
        "id": record.id,
        "title": record.title,
        "created_at": record.created_at,
        "updated_at": record.updated_at,
        "waiting_since": record.waiting_since,
        "snoozed_until": record.snoozed_until,
        "open": record.state != "closed",
        "state": record.state,
        "read": record.read,
        "priority": record.priority,
        "admin_assignee_id": record.admin_assignee_id,
        "team_assignee_id": record.team_assignee_id,
        "company": None,
        "channel": {"initial": record.channel_initial, "current": record.channel},
        "source": _source(ws, record, plaintext),
        "contacts": {
            "type": "contact.list",
            "contacts": [_contact_reference(ws, c) for c in record.contact_ids],
        },
        "teammates": {
            "type": "admin.list",
            "teammates": [{"type": "admin", "id": a} for a in record.teammate_ids],
        },
        "first_contact_reply": first_reply
        and {"created_at": first_reply[0], "type": record.source.type, "url": first_reply[1]},
        "tags": {
            "type": "tag.list",
            "tags": taggings(ws, record.tags),
        },
        "custom_attributes": dict(record.custom_attributes),
        "statistics": {"type": "conversation_statistics", **record.statistics},
        "sla_applied": None,
        "conversation_rating": _rating(ws, record.rating),
        "ai_agent_participated": False,
        "ai_agent": None,
        "linked_objects": {"type": "list", "total_count": 0, "has_more": False, "data": []},
        "external_references": [],
        # Real answers have fields that the description does not list.
        "topics": {"type": "topic.list", "topics": [], "total_count": 0},
        "ticket": None,
    }
    return omit_fields(ws.settings.omit, "", answer)


def _rating(ws: Workspace, record: Rating | None) -> Json | None:
    """The rating; None until the contact has given a score, because the description has no rating without one."""
    if record is None or record.score is None:
        return None
    return {
        "rating": record.score,
        "remark": record.remark,
        "created_at": record.requested_at,
        "updated_at": record.replied_at,
        "contact": _contact_reference(ws, record.contact_id),
        "teammate": {"type": "admin", "id": record.admin_id},
    }


def _contact_reference(ws: Workspace, contact_id: str) -> Json:
    return {"type": "contact", "id": contact_id, "external_id": ws.contacts[contact_id].external_id}


def _source(ws: Workspace, record: Conversation, plaintext: bool) -> Json:
    source = record.source
    author = _author(ws, source.author)
    return {
        "type": source.type,
        "id": source.id,
        "delivered_as": source.delivered_as,
        "subject": source.subject,
        "body": to_text(source.body, labelled_links=True) if plaintext else source.body,
        "author": author | {"email": author["email"] or None},
        "attachments": attachments(ws, source.files),
        "url": source.url,
        "redacted": source.redacted,
        **({"email_message_metadata": source.email} if source.email else {}),
    }


def part(ws: Workspace, record: Part, *, plaintext: bool = False) -> Json:
    body = to_text(record.body, labelled_links=True) if plaintext and record.body else record.body
    assigned = record.assigned_to
    answer: Json = {
        "type": "conversation_part",
        "id": record.id,
        "part_type": record.part_type,
        "body": body,
        "created_at": record.created_at,
        "updated_at": record.updated_at,
        "notified_at": record.created_at,
        "assigned_to": {"type": assigned[0], "id": assigned[1]} if assigned else None,
        "author": _author(ws, record.author) | {"from_ai_agent": record.from_ai, "is_ai_answer": record.from_ai},
        "attachments": attachments(ws, record.files) if record.files else [],
        "external_id": None,
        "redacted": record.redacted,
        "state": record.state,
        "tags": [],
        "metadata": dict(record.metadata),
        "event_details": dict(record.event),
        "email_message_metadata": record.email,
        "app_package_code": record.package_code,
    }
    return omit_fields(ws.settings.omit, "part.", answer)


def _author(ws: Workspace, author: Author) -> Json:
    kind, name, email = author.type, None, ""
    if author.id in ws.contacts:
        contact = ws.contacts[author.id]
        name, email = escape_entities(contact.name), escape_entities(contact.email) or ""
        if author.is_contact:
            kind = ws.settings.contact_author_type or kind
    elif author.id in ws.admins:
        admin = ws.admins[author.id]
        name, email = escape_entities(admin.name), admin.email
    elif author.type in ("bot", "operator"):
        name, email = "Operator", f"operator+{WORKSPACE_ID}@intercom.io"
    return {"type": kind, "id": author.id, "name": name, "email": email}


def attachments(ws: Workspace, files: Sequence[File]) -> list[Json]:
    answer = []
    for file in files:
        item = {
            "type": "upload",
            "name": file.name,
            "url": ws.file_url(file),
            "content_type": file.content_type,
            "filesize": len(file.data),
        }
        if file.size_px:
            item["width"], item["height"] = file.size_px
        answer.append(item)
    return answer


def contact(ws: Workspace, record: Contact, *, merge_history: bool = False) -> Json:
    """A contact; for users with `merge_history` including the contacts merged into it, newest first."""
    url = f"/contacts/{record.id}"
    nothing = {"data": [], "total_count": 0, "has_more": False}
    tags = [{"type": "tag", "id": t.tag_id, "url": f"/tags/{t.tag_id}"} for t in record.tags]
    notes = [{"type": "note", "id": n, "url": f"/notes/{n}"} for n in reversed(record.note_ids)]
    companies = [{"type": "company", "id": c, "url": f"/companies/{c}"} for c in record.company_ids]
    requested: Json = {}
    if merge_history and record.role == "user":
        requested["merge_history"] = [merge(m) for m in reversed(record.merge_history)]
    return {
        "type": "contact",
        "id": record.id,
        "workspace_id": WORKSPACE_ID,
        "external_id": record.external_id,
        "role": record.role,
        "email": escape_entities(record.email),
        "email_domain": record.email.partition("@")[2],
        "phone": record.phone,
        "name": escape_entities(record.name),
        "avatar": None,
        "owner_id": record.owner_id,
        "has_hard_bounced": record.has_hard_bounced,
        "marked_email_as_spam": record.marked_email_as_spam,
        "unsubscribed_from_emails": record.unsubscribed_from_emails,
        "created_at": record.created_at,
        "updated_at": record.updated_at,
        "signed_up_at": record.signed_up_at,
        "last_seen_at": record.last_seen_at,
        "last_replied_at": record.last_replied_at,
        "last_contacted_at": record.last_contacted_at,
        "last_email_opened_at": None,
        "last_email_clicked_at": None,
        "language_override": record.language_override,
        **{name: record.device.get(name) for name in _DEVICE_FIELDS},
        "custom_attributes": dict(record.custom_attributes),
        "tags": _first_ten(f"{url}/tags", tags),
        "notes": _first_ten(f"{url}/notes", notes),
        "companies": _first_ten(f"{url}/companies", companies),
        "location": {"type": "location", "country": None, "region": None, "city": None, **record.location},
        "social_profiles": {"type": "list", "data": []},
        # Real answers have fields that the description does not list.
        "opted_out_subscription_types": {"type": "list", "url": f"{url}/subscriptions", **nothing},
        "opted_in_subscription_types": {"type": "list", "url": f"{url}/subscriptions", **nothing},
        "utm_campaign": None,
        "utm_source": None,
        "referrer": None,
        "sms_consent": False,
        **requested,
    }


def _first_ten(url: str, items: list[Json]) -> Json:
    """A list in a contact: the first ten items; `url` returns all."""
    return {"type": "list", "data": items[:10], "url": url, "total_count": len(items), "has_more": len(items) > 10}


def note(ws: Workspace, record: Note) -> Json:
    return {
        "type": "note",
        "id": record.id,
        "created_at": record.created_at,
        "contact": {"type": "contact", "id": record.contact_id},
        "author": admin(ws.admins[record.admin_id]),
        "body": record.body,
    }


def merge(record: Merge) -> Json:
    return {"type": "merge_history", **record._asdict()}


def tag(ws: Workspace, tag_id: str, applied_at: int | None = None, applied_by: str | None = None) -> Json:
    plain: Json = {"type": "tag", "id": tag_id, "name": ws.tags[tag_id]}
    if applied_at is None:
        return plain
    kind = "admin" if applied_by in ws.admins else "bot"
    answer = plain | {"applied_at": applied_at, "applied_by": {"type": kind, "id": applied_by}}
    return omit_fields(ws.settings.omit, "tag.", answer)


def taggings(ws: Workspace, records: Sequence[Tagging]) -> list[Json]:
    """Taggings; without deleted tags, which an outdated search index may still contain."""
    return [tag(ws, *t) for t in records if t.tag_id in ws.tags]


def admin(record: Admin) -> Json:
    return {
        "type": "admin",
        "id": record.id,
        "name": escape_entities(record.name),
        "email": record.email,
        "job_title": record.job_title,
        "away_mode_enabled": record.away_mode_enabled,
        "away_mode_reassign": record.away_mode_reassign,
        "away_status_reason_id": record.away_status_reason_id,
        "has_inbox_seat": True,
        "team_ids": list(record.team_ids),
        "avatar": None,
        "team_priority_level": {"primary_team_ids": list(record.team_ids), "secondary_team_ids": []},
        "role": {"type": "role", "id": "31", "name": "Support"},
    }


def me(ws: Workspace, record: Admin) -> Json:
    """GET /me: the admin who created the app, not the one who uses it."""
    return admin(record) | {
        "avatar": {"type": "avatar", "image_url": None},
        "email_verified": True,
        "app": {
            "type": "app",
            "id_code": WORKSPACE_ID,
            "name": "Harbour Parcels",
            "created_at": 1_600_000_000,
            "secure": False,
            "identity_verification": False,
            "timezone": ws.settings.timezone,
            "region": "US",
        },
    }


def team(record: Team) -> Json:
    ids = [int(a) for a in record.admin_ids]
    return {
        "type": "team",
        "id": record.id,
        "name": record.name,
        "admin_ids": ids,
        "admin_priority_level": {"primary_admin_ids": ids, "secondary_admin_ids": []},
        "assignment_limit": None,
        "distribution_method": None,
    }


def macro(record: Macro) -> Json:
    """A macro; only macros have times in ISO 8601."""
    made = datetime.fromtimestamp(record.created_at, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return {
        "type": "macro",
        "id": record.id,
        "name": record.name,
        "body": record.body,
        "body_text": record.body_text,
        "created_at": made,
        "updated_at": made,
        "visible_to": "everyone",
        "visible_to_team_ids": [],
        "available_on": ["inbox", "messenger"],
    }
