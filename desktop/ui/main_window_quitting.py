"""Quitting: asks once where replies wait, and says what becomes of them."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop.ui.question import Question
from desktop.ui.theme import Theme


class Quitting:
    """waiting_count: replies that are queued or under way."""

    def __init__(self, theme: Theme, window: QWidget) -> None:
        self._window = window
        self._is_agreed = False
        self.waiting_count = 0
        # Of its own: the one beside it covers the thread only, and a sheet may lie over that.
        self.question = Question(theme, window)

    def may_close(self) -> bool:
        """False where the agent is asked first."""
        if self._is_agreed or not self.waiting_count:
            return True
        count = self.waiting_count
        one = count == 1
        self.question.ask(
            f"Quit while {count} {'reply waits' if one else 'replies wait'} to be sent?",
            f"Nothing is sent while Reachline is closed. {'It is' if one else 'They are'} kept on this computer. "
            f"At the next start {'it is' if one else 'each is'} checked again, then sent, or you're asked.",
            "Quit",
            self.close_without_asking,
        )
        return False

    def close_without_asking(self) -> None:
        self._is_agreed = True
        self._window.close()
