"""What is shown while a large file of an earlier version of the program is brought to this one."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Protocol

from desktop.domain.model.reason import NO_REASON, Reason
from desktop.engine.protocols import Run
from desktop.store.core.database import UpdateListener
from desktop.store.core.old_messages import OldMessages
from desktop.text.reasons.describe import describe
from desktop.text.terminal import command_line as texts
from desktop.ui.look.theme import Theme

if TYPE_CHECKING:
    # Imported where one is shown: most starts show neither.
    from desktop.app.windows.error_window import ErrorWindow
    from desktop.app.windows.old_messages import OldMessagesWindow

SHOWN_AFTER_S = 0.5
"""Most updates take less."""


class ShowWindow(Protocol):
    """Shows a sentence, and one more button unless its text is ""."""

    def __call__(self, sentence: str, *, alternative: str) -> ErrorWindow: ...


class UpdateWindows(UpdateListener):
    """A window that shows the progress, and one to read the earlier messages in."""

    def __init__(self, show_window: ShowWindow, run: Run, theme: Theme) -> None:
        self._show_window, self._run, self._theme = show_window, run, theme
        self._clock = asyncio.get_running_loop().time
        self._begun_at_s = self._clock()
        self._old: OldMessages | None = None
        self._reason = NO_REASON
        self._progress: ErrorWindow | None = None
        self.reading: OldMessagesWindow | None = None

    @property
    def customer_id(self) -> str:
        """The customer whose messages were opened last in the window to read in; "" for none."""
        return self.reading.customer_id if self.reading is not None else ""

    def on_progress(self, done: float) -> None:
        sentence = texts.UPDATING_MESSAGES(percent=int(done * 100))
        if self._reason:
            sentence = f"{sentence}\n{describe(self._reason)}"
        if self._progress is not None:
            self._progress.sentence.setText(sentence)
        elif self._clock() - self._begun_at_s >= SHOWN_AFTER_S:
            alternative = texts.READ_MEANWHILE() if self._old is not None else ""
            self._progress = self._show_window(sentence, alternative=alternative)
            self._progress.alternative_chosen.connect(self._on_read_meanwhile)

    def on_readable(self, old: OldMessages) -> None:
        self._old = old

    def on_unreadable(self, reason: Reason) -> None:
        self._reason, self._old = reason, None
        if self._progress is not None:
            self._progress.alternative_button.hide()
        if self.reading is not None:
            self.reading.close()

    def close(self) -> None:
        """Close the window to read in; the other is closed by whoever showed it."""
        self._progress = None
        if self.reading is not None:
            self.reading.close()
            self.reading.deleteLater()
            self.reading = None

    def _on_read_meanwhile(self) -> None:
        if self.reading is None and self._old is not None:
            from desktop.app.windows.old_messages import OldMessagesWindow

            self.reading = OldMessagesWindow(self._old, self._run, self._theme)
        if self.reading is not None:
            self.reading.show()
            self.reading.raise_()
            self.reading.activateWindow()
