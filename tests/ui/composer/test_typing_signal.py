"""Who writes a reply is told to the team at most once a second, and that it has ended at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtCore import QObject

from desktop.ui.composer.typing_signal import TypingSignal

SOON = timedelta(milliseconds=300)


@pytest.fixture
def told() -> list[tuple[str, bool]]:
    return []


@pytest.fixture
def signal(qapp, ticker, told) -> TypingSignal:
    parent = QObject(qapp)
    signal = TypingSignal(ticker, parent)
    signal.changed.connect(lambda conversation_id, is_typing: told.append((conversation_id, is_typing)))
    return signal


def test_many_keys_are_told_once_a_second(signal, told, clock) -> None:
    for _ in range(11):
        signal.write("wa")
        clock.advance(SOON)
    assert told == [("wa", True)] * 3
    signal.stop()
    signal.stop()
    assert told[3:] == [("wa", False)]


def test_emptying_and_writing_again_tells_no_more_often(signal, told, clock) -> None:
    for _ in range(3):
        signal.write("wa")
        signal.stop()
    assert told == [("wa", True), ("wa", False)]
    clock.advance(timedelta(seconds=1))
    signal.write("wa")
    assert told[2:] == [("wa", True)]


def test_another_conversation_ends_the_first(signal, told) -> None:
    signal.write("wa")
    signal.write("web")
    assert told == [("wa", True), ("wa", False), ("web", True)]


def test_a_clock_that_is_set_back_does_not_silence_it(signal, told, clock) -> None:
    signal.write("wa")
    clock.advance(timedelta(hours=-1))
    signal.write("wa")
    assert told == [("wa", True)] * 2
