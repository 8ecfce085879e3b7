"""A subscription to a provider's webhooks, its notifications, and the attempts to deliver them."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, NamedTuple
from urllib.parse import urlsplit

from desktop.sandbox.model.settings import WebhookProvider

Json = dict[str, Any]
LOOPBACK = ("127.0.0.1", "localhost", "::1")
_REMEMBERED = 1_000  # notifications of each subscription in its log


class Request(NamedTuple):
    """An HTTP request to a subscriber."""

    url: str
    headers: dict[str, str]
    body: bytes = b""
    method: str = "POST"


class Outcome(NamedTuple):
    """What became of a request: an answer's status, or why there is none.

    error: `connect` if nobody accepted the connection, `timeout`, or `closed` in the middle.
    """

    status: int | None = None
    error: Literal["", "connect", "timeout", "closed"] = ""
    reason: str = ""  # the phrase beside the status
    retry_after_s: float | None = None
    body: bytes = b""

    @property
    def is_success(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


@dataclass(slots=True)
class Attempt:
    """One request. at: Unix seconds. outcome: None while it is under way."""

    at: float
    url: str = ""
    outcome: Outcome | None = None


@dataclass(slots=True, eq=False)
class Delivery:
    """One notification for one subscription.

    id: the same for all attempts, and for a copy that is sent twice. content: what it tells, in the provider's JSON.
    state: `given_up` after the last attempt that the provider makes; `lost` without any attempt, by a fault.
    ignored_answers: number of answers that a fault takes for none. is_copy: of one that a fault sends twice.
    """

    id: str
    topic: str
    content: Any
    created_at: float
    attempts: list[Attempt] = field(default_factory=list)
    state: Literal["waiting", "delivered", "given_up", "lost"] = "waiting"
    ignored_answers: int = 0
    is_copy: bool = False

    def describe(self) -> Json:
        attempts = [
            {"at": a.at, "url": a.url, "status": a.outcome and a.outcome.status, "error": a.outcome and a.outcome.error}
            for a in self.attempts
        ]
        return {
            "id": self.id,
            "topic": self.topic,
            "created_at": self.created_at,
            "state": self.state,
            "attempts": attempts,
        }


class Subscription:
    """Base of the providers' subscriptions: how a notification is sent, and what follows from the answer.

    ended: why nothing is sent any more: `gone`, `suspended`, `removed`, `replaced`; "" while it lives.
    closed_until: Unix seconds; nothing is sent before.
    ready: notifications to send now. held: by the fault `reorder`. log: the newest notifications, oldest first.
    """

    provider: ClassVar[WebhookProvider]
    in_order: ClassVar[bool] = False  # one at a time, and a failed one holds up the others

    def __init__(self, subscription_id: str, address: str) -> None:
        """Raise ValueError for an address that is not on this computer."""
        check_address(address)
        self.id = subscription_id
        self.address = address
        self.ended = ""
        self.closed_until = 0.0
        self.in_flight = 0
        self.ready: deque[Delivery] = deque()
        self.held: list[Delivery] = []
        self.log: deque[Delivery] = deque(maxlen=_REMEMBERED)

    def request(self, delivery: Delivery) -> Request:
        """The signed request of the newest attempt."""
        raise NotImplementedError

    def accepts(self, outcome: Outcome) -> bool:
        """Whether the provider takes this answer for a receipt."""
        return outcome.is_success

    def on_receipt(self, delivery: Delivery) -> None:
        """Called after the subscriber's receipt."""

    def next_attempt(self, delivery: Delivery, outcome: Outcome, now: float) -> float | None:
        """Unix seconds of the attempt after a failed one; None to give up. now: when the failed one began."""
        raise NotImplementedError

    def is_wanted(self, delivery: Delivery, now: float) -> bool:
        """Whether the notification should still be sent."""
        return True

    def settle(self, delivery: Delivery) -> None:
        """Called when nothing more is sent of this notification."""

    def settings(self) -> Json:
        """What it was made with, without secrets."""
        return {}

    def describe(self) -> Json:
        counts = {
            state: sum(d.state == state for d in self.log) for state in ("waiting", "delivered", "given_up", "lost")
        }
        return {
            "id": self.id,
            "provider": self.provider,
            "address": self.address,
            "ended": self.ended,
            "closed_until": self.closed_until,
            **counts,
            **self.settings(),
        }


def check_address(address: str) -> None:
    """Raise ValueError for anything but a web address on this computer: nothing of the sandbox leaves it."""
    if not isinstance(address, str) or not is_here(address):
        raise ValueError(f"{address!r} is no web address on this computer")


def is_here(address: str) -> bool:
    """Whether it is a web address on this computer."""
    try:
        parts = urlsplit(address)
        return parts.scheme in ("http", "https") and parts.hostname in LOOPBACK and (parts.port or 1) > 0
    except ValueError:
        return False
