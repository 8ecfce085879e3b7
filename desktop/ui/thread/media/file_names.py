"""File names of attachments: made safe to show and to save, and what speaks against opening such a file."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import unquote

LONGEST = 120
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?:\..*)?", re.IGNORECASE)
_FORBIDDEN = frozenset('/\\:*?"<>|')
_PROGRAMS = re.compile(
    r"exe|com|scr|pif|bat|cmd|ps1|psm1|vbs|vbe|js|jse|mjs|wsf|wsh|hta|msi|msix|msp|appx|appinstaller|cpl|"
    r"dll|ocx|sys|drv|lnk|url|scf|reg|inf|gadget|jar|jnlp|jse|application|ade|adp|chm|hlp|iso|img|vhd|"
    r"vhdx|vmdk|dmg|pkg|app|command|terminal|tool|workflow|sh|bash|zsh|csh|run|bin|elf|so|deb|rpm|apk|"
    r"flatpakref|snap|desktop|py|pyw|pyc|rb|pl|php|library-ms|search-ms|settingcontent-ms|diagcab|msc|one|"
    r"rdp|iqy|slk|xll|wll|theme|themepack|website|webloc|appimage"
)
_DOCUMENTS_WITH_CODE = re.compile(r"docm|dotm|xlsm|xltm|xlam|xlsb|pptm|potm|ppsm|ppam|sldm|doc|xls|ppt|rtf")
_PAGES = re.compile(r"html|htm|xhtml|xht|shtml|mht|mhtml|svg|svgz|xml|xsl|xslt|swf")
_PACKED = re.compile(r"zip|rar|7z|gz|tgz|bz2|xz|cab|arj|ace|lzh|z")
_ORDINARY = re.compile(
    r"pdf|png|jpe?g|gif|webp|heic|bmp|tiff?|txt|csv|md|json|docx|xlsx|pptx|odt|ods|mp[34]|m4a|ogg|wav|mov|eml|ics"
)
_KINDS = (
    (_PROGRAMS, "It is a program (.{}): opening it can change this computer."),
    (_DOCUMENTS_WITH_CODE, "It is a document that can hold a program (.{})."),
    (_PAGES, "It is a page that can run a program in your browser (.{})."),
    (_PACKED, "It is packed (.{}): what is inside cannot be seen from here."),
)


def safe(name: str) -> str:
    """A name that no system takes for a folder, a device or a hidden file, and that reads as it is spelt."""
    kept = "".join(" " if c.isspace() else c for c in name if c.isspace() or _is_seen(c))
    kept = "".join("_" if c in _FORBIDDEN else c for c in kept)
    kept = re.sub(r" {2,}", " ", kept).strip(" .")
    kept = f"_{kept}" if _DEVICES.fullmatch(kept) else kept
    if len(kept) > LONGEST:
        _, dot, ending = kept.rpartition(".")
        ending = f"{dot}{ending}" if dot and len(ending) <= 20 else ""
        kept = f"{kept[: LONGEST - len(ending) - 1]}…{ending}"
    return kept or "file"


def risk(name: str, address: str = "") -> str:
    """Why a file should be looked at twice before it is opened; "" for an ordinary one.

    address: where it comes from; its ending counts as well, because that is what a browser saves it by.
    """
    path = unquote(address.partition("?")[0].partition("#")[0]).rpartition("/")[2]
    endings = [safe(n).casefold().rpartition(".")[2] for n in (name, path) if "." in safe(n)]
    said = (words.format(ending) for kind, words in _KINDS for ending in endings if kind.fullmatch(ending))
    return next(said, "")


def is_one(word: str) -> bool:
    """Whether a word with a dot is a file's name rather than a host's."""
    ending = word.casefold().rpartition(".")[2]
    return any(kind.fullmatch(ending) for kind in (_ORDINARY, _PACKED, _PAGES, _DOCUMENTS_WITH_CODE)) or ending in (
        "js",
        "py",
        "exe",
        "sh",
        "rb",
    )


def _is_seen(letter: str) -> bool:
    return unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Co", "Cn")
