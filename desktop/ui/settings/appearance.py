"""Appearance: light or dark, and how large the text is."""

from __future__ import annotations

from PySide6.QtWidgets import QFormLayout, QWidget

from desktop.ui.drop_down import DropDown
from desktop.ui.preferences import TEXT_SCALES, Preferences
from desktop.ui.settings.page import Page, Submit
from desktop.ui.theme import GAP, Theme

SCHEMES = (("system", "As the system"), ("light", "Light"), ("dark", "Dark"))


class AppearancePage(Page):
    TITLE = "Appearance"

    def __init__(self, theme: Theme, submit: Submit, preferences: Preferences, parent: QWidget | None = None) -> None:
        super().__init__(theme, submit, parent)
        self._preferences = preferences
        self._scheme = DropDown(theme, "Colours")
        for scheme, words in SCHEMES:
            self._scheme.addItem(words, scheme)
        self._scheme.setCurrentIndex(max(self._scheme.findData(preferences.scheme), 0))
        self._scale = DropDown(theme, "Text size")
        for scale in TEXT_SCALES:
            self._scale.addItem(f"{scale:.0%}", scale)
        self._scale.setCurrentIndex(self._scale.findData(preferences.text_scale))
        form = QFormLayout()
        form.setSpacing(GAP)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.FieldsStayAtSizeHint)
        form.addRow("Colours", self._scheme)
        form.addRow("Text size", self._scale)
        self.column.addLayout(form)
        self.end()
        self.column.addStretch(1)
        # Not `currentIndexChanged`: leafing through the list with the arrows would restyle at every step.
        self._scheme.activated.connect(self._on_scheme)
        self._scale.activated.connect(self._on_scale)

    def _on_scheme(self) -> None:
        self._preferences.choose_scheme(self._scheme.currentData())

    def _on_scale(self) -> None:
        self._preferences.choose_text_scale(self._scale.currentData())
