"""Asking: something is being found out: says what, shows that it goes on, and lets the agent stop it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Coroutine
from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget
from shiboken6 import isValid

from desktop.engine.accounts.views import Refusal
from desktop.ui.look.theme import GAP, Theme
from desktop.ui.widgets.announce import announce
from desktop.ui.widgets.labels import Paragraph

Run = Callable[..., Any]
"""`Tasks.start`: (coroutine, name, then=None) -> something with `cancel` and `add_done_callback`, or None."""
LONG_MS = 6000
STILL = "This takes longer than usual. A slow network may be the reason, or the keyring waits for your permission."
BROKE = "Something in Reachline broke, and this was not done."


class ProgressRow(QWidget):
    """One question at a time; hidden while nothing is asked.

    Signals:
        changed: a question began, or ended.
    """

    changed = Signal()

    def __init__(self, theme: Theme, run: Run, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._run = theme, run
        self._task: Any = None
        self._work: Coroutine[Any, Any, Any] | None = None
        self._number = 0
        self.is_asking = False
        self._words, self._still = Paragraph(""), Paragraph(STILL, muted=True)
        self._bar = QProgressBar()
        self._bar.setRange(0, 0)
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(6)
        self._bar.setAccessibleName("Going on")
        self.cancel = QPushButton("Cancel")
        self.cancel.setAutoDefault(False)
        self.cancel.clicked.connect(self.stop)
        row = QHBoxLayout()
        row.setSpacing(GAP)
        row.addWidget(self._words, 1)
        row.addWidget(self.cancel)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP // 2)
        column.addLayout(row)
        column.addWidget(self._bar)
        column.addWidget(self._still)
        self._long = QTimer(self, singleShot=True)
        self._long.timeout.connect(self._on_long)
        theme.changed.connect(self._apply_theme)
        self._apply_theme()
        self.hide()

    @property
    def said(self) -> str:
        """What is on the screen; "" when nothing is asked."""
        if not self.is_asking:
            return ""
        return self._words.text() if self._still.isHidden() else f"{self._words.text()} {self._still.text()}"

    def ask(self, work: Coroutine[Any, Any, Any], words: str, then: Callable[[Any], None]) -> None:
        """Run `work` and hand its answer to `then`, unless it is stopped first; a Refusal if it breaks.

        words: what is going on, for the agent.
        """
        self.stop()
        self._number += 1
        number = self._number
        self.is_asking = True
        self._words.setText(words)
        self._words.setAccessibleName(words)
        self._still.hide()
        self.show()
        self._long.start(LONG_MS)
        announce(self, words)
        self.changed.emit()

        def answered(answer: Any) -> None:
            if isValid(self) and number == self._number and self.is_asking:
                self._rest()
                then(answer)

        def ended(_task: Any) -> None:
            # Still asked although its task has ended: it broke, and the log knows how.
            answered(Refusal(BROKE))

        task = self._run(work, "a question of the screen", answered)
        if self.is_asking and number == self._number:
            self._task, self._work = task, work
            if task is not None:
                task.add_done_callback(ended)

    def stop(self) -> None:
        """Ask no further; whatever answer comes is nobody's."""
        if self.is_asking:
            task, work = self._task, self._work
            self._rest()
            if task is not None:
                task.cancel()
            if work is not None and inspect.getcoroutinestate(work) == inspect.CORO_CREATED:
                # Cancelled before it began, nobody else ends it.
                work.close()

    def _rest(self) -> None:
        self._number += 1
        self._task = self._work = None
        self.is_asking = False
        self.hide()
        self.changed.emit()

    def _on_long(self) -> None:
        if self.is_asking:
            self._still.show()
            announce(self, STILL)

    def _apply_theme(self) -> None:
        colors = self._theme.colors
        self._bar.setStyleSheet(
            f"QProgressBar {{ background: {colors.border}; border: none; border-radius: 3px; }}"
            f"QProgressBar::chunk {{ background: {colors.accent}; border-radius: 3px; }}"
        )
