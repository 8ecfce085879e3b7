"""Runs tests against mutants in forked processes that import the mutated module first.

The parent has loaded third-party packages only, never the code under test: each child imports that anew, so that no
`from … import …` keeps the original code.
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

MAX_TEST_S = 30.0
"""Longer tests are not used, because each would run for a thousand mutants."""
MAX_MEMORY_BYTES = 4 * 2**30
SPARE_TIME_S = 15.0
SLOWNESS = 5.0
"""Time limit of a child and of a test: this factor of its time on the original code, plus `SPARE_TIME_S`."""
SURVIVED = {0, 5}
"""Exit codes of pytest: all passed; no test collected."""
PROFILE = "mutants"

FORK = multiprocessing.get_context("fork") if "fork" in multiprocessing.get_all_start_methods() else None


@dataclass(frozen=True, slots=True)
class Baseline:
    """Result of the tests on the original code. failed, too_long: tests that are not used."""

    choice: Choice
    failed: list[str]
    too_long: list[str]


@dataclass(frozen=True, slots=True)
class Trials:
    """Runs tests on mutants. workers: number of parallel children."""

    root: Path
    modules: Sequence[str]
    tests: Sequence[str]
    workers: int

    def baseline(self) -> Baseline:
        """Run every test once on the original code, and load the third-party packages that it uses.

        Raises RuntimeError if the tests cannot be run.
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
            child = FORK.Process(target=_run_baseline, args=(self.root, self.modules, self.tests, answer))
            child.start()
            child.join()
            if not answer.exists():
                raise RuntimeError(f"the tests do not run on the code as it is: exit code {child.exitcode}")
            result = json.loads(answer.read_text(encoding="utf-8"))
        _import_all(result["loaded"])
        seconds: dict[str, float] = result["seconds"]
        failed: list[str] = result["failed"]
        too_long = [test for test, lasted in seconds.items() if lasted > MAX_TEST_S]
        usable = {test: seconds[test] for test in seconds if test not in {*failed, *too_long}}
        tests_of = {
            path: {int(line): set(tests) for line, tests in lines.items()} for path, lines in result["lines"].items()
        }
        return Baseline(Choice(self.root, self.modules, usable, tests_of), failed, too_long)

    def run(self, mutants: Sequence[Mutant], choice: Choice) -> Iterator[tuple[Mutant, bool]]:
        """Test all mutants. Yields each with whether it was noticed, in order of completion."""
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
                    code = child.kill()
                    if code in SURVIVED and child.later and not is_late:
                        self._start(running, child.mutant, child.later, choice)
                    else:
                        yield child.mutant, is_late or code not in SURVIVED
        finally:
            for child in running.values():
                child.kill()

    def _start(self, running: dict[int, _Child], mutant: Mutant, batches: list[list[str]], choice: Choice) -> None:
        assert FORK is not None
        lasted = [choice.seconds[test] for test in batches[0]]
        seconds, longest = (SPARE_TIME_S + SLOWNESS * value for value in (sum(lasted), max(lasted)))
        folder = tempfile.mkdtemp(prefix="mutant-")
        process = FORK.Process(target=_run_mutant, args=(self.root, mutant, batches[0], folder, seconds, longest))
        process.start()
        running[process.sentinel] = _Child(mutant, process, folder, time.monotonic() + seconds, batches[1:])


@dataclass(frozen=True, slots=True)
class _Child:
    mutant: Mutant
    process: Any
    folder: str
    until: float
    later: list[list[str]]

    def kill(self) -> int | None:
        """Kill the process and all that it started. Returns its exit code; None if it was running."""
        code: int | None = self.process.exitcode
        for send_signal in (lambda: os.killpg(self.process.pid, signal.SIGKILL), self.process.kill):
            try:
                send_signal()
            except (ProcessLookupError, PermissionError):
                pass
        self.process.join()
        self.process.close()
        shutil.rmtree(self.folder, ignore_errors=True)
        return code


# --- in the child ---


def _run_mutant(root: Path, mutant: Mutant, tests: list[str], folder: str, seconds: float, longest: float) -> None:
    os.setpgid(0, 0)
    _limit(int(seconds) + 5)
    with mutant.applied(), warnings.catch_warnings():
        # The compiler may warn about the mutated code.
        warnings.simplefilter("ignore")
        tree = ast.fix_missing_locations(mutant.tree)
        code = compile(tree, str(root / mutant.path), "exec", dont_inherit=True)
    sys.meta_path.insert(0, MutatedModule(root, mutant.path, code))
    files = sorted({test.partition("::")[0] for test in tests})
    os._exit(_pytest(root, files, [SelectedTests(tests)], folder, "-x", f"--timeout={longest}"))


def _run_baseline(root: Path, modules: Sequence[str], tests: Sequence[str], answer: Path) -> None:
    _limit(None)
    measured = coverage.Coverage(data_file=None, config_file=False, include=[str(root / path) for path in modules])
    recorder = TestRecorder(measured.switch_context)
    with tempfile.TemporaryDirectory() as folder:
        measured.start()
        code = _pytest(root, tests, [recorder], folder)
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
    loaded = [name for name, module in list(sys.modules.items()) if _is_third_party(root, module)]
    answer.write_text(
        json.dumps({"seconds": recorder.seconds, "failed": sorted(recorder.failed), "lines": lines, "loaded": loaded}),
        encoding="utf-8",
    )
    os._exit(0)


def _pytest(root: Path, tests: Sequence[str], plugins: list[object], folder: str, *more: str) -> int:
    os.chdir(root)
    sys.path.insert(0, str(root))
    devnull = os.open(os.devnull, os.O_WRONLY)
    os.dup2(devnull, 1)
    os.dup2(devnull, 2)
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
    """Limit memory and CPU time, which mutated code can exhaust."""
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if seconds is not None:
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))


class MutatedModule(importlib.machinery.SourceFileLoader, importlib.abc.MetaPathFinder):
    """Finder and loader of one module with the given code."""

    def __init__(self, root: Path, path: str, code: types.CodeType) -> None:
        name = path.removesuffix(".py").replace("/", ".")
        super().__init__(name, str(root / path))
        self._code = code

    def find_spec(self, name: str, path: object = None, target: object = None) -> importlib.machinery.ModuleSpec | None:
        return importlib.util.spec_from_file_location(name, self.path, loader=self) if name == self.name else None

    def get_code(self, fullname: str) -> types.CodeType:
        return self._code


class SelectedTests:
    """pytest plugin that selects and orders tests."""

    def __init__(self, tests: Sequence[str]) -> None:
        self._order = {test: index for index, test in enumerate(tests)}

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = sorted((i for i in items if i.nodeid in self._order), key=lambda i: self._order[i.nodeid])


class TestRecorder:
    """pytest plugin that records durations and failures, and sets the coverage context."""

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


def _is_third_party(root: Path, module: object) -> bool:
    file = getattr(module, "__file__", None)
    if not file or getattr(module, "__name__", "__main__") == "__main__":
        return False
    return any(Path(file).is_relative_to(place) for place in {sys.prefix, sys.base_prefix, *_site_packages()})


def _site_packages() -> list[str]:
    return [place for place in sys.path if Path(place).name in {"site-packages", "dist-packages"}]


def _import_all(names: Sequence[str]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in names:
            try:
                importlib.import_module(name)
            except ImportError:
                pass
