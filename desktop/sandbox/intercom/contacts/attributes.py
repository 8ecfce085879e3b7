"""Custom attributes of contacts: GET /data_attributes, and the check of values that requests set.

Rules: Intercom's published description 2.16, "Data Attributes" (read 2026-11-30). Which code a value of a wrong type
gets is not documented.
"""

from __future__ import annotations

from typing import Any

from desktop.sandbox.intercom.errors import invalid
from desktop.sandbox.intercom.records import WORKSPACE_ID, Workspace
from desktop.sandbox.intercom.responses.view import Json
from desktop.sandbox.model.contact_data import DataAttribute, DataType

_BUILT_IN: tuple[tuple[str, str, DataType, bool], ...] = (
    ("name", "Name", "string", True),
    ("email", "Email", "string", True),
    ("phone", "Phone", "string", True),
    ("role", "Type", "string", True),
    ("last_seen_at", "Last seen", "date", False),
)
"""Name, label, type, and whether the API may write it: a few of those that every workspace has."""


def list_all(ws: Workspace, query: dict[str, str]) -> Json:
    """GET /data_attributes. The sandbox has attributes of contacts alone."""
    if query.get("model", "contact") not in ("contact", "company", "conversation"):
        raise invalid("model must be contact, company or conversation", "model")
    is_archived_wanted = query.get("include_archived") == "true"
    listed = [_built_in(*each) for each in _BUILT_IN]
    listed += [_view(a) for a in ws.data_attributes.values() if is_archived_wanted or not a.archived]
    return {"type": "list", "data": listed if query.get("model", "contact") == "contact" else []}


def check(ws: Workspace, values: Json) -> None:
    """400 for an attribute that the API may not write, and for a value that is not of its type; null removes one."""
    for name, value in values.items():
        attribute = ws.data_attributes.get(name)
        if attribute is None:
            continue
        if not attribute.api_writable or attribute.archived:
            raise invalid(f"Custom attribute '{name}' cannot be written by the API", "custom_attributes")
        if value is not None and not _fits(attribute, value):
            raise invalid(f"Custom attribute '{name}' must be of type {attribute.data_type}", "custom_attributes")


def _fits(attribute: DataAttribute, value: Any) -> bool:
    match attribute.data_type:
        case "boolean":
            return isinstance(value, bool)
        case "integer" | "date":
            return isinstance(value, int) and not isinstance(value, bool)
        case "float":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "string":
            return isinstance(value, str) and (not attribute.options or value in attribute.options)


def _view(attribute: DataAttribute) -> Json:
    answer: Json = {
        "type": "data_attribute",
        "id": attribute.id,
        "model": "contact",
        "name": attribute.name,
        "full_name": f"custom_attributes.{attribute.name}",
        "label": attribute.label or attribute.name,
        "description": "",
        "data_type": attribute.data_type,
        "api_writable": attribute.api_writable,
        "messenger_writable": False,
        "ui_writable": True,
        "custom": True,
        "archived": attribute.archived,
        "admin_id": WORKSPACE_ID,
        "created_at": 1_600_000_000,
        "updated_at": 1_600_000_000,
    }
    return answer | {"options": list(attribute.options)} if attribute.options else answer


def _built_in(name: str, label: str, data_type: DataType, writable: bool) -> Json:
    return {
        "type": "data_attribute",
        "model": "contact",
        "name": name,
        "full_name": name,
        "label": label,
        "description": "",
        "data_type": data_type,
        "api_writable": writable,
        "messenger_writable": False,
        "ui_writable": False,
        "custom": False,
        "archived": False,
    }
