"""Contrary: what a provider's refusal or failure says of the chat it was about, in the domain's words."""

from __future__ import annotations

from desktop.domain.contrary import ContraryKind
from desktop.domain.model.facts import ChannelKind
from desktop.ports import Trouble

_KINDS = {
    Trouble.WINDOW_CLOSED: ContraryKind.EXPIRED,
    Trouble.UNREACHABLE: ContraryKind.UNREACHABLE,
    Trouble.BAD_ADDRESS: ContraryKind.UNREACHABLE,
    Trouble.OPTED_OUT: ContraryKind.OPTED_OUT,
    Trouble.POLICY: ContraryKind.ACCOUNT,
    Trouble.BILLING: ContraryKind.ACCOUNT,
    Trouble.SENDER: ContraryKind.ACCOUNT,
    Trouble.SIGNED_OUT: ContraryKind.ACCOUNT,
    Trouble.FORBIDDEN: ContraryKind.ACCOUNT,
    Trouble.THROTTLED: ContraryKind.TEMPORARY,
    Trouble.PAIR_THROTTLED: ContraryKind.TEMPORARY,
    Trouble.BUSY: ContraryKind.TEMPORARY,
    Trouble.OFFLINE: ContraryKind.TEMPORARY,
    Trouble.TIMED_OUT: ContraryKind.TEMPORARY,
    Trouble.UNKNOWN: ContraryKind.UNKNOWN,
}


def kind_of(trouble: Trouble, channel: ChannelKind) -> ContraryKind | None:
    """None where the message itself was at fault (its template, file, size or form): that says nothing of the chat."""
    kind = _KINDS.get(trouble)
    # Only text messages know STOP and START; elsewhere the customer blocked us or took no marketing, until they write.
    if kind is ContraryKind.OPTED_OUT and channel is not ChannelKind.SMS:
        return ContraryKind.UNREACHABLE
    return kind
