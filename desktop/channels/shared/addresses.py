"""Customers' addresses as the providers take them."""

from __future__ import annotations

import re

from desktop.domain.identity.customer import phone_key

MAX_PHONE_DIGITS = 15
WHATSAPP_USER_ID = re.compile(r"[A-Za-z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}")
"""The id of a customer who hides their number (`US.1349…`)."""


def to_e164(address: str) -> str:
    """A full phone number as `+E.164`; "" for any other address.

    A number without its `+` would be completed by our own country's code.
    """
    digits = phone_key(address)
    return f"+{digits}" if digits and len(digits) <= MAX_PHONE_DIGITS else ""
