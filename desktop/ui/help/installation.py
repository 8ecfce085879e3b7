"""Reads what this installation consists of."""

from __future__ import annotations

import platform
import re
import sys
from importlib import metadata
from pathlib import Path

import msgspec
from PySide6.QtCore import qVersion

from desktop import __version__

_ROOT = Path(__file__).resolve().parents[3]


class Package(msgspec.Struct, frozen=True):
    """license: as its authors write it; "" if they don't say."""

    name: str
    version: str
    license: str


class Installation(msgspec.Struct, frozen=True):
    """folder: where the program is. packages: those it needs, by name; empty in a built program, which has their
    licences in `licenses_folder`; that is "" elsewhere.
    """

    version: str
    folder: str
    python: str
    qt: str
    system: str
    packages: tuple[Package, ...]
    licenses_folder: str


def read_installation() -> Installation:
    """Reads a few small files."""
    is_built = bool(getattr(sys, "frozen", False))
    folder = Path(sys.executable).resolve().parent if is_built else _ROOT
    licenses = folder / "licenses"
    return Installation(
        version=__version__,
        folder=str(folder),
        python=platform.python_version(),
        qt=str(qVersion()),
        system=platform.platform(),
        packages=() if is_built else tuple(sorted(_packages(), key=lambda package: package.name.casefold())),
        licenses_folder=str(licenses) if is_built and licenses.is_dir() else "",
    )


def _packages() -> list[Package]:
    """The packages that the program asks for itself and that are installed."""
    try:
        required = metadata.requires("reachline") or []
    except metadata.PackageNotFoundError:
        # Run from a folder in which it isn't installed.
        return []
    found = []
    for requirement in required:
        name = re.match(r"[\w.-]+", requirement)
        if name is None or "extra ==" in requirement:
            continue
        try:
            package = metadata.metadata(name[0])
        except metadata.PackageNotFoundError:
            continue
        found.append(Package(package["name"], package["version"], _license(package)))
    return found


def _license(package: metadata.PackageMetadata) -> str:
    """Older metadata has the whole text in the field of the name, or says it by a classifier only."""
    stated = (text for field in ("license-expression", "license") for text in package.get_all(field) or ())
    named = [str(text).strip() for text in stated if "\n" not in str(text).strip()]
    classifiers = [str(c) for c in package.get_all("classifier") or () if str(c).lower().startswith("license ::")]
    return next((name for name in named if name), classifiers[0].rpartition("::")[2].strip() if classifiers else "")
