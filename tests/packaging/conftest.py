"""The build recipe as it is read by PyInstaller, without building."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


class _Step:
    """Stands in for a step of PyInstaller's; remembers what it was given."""

    pure: tuple[()] = ()
    scripts: tuple[()] = ()
    binaries: tuple[()] = ()
    datas: tuple[()] = ()

    def __init__(self, *given: object, **named: object) -> None:
        self.given, self.named = given, named


@pytest.fixture
def spec(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, Any]:
    """Everything that build.spec defines, as it stands on Linux."""
    for name in ("PyInstaller", "PyInstaller.utils", "PyInstaller.utils.hooks"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    sys.modules["PyInstaller.utils.hooks"].collect_submodules = lambda package: [package]  # type: ignore[attr-defined]
    monkeypatch.setattr(sys, "platform", "linux")
    recipe = ROOT / "build.spec"
    names: dict[str, Any] = {"SPECPATH": str(ROOT), "DISTPATH": str(tmp_path / "dist")}
    names |= dict.fromkeys(("Analysis", "PYZ", "EXE", "COLLECT", "BUNDLE"), _Step)
    exec(compile(recipe.read_text(encoding="utf-8"), str(recipe), "exec"), names)
    return names
