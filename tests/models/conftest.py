"""For models: the ticker on a clock that stands still."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from desktop.ui.look.ticker import Ticker


@pytest.fixture
def ticker(qapp: QApplication, clock) -> Iterator[Ticker]:
    """Follows the fake `clock`; after `clock.advance(…)` call `ticker.tick()`."""
    ticker = Ticker(clock)
    yield ticker
    ticker.stop()
