"""The sandbox's control API, for the second window and the tour: write as her, move the clock, read her screens."""

from __future__ import annotations

from typing import Any, cast

import httpx

Json = dict[str, Any]


class Refusal(Exception):
    """The sandbox refused, with its own sentence."""


class Control:
    """One client on the control API. Every call raises Refusal with a sentence when the sandbox says no."""

    def __init__(self, base_url: str, token: str) -> None:
        bearer = {"Authorization": f"Bearer {token}"}
        self._http = httpx.AsyncClient(base_url=base_url, headers=bearer, timeout=10.0, trust_env=False)

    async def state(self) -> Json:
        """Clock, customers, lines and settings."""
        return await self._ask("GET", "/state")

    async def screens(self, customer_id: str) -> Json:
        """Everything on her screens, oldest first."""
        return await self._ask("GET", f"/customers/{customer_id}/screens")

    async def write(self, **words: Any) -> Json:
        """Write as her: `customer`, `on`, `text`, and for the Messenger `conversation_id`, `client`."""
        return await self._ask("POST", "/write", words)

    async def clock(self, **move: Any) -> Json:
        """`advance_s`, `set` or `rate`."""
        return await self._ask("POST", "/clock", move)

    async def block(self, customer: str, line: str, *, blocked: bool) -> Json:
        """She blocks or unblocks one business address. line: its id."""
        return await self._ask("POST", "/block" if blocked else "/unblock", {"customer": customer, "line": line})

    async def post(self, path: str, body: Json) -> Json:
        return await self._ask("POST", path, body)

    async def aclose(self) -> None:
        await self._http.aclose()

    async def _ask(self, method: str, path: str, body: Json | None = None) -> Json:
        try:
            answer = await self._http.request(method, path, json=body)
        except httpx.HTTPError as broken:
            raise Refusal(f"The sandbox does not answer ({type(broken).__name__}).") from broken
        found = cast(Json, answer.json())
        if answer.is_error:
            raise Refusal(str(found.get("error", f"The sandbox said {answer.status_code}.")))
        return found
