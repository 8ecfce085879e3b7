"""Contacts in request bodies: which one a body names, and the fields it sets."""

from __future__ import annotations

from . import bodies
from .errors import IntercomError
from .state import Contact, Workspace
from .view import Json

_KEYS = {
    "name",
    "email",
    "phone",
    "external_id",
    "owner_id",
    "role",
    "signed_up_at",
    "last_seen_at",
    "unsubscribed_from_emails",
    "custom_attributes",
}


def named(ws: Workspace, body: Json) -> Contact:
    """The contact that a reply names by `intercom_user_id`, `email` or `user_id` (the external id).

    404 when there is none, 409 `conflict` when several users have the email; a user comes before a lead.
    """
    if body.get("intercom_user_id"):
        return ws.contact(str(body["intercom_user_id"]))
    alive = [c for c in ws.contacts.values() if c.merged_into is None]
    if email := body.get("email"):
        matching = [c for c in alive if c.email.lower() == str(email).lower()]
        users = [c for c in matching if c.role == "user"]
        if len(users) > 1:
            message = "Multiple existing users match this email address - must be more specific using user_id"
            raise IntercomError(409, "conflict", message, "email")
        if matching:
            return (users or matching)[0]
    if user_id := body.get("user_id"):
        for contact in alive:
            if contact.external_id == str(user_id):
                return contact
    raise IntercomError(404, "not_found", "User Not Found")


def fields(body: Json) -> Json:
    """The attributes of `Contact` that a request sets, by name."""
    given = {k: v for k, v in body.items() if k in _KEYS}
    if "email" in given:
        given["email"] = given["email"] or ""
    if given.get("owner_id") is not None:
        given["owner_id"] = str(given["owner_id"])
    if "custom_attributes" in given:
        given["custom_attributes"] = bodies.json_object(given, "custom_attributes")
    for name in ("name", "email", "phone", "external_id"):
        if not isinstance(given.get(name, ""), str | None):
            raise IntercomError(400, "type_mismatch", f"{name} must be a string", name)
    return given
