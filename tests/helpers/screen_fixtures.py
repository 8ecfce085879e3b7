"""Fixtures for widgets: one theme, reset between tests, and a ticker on the fake clock."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from block_font import install_block_font
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QApplication

from desktop.app.language import follow
from desktop.text.catalog import ENGLISH
from desktop.text.locale import EnglishFormats, use_formats
from desktop.ui.look.theme import Theme
from desktop.ui.look.ticker import Ticker

__all__ = ["block_font", "delete_later", "only_theme", "theme", "ticker"]


def speak_english_again(application: QApplication) -> None:
    """After a test in another language. A system with a country has other times than the next tests expect."""
    follow(application, ENGLISH)
    use_formats(EnglishFormats())


@pytest.fixture(autouse=True)
def delete_later(qapp: QApplication) -> Iterator[None]:
    """Run deferred deletions, so that widgets of earlier tests are not styled again and again."""
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.fixture(scope="session")
def only_theme(qapp: QApplication) -> Theme:
    return Theme(qapp, scheme=Qt.ColorScheme.Light)


@pytest.fixture
def theme(only_theme: Theme) -> Iterator[Theme]:
    """The light theme at the system's text size. There is one per application, so it is reset after each test."""
    yield only_theme
    # What is about to go need not be styled once more.
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    only_theme.set_text_scale(1.0)
    only_theme.set_color_scheme(Qt.ColorScheme.Light)
    only_theme.set_system_reduces_motion(False)
    only_theme.set_reduced_motion(None)


@pytest.fixture
def block_font(theme: Theme) -> Iterator[None]:
    """Texts take the same room on every machine, whatever fonts it has."""
    before, theme._base_font = theme._base_font, install_block_font()
    theme._apply()
    yield
    theme._base_font = before
    theme._apply()


@pytest.fixture
def ticker(qapp: QApplication, clock) -> Iterator[Ticker]:
    """A ticker on the fake `clock`; after `clock.advance(…)` call `ticker.tick()`."""
    ticker = Ticker(clock)
    yield ticker
    ticker.stop()
