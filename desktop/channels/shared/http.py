"""HTTP for every provider: clients with bounds on time and size, tokens that stay hidden, and the server's time."""

from __future__ import annotations

import asyncio
import logging
import ssl
from base64 import b64encode
from collections.abc import AsyncIterator, Generator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy
from ipaddress import ip_address
from typing import Any, Protocol
from urllib.request import getproxies, proxy_bypass

import httpx
import truststore

from desktop import __version__
from desktop.ports import Clock, ProviderError, ProviderErrorKind

CONNECT_TIMEOUT_S = 10.0
READ_TIMEOUT_S = 30.0
LARGEST_ANSWER_BYTES = 64_000_000
DEADLINE_IN_READS = 2.0
"""Time for a whole request, in read time-outs. Those count from byte to byte, so that an answer that trickles never
meets one."""

SLOWEST_BYTES_S = 50_000.0
"""What moves at least this fast is given the time it takes beyond that: a large file on a slow line."""

NEVER_LEFT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)
"""Failures after which surely no byte of the request has left."""


_CODINGS = ("", "identity", "gzip", "deflate")
"""Each unfolds to at most about a thousand times its size, so that a piece off the wire stays below 70 MB; packed
twice, or by brotli, it would not."""


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


class InHeader(httpx.Auth):
    """Puts a token into one header of each request, so that it lies in no client's headers and follows no redirect."""

    def __init__(self, name: str, token: Token, prefix: str = "") -> None:
        self._name = name
        self.token = token
        self._prefix = prefix

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers[self._name] = self._prefix + self.token.reveal()
        yield request


class AsPassword(httpx.Auth):
    """HTTP Basic, with a token as the password."""

    def __init__(self, user: str, token: Token) -> None:
        self._user = user
        self.token = token

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        pair = b64encode(f"{self._user}:{self.token.reveal()}".encode()).decode("ascii")
        request.headers["Authorization"] = f"Basic {pair}"
        yield request


class InPath:
    """Puts a token where `MARK` stands in a path, below everything that logs or remembers an address."""

    MARK = "__token__"

    def __init__(self, token: Token) -> None:
        self.token = token


Credential = Token | InHeader | AsPassword | InPath
"""A bare token goes as `Authorization: Bearer`."""


def reading_client(
    base_url: str, credential: Credential, headers: Mapping[str, str], read_timeout_s: float = READ_TIMEOUT_S
) -> httpx.AsyncClient:
    return _client(base_url, credential, headers, read_timeout_s, httpx.Limits(max_connections=16))


def sending_client(
    base_url: str, credential: Credential, headers: Mapping[str, str], read_timeout_s: float = READ_TIMEOUT_S
) -> httpx.AsyncClient:
    """Keeps no connection alive: one that died while idle would leave it open whether a message was sent."""
    limits = httpx.Limits(max_connections=8, max_keepalive_connections=0)
    return _client(base_url, credential, headers, read_timeout_s, limits)


async def exchange(client: httpx.AsyncClient, clock: LearningClock, method: str, path: str, **content: Any) -> Answer:
    """One request and its whole answer, whatever its status; teaches `clock`. Nothing is repeated.

    Raises httpx.RequestError and AnswerTooLarge. A request that is not over at its deadline ends in httpx.ReadTimeout,
    whatever it was doing: it may have been processed.
    """
    try:
        request = client.build_request(method, path, **content)
    except httpx.InvalidURL:
        # Such as one with a page's mark of 100,000 letters.
        raise httpx.UnsupportedProtocol("the address cannot be asked") from None
    try:
        async with asyncio.timeout(None) as deadline:
            return await _exchanged(client, clock, request, deadline)
    except TimeoutError:
        raise httpx.ReadTimeout("the whole of it took too long", request=request) from None


async def _exchanged(
    client: httpx.AsyncClient, clock: LearningClock, request: httpx.Request, deadline: asyncio.Timeout
) -> Answer:
    upload_bytes = int(request.headers.get("Content-Length", "0"))
    until = asyncio.get_running_loop().time() + DEADLINE_IN_READS * (client.timeout.read or READ_TIMEOUT_S)
    deadline.reschedule(until + upload_bytes / SLOWEST_BYTES_S)
    sent = clock.monotonic()
    async with _answered(client, request) as response:
        if "Date" in response.headers:
            clock.learn(response.headers["Date"], sent, clock.monotonic())
        if response.headers.get("Content-Encoding", "identity").strip().lower() not in _CODINGS:
            raise httpx.DecodingError("packed in a way that was not asked for", request=response.request)
        body = bytearray()
        async for piece in response.aiter_bytes():
            body += piece
            if len(body) > LARGEST_ANSWER_BYTES:
                raise AnswerTooLarge
            deadline.reschedule(until + (upload_bytes + len(body)) / SLOWEST_BYTES_S)
        return Answer(response.status_code, response.headers, bytes(body))


@asynccontextmanager
async def _answered(client: httpx.AsyncClient, request: httpx.Request) -> AsyncIterator[httpx.Response]:
    try:
        response = await client.send(request, stream=True)
    except httpx.InvalidURL:
        # The library reads where an answer leads even if it is not to go there.
        raise httpx.DecodingError("the answer leads nowhere", request=request) from None
    try:
        yield response
    finally:
        await response.aclose()


def no_answer(provider: str, error: httpx.RequestError | AnswerTooLarge) -> ProviderError:
    """What to tell the agent when there was no answer to read: what happened and the next step."""
    if isinstance(error, AnswerTooLarge):
        return ProviderError(ProviderErrorKind.TOO_LARGE, f"{provider}'s answer is too large to read.")
    if isinstance(error, httpx.PoolTimeout | httpx.ReadTimeout | httpx.WriteTimeout):
        slow = "The network may be slow; try again in a moment."
        return ProviderError(ProviderErrorKind.TIMED_OUT, f"{provider} did not answer in time. {slow}")
    if isinstance(error, httpx.TransportError) and not isinstance(error, httpx.UnsupportedProtocol):
        return ProviderError(ProviderErrorKind.OFFLINE, _why_not_reached(provider, error))
    return ProviderError(ProviderErrorKind.BAD_ANSWER, f"{provider}'s answer could not be read.")


def _why_not_reached(provider: str, error: httpx.TransportError) -> str:
    if isinstance(error, httpx.ProxyError):
        return _why_proxy(provider, str(error))
    if _has_cause(error, ssl.SSLCertVerificationError):
        return (
            f"The connection to {provider} is not secure: this computer does not trust the certificate it is shown. "
            "Mostly a company's proxy that reads the traffic, or a wrong clock, is the reason. Check this computer's "
            "date and time; else ask your IT department to install the proxy's certificate on it."
        )
    if _has_cause(error, ssl.SSLError):
        return (
            f"No secure connection to {provider}: something in between answers in its place. If this network wants a "
            "sign-in, open any page in a browser and sign in; else check the proxy settings of this computer."
        )
    if isinstance(error, httpx.ConnectTimeout):
        return f"{provider} could not be reached in time. Check the network connection; if it is slow, try again."
    if not isinstance(error, httpx.ConnectError):
        return f"The connection to {provider} broke off. Try again."
    if _goes_by_proxy(error):
        return (
            f"{provider} cannot be reached: the proxy that this computer is told to use does not answer. "
            "Check the network connection and the proxy settings of this computer."
        )
    return f"{provider} cannot be reached. Check the network connection."


def _why_proxy(provider: str, said: str) -> str:
    """said: the proxy's status and reason, as the library quotes them; only the number is shown."""
    status = said[:3] if said[:3].isdecimal() else ""
    if status == "407":
        return (
            f"This network's proxy wants a sign-in before it lets Reachline reach {provider} (407). Put your user name "
            "and password into the proxy settings of this computer, or ask your IT department."
        )
    code = f" ({status})" if status else ""
    return (
        f"This network's proxy does not let Reachline reach {provider}{code}. Check the proxy settings of this "
        f"computer, or ask your IT department to allow {provider}."
    )


class _TokenInPath(httpx.AsyncBaseTransport):
    """The request that errors and logs know keeps the mark; only its copy on the wire has the token."""

    def __init__(self, token: Token, inner: httpx.AsyncBaseTransport) -> None:
        self.token = token
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        path = request.url.raw_path.replace(InPath.MARK.encode(), self.token.reveal().encode(), 1)
        real = httpx.Request(
            request.method,
            request.url.copy_with(raw_path=path),
            headers=request.headers,
            stream=request.stream,
            extensions=request.extensions,
        )
        return await self._inner.handle_async_request(real)

    async def aclose(self) -> None:
        await self._inner.aclose()


def _client(
    base_url: str,
    credential: Credential,
    headers: Mapping[str, str],
    read_timeout_s: float,
    limits: httpx.Limits,
) -> httpx.AsyncClient:
    for library in ("httpx", "httpcore"):
        # They log addresses at INFO and headers at DEBUG, and both can hold a token.
        logging.getLogger(library).setLevel(logging.WARNING)
    trusted = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    transport = None
    if isinstance(credential, InPath):
        # The library leaves the system's proxy out for a transport of one's own.
        below = httpx.AsyncHTTPTransport(verify=trusted, limits=limits, trust_env=False, proxy=_proxy(base_url))
        transport = _TokenInPath(credential.token, below)
    return httpx.AsyncClient(
        base_url=base_url,
        auth=_auth(credential),
        headers={
            "Accept": "application/json",
            "Accept-Encoding": "gzip, deflate",
            "User-Agent": f"Reachline/{__version__}",
            **headers,
        },
        # None is kept: what one answer sets, no later request carries.
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        timeout=httpx.Timeout(read_timeout_s, connect=min(CONNECT_TIMEOUT_S, read_timeout_s)),
        limits=limits,
        follow_redirects=False,
        verify=trusted,
        # What runs on this computer is never behind the company's proxy.
        trust_env=not is_loopback(httpx.URL(base_url).host),
        transport=transport,
    )


def _auth(credential: Credential) -> httpx.Auth | None:
    if isinstance(credential, Token):
        return InHeader("Authorization", credential, "Bearer ")
    return credential if isinstance(credential, httpx.Auth) else None


def _proxy(base_url: str) -> str | None:
    """The system's proxy for this host."""
    url = httpx.URL(base_url)
    if is_loopback(url.host) or proxy_bypass(url.host):
        return None
    known = getproxies()
    found = known.get(url.scheme) or known.get("all")
    return found if found is None or "://" in found else f"http://{found}"


def is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _goes_by_proxy(error: httpx.RequestError) -> bool:
    try:
        return _proxy(str(error.request.url)) is not None
    except RuntimeError:
        # The library did not say which request it was.
        return False


def _has_cause(error: BaseException | None, kind: type[BaseException]) -> bool:
    while error is not None:
        if isinstance(error, kind):
            return True
        error = error.__cause__ or error.__context__
    return False
