"""LibreTranslate's API, of a server that may ask for a key."""

from __future__ import annotations

import threading
from typing import Any

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from desktop.sandbox.model.settings import Provoked
from desktop.sandbox.providers.http import Call, ProviderError, Table, make_routes
from desktop.sandbox.providers.translation import phrases
from desktop.sandbox.world import World

Json = dict[str, Any]
ROOT = "/libretranslate"
_CODES = ("ar", "de", "en", "es", "fr", "pt", "ru")
_MESSAGES = {
    403: "Please contact the server operator to get an API key",
    429: "Slowdown: 30 per 1 minute",
    500: "Cannot translate text: the model is not loaded",
}


class LibreTranslate:
    """Routes. Every text that was received is in `World.translated`."""

    def __init__(self, world: World, lock: threading.RLock) -> None:
        self._world = world
        self._lock = lock

    def routes(self) -> list[Route]:
        table: Table = [
            ("POST", "/translate", self._translate),
            ("POST", "/detect", self._detect),
            ("GET", "/languages", self._languages),
        ]
        return make_routes(self._world, self._lock, "libretranslate", ROOT, table, lambda call: None, _provoked)

    def _languages(self, call: Call) -> Response:
        return JSONResponse(
            [{"code": code, "name": code.upper(), "targets": [c for c in _CODES if c != code]} for code in _CODES]
        )

    def _detect(self, call: Call) -> Response:
        given = self._given(call)
        return JSONResponse([_detected(str(given.get("q") or ""))])

    def _translate(self, call: Call) -> Json:
        given = self._given(call)
        for name in ("q", "source", "target"):
            if not given.get(name):
                raise _error(400, f"Invalid request: missing {name} parameter")
        texts, source, target = given["q"], str(given["source"]), str(given["target"])
        is_batch = isinstance(texts, list)
        texts = texts if is_batch else [texts]
        if source not in ("auto", *_CODES):
            raise _error(400, f"{source} is not supported")
        if target not in _CODES:
            raise _error(400, f"{target} is not supported")
        limit, size = self._world.settings.libretranslate_character_limit, sum(map(len, texts))
        if size > limit:
            raise _error(400, f"Invalid request: request ({size}) exceeds text limit ({limit})")
        self._world.translated += texts
        made: list[str] = [phrases.translate(text, target) for text in texts]
        answer: Json = {"translatedText": made if is_batch else made[0]}
        if source == "auto":
            found = [_detected(text) for text in texts]
            answer["detectedLanguage"] = found if is_batch else found[0]
        return answer

    def _given(self, call: Call) -> Json:
        try:
            given = call.json() if call.content_type.startswith("application/json") else dict(call.form())
        except ValueError:
            raise _error(400, "Invalid JSON format") from None
        given = given if isinstance(given, dict) else {}
        needed = self._world.settings.libretranslate_key
        if needed and not given.get("api_key"):
            raise _error(400, "Visit the server's portal to get an API key")
        if needed and given["api_key"] != needed:
            raise _error(403, "Invalid API key")
        return given


def _detected(text: str) -> Json:
    return {"confidence": 90.0, "language": phrases.detect(text)}


def _provoked(error: Provoked) -> ProviderError:
    return _error(error.code, error.text)


def _error(status: int, message: str = "") -> ProviderError:
    return ProviderError(status, {"error": message or _MESSAGES.get(status, "Invalid request")})
