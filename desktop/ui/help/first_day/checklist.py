"""The checklist above the thread: what is left to set up, with a button that leads to each step."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QToolButton, QWidget, QWidgetItem

from desktop.domain.model.facts import ChannelKind
from desktop.text.catalog import Text, strip_isolates
from desktop.text.formats import listed
from desktop.text.names import channel_label
from desktop.text.screens import first_day as texts
from desktop.text.screens.widgets import BUTTON_ABOUT
from desktop.ui.help.first_day.steps import SetupStep, StepKind
from desktop.ui.look import icons
from desktop.ui.look.theme import GAP, PAD, Theme
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import push_button, show_name
from desktop.ui.widgets.labels import Heading, Label, Paragraph
from desktop.ui.widgets.scroll_area import ScrollContent

_WORDS: dict[StepKind, tuple[Text, Text, Text]] = {
    StepKind.OCTOPODS: (texts.OCTOPODS, texts.OCTOPODS_ABOUT, texts.ANSWER),
    StepKind.DELIVERY_TEST: (texts.DELIVERY_TEST, texts.DELIVERY_TEST_DONE, texts.TEST),
    StepKind.ACCOUNT: (texts.ACCOUNT, texts.ACCOUNT_ABOUT, texts.CONNECT),
    StepKind.NOTIFICATION: (texts.NOTIFICATION, texts.NOTIFICATION_ABOUT, texts.TRY),
}
"""What a step is called, why it matters, and its button."""
_SHARE_OVER_THREAD, _SHARE = 0.4, 0.75
"""Of the height of the pane, with and without a thread below; the rest scrolls."""
_LEAST_THREAD_LINES = 4
"""How much of the thread it leaves in view, as far as the steps stay in view themselves."""


class Checklist(QFrame):
    """One line while it is folded.

    Signals:
        step_chosen: the agent wants to do a step. arg: SetupStep.
        fold_toggled: the agent folded or unfolded it. arg: whether it is folded.
        dismissed: the agent wants to see it no more.
    """

    step_chosen = Signal(object)
    fold_toggled = Signal(bool)
    dismissed = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._steps: tuple[SetupStep, ...] = ()
        self._is_over_thread = False
        self.is_folded = False
        self.setObjectName("checklist")
        self._sign = Label(parent=self)
        self._title = Heading(theme, texts.CHECKLIST())
        self._progress = Label(parent=self)
        self._progress.setObjectName("muted")
        self.fold_button = QToolButton(self)
        self.fold_button.clicked.connect(self._on_fold)
        self.dismiss_button = push_button(texts.DISMISS(), self.dismissed, style="quiet")
        self.dismiss_button.setToolTip(texts.DISMISS_ABOUT())
        self.dismiss_button.setAccessibleDescription(texts.DISMISS_ABOUT())
        self._header = layouts.row(
            self._sign, self._title, self._progress, "stretch", self.dismiss_button, self.fold_button
        )
        self._rows = layouts.column(spacing=PAD)
        self._content = ScrollContent()
        layouts.column(self._rows, parent=self._content, margins=(0, 0, GAP, GAP))
        self._area = _StepArea(self._content)
        layouts.column(self._header, self._area, parent=self, margins=(PAD, GAP - 4, GAP, GAP - 4))
        parent.installEventFilter(self)
        self._content.installEventFilter(self)
        theme.changed.connect(self._apply_theme)

    def show_steps(self, steps: tuple[SetupStep, ...]) -> None:
        if steps == self._steps:
            return
        focused = next((row.kind for row in self.rows() if row.button.hasFocus()), None)
        self._steps = steps
        done = sum(step.is_done for step in steps)
        progress = texts.PROGRESS(done=done, count=len(steps))
        self._progress.setText(progress)
        self.setAccessibleName(strip_isolates(texts.CHECKLIST_AND_PROGRESS(progress=progress)))
        layouts.clear(self._rows)
        for step in steps:
            row = _StepRow(self._theme, step)
            row.button.clicked.connect(partial(self.step_chosen.emit, step))
            self._rows.addWidget(row)
            # Qt would show it later, and until then it cannot have the focus.
            row.show()
            if step.kind is focused:
                row.button.setFocus()
        self._apply_theme()

    def rows(self) -> list[_StepRow]:
        return [row for row in layouts.widgets_in(self._rows) if isinstance(row, _StepRow)]

    def set_folded(self, is_folded: bool, *, is_over_thread: bool) -> None:
        """is_over_thread: a thread below needs most of the room."""
        self.is_folded, self._is_over_thread = is_folded, is_over_thread
        self._area.setVisible(not is_folded)
        name = texts.SHOW_STEPS() if is_folded else texts.HIDE_STEPS()
        show_name(self.fold_button, name)
        self._apply_theme()

    def focus_first(self) -> None:
        """Move the keyboard to the first step that is left."""
        left = (row.button for row in self.rows() if row.button.isVisible())
        next(left, self.fold_button).setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Qt calls this also while Python is deleting the object, which then has no Python attributes.
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest) and not self.isHidden():
            is_parent = watched is self.parentWidget()
            if is_parent if event.type() is QEvent.Type.Resize else not is_parent:
                self._fit()
        return False

    def _fit(self) -> None:
        parent = self.parentWidget()
        layout = self._content.layout()
        if parent is None or layout is None or not layout.hasHeightForWidth():
            return
        width = self.width() - PAD - GAP
        most = round(parent.height() * (_SHARE_OVER_THREAD if self._is_over_thread else _SHARE))
        if self._is_over_thread:
            self._area.show_least(self._room_over_thread(parent, lines=0, squeezed=True))
            most = max(min(most, self._room_over_thread(parent)), self._area.least_height())
        self._area.set_wanted_height(min(layout.totalHeightForWidth(width), most))

    def _room_over_thread(self, parent: QWidget, *, lines: int = _LEAST_THREAD_LINES, squeezed: bool = False) -> int:
        """The height in pixels that the other parts of the pane leave for the steps, and for lines of the thread.

        squeezed: as low as the other parts can be.
        """
        layout = parent.layout()
        others = [w for w in layouts.widgets_in(layout) if w is not self] if layout is not None else []
        shown = [QWidgetItem(widget) for widget in others if not widget.isHidden()]
        width = 0 if squeezed else parent.width()
        heights = [max(item.minimumSize().height(), item.heightForWidth(width) if width else 0) for item in shown]
        around = self._header.sizeHint().height() + 2 * GAP
        return parent.height() - sum(heights) - around - lines * self.fontMetrics().lineSpacing()

    def _on_fold(self) -> None:
        self.fold_toggled.emit(not self.is_folded)

    def _apply_theme(self) -> None:
        colors = self._theme.colors
        self.setStyleSheet(
            f"QFrame#checklist {{ background: {colors.panel}; border-bottom: 1px solid {colors.border}; }}"
            f"QScrollArea, QScrollArea > QWidget > QWidget {{ background: transparent; }}"
        )
        side, ratio = round(self.fontMetrics().height() * 0.9), self.devicePixelRatioF()
        self._sign.setPixmap(icons.pixmap("fa6s.list-check", self._theme.color("accent"), side, ratio))
        arrow = "fa6s.chevron-down" if self.is_folded else "fa6s.chevron-up"
        self.fold_button.setIcon(icons.icon(arrow, self._theme.color("muted")))
        self.fold_button.setIconSize(QSize(side, side))
        self._fit()


class _StepArea(QScrollArea):
    """As high as wanted where there is room; scrolls where there is less."""

    LEAST_LINES = 2

    def __init__(self, content: QWidget) -> None:
        super().__init__()
        self._wanted_px = 0
        self._least_lines = self.LEAST_LINES
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(content)

    def show_least(self, room_px: int) -> None:
        """Keep two lines in view, or one where there is room for no more."""
        self._least_lines = self.LEAST_LINES if room_px >= self.LEAST_LINES * self.fontMetrics().lineSpacing() else 1

    def set_wanted_height(self, height_px: int) -> None:
        if height_px != self._wanted_px:
            self._wanted_px = height_px
            self.setMaximumHeight(height_px)
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self._wanted_px)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, min(self._wanted_px, self.least_height()))

    def least_height(self) -> int:
        return self._least_lines * self.fontMetrics().lineSpacing()


class _StepRow(QWidget):
    """Icon, what to do and why, and the button; the word *Done* where nothing is left to do."""

    def __init__(self, theme: Theme, step: SetupStep) -> None:
        super().__init__()
        self._theme, self._step, self.kind = theme, step, step.kind
        title, about, button = (text() for text in _WORDS[step.kind])
        if step.kind is StepKind.DELIVERY_TEST and not step.is_done:
            about = texts.DELIVERY_TEST_ABOUT(channels=_channel_names(step.untested))
        spoken = (texts.STEP_DONE if step.is_done else texts.STEP_OPEN)(step=title)
        self.setAccessibleName(strip_isolates(spoken))
        self._icon = Label(parent=self)
        self._icon.setAccessibleName(strip_isolates(spoken))
        words = layouts.column(Heading(theme, title), Paragraph(about, muted=True), spacing=2)
        done = Label(texts.DONE(), self)
        done.setObjectName("muted")
        done.setVisible(step.is_done)
        self.button = push_button(button, accessible_name=BUTTON_ABOUT(button=button, sentence=title))
        row = layouts.row(self._icon, words, done, self.button, parent=self, spacing=GAP)
        row.setStretchFactor(words, 1)
        self.button.setVisible(not step.is_done)
        theme.changed.connect(self._apply_theme)
        self._apply_theme()

    def _apply_theme(self) -> None:
        icon, role = ("fa6s.circle-check", "ok") if self._step.is_done else ("fa6.circle", "muted")
        side = self.fontMetrics().height()
        self._icon.setPixmap(icons.pixmap(icon, self._theme.color(role), side, self.devicePixelRatioF()))


def _channel_names(channels: tuple[ChannelKind, ...]) -> str:
    return listed(channel_label(channel) for channel in channels)
