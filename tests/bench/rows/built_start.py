"""Row 2: as row 1, for the built program against a built bare window. Takes minutes; needs the extra `build`."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from tests.bench.figures import Bar, Bench, Figure, row
from tests.bench.rows.start_up import ROUNDS, measure_starts
from tests.bench.started_profile import create_profile
from tests.bench.worlds.kept import SMALL, STARTED

ROOT = Path(__file__).parents[3]
FLOOR = "built bare window with a list view"
BARE_SPEC = """
found = Analysis([{probe!r}], pathex=[{root!r}], excludes=["desktop", "tests", "keyring", "httpx"])
program = EXE(PYZ(found.pure), found.scripts, exclude_binaries=True, name="bare", console=True)
COLLECT(program, found.binaries, found.datas, name="bare")
"""


@row(2, "start of the built program")
def built_start(bench: Bench) -> Iterator[Figure]:
    if find_spec("PyInstaller") is None:
        print("row 2 needs PyInstaller, of the extra `build`", file=sys.stderr)
        return
    with tempfile.TemporaryDirectory(prefix="reachline-bench-") as name:
        folder = Path(name)
        program = _build(folder, "reachline", _program_spec())
        bare = _build(folder, "bare", BARE_SPEC.format(probe=str(ROOT / "tests/bench/start_probe.py"), root=str(ROOT)))
        profile = folder / "profile"
        profile.mkdir()
        arguments, environment = create_profile(profile, SMALL if bench.quick else STARTED)
        figures = measure_starts(
            [str(program), "program", *arguments], [str(bare), "bare"], environment, bench.rounds(ROUNDS)
        )
    window, rows, bare_window, bare_rows = figures
    yield Figure("to the first painted window", window, bare_window, FLOOR, (Bar("ratio", 2.5),))
    yield Figure("to the first rows", rows, bare_rows, FLOOR, (Bar("ratio", 3.5),))


def _program_spec() -> str:
    """The program's own recipe, which starts it through the probe."""
    spec = (ROOT / "build.spec").read_text("utf-8")
    for part, other in (
        ("Path(SPECPATH)", f"Path({str(ROOT)!r})"),
        ("desktop/__main__.py", "tests/bench/start_probe.py"),
        ('collect_submodules("desktop")', 'collect_submodules("desktop") + ["tests.bench.bench_keyring"]'),
    ):
        assert spec.count(part) == 1, part
        spec = spec.replace(part, other)
    return spec


def _build(folder: Path, name: str, spec: str) -> Path:
    """Returns the program that starts it."""
    recipe = folder / f"{name}.spec"
    recipe.write_text(spec, "utf-8")
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "ERROR"]
    command += ["--distpath", str(folder / "dist"), "--workpath", str(folder / "work"), str(recipe)]
    subprocess.run(command, cwd=ROOT, check=True, stdout=sys.stderr)
    return folder / "dist" / name / name
