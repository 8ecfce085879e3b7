"""Twilio's error codes in the words we share with every provider (Twilio, "Errors", read 2026-11-22)."""

from __future__ import annotations

from desktop.ports import Trouble

CODES = {
    20003: Trouble.SIGNED_OUT,
    20404: Trouble.GONE,
    **dict.fromkeys((20429, 21611, 30001, 63017, 63018, 63038), Trouble.THROTTLED),
    21211: Trouble.BAD_ADDRESS,
    **dict.fromkeys((21212, 21408, 21603, 21606, 21703), Trouble.SENDER),
    # STOP by SMS; refused by the handset or its network; blocked on WhatsApp.
    **dict.fromkeys((21610, 30004, 63033), Trouble.OPTED_OUT),
    **dict.fromkeys((21612, 21614, 30003, 30005, 30006, 63003, 63024), Trouble.UNREACHABLE),
    21617: Trouble.TOO_LARGE,
    **dict.fromkeys((21620, 21623), Trouble.FILE),
    **dict.fromkeys((21654, 21655, 21656, 63027, 63028), Trouble.TEMPLATE_INVALID),
    **dict.fromkeys((63040, 63041, 63042), Trouble.TEMPLATE_UNAVAILABLE),
    30002: Trouble.BILLING,
    **dict.fromkeys((30007, 63032, 63049, 63051), Trouble.POLICY),
    30008: Trouble.UNKNOWN,
    **dict.fromkeys((30022, 30034, 63001, 63007, 63015, 63020), Trouble.SENDER),
    30036: Trouble.EXPIRED,
    **dict.fromkeys((63005, 63013, 63021), Trouble.REJECTED),
    63016: Trouble.WINDOW_CLOSED,
}
