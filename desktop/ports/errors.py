"""Errors of providers, with one set of kinds for all of them."""

from __future__ import annotations

from enum import StrEnum

from desktop.domain.model.reason import Reason


class ProviderErrorKind(StrEnum):
    """Why a provider could not be reached or refused; the same kinds for every provider. As a reason: {provider}."""

    SIGNED_OUT = "signed_out"
    FORBIDDEN = "forbidden"
    GONE = "gone"
    MERGED = "merged"
    REJECTED = "rejected"
    THROTTLED = "throttled"
    TOO_LARGE = "too_large"
    BUSY = "busy"
    BAD_ANSWER = "bad_answer"
    OFFLINE = "offline"
    TIMED_OUT = "timed_out"

    # Kinds of direct channels.
    WINDOW_CLOSED = "window_closed"
    UNREACHABLE = "unreachable"
    OPTED_OUT = "opted_out"
    BAD_ADDRESS = "bad_address"
    TEMPLATE_INVALID = "template_invalid"
    TEMPLATE_UNAVAILABLE = "template_unavailable"
    PAIR_THROTTLED = "pair_throttled"
    POLICY = "policy"
    BILLING = "billing"
    SENDER = "sender"
    FILE = "file"
    EXPIRED = "expired"
    MALFORMED = "malformed"
    UNKNOWN = "unknown"


class ProviderError(Exception):
    """A failed call to a provider.

    reason: what happened and what to do, for people. request_id: the provider's, for its support.
    retry_after_s: when the provider named a pause. merged_into: with MERGED, the id of the record that remains.
    """

    def __init__(
        self,
        kind: ProviderErrorKind,
        reason: Reason,
        *,
        request_id: str = "",
        retry_after_s: float | None = None,
        merged_into: str = "",
    ) -> None:
        super().__init__(f"{kind} (request {request_id})" if request_id else str(kind))
        self.kind = kind
        self.reason = reason
        self.request_id = request_id
        self.retry_after_s = retry_after_s
        self.merged_into = merged_into


class InvalidValue(ValueError):
    """A token, number or id that was typed in has an impossible form.

    reason: what it has to look like. field: "secret", "sender", or a name in `ChannelConfig.ids`.
    """

    def __init__(self, reason: Reason, field: str = "secret") -> None:
        super().__init__(reason.code)
        self.reason = reason
        self.field = field
