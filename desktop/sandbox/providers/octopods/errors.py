"""Octopods' errors: HTTP 400 with codes that differ by API family (article "API error reference")."""

from __future__ import annotations

import uuid
from typing import Literal

from desktop.sandbox.providers.http import ProviderError

Family = Literal["WA", "Int", "SMS", "VBM", "TG"]

# name -> family -> code
CODES: dict[str, dict[Family, int]] = {
    "ARGUMENT_MISSING": {"WA": 1, "Int": 1, "SMS": 1, "VBM": 1, "TG": 1},
    "TYPE_MISMATCH": {"WA": 2, "Int": 2, "VBM": 2, "TG": 4},
    "EMPTY_BODY": {"SMS": 2, "TG": 2},
    "TEMPLATE_NOT_EXIST": {"WA": 3, "VBM": 3},
    "VARIABLES_SIZE": {"WA": 4, "VBM": 4},
    "PHONE_INVALID": {"WA": 5, "SMS": 3, "VBM": 5},
    "DEPRECATED_API_KEY": {"WA": 6, "SMS": 5},
    "INVALID_HEADER": {"WA": 8, "VBM": 8},
    "VARIABLES_SHAPE": {"WA": 9},
    "INVALID_STATUS": {"WA": 10},
}
_TEXTS = {
    "ARGUMENT_MISSING": "A required argument is missing.",
    "TYPE_MISMATCH": "An argument has the wrong type.",
    "EMPTY_BODY": "The message body is empty.",
    "TEMPLATE_NOT_EXIST": "Message Template does not exist.",
    "VARIABLES_SIZE": "The number of message variables does not match the template.",
    "PHONE_INVALID": "Invalid Phone number",
    "DEPRECATED_API_KEY": "Deprecated API Key. Please go to your Octopods App, and get your new API Key",
    "INVALID_HEADER": "The header attachment is invalid.",
    "VARIABLES_SHAPE": "message_variables must be an object for a template with header, footer or button variables.",
    "INVALID_STATUS": "Invalid status.",
}


class Errors:
    """Creates error answers, each with a request id of its own."""

    def __init__(self) -> None:
        self._made = 0

    def request_id(self) -> str:
        self._made += 1
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"octopods request {self._made}"))

    def by_name(self, family: Family, name: str, text: str = "") -> ProviderError:
        return self.make(400, CODES[name].get(family, 1), text or _TEXTS[name])

    def make(self, status: int, code: int | None, text: str) -> ProviderError:
        body = {"request_id": self.request_id(), "error": text}
        return ProviderError(status, body if code is None else {**body, "error_code": code})


def usual_text(family: Family, code: int) -> str:
    """The usual message of a code in a family."""
    for name, codes in CODES.items():
        if codes.get(family) == code:
            return _TEXTS[name]
    return "Something went wrong."
