"""A small crowd, so that the command for the large one keeps working."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from broker import SERVER

REPOSITORY = Path(__file__).parents[2]


@pytest.mark.slow
@pytest.mark.posix("a hub and its broker run on Linux")
@pytest.mark.skipif(not SERVER.exists(), reason="nats-server is not installed")
def test_a_small_crowd_loses_nothing_when_hub_and_broker_are_killed() -> None:
    options = ("--desks", "10", "--rate", "20", "--seconds", "3", "--asleep", "0.3", "--kill", "both")
    command = (sys.executable, "-m", "tests.crowd", *options)
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "missing=0 stored_twice=0" in done.stdout
