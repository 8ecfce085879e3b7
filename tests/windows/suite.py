"""The project's test suite on the Windows Python, in parts: where one of them dies, the others are known."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from machine import Workplace, windows_path
from tally import Tally

_CONNECTION, _WEBSOCKET = (f"tests/channels/team/test_{name}.py::test_" for name in ("connection", "websocket"))
_NO_ROOT = (
    "wine 8 finds no fault with a certificate of an unknown authority (CERT_TRUST_IS_PARTIAL_CHAIN), which Windows "
    "refuses (CERT_E_CHAINING)"
)
KNOWN: dict[str, str] = {
    f"{_CONNECTION}a_certificate_of_an_unknown_authority_is_not_trusted": _NO_ROOT,
    f"{_WEBSOCKET}a_proxys_own_certificate_is_not_trusted": _NO_ROOT,
    f"{_CONNECTION}a_certificate_for_another_host_is_not_trusted": (
        "wine 8 refuses to judge by authorities that a program brings along (CERT_CHAIN_ENGINE_CONFIG.hExclusiveRoot, "
        "which Windows has from 7 on), so the error is another one"
    ),
}
"""Tests that fail under wine and, by the evidence given, not on Windows; at most three."""
DIVIDED = ("app", "channels", "domain", "end_to_end", "engine", "sandbox", "store", "ui")
"""Folders whose folders are parts of their own; their files are taken together, since each start takes wine long."""
FILES_AT_ONCE = 8
# FFmpeg's libraries keep the standard error that there is when they are loaded, and write on it from their own threads.
# pytest's usual capture gives each test another one and closes the last, whose number is soon a socket's or a pipe's.
OPTIONS = (
    *("-m", "pytest", "--capture=sys", "-v", "-rfE", "-n", "0", "-p", "no:cacheprovider", "--timeout", "300"),
    *("-p", "tests.windows.stand_ins.wakeful_loop"),
    *("-o", "addopts=--import-mode=importlib --strict-markers", "-o", "junit_family=xunit1"),
    # A test that waits within Qt, as for the threads of its media under wine, can be ended by nothing else.
    *("-o", "faulthandler_exit_on_timeout=true"),
)
PATIENCE_S = 2_400
MOST_SHOWN = 40


@dataclass
class Result:
    """Of one part. failures: names of tests, with what they said. second_tries: tests that failed once, then passed."""

    part: str
    passed: int = 0
    skipped: int = 0
    failures: dict[str, str] = field(default_factory=dict)
    second_tries: list[str] = field(default_factory=list)
    seconds: float = 0.0


def parts_of(tests: Path) -> list[tuple[str, ...]]:
    """Folders and files with tests, as paths below the project, in groups."""
    found: list[tuple[Path, ...]] = []
    for each in (tests, *(tests / name for name in DIVIDED)):
        inner = [path for path in sorted(each.iterdir()) if _has_tests(path) and path.name not in DIVIDED]
        files = [path for path in inner if path.is_file()]
        found += [(path,) for path in inner if path.is_dir()]
        found += [tuple(files[at : at + FILES_AT_ONCE]) for at in range(0, len(files), FILES_AT_ONCE)]
    return sorted(tuple(path.relative_to(tests.parent).as_posix() for path in part) for part in found)


def _has_tests(path: Path) -> bool:
    if path.is_dir():
        return any(path.rglob("test_*.py"))
    return path.name.startswith("test_") and path.suffix == ".py"


def run(workplace: Workplace, tally: Tally) -> None:
    """First that every test can be collected, then all of them; counts each test."""
    workplace.copy_project()
    if not workplace.parts:
        status, said = workplace.run_python(
            *(*OPTIONS, "--collect-only", "tests"), timeout_s=PATIENCE_S, log="collect.txt"
        )
        tally.check("the whole suite is collected without an error", status == 0, said)
    parts = [(part,) for part in workplace.parts] or parts_of(workplace.checkout / "tests")
    with ThreadPoolExecutor(workplace.jobs) as threads:
        for result in threads.map(lambda part: run_part(workplace, part), parts):
            _count(result, tally)


def _count(result: Result, tally: Tally) -> None:
    known = {name: KNOWN[name] for name in result.failures if name in KNOWN}
    failed = len(result.failures) - len(known)
    tally.add(passed=result.passed, failed=failed, skipped=result.skipped + len(known))
    line = f"{result.passed} passed, {failed} failed, {result.skipped} skipped, {result.seconds:.0f} s"
    print(f"    {'FAILED' if failed else 'passed'}  {result.part}: {line}", flush=True)
    for name in result.second_tries:
        print(f"            tried twice: {name}", flush=True)
    for name, evidence in known.items():
        print(f"            wine's: {name}: {evidence}")
    for name, said in list(result.failures.items())[:MOST_SHOWN]:
        if name not in known:
            print(f"            {name}: {said}", flush=True)


def run_part(workplace: Workplace, paths: Sequence[str]) -> Result:
    """Run the tests of some files or a folder, and those that fail once more: some wait for a clock, and wine is slow.

    Where one of them hangs or ends Python, the others were not run, and all of the part is.
    """
    started = time.monotonic()
    part = paths[0] if len(paths) == 1 else f"{paths[0]} to {Path(paths[-1]).name}"
    log = re.sub(r"\W", "-", part)
    result = _run(workplace, part, log, *paths)
    if _as_a_whole(part) in result.failures:
        result = _run(workplace, part, f"{log}-anew", *paths)
        result.second_tries.append(_as_a_whole(part))
    if again := [name for name in result.failures if "::" in name]:
        second = _run(workplace, part, f"{log}-again", *again)
        for name in set(again) - set(second.failures):
            del result.failures[name]
            result.passed += 1
            result.second_tries.append(name)
    result.seconds = time.monotonic() - started
    return result


def _as_a_whole(part: str) -> str:
    return f"{part} as a whole"


def _run(workplace: Workplace, part: str, log: str, *tests: str) -> Result:
    report = workplace.logs / f"{log}.xml"
    report.unlink(missing_ok=True)
    places = (
        f"--basetemp={windows_path(workplace.temporary / log)}",
        f"--junit-xml={windows_path(report)}",
    )
    status, said = workplace.run_python(*OPTIONS, *places, *tests, timeout_s=PATIENCE_S, log=f"{log}.txt")
    result = Result(part)
    if report.exists():
        _read(report, result)
    # 5: all of its tests were left out.
    if status not in (0, 1, 5) or not report.exists():
        lines: Sequence[str] = said.strip().splitlines() or ["nothing was printed"]
        result.failures[_as_a_whole(part)] = f"ended with {status}: {lines[-1][:200]}"
    return result


def _read(report: Path, result: Result) -> None:
    for case in ElementTree.parse(report).iter("testcase"):
        name = f"{case.get('classname', '').replace('.', '/')}.py::{case.get('name')}"
        trouble = next((child for child in case if child.tag in ("failure", "error")), None)
        if trouble is not None:
            result.failures[name] = " ".join((trouble.get("message") or "").split())[:200]
        elif case.find("skipped") is not None:
            result.skipped += 1
        else:
            result.passed += 1
