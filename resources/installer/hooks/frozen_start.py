"""Runs first in the built program: mends what a frozen process gets and an installed one does not."""

import os
import sys

# PyInstaller's starter points the loader at the program's folder. This process has read that already; a browser opened
# from a link would load our libraries instead of its own.
for name in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"):
    before = os.environ.pop(f"{name}_ORIG", None)
    if before is not None:
        os.environ[name] = before
    else:
        os.environ.pop(name, None)

# A Windows program without a console has no streams, and libraries ask them whether they are terminals.
if sys.stdout is None:
    sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
if sys.stderr is None:
    sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
