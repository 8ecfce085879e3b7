"""Reads what this installation consists of. Imports no part of Qt: a command that prints the version needs none."""

from __future__ import annotations

import os
import platform
import re
import sys
from importlib import metadata
from pathlib import Path

import msgspec

from desktop import __version__

_ROOT = Path(__file__).resolve().parents[3]


class Package(msgspec.Struct, frozen=True):
    """license: as its authors write it; "" if they don't say."""

    name: str
    version: str
    license: str


class Installation(msgspec.Struct, frozen=True):
    """kind: as `installation_kind` says it. folder: where the program is. packages: those it needs, by name; empty in a
    built program, which has their licences in `licenses_folder`; that is "" elsewhere.
    """

    version: str
    kind: str
    folder: str
    python: str
    qt: str
    system: str
    packages: tuple[Package, ...]
    licenses_folder: str


def read_installation() -> Installation:
    """Reads a few small files."""
    is_built, folder = _is_built(), program_folder()
    licenses = folder / "licenses"
    return Installation(
        version=__version__,
        kind=installation_kind(),
        folder=str(folder),
        python=platform.python_version(),
        qt=qt_version(),
        system=platform.platform(),
        packages=() if is_built else tuple(sorted(_packages(), key=lambda package: package.name.casefold())),
        licenses_folder=str(licenses) if is_built and licenses.is_dir() else "",
    )


def program_folder() -> Path:
    return Path(sys.executable).resolve().parent if _is_built() else _ROOT


def installation_kind() -> str:
    """How this copy came onto the computer: `checkout`, `pip`; a built one is `deb`, `installer`, `bundle`, `appimage`,
    `flatpak`, a `tarball` that somebody unpacked, or a `folder` of unknown origin.
    """
    folder = program_folder()
    if not _is_built():
        return "checkout" if (folder / "pyproject.toml").exists() else "pip"
    # Not narrowed by the name of the system: a checker on one system finds code for the others unreachable.
    system: str = sys.platform
    if system == "darwin":
        return "bundle" if any(parent.suffix == ".app" for parent in folder.parents) else "folder"
    if system == "win32":
        return "installer" if any(folder.glob("unins*.exe")) else "folder"
    if "FLATPAK_ID" in os.environ:
        return "flatpak"
    if folder.is_relative_to(os.environ.get("APPDIR") or "/nowhere"):
        return "appimage"
    # What dpkg wrote down when it unpacked the package.
    is_package = folder == Path("/usr/lib/reachline") and Path("/var/lib/dpkg/info/reachline.list").exists()
    return "deb" if is_package else "tarball"


def is_released_copy() -> bool:
    """Whether people installed it who expect to be told of new versions, and not from its source code."""
    return installation_kind() not in ("checkout", "pip")


def qt_version() -> str:
    """Of the Qt that comes with this copy."""
    try:
        # The wheel has the version of the Qt in it.
        return metadata.version("PySide6_Essentials")
    except metadata.PackageNotFoundError:
        # In a built program. Its libraries, some of which the system may lack, are not loaded for this.
        import PySide6

        return PySide6.__version__


def _is_built() -> bool:
    return bool(getattr(sys, "frozen", False))


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
