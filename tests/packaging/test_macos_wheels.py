"""Tests of the macOS that the bundle asks for: none of its libraries is built for a newer one."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any

import pytest
from macos_wheels import WHEELS, libraries, minimum_versions


def library(*, minimum: tuple[int, int], command: int = 0x32) -> bytes:
    """A library of one processor's, with one load command before the one that tells its version."""
    version = minimum[0] << 16 | minimum[1] << 8
    other = struct.pack("<II8x", 0x1B, 16)
    told = struct.pack("<IIIIII", command, 24, *((1, version) if command == 0x32 else (version, 0)), 0, 0)
    return struct.pack("<IIIIIIII", 0xFEEDFACF, 0x0100000C, 0, 6, 2, len(other + told), 0, 0) + other + told


def test_the_oldest_macos_is_read_from_libraries() -> None:
    old, new = library(minimum=(10, 13), command=0x24), library(minimum=(15, 0))
    assert minimum_versions(old) == {(10, 13)}
    assert minimum_versions(new) == {(15, 0)}
    start = 8 + 2 * 20
    parts = [struct.pack(">IIIII", 0, 0, at, 0, 0) for at in (start, start + len(old))]
    assert minimum_versions(struct.pack(">II", 0xCAFEBABE, 2) + b"".join(parts) + old + new) == {(10, 13), (15, 0)}
    # Neither Java's class files nor anything else is one.
    assert minimum_versions(struct.pack(">II", 0xCAFEBABE, 61)) == set()
    assert minimum_versions(b"#!/bin/sh\n" * 9) == set()


@pytest.mark.skipif(not WHEELS.is_dir(), reason="no wheels: python -m tests.helpers.macos_wheels")
def test_no_library_of_the_bundle_needs_a_newer_macos(spec_of: Callable[[str], dict[str, Any]]) -> None:
    spec = spec_of("darwin")
    unused = {f"{name.replace('.', '/')}.abi3.so" for name in spec["UNUSED"]}
    allowed = tuple(int(part) for part in spec["MINIMUM_MACOS"].split("."))
    found = {
        name: version
        for wheel in WHEELS.glob("*macosx*.whl")
        for name, version in libraries(wheel)
        if name not in unused and spec["is_wanted"](name, PurePosixPath("/x", name))
    }
    assert any(name.startswith("PySide6/QtGui") for name in found)
    assert {name: version for name, version in found.items() if version > allowed} == {}
    # Nor does it ask for a newer one than they do.
    assert max(found.values()) == allowed
