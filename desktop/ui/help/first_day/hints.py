"""Shows the hints that are left, one at a time, each where its place is on the screen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec
from PySide6.QtCore import QObject, QRect, Signal
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QTextEdit, QWidget

from desktop.text.screens import first_day as texts
from desktop.ui.commands.table import BY_NAME, shown_keys
from desktop.ui.help.first_day.hint_bubble import HintBubble, Side
from desktop.ui.look.theme import Theme
from desktop.ui.look.ticker import Ticker

PAUSE = timedelta(seconds=20)
"""Before the first hint, and between two."""


class Hint(StrEnum):
    """In the order in which they are shown where several have their place on the screen."""

    VIEWS = "views"
    FORECAST = "forecast"
    COUNTDOWN = "countdown"
    NOT_SHOWN = "not_shown"
    PALETTE = "palette"


_SIDES = {
    Hint.VIEWS: (Side.AFTER, Side.BELOW),
    Hint.FORECAST: (Side.ABOVE,),
    Hint.COUNTDOWN: (Side.BELOW,),
    Hint.NOT_SHOWN: (Side.BELOW, Side.ABOVE),
    Hint.PALETTE: (Side.AFTER, Side.BELOW),
}


class HintPlaces(msgspec.Struct, frozen=True):
    """targets: return the place of each hint in the window's coordinates, None while it is not on the screen.
    avoided: returns what no hint may cover.
    """

    targets: Mapping[Hint, Callable[[], QRect | None]]
    avoided: Callable[[], tuple[QRect, ...]]


class HintPresenter(QObject):
    """Shows none to a screen reader, which would read it in the middle of something else.

    Signals:
        finished: a hint was dismissed, or is no longer needed. arg: the Hint.
    """

    finished = Signal(object)

    def __init__(
        self,
        theme: Theme,
        ticker: Ticker,
        window: QWidget,
        places: HintPlaces,
        can_show: Callable[[], bool],
        left: Iterable[Hint],
    ) -> None:
        """can_show: whether nothing else wants the agent's attention."""
        super().__init__(window)
        self._ticker, self._window, self._places, self._can_show = ticker, window, places, can_show
        self.left = [hint for hint in Hint if hint in set(left)]
        self.shown: Hint | None = None
        self._not_before = ticker.now() + PAUSE
        self.bubble = HintBubble(theme, window)
        self.bubble.dismissed.connect(self._on_dismissed)
        ticker.ticked.connect(self._on_ticked)

    def finish(self, hint: Hint) -> None:
        """Show this one no more: the agent has read it, or done what it says."""
        if hint not in self.left:
            return
        self.left.remove(hint)
        if self.shown is hint:
            self._hide()
        self.finished.emit(hint)

    def stop(self) -> None:
        """Show none any more."""
        self.left = []
        self._hide()
        self._ticker.ticked.disconnect(self._on_ticked)
        self.bubble.deleteLater()

    def _on_dismissed(self) -> None:
        if self.shown is not None:
            self.finish(self.shown)

    def _on_ticked(self, now: datetime) -> None:
        if not self._can_show():
            self.bubble.hide()
        elif self.shown is not None:
            self._place(self.shown)
        elif now >= self._not_before and not _is_writing() and not QAccessible.isActive():
            for hint in self.left:
                self.bubble.show_hint(_text_of(hint))
                if self._place(hint):
                    self.shown = hint
                    break

    def _place(self, hint: Hint) -> bool:
        target = self._places.targets[hint]()
        if target is None:
            self._hide()
            return False
        return self.bubble.place(target, _SIDES[hint], self._places.avoided())

    def _hide(self) -> None:
        if self.shown is not None:
            self._not_before = self._ticker.now() + PAUSE
        self.shown = None
        self.bubble.hide()


def _is_writing() -> bool:
    """Whether the keyboard is in a text that somebody has begun."""
    focused = QApplication.focusWidget()
    if isinstance(focused, QLineEdit):
        return bool(focused.text())
    return isinstance(focused, (QPlainTextEdit, QTextEdit)) and bool(focused.toPlainText())


def _text_of(hint: Hint) -> str:
    if hint is Hint.PALETTE:
        return texts.HINT_PALETTE(keys=shown_keys(BY_NAME["palette"].keys[0]))
    words = {
        Hint.VIEWS: texts.HINT_VIEWS,
        Hint.FORECAST: texts.HINT_FORECAST,
        Hint.COUNTDOWN: texts.HINT_COUNTDOWN,
        Hint.NOT_SHOWN: texts.HINT_NOT_SHOWN,
    }
    return words[hint]()
