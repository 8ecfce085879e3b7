"""The Bot API over HTTP: tokens in the path, four encodings of parameters, long polling in real time."""

from __future__ import annotations

import json
import mimetypes
import re
import threading
import time
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from desktop.sandbox.cable import Cable
from desktop.sandbox.model.people import File
from desktop.sandbox.providers.http import Call, Multipart, ProviderError, read_call
from desktop.sandbox.providers.telegram.bot import TOKEN, Bot
from desktop.sandbox.providers.telegram.errors import telegram_error
from desktop.sandbox.providers.telegram.webhook import DEFAULT_CONNECTIONS, allowed_updates
from desktop.sandbox.world import World

Json = dict[str, Any]
ROOT = "/telegram"
MAX_POLL_S = 50
_POLL_INTERVAL_S = 0.02  # between two checks of a waiting poll
_MAX_UPDATES = 100
_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]{35}")
_WEBHOOK = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)


class Telegram:
    """Routes of the bot of the first Telegram line."""

    def __init__(self, world: World, lock: threading.RLock, cable: Cable, bot: Bot) -> None:
        self._world = world
        self._lock = lock
        self._cable = cable
        self._bot = bot
        self._poll = 0  # number of the newest poll, which terminates older ones

    def routes(self) -> list[Route]:
        return [
            Route(ROOT + "/bot{token}/{method}", self._call, methods=["GET", "POST"]),
            Route(ROOT + "/file/bot{token}/{path:path}", self._download, methods=["GET"]),
            Route(ROOT + "/{rest:path}", self._not_found),
        ]

    async def _not_found(self, request: Request) -> Response:
        return _refusal(telegram_error(404))

    async def _call(self, request: Request) -> Response:
        call = await read_call(request, ROOT)
        method = call.path_params["method"].lower()
        try:
            _require_token(call.path_params["token"])
            given, files = parameters(call)
            with self._lock:
                self._world.clock.run_due()
                self._provoke(call.path_params["method"])
            if method == "getupdates":
                return JSONResponse({"ok": True, "result": await self._get_updates(given)})
            with self._lock:
                return JSONResponse({"ok": True, "result": self._answer(method, given, files)})
        except ProviderError as error:
            return _refusal(error)

    def _provoke(self, method: str) -> None:
        error = self._world.settings.take_provoked("telegram", f"/{method}", later=False)
        if error is not None:
            wait = error.retry_after_s if error.code == 429 else None
            raise telegram_error(error.code, error.text, retry_after=wait)

    def _answer(self, method: str, given: Json, files: dict[str, File]) -> Any:
        match method:
            case "getme":
                return self._bot.describe()
            case "getwebhookinfo":
                return self._webhook_info()
            case "setwebhook" | "deletewebhook":
                self._bot.set_webhook(given if method == "setwebhook" else {**given, "url": ""})
                return True
            case "sendmessage":
                return self._bot.send(given, str(given.get("text") or ""), None, "text")
            case "sendphoto" | "sendvoice" | "senddocument":
                kind = method.removeprefix("send")
                return self._bot.send(given, str(given.get("caption") or ""), self._file(given, files, kind), kind)
            case "setmessagereaction":
                return self._bot.react(given)
            case "getfile":
                return self._bot.describe_file(str(given.get("file_id") or ""))
        raise telegram_error(404)

    def _webhook_info(self) -> Json:
        url, own, updates = self._world.settings.telegram_webhook, self._bot.active_webhook, self._bot.updates
        info: Json = {"url": url, "has_custom_certificate": False, "pending_update_count": len(updates.waiting())}
        if updates.allowed:
            info["allowed_updates"] = updates.allowed
        if not url:
            return info
        return info | (own.describe() if own is not None else {"max_connections": DEFAULT_CONNECTIONS})

    def _file(self, given: Json, files: dict[str, File], kind: str) -> File:
        """The file: uploaded, known by file_id, or at a public URL, which is not downloaded."""
        value = str(given.get(kind) or "")
        name = value.removeprefix("attach://") if value.startswith("attach://") else kind
        if name in files:
            return _with_guessed_type(files[name])
        if value in self._bot.files:
            return self._bot.files[value]
        if value.startswith(("https://", "http://")):
            content_type = "image/jpeg" if kind == "photo" else "application/octet-stream"
            return File(value.rpartition("/")[2], content_type)
        if value:
            raise telegram_error(400, "Bad Request: wrong file identifier/HTTP URL specified")
        raise telegram_error(400, f"Bad Request: there is no {kind} in the request")

    # Receiving.

    async def _get_updates(self, given: Json) -> list[Json]:
        try:
            offset, limit = int(given.get("offset") or 0), int(given.get("limit") or _MAX_UPDATES)
            wait_s = min(float(given.get("timeout") or 0), MAX_POLL_S)
        except (TypeError, ValueError):
            raise telegram_error(400, "Bad Request: offset, limit and timeout must be numbers") from None
        kinds = allowed_updates(given)
        self._poll += 1
        mine, deadline = self._poll, time.monotonic() + wait_s
        with self._lock:
            if kinds is not None:
                self._bot.updates.allow(kinds)
        while True:
            with self._lock:
                self._world.clock.run_due()
                if self._world.settings.telegram_webhook:
                    raise telegram_error(409, _WEBHOOK)
                found = self._bot.updates.get(offset, max(1, min(limit, _MAX_UPDATES)))
            # A negative offset applies to the first check only; later updates must not be dropped.
            offset = max(offset, 0)
            if found or time.monotonic() >= deadline:
                return found
            if not await self._cable.sleep(_POLL_INTERVAL_S):
                raise telegram_error(502)
            if self._poll != mine:
                raise telegram_error(409)

    async def _download(self, request: Request) -> Response:
        try:
            _require_token(request.path_params["token"])
        except ProviderError as error:
            return _refusal(error)
        with self._lock:
            file = self._bot.file_at(request.path_params["path"])
        return _refusal(telegram_error(404)) if file is None else Response(file.data, media_type=file.content_type)


def parameters(call: Call) -> tuple[Json, dict[str, File]]:
    """Parameters of the query and of an urlencoded, multipart or JSON body, and uploaded files.

    JSON strings in parameters are parsed. Raises ProviderError 400.
    """
    given: Json = dict(call.query)
    form = Multipart()
    kind = call.content_type.lower()
    try:
        if kind.startswith("application/json") and call.raw:
            body = call.json()
            given |= body if isinstance(body, dict) else {}
        elif kind.startswith("multipart/form-data"):
            form = call.multipart()
            given |= form.fields
        elif call.raw:
            given |= dict(parse_qsl(call.raw.decode(), keep_blank_values=True))
    except ValueError:
        raise telegram_error(400, "Bad Request: can't parse the parameters") from None
    for name in ("reply_parameters", "allowed_updates", "reaction"):
        if isinstance(given.get(name), str):
            try:
                given[name] = json.loads(given[name])
            except ValueError:
                raise telegram_error(400, f"Bad Request: can't parse {name} JSON object") from None
    return given, form.files


def _with_guessed_type(file: File) -> File:
    """Guess the type from the name, as Telegram does for clients that do not send it."""
    if file.content_type == "application/octet-stream":
        file.content_type = mimetypes.guess_type(file.name)[0] or file.content_type
    return file


def _require_token(token: str) -> None:
    if not _TOKEN.fullmatch(token):
        raise telegram_error(404)
    if token != TOKEN:
        raise telegram_error(401)


def _refusal(error: ProviderError) -> Response:
    return JSONResponse(error.body, error.status, error.headers)
