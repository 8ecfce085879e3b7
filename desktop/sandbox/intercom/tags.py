"""The tags API: the workspace's list, and tags of conversations and contacts.

Rules: Intercom's published description 2.16, "Tags". Companies cannot be tagged here, and there are no segments: for
tags no company is found, and no tag has dependent objects.
"""

from __future__ import annotations

from typing import Any

from desktop.sandbox.intercom import mutations
from desktop.sandbox.intercom.errors import IntercomError, invalid, not_found
from desktop.sandbox.intercom.records import Contact, Conversation, Workspace
from desktop.sandbox.intercom.responses import view
from desktop.sandbox.intercom.responses.view import Json


def list_all(ws: Workspace) -> Json:
    return {"type": "list", "data": [view.tag(ws, t) for t in ws.tags]}


def get(ws: Workspace, tag_id: str) -> Json:
    return view.tag(ws, _known(ws, tag_id))


def save(ws: Workspace, body: Json, admin_id: str) -> Json:
    """POST /tags: create a tag, rename the one with `id`, or tag or untag `users` as `admin_id`.

    Names are case-insensitive. A refused request changes nothing.
    """
    name = body.get("name")
    if not isinstance(name, str) or not name.strip():
        raise invalid("invalid tag parameters", "name")
    name = name.strip()
    users = [
        (ws.unmerged_contact(str(entry.get("id"))), entry.get("untag") is True) for entry in _entries(body, "users")
    ]
    if _entries(body, "companies"):
        raise not_found("Company Not Found")
    tag_id = ws.ensure_tag(name) if body.get("id") is None else _rename(ws, _known(ws, body["id"]), name)
    for contact, untag in users:
        if untag:
            mutations.untag(ws, contact, tag_id)
        else:
            mutations.tag(ws, contact, tag_id, admin_id)
    tagged = [{"id": contact.id, "tagged": not untag} for contact, untag in users]
    return view.tag(ws, tag_id) | {"users": tagged, "companies": []}


def _entries(body: Json, name: str) -> list[Json]:
    value = body.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        raise invalid("invalid tag parameters", name)
    return value


def _rename(ws: Workspace, tag_id: str, name: str) -> str:
    if any(known.lower() == name.lower() and other != tag_id for other, known in ws.tags.items()):
        raise invalid("invalid tag parameters", "name")
    ws.tags[tag_id] = name
    return tag_id


def delete(ws: Workspace, tag_id: str) -> None:
    """DELETE /tags/{id}: also removes it from all records; the answer has no body."""
    known = _known(ws, tag_id)
    records: list[Conversation | Contact] = [*ws.conversations.values(), *ws.contacts.values()]
    for record in records:
        if any(t.tag_id == known for t in record.tags):
            mutations.untag(ws, record, known)
    del ws.tags[known]


def tag_conversation(ws: Workspace, conversation_id: str, body: Json) -> Json:
    conversation = ws.conversation(conversation_id)
    admin = ws.admin(body.get("admin_id"))
    return view.tag(ws, *mutations.tag(ws, conversation, _conversation_tag(ws, body.get("id")), admin.id))


def untag_conversation(ws: Workspace, conversation_id: str, tag_id: str, body: Json) -> Json:
    conversation = ws.conversation(conversation_id)
    ws.admin(body.get("admin_id"))
    mutations.untag(ws, conversation, _conversation_tag(ws, tag_id))
    return view.tag(ws, tag_id)


def list_for_contact(ws: Workspace, contact_id: str) -> Json:
    """GET /contacts/{id}/tags, not paged."""
    return {"type": "list", "data": view.taggings(ws, ws.unmerged_contact(contact_id).tags)}


def tag_contact(ws: Workspace, contact_id: str, body: Json, admin_id: str) -> Json:
    contact = ws.unmerged_contact(contact_id)
    return view.tag(ws, *mutations.tag(ws, contact, _known(ws, body.get("id")), admin_id))


def untag_contact(ws: Workspace, contact_id: str, tag_id: str) -> Json:
    """Remove the tag and return the tagging; 404 if the contact does not have it."""
    contact = ws.unmerged_contact(contact_id)
    for tagging in contact.tags:
        if tagging.tag_id == tag_id:
            mutations.untag(ws, contact, tag_id)
            return view.tag(ws, *tagging)
    raise not_found()


def _known(ws: Workspace, tag_id: Any) -> str:
    if str(tag_id) not in ws.tags:
        raise not_found()
    return str(tag_id)


def _conversation_tag(ws: Workspace, tag_id: Any) -> str:
    if str(tag_id) not in ws.tags:
        raise IntercomError(404, "tag_not_found", "Tag not found")
    return str(tag_id)
