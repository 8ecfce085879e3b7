"""Intercom's API over HTTP: authentication, rate limit, versions and routes."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from desktop.sandbox.intercom import away, outgoing, tags
from desktop.sandbox.intercom.api import Intercom
from desktop.sandbox.intercom.contacts import attributes, companies, merging, notes
from desktop.sandbox.intercom.errors import IntercomError, not_found
from desktop.sandbox.intercom.rate_limits import RateLimits
from desktop.sandbox.intercom.records import App
from desktop.sandbox.intercom.responses import versions, view
from desktop.sandbox.intercom.responses.versions import Version
from desktop.sandbox.intercom.responses.view import Json
from desktop.sandbox.intercom.searching import search

SEARCH_FLAW = "reachline.search_flaw"  # key in the ASGI scope: the fault to apply to this search
Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class ApiCall:
    """An authenticated request. path: path parameters. flaw: fault to apply to a search."""

    app: App
    path: dict[str, str]
    query: dict[str, str]
    body: Json
    version: Version
    flaw: search.Flaw | None = None

    @property
    def merge_history(self) -> bool:
        """Whether contacts in the answer include their merge history."""
        return self.query.get("include_merge_history") == "true" and self.version >= merging.SINCE


Answer = Callable[[ApiCall], Json | None]  # None: an empty body


class IntercomHttp:
    """Intercom's routes. Each request is processed under `lock`. limits: counts the requests."""

    def __init__(self, intercom: Intercom, apps: list[App], owner_id: str, lock: threading.RLock) -> None:
        self._api = intercom
        self._ws = intercom.ws
        self._apps = {app.token: app for app in apps}
        self._owner_id = owner_id
        self._lock = lock
        self.limits = RateLimits(intercom.ws.settings)
        self._asked = 0

    def routes(self) -> list[Route]:
        api, ws = self._api, self._ws
        table: list[tuple[str, str, Answer]] = [
            ("GET", "/me", lambda c: view.me(ws, ws.admin(self._owner_id))),
            ("GET", "/admins", lambda c: {"type": "admin.list", "admins": [view.admin(a) for a in ws.admins.values()]}),
            ("GET", "/admins/{id}", lambda c: view.admin(ws.admin(c.path["id"]))),
            (
                "PUT",
                "/admins/{id}/away",
                lambda c: away.set_away(ws, c.path["id"], c.body, c.version),
            ),
            ("GET", "/away_status_reasons", lambda c: away.reasons(c.version)),
            ("GET", "/teams", lambda c: {"type": "team.list", "teams": [view.team(t) for t in ws.teams.values()]}),
            ("GET", "/teams/{id}", self._team),
            ("GET", "/tags", lambda c: tags.list_all(ws)),
            ("POST", "/tags", lambda c: tags.save(ws, c.body, self._owner_id)),
            ("GET", "/tags/{id}", lambda c: tags.get(ws, c.path["id"])),
            ("DELETE", "/tags/{id}", lambda c: tags.delete(ws, c.path["id"])),
            ("GET", "/notes/{id}", lambda c: notes.get(ws, c.path["id"])),
            ("GET", "/macros", self._macros),
            ("GET", "/data_attributes", lambda c: attributes.list_all(ws, c.query)),
            ("GET", "/companies", lambda c: companies.retrieve(ws, c.query)),
            ("POST", "/companies", lambda c: companies.save(ws, c.body)),
            ("GET", "/contacts", lambda c: api.list_contacts(c.query, merge_history=c.merge_history)),
            ("POST", "/contacts", lambda c: api.create_contact(c.body)),
            ("POST", "/contacts/merge", self._merge),
            (
                "POST",
                "/contacts/search",
                lambda c: api.search_contacts(c.body, c.flaw, merge_history=c.merge_history),
            ),
            ("GET", "/contacts/{id}", lambda c: api.get_contact(c.path["id"], merge_history=c.merge_history)),
            (
                "PUT",
                "/contacts/{id}",
                lambda c: api.update_contact(c.path["id"], c.body, merge_history=c.merge_history),
            ),
            ("GET", "/contacts/{id}/merge_history", self._merge_history),
            ("GET", "/contacts/{id}/tags", lambda c: tags.list_for_contact(ws, c.path["id"])),
            ("POST", "/contacts/{id}/tags", lambda c: tags.tag_contact(ws, c.path["id"], c.body, self._owner_id)),
            (
                "DELETE",
                "/contacts/{id}/tags/{tag_id}",
                lambda c: tags.untag_contact(ws, c.path["id"], c.path["tag_id"]),
            ),
            ("GET", "/contacts/{id}/companies", lambda c: companies.list_for_contact(ws, c.path["id"], c.query)),
            ("POST", "/contacts/{id}/companies", lambda c: companies.attach(ws, c.path["id"], c.body)),
            (
                "DELETE",
                "/contacts/{id}/companies/{company_id}",
                lambda c: companies.detach(ws, c.path["id"], c.path["company_id"]),
            ),
            ("GET", "/contacts/{id}/notes", lambda c: notes.list_for_contact(ws, c.path["id"], c.query)),
            ("POST", "/contacts/{id}/notes", lambda c: notes.add(ws, c.path["id"], c.body, self._owner_id)),
            ("POST", "/messages", lambda c: outgoing.start(ws, c.body)),
            ("GET", "/conversations", lambda c: api.list_conversations(c.query)),
            ("POST", "/conversations", lambda c: api.create_conversation(c.body, c.app)),
            ("POST", "/conversations/search", lambda c: api.search_conversations(c.body, c.flaw)),
            ("POST", "/conversations/redact", lambda c: api.redact(c.body)),
            ("GET", "/conversations/{id}", lambda c: api.get_conversation(c.path["id"], c.query.get("display_as"))),
            ("PUT", "/conversations/{id}", lambda c: api.update_conversation(c.path["id"], c.body, c.app, c.version)),
            ("POST", "/conversations/{id}/reply", lambda c: api.reply(c.path["id"], c.body, c.app)),
            ("POST", "/conversations/{id}/parts", lambda c: api.change(c.path["id"], c.body, c.app)),
            ("POST", "/conversations/{id}/tags", lambda c: tags.tag_conversation(ws, c.path["id"], c.body)),
            (
                "DELETE",
                "/conversations/{id}/tags/{tag_id}",
                lambda c: tags.untag_conversation(ws, c.path["id"], c.path["tag_id"], c.body),
            ),
        ]
        return [Route(path, self._endpoint(answer), methods=[verb]) for verb, path, answer in table]

    def unknown(self) -> Response:
        """Answer for unknown paths and methods: both 404, never 405."""
        with self._lock:
            return self._refusal(not_found("The requested resource does not exist"), self._request_id(), {})

    def _team(self, call: ApiCall) -> Json:
        if call.path["id"] not in self._ws.teams:
            raise IntercomError(404, "team_not_found", "Team not found")
        return view.team(self._ws.teams[call.path["id"]])

    def _macros(self, call: ApiCall) -> Json:
        versions.require_version(call.version, (2, 16), "/macros")
        return self._api.macros(call.query)

    def _merge(self, call: ApiCall) -> Json:
        into = merging.merge(self._ws, call.body, duplicates_only=call.version >= merging.SINCE)
        return self._api.get_contact(into.id, merge_history=call.merge_history)

    def _merge_history(self, call: ApiCall) -> Json:
        versions.require_version(call.version, merging.SINCE, "/contacts/{id}/merge_history")
        return merging.history(self._ws, call.path["id"], call.query)

    # Processing of a request.

    def _endpoint(self, answer: Answer) -> Endpoint:
        async def endpoint(request: Request) -> Response:
            raw = await request.body()
            with self._lock:
                self._ws.clock.run_due()
                return self._answer(request, raw, answer)

        return endpoint

    def _answer(self, request: Request, raw: bytes, answer: Answer) -> Response:
        request_id, version = self._request_id(), versions.LATEST
        headers: dict[str, str] = {}
        try:
            app = self._authenticate(request)
            passes, headers = self.limits.spend(app.name, self._ws.clock.now())
            if not passes:
                message = f"Exceeded rate limit of {headers['X-RateLimit-Limit']} in 10_seconds"
                raise IntercomError(429, "rate_limit_exceeded", message)
            version = versions.parse(request.headers.get("Intercom-Version"), self._ws.settings.default_version)
            _check_accept(request)
            query, flaw = dict(request.query_params), request.scope.get(SEARCH_FLAW)
            call = ApiCall(app, request.path_params, query, _json(raw), version, flaw)
            found = versions.downgrade(answer(call), version)
            headers |= {"X-Request-Id": request_id}
            return Response(headers=headers) if found is None else JSONResponse(found, headers=headers)
        except IntercomError as error:
            if error.status == 410 and version < versions.LATEST:
                error = IntercomError(404, "not_found", "User Not Found")
            return self._refusal(error, request_id, headers)

    def _authenticate(self, request: Request) -> App:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise IntercomError(401, "missing_authorization", "Authorization is missing")
        try:
            return self._apps[token.strip()]
        except KeyError:
            raise IntercomError(401, "unauthorized", "Access Token Invalid") from None

    def _refusal(self, error: IntercomError, request_id: str, headers: dict[str, str]) -> Response:
        problem: Json = {"code": error.code, "message": error.message}
        if error.field is not None:
            problem["field"] = error.field
        answer = {"type": "error.list", "request_id": request_id, "errors": [problem]}
        return JSONResponse(answer, error.status, headers | error.headers | {"X-Request-Id": request_id})

    def _request_id(self) -> str:
        self._asked += 1
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"sandbox request {self._asked}"))


def _check_accept(request: Request) -> None:
    accepted = request.headers.get("Accept", "")
    if not any(kind in accepted for kind in ("*/*", "application/*", "application/json")):
        raise IntercomError(406, "not_acceptable", "The Accept header must allow application/json")


def _json(raw: bytes) -> Json:
    if not raw:
        return {}
    try:
        body: Any = json.loads(raw)
    except ValueError:
        raise IntercomError(400, "bad_request", "The body is not valid JSON") from None
    if not isinstance(body, dict):
        raise IntercomError(400, "bad_request", "The body must be a JSON object")
    return body
