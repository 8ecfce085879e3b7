"""The settings page with the language, the color scheme, the text size, and how the customer list looks."""

from __future__ import annotations

from datetime import timedelta

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from desktop.engine.protocols import Submit
from desktop.text.catalog import ENGLISH, LANGUAGES, is_translated, strip_isolates
from desktop.text.formats import percent, span, whole_words
from desktop.text.screens import settings as texts
from desktop.ui.look.preferences import CLOSING_HOURS, TEXT_SCALES, Preferences
from desktop.ui.look.theme import GAP, Theme
from desktop.ui.settings.page import Page
from desktop.ui.widgets.buttons import WrappingCheckBox
from desktop.ui.widgets.drop_down import DropDown
from desktop.ui.widgets.labels import Label, Paragraph


class LanguageChoice(DropDown):
    """The languages of the program, each by its own name.

    Signals: chosen, arg: of `LANGUAGES`, or "" for the system's language.
    """

    chosen = Signal(str)

    def __init__(self, theme: Theme, current: str, parent: QWidget | None = None) -> None:
        super().__init__(theme, texts.LANGUAGE(), parent)
        self.addItem(texts.SYSTEM_LANGUAGE(), "")
        for code, name in LANGUAGES.items():
            if code == ENGLISH or is_translated(code):
                self.addItem(name, code)
        self.setCurrentIndex(max(self.findData(current), 0))
        # Not at every step of the arrow keys, as with the colors.
        self.activated.connect(self._on_activated)

    def _on_activated(self) -> None:
        self.chosen.emit(self.currentData())


class AppearancePage(Page):
    TITLE = texts.APPEARANCE

    def __init__(self, theme: Theme, submit: Submit, preferences: Preferences, parent: QWidget | None = None) -> None:
        super().__init__(theme, submit, parent)
        self._preferences = preferences
        self._scheme = DropDown(theme, texts.THEME())
        for scheme, name in texts.SCHEMES.items():
            self._scheme.addItem(name(), scheme)
        self._scheme.setCurrentIndex(max(self._scheme.findData(preferences.color_scheme), 0))
        self._scale = DropDown(theme, texts.TEXT_SIZE())
        for scale in TEXT_SCALES:
            # On Linux, screen readers are told of a list by what is chosen in it.
            self._scale.addItem(strip_isolates(percent(scale)), scale)
        self._scale.setCurrentIndex(self._scale.findData(preferences.text_scale))
        self.language = LanguageChoice(theme, preferences.language_in_use)
        self.language.chosen.connect(preferences.set_language)
        self._rows = DropDown(theme, texts.DENSITY())
        for is_compact, name in texts.ROW_HEIGHTS.items():
            self._rows.addItem(name(), is_compact)
        self._rows.setCurrentIndex(self._rows.findData(preferences.compact_rows))
        self._closing = DropDown(theme, texts.CLOSING_SOON())
        for hours in CLOSING_HOURS:
            # What is chosen is spoken as it is shown.
            with whole_words():
                within = span(timedelta(hours=hours), after_preposition=True)
            self._closing.addItem(strip_isolates(texts.CLOSING_WITHIN(span=within)), hours)
        self._closing.setCurrentIndex(self._closing.findData(preferences.closing_within // timedelta(hours=1)))
        for box in (self.language, self._scheme, self._rows, self._closing):
            # Large text in a small window needs more than there is.
            box.setMinimumContentsLength(8)
        form = QGridLayout()
        form.setSpacing(GAP)
        form.setColumnStretch(1, 1)
        for row, box in enumerate((self.language, self._scheme, self._scale, self._rows, self._closing)):
            label = Label(box.accessibleName())
            label.setBuddy(box)
            form.addWidget(label, row, 0)
            form.addWidget(box, row, 1, Qt.AlignmentFlag.AlignLeft)
        self.column.addLayout(form)
        self.column.addWidget(Paragraph(texts.CLOSING_SOON_ABOUT(), muted=True))
        self.motion = WrappingCheckBox(texts.REDUCE_MOTION())
        self.motion.setChecked(preferences.reduced_motion)
        self.motion.clicked.connect(preferences.set_reduced_motion)
        self.column.addWidget(self.motion)
        self.column.addWidget(Paragraph(texts.REDUCE_MOTION_ABOUT(), muted=True))
        self.add_footer()
        self.column.addStretch(1)
        # Not `currentIndexChanged`: moving through the list with the arrow keys would restyle at every step.
        self._scheme.activated.connect(self._on_scheme)
        self._scale.activated.connect(self._on_scale)
        self._rows.activated.connect(self._on_rows)
        self._closing.activated.connect(self._on_closing)

    def _on_scheme(self) -> None:
        self._preferences.set_color_scheme(self._scheme.currentData())

    def _on_scale(self) -> None:
        self._preferences.set_text_scale(self._scale.currentData())

    def _on_rows(self) -> None:
        self._preferences.set_compact_rows(self._rows.currentData())

    def _on_closing(self) -> None:
        self._preferences.set_closing_within_hours(self._closing.currentData())
