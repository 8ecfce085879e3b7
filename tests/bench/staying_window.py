"""A bare window in a process of its own, to compare with while it stays open."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def staying_window() -> Iterator[int]:
    """The process' id, once the window is painted."""
    command = [sys.executable, "-m", "tests.bench.start_probe", "bare", "stay"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        try:
            yield child.pid
        finally:
            child.kill()
