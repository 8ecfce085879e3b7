"""Intercom's error answers as an exception."""

from __future__ import annotations


class IntercomError(Exception):
    """An error answer: HTTP status, code, message and field of the error list, and extra headers."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        field: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.field = field
        self.headers = headers or {}


def invalid(message: str, field: str | None = None) -> IntercomError:
    return IntercomError(400, "parameter_invalid", message, field)


def not_found(message: str = "Resource Not Found") -> IntercomError:
    return IntercomError(404, "not_found", message)
