"""Number: from which of our accounts the template goes, shown as words where there is nothing to choose."""

from __future__ import annotations

from collections import Counter

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from desktop.domain.direct import DirectWay
from desktop.ui.drop_down import DropDown
from desktop.ui.template_picker.listing import account_words
from desktop.ui.template_picker.parts import label
from desktop.ui.theme import GAP, Theme


class NumberPicker(QWidget):
    """Signals:
    chosen: the agent wants another number. arg: the DirectWay.
    """

    chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ways: tuple[DirectWay, ...] = ()
        title = QLabel("From")
        title.setObjectName("muted")
        self._words = label()
        self.box = DropDown(theme, "From which number", least_chars=12)
        self.box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.box.activated.connect(self._on_activated)
        title.setBuddy(self.box)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        row.addWidget(title)
        row.addWidget(self._words, 1)
        row.addWidget(self.box, 1)

    @property
    def way(self) -> DirectWay | None:
        at = self.box.currentIndex()
        return self._ways[at] if 0 <= at < len(self._ways) else None

    @property
    def said(self) -> list[str]:
        """What can be chosen, or the one that is taken."""
        return [self.box.itemText(i) for i in range(self.box.count())]

    def show_ways(self, ways: tuple[DirectWay, ...], keep: DirectWay | None = None) -> None:
        """keep: stays chosen if it is still there, or at least its account is."""
        accounts = Counter(way.route.key for way in ways)
        said = [account_words(way, with_address=accounts[way.route.key] > 1) for way in ways]
        self.setVisible(bool(ways))
        if self._ways == ways and said == self.said:
            return
        self._ways = ways
        self.box.clear()
        self.box.addItems(said)
        self.box.setCurrentIndex(_nearest(ways, keep))
        self.box.setVisible(len(ways) > 1)
        self._words.setText(said[0] if len(said) == 1 else "")
        self._words.setVisible(len(ways) == 1)
        self.setAccessibleName(f"From {said[0]}" if len(said) == 1 else "")

    def stops(self) -> list[QWidget]:
        return [self.box]

    def _on_activated(self, _index: int) -> None:
        if self.way is not None:
            self.chosen.emit(self.way)


def _nearest(ways: tuple[DirectWay, ...], wanted: DirectWay | None) -> int:
    """-1 where there is none at all."""
    if wanted is None:
        return 0 if ways else -1
    routes = [way.route for way in ways]
    keys = [route.key for route in routes]
    if wanted.route in routes:
        return routes.index(wanted.route)
    return keys.index(wanted.route.key) if wanted.route.key in keys else 0 if ways else -1
