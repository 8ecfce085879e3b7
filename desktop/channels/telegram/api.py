"""The Bot API's methods, one each. The token is part of every address: it is put there below all that logs."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import httpx

from desktop.channels.shared.caller import Caller, Sent, form_part
from desktop.channels.shared.http import CONNECT_TIMEOUT_S, READ_TIMEOUT_S, InPath, LearningClock, Token
from desktop.channels.telegram import errors
from desktop.ports import OutgoingFile

Json = dict[str, Any]

HOST = "https://api.telegram.org"
MOST_UPDATES = 100
POLL_SLACK_S = 10.0
RECEIVED = ("message", "edited_message", "my_chat_member")


class TelegramApi:
    """One bot. Reads raise ProviderError."""

    def __init__(
        self,
        base_url: str,
        token: Token,
        clock: LearningClock,
        *,
        read_timeout_s: float = READ_TIMEOUT_S,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.caller = Caller(
            "Telegram",
            base_url,
            InPath(token),
            clock,
            errors.judge,
            token,
            read_timeout_s=read_timeout_s,
            jitter=jitter,
        )

    async def me(self) -> Any:
        return await self.caller.read(_method("getMe"))

    async def webhook(self) -> Any:
        """Only ever read: a webhook is somebody else's."""
        return await self.caller.read(_method("getWebhookInfo"))

    async def updates(self, offset: int | None, wait_s: int) -> Any:
        """Holds the line up to `wait_s`. offset: makes Telegram forget all updates before it."""
        asked: Json = {"limit": MOST_UPDATES, "timeout": wait_s, "allowed_updates": RECEIVED}
        return await self.caller.read(
            _method("getUpdates"),
            method="POST",
            json=asked | ({} if offset is None else {"offset": offset}),
            timeout=httpx.Timeout(wait_s + POLL_SLACK_S, connect=CONNECT_TIMEOUT_S),
        )

    async def send_message(self, fields: Json) -> Sent:
        return await self.caller.send(_method("sendMessage"), json=fields)

    async def send_file(self, kind: str, fields: dict[str, str], file: OutgoingFile) -> Sent:
        """kind: `photo` or `document`."""
        form = {kind: form_part(file)}
        return await self.caller.send(_method(f"send{kind.capitalize()}"), data=fields, files=form)

    async def file(self, file_id: str) -> Any:
        return await self.caller.read(_method("getFile"), params={"file_id": file_id})

    async def content(self, file_path: str) -> bytes:
        return (await self.caller.fetch(f"/file/bot{InPath.MARK}/{quote(file_path)}")).body


def _method(name: str) -> str:
    return f"/bot{InPath.MARK}/{name}"
