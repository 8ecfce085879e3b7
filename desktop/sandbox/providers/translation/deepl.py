"""DeepL's API for text: two hosts, two kinds of keys, and a limit of characters."""

from __future__ import annotations

import threading
from functools import partial
from typing import Any

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from desktop.sandbox.model.settings import Provoked
from desktop.sandbox.providers.http import Call, ProviderError, Table, make_routes
from desktop.sandbox.providers.translation import phrases
from desktop.sandbox.world import World

Json = dict[str, Any]
ROOT, FREE_ROOT = "/deepl", "/deepl-free"
KEY = "3c1b7d1e-5a2c-4f6d-9b87-2f0c5d1e7a90"
FREE_KEY = "8e2a4c90-1f3b-4d57-a6c8-90b1d2e3f405:fx"
MOST_TEXTS, MOST_BYTES = 50, 131_072

_TARGETS = (
    *("AR", "BG", "CS", "DA", "DE", "EL", "EN-GB", "EN-US", "ES", "ES-419", "ET", "FI", "FR", "HE", "HU", "ID", "IT"),
    *("JA", "KO", "LT", "LV", "NB", "NL", "PL", "PT-BR", "PT-PT", "RO", "RU", "SK", "SL", "SV", "TH", "TR", "UK"),
    *("VI", "ZH", "ZH-HANS", "ZH-HANT"),
)
_FORMAL = {"DE", "ES", "ES-419", "FR", "IT", "JA", "NL", "PL", "PT-BR", "PT-PT", "RU"}
_SOURCES = {code.partition("-")[0] for code in _TARGETS}
_MESSAGES = {
    403: "",
    413: "Payload Too Large",
    429: "Too many requests",
    456: "Quota exceeded",
    500: "Internal server error",
    503: "Resource currently unavailable",
    529: "Too many requests",
}


class DeepL:
    """Routes of both hosts. Every text that was received is in `World.translated`."""

    def __init__(self, world: World, lock: threading.RLock) -> None:
        self._world = world
        self._lock = lock
        self._used = 0

    def routes(self) -> list[Route]:
        table: Table = [
            ("POST", "/v2/translate", self._translate),
            ("GET", "/v2/languages", self._languages),
            ("GET", "/v2/usage", self._usage),
        ]
        world, lock = self._world, self._lock
        return [
            *make_routes(world, lock, "deepl", ROOT, table, partial(_authorize, KEY, "api-free"), _provoked),
            *make_routes(world, lock, "deepl", FREE_ROOT, table, partial(_authorize, FREE_KEY, "api"), _provoked),
        ]

    def _languages(self, call: Call) -> Response:
        if call.query.get("type", "source") != "target":
            return JSONResponse([{"language": code, "name": code} for code in sorted(_SOURCES)])
        return JSONResponse(
            [{"language": code, "name": code, "supports_formality": code in _FORMAL} for code in _TARGETS]
        )

    def _usage(self, call: Call) -> Json:
        return {"character_count": self._used, "character_limit": self._world.settings.deepl_character_limit}

    def _translate(self, call: Call) -> Json:
        if len(call.raw) > MOST_BYTES:
            raise _error(413)
        given = _fields(call)
        texts, target = given.get("text"), str(given.get("target_lang") or "").upper()
        source, formality = str(given.get("source_lang") or "").upper(), given.get("formality", "default")
        if not isinstance(texts, list) or not texts or not all(isinstance(t, str) for t in texts):
            raise _error(400, "Bad request. Reason: 'text' parameter is missing or not an array of strings")
        if len(texts) > MOST_TEXTS:
            raise _error(400, "Bad request. Reason: Too many texts")
        if target not in {*_TARGETS, "EN", "PT"}:
            raise _error(400, "Value for 'target_lang' not supported.")
        if source and source not in _SOURCES:
            raise _error(400, "Value for 'source_lang' not supported.")
        if formality in ("more", "less") and target not in _FORMAL:
            raise _error(400, f"'formality' is not supported for given 'target_lang': {target}.")
        if formality not in ("default", "more", "less", "prefer_more", "prefer_less"):
            raise _error(400, "Value for 'formality' not supported.")
        length = sum(map(len, texts))
        if self._used + length > self._world.settings.deepl_character_limit:
            raise _error(456)
        self._used += length
        self._world.translated += texts
        return {
            "translations": [
                {
                    "detected_source_language": source or phrases.detect(text).upper(),
                    "text": phrases.translate(text, target.lower()),
                }
                for text in texts
            ]
        }


def _fields(call: Call) -> Json:
    if not call.content_type.startswith("application/json"):
        form = call.form()
        return {**dict(form), "text": [value for name, value in form if name == "text"]}
    try:
        given = call.json()
    except ValueError:
        raise _error(400, "Bad request. Reason: the body is no JSON") from None
    return given if isinstance(given, dict) else {}


def _authorize(key: str, other_host: str, call: Call) -> None:
    scheme, _, given = call.headers.get("authorization", "").partition(" ")
    if scheme != "DeepL-Auth-Key":
        raise _error(403)
    if given != key:
        is_of_other_host = given in (KEY, FREE_KEY)
        raise _error(403, f"Wrong endpoint. Use https://{other_host}.deepl.com" if is_of_other_host else "")


def _provoked(error: Provoked) -> ProviderError:
    return _error(error.code, error.text, {"Retry-After": str(error.retry_after_s)} if error.code == 429 else None)


def _error(status: int, message: str = "", headers: dict[str, str] | None = None) -> ProviderError:
    text = message or _MESSAGES.get(status, "Bad request")
    return ProviderError(status, {"message": text} if text else {}, headers)
