"""Calling a provider: reads are repeated with growing pauses, sends never; each way a call can end is told apart."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

import httpx

from desktop.channels.shared import loose_json
from desktop.channels.shared.http import (
    NEVER_LEFT,
    READ_TIMEOUT_S,
    Answer,
    AnswerTooLarge,
    Credential,
    InPath,
    LearningClock,
    Token,
    exchange,
    no_answer,
    reading_client,
    sending_client,
)
from desktop.channels.shared.sentences import sentence
from desktop.domain.content.files import FilePlan, FileProblem, FileRefusal, FileRoute, inspect_file, plan_file
from desktop.ports import (
    DirectMessage,
    NotSent,
    OutcomeUnknown,
    OutgoingFile,
    ProviderError,
    ProviderErrorKind,
    Refused,
)

REPEATS = {
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

_NOTHING_SETTLED = frozenset(
    {ProviderErrorKind.BUSY, ProviderErrorKind.TIMED_OUT, ProviderErrorKind.UNKNOWN, ProviderErrorKind.BAD_ANSWER}
)
_PASSES = frozenset(
    {
        ProviderErrorKind.OFFLINE,
        ProviderErrorKind.TIMED_OUT,
        ProviderErrorKind.BUSY,
        ProviderErrorKind.THROTTLED,
        ProviderErrorKind.PAIR_THROTTLED,
    }
)


@dataclass(frozen=True, slots=True)
class Fault:
    """A provider's refusal. code, said: in its own words. request_id: for its support.

    retry_after_s: set only when the request was surely not processed and may be repeated after that pause.
    pause_s: how long reads should wait, when the provider says so.
    """

    kind: ProviderErrorKind
    code: str = ""
    said: str = ""
    request_id: str = ""
    retry_after_s: float | None = None
    pause_s: float | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """A good answer to a send. content: its JSON."""

    content: Any


Sent = Taken | Refused | NotSent | OutcomeUnknown
"""How one send ended, before the good answer has been read."""

_USUAL_HEADERS = frozenset({"host", "content-length"})


class Caller:
    """One provider through one credential.

    judge: what an answer other than 2xx means, from its status, headers and JSON (None when it is none).
    secret: the credential's, in whatever form it goes; nothing that the provider quotes of it is shown.
    """

    def __init__(
        self,
        provider: str,
        base_url: str,
        credential: Credential,
        clock: LearningClock,
        judge: Callable[[Answer, Any], Fault],
        secret: Token,
        *,
        headers: Mapping[str, str] | None = None,
        read_timeout_s: float = READ_TIMEOUT_S,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._provider = provider
        self._reading = reading_client(base_url, credential, headers or {}, read_timeout_s)
        self._sending = sending_client(base_url, credential, headers or {}, read_timeout_s)
        self._clock = clock
        self._judge = judge
        self._credential = credential
        self._secret = secret
        self._jitter = jitter

    async def aclose(self) -> None:
        await self._reading.aclose()
        await self._sending.aclose()

    # --- reading -------------------------------------------------------------------------------------------------

    async def read(self, path: str, *, method: str = "GET", **content: Any) -> Any:
        """The JSON of a good answer. method: POST where a provider's question is one. Raises ProviderError."""
        return await self.content(await self.fetch(path, method=method, **content))

    async def fetch(self, path: str, *, method: str = "GET", **content: Any) -> Answer:
        """A good answer, or the redirect that stands for one. Raises ProviderError."""
        tried = 0
        while True:
            try:
                return await self._once(self._reading, method, path, content)
            except ProviderError as error:
                pause_s = self._pause_s(tried) if error.retry_after_s is None else error.retry_after_s
                if tried >= REPEATS.get(error.kind, 0) or pause_s > LONGEST_WAIT_S:
                    raise
            tried += 1
            await self._clock.sleep(pause_s)

    async def once(self, path: str, *, method: str = "GET", **content: Any) -> Any:
        """As `read`, but asked a single time."""
        return await self.content(await self._once(self._sending, method, path, content))

    async def content(self, answer: Answer) -> Any:
        """The JSON of a good answer. Raises ProviderError for what is none."""
        if answer.is_success:
            try:
                return await loose_json.parsed(answer.body)
            except (ValueError, RecursionError):
                pass
        raise self.error(ProviderErrorKind.BAD_ANSWER)

    def error(self, kind: ProviderErrorKind) -> ProviderError:
        return ProviderError(kind, self.words(kind))

    def words(self, kind: ProviderErrorKind, *, code: str = "", said: str = "") -> str:
        """The sentence for the agent; the provider's own words lose whatever is secret."""
        return sentence(kind, self._provider, code=self._clean(code), said=self._clean(said))

    def _clean(self, quoted: str) -> str:
        for secret in _forms(self._credential, self._secret):
            quoted = quoted.replace(secret, "…")
        return quoted

    async def _once(self, client: httpx.AsyncClient, method: str, path: str, content: Mapping[str, Any]) -> Answer:
        try:
            answer = await exchange(client, self._clock, method, path, **content)
        except (httpx.RequestError, AnswerTooLarge) as error:
            lost = no_answer(self._provider, error)
        else:
            return self._judged(answer)
        # Raised outside: the library's error remembers the request, and that the credential.
        raise lost

    def _judged(self, answer: Answer) -> Answer:
        if answer.is_success or answer.status in (302, 303, 307):
            return answer
        fault = self._fault(answer)
        raise ProviderError(
            fault.kind,
            self.words(fault.kind, code=fault.code, said=fault.said),
            request_id=self._clean(fault.request_id),
            retry_after_s=fault.pause_s if fault.retry_after_s is None else fault.retry_after_s,
        )

    def _fault(self, answer: Answer) -> Fault:
        fault = self._judge(answer, loose_json.parse_small(answer.body))
        return replace(fault, retry_after_s=_bounded(fault.retry_after_s), pause_s=_bounded(fault.pause_s))

    def _pause_s(self, tried: int) -> float:
        return FIRST_PAUSE_S * 2.0**tried * (0.8 + 0.4 * self._jitter())

    # --- sending -------------------------------------------------------------------------------------------------

    async def send(self, path: str, **content: Any) -> Sent:
        """One POST that may put words before a customer. Never raises for the wire."""
        try:
            answer = await exchange(self._sending, self._clock, "POST", path, **content)
        except NEVER_LEFT:
            return NotSent(self.words(ProviderErrorKind.OFFLINE), OFFLINE_PAUSE_S)
        except httpx.RequestError as error:
            # Read time-outs, resets, garbage: it may have been processed.
            return OutcomeUnknown(type(error).__name__)
        except AnswerTooLarge:
            return OutcomeUnknown("AnswerTooLarge")
        if not answer.is_success:
            return self._refusal(answer)
        try:
            return Taken(await loose_json.parsed(answer.body))
        except (ValueError, RecursionError):
            return OutcomeUnknown(f"HTTP {answer.status} with an unreadable answer")

    def _refusal(self, answer: Answer) -> Refused | NotSent | OutcomeUnknown:
        fault = self._fault(answer)
        words = self.words(fault.kind, code=fault.code, said=fault.said)
        if answer.status == 429 or fault.retry_after_s is not None:
            named = (p for p in (fault.retry_after_s, fault.pause_s) if p is not None)
            return NotSent(words, next(named, THROTTLED_PAUSE_S))
        if 400 <= answer.status < 500 and answer.status != 408 and fault.kind is not ProviderErrorKind.BUSY:
            return Refused(fault.kind, words)
        if answer.status >= 500 and fault.code and fault.kind not in _NOTHING_SETTLED:
            # A reason of its own that we know, under a status that by itself would settle nothing.
            return Refused(fault.kind, words)
        return OutcomeUnknown(f"HTTP {answer.status}" + (f", code {self._clean(fault.code)}" if fault.code else ""))


def _bounded(pause_s: float | None) -> float | None:
    return None if pause_s is None else min(pause_s, LONGEST_PAUSE_S)


def _forms(credential: Credential, secret: Token) -> Iterator[str]:
    """The secret as providers may quote it: bare, as it stands in the address or header, or only its secret half."""
    yield secret.reveal()
    yield quote(secret.reveal(), safe="")
    if isinstance(credential, httpx.Auth):
        flow = credential.auth_flow(httpx.Request("GET", "http://localhost"))
        yield from (value.split()[-1] for name, value in next(flow).headers.items() if name not in _USUAL_HEADERS)
    elif isinstance(credential, InPath):
        # What stands before the colon is a bot's public id.
        yield credential.token.reveal().partition(":")[2] or credential.token.reveal()


def planned(route: FileRoute, out: DirectMessage) -> tuple[FilePlan, OutgoingFile] | None:
    """How the file of a message goes on a route, and the file as the provider is told of it; None without a file."""
    if out.file is None:
        return None
    plan = plan_file(route, inspect_file(out.file.name, out.file.content_type, out.file.data), has_text=bool(out.text))
    return plan, replace(out.file, name=plan.name, content_type=plan.content_type)


def trouble_of_file(refusal: FileRefusal) -> ProviderErrorKind:
    return ProviderErrorKind.TOO_LARGE if refusal.problem is FileProblem.TOO_MANY_BYTES else ProviderErrorKind.FILE


def form_part(file: OutgoingFile) -> tuple[str, bytes, str]:
    """A planned file as one part of a form: name, bytes, type."""
    return file.name, file.data, file.content_type


def before_sending(error: ProviderError) -> Refused | NotSent:
    """How a send ends when what had to be done before it failed: an upload, a look at the template."""
    if error.kind in _PASSES:
        return NotSent(error.sentence, error.retry_after_s or OFFLINE_PAUSE_S)
    return Refused(error.kind, error.sentence)


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


def header_pause_s(answer: Answer) -> float | None:
    """`Retry-After` in seconds; None where it is missing or a date."""
    found = loose_json.number(answer.headers.get("Retry-After"))
    return None if found is None else float(found)
