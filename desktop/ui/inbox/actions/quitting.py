"""Asks for confirmation when the agent quits while replies wait to be sent, or would be lost."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop.text.screens import inbox as texts
from desktop.ui.look.theme import Theme
from desktop.ui.widgets.confirm_sheet import ConfirmSheet


class QuitConfirmation:
    """Decides whether the window may close.

    waiting_count: replies that are queued or being sent. draft_count: replies and notes that are begun.
    keeps_nothing: both are lost when the program ends.
    """

    def __init__(self, theme: Theme, window: QWidget) -> None:
        self._window = window
        self._is_confirmed = False
        self.waiting_count = self.draft_count = 0
        self.keeps_nothing = False
        # Not the question of the thread pane: that covers only this pane, and another sheet may cover it in turn.
        self.question = ConfirmSheet(theme, window)

    def confirm_close(self) -> bool:
        """Return whether the window may close now; if not, the agent has been asked."""
        waiting, lost_drafts = self.waiting_count, self.draft_count if self.keeps_nothing else 0
        if self._is_confirmed or not (waiting or lost_drafts):
            return True
        if self.keeps_nothing:
            sentences = [texts.QUIT_KEEPS_NOTHING()]
            sentences += [texts.QUIT_LOSES_REPLIES(waiting)] if waiting else []
            sentences += [texts.QUIT_LOSES_DRAFTS(lost_drafts)] if lost_drafts else []
            title, text = texts.QUIT_LOSES_TITLE(), " ".join(sentences)
        else:
            title, text = texts.QUIT_TITLE(waiting), texts.QUIT_TEXT(waiting)
        self.question.ask(title, text, texts.QUIT(), self.close_without_asking)
        return False

    def close_without_asking(self) -> None:
        self._is_confirmed = True
        # The window that it is a part of, if it is not one itself.
        self._window.window().close()
