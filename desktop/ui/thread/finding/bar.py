"""The bar above the messages: a search field, how many are found, and buttons that go from one to another."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QPushButton, QWidget

from desktop.domain.search.query import MAX_CHARS
from desktop.text.screens import palette, settings
from desktop.text.screens import search as texts
from desktop.ui.look import icons
from desktop.ui.look.theme import GAP, PAD, Theme
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import push_button, show_hint, show_name
from desktop.ui.widgets.labels import Label

OLDER, NEWER = 1, -1
_STEPS = {Qt.Key.Key_Up: OLDER, Qt.Key.Key_Down: NEWER}
_CONFIRMING = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F3)


class FindBar(QFrame):
    """Enter and Up go to older messages, Shift+Enter and Down to newer ones, Escape closes it.

    Signals:
        step_requested: arg: `OLDER` or `NEWER`.
        closed: the agent closed it.
    """

    step_requested = Signal(int)
    closed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setObjectName("find_bar")
        self.field = QLineEdit()
        self.field.setMaxLength(MAX_CHARS)
        self.field.setMinimumWidth(80)
        show_hint(self.field, palette.COMMANDS["find_in_thread"]())
        self.field.installEventFilter(self)
        self.count = Label()
        self.count.setObjectName("muted")
        self.older = self._button("fa6s.chevron-up", texts.OLDER_MATCH(), lambda: self.step_requested.emit(OLDER))
        self.newer = self._button("fa6s.chevron-down", texts.NEWER_MATCH(), lambda: self.step_requested.emit(NEWER))
        self.close_button = self._button("fa6s.xmark", settings.CLOSE(), self.closed)
        row = layouts.row(
            self.field,
            self.count,
            self.older,
            self.newer,
            self.close_button,
            parent=self,
            margins=(PAD, GAP - 4, PAD, GAP - 4),
        )
        row.setStretchFactor(self.field, 1)
        theme.changed.connect(self._apply_theme)
        self._apply_theme()
        self.hide()

    def show_count(self, text: str, *, can_step: bool) -> None:
        """text: which message of how many is shown; "" while nothing is looked for."""
        self.count.setText(text)
        self.older.setEnabled(can_step)
        self.newer.setEnabled(can_step)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and watched is self.field:
            key = Qt.Key(event.key())
            step = _STEPS.get(key)
            if key in _CONFIRMING:
                step = NEWER if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else OLDER
            if step is not None:
                self.step_requested.emit(step)
                return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def _button(self, icon: str, name: str, on_click: object) -> QPushButton:
        button = push_button("", style="quiet")
        button.clicked.connect(on_click)
        show_name(button, name)
        button.setProperty("icon_name", icon)
        return button

    def _apply_theme(self) -> None:
        colors = self._theme.colors
        self.setStyleSheet(
            f"QFrame#find_bar {{ background: {colors.panel}; border-bottom: 1px solid {colors.border}; }}"
        )
        side = round(self.fontMetrics().height() * 0.9)
        for button in (self.older, self.newer, self.close_button):
            button.setIcon(icons.icon(button.property("icon_name"), self._theme.color("text")))
            button.setIconSize(QSize(side, side))
