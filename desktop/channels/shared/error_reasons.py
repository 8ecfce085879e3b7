"""The reason for a failure of a provider, with the provider's own words where they add something."""

from __future__ import annotations

from desktop.domain.model.reason import NO_REASON, Reason, join_reasons, make_reason
from desktop.ports import ProviderErrorKind
from desktop.ports.reasons import ProviderReason

# Kinds that cover so much that the provider's own message helps.
_QUOTED = frozenset(
    {
        ProviderErrorKind.FORBIDDEN,
        ProviderErrorKind.GONE,
        ProviderErrorKind.REJECTED,
        ProviderErrorKind.BAD_ADDRESS,
        ProviderErrorKind.TEMPLATE_INVALID,
        ProviderErrorKind.TEMPLATE_UNAVAILABLE,
        ProviderErrorKind.POLICY,
        ProviderErrorKind.BILLING,
        ProviderErrorKind.SENDER,
        ProviderErrorKind.FILE,
        ProviderErrorKind.MALFORMED,
        ProviderErrorKind.UNKNOWN,
    }
)
MAX_QUOTE_LENGTH = 200


def failure_reason(kind: ProviderErrorKind, provider: str, *, code: str = "", message: str = "") -> Reason:
    """What happened and what to do, then the provider's own message, where it adds something, and its code."""
    return join_reasons(
        make_reason(kind, provider=provider), quote(provider, message if kind in _QUOTED else "", code=code)
    )


def quote(provider: str, message: str, *, code: str = "") -> Reason:
    """The provider's own words, on one line and of bounded length; no reason where there are none."""
    words = " ".join(message.split()).rstrip(".")
    if len(words) > MAX_QUOTE_LENGTH:
        words = words[: MAX_QUOTE_LENGTH - 1] + "…"
    if words and code:
        return make_reason(ProviderReason.SAYS_WITH_CODE, provider=provider, detail=words, code=code)
    if words:
        return make_reason(ProviderReason.SAYS, provider=provider, detail=words)
    return make_reason(ProviderReason.GIVES_CODE, provider=provider, code=code) if code else NO_REASON
