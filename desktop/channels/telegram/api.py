"""The Bot API's methods, one each. The token is part of every address: it is put there below all that logs."""

from __future__ import annotations

from typing import Any, Unpack

from desktop.channels.shared.direct_channel import form_part
from desktop.channels.shared.http import InPath, LearningClock, Token
from desktop.channels.shared.provider_client import ClientOptions, ProviderClient, SendResult
from desktop.channels.telegram import errors
from desktop.ports import OutgoingFile

Json = dict[str, Any]

HOST = "https://api.telegram.org"


class TelegramApi(ProviderClient):
    """One bot. Reads raise ProviderError."""

    def __init__(self, base_url: str, token: Token, clock: LearningClock, **options: Unpack[ClientOptions]) -> None:
        super().__init__("Telegram", base_url, InPath(token), clock, errors.classify, **options)

    async def me(self) -> Any:
        return await self.read(_method("getMe"))

    async def webhook(self) -> Any:
        """Only ever read: a webhook is somebody else's."""
        return await self.read(_method("getWebhookInfo"))

    async def send_message(self, fields: Json) -> SendResult:
        return await self.send(_method("sendMessage"), json=fields)

    async def send_file(self, kind: str, fields: dict[str, str], file: OutgoingFile) -> SendResult:
        """kind: `photo` or `document`."""
        form = {kind: form_part(file)}
        return await self.send(_method(f"send{kind.capitalize()}"), data=fields, files=form)


def _method(name: str) -> str:
    return f"/bot{InPath.MARK}/{name}"
