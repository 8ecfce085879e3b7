"""HTTP client of one provider account: reads are retried with growing pauses, sends are made once, and every failure
becomes a `ProviderError` or the outcome of a send."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypedDict, Unpack
from urllib.parse import quote

import msgspec
from msgspec.structs import replace

from desktop.channels.shared import loose_json
from desktop.channels.shared.error_reasons import failure_reason
from desktop.channels.shared.exchange import (
    READ_TIMEOUT_S,
    BodyCredential,
    Credential,
    HttpResponse,
    LearningClock,
    PathCredential,
    ResponseTooLarge,
    Token,
)
from desktop.channels.shared.rate_limit import RateLimiter
from desktop.domain.model.reason import NO_REASON, Reason
from desktop.ports import NotSent, OutcomeUnknown, ProviderError, ProviderErrorKind, Refused, Upload

if TYPE_CHECKING:
    import httpx

MAX_RETRIES = {
    ProviderErrorKind.BUSY: 3,
    ProviderErrorKind.THROTTLED: 3,
    ProviderErrorKind.PAIR_THROTTLED: 3,
    ProviderErrorKind.OFFLINE: 2,
    ProviderErrorKind.TIMED_OUT: 1,
}
FIRST_PAUSE_S = 0.5
LONGEST_WAIT_S = 30.0
"""A pause longer than this is handed to the caller instead of being sat out."""

LONGEST_PAUSE_S = 3600.0
"""Whatever a provider asks for: it may be mistaken, and a pause ends with a new answer anyway."""

OFFLINE_PAUSE_S = 5.0
THROTTLED_PAUSE_S = 10.0
"""Where a provider asks for a pause and does not say how long."""

_HTTP = "desktop.channels.shared.http"
_loaded: set[str] = set()
"""Modules that are imported whole; `sys.modules` also has those under way."""

_LEAVES_OUTCOME_OPEN = frozenset(
    {ProviderErrorKind.BUSY, ProviderErrorKind.TIMED_OUT, ProviderErrorKind.UNKNOWN, ProviderErrorKind.BAD_ANSWER}
)


class Fault(msgspec.Struct, frozen=True):
    """A provider's refusal. code, message: in its own words. request_id: for its support.

    retry_after_s: set only when the request was surely not processed and may be repeated after that pause.
    pause_s: how long reads should wait, when the provider says so.
    merged_into: with MERGED, the id of the record that answers now; with another kind, of one that is there already.
    """

    kind: ProviderErrorKind
    code: str = ""
    message: str = ""
    request_id: str = ""
    retry_after_s: float | None = None
    pause_s: float | None = None
    merged_into: str = ""


class SendResponse(msgspec.Struct, frozen=True):
    """A good answer to a send. content: its JSON."""

    status: int
    content: Any


SendResult = SendResponse | Refused | NotSent | OutcomeUnknown
"""How one send ended, before the good answer has been read."""

Describe = Callable[[Fault], Reason]
"""Makes the reason for a refusal."""

DescribeFailure = Callable[[ProviderErrorKind, str, str], Reason]
"""`ProviderClient.describe`: the reason for a kind of failure, the provider's code and its message."""


class ClientOptions(TypedDict, total=False):
    """read_timeout_s: the longest time between two bytes of an answer. jitter: a number in [0, 1) for each pause."""

    read_timeout_s: float
    jitter: Callable[[], float]


class AdaptiveTimeout:
    """Time-out for the first byte of an answer.

    It starts short, so that a server which accepts and never answers is soon known for that, and doubles with each
    time-out up to `longest_s`, so that one which is only slow is heard all the same.
    """

    def __init__(self, first_s: float, longest_s: float) -> None:
        self._first_s = first_s
        self._longest_s = longest_s
        self.current_s = min(first_s, longest_s)

    def for_request(self) -> httpx.Timeout:
        """The time-out for the next request."""
        import httpx

        return httpx.Timeout(self._longest_s, connect=self.current_s, read=self.current_s)

    def record_timeout(self) -> None:
        """Allow the next request more time."""
        self.current_s = min(2 * self.current_s, self._longest_s)

    def record_answer(self, took_s: float) -> None:
        """Return to shorter time-outs after an answer."""
        self.current_s = min(self.current_s, max(self._first_s, 3 * took_s))


class ProviderClient:
    """One provider through one credential.

    classify: what an answer other than 2xx means, from its status, headers and JSON (None when it is none).
    describe: the reason for a refusal; by default the one that all providers share.
    rate_limiter: asked before each request, and told each answer's headers.
    first_read_timeout_s: for the first byte of a read, see `AdaptiveTimeout`; None: the client's own time-out.
    retry_within_s: a read that failed after longer than this is not retried at once: somebody waits to be told.

    Nothing that a provider quotes of the credential, in whatever form, gets into an error or an outcome.
    """

    def __init__(
        self,
        provider: str,
        base_url: str,
        credential: Credential,
        clock: LearningClock,
        classify: Callable[[HttpResponse, Any], Fault],
        *,
        headers: Mapping[str, str] | None = None,
        describe: Describe | None = None,
        rate_limiter: RateLimiter | None = None,
        first_read_timeout_s: float | None = None,
        retry_within_s: float = float("inf"),
        **options: Unpack[ClientOptions],
    ) -> None:
        for library in ("httpx", "httpcore"):
            # These libraries log addresses at INFO and headers at DEBUG, and both can hold a token.
            logging.getLogger(library).setLevel(logging.WARNING)
        read_timeout_s = options.get("read_timeout_s", READ_TIMEOUT_S)
        self._provider = provider
        self._reading: httpx.AsyncClient | None = None
        self._sending: httpx.AsyncClient | None = None
        self._is_closed = False
        self._running_requests = 0
        self._client_options = base_url, credential, headers or {}, read_timeout_s
        self._clock = clock
        self._classify = classify
        self._describe = describe or self._shared_reason
        self._credential = credential
        self._jitter = options.get("jitter", random.random)
        self._rate_limiter = rate_limiter
        self._read_timeout = AdaptiveTimeout(first_read_timeout_s, read_timeout_s) if first_read_timeout_s else None
        self._retry_within_s = retry_within_s

    @property
    def calls_per_minute(self) -> int | None:
        """How many requests a minute the provider allows all who share the credential; None if it did not say."""
        return None if self._rate_limiter is None else self._rate_limiter.per_minute

    async def aclose(self) -> None:
        """Close the connections, at the latest when the requests that use them have ended. A request that comes later
        fails like one without a network.
        """
        self._is_closed = True
        await self._close_unused()

    async def _close_unused(self) -> None:
        # While a connection is being made, the library's client would not close it.
        if self._is_closed and not self._running_requests:
            for client in (self._reading, self._sending):
                if client is not None:
                    await client.aclose()

    # --- errors --------------------------------------------------------------------------------------------------

    def error(self, kind: ProviderErrorKind) -> ProviderError:
        """An error of this provider, with the reason for its kind."""
        return ProviderError(kind, self.describe(kind))

    def describe(self, kind: ProviderErrorKind, code: str = "", message: str = "") -> Reason:
        """The reason for a kind of failure. code, message: the provider's own words."""
        return self._describe(self._cleaned(Fault(kind, code, message)))

    def _shared_reason(self, fault: Fault) -> Reason:
        return failure_reason(fault.kind, self._provider, code=fault.code, message=fault.message)

    def _fault(self, answer: HttpResponse) -> Fault:
        fault = self._classify(answer, loose_json.parse_small(answer.body))
        if answer.status == 429 and self._rate_limiter is not None:
            fault = replace(fault, pause_s=self._rate_limiter.pause_background(answer.headers))
        return self._cleaned(fault)

    def _cleaned(self, fault: Fault) -> Fault:
        """With bounded pauses, and without any form of the credential."""
        return replace(
            fault,
            code=self._redact(fault.code),
            message=self._redact(fault.message),
            request_id=self._redact(fault.request_id),
            merged_into=self._redact(fault.merged_into),
            retry_after_s=_bounded(fault.retry_after_s),
            pause_s=_bounded(fault.pause_s),
        )

    def _redact(self, quoted: str) -> str:
        for secret in _forms(self._credential):
            quoted = quoted.replace(secret, "…")
        return quoted

    # --- reading -------------------------------------------------------------------------------------------------

    async def read(
        self,
        path: str,
        *,
        method: str = "GET",
        background: bool = False,
        describe: Describe | None = None,
        parser: Callable[[bytes], Any] | None = None,
        **content: Any,
    ) -> Any:
        """The JSON of a good answer. Raises ProviderError.

        method: POST where a provider's question is one. background: leaves room in the rate budget for the agent.
        describe: the reason for a refusal of this request. parser: reads a good answer; raises ValueError for one that
            it cannot read.
        """
        retries = 0
        while True:
            if self._rate_limiter is not None:
                await self._rate_limiter.acquire(background=background)
            began_s = self._clock.monotonic()
            try:
                return await self._json(method, path, describe, content, parser, sends=False)
            except ProviderError as error:
                pause_s = self._pause_s(retries) if error.retry_after_s is None else error.retry_after_s
                took_long = self._clock.monotonic() - began_s > self._retry_within_s
                if retries >= MAX_RETRIES.get(error.kind, 0) or pause_s > LONGEST_WAIT_S or took_long:
                    raise
            retries += 1
            await self._clock.sleep(pause_s)

    async def request(self, method: str, path: str, *, describe: Describe | None = None, **content: Any) -> Any:
        """As `read`, for what changes something: made a single time."""
        if self._rate_limiter is not None:
            await self._rate_limiter.acquire(background=False)
        return await self._json(method, path, describe, content, sends=True)

    async def _json(
        self,
        method: str,
        path: str,
        describe: Describe | None,
        content: Mapping[str, Any],
        parser: Callable[[bytes], Any] | None = None,
        *,
        sends: bool,
    ) -> Any:
        await _load_http()
        from desktop.channels.shared import http

        try:
            answer = await self._exchange(method, path, content, sends=sends)
        except http.NO_RESPONSE_ERRORS as error:
            failure = http.no_response_error(self._provider, error)
        else:
            if answer.is_success:
                try:
                    return await loose_json.parse_async(answer.body, parser)
                except (ValueError, RecursionError):
                    pass
            fault = self._fault(answer)
            failure = ProviderError(
                fault.kind,
                (describe or self._describe)(fault),
                request_id=fault.request_id,
                retry_after_s=fault.pause_s if fault.retry_after_s is None else fault.retry_after_s,
                merged_into=fault.merged_into,
            )
        # Raised outside: the libraries' errors remember the request with its credential, and the whole answer.
        raise failure

    async def _exchange(
        self, method: str, path: str, content: Mapping[str, Any], *, sends: bool, upload: Upload | None = None
    ) -> HttpResponse:
        """One request and its answer of any status. Raises `http.NO_RESPONSE_ERRORS`. Call it after `_load_http`."""
        from desktop.channels.shared import http

        if self._is_closed:
            # Nobody would close the connection that it needs.
            raise http.ClientClosed
        if sends:
            client = self._sending = self._sending or http.make_send_client(*self._client_options)
        else:
            client = self._reading = self._reading or http.make_read_client(*self._client_options)
        adaptive = None if sends else self._read_timeout
        timeout = {"timeout": adaptive.for_request()} if adaptive is not None else {}
        began_s = self._clock.monotonic()
        self._running_requests += 1
        try:
            answer = await http.send_request(client, self._clock, method, path, upload, **timeout, **content)
        except http.ReadTimeout:
            if adaptive is not None:
                adaptive.record_timeout()
            raise
        finally:
            self._running_requests -= 1
            await self._close_unused()
        if adaptive is not None:
            adaptive.record_answer(self._clock.monotonic() - began_s)
        if self._rate_limiter is not None:
            self._rate_limiter.update(answer.headers)
        return answer

    def _pause_s(self, retries: int) -> float:
        return FIRST_PAUSE_S * 2.0**retries * (0.8 + 0.4 * self._jitter())

    # --- sending -------------------------------------------------------------------------------------------------

    async def send(
        self, path: str, *, describe: Describe | None = None, upload: Upload | None = None, **content: Any
    ) -> SendResult:
        """One POST that may put a message before a customer. Never raises for the wire."""
        if self._rate_limiter is not None:
            await self._rate_limiter.acquire(background=False)
        await _load_http()
        from desktop.channels.shared import http

        try:
            answer = await self._exchange("POST", path, content, sends=True, upload=upload)
        except http.UploadStopped:
            return NotSent(NO_REASON, 0.0)
        except http.NOT_SENT_ERRORS:
            return NotSent(self.describe(ProviderErrorKind.OFFLINE), OFFLINE_PAUSE_S)
        except ResponseTooLarge:
            return OutcomeUnknown("AnswerTooLarge")
        except http.NO_RESPONSE_ERRORS as error:
            # Read time-outs, resets, garbage: it may have been processed.
            return OutcomeUnknown(type(error).__name__)
        if not answer.is_success:
            return self._send_refusal(answer, describe or self._describe)
        try:
            return SendResponse(answer.status, await loose_json.parse_async(answer.body))
        except (ValueError, RecursionError):
            return OutcomeUnknown(f"HTTP {answer.status} with an unreadable answer")

    def _send_refusal(self, answer: HttpResponse, describe: Describe) -> Refused | NotSent | OutcomeUnknown:
        fault = self._fault(answer)
        if answer.status == 429 or fault.retry_after_s is not None:
            named = (p for p in (fault.retry_after_s, fault.pause_s) if p is not None)
            return NotSent(describe(fault), next(named, THROTTLED_PAUSE_S))
        if 400 <= answer.status < 500 and answer.status != 408 and fault.kind is not ProviderErrorKind.BUSY:
            return Refused(fault.kind, describe(fault), fault.merged_into)
        if answer.status >= 500 and fault.code and fault.kind not in _LEAVES_OUTCOME_OPEN:
            # A reason of its own that we know, under a status that by itself would settle nothing.
            return Refused(fault.kind, describe(fault))
        return OutcomeUnknown(f"HTTP {answer.status}" + (f", code {fault.code}" if fault.code else ""))


async def _load_http() -> None:
    """Import the HTTP library beside the loop, which the screen runs on too: it takes a good part of a second."""
    if _HTTP not in _loaded:
        await asyncio.to_thread(import_module, _HTTP)
        _loaded.add(_HTTP)


def _bounded(pause_s: float | None) -> float | None:
    return None if pause_s is None else min(pause_s, LONGEST_PAUSE_S)


def _forms(credential: Credential) -> Iterator[str]:
    """The secret as providers may quote it: bare, as it stands in the address or header, or only its secret half."""
    token = credential if isinstance(credential, Token) else credential.token
    if token is None:
        return
    secret = token.reveal()
    yield secret
    yield quote(secret, safe="")
    if isinstance(credential, PathCredential):
        # What stands before the colon is a bot's public id.
        yield secret.partition(":")[2] or secret
    elif not isinstance(credential, Token | BodyCredential):
        _, value = credential.header
        yield value.split()[-1]


def path_segment(identifier: str) -> str:
    """An id as one segment of a path, whatever is in it."""
    return quote(identifier, safe="")


def kind_of_status(status: int) -> ProviderErrorKind:
    """What a status says where the answer holds nothing better."""
    if status >= 500:
        return ProviderErrorKind.BUSY
    if status < 400:
        return ProviderErrorKind.BAD_ANSWER
    return {
        401: ProviderErrorKind.SIGNED_OUT,
        403: ProviderErrorKind.FORBIDDEN,
        404: ProviderErrorKind.GONE,
        408: ProviderErrorKind.TIMED_OUT,
        413: ProviderErrorKind.TOO_LARGE,
        429: ProviderErrorKind.THROTTLED,
    }.get(status, ProviderErrorKind.REJECTED)


def header_pause_s(answer: HttpResponse) -> float | None:
    """`Retry-After` in seconds; None where it is missing or a date."""
    seconds = loose_json.as_number(answer.headers.get("Retry-After"))
    return None if seconds is None else float(seconds)
