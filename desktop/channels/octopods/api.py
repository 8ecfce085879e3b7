"""Octopods' endpoints, one method each, in its own terms."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from desktop.channels.octopods import errors
from desktop.channels.shared.caller import Caller, Sent
from desktop.channels.shared.http import READ_TIMEOUT_S, InHeader, LearningClock, Token
from desktop.domain.model.facts import ChannelKind

Json = dict[str, Any]

HOST = "https://app.octopods.io/api/v1"
"""Two articles show `https://api.octopods.io/api/v1` instead."""

MOST_LISTED = 100
_FAMILY = {ChannelKind.WHATSAPP: "whatsapp", ChannelKind.SMS: "sms"}


class OctopodsApi:
    """One key: of a WhatsApp Business account, or of an SMS channel. Reads raise ProviderError."""

    def __init__(
        self,
        base_url: str,
        token: Token,
        clock: LearningClock,
        channel: ChannelKind,
        *,
        read_timeout_s: float = READ_TIMEOUT_S,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.caller = Caller(
            "Octopods",
            base_url,
            InHeader("X-Octopods-Auth", token),
            clock,
            errors.judge(channel),
            token,
            read_timeout_s=read_timeout_s,
            jitter=jitter,
        )
        self._family = _FAMILY[channel]

    async def templates(self, filters: Mapping[str, str]) -> Any:
        """All at once; there are no pages."""
        return await self.caller.read("/whatsapp/templates", params=filters)

    async def send_template(self, template_id: str, body: Json) -> Sent:
        return await self.caller.send(f"/whatsapp/templates/{_piece(template_id)}/messages", json=body)

    async def send_sms(self, body: Json) -> Sent:
        return await self.caller.send("/sms/messages", json=body)

    async def message(self, message_id: str) -> Any:
        return await self.caller.read(f"/{self._family}/messages/{_piece(message_id)}")

    async def sent(self) -> Any:
        """The last messages that this key sent through the API, newest first; what agents typed is not among them."""
        return await self.caller.read("/whatsapp/messages", params={"limit": str(MOST_LISTED)})


def _piece(identifier: str) -> str:
    """An id as one piece of a path, whatever is in it."""
    return quote(identifier, safe="")
