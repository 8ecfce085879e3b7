"""The settings page that decides what is told on the desktop, when, and how."""

from __future__ import annotations

from datetime import time

from PySide6.QtCore import QTime, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLayout, QTimeEdit, QWidget

from desktop.engine.protocols import Submit
from desktop.text.catalog import Text
from desktop.text.screens import notifications as texts
from desktop.ui.look.notification_preferences import MachineFacts, NotificationPreferences
from desktop.ui.look.text_direction import keep_left_to_right
from desktop.ui.look.theme import GAP, PAD, Theme
from desktop.ui.settings.page import Page
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import WrappingCheckBox, push_button
from desktop.ui.widgets.flow_layout import FlowLayout
from desktop.ui.widgets.labels import Label, Paragraph
from desktop.ui.widgets.scroll_area import ScrollContent, scroll_area

_WHOSE = (("mine", texts.MINE), ("team", texts.TEAM), ("unassigned", texts.UNASSIGNED))
_WHAT = (
    ("messages", texts.MESSAGES),
    ("windows", texts.WINDOWS),
    ("replies", texts.REPLIES),
    ("mentions", texts.MENTIONS),
    ("snoozes", texts.SNOOZES),
)
_HOW = (("shows_text", texts.SHOWS_TEXT), ("sound", texts.SOUND))


class NotificationsPage(Page):
    """Every choice holds at once.

    Signals:
        test_requested: a test notification is wanted.
        login_requested: the program shall start at login, or no more. arg: whether it shall.
        shown: the page is on the screen, so what the machine can do is of interest.
    """

    TITLE = texts.NOTIFICATIONS
    ABOUT = texts.ABOUT

    test_requested = Signal()
    login_requested = Signal(bool)
    shown = Signal()

    def __init__(
        self, theme: Theme, submit: Submit, preferences: NotificationPreferences, parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, submit, parent)
        self._preferences = preferences
        self.boxes: dict[str, WrappingCheckBox] = {}
        choices = preferences.choices
        self._machine = Paragraph(texts.NOT_IN_SAMPLE())
        self.login = WrappingCheckBox(texts.START_AT_LOGIN())
        self.login.setEnabled(False)
        self.login.clicked.connect(self.login_requested)
        self.quiet_from = self._time_edit(texts.QUIET_FROM(), choices.quiet_from)
        self.quiet_until = self._time_edit(texts.QUIET_UNTIL(), choices.quiet_until)
        quiet = FlowLayout(
            *(Label(texts.QUIET_FROM()), self.quiet_from, Label(texts.QUIET_UNTIL()), self.quiet_until), spacing=GAP
        )
        what = [self._box(*each) for each in _WHAT]
        # Below the box that it adds to.
        in_front = self._indented(self._box("while_in_front", texts.WHILE_IN_FRONT))
        body = ScrollContent()
        layouts.column(
            self._machine,
            Paragraph(texts.WHOSE()),
            *(self._box(*each) for each in _WHOSE),
            self._question(texts.WHAT()),
            what[0],
            in_front,
            *what[1:],
            self._gap(),
            *(self._box(*each) for each in _HOW),
            self._gap(),
            self._box("quiet", texts.QUIET_HOURS),
            self._indented(quiet),
            Paragraph(texts.QUIET_ABOUT(), muted=True),
            self._gap(),
            self._box("keeps_running", texts.KEEPS_RUNNING),
            self.login,
            "stretch",
            parent=body,
            margins=(0, 0, GAP, 0),
        )
        self.column.addWidget(scroll_area(body, accepts_focus=True), 1)
        self.test_button = push_button(texts.SHOW_TEST(), self.test_requested)
        self.test_button.setEnabled(False)
        self.add_footer(self.test_button)
        preferences.changed.connect(self._show_choices)
        self._show_choices()

    def show_machine(self, facts: MachineFacts) -> None:
        """Say what the machine cannot do. Not called where nothing is shown on the desktop: in the sample workspace."""
        sentence = ""
        if facts.shows_notifications is False:
            sentence = texts.NOT_AVAILABLE_TRAY() if facts.has_tray else texts.NOT_AVAILABLE()
        elif not facts.has_tray:
            sentence = texts.NO_TRAY()
        self._machine.show_text(sentence)
        self.test_button.setEnabled(True)
        self.login.setEnabled(facts.starts_at_login is not None)
        self.login.setChecked(bool(facts.starts_at_login))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.shown.emit()

    def _box(self, name: str, label: Text) -> WrappingCheckBox:
        box = self.boxes[name] = WrappingCheckBox(label())
        box.clicked.connect(lambda is_on, name=name: self._preferences.set_switch(name, is_on))
        return box

    def _question(self, text: str) -> Paragraph:
        question = Paragraph(text)
        question.setContentsMargins(0, GAP, 0, 0)
        return question

    def _indented(self, item: QWidget | QLayout) -> QHBoxLayout:
        # Margins of a layout would not be mirrored.
        indent = QWidget()
        indent.setFixedWidth(2 * PAD)
        row = layouts.row(indent, item, spacing=0)
        row.setStretch(1, 1)
        return row

    def _gap(self) -> QWidget:
        gap = QWidget()
        gap.setFixedHeight(GAP)
        return gap

    def _time_edit(self, name: str, at: time) -> QTimeEdit:
        edit = QTimeEdit(QTime(at.hour, at.minute))
        keep_left_to_right(edit)
        edit.setAccessibleName(f"{texts.QUIET_HOURS()}: {name}")
        edit.editingFinished.connect(self._on_times)
        return edit

    def _on_times(self) -> None:
        start, end = (time(edit.time().hour(), edit.time().minute()) for edit in (self.quiet_from, self.quiet_until))
        choices = self._preferences.choices
        if (start, end) != (choices.quiet_from, choices.quiet_until):
            self._preferences.set_quiet_hours(start, end)

    def _show_choices(self) -> None:
        choices = self._preferences.choices
        for name, box in self.boxes.items():
            box.setChecked(bool(getattr(choices, name)))
        self.boxes["while_in_front"].setEnabled(choices.messages)
        for edit in (self.quiet_from, self.quiet_until):
            edit.setEnabled(choices.quiet)
