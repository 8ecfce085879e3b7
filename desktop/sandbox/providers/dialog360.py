"""360dialog's proxy for Meta's API, with its own key, paths, template list and errors.

Source: docs.360dialog.com (read November 2026). The API key selects the number: the first WhatsApp line at Meta.
"""

from __future__ import annotations

import json
import threading
from typing import Any

from starlette.routing import Route

from desktop.sandbox.model.people import Line
from desktop.sandbox.model.settings import Provoked
from desktop.sandbox.model.templates import Template
from desktop.sandbox.providers.graph import nodes
from desktop.sandbox.providers.graph.errors import graph_error
from desktop.sandbox.providers.graph.http import WABA_ID, media_bytes, meta_lines, phone_id, upload
from desktop.sandbox.providers.graph.sending import Sending
from desktop.sandbox.providers.http import Call, ProviderError, Table, make_routes
from desktop.sandbox.world import World

Json = dict[str, Any]
ROOT = "/360dialog"
KEY = "sandbox-d360-api-key"
_FILTER = "business_templates."


class Dialog360:
    """360dialog's routes; messages are checked and sent as by Meta."""

    def __init__(self, world: World, lock: threading.RLock, sending: Sending) -> None:
        self._world = world
        self._lock = lock
        self._sending = sending

    def routes(self) -> list[Route]:
        table: Table = [
            ("POST", "/messages", self._send),
            ("POST", "/media", lambda call: {"id": upload(self._sending, call)}),
            ("GET", "/health_status", self._health),
            ("GET", "/v1/configs/templates", self._templates),
            ("GET", "/v1/configs/webhook", lambda call: {"url": "https://bridge.example.com/hook", "headers": {}}),
            ("GET", "/whatsapp_business/attachments/", lambda call: media_bytes(self._sending, call)),
            ("GET", "/{media_id:int}", self._media),
            ("*", "/{rest:path}", self._unknown),
        ]
        return make_routes(self._world, self._lock, "dialog360", ROOT, table, self._authorize, self._provoked)

    @property
    def _line(self) -> Line:
        return meta_lines(self._world)[0]

    def _authorize(self, call: Call) -> None:
        if call.headers.get("d360-api-key") != KEY:
            raise self._own_error(401, "Invalid api_key or token expired")

    def _own_error(self, status: int, text: str) -> ProviderError:
        """An error of the proxy, in one of the two known spellings."""
        snake = self._world.settings.dialog360_snake_case
        code_key, text_key = ("http_code", "developer_message") if snake else ("httpCode", "developerMessage")
        return ProviderError(status, {"meta": {"success": False, code_key: status, text_key: text}})

    def _provoked(self, error: Provoked) -> ProviderError:
        """Codes from 400 to 599 are HTTP statuses of the proxy; all others are Meta's codes."""
        if 400 <= error.code < 600:
            return self._own_error(error.code, error.text or "Something went wrong")
        return graph_error(error.code, error.text or None)

    def _send(self, call: Call) -> Json:
        try:
            body = call.json()
        except ValueError:
            raise graph_error(100, message="(#100) The body is not valid JSON.") from None
        return self._sending.send(self._line, body, "dialog360")

    def _health(self, call: Call) -> Json:
        line = self._line
        node = nodes.phone(phone_id(self._world, line), line, WABA_ID)
        return nodes.select_fields(node, call.query.get("fields"), ("id", "health_status"), nodes.PHONE_TYPE)

    def _media(self, call: Call) -> Json:
        """Meta's answer with Meta's host in the URL, which the caller has to replace by the proxy's."""
        media_id = str(call.path_params["media_id"])
        file = self._sending.media.find(media_id)
        if file is None:
            raise self._own_error(404, "Media not found")
        return self._sending.media.describe(media_id, file, "https://lookaside.fbsbx.com")

    def _unknown(self, call: Call) -> Json:
        raise self._own_error(404, "Path not found")

    def _templates(self, call: Call) -> Json:
        try:
            limit = max(1, min(int(call.query.get("limit", 1000)), self._world.settings.page_limit))
            offset = max(0, int(call.query.get("offset", 0)))
            filters = json.loads(call.query.get("filters") or "{}")
        except ValueError:
            raise self._own_error(400, "limit, offset or filters cannot be read") from None
        found = [t for t in map(_template, self._world.templates.all) if _fits(t, filters)]
        shown = found[offset : offset + limit]
        return {
            "count": len(shown),
            "total": len(found),
            "limit": limit,
            "offset": offset,
            "filters": filters,
            "sort": [call.query.get("sort") or "business_templates.name"],
            "waba_templates": shown,
        }


def _template(template: Template) -> Json:
    """A template as the proxy lists it. Statuses are in lower case; pending ones lack `quality_score`."""
    answer: Json = {
        "id": f"GVsEkeI2PIiARwVXQE{template.number:04d}",
        "external_id": template.id,
        "name": template.name,
        "namespace": "092819ec_f801_461b_b975_3a2d464f50a8",
        "language": template.language,
        "category": template.category,
        "status": template.status.lower(),
        "rejected_reason": None if template.rejected_reason == "NONE" else template.rejected_reason,
        "components": template.components,
        "created_at": "2026-09-01T09:00:00Z",
        "modified_at": "2026-09-02T09:00:00Z",
        "partner_id": "9Mg0AiPA",
        "waba_account_id": "Cyih7GWA",
    }
    if template.parameter_format == "NAMED":
        answer["parameter_format"] = "NAMED"
    if template.status != "PENDING":
        answer["quality_score"] = {"score": template.quality}
    return answer


def _fits(template: Json, filters: Any) -> bool:
    if not isinstance(filters, dict):
        return True
    wanted = {name.removeprefix(_FILTER): str(value).lower() for name, value in filters.items()}
    return all(str(template.get(name, "")).lower() == value for name, value in wanted.items())
