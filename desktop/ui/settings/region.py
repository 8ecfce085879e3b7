"""The settings page that decides to which country phone numbers without a country code belong."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QCompleter, QWidget

from desktop.domain.identity.phone import regions
from desktop.engine.commands import SetPhoneRegion
from desktop.engine.protocols import Submit
from desktop.engine.views import WorkspaceView
from desktop.text.screens import settings as texts
from desktop.ui.look.locale_formats import territory_name
from desktop.ui.look.theme import Theme
from desktop.ui.settings.page import Page
from desktop.ui.widgets.buttons import push_button
from desktop.ui.widgets.drop_down import DropDown
from desktop.ui.widgets.flow_layout import FlowLayout
from desktop.ui.widgets.labels import Label


class RegionPage(Page):
    TITLE = texts.PHONE_NUMBERS
    ABOUT = texts.PHONE_NUMBERS_ABOUT

    def __init__(self, theme: Theme, submit: Submit, parent: QWidget | None = None) -> None:
        super().__init__(theme, submit, parent)
        self._stored = ""
        self._choice = DropDown(theme, texts.COUNTRY())
        self._choice.setEditable(True)
        self._choice.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self._choice.addItem(texts.NO_COUNTRY(), "")
        for name, code in sorted((_region_name(code), code) for code in regions()):
            self._choice.addItem(name, code)
        completer = QCompleter(self._choice.model(), self._choice)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self._choice.setCompleter(completer)
        self._choice.currentIndexChanged.connect(self._on_chosen)
        self._save_button = push_button(texts.SAVE(), self._on_save)
        label = Label(texts.COUNTRY())
        label.setBuddy(self._choice)
        self.column.addLayout(FlowLayout(label, self._choice))
        self.column.addStretch(1)
        self.add_footer(self._save_button)
        self._on_chosen()

    def show_workspace(self, view: WorkspaceView) -> None:
        if view.phone_region != self._stored:
            self._stored = view.phone_region
            self._choice.setCurrentIndex(max(self._choice.findData(self._stored), 0))
        self._on_chosen()

    def _on_chosen(self) -> None:
        # Of a name that is too long for the field, its beginning.
        field = self._choice.lineEdit()
        if field is not None and not field.hasFocus():
            field.home(False)
        self._save_button.setEnabled(self._choice.currentData() != self._stored)

    def _on_save(self) -> None:
        self.submit(SetPhoneRegion(str(self._choice.currentData())))


def _region_name(code: str) -> str:
    """Return the country's name and code, as in `Ireland (IE)`."""
    name = territory_name(code)
    return code if name == code else texts.COUNTRY_AND_CODE(country=name, code=code)
