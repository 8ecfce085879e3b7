"""Progress of a question to a provider or the keyring, with a button that cancels it."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Coroutine
from typing import TypeVar

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QProgressBar, QWidget
from shiboken6 import isValid

from desktop.domain.model.command_reason import CommandReason
from desktop.domain.model.reason import make_reason
from desktop.engine.accounts.views import Refusal
from desktop.engine.protocols import Run
from desktop.text.catalog import strip_isolates
from desktop.text.screens import widgets as texts
from desktop.ui.look.theme import GAP, Theme
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import push_button
from desktop.ui.widgets.labels import Paragraph
from desktop.ui.widgets.screen_reader.announce import announce

T = TypeVar("T")
SLOW_AFTER_MS = 6000


class ThinProgressBar(QProgressBar):
    """A bar without text in the theme's accent color.

    One without an end moves, unless motion is reduced: then a part of it in the middle is filled.
    """

    def __init__(self, theme: Theme, accessible_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setTextVisible(False)
        self.setFixedHeight(6)
        self.setAccessibleName(accessible_name)
        theme.changed.connect(self._apply_theme)
        self._apply_theme()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.minimum() < self.maximum() or not self._theme.reduces_motion:
            super().paintEvent(event)
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for role, inset in (("border", 0.0), ("accent", self.width() / 3)):
            painter.setBrush(self._theme.color(role))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, 0, -inset, 0), 3, 3)

    def _apply_theme(self) -> None:
        colors = self._theme.colors
        self.setStyleSheet(
            f"QProgressBar {{ background: {colors.border}; border: none; border-radius: 3px; }}"
            f"QProgressBar::chunk {{ background: {colors.accent}; border-radius: 3px; }}"
        )


class ProgressRow(QWidget):
    """Runs one piece of work at a time and is visible while it runs.

    Signals:
        changed: work has started or ended.
    """

    changed = Signal()

    def __init__(self, theme: Theme, run: Run, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._run = run
        self._task: asyncio.Future[object] | None = None
        self._work: Coroutine[object, None, object] | None = None
        self._number = 0
        self.is_running = False
        self._text, self._slow = Paragraph(), Paragraph(texts.SLOW(), muted=True)
        self._bar = ThinProgressBar(theme, texts.IN_PROGRESS())
        self._bar.setRange(0, 0)
        self.cancel_button = push_button(texts.CANCEL(), self.cancel)
        head = layouts.row(self._text, self.cancel_button)
        head.setStretchFactor(self._text, 1)
        layouts.column(head, self._bar, self._slow, parent=self, spacing=GAP // 2)
        self._slow_timer = QTimer(self, singleShot=True)
        self._slow_timer.timeout.connect(self._on_slow)
        self.hide()

    @property
    def text(self) -> str:
        """What is shown; "" while nothing runs."""
        if not self.is_running:
            return ""
        return self._text.text() if self._slow.isHidden() else f"{self._text.text()} {self._slow.text()}"

    def start(self, work: Coroutine[object, None, T | Refusal], text: str, then: Callable[[T | Refusal], None]) -> None:
        """Run `work`, cancelling what ran before, and call `then` with its result unless it is cancelled.

        The result is a Refusal if the work raises. text: what is going on, for the agent.
        """
        self.cancel()
        self._number += 1
        number = self._number
        self.is_running = True
        self._text.setText(text)
        self._text.setAccessibleName(strip_isolates(text))
        self._slow.hide()
        self.show()
        self._slow_timer.start(SLOW_AFTER_MS)
        announce(self, text)
        self.changed.emit()

        def on_result(result: T | Refusal) -> None:
            if isValid(self) and number == self._number and self.is_running:
                self._finish()
                then(result)

        # Still running although its task has ended: the work raised, and the log says what.
        task = self._run(work, "a question of the screen", on_result)
        if self.is_running and number == self._number:
            self._task, self._work = task, work
            if task is not None:
                task.add_done_callback(lambda _: on_result(Refusal(make_reason(CommandReason.COMMAND_BROKE))))

    def cancel(self) -> None:
        """Cancel the running work, if any; its result is dropped."""
        if self.is_running:
            task, work = self._task, self._work
            self._finish()
            if task is not None:
                task.cancel()
            if work is not None and inspect.getcoroutinestate(work) == inspect.CORO_CREATED:
                # Cancelled before its first step: nobody else closes the coroutine.
                work.close()

    def _finish(self) -> None:
        self._number += 1
        self._task = self._work = None
        self.is_running = False
        self.hide()
        self.changed.emit()

    def _on_slow(self) -> None:
        if self.is_running:
            self._slow.show()
            announce(self, texts.SLOW())
