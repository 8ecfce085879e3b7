"""The API of notes on contacts (Intercom's published description 2.16, "Notes")."""

from __future__ import annotations

from typing import Any

from desktop.sandbox.intercom import bodies
from desktop.sandbox.intercom.errors import invalid, not_found
from desktop.sandbox.intercom.records import Note, Workspace
from desktop.sandbox.intercom.responses import view
from desktop.sandbox.intercom.responses.view import Json
from desktop.sandbox.intercom.searching import search
from desktop.sandbox.intercom.searching.fields import Fields
from desktop.sandbox.model import html_text

_FIELDS: Fields = {"created_at": ("time", lambda note: note.created_at)}


def list_for_contact(ws: Workspace, contact_id: str, pagination: Any) -> Json:
    """GET /contacts/{id}/notes, newest first, 50 on a page by default."""
    notes = [ws.notes[n] for n in ws.unmerged_contact(contact_id).note_ids]
    shown, pages = search.paginate(notes, _FIELDS, {"field": "created_at"}, pagination, 50)
    return {"type": "list", "data": [view.note(ws, n) for n in shown], "total_count": len(notes), "pages": pages}


def add(ws: Workspace, contact_id: str, body: Json, admin_id: str) -> Json:
    """POST /contacts/{id}/notes. admin_id: the token's admin, if the body names none."""
    contact = ws.unmerged_contact(contact_id)
    author = str(body.get("admin_id") or admin_id)
    if author not in ws.admins:
        raise not_found()
    html = html_text.from_api(bodies.text(body))
    if not html:
        raise invalid("Body is required", "body")
    ws.before_change(contact)
    note = Note(str(17495000 + ws.next_number("note")), contact.id, author, html, ws.now())
    ws.notes[note.id] = note
    contact.note_ids.append(note.id)
    contact.updated_at = ws.now()
    return view.note(ws, note)


def get(ws: Workspace, note_id: str) -> Json:
    if note_id not in ws.notes:
        raise not_found()
    return view.note(ws, ws.notes[note_id])
