"""Fields for values of contacts by their types, and how these values are shown."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Protocol

from PySide6.QtCore import QDate, QLocale, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QDateEdit, QLineEdit, QPlainTextEdit, QToolButton, QWidget

from desktop.domain.identity.contact_data import AttributeDefinition, AttributeKind
from desktop.text import locale
from desktop.text.formats import date_and_time_utc
from desktop.text.screens import details as texts
from desktop.ui.look import icons
from desktop.ui.look.text_direction import keep_left_to_right
from desktop.ui.look.theme import GAP, Theme
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import show_hint, show_name
from desktop.ui.widgets.drop_down import DropDown

_PLAIN_NUMBER = re.compile(r"[+-]?\d*\.?\d*")
_DAY_S = 86_400
_NO_DATE = QDate(1900, 1, 1)


class ValueField(Protocol):
    """A widget in which a value is entered. value: as text, in the form of `ContactField.value_of`."""

    @property
    def value(self) -> str: ...

    @property
    def widget(self) -> QWidget: ...

    @property
    def focus(self) -> QWidget:
        """What gets the keyboard."""
        ...


def create_field(definition: AttributeDefinition | None, value: str, name: str, theme: Theme) -> ValueField:
    """Return a field with a value in it. definition: of an attribute, None for text. name: for screen readers."""
    field: ValueField
    if definition is not None and (definition.options or definition.kind is AttributeKind.BOOLEAN):
        field = _ChoiceField(definition, value, name, theme)
    elif definition is not None and definition.kind is AttributeKind.DATE:
        field = _DateField(value, theme)
    else:
        is_number = definition is not None and definition.kind in (AttributeKind.INTEGER, AttributeKind.FLOAT)
        field = LineField(value, is_number=is_number)
    field.focus.setAccessibleName(name)
    return field


def shown_value(definition: AttributeDefinition | None, value: str) -> str:
    """Return a value as people read it."""
    if definition is None or not value:
        return value
    if definition.kind is AttributeKind.BOOLEAN:
        return {"true": texts.YES(), "false": texts.NO()}.get(value, value)
    if definition.kind is AttributeKind.DATE and (seconds := _seconds(value)) is not None:
        at = datetime.fromtimestamp(seconds, UTC)
        return locale.formats().day(at.date(), year=True) if seconds % _DAY_S == 0 else date_and_time_utc(at)
    return value


def _seconds(value: str) -> int | None:
    """Of a date that Python knows; None for anything else."""
    try:
        datetime.fromtimestamp(int(value), UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return int(value)


class LineField:
    """One line of text, or a number as the locale or a program writes it."""

    def __init__(self, value: str, *, is_number: bool = False) -> None:
        self.edit = self.widget = self.focus = QLineEdit(value)
        self.edit.selectAll()
        self._is_number = is_number

    @property
    def value(self) -> str:
        text = self.edit.text().strip()
        if not self._is_number or _PLAIN_NUMBER.fullmatch(text):
            return text
        number, is_valid = QLocale().toDouble(text)
        return (str(int(number)) if number.is_integer() else str(number)) if is_valid else text


class PageField:
    """Several lines of text."""

    def __init__(self, value: str, name: str) -> None:
        self.edit = self.widget = self.focus = QPlainTextEdit(value)
        self.edit.setTabChangesFocus(True)
        show_hint(self.edit, name)
        self.edit.setFixedHeight(self.edit.fontMetrics().lineSpacing() * 4 + 16)

    @property
    def value(self) -> str:
        return self.edit.toPlainText()


class _ChoiceField:
    """A value of a list, or none."""

    def __init__(self, definition: AttributeDefinition, value: str, name: str, theme: Theme) -> None:
        self.box = self.widget = self.focus = DropDown(theme, name, min_chars=6)
        self.box.addItem(texts.NOT_SET(), "")
        options = definition.options or ("true", "false")
        # A value that is no longer one of the list may stay.
        for option in dict.fromkeys((*options, *((value,) if value else ()))):
            self.box.addItem(shown_value(definition, option), option)
        self.box.setCurrentIndex(max(self.box.findData(value), 0))

    @property
    def value(self) -> str:
        return str(self.box.currentData())


class _DateEdit(QDateEdit):
    """Looks like the other fields. A step from "Not set" leads to today."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        keep_left_to_right(self)
        self.setCalendarPopup(True)
        self.calendarWidget().setLayoutDirection(QApplication.layoutDirection())
        self.setMinimumDate(_NO_DATE)
        self.setSpecialValueText(texts.NOT_SET())
        colors = theme.colors
        self.setStyleSheet(
            f"QDateEdit {{ background: {colors.surface}; color: {colors.text}; border: 1px solid {colors.outline};"
            f" border-radius: 6px; padding: 5px 8px; }}"
            f"QDateEdit:focus {{ border-color: {colors.accent}; }}"
            f"QDateEdit::drop-down {{ border: none; width: 20px; }}"
            f"QDateEdit::down-arrow {{ image: none; }}"
            f"QCalendarWidget QAbstractItemView {{ background: {colors.surface};"
            f" selection-background-color: {colors.accent}; selection-color: {colors.on_accent}; }}"
        )

    def stepBy(self, steps: int) -> None:
        if self.date() == _NO_DATE:
            self.setDate(QDate.currentDate())
        else:
            super().stepBy(steps)

    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:
        return QAbstractSpinBox.StepEnabledFlag.StepUpEnabled | QAbstractSpinBox.StepEnabledFlag.StepDownEnabled

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        side = round(self.fontMetrics().height() * 0.7)
        pixmap = icons.pixmap("fa6s.chevron-down", self._theme.color("muted"), side, self.devicePixelRatioF())
        QPainter(self).drawPixmap(self.width() - side - GAP, (self.height() - side) // 2, pixmap)


class _DateField:
    """A day, in UTC; a time of day that it had stays. Without a value it begins with today."""

    def __init__(self, value: str, theme: Theme) -> None:
        seconds = _seconds(value)
        self._time_of_day_s = 0 if seconds is None else seconds % _DAY_S
        self.edit = self.focus = _DateEdit(theme)
        day = QDate(1970, 1, 1).addDays(seconds // _DAY_S) if seconds is not None else QDate.currentDate()
        self.edit.setDate(day)
        clear = QToolButton()
        clear.setIcon(icons.icon("fa6s.xmark", theme.color("muted")))
        side = round(clear.fontMetrics().height() * 0.8)
        clear.setIconSize(QSize(side, side))
        show_name(clear, texts.CLEAR_DATE())
        clear.clicked.connect(self._clear)
        self.widget = QWidget()
        layouts.row(self.edit, clear, parent=self.widget).setStretch(0, 1)

    @property
    def value(self) -> str:
        day = self.edit.date()
        if day == _NO_DATE:
            return ""
        return str(QDate(1970, 1, 1).daysTo(day) * _DAY_S + self._time_of_day_s)

    def _clear(self) -> None:
        self.edit.setDate(_NO_DATE)
