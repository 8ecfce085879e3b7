"""Counts what was checked, and prints it as it comes."""

from __future__ import annotations


class Tally:
    """passed, failed, skipped: how many checks and tests."""

    def __init__(self) -> None:
        self.passed = self.failed = self.skipped = 0

    def __str__(self) -> str:
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"

    def check(self, what: str, came_true: object, detail: str = "") -> bool:
        """Count one check. detail: printed where it failed."""
        if came_true:
            self.passed += 1
            print(f"    passed  {what}", flush=True)
        else:
            self.failed += 1
            print(f"    FAILED  {what}", flush=True)
            for line in detail.strip().splitlines()[-30:]:
                print(f"            {line}", flush=True)
        return bool(came_true)

    def add(self, *, passed: int, failed: int, skipped: int) -> None:
        self.passed += passed
        self.failed += failed
        self.skipped += skipped
