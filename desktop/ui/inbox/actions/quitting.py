"""Asks for confirmation when the agent quits while replies wait to be sent."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop.ui.look.theme import Theme
from desktop.ui.widgets.confirm_sheet import ConfirmSheet


class QuitConfirmation:
    """Decides whether the window may close. waiting_count: replies that are queued or being sent."""

    def __init__(self, theme: Theme, window: QWidget) -> None:
        self._window = window
        self._is_confirmed = False
        self.waiting_count = 0
        # Not the question of the thread pane: that covers only this pane, and another sheet may cover it in turn.
        self.question = ConfirmSheet(theme, window)

    def confirm_close(self) -> bool:
        """Return whether the window may close now; if not, the agent has been asked."""
        if self._is_confirmed or not self.waiting_count:
            return True
        title, text = _question(self.waiting_count)
        self.question.ask(title, text, "Quit", self.close_without_asking)
        return False

    def close_without_asking(self) -> None:
        self._is_confirmed = True
        self._window.close()


def _question(count: int) -> tuple[str, str]:
    """Return title and text."""
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
