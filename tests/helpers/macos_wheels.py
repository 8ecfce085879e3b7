"""Reads for which macOS the libraries in wheels are built.

    python -m tests.helpers.macos_wheels

downloads the wheels that the built program is made of into `build/macos-wheels`, about 450 MB, and lists the libraries
that need a newer macOS than the wheel's own name says.
"""

from __future__ import annotations

import re
import struct
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WHEELS = ROOT / "build/macos-wheels"
# Of Apple's own processors; Intel's libraries lie in the same files, or are built for older systems.
PLATFORMS = tuple(f"macosx_{major}_0_{kind}" for major in (15, 14, 13, 12, 11) for kind in ("arm64", "universal2"))

_FAT, _FAT_64, _THIN_64 = 0xCAFEBABE, 0xCAFEBABF, 0xFEEDFACF
_VERSION_MIN_MACOSX, _BUILD_VERSION = 0x24, 0x32


def minimum_versions(data: bytes) -> set[tuple[int, int]]:
    """The oldest macOS of each processor's part of a library or program (Mach-O); empty for another file."""
    if len(data) < 8:
        return set()
    magic, count = struct.unpack_from(">II", data)
    # A class file of Java begins with the same four bytes, and its version follows.
    if magic in (_FAT, _FAT_64) and count < 20:
        entry, layout = (20, ">8xI") if magic == _FAT else (32, ">8xQ")
        starts = [struct.unpack_from(layout, data, 8 + entry * number)[0] for number in range(count)]
        return {version for start in starts for version in _of_part(data, start)}
    return set(_of_part(data, 0))


def _of_part(data: bytes, start: int) -> Iterator[tuple[int, int]]:
    if len(data) < start + 32 or struct.unpack_from("<I", data, start)[0] != _THIN_64:
        return
    (commands,) = struct.unpack_from("<I", data, start + 16)
    at = start + 32
    for _ in range(commands):
        command, size = struct.unpack_from("<II", data, at)
        if command in (_BUILD_VERSION, _VERSION_MIN_MACOSX):
            (version,) = struct.unpack_from("<I", data, at + (12 if command == _BUILD_VERSION else 8))
            yield version >> 16, version >> 8 & 0xFF
        at += size


def libraries(wheel: Path) -> Iterator[tuple[str, tuple[int, int]]]:
    """Name and oldest macOS of every library in a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            with archive.open(name) as file:
                start = file.read(4)
                if start in (b"\xca\xfe\xba\xbe", b"\xca\xfe\xba\xbf", b"\xcf\xfa\xed\xfe"):
                    versions = minimum_versions(start + file.read())
                    if versions:
                        yield name, max(versions)


def named_version(wheel: Path) -> tuple[int, int]:
    """The oldest macOS that the wheel's name promises."""
    found = re.findall(r"macosx_(\d+)_(\d+)_", wheel.name)
    return min((int(major), int(minor)) for major, minor in found)


def download() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [line.partition(";")[0] for line in (*project["dependencies"], *project["optional-dependencies"]["media"])]
    platforms = [part for platform in PLATFORMS for part in ("--platform", platform)]
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "download", "--quiet", "--only-binary=:all:", "--python-version", "3.13"),
            *(*platforms, "--dest", str(WHEELS), *wanted),
        ],
        check=True,
    )


def main() -> None:
    download()
    for wheel in sorted(WHEELS.glob("*macosx*.whl")):
        found = list(libraries(wheel))
        newer = [(name, version) for name, version in found if version > named_version(wheel)]
        print(f"{wheel.name}: {len(found)} libraries, {len(newer)} for a newer macOS")
        for name, version in sorted(newer, key=lambda each: each[1], reverse=True):
            print(f"  {version[0]}.{version[1]}  {name}")


if __name__ == "__main__":
    main()
