"""The bot's webhook as set through the Bot API (Bot API 10.1, `setWebhook` and `WebhookInfo`)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from desktop.sandbox.providers.telegram.errors import telegram_error

Json = dict[str, Any]
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
DEFAULT_CONNECTIONS = 40


@dataclass(slots=True, eq=False)
class Webhook:
    """A webhook. last_error: of the newest failed delivery, None before the first; Unix seconds and text."""

    url: str
    secret_token: str = ""
    max_connections: int = DEFAULT_CONNECTIONS
    last_error: tuple[int, str] | None = None

    def describe(self) -> Json:
        """What WebhookInfo has beside address, counts and kinds."""
        info: Json = {"max_connections": self.max_connections, "ip_address": "127.0.0.1"}
        if self.last_error is not None:
            info["last_error_date"], info["last_error_message"] = self.last_error
        return info


def parse(given: Json) -> Webhook | None:
    """The webhook that `setWebhook` asks for; None for an empty address. Raises ProviderError 400."""
    url = str(given.get("url") or "")
    if not url:
        return None
    secret = str(given.get("secret_token") or "")
    if secret and not _SECRET.fullmatch(secret):
        raise telegram_error(400, "Bad Request: secret token contains unallowed characters")
    try:
        connections = int(given.get("max_connections") or DEFAULT_CONNECTIONS)
    except (TypeError, ValueError):
        raise telegram_error(400, "Bad Request: max_connections must be a number") from None
    return Webhook(url, secret, max(1, min(connections, 100)))


def allowed_updates(given: Json) -> list[str] | None:
    """The parameter of this name. Raises ProviderError 400."""
    kinds = given.get("allowed_updates")
    if kinds is not None and not (isinstance(kinds, list) and all(isinstance(kind, str) for kind in kinds)):
        raise telegram_error(400, "Bad Request: allowed_updates must be an array of strings")
    return kinds
