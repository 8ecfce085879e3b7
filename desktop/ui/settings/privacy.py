"""The settings page that decides how long messages and their files stay on this computer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.engine.commands import DeleteFiles, SetFilesLimits, SetRetentionDays
from desktop.engine.protocols import Submit
from desktop.engine.views import FilesView, WorkspaceView
from desktop.text.catalog import strip_isolates
from desktop.text.formats import size, span
from desktop.text.screens import settings as texts
from desktop.ui.look.theme import Theme
from desktop.ui.settings.page import Page
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import WrappingButton, push_button
from desktop.ui.widgets.drop_down import DropDown
from desktop.ui.widgets.flow_layout import FlowLayout
from desktop.ui.widgets.labels import Heading, Label, Paragraph
from desktop.ui.widgets.scroll_area import ScrollContent, scroll_area

CHOICES_DAYS = (7, 30, 90, 180, 365)
FILES_CHOICES_DAYS = (0, 7, 30, 90)
FILES_CHOICES_MB = (100, 250, 500, 1_000, 2_000)


class _NumberChoice(DropDown):
    """One of a few numbers; another one that is stored joins them. describe: how a number is shown."""

    def __init__(self, theme: Theme, label: str, numbers: Iterable[int], describe: Callable[[int], str]) -> None:
        super().__init__(theme, label)
        self._describe = describe
        self._stored: int | None = None
        for number in numbers:
            # On Linux, screen readers are told of a list by what is chosen in it.
            self.addItem(strip_isolates(describe(number)), number)

    @property
    def number(self) -> int:
        return int(self.currentData())

    @property
    def is_changed(self) -> bool:
        return self._stored is not None and self.number != self._stored

    def show_stored(self, number: int) -> None:
        """Show what is stored; a choice that is not saved yet stays."""
        if number == self._stored:
            return
        self._stored = number
        if self.findData(number) < 0:
            self.addItem(strip_isolates(self._describe(number)), number)
        self.setCurrentIndex(self.findData(number))


class PrivacyPage(Page):
    TITLE = texts.PRIVACY
    ABOUT = texts.PRIVACY_ABOUT

    def __init__(self, theme: Theme, submit: Submit, parent: QWidget | None = None) -> None:
        super().__init__(theme, submit, parent)
        # With large text on a small screen it may not fit.
        body = ScrollContent()
        self._lines = layouts.column(parent=body)
        self._days = self._add(_NumberChoice(theme, texts.KEEP_MESSAGES(), CHOICES_DAYS, _days_text))
        self._lines.addWidget(Heading(theme, texts.FILES()))
        self._usage = Paragraph()
        self._lines.addWidget(self._usage)
        self._files_mb = self._add(_NumberChoice(theme, texts.FILES_LIMIT(), FILES_CHOICES_MB, _megabytes_text))
        self._files_days = self._add(_NumberChoice(theme, texts.KEEP_FILES(), FILES_CHOICES_DAYS, _files_days_text))
        self._lines.addWidget(Paragraph(texts.FILES_ABOUT(), muted=True))
        self._delete_button = WrappingButton(texts.DELETE_FILES())
        self._delete_button.clicked.connect(self._on_delete)
        self._lines.addWidget(self._delete_button, 0, Qt.AlignmentFlag.AlignLeading)
        self._lines.addStretch(1)
        self.column.addWidget(scroll_area(body), 1)
        self._save_button = push_button(texts.SAVE(), self._on_save)
        self.add_footer(self._save_button)
        self._on_chosen()

    def show_workspace(self, view: WorkspaceView) -> None:
        self._days.show_stored(view.retention_days)
        self._files_mb.show_stored(view.files.limit_mb)
        self._files_days.show_stored(view.files.kept_days)
        self._usage.setText(_usage_text(view.files))
        self._delete_button.setEnabled(bool(view.files.count))
        self._on_chosen()

    def _add(self, choice: _NumberChoice) -> _NumberChoice:
        label = Label(choice.accessibleName())
        label.setBuddy(choice)
        self._lines.addLayout(FlowLayout(label, choice))
        choice.currentIndexChanged.connect(self._on_chosen)
        return choice

    def _on_chosen(self) -> None:
        choices = self._days, self._files_mb, self._files_days
        self._save_button.setEnabled(any(choice.is_changed for choice in choices))

    def _on_save(self) -> None:
        if self._days.is_changed:
            self.submit(SetRetentionDays(self._days.number))
        if self._files_mb.is_changed or self._files_days.is_changed:
            self.submit(SetFilesLimits(self._files_mb.number, self._files_days.number))

    def _on_delete(self) -> None:
        self.submit(DeleteFiles(), texts.FILES_DELETED())


def _usage_text(files: FilesView) -> str:
    if files.count is None:
        return texts.FILES_NOT_KEPT()
    return texts.FILES_HERE(files.count, size=size(files.size_bytes)) if files.count else texts.NO_FILES_HERE()


def _days_text(days: int) -> str:
    return span(timedelta(days=days))


def _files_days_text(days: int) -> str:
    return _days_text(days) if days else texts.AS_LONG_AS_MESSAGES()


def _megabytes_text(megabytes: int) -> str:
    return size(megabytes * 1_000_000, 0)
