"""HTTP clients with bounds on time and size, whose credentials stay out of logs and errors."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Generator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any

import httpx
import truststore

from desktop import __version__
from desktop.channels.shared.exchange import (
    MAX_RESPONSE_BYTES,
    READ_TIMEOUT_S,
    BasicCredential,
    BodyCredential,
    Credential,
    HeaderCredential,
    HttpResponse,
    LearningClock,
    PathCredential,
    ResponseTooLarge,
    Token,
)
from desktop.channels.shared.system_proxy import find_proxy, is_reached_directly
from desktop.domain.model.reason import Reason, make_reason
from desktop.ports import ProviderError, ProviderErrorKind, Upload
from desktop.ports.reasons import ProviderReason

CONNECT_TIMEOUT_S = 10.0
TIMEOUTS_PER_REQUEST = 2.0
"""The deadline of a whole request, in read time-outs. Those count from byte to byte, so that an answer that trickles
never meets one."""

MIN_BYTES_PER_S = 50_000.0
"""A transfer that moves at least this fast is given the time it takes beyond that: a large file on a slow line."""


PIECE_BYTES = 65_536
"""Of a request whose way out is followed."""


class UploadStopped(Exception):
    """A request was stopped before its last piece left."""


class ClientClosed(httpx.ConnectError):
    """The request was made when its client was closed already."""

    def __init__(self) -> None:
        super().__init__("the client is closed")


NOT_SENT_ERRORS = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)
"""Errors after which surely no byte of the request was sent."""

NO_RESPONSE_ERRORS = (httpx.RequestError, ResponseTooLarge)
ReadTimeout = httpx.ReadTimeout

_CONTENT_ENCODINGS = ("", "identity", "gzip", "deflate")
"""Each decompresses to at most about a thousand times its size, so that a chunk off the wire stays below 70 MB; doubly
compressed, or by brotli, it would not."""


def make_read_client(
    base_url: str, credential: Credential, headers: Mapping[str, str], read_timeout_s: float = READ_TIMEOUT_S
) -> httpx.AsyncClient:
    """A client for requests that may be repeated."""
    return _client(base_url, credential, headers, read_timeout_s, httpx.Limits(max_connections=16))


def make_send_client(
    base_url: str, credential: Credential, headers: Mapping[str, str], read_timeout_s: float = READ_TIMEOUT_S
) -> httpx.AsyncClient:
    """A client without keep-alive: a connection that died while idle would leave it open whether a message was sent."""
    limits = httpx.Limits(max_connections=8, max_keepalive_connections=0)
    return _client(base_url, credential, headers, read_timeout_s, limits)


def make_download_client(base_url: str, read_timeout_s: float = READ_TIMEOUT_S) -> httpx.AsyncClient:
    """A client without a credential, for files at signed addresses. They are asked for as they are: a packed one could
    grow a thousandfold with each piece.
    """
    limits = httpx.Limits(max_connections=8)
    headers = {"Accept": "*/*", "Accept-Encoding": "identity"}
    return _client(base_url, None, headers, read_timeout_s, limits)


async def download(client: httpx.AsyncClient, url: str, max_bytes: int) -> HttpResponse:
    """Get a file, whatever the status. Raises as `send_request`, and `ResponseTooLarge` for more than `max_bytes`."""
    request = _build_request(client, "GET", url)
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(None) as deadline:
            until = loop.time() + TIMEOUTS_PER_REQUEST * (client.timeout.read or READ_TIMEOUT_S)
            deadline.reschedule(until)
            async with _stream(client, request) as response:
                if response.headers.get("Content-Encoding", "identity").strip().lower() not in ("", "identity"):
                    raise httpx.DecodingError("packed, which was not asked for", request=request)
                if _announced_bytes(response) > max_bytes:
                    raise ResponseTooLarge
                body = bytearray()
                async for piece in response.aiter_raw():
                    body += piece
                    if len(body) > max_bytes:
                        raise ResponseTooLarge
                    deadline.reschedule(until + len(body) / MIN_BYTES_PER_S)
                return HttpResponse(response.status_code, response.headers, bytes(body))
    except TimeoutError:
        raise httpx.ReadTimeout("the whole of it took too long", request=request) from None


def _announced_bytes(response: httpx.Response) -> int:
    announced = response.headers.get("Content-Length", "")
    return int(announced) if announced.isascii() and announced.isdecimal() and len(announced) < 19 else 0


async def send_request(
    client: httpx.AsyncClient,
    clock: LearningClock,
    method: str,
    path: str,
    upload: Upload | None = None,
    **content: Any,
) -> HttpResponse:
    """Send one request and read its whole response, whatever the status. Nothing is retried.

    Raises httpx.RequestError, ResponseTooLarge, and UploadStopped where `upload` stopped it. A request that is not over
    at its deadline ends in httpx.ReadTimeout, whatever it was doing: it may have been processed.
    """
    request = _build_request(client, method, path, **content)
    pieces: _Pieces | None = None
    try:
        async with asyncio.timeout(None) as deadline:
            if upload is not None:
                request.stream = pieces = _Pieces(request.content, upload, partial(deadline.reschedule, 0.0))
            return await _receive(client, clock, request, deadline)
    except TimeoutError:
        if pieces is not None and pieces.is_stopped:
            raise UploadStopped from None
        raise httpx.ReadTimeout("the whole of it took too long", request=request) from None


def _build_request(client: httpx.AsyncClient, method: str, url: str, **content: Any) -> httpx.Request:
    try:
        return client.build_request(method, url, **content)
    except httpx.InvalidURL:
        # For example one with a page cursor of 100,000 letters.
        raise httpx.UnsupportedProtocol("the address cannot be asked") from None


class _Pieces(httpx.AsyncByteStream):
    """The body of a request, given out piece by piece as `upload` allows."""

    def __init__(self, body: bytes, upload: Upload, end_request: Callable[[], None]) -> None:
        self._body = body
        self._upload = upload
        self._end_request = end_request
        self.is_stopped = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        self._upload.begin(len(self._body), self._stop)
        for begin in range(0, len(self._body), PIECE_BYTES):
            piece = self._body[begin : begin + PIECE_BYTES]
            if not self._upload.take(begin + len(piece)):
                raise UploadStopped
            yield piece

    def _stop(self) -> None:
        # The network may take no further piece for a long time.
        self.is_stopped = True
        self._end_request()


async def _receive(
    client: httpx.AsyncClient, clock: LearningClock, request: httpx.Request, deadline: asyncio.Timeout
) -> HttpResponse:
    upload_bytes = int(request.headers.get("Content-Length", "0"))
    until = asyncio.get_running_loop().time() + TIMEOUTS_PER_REQUEST * (client.timeout.read or READ_TIMEOUT_S)
    deadline.reschedule(until + upload_bytes / MIN_BYTES_PER_S)
    sent = clock.monotonic()
    async with _stream(client, request) as response:
        if "Date" in response.headers:
            clock.learn(response.headers["Date"], sent, clock.monotonic())
        if response.headers.get("Content-Encoding", "identity").strip().lower() not in _CONTENT_ENCODINGS:
            raise httpx.DecodingError("packed in a way that was not asked for", request=response.request)
        body = bytearray()
        async for piece in response.aiter_bytes():
            body += piece
            if len(body) > MAX_RESPONSE_BYTES:
                raise ResponseTooLarge
            deadline.reschedule(until + (upload_bytes + len(body)) / MIN_BYTES_PER_S)
        return HttpResponse(response.status_code, response.headers, bytes(body))


@asynccontextmanager
async def _stream(client: httpx.AsyncClient, request: httpx.Request) -> AsyncIterator[httpx.Response]:
    try:
        response = await client.send(request, stream=True)
    except httpx.InvalidURL:
        # The library reads where an answer leads even if it is not to go there.
        raise httpx.DecodingError("the answer leads nowhere", request=request) from None
    try:
        yield response
    finally:
        await response.aclose()


def no_response_error(provider: str, error: httpx.RequestError | ResponseTooLarge) -> ProviderError:
    """The error for a request without a readable response: what happened and the next step."""
    if isinstance(error, ResponseTooLarge):
        kind, code = ProviderErrorKind.TOO_LARGE, str(ProviderReason.ANSWER_TOO_LARGE)
    elif isinstance(error, httpx.PoolTimeout | httpx.ReadTimeout | httpx.WriteTimeout):
        kind, code = ProviderErrorKind.TIMED_OUT, str(ProviderErrorKind.TIMED_OUT)
    elif isinstance(error, httpx.ProxyError):
        return ProviderError(ProviderErrorKind.OFFLINE, _proxy_reason(provider, str(error)))
    elif isinstance(error, httpx.TransportError) and not isinstance(error, httpx.UnsupportedProtocol):
        kind, code = ProviderErrorKind.OFFLINE, _why_unreachable(error)
    else:
        kind, code = ProviderErrorKind.BAD_ANSWER, str(ProviderErrorKind.BAD_ANSWER)
    return ProviderError(kind, make_reason(code, provider=provider))


def _why_unreachable(error: httpx.TransportError) -> str:
    if _has_cause(error, ssl.SSLCertVerificationError):
        return ProviderReason.UNTRUSTED_CERTIFICATE
    if _has_cause(error, ssl.SSLError):
        return ProviderReason.INTERCEPTED
    if isinstance(error, httpx.ConnectTimeout):
        return ProviderReason.CONNECT_TIMED_OUT
    if not isinstance(error, httpx.ConnectError):
        return ProviderReason.CONNECTION_BROKE
    return ProviderReason.PROXY_SILENT if _uses_proxy(error) else ProviderErrorKind.OFFLINE


def _proxy_reason(provider: str, quoted: str) -> Reason:
    """quoted: the proxy's status and reason phrase, as the library quotes them; only the number is shown."""
    status = quoted[:3] if quoted[:3].isdecimal() else ""
    if status == "407":
        return make_reason(ProviderReason.PROXY_SIGN_IN, provider=provider)
    if status:
        return make_reason(ProviderReason.PROXY_REFUSES_STATUS, provider=provider, status=status)
    return make_reason(ProviderReason.PROXY_REFUSES, provider=provider)


class _PathTokenTransport(httpx.AsyncBaseTransport):
    """Puts the token into a copy of the request for the wire; the one that errors and logs know keeps the mark."""

    def __init__(self, token: Token, inner: httpx.AsyncBaseTransport) -> None:
        self.token = token
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        path = request.url.raw_path.replace(PathCredential.MARK.encode(), self.token.reveal().encode(), 1)
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
    credential: Credential | None,
    headers: Mapping[str, str],
    read_timeout_s: float,
    limits: httpx.Limits,
) -> httpx.AsyncClient:
    trusted = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    transport = None
    if isinstance(credential, PathCredential):
        # httpx does not use the system's proxy with a custom transport.
        url = httpx.URL(base_url)
        proxy = find_proxy(url.scheme, url.host)
        below = httpx.AsyncHTTPTransport(verify=trusted, limits=limits, trust_env=False, proxy=proxy)
        transport = _PathTokenTransport(credential.token, below)
    return httpx.AsyncClient(
        base_url=base_url,
        auth=_auth(credential),
        headers={
            "Accept": "application/json",
            "Accept-Encoding": "gzip, deflate",
            "User-Agent": f"Reachline/{__version__}",
            **headers,
        },
        # No cookie is kept: what one response sets, no later request carries.
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        timeout=httpx.Timeout(read_timeout_s, connect=min(CONNECT_TIMEOUT_S, read_timeout_s)),
        limits=limits,
        follow_redirects=False,
        verify=trusted,
        trust_env=not is_reached_directly(httpx.URL(base_url).host),
        transport=transport,
    )


class _HeaderAuth(httpx.Auth):
    """Adds the credential's header to each request."""

    def __init__(self, credential: HeaderCredential | BasicCredential) -> None:
        self._credential = credential

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        name, value = self._credential.header
        request.headers[name] = value
        yield request


def _auth(credential: Credential | None) -> httpx.Auth | None:
    if credential is None:
        return None
    if isinstance(credential, Token):
        credential = HeaderCredential("Authorization", credential, "Bearer ")
    return None if isinstance(credential, PathCredential | BodyCredential) else _HeaderAuth(credential)


def _uses_proxy(error: httpx.RequestError) -> bool:
    try:
        return find_proxy(error.request.url.scheme, error.request.url.host) is not None
    except RuntimeError:
        # The library did not say which request it was.
        return False


def _has_cause(error: BaseException | None, kind: type[BaseException]) -> bool:
    while error is not None:
        if isinstance(error, kind):
            return True
        error = error.__cause__ or error.__context__
    return False
