"""Macro filling: placeholders become what the contact says, their fallback, or a blank that is seen. No widgets."""

from __future__ import annotations

import re

from desktop.domain.content.template import value_of
from desktop.domain.model.facts import Contact

_PLACEHOLDER = re.compile(r"\{\{([^{}|]*)([^{}]*)\}\}")
_FALLBACK = re.compile(r"""\|\s*fallback\s*:\s*["“”]([^"“”]*)""")
_PARTS = re.compile(r"[_.\s]+")
_OF_CONTACT = re.compile(r"(?:user|lead|contact|customer|person)\.", re.IGNORECASE)
# Signs that nobody writes to a customer, so that what is found is a blank of ours.
_BLANK = re.compile(r"⟦([^⟦⟧]*)⟧")


def fill(text: str, contact: Contact | None) -> str:
    """`Hi {{first_name}}` as `Hi Jennifer`, or as `Hi ⟦first name⟧` where nothing says it. contact: None for nobody."""

    def value(found: re.Match[str]) -> str:
        key = _OF_CONTACT.sub("", found[1].strip(), count=1)
        known = value_of(contact, key) if contact is not None else ""
        fallback = _FALLBACK.match(found[2])
        missing = " ".join(filter(None, _PARTS.split(key))) or "value"
        return re.sub("[⟦⟧]", "", known) or (fallback[1] if fallback else "") or f"⟦{missing}⟧"

    return _PLACEHOLDER.sub(value, text)


def first_blank(text: str) -> re.Match[str] | None:
    """What is still to be filled in; group 1: what is missing."""
    return _BLANK.search(text)
