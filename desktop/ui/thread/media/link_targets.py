"""Addresses of links: where one really leads, and what speaks against opening it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from PySide6.QtCore import QUrl

from desktop.ui.thread.media import file_names

LONGEST = 8_000
_SCHEMES = ("http", "https", "mailto", "tel")
_ENCODED = QUrl.ComponentFormattingOption.FullyEncoded
_HOST = re.compile(r"(?:[\w-]{1,63}\.){1,8}[^\W\d_][\w-]{1,62}")


@dataclass(frozen=True, slots=True)
class Lead:
    """Something that can be followed. named: a host that the words before it speak of, "" for none. file_name: of an
    attachment as its sender called it."""

    address: str
    named: str = ""
    file_name: str = ""


def target(address: str) -> QUrl | None:
    """What may be opened: a whole http(s), mailto or tel address. None for everything else, and for an address with
    letters that nobody sees."""
    address = address.strip()
    if len(address) > LONGEST or "\\" in address or any(_is_unseen(c) for c in address):
        return None
    url = QUrl(address)
    if not url.isValid() or url.scheme() not in _SCHEMES:
        return None
    if url.scheme() in ("http", "https") and not url.host():
        return None
    return url


def place(url: QUrl) -> str:
    """Where it leads: the host in plain ASCII letters, or who is written to or called."""
    return url.host(_ENCODED) or url.path()


def pretends(lead: Lead, url: QUrl) -> str:
    """Another host than the true one that the words or the address itself speak of; "" for none."""
    true = _plain(place(url))
    if lead.named and not _same(_plain(lead.named), true):
        return lead.named
    if url.scheme() in ("http", "https") and url.userInfo():
        return url.userName() or url.userInfo()
    host = _in_letters(url.host(_ENCODED))
    return host if _mixes_scripts(host) else ""


def tip(lead: Lead) -> str:
    """What a link says of itself before anybody follows it."""
    url = target(lead.address)
    if url is None:
        return "This address is not opened: it is no whole web, mail or telephone address."
    other = pretends(lead, url)
    shown = url.toString(_ENCODED)
    shown = shown if len(shown) <= 300 else f"{shown[:297]}…"
    says = f"Says {other}, but leads to {place(url)}" if other else f"Leads to {place(url)}"
    return f"{says}\n{shown}"


def named_before(words: str) -> str:
    """The last host that the words before a link speak of; "" for none."""
    seen = "".join(c for c in words[-300:] if unicodedata.category(c) != "Cf")
    hosts = [found.group() for found in _HOST.finditer(seen) if not file_names.is_one(found.group())]
    return hosts[-1] if hosts else ""


def _is_unseen(letter: str) -> bool:
    return letter.isspace() or unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Zl", "Zp")


def _plain(host: str) -> str:
    return QUrl(f"http://{host}").host(_ENCODED).removeprefix("www.")


def _in_letters(host: str) -> str:
    """As it is written; Qt leaves the odd ones in ASCII."""
    try:
        return host.encode("ascii").decode("idna")
    except UnicodeError:
        return host


def _same(named: str, true: str) -> bool:
    """The same host, or one below it."""
    return not named or named == true or true.endswith(f".{named}")


def _mixes_scripts(host: str) -> bool:
    scripts = {unicodedata.name(c, "?").split()[0] for c in host if c.isalpha()}
    return len(scripts) > 1
