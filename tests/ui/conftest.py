"""For screens: a main window on an engine that answers from memory."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fake_engine import FakeEngine
from sample_inbox import opened_inbox, sample_engine
from screen_fixtures import block_font, delete_later, only_theme, theme, ticker

from desktop.ui.customers import page_loader
from desktop.ui.inbox import view_loader
from desktop.ui.inbox.main_window import MainWindow

__all__ = ["block_font", "delete_later", "only_theme", "theme", "ticker"]


@pytest.fixture(autouse=True)
def short_pauses() -> Iterator[None]:
    """Between rounds of loading: what waits for the second round would wait for a quarter of a second."""
    # Not the fixture `monkeypatch`, which would then be undone after the window has been closed.
    with pytest.MonkeyPatch.context() as patch:
        for loader in (view_loader, page_loader):
            patch.setattr(loader, "PAUSE_MS", 5)
        yield


@pytest.fixture
def engine(people, clock) -> FakeEngine:
    return sample_engine(people, clock)


@pytest.fixture
def opened() -> list[str]:
    return []


@pytest.fixture
def window(qtbot, engine: FakeEngine, theme, ticker, opened: list[str]) -> Iterator[MainWindow]:
    with opened_inbox(qtbot, engine, theme, ticker, open_url=lambda url: opened.append(url.toString())) as window:
        yield window
