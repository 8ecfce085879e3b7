"""The bar with the forecast of a template, what keeps it from being sent, and the button that sends it."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QLayout, QPushButton, QScrollArea, QSizePolicy, QWidget

from desktop.domain.model.warning import Verdict
from desktop.text.catalog import strip_isolates
from desktop.text.screens import templates as texts
from desktop.text.thread import scheduling
from desktop.ui.commands.table import BY_NAME, shown_keys
from desktop.ui.look import icons
from desktop.ui.look.theme import GAP, Theme
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import later_button, push_button, show_arrow
from desktop.ui.widgets.labels import Label, Paragraph
from desktop.ui.widgets.screen_reader.announce import announce
from desktop.ui.widgets.scroll_area import ScrollContent

_ICONS = {
    Verdict.CLEAR: ("fa6s.circle-check", "ok"),
    Verdict.NOTICE: ("fa6s.circle-info", "notice_text"),
    Verdict.WARN: ("fa6s.triangle-exclamation", "warn_text"),
    Verdict.BLOCKED: ("fa6s.ban", "danger"),
}


class SendBar(QFrame):
    """Shows warnings in place: the second press accepts them.

    Signals:
        pressed: the button that sends was pressed, by mouse or Space; never by Enter.
        later_pressed: the agent wants to choose when it is sent.
        cancelled: the button that cancels was pressed.
    """

    pressed = Signal()
    later_pressed = Signal()
    cancelled = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None, *, has_later: bool) -> None:
        """has_later: whether it can be sent later, too."""
        super().__init__(parent)
        self._theme = theme
        self._verdict = Verdict.CLEAR
        self._icon = Label()
        self._forecast, self._remark, self._question, self._error, self._obstacle = (Paragraph() for _ in range(5))
        self._question.setObjectName("question")
        for label in (self._remark, self._obstacle):
            label.setObjectName("muted")
        self.send = _SendButton(texts.SEND())
        self.send.setObjectName("primary")
        self.send.setToolTip(shown_keys("Ctrl+Enter"))
        self.send.clicked.connect(self.pressed)
        self.later = later_button(scheduling.SEND_LATER_TOOLTIP(key=shown_keys(BY_NAME["send_later"].keys[0])))
        self.later.clicked.connect(self.later_pressed)
        if not has_later:
            self.later.hide()
        self.cancel = push_button(texts.CANCEL(), self.cancelled, style="quiet")
        head = layouts.row()
        head.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self._forecast, 1)
        lines = (self._remark, self._error, self._question)
        for line in lines:
            line.hide()
        self._lines = _Lines(head, *lines, self._obstacle)
        buttons = layouts.row("stretch", self.cancel, layouts.row(self.send, self.later, spacing=1))
        layouts.column(self._lines, buttons, parent=self, spacing=GAP - 2)
        theme.changed.connect(self._apply_theme)
        self._apply_theme()

    @property
    def forecast(self) -> str:
        return self._forecast.text()

    @property
    def obstacle(self) -> str:
        return self.send.accessibleDescription()

    @property
    def question(self) -> str:
        """The warnings that the agent is asked to accept; "" for none."""
        return self._question.text()

    @property
    def error_text(self) -> str:
        return self._error.text()

    @property
    def remark(self) -> str:
        return self._remark.text()

    def show_forecast(self, forecast: str, verdict: Verdict, remark: str, obstacle: str) -> None:
        self._verdict = verdict
        self._forecast.setText(forecast)
        self._forecast.setAccessibleName(strip_isolates(texts.FORECAST(forecast=forecast)) if forecast else "")
        self._icon.setVisible(bool(forecast))
        self._remark.show_text(remark)
        # What blocks it may be all that the forecast says.
        self._obstacle.setText("" if obstacle == forecast else obstacle)
        self.send.setAccessibleDescription(obstacle)
        self._apply_theme()

    def show_nothing(self) -> None:
        """Show that there is no template to send."""
        self.show_forecast("", Verdict.CLEAR, "", "")
        self.ask("")
        self.set_send_button(texts.SEND(), enabled=False)

    def set_send_button(self, text: str, *, enabled: bool) -> None:
        self.send.setText(text)
        self.send.setEnabled(enabled)
        if enabled is not self.later.isEnabled():
            self.later.setEnabled(enabled)
            show_arrow(self.later, self._theme)

    def ask(self, question: str) -> None:
        if question and question != self._question.text():
            announce(self, question)
        self._question.show_text(question)
        self._lines.reveal(self._question)

    def show_error(self, sentence: str) -> None:
        """Show and announce an error; "" removes it."""
        if sentence and sentence != self._error.text():
            announce(self, sentence)
        self._error.show_text(sentence)
        self._lines.reveal(self._error)

    def tab_order(self) -> list[QWidget]:
        return [*([self._lines] if self._lines.can_scroll else []), self.cancel, self.send, self.later]

    def _apply_theme(self) -> None:
        colors = self._theme.colors
        icon, role = _ICONS[self._verdict]
        side = self.fontMetrics().height()
        self._icon.setPixmap(icons.pixmap(icon, self._theme.color(role), side, self.devicePixelRatioF()))
        show_arrow(self.later, self._theme)
        self._error.set_text_color(self._theme.color("danger"))
        self._question.setStyleSheet(
            f"QLabel#question {{ background: {colors.warn}; color: {colors.warn_text};"
            f" border: 1px solid {colors.warn_edge}; border-radius: 6px; padding: 6px 8px; }}"
        )


class _Lines(QScrollArea):
    """As high as its lines, or scrolls where there is less room; at least three of them are seen."""

    def __init__(self, *items: QWidget | QLayout) -> None:
        super().__init__()
        self._content = ScrollContent()
        layouts.column(*items, parent=self._content, spacing=GAP - 2)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.setStyleSheet("QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; }")
        self._content.installEventFilter(self)
        self.setWidget(self._content)

    @property
    def can_scroll(self) -> bool:
        return self.verticalScrollBar().maximum() > 0

    def reveal(self, line: QWidget) -> None:
        """Scroll to a line that says something new."""
        if not line.isHidden():
            QCoreApplication.sendPostedEvents(self._content, QEvent.Type.LayoutRequest.value)
            self.ensureWidgetVisible(line)

    def sizeHint(self) -> QSize:
        return QSize(0, self._content.heightForWidth(self.viewport().width()))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, min(self.sizeHint().height(), 3 * self.fontMetrics().lineSpacing()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)


class _SendButton(QPushButton):
    """Never pressed by Enter, as some desktops do with the focused button; Space and Ctrl+Enter send."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setAutoDefault(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) or event.isAutoRepeat():
            event.ignore()
            return
        super().keyPressEvent(event)
