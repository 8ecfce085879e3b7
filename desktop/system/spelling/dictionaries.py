"""Finds the dictionaries of Hunspell, those that come with the program, then the system's, and what reads them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

from desktop import RESOURCES
from desktop.domain.content.spelling import base_language
from desktop.system.spelling import COMMAND

ANSWER_WITHIN_S = 15
"""Of a busy machine that loads the largest dictionary."""

BUNDLED = RESOURCES / "dictionaries"

_LINUX = (Path("/usr/share/hunspell"), Path("/usr/share/myspell/dicts"), Path("/usr/share/myspell"))
# Where a user's own are put: macOS reads dictionaries of Hunspell there too.
_MACOS = (Path.home() / "Library/Spelling", Path("/Library/Spelling"))
# Of several for one language: the region that most of its writers follow, or Brazil's as on the screen.
_REGIONS = {
    **{"ar": "ar", "de": "de_DE", "en": "en_US", "es": "es_ES", "fr": "fr_FR", "it": "it_IT", "nl": "nl_NL"},
    "pt": "pt_BR",
}


def is_library_installed() -> bool:
    """Whether Hunspell is; does not import it, which this process must not do: it would hold up the window."""
    return find_spec("hunspell") is not None


def system_folders() -> tuple[Path, ...]:
    return {"linux": _LINUX, "darwin": _MACOS}.get(sys.platform, ())


def find_dictionaries(folders: Iterable[Path] | None = None) -> dict[str, Path]:
    """By language (`de`, `pt`), where its two files are, without their endings; one for each language.

    folders: None for those of this machine. The first folder that has a language wins.
    """
    found: dict[str, Path] = {}
    for folder in (BUNDLED, *system_folders()) if folders is None else folders:
        here = _dictionaries_in(folder)
        found |= {language: path for language, path in here.items() if language not in found}
    return dict(sorted(found.items()))


def working_languages() -> tuple[str, ...]:
    """The languages of all dictionaries; none if the process doesn't answer for one of them. Takes a moment."""
    found = find_dictionaries() if is_library_installed() else {}
    if not found:
        return ()
    path = found.get("en", next(iter(found.values())))
    question = json.dumps({"id": 1, "dictionary": str(path), "words": ["qzx"]})
    try:
        done = subprocess.run(
            own_command(), input=question, capture_output=True, text=True, timeout=ANSWER_WITHIN_S, check=True
        )
        answer = json.loads(done.stdout)
    except (OSError, ValueError, subprocess.SubprocessError):
        return ()
    return tuple(found) if answer == {"id": 1, "found": ["qzx"]} else ()


def own_command() -> list[str]:
    """What starts this program as the process that checks the spelling."""
    if not getattr(sys, "frozen", False):
        return [sys.executable, "-m", "desktop", COMMAND]
    # A Windows program without a console has no input and output.
    program = Path(sys.executable).with_name("reachline-console.exe") if os.name == "nt" else Path(sys.executable)
    return [str(program), COMMAND]


def _dictionaries_in(folder: Path) -> dict[str, Path]:
    try:
        names = sorted(file.stem for file in folder.glob("*.dic"))
    except OSError:
        return {}
    found: dict[str, Path] = {}
    for name in names:
        language = base_language(name)
        # Without rules of a language there is no dictionary (`hyph_de.dic` has words to part).
        if not language or not (folder / f"{name}.aff").is_file():
            continue
        if language not in found or name == _REGIONS.get(language):
            found[language] = folder / name
    return found
