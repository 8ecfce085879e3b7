"""Opening a thread takes about the same time with a thousand or ten thousand messages."""

from __future__ import annotations

import os
from dataclasses import replace
from statistics import median
from time import perf_counter

import pytest
from fake_engine import newest_messages
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from desktop.engine.views import THREAD_PAGE
from desktop.ui.look.theme import Theme
from desktop.ui.look.ticker import Ticker
from desktop.ui.thread.pane import ThreadPane

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
ROUNDS = 5
MAX_RATIO = 3.0
"""Limit for ten times the messages; without pages the ratio is about ten."""


@pytest.mark.slow
@pytest.mark.bench
def test_ten_thousand_messages_open_like_a_thousand(qtbot, clock, people, qapp: QApplication):
    pane = ThreadPane(Theme(qapp, scheme=Qt.ColorScheme.Light), ticker := Ticker(clock))
    qtbot.addWidget(pane)
    pane.resize(620, 800)
    pane.show()
    threads = [people.long_thread(count, customer_id=f"c-{count}") for count in (1_000, 10_000)]
    views = [newest_messages(thread, THREAD_PAGE) for thread in threads]
    times: list[list[float]] = [[], []]
    for _ in range(ROUNDS):
        for view, durations in zip(views, times, strict=True):
            start = perf_counter()
            pane.show_thread(view)
            pane.grab()
            durations.append(perf_counter() - start)
    ticker.stop()
    small, large = (median(durations) for durations in times)
    print(f"1,000 messages: {small * 1000:.0f} ms; 10,000: {large * 1000:.0f} ms; ratio {large / small:.2f}")
    assert large / small < MAX_RATIO


@pytest.mark.slow
@pytest.mark.bench
def test_a_message_more_costs_the_same_in_a_long_thread(qtbot, clock, people, qapp: QApplication):
    """Fifty messages arrive and are shown one by one."""
    pane = ThreadPane(Theme(qapp, scheme=Qt.ColorScheme.Light), ticker := Ticker(clock))
    qtbot.addWidget(pane)
    pane.resize(620, 800)
    pane.show()
    costs = []
    for count in (1_000, 10_000):
        view = people.long_thread(count + 50, customer_id=f"c-{count}")
        # Slices of one assembled thread: assembling is measured elsewhere.
        grown = [
            newest_messages(
                replace(view, thread=replace(view.thread, messages=view.thread.messages[: count + n])), THREAD_PAGE
            )
            for n in range(51)
        ]
        pane.show_thread(grown[0])
        pane.grab()
        start = perf_counter()
        for more in grown[1:]:
            pane.show_thread(more)
        costs.append((perf_counter() - start) / 50)
    ticker.stop()
    small, large = costs
    print(f"a message more: {small * 1000:.1f} ms of 1,000; {large * 1000:.1f} ms of 10,000; {large / small:.2f}")
    assert large / small < MAX_RATIO
