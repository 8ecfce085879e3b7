"""The banner that asks once which channels Octopods carries, when the answer would resolve doubts on the screen."""

from __future__ import annotations

from PySide6.QtCore import QSettings, Signal
from PySide6.QtWidgets import QWidget

from desktop.domain.history.thread import Chat
from desktop.domain.model.reason import ReasonCode
from desktop.engine.views import THREAD_PAGE, ThreadView
from desktop.text.screens import inbox as texts
from desktop.ui.look.theme import Theme
from desktop.ui.thread.banner import Banner

_DISMISSED = "octopods/question_dismissed"
_ANSWERABLE = (ReasonCode.BRIDGE_POSSIBLE, ReasonCode.FIRST_UNKNOWN)
"""Reasons for a doubt that the answer "we don't use Octopods" resolves as well."""


class OctopodsBanner(Banner):
    """Shown until the question is answered or dismissed for good.

    Signals:
        settings_requested: open the settings page with the question.
    """

    settings_requested = Signal()

    def __init__(self, theme: Theme, settings: QSettings | None, parent: QWidget | None = None) -> None:
        """settings: stores that the question was dismissed; None stores nothing."""
        super().__init__(theme, "fa6s.circle-question", "notice", texts.ANSWER(), texts.DO_NOT_ASK_AGAIN(), parent)
        self._settings = settings
        self._is_dismissed = settings is not None and settings.value(_DISMISSED) == "yes"
        self.button.setAccessibleName(texts.ANSWER_DESCRIPTION())
        self.button.clicked.connect(self.settings_requested)
        self.quiet_button.setToolTip(texts.ANSWER_LATER())
        self.quiet_button.clicked.connect(self._on_dismissed)

    def show_thread(self, view: ThreadView | None) -> None:
        """Show or hide the question for this thread."""
        self.show_text("" if view is None or self._is_dismissed else question_for(view))

    def _on_dismissed(self) -> None:
        self._is_dismissed = True
        if self._settings is not None:
            self._settings.setValue(_DISMISSED, "yes")
        self.hide()


def question_for(view: ThreadView) -> str:
    """Return the question; "" if it has been answered or the answer would change nothing in this thread."""
    if view.workspace.bridge_channels is not None:
        return ""
    if _has_bridged_doubt(view):
        return texts.OCTOPODS_KNOWN()
    if any(_has_open_doubt(chat) for chat in view.thread.chats):
        return texts.OCTOPODS_UNKNOWN()
    return ""


def _has_bridged_doubt(view: ThreadView) -> bool:
    """Whether Octopods posted newest messages whose channel is uncertain."""
    codes, messages = view.workspace.bridge_codes, view.thread.messages[-THREAD_PAGE:]
    return any(m.entry.app_code in codes and m.origin is not None and not m.origin.is_sure for m in messages)


def _has_open_doubt(chat: Chat) -> bool:
    return chat.mapping is not None and not chat.mapping.is_known and chat.mapping.reason.code in _ANSWERABLE
