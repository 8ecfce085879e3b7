"""A plugin of pytest: event loops look for themselves whether another thread has given them something to do.

Under wine, what a thread writes to wake a loop is lost at times: the loop then waits for ever, with a callback in its
list. Seen in one of a few hundred tests of the engine, whose database is a thread.
"""

from __future__ import annotations

import sys
from typing import Any

LONGEST_S = 0.05

if sys.platform == "win32":
    from asyncio.windows_events import IocpProactor

    _select = IocpProactor.select

    def _select_for_a_while(self: IocpProactor, timeout: Any = None) -> list[Any]:
        return _select(self, LONGEST_S if timeout is None else min(timeout, LONGEST_S))

    IocpProactor.select = _select_for_a_while  # type: ignore[method-assign]
