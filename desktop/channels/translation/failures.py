"""What both services' refusals mean, and the reasons for them."""

from __future__ import annotations

from desktop.channels.shared.error_reasons import failure_reason
from desktop.channels.shared.provider_client import Describe, Fault
from desktop.domain.model.reason import Reason, make_reason
from desktop.ports import ProviderErrorKind
from desktop.ports.translation import TranslationReason

QUOTA, NO_KEY, LANGUAGE = "quota", "no key", "language"
"""Codes of our own for a `Fault`, since neither service has any."""

_BY_CODE = {
    QUOTA: TranslationReason.QUOTA_USED_UP,
    NO_KEY: TranslationReason.KEY_NEEDED,
    LANGUAGE: TranslationReason.LANGUAGE_REFUSED,
}
_BY_KIND = {
    ProviderErrorKind.SIGNED_OUT: TranslationReason.KEY_REFUSED,
    ProviderErrorKind.GONE: TranslationReason.NOT_THE_SERVICE,
    ProviderErrorKind.BAD_ANSWER: TranslationReason.NOT_THE_SERVICE,
}


def describe_for(provider: str) -> Describe:
    """Makes the reasons of one service: settings and limits of translation are elsewhere than those of channels."""

    def describe(fault: Fault) -> Reason:
        code = _BY_CODE.get(fault.code) or _BY_KIND.get(fault.kind)
        if code is not None:
            return make_reason(code, provider=provider)
        return failure_reason(fault.kind, provider, message=fault.message)

    return describe
