"""The settings page that decides to which country phone numbers without a country code belong."""

from __future__ import annotations

from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QComboBox, QCompleter, QWidget

from desktop.domain.identity.phone import REGIONS
from desktop.engine.commands import SetPhoneRegion
from desktop.engine.protocols import Submit
from desktop.engine.views import WorkspaceView
from desktop.ui.look.theme import Theme
from desktop.ui.settings.page import Page
from desktop.ui.widgets.buttons import push_button
from desktop.ui.widgets.drop_down import DropDown

NOT_CHOSEN = "Not said: such numbers join nobody"


class RegionPage(Page):
    TITLE = "Phone numbers"
    ABOUT = (
        "A number without a country code may be anybody's. Say where such numbers are at home, and customers that "
        "share one are held to be the same. WhatsApp's own numbers always have a country code."
    )

    def __init__(self, theme: Theme, submit: Submit, parent: QWidget | None = None) -> None:
        super().__init__(theme, submit, parent)
        self._stored = ""
        self._choice = DropDown(theme, "Country of numbers without a country code")
        self._choice.setEditable(True)
        self._choice.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self._choice.addItem(NOT_CHOSEN, "")
        for name, code in sorted((_region_name(code), code) for code in REGIONS):
            self._choice.addItem(name, code)
        completer = QCompleter(self._choice.model(), self._choice)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self._choice.setCompleter(completer)
        self._choice.currentIndexChanged.connect(self._on_chosen)
        self._save_button = push_button("Use this country", self._on_save)
        self.column.addWidget(self._choice)
        self.column.addStretch(1)
        self.add_footer(self._save_button)
        self._on_chosen()

    def show_workspace(self, view: WorkspaceView) -> None:
        if view.phone_region != self._stored:
            self._stored = view.phone_region
            self._choice.setCurrentIndex(max(self._choice.findData(self._stored), 0))
        self._on_chosen()

    def _on_chosen(self) -> None:
        self._save_button.setEnabled(self._choice.currentData() != self._stored)

    def _on_save(self) -> None:
        region = str(self._choice.currentData())
        success = (
            f"Numbers without a country code are at home in {_region_name(region)}."
            if region
            else "Such numbers join nobody."
        )
        self.submit(SetPhoneRegion(region), success)


def _region_name(code: str) -> str:
    """Return the country's name and code, as in `Ireland (IE)`."""
    territory = QLocale.codeToTerritory(code)
    return f"{QLocale.territoryToString(territory)} ({code})" if territory != QLocale.Country.AnyTerritory else code
