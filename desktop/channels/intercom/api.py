"""Intercom's endpoints, one method each, in the wire's terms. Reads are repeated, writes never."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import httpx

from desktop.channels.intercom import answers, permissions
from desktop.channels.shared.http import (
    READ_TIMEOUT_S,
    Answer,
    AnswerTooLarge,
    LearningClock,
    Token,
    exchange,
    no_answer,
    reading_client,
    sending_client,
)
from desktop.channels.shared.rate_limit import Pace
from desktop.ports import ProviderError, ProviderErrorKind

Json = dict[str, Any]

VERSION = "2.16"
HEADS_PER_PAGE = 50
MOST_PER_PAGE = 150
REPEATS = {
    ProviderErrorKind.BUSY: 3,
    ProviderErrorKind.THROTTLED: 3,
    ProviderErrorKind.OFFLINE: 2,
    ProviderErrorKind.TIMED_OUT: 1,
}
FIRST_PAUSE_S = 0.5
FIRST_PATIENCE_S = 4.5
"""For the first byte of an answer, so that a server which accepts and never answers is soon known for that. It doubles
with each time-out up to the client's, so that one which is only slow is heard all the same."""

LONG_TRY_S = 3.0
"""What failed after longer than this is not tried again at once: somebody waits to be told."""

LONGEST_WAIT_S = 30.0
"""A pause longer than this is handed to the caller instead of being sat out."""


class IntercomApi:
    """One workspace through one token. Methods give parsed JSON and raise ProviderError."""

    def __init__(
        self,
        base_url: str,
        token: Token,
        clock: LearningClock,
        *,
        version: str = VERSION,
        read_timeout_s: float = READ_TIMEOUT_S,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        headers = {"Intercom-Version": version}
        self._reading = reading_client(base_url, token, headers, read_timeout_s)
        self._sending = sending_client(base_url, token, headers, read_timeout_s)
        self._longest_patience_s = read_timeout_s
        self._patience_s = min(FIRST_PATIENCE_S, read_timeout_s)
        self._secret = token.reveal
        self._clock = clock
        self._jitter = jitter
        self._pace = Pace(clock, jitter)

    async def aclose(self) -> None:
        await self._reading.aclose()
        await self._sending.aclose()

    async def me(self) -> Any:
        return await self._read("GET", "/me", needs=permissions.READ_ADMINS, background=False)

    async def admins(self) -> Any:
        return await self._read("GET", "/admins", needs=permissions.READ_ADMINS, background=False)

    async def macros(self, cursor: str | None) -> Any:
        page = {"per_page": str(MOST_PER_PAGE)} | ({"starting_after": cursor} if cursor else {})
        return await self._read("GET", "/macros", params=page, needs="", background=True)

    async def search_conversations(
        self, query: Json, order: str, cursor: str | None, per_page: int = HEADS_PER_PAGE, *, background: bool = True
    ) -> Any:
        """order: `ascending` or `descending` by `updated_at`."""
        page: Json = {"per_page": per_page} | ({"starting_after": cursor} if cursor else {})
        body = {"query": query, "sort": {"field": "updated_at", "order": order}, "pagination": page}
        return await self._read(
            "POST",
            "/conversations/search",
            json=body,
            needs=permissions.READ_CONVERSATIONS,
            background=background,
        )

    async def conversation(self, conversation_id: str, *, background: bool) -> Any:
        return await self._read(
            "GET",
            f"/conversations/{_piece(conversation_id)}",
            needs=permissions.READ_CONVERSATIONS,
            background=background,
        )

    async def contact(self, contact_id: str, *, background: bool) -> Any:
        return await self._read(
            "GET", f"/contacts/{_piece(contact_id)}", needs=permissions.READ_ONE_CONTACT, background=background
        )

    async def search_contacts(self, filters: Sequence[Json]) -> Any:
        """Contacts that fit any of `filters`, at most 150."""
        body = {"query": {"operator": "OR", "value": list(filters)}, "pagination": {"per_page": MOST_PER_PAGE}}
        return await self._read("POST", "/contacts/search", json=body, needs=permissions.READ_CONTACTS, background=True)

    async def reply(self, conversation_id: str, body: Json) -> Answer:
        """The answer of any status, unjudged. Raises httpx.RequestError and AnswerTooLarge: the caller decides what a
        lost answer means."""
        return await self._write("POST", f"/conversations/{_piece(conversation_id)}/reply", body)

    async def change_state(self, conversation_id: str, body: Json) -> Any:
        return await self._change("POST", f"/conversations/{_piece(conversation_id)}/parts", body)

    async def update_conversation(self, conversation_id: str, body: Json) -> Any:
        return await self._change("PUT", f"/conversations/{_piece(conversation_id)}", body)

    # --- how it is asked -------------------------------------------------------------------------------------------

    async def _read(
        self,
        method: str,
        path: str,
        *,
        needs: str,
        background: bool,
        params: Mapping[str, str] | None = None,
        json: Json | None = None,
    ) -> Any:
        tried = 0
        while True:
            await self._pace.turn(background=background)
            began_s = self._clock.monotonic()
            try:
                return await self._read_once(method, path, needs, params=params, json=json)
            except ProviderError as error:
                pause_s = self._pause_s(tried) if error.retry_after_s is None else error.retry_after_s
                took_long = self._clock.monotonic() - began_s > LONG_TRY_S
                if tried >= REPEATS.get(error.kind, 0) or pause_s > LONGEST_WAIT_S or took_long:
                    raise
            tried += 1
            await self._clock.sleep(pause_s)

    async def _read_once(self, method: str, path: str, needs: str, **content: Any) -> Any:
        timeout = httpx.Timeout(self._longest_patience_s, connect=self._patience_s, read=self._patience_s)
        began_s = self._clock.monotonic()
        try:
            answer = self._unquoted(
                await exchange(self._reading, self._clock, method, path, timeout=timeout, **content)
            )
        except (httpx.RequestError, AnswerTooLarge) as error:
            if isinstance(error, httpx.ReadTimeout):
                self._patience_s = min(2 * self._patience_s, self._longest_patience_s)
            lost = no_answer("Intercom", error)
        else:
            usual_s = max(FIRST_PATIENCE_S, 3 * (self._clock.monotonic() - began_s))
            self._patience_s = min(self._patience_s, usual_s)
            return await self._judged(answer, needs)
        # Raised outside: the library's error remembers the request, and that the token.
        raise lost

    async def _change(self, method: str, path: str, body: Json) -> Any:
        try:
            answer = await self._write(method, path, body)
        except (httpx.RequestError, AnswerTooLarge) as error:
            lost = no_answer("Intercom", error)
        else:
            return await self._judged(answer, permissions.WRITE_CONVERSATIONS)
        raise lost

    async def _write(self, method: str, path: str, body: Json) -> Answer:
        await self._pace.turn(background=False)
        answer = self._unquoted(await exchange(self._sending, self._clock, method, path, json=body))
        self._pace.learn(answer.headers)
        return answer

    def _unquoted(self, answer: Answer) -> Answer:
        """Without the token, which proxies and providers repeat in refusals and headers: both are shown or kept."""
        told = httpx.Headers([(name, self._clean(value)) for name, value in answer.headers.multi_items()])
        body = answer.body
        if not answer.is_success:
            for form in self._forms():
                body = body.replace(form.encode(), "…".encode())
        return replace(answer, headers=told, body=body)

    def _clean(self, quoted: str) -> str:
        for form in self._forms():
            quoted = quoted.replace(form, "…")
        return quoted.encode("ascii", "replace").decode()

    def _forms(self) -> tuple[str, str]:
        """As it stands in the header, and as it would stand in an address."""
        return self._secret(), quote(self._secret(), safe="")

    async def _judged(self, answer: Answer, needs: str) -> Any:
        self._pace.learn(answer.headers)
        if answer.is_success:
            return await answers.content(answer)
        error = answers.error_of(answer, needs)
        if answer.status == 429:
            error.retry_after_s = self.pause_after(answer)
        raise error

    def pause_after(self, answer: Answer) -> float:
        """Seconds to wait after a 429; background work waits from now on."""
        return self._pace.throttled(answer.headers)

    def _pause_s(self, tried: int) -> float:
        return FIRST_PAUSE_S * 2.0**tried * (0.8 + 0.4 * self._jitter())


def _piece(identifier: str) -> str:
    """An id as one piece of a path, whatever is in it."""
    return quote(identifier, safe="")
