"""Quitting: asks once where replies wait, and says what becomes of them."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop.ui.look.theme import Theme
from desktop.ui.widgets.confirm_sheet import Question


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
        title, text = _words(self.waiting_count)
        self.question.ask(
            title,
            text,
            "Quit",
            self.close_without_asking,
        )
        return False

    def close_without_asking(self) -> None:
        self._is_agreed = True
        self._window.close()


def _words(count: int) -> tuple[str, str]:
    if count == 1:
        return (
            "Quit while a reply waits to be sent?",
            "Nothing is sent while Reachline is closed. The reply is kept on this computer. At the next start it is "
            "checked again, then sent, or you're asked.",
        )
    return (
        f"Quit while {count} replies wait to be sent?",
        "Nothing is sent while Reachline is closed. The replies are kept on this computer. At the next start each is "
        "checked again, then sent, or you're asked.",
    )
