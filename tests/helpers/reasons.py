"""Reasons for tests that only need to know one again."""

from __future__ import annotations

from desktop.domain.model.reason import STORED_TEXT, Reason, make_reason


def said(text: str) -> Reason:
    """A reason that is shown as this text."""
    return make_reason(STORED_TEXT, text=text)
