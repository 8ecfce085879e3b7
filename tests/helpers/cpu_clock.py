"""A clock for short pieces of work."""

from __future__ import annotations

import os
import time

cpu_time_s = time.process_time if os.name == "posix" else time.perf_counter
"""Of this process alone; Windows counts that in steps of a 64th of a second, so there it is the time of day."""
