"""Row 1: CPU time of a process from its beginning to the first painted window, and to the first painted rows."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.bench.figures import Bar, Bench, Figure, row
from tests.bench.started_profile import create_profile
from tests.bench.worlds.kept import SMALL, STARTED

ROUNDS = 9
FLOOR = "bare window with a list view"


@row(1, "start")
def start(bench: Bench) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="reachline-bench-") as folder:
        world = SMALL if bench.quick else STARTED
        arguments, environment = create_profile(Path(folder), world)
        probe = [sys.executable, "-m", "tests.bench.start_probe"]
        figures = measure_starts([*probe, "program", *arguments], [*probe, "bare"], environment, bench.rounds(ROUNDS))
    messages = f"{world.messages - sum(world.long_threads):,} messages"
    window, rows, bare_window, bare_rows = figures
    yield Figure("to the first painted window", window, bare_window, FLOOR, (Bar("ratio", 2.5),))
    yield Figure(f"to the first rows, {messages} stored", rows, bare_rows, FLOOR, (Bar("ratio", 3.5),))


def measure_starts(
    program: list[str], bare: list[str], environment: dict[str, str], rounds: int
) -> tuple[tuple[float, ...], ...]:
    """Milliseconds to the window and to the rows, of the program and then of the bare window, started in turn."""
    samples: tuple[list[float], ...] = ([], [], [], [])
    # The first turn writes bytecode and fills the system's caches.
    for turn in range(rounds + 1):
        for place, command in ((0, program), (2, bare)):
            report = started(command, environment)
            if turn:
                samples[place].append(float(report["window_ms"]))
                samples[place + 1].append(float(report["rows_ms"]))
    return tuple(map(tuple, samples))


def started(command: list[str], environment: dict[str, str]) -> dict[str, object]:
    done = subprocess.run(command, env=os.environ | environment, capture_output=True, timeout=60, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr)
    report: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return report
