"""WhatsApp's spelling of telephone numbers, and its business-scoped user ids (BSUID).

Sources: Meta, "Phone numbers" and "Business-scoped user IDs" (read November 2026); the Brazilian and Mexican forms
follow field reports: that some area codes keep the 9 is a tendency there and a rule here.
"""

from __future__ import annotations

import re

_TWO_DIGITS = (
    "20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 "
    "81 82 84 86 90 91 92 93 94 95 98"
)
_TWO_DIGIT_CODES = set(_TWO_DIGITS.split())
_NINE_KEPT = {*map(str, range(11, 20)), "21", "22", "24", "27", "28"}
_BSUID = re.compile(r"[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}")


def is_bsuid(address: str) -> bool:
    return _BSUID.fullmatch(address) is not None


def calling_code(phone: str) -> str:
    """The country calling code of an E.164 number, without the `+`."""
    number = phone.lstrip("+")
    if number[0] in "17":
        return number[0]
    return number[:2] if number[:2] in _TWO_DIGIT_CODES else number[:3]


def wa_id(phone: str) -> str:
    """WhatsApp's id of a number: its digits, for Brazil and Mexico in the numbering plan of older accounts."""
    number = "".join(c for c in phone if c.isdigit())
    if re.fullmatch(r"52\d{10}", number):
        return "521" + number[2:]
    if re.fullmatch(r"55\d{2}9\d{8}", number) and number[2:4] not in _NINE_KEPT:
        return number[:4] + number[5:]
    return number


def dialled_number(to: str, own: str) -> str:
    """The number that Meta sends to: without a `+`, the calling code of the business number `own` is prepended."""
    number = "".join(c for c in to if c.isdigit())
    return "+" + (number if to.strip().startswith("+") else calling_code(own) + number)
