"""Fixtures of the crash tests."""

from __future__ import annotations

from pathlib import Path

import pytest
from crashable_program import CrashableProgram


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Parametrize `seed`; each seed stands for 400 sends."""
    if "seed" in metafunc.fixturenames:
        metafunc.parametrize("seed", range(24 if metafunc.config.getoption("whole") else 1))


@pytest.fixture
def program(tmp_path: Path) -> CrashableProgram:
    return CrashableProgram(tmp_path / "reachline.db")
