"""The button that chooses between Intercom and the direct routes."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QResizeEvent
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolButton, QWidget

from desktop.domain.direct import DirectRoute, Route
from desktop.domain.model.facts import ChannelKind
from desktop.text.catalog import strip_isolates
from desktop.text.names import channel_label, place
from desktop.text.screens import composer as texts
from desktop.ui.commands.table import BY_NAME, shown_keys
from desktop.ui.look import icons
from desktop.ui.look.text_direction import leading_corner, open_menu
from desktop.ui.look.theme import CHANNEL_STYLES, Theme


class RouteButton(QToolButton):
    """Hidden if there is no direct route.

    Signals:
        chosen: arg: Route, or None for Intercom.
    """

    chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._direct_routes: tuple[DirectRoute, ...] = ()
        self._route: Route | None = None
        self._texts = [""]
        self.route_menu = QMenu(texts.SEND_THROUGH(), self)
        self.route_menu.setAccessibleName(texts.SEND_THROUGH())
        self._group = QActionGroup(self.route_menu)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self.open_menu)
        self.hide()

    def show_routes(self, direct_routes: tuple[DirectRoute, ...], route: Route | None) -> None:
        """route: the chosen one; None for Intercom."""
        if direct_routes == self._direct_routes and route == self._route:
            return
        if direct_routes != self._direct_routes:
            self._direct_routes = direct_routes
            self._fill()
        self._route = route
        for action in self._group.actions():
            action.setChecked(action.data() == route)
            # Qt draws no check mark beside an icon.
            action.setFont(self._theme.font(bold=action.isChecked()))
        self.setVisible(bool(direct_routes))
        self.apply_theme()

    def open_menu(self) -> None:
        """Open the menu above the button with the chosen route as the current action."""
        menu = self.route_menu
        menu.setLayoutDirection(self.layoutDirection())
        open_menu(menu, leading_corner(self) - QPoint(0, menu.sizeHint().height()))
        menu.setActiveAction(self._group.checkedAction() or self._group.actions()[0])

    def apply_theme(self) -> None:
        direct_route = next((w for w in self._direct_routes if w.route == self._route), None)
        channel = direct_route.route.channel if direct_route is not None else ChannelKind.MESSENGER
        label, short = _label(direct_route), _short_label(direct_route)
        # The icon alone tells the channel.
        self._texts = [*(f" {text} ▾" for text in (label, short)), " ▾"]
        self._fit()
        self.updateGeometry()
        description = _describe(direct_route)
        self.setToolTip(texts.ROUTE_TOOLTIP(route=description, keys=shown_keys(BY_NAME["route"].keys[0])))
        self.setAccessibleName(strip_isolates(texts.ROUTE_NAME(route=description)))
        self.setAccessibleDescription(shown_keys(BY_NAME["route"].keys[0]))
        self.setIcon(icons.icon(CHANNEL_STYLES[channel].icon, self._theme.channel_color(channel)))
        side = round(self.fontMetrics().height() * 0.95)
        self.setIconSize(QSize(side, side))
        color = self._theme.channel_color(channel).name() if direct_route is not None else self._theme.colors.muted
        sheet = f"QToolButton {{ color: {color}; }}"
        if sheet != self.styleSheet():
            self.setStyleSheet(sheet)
        for action in self._group.actions():
            channel = action.data().channel if action.data() is not None else ChannelKind.MESSENGER
            action.setIcon(icons.icon(CHANNEL_STYLES[channel].icon, self._theme.channel_color(channel)))

    def sizeHint(self) -> QSize:
        return self._size_for(self._texts[0])

    def minimumSizeHint(self) -> QSize:
        return self._size_for(self._texts[-1])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _size_for(self, text: str) -> QSize:
        hint, metrics = super().sizeHint(), self.fontMetrics()
        present = metrics.size(Qt.TextFlag.TextShowMnemonic, self.text()).width()
        wanted = metrics.size(Qt.TextFlag.TextShowMnemonic, text).width()
        return QSize(hint.width() - present + wanted, hint.height())

    def _fit(self) -> None:
        """Show the longest text that fits; the menu and the tooltip have all of it."""
        text = next((t for t in self._texts if self._size_for(t).width() <= self.width()), self._texts[-1])
        if text != self.text():
            self.setText(text)

    def _fill(self) -> None:
        self.route_menu.hide()
        self.route_menu.clear()
        for action in self._group.actions():
            self._group.removeAction(action)
        self._add(texts.INTERCOM_ROUTE(), None)
        for direct_route in self._direct_routes:
            self._add(_menu_label(direct_route), direct_route.route)

    def _add(self, text: str, route: Route | None) -> None:
        # Doubled, since a single ampersand marks a mnemonic.
        action = QAction(text.replace("&", "&&"), self.route_menu)
        action.setData(route)
        action.setCheckable(True)
        action.triggered.connect(partial(self.chosen.emit, route))
        self._group.addAction(action)
        self.route_menu.addAction(action)


def _label(direct_route: DirectRoute | None) -> str:
    if direct_route is None:
        return texts.ON_BUTTON_INTERCOM()
    entries = {
        (False, False): texts.CHANNEL,
        (False, True): texts.CHANNEL_TO_OWNER,
        (True, False): texts.CHANNEL_AND_ACCOUNT,
        (True, True): texts.CHANNEL_AND_ACCOUNT_TO_OWNER,
    }
    account, owner = _account_name(direct_route), direct_route.owner
    entry = entries[bool(account), bool(owner)]
    return entry(channel=channel_label(direct_route.route.channel), account=account, owner=owner)


def _short_label(direct_route: DirectRoute | None) -> str:
    return "Intercom" if direct_route is None else channel_label(direct_route.route.channel)


def _menu_label(direct_route: DirectRoute) -> str:
    account = _account_name(direct_route)
    entry = texts.ROUTE_OF_ACCOUNT if account else texts.ROUTE
    channel = channel_label(direct_route.route.channel)
    return entry(channel=channel, account=account, recipient=_recipient(direct_route))


def _account_name(direct_route: DirectRoute) -> str:
    """Return the account's name, or its address if it has none."""
    return direct_route.name.strip() or direct_route.route.our_address


def _describe(direct_route: DirectRoute | None) -> str:
    if direct_route is None:
        return texts.THROUGH_INTERCOM()
    route = direct_route.route
    account = route.key.provider.display_name
    if direct_route.name:
        account = texts.PROVIDER_AND_ACCOUNT(provider=account, account=direct_route.name)
    entry = texts.DIRECTLY_FROM if route.our_address else texts.DIRECTLY
    where = place(route.channel)
    return entry(place=where, sender=route.our_address, recipient=_recipient(direct_route), account=account)


def _recipient(direct_route: DirectRoute) -> str:
    """Return the address, after the contact's name if it belongs to another contact than the conversation's."""
    if direct_route.owner:
        return texts.OWNER_AND_ADDRESS(owner=direct_route.owner, address=direct_route.route.to)
    return direct_route.route.to
