"""For screens: a main window on an engine that answers from memory."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fake_engine import FakeEngine, FakeQueries
from PySide6.QtWidgets import QApplication
from screen_fixtures import delete_later, only_theme, theme, ticker

from desktop.engine.views import WorkspaceView
from desktop.ports import Teammate
from desktop.ui.customers import page_loader
from desktop.ui.inbox import view_loader
from desktop.ui.inbox.main_window import MainWindow

__all__ = ["delete_later", "only_theme", "theme", "ticker"]


@pytest.fixture(autouse=True)
def short_pauses() -> Iterator[None]:
    """Between rounds of loading: what waits for the second round would wait for a quarter of a second."""
    # Not the fixture `monkeypatch`, which would then be undone after the window has been closed.
    with pytest.MonkeyPatch.context() as patch:
        for loader in (view_loader, page_loader):
            patch.setattr(loader, "PAUSE_MS", 5)
        yield


@pytest.fixture
def engine(people, jennifer, clock) -> FakeEngine:
    rows = (people.row("c-1", "Jennifer Okafor"), people.row("c-2", "Tom Baker"))
    me = Teammate("91", "Maria Lind")
    view = jennifer()
    tom = people.view([people.web()], customer_id="c-2", name="Tom Baker")
    about = WorkspaceView(
        view.workspace, "Shop", me, (me, Teammate("92", "Tom & Co")), inbox_url="https://inbox/{conversation_id}"
    )
    return FakeEngine(FakeQueries({"c-1": view, "c-2": tom}, rows, about), clock)


@pytest.fixture
def opened() -> list[str]:
    return []


@pytest.fixture
def window(qtbot, engine: FakeEngine, theme, ticker, opened: list[str]) -> Iterator[MainWindow]:
    window = MainWindow(engine, theme, ticker, open_url=lambda url: opened.append(url.toString()))
    window.resize(1400, 900)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window and "customers" in engine.queries.asked)
    yield window
    window.close()
    window.deleteLater()
