"""Links of the scheme `reachline:`, which any web page can make the system open with any text in them."""

from __future__ import annotations

import re
from collections.abc import Iterable

_PLACE = re.compile(r"reachline:(?://)?(conversation|contact)/([A-Za-z0-9_-]{1,64})/?", re.IGNORECASE)
_LINK = re.compile(r"reachline:[\x21-\x7e]{0,2000}", re.IGNORECASE)


def find_link(arguments: Iterable[str]) -> str | None:
    """Return the first argument that is a link, "" for one that is malformed; None where there is none.

    Where there is one, everything else on the command line may have come out of it (Windows puts a link's text into a
    command line as it is, quotation marks included), so nothing else may be read.
    """
    for argument in arguments:
        if argument.strip().lower().startswith("reachline:"):
            return validated_link(argument.strip())
    return None


def validated_link(text: str) -> str:
    """Return the link, or "" for text that does not have the form of one."""
    return text if _LINK.fullmatch(text) else ""


def place_of(link: str) -> tuple[str, str] | None:
    """What a link leads to: ("conversation" or "contact", Intercom's id of it); None for a link to no place."""
    found = _PLACE.fullmatch(link)
    return None if found is None else (found[1].lower(), found[2])
