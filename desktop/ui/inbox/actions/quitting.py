"""Asks for confirmation when the agent quits while replies wait to be sent, or would be lost."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from PySide6.QtWidgets import QWidget

from desktop.text.screens import inbox as texts
from desktop.ui.look.theme import Theme
from desktop.ui.widgets.confirm_sheet import ConfirmSheet


class QuitConfirmation:
    """Decides whether the window may close.

    hide_instead: hides the window and returns True where closing it shall not end the program.
    on_quit_requested: called where the agent quits, and doesn't only close the window.
    waiting_count: replies that are queued or being sent. draft_count: replies and notes that are begun.
    scheduled_count: replies that wait for their time. keeps_nothing: all are lost when the program ends.
    """

    def __init__(self, theme: Theme, window: QWidget) -> None:
        self._theme, self._window = theme, window
        self._is_confirmed = False
        self.waiting_count = self.draft_count = self.scheduled_count = 0
        self.keeps_nothing = False
        self.hide_instead: Callable[[], bool] = _never
        self._is_quitting = False
        self.on_quit_requested: Callable[[], object] = self.quit

    @cached_property
    def question(self) -> ConfirmSheet:
        """Not the one of the thread pane: that covers only this pane, and another sheet may cover it in turn."""
        return ConfirmSheet(self._theme, self._window)

    def confirm_close(self) -> bool:
        """Return whether the window may close now; if not, the agent has been asked."""
        waiting, lost_drafts = self.waiting_count, self.draft_count if self.keeps_nothing else 0
        if not self._is_confirmed and not self._is_quitting and self.hide_instead():
            return False
        if self._is_confirmed or not self.has_to_ask:
            return True
        if self.keeps_nothing:
            sentences = [texts.QUIT_KEEPS_NOTHING()]
            sentences += [texts.QUIT_LOSES_REPLIES(waiting)] if waiting else []
            sentences += [texts.QUIT_LOSES_SCHEDULED(self.scheduled_count)] if self.scheduled_count else []
            sentences += [texts.QUIT_LOSES_DRAFTS(lost_drafts)] if lost_drafts else []
            title, text = texts.QUIT_LOSES_TITLE(), " ".join(sentences)
        else:
            sentences = [texts.QUIT_TEXT(waiting)] if waiting else []
            sentences += [texts.QUIT_SCHEDULED_TEXT(self.scheduled_count)] if self.scheduled_count else []
            title = texts.QUIT_TITLE(waiting) if waiting else texts.QUIT_SCHEDULED_TITLE(self.scheduled_count)
            text = " ".join(sentences)
        self.question.ask(title, text, texts.QUIT(), self.close_without_asking)
        return False

    @property
    def has_to_ask(self) -> bool:
        """Whether something waits, or would be lost."""
        waits = self.waiting_count or self.scheduled_count
        return bool(waits or (self.draft_count if self.keeps_nothing else 0))

    def quit(self) -> bool:
        """Close the window for good, unless the agent has to be asked. Returns whether it is closed."""
        self._is_quitting = True
        try:
            return self._window.window().close()
        finally:
            self._is_quitting = False

    def close_without_asking(self) -> None:
        self._is_confirmed = True
        # The window that it is a part of, if it is not one itself.
        self._window.window().close()


def _never() -> bool:
    return False
