"""The merge API: merging a lead into a user, and the merge history.

Rules: Intercom's published description 2.16, `POST /contacts/merge` and `GET /contacts/{id}/merge_history`.
"""

from __future__ import annotations

import base64
import binascii
import json

from desktop.sandbox.intercom import mutations
from desktop.sandbox.intercom.errors import IntercomError, invalid, not_found
from desktop.sandbox.intercom.records import Contact, Merge, Workspace, phone_digits
from desktop.sandbox.intercom.responses import view
from desktop.sandbox.intercom.responses.versions import Version
from desktop.sandbox.intercom.responses.view import Json
from desktop.sandbox.intercom.searching import search

SINCE: Version = (2, 16)  # merge history and validation of duplicates


def merge(ws: Workspace, body: Json, *, duplicates_only: bool) -> Contact:
    """Merge `from` into `into` and return the latter. There is no undo.

    duplicates_only: refuse two contacts without a common email or phone (400 `invalid_merge`) unless the body has
    `skip_duplicate_validation`. A merged contact is refused as by `Workspace.contact`.
    """
    for name in ("from", "into"):
        if not body.get(name):
            raise invalid(f"{name} is required", name)
    lead, into = (ws.contact(str(body[name])) for name in ("from", "into"))
    skip = body.get("skip_duplicate_validation")
    if not isinstance(skip, bool | None):
        raise IntercomError(400, "type_mismatch", "skip_duplicate_validation must be a boolean")
    pair = (lead.role, into.role)
    if duplicates_only and not skip and pair == ("lead", "user") and not _duplicates(lead, into):
        raise IntercomError(
            400,
            "invalid_merge",
            "Contacts can only be merged when they are duplicates (matching email or phone). "
            "Pass skip_duplicate_validation=true to override this check.",
        )
    mutations.merge(ws, lead, into)
    return into


def _duplicates(a: Contact, b: Contact) -> bool:
    same_email = bool(a.email) and a.email.lower() == b.email.lower()
    phone = phone_digits(a.phone or "")
    return same_email or (bool(phone) and phone == phone_digits(b.phone or ""))


def history(ws: Workspace, contact_id: str, query: dict[str, str]) -> Json:
    """A page of the contacts merged into a user; 404 for a lead, merged or not."""
    contact = ws.contacts.get(contact_id)
    if contact is None or contact.role != "user":
        raise not_found("Contact not found")
    order = query.get("order", "desc")
    if order not in ("asc", "desc"):
        raise invalid("order must be asc or desc", "order")
    size = search.page_size(query, 50)
    merges = contact.merge_history if order == "asc" else contact.merge_history[::-1]
    start = _start(merges, query.get("cursor"))
    shown = merges[start : start + size]
    answer: Json = {"type": "list", "data": [view.merge(m) for m in shown], "has_more": start + size < len(merges)}
    if answer["has_more"]:
        token = json.dumps({"id": shown[-1].source_contact_id})
        answer["next_cursor"] = base64.b64encode(token.encode()).decode()
    return answer


def _start(merges: list[Merge], cursor: str | None) -> int:
    """Index after the contact that the cursor names."""
    if not cursor:
        return 0
    try:
        last = json.loads(base64.b64decode(cursor, validate=True))["id"]
        return [m.source_contact_id for m in merges].index(last) + 1
    except (binascii.Error, ValueError, TypeError, KeyError):
        raise invalid("cursor is invalid", "cursor") from None
