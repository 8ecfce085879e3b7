"""Number: from which of our accounts the template goes, shown as words where there is nothing to choose."""

from __future__ import annotations

from collections import Counter

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from desktop.domain.direct import DirectRoute
from desktop.ui.look.theme import GAP, Theme
from desktop.ui.templates.choosing.offer import account_words
from desktop.ui.widgets.drop_down import DropDown
from desktop.ui.widgets.labels import Label, Paragraph


class NumberPicker(QWidget):
    """Signals:
    chosen: the agent wants another number. arg: the DirectRoute.
    """

    chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ways: tuple[DirectRoute, ...] = ()
        title = Label("From")
        title.setObjectName("muted")
        self._words = Paragraph()
        self.box = DropDown(theme, "From which number", min_chars=12)
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
    def direct_route(self) -> DirectRoute | None:
        at = self.box.currentIndex()
        return self._ways[at] if 0 <= at < len(self._ways) else None

    @property
    def said(self) -> list[str]:
        """What can be chosen, or the one that is taken."""
        return [self.box.itemText(i) for i in range(self.box.count())]

    def show_routes(self, direct_routes: tuple[DirectRoute, ...], keep: DirectRoute | None = None) -> None:
        """keep: stays chosen if it is still there; else its account does. Another contact's address (`owner`) is only
        ever chosen by the agent."""
        accounts = Counter(direct_route.route.key for direct_route in direct_routes)
        said = [
            account_words(direct_route, with_address=accounts[direct_route.route.key] > 1)
            for direct_route in direct_routes
        ]
        self.setVisible(bool(direct_routes))
        if self._ways == direct_routes and said == self.said:
            self.box.setCurrentIndex(_nearest(direct_routes, keep))
            return
        self._ways = direct_routes
        self.box.clear()
        self.box.addItems(said)
        self.box.setCurrentIndex(_nearest(direct_routes, keep))
        is_settled = len(direct_routes) == 1 and not direct_routes[0].owner
        self.box.setVisible(bool(direct_routes) and not is_settled)
        self._words.setText(said[0] if is_settled else "")
        self._words.setVisible(is_settled)
        self.setAccessibleName(f"From {said[0]}" if is_settled else "")

    def tab_order(self) -> list[QWidget]:
        return [self.box]

    def _on_activated(self, _index: int) -> None:
        if self.direct_route is not None:
            self.chosen.emit(self.direct_route)


def _nearest(direct_routes: tuple[DirectRoute, ...], wanted: DirectRoute | None) -> int:
    """-1 where nothing may be chosen for the agent."""
    own = [at for at, direct_route in enumerate(direct_routes) if not direct_route.owner]
    if wanted is not None:
        chosen = [at for at, direct_route in enumerate(direct_routes) if direct_route.route == wanted.route]
        same_account = [at for at in own if direct_routes[at].route.key == wanted.route.key]
        own = chosen + same_account + own
    return own[0] if own else -1
