"""Shared by all providers: requests, errors, and routes with lock, clock and provoked errors."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from desktop.sandbox.model.people import File
from desktop.sandbox.model.settings import Provider, Provoked
from desktop.sandbox.world import World

Json = dict[str, Any]
Table = list[tuple[str, str, Callable[["Call"], "Json | Response"]]]
_PARAMETER = re.compile(r';\s*(\w+)=(?:"([^"]*)"|([^;\s]*))')
Endpoint = Callable[[Request], Awaitable[Response]]


class ProviderError(Exception):
    """An error answer with the provider's own JSON."""

    def __init__(self, status: int, body: Json, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(f"{status}")
        self.status = status
        self.body = body
        self.headers = dict(headers or {})


@dataclass(frozen=True, slots=True)
class Call:
    """A complete request. path: below the provider's base URL. raw: the body."""

    method: str
    path: str
    path_params: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    content_type: str
    raw: bytes
    base_url: str = ""

    def json(self) -> Any:
        """Parse the body. Raises ValueError."""
        return json.loads(self.raw)

    def form(self) -> list[tuple[str, str]]:
        """The fields of an urlencoded body, repeated ones included."""
        return parse_qsl(self.raw.decode("utf-8", "replace"), keep_blank_values=True)

    def multipart(self) -> Multipart:
        return parse_multipart(self.content_type, self.raw)


@dataclass(slots=True)
class Multipart:
    """A body of `multipart/form-data`."""

    fields: dict[str, str] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)


def parse_multipart(content_type: str, raw: bytes) -> Multipart:
    """Parse a multipart body. Raises ValueError without a boundary."""
    _, found, boundary = content_type.partition("boundary=")
    if not found:
        raise ValueError("no boundary")
    boundary = boundary.split(";")[0].strip().strip('"')
    answer = Multipart()
    for piece in (b"\r\n" + raw).split(b"\r\n--" + boundary.encode())[1:]:
        head, separator, body = piece.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        if not separator:
            continue
        headers = dict(_header(line) for line in head.decode("utf-8", "replace").split("\r\n"))
        parameters = {
            name: quoted or bare for name, quoted, bare in _PARAMETER.findall(headers.get("content-disposition", ""))
        }
        if "filename" in parameters:
            kind = headers.get("content-type", "application/octet-stream")
            answer.files[parameters.get("name", "")] = File(parameters["filename"], kind, body)
        else:
            answer.fields[parameters.get("name", "")] = body.decode("utf-8", "replace")
    return answer


def _header(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name.strip().lower(), value.strip()


def make_routes(
    world: World,
    lock: threading.RLock,
    provider: Provider,
    root: str,
    table: Table,
    authorize: Callable[[Call], object],
    provoked: Callable[[Provoked], ProviderError],
    headers: Callable[[], dict[str, str]] = dict,
) -> list[Route]:
    """Create routes that answer under the lock. table: (method or `*`, path below `root`, handler).

    authorize: raises ProviderError for unauthorized requests. provoked: the provider's error for a provoked one.
    headers: of every answer.
    """

    def endpoint(answer: Callable[[Call], Json | Response]) -> Endpoint:
        async def respond(request: Request) -> Response:
            call = await read_call(request, root)
            with lock:
                world.clock.run_due()
                try:
                    authorize(call)
                    error = world.settings.take_provoked(provider, call.path, later=False)
                    if error is not None:
                        raise provoked(error)
                    found = answer(call)
                except ProviderError as refusal:
                    return JSONResponse(refusal.body, refusal.status, headers() | refusal.headers)
                return found if isinstance(found, Response) else JSONResponse(found, headers=headers())

        return respond

    return [
        Route(root + path, endpoint(answer), methods=None if verb == "*" else [verb]) for verb, path, answer in table
    ]


async def read_call(request: Request, root: str) -> Call:
    raw = await request.body()
    return Call(
        request.method,
        request.url.path.removeprefix(root),
        request.path_params,
        dict(request.query_params),
        request.headers,
        request.headers.get("content-type", ""),
        raw,
        f"{request.url.scheme}://{request.url.netloc}{root}",
    )
