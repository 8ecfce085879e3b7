"""Contacts in request bodies: identification and validation of fields."""

from __future__ import annotations

import re

from desktop.sandbox.intercom import bodies
from desktop.sandbox.intercom.contacts import attributes
from desktop.sandbox.intercom.errors import IntercomError, invalid
from desktop.sandbox.intercom.records import Contact, Workspace
from desktop.sandbox.intercom.responses.view import Json

_ADDRESS = re.compile(r"[^@\s<>,;]+@[^@\s.<>,;]+(\.[^@\s.<>,;]+)+")
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


def find_contact(ws: Workspace, body: Json) -> Contact:
    """The contact that a reply names by `intercom_user_id`, `email` or `user_id` (the external id).

    404 if there is none, 409 `conflict` if several users have the email. Users are preferred to leads.
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


def parse_fields(ws: Workspace, body: Json, contact: Contact | None = None) -> Json:
    """Validated attributes of `Contact` that a request sets. contact: the one that it updates, if any.

    400 `parameter_invalid` for an invalid email, for `email_verified` without an email, and with
    `settings.unknown_attributes_refused` for custom attributes that no contact has yet (what decides it in a workspace
    is not documented). 409 `conflict` if another user has the external id or email (Intercom docs, "Error codes").
    """
    given = {k: v for k, v in body.items() if k in _KEYS and not (k == "role" and v is None)}
    for name in ("name", "email", "phone", "external_id"):
        if not isinstance(given.get(name, ""), str | None):
            raise IntercomError(400, "type_mismatch", f"{name} must be a string", name)
    if given.get("role", "user") not in ("user", "lead"):
        raise invalid("role must be user or lead", "role")
    if "email" in given:
        given["email"] = given["email"] or ""
        if given["email"] and not _ADDRESS.fullmatch(given["email"]):
            raise invalid("email is not a valid email address", "email")
    if body.get("email_verified") is not None and not given.get("email"):
        raise invalid("email_verified needs an email in the same request", "email_verified")
    if given.get("owner_id") is not None:
        given["owner_id"] = str(given["owner_id"])
    if "custom_attributes" in given:
        given["custom_attributes"] = bodies.json_object(given, "custom_attributes")
        attributes.check(ws, given["custom_attributes"])
        if ws.settings.unknown_attributes_refused:
            _check_attribute_names(ws, given["custom_attributes"])
    _check_conflicts(ws, given, contact)
    return given


def _check_attribute_names(ws: Workspace, attributes: Json) -> None:
    known = {name for contact in ws.contacts.values() for name in contact.custom_attributes} | ws.data_attributes.keys()
    for name in attributes:
        if name not in known:
            raise invalid(f"Custom attribute '{name}' does not exist", "custom_attributes")


def _check_conflicts(ws: Workspace, given: Json, own: Contact | None) -> None:
    """Only users conflict. Two may have the same email if their external ids differ."""
    if given.get("role", own.role if own else "user") != "user":
        return
    email = str(given.get("email") or "").lower()
    new_id = given.get("external_id")
    external_id = given.get("external_id", own.external_id if own else None)
    for known in ws.contacts.values():
        if known is own or known.role != "user" or known.merged_into is not None:
            continue
        distinct_ids = bool(external_id and known.external_id and external_id != known.external_id)
        same_email = bool(email) and email == known.email.lower() and not distinct_ids
        if same_email or (new_id and new_id == known.external_id):
            raise IntercomError(409, "conflict", f"A contact matching those details already exists with id={known.id}")
