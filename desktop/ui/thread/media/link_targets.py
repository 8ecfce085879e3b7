"""Where links really lead, and whether they pretend to lead elsewhere."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import field

from PySide6.QtCore import QUrl

from desktop.domain.model.frozen import frozen
from desktop.domain.model.media import MediaKey
from desktop.text.thread import links as texts
from desktop.ui.thread.media import file_names

MAX_LENGTH = 8_000
_SCHEMES = ("http", "https", "mailto", "tel")
_ENCODED = QUrl.ComponentFormattingOption.FullyEncoded
_HOST = re.compile(r"(?:[\w-]{1,63}\.){1,8}[^\W\d_][\w-]{1,62}")


@frozen
class LinkTarget:
    """A link or an attachment that can be opened.

    claimed_host: a host named by the text before the link, "" for none. file_name: of an attachment, as sent. key: of
    an attachment, whose bytes may be here.
    """

    address: str
    claimed_host: str = ""
    file_name: str = ""
    key: MediaKey | None = field(default=None, compare=False)


def openable_url(address: str) -> QUrl | None:
    """Return the URL of a complete http, https, mailto or tel address; None for everything else and for an address
    with invisible characters."""
    address = address.strip()
    if len(address) > MAX_LENGTH or "\\" in address or any(_is_invisible(c) for c in address):
        return None
    url = QUrl(address)
    if not url.isValid() or url.scheme() not in _SCHEMES:
        return None
    if url.scheme() in ("http", "https") and not url.host():
        return None
    return url


def destination(url: QUrl) -> str:
    """Return the host in ASCII (Punycode), or the mail address or telephone number."""
    return url.host(_ENCODED) or url.path()


def pretended_host(target: LinkTarget, url: QUrl) -> str:
    """Return a host that the text or the address itself claims and that is not the real one; "" for none."""
    real_host = _normalized(destination(url))
    if target.claimed_host and not _is_same_or_subdomain(_normalized(target.claimed_host), real_host):
        return target.claimed_host
    if url.scheme() in ("http", "https") and url.userInfo():
        return url.userName() or url.userInfo()
    host = _decode_host(url.host(_ENCODED))
    return host if _mixes_scripts(host) else ""


def tooltip(target: LinkTarget) -> str:
    """Return where a link leads, and what it pretends."""
    url = openable_url(target.address)
    if url is None:
        return texts.NOT_OPENED()
    claimed, real = pretended_host(target, url), destination(url)
    shown = url.toString(_ENCODED)
    shown = shown if len(shown) <= 300 else f"{shown[:297]}…"
    says = (texts.SAYS_BUT_LEADS_TO if claimed else texts.LEADS_TO)(claimed=claimed, destination=real)
    return f"{says}\n{shown}"


def host_in_text(text: str) -> str:
    """Return the last host named in the text before a link; "" for none."""
    visible = "".join(c for c in text[-300:] if unicodedata.category(c) != "Cf")
    hosts = [h for h in (match.group() for match in _HOST.finditer(visible)) if not file_names.is_file_name(h)]
    return hosts[-1] if hosts else ""


def _is_invisible(char: str) -> bool:
    return char.isspace() or unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp")


def _normalized(host: str) -> str:
    return QUrl(f"http://{host}").host(_ENCODED).removeprefix("www.")


def _decode_host(host: str) -> str:
    """Return the host in Unicode, also where Qt leaves it in Punycode."""
    try:
        return host.encode("ascii").decode("idna")
    except UnicodeError:
        return host


def _is_same_or_subdomain(claimed: str, real: str) -> bool:
    return not claimed or claimed == real or real.endswith(f".{claimed}")


def _mixes_scripts(host: str) -> bool:
    scripts = {unicodedata.name(c, "?").split()[0] for c in host if c.isalpha()}
    return len(scripts) > 1
