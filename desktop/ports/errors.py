"""Errors of providers, with one set of kinds for all of them."""

from __future__ import annotations

from enum import StrEnum


class ProviderErrorKind(StrEnum):
    """Why a provider could not be reached or refused; the same kinds for every provider."""

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

    # Kinds of direct channels; `channels.shared.error_sentences` has the sentence and next step for each.
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

    sentence: for the agent: what happened and what to do. request_id: the provider's, for its support.
    retry_after_s: when the provider named a pause. merged_into: with MERGED, the id of the record that remains.
    """

    def __init__(
        self,
        kind: ProviderErrorKind,
        sentence: str,
        *,
        request_id: str = "",
        retry_after_s: float | None = None,
        merged_into: str = "",
    ) -> None:
        super().__init__(f"{kind}: {sentence}" + (f" (request {request_id})" if request_id else ""))
        self.kind = kind
        self.sentence = sentence
        self.request_id = request_id
        self.retry_after_s = retry_after_s
        self.merged_into = merged_into
