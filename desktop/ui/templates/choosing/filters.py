"""The search field and the category and language filters of the template list."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QLineEdit, QPushButton, QWidget

from desktop.domain.content.template import Category, Template
from desktop.text.catalog import strip_isolates
from desktop.text.screens import templates as texts
from desktop.ui.look.theme import GAP, Theme
from desktop.ui.templates.choosing.listing import Listing, language_name
from desktop.ui.widgets import layouts
from desktop.ui.widgets.buttons import add_clear_button, show_hint
from desktop.ui.widgets.drop_down import DropDown
from desktop.ui.widgets.flow_layout import FlowLayout


class TemplateFilters(QWidget):
    """Signals: changed, when the search or a filter has changed."""

    changed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.search = QLineEdit()
        show_hint(self.search, texts.SEARCH())
        add_clear_button(self.search)
        self.search.textChanged.connect(self._on_changed)
        self.languages = DropDown(theme, texts.LANGUAGE(), min_chars=9)
        self.languages.currentIndexChanged.connect(self._on_changed)
        self._chips = QWidget()
        self._flow = FlowLayout(spacing=4, parent=self._chips)
        self._group = QButtonGroup(self)
        self._group.buttonClicked.connect(self._on_changed)
        self._listing: Listing | None = None
        layouts.column(self.search, self._chips, parent=self, spacing=GAP - 2)
        self._flow.addWidget(self.languages)

    @property
    def chips(self) -> list[QAbstractButton]:
        return self._group.buttons()

    @property
    def query(self) -> str:
        return self.search.text().strip()

    @property
    def is_set(self) -> bool:
        return bool(self.query or self._category() is not None or self._language() is not None)

    def show_listing(self, listing: Listing) -> None:
        """Offer the categories and languages of the listing; the selection stays if it is still among them."""
        previous, self._listing = self._listing, listing
        choices = (listing.categories, listing.languages)
        if previous is not None and (previous.categories, previous.languages) == choices:
            self._update_counts()
            return
        category, code = self._category(), self._language()
        for old in self.chips:
            self._group.removeButton(old)
            self._flow.removeWidget(old)
            old.hide()
            old.deleteLater()
        selected = category if category in listing.categories else None
        for kind in (None, *listing.categories):
            self._add_chip(kind, checked=kind is selected)
        self._update_counts()
        self.languages.blockSignals(True)
        self.languages.clear()
        self.languages.addItem(texts.ALL_LANGUAGES(), None)
        for each in listing.languages:
            self.languages.addItem(language_name(each), each)
        self.languages.setCurrentIndex(max(0, self.languages.findData(code)) if code is not None else 0)
        self.languages.blockSignals(False)
        self.languages.setVisible(len(listing.languages) > 1)
        for chip in self.chips:
            chip.setVisible(len(listing.categories) > 1)

    def matching(self, listing: Listing) -> tuple[Template, ...]:
        return listing.matching(self.query, self._category(), self._language())

    def clear(self) -> None:
        """Clear the search and all filters."""
        self.search.blockSignals(True)
        self.search.clear()
        self.search.blockSignals(False)
        if self.chips:
            self.chips[0].setChecked(True)
        self.languages.setCurrentIndex(0)
        self.changed.emit()

    def tab_order(self) -> list[QWidget]:
        return [self.search, *self.chips, self.languages]

    def _add_chip(self, category: Category | None, *, checked: bool) -> None:
        # A tool button would be a check box for screen readers.
        chip = QPushButton()
        chip.setObjectName("quiet")
        chip.setCheckable(True)
        chip.setAutoExclusive(True)
        chip.setChecked(checked)
        chip.setProperty("category", category.value if category is not None else "")
        self._group.addButton(chip)
        self._flow.insertWidget(len(self.chips) - 1, chip)

    def _update_counts(self) -> None:
        """Show the number of templates in each category."""
        listing = self._listing or Listing()
        for chip in self.chips:
            category = _category_of(chip)
            name = (texts.CATEGORIES[category] if category is not None else texts.ALL)()
            label = texts.CATEGORY_COUNT(category=name, count=len(listing.matching("", category)))
            chip.setText(label)
            chip.setAccessibleName(strip_isolates(label))

    def _category(self) -> Category | None:
        chip = self._group.checkedButton()
        return _category_of(chip) if chip is not None else None

    def _language(self) -> str | None:
        code = self.languages.currentData()
        return code if isinstance(code, str) else None

    def _on_changed(self, *_what: object) -> None:
        self.changed.emit()


def _category_of(chip: QAbstractButton) -> Category | None:
    value = chip.property("category")
    return Category(value) if value else None
