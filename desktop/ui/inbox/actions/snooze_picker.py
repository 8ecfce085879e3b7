"""A pop-up with a date and a time to snooze until."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from PySide6.QtCore import QDateTime, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractSpinBox, QDateTimeEdit, QFrame, QWidget

from desktop.text.screens import inbox as texts
from desktop.ui.look.theme import GAP, PAD, Theme
from desktop.ui.look.ticker import Ticker
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import push_button
from desktop.ui.widgets.labels import Label


class SnoozePicker(QFrame):
    """Escape or a click elsewhere closes it without a choice."""

    def __init__(self, theme: Theme, ticker: Ticker, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._theme, self._ticker = theme, ticker
        self._on_chosen: Callable[[datetime], object] | None = None
        self.setObjectName("popup")
        self.setAccessibleName(texts.SNOOZE_UNTIL())
        self.field = _DateTimeField()
        self.field.setCalendarPopup(True)
        self.field.setAccessibleName(texts.SNOOZE_UNTIL())
        self.field.dateTimeChanged.connect(self._update)
        self.button = push_button(texts.SNOOZE(), self._accept, style="primary")
        self.button.setDefault(True)
        self._past = Label(texts.TIME_IS_PAST())
        self._past.setObjectName("muted")
        title = Label(texts.SNOOZE_UNTIL())
        layouts.column(
            title, self.field, self._past, layouts.row("stretch", self.button), parent=self, spacing=GAP, margins=PAD
        )
        theme.changed.connect(self._apply_theme)
        self._apply_theme()

    def open_at(self, at: QPoint, start: datetime, on_chosen: Callable[[datetime], object]) -> None:
        """Show it below `at`, a global position. start: the time that is offered. on_chosen: gets an instant in UTC."""
        self._on_chosen = on_chosen
        now = self._ticker.now()
        self.field.setMinimumDateTime(_local(now.replace(hour=0, minute=0, second=0, microsecond=0)))
        self.field.setDateTime(_local(start))
        self._update()
        self.adjustSize()
        screen = self.screen().availableGeometry()
        left = at.x() - self.width() if self.layoutDirection() is Qt.LayoutDirection.RightToLeft else at.x()
        left = min(max(left, screen.left()), screen.right() - self.width())
        self.move(left, min(at.y(), screen.bottom() - self.height()))
        self.show()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)
        # What is typed replaces the day, and the arrow keys change it.
        self.field.setSelectedSection(QDateTimeEdit.Section.DaySection)

    def _chosen(self) -> datetime:
        return datetime.fromtimestamp(self.field.dateTime().toSecsSinceEpoch(), UTC)

    def _update(self) -> None:
        is_ahead = self._chosen() > self._ticker.now()
        self.button.setEnabled(is_ahead)
        self._past.setVisible(not is_ahead)

    def _accept(self) -> None:
        if self._on_chosen is not None and self.button.isEnabled():
            self.close()
            self._on_chosen(self._chosen())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._accept()
        else:
            super().keyPressEvent(event)

    def _apply_theme(self) -> None:
        colors = self._theme.colors
        self.setStyleSheet(
            f"QFrame#popup {{ background: {colors.surface}; border: 1px solid {colors.border}; }}"
            f"QDateTimeEdit {{ background: {colors.surface}; color: {colors.text}; border: 1px solid {colors.border};"
            f" border-radius: 6px; padding: 5px 8px; }}"
        )


class _DateTimeField(QDateTimeEdit):
    """Its arrow keys go on past the end of a month, a day or an hour, where Qt's stop."""

    def stepBy(self, steps: int) -> None:
        section, before = self.currentSection(), self.dateTime()
        sections = QDateTimeEdit.Section
        if section is sections.DaySection:
            self.setDateTime(before.addDays(steps))
        elif section is sections.MonthSection:
            self.setDateTime(before.addMonths(steps))
        elif section is sections.HourSection:
            self.setDateTime(before.addSecs(steps * 3600))
        elif section is sections.MinuteSection:
            self.setDateTime(before.addSecs(steps * 60))
        else:
            super().stepBy(steps)
        self.setSelectedSection(section)

    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:
        return QAbstractSpinBox.StepEnabledFlag.StepUpEnabled | QAbstractSpinBox.StepEnabledFlag.StepDownEnabled


def _local(moment: datetime) -> QDateTime:
    return QDateTime.fromSecsSinceEpoch(round(moment.timestamp()))
