"""What a provider's refusal or failure says of the chat it was about."""

from __future__ import annotations

from desktop.domain.contrary import ContraryKind
from desktop.domain.model.facts import ChannelKind
from desktop.ports import ProviderErrorKind

_KINDS = {
    ProviderErrorKind.WINDOW_CLOSED: ContraryKind.EXPIRED,
    ProviderErrorKind.UNREACHABLE: ContraryKind.UNREACHABLE,
    ProviderErrorKind.BAD_ADDRESS: ContraryKind.UNREACHABLE,
    ProviderErrorKind.OPTED_OUT: ContraryKind.OPTED_OUT,
    ProviderErrorKind.POLICY: ContraryKind.ACCOUNT,
    ProviderErrorKind.BILLING: ContraryKind.ACCOUNT,
    ProviderErrorKind.SENDER: ContraryKind.ACCOUNT,
    ProviderErrorKind.SIGNED_OUT: ContraryKind.ACCOUNT,
    ProviderErrorKind.FORBIDDEN: ContraryKind.ACCOUNT,
    ProviderErrorKind.THROTTLED: ContraryKind.TEMPORARY,
    ProviderErrorKind.PAIR_THROTTLED: ContraryKind.TEMPORARY,
    ProviderErrorKind.BUSY: ContraryKind.TEMPORARY,
    ProviderErrorKind.OFFLINE: ContraryKind.TEMPORARY,
    ProviderErrorKind.TIMED_OUT: ContraryKind.TEMPORARY,
    ProviderErrorKind.UNKNOWN: ContraryKind.UNKNOWN,
}


def kind_of(error: ProviderErrorKind, channel: ChannelKind) -> ContraryKind | None:
    """None where the message itself was at fault (its template, file, size or form): that says nothing of the chat."""
    kind = _KINDS.get(error)
    # Only text messages know STOP and START; elsewhere the customer blocked us or took no marketing, until they write.
    if kind is ContraryKind.OPTED_OUT and channel is not ChannelKind.SMS:
        return ContraryKind.UNREACHABLE
    return kind
