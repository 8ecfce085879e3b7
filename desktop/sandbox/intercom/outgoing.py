"""Messages that a teammate starts: `POST /messages`, by email or in the Messenger.

Rules: Intercom's published description 2.16, "Create a message". A conversation exists only once the contact answers,
unless the request asks for one at once.
"""

from __future__ import annotations

from desktop.sandbox.intercom import bodies, mutations
from desktop.sandbox.intercom.errors import IntercomError, invalid
from desktop.sandbox.intercom.records import Author, Contact, Workspace
from desktop.sandbox.intercom.responses.view import Json
from desktop.sandbox.model import html_text

_KINDS = {"in_app": "conversation", "inapp": "conversation", "email": "email"}
_TEMPLATES = ("plain", "personal")


def start(ws: Workspace, body: Json) -> Json:
    """Send the message and return it; with `conversation_id` where it has a conversation.

    422 `parameter_not_found` without a body, or an email without a subject; 403 for an email to a contact who has
    unsubscribed or has no address; 404 for a contact that other calls do not know yet (`settings.contact_lag_s`).
    """
    kind = str(body.get("message_type", ""))
    if kind not in _KINDS:
        raise invalid("message_type must be in_app or email", "message_type")
    sender = bodies.json_object(body, "from")
    if sender.get("type") != "admin":
        raise invalid("from must be an admin", "from")
    admin, contact = ws.admin(sender.get("id")), _recipient(ws, body)
    html = html_text.from_api(bodies.text(body))
    if not html:
        raise IntercomError(422, "parameter_not_found", "No body supplied for message", "body")
    subject = body.get("subject") or ""
    if kind == "email":
        _check_email(body, str(subject), contact)
    shows = bool(body.get("create_conversation_without_contact_reply"))
    conversation = mutations.new_conversation(
        ws,
        contact,
        html,
        source_type=_KINDS[kind],
        subject=str(subject) if kind == "email" else "",
        started_by=Author("admin", admin.id),
        awaits_reply=not shows,
    )
    return {
        "type": "admin_message",
        "id": str(5_001_000_000 + ws.next_number("message")),
        "created_at": conversation.created_at,
        "subject": subject,
        "body": html,
        "message_type": "email" if kind == "email" else "inapp",
        **({"conversation_id": conversation.id} if shows else {}),
    }


def _recipient(ws: Workspace, body: Json) -> Contact:
    to = body.get("to")
    # Several recipients are for email alone; the program under test has no use for them.
    to = to[0] if isinstance(to, list) and len(to) == 1 else to
    if not isinstance(to, dict) or to.get("type") not in ("user", "lead", "contact"):
        raise invalid("to must be a user or lead", "to")
    contact = ws.unmerged_contact(str(to.get("id")))
    if to["type"] not in ("contact", contact.role) or ws.clock.now() < contact.created_at + ws.settings.contact_lag_s:
        raise IntercomError(404, "not_found", "User Not Found")
    return contact


def _check_email(body: Json, subject: str, contact: Contact) -> None:
    if not subject.strip():
        raise IntercomError(422, "parameter_not_found", "No subject supplied for email message", "subject")
    if body.get("template") not in _TEMPLATES:
        raise invalid("template must be plain or personal", "template")
    if not contact.email or contact.unsubscribed_from_emails:
        raise IntercomError(403, "action_forbidden", "The contact cannot be sent emails")
