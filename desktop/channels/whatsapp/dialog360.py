"""360dialog's endpoints: Meta's messages under its own credential and its own list of templates."""

from __future__ import annotations

from typing import Any, Unpack

from desktop.channels.shared.exchange import HeaderCredential, LearningClock, Token
from desktop.channels.shared.loose_json import as_list, as_number, get_field
from desktop.channels.shared.provider_client import ClientOptions
from desktop.channels.whatsapp import errors
from desktop.channels.whatsapp.api import WhatsAppApi

HOST = "https://waba-v2.360dialog.io"
PAGE_SIZE = 1000
MAX_PAGES = 20


class Dialog360Api(WhatsAppApi):
    """One number at 360dialog: the key alone names it."""

    messages_path, media_path = "/messages", "/media"

    def __init__(self, base_url: str, token: Token, clock: LearningClock, **options: Unpack[ClientOptions]) -> None:
        credential = HeaderCredential("D360-API-KEY", token)
        super().__init__("360dialog", base_url, credential, clock, errors.classify_360dialog, **options)

    async def number(self) -> Any:
        fields = {"fields": "health_status,display_phone_number,verified_name,quality_rating"}
        return await self.read("/health_status", params=fields)

    async def templates(self) -> list[Any]:
        found: list[Any] = []
        for _ in range(MAX_PAGES):
            params = {"limit": str(PAGE_SIZE), "offset": str(len(found)), "sort": "business_templates.name"}
            page = await self.read("/v1/configs/templates", params=params)
            listed = as_list(page, "waba_templates")
            found += listed
            if not listed or len(found) >= (as_number(get_field(page, "total")) or 0):
                break
        return found
