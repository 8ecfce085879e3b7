"""All that the proof on Windows names still exists; the proof itself takes hours, see `prove.py`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.posix("the proof runs on Debian")

HERE = Path(__file__).parent
MOST_POSIX_SHARE = 0.02
WHOLE_SUITE = 3_000
"""Tests; fewer are collected where somebody runs a part of them."""


@pytest.fixture
def proof(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Its modules, imported as `python prove.py` would."""
    monkeypatch.syspath_prepend(HERE)
    import arabic
    import installer
    import machine
    import program
    import prove
    import suite
    import windows_python

    return {m.__name__: m for m in (arabic, installer, machine, program, prove, suite, windows_python)}


def test_everything_that_it_names_exists(proof: Any) -> None:
    root = proof["machine"].ROOT
    assert (root / proof["program"].SPEC).is_file()
    assert proof["program"].PROGRAMS[0].removesuffix(".exe") in (root / proof["program"].SPEC).read_text("utf-8")
    recipe = (root / proof["installer"].RECIPE).read_text("utf-8")
    assert proof["installer"].COMPRESSION in recipe
    assert proof["installer"].DELETE_PROFILE in recipe
    # Wine does not know the folder that {autopf} stands for.
    assert r"DefaultDirName={localappdata}\Programs\Reachline" in recipe
    assert sorted(source.stem for source in proof["machine"].STAND_INS.glob("*.c")) == ["bcryptprimitives", "icuuc"]
    assert {name for name in proof["suite"].DIVIDED if not (root / "tests" / name).is_dir()} == set()
    found = [path for part in proof["suite"].parts_of(root / "tests") for path in part]
    assert len(found) == len(set(found)) > 100
    files = {path.relative_to(root).as_posix() for path in (root / "tests").rglob("test_*.py")}
    assert {file for file in files if not file.startswith(tuple(found))} == set()
    assert len(proof["suite"].KNOWN) <= 3
    assert all(len(evidence) > 40 for evidence in proof["suite"].KNOWN.values())


def test_what_it_fetches_is_pinned_or_the_projects_own(proof: Any) -> None:
    for pinned in (proof["windows_python"].INTERPRETER, proof["windows_python"].BROKER):
        assert re.fullmatch(r"[0-9a-f]{64}", pinned[2])
    assert re.fullmatch(r"sha512-[A-Za-z0-9+/]{86}==", proof["installer"].COMPILER[2])
    assert any(line.startswith("pyinstaller") for line in proof["windows_python"].requirements())
    # Where from is the machine's own business.
    texts = [file.read_text("utf-8") for file in HERE.rglob("*") if file.suffix in (".py", ".c")]
    assert [text for text in texts if re.search("http" + "s?://", text)] == []


def test_few_tests_are_for_posix_alone(request: pytest.FixtureRequest) -> None:
    items = request.session.items
    if len(items) < WHOLE_SUITE:
        pytest.skip("counted in a run of all tests")
    posix = [item.nodeid for item in items if item.get_closest_marker("posix")]
    assert len(posix) < MOST_POSIX_SHARE * len(items), posix


def test_no_test_needs_posix_before_it_runs() -> None:
    """Imported at the top of a module, these would keep its tests from being collected on Windows."""
    missing = re.compile(r"^(?:import|from) (?:fcntl|grp|pty|pwd|resource|termios)\b", re.MULTILINE)
    found = [file.name for file in HERE.parent.rglob("*.py") if missing.search(file.read_text("utf-8"))]
    assert found == []
