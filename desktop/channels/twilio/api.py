"""Twilio's endpoints, one method each, in its own terms: forms in, JSON out."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

import httpx

from desktop.channels.shared.caller import Caller, Sent, kind_of_status
from desktop.channels.shared.http import (
    READ_TIMEOUT_S,
    Answer,
    AnswerTooLarge,
    AsPassword,
    LearningClock,
    Token,
    download,
    no_answer,
)
from desktop.channels.shared.loose_json import field, items, text
from desktop.channels.twilio import errors
from desktop.ports import ProviderErrorKind

HOST = "https://api.twilio.com"
CONTENT_HOST = "https://content.twilio.com"
PER_PAGE = 100
MOST_PAGES = 20


class TwilioApi:
    """One account. Reads raise ProviderError.

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
        *,
        read_timeout_s: float = READ_TIMEOUT_S,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        def caller(url: str) -> Caller:
            credential = AsPassword(user, token)
            return Caller(
                "Twilio", url, credential, clock, errors.judge, token, read_timeout_s=read_timeout_s, jitter=jitter
            )

        self.caller = caller(base_url)
        self._content = caller(content_base_url)
        self._account = f"/2010-04-01/Accounts/{_piece(account_sid)}"
        self._clock = clock
        self._read_timeout_s = read_timeout_s

    async def aclose(self) -> None:
        await self.caller.aclose()
        await self._content.aclose()

    async def newest_message(self, filters: Mapping[str, str]) -> Any:
        """A page of one: harmless, and allowed to every kind of key."""
        return await self.caller.read(f"{self._account}/Messages.json", params={**filters, "PageSize": "1"})

    async def account(self) -> Any:
        """Refused to some kinds of keys."""
        return await self.caller.once(f"{self._account}.json")

    async def send(self, form: Mapping[str, str]) -> Sent:
        return await self.caller.send(f"{self._account}/Messages.json", data=form)

    async def message(self, sid: str) -> Any:
        return await self.caller.read(f"{self._account}/Messages/{_piece(sid)}.json")

    async def messages(
        self,
        filters: Mapping[str, str],
        most_pages: int = MOST_PAGES,
        is_enough: Callable[[list[Any]], bool] = lambda page: False,
    ) -> tuple[list[Any], bool]:
        """Newest first, and whether that was all. The comparison is part of a filter's name: `DateSent>`.

        is_enough: whether nothing that follows a page is wanted.
        """
        path = f"{self._account}/Messages.json"
        return await self._pages(self.caller, path, filters, "messages", ("next_page_uri",), most_pages, is_enough)

    async def contents(self) -> list[Any]:
        """Content templates with their approvals."""
        path, following = "/v2/ContentAndApprovals", ("meta", "next_page_url")
        return (await self._pages(self._content, path, {}, "contents", following, MOST_PAGES))[0]

    async def media(self, sid: str) -> list[Any]:
        return items(await self.caller.read(f"{self._account}/Messages/{_piece(sid)}/Media.json"), "media_list")

    async def media_content(self, sid: str, media_sid: str) -> bytes:
        """A file's bytes. Twilio answers with a signed address elsewhere, which must not see our credential."""
        path = f"{self._account}/Messages/{_piece(sid)}/Media/{_piece(media_sid)}"
        answer = await self.caller.fetch(path)
        if not answer.is_success:
            answer = await self._elsewhere(answer.headers.get("Location", ""))
        return answer.body

    async def _elsewhere(self, url: str) -> Answer:
        try:
            answer = await download(url, self._clock, self._read_timeout_s)
        except httpx.InvalidURL:
            lost = self.caller.error(ProviderErrorKind.BAD_ANSWER)
        except (httpx.RequestError, AnswerTooLarge) as error:
            lost = no_answer("Twilio", error)
        else:
            if answer.is_success:
                return answer
            lost = self.caller.error(kind_of_status(answer.status))
        # Raised outside: the library's error remembers the address, and that is signed.
        raise lost

    async def _pages(
        self,
        caller: Caller,
        path: str,
        filters: Mapping[str, str],
        name: str,
        following: tuple[str, ...],
        most_pages: int,
        is_enough: Callable[[list[Any]], bool] = lambda page: False,
    ) -> tuple[list[Any], bool]:
        """Follows only the query of the next page's address: its host and path are what we asked already."""
        found: list[Any] = []
        params: Mapping[str, str] = {**filters, "PageSize": str(PER_PAGE)}
        for _ in range(most_pages):
            page = await caller.read(path, params=params)
            listed = items(page, name)
            found += listed
            query = _query(text(field(page, *following)))
            if not query or query == params or is_enough(listed):
                return found, True
            params = query
        return found, False


def _query(address: str) -> dict[str, str]:
    try:
        return dict(parse_qsl(urlsplit(address).query))
    except ValueError:
        return {}


def _piece(identifier: str) -> str:
    """An id as one piece of a path, whatever is in it."""
    return quote(identifier, safe="")
