"""The choice of the account that sends the template."""

from __future__ import annotations

from collections import Counter

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.domain.direct import DirectRoute
from desktop.text.catalog import strip_isolates
from desktop.text.screens import templates as texts
from desktop.ui.look.theme import Theme
from desktop.ui.templates.choosing.listing import account_label
from desktop.ui.widgets import layouts
from desktop.ui.widgets.drop_down import DropDown
from desktop.ui.widgets.labels import Label, Paragraph


class SenderMenu(QWidget):
    """Plain text if there is only one account to choose.

    Signals:
        chosen: arg: DirectRoute.
    """

    chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._direct_routes: tuple[DirectRoute, ...] = ()
        title = Label(texts.FROM())
        title.setObjectName("muted")
        self._label = Paragraph()
        self.box = DropDown(theme, texts.FROM_NUMBER(), min_chars=12)
        self.box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.box.activated.connect(self._on_activated)
        title.setBuddy(self.box)
        row = layouts.row(title, parent=self)
        row.addWidget(self._label, 1)
        row.addWidget(self.box, 1)

    @property
    def direct_route(self) -> DirectRoute | None:
        index = self.box.currentIndex()
        return self._direct_routes[index] if 0 <= index < len(self._direct_routes) else None

    @property
    def labels(self) -> list[str]:
        """The labels of all accounts."""
        return [self.box.itemText(i) for i in range(self.box.count())]

    def show_routes(self, direct_routes: tuple[DirectRoute, ...], keep: DirectRoute | None = None) -> None:
        """keep: stays chosen if it is still there, otherwise its account.

        An address of another contact (`owner`) is never preselected.
        """
        accounts = Counter(direct_route.route.key for direct_route in direct_routes)
        labels = [
            account_label(direct_route, with_address=accounts[direct_route.route.key] > 1)
            for direct_route in direct_routes
        ]
        self.setVisible(bool(direct_routes))
        if self._direct_routes == direct_routes and labels == self.labels:
            self.box.setCurrentIndex(_preselected_index(direct_routes, keep))
            return
        self._direct_routes = direct_routes
        self.box.clear()
        self.box.addItems(labels)
        self.box.setCurrentIndex(_preselected_index(direct_routes, keep))
        has_no_choice = len(direct_routes) == 1 and not direct_routes[0].owner
        self.box.setVisible(bool(direct_routes) and not has_no_choice)
        self._label.setText(labels[0] if has_no_choice else "")
        self._label.setVisible(has_no_choice)
        self.setAccessibleName(strip_isolates(texts.FROM_ACCOUNT(account=labels[0])) if has_no_choice else "")

    def tab_order(self) -> list[QWidget]:
        return [self.box]

    def _on_activated(self, _index: int) -> None:
        if self.direct_route is not None:
            self.chosen.emit(self.direct_route)


def _preselected_index(direct_routes: tuple[DirectRoute, ...], wanted: DirectRoute | None) -> int:
    """Return -1 if nothing may be preselected."""
    own = [i for i, direct_route in enumerate(direct_routes) if not direct_route.owner]
    if wanted is not None:
        chosen = [i for i, direct_route in enumerate(direct_routes) if direct_route.route == wanted.route]
        same_account = [i for i in own if direct_routes[i].route.key == wanted.route.key]
        own = chosen + same_account + own
    return own[0] if own else -1
