"""Twilio's error codes as provider error kinds (Twilio, "Errors", read 2026-11-22)."""

from __future__ import annotations

from desktop.channels.shared.message_patterns import kind_of_text
from desktop.ports import ProviderErrorKind

CODES = {
    20003: ProviderErrorKind.SIGNED_OUT,
    20404: ProviderErrorKind.GONE,
    **dict.fromkeys((20429, 21611, 30001, 30017, 63017, 63018, 63038), ProviderErrorKind.THROTTLED),
    **dict.fromkeys((21211, 21604, 63031), ProviderErrorKind.BAD_ADDRESS),
    # A trial account writes to numbers alone that were confirmed at Twilio.
    **dict.fromkeys((21607, 21608), ProviderErrorKind.FORBIDDEN),
    **dict.fromkeys(
        (21212, 21408, 21601, 21603, 21606, 21616, 21621, 21622, 21657, 21659, 21660), ProviderErrorKind.SENDER
    ),
    # STOP by SMS; refused by the handset or its network; blocked on WhatsApp.
    **dict.fromkeys((21610, 30004, 63014, 63033), ProviderErrorKind.OPTED_OUT),
    **dict.fromkeys((21612, 21614, 30003, 30005, 30006, 30011, 63003, 63024, 63036), ProviderErrorKind.UNREACHABLE),
    **dict.fromkeys((21605, 21617, 21658, 30019), ProviderErrorKind.TOO_LARGE),
    **dict.fromkeys((21620, 21623, 63019, 63025, 63034, 63037), ProviderErrorKind.FILE),
    **dict.fromkeys((21654, 21655, 21656, 63027, 63028, 63030), ProviderErrorKind.TEMPLATE_INVALID),
    **dict.fromkeys((63029, 63040, 63041, 63042), ProviderErrorKind.TEMPLATE_UNAVAILABLE),
    30002: ProviderErrorKind.BILLING,
    **dict.fromkeys((30007, 63026, 63032, 63039, 63049, 63051), ProviderErrorKind.POLICY),
    30008: ProviderErrorKind.UNKNOWN,
    **dict.fromkeys((30022, 30023, 30027, 30032, 30033, 30034, 30035), ProviderErrorKind.SENDER),
    **dict.fromkeys((63001, 63002, 63007, 63008, 63015, 63020, 63022, 63035), ProviderErrorKind.SENDER),
    30036: ProviderErrorKind.EXPIRED,
    **dict.fromkeys((63005, 63006, 63013, 63021), ProviderErrorKind.REJECTED),
    **dict.fromkeys((21730, 63009, 63010, 63011, 63012), ProviderErrorKind.BUSY),
    63016: ProviderErrorKind.WINDOW_CLOSED,
}
FAMILIES = {
    # Of one message's own fields; of a Messaging Service and its numbers; of WhatsApp and other channels.
    216: ProviderErrorKind.REJECTED,
    217: ProviderErrorKind.SENDER,
    630: ProviderErrorKind.REJECTED,
}
"""By a code's first three digits: what the codes have in common that `CODES` does not name."""


def kind_of_code(code: int, message: str = "") -> ProviderErrorKind | None:
    """By the code, else by the message, else by the code's family; None for an unknown code."""
    family = FAMILIES.get(code // 100)
    return CODES.get(code) or (kind_of_text(message) or family if family is not None else None)
