"""Makes attachments' file names safe to show and to save, and knows which kinds of file are risky to open."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import unquote

from desktop.domain.content.file_types import TYPES
from desktop.text.thread import links as texts

MAX_LENGTH = 120
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?:\..*)?", re.IGNORECASE)
_FORBIDDEN = frozenset('/\\:*?"<>|')
_PROGRAMS = re.compile(
    r"exe|com|scr|pif|bat|cmd|ps1|psm1|vbs|vbe|js|jse|mjs|wsf|wsh|hta|msi|msix|msp|appx|appinstaller|cpl|"
    r"dll|ocx|sys|drv|lnk|url|scf|reg|inf|gadget|jar|jnlp|jse|application|ade|adp|chm|hlp|iso|img|vhd|"
    r"vhdx|vmdk|dmg|pkg|app|command|terminal|tool|workflow|sh|bash|zsh|csh|run|bin|elf|so|deb|rpm|apk|"
    r"flatpakref|snap|desktop|py|pyw|pyc|rb|pl|php|library-ms|search-ms|settingcontent-ms|diagcab|msc|one|"
    r"rdp|iqy|slk|xll|wll|theme|themepack|website|webloc|appimage"
)
_NO_HOST_PROGRAMS = re.compile(r"js|py|exe|sh|rb")
"""Extensions of programs that appear as file names in messages more often than as the end of a host name."""
_DOCUMENTS_WITH_CODE = re.compile(r"docm|dotm|xlsm|xltm|xlam|xlsb|pptm|potm|ppsm|ppam|sldm|doc|xls|ppt|rtf")
_PAGES = re.compile(r"html|htm|xhtml|xht|shtml|mht|mhtml|svg|svgz|xml|xsl|xslt|swf")
_PACKED = re.compile(r"zip|rar|7z|gz|tgz|bz2|xz|cab|arj|ace|lzh|z")
_ORDINARY = re.compile(
    r"pdf|png|jpe?g|gif|webp|heic|bmp|tiff?|txt|csv|md|json|docx|xlsx|pptx|odt|ods|mp[34]|m4a|ogg|wav|mov|eml|ics"
)
_RISKY_KINDS = (
    (_PROGRAMS, texts.PROGRAM),
    (_DOCUMENTS_WITH_CODE, texts.DOCUMENT_WITH_CODE),
    (_PAGES, texts.PAGE),
    (_PACKED, texts.PACKED),
)


def safe_name(name: str) -> str:
    """Return a name that no system takes for a folder, a device or a hidden file, without invisible characters."""
    cached = "".join(" " if c.isspace() else c for c in name if c.isspace() or _is_visible(c))
    cached = "".join("_" if c in _FORBIDDEN else c for c in cached)
    cached = re.sub(r" {2,}", " ", cached).strip(" .")
    cached = f"_{cached}" if _DEVICES.fullmatch(cached) else cached
    if len(cached) > MAX_LENGTH:
        _, dot, ending = cached.rpartition(".")
        ending = f"{dot}{ending}" if dot and len(ending) <= 20 else ""
        cached = f"{cached[: MAX_LENGTH - len(ending) - 1]}…{ending}"
    return cached or "file"


def risk_reason(name: str, address: str = "") -> str:
    """Return the reason to be careful with a file as a sentence; "" for an ordinary file.

    address: its URL, whose file extension counts too, because a browser names the saved file after it.
    """
    path = unquote(address.partition("?")[0].partition("#")[0]).rpartition("/")[2]
    endings = [n.casefold().rpartition(".")[2] for n in map(safe_name, (name, path)) if "." in n]
    sentences = (text(ending=ending) for kind, text in _RISKY_KINDS for ending in endings if kind.fullmatch(ending))
    return next(sentences, "")


def is_ordinary(name: str) -> bool:
    """Return whether a file of this name is opened by a viewer or a player, and runs no program."""
    ending = safe_name(name).casefold().rpartition(".")[2]
    kind = TYPES.get(ending, "").partition("/")[0]
    return kind in ("audio", "video") or _ORDINARY.fullmatch(ending) is not None


def is_file_name(word: str) -> bool:
    """Return whether a word with a dot is a file name rather than a host name."""
    ending = word.casefold().rpartition(".")[2]
    return any(kind.fullmatch(ending) for kind in (_ORDINARY, _PACKED, _PAGES, _DOCUMENTS_WITH_CODE, _NO_HOST_PROGRAMS))


def _is_visible(char: str) -> bool:
    return unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co", "Cn")
