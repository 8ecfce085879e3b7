"""Send bar: where the template would arrive, what keeps it from being sent, and the button that asks once more."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop.domain.model.warning import Verdict
from desktop.ui.look import icons
from desktop.ui.look.theme import GAP, Theme
from desktop.ui.templates.labels import say, set_text_color
from desktop.ui.widgets.announce import announce
from desktop.ui.widgets.labels import Label, Paragraph

_ICONS = {
    Verdict.CLEAR: ("fa6s.circle-check", "ok"),
    Verdict.NOTICE: ("fa6s.circle-info", "notice_text"),
    Verdict.WARN: ("fa6s.triangle-exclamation", "warn_text"),
    Verdict.BLOCKED: ("fa6s.ban", "danger"),
}
SEND = "Send template"


class SendBar(QFrame):
    """Signals:
    pressed: the button that sends was pressed, by mouse or Space; never by Enter.
    cancelled: the agent leaves.
    """

    pressed = Signal()
    cancelled = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._verdict = Verdict.CLEAR
        self._sign = Label()
        self._forecast, self._remark, self._question, self._complaint, self._hindrance = (Paragraph() for _ in range(5))
        self._remark.setObjectName("muted")
        self._question.setObjectName("question")
        self._hindrance.setObjectName("muted")
        self.send = _SendButton(SEND)
        self.send.setObjectName("primary")
        self.send.setToolTip("Ctrl+Enter")
        self.send.clicked.connect(self.pressed)
        self.cancel = QPushButton("Cancel")
        self.cancel.setObjectName("quiet")
        self.cancel.setAutoDefault(False)
        self.cancel.clicked.connect(self.cancelled)
        told = QHBoxLayout()
        told.setSpacing(GAP)
        told.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        told.addWidget(self._forecast, 1)
        row = QHBoxLayout()
        row.setSpacing(GAP)
        row.addWidget(self._hindrance, 1)
        row.addWidget(self.cancel)
        row.addWidget(self.send)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP - 2)
        column.addLayout(told)
        for line in (self._remark, self._complaint, self._question):
            column.addWidget(line)
            line.hide()
        column.addLayout(row)
        theme.changed.connect(self._apply_theme)
        self._apply_theme()

    @property
    def forecast(self) -> str:
        return self._forecast.text()

    @property
    def hindrance(self) -> str:
        return self._hindrance.text()

    @property
    def question(self) -> str:
        """What the agent is asked to accept; "" when nothing is asked."""
        return self._question.text()

    @property
    def error_text(self) -> str:
        return self._complaint.text()

    @property
    def remark(self) -> str:
        return self._remark.text()

    def tell(self, forecast: str, verdict: Verdict, remark: str, hindrance: str) -> None:
        self._verdict = verdict
        self._forecast.setText(forecast)
        self._forecast.setAccessibleName(f"Forecast: {forecast}" if forecast else "")
        self._sign.setVisible(bool(forecast))
        say(self._remark, remark)
        self._hindrance.setText(hindrance)
        self.send.setAccessibleDescription(hindrance)
        self._apply_theme()

    def show_nothing(self) -> None:
        """Where there is no template to judge."""
        self.tell("", Verdict.CLEAR, "", "")
        self.ask("")
        self.offer(SEND, allowed=False)

    def offer(self, words: str, *, allowed: bool) -> None:
        """What the button says and whether it may be pressed."""
        self.send.setText(words)
        self.send.setEnabled(allowed)

    def ask(self, question: str) -> None:
        if question and question != self._question.text():
            announce(self, question)
        say(self._question, question)

    def show_error(self, sentence: str) -> None:
        """ "" takes the complaint away."""
        if sentence and sentence != self._complaint.text():
            announce(self, sentence)
        say(self._complaint, sentence)

    def tab_order(self) -> list[QWidget]:
        return [self.cancel, self.send]

    def _apply_theme(self) -> None:
        colors = self._theme.colors
        icon, role = _ICONS[self._verdict]
        side = self.fontMetrics().height()
        self._sign.setPixmap(icons.pixmap(icon, self._theme.color(role), side, self.devicePixelRatioF()))
        set_text_color(self._complaint, self._theme.color("danger"))
        self._question.setStyleSheet(
            f"QLabel#question {{ background: {colors.warn}; color: {colors.warn_text};"
            f" border: 1px solid {colors.warn_edge}; border-radius: 6px; padding: 6px 8px; }}"
        )


class _SendButton(QPushButton):
    """Some desktops press the focused button on Enter: what sends is pressed by Space, or by Ctrl+Enter anywhere."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setAutoDefault(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) or event.isAutoRepeat():
            event.ignore()
            return
        super().keyPressEvent(event)
