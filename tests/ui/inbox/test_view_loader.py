"""Changes that pour in are shown together, a few times a second; what the agent asks for is shown at once."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from desktop.ui.inbox.view_loader import LoadedViews, ViewLoader


@pytest.fixture
def loader(qapp, engine):
    parent = QObject()
    loader = ViewLoader(engine, parent)
    # Longer than a test, also on a busy machine.
    loader._pause.setInterval(600_000)
    yield loader
    parent.deleteLater()


@pytest.fixture
def rounds(loader: ViewLoader) -> list[LoadedViews]:
    loaded: list[LoadedViews] = []
    loader.loaded.connect(loaded.append)
    return loaded


def test_the_first_change_is_shown_at_once_and_a_burst_behind_it_together(loader, rounds, qtbot) -> None:
    for _ in range(50):
        loader.request(thread="c-1", can_wait=True)
        QApplication.processEvents()
    assert len(rounds) == 1
    assert loader._pause.isActive()
    loader._pause.start(0)
    qtbot.waitUntil(lambda: len(rounds) == 2)
    assert rounds[1].thread is not None
    QApplication.processEvents()
    assert len(rounds) == 2


def test_what_the_agent_asks_for_waits_for_nothing(loader, rounds) -> None:
    loader.request(thread="c-1", can_wait=True)
    QApplication.processEvents()
    loader.request(undecided=True, can_wait=True)
    QApplication.processEvents()
    assert len(rounds) == 1
    loader.request(thread="c-2")
    QApplication.processEvents()
    assert [r.requested_thread for r in rounds] == ["c-1", "c-2"]
    assert rounds[1].undecided is not None, "what waited is loaded with it"


def test_a_thread_that_is_wanted_for_more_than_its_older_messages_says_so(loader, rounds) -> None:
    loader.request(thread="c-1", for_older=True)
    QApplication.processEvents()
    loader.request(thread="c-1", for_older=True)
    loader.request(thread="c-1", can_wait=True)
    QApplication.processEvents()
    loader.request(thread="c-1", can_wait=True)
    loader.request(thread="c-1", for_older=True)
    QApplication.processEvents()
    assert [r.is_for_older for r in rounds] == [True, False, False]
