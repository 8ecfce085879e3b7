"""Targets of mutation runs: modules, tests, and the required share of noticed mutants."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Target:
    """A target. modules: glob patterns from the root. tests: files or folders. sample: number of mutants drawn.

    at_least: required percentage of noticed mutants, without those listed as equivalent.
    """

    modules: tuple[str, ...]
    tests: tuple[str, ...]
    sample: int
    at_least: float


TARGETS = {
    "domain": Target(
        modules=("desktop/domain/**/*.py",),
        tests=("tests/domain", "tests/app/test_explain.py", "tests/mutation/some_histories.py"),
        sample=1000,
        at_least=95.0,
    ),
    "sending": Target(
        modules=(
            "desktop/engine/outbox/steps.py",
            "desktop/engine/outbox/worker.py",
            "desktop/engine/outbox/recheck.py",
            "desktop/engine/sync/ingest.py",
            "desktop/store/outgoing/outbox.py",
            "desktop/store/entries.py",
            "desktop/store/conversations.py",
            "desktop/store/outgoing/drafts.py",
        ),
        tests=("tests/engine", "tests/store"),
        sample=400,
        at_least=85.0,
    ),
}
