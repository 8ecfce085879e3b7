"""Fixture that evaluates build.spec as PyInstaller does, without building."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


class _Step:
    """Replaces a class of PyInstaller and records its arguments."""

    pure: tuple[()] = ()
    scripts: tuple[()] = ()
    binaries: tuple[()] = ()
    datas: tuple[()] = ()

    def __init__(self, *given: object, **named: object) -> None:
        self.given, self.named = given, named


@pytest.fixture
def spec(spec_of: Callable[[str], dict[str, Any]]) -> dict[str, Any]:
    """All names that build.spec defines on Linux."""
    return spec_of("linux")


@pytest.fixture
def spec_of(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], dict[str, Any]]:
    """Function that evaluates build.spec as on `sys.platform`."""

    def evaluate(platform: str) -> dict[str, Any]:
        monkeypatch.setattr(sys, "platform", platform)
        recipe = ROOT / "build.spec"
        names: dict[str, Any] = {"SPECPATH": str(ROOT), "DISTPATH": str(tmp_path / "dist")}
        names |= dict.fromkeys(("Analysis", "PYZ", "EXE", "COLLECT", "BUNDLE"), _Step)
        exec(compile(recipe.read_text(encoding="utf-8"), str(recipe), "exec"), names)
        return names

    packages = ("PyInstaller", "PyInstaller.archive", "PyInstaller.utils")
    for name in (*packages, "PyInstaller.archive.writers", "PyInstaller.utils.hooks"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    sys.modules["PyInstaller.archive.writers"].ZlibArchiveWriter = type("", (), {})  # type: ignore[attr-defined]
    sys.modules["PyInstaller.utils.hooks"].collect_submodules = lambda package: [package]  # type: ignore[attr-defined]
    sys.modules["PyInstaller.utils.hooks"].collect_data_files = lambda package: [(package, package)]  # type: ignore[attr-defined]
    return evaluate
