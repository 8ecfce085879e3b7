"""For screens: one theme, reset between tests, and the ticker on a clock that stands still."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fake_engine import FakeEngine, FakeReads
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QApplication

from desktop.engine.views import WorkspaceView
from desktop.ports import Teammate
from desktop.ui.inbox.main_window import MainWindow
from desktop.ui.look.theme import Theme
from desktop.ui.look.ticker import Ticker


@pytest.fixture(autouse=True)
def nothing_left_over(qapp: QApplication) -> Iterator[None]:
    """Nothing is deleted later while no event loop runs: windows of past tests would be restyled again and again."""
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.fixture(scope="session")
def _theme(qapp: QApplication) -> Theme:
    return Theme(qapp, scheme=Qt.ColorScheme.Light)


@pytest.fixture
def theme(_theme: Theme) -> Iterator[Theme]:
    """Light, at the system's text size. The application has only one look, so all tests share it and put it back."""
    yield _theme
    _theme.scale_text(1.0)
    _theme.choose(Qt.ColorScheme.Light)


@pytest.fixture
def ticker(qapp: QApplication, clock) -> Iterator[Ticker]:
    """Follows the fake `clock`; after `clock.advance(…)` call `ticker.tick()`."""
    ticker = Ticker(clock)
    yield ticker
    ticker.stop()


@pytest.fixture
def engine(people, jennifer, clock) -> FakeEngine:
    rows = (people.row("c-1", "Jennifer Okafor"), people.row("c-2", "Tom Baker"))
    me = Teammate("91", "Maria Lind")
    view = jennifer()
    tom = people.view([people.web()], customer_id="c-2", name="Tom Baker")
    about = WorkspaceView(
        view.workspace, "Shop", me, (me, Teammate("92", "Tom & Co")), inbox_url="https://inbox/{conversation_id}"
    )
    return FakeEngine(FakeReads({"c-1": view, "c-2": tom}, rows, about), clock)


@pytest.fixture
def opened() -> list[str]:
    return []


@pytest.fixture
def window(qtbot, engine: FakeEngine, theme, ticker, opened: list[str]) -> Iterator[MainWindow]:
    window = MainWindow(engine, theme, ticker, open_url=lambda url: opened.append(url.toString()))
    window.resize(1400, 900)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window and "customers" in engine.reads.asked)
    yield window
    window.close()
    window.deleteLater()
