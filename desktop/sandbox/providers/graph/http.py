"""The Graph API's routes: authentication, nodes with fields, lists with cursors, sending, message history."""

from __future__ import annotations

import base64
import json
import re
import threading
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response
from starlette.routing import Route

from desktop.sandbox.model.people import Line
from desktop.sandbox.model.settings import Provoked
from desktop.sandbox.providers.graph import nodes
from desktop.sandbox.providers.graph.errors import graph_error, unknown_field_error, unknown_object_error
from desktop.sandbox.providers.graph.sending import Sending, failure_code
from desktop.sandbox.providers.http import Call, ProviderError, Table, make_routes
from desktop.sandbox.world import World

Json = dict[str, Any]
ROOT = "/graph"
TOKEN = "sandbox-system-user-token"
WABA_ID = "102290129340398"
_FIRST_PHONE_ID = 106_540_352_242_922


class Graph:
    """Meta's API of the WhatsApp lines that are not hosted by Twilio."""

    def __init__(self, world: World, lock: threading.RLock, sending: Sending) -> None:
        self._world = world
        self._lock = lock
        self._sending = sending

    def routes(self) -> list[Route]:
        table: Table = [
            ("POST", "/{v}/{id}/messages", self._send),
            ("POST", "/{v}/{id}/media", self._upload),
            ("GET", "/{v}/{id}/message_templates", self._templates),
            ("GET", "/{v}/{id}/phone_numbers", self._phone_numbers),
            ("GET", "/{v}/{id}/message_history", self._history),
            ("GET", "/{v}/{id}/events", self._events),
            ("GET", "/whatsapp_business/attachments/", lambda call: media_bytes(self._sending, call)),
            ("GET", "/{v}/{id}", self._node),
            ("*", "/{rest:path}", _unknown),
        ]
        return make_routes(self._world, self._lock, "graph", ROOT, table, self._authorize, _provoked, _usage_headers)

    def _authorize(self, call: Call) -> None:
        scheme, _, token = call.headers.get("authorization", "").partition(" ")
        given = token.strip() if scheme.lower() == "bearer" else call.query.get("access_token", "")
        if given != TOKEN:
            raise graph_error(190, message="Invalid OAuth access token - Cannot parse access token")
        if self._world.settings.graph_token_expired:
            raise graph_error(190, message="Error validating access token: Session has expired", subcode=463)
        if "v" in call.path_params and not re.fullmatch(r"v\d+\.\d+", call.path_params["v"]):
            raise _unknown_path(call.path)

    def _line(self, call: Call) -> Line:
        return line_of(self._world, call.path_params["id"])

    # Sending.

    def _send(self, call: Call) -> Json:
        line = self._line(call)
        try:
            body = call.json()
        except ValueError:
            raise graph_error(100, message="(#100) The body is not valid JSON.") from None
        return self._sending.send(line, body, "graph")

    def _upload(self, call: Call) -> Json:
        self._line(call)
        return {"id": upload(self._sending, call)}

    # Reading.

    def _node(self, call: Call) -> Json:
        node_id, fields = call.path_params["id"], call.query.get("fields")
        for line in meta_lines(self._world):
            if phone_id(self._world, line) == node_id:
                return nodes.select_fields(
                    nodes.phone(node_id, line, WABA_ID),
                    fields,
                    nodes.PHONE_DEFAULT_FIELDS,
                    nodes.PHONE_TYPE,
                )
        if node_id == WABA_ID:
            return nodes.select_fields(nodes.waba(WABA_ID), fields, ("id", "name"), "WhatsAppBusinessAccount")
        for template in self._world.templates.all:
            if template.id == node_id:
                return nodes.select_fields(
                    nodes.template(template), fields, nodes.TEMPLATE_DEFAULT_FIELDS, nodes.TEMPLATE_TYPE
                )
        file = self._sending.media.find(node_id)
        if file is None:
            raise unknown_object_error(node_id)
        return self._sending.media.describe(node_id, file, call.base_url)

    def _phone_numbers(self, call: Call) -> Json:
        self._require_waba(call)
        found = [nodes.phone(phone_id(self._world, n), n, WABA_ID) for n in meta_lines(self._world)]
        fields = call.query.get("fields")
        picked = [nodes.select_fields(n, fields, nodes.PHONE_DEFAULT_FIELDS, nodes.PHONE_TYPE) for n in found]
        return self._page(call, picked)

    def _templates(self, call: Call) -> Json:
        self._require_waba(call)
        found = [t for t in self._world.templates.all if nodes.fits(t, call.query)]
        fields = call.query.get("fields")
        picked = [
            nodes.select_fields(nodes.template(t), fields, nodes.TEMPLATE_DEFAULT_FIELDS, nodes.TEMPLATE_TYPE)
            for t in found
        ]
        answer = self._page(call, picked)
        if "summary" in call.query:
            counts: Json = {
                "total_count": len(found),
                "message_template_count": len(self._world.templates.all),
                "message_template_limit": 6000,
                "are_translations_complete": False,
            }
            wanted = nodes.split_fields(call.query["summary"])
            answer["summary"] = {name: value for name, value in counts.items() if name in wanted}
        return answer

    def _require_waba(self, call: Call) -> None:
        if call.path_params["id"] != WABA_ID:
            raise unknown_object_error(call.path_params["id"])

    # Message history.

    def _history(self, call: Call) -> Json:
        line, mode = self._line(call), self._world.settings.graph_history
        if mode == "denied":
            raise graph_error(10)
        if mode == "absent":
            raise unknown_field_error("message_history", nodes.PHONE_TYPE)
        wamid = call.query.get("message_id")
        messages = self._world.traffic.messages
        found = (
            [self._sending.message_ids.find(wamid)] if wamid else [m for m in reversed(messages) if not m.is_inbound]
        )
        entries = [
            nodes.history_entry(m, self._sending.message_ids.id_of(m), failure_code)
            for m in found
            if m is not None and m.line.id == line.id and not m.is_inbound and mode == "works"
        ]
        picked = [
            nodes.select_fields(e, call.query.get("fields"), ("id", "message_id"), "WhatsAppMessageHistory")
            for e in entries
        ]
        return self._page(call, picked)

    def _events(self, call: Call) -> Json:
        if self._world.settings.graph_history in ("denied", "absent"):
            raise unknown_object_error(call.path_params["id"])
        for message in self._world.traffic.messages:
            if nodes.history_id(message) == call.path_params["id"]:
                edges = nodes.history_edges(message, failure_code)
                wanted = call.query.get("status_filter")
                kept = [e for e in edges if wanted in (None, e["node"]["delivery_status"])]
                return self._page(call, kept)
        raise unknown_object_error(call.path_params["id"])

    def _page(self, call: Call, items: list[Json]) -> Json:
        """A page with Graph's cursors. `next` exists only if more follows, and contains the token, as at Meta."""
        try:
            size = max(1, min(int(call.query.get("limit", 25)), self._world.settings.page_limit))
            start = _parse_cursor(call.query["after"]) if "after" in call.query else 0
        except ValueError:
            raise graph_error(100, message="(#100) Invalid parameter: limit or after") from None
        shown = items[start : start + size]
        if not shown:
            return {"data": []}
        paging: Json = {"cursors": {"before": _cursor(start), "after": _cursor(start + len(shown))}}
        if start + len(shown) < len(items):
            query = {**call.query, "access_token": TOKEN, "limit": str(size), "after": _cursor(start + len(shown))}
            paging["next"] = f"{call.base_url}{call.path}?{urlencode(query)}"
        return {"data": shown, "paging": paging}


def meta_lines(world: World) -> list[Line]:
    return [
        line
        for line in world.lines.values()
        if line.channel == "whatsapp" and not line.at_twilio and not line.is_native
    ]


def phone_id(world: World, line: Line) -> str:
    return str(_FIRST_PHONE_ID + list(world.lines).index(line.id))


def line_of(world: World, node_id: str) -> Line:
    for line in meta_lines(world):
        if phone_id(world, line) == node_id:
            return line
    raise unknown_object_error(node_id)


def upload(sending: Sending, call: Call) -> str:
    """Store the file of a media upload. Returns its id. Raises ProviderError."""
    try:
        form = call.multipart()
    except ValueError:
        raise graph_error(100, message="(#100) The parameter file is required.") from None
    if form.fields.get("messaging_product") != "whatsapp":
        raise graph_error(100, message="(#100) The parameter messaging_product is required.")
    file = form.files.get("file")
    if file is None:
        raise graph_error(100, message="(#100) The parameter file is required.")
    if "type" in form.fields:
        file.content_type = form.fields["type"]
    return sending.media.add(file)


def media_bytes(sending: Sending, call: Call) -> Response:
    file = sending.media.find(call.query.get("mid", ""))
    if file is None:
        raise unknown_object_error(call.query.get("mid", ""))
    return Response(file.data, media_type=file.content_type)


def _provoked(error: Provoked) -> ProviderError:
    refusal = graph_error(error.code, error.text or None)
    return refusal if error.status is None else ProviderError(error.status, refusal.body)


def _usage_headers() -> dict[str, str]:
    usage = {"call_count": 1, "total_cputime": 1, "total_time": 1}
    business = {"type": "whatsapp_business_management", **usage, "estimated_time_to_regain_access": 0}
    return {
        "x-app-usage": json.dumps(usage),
        "x-business-use-case-usage": json.dumps({WABA_ID: [business]}),
        "facebook-api-version": "v26.0",
    }


def _unknown(call: Call) -> Json:
    raise _unknown_path(call.path)


def _unknown_path(path: str) -> ProviderError:
    error = {
        "message": f"Unknown path components: {path}",
        "type": "OAuthException",
        "code": 2500,
        "fbtrace_id": "A2500z8or2yhqkZ",
    }
    return ProviderError(400, {"error": error})


def _cursor(place: int) -> str:
    return base64.b64encode(f"c{place}".encode()).decode().rstrip("=") + "ZD"


def _parse_cursor(cursor: str) -> int:
    """The offset in a cursor. Raises ValueError for an invalid one."""
    text = cursor.removesuffix("ZD")
    return int(base64.b64decode(text + "=" * (-len(text) % 4), validate=True).decode().removeprefix("c"))
