"""360dialog's endpoints: Meta's messages under its own credential and its own list of templates."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from desktop.channels.shared.caller import Caller, Sent, form_part
from desktop.channels.shared.http import READ_TIMEOUT_S, InHeader, LearningClock, Token
from desktop.channels.shared.loose_json import field, items, number, text
from desktop.channels.whatsapp import errors
from desktop.ports import OutgoingFile

Json = dict[str, Any]

HOST = "https://waba-v2.360dialog.io"
PER_PAGE = 1000
MOST_PAGES = 20


class Dialog360Api:
    """The key is the channel: no path names a number. Reads raise ProviderError."""

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
            "360dialog",
            base_url,
            InHeader("D360-API-KEY", token),
            clock,
            errors.judge_360dialog,
            token,
            read_timeout_s=read_timeout_s,
            jitter=jitter,
        )

    async def number(self) -> Any:
        fields = {"fields": "health_status,display_phone_number,verified_name,quality_rating"}
        return await self.caller.read("/health_status", params=fields)

    async def templates(self) -> list[Any]:
        found: list[Any] = []
        for _ in range(MOST_PAGES):
            params = {"limit": str(PER_PAGE), "offset": str(len(found)), "sort": "business_templates.name"}
            page = await self.caller.read("/v1/configs/templates", params=params)
            listed = items(page, "waba_templates")
            found += listed
            if not listed or len(found) >= (number(field(page, "total")) or 0):
                break
        return found

    async def send(self, body: Json) -> Sent:
        return await self.caller.send("/messages", json=body)

    async def upload(self, file: OutgoingFile) -> str:
        """The file's id, "" when the answer has none."""
        part = form_part(file)
        answer = await self.caller.once(
            "/media",
            method="POST",
            data={"messaging_product": "whatsapp", "type": part[2]},
            files={"file": part},
        )
        return text(field(answer, "id")) or text(field(next(iter(items(field(answer, "media"))), None), "id"))
