"""Region: at home in which country are phone numbers that were typed without a country code."""

from __future__ import annotations

from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QComboBox, QCompleter, QPushButton, QWidget

from desktop.domain.identity.phone import REGIONS
from desktop.engine.commands import SetPhoneRegion
from desktop.engine.views import WorkspaceView
from desktop.ui.look.theme import Theme
from desktop.ui.settings.page import Page, Submit
from desktop.ui.widgets.drop_down import DropDown

NOBODY_SAID = "Not said: such numbers join nobody"


class RegionPage(Page):
    TITLE = "Phone numbers"
    ABOUT = (
        "A number without a country code may be anybody's. Say where such numbers are at home, and customers that "
        "share one are held to be the same. WhatsApp's own numbers always have a country code."
    )

    def __init__(self, theme: Theme, submit: Submit, parent: QWidget | None = None) -> None:
        super().__init__(theme, submit, parent)
        self._held = ""
        self._choice = DropDown(theme, "Country of numbers without a country code")
        self._choice.setEditable(True)
        self._choice.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self._choice.addItem(NOBODY_SAID, "")
        for name, code in sorted((_named(code), code) for code in REGIONS):
            self._choice.addItem(name, code)
        completer = QCompleter(self._choice.model(), self._choice)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self._choice.setCompleter(completer)
        self._choice.currentIndexChanged.connect(self._on_chosen)
        self._take = QPushButton("Use this country")
        self._take.clicked.connect(self._on_take)
        self.column.addWidget(self._choice)
        self.column.addStretch(1)
        self.end(self._take)
        self._on_chosen()

    def show_workspace(self, view: WorkspaceView) -> None:
        if view.phone_region != self._held:
            self._held = view.phone_region
            self._choice.setCurrentIndex(max(self._choice.findData(self._held), 0))
        self._on_chosen()

    def _on_chosen(self) -> None:
        self._take.setEnabled(self._choice.currentData() != self._held)

    def _on_take(self) -> None:
        region = str(self._choice.currentData())
        done = (
            f"Numbers without a country code are at home in {_named(region)}."
            if region
            else "Such numbers join nobody."
        )
        self.wish(SetPhoneRegion(region), done)


def _named(code: str) -> str:
    """`Ireland (IE)`."""
    territory = QLocale.codeToTerritory(code)
    return f"{QLocale.territoryToString(territory)} ({code})" if territory != QLocale.Country.AnyTerritory else code
