"""The main window on a small shop: Jennifer, Tom, and two teammates."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from fake_engine import FakeEngine, FakeQueries
from PySide6.QtCore import QUrl
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from sample_people import People

from desktop.engine.views import WorkspaceView
from desktop.ports import Teammate
from desktop.ui.inbox.main_window import MainWindow
from desktop.ui.look.theme import Theme
from desktop.ui.look.ticker import Ticker


def sample_engine(people: People, clock: Any) -> FakeEngine:
    rows = (people.row("c-1", "Jennifer Okafor"), people.row("c-2", "Tom Baker"))
    me = Teammate("91", "Maria Lind")
    view = people.jennifer()
    tom = people.view([people.web()], customer_id="c-2", name="Tom Baker")
    about = WorkspaceView(
        view.workspace, "Shop", me, (me, Teammate("92", "Tom & Co")), inbox_url="https://inbox/{conversation_id}"
    )
    return FakeEngine(FakeQueries({"c-1": view, "c-2": tom}, rows, about), clock)


@contextmanager
def opened_inbox(
    qtbot: QtBot, engine: FakeEngine, theme: Theme, ticker: Ticker, open_url: Callable[[QUrl], object] = lambda _: None
) -> Iterator[MainWindow]:
    """The main window, in front and with its list."""
    window = MainWindow(engine, theme, ticker, open_url=open_url)
    window.resize(1400, 900)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window and "customers" in engine.queries.asked)
    yield window
    window.close()
    window.deleteLater()
