"""Runs tests on mutants: `python tests/mutation/run.py --target domain` in a checkout.

Prints the share of noticed mutants and all survivors. Exit status 0 only if enough were noticed and the list of
equivalents is valid.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random

from mutants import Mutant, read
from mutation_operators import mutants_of
from mutation_report import EQUIVALENTS, Report, load_equivalents
from mutation_targets import TARGETS
from mutation_trials import FORK, Trials

ROOT = Path(__file__).resolve().parents[2]
DIGITS = 8


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    if FORK is None:
        print("Mutants are tried in forked processes, which this system does not have.")
        return 2
    root: Path = options.root.resolve()
    target = TARGETS[options.target]
    patterns = options.modules or target.modules
    paths = sorted({p.relative_to(root).as_posix() for pattern in patterns for p in root.glob(pattern)})
    if not paths:
        print(f"No module is called {', '.join(patterns)}.")
        return 2
    if options.module:
        paths = [path for path in paths if Path(path).stem in options.module]
    possible = [mutant for path in paths for mutant in mutants_of(read(root, path), path)]
    seed = options.seed or _commit(root)[:DIGITS]
    amount = min(options.sample or (len(possible) if options.module else target.sample), len(possible))
    chosen = sorted(Random(int(seed, 16)).sample(range(len(possible)), amount))
    sample = [possible[index] for index in chosen]
    print(f"{len(paths)} modules, {len(possible):,} possible mutants, {amount:,} drawn with seed {seed}", flush=True)

    trials = Trials(root, paths, [t for t in options.tests or target.tests if (root / t).exists()], options.workers)
    started = time.monotonic()
    baseline = trials.baseline()
    print(f"{len(baseline.choice.seconds):,} tests pass in {time.monotonic() - started:.0f} s", flush=True)
    for test in baseline.failed:
        print(f"not used, since it fails on the code as it is: {test}")
    for test in baseline.too_long:
        print(f"not used, since it takes too long: {test}")

    started = time.monotonic()
    noticed: dict[Mutant, bool] = {}
    for mutant, is_noticed in trials.run(sample, baseline.choice):
        noticed[mutant] = is_noticed
        if len(noticed) % 100 == 0:
            print(f"{len(noticed):>6,} tried, {sum(noticed.values()):,} noticed", flush=True)
    seconds = time.monotonic() - started
    listed = load_equivalents(options.equivalents)
    report = Report({mutant: noticed[mutant] for mutant in sample}, possible, listed)
    at_least = target.at_least if options.at_least is None else options.at_least
    print(report.text(), f"{seconds:.0f} s, {len(noticed) / max(seconds, 0.001) * 60:.0f} a minute", sep="\n")
    faults = report.faults(at_least) + [f"fails on the code as it is: {test}" for test in baseline.failed]
    print(*faults, sep="\n")
    return 1 if faults else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Change the code a little, and see whether the tests notice.")
    parser.add_argument("--target", choices=sorted(TARGETS), default="domain")
    parser.add_argument("--sample", type=int, help="mutants to draw; without it the target's number")
    parser.add_argument("--module", action="append", help="only this module, by its name without .py; all its mutants")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", metavar="HEX", help=f"instead of the first {DIGITS} digits of the commit")
    parser.add_argument("--at-least", type=float, metavar="PERCENT", help="instead of what the target asks for")
    parser.add_argument("--equivalents", type=Path, default=EQUIVALENTS)
    parser.add_argument("--root", type=Path, default=ROOT)
    parser.add_argument("--modules", nargs="+", metavar="PATH", help="other modules than the target's")
    parser.add_argument("--tests", nargs="+", metavar="PATH", help="other tests than the target's")
    return parser


def _commit(root: Path) -> str:
    command = ("git", "rev-parse", "HEAD")
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
