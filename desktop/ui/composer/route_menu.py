"""Composer's route switch: through Intercom, as usual, or past it on one of the connected channel accounts."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QResizeEvent
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolButton, QWidget

from desktop.domain.direct import DirectRoute, Route
from desktop.domain.model.facts import ChannelKind
from desktop.ui.look import icons
from desktop.ui.look.theme import CHANNEL_STYLES, Theme
from desktop.ui.wording import words


class RouteSwitch(QToolButton):
    """Hidden where there is only one way, which is Intercom.

    Signals:
        chosen: the agent wants another way. arg: Route, or None for Intercom.
    """

    chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._ways: tuple[DirectRoute, ...] = ()
        self._route: Route | None = None
        self._texts = [""]
        self.menu_of_routes = QMenu("How it is sent", self)
        self.menu_of_routes.setAccessibleName("How it is sent")
        self._group = QActionGroup(self.menu_of_routes)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self.open_menu)
        self.hide()

    def show_routes(self, direct_routes: tuple[DirectRoute, ...], route: Route | None) -> None:
        """route: the one that is chosen; None for Intercom."""
        if direct_routes != self._ways:
            self._ways = direct_routes
            self._fill()
        self._route = route
        for action in self._group.actions():
            action.setChecked(action.data() == route)
            # Beside a glyph no check mark is drawn.
            action.setFont(self._theme.font(bold=action.isChecked()))
        self.setVisible(bool(direct_routes))
        self.apply_theme()

    def open_menu(self) -> None:
        """Above the button, with the way that is chosen as the current one."""
        menu = self.menu_of_routes
        menu.setLayoutDirection(self.layoutDirection())
        menu.popup(self.mapToGlobal(QPoint(0, -menu.sizeHint().height())))
        menu.setActiveAction(self._group.checkedAction() or self._group.actions()[0])

    def apply_theme(self) -> None:
        direct_route = next((w for w in self._ways if w.route == self._route), None)
        channel = direct_route.route.channel if direct_route is not None else ChannelKind.MESSENGER
        label, short = _label(direct_route), "Intercom" if direct_route is None else words.channel(channel)
        self._texts = [f" via {label} ▾", f" {label} ▾", f" via {short} ▾", f" {short} ▾"]
        self._fit()
        self.updateGeometry()
        told = _told(direct_route)
        self.setToolTip(f"{told} (Ctrl+Shift+R)")
        self.setAccessibleName(f"How it is sent: {told}")
        self.setIcon(icons.icon(CHANNEL_STYLES[channel].icon, self._theme.channel_color(channel)))
        side = round(self.fontMetrics().height() * 0.95)
        self.setIconSize(QSize(side, side))
        color = self._theme.channel_color(channel).name() if direct_route is not None else self._theme.colors.muted
        sheet = f"QToolButton {{ color: {color}; }}"
        if sheet != self.styleSheet():
            self.setStyleSheet(sheet)
        for action in self._group.actions():
            of = action.data().channel if action.data() is not None else ChannelKind.MESSENGER
            action.setIcon(icons.icon(CHANNEL_STYLES[of].icon, self._theme.channel_color(of)))

    def sizeHint(self) -> QSize:
        return self._room_for(self._texts[0])

    def minimumSizeHint(self) -> QSize:
        return self._room_for(self._texts[-1])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _room_for(self, text: str) -> QSize:
        hint, metrics = super().sizeHint(), self.fontMetrics()
        own = metrics.size(Qt.TextFlag.TextShowMnemonic, self.text()).width()
        wanted = metrics.size(Qt.TextFlag.TextShowMnemonic, text).width()
        return QSize(hint.width() - own + wanted, hint.height())

    def _fit(self) -> None:
        """As many of the words as there is room for; the menu and the tooltip tell them all."""
        fitting = next((t for t in self._texts if self._room_for(t).width() <= self.width()), self._texts[-1])
        if fitting != self.text():
            self.setText(fitting)

    def _fill(self) -> None:
        self.menu_of_routes.hide()
        self.menu_of_routes.clear()
        for action in self._group.actions():
            self._group.removeAction(action)
        self._add("Intercom, in the conversation", None)
        for direct_route in self._ways:
            account = f"{_account(direct_route)} · " if _account(direct_route) else ""
            self._add(
                f"{words.channel(direct_route.route.channel)} · {account}to {_whom(direct_route)}", direct_route.route
            )

    def _add(self, text: str, route: Route | None) -> None:
        # An ampersand in a name is no mnemonic.
        action = QAction(text.replace("&", "&&"), self.menu_of_routes)
        action.setData(route)
        action.setCheckable(True)
        action.triggered.connect(partial(self.chosen.emit, route))
        self._group.addAction(action)
        self.menu_of_routes.addAction(action)


def _label(direct_route: DirectRoute | None) -> str:
    if direct_route is None:
        return "Intercom"
    channel, account = words.channel(direct_route.route.channel), _account(direct_route)
    owner = f" to {direct_route.owner}" if direct_route.owner else ""
    return f"{channel} · {account}{owner}" if account else f"{channel}{owner}"


def _account(direct_route: DirectRoute) -> str:
    """What people call it; its address where it has no name."""
    return direct_route.name.strip() or (
        _whole(direct_route.route.our_address) if direct_route.route.our_address else ""
    )


def _told(direct_route: DirectRoute | None) -> str:
    if direct_route is None:
        return "Through Intercom, in the conversation"
    route = direct_route.route
    sender = f" from {_whole(route.our_address)}" if route.our_address else ""
    channel, account = words.channel(route.channel), f", {direct_route.name}" if direct_route.name else ""
    return f"Past Intercom, on {channel}{sender} to {_whom(direct_route)} ({route.key.provider.display_name}{account})"


def _whom(direct_route: DirectRoute) -> str:
    """The address, under the name of its contact where that is another one than the conversation's."""
    return (
        f"{direct_route.owner}, {_whole(direct_route.route.to)}"
        if direct_route.owner
        else _whole(direct_route.route.to)
    )


def _whole(address: str) -> str:
    """Isolated, because numbers run left to right in every language."""
    return f"\u2066{address}\u2069"
