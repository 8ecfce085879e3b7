"""Run tests against mutants, each in a forked child that imports the mutated module before anything else does.

The process that forks has only other people's packages loaded, never the code under test: every child imports that
afresh, so that no `from … import …` anywhere holds on to the code as it was.
"""

from __future__ import annotations

import ast
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import json
import multiprocessing
import multiprocessing.connection
import os
import shutil
import signal
import sys
import tempfile
import time
import types
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import coverage
import pytest
from hypothesis import HealthCheck, Phase, settings
from mutants import Mutant
from mutation_choice import Choice

LONGEST_TEST_S = 30.0
"""Tests that take longer are not used: a thousand mutants would wait for each of them."""
MOST_MEMORY_BYTES = 4 * 2**30
SPARE_TIME_S = 15.0
SLOWNESS = 5.0
"""A child may take this many times the tests' time on the code as it is, and `SPARE_TIME_S` more; so may each test."""
SURVIVED = {0, 5}
"""Exit codes of pytest: all passed; none of the tests wanted is there any more."""
PROFILE = "mutants"

FORK = multiprocessing.get_context("fork") if "fork" in multiprocessing.get_all_start_methods() else None


@dataclass(frozen=True, slots=True)
class Baseline:
    """What the tests do on the code as it is. failed, too_long: tests that are not used."""

    choice: Choice
    failed: list[str]
    too_long: list[str]


@dataclass(frozen=True, slots=True)
class Trials:
    """Where the code and the tests are, and how many children may run at once."""

    root: Path
    modules: Sequence[str]
    tests: Sequence[str]
    workers: int

    def baseline(self) -> Baseline:
        """Run every test once on the code as it is, and load here what other people's packages that took.

        Raises RuntimeError if the tests cannot be run at all.
        """
        assert FORK is not None
        settings.register_profile(
            PROFILE,
            deadline=None,
            derandomize=True,
            database=None,
            max_examples=25,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        os.environ["COVERAGE_CORE"] = "ctrace"
        with tempfile.TemporaryDirectory() as folder:
            answer = Path(folder) / "answer.json"
            child = FORK.Process(target=_look, args=(self.root, self.modules, self.tests, answer))
            child.start()
            child.join()
            if not answer.exists():
                raise RuntimeError(f"the tests do not run on the code as it is: exit code {child.exitcode}")
            said = json.loads(answer.read_text(encoding="utf-8"))
        _load(said["loaded"])
        seconds: dict[str, float] = said["seconds"]
        failed: list[str] = said["failed"]
        too_long = [test for test, lasted in seconds.items() if lasted > LONGEST_TEST_S]
        usable = {test: seconds[test] for test in seconds if test not in {*failed, *too_long}}
        tests_of = {
            path: {int(line): set(tests) for line, tests in lines.items()} for path, lines in said["lines"].items()
        }
        return Baseline(Choice(self.root, self.modules, usable, tests_of), failed, too_long)

    def run(self, mutants: Sequence[Mutant], choice: Choice) -> Iterator[tuple[Mutant, bool]]:
        """Try all mutants; gives each with whether it was noticed, in the order in which that is known."""
        assert FORK is not None
        waiting = list(reversed(mutants))
        running: dict[int, _Child] = {}
        try:
            while waiting or running:
                while waiting and len(running) < self.workers:
                    mutant = waiting.pop()
                    batches = choice.batches(mutant)
                    if not batches:
                        yield mutant, False
                        continue
                    self._start(running, mutant, batches, choice)
                if not running:
                    continue
                soonest = min(child.until for child in running.values())
                multiprocessing.connection.wait(list(running), timeout=max(soonest - time.monotonic(), 0.0))
                for sentinel, child in list(running.items()):
                    is_late = time.monotonic() > child.until
                    if not is_late and child.process.exitcode is None:
                        continue
                    del running[sentinel]
                    code = child.end()
                    if code in SURVIVED and child.later and not is_late:
                        self._start(running, child.mutant, child.later, choice)
                    else:
                        yield child.mutant, is_late or code not in SURVIVED
        finally:
            for child in running.values():
                child.end()

    def _start(self, running: dict[int, _Child], mutant: Mutant, batches: list[list[str]], choice: Choice) -> None:
        assert FORK is not None
        lasted = [choice.seconds[test] for test in batches[0]]
        seconds, longest = (SPARE_TIME_S + SLOWNESS * value for value in (sum(lasted), max(lasted)))
        folder = tempfile.mkdtemp(prefix="mutant-")
        process = FORK.Process(target=_try, args=(self.root, mutant, batches[0], folder, seconds, longest))
        process.start()
        running[process.sentinel] = _Child(mutant, process, folder, time.monotonic() + seconds, batches[1:])


@dataclass(frozen=True, slots=True)
class _Child:
    mutant: Mutant
    process: Any
    folder: str
    until: float
    later: list[list[str]]

    def end(self) -> int | None:
        """Its exit code, None if it still ran; whatever it started ends with it."""
        code: int | None = self.process.exitcode
        for kill in (lambda: os.killpg(self.process.pid, signal.SIGKILL), self.process.kill):
            try:
                kill()
            except (ProcessLookupError, PermissionError):
                pass
        self.process.join()
        self.process.close()
        shutil.rmtree(self.folder, ignore_errors=True)
        return code


# --- in the child ---


def _try(root: Path, mutant: Mutant, tests: list[str], folder: str, seconds: float, longest: float) -> None:
    os.setpgid(0, 0)
    _limit(int(seconds) + 5)
    with mutant.applied(), warnings.catch_warnings():
        # What a fault looks like to the compiler is not what is tested.
        warnings.simplefilter("ignore")
        tree = ast.fix_missing_locations(mutant.tree)
        code = compile(tree, str(root / mutant.path), "exec", dont_inherit=True)
    sys.meta_path.insert(0, MutatedModule(root, mutant.path, code))
    files = sorted({test.partition("::")[0] for test in tests})
    os._exit(_pytest(root, files, [Wanted(tests)], folder, "-x", f"--timeout={longest}"))


def _look(root: Path, modules: Sequence[str], tests: Sequence[str], answer: Path) -> None:
    _limit(None)
    measured = coverage.Coverage(data_file=None, config_file=False, include=[str(root / path) for path in modules])
    watch = Watch(measured.switch_context)
    with tempfile.TemporaryDirectory() as folder:
        measured.start()
        code = _pytest(root, tests, [watch], folder)
        measured.stop()
    if code not in {0, 1}:
        os._exit(code)
    data = measured.get_data()
    lines = {
        path: {
            line: [test for test in tests if test] for line, tests in data.contexts_by_lineno(str(root / path)).items()
        }
        for path in modules
    }
    loaded = [name for name, module in list(sys.modules.items()) if _is_other_peoples(root, module)]
    answer.write_text(
        json.dumps({"seconds": watch.seconds, "failed": sorted(watch.failed), "lines": lines, "loaded": loaded}),
        encoding="utf-8",
    )
    os._exit(0)


def _pytest(root: Path, tests: Sequence[str], plugins: list[object], folder: str, *more: str) -> int:
    os.chdir(root)
    sys.path.insert(0, str(root))
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    quick = ["-q", "--tb=no", "--assert=plain", "-p", "no:cacheprovider"]
    has_xdist = importlib.util.find_spec("xdist") is not None
    return int(
        pytest.main(
            [
                *quick,
                *(["-n", "0"] if has_xdist else []),
                f"--hypothesis-profile={PROFILE}",
                f"--basetemp={folder}/tests",
                f"--rootdir={root}",
                *more,
                *tests,
            ],
            plugins=plugins,
        )
    )


def _limit(seconds: int | None) -> None:
    """A fault must not eat the machine, nor outlive whoever started this."""
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY_BYTES, MOST_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if seconds is not None:
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))


class MutatedModule(importlib.machinery.SourceFileLoader, importlib.abc.MetaPathFinder):
    """Finder and loader of one module, whose code it brings along."""

    def __init__(self, root: Path, path: str, code: types.CodeType) -> None:
        name = path.removesuffix(".py").replace("/", ".")
        super().__init__(name, str(root / path))
        self._code = code

    def find_spec(self, name: str, path: object = None, target: object = None) -> importlib.machinery.ModuleSpec | None:
        return importlib.util.spec_from_file_location(name, self.path, loader=self) if name == self.name else None

    def get_code(self, fullname: str) -> types.CodeType:
        return self._code


class Wanted:
    """Plugin: only these tests, in this order."""

    def __init__(self, tests: Sequence[str]) -> None:
        self._order = {test: index for index, test in enumerate(tests)}

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = sorted((i for i in items if i.nodeid in self._order), key=lambda i: self._order[i.nodeid])


class Watch:
    """Plugin: how long each test takes, which fail, and whose turn it is."""

    def __init__(self, switch: Callable[[str], None]) -> None:
        self._switch = switch
        self.seconds: dict[str, float] = {}
        self.failed: set[str] = set()

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self._switch(item.nodeid)
        started = time.perf_counter()
        try:
            return (yield)
        finally:
            self.seconds[item.nodeid] = time.perf_counter() - started
            self._switch("")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if not report.passed:
            self.failed.add(report.nodeid)


def _is_other_peoples(root: Path, module: object) -> bool:
    file = getattr(module, "__file__", None)
    if not file or getattr(module, "__name__", "__main__") == "__main__":
        return False
    return any(Path(file).is_relative_to(place) for place in {sys.prefix, sys.base_prefix, *_site_packages()})


def _site_packages() -> list[str]:
    return [place for place in sys.path if Path(place).name in {"site-packages", "dist-packages"}]


def _load(names: Sequence[str]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in names:
            try:
                importlib.import_module(name)
            except ImportError:
                pass
