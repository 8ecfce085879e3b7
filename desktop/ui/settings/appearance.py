"""The settings page with the color scheme, the text size, and when a window counts as closing soon."""

from __future__ import annotations

from datetime import timedelta

from PySide6.QtWidgets import QFormLayout, QWidget

from desktop.engine.protocols import Submit
from desktop.ui.look.preferences import CLOSING_HOURS, TEXT_SCALES, Preferences
from desktop.ui.look.theme import GAP, Theme
from desktop.ui.settings.page import Page
from desktop.ui.widgets.drop_down import DropDown

SCHEMES = (("system", "As the system"), ("light", "Light"), ("dark", "Dark"))


class AppearancePage(Page):
    TITLE = "Appearance"

    def __init__(self, theme: Theme, submit: Submit, preferences: Preferences, parent: QWidget | None = None) -> None:
        super().__init__(theme, submit, parent)
        self._preferences = preferences
        self._scheme = DropDown(theme, "Colours")
        for scheme, label in SCHEMES:
            self._scheme.addItem(label, scheme)
        self._scheme.setCurrentIndex(max(self._scheme.findData(preferences.color_scheme), 0))
        self._scale = DropDown(theme, "Text size")
        for scale in TEXT_SCALES:
            self._scale.addItem(f"{scale:.0%}", scale)
        self._scale.setCurrentIndex(self._scale.findData(preferences.text_scale))
        self._closing = DropDown(theme, "Closing soon")
        for hours in CLOSING_HOURS:
            self._closing.addItem(f"Less than {hours} h left", hours)
        self._closing.setCurrentIndex(self._closing.findData(preferences.closing_within // timedelta(hours=1)))
        form = QFormLayout()
        form.setSpacing(GAP)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.FieldsStayAtSizeHint)
        form.addRow("Colours", self._scheme)
        form.addRow("Text size", self._scale)
        form.addRow("Closing soon", self._closing)
        self.column.addLayout(form)
        self.add_footer()
        self.column.addStretch(1)
        # Not `currentIndexChanged`: moving through the list with the arrow keys would restyle at every step.
        self._scheme.activated.connect(self._on_scheme)
        self._scale.activated.connect(self._on_scale)
        self._closing.activated.connect(self._on_closing)

    def _on_scheme(self) -> None:
        self._preferences.set_color_scheme(self._scheme.currentData())

    def _on_scale(self) -> None:
        self._preferences.set_text_scale(self._scale.currentData())

    def _on_closing(self) -> None:
        self._preferences.set_closing_within_hours(self._closing.currentData())
