"""The ticker: aligned to the clock's seconds, and silent once stopped."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QTimer

from desktop.ui.look.ticker import Ticker


class _SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


def test_it_fires_just_after_a_full_second(qtbot):
    ticker = Ticker(_SystemClock())
    seen = []
    ticker.ticked.connect(seen.append)
    qtbot.waitUntil(lambda: len(seen) >= 2, timeout=5000)
    ticker.stop()
    assert seen[0].tzinfo is UTC
    assert seen[1] > seen[0]
    # A loaded machine may be late, never early: two ticks never fall into the same second.
    assert seen[0].replace(microsecond=0) != seen[1].replace(microsecond=0)


def test_a_tick_tells_the_clock_s_time_not_a_count(ticker, clock, qtbot):
    seen = []
    ticker.ticked.connect(seen.append)
    clock.advance(timedelta(hours=25))
    ticker.tick()
    assert seen == [clock.now()]


def test_it_is_silent_once_stopped(ticker, qtbot):
    seen, beats = [], []
    ticker.ticked.connect(seen.append)
    ticker.stop()
    running = Ticker(_SystemClock())
    running.ticked.connect(beats.append)
    qtbot.waitUntil(lambda: len(beats) >= 2, timeout=5000)
    running.stop()
    assert seen == []


def test_it_rests_while_nobody_looks_and_fires_at_once_afterwards(ticker, clock, qtbot):
    seen, beats = [], []
    ticker.ticked.connect(seen.append)
    ticker.set_resting(True)
    assert not any(timer.isActive() for timer in ticker.findChildren(QTimer))
    clock.advance(timedelta(hours=2))
    running = Ticker(_SystemClock())
    running.ticked.connect(beats.append)
    qtbot.waitUntil(lambda: len(beats) >= 2, timeout=5000)
    running.stop()
    assert seen == []
    ticker.set_resting(False)
    assert seen == [clock.now()]
    assert any(timer.isActive() for timer in ticker.findChildren(QTimer))
