"""Octopods question: asks once which channels Octopods carries, when the answer would end doubts that are on the
screen."""

from __future__ import annotations

from PySide6.QtCore import QSettings, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from desktop.domain.model.reason import ReasonCode
from desktop.domain.thread import Chat
from desktop.engine.views import ThreadView
from desktop.text.octopods import QUESTION_KNOWN, QUESTION_UNKNOWN
from desktop.ui.look import icons
from desktop.ui.look.theme import GAP, PAD, Theme
from desktop.ui.widgets.announce import announce
from desktop.ui.widgets.labels import Label

_DISMISSED = "octopods/question_dismissed"
_ANSWERABLE = (ReasonCode.BRIDGE_POSSIBLE, ReasonCode.FIRST_UNKNOWN)
"""Reasons for a doubt that the answer "we don't use Octopods" ends as well."""


class OctopodsQuestion(QFrame):
    """One quiet line above the thread, until it is answered or put away for good.

    Signals:
        answer_wanted: open the settings page that asks it.
    """

    answer_wanted = Signal()

    def __init__(self, theme: Theme, settings: QSettings | None, parent: QWidget | None = None) -> None:
        """settings: remembers that it was put away; None remembers nothing."""
        super().__init__(parent)
        self._theme, self._settings = theme, settings
        self._is_dismissed = settings is not None and settings.value(_DISMISSED) == "yes"
        self.setObjectName("octopods")
        self._sign = Label(parent=self)
        self._text = Label(parent=self)
        self._text.setWordWrap(True)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.answer = QPushButton("Answer…", self)
        self.answer.setAccessibleName("Answer which channels Octopods carries for you")
        self.answer.clicked.connect(self.answer_wanted)
        self.dismissal = QPushButton("Don't ask again", self)
        self.dismissal.setObjectName("quiet")
        self.dismissal.setToolTip("You can answer later in the settings, under Octopods")
        self.dismissal.clicked.connect(self._on_dismissed)
        row = QHBoxLayout(self)
        row.setContentsMargins(PAD, GAP - 4, GAP, GAP - 4)
        row.setSpacing(GAP)
        row.addWidget(self._sign)
        row.addWidget(self._text, 1)
        row.addWidget(self.answer)
        row.addWidget(self.dismissal)
        theme.changed.connect(self._apply_theme)
        self._apply_theme()
        self.hide()

    @property
    def text(self) -> str:
        """What is shown; "" when nothing is."""
        return "" if self.isHidden() else self._text.text()

    def show_thread(self, view: ThreadView | None) -> None:
        """The thread on the screen; the question is about what stands there."""
        sentence = "" if view is None or self._is_dismissed else question_for(view)
        if sentence and sentence != self.text:
            self._text.setText(sentence)
            self.setAccessibleName(sentence)
            announce(self, sentence)
        self.setVisible(bool(sentence))

    def _on_dismissed(self) -> None:
        self._is_dismissed = True
        if self._settings is not None:
            self._settings.setValue(_DISMISSED, "yes")
        self.hide()

    def _apply_theme(self) -> None:
        colors = self._theme.colors
        self.setStyleSheet(
            f"QFrame#octopods {{ background: {colors.notice}; border-bottom: 1px solid {colors.notice_edge}; }}"
            f"QFrame#octopods QLabel, QFrame#octopods QPushButton#quiet {{ color: {colors.notice_text}; }}"
        )
        size = round(self.fontMetrics().height() * 0.9)
        color = self._theme.color("notice_text")
        self._sign.setPixmap(icons.pixmap("fa6s.circle-question", color, size, self.devicePixelRatioF()))


def question_for(view: ThreadView) -> str:
    """The question as a sentence; "" where it was answered or would change nothing here."""
    if view.workspace.bridge_channels is not None:
        return ""
    if any(_has_bridged_doubt(chat, view) for chat in view.thread.chats):
        return QUESTION_KNOWN
    if any(_has_open_doubt(chat) for chat in view.thread.chats):
        return QUESTION_UNKNOWN
    return ""


def _has_bridged_doubt(chat: Chat, view: ThreadView) -> bool:
    """Messages that Octopods posted, without a sure channel."""
    codes = view.workspace.bridge_codes
    return any(m.entry.app_code in codes and m.origin is not None and not m.origin.is_sure for m in chat.messages)


def _has_open_doubt(chat: Chat) -> bool:
    return chat.mapping is not None and not chat.mapping.is_known and chat.mapping.reason.code in _ANSWERABLE
