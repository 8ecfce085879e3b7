"""Placeholders of macros: filled with the contact's values, a fallback or a visible blank. No widgets."""

from __future__ import annotations

import re

from desktop.domain.content.template import value_of
from desktop.domain.model.facts import Contact

_PLACEHOLDER = re.compile(r"\{\{([^{}|]*)([^{}]*)\}\}")
_FALLBACK = re.compile(r"""\|\s*fallback\s*:\s*["“”]([^"“”]*)""")
_PARTS = re.compile(r"[_.\s]+")
_CONTACT_PREFIX = re.compile(r"(?:user|lead|contact|customer|person)\.", re.IGNORECASE)
# Characters that nobody writes to a customer, so that a match is always one of our blanks.
_BLANK = re.compile(r"⟦([^⟦⟧]*)⟧")


def fill(text: str, contact: Contact | None) -> str:
    """Replace placeholders: `Hi {{first_name}}` becomes `Hi Jennifer`, or `Hi ⟦first name⟧` if no value is known."""

    def replacement(match: re.Match[str]) -> str:
        key = _CONTACT_PREFIX.sub("", match[1].strip(), count=1)
        known = value_of(contact, key) if contact is not None else ""
        fallback = _FALLBACK.match(match[2])
        missing = " ".join(filter(None, _PARTS.split(key))) or "value"
        return re.sub("[⟦⟧]", "", known) or (fallback[1] if fallback else "") or f"⟦{missing}⟧"

    return _PLACEHOLDER.sub(replacement, text)


def first_blank(text: str) -> re.Match[str] | None:
    """Return the match of the first blank; group 1 is the name of the missing value."""
    return _BLANK.search(text)
