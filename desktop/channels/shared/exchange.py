"""What a request and its response are made of: the token, how it is sent, the response, and the server's time.

The HTTP library is not imported here: nothing is sent before the first request, and it takes as long to import as all
of the channels. `http` imports it.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Protocol

import msgspec

from desktop.domain.model.reason import make_reason
from desktop.ports import Clock, InvalidValue
from desktop.ports.reasons import AccountReason

READ_TIMEOUT_S = 30.0
MAX_RESPONSE_BYTES = 64_000_000


class LearningClock(Clock, Protocol):
    """A clock that learns the servers' time from the `Date` header of each response."""

    def learn(self, date_header: str, sent_monotonic: float, received_monotonic: float) -> None:
        """Learn from one response. sent_monotonic, received_monotonic: when the request was sent and answered."""
        ...


class Token:
    """A secret that only `reveal` returns. Raises InvalidValue, without quoting it, for what no header could carry."""

    __slots__ = ("_secret",)

    def __init__(self, secret: str) -> None:
        secret = secret.strip()
        if not secret or not secret.isascii() or not secret.isprintable() or " " in secret:
            # Such a header would be quoted in full by the HTTP library's error.
            raise InvalidValue(make_reason(AccountReason.TOKEN_FORM))
        self._secret = secret

    def reveal(self) -> str:
        """Return the secret."""
        return self._secret

    def __repr__(self) -> str:
        return "Token(…)"

    def __reduce__(self) -> str:
        raise TypeError("a token is not written anywhere")


class ResponseTooLarge(Exception):
    """The response body was longer than `MAX_RESPONSE_BYTES` and was not read to its end."""


class HttpResponse(msgspec.Struct, frozen=True):
    """A response of any status, read to its end."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_success(self) -> bool:
        """Whether the status is 2xx."""
        return 200 <= self.status < 300


class HeaderCredential:
    """Adds a token to a header of each request; it is in no client's default headers and follows no redirect."""

    def __init__(self, name: str, token: Token, prefix: str = "") -> None:
        self._name = name
        self.token = token
        self._prefix = prefix

    @property
    def header(self) -> tuple[str, str]:
        """The header's name and value."""
        return self._name, self._prefix + self.token.reveal()


class BasicCredential:
    """HTTP Basic authentication with a token as the password."""

    def __init__(self, user: str, token: Token) -> None:
        self._user = user
        self.token = token

    @property
    def header(self) -> tuple[str, str]:
        """The header's name and value."""
        pair = b64encode(f"{self._user}:{self.token.reveal()}".encode()).decode("ascii")
        return "Authorization", f"Basic {pair}"


class PathCredential:
    """Replaces `MARK` in a path by a token, below everything that logs or keeps an address."""

    MARK = "__token__"

    def __init__(self, token: Token) -> None:
        self.token = token


class BodyCredential:
    """A token that the adapter puts into the body of its requests; None where the server asks for none."""

    def __init__(self, token: Token | None) -> None:
        self.token = token


Credential = Token | HeaderCredential | BasicCredential | PathCredential | BodyCredential
"""A bare token is sent as `Authorization: Bearer`."""


def is_loopback(host: str) -> bool:
    """Whether a host name is this computer."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
