"""Twilio's endpoints, one method each, in Twilio's terms: forms in, JSON out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Unpack
from urllib.parse import parse_qsl, urlsplit

from desktop.channels.shared.exchange import BasicCredential, LearningClock, Token
from desktop.channels.shared.loose_json import as_list, as_text, get_field
from desktop.channels.shared.provider_client import ClientOptions, ProviderClient, SendResult, path_segment
from desktop.channels.twilio import errors

HOST = "https://api.twilio.com"
CONTENT_HOST = "https://content.twilio.com"
PAGE_SIZE = 100
MAX_PAGES = 20


class TwilioApi(ProviderClient):
    """The API of one account. Reads raise ProviderError.

    user: the account's SID with its auth token, or an API key's SID with the key's secret.
    """

    def __init__(
        self,
        base_url: str,
        content_base_url: str,
        account_sid: str,
        user: str,
        token: Token,
        clock: LearningClock,
        **options: Unpack[ClientOptions],
    ) -> None:
        credential = BasicCredential(user, token)
        super().__init__("Twilio", base_url, credential, clock, errors.classify, **options)
        self._content = ProviderClient("Twilio", content_base_url, credential, clock, errors.classify, **options)
        self._account = f"/2010-04-01/Accounts/{path_segment(account_sid)}"

    async def aclose(self) -> None:
        await super().aclose()
        await self._content.aclose()

    async def newest_message(self, filters: Mapping[str, str]) -> Any:
        """A page of one message: harmless, and allowed with every kind of key."""
        return await self.read(f"{self._account}/Messages.json", params={**filters, "PageSize": "1"})

    async def account(self) -> Any:
        """The account; refused with some kinds of keys."""
        return await self.request("GET", f"{self._account}.json")

    async def send_message(self, form: Mapping[str, str]) -> SendResult:
        """Send a message."""
        return await self.send(f"{self._account}/Messages.json", data=form)

    async def message(self, sid: str) -> Any:
        """One message."""
        return await self.read(f"{self._account}/Messages/{path_segment(sid)}.json")

    async def messages(
        self,
        filters: Mapping[str, str],
        max_pages: int = MAX_PAGES,
        is_enough: Callable[[list[Any]], bool] = lambda page: False,
    ) -> tuple[list[Any], bool]:
        """Messages, newest first, and whether these are all. The comparison is part of a filter's name: `DateSent>`.

        is_enough: whether no page after this one is needed.
        """
        path = f"{self._account}/Messages.json"
        return await self._pages(self, path, filters, "messages", ("next_page_uri",), max_pages, is_enough)

    async def contents(self) -> list[Any]:
        """Content templates with their approvals."""
        path, next_page = "/v2/ContentAndApprovals", ("meta", "next_page_url")
        return (await self._pages(self._content, path, {}, "contents", next_page, MAX_PAGES))[0]

    async def _pages(
        self,
        client: ProviderClient,
        path: str,
        filters: Mapping[str, str],
        name: str,
        next_page: tuple[str, ...],
        max_pages: int,
        is_enough: Callable[[list[Any]], bool] = lambda page: False,
    ) -> tuple[list[Any], bool]:
        """Read the pages. Of the next page's address only the query is used: host and path are known."""
        found: list[Any] = []
        params: Mapping[str, str] = {**filters, "PageSize": str(PAGE_SIZE)}
        for _ in range(max_pages):
            page = await client.read(path, params=params)
            listed = as_list(page, name)
            found += listed
            query = _query(as_text(get_field(page, *next_page)))
            if not query or query == params or is_enough(listed):
                return found, True
            params = query
        return found, False


def _query(address: str) -> dict[str, str]:
    try:
        return dict(parse_qsl(urlsplit(address).query))
    except ValueError:
        return {}
