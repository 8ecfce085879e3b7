"""Teammates' away mode through the API (Intercom's published description 2.16, "Admins" and "Away Status Reasons")."""

from __future__ import annotations

from desktop.sandbox.intercom.errors import IntercomError, invalid
from desktop.sandbox.intercom.records import AWAY_REASONS, Change, Workspace
from desktop.sandbox.intercom.responses import versions, view
from desktop.sandbox.intercom.responses.versions import Version
from desktop.sandbox.intercom.responses.view import Json

_REASONS_SINCE: Version = (2, 14)
_MADE_AT = 1_600_000_000  # Unix seconds


def reasons(version: Version) -> Json:
    """GET /away_status_reasons, including deleted ones."""
    versions.require_version(version, _REASONS_SINCE, "/away_status_reasons")
    data = [
        {
            "type": "away_status_reason",
            "id": str(reason.id),
            "label": reason.label,
            "emoji": reason.emoji,
            "order": reason.order,
            "deleted": reason.deleted,
            "created_at": _MADE_AT,
            "updated_at": _MADE_AT,
        }
        for reason in AWAY_REASONS
    ]
    return {"type": "list", "data": data}


def set_away(ws: Workspace, admin_id: str, body: Json, version: Version) -> Json:
    """PUT /admins/{id}/away: sets both switches and the reason; leaving away mode clears the reason.

    400 `away_status_reason_mandatory` without a reason, if the workspace requires one and the version knows reasons.
    """
    admin = ws.admin(admin_id)
    for name in ("away_mode_enabled", "away_mode_reassign"):
        if not isinstance(body.get(name), bool):
            raise invalid(f"{name} must be true or false", name)
    reason_id = None
    if body["away_mode_enabled"] and version >= _REASONS_SINCE:
        reason_id = _reason(body)
        if reason_id is None and ws.settings.away_status_reason_mandatory:
            raise IntercomError(400, "away_status_reason_mandatory", "Away status reason is mandatory")
    admin.away_mode_enabled = body["away_mode_enabled"]
    admin.away_mode_reassign = body["away_mode_reassign"]
    admin.away_status_reason_id = reason_id
    ws.report(Change("away_mode_updated", admin))
    return view.admin(admin)


def _reason(body: Json) -> int | None:
    wanted = body.get("away_status_reason_id")
    if wanted is None:
        return None
    for reason in AWAY_REASONS:
        if str(reason.id) == str(wanted):
            if reason.deleted:
                raise invalid("Away status reason is deleted", "away_status_reason_id")
            return reason.id
    raise invalid("Away status reason not found", "away_status_reason_id")
