"""The Cloud API's endpoints, one method each, in Meta's terms."""

from __future__ import annotations

from typing import Any, Unpack

from desktop.channels.shared.direct_channel import form_part
from desktop.channels.shared.exchange import LearningClock, Token
from desktop.channels.shared.loose_json import as_list, as_text, get_field
from desktop.channels.shared.provider_client import ClientOptions, ProviderClient, SendResult, path_segment
from desktop.channels.whatsapp import errors
from desktop.ports import OutgoingFile

Json = dict[str, Any]

HOST = "https://graph.facebook.com"
VERSION = "v26.0"
PAGE_SIZE = 100
MAX_PAGES = 50
_NUMBER_FIELDS = (
    "id,display_phone_number,verified_name,quality_rating,code_verification_status,platform_type,is_on_biz_app,"
    "status,health_status"
)
_TEMPLATE_FIELDS = "id,name,language,category,status,components,parameter_format,quality_score,rejected_reason"
_HISTORY_FIELDS = "id,message_id,events{id,delivery_status,timestamp,error_description}"


class WhatsAppApi(ProviderClient):
    """The endpoints that Meta and 360dialog have in common. Reads raise ProviderError."""

    messages_path: str
    media_path: str

    async def number(self) -> Any:
        """The number and its state."""
        raise NotImplementedError

    async def templates(self) -> list[Any]:
        """All templates."""
        raise NotImplementedError

    async def send_message(self, body: Json) -> SendResult:
        """Send a message."""
        return await self.send(self.messages_path, json=body)

    async def upload(self, file: OutgoingFile) -> str:
        """The file's id at the provider, "" when the answer has none. Meta keeps files for 30 days."""
        part = form_part(file)
        form = {"messaging_product": "whatsapp", "type": part[2]}
        answer = await self.request("POST", self.media_path, data=form, files={"file": part})
        return as_text(get_field(answer, "id")) or as_text(
            get_field(next(iter(as_list(get_field(answer, "media"))), None), "id")
        )


class CloudApi(WhatsAppApi):
    """One number of one WhatsApp Business account at Meta.

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
        **options: Unpack[ClientOptions],
    ) -> None:
        super().__init__("WhatsApp", base_url, token, clock, errors.classify, **options)
        self._root = f"/{path_segment(version)}"
        self._number = f"{self._root}/{path_segment(phone_number_id)}"
        self._account = f"{self._root}/{path_segment(account_id)}"
        self.messages_path, self.media_path = f"{self._number}/messages", f"{self._number}/media"

    async def number(self) -> Any:
        return await self.read(self._number, params={"fields": _NUMBER_FIELDS})

    async def numbers(self) -> tuple[set[str], bool]:
        """Ids of the account's numbers, and whether these are all."""
        page = await self.read(f"{self._account}/phone_numbers", params={"fields": "id", "limit": str(PAGE_SIZE)})
        return {as_text(get_field(raw, "id")) for raw in as_list(page, "data")}, not get_field(page, "paging", "next")

    async def templates(self) -> list[Any]:
        """All templates. Pages are requested by their cursor: the address that Meta gives may hold the token."""
        found: list[Any] = []
        params = {"fields": _TEMPLATE_FIELDS, "limit": str(PAGE_SIZE)}
        seen: set[str] = set()
        while len(seen) < MAX_PAGES:
            page = await self.read(f"{self._account}/message_templates", params=params)
            found += as_list(page, "data")
            after = as_text(get_field(page, "paging", "cursors", "after"))
            if not after or after in seen or not get_field(page, "paging", "next"):
                break
            seen.add(after)
            params["after"] = after
        return found

    async def template_now(self, template_id: str) -> Any:
        """What may change without notice: status, category, quality."""
        fields = {"fields": "status,quality_score,category"}
        return await self.read(f"{self._root}/{path_segment(template_id)}", params=fields)

    async def history(self, message_id: str) -> Any:
        """The events of a message. Documented, but some accounts are refused and some get an empty list."""
        params = {"message_id": message_id, "fields": _HISTORY_FIELDS}
        return await self.read(f"{self._number}/message_history", params=params)
