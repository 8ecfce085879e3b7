"""Looks for words in all stored messages of the customer on the screen, and goes from one of them to another."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import cached_property

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QWidget

from desktop.domain.model.facts import MessageKey
from desktop.domain.search.query import SearchQuery, parse
from desktop.engine.protocols import Engine
from desktop.engine.views import FoundInThread, ThreadView
from desktop.text.locale import formats
from desktop.text.screens import search as texts
from desktop.text.screens.widgets import NOTHING_FOUND
from desktop.ui.look.theme import Theme
from desktop.ui.thread.finding.bar import OLDER, FindBar
from desktop.ui.thread.pane import ThreadPane
from desktop.ui.widgets.screen_reader.announce import announce

PAUSE_MS = 250
"""After the last letter: what is found is read out, and the messages move to it."""
GoTo = Callable[[str, MessageKey, Callable[[], None]], None]
"""Shows a message of a customer, however old it is, and calls back once it is on the screen."""


class ThreadFinder(QObject):
    """Begins at the newest message that is found. Filters of the search field work here, too."""

    def __init__(self, engine: Engine, theme: Theme, pane: ThreadPane, go_to: GoTo, parent: QWidget) -> None:
        super().__init__(parent)
        self._engine, self._theme, self._pane, self._go_to = engine, theme, pane, go_to
        self._view: ThreadView | None = None
        self._query = SearchQuery()
        self._found = FoundInThread()
        self._at = 0
        self._running: asyncio.Future[object] | None = None
        self._turn = 0
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(lambda: self._search(keeps_place=False))

    @cached_property
    def bar(self) -> FindBar:
        """The first access builds it."""
        bar = FindBar(self._theme, self._pane.timeline.parentWidget())
        self._pane.insert_above_messages(bar, bar.field, bar.older, bar.newer, bar.close_button)
        bar.field.textChanged.connect(self._on_text_changed)
        bar.step_requested.connect(self.step)
        bar.closed.connect(self._on_closed)
        return bar

    @property
    def is_open(self) -> bool:
        return "bar" in vars(self) and not self.bar.isHidden()

    def open(self) -> None:
        """Show the bar; where it has the keyboard already, go to the next older message."""
        if self.is_open and self.bar.field.hasFocus():
            self.step(OLDER)
            return
        is_new = not self.is_open
        self.bar.show()
        self.bar.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.bar.field.selectAll()
        if is_new:
            self._on_text_changed(self.bar.field.text())

    def show(self, view: ThreadView | None) -> None:
        """view: the one on the screen."""
        before, self._view = self._view, view
        if not self.is_open:
            return
        if view is None or before is None or before.customer_id != view.customer_id:
            self._close()
        elif _newest(before) != _newest(view):
            self._search(keeps_place=True)

    def step(self, by: int) -> None:
        """by: `OLDER` or `NEWER`; from one end it goes to the other. After typing, to the first that is found."""
        if self._pause.isActive():
            self._search(keeps_place=False)
        elif self._found.messages:
            self._at = (self._at + by) % len(self._found.messages)
            self._go()

    # --- searching -------------------------------------------------------------------------------------------------

    def _on_text_changed(self, text: str) -> None:
        today = self._engine.clock.now().astimezone().date()
        self._query = parse(text, today, day_first=formats().is_day_first)
        self._pause.start()

    def _search(self, *, keeps_place: bool) -> None:
        self._stop()
        if self._view is None or self._query.is_empty:
            self._show_nothing("")
            return
        turn = self._turn
        work = self._engine.queries.find_in_thread(self._view.customer_id, self._query)

        def on_found(found: FoundInThread) -> None:
            if turn == self._turn:
                self._show_found(found, keeps_place=keeps_place)

        self._running = self._engine.tasks.start(work, "find in the thread", on_found)

    def _stop(self) -> None:
        self._pause.stop()
        self._turn += 1
        if self._running is not None:
            self._running.cancel()
            self._running = None

    def _show_found(self, found: FoundInThread, *, keeps_place: bool) -> None:
        before, self._found = self._current, found
        kept = keeps_place and before in found.messages
        self._at = found.messages.index(before) if kept and before is not None else 0
        if not found.messages:
            self._show_nothing(NOTHING_FOUND())
            announce(self.bar, NOTHING_FOUND())
        elif kept:
            self._show_count()
        else:
            self._go()

    def _show_nothing(self, text: str) -> None:
        self._found = FoundInThread()
        self._pane.timeline.text_selection.clear()
        self.bar.show_count(text, can_step=False)

    # --- going there -----------------------------------------------------------------------------------------------

    @property
    def _current(self) -> MessageKey | None:
        return self._found.messages[self._at] if self._found.messages else None

    def _show_count(self) -> None:
        found = self._found
        self.bar.show_count(texts.position(self._at + 1, len(found.messages), found.has_more), can_step=True)

    def _go(self) -> None:
        key = self._current
        if key is not None and self._view is not None:
            self._show_count()
            self._go_to(self._view.customer_id, key, lambda: self._on_shown(key))

    def _on_shown(self, key: MessageKey) -> None:
        if key != self._current or not self.is_open:
            return
        spoken = self._pane.timeline.mark_found(key, self._query.words, self._query.phrases)
        announce(self.bar, f"{self.bar.count.text()}. {spoken}")

    def _on_closed(self) -> None:
        # Before the bar goes: otherwise Qt gives the keyboard to another field first, which is read out.
        self._pane.setFocus(Qt.FocusReason.OtherFocusReason)
        self._close()

    def _close(self) -> None:
        self._stop()
        self._pane.timeline.text_selection.clear()
        self.bar.hide()


def _newest(view: ThreadView) -> MessageKey | None:
    messages = view.thread.messages
    return messages[-1].key if messages else None
