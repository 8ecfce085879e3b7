"""Asks for confirmation when the agent quits while replies wait to be sent."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop.text.screens import inbox as texts
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
        title, text = texts.QUIT_TITLE(self.waiting_count), texts.QUIT_TEXT(self.waiting_count)
        self.question.ask(title, text, texts.QUIT(), self.close_without_asking)
        return False

    def close_without_asking(self) -> None:
        self._is_confirmed = True
        self._window.close()
