"""A pop-up with a date and a time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from PySide6.QtCore import QDateTime, QPoint, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QTextCharFormat
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QDateTimeEdit, QFrame, QToolButton, QWidget

from desktop.text.formats import weekday
from desktop.text.screens import inbox as texts
from desktop.ui.look import icons
from desktop.ui.look.text_direction import fit, keep_left_to_right
from desktop.ui.look.theme import GAP, PAD, Theme
from desktop.ui.look.ticker import Ticker
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import push_button
from desktop.ui.widgets.labels import Label
from desktop.ui.widgets.screen_reader.roles import Role


class TimePicker(QFrame):
    """Escape or a click elsewhere closes it without a choice."""

    accessible_role = Role.DIALOG

    def __init__(self, theme: Theme, ticker: Ticker, title: str, button: str, parent: QWidget) -> None:
        """title: of the time, such as "Snooze until". button: what chooses it."""
        super().__init__(parent, Qt.WindowType.Popup)
        self._theme, self._ticker = theme, ticker
        self._on_chosen: Callable[[datetime], object] | None = None
        self.setObjectName("popup")
        self.setAccessibleName(title)
        self.field = _DateTimeField(theme)
        self.field.setCalendarPopup(True)
        self.field.setAccessibleName(title)
        self.field.dateTimeChanged.connect(self._update)
        self.button = push_button(button, self._accept, style="primary")
        self.button.setDefault(True)
        self._past = Label(texts.TIME_IS_PAST())
        self._past.setObjectName("muted")
        self._weekday = Label()
        self._weekday.setObjectName("muted")
        layouts.column(
            Label(title),
            self.field,
            self._past,
            layouts.row(self._weekday, "stretch", self.button),
            parent=self,
            spacing=GAP,
            margins=PAD,
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
        fit(self)
        screen = self.screen().availableGeometry()
        left = at.x() - self.width() if self.layoutDirection() is Qt.LayoutDirection.RightToLeft else at.x()
        left = min(max(left, screen.left()), screen.right() - self.width())
        self.setGeometry(left, min(at.y(), screen.bottom() - self.height()), self.width(), self.height())
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
        self._weekday.setText(weekday(self._chosen()))

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
            f"QFrame#popup {{ background: {colors.surface}; border: 1px solid {colors.outline}; }}"
            f"QDateTimeEdit {{ background: {colors.surface}; color: {colors.text}; border: 1px solid {colors.outline};"
            f" border-radius: 6px; padding: 5px 8px; }}"
            f"QDateTimeEdit::drop-down {{ border: none; width: 20px; }}"
            f"QDateTimeEdit::down-arrow {{ image: none; }}"
            f"QCalendarWidget QWidget#qt_calendar_navigationbar {{ background: {colors.panel}; }}"
            f"QCalendarWidget QToolButton {{ color: {colors.text}; background: transparent; border: none;"
            f" padding: 4px; }}"
            f"QCalendarWidget QToolButton:hover {{ background: {colors.hover}; }}"
            f"QCalendarWidget QAbstractItemView {{ background: {colors.surface};"
            f" selection-background-color: {colors.accent}; selection-color: {colors.on_accent}; }}"
        )


class _DateTimeField(QDateTimeEdit):
    """Its arrow keys go on past the end of a month, a day or an hour, where Qt's stop.

    Draws its own arrow, like `DropDown`.
    """

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        keep_left_to_right(self)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        side = round(self.fontMetrics().height() * 0.7)
        pixmap = icons.pixmap("fa6s.chevron-down", self._theme.color("muted"), side, self.devicePixelRatioF())
        QPainter(self).drawPixmap(self.width() - side - GAP, (self.height() - side) // 2, pixmap)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._style_calendar()
        super().mousePressEvent(event)

    def _style_calendar(self) -> None:
        """Qt's arrows are black, and its Saturdays and Sundays red, whatever the theme."""
        calendar = self.calendarWidget()
        calendar.setLayoutDirection(QApplication.layoutDirection())
        for weekend in (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday):
            calendar.setWeekdayTextFormat(weekend, QTextCharFormat())
        arrows = "fa6s.chevron-left", "fa6s.chevron-right"
        for name, icon in zip(("qt_calendar_prevmonth", "qt_calendar_nextmonth"), arrows, strict=True):
            button = calendar.findChild(QToolButton, name)
            if isinstance(button, QToolButton):
                button.setIcon(icons.icon(icon, self._theme.color("text")))

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
