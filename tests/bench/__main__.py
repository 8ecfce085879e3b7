"""Measures the program and prints a table: `python -m tests.bench [--only 1,7] [--quick] [--json FILE]`.

Each module of `rows/` runs in a process of its own. Worlds are made once and kept in the system's temporary folder.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

# As pytest does: helpers import each other by name.
sys.path.insert(0, str(Path(__file__).parents[1] / "helpers"))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ |= {"TZ": "UTC", "REACHLINE_LANGUAGE": "en"}
# An installed program has its bytecode.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

from tests.bench import rows
from tests.bench.figures import Bench, rows_of
from tests.bench.report import Line, print_head, print_line, summary


def main() -> int:
    options = _options()
    if options.module:
        _measure_module(options.module, options.only, Bench(options.quick))
        return 0
    print_head()
    lines = []
    for module in _modules():
        lines += _run_module(module, options)
    print(summary(lines))
    if options.json is not None:
        options.json.write_text(json.dumps([asdict(line) for line in lines], indent=1) + "\n", "utf-8")
    return 0 if all(line.verdict == "ok" for line in lines) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--only", type=_numbers, default=frozenset(), metavar="1,7", help="these rows alone")
    parser.add_argument("--quick", action="store_true", help="fewer samples and smaller worlds: shows that it works")
    parser.add_argument("--json", type=Path, default=Path("build/bench.json"), metavar="FILE", help="where to write")
    parser.add_argument("--module", default="", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if not options.module:
        options.json.parent.mkdir(parents=True, exist_ok=True)
    return options


def _numbers(text: str) -> frozenset[int]:
    return frozenset(int(number) for number in text.split(","))


def _modules() -> list[str]:
    return sorted(f"{rows.__name__}.{module.name}" for module in iter_modules(rows.__path__))


def _run_module(module: str, options: argparse.Namespace) -> list[Line]:
    """Print and return the lines that the rows of a module write, one JSON object a line."""
    command = [sys.executable, "-m", "tests.bench", "--module", module]
    command += ["--only", ",".join(map(str, sorted(options.only)))] if options.only else []
    command += ["--quick"] if options.quick else []
    lines = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        for text in child.stdout:
            if not text.startswith("{"):
                continue
            line = Line(**json.loads(text))
            print_line(line)
            lines.append(line)
    if child.returncode:
        lines.append(Line.broken(module.rpartition(".")[2], child.returncode))
        print_line(lines[-1])
    return lines


def _measure_module(module: str, only: frozenset[int], bench: Bench) -> None:
    import_module(module)
    for row in rows_of(module):
        if not only or row.number in only:
            for figure in row.measure(bench):
                print(json.dumps(asdict(Line.of(row, figure))), flush=True)


if __name__ == "__main__":
    sys.exit(main())
