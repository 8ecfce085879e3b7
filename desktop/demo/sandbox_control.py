"""A client of the sandbox's control API: write as the customer, move the clock, read the customer's screens."""

from __future__ import annotations

from typing import Any, cast

import httpx

from desktop.text.demo import screens as texts

Json = dict[str, Any]


class SandboxError(Exception):
    """The sandbox refused a request or did not answer; the message is a sentence."""


class SandboxControl:
    """The client. Every request raises `SandboxError` on failure."""

    def __init__(self, base_url: str, token: str) -> None:
        bearer = {"Authorization": f"Bearer {token}"}
        self._http = httpx.AsyncClient(base_url=base_url, headers=bearer, timeout=10.0, trust_env=False)

    async def state(self) -> Json:
        """Return clock, customers, lines and settings."""
        return await self._request("GET", "/state")

    async def screens(self, customer_id: str) -> Json:
        """Return everything on the customer's screens, oldest first."""
        return await self._request("GET", f"/customers/{customer_id}/screens")

    async def write(self, **message: Any) -> Json:
        """Write as a customer. message: `customer`, `on`, `text`; for the Messenger `conversation_id`, `client`."""
        return await self._request("POST", "/write", message)

    async def clock(self, **move: Any) -> Json:
        """move: `advance_s`, `set` or `rate`."""
        return await self._request("POST", "/clock", move)

    async def block(self, customer: str, line: str, *, blocked: bool) -> Json:
        """Block or unblock a line of the business as a customer. line: its id."""
        return await self._request("POST", "/block" if blocked else "/unblock", {"customer": customer, "line": line})

    async def post(self, path: str, body: Json) -> Json:
        """Post `body` to any path of the control API."""
        return await self._request("POST", path, body)

    async def aclose(self) -> None:
        await self._http.aclose()

    async def _request(self, method: str, path: str, body: Json | None = None) -> Json:
        try:
            answer = await self._http.request(method, path, json=body)
        except httpx.HTTPError as error:
            raise SandboxError(texts.SANDBOX_SILENT(problem=type(error).__name__)) from error
        result = cast(Json, answer.json())
        if answer.is_error:
            raise SandboxError(str(result.get("error", texts.SANDBOX_REFUSED(code=answer.status_code))))
        return result
