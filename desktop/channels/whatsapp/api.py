"""The Cloud API's endpoints, one method each, in Meta's terms."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from desktop.channels.shared.caller import Caller, Sent, form_part
from desktop.channels.shared.http import READ_TIMEOUT_S, LearningClock, Token
from desktop.channels.shared.loose_json import field, items, text
from desktop.channels.whatsapp import errors
from desktop.ports import OutgoingFile

Json = dict[str, Any]

HOST = "https://graph.facebook.com"
VERSION = "v26.0"
PER_PAGE = 100
MOST_PAGES = 50
_NUMBER_FIELDS = (
    "id,display_phone_number,verified_name,quality_rating,code_verification_status,platform_type,is_on_biz_app,"
    "status,health_status"
)
_TEMPLATE_FIELDS = "id,name,language,category,status,components,parameter_format,quality_score,rejected_reason"
_HISTORY_FIELDS = "id,message_id,events{id,delivery_status,timestamp,error_description}"


class CloudApi:
    """One number of one WhatsApp Business account. Reads raise ProviderError.

    version: of the Graph, `v26.0`; each one lives about two years.
    """

    def __init__(
        self,
        base_url: str,
        token: Token,
        clock: LearningClock,
        phone_number_id: str,
        account_id: str,
        *,
        version: str = VERSION,
        read_timeout_s: float = READ_TIMEOUT_S,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.caller = Caller(
            "WhatsApp", base_url, token, clock, errors.judge, token, read_timeout_s=read_timeout_s, jitter=jitter
        )
        self._root = f"/{_piece(version)}"
        self._number = f"{self._root}/{_piece(phone_number_id)}"
        self._account = f"{self._root}/{_piece(account_id)}"

    async def number(self) -> Any:
        return await self.caller.read(self._number, params={"fields": _NUMBER_FIELDS})

    async def numbers(self) -> tuple[set[str], bool]:
        """Ids of the account's numbers, and whether these are all."""
        page = await self.caller.read(f"{self._account}/phone_numbers", params={"fields": "id", "limit": str(PER_PAGE)})
        return {text(field(raw, "id")) for raw in items(page, "data")}, not field(page, "paging", "next")

    async def templates(self) -> list[Any]:
        """Every page. The next one is asked for by its cursor: the address that Meta gives may hold the token."""
        found: list[Any] = []
        params = {"fields": _TEMPLATE_FIELDS, "limit": str(PER_PAGE)}
        seen: set[str] = set()
        while len(seen) < MOST_PAGES:
            page = await self.caller.read(f"{self._account}/message_templates", params=params)
            found += items(page, "data")
            after = text(field(page, "paging", "cursors", "after"))
            if not after or after in seen or not field(page, "paging", "next"):
                break
            seen.add(after)
            params["after"] = after
        return found

    async def template_now(self, template_id: str) -> Any:
        """What can change without notice: status, category, quality."""
        fields = {"fields": "status,quality_score,category"}
        return await self.caller.read(f"{self._root}/{_piece(template_id)}", params=fields)

    async def send(self, body: Json) -> Sent:
        return await self.caller.send(f"{self._number}/messages", json=body)

    async def upload(self, file: OutgoingFile) -> str:
        """The file's id at Meta, kept 30 days; "" when the answer has none."""
        part = form_part(file)
        answer = await self.caller.once(
            f"{self._number}/media",
            method="POST",
            data={"messaging_product": "whatsapp", "type": part[2]},
            files={"file": part},
        )
        return text(field(answer, "id"))

    async def history(self, message_id: str) -> Any:
        """Documented, and unproven in the field: some accounts are refused, some get an empty list."""
        params = {"message_id": message_id, "fields": _HISTORY_FIELDS}
        return await self.caller.read(f"{self._number}/message_history", params=params)


def _piece(identifier: str) -> str:
    """An id as one piece of a path, whatever is in it."""
    return quote(identifier, safe="")
