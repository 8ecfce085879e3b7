"""Octopods' endpoints, one method each, in Octopods' terms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Unpack

from desktop.channels.octopods import errors
from desktop.channels.shared.exchange import HeaderCredential, LearningClock, Token
from desktop.channels.shared.provider_client import ClientOptions, ProviderClient, SendResult, path_segment
from desktop.domain.model.facts import ChannelKind

Json = dict[str, Any]

HOST = "https://app.octopods.io/api/v1"
"""Two articles show `https://api.octopods.io/api/v1` instead."""

MAX_LISTED = 100
_FAMILY = {ChannelKind.WHATSAPP: "whatsapp", ChannelKind.SMS: "sms"}


class OctopodsApi(ProviderClient):
    """The API with one key, of a WhatsApp Business account or of an SMS channel. Reads raise ProviderError."""

    def __init__(
        self,
        base_url: str,
        token: Token,
        clock: LearningClock,
        channel: ChannelKind,
        **options: Unpack[ClientOptions],
    ) -> None:
        super().__init__(
            "Octopods",
            base_url,
            HeaderCredential("X-Octopods-Auth", token),
            clock,
            errors.classifier_for(channel),
            **options,
        )
        self._family = _FAMILY[channel]

    async def templates(self, filters: Mapping[str, str]) -> Any:
        """All templates; the answer has no pages."""
        return await self.read("/whatsapp/templates", params=filters)

    async def send_template(self, template_id: str, body: Json) -> SendResult:
        """Send a template."""
        return await self.send(f"/whatsapp/templates/{path_segment(template_id)}/messages", json=body)

    async def send_sms(self, body: Json) -> SendResult:
        """Send a text message (SMS)."""
        return await self.send("/sms/messages", json=body)

    async def message(self, message_id: str) -> Any:
        """The status of one message."""
        return await self.read(f"/{self._family}/messages/{path_segment(message_id)}")

    async def sent(self) -> Any:
        """The newest messages that this key sent through the API; those that agents typed are not among them."""
        return await self.read("/whatsapp/messages", params={"limit": str(MAX_LISTED)})
