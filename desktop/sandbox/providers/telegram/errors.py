"""Telegram's errors, which are distinguished by their descriptions."""

from __future__ import annotations

from typing import Any

from desktop.sandbox.providers.http import ProviderError

USUAL_DESCRIPTIONS = {
    400: "Bad Request: chat not found",
    401: "Unauthorized",
    403: "Forbidden: bot was blocked by the user",
    404: "Not Found",
    409: "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    413: "Request Entity Too Large",
    429: "Too Many Requests: retry after {}",
    500: "Internal Server Error",
    502: "Bad Gateway",
}


def telegram_error(code: int, description: str = "", *, retry_after: int | None = None) -> ProviderError:
    """Telegram's error. code: also the HTTP status. retry_after: seconds, of a 429."""
    text = description or USUAL_DESCRIPTIONS.get(code, "Bad Request")
    body: dict[str, Any] = {"ok": False, "error_code": code, "description": text.format(retry_after)}
    if retry_after is not None:
        body["parameters"] = {"retry_after": retry_after}
    return ProviderError(code, body)
