"""Meta's error codes as provider error kinds (Meta, "Error codes", read 2026-11-22)."""

from __future__ import annotations

import re
from collections.abc import Callable

from desktop.channels.shared.message_patterns import kind_of_text
from desktop.ports import ProviderErrorKind

CODES = {
    **dict.fromkeys((0, 190), ProviderErrorKind.SIGNED_OUT),
    **dict.fromkeys((3, 10, 131005, *range(200, 300)), ProviderErrorKind.FORBIDDEN),
    **dict.fromkeys((4, 80007, 130429, 132069), ProviderErrorKind.THROTTLED),
    131056: ProviderErrorKind.PAIR_THROTTLED,
    **dict.fromkeys((131047, 470), ProviderErrorKind.WINDOW_CLOSED),
    131026: ProviderErrorKind.UNREACHABLE,
    131050: ProviderErrorKind.OPTED_OUT,
    **dict.fromkeys((131021, 131062), ProviderErrorKind.BAD_ADDRESS),
    **dict.fromkeys((132000, 132001, 132005, 132007, 132008, 132012, 132018), ProviderErrorKind.TEMPLATE_INVALID),
    # 131058: Meta's own sample template goes out from its test numbers alone.
    **dict.fromkeys((131058, 132015, 132016, 132068), ProviderErrorKind.TEMPLATE_UNAVAILABLE),
    **dict.fromkeys((368, 130472, 130497, 131031, 131048, 131049, 131063, 131064), ProviderErrorKind.POLICY),
    131042: ProviderErrorKind.BILLING,
    **dict.fromkeys((131030, 131037, 131045, 133010, 133016), ProviderErrorKind.SENDER),
    **dict.fromkeys((131052, 131053), ProviderErrorKind.FILE),
    33: ProviderErrorKind.GONE,
    **dict.fromkeys((1, 2, 131000, 131016, 131057, 133004), ProviderErrorKind.BUSY),
    **dict.fromkeys((100, 131008, 131009, 134100, 134101, 134102), ProviderErrorKind.MALFORMED),
    **dict.fromkeys((131051, 137000), ProviderErrorKind.REJECTED),
    # Meta does not know either: "generic user error".
    135000: ProviderErrorKind.UNKNOWN,
}

AMBIGUOUS_CODES = frozenset({100, 131008, 131009, 135000})
"""Codes of many reasons, which only the text tells apart."""


def kind_of_code(code: int, message: str = "") -> ProviderErrorKind | None:
    """None for an unknown code. message: everything that Meta says beside it."""
    by_text = kind_of_text(message) if code in AMBIGUOUS_CODES else None
    return by_text or CODES.get(code)


def kind_of_description(
    description: str, kind_of_code: Callable[[int, str], ProviderErrorKind | None] = kind_of_code
) -> tuple[ProviderErrorKind, str]:
    """Kind and code of a late failure that comes as a text only: `(#131047) Re-engagement message`."""
    for code in re.findall(r"(?<!\d)\d{3,6}(?!\d)", description):
        kind = kind_of_code(int(code), description) if int(code) > 300 else None
        if kind is not None:
            return kind, code
    return ProviderErrorKind.UNKNOWN, ""
