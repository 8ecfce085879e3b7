"""The Bot API's methods, one method each. The token is part of every address, see `PathCredential`."""

from __future__ import annotations

import json
from typing import Any, Unpack

from desktop.channels.shared.direct_channel import form_part
from desktop.channels.shared.exchange import LearningClock, PathCredential, Token
from desktop.channels.shared.provider_client import ClientOptions, ProviderClient, SendResult
from desktop.channels.telegram import errors
from desktop.ports import OutgoingFile

Json = dict[str, Any]

HOST = "https://api.telegram.org"


class TelegramApi(ProviderClient):
    """The Bot API with one bot's token. Reads raise ProviderError."""

    def __init__(self, base_url: str, token: Token, clock: LearningClock, **options: Unpack[ClientOptions]) -> None:
        super().__init__("Telegram", base_url, PathCredential(token), clock, errors.classify, **options)

    async def me(self) -> Any:
        """The bot itself."""
        return await self.read(_method("getMe"))

    async def webhook(self) -> Any:
        """The bot's webhook, which belongs to another program and is only read."""
        return await self.read(_method("getWebhookInfo"))

    async def updates(self, offset: int, timeout_s: int, limit: int = 100) -> Any:
        """What came to the bot, oldest first; waits `timeout_s` for the first. Everything before `offset` is forgotten
        by Telegram. Refused while the bot has a webhook, and ended by another program that asks.
        """
        # Telegram keeps the list; reactions come to those alone who ask for them.
        kinds = json.dumps(["message", "edited_message", "message_reaction"])
        params = {"offset": str(offset), "timeout": str(timeout_s), "limit": str(limit), "allowed_updates": kinds}
        return await self.read(_method("getUpdates"), background=True, params=params)

    async def send_message(self, fields: Json) -> SendResult:
        """Send a text."""
        return await self.send(_method("sendMessage"), json=fields)

    async def set_reaction(self, fields: Json) -> SendResult:
        """Replace the bot's reaction to a message."""
        return await self.send(_method("setMessageReaction"), json=fields)

    async def send_file(self, kind: str, fields: dict[str, str], file: OutgoingFile) -> SendResult:
        """kind: `photo`, `voice` or `document`."""
        form = {kind: form_part(file)}
        return await self.send(_method(f"send{kind.capitalize()}"), data=fields, files=form)


def _method(name: str) -> str:
    return f"/bot{PathCredential.MARK}/{name}"
