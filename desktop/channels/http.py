"""HTTP for every provider: clients with bounds on time and size, tokens that stay hidden, and the server's time."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, Protocol

import httpx
import truststore

from desktop import __version__
from desktop.ports import ChannelTrouble, Clock, Trouble

CONNECT_TIMEOUT_S = 10.0
READ_TIMEOUT_S = 30.0
LARGEST_ANSWER_BYTES = 64_000_000

NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
"""Failures after which surely no byte of the request has left."""


class LearningClock(Clock, Protocol):
    """A clock that is told the `Date` of each answer; times by its own `monotonic`."""

    def learn(self, date_header: str, sent_monotonic: float, received_monotonic: float) -> None: ...


class Token:
    """A secret that shows itself only to `reveal`. Raises ValueError, without it, for what no header could carry."""

    __slots__ = ("_secret",)

    def __init__(self, secret: str) -> None:
        secret = secret.strip()
        if not secret or not secret.isascii() or not secret.isprintable() or " " in secret:
            # Such a header would be quoted in full by the HTTP library's error.
            raise ValueError("this cannot be a token: it is empty or holds spaces or foreign characters")
        self._secret = secret

    def reveal(self) -> str:
        return self._secret

    def __repr__(self) -> str:
        return "Token(…)"

    def __reduce__(self) -> str:
        raise TypeError("a token is not written anywhere")


class AnswerTooLarge(Exception):
    """The answer was longer than `LARGEST_ANSWER_BYTES` and was left unread."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer of any status."""

    status: int
    headers: httpx.Headers
    body: bytes

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300


def reading_client(
    base_url: str, token: Token, headers: Mapping[str, str], read_timeout_s: float = READ_TIMEOUT_S
) -> httpx.AsyncClient:
    return _client(base_url, token, headers, read_timeout_s, httpx.Limits(max_connections=8))


def sending_client(
    base_url: str, token: Token, headers: Mapping[str, str], read_timeout_s: float = READ_TIMEOUT_S
) -> httpx.AsyncClient:
    """Keeps no connection alive: one that died while idle would leave it open whether a message was sent."""
    limits = httpx.Limits(max_connections=4, max_keepalive_connections=0)
    return _client(base_url, token, headers, read_timeout_s, limits)


async def exchange(client: httpx.AsyncClient, clock: LearningClock, method: str, path: str, **content: Any) -> Answer:
    """One request and its whole answer, whatever its status; teaches `clock`. Nothing is repeated.

    Raises httpx.RequestError and AnswerTooLarge.
    """
    sent = clock.monotonic()
    async with client.stream(method, path, **content) as response:
        if "Date" in response.headers:
            clock.learn(response.headers["Date"], sent, clock.monotonic())
        body = bytearray()
        async for piece in response.aiter_bytes():
            body += piece
            if len(body) > LARGEST_ANSWER_BYTES:
                raise AnswerTooLarge
        return Answer(response.status_code, response.headers, bytes(body))


def no_answer(provider: str, error: httpx.RequestError | AnswerTooLarge) -> ChannelTrouble:
    """What to tell the agent when there was no answer to read."""
    if isinstance(error, AnswerTooLarge):
        return ChannelTrouble(Trouble.TOO_LARGE, f"{provider}'s answer is too large to read.")
    if _is_distrust(error):
        sentence = f"The connection to {provider} is not secure: this computer does not trust its certificate."
        return ChannelTrouble(Trouble.OFFLINE, sentence)
    if isinstance(error, NEVER_LEFT) and not isinstance(error, httpx.PoolTimeout):
        return ChannelTrouble(Trouble.OFFLINE, f"{provider} cannot be reached. Check the network connection.")
    if isinstance(error, httpx.TimeoutException):
        return ChannelTrouble(Trouble.TIMED_OUT, f"{provider} did not answer in time.")
    if isinstance(error, httpx.TransportError) and not isinstance(error, httpx.UnsupportedProtocol):
        return ChannelTrouble(Trouble.OFFLINE, f"The connection to {provider} broke off.")
    return ChannelTrouble(Trouble.BAD_ANSWER, f"{provider}'s answer could not be read.")


class _Bearer(httpx.Auth):
    """Puts the token on each request, so that it lies in no client's headers and follows no redirect."""

    def __init__(self, token: Token) -> None:
        self._token = token

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Authorization"] = f"Bearer {self._token.reveal()}"
        yield request


def _client(
    base_url: str, token: Token, headers: Mapping[str, str], read_timeout_s: float, limits: httpx.Limits
) -> httpx.AsyncClient:
    for library in ("httpx", "httpcore"):
        # They log addresses at INFO and headers at DEBUG, and both can hold a token.
        logging.getLogger(library).setLevel(logging.WARNING)
    return httpx.AsyncClient(
        base_url=base_url,
        auth=_Bearer(token),
        headers={"Accept": "application/json", "User-Agent": f"Reachline/{__version__}", **headers},
        timeout=httpx.Timeout(read_timeout_s, connect=min(CONNECT_TIMEOUT_S, read_timeout_s)),
        limits=limits,
        follow_redirects=False,
        verify=truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
        # What runs on this computer is never behind the company's proxy.
        trust_env=not _is_loopback(httpx.URL(base_url).host),
    )


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _is_distrust(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False
